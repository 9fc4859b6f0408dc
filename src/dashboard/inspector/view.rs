//! How one event is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Modifier,
    text::{Line, Span},
};
use serde_json::Value;

use crate::{
    dashboard::{
        inspector::{
            Inspector, Tab,
            patch::{Operation, explain, operations},
        },
        layout,
        message::Load,
        paint,
        panes::log::search_line,
        privacy::{of_attribute, personal},
        state::State,
        text,
    },
    model::{
        event::{Change, Event, EventDetail},
        role::Role,
        token::TokenMode,
    },
};

/// Rows over the text: what event it is, and the tabs.
const HEAD: u16 = 3;

/// How many lines the text of the tab has, and how many are seen at once.
pub fn extent(state: &State, inspector: &Inspector, body: Rect) -> (usize, u16) {
    let (_, body) = layout::split_top(body, HEAD);
    let lines = match &inspector.detail {
        Load::Ready(detail) => text_of(state, inspector.tab, detail, usize::from(body.width)).len(),
        Load::Loading | Load::Failed(_) => 0,
    };
    (lines, body.height)
}

/// From this width on request and response stand side by side.
const SIDE_BY_SIDE: u16 = 140;

/// The width of the inspector.
fn inspector_width(state: &State) -> u16 {
    layout::regions(state).body.width
}

/// Draws the event.
pub fn draw(state: &State, inspector: &Inspector, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let (head, body) = layout::split_top(area, HEAD);
    let columns = usize::from(area.width);
    let known = inspector.detail.ready().map(|detail| &detail.event);
    let held = || state.log.list().find(inspector.id).or_else(|| state.log.ring.find(inspector.id));
    let number = paint::span(format!("Event {}  ", inspector.id), theme.heading);
    let room = columns.saturating_sub(number.width());
    let mut title = vec![number];
    if let Some(event) = known.or_else(held) {
        title.extend(request_line(event, room, state));
    }
    paint::put(buffer, head, 0, &Line::from(title));
    paint::put(buffer, head, 1, &tabs(inspector, state));
    let (_, rule) = layout::split_top(head, 2);
    paint::rule(buffer, rule, "", theme);
    let cursor = draw_find(state, inspector, buffer, rule);
    match &inspector.detail {
        Load::Loading => paint::put(buffer, body, 0, &Line::from(paint::span("Reading the event …", theme.dim))),
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, columns, theme.bad).collect();
            paint::put_lines(buffer, body, &lines, 0);
        }
        Load::Ready(detail) => match inspector.tab {
            tab @ (Tab::Request | Tab::Response) if body.width >= SIDE_BY_SIDE => {
                let (left, rest) = layout::split_left(body, (body.width - 3) / 2);
                let (gap, right) = layout::split_left(rest, 3);
                paint::divider(buffer, Rect { x: gap.x + 1, width: 1, ..gap }, theme);
                draw_body(state, inspector, detail, Tab::Request, tab == Tab::Request, buffer, left);
                if tab == Tab::Request && !detail.changes.is_empty() {
                    let (title, right) = layout::split_top(right, 1);
                    paint::put(buffer, title, 0, &Line::from(paint::span(Tab::Changes.title(), theme.dim)));
                    let lines = changes(state, detail, usize::from(right.width));
                    paint::put_text(buffer, right, &lines, 0, "Changes shows", theme);
                } else {
                    draw_body(state, inspector, detail, Tab::Response, tab == Tab::Response, buffer, right);
                }
            }
            tab @ (Tab::Request | Tab::Response) => draw_body(state, inspector, detail, tab, true, buffer, body),
            tab => {
                let lines = text_of(state, tab, detail, columns);
                paint::put_text(buffer, body, &lines, inspector.scroll, &state.keys.say("{lists.down}"), theme);
            }
        },
    }
    cursor
}

/// What is searched for in the body, on the rule over it.
fn draw_find(state: &State, inspector: &Inspector, buffer: &mut Buffer, rule: Rect) -> Option<Position> {
    if !inspector.shows_body() || !inspector.find.editing && inspector.find.value().is_empty() {
        return None;
    }
    let missed = if inspector.missed {
        "  not found".to_owned()
    } else {
        state.keys.say("  {event.find-next} {event.find-previous}: next, before")
    };
    let width =
        rule.width.min(u16::try_from(inspector.find.value().len()).unwrap_or(u16::MAX).saturating_add(6).max(20));
    let (left, right) = layout::split_left(rule, width);
    let blank = " ".repeat(usize::from(left.width));
    paint::put(buffer, left, 0, &Line::from(paint::span(blank, state.theme.text)));
    if !inspector.find.editing {
        let style = if inspector.missed { state.theme.warn } else { state.theme.dim };
        paint::put(buffer, right, 0, &Line::from(paint::span(format!("{missed} "), style)));
    }
    search_line(state, buffer, left, &inspector.find)
}

fn request_line(event: &Event, columns: usize, state: &State) -> Vec<Span<'static>> {
    let path = match &event.query {
        Some(query) => format!("{}?{query}", event.path),
        None => event.path.clone(),
    };
    let theme = &state.theme;
    let status = paint::span(format!("{} ", event.status), theme.status(event.status).add_modifier(Modifier::BOLD));
    let method = paint::span(format!("{} ", event.method), theme.text);
    let room = columns.saturating_sub(status.width() + method.width());
    vec![status, method, paint::span(text::fit(&path, room), theme.text)]
}

fn tabs(inspector: &Inspector, state: &State) -> Line<'static> {
    let changes = inspector.detail.ready().map_or(0, |detail| detail.changes.len());
    let spans = Tab::ALL.into_iter().flat_map(|tab| {
        let title = match tab {
            Tab::Changes if changes > 0 => format!(" {} {changes} ", tab.title()),
            _ => format!(" {} ", tab.title()),
        };
        let style = if tab == inspector.tab { state.theme.selected } else { state.theme.dim };
        [Span::styled(title, style), Span::raw(" ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn draw_body(
    state: &State,
    inspector: &Inspector,
    detail: &EventDetail,
    tab: Tab,
    focused: bool,
    buffer: &mut Buffer,
    area: Rect,
) {
    let theme = &state.theme;
    let (body, view) = match tab {
        Tab::Response => (&detail.response_body, &inspector.response),
        _ => (&detail.request_body, &inspector.request),
    };
    let (title, area) = layout::split_top(area, u16::from(area.width < inspector_width(state)));
    paint::put(buffer, title, 0, &Line::from(paint::span(tab.title(), theme.dim)));
    let may_see = state.who.as_ref().is_none_or(|who| who.role >= Role::Editor);
    let columns = usize::from(area.width);
    let missing = match body {
        Some(body) if !body.is_empty() => None,
        _ if !may_see => Some("Request and response bodies need the editor role; you are signed in as viewer."),
        _ => Some("There was no body."),
    };
    if let Some(sentence) = missing {
        let lines: Vec<_> = paint::sentence(sentence, columns, theme.dim).collect();
        paint::put_lines(buffer, area, &lines, 0);
        return;
    }
    let mut area = area;
    if detail.truncated {
        let note = "The body was longer than what is kept of it.";
        paint::put(buffer, area, 0, &Line::from(paint::span(note, theme.warn)));
        (_, area) = layout::split_top(area, 1);
    }
    paint::json(buffer, area, view, focused, theme);
    let found = inspector.find.value().to_lowercase();
    if focused && !found.is_empty() {
        (0..area.height).for_each(|row| paint::mark_found(buffer, area, row, &found, theme.found));
    }
}

/// The lines of a tab that is a text.
fn text_of(state: &State, tab: Tab, detail: &EventDetail, columns: usize) -> Vec<Line<'static>> {
    match tab {
        Tab::Summary => summary(state, detail, columns),
        Tab::Changes => changes(state, detail, columns),
        Tab::Request | Tab::Response => Vec::new(),
    }
}

/// What an event meant, in a sentence.
pub fn meaning(event: &Event) -> String {
    use crate::model::event::Action as A;
    let who = [&event.user_name, &event.group_name, &event.external_id].into_iter().find_map(Option::as_deref);
    let group = event.group_name.as_deref().unwrap_or("a group");
    let who = who.unwrap_or(if event.group_id.is_some() { "a group" } else { "a user" });
    let by = if event.is_from_okta() { "Okta" } else { "A client" };
    let of_groups = event.path.to_ascii_lowercase().contains("/groups");
    let role = event.role.map(|role| role.as_str()).unwrap_or("a role");
    let asked = match event.action {
        A::CredentialTest => format!("{by} tested its credentials"),
        A::Lookup => format!("{by} looked for {who}"),
        A::Read => format!("{by} read {who}"),
        A::ImportPage => format!("{by} read a page of the list of {}", if of_groups { "groups" } else { "users" }),
        A::Create => format!("{by} created {who}"),
        A::Update => format!("{by} pushed the profile of {who}"),
        A::RoleChange => format!("{by} pushed the role {role} for {who}"),
        A::EmailChange => format!("{by} changed the e-mail address of {who}, which makes a new account"),
        A::Deactivate => format!("{by} deactivated {who}: no more logging in"),
        A::Reactivate => format!("{by} reactivated {who}"),
        A::Return => format!("{by} created {who} again, who came back under the same id"),
        A::Delete => format!("{by} deleted {who}"),
        A::GroupPush => format!("{by} pushed the group {group}"),
        A::GroupDelete => format!("{by} deleted the group {group}; its members stay"),
        A::Bulk => format!("{by} sent several operations at once"),
        A::Discovery => format!("{by} asked what this service can do"),
        A::SignInRefused => format!("{by} called without acceptable credentials"),
        A::Astray => format!("{by} called a path where no SCIM endpoint is"),
    };
    let found = match (event.action, event.results) {
        (A::Lookup, Some(0)) if of_groups => "; there is no such group yet".to_owned(),
        (A::Lookup, Some(0)) => "; there is nobody of that name yet".to_owned(),
        (A::Bulk, Some(operations)) => format!("; {} carried out", text::plural(operations, "was", "were")),
        (A::Lookup | A::ImportPage | A::CredentialTest, Some(found)) => {
            let (one, many) = if of_groups { ("group was", "groups were") } else { ("user was", "users were") };
            format!("; {} found", text::plural(found, one, many))
        }
        _ => String::new(),
    };
    if event.succeeded() { format!("{asked}{found}.") } else { format!("{asked}, and was refused ({}).", event.status) }
}

fn summary(state: &State, detail: &EventDetail, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let event = &detail.event;
    let mut lines: Vec<Line<'static>> = paint::sentence(&meaning(event), columns, theme.text).collect();
    if let Some(sentence) = &event.detail {
        lines.push(Line::default());
        lines.push(Line::from(paint::span("What Okta shows to its admin", theme.dim)));
        lines.extend(paint::sentence(sentence, columns, theme.status(event.status)));
    }
    lines.push(Line::default());
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let style = if name == "User" { personal(theme.text) } else { theme.text };
            lines.extend(paint::named(name, &value, 11, columns, style, theme));
        }
    };
    fact("Time", Some(format!("{} {} UTC", text::day(event.at), text::clock(event.at))));
    fact("Action", Some(event.action.to_string()));
    fact("Mode", mode_words(event));
    fact("User", event.user_name.clone());
    fact("Group", event.group_name.clone());
    fact("External id", event.external_id.clone());
    fact("Changed", Some(event.changed.join(", ")));
    fact("Role sent", event.role.map(|role| role.to_string()));
    let steps: Vec<&str> = event.compatibility.iter().map(|step| step.as_str()).collect();
    fact("Put right", Some(steps.join(", ")));
    fact("Token", event.token_name.clone());
    fact("From", event.address.clone());
    fact("User agent", event.user_agent.clone());
    let sizes = format!("{} sent, {} answered", text::size(event.request_bytes), text::size(event.response_bytes));
    fact("Sizes", Some(sizes));
    fact("Took", Some(text::latency(event.latency_micros)));
    fact("Repeats", (event.repeats > 1).then(|| format!("{} like requests in all", text::count(event.repeats))));
    for code in &event.findings {
        let open = state.setup.findings.iter().find(|finding| finding.code == *code);
        let words =
            open.map_or_else(|| code.to_string(), |finding| format!("{code} {}: {}", finding.title, finding.fix));
        fact("Finding", Some(words));
    }
    lines
}

/// Every changed attribute with its value before and after.
fn changes(state: &State, detail: &EventDetail, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    if detail.changes.is_empty() {
        let sentence = if detail.event.changed.is_empty() {
            "This request changed nothing."
        } else {
            "What changed is kept with the event's bodies, which are not shown to your role or are past retention."
        };
        return paint::sentence(sentence, columns, theme.dim).collect();
    }
    let operations = match detail.event.method.as_str() {
        "PATCH" => detail.request_body.as_deref().map(operations).unwrap_or_default(),
        _ => Vec::new(),
    };
    if operations.is_empty() {
        return detail.changes.iter().flat_map(|change| change_lines(state, change, 0, columns)).collect();
    }
    let explained = explain(&operations, &detail.changes);
    let mut lines = Vec::new();
    for (number, (operation, made)) in operations.iter().zip(explained.changes).enumerate() {
        lines.push(operation_line(state, number + 1, operation, columns));
        if made.is_empty() {
            lines.push(Line::from(paint::span("   changed nothing: it was so already", theme.dim)));
        }
        for change in made {
            let lines_of = change_lines(state, change, 3, columns);
            // The operation names it already.
            let named = operation.path.as_ref().is_some_and(|path| path.eq_ignore_ascii_case(&change.path));
            lines.extend(lines_of.into_iter().skip(usize::from(named)));
        }
    }
    if !explained.besides.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(paint::span("What follows from it", theme.dim)));
        lines.extend(explained.besides.into_iter().flat_map(|change| change_lines(state, change, 3, columns)));
    }
    lines
}

/// An operation of a PATCH on a line.
fn operation_line(state: &State, number: usize, operation: &Operation, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let value = operation.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
    let path = operation.path.as_deref().unwrap_or("(no path)");
    let words = format!("{number}. {} {path}", operation.op.to_lowercase());
    let words = text::fit(&words, columns);
    let room = columns.saturating_sub(text::width(&words));
    Line::from(vec![
        paint::span(words, theme.heading),
        paint::span(text::fit(&value, room), of_attribute(path, theme.text)),
    ])
}

/// A changed attribute with its value before and after.
fn change_lines(state: &State, change: &Change, indent: usize, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let blank = " ".repeat(indent);
    let value = |mark: &str, value: &Option<Value>, style| {
        let shown = match value {
            None => return Vec::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let mut mark = mark;
        text::wrap(&shown, columns.saturating_sub(indent + 4).max(8))
            .into_iter()
            .map(|line| {
                let mark = format!("{blank}  {} ", std::mem::replace(&mut mark, " "));
                Line::from(vec![paint::span(mark, style), paint::span(line, of_attribute(&change.path, style))])
            })
            .collect()
    };
    let path = text::fit(&change.path, columns.saturating_sub(indent));
    let mut lines = vec![Line::from(paint::span(format!("{blank}{path}"), theme.accent))];
    lines.extend(value("-", &change.before, theme.bad));
    lines.extend(value("+", &change.after, theme.good));
    lines
}

/// What the request did not do for real.
fn mode_words(event: &Event) -> Option<String> {
    match event.mode {
        TokenMode::Live => None,
        TokenMode::DryRun => Some("dry run: checked and answered, nothing was changed".to_owned()),
        TokenMode::Test => Some("test traffic: about invented people, counts for nothing".to_owned()),
    }
}
