//! Which keys each command has: its own, unless the admin's `dashboard.toml` says others.
//!
//! A key map is sparse: it names the commands it changes and leaves the rest alone. What it asks for and cannot have is
//! said at start, with both sides named; everything else of it holds.

use std::collections::HashMap;

use crate::dashboard::commands::{COMMANDS, Command, Key, Scope};

/// The keys in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyMap {
    changed: HashMap<(Scope, &'static str), Vec<Key>>,
}

/// What a key map says of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The command's full name.
    pub command: String,
    /// Its keys as written; none leave it to the palette.
    pub keys: Vec<String>,
    /// The line of the file.
    pub line: usize,
}

impl KeyMap {
    /// The command's keys; the first one stands in the footer.
    pub fn of(&self, command: &Command) -> &[Key] {
        self.changed.get(&(command.scope, command.name)).map_or(command.keys, Vec::as_slice)
    }

    /// The command's keys in words, parted by blanks.
    pub fn labels(&self, command: &Command) -> String {
        self.of(command).iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The command's first key in words; empty where it has none.
    pub fn label(&self, command: &Command) -> String {
        self.of(command).first().map(Key::to_string).unwrap_or_default()
    }

    /// A sentence in which commands stand by name in braces, such as `"{everywhere.back} clears it."`, with each one's
    /// key in its place. A command that has none stands as the palette is asked for it, such as `:everywhere.back`.
    pub fn say(&self, words: &str) -> String {
        let mut said = String::with_capacity(words.len());
        let mut rest = words;
        while let Some((before, named)) = rest.split_once('{') {
            let Some((name, after)) = named.split_once('}') else { break };
            said.push_str(before);
            match Command::named(name) {
                Some(command) if self.of(command).is_empty() => said.push_str(&self.in_palette(command)),
                Some(command) => said.push_str(&self.label(command)),
                None => said.push_str(name),
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }

    /// How the palette is asked for a command.
    fn in_palette(&self, command: &Command) -> String {
        let palette = Command::named("everywhere.palette").map(|palette| self.label(palette)).unwrap_or_default();
        format!("{palette}{command}")
    }

    /// The key map of a file's entries, and in sentences what of them cannot be.
    pub fn read(entries: &[Entry]) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let mut wanted: Vec<(&'static Command, usize, Vec<Key>)> = Vec::new();
        for Entry { command: name, keys, line } in entries {
            let Some(command) = Command::named(name) else {
                problems.push(format!("line {line}: there is no command {name:?}; the help and the palette list them"));
                continue;
            };
            let mut parsed = Vec::new();
            for key in keys {
                match key.parse() {
                    Ok(key) => parsed.push(key),
                    Err(error) => problems.push(format!("line {line}: {error}")),
                }
            }
            // A typing error must not leave a command without any key.
            if !parsed.is_empty() || keys.is_empty() {
                wanted.push((command, *line, parsed));
            }
        }
        let mut map = Self::default();
        for (command, line, keys) in &wanted {
            let mut kept = Vec::new();
            for key in keys {
                let rival = COMMANDS.iter().find(|other| {
                    let other_keys = wanted.iter().find(|(wanted, ..)| *wanted == *other);
                    let has = other_keys.map_or(other.keys, |(_, _, keys)| keys).contains(key);
                    // Of two lines of the file the first one has the key.
                    has && other.scope == command.scope
                        && other.name != command.name
                        && other_keys.is_none_or(|(_, other_line, _)| other_line < line)
                });
                match rival {
                    Some(rival) => {
                        let source = wanted
                            .iter()
                            .find(|(wanted, ..)| *wanted == rival)
                            .map_or_else(|| "by default".to_owned(), |(_, line, _)| format!("in line {line}"));
                        problems.push(format!(
                            "line {line}: {command} cannot have {key}, which is {rival}'s {source}; give that one another"
                        ));
                    }
                    None => kept.push(*key),
                }
            }
            if !kept.is_empty() || keys.is_empty() {
                map.changed.insert((command.scope, command.name), kept);
            }
        }
        for (command, line, _) in &wanted {
            problems.extend(map.shadows(command).map(|shadow| format!("line {line}: {shadow}")));
        }
        (map, problems)
    }

    /// What a command's keys hide in the scopes around it, and where they are hidden themselves.
    fn shadows<'a>(&'a self, command: &'static Command) -> impl Iterator<Item = String> + 'a {
        let keys = self.of(command);
        let common = move |other: &Command| keys.iter().find(|key| self.of(other).contains(key));
        COMMANDS.iter().filter_map(move |other| {
            let key = common(other)?;
            if command.scope.around().contains(&other.scope) {
                Some(format!("{key} for {command} hides {other} there"))
            } else if other.scope.around().contains(&command.scope) {
                Some(format!("{key} for {command} does nothing of the kind where it is {other}'s"))
            } else {
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(command: &str, keys: &[&str], line: usize) -> Entry {
        Entry { command: command.to_owned(), keys: keys.iter().map(|key| (*key).to_owned()).collect(), line }
    }

    fn keys(map: &KeyMap, name: &str) -> String {
        map.labels(Command::named(name).unwrap())
    }

    #[test]
    fn a_sparse_key_map_changes_what_it_names() {
        let (map, problems) = KeyMap::read(&[entry("users.search", &["F3", "/"], 1), entry("log.search", &[], 2)]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(keys(&map, "users.search"), "F3 /");
        assert_eq!(keys(&map, "log.search"), "");
        assert_eq!(keys(&map, "roles.search"), "/");
    }

    #[test]
    fn two_commands_that_want_one_key_are_both_named() {
        let (map, problems) = KeyMap::read(&[entry("users.search", &["s"], 4)]);
        let said = "line 4: users.search cannot have s, which is users.next-sort's by default; give that one another";
        assert_eq!(problems, [said]);
        assert_eq!(keys(&map, "users.search"), "/", "a command does not lose its keys to a conflict");
        let (map, problems) = KeyMap::read(&[entry("users.search", &["F3"], 4), entry("users.next-sort", &["F3"], 7)]);
        let said = "line 7: users.next-sort cannot have F3, which is users.search's in line 4; give that one another";
        assert_eq!(problems, [said]);
        assert_eq!((keys(&map, "users.search"), keys(&map, "users.next-sort")), ("F3".to_owned(), "s".to_owned()));
    }

    #[test]
    fn two_commands_can_change_keys() {
        let (map, problems) = KeyMap::read(&[entry("users.search", &["s"], 1), entry("users.next-sort", &["/"], 2)]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!((keys(&map, "users.search"), keys(&map, "users.next-sort")), ("s".to_owned(), "/".to_owned()));
    }

    #[test]
    fn a_key_that_hides_another_command_says_so_and_holds() {
        let (map, problems) = KeyMap::read(&[entry("users.search", &["q"], 1)]);
        assert_eq!(problems, ["line 1: q for users.search hides everywhere.quit there"]);
        assert_eq!(keys(&map, "users.search"), "q");
        let (_, problems) = KeyMap::read(&[entry("everywhere.help", &["c"], 3)]);
        assert!(problems.iter().any(|said| said.contains("where it is setup.copy-value's")), "{problems:?}");
    }

    #[test]
    fn what_cannot_be_read_leaves_the_command_its_keys() {
        let (map, problems) = KeyMap::read(&[entry("users.fly", &["x"], 1), entry("users.search", &["ctrl-m"], 2)]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(keys(&map, "users.search"), "/");
    }
}
