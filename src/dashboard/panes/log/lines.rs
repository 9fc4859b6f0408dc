//! An event on a line, in as many columns as there are: in the log, its strip, and a person's timeline.

use ratatui::text::{Line, Span};

use crate::{
    dashboard::{paint, privacy::personal, state::State, text},
    model::{
        event::{Action, Event},
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
}

impl Layout {
    /// For these events, in so many columns.
    pub fn new<'a>(state: &State, events: impl IntoIterator<Item = &'a Event>, width: u16) -> Self {
        let today = text::day(state.now);
        let dated = width >= 60 && events.into_iter().any(|event| text::day(event.at) != today);
        Self { width: usize::from(width), dated, named: true, marked: false }
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

/// An event on a line, in as many columns as there are.
pub fn event_line(state: &State, event: &Event, layout: Layout) -> Line<'static> {
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
    push(format!("{} ", event.status), status);
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
    push(mode(event.mode, width).to_owned(), theme.warn);
    let used =
        push(if event.repeats > 1 { format!("× {} ", text::count(event.repeats)) } else { String::new() }, theme.warn);
    let room = width.saturating_sub(used + text::width(&latency) + text::width(&token));
    let subject = if layout.named { subject(event) } else { String::new() };
    let remark = remark(event);
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
    let remark_room = room.saturating_sub(text::width(&name) + 2);
    spans.push(paint::span(name, if event.user_name.is_some() { personal(theme.text) } else { theme.text }));
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

/// That an event is not meant as it reads, for all to see.
const fn mode(mode: TokenMode, width: usize) -> &'static str {
    match mode {
        TokenMode::Live => "",
        TokenMode::DryRun if width < 60 => "dry ",
        TokenMode::DryRun => "dry run  ",
        TokenMode::Test => "test  ",
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
