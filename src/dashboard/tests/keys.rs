//! Keys of the admin's own: whatever is said of keys, on every screen, names those in force.

use std::{fs, path::Path};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    bench::Bench,
    places::{FRONTS, PLACES, Standing, lose},
};
use crate::{
    dashboard::{
        commands::{self, COMMANDS, Command},
        keymap::{Entry, KeyMap},
        message::{Clipped, Message},
    },
    model::secret::Secret,
};

impl Bench {
    /// Gives every command another key. What is pressed from here on is still named by its usual one.
    pub fn rebind(&mut self) {
        // Letters that nothing on screen is written in.
        let letters = ('\u{400}'..='\u{481}').chain('\u{48a}'..='\u{4ff}');
        self.rebound = COMMANDS.iter().map(ToString::to_string).zip(letters).collect();
        assert_eq!(self.rebound.len(), COMMANDS.len());
        let entry =
            |(command, key): (&String, &char)| Entry { command: command.clone(), keys: vec![key.to_string()], line: 1 };
        let entries: Vec<Entry> = self.rebound.iter().map(entry).collect();
        let (keys, problems) = KeyMap::read(&entries);
        assert_eq!(problems, Vec::<String>::new());
        self.state.keys = keys;
    }

    /// The key in force for what this one usually means.
    pub fn rebound_key(&mut self, key: KeyEvent) -> KeyEvent {
        if self.rebound.is_empty() {
            return key;
        }
        let own = std::mem::take(&mut self.state.keys);
        let command = commands::find(&self.state, &key);
        self.state.keys = own;
        let own = command.and_then(|command| self.rebound.get(&command.to_string()));
        own.map_or(key, |own| KeyEvent::new(KeyCode::Char(*own), KeyModifiers::NONE))
    }

    /// A key that no command has any more and that the screen names all the same, with its line.
    fn names_a_usual_key(&self) -> Option<String> {
        const NAMED: [&str; 11] =
            ["Enter", "Esc", "Tab", "Shift-Tab", "Space", "PgUp", "PgDn", "Backspace", "↑", "↓", "←"];
        let screen = self.screen();
        let names = |line: &&str| {
            let words: Vec<&str> = line.split_whitespace().filter(|word| !"│─╭╮╰╯".contains(*word)).collect();
            words.iter().enumerate().any(|(place, word)| {
                // What was cut is no whole word.
                let bare = if word.contains('…') { "" } else { word.trim_matches([',', ';', '(', ')', '.']) };
                let mut chars = bare.chars();
                // The article, a unit after a number, and what a search is typed after are no keys.
                let after_number = place > 0 && words[place - 1].ends_with(|c: char| c.is_ascii_digit());
                let prompt = place == 0 && [":", "/", ">"].contains(&bare);
                let is_letter = match (chars.next(), chars.next()) {
                    (Some('a' | 'A'), None) => false,
                    (Some(c), None) if c.is_ascii_alphabetic() => !after_number,
                    (Some(c), None) => word.len() == 1 && "!?*/:".contains(c) && !prompt,
                    _ => false,
                };
                is_letter || NAMED.contains(&bare)
            })
        };
        // The terms of a search have letters and signs of their own.
        let of_terms = |line: &&str| line.contains("(m, h, d, w)") || line.contains("! in front negates");
        screen.lines().filter(|line| !of_terms(line)).find(names).map(str::to_owned)
    }

    fn names_no_usual_key(&self, at: &str) {
        let named = self.names_a_usual_key();
        assert!(named.is_none(), "{at}: {}\n{}", named.unwrap_or_default(), self.screen());
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

#[test]
fn no_place_names_a_key_that_was_given_away() {
    for place in PLACES {
        // Where there is much of it, what is shown is cut anywhere, between letters too.
        for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Full) {
            let sizes = if standing == Standing::Usual { &SIZES[..] } else { &SIZES[..1] };
            for size in sizes {
                let mut bench = place.bench(standing, *size, true);
                bench.names_no_usual_key(&format!("{} {}", place.name, standing.name()));
                // What is said in passing.
                bench.typed("U~");
                bench.names_no_usual_key(&format!("{} {}, a key that does nothing", place.name, standing.name()));
            }
        }
    }
}

#[test]
fn no_dialog_names_a_key_that_was_given_away() {
    // What is wrong with the file of preferences is told in the file's own words.
    for front in FRONTS.iter().filter(|front| front.name != "notice") {
        for size in SIZES {
            let bench = front.bench(size, true);
            bench.names_no_usual_key(front.name);
        }
    }
}

#[test]
fn what_is_said_in_passing_names_the_keys_in_force() {
    let at = |keys: &str| {
        let mut bench = Bench::unconnected(80, 24);
        bench.rebind();
        bench.connect();
        bench.typed(keys);
        bench.names_no_usual_key(keys);
        bench
    };
    let key = |bench: &Bench, name: &str| bench.rebound[name].to_string();
    for (keys, undo) in [("2dy", "everywhere.undo"), ("3lkkkrk\ny", "groups.undo-mapping")] {
        let bench = at(keys);
        assert!(bench.screen().contains(&format!(" {} takes it", key(&bench, undo))), "{}", bench.screen());
    }
    at("2/ada\n* ");
    at("2/nobody\n");
    at("3l/nobody\n");
    at("5/status:500\n");
    at("5kkk");
    at("5kkkkkk\nln");
    at("5t2026-09-01 08:00:30\n");
    let mut bench = at("4n\nOkta\nc\n");
    bench.send(Message::Clipped(Ok(Clipped { what: "The token".to_owned(), to: "the terminal's clipboard" })));
    bench.send(Message::Paste(Secret::new("something else")));
    bench.names_no_usual_key("a token pasted back");
    let mut bench = at("5");
    lose(&mut bench, true);
    assert!(bench.screen().contains(&format!("leave with {}", key(&bench, "everywhere.quit"))));
    bench.names_no_usual_key("signed out");
}

#[test]
fn a_command_without_a_key_is_named_as_the_palette_finds_it() {
    let none = Entry { command: "everywhere.back".to_owned(), keys: Vec::new(), line: 1 };
    let (keys, _) = KeyMap::read(&[none]);
    assert_eq!(keys.say("{everywhere.back} clears it."), ":everywhere.back clears it.");
    assert_eq!(KeyMap::default().say("{everywhere.back} clears it."), "Esc clears it.");
}

/// What stands in braces in the dashboard's sentences is a command.
#[test]
fn sentences_name_commands_that_exist() {
    fn look(folder: &Path, found: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            for named in fs::read_to_string(&path).unwrap_or_default().split('{').skip(1) {
                let Some((name, _)) = named.split_once('}') else { continue };
                let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c == '.';
                let in_two = name.split_once('.').is_some_and(|(scope, own)| !scope.is_empty() && !own.is_empty());
                if in_two && name.chars().all(is_name) {
                    assert!(Command::named(name).is_some(), "{}: there is no command {name}", path.display());
                    *found += 1;
                }
            }
        }
    }
    let mut found = 0;
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dashboard"), &mut found);
    assert!(found > 30, "{found}");
}
