//! Events in JSON: what is recorded, and in front of it the sentence that says what it meant, and behind it where Okta's
//! own log has it.
//!
//! Both follow from the event, so neither is stored nor read back. They are added here, where an event becomes JSON, and
//! nowhere else: so the admin API, its stream, exported files and the command line's `--json` all have them, and no client
//! has to know the rules.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{
    event::{Change, Event, EventDetail},
    event_log::TimelineEntry,
    sentence::sentence,
    system_log::{LogEntry, entry},
};

/// The JSON of an event, of which the recorded part may be more than the event itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<R: Serialize> {
    sentence: String,
    #[serde(flatten)]
    recorded: R,
    #[serde(skip_serializing_if = "Option::is_none")]
    okta_log: Option<LogEntry>,
}

impl<R: Serialize> Told<R> {
    fn new(event: &Event, changes: &[Change], recorded: R) -> Self {
        Self { sentence: sentence(event, changes), recorded, okta_log: entry(event).ok() }
    }
}

macro_rules! told {
    ($type:ident, $event:expr, $changes:expr) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                /// As it is recorded.
                #[derive(Serialize)]
                struct Recorded<'r>(#[serde(serialize_with = "Plain::serialize")] &'r $type);

                /// The derived form, which stands behind the trait.
                struct Plain;

                impl Plain {
                    fn serialize<S: Serializer>(recorded: &&$type, serializer: S) -> Result<S::Ok, S::Error> {
                        $type::serialize(recorded, serializer)
                    }
                }

                let (event, changes): (fn(&Self) -> &Event, fn(&Self) -> &[Change]) = ($event, $changes);
                Told::new(event(self), changes(self), Recorded(self)).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    };
}

told!(Event, |event| event, |_| &[]);
told!(EventDetail, |detail| &detail.event, |detail| &detail.changes);
told!(TimelineEntry, |entry| &entry.event, TimelineEntry::all_changes);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{event::Action, sentence::tests::event};

    #[test]
    fn an_event_in_json_says_what_it_meant_and_reads_back_as_it_was() {
        let mut event = event(Action::RoleChange, 200);
        event.changed = vec!["role".to_owned()];
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["sentence"], "Okta changed the role of ada@harbor.example.");
        assert_eq!(json["oktaLog"]["eventType"], "application.provision.user.push_profile");
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);

        let changes =
            vec![Change { path: "role".to_owned(), before: Some(json!("viewer")), after: Some(json!("editor")) }];
        let detail = EventDetail {
            event: event.clone(),
            changes: changes.clone(),
            request_body: Some("{}".to_owned()),
            response_body: None,
            truncated: false,
        };
        let entry = TimelineEntry { event, changes };
        let text = serde_json::to_string(&detail).unwrap();
        assert_eq!(text.matches("\"sentence\"").count(), 1, "{text}");
        assert_eq!(serde_json::from_str::<EventDetail>(&text).unwrap(), detail);
        let of = |value: Value| value["sentence"].as_str().unwrap().to_owned();
        let wanted = "Okta changed the role of ada@harbor.example from viewer to editor.";
        assert_eq!(of(serde_json::from_str(&text).unwrap()), wanted);
        assert_eq!(of(serde_json::to_value(&entry).unwrap()), wanted);
        let back: TimelineEntry = serde_json::from_value(serde_json::to_value(&entry).unwrap()).unwrap();
        assert_eq!(back, entry);
    }

    #[test]
    fn a_push_of_a_group_is_not_told_by_what_it_did_to_one_person() {
        let mut event = event(Action::GroupPush, 200);
        event.changed = (0..12).map(|id| format!("members[value eq \"{id}\"]")).collect();
        let change = Change { path: event.changed[0].clone(), before: None, after: Some(json!("0")) };
        let entry = TimelineEntry { event, changes: vec![change] };
        let json = serde_json::to_value(&entry).unwrap();
        assert_eq!(json["sentence"], "Okta pushed the group Engineering: 12 members changed.");
    }

    #[test]
    fn what_okta_does_not_log_has_no_place_in_its_log() {
        let json = serde_json::to_value(event(Action::CredentialTest, 200)).unwrap();
        assert!(json.get("oktaLog").is_none() && json["sentence"].is_string(), "{json}");
    }
}
