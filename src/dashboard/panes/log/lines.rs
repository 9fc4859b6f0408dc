//! An event on a line, in as many columns as there are: in the log, its strip, and a person's timeline.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    dashboard::{paint, privacy::personal, state::State, text},
    model::{
        event::{Action, Change, Event, SESSIONS},
        sentence::sentence,
        token::TokenMode,
    },
};

/// How an event ended, for those who do not see colours.
const fn status_mark(event: &Event) -> &'static str {
    match event.status {
        0..400 => " ",
        400..500 => "▲",
        _ => "■",
    }
}

/// What an event did not do for real, by a letter.
const fn mode_mark(mode: TokenMode) -> char {
    match mode {
        TokenMode::Live => ' ',
        TokenMode::DryRun => 'D',
        TokenMode::Test => 'T',
    }
}

/// How events stand in lines.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    width: usize,
    /// Whether the lines tell the day: when not all of them are of today.
    dated: bool,
    /// Whether the lines name the user: not where all are about one.
    named: bool,
    /// Whether there is a column for marks.
    marked: bool,
    /// Whether there is a column for the mode: when not all of them are live.
    modes: bool,
}

impl Layout {
    /// For these events, in so many columns.
    pub fn new<'a>(state: &State, events: impl IntoIterator<Item = &'a Event>, width: u16) -> Self {
        let today = text::day(state.now);
        let (mut dated, mut modes) = (false, false);
        for event in events {
            dated |= width >= 60 && text::day(event.at) != today;
            modes |= !event.mode.is_live();
        }
        Self { width: usize::from(width), dated, named: true, marked: false, modes }
    }

    /// The same with a column for marks.
    pub const fn with_marks(self, marked: bool) -> Self {
        Self { marked, ..self }
    }

    /// The same without the user.
    pub const fn about_one(self) -> Self {
        Self { named: false, ..self }
    }
}

/// From so many columns on an event's whole sentence stands on its line, and on one of a list that is about one person.
const WITH_SENTENCE: usize = 140;
const WITH_SENTENCE_OF_ONE: usize = 110;

/// An event on a line, in as many columns as there are; with what it changed, where that is at hand.
pub fn event_line(state: &State, event: &Event, changes: &[Change], layout: Layout) -> Line<'static> {
    let theme = &state.theme;
    let width = layout.width;
    let status = theme.status(event.status);
    let mut spans = Vec::new();
    let mut used = 0;
    let mut push = |text: String, style| {
        used += text::width(&text);
        spans.push(Span::styled(text, style));
        used
    };
    if layout.marked {
        push(if state.log.marks.contains(&event.id) { "◆ " } else { "  " }.to_owned(), theme.accent);
    }
    let day = if layout.dated { format!("{} ", text::day(event.at)) } else { String::new() };
    push(format!("{day}{} ", text::clock(event.at)), theme.dim);
    push(status_mark(event).to_owned(), status);
    push(event.status.to_string(), status);
    // It belongs to a finding that is open.
    let mark = if state.setup.is_evidence(event) { "!" } else { " " };
    push(if width >= 60 { format!("{mark} ") } else { mark.to_owned() }, theme.warn);
    if layout.modes {
        push(format!("{} ", mode_mark(event.mode)), theme.warn);
    }
    // On narrower screens the action says enough beside a name.
    if width >= if layout.named { 90 } else { 60 } {
        // One blank stays between the two, also behind the longest method of HTTP.
        push(text::pad(&text::fit(&event.method, 6), 7), theme.dim);
    }
    push(text::pad(event.action.as_str(), if width >= 60 { 16 } else { 13 }), theme.text);
    let latency = if width >= 100 { format!("  {:>8}", text::latency(event.latency_micros)) } else { String::new() };
    let token = match &event.token_name {
        Some(name) if width >= 140 => format!("  {}", text::pad(name, 20)),
        _ if width >= 140 => " ".repeat(22),
        _ => String::new(),
    };
    let with_sentence = width >= if layout.named { WITH_SENTENCE } else { WITH_SENTENCE_OF_ONE };
    let repeats = event.repeats > 1 && !with_sentence;
    let used = push(if repeats { format!("× {} ", text::count(event.repeats)) } else { String::new() }, theme.warn);
    let room = width.saturating_sub(used + text::width(&latency) + text::width(&token));
    let subject = if layout.named && !with_sentence { subject(event) } else { String::new() };
    let told = if with_sentence { sentence(event, changes) } else { String::new() };
    let remark = match (with_sentence, event.succeeded()) {
        (false, _) => remark(event),
        (true, false) => untold(event, &told).to_owned(),
        (true, true) => String::new(),
    };
    // With room, people stand under people and remarks under remarks.
    let name_room = match layout.named {
        false => 0,
        true if room >= 50 && !remark.is_empty() => (room / 2).clamp(28, if room < 100 { 34 } else { 44 }),
        true => room,
    };
    let name = text::fit(&subject, name_room);
    // Why something was refused takes all the room there is.
    let aligned = layout.named && room >= 50 && !remark.is_empty() && event.succeeded();
    let name = if aligned { text::pad(&name, name_room) } else { name };
    let told = text::fit(&told, room);
    let remark_room = room.saturating_sub(text::width(&name) + text::width(&told) + 2);
    spans.push(paint::span(name, if event.user_name.is_some() { personal(theme.text) } else { theme.text }));
    spans.extend(naming(&told, event.user_name.as_deref(), theme.text));
    if remark_room >= 8 && !remark.is_empty() {
        let style = if event.succeeded() { theme.dim } else { status };
        spans.push(Span::styled(format!("  {}", text::fit(&remark, remark_room)), style));
    }
    if !latency.is_empty() {
        let so_far: usize = spans.iter().map(Span::width).sum();
        let fill = width.saturating_sub(so_far + text::width(&latency) + text::width(&token));
        spans.push(Span::styled(format!("{}{latency}{token}", " ".repeat(fill)), theme.dim));
    }
    Line::from(spans)
}

/// What an answer says besides the reason that the sentence gives already.
fn untold<'e>(event: &'e Event, sentence: &str) -> &'e str {
    let detail = event.detail.as_deref().unwrap_or_default();
    detail.split_once(". ").filter(|(reason, _)| sentence.contains(reason)).map_or(detail, |(_, rest)| rest)
}

/// A sentence in which a person may be named: the name is personal.
fn naming(told: &str, name: Option<&str>, style: Style) -> Vec<Span<'static>> {
    let named = name.filter(|name| !name.is_empty()).and_then(|name| told.split_once(name).map(|parts| (name, parts)));
    match named {
        Some((name, (before, after))) => {
            vec![paint::span(before, style), paint::span(name, personal(style)), paint::span(after, style)]
        }
        None => vec![paint::span(told, style)],
    }
}

/// Whom or what the event is about.
fn subject(event: &Event) -> String {
    match (event.user_name.as_ref().or(event.group_name.as_ref()), event.action) {
        (Some(name), _) => name.clone(),
        (None, Action::SignInRefused) => event.address.clone().unwrap_or_else(|| event.path.clone()),
        (None, _) => match &event.query {
            Some(query) => format!("{}?{query}", event.path),
            None => event.path.clone(),
        },
    }
}

/// What is worth saying besides.
fn remark(event: &Event) -> String {
    if let Some(detail) = event.detail.as_ref().filter(|_| !event.succeeded()) {
        return detail.clone();
    }
    match (event.action, event.results, event.role) {
        (Action::Lookup, Some(0), _) if event.group_name.is_some() => "no such group yet".to_owned(),
        (Action::Lookup, Some(0), _) => "nobody yet".to_owned(),
        (Action::Lookup | Action::ImportPage | Action::CredentialTest, Some(found), _) => {
            format!("{} found", text::count(found))
        }
        (Action::RoleChange | Action::Create | Action::Return, _, Some(role)) => format!("role {role}"),
        // Everything is new in a new account.
        (Action::Create | Action::Return, ..) => String::new(),
        (Action::Update | Action::GroupPush, ..) if event.changed.is_empty() => "nothing new".to_owned(),
        (Action::GroupPush, ..) => group_changes(event),
        (Action::Deactivate | Action::Delete, ..) if event.changed.iter().any(|path| path == SESSIONS) => {
            "open sessions ended".to_owned()
        }
        (Action::Deactivate | Action::Reactivate | Action::Delete, ..) => String::new(),
        (Action::Bulk, Some(operations), _) => text::plural(operations, "operation", "operations"),
        _ => event.changed.join(", "),
    }
}

/// The attributes of a group that changed, and how many of its members and of their roles.
fn group_changes(event: &Event) -> String {
    let of_members = |path: &&String| path.starts_with("members");
    let roles = event.changed.iter().filter(|path| path.ends_with("].role")).count() as u64;
    let members = event.changed.iter().filter(of_members).count() as u64 - roles;
    let mut words: Vec<String> = event.changed.iter().filter(|path| !of_members(path)).cloned().collect();
    // More of them than an event names one by one are one change of `members`.
    match event.changed.iter().any(|path| path == "members") {
        true => words.push("many members".to_owned()),
        false if members > 0 => words.push(text::plural(members, "member", "members")),
        false => {}
    }
    if roles > 0 {
        words.push(text::plural(roles, "role", "roles"));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::tests::fixtures::event;

    fn told(action: Action, results: Option<u64>, changed: &[&str]) -> (String, String) {
        let mut event = event(1, action, 200, None);
        event.group_name = Some("APP-Harbor-Editors".to_owned());
        event.results = results;
        event.changed = changed.iter().map(|path| (*path).to_owned()).collect();
        (subject(&event), remark(&event))
    }

    #[test]
    fn group_events_are_told_by_name_and_number() {
        let push = |changed: &[&str]| told(Action::GroupPush, None, changed).1;
        assert_eq!(push(&[]), "nothing new");
        assert_eq!(push(&["displayName"]), "displayName");
        assert_eq!(push(&["members[value eq \"a\"]", "members[value eq \"b\"]"]), "2 members");
        assert_eq!(
            push(&["displayName", "members[value eq \"a\"]", "members[value eq \"a\"].role"]),
            "displayName, 1 member, 1 role"
        );
        assert_eq!(push(&["members", "members[value eq \"a\"].role"]), "many members, 1 role");
        assert_eq!(
            told(Action::Lookup, Some(0), &[]),
            ("APP-Harbor-Editors".to_owned(), "no such group yet".to_owned())
        );
        assert_eq!(told(Action::Bulk, Some(2), &[]).1, "2 operations");
    }
}
