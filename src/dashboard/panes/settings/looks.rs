//! The page Settings > Appearance: how the dashboard looks and listens on this terminal, changed at once.

use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use crate::dashboard::{
    appearance::Appearance,
    layout,
    message::{Effect, Failure, ListId},
    paint::{self, Column},
    panes::settings::{draw_pages, put_foot},
    people,
    preferences::Preferences,
    scroll,
    state::State,
    text,
    theme::Theme,
    update::notice,
    user_columns::Field,
};

/// The column of names.
const NAMES: usize = 16;

/// What can be changed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// The theme.
    Theme,
    /// Whether the mouse is heard.
    Mouse,
    /// Whether names and e-mail addresses are masked.
    Names,
    /// The columns of a list.
    Columns(ListId),
    /// `dashboard.toml`.
    File,
}

impl Look {
    /// All of them, from top to bottom.
    pub const ALL: [Self; 6] =
        [Self::Theme, Self::Mouse, Self::Names, Self::Columns(ListId::Users), Self::Columns(ListId::Roles), Self::File];

    const fn title(self) -> &'static str {
        match self {
            Self::Theme => "Theme",
            Self::Mouse => "Mouse",
            Self::Names => "Names",
            Self::Columns(ListId::Users) => "Columns of Users",
            Self::Columns(_) => "Columns of Roles",
            Self::File => "dashboard.toml",
        }
    }

    fn value(self, state: &State) -> String {
        let look = &state.appearance;
        match self {
            Self::Theme => theme_words(look, state.theme),
            Self::Mouse => if look.hears_mouse() { "heard" } else { "left to the terminal" }.to_owned(),
            Self::Names => if look.private { "masked" } else { "shown" }.to_owned(),
            Self::File => {
                let file = &look.preferences;
                let path = file.path.display();
                if file.found { path.to_string() } else { format!("not there: {path}") }
            }
            Self::Columns(id) => {
                let list = match id {
                    ListId::Users => &state.users.list,
                    ListId::Roles => &state.roles.list,
                    ListId::ToLookAt => &state.setup.people.list,
                };
                list.columns.as_ref().map_or_else(
                    || "those that there is room for".to_owned(),
                    |chosen| chosen.iter().map(|field| Field::title(*field)).collect::<Vec<_>>().join(", "),
                )
            }
        }
    }

    /// What it means; its key stands by the name of its command.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Theme => {
                "auto is dark or light as the terminal's background is. Themes of your own stand in dashboard.toml. \
                 {appearance.change} takes the next one."
            }
            Self::Mouse => {
                "Heard, the wheel moves and a click chooses; left to the terminal, text can be selected. {appearance.change} changes it."
            }
            Self::Names => {
                "Masked, nobody who looks at the screen or a screenshot of it learns names and e-mail addresses; what is \
                 copied or written to files is not masked. Not remembered. {appearance.change} changes it."
            }
            Self::Columns(_) => "{appearance.change} chooses the columns and their order.",
            Self::File => {
                "The file with your keys and themes, read at start. {appearance.change} reads it again after you have \
                 changed it."
            }
        }
    }
}

fn theme_words(look: &Appearance, in_force: Theme) -> String {
    let name = look.theme_name();
    if look.without_colours {
        return format!("mono, since NO_COLOR is set (otherwise {name})");
    }
    let own = Theme::OWN.iter().find(|(_, theme)| *theme == in_force).map(|(own, _)| *own);
    match own {
        Some(own) if own != name => format!("{name}: {own}"),
        _ => name.to_owned(),
    }
}

/// The row selected.
pub fn selected(state: &State) -> Look {
    Look::ALL.get(state.settings.look).copied().unwrap_or(Look::Theme)
}

/// Changes what is selected.
pub fn change(state: &mut State, effects: &mut Vec<Effect>) {
    match selected(state) {
        Look::Theme => next_theme(state, effects),
        Look::Mouse => turn_mouse(state, effects),
        Look::Names => turn_names(state, effects),
        Look::Columns(list) => people::choose_columns(state, list),
        Look::File => effects.push(Effect::ReadPreferences),
    }
}

/// Takes `dashboard.toml` as it is now; one with something wrong in it changes nothing.
pub fn take_file(state: &mut State, preferences: Preferences, effects: &mut Vec<Effect>) {
    if !preferences.problems.is_empty() {
        let mut text = preferences.problems.join("\n");
        text.push_str("\nNothing was changed: what was in force before is in force still.");
        return notice(state, "dashboard.toml", Failure { sentence: text, status: None });
    }
    let heard = state.appearance.hears_mouse();
    let (found, path) = (preferences.found, preferences.path.display().to_string());
    let overruled = preferences.theme.is_some() && state.appearance.theme.is_some();
    state.prefer(preferences);
    if state.appearance.hears_mouse() != heard {
        effects.push(Effect::Mouse(!heard));
    }
    let words = match (found, overruled) {
        (false, _) => format!("There is no {path}: everything is as it comes."),
        (true, true) => "dashboard.toml is in force; the theme chosen here goes before the one of the file.".to_owned(),
        (true, false) => "dashboard.toml is in force.".to_owned(),
    };
    state.toasts.success(words, effects);
}

/// Takes the next theme.
pub fn next_theme(state: &mut State, effects: &mut Vec<Effect>) {
    state.appearance.next_theme();
    state.restyle();
    let name = state.appearance.theme_name().to_owned();
    state.toasts.success(format!("Theme: {name}."), effects);
}

/// Hears the mouse, or leaves it to the terminal.
pub fn turn_mouse(state: &mut State, effects: &mut Vec<Effect>) {
    let heard = !state.appearance.hears_mouse();
    state.appearance.mouse = Some(heard);
    effects.push(Effect::Mouse(heard));
    let words = if heard {
        "The mouse is heard: the wheel moves, a click chooses."
    } else {
        "The mouse is the terminal's: text can be selected."
    };
    state.toasts.success(words, effects);
}

/// Masks names and e-mail addresses, or shows them again.
pub fn turn_names(state: &mut State, effects: &mut Vec<Effect>) {
    state.appearance.private = !state.appearance.private;
    let words = if state.appearance.private {
        "Names and e-mail addresses are masked on screen."
    } else {
        "Names and e-mail addresses are shown again."
    };
    state.toasts.success(words, effects);
}

/// Draws the page.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(body, 1);
    draw_pages(state, buffer, head);
    let width = usize::from(body.width);
    let mut foot = vec![Line::from(paint::span("─".repeat(width), theme.dim))];
    foot.extend(paint::sentence(&state.keys.say(selected(state).meaning()), width, theme.text));
    let words = "What is chosen here goes before dashboard.toml and holds at the next start.";
    foot.extend(paint::sentence(words, width, theme.dim));
    let foot_rows = u16::try_from(foot.len()).unwrap_or(u16::MAX).min(rest.height / 2);
    let (list, under) = layout::split_top(rest, rest.height - foot_rows);
    let room = width.saturating_sub(NAMES + 2).max(8);
    let columns =
        [Column { title: "", width: NAMES.min(width), right: false }, Column { title: "", width: room, right: false }];
    let first = scroll::window_start(state.settings.look, list.height, Look::ALL.len());
    for (row, (place, look)) in (0..list.height).zip(Look::ALL.into_iter().enumerate().skip(first)) {
        let value = text::fit(&look.value(state), room);
        let cells = vec![(look.title().to_owned(), theme.dim), (value, theme.text)];
        paint::put(buffer, list, row, &paint::row_line(&columns, cells));
        if place == state.settings.look {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    put_foot(buffer, under, &foot, theme);
}
