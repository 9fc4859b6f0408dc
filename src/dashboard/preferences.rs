//! What the admin says in `dashboard.toml`: theme, mouse, keys, themes of their own.
//!
//! The file is read at start, and again when the admin asks for it. Nothing in it can keep the dashboard from opening:
//! what cannot be is said in sentences, with the line, and left out. A file read again is in force as a whole or not at
//! all.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use ratatui::style::{Modifier, Style};
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use toml::Spanned;

use crate::dashboard::{
    keymap::{Entry, KeyMap},
    theme::{Ansi, Theme},
};

/// The name of the theme that is dark or light as the terminal is.
pub const AUTO: &str = "auto";

/// What the file says, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The theme by name, or [`AUTO`].
    pub theme: Option<String>,
    /// Whether the mouse is heard.
    pub mouse: Option<bool>,
    /// The keys.
    pub keys: KeyMap,
    /// Themes besides those of this program.
    pub themes: BTreeMap<String, Theme>,
    /// Sentences to show.
    pub problems: Vec<String>,
    /// Where the file was looked for.
    pub path: PathBuf,
    /// Whether it was there.
    pub found: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    theme: Option<Spanned<String>>,
    mouse: Option<bool>,
    #[serde(default)]
    keys: BTreeMap<Spanned<String>, Group>,
    #[serde(default)]
    themes: BTreeMap<Spanned<String>, OwnTheme>,
}

/// What stands in `[keys]`: the commands of a place, or one command whose whole name was put in quotes. TOML takes
/// `users.search` for a table of its own and `"users.search"` for one name; people mean the same by both.
#[derive(Debug)]
enum Group {
    Place(BTreeMap<Spanned<String>, Keys>),
    Command(Keys),
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Group;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key such as \"r\", or several as in [\"r\", \"enter\"]")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Group, E> {
                Ok(Group::Command(Keys::One(key.to_owned())))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, keys: A) -> Result<Group, A::Error> {
                let keys = Vec::deserialize(de::value::SeqAccessDeserializer::new(keys))?;
                Ok(Group::Command(Keys::Several(keys)))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, commands: A) -> Result<Group, A::Error> {
                BTreeMap::deserialize(de::value::MapAccessDeserializer::new(commands)).map(Group::Place)
            }
        }

        deserializer.deserialize_any(Read)
    }
}

impl Keys {
    fn list(self) -> Vec<String> {
        match self {
            Self::One(key) => vec![key],
            Self::Several(keys) => keys,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a key such as \"r\", or several as in [\"r\", \"enter\"]")]
enum Keys {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct OwnTheme {
    base: Option<String>,
    #[serde(flatten)]
    styles: BTreeMap<String, OwnStyle>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnStyle {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    dim: bool,
    #[serde(default)]
    underlined: bool,
    #[serde(default)]
    reversed: bool,
}

/// Where the file is looked for.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("dashboard.toml")
}

impl Preferences {
    /// Reads the file of a folder; one that is not there says nothing.
    pub fn load(folder: &Path) -> Self {
        let path = file(folder);
        match fs::read_to_string(&path) {
            Ok(text) => Self { path, found: true, ..Self::read(&text) },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self { path, ..Self::default() },
            Err(error) => {
                Self { problems: vec![format!("it cannot be read: {error}")], path, found: true, ..Self::default() }
            }
        }
    }

    /// Reads the text of the file.
    pub fn read(text: &str) -> Self {
        let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let file: File = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                let at = error.span().map_or(1, |span| line(span.start));
                let said = format!("line {at}: {}; nothing of the file is in force", error.message());
                return Self { problems: vec![said], ..Self::default() };
            }
        };
        let mut entries: Vec<Entry> = Vec::new();
        for (scope, group) in file.keys {
            match group {
                Group::Place(commands) => entries.extend(commands.into_iter().map(|(name, keys)| Entry {
                    command: format!("{}.{}", scope.get_ref(), name.get_ref()),
                    keys: keys.list(),
                    line: line(name.span().start),
                })),
                Group::Command(keys) => entries.push(Entry {
                    line: line(scope.span().start),
                    command: scope.into_inner(),
                    keys: keys.list(),
                }),
            }
        }
        entries.sort_by_key(|entry| entry.line);
        let (keys, mut problems) = KeyMap::read(&entries);
        let mut themes = BTreeMap::new();
        for (name, own) in file.themes {
            let at = line(name.span().start);
            match own.theme(name.get_ref()) {
                Ok(theme) => drop(themes.insert(name.into_inner(), theme)),
                Err(reason) => problems.push(format!("line {at}: {reason}")),
            }
        }
        let theme = file.theme.filter(|theme| {
            let name = theme.get_ref().as_str();
            let known = name == AUTO || Theme::own(name).is_some() || themes.contains_key(name);
            if !known {
                let at = line(theme.span().start);
                problems.push(format!(
                    "line {at}: there is no theme {name:?}: write auto, dark, light, mono, or one of [themes]"
                ));
            }
            known
        });
        // In the order of the file, as far as it is one of lines.
        problems.sort_by_key(|said| said.split([' ', ':']).nth(1).and_then(|line| line.parse::<usize>().ok()));
        let theme = theme.map(Spanned::into_inner);
        Self { theme, mouse: file.mouse, keys, themes, problems, ..Self::default() }
    }

    /// A theme by name, of this program or of the file.
    pub fn theme(&self, name: &str) -> Option<Theme> {
        Theme::own(name).or_else(|| self.themes.get(name).copied())
    }
}

impl OwnTheme {
    fn theme(self, name: &str) -> Result<Theme, String> {
        if name == AUTO || Theme::own(name).is_some() {
            return Err(format!("the theme {name} is scimroom's own: give yours another name"));
        }
        let base = self.base.as_deref().unwrap_or("dark");
        let mut theme =
            Theme::own(base).ok_or_else(|| format!("a theme's base is dark, light or mono, not {base:?}"))?;
        for (name, style) in self.styles {
            let place = theme
                .style_mut(&name)
                .ok_or_else(|| format!("{name:?} is no style: they are {}", Theme::STYLES.join(", ")))?;
            *place = style.style(&name)?;
        }
        Ok(theme)
    }
}

impl OwnStyle {
    fn style(self, name: &str) -> Result<Style, String> {
        let colour = |text: &Option<String>| -> Result<_, String> {
            text.as_deref().map(|text| text.parse::<Ansi>().map_err(|error| error.to_string())).transpose()
        };
        let (fg, bg) = (colour(&self.fg)?, colour(&self.bg)?);
        if fg.is_none() && bg.is_some() {
            return Err(format!("{name} has a bg without an fg: only the pair is sure to be readable"));
        }
        let marks = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ];
        let modifier = marks.into_iter().filter(|(on, _)| *on).map(|(_, modifier)| modifier).collect();
        let style = Style { fg: fg.map(|Ansi(colour)| colour), bg: bg.map(|Ansi(colour)| colour), ..Style::new() };
        Ok(style.add_modifier(modifier))
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::dashboard::commands::Command;

    #[test]
    fn a_sparse_file_changes_what_it_names() {
        let read = Preferences::read(
            "theme = \"harbor\"\nmouse = false\n\n[keys]\nusers.search = \"f3\"\nlog.search = [\"f3\", \"/\"]\n\n\
             [themes.harbor]\nbase = \"light\"\nselected = { fg = \"white\", bg = \"magenta\", bold = true }\n",
        );
        assert_eq!(read.problems, Vec::<String>::new());
        assert_eq!((read.theme.as_deref(), read.mouse), (Some("harbor"), Some(false)));
        assert_eq!(read.keys.labels(Command::named("log.search").unwrap()), "F3 /");
        let harbor = read.theme("harbor").unwrap();
        let selected = Style::new().fg(Color::White).bg(Color::Magenta).add_modifier(Modifier::BOLD);
        assert_eq!(harbor, Theme { selected, ..Theme::LIGHT });
    }

    #[test]
    fn what_cannot_be_is_said_with_its_line_and_the_rest_holds() {
        let read = Preferences::read(
            "theme = \"sepia\"\n[keys]\nusers.fly = \"f\"\nusers.search = \"f3\"\n[themes.dark]\n[themes.a]\nbase = \"b\"\n\
             [themes.c]\nglow = { fg = \"red\" }\n[themes.d]\nbad = { bg = \"red\" }\n[themes.e]\nbad = { fg = \"#f00\" }\n",
        );
        assert_eq!(read.problems.len(), 7, "{:#?}", read.problems);
        assert!(read.problems.iter().all(|said| said.starts_with("line ")), "{:#?}", read.problems);
        assert!(read.problems.iter().any(|said| said.starts_with("line 3: there is no command \"users.fly\"")));
        assert!(read.problems.iter().any(|said| said.starts_with("line 1: there is no theme \"sepia\"")));
        assert_eq!(read.keys.labels(Command::named("users.search").unwrap()), "F3");
    }

    #[test]
    fn a_command_may_stand_in_quotes() {
        let read = Preferences::read(
            "[keys]\n\"users.search\" = \"f3\"\n'log.search' = [\"f3\", \"/\"]\nroles.search = \"f4\"\n\"search\" = \"x\"\n",
        );
        let keys = |name| read.keys.labels(Command::named(name).unwrap());
        assert_eq!([keys("users.search"), keys("log.search"), keys("roles.search")], ["F3", "F3 /", "F4"]);
        assert_eq!(read.problems, ["line 5: there is no command \"search\"; the help and the palette list them"]);
    }

    #[test]
    fn a_file_that_is_no_toml_leaves_everything_as_it_is() {
        for text in ["mouse = maybe\n", "colour = 1\n", "[keys]\nusers.search = 3\n"] {
            let read = Preferences::read(text);
            assert_eq!(read.problems.len(), 1, "{text}");
            assert!(read.problems[0].starts_with("line "), "{:?}", read.problems);
            assert_eq!(Preferences { problems: Vec::new(), ..read }, Preferences::default());
        }
    }

    #[test]
    fn no_file_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let read = Preferences::load(folder.path());
        assert_eq!(read, Preferences { path: file(folder.path()), ..Preferences::default() });
    }
}
