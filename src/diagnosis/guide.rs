//! The setup guide: the words of each step. What to click and to copy is read from `assets/guide.toml`; what there is to
//! say beside it stands in `assets/guide/`, a text a step.

use std::sync::LazyLock;

use serde::Deserialize;

/// The guide's steps, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Guide {
    pub token: StepText,
    pub base_url: StepText,
    pub credentials: StepText,
    pub create_users: StepText,
    pub update_attributes: StepText,
    pub deactivate_users: StepText,
    pub user_name_format: StepText,
    pub role_attribute: StepText,
}

/// The words of one step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepText {
    /// The guide's name for it.
    pub title: String,
    /// What to click, line by line.
    pub instructions: Vec<String>,
    /// What to copy from here into Okta.
    #[serde(default)]
    pub values: Vec<ValueText>,
}

/// A value to copy; [`BASE_URL`] in it stands for the service's own base URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueText {
    /// The name of Okta's field.
    pub label: String,
    /// What goes into it.
    pub value: String,
}

/// Stands for the service's base URL in a value.
pub(super) const BASE_URL: &str = "{scim-base-url}";

impl Guide {
    /// The guide that is part of the program. Cannot fail, as with the catalogue: a broken asset, which a test would
    /// catch, leaves the steps without words.
    pub(super) fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Guide> =
            LazyLock::new(|| toml::from_str(include_str!("../../assets/guide.toml")).unwrap_or_default());
        &BUILTIN
    }
}

/// The texts beside the instructions, in Markdown, by step.
const TEXTS: [(&str, &str); 8] = [
    ("token", include_str!("../../assets/guide/token.md")),
    ("base-url", include_str!("../../assets/guide/base-url.md")),
    ("credentials", include_str!("../../assets/guide/credentials.md")),
    ("create-users", include_str!("../../assets/guide/create-users.md")),
    ("update-attributes", include_str!("../../assets/guide/update-attributes.md")),
    ("deactivate-users", include_str!("../../assets/guide/deactivate-users.md")),
    ("user-name-format", include_str!("../../assets/guide/user-name-format.md")),
    ("role-attribute", include_str!("../../assets/guide/role-attribute.md")),
];

/// The text beside the instructions of a step, without its title, which the step has.
pub(super) fn text(step: &str) -> &'static str {
    let text = TEXTS.iter().find(|(id, _)| *id == step).map_or("", |(_, text)| *text);
    match text.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest.trim(),
        _ => text.trim(),
    }
}

/// The codes of diagnoses that a text names, in their order.
#[cfg(test)]
pub(super) fn codes_in(text: &str) -> Vec<crate::model::finding::Code> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Catalogue;

    #[test]
    fn the_asset_is_a_guide() {
        let guide: Guide = toml::from_str(include_str!("../../assets/guide.toml")).unwrap();
        assert_eq!(&guide, Guide::builtin());
    }

    #[test]
    fn every_step_has_its_text_and_every_code_in_it_is_in_the_catalogue() {
        let guide = Guide::builtin();
        let titles = [
            &guide.token,
            &guide.base_url,
            &guide.credentials,
            &guide.create_users,
            &guide.update_attributes,
            &guide.deactivate_users,
            &guide.user_name_format,
            &guide.role_attribute,
        ];
        for ((id, whole), step) in TEXTS.iter().zip(titles) {
            assert_eq!(whole.lines().next(), Some(format!("# {}", step.title).as_str()), "{id}");
            for part in ["## What it is for", "## In Okta", "## When it worked", "## What usually goes wrong"] {
                assert!(text(id).contains(part), "{id}: {part}");
            }
            let row = format!("| {} | [assets/guide/{id}.md](assets/guide/{id}.md) |", step.title);
            assert!(include_str!("../../README.md").contains(&row), "the README leads to it: {row}");
            for code in codes_in(whole) {
                assert!(Catalogue::builtin().entry(code).is_some(), "{id}: {code}");
            }
            // A mistake that stands in the way of a step is named beside it.
            for code in (1..=99).map(crate::model::finding::Code) {
                let of_step = Catalogue::builtin().entry(code).is_some_and(|entry| entry.step.as_deref() == Some(id));
                assert!(!of_step || codes_in(whole).contains(&code), "{id}: {code} is missing");
            }
        }
        assert_eq!(codes_in("D46, (D49) and D5 or XD50"), [46, 49].map(crate::model::finding::Code));
    }

    /// A sentence stands in one place, so that it is put right in one place.
    #[test]
    fn no_sentence_stands_in_two_assets() {
        let assets = [
            include_str!("../../assets/guide.toml"),
            include_str!("../../assets/diagnosis.toml"),
            include_str!("../../assets/role-attribute.toml"),
        ];
        let mut seen = std::collections::HashMap::new();
        for (place, text) in assets.iter().copied().chain(TEXTS.iter().map(|(_, text)| *text)).enumerate() {
            let text = text.replace('\n', " ");
            for sentence in text.split(['.', ':', '"']).map(str::trim).filter(|words| words.split(' ').count() >= 8) {
                let other = seen.insert(sentence.to_owned(), place);
                assert!(other.is_none_or(|other| other == place), "twice: {sentence}");
            }
        }
    }
}
