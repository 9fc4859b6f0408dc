//! How the Users pane is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint,
        panes::{
            setup::people_words::failure_words,
            users::{Detail, Section, timeline_view},
        },
        privacy::personal,
        state::State,
        text, user_table,
    },
    model::{
        role::RoleSource,
        user::{User, UserDetail, UserGroup},
    },
};

/// From this width on the overview stands beside the other sections.
const WIDE: u16 = 110;
/// Rows over a person's sections: who it is, the sections.
const DETAIL_HEAD: u16 = 3;

/// What is said of an account that was deleted while it was looked at, or before.
const GONE: &str = "This account was deleted: it cannot be signed in with, and SCIM no longer knows it. Its events stay \
                    for as long as events are kept.";

/// How many users are seen at once.
pub const fn list_rows(body: Rect) -> u16 {
    body.height.saturating_sub(user_table::HEAD)
}

/// How many rows a person's section has.
pub const fn detail_height(body: Rect) -> u16 {
    body.height.saturating_sub(DETAIL_HEAD)
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    match &state.users.detail {
        Some(detail) => {
            draw_detail(state, detail, buffer, body);
            None
        }
        None => user_table::draw(state, &state.users.list, buffer, body),
    }
}

fn overview_width(body: Rect) -> u16 {
    if body.width >= WIDE { (body.width * 2 / 5).min(64) } else { body.width }
}

fn draw_detail(state: &State, detail: &Detail, buffer: &mut Buffer, body: Rect) {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(body, DETAIL_HEAD);
    let listed = state.users.list.find(detail.id).filter(|_| !detail.gone);
    let user = detail.user.ready().map(|detail| &detail.user).or(listed);
    if let Some(user) = user {
        // The mark must not be pushed out by a long name.
        let mut room = usize::from(head.width).saturating_sub(3);
        let user_name = text::fit(&user.user_name, room);
        room -= text::width(&user_name);
        let mut title = vec![paint::span(user_name, personal(theme.heading))];
        if let Some(name) = user.display_name.as_ref().filter(|_| room >= 6) {
            title.push(paint::span(format!("  {}", text::fit(name, room - 2)), personal(theme.text)));
        }
        title.push(paint::span(format!("  {}", user_table::mark(user)), user_table::mark_style(user, theme)));
        paint::put(buffer, head, 0, &Line::from(title));
    } else if detail.gone {
        let mark = "  deleted";
        let room = usize::from(head.width).saturating_sub(text::width(mark));
        // The newest event that knows it has the last name the account bore.
        let name = detail.timeline.all().iter().find_map(|entry| entry.event.user_name.clone());
        let name = text::fit(&name.unwrap_or_else(|| detail.id.to_string()), room);
        let title = vec![paint::span(name, personal(theme.heading)), paint::span(mark, theme.warn)];
        paint::put(buffer, head, 0, &Line::from(title));
    }
    paint::put(buffer, head, 1, &sections(detail, state));
    let (_, rule) = layout::split_top(head, 2);
    paint::rule(buffer, rule, "", theme);
    if detail.gone {
        let lines: Vec<_> = paint::sentence(GONE, usize::from(rest.width), theme.dim).collect();
        paint::put_lines(buffer, rest, &lines, 0);
        let (_, rest) = layout::split_top(rest, u16::try_from(lines.len() + 1).unwrap_or(rest.height));
        timeline_view::draw(state, detail, buffer, rest);
        return;
    }
    let loaded = match &detail.user {
        Load::Ready(_) => None,
        Load::Loading => Some(("Reading the user …", theme.dim)),
        Load::Failed(reason) => Some((reason.as_str(), theme.bad)),
    };
    if let Some((sentence, style)) = loaded {
        let lines: Vec<_> = paint::sentence(sentence, usize::from(rest.width), style).collect();
        paint::put_lines(buffer, rest, &lines, 0);
        return;
    }
    let mut main = rest;
    if body.width >= WIDE {
        let (left, right) = layout::split_left(rest, overview_width(body));
        draw_overview(state, detail, buffer, left, body);
        let (gap, right) = layout::split_left(right, 3);
        let (_, line) = layout::split_left(gap, 1);
        paint::divider(buffer, Rect { width: 1.min(line.width), ..line }, theme);
        main = right;
    } else if detail.section == Section::Overview {
        draw_overview(state, detail, buffer, rest, body);
        return;
    }
    match detail.section {
        Section::Resource => paint::json(buffer, main, &detail.resource, true, theme),
        Section::Overview | Section::Timeline => timeline_view::draw(state, detail, buffer, main),
    }
}

fn sections(detail: &Detail, state: &State) -> Line<'static> {
    let there = Section::ALL.into_iter().filter(|section| !detail.gone || *section == Section::Timeline);
    let spans = there.flat_map(|section| {
        let style = if section == detail.section { state.theme.selected } else { state.theme.dim };
        [Span::styled(format!(" {} ", section.title()), style), Span::raw(" ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn draw_overview(state: &State, detail: &Detail, buffer: &mut Buffer, area: Rect, body: Rect) {
    paint::put_text(
        buffer,
        area,
        &overview_lines(state, body),
        detail.scroll,
        &state.keys.say("{lists.down}"),
        &state.theme,
    );
}

/// A person's overview, line by line.
pub fn overview_lines(state: &State, body: Rect) -> Vec<Line<'static>> {
    let Some(detail) = state.users.detail.as_ref().and_then(|detail| detail.user.ready()) else { return Vec::new() };
    let columns = usize::from(overview_width(body));
    let theme = &state.theme;
    let user = &detail.user;
    let mut lines = Vec::new();
    let mut fact = |name: &str, value: String, style| {
        lines.extend(paint::named(name, &value, 11, columns, style, theme));
    };
    let log_in = match user {
        User { test: true, .. } => "made by test traffic: nobody gets access by it",
        User { replaced_by: Some(_), .. } => "inactive: replaced when the e-mail address changed",
        User { active: false, .. } => "inactive: cannot log in",
        _ => "active",
    };
    fact("State", log_in.to_owned(), if user.active { theme.good } else { theme.warn });
    fact("Role", role_words(detail), theme.text);
    if let Some(else_role) = without_groups(detail) {
        fact("", else_role, theme.dim);
    }
    for (place, group) in detail.groups.iter().enumerate() {
        fact(if place == 0 { "Groups" } else { "" }, group_words(group), theme.text);
    }
    for (name, value) in profile(detail) {
        fact(name, value, personal(theme.text));
    }
    fact("External id", user.external_id.clone().unwrap_or_else(|| "none".to_owned()), theme.text);
    fact("Id", user.id.to_string(), theme.dim);
    fact("Created", format!("{} UTC", text::moment(user.created)), theme.dim);
    fact("Changed", format!("{} UTC", text::moment(user.last_modified)), theme.dim);
    for (words, of_person) in between_here_and_okta(state, detail) {
        let style = if of_person { personal(theme.warn) } else { theme.warn };
        lines.push(Line::default());
        lines.extend(paint::sentence(&words, columns, style));
    }
    if !detail.related.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(paint::span("Accounts of the same person, oldest first", theme.dim)));
        for account in &detail.related {
            let words = match account.replaced_by {
                Some(next) if next == user.id => "replaced by this one",
                Some(_) => "replaced",
                None if account.active => "active",
                None => "inactive",
            };
            let line = format!("{} {} ({}, {words})", user_table::mark(account), account.user_name, account.role);
            lines.extend(paint::sentence(&line, columns, theme.text));
        }
    }
    lines.push(Line::default());
    if detail.sessions.is_empty() {
        lines.push(Line::from(paint::span("Not signed in anywhere.", theme.dim)));
    } else {
        lines.push(Line::from(paint::span("Sessions, newest first", theme.dim)));
        for session in &detail.sessions {
            let line = format!(
                "since {}, last used {}, until {} UTC",
                text::moment(session.created),
                text::when(session.last_used, state.now),
                text::moment(session.expires)
            );
            lines.extend(paint::sentence(&line, columns, theme.text));
        }
    }
    lines
}

/// The role and where it comes from; of a group, which.
fn role_words(detail: &UserDetail) -> String {
    let role = detail.user.role;
    match detail.user.role_source {
        RoleSource::Okta => format!("{role}, pushed by Okta"),
        RoleSource::Default => format!("{role}, the default role"),
        RoleSource::Local => format!("{role}, set here"),
        RoleSource::Group => {
            let names: Vec<&str> = detail.role_givers().map(|group| group.name.as_str()).collect();
            match names.as_slice() {
                [] => format!("{role}, from a group"),
                [one] => format!("{role}, from the group {one}"),
                several => format!("{role}, from the groups {}", several.join(", ")),
            }
        }
    }
}

/// What groups would give and do not, since Okta's word or the one given here wins: where somebody wonders why.
fn without_groups(detail: &UserDetail) -> Option<String> {
    if !matches!(detail.user.role_source, RoleSource::Okta | RoleSource::Local) {
        return None;
    }
    let direct = detail.groups.iter().filter(|group| group.direct);
    let group = direct.filter(|group| group.role.is_some()).max_by_key(|group| group.role)?;
    let role = group.role.filter(|role| *role != detail.user.role)?;
    let wins = if detail.user.role_source == RoleSource::Okta { "the role Okta pushes" } else { "the role set here" };
    Some(format!("not {role}, as the group {} would give: {wins} goes before it", group.name))
}

/// A group, the role it is mapped to, and whether the person is in it only through another.
fn group_words(group: &UserGroup) -> String {
    let role = group.role.map(|role| format!(" → {role}")).unwrap_or_default();
    let through = if group.direct { "" } else { " (through a group in it, which gives no role)" };
    format!("{}{role}{through}", group.name)
}

/// What of a person is otherwise here than in Okta, or may be; and whether it says a name of theirs.
fn between_here_and_okta(state: &State, detail: &UserDetail) -> Vec<(String, bool)> {
    let user = &detail.user;
    let drift = user.drift();
    let mut said = Vec::new();
    let since = match user.okta.drifted {
        Some(at) => format!(" since {} UTC", text::when(at, state.now)),
        None => String::new(),
    };
    if drift.active && user.active {
        said.push((format!("▲ Okta deactivated this person; here they can log in{since}. Okta is not told."), false));
    } else if drift.active {
        said.push((format!("≠ Okta last pushed this person as active; here they are not{since}."), false));
    }
    if let Some(okta) = user.okta_role.filter(|okta| *okta != user.role) {
        let words = format!(
            "≠ Okta last pushed {okta}; here it is {} since a local edit. It holds until Okta pushes another role than \
             {okta}. Okta is not told.",
            user.role
        );
        said.push((words, false));
    }
    if drift.name {
        let names = user.differences().into_iter().filter(|(_, name)| *name).map(|(words, _)| words);
        said.push((format!("≠ {}", names.collect::<Vec<_>>().join(" · ")), true));
    }
    if let Some(push) = &detail.failed_push {
        let since = format!("{} UTC", text::when(push.since, state.now));
        let answered = push.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let words = failure_words(push, &since);
        said.push((format!("▲ Okta's last push failed (event {}). {words}{answered}", push.event), false));
    }
    // Before Okta is connected nobody is known to it.
    if user.is_orphan() && state.users.list.counts.okta_is_here() {
        said.push(("○ No request of Okta's client was ever about this person.".to_owned(), false));
    }
    said
}

/// The attributes of the profile that people look for, from the resource as Okta reads it.
fn profile(detail: &UserDetail) -> Vec<(&'static str, String)> {
    const ATTRIBUTES: [(&str, &str); 10] = [
        ("First name", "/name/givenName"),
        ("Last name", "/name/familyName"),
        ("E-mail", "/emails/0/value"),
        ("Title", "/title"),
        ("Phone", "/phoneNumbers/0/value"),
        ("Locale", "/locale"),
        ("Timezone", "/timezone"),
        ("Department", "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department"),
        ("Manager", "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/displayName"),
        ("Employee", "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber"),
    ];
    let value = |pointer: &str| detail.resource.pointer(pointer)?.as_str().map(str::to_owned);
    ATTRIBUTES
        .into_iter()
        .filter_map(|(name, pointer)| Some((name, value(pointer).filter(|value| !value.is_empty())?)))
        .collect()
}
