//! `scimroom group`: the groups that Okta pushed, and the roles they are mapped to.

use std::{process::ExitCode, str::FromStr};

use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet, Table, or_dash, visible, when},
    },
    model::{
        group::{Group, GroupDetail, GroupQuery, MappingPreview},
        role::Role,
    },
};

/// The most groups the service gives at once.
const WINDOW: u32 = 1_000;

/// `group ...`.
#[derive(Debug, Subcommand)]
pub enum GroupCommand {
    /// List all groups in the order in which they were created.
    #[command(after_help = "Example: scimroom group list --mapped")]
    List {
        /// Only those whose name or external id contains this text. [default: all]
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only those that are mapped to a role.
        #[arg(long)]
        mapped: bool,
    },
    /// Show one group with its first members.
    #[command(after_help = "Example: scimroom group show APP-Harbor-Editors")]
    Show {
        /// The group's name or id.
        #[arg(value_name = "NAME-OR-ID")]
        which: String,
    },
    /// Give a group's direct members a role. A role that Okta sends for a person, or that was set here, wins over it;
    /// of several groups the highest role counts.
    #[command(after_help = "Example: scimroom group map APP-Harbor-Editors editor\n\nThe role none ends the mapping: \
                            who had a role from it has the default role again.")]
    Map {
        /// The group's name or id.
        #[arg(value_name = "NAME-OR-ID")]
        which: String,
        /// owner, editor, viewer or none.
        role: Mapping,
        /// Say what this would do, and change nothing.
        #[arg(long)]
        preview: bool,
    },
}

/// A role, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping(Option<Role>);

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(None));
        }
        text.parse()
            .map(|role| Self(Some(role)))
            .map_err(|error: crate::model::role::ParseRoleError| format!("{error}; none ends the mapping"))
    }
}

/// Carries out `group ...`.
pub async fn run(command: GroupCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        GroupCommand::List { search, mapped } => {
            let query = GroupQuery {
                search: search.unwrap_or_default(),
                mapped: mapped.then_some(true),
                limit: WINDOW,
                ..GroupQuery::default()
            };
            list(query, connection, out).await?;
        }
        GroupCommand::Show { which } => {
            let group = connection.call(async |client| client.find_group(&which).await).await?;
            out.show(&group, describe)?;
        }
        GroupCommand::Map { which, role: Mapping(role), preview: true } => {
            let id = connection.call(async |client| client.find_group(&which).await).await?.group.id;
            let preview = connection.call(async |client| client.preview_mapping(id, role).await).await?;
            out.show(&preview, foretell)?;
        }
        GroupCommand::Map { which, role: Mapping(role), preview: false } => {
            let id = connection.call(async |client| client.find_group(&which).await).await?.group.id;
            let mapped = connection.call(async |client| client.map_group(id, role).await).await?;
            out.show(&mapped, |mapped| {
                let name = visible(&mapped.group.display_name);
                let changed = match mapped.changed_users {
                    0 => "nobody's role changed".to_owned(),
                    1 => "the role of 1 person changed".to_owned(),
                    more => format!("the roles of {more} people changed"),
                };
                match role {
                    Some(role) => format!("{name} is mapped to {role} now; {changed}."),
                    None => format!("{name} is mapped to no role now; {changed}."),
                }
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Printed window by window, as users are.
async fn list(mut query: GroupQuery, connection: &mut Connection, out: &Output) -> Result<(), Failure> {
    let mut array = out.array();
    let mut table = Table::new(["NAME", "MEMBERS", "ROLE", "EXTERNAL ID", "LAST CHANGE", "ID"]);
    loop {
        let page = connection.call(async |client| client.groups(&query).await).await?;
        if page.groups.is_empty() && query.offset == 0 && !out.is_json() {
            let all = query.search.is_empty() && query.mapped.is_none();
            let none = "No groups yet. In Okta: Applications > this app > Push Groups > Push Groups by name.";
            out.line(if all { none } else { "No group matches." })?;
            return Ok(());
        }
        query.offset += page.groups.len() as u64;
        if out.is_json() {
            array.push(&page.groups)?;
        } else {
            for group in &page.groups {
                table.row(row(group));
            }
            out.line(&table.take())?;
        }
        if page.groups.is_empty() || query.offset >= page.total {
            break;
        }
    }
    if out.is_json() {
        array.finish()?;
    }
    Ok(())
}

fn row(group: &Group) -> [String; 6] {
    [
        group.display_name.clone(),
        group.members.to_string(),
        or_dash(group.role),
        or_dash(group.external_id.clone()),
        when(group.last_modified),
        group.id.to_string(),
    ]
}

fn foretell(preview: &MappingPreview) -> String {
    let role = |role: Option<Role>| role.map_or("no role".to_owned(), |role| role.to_string());
    let changes = preview.changes.iter().map(|shift| format!("{} from {} to {}", shift.users, shift.from, shift.to));
    let people = preview.first.iter().map(|one| format!("{} ({} to {})", visible(&one.user_name), one.from, one.to));
    let mut people: Vec<String> = people.collect();
    let more = preview.changed_users().saturating_sub(people.len() as u64);
    if more > 0 {
        people.push(format!("and {more} more"));
    }
    Sheet::default()
        .line("group", visible(&preview.group.display_name))
        .line("mapped to", format!("{}, would be {}", role(preview.group.role), role(preview.role)))
        .line("members", format!("{} people, {} groups", preview.users, preview.groups))
        .line(
            "would change",
            match preview.changes.is_empty() {
                true => "nobody's role".to_owned(),
                false => changes.collect::<Vec<_>>().join("\n"),
            },
        )
        .line("keep Okta's", preview.kept_okta)
        .line("keep one set here", preview.kept_local)
        .maybe("refused", preview.refusal.as_ref())
        .maybe("who", (!people.is_empty()).then(|| people.join("\n")))
        .to_string()
}

fn describe(detail: &GroupDetail) -> String {
    let group = &detail.group;
    let mut members: Vec<String> = detail
        .first_members
        .iter()
        .map(|member| format!("{} ({}, {})", visible(&member.name), member.kind.as_str().to_lowercase(), member.id))
        .collect();
    let more = group.members.saturating_sub(members.len() as u64);
    if more > 0 {
        members.push(format!("and {more} more"));
    }
    Sheet::default()
        .line("name", visible(&group.display_name))
        .line("id", group.id)
        .maybe("external id", group.external_id.as_ref())
        .line("mapped to", group.role.map_or("no role".to_owned(), |role| role.to_string()))
        .line("members", group.members)
        .maybe("role to follow", (detail.unsettled > 0).then(|| format!("for {} members", detail.unsettled)))
        .line("created", when(group.created))
        .line("last change", when(group.last_modified))
        .maybe("who", (!members.is_empty()).then(|| members.join("\n")))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_a_role_or_none() {
        assert_eq!("Editor".parse(), Ok(Mapping(Some(Role::Editor))));
        assert_eq!("none".parse(), Ok(Mapping(None)));
        let error = "admin".parse::<Mapping>().unwrap_err();
        assert!(error.contains("owner, editor and viewer") && error.contains("none"), "{error}");
    }
}
