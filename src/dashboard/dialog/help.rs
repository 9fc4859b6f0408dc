//! Every key, grouped by where it counts; what cannot be done now says why.

use ratatui::text::Line;

use crate::{
    dashboard::{
        commands::{self, COMMANDS, Scope},
        paint,
        state::State,
    },
    model::user_filter::FIELDS,
};

/// The column of keys.
const KEYS: usize = 12;

/// The overlay's lines.
pub fn lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines: Vec<Line<'static>> = Vec::new();
    let here = commands::here(state);
    let mut scopes = vec![here, Scope::Everywhere, Scope::Lists, Scope::Always];
    for command in COMMANDS.iter() {
        if !scopes.contains(&command.scope) {
            scopes.push(command.scope);
        }
    }
    for scope in scopes {
        let title = match scope {
            Scope::Always => "Always",
            scope => match scope.title() {
                Some(title) => title,
                None => continue,
            },
        };
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(paint::span(title, theme.heading)));
        for command in COMMANDS.iter().filter(|command| command.scope == scope) {
            let keys = state.keys.labels(command);
            let refusal = if scope == here { (command.enabled)(state).err() } else { None };
            let words = match refusal {
                Some(reason) => format!("{} (not now: {reason})", command.title),
                None => command.title.to_owned(),
            };
            lines.extend(paint::named(&keys, &words, KEYS, columns, theme.text, theme));
        }
        if scope == here && matches!(here, Scope::Users | Scope::Roles) {
            lines.push(Line::default());
            lines.push(Line::from(paint::span("Terms of a search", theme.heading)));
            for (field, takes) in FIELDS {
                lines.extend(paint::named(&format!("{field}:"), takes, KEYS, columns, theme.text, theme));
            }
            let words = "Terms stand apart by blanks and must all hold; ! in front negates one, quotes keep blanks.";
            lines.extend(paint::sentence(words, columns, theme.text));
        }
    }
    lines
}
