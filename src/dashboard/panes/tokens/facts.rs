//! The selected token in sentences: its life, its use, its rotation, and what stops when it is revoked.

use ratatui::text::Line;

use crate::{
    dashboard::{paint, panes::tokens::Tokens, state::State, text},
    model::{
        time::Timestamp,
        token::{Token, TokenDetail, TokenMode, TokenState},
    },
};

/// The levels of a sparkline; a day without use is the lowest dot.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The facts, as lines.
pub fn lines(state: &State, token: &Token, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines: Vec<Line<'static>> = paint::sentence(&life(token, state.now), columns, theme.text).collect();
    if token.mode == TokenMode::DryRun && token.is_accepted(state.now) {
        let words = "A dry run: what comes with it is checked, answered and recorded, and nothing is changed. \
                     {api-tokens.go-live} makes it live.";
        lines.extend(paint::sentence(&state.keys.say(words), columns, theme.warn));
    }
    lines.extend(paint::sentence(&usage(token, state.now), columns, theme.text));
    if let Some((words, attention)) = rotation(state, token) {
        lines.extend(paint::sentence(&words, columns, if attention { theme.warn } else { theme.text }));
    }
    if let Some(detail) = state.tokens.days() {
        lines.extend(
            by_day(detail, state.now, columns)
                .map(|(drawn, words)| Line::from(vec![paint::span(drawn, theme.good), paint::span(words, theme.dim)])),
        );
    }
    lines
}

fn life(token: &Token, now: Timestamp) -> String {
    let end = match (token.revoked, token.state(now)) {
        (Some(at), _) => format!("revoked {} UTC", text::when(at, now)),
        (None, TokenState::Expired) => format!("ended {} UTC", text::when(token.expires, now)),
        // What ends within two days is worth a time.
        (None, _) if token.expires.millis_since(now) < 2 * Timestamp::DAY_MILLIS => {
            format!("ends {} UTC", text::moment(token.expires))
        }
        (None, TokenState::Expiring) => format!(
            "expires {}, in {}: rotate it in time",
            text::day(token.expires),
            text::plural(days_until(token.expires, now), "day", "days")
        ),
        (None, _) => format!("expires {}", text::day(token.expires)),
    };
    let scope = token.scope.as_str();
    format!("{scope} token, made {} by {}, {end}.", text::day(token.created), token.created_by)
}

fn days_until(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(at.millis_since(now) / Timestamp::DAY_MILLIS).unwrap_or(0)
}

fn usage(token: &Token, now: Timestamp) -> String {
    match (token.last_used, &token.last_address, &token.last_user_agent) {
        (Some(at), address, agent) => format!(
            "Last used {} UTC from {} by {}; {} in all.",
            text::when(at, now),
            address.as_deref().unwrap_or("an unknown address"),
            agent.as_deref().unwrap_or("an unnamed client"),
            text::plural(token.uses, "request", "requests")
        ),
        (None, ..) if !token.is_accepted(now) => "No request ever carried it.".to_owned(),
        (None, ..) => "No request has carried it yet: enter it in Okta, then Test API Credentials.".to_owned(),
    }
}

/// Which of two tokens is used, where one was made to replace the other; and whether something should be done.
fn rotation(state: &State, token: &Token) -> Option<(String, bool)> {
    let (tokens, now) = (&state.tokens, state.now);
    if let Some(new) = token.replaced_by.and_then(|id| tokens.find(id)) {
        return Some(of_old(token, new, state));
    }
    let old = token.rotated_from.and_then(|id| tokens.find(id))?;
    Some(of_new(old, token, now))
}

fn seen(token: &Token, now: Timestamp) -> String {
    token
        .last_used
        .map_or_else(|| "was never used".to_owned(), |at| format!("was last used {} UTC", text::when(at, now)))
}

/// Whether the new one is in place: used after the old one was used last.
fn is_taken_over(old: &Token, new: &Token) -> bool {
    new.last_used > old.last_used
}

fn of_old(old: &Token, new: &Token, state: &State) -> (String, bool) {
    let now = state.now;
    let successor = format!("Its successor …{} {}", new.tail, seen(new, now));
    if !old.is_accepted(now) {
        let late = is_taken_over(old, new) || old.last_used.is_none();
        let still = if late { "." } else { ", and this one is still sent and refused: enter the new one in Okta." };
        return (format!("{successor}{still}"), !late);
    }
    if is_taken_over(old, new) {
        let revoke = state.keys.say("{api-tokens.revoke-token} revokes it.");
        (format!("{successor}, after this one: nothing needs this one any more, {revoke}"), false)
    } else {
        (format!("{successor}: until it is entered in Okta, this one is needed."), true)
    }
}

fn of_new(old: &Token, new: &Token, now: Timestamp) -> (String, bool) {
    let before = format!("It takes over from …{}, which {}", old.tail, seen(old, now));
    if is_taken_over(old, new) {
        let end = if old.is_accepted(now) { "; that one can be revoked now." } else { " and has ended." };
        (format!("{before}{end}"), false)
    } else if old.is_accepted(now) {
        (format!("{before} and ends {} UTC: enter this one in Okta before.", text::moment(old.expires)), true)
    } else {
        (format!("{before} and has ended: enter this one in Okta now."), true)
    }
}

/// The uses of the last days as a sparkline with its highest day; none where there were none.
fn by_day(detail: &TokenDetail, now: Timestamp, columns: usize) -> Option<(String, String)> {
    let shown = i64::from(Token::DAYS_KEPT).min(i64::try_from(columns.saturating_sub(44)).unwrap_or(0)).max(14);
    let today = now.day();
    let first = today - shown + 1;
    let uses = |day: i64| detail.days.iter().find(|one| one.day.day() == day).map_or(0, |one| one.uses);
    let most = detail.days.iter().filter(|one| one.day.day() >= first).max_by_key(|one| one.uses)?;
    let drawn = (first..=today).map(|day| level(uses(day), most.uses)).collect();
    let words = format!(
        "  {shown} days; today {}, most {} on {}",
        text::count(uses(today)),
        text::count(most.uses),
        text::day(most.day)
    );
    Some((drawn, text::fit(&words, columns.saturating_sub(usize::try_from(shown).unwrap_or(0)))))
}

fn level(uses: u64, most: u64) -> char {
    if uses == 0 {
        return '·';
    }
    let step = u128::from(uses) * (LEVELS.len() as u128 - 1) / u128::from(most.max(1));
    usize::try_from(step).ok().and_then(|step| LEVELS.get(step)).copied().unwrap_or('█')
}

/// What stops when a token is revoked, in sentences.
pub fn consequences(tokens: &Tokens, token: &Token, now: Timestamp) -> Vec<String> {
    let used = match (token.last_used, &token.last_address) {
        (Some(at), Some(address)) => format!(
            "Last used {} UTC from {address}, {} in all.",
            text::when(at, now),
            text::plural(token.uses, "request", "requests")
        ),
        (Some(at), None) => format!("Last used {} UTC.", text::when(at, now)),
        (None, _) => "It has never been used.".to_owned(),
    };
    let successor = token.replaced_by.and_then(|id| tokens.find(id)).filter(|new| new.is_accepted(now));
    let stops = match (&token.last_user_agent, successor) {
        (_, Some(new)) if is_taken_over(token, new) => {
            format!("Its successor …{} {}, after this one: nothing should stop.", new.tail, seen(new, now))
        }
        (Some(agent), Some(new)) => format!(
            "Its successor …{} {}, so {agent} still needs this one: it is refused from its next request on until the \
             successor is entered there.",
            new.tail,
            seen(new, now)
        ),
        (Some(agent), None) => format!(
            "What calls with it ({agent}) is refused from its next request on: Okta can then neither create nor \
             deactivate anybody here until another token is entered there."
        ),
        (None, _) => "Whatever carries it is refused from its next request on.".to_owned(),
    };
    vec![used, stops, "This cannot be undone.".to_owned()]
}
