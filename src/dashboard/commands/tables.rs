//! The registry as tables, for the man page and the README.

use super::{COMMANDS, Scope};

/// The commands of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The place, as the help calls it, such as `Users`.
    pub place: &'static str,
    /// Its commands, in the registry's order.
    pub commands: Vec<KeyLine>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLine {
    /// Its keys, as written on them; none where only the palette reaches it.
    pub keys: Vec<String>,
    /// Its name in a key map, such as `users.search`.
    pub name: String,
    /// What it does.
    pub title: &'static str,
}

/// Every place that has keys of its own, but for dialogs, which show theirs; what holds everywhere comes first.
pub fn keys() -> Vec<Keys> {
    let mut scopes = vec![Scope::Everywhere, Scope::Always, Scope::Lists];
    for command in COMMANDS.iter() {
        if !scopes.contains(&command.scope) {
            scopes.push(command.scope);
        }
    }
    let place = |scope: Scope| if scope == Scope::Always { Some("Always") } else { scope.title() };
    let table = |scope: Scope| {
        let commands = COMMANDS.iter().filter(|command| command.scope == scope).map(|command| KeyLine {
            keys: command.keys.iter().map(ToString::to_string).collect(),
            name: command.to_string(),
            title: command.title,
        });
        Some(Keys { place: place(scope)?, commands: commands.collect() })
    };
    scopes.into_iter().filter_map(table).collect()
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    const BEGIN: &str = "<!-- keys: begin -->\n";
    const END: &str = "<!-- keys: end -->\n";

    fn markdown() -> String {
        let mut table = "| where | keys |\n|---|---|\n".to_owned();
        for Keys { place, commands } in keys() {
            let words: Vec<String> = commands
                .iter()
                .filter(|command| !command.keys.is_empty())
                .map(|command| {
                    let keys: Vec<String> = command.keys.iter().map(|key| format!("`{key}`")).collect();
                    format!("{} {}", keys.join(" "), command.title.replace('|', "\\|"))
                })
                .collect();
            table.push_str(&format!("| {place} | {} |\n", words.join(" · ")));
        }
        table
    }

    /// `SCIMROOM_UPDATE_PICTURES=1 cargo test --lib keys` writes it anew.
    #[test]
    fn the_readme_has_the_keys_of_the_registry() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let readme = fs::read_to_string(&path).unwrap();
        let (before, rest) = readme.split_once(BEGIN).unwrap();
        let (table, after) = rest.split_once(END).unwrap();
        if env::var_os("SCIMROOM_UPDATE_PICTURES").is_some() {
            fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", markdown())).unwrap();
            return;
        }
        assert!(table == markdown(), "write the keys anew with SCIMROOM_UPDATE_PICTURES=1 cargo test --lib keys");
    }
}
