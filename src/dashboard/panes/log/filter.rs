//! The log's filter: words to find, `field:value` terms, `!` in front of what must not be there.

use crate::model::event::Event;

/// Where a term looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Any,
    Status,
    Action,
    Method,
    User,
    Group,
    Path,
    Token,
    Address,
    Finding,
}

/// The names a term may begin with.
const FIELDS: [(&str, Field); 9] = [
    ("status", Field::Status),
    ("action", Field::Action),
    ("method", Field::Method),
    ("user", Field::User),
    ("group", Field::Group),
    ("path", Field::Path),
    ("token", Field::Token),
    ("address", Field::Address),
    ("finding", Field::Finding),
];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    field: Field,
    /// In lower case.
    text: String,
    negated: bool,
}

/// Terms that must all hold; none show everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Reads what was typed: terms apart by blanks, without case. `status:4xx` stands for a whole class; what has no
    /// known field in front is looked for anywhere.
    pub fn parse(text: &str) -> Self {
        let term = |word: &str| {
            let (negated, word) = word.strip_prefix('!').map_or((false, word), |rest| (true, rest));
            let word = word.to_lowercase();
            let named = word.split_once(':').and_then(|(name, value)| {
                FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| (*field, value.to_owned()))
            });
            let (field, text) = named.unwrap_or((Field::Any, word));
            (!text.is_empty()).then_some(Term { field, text, negated })
        };
        Self { terms: text.split_whitespace().filter_map(term).collect() }
    }

    /// The filter that shows everything.
    pub const fn none() -> Self {
        Self { terms: Vec::new() }
    }

    /// Whether it shows everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether an event is to be shown.
    pub fn matches(&self, event: &Event) -> bool {
        self.terms.iter().all(|term| term.matches(event) != term.negated)
    }

    /// The words to highlight: those looked for anywhere or in a name or path.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let shown =
            |term: &&Term| !term.negated && matches!(term.field, Field::Any | Field::User | Field::Group | Field::Path);
        self.terms.iter().filter(shown).map(|term| term.text.as_str())
    }
}

impl Term {
    fn matches(&self, event: &Event) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        let may_have = |text: &Option<String>| text.as_deref().is_some_and(has);
        match self.field {
            Field::Status => {
                let status = event.status.to_string();
                status.starts_with(self.text.trim_end_matches('x'))
            }
            Field::Action => has(event.action.as_str()),
            Field::Method => event.method.eq_ignore_ascii_case(&self.text),
            Field::User => may_have(&event.user_name) || may_have(&event.external_id),
            Field::Group => may_have(&event.group_name),
            Field::Path => has(&event.path) || may_have(&event.query),
            Field::Token => may_have(&event.token_name),
            Field::Address => may_have(&event.address),
            Field::Finding => event.findings.iter().any(|code| has(&code.to_string())),
            Field::Any => {
                has(&event.method)
                    || has(&event.path)
                    || has(event.action.as_str())
                    || has(&event.status.to_string())
                    || [
                        &event.query,
                        &event.user_name,
                        &event.external_id,
                        &event.group_name,
                        &event.detail,
                        &event.token_name,
                        &event.address,
                        &event.user_agent,
                    ]
                    .into_iter()
                    .any(may_have)
                    || event.changed.iter().any(|path| has(path))
                    || event.compatibility.iter().any(|step| has(step.as_str()))
            }
        }
    }
}
