//! What a change of many people would do, in sentences: the blast radius as the question tells it.

use crate::{
    dashboard::text,
    model::{
        role::{Role, RoleSource},
        user_change::{BlastRadius, NAMED, UserChange},
    },
};

/// How many owners or groups a sentence names.
const FEW: usize = 5;

/// What a change would do, in sentences; the serious ones are marked.
pub fn sentences(change: UserChange, radius: &BlastRadius) -> Vec<(String, bool)> {
    let people = |count: u64| text::plural(count, "person", "people");
    let list = |parts: Vec<String>| parts.join(", ");
    let changed = u64::try_from(radius.ids.len()).unwrap_or(u64::MAX);
    let mut said = Vec::new();
    let others = [(radius.unchanged, "as they should be already"), (radius.impossible, "not to be changed")];
    let others: Vec<String> = others
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{} {words}", text::count(count)))
        .collect();
    let rest = if others.is_empty() { String::new() } else { format!(" ({})", list(others)) };
    if changed == 0 {
        said.push((format!("Nobody would be changed{rest}."), true));
    } else {
        let verb = match change {
            UserChange::Role { role } => format!("become {role}"),
            UserChange::Deactivate => "can no longer log in".to_owned(),
            UserChange::Reactivate => "can log in again".to_owned(),
        };
        let verb = if changed == 1 { verb.replacen("become", "becomes", 1) } else { verb };
        said.push((format!("{} {verb}{rest}.", people(changed)), false));
        let roles = radius.roles.iter().map(|(role, count)| format!("{} {role}", text::count(*count))).collect();
        let sources =
            radius.sources.iter().map(|(source, count)| format!("{} {source}", text::count(*count))).collect();
        said.push((format!("Now: {}; from: {}.", list(roles), list(sources)), false));
    }
    said.extend(losses_of(radius));
    if radius.sessions > 0 {
        said.push((format!("{} at once.", text::plural(radius.sessions, "session ends", "sessions end")), true));
    }
    if changed > 0 {
        let (before, after) = (radius.before, radius.after);
        let left = format!(
            "This leaves {}, {}, {} who can log in (now {}, {}, {}).",
            text::plural(after.owners, "owner", "owners"),
            text::plural(after.editors, "editor", "editors"),
            text::plural(after.viewers, "viewer", "viewers"),
            text::count(before.owners),
            text::count(before.editors),
            text::count(before.viewers),
        );
        let gone = |before: u64, after: u64| before > 0 && after == 0;
        let serious = gone(before.owners, after.owners) || gone(before.editors, after.editors) || after.owners < 2;
        said.push((left, serious && before != after));
    }
    if let Some(problem) = &radius.problem {
        said.push((format!("Left out: {}", text::sentence(problem)), true));
    }
    if !radius.names.is_empty() {
        let more = changed.saturating_sub(NAMED as u64);
        let more = if more > 0 { format!(" and {} more", text::count(more)) } else { String::new() };
        said.push((format!("{}{more}.", list(radius.names.clone())), false));
    }
    if changed > 0 {
        said.push((afterwards(change, radius), false));
    }
    said
}

/// Who and what would be left without a role, in sentences.
fn losses_of(radius: &BlastRadius) -> Vec<(String, bool)> {
    let mut said = Vec::new();
    if radius.owners_lost_count > 0 {
        let lost = radius.owners_lost_count;
        let verb = if lost == 1 { "ceases" } else { "cease" };
        said.push((
            format!("{} {verb} to be one: {}.", text::plural(lost, "owner", "owners"), some(&radius.owners_lost, lost)),
            true,
        ));
    }
    let named = radius.left_without.len() as u64;
    for role in [Role::Viewer, Role::Editor, Role::Owner] {
        let groups: Vec<String> =
            radius.left_without.iter().filter(|(_, of)| *of == role).map(|(name, _)| name.clone()).collect();
        if groups.is_empty() {
            continue;
        }
        let is = if groups.len() == 1 { "is" } else { "are" };
        let whom = match role {
            Role::Viewer => "anybody who can log in",
            Role::Editor => "an editor",
            Role::Owner => "an owner",
        };
        said.push((format!("{} {is} left without {whom}.", some(&groups, groups.len() as u64)), true));
    }
    if radius.left_without_count > named {
        let more = text::plural(radius.left_without_count - named, "more group is", "more groups are");
        said.push((format!("{more} left without somebody of a role."), true));
    }
    if radius.groups_unseen > 0 {
        let unseen = text::plural(radius.groups_unseen, "large group was", "large groups were");
        said.push((format!("{unseen} not looked through for who would be left."), false));
    }
    said
}

/// The first few names of so many.
fn some(names: &[String], of: u64) -> String {
    let shown = names.get(..names.len().min(FEW)).unwrap_or_default();
    match (shown, of.saturating_sub(shown.len() as u64)) {
        (shown, more @ 1..) => format!("{} and {} more", shown.join(", "), text::count(more)),
        ([first @ .., last], 0) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (shown, _) => shown.concat(),
    }
}

/// What Okta makes of it.
fn afterwards(change: UserChange, radius: &BlastRadius) -> String {
    let mut said = "Okta is not told.".to_owned();
    match change {
        UserChange::Role { .. } => {
            if radius.drifting > 0 {
                let differ = text::plural(radius.drifting, "person differs", "people differ");
                said.push_str(&format!(
                    " {differ} then from what Okta pushed last, until it pushes another role for them."
                ));
            }
            let mapped = radius.sources.iter().find(|(source, _)| *source == RoleSource::Group);
            if let Some((_, mapped)) = mapped {
                let follow = text::plural(*mapped, "role no longer follows", "roles no longer follow");
                said.push_str(&format!(" {follow} a group."));
            }
        }
        UserChange::Deactivate if radius.from_okta > 0 => {
            let whom = text::plural(radius.from_okta, "person", "people");
            said.push_str(&format!(
                " Its next push of {whom} whom it knows lets them in again: unassign them there as well."
            ));
        }
        UserChange::Deactivate | UserChange::Reactivate => {}
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{id::UserId, time::Timestamp};

    fn about(change: UserChange, radius: BlastRadius) -> Vec<(String, bool)> {
        let ids = (0..118).map(|_| UserId::new(Timestamp::from_millis(0))).collect();
        sentences(change, &BlastRadius { ids, ..radius })
    }

    #[test]
    fn groups_and_owners_that_are_left_behind_are_named() {
        let group = |name: &str, role| (name.to_owned(), role);
        let radius = BlastRadius {
            owners_lost: vec!["ada@harbor.example".to_owned()],
            owners_lost_count: 1,
            left_without: vec![
                group("Finance", Role::Editor),
                group("Board", Role::Owner),
                group("Legal", Role::Editor),
                group("Guests", Role::Viewer),
            ],
            left_without_count: 4,
            ..BlastRadius::default()
        };
        let said = about(UserChange::Role { role: Role::Viewer }, radius.clone());
        for words in [
            "1 owner ceases to be one: ada@harbor.example.",
            "Guests is left without anybody who can log in.",
            "Finance and Legal are left without an editor.",
            "Board is left without an owner.",
        ] {
            assert!(said.contains(&(words.to_owned(), true)), "{words} {said:#?}");
        }
        let many: Vec<_> = (1..=20).map(|n| group(&format!("Team {n}"), Role::Editor)).collect();
        let radius = BlastRadius { left_without: many, left_without_count: 31, groups_unseen: 2, ..radius };
        let said = about(UserChange::Role { role: Role::Viewer }, radius);
        let has = |words: &str| said.iter().any(|(said, _)| said == words);
        assert!(has("Team 1, Team 2, Team 3, Team 4, Team 5 and 15 more are left without an editor."), "{said:#?}");
        assert!(has("11 more groups are left without somebody of a role."), "{said:#?}");
        assert!(has("2 large groups were not looked through for who would be left."), "{said:#?}");
    }

    #[test]
    fn what_okta_makes_of_it_is_said() {
        let last = |change, radius| about(change, radius).pop().map(|(words, _)| words).unwrap_or_default();
        let radius = BlastRadius {
            drifting: 87,
            from_okta: 118,
            sources: vec![(RoleSource::Okta, 106), (RoleSource::Group, 12)],
            ..BlastRadius::default()
        };
        assert_eq!(
            last(UserChange::Role { role: Role::Editor }, radius.clone()),
            "Okta is not told. 87 people differ then from what Okta pushed last, until it pushes another role for them. \
             12 roles no longer follow a group."
        );
        assert_eq!(
            last(UserChange::Deactivate, radius.clone()),
            "Okta is not told. Its next push of 118 people whom it knows lets them in again: unassign them there as well."
        );
        assert_eq!(last(UserChange::Reactivate, radius), "Okta is not told.");
    }
}
