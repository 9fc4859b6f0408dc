//! What counts in every pane: the frame, moving through lists, typing a search.

use crossterm::event::KeyCode::{BackTab, Down, End, Enter, Esc, Home, PageDown, PageUp, Tab, Up};

use crate::dashboard::{
    commands::{
        Command, Id, Scope,
        conditions::{always, is_alarmed},
        registry::{ch, command, ctrl, on},
    },
    panes::{Pane, log, settings},
    people::{Command as People, may_undo},
};

/// The commands.
pub const COMMANDS: &[Command] = &[
    // Always
    command(Scope::Always, Id::Interrupt, "interrupt", &[ctrl('c')], "", "Quit at once", always),
    command(Scope::Always, Id::Suspend, "suspend", &[ctrl('z')], "", "Suspend to the shell; fg comes back", always),
    command(Scope::Always, Id::Repaint, "repaint", &[ctrl('l')], "", "Draw the screen anew", always),
    // Lists
    command(Scope::Lists, Id::Up, "up", &[on(Up), ch('k')], "", "Up", always),
    command(Scope::Lists, Id::Down, "down", &[on(Down), ch('j')], "", "Down", always),
    command(Scope::Lists, Id::PageUp, "page-up", &[on(PageUp)], "", "A page up (in Setup: through the detail)", always),
    command(
        Scope::Lists,
        Id::PageDown,
        "page-down",
        &[on(PageDown)],
        "",
        "A page down (in Setup: through the detail)",
        always,
    ),
    command(Scope::Lists, Id::First, "first", &[on(Home), ch('g')], "", "To the first", always),
    command(Scope::Lists, Id::Last, "last", &[on(End), ch('G')], "", "To the last", always),
    // Everywhere
    command(Scope::Everywhere, Id::Show(Pane::Setup), "show-setup", &[ch('1')], "", "Go to Setup", always),
    command(Scope::Everywhere, Id::Show(Pane::Users), "show-users", &[ch('2')], "", "Go to Users", always),
    command(Scope::Everywhere, Id::Show(Pane::Roles), "show-roles", &[ch('3')], "", "Go to Roles", always),
    command(Scope::Everywhere, Id::Show(Pane::Settings), "show-settings", &[ch('4')], "", "Go to Settings", always),
    command(Scope::Everywhere, Id::Show(Pane::Log), "show-log", &[ch('5')], "", "Go to Log", always),
    command(Scope::Everywhere, Id::NextPane, "next-pane", &[on(Tab)], "", "Next pane", always),
    command(Scope::Everywhere, Id::PreviousPane, "previous-pane", &[on(BackTab)], "", "Previous pane", always),
    command(
        Scope::Everywhere,
        Id::Log(log::Command::Acknowledge),
        "acknowledge",
        &[ch('!')],
        "",
        "Acknowledge the alarm about deactivated people",
        is_alarmed,
    ),
    command(Scope::Everywhere, Id::Back, "back", &[on(Esc)], "", "Back; clears a search or filter", always),
    command(Scope::Everywhere, Id::Palette, "palette", &[ch(':')], "", "Find a command by what it does", always),
    command(
        Scope::Everywhere,
        Id::NextTheme,
        "next-theme",
        &[],
        "",
        "The next theme: auto, dark, light, mono, yours",
        always,
    ),
    command(
        Scope::Everywhere,
        Id::Settings(settings::Command::Reload),
        "reload",
        &[],
        "",
        "Read dashboard.toml again: theme, mouse, keys",
        always,
    ),
    command(
        Scope::Everywhere,
        Id::Mouse,
        "mouse",
        &[ch('M')],
        "",
        "Hear the mouse, or leave it to the terminal to select text",
        always,
    ),
    command(
        Scope::Everywhere,
        Id::Privacy,
        "privacy",
        &[ch('P')],
        "",
        "Mask names and e-mail addresses on screen, or show them",
        always,
    ),
    command(Scope::Everywhere, Id::People(People::Undo), "undo", &[ch('U')], "", "Take the last change back", may_undo),
    command(Scope::Everywhere, Id::Help, "help", &[ch('?')], "help", "Every key", always),
    command(Scope::Everywhere, Id::Quit, "quit", &[ch('q')], "quit", "Back, and from a pane quit", always),
    // Search line
    command(
        Scope::Search,
        Id::ApplySearch,
        "apply-search",
        &[on(Enter), on(Down)],
        "keep",
        "Keep the search and go to the rows",
        always,
    ),
    command(Scope::Search, Id::LeaveSearch, "leave-search", &[on(Esc)], "clear", "Clear the search", always),
];
