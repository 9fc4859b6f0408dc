//! The same request in Okta's own System Log: under which event type an admin finds it there, and by which search.
//!
//! Okta logs jobs rather than requests, and never a body. Event types and their texts are those of Okta's catalogue of
//! event types; some are logged only when something failed. Both sides are joined by Okta's id of the person, which it
//! sends as `externalId`. The search is in the syntax of the System Log's filter (a SCIM filter over `eventType`,
//! `target.id` and `outcome.result`), as its Advanced Filters and its API take it.

use std::fmt;

use serde::Serialize;

use crate::model::{
    event::{Action, Event},
    sentence,
    token::TokenMode,
};

/// Where the log is in Okta's admin console.
pub const WHERE: &str = "Reports > System Log > Advanced Filters";

/// How Okta's ids of people begin.
const PERSON: &str = "00u";
/// How long they are, in characters.
const PERSON_LENGTH: usize = 20;

/// A request as Okta logs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// Okta's event type.
    pub event_type: &'static str,
    /// Okta's text for it.
    pub text: &'static str,
    /// The filter that finds it there.
    pub search: String,
}

/// Why a request is not in Okta's System Log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotLogged {
    /// Somebody else sent it.
    Somebody(String),
    /// The service itself sent it, as a test.
    Test,
    /// Okta does not log this kind of request, as far as its catalogue of event types tells.
    Kind(&'static str),
}

impl fmt::Display for NotLogged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Somebody(who) => write!(f, "Not there: {who} sent this, not Okta."),
            Self::Test => f.write_str("Not there: this was test traffic of scimroom's own."),
            Self::Kind(what) => write!(f, "Probably not there: Okta does not seem to log {what}."),
        }
    }
}

/// Okta's own name for what it did with this request.
///
/// # Errors
/// Okta does not log it.
pub fn entry(event: &Event) -> Result<LogEntry, NotLogged> {
    if event.mode == TokenMode::Test {
        return Err(NotLogged::Test);
    }
    if !event.is_from_okta() {
        return Err(NotLogged::Somebody(sentence::who(event)));
    }
    let (event_type, text) = kind(event).map_err(NotLogged::Kind)?;
    Ok(LogEntry { event_type, text, search: search(event, event_type) })
}

/// The event type under which Okta logs a request, without asking who sent it.
fn kind(event: &Event) -> Result<(&'static str, &'static str), &'static str> {
    let failed = !event.succeeded();
    match event.status {
        401 if event.action == Action::SignInRefused => {
            return Ok(("application.integration.authentication_failure", "Error authenticating"));
        }
        429 => return Ok(("application.integration.rate_limit_exceeded", "API rate limit exceeded")),
        _ => {}
    }
    let of_groups = sentence::is_of_groups(event);
    let is_new = event.method == "POST";
    Ok(match event.action {
        Action::CredentialTest => return Err("the test of a connection"),
        Action::Lookup if of_groups => return Err("a search for a group"),
        Action::Lookup => ("application.provision.user.verify_exists", "Verify user exists in external application"),
        Action::Read => return Err("that it reads one resource; the change that follows is logged"),
        Action::ImportPage if of_groups => return Err("pages of groups, but when they cannot be read"),
        Action::ImportPage => ("application.provision.user.import_profile", "Import profile from external application"),
        Action::Create | Action::Return => ("application.provision.user.push", "Push new user to external application"),
        Action::EmailChange if is_new => ("application.provision.user.push", "Push new user to external application"),
        Action::Update | Action::RoleChange | Action::EmailChange => {
            ("application.provision.user.push_profile", "Push user's profile to external application")
        }
        Action::Deactivate => {
            ("application.provision.user.deactivate", "Push user deactivation to external application")
        }
        Action::Reactivate => {
            ("application.provision.user.reactivate", "Push user reactivation in external application")
        }
        Action::Delete => ("application.provision.user.delete", "Delete user in external application"),
        Action::GroupPush if failed && is_new => ("application.provision.group.add", "Provision a new group"),
        Action::GroupPush if failed => ("application.provision.group.update", "Update a group"),
        Action::GroupPush if is_new => ("application.provision.group_push.pushed", "A group was pushed to an app"),
        Action::GroupPush if is_of_members(event) => {
            ("application.provision.group_push.push_memberships", "Group push pushed memberships")
        }
        Action::GroupPush => ("application.provision.group_push.updated", "A group was updated in an app"),
        Action::GroupDelete if failed => ("application.provision.group.remove", "Remove a group"),
        Action::GroupDelete => ("application.provision.group_push.removed", "A group was removed from an app"),
        Action::Bulk => return Err("requests to /Bulk, and sends none"),
        Action::Discovery => return Err("that it asks what a service can do"),
        Action::SignInRefused => return Err("this request by itself"),
        Action::Astray => return Err("a path that leads nowhere; the failed job it belongs to is logged"),
    })
}

/// Whether members were pushed, rather than the group's name.
fn is_of_members(event: &Event) -> bool {
    event.changed.iter().any(|path| path.starts_with("members"))
}

/// The filter for Okta's System Log that finds the request.
fn search(event: &Event, event_type: &str) -> String {
    let mut search = format!("eventType eq \"{event_type}\"");
    // A group's externalId need not be Okta's id of it, and other people's ids are none of Okta's.
    let is_person = |id: &&str| {
        id.starts_with(PERSON) && id.len() == PERSON_LENGTH && id.chars().all(|c| c.is_ascii_alphanumeric())
    };
    if let Some(id) = event.external_id.as_deref().filter(is_person) {
        search.push_str(&format!(" and target.id eq \"{id}\""));
    }
    if !event.succeeded() {
        search.push_str(" and outcome.result eq \"FAILURE\"");
    }
    search
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sentence::tests::event;

    fn found(event: &Event) -> String {
        entry(event).map_or_else(|not| not.to_string(), |entry| entry.search)
    }

    #[test]
    fn a_request_has_the_name_that_okta_gives_it() {
        let user = "application.provision.user";
        let push = "application.provision.group_push";
        for (action, method, wanted) in [
            (Action::Lookup, "GET", format!("{user}.verify_exists")),
            (Action::Create, "POST", format!("{user}.push")),
            (Action::Return, "POST", format!("{user}.push")),
            (Action::Update, "PUT", format!("{user}.push_profile")),
            (Action::RoleChange, "PUT", format!("{user}.push_profile")),
            (Action::EmailChange, "PUT", format!("{user}.push_profile")),
            (Action::EmailChange, "POST", format!("{user}.push")),
            (Action::Deactivate, "PATCH", format!("{user}.deactivate")),
            (Action::Reactivate, "PATCH", format!("{user}.reactivate")),
            (Action::Delete, "DELETE", format!("{user}.delete")),
            (Action::ImportPage, "GET", format!("{user}.import_profile")),
            (Action::GroupPush, "POST", format!("{push}.pushed")),
            (Action::GroupPush, "PATCH", format!("{push}.updated")),
            (Action::GroupDelete, "DELETE", format!("{push}.removed")),
        ] {
            let mut event = event(action, 200);
            event.method = method.to_owned();
            assert_eq!(entry(&event).map(|entry| entry.event_type), Ok(wanted.as_str()), "{action} {method}");
        }
        let mut members = event(Action::GroupPush, 200);
        members.changed = vec!["members[value eq \"a\"]".to_owned()];
        assert_eq!(
            entry(&members).map(|entry| entry.event_type),
            Ok("application.provision.group_push.push_memberships")
        );
    }

    #[test]
    fn the_search_names_the_person_and_the_failure() {
        let mut refused = event(Action::Create, 400);
        refused.external_id = Some("00u7ab2cdEFGhij8x5d7".to_owned());
        assert_eq!(
            found(&refused),
            "eventType eq \"application.provision.user.push\" and target.id eq \"00u7ab2cdEFGhij8x5d7\" and \
             outcome.result eq \"FAILURE\""
        );
        // What is no id of Okta's cannot be searched for, and could break the filter.
        refused.external_id = Some("4711\" or eventType pr".to_owned());
        assert_eq!(
            found(&refused),
            "eventType eq \"application.provision.user.push\" and outcome.result eq \"FAILURE\""
        );
        let limited = event(Action::Update, 429);
        assert!(found(&limited).starts_with("eventType eq \"application.integration.rate_limit_exceeded\""));
        let stranger = event(Action::SignInRefused, 401);
        assert!(found(&stranger).contains("application.integration.authentication_failure"));
    }

    #[test]
    fn what_okta_does_not_log_says_so() {
        assert_eq!(
            found(&event(Action::CredentialTest, 200)),
            "Probably not there: Okta does not seem to log the test of a connection."
        );
        let mut test = event(Action::Create, 201);
        test.mode = TokenMode::Test;
        assert_eq!(found(&test), "Not there: this was test traffic of scimroom's own.");
        let mut by_hand = event(Action::Create, 201);
        by_hand.user_agent = Some("curl/8.9.1".to_owned());
        assert_eq!(found(&by_hand), "Not there: curl (token Okta production) sent this, not Okta.");
        for action in Action::ALL {
            for status in [200, 400, 401, 404, 409, 429, 500] {
                assert!(found(&event(*action, status)).len() > 20, "{action} {status}");
            }
        }
    }
}
