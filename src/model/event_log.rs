//! The log as it is asked for and answered: searches, one person's timeline, failures by their cause.

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Action, Change, Event},
    finding::Code,
    id::EventId,
    sentence,
    time::Timestamp,
};

/// A search through the log, in the language of [`EventFilter`](crate::model::event_filter::EventFilter). From newest to
/// oldest; with `after` and no `before` from oldest to newest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventSearch {
    /// The filter; empty finds everything. `body:` terms need the editor role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// Only events older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventId>,
    /// Only events newer than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventId>,
    /// How many to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
}

/// How far a search through the log came. A call looks at no more than takes a moment; whoever wants more asks again from
/// `scanned_to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scanned {
    /// The last event looked at, found or not; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_to: Option<EventId>,
    /// When that one arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_at: Option<Timestamp>,
    /// Whether nothing is left in this direction that could be found.
    pub exhausted: bool,
}

/// What a search through the log found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventsFound {
    /// The events, in the direction of the search.
    pub events: Vec<Event>,
    /// How far it came.
    #[serde(flatten)]
    pub scanned: Scanned,
}

/// The place of a time in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventPlace {
    /// The first event that arrived at that time or later; the number of the next one to come where there is none.
    pub id: EventId,
}

/// What part of a person's timeline to show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimelineQuery {
    /// Only events older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventId>,
    /// Only events newer than this one; the oldest of them first, unless `before` is given as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventId>,
    /// Only events that changed the attribute at this path, a part of it, or the whole that it is a part of. In SCIM
    /// notation, such as `emails[type eq "work"].value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How many to give; 0 means 50, and no more than 200 are given.
    #[serde(default)]
    pub limit: u32,
}

/// An event that touched a person, with what it changed of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct TimelineEntry {
    /// The event.
    #[serde(flatten, serialize_with = "Event::serialize")]
    pub event: Event,
    /// What it changed; of a push of a group only what concerns the person. Empty where the reader's role may not see
    /// values.
    pub changes: Vec<Change>,
}

impl TimelineEntry {
    /// What it changed, as far as that is all that the event changed: of a push of a group it is not.
    pub fn all_changes(&self) -> &[Change] {
        if sentence::is_of_groups(&self.event) { &[] } else { &self.changes }
    }
}

/// A part of a person's timeline, in the direction that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The events.
    pub entries: Vec<TimelineEntry>,
    /// How far it came.
    #[serde(flatten)]
    pub scanned: Scanned,
}

/// Which failures to group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CausesQuery {
    /// Of the failures only those that this filter of the log shows; empty takes all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// Only events older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventId>,
}

/// Refused requests that have one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// What they meant.
    pub action: Action,
    /// Their status.
    pub status: u16,
    /// The `scimType` of the answer (RFC 7644 3.12), where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim_type: Option<String>,
    /// Their sentence, with `…` for names, numbers and values.
    pub words: String,
    /// How many requests, repeats included.
    pub count: u64,
    /// The oldest of them.
    pub first: EventId,
    /// When that arrived.
    pub first_at: Timestamp,
    /// The newest of them.
    pub last: EventId,
    /// When that arrived.
    pub last_at: Timestamp,
    /// Some of the people or groups concerned.
    pub people: Vec<String>,
    /// How many there are, as far as they were counted: up to 1,000.
    pub people_count: u64,
    /// What the requests give away about the set-up.
    pub findings: Vec<Code>,
    /// The click that mends it, where the catalogue of diagnoses has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// The filter of the log that shows them.
    pub filter: String,
}

/// Failures by their cause, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Causes {
    /// The causes.
    pub causes: Vec<Cause>,
    /// How far the search came.
    #[serde(flatten)]
    pub scanned: Scanned,
}

/// Whether a change at one path touches what stands at another: the same, a part of it, or the whole it is a part of.
pub fn touches(changed: &str, path: &str) -> bool {
    let begins = |whole: &str, part: &str| {
        part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ':']))
    };
    begins(changed, path) || begins(path, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_touches_parts_and_wholes_and_no_neighbours() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        for (changed, path) in [
            ("title", "title"),
            ("name", "name.familyName"),
            ("name.familyName", "name"),
            ("emails[type eq \"work\"]", "emails[type eq \"work\"].value"),
            ("emails", "emails[type eq \"work\"].value"),
            (&format!("{urn}:manager.value"), &format!("{urn}:manager")),
            (&format!("{urn}:department"), urn),
        ] {
            assert!(touches(changed, path), "{changed} {path}");
        }
        for (changed, path) in [
            ("name", "nameless"),
            ("title", "name"),
            ("emails[type eq \"home\"].value", "emails[type eq \"work\"].value"),
            ("name.familyName", "name.givenName"),
        ] {
            assert!(!touches(changed, path), "{changed} {path}");
        }
    }
}
