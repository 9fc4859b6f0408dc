//! How Settings > API Tokens is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint::{self, CellText, Column},
        panes::{settings, tokens::facts},
        state::State,
        text,
    },
    model::token::{Token, TokenState},
};

/// Rows over the tokens: the path, the headings.
const HEAD: u16 = 2;

/// Rows of the selected token's facts, where there is room.
const fn fact_rows(body: Rect) -> u16 {
    match body.height {
        0..12 => 0,
        12..20 => 8,
        _ => 10,
    }
}

/// How many tokens are seen at once.
pub const fn rows(body: Rect) -> u16 {
    body.height.saturating_sub(HEAD + fact_rows(body))
}

/// A token's state as a mark, for those who do not see colours.
const fn state_mark(state: TokenState) -> &'static str {
    match state {
        TokenState::NeverUsed => "○",
        TokenState::Active => "●",
        TokenState::Expiring => "▲",
        TokenState::Expired | TokenState::Revoked => "✗",
    }
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(body, 1);
    settings::draw_pages(state, buffer, head);
    let tokens = match &state.tokens.tokens {
        Load::Ready(tokens) => tokens,
        Load::Loading => {
            paint::put(buffer, rest, 0, &Line::from(paint::span("Reading the tokens …", theme.dim)));
            return None;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(rest.width), theme.bad).collect();
            paint::put_lines(buffer, rest, &lines, 0);
            return None;
        }
    };
    if tokens.is_empty() {
        let words = "No tokens yet. Okta needs one to call this service: press {api-tokens.add-account} for Add another account > Create a \
                     new token.";
        let lines: Vec<_> = paint::sentence(&state.keys.say(words), usize::from(rest.width), theme.dim).collect();
        let (_, rest) = layout::split_top(rest, u16::from(rest.height > 4));
        paint::put_lines(buffer, rest, &lines, 0);
        return None;
    }
    let many = text::plural(u64::try_from(tokens.len()).unwrap_or(u64::MAX), "token", "tokens");
    if body.width >= 50 {
        paint::put_right(buffer, head, 0, &Line::from(paint::span(many, theme.dim)));
    }
    let (headings, rest) = layout::split_top(rest, 1);
    let (list, facts) = layout::split_top(rest, rows(body));
    let columns = columns(usize::from(body.width));
    let plain: Vec<Column> = columns.iter().map(|(_, column)| *column).collect();
    paint::put(buffer, headings, 0, &paint::heading_line(&plain, theme));
    let top = usize::try_from(state.tokens.top).unwrap_or(0);
    for (row, (place, token)) in (0..list.height).zip(tokens.iter().enumerate().skip(top)) {
        let cells = columns.iter().map(|(field, column)| cell(*field, token, column.width, state)).collect();
        paint::put(buffer, list, row, &paint::row_line(&plain, cells));
        if place == state.tokens.row() {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    if let Some(token) = state.tokens.selected() {
        draw_facts(state, token, buffer, facts);
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    State,
    Scope,
    CreatedBy,
    Created,
    LastUsed,
    Address,
    Uses,
    Expires,
    Tail,
}

fn columns(width: usize) -> Vec<(Field, Column)> {
    let wanted: &[(Field, &'static str, usize, usize)] = &[
        (Field::Name, "Name", 0, 0),
        (Field::State, "State", 12, 0),
        (Field::Scope, "Scope", 5, 110),
        (Field::CreatedBy, "Created by", 20, 130),
        (Field::Created, "Created", 10, 110),
        (Field::LastUsed, "Last used", if width >= 110 { 16 } else { 10 }, 60),
        (Field::Address, "From", 15, 92),
        (Field::Uses, "Uses", 7, 72),
        (Field::Expires, "Expires", 10, 72),
        (Field::Tail, "Ends in", 7, 34),
    ];
    let shown = wanted.iter().filter(|(.., from)| width >= *from);
    let taken: usize = shown.clone().map(|(_, _, own, _)| own + 2).sum::<usize>().saturating_sub(2);
    let rest = width.saturating_sub(taken).clamp(8, 40);
    shown
        .map(|(field, title, own, _)| {
            let width = if *field == Field::Name { rest } else { *own };
            (*field, Column { title, width, right: *field == Field::Uses })
        })
        .collect()
}

fn cell(field: Field, token: &Token, width: usize, state: &State) -> CellText {
    let theme = &state.theme;
    let standing = token.state(state.now);
    let dead = matches!(standing, TokenState::Expired | TokenState::Revoked);
    let text_style = if dead { theme.dim } else { theme.text };
    match field {
        Field::Name => (token.name.clone(), text_style),
        // Whether what comes with it is carried out matters more than when it came last, which stands beside it.
        Field::State if !token.mode.is_live() && token.is_accepted(state.now) => {
            (format!("◇ {}", token.mode), theme.warn)
        }
        Field::State => (format!("{} {standing}", state_mark(standing)), theme.token(standing)),
        Field::Scope => (token.scope.as_str().to_owned(), theme.dim),
        Field::CreatedBy => (token.created_by.clone(), theme.dim),
        Field::Created => (text::day(token.created), theme.dim),
        Field::LastUsed => {
            (token.last_used.map_or_else(|| "never".to_owned(), |at| text::when_in(at, state.now, width)), text_style)
        }
        Field::Address => (token.last_address.clone().unwrap_or_default(), theme.dim),
        Field::Uses => (text::count(token.uses), text_style),
        Field::Expires => (text::day(token.expires), theme.token(standing)),
        Field::Tail => (format!("…{}", token.tail), theme.dim),
    }
}

/// The selected token in sentences.
fn draw_facts(state: &State, token: &Token, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let (rule, area) = layout::split_top(area, 1);
    paint::rule(buffer, rule, &token.name, theme);
    paint::put_lines(buffer, area, &facts::lines(state, token, usize::from(area.width)), 0);
}
