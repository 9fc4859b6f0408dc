//! How one event is drawn.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
};
use serde_json::Value;

use crate::{
    dashboard::{
        inspector::{Inspector, Tab},
        layout,
        message::Load,
        paint,
        state::State,
        text,
    },
    model::{
        event::{Change, Event, EventDetail},
        role::Role,
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
pub fn draw(state: &State, inspector: &Inspector, buffer: &mut Buffer, area: Rect) {
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
                draw_body(state, inspector, detail, Tab::Response, tab == Tab::Response, buffer, right);
            }
            tab @ (Tab::Request | Tab::Response) => draw_body(state, inspector, detail, tab, true, buffer, body),
            tab => {
                let lines = text_of(state, tab, detail, columns);
                paint::put_text(buffer, body, &lines, inspector.scroll, "↓", theme);
            }
        },
    }
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
            lines.extend(paint::named(name, &value, 11, columns, theme.text, theme));
        }
    };
    fact("Time", Some(format!("{} {} UTC", text::day(event.at), text::clock(event.at))));
    fact("Action", Some(event.action.to_string()));
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
    let value = |mark: &str, value: &Option<Value>, style| {
        let shown = match value {
            None => return Vec::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let mut mark = mark;
        text::wrap(&shown, columns.saturating_sub(4).max(8))
            .into_iter()
            .map(|line| Line::from(paint::span(format!("  {} {line}", std::mem::replace(&mut mark, " ")), style)))
            .collect()
    };
    let mut lines = Vec::new();
    for Change { path, before, after } in &detail.changes {
        lines.push(Line::from(paint::span(text::fit(path, columns), theme.accent)));
        lines.extend(value("-", before, theme.bad));
        lines.extend(value("+", after, theme.good));
    }
    lines
}
