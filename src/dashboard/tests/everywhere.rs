//! What holds in every place and every dialog, whatever its size.

use std::collections::HashSet;

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use super::{
    bench::text_of,
    places::{FRONTS, Of, PLACES, Standing, lose},
};
use crate::dashboard::{
    commands::{self, COMMANDS, Scope},
    inspector::Tab,
    message::Message,
    panes::{Pane, roles, settings::SettingsPage, setup, users},
    theme::Theme,
};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (40, 10)];

/// What is chosen is seen in every theme, in the one without colours by reverse video.
#[test]
fn without_colours_the_selection_is_seen() {
    for place in PLACES.iter().filter(|place| !["person", "event_summary", "event_changes"].contains(&place.name)) {
        let mut bench = place.bench(Standing::Usual, (80, 24), false);
        bench.state.theme = Theme::MONO;
        let buffer = bench.buffer();
        let reversed = (1..24).any(|y| (0..80).any(|x| buffer[(x, y)].modifier.contains(Modifier::REVERSED)));
        assert!(reversed, "{}\n{}", place.name, text_of(&buffer));
    }
}

/// A new pane, page, section or tab must be in the table; so must every scope of keys, that is every dialog.
#[test]
fn the_tables_are_whole() {
    let mut places = HashSet::new();
    let mut scopes = HashSet::new();
    for place in PLACES {
        let bench = place.bench(Standing::Usual, (80, 24), false);
        let state = &bench.state;
        let tab = state.inspector.as_ref().map(|inspector| inspector.tab);
        let section = state.users.detail.as_ref().map(|detail| detail.section);
        let group = state.roles.groups.detail.is_some();
        let causes = state.log.causes.is_some();
        let page = state.settings.page;
        let setup = (state.pane == Pane::Setup).then_some((state.setup.section, state.setup.people.part));
        let of_pane = (state.pane, section, state.roles.section, group, page, causes, setup, tab);
        assert!(places.insert(format!("{of_pane:?}")), "{} is there twice", place.name);
        scopes.extend(commands::scopes(state).next());
    }
    let has = |words: &str| places.iter().any(|place| place.contains(words));
    for pane in Pane::ALL {
        assert!(has(&format!("({pane:?},")), "{pane:?}");
    }
    for tab in Tab::ALL {
        assert!(has(&format!("Some({tab:?}))")), "{tab:?}");
    }
    for section in users::Section::ALL {
        assert!(has(&format!("Some({section:?}), ")), "{section:?}");
    }
    for section in roles::Section::ALL {
        assert!(has(&format!("(Roles, None, {section:?},")), "{section:?}");
    }
    for part in setup::Part::ALL {
        assert!(has(&format!("(People, {part:?})")), "{part:?}");
    }
    for page in SettingsPage::ALL {
        assert!(places.iter().any(|place| place.starts_with("(Settings") && place.contains(&format!(" {page:?},"))));
    }
    scopes.extend(FRONTS.iter().filter_map(|front| commands::scopes(&front.bench((80, 24), false).state).next()));
    for command in COMMANDS.iter() {
        let everywhere = matches!(command.scope, Scope::Always | Scope::Everywhere | Scope::Lists);
        assert!(everywhere || scopes.contains(&command.scope), "no case shows {:?}", command.scope);
    }
}

/// While something is read, and after it could not be, nobody is told that there is nothing.
#[test]
fn what_is_not_known_is_not_said_to_be_nothing() {
    for place in PLACES.iter().filter(|place| !["rights", "appearance"].contains(&place.name)) {
        for size in SIZES {
            let loading = place.bench(Standing::Loading, size, false).screen();
            assert!(
                ["Reading ", "Grouping "].iter().any(|words| loading.contains(words)),
                "{} {size:?}\n{loading}",
                place.name
            );
            let failed = place.bench(Standing::Failed, size, false).screen();
            assert!(failed.contains("The service could"), "{} {size:?}\n{failed}", place.name);
            for screen in [&loading, &failed] {
                let nothing = ["No user", "No token", "No group", "No request was", "Nobody", "There was no"];
                let said = nothing.iter().find(|words| screen.contains(**words));
                assert!(said.is_none(), "{} {size:?} {said:?}\n{screen}", place.name);
            }
        }
    }
}

#[test]
fn a_lost_connection_is_said_in_every_place() {
    for place in PLACES.iter().filter(|place| place.of != Of::Log) {
        for size in SIZES {
            let screen = place.bench(Standing::Stale, size, false).screen();
            assert!(screen.contains("Disconnected, retrying in 3 s"), "{} {size:?}\n{screen}", place.name);
            assert!(screen.contains("stale 37 s"), "{} {size:?}\n{screen}", place.name);
        }
    }
}

#[test]
fn no_size_breaks_anything() {
    let places = PLACES.iter().map(|place| place.bench(Standing::Usual, (80, 24), false));
    let fronts = FRONTS.iter().map(|front| front.bench((80, 24), false));
    for mut bench in places.chain(fronts) {
        for lost in [false, true] {
            if lost {
                lose(&mut bench, false);
                bench.state.toasts.refusal("A sentence that is long enough to take more than one line anywhere.");
            }
            for height in 1..=10 {
                for width in (1..=30).step_by(if height % 5 == 1 { 2 } else { 7 }) {
                    bench.send(Message::Resize(width, height));
                    bench.press(KeyCode::PageDown);
                    bench.press(KeyCode::PageUp);
                    bench.screen();
                }
            }
        }
    }
}
