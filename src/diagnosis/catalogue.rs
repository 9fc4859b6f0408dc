//! The catalogue of diagnoses: what each code means and what to do about it, read from `assets/diagnosis.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::model::finding::{Code, Severity};

/// The diagnoses by code.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Catalogue {
    entries: BTreeMap<Code, Entry>,
}

/// One diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// How much it matters.
    pub severity: Severity,
    /// The mistake in a few words.
    pub title: String,
    /// What was seen on the wire, in a sentence.
    pub symptom: String,
    /// What Okta shows to its admin.
    pub okta_shows: String,
    /// The click path that mends it, written out in full.
    pub fix: String,
    /// The step of the checklist in whose way it stands.
    pub step: Option<String>,
    /// Whether it is this service's fault rather than the set-up's.
    #[serde(default)]
    pub ours: bool,
    /// The `detail` of the SCIM error (RFC 7644 3.12) with which the service answers the request that shows the
    /// mistake: an instruction, since Okta shows it to its admin verbatim. Absent where the detail depends on the
    /// request.
    pub answer: Option<String>,
}

/// A text that is no catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a catalogue of diagnoses: {0}")]
pub struct CatalogueError(#[from] toml::de::Error);

impl Catalogue {
    /// The catalogue that is part of the program.
    ///
    /// It is read once and cannot fail: a test holds the asset to its form, and a broken one would leave the catalogue
    /// empty, with which nothing is diagnosed.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::parse(include_str!("../../assets/diagnosis.toml")).unwrap_or_default());
        &BUILTIN
    }

    /// Reads a catalogue: TOML, one table a code.
    ///
    /// # Errors
    /// When the text is not TOML, names something that is no code, or lacks or adds a field.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        Ok(toml::from_str(text)?)
    }

    /// The diagnosis with this code; none when the catalogue has none.
    pub fn entry(&self, code: Code) -> Option<&Entry> {
        self.entries.get(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::Rule;

    /// What no request shows.
    const SILENCES: [u8; 4] = [15, 19, 24, 25];

    #[test]
    fn the_asset_is_a_catalogue_and_has_an_entry_for_every_rule() {
        let catalogue = Catalogue::parse(include_str!("../../assets/diagnosis.toml")).unwrap();
        assert_eq!(&catalogue, Catalogue::builtin());
        for code in (0..=99).map(Code) {
            let shown = Rule::of(code).is_some() || SILENCES.contains(&code.0);
            assert_eq!(catalogue.entry(code).is_some(), shown, "{code}");
        }
    }

    #[test]
    fn every_entry_says_what_to_click() {
        for (code, entry) in &Catalogue::builtin().entries {
            for text in [&entry.title, &entry.symptom, &entry.okta_shows, &entry.fix] {
                assert!(!text.trim().is_empty(), "{code}");
            }
            assert!(entry.fix.contains(" > ") && entry.fix.ends_with('.'), "{code}: {}", entry.fix);
        }
    }

    #[test]
    fn refused_credentials_are_answered_with_an_instruction_on_one_line() {
        for code in (1..=8).map(Code) {
            let answer = Catalogue::builtin().entry(code).and_then(|entry| entry.answer.as_deref()).unwrap();
            assert!(answer.contains("Provisioning > Integration > Edit"), "{code}: {answer}");
            assert!(answer.len() <= 400 && !answer.contains('\n'), "{code}: {} bytes", answer.len());
        }
    }

    #[test]
    fn a_broken_catalogue_is_told_from_a_good_one() {
        assert!(Catalogue::parse("[D1]\nseverity = 'error'").is_err());
        assert!(Catalogue::parse("[D01]\nseverity = 'error'\ntitle = 'only a title'").is_err());
        assert_eq!(Catalogue::parse("").unwrap().entry(Code(1)), None);
    }
}
