//! What the dashboard remembers from one start to the next: where the admin was, what was filtered and sorted, how it
//! looked. It is written when the dashboard is left; none of it is anything but convenience, so what cannot be read is
//! forgotten without a word.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::dashboard::{panes::Pane, state::State, user_list::Arrangement};

/// The file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Remembered {
    /// The theme chosen in the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    /// Whether the mouse is heard, as chosen in the dashboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    mouse: Option<bool>,
    /// Whether the terminal's background was light.
    light: bool,
    /// The name of the connection used last, where it was not known beforehand.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_connection: Option<String>,
    /// Where the admin was, by the name of the connection.
    places: BTreeMap<String, Place>,
}

/// Where the admin was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Place {
    pane: String,
    log_filter: String,
    users: Option<Arrangement>,
    roles: Option<Arrangement>,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("dashboard-state.json")
}

impl Remembered {
    /// What was remembered in a folder.
    pub fn load(folder: &Path) -> Self {
        fs::read(file(folder)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn save(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let draft = folder.join(format!("dashboard-state.{}.tmp", std::process::id()));
        fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&draft, file(folder)).inspect_err(|_| drop(fs::remove_file(&draft)))
    }

    /// The name of the connection used last, of those whose name is known only when there is one.
    pub fn last_connection(&self) -> Option<&str> {
        self.last_connection.as_deref()
    }

    /// The next start can expect this connection.
    pub fn expect(&mut self, connection_name: &str) {
        self.last_connection = Some(connection_name.to_owned());
    }

    /// Takes in how things stand now.
    pub fn note(&mut self, state: &State) {
        self.theme.clone_from(&state.appearance.theme);
        self.mouse = state.appearance.mouse;
        self.light = state.appearance.light;
        let place = Place {
            pane: state.pane.title().to_owned(),
            log_filter: state.log.search.value().to_owned(),
            users: Some(state.users.list.arrangement()),
            roles: Some(state.roles.list.arrangement()),
        };
        self.places.insert(state.options.connection_name.clone(), place);
    }

    /// Puts the dashboard back where it was.
    pub fn restore(&self, state: &mut State) {
        state.appearance.theme.clone_from(&self.theme);
        state.appearance.mouse = self.mouse;
        state.appearance.light = self.light;
        let Some(place) = self.places.get(&state.options.connection_name) else { return };
        if let Some(pane) = Pane::ALL.into_iter().find(|pane| pane.title() == place.pane) {
            state.pane = pane;
        }
        state.log.search.set(&place.log_filter);
        // What the ring does not hold is asked for once the newest events are here.
        state.log.refilter(state.now, &mut Vec::new());
        for (list, arrangement) in [(&mut state.users.list, &place.users), (&mut state.roles.list, &place.roles)] {
            if let Some(arrangement) = arrangement {
                list.arrange(arrangement.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::tests::bench::Bench;

    #[test]
    fn the_next_start_is_where_the_last_one_ended() {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new(80, 24);
        bench.keys("5/status:4xx");
        bench.enter();
        bench.state.appearance.theme = Some("light".to_owned());
        let mut remembered = Remembered::load(folder.path());
        remembered.note(&bench.state);
        remembered.save(folder.path()).unwrap();

        let mut next = Bench::unconnected(80, 24);
        Remembered::load(folder.path()).restore(&mut next.state);
        next.connect();
        assert_eq!(next.state.pane, Pane::Log);
        assert_eq!(next.state.log.search.value(), "status:4xx");
        assert!(!next.state.log.search.editing);
        assert!(next.state.log.ring.shown() < next.state.log.ring.len());
        assert_eq!(next.state.appearance.theme_name(), "light");
    }

    #[test]
    fn another_connection_has_its_own_place() {
        let mut bench = Bench::new(80, 24);
        bench.keys("3");
        let mut remembered = Remembered::default();
        remembered.note(&bench.state);
        let mut other = Bench::unconnected(80, 24);
        other.state.options.connection_name = "elsewhere".to_owned();
        remembered.restore(&mut other.state);
        assert_eq!(other.state.pane, Pane::Setup);
    }

    #[test]
    fn what_cannot_be_read_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(file(folder.path()), "not json").unwrap();
        assert_eq!(Remembered::load(folder.path()), Remembered::default());
        fs::write(file(folder.path()), "{\"theme\":\"light\",\"ofALaterVersion\":1}").unwrap();
        assert_eq!(Remembered::load(folder.path()).theme.as_deref(), Some("light"));
    }
}
