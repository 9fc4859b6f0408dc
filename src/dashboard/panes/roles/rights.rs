//! What each role may do, and where a role comes from, in a table and in sentences.

use ratatui::text::Line;

use crate::{
    dashboard::{
        paint::{self, Column},
        state::State,
        text,
    },
    model::role::Role,
};

/// What the role named and those above it may do.
const RIGHTS: [(&str, Role); 8] = [
    ("Read people, groups, the checklist and the log", Role::Viewer),
    ("Read the bodies of requests", Role::Editor),
    ("Deactivate and reactivate people", Role::Editor),
    ("Change people's roles", Role::Owner),
    ("Map groups to roles", Role::Owner),
    ("Create, rotate and revoke tokens", Role::Owner),
    ("Change the workspace's settings", Role::Owner),
    ("Make sign-in codes", Role::Owner),
];

/// The section's lines.
pub fn lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let right = columns.saturating_sub(3 * 8).clamp(12, 50);
    let role = |title| Column { title, width: 6, right: false };
    let table = [Column { title: "May", width: right, right: false }, role("viewer"), role("editor"), role("owner")];
    let mut lines = vec![paint::heading_line(&table, theme)];
    for (what, least) in RIGHTS {
        // What does not fit beside its marks goes on below.
        let mut words = text::wrap(what, right).into_iter().map(|words| (words, theme.text));
        let mut cells: Vec<_> = words.next().into_iter().collect();
        cells.extend(
            [Role::Viewer, Role::Editor, Role::Owner]
                .map(|role| if role >= least { ("✓".to_owned(), theme.good) } else { ("·".to_owned(), theme.dim) }),
        );
        lines.push(paint::row_line(&table, cells));
        lines.extend(words.map(|words| paint::row_line(&table, vec![words])));
    }
    let default = state.settings.workspace.ready().map(|workspace| workspace.default_role);
    let default = default.map_or("the default role".to_owned(), |role| format!("{role}, the default role"));
    lines.push(Line::default());
    lines.push(Line::from(paint::span("Where a role comes from", theme.heading)));
    let width = 7.min(columns);
    for (source, words) in [
        (
            "local",
            "Set here. It holds until Okta pushes another role than it pushed before; Okta is not told.".to_owned(),
        ),
        ("okta", "Okta pushed it for this person.".to_owned()),
        ("group", "A group is mapped to it; of several groups the highest role counts.".to_owned()),
        ("default", format!("Nobody said anything: {default}.")),
    ] {
        lines.extend(paint::named(source, &words, width, columns, theme.text, theme));
    }
    lines.push(Line::default());
    let owners = state.roles.list.counts.owners;
    let words = format!(
        "The last active owner can be neither demoted nor deactivated from here, or nobody could administer the \
         workspace; there {} now. Okta is obeyed all the same: a leaver is a leaver.",
        match owners {
            1 => "is 1 active owner".to_owned(),
            owners => format!("are {} active owners", text::count(owners)),
        }
    );
    lines.extend(paint::sentence(&words, columns, theme.text));
    lines
}
