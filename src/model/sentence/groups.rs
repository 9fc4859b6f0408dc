//! What a push made of a group.

use serde_json::Value;

use super::people::named;
use crate::model::{
    event::{Change, Event},
    words::{count, plural},
};

/// How many paths an event names; where there are as many, there may have been more.
const MOST_NAMED: usize = 50;

/// What changed of a group, with the mark that joins it to the deed.
pub(super) fn members(event: &Event, changes: &[Change]) -> String {
    let is_new = event.method == "POST";
    let mut words = Vec::new();
    if !is_new && let Some(renamed) = renamed(event, changes) {
        words.push(renamed);
    }
    words.extend(if changes.is_empty() { touched(event) } else { came_and_went(changes) });
    let roles = event.changed.iter().filter(|path| path.ends_with("].role")).count() as u64;
    if roles > 0 {
        words.push(format!("{} followed", plural(roles, "role", "roles")));
    }
    match (is_new, words.is_empty()) {
        (true, true) => " without members".to_owned(),
        (false, true) if event.changed.is_empty() => "; nothing was new".to_owned(),
        (false, true) => String::new(),
        (_, false) => format!(": {}", words.join(", ")),
    }
}

fn renamed(event: &Event, changes: &[Change]) -> Option<String> {
    let before = changes.iter().find(|change| change.path == "displayName").and_then(|change| change.before.as_ref());
    match before.and_then(Value::as_str) {
        Some(before) => Some(format!("renamed from {}", named(before))),
        None => event.changed.iter().any(|path| path == "displayName").then(|| "renamed".to_owned()),
    }
}

/// Whether a path is about a membership rather than about the role of a member.
fn is_member(path: &str) -> bool {
    path.starts_with("members[") && !path.ends_with("].role")
}

/// How many came and how many went, by the values before and after.
fn came_and_went(changes: &[Change]) -> Vec<String> {
    if let Some(whole) = changes.iter().find(|change| change.path == "members") {
        let number =
            |value: &Option<Value>| value.as_ref().and_then(Value::as_str)?.split(' ').next()?.parse::<u64>().ok();
        return match (number(&whole.before), number(&whole.after)) {
            (Some(before), Some(after)) => {
                vec![format!("{}, {} before", plural(after, "member", "members"), count(before))]
            }
            _ => vec!["many members changed".to_owned()],
        };
    }
    let members = || changes.iter().filter(|change| is_member(&change.path));
    let added = members().filter(|change| change.before.is_none()).count() as u64;
    let removed = members().filter(|change| change.after.is_none()).count() as u64;
    match (added, removed) {
        (0, 0) => Vec::new(),
        (added, 0) => vec![format!("{} added", plural(added, "member", "members"))],
        (0, removed) => vec![format!("{} removed", plural(removed, "member", "members"))],
        (added, removed) => {
            vec![format!("{} added", plural(added, "member", "members")), format!("{} removed", count(removed))]
        }
    }
}

/// How many were touched, by the paths alone.
fn touched(event: &Event) -> Vec<String> {
    let members = event.changed.iter().filter(|path| is_member(path)).count() as u64;
    if event.changed.iter().any(|path| path == "members") || event.changed.len() >= MOST_NAMED {
        return vec!["many members changed".to_owned()];
    }
    match members {
        0 => Vec::new(),
        members => vec![format!("{} changed", plural(members, "member", "members"))],
    }
}
