//! The setup guide: the words of each step, read from `assets/guide.toml`.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asset_is_a_guide() {
        let guide: Guide = toml::from_str(include_str!("../../assets/guide.toml")).unwrap();
        assert_eq!(&guide, Guide::builtin());
    }
}
