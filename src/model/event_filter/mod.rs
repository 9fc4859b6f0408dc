//! The log's filter language, one for service and dashboard: words to find, `field:value` terms, `!` in front of what
//! must not be there, quotes around what has blanks in it.
//!
//! | term | shows events |
//! |---|---|
//! | `ada`, `"no such user"` | that have it anywhere: name, path, action, status, detail, token, address, changed paths |
//! | `user:` `group:` `path:` `action:` `token:` `address:` `finding:` | that have it there |
//! | `method:patch` | of this HTTP method |
//! | `status:409`, `status:4xx`, `status:failed`, `status:ok` | that ended so |
//! | `mode:live`, `mode:dry-run`, `mode:test` | that came with a token of this mode, or without one for `live` |
//! | `time:2026-11-20`, `time:>2026-11-20T10:00`, `time:<15m` | of that time, [`Period`] says which |
//! | `id:42`, `id:>40`, `id:<50` | with that number |
//! | `body:Countess` | whose request or response body has it |

use crate::model::{
    event::Event,
    moment::{ParseMomentError, Period},
    time::Timestamp,
    token::TokenMode,
    workspace::ParseSettingError,
};

#[cfg(test)]
mod tests;

/// Where a term looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Any,
    Action,
    Method,
    User,
    Group,
    Path,
    Token,
    Address,
    Finding,
    Body,
}

/// The names a term of a text may begin with.
const FIELDS: [(&str, Field); 9] = [
    ("action", Field::Action),
    ("method", Field::Method),
    ("user", Field::User),
    ("group", Field::Group),
    ("path", Field::Path),
    ("token", Field::Token),
    ("address", Field::Address),
    ("finding", Field::Finding),
    ("body", Field::Body),
];

/// What a term asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// A text, in lower case.
    Text(Field, String),
    /// Statuses from the first to the last.
    Status(u16, u16),
    /// A mode of tokens.
    Mode(TokenMode),
    /// A time.
    Time(Period),
    /// Numbers from the first to the last.
    Id(u64, u64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    test: Test,
    negated: bool,
}

/// Terms that must all hold; none show everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    terms: Vec<Term>,
}

/// The bodies of an event, for terms that look there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bodies<'b> {
    /// What was sent.
    pub request: Option<&'b str>,
    /// What was answered.
    pub response: Option<&'b str>,
}

/// A term that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseEventFilterError {
    /// Of a status.
    #[error("status:{0} is no status: give a number such as 409, a class such as 4xx, failed or ok")]
    Status(String),
    /// Of a time.
    #[error("time: {0}")]
    Time(#[from] ParseMomentError),
    /// Of a mode.
    #[error(transparent)]
    Mode(#[from] ParseSettingError),
    /// Of an event's number.
    #[error("id:{0} is no event number: give one such as 42, or >42, or <42")]
    Id(String),
}

impl EventFilter {
    /// Reads what was typed: terms apart by blanks, without case. What has no known field in front is looked for
    /// anywhere; a field without a value is passed over. Ages count back from `now`.
    ///
    /// # Errors
    /// The value of `status:`, `mode:`, `time:` or `id:` is none.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, ParseEventFilterError> {
        let mut terms = Vec::new();
        for (negated, word) in words(text) {
            let word = word.to_lowercase();
            let test = match word.split_once(':') {
                Some((_, "")) if is_field(&word) => continue,
                Some(("status", value)) => status(value)?,
                Some(("mode", value)) => Test::Mode(value.parse()?),
                Some(("time", value)) => Test::Time(Period::parse(value, now)?),
                Some(("id", value)) => id(value)?,
                Some((name, value)) => match FIELDS.iter().find(|(known, _)| *known == name) {
                    Some((_, field)) => Test::Text(*field, value.to_owned()),
                    None => Test::Text(Field::Any, word),
                },
                None => Test::Text(Field::Any, word),
            };
            terms.push(Term { test, negated });
        }
        Ok(Self { terms })
    }

    /// The filter that shows everything.
    pub const fn all() -> Self {
        Self { terms: Vec::new() }
    }

    /// Whether it shows everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it looks into bodies.
    pub fn needs_bodies(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Text(Field::Body, _)))
    }

    /// Whether it shows refused requests only, as far as its terms say so.
    pub fn only_failures(&self) -> bool {
        self.terms.iter().any(|term| !term.negated && matches!(term.test, Test::Status(from, _) if from >= 400))
    }

    /// The time outside of which it shows nothing.
    pub fn period(&self) -> Period {
        let mut whole = Period::default();
        for term in &self.terms {
            if let Term { test: Test::Time(period), negated: false } = term {
                whole.from = whole.from.max(period.from);
                whole.until = match (whole.until, period.until) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
        }
        whole
    }

    /// The numbers outside of which it shows nothing, from the first to the last.
    pub fn numbers(&self) -> (u64, u64) {
        self.terms.iter().fold((0, u64::MAX), |(first, last), term| match term {
            Term { test: Test::Id(from, to), negated: false } => (first.max(*from), last.min(*to)),
            _ => (first, last),
        })
    }

    /// Whether an event is to be shown whose bodies are not at hand; never, where a term looks into them.
    pub fn matches(&self, event: &Event) -> bool {
        !self.needs_bodies() && self.matches_whole(event, Bodies::default())
    }

    /// Whether an event with these bodies is to be shown.
    pub fn matches_whole(&self, event: &Event, bodies: Bodies<'_>) -> bool {
        self.terms.iter().all(|term| term.holds(event, bodies) != term.negated)
    }

    /// Whether an event may have to be shown, once its bodies have been looked into.
    pub fn may_match(&self, event: &Event) -> bool {
        let other = |term: &&Term| !matches!(term.test, Test::Text(Field::Body, _));
        self.terms.iter().filter(other).all(|term| term.holds(event, Bodies::default()) != term.negated)
    }

    /// The words to highlight in a line: those looked for anywhere or in a name or path.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| match &term.test {
            Test::Text(Field::Any | Field::User | Field::Group | Field::Path, text) if !term.negated => {
                Some(text.as_str())
            }
            _ => None,
        })
    }
}

/// The terms of a text and whether they are negated: `a !b user:"ada king"`. A quote that nothing closes reaches to the
/// end.
fn words(text: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (negated, term) = rest.strip_prefix('!').map_or((false, rest), |term| (true, term));
        let field = term.find([':', '"']).and_then(|end| term.get(..=end)).filter(|field| is_field(field));
        let value = field.map_or(term, |field| term.get(field.len()..).unwrap_or_default());
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if !value.is_empty() {
            found.push((negated, format!("{}{value}", field.unwrap_or_default())));
        }
        rest = after.trim_start();
    }
    found
}

/// Whether a text begins with the name of a field and a colon.
fn is_field(text: &str) -> bool {
    let name = text.split_once(':').map(|(name, _)| name.to_lowercase());
    name.is_some_and(|name| {
        matches!(name.as_str(), "status" | "mode" | "time" | "id") || FIELDS.iter().any(|(known, _)| *known == name)
    })
}

fn status(value: &str) -> Result<Test, ParseEventFilterError> {
    let error = || ParseEventFilterError::Status(value.to_owned());
    let digits = value.trim_end_matches('x');
    match value {
        "failed" => return Ok(Test::Status(400, u16::MAX)),
        "ok" => return Ok(Test::Status(0, 399)),
        _ if digits.is_empty() || value.len() > 3 => return Err(error()),
        _ => {}
    }
    let number: u16 = digits.parse().map_err(|_| error())?;
    // `4` and `4xx` are a class, `40` and `40x` ten statuses.
    let span = match digits.len() {
        1 => 100,
        2 => 10,
        _ => 1,
    };
    Ok(Test::Status(number * span, number * span + (span - 1)))
}

fn id(value: &str) -> Result<Test, ParseEventFilterError> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| ParseEventFilterError::Id(value.to_owned()));
    match (value.strip_prefix('>'), value.strip_prefix('<')) {
        (Some(above), _) => Ok(Test::Id(number(above)?.saturating_add(1), u64::MAX)),
        (_, Some(below)) => Ok(Test::Id(0, number(below)?.saturating_sub(1))),
        _ => number(value).map(|number| Test::Id(number, number)),
    }
}

impl Term {
    fn holds(&self, event: &Event, bodies: Bodies<'_>) -> bool {
        match &self.test {
            Test::Status(from, to) => (*from..=*to).contains(&event.status),
            Test::Mode(mode) => event.mode == *mode,
            Test::Time(period) => period.contains(event.at),
            Test::Id(from, to) => (*from..=*to).contains(&event.id.0),
            Test::Text(field, text) => mentions(event, bodies, *field, text),
        }
    }
}

/// Whether an event has a text, given in lower case, in a field.
fn mentions(event: &Event, bodies: Bodies<'_>, field: Field, text: &str) -> bool {
    let has = |value: &str| value.to_lowercase().contains(text);
    let may_have = |value: &Option<String>| value.as_deref().is_some_and(has);
    match field {
        Field::Action => event.action.as_str().contains(text),
        Field::Method => event.method.eq_ignore_ascii_case(text),
        Field::User => may_have(&event.user_name) || may_have(&event.external_id),
        Field::Group => may_have(&event.group_name),
        Field::Path => has(&event.path) || may_have(&event.query),
        Field::Token => may_have(&event.token_name),
        Field::Address => may_have(&event.address),
        Field::Finding => event.findings.iter().any(|code| has(&code.to_string())),
        Field::Body => bodies.request.is_some_and(has) || bodies.response.is_some_and(has),
        Field::Any => {
            has(&event.method)
                || has(&event.path)
                || event.action.as_str().contains(text)
                || event.status.to_string().contains(text)
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
                || event.compatibility.iter().any(|step| step.as_str().contains(text))
        }
    }
}
