//! Why something was not done.

use super::{
    deed,
    people::{client, is_below_base, is_named, is_of_groups, target, who},
};
use crate::model::{
    event::{Action, Event},
    finding::Code,
    words::bounded,
};

/// Columns of a reason.
const REASON: usize = 100;

/// A request that was not carried out.
pub(super) fn refused(event: &Event) -> String {
    let asked = deed::of(event).asked;
    let ended = match event.status {
        404 if is_about_one(event) => {
            let lacking = if is_of_groups(event) { "that is not here" } else { "who is not here" };
            return format!("{} tried to {asked} {lacking}{}", who(event), code(event));
        }
        409 if matches!(event.action, Action::Create | Action::GroupPush)
            && is_named(event)
            && event.method == "POST" =>
        {
            let there = if is_of_groups(event) { "which is here already" } else { "who is here already" };
            return format!("{} tried to {asked}, {there}{}", who(event), code(event));
        }
        408 => "but the body did not arrive in time".to_owned(),
        412 => "and was refused: it had changed meanwhile".to_owned(),
        429 => "and was told to wait: its requests came too fast".to_owned(),
        501 => "which scimroom does not do".to_owned(),
        503 => "and scimroom was too busy or about to stop (503)".to_owned(),
        504 => "and scimroom took too long (504)".to_owned(),
        500.. => format!("and scimroom failed ({})", event.status),
        _ => match reason(event) {
            Some(reason) => format!("and was refused: {reason}"),
            None => format!("and was refused ({})", event.status),
        },
    };
    format!("{} tried to {asked}, {ended}{}", who(event), code(event))
}

/// Whether the request was about one user or group that nobody here has.
fn is_about_one(event: &Event) -> bool {
    let write = event.action.is_write() && event.action != Action::Bulk;
    (write || event.action == Action::Read) && !is_named(event)
}

/// A request without acceptable credentials.
pub(super) fn sign_in(event: &Event) -> String {
    let how = match event.findings.iter().map(|Code(code)| code).find(|code| (1..=8).contains(*code)) {
        Some(1) => "with a token but without the word Bearer",
        Some(2) => "with the word Bearer twice",
        Some(3) => "with blanks, quotes or a line end around its token",
        Some(4) => "with a token that is not known here",
        Some(5) => "with a token that was revoked or has expired",
        Some(7) => "with a user name and a password in place of a token",
        Some(8) => "without a token",
        _ => "without acceptable credentials",
    };
    format!("{} {} {how}, and was refused{}", who(event), asked(event), code(event))
}

/// A request to where no SCIM is.
pub(super) fn astray(event: &Event) -> String {
    let nobody = "A request without a token of ours".to_owned();
    let who =
        if event.is_from_okta() || event.token_name.is_some() { who(event) } else { client(event).unwrap_or(nobody) };
    let asked = asked(event);
    if event.status == 501 {
        return format!("{who} {asked}, which scimroom does not do{}", code(event));
    }
    let has = |code: u8| event.findings.contains(&Code(code));
    let why = if has(10) {
        "the base URL holds a part too much"
    } else if has(13) {
        "the app speaks SCIM 1.1"
    } else if event.status == 401 {
        "it missed the base path /scim/v2, and carried no token that is known here"
    } else if is_below_base(event) {
        "there is nothing at that path"
    } else {
        "it missed the base path /scim/v2"
    };
    format!("{who} {asked}: {why}{}", code(event))
}

/// What was asked for, by method and path.
fn asked(event: &Event) -> String {
    match event.method.as_str() {
        "GET" | "HEAD" => format!("asked for {}", target(event)),
        method => format!("sent {} {}", bounded(method, 10), target(event)),
    }
}

/// The finding that a refusal shows, behind it.
fn code(event: &Event) -> String {
    event.findings.first().map(|code| format!(" ({code})")).unwrap_or_default()
}

/// Why the request was refused, as a part of a sentence: in words of its own where the finding says it, otherwise the
/// beginning of what the answer said.
fn reason(event: &Event) -> Option<String> {
    let detail = event.detail.as_deref().unwrap_or_default();
    let known = event.findings.iter().find_map(|Code(code)| match (code, event.status) {
        (6, 403) => Some("its token may only read"),
        (29, 400) if detail.contains("e-mail address") => Some("the user name is not an e-mail address"),
        (33, 400 | 409) => Some("the new e-mail address cannot be taken"),
        (50, 400) => Some("there is no such role"),
        (59, 400) => Some("it names members who are not here"),
        _ => None,
    });
    known.map(str::to_owned).or_else(|| first_clause(detail))
}

/// The beginning of an answer up to where its first statement ends. What is quoted is passed over: names have points.
fn first_clause(detail: &str) -> Option<String> {
    let mut quoted = false;
    let mut end = detail.len();
    let mut chars = detail.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        match c {
            '"' => quoted = !quoted,
            '.' | ':' | ';' if ends && !quoted => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let clause = bounded(detail.get(..end)?, REASON);
    let mut chars = clause.chars();
    let first = chars.next()?;
    // A word that only begins large because it begins the answer.
    let small = chars.clone().next().is_some_and(|second| second.is_lowercase() || second == ' ');
    Some(if small { first.to_lowercase().chain(chars).collect() } else { clause })
}
