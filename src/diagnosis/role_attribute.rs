//! The attribute "Common Room Role": the ways to send it, read from `assets/role-attribute.toml`, and what the latest
//! requests say of it, in a sentence.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::{
    checklist::CopyValue,
    finding::Code,
    role::Role,
    role_attribute::{CarriedRole, RoleForm, RoleOutcome, RoleWay},
};

/// A role that does not exist.
const UNKNOWN: Code = Code(50);
/// Two roles for one person.
const TWO: Code = Code(51);

/// The ways, as the asset has them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    first: Vec<CopyValue>,
    last: Vec<CopyValue>,
    way: Vec<WayText>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct WayText {
    form: RoleForm,
    title: String,
    about: String,
    data_type: String,
    external_name: String,
    external_namespace: String,
    wire: String,
    seen: String,
}

impl Asset {
    /// The one that is part of the program. Cannot fail, as with the catalogue: a broken asset, which a test would catch,
    /// leaves no way.
    fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Asset> =
            LazyLock::new(|| toml::from_str(include_str!("../../assets/role-attribute.toml")).unwrap_or_default());
        &BUILTIN
    }

    /// What to type in, in the order of Okta's form.
    fn values(&self, way: &WayText) -> Vec<CopyValue> {
        let value = |label: &str, value: &String| CopyValue { label: label.to_owned(), value: value.clone() };
        let mut values = vec![value("Data type", &way.data_type)];
        values.extend(self.first.iter().cloned());
        values.push(value("External name", &way.external_name));
        values.push(value("External namespace", &way.external_namespace));
        values.extend(self.last.iter().cloned());
        values
    }
}

/// The ways to send the role, the recommended one first.
pub fn ways() -> Vec<RoleWay> {
    let asset = Asset::builtin();
    let way = |(place, way): (usize, &WayText)| RoleWay {
        form: way.form,
        title: way.title.clone(),
        recommended: place == 0,
        about: way.about.clone(),
        values: asset.values(way),
        wire: way.wire.clone(),
    };
    asset.way.iter().enumerate().map(way).collect()
}

/// What to type in for the recommended way, in the order of Okta's form.
pub(super) fn recommended_values() -> Vec<CopyValue> {
    let asset = Asset::builtin();
    asset.way.first().map_or_else(Vec::new, |way| asset.values(way))
}

/// What the latest requests, the newest first, say of the attribute, in a sentence with its cure.
pub fn sum_up(requests: &[CarriedRole]) -> String {
    // A body that is too long to be kept whole cannot be read again; that it carried a role is known.
    let carries =
        |request: &CarriedRole| !request.sent.is_empty() || matches!(request.became, RoleOutcome::Role { .. });
    let Some(newest) = requests.iter().find(|request| carries(request)) else { return none_of(requests.len()) };
    let silent = requests.iter().take_while(|request| !carries(request)).count();
    let shows = |code| newest.findings.contains(&code);
    let unknown = newest.sent.iter().find(|role| role.value.parse::<Role>().is_err());
    let value = unknown.map_or("", |role| role.value.as_str());
    if newest.became == RoleOutcome::Refused && shows(UNKNOWN) {
        return format!("The last role that came, {value:?}, is none: owner, editor and viewer are ({UNKNOWN}).");
    }
    if shows(TWO) {
        return format!("The last request with a role carried two: the primary one counts, else the new one ({TWO}).");
    }
    if silent >= 3 {
        return format!("The last {silent} requests carried no role, those before them did: see D53.");
    }
    let form = newest.sent.first().map(|role| role.form);
    let way = Asset::builtin().way.iter().find(|way| Some(way.form) == form);
    let seen = match (way, form) {
        (Some(way), _) => way.seen.as_str(),
        (None, Some(_)) => "The role comes as an entry of roles without primary and type, which works.",
        (None, None) => "The role comes in a body that is too long to be kept whole: its form is not known.",
    };
    let without = requests.iter().filter(|request| !carries(request)).count();
    match (without, requests.len()) {
        (0, _) => seen.to_owned(),
        (without, all) => format!("{seen} Of the last {all} requests {without} carried none."),
    }
}

fn none_of(requests: usize) -> String {
    match requests {
        0 => {
            "No profile has arrived yet: assign somebody in Okta, and what the request carried stands here.".to_owned()
        }
        1 => "The last request carried no role: nobody has chosen one in Okta, or the attribute is not mapped."
            .to_owned(),
        many => format!(
            "The last {many} requests carried no role: the attribute is not mapped, or was made without an External \
             namespace (D46)."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diagnosis::Catalogue,
        model::{id::EventId, role_attribute::SentRole, time::Timestamp},
    };

    fn request(sent: &[(RoleForm, &str)], became: RoleOutcome, findings: &[u8]) -> CarriedRole {
        CarriedRole {
            event: EventId(1),
            at: Timestamp::from_millis(0),
            user_name: None,
            from_okta: true,
            sent: sent.iter().map(|(form, value)| SentRole { form: *form, value: (*value).to_owned() }).collect(),
            became,
            status: 200,
            findings: findings.iter().copied().map(Code).collect(),
        }
    }

    #[test]
    fn the_asset_holds_ways_whose_examples_are_json() {
        let asset: Asset = toml::from_str(include_str!("../../assets/role-attribute.toml")).unwrap();
        assert_eq!(&asset, Asset::builtin());
        let ways = ways();
        assert_eq!(ways.iter().filter(|way| way.recommended).count(), 1);
        assert_eq!(ways[0].form, RoleForm::PrimaryEntry);
        for way in &ways {
            assert!(serde_json::from_str::<serde_json::Value>(&way.wire).unwrap().is_object(), "{}", way.title);
            assert_eq!(way.values.len(), 10, "{}", way.title);
        }
        let forms: std::collections::HashSet<RoleForm> = ways.iter().map(|way| way.form).collect();
        assert_eq!(forms.len(), ways.len(), "a form twice");
    }

    #[test]
    fn the_latest_requests_are_summed_up() {
        let editor = RoleOutcome::Role { role: Role::Editor };
        let none = || request(&[], RoleOutcome::Absent, &[]);
        let primary = || request(&[(RoleForm::PrimaryEntry, "editor")], editor, &[]);
        let text = || request(&[(RoleForm::Text, "editor")], editor, &[49]);
        for (requests, says) in [
            (vec![], "No profile has arrived yet"),
            (vec![none()], "nobody has chosen one"),
            (vec![none(), none(), none()], "The last 3 requests carried no role: the attribute is not mapped"),
            (vec![primary()], "as it should."),
            (vec![text(), primary()], "(D49)"),
            (vec![primary(), none(), text()], "Of the last 3 requests 1 carried none."),
            (vec![none(), none(), none(), primary()], "D53"),
            (vec![request(&[], editor, &[])], "too long to be kept whole"),
            (vec![request(&[(RoleForm::Entry, "editor")], editor, &[])], "without primary and type"),
            (
                vec![request(&[(RoleForm::PrimaryEntry, "boss")], RoleOutcome::Refused, &[50]), primary()],
                "\"boss\", is none",
            ),
            (vec![request(&[(RoleForm::Texts, "a"), (RoleForm::Texts, "b")], editor, &[49, 51])], "carried two"),
        ] {
            let summary = sum_up(&requests);
            assert!(summary.contains(says), "{says}: {summary}");
        }
    }

    #[test]
    fn what_is_named_is_in_the_catalogue() {
        let texts = [include_str!("../../assets/role-attribute.toml"), include_str!("role_attribute.rs")].concat();
        for code in super::super::guide::codes_in(&texts) {
            assert!(Catalogue::builtin().entry(code).is_some(), "{code}");
        }
    }
}
