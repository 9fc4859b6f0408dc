//! What was asked for, and how it went.

use serde_json::Value;

use super::{
    groups::members,
    people::{filter, group, is_named, is_of_groups, named, parameter, target, who, whom},
};
use crate::model::{
    event::{Action, Change, Event, SESSIONS},
    token::TokenMode,
    words::{bounded, count, plural},
};

/// How many changed attributes are named.
const NAMED: usize = 3;
/// Columns of an attribute's name.
const ATTRIBUTE: usize = 40;

/// What a client asked for, in both forms of the verb: it *created ada*, or tried to *create ada*.
pub(super) struct Deed {
    /// `create ada@harbor.example`
    pub(super) asked: String,
    /// `created ada@harbor.example`
    pub(super) did: String,
}

fn deed(verbs: (&str, &str), object: impl AsRef<str>) -> Deed {
    let object = object.as_ref();
    Deed { asked: format!("{} {object}", verbs.0), did: format!("{} {object}", verbs.1) }
}

/// What the request asked for.
pub(super) fn of(event: &Event) -> Deed {
    let whom = whom(event);
    match event.action {
        Action::CredentialTest => deed(("test", "tested"), "its connection"),
        Action::Lookup if is_named(event) => deed(("look for", "looked for"), whom),
        Action::Lookup => deed(("search", "searched"), searched(event)),
        Action::Read => deed(("read", "read"), whom),
        Action::ImportPage => deed(("read", "read"), page(event)),
        Action::Create => deed(("create", "created"), whom),
        Action::Update if event.succeeded() && shown(event).is_empty() => {
            deed(("push", "pushed"), format!("the profile of {whom}"))
        }
        Action::Update => deed(("change", "changed"), whom),
        Action::RoleChange => deed(("change", "changed"), format!("the role of {whom}")),
        Action::EmailChange => deed(("change", "changed"), "an e-mail address"),
        Action::Deactivate => deed(("deactivate", "deactivated"), whom),
        Action::Reactivate => deed(("reactivate", "reactivated"), whom),
        Action::Return => deed(("create", "created"), format!("{whom} again")),
        Action::Delete => deed(("delete", "deleted"), whom),
        Action::GroupPush if event.method == "POST" => deed(("create", "created"), whom),
        Action::GroupPush => deed(("push", "pushed"), whom),
        Action::GroupDelete => deed(("delete", "deleted"), group(event)),
        Action::Bulk => match event.results.filter(|_| event.succeeded()) {
            Some(operations) => {
                deed(("send", "sent"), format!("{} at once", plural(operations, "operation", "operations")))
            }
            None => deed(("send", "sent"), "several operations at once"),
        },
        Action::Discovery => deed(("ask for", "asked for"), discovered(event)),
        Action::SignInRefused | Action::Astray => deed(("ask for", "asked for"), target(event)),
    }
}

/// A request that was carried out.
pub(super) fn done(event: &Event, changes: &[Change]) -> String {
    let deed = match of_address(event, changes) {
        Some(deed) => deed,
        None => of(event),
    };
    let would = if is_withheld(event) { "would have " } else { "" };
    format!("{} {would}{}{}", who(event), deed.did, outcome(event, changes))
}

/// Whether it changed nothing only because it was a dry run.
fn is_withheld(event: &Event) -> bool {
    let changes = match event.action {
        Action::Update | Action::GroupPush => !event.changed.is_empty() || event.method == "POST",
        Action::Bulk => false,
        action => action.is_write(),
    };
    event.mode == TokenMode::DryRun && changes
}

/// What came of it, with the mark that joins it to the deed.
fn outcome(event: &Event, changes: &[Change]) -> String {
    match event.action {
        Action::CredentialTest => ": its token was accepted".to_owned(),
        Action::Lookup => found(event),
        Action::Read if event.status == 304 => ": nothing new since it read that last".to_owned(),
        Action::ImportPage => match event.results {
            Some(1) => "; there is 1 in all".to_owned(),
            Some(total) => format!("; there are {} in all", count(total)),
            None => String::new(),
        },
        Action::Create => as_role(event, ""),
        Action::Return => as_role(event, ": the account came back under its old id"),
        Action::Update if shown(event).is_empty() => "; nothing was new".to_owned(),
        Action::Update => format!(": {}", attributes(event)),
        Action::RoleChange => roles(event, changes),
        Action::EmailChange if is_new_account(event) => {
            format!(": a new account, the old one is kept and deactivated{}", sessions(event, changes))
        }
        Action::EmailChange => ": the account was renamed".to_owned(),
        Action::Deactivate | Action::Delete => sessions(event, changes),
        Action::GroupPush => members(event, changes),
        Action::GroupDelete => "; its members stay".to_owned(),
        Action::Read
        | Action::Reactivate
        | Action::Bulk
        | Action::Discovery
        | Action::SignInRefused
        | Action::Astray => String::new(),
    }
}

/// What a search found.
fn found(event: &Event) -> String {
    let of_groups = is_of_groups(event);
    match event.results {
        None => String::new(),
        Some(0) if of_groups && is_named(event) => " and found no such group".to_owned(),
        Some(0) if is_named(event) => " and found nobody".to_owned(),
        Some(0) => " and found nothing".to_owned(),
        Some(1) if is_named(event) && of_groups => " and found it".to_owned(),
        Some(1) if is_named(event) => " and found the account".to_owned(),
        Some(found) => format!(" and found {}", count(found)),
    }
}

/// What a search without a name went through.
fn searched(event: &Event) -> String {
    let whole = match event.path.split('/').any(|segment| segment.eq_ignore_ascii_case("users")) {
        true => "the users",
        false if is_of_groups(event) => "the groups",
        false => "users and groups",
    };
    match filter(event) {
        Some(filter) => format!("{whole} ({filter})"),
        None => whole.to_owned(),
    }
}

/// Which part of a list was read.
fn page(event: &Event) -> String {
    let of = if is_of_groups(event) { "groups" } else { "users" };
    let number = |name| parameter(event, name).and_then(|value| value.trim().parse::<u64>().ok());
    if parameter(event, "cursor").is_some_and(|cursor| !cursor.is_empty()) {
        return format!("a further page of {of}");
    }
    match (number("startIndex").map(|start| start.max(1)), number("count")) {
        (_, Some(0)) => format!("the number of {of}"),
        (start, Some(size)) => match start.unwrap_or(1) - 1 {
            before if before % size == 0 => format!("page {} of {of}", count(before / size + 1)),
            before => format!("{of} from number {} on", count(before + 1)),
        },
        (Some(start), None) if start > 1 => format!("{of} from number {} on", count(start)),
        (_, None) => format!("the list of {of}"),
    }
}

/// What of the service's own description was asked for.
fn discovered(event: &Event) -> String {
    let segments = event.path.to_ascii_lowercase();
    let is = |name: &str| segments.split('/').any(|segment| segment == name);
    let words = if is("schemas") {
        "the schemas"
    } else if is("resourcetypes") {
        "the kinds of resources"
    } else if is("roles") {
        "the roles there are"
    } else {
        "what this service can do"
    };
    words.to_owned()
}

/// The role that was sent with a new account.
fn as_role(event: &Event, words: &str) -> String {
    match (event.role, words) {
        (Some(role), "") => format!(" as {role}"),
        (Some(role), words) => format!("{words}, as {role}"),
        (None, "") => "; no role was sent".to_owned(),
        (None, words) => words.to_owned(),
    }
}

/// From which role to which.
fn roles(event: &Event, changes: &[Change]) -> String {
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(|role| bounded(role, ATTRIBUTE));
    let change = changes.iter().find(|change| change.path == "role");
    match change.and_then(|change| Some((text(&change.before)?, text(&change.after)?))) {
        Some((before, after)) => format!(" from {before} to {after}"),
        None => event.role.map(|role| format!(" to {role}")).unwrap_or_default(),
    }
}

/// Whether a changed address made a new account.
fn is_new_account(event: &Event) -> bool {
    event.changed.iter().any(|path| path == "replaces")
}

/// A changed address, by whichever of both is known.
fn of_address(event: &Event, changes: &[Change]) -> Option<Deed> {
    if event.action != Action::EmailChange {
        return None;
    }
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(named);
    let replaced = changes.iter().find(|change| change.replaced().is_some()).and_then(|change| text(&change.after));
    let renamed = || changes.iter().find(|change| change.path == "userName").and_then(|change| text(&change.before));
    let object = match replaced.or_else(renamed) {
        Some(old) => format!("the e-mail address of {old} to {}", whom(event)),
        None => format!("an e-mail address to {}", whom(event)),
    };
    Some(deed(("change", "changed"), object))
}

/// How many sessions ended with an access. An event that does not say it is older than that, or none was open.
fn sessions(event: &Event, changes: &[Change]) -> String {
    let change = changes.iter().find(|change| change.path == SESSIONS);
    let ended = match change.and_then(|change| change.before.as_ref()).and_then(Value::as_u64) {
        Some(ended) => plural(ended, "session", "sessions"),
        None if event.changed.iter().any(|path| path == SESSIONS) => "open sessions".to_owned(),
        None => return String::new(),
    };
    if is_withheld(event) { format!(", {ended} would have ended") } else { format!("; {ended} ended") }
}

/// The attributes that changed, as people know them.
fn shown(event: &Event) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for path in event.changed.iter().filter(|path| *path != SESSIONS) {
        let name = attribute(path);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The first of the attributes that changed, and how many more there are.
fn attributes(event: &Event) -> String {
    let names = shown(event);
    let first: Vec<String> = names.iter().take(NAMED).map(|name| bounded(name, ATTRIBUTE)).collect();
    match (first.as_slice(), names.len().saturating_sub(NAMED)) {
        (first, more @ 1..) => format!("{} and {} more", first.join(", "), count(more as u64)),
        ([before @ .., last], 0) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        (first, _) => first.join(", "),
    }
}

/// An attribute's name without the schema in front of it and the filter behind it: `emails` of
/// `emails[type eq "work"].value`.
fn attribute(path: &str) -> &str {
    let bare = path.split('[').next().unwrap_or(path);
    if bare.starts_with("urn:") { bare.rsplit(':').next().unwrap_or(bare) } else { bare }
}
