//! What the users table is asked for: words to find, `field:value` terms, `!` in front of what must not hold.
//!
//! One reader of that language for everybody: the service searches by it, the dashboard takes the words to highlight
//! from it. Quotes keep blanks together and make a text of what would be a field: `name:"ada king"`, `"urn:x"`. A term
//! whose value is still missing says nothing yet.

use std::fmt;

use crate::model::{
    moment::Period,
    role::{Role, RoleSource},
    time::Timestamp,
};

const MINUTE_MILLIS: i64 = 60_000;
/// The most terms a filter may have: each is looked at for every user.
const MOST_TERMS: usize = 32;

/// Terms that must all hold; none show everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct UserFilter {
    /// The terms, in the order typed.
    pub terms: Vec<Term>,
}

/// One thing that must hold, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// Whether it must not hold.
    pub negated: bool,
    /// The thing.
    pub test: Test,
}

/// What is asked of a user. Texts are as typed; they are looked for without case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// `userName`, display name or externalId contain this.
    Words(String),
    /// `user:` the `userName` contains this.
    UserName(String),
    /// `name:` the display name contains this.
    Name(String),
    /// `external:` the externalId contains this.
    ExternalId(String),
    /// `group:` the name of a group that the user is in, directly or through others, contains this.
    Group(String),
    /// `role:` the role in force.
    Role(Role),
    /// `source:` where that came from.
    Source(RoleSource),
    /// `state:` how the account stands.
    State(AccountState),
    /// Whether the person can log in; [`AccountState`] tells the reasons why not apart.
    Active(bool),
    /// `drift:` whether the person differs from what Okta pushed last, or in what.
    Drift(DriftKind),
    /// `okta:never` can log in, though no request of Okta's client was ever about them.
    Orphan,
    /// `push:failed` the last push by Okta's client was answered with an error.
    PushFailed,
    /// `created:` when the account was made.
    Created(Period),
    /// `changed:` when it last changed.
    Changed(Period),
}

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// The person can log in.
    Active,
    /// Deactivated.
    Inactive,
    /// Another account took its place when the e-mail address changed.
    Replaced,
}

/// What is asked of a drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DriftKind {
    /// In anything.
    Any,
    /// In nothing.
    None,
    /// In the role.
    Role,
    /// In whether they can log in.
    Active,
    /// In a name.
    Name,
}

/// Why a filter cannot be understood, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

/// The fields, and what each takes: for refusals and for the help.
pub const FIELDS: [(&str, &str); 12] = [
    ("user", "a part of the user name"),
    ("name", "a part of the display name"),
    ("external", "a part of the external id"),
    ("group", "a part of the name of a group they are in"),
    ("role", "owner, editor or viewer"),
    ("source", "okta, local, group or default"),
    ("state", "active, inactive or replaced"),
    ("drift", "yes, no, role, active or name: whether or in what they differ from what Okta last pushed"),
    ("okta", "never: can log in, but no request of Okta's client was ever about them"),
    ("push", "failed: the last push by Okta's client was answered with an error"),
    ("created", "2026-11-01, >2026-11-01 since, <2026-11-01 before, <7d within the last seven days (m, h, d, w)"),
    ("changed", "the same, of the last change"),
];

impl UserFilter {
    /// Reads what was typed; spans such as `<7d` count back from `now`, to the minute.
    ///
    /// # Errors
    /// A field that there is not, or a value that it does not take.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, FilterError> {
        let mut terms = Vec::new();
        for word in words(text) {
            if let Some(test) = test(&word, now)? {
                terms.push(Term { negated: word.negated, test });
            }
        }
        if terms.len() > MOST_TERMS {
            return Err(FilterError(format!(
                "a filter has at most {MOST_TERMS} terms, and this one has {}",
                terms.len()
            )));
        }
        Ok(Self { terms })
    }

    /// Whether it shows everybody.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The same, and this must hold too.
    pub fn and(mut self, test: Test) -> Self {
        self.terms.push(Term { negated: false, test });
        self
    }

    /// Whether membership in groups decides who is shown.
    pub fn asks_for_groups(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Group(_)))
    }

    /// The texts to highlight in rows.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter(|term| !term.negated).filter_map(|term| match &term.test {
            Test::Words(text) | Test::UserName(text) | Test::Name(text) | Test::ExternalId(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// A word as it was typed: `!`, the field's name before a colon, and the value without its quotes.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    negated: bool,
    field: Option<String>,
    value: String,
}

/// The words of a text: apart by blanks, but not inside quotes. A quote that is never closed holds to the end.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return words;
        }
        let negated = chars.next_if_eq(&'!').is_some();
        let (mut field, mut value, mut quoted) = (None, String::new(), false);
        while let Some(c) = chars.next_if(|c| quoted || !c.is_whitespace()) {
            match c {
                '"' => quoted = !quoted,
                // Only letters before it make a field of it: a clock time is no field.
                ':' if !quoted
                    && field.is_none()
                    && !value.is_empty()
                    && value.chars().all(|c| c.is_ascii_alphabetic()) =>
                {
                    field = Some(std::mem::take(&mut value));
                }
                c => value.push(c),
            }
            if c == '"' && field.is_none() && value.is_empty() {
                // A quote in front: whatever follows is no field.
                field = Some(String::new());
            }
        }
        words.push(Word { negated, field: field.filter(|name| !name.is_empty()), value });
    }
}

fn test(word: &Word, now: Timestamp) -> Result<Option<Test>, FilterError> {
    let value = word.value.as_str();
    let Some(field) = &word.field else {
        return Ok((!value.is_empty()).then(|| Test::Words(value.to_owned())));
    };
    let name = field.to_ascii_lowercase();
    let Some((_, takes)) = FIELDS.iter().find(|(known, _)| *known == name) else {
        let known = FIELDS.map(|(name, _)| format!("{name}:")).join(" ");
        return Err(FilterError(format!(
            "there is no field {field}: to search in; the fields are {known} (put the text in quotes to look for it as it is)"
        )));
    };
    if value.is_empty() {
        return Ok(None);
    }
    let lower = value.to_ascii_lowercase();
    let wrong = || FilterError(format!("{name}: takes {takes}, and {value:?} is none of it"));
    let text = || value.to_owned();
    Ok(Some(match name.as_str() {
        "user" => Test::UserName(text()),
        "name" => Test::Name(text()),
        "external" => Test::ExternalId(text()),
        "group" => Test::Group(text()),
        "role" => Test::Role(value.parse().map_err(|_| wrong())?),
        "source" => Test::Source(lower.parse().map_err(|_| wrong())?),
        "state" => Test::State(match lower.as_str() {
            "active" => AccountState::Active,
            "inactive" => AccountState::Inactive,
            "replaced" => AccountState::Replaced,
            _ => return Err(wrong()),
        }),
        "drift" => Test::Drift(match lower.as_str() {
            "yes" => DriftKind::Any,
            "no" => DriftKind::None,
            "role" => DriftKind::Role,
            "active" => DriftKind::Active,
            "name" => DriftKind::Name,
            _ => return Err(wrong()),
        }),
        "okta" if lower == "never" => Test::Orphan,
        "push" if lower == "failed" => Test::PushFailed,
        "okta" | "push" => return Err(wrong()),
        "created" => Test::Created(period(&lower, now).ok_or_else(wrong)?),
        _ => Test::Changed(period(&lower, now).ok_or_else(wrong)?),
    }))
}

/// A period, with ages that count back from the minute that `now` is in: so the same question a moment later is the same
/// question.
fn period(text: &str, now: Timestamp) -> Option<Period> {
    let minute = now.plus_millis(-now.as_millis().rem_euclid(MINUTE_MILLIS));
    Period::parse(text, minute).ok()
}

impl AccountState {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Replaced => "replaced",
        }
    }
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:00:30Z".parse().unwrap()
    }

    fn tests_of(text: &str) -> Vec<(bool, Test)> {
        UserFilter::parse(text, now()).unwrap().terms.into_iter().map(|term| (term.negated, term.test)).collect()
    }

    fn refusal(text: &str) -> String {
        UserFilter::parse(text, now()).unwrap_err().to_string()
    }

    #[test]
    fn words_fields_and_negation() {
        assert_eq!(
            tests_of("ada !ROLE:Owner name:\"Ada King\" state:inactive drift:yes"),
            [
                (false, Test::Words("ada".into())),
                (true, Test::Role(Role::Owner)),
                (false, Test::Name("Ada King".into())),
                (false, Test::State(AccountState::Inactive)),
                (false, Test::Drift(DriftKind::Any)),
            ]
        );
        assert_eq!(
            tests_of("\"role:owner\" 08:30"),
            [(false, Test::Words("role:owner".into())), (false, Test::Words("08:30".into())),]
        );
        assert_eq!(tests_of("group:\"Harbor crew"), [(false, Test::Group("Harbor crew".into()))]);
    }

    #[test]
    fn what_is_between_a_person_and_okta() {
        assert_eq!(
            tests_of("drift:role drift:active !drift:name drift:no okta:never push:failed"),
            [
                (false, Test::Drift(DriftKind::Role)),
                (false, Test::Drift(DriftKind::Active)),
                (true, Test::Drift(DriftKind::Name)),
                (false, Test::Drift(DriftKind::None)),
                (false, Test::Orphan),
                (false, Test::PushFailed),
            ]
        );
    }

    #[test]
    fn what_is_still_being_typed_says_nothing() {
        assert_eq!(tests_of("  ! role: \"\" name:\""), []);
        assert!(UserFilter::parse("", now()).unwrap().is_empty());
    }

    #[test]
    fn times_are_days_minutes_and_spans() {
        let created = |text: &str| match tests_of(text).remove(0).1 {
            Test::Created(period) => (period.from.map(|at| at.to_string()), period.until.map(|at| at.to_string())),
            other => panic!("{other:?}"),
        };
        let at = |text: &str| Some(format!("2026-11-{text}:00.000Z"));
        assert_eq!(created("created:2026-11-01"), (at("01T00:00"), at("02T00:00")));
        assert_eq!(created("created:>2026-11-01"), (at("01T00:00"), None));
        assert_eq!(created("created:<2026-11-01T10:15"), (None, at("01T10:15")));
        assert_eq!(created("created:<7d"), (at("13T10:00"), None));
        assert_eq!(created("created:>2h"), (None, at("20T08:00")));
    }

    #[test]
    fn a_wrong_term_is_refused_in_a_sentence() {
        assert!(refusal("rolle:owner").contains("there is no field rolle:"));
        assert!(refusal("rolle:owner").contains("source:"));
        assert_eq!(refusal("role:admin"), "role: takes owner, editor or viewer, and \"admin\" is none of it");
        for wrong in [
            "state:gone",
            "source:entra",
            "drift:perhaps",
            "okta:always",
            "push:done",
            "created:yesterday",
            "changed:<7",
            "changed:>99999999999d",
        ] {
            assert!(refusal(wrong).contains("takes"), "{wrong}");
        }
        assert!(refusal(&"a ".repeat(33)).contains("at most 32"));
    }

    proptest! {
        #[test]
        fn any_text_is_understood_or_refused(text in "\\PC{0,40}", millis in any::<i64>()) {
            let _ = UserFilter::parse(&text, Timestamp::from_millis(millis));
        }

        #[test]
        fn a_text_in_quotes_is_looked_for_as_it_is(text in "[^\"]{1,20}", negated in any::<bool>()) {
            let typed = format!("{}\"{text}\"", if negated { "!" } else { "" });
            prop_assert_eq!(tests_of(&typed), [(negated, Test::Words(text.clone()))]);
            prop_assert_eq!(tests_of(&format!("user:\"{text}\"")), [(false, Test::UserName(text))]);
        }
    }
}
