//! The Roles pane: how many have each role and from where, who has it, which groups give it, and what each may do.

pub mod calls;
mod command;
mod groups;
mod groups_view;
mod members;
mod rights;
mod view;

pub use command::{Command, has_group, may_map, may_open, may_undo, run, settle, take};
pub use groups::Groups;
pub use groups_view::detail_length;
pub use rights::lines as rights_lines;
pub use view::{draw, list_rows, text_rows};

use crate::{
    dashboard::{
        message::{Effect, ListId},
        user_list::UserList,
    },
    model::user::{UserQuery, UserSort},
};

/// A part of the pane under the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// Who has which role.
    #[default]
    People,
    /// Which group gives which role.
    Groups,
    /// What each role may do, and where a role comes from.
    Rights,
}

impl Section {
    /// Every section, from left to right.
    pub const ALL: [Self; 3] = [Self::People, Self::Groups, Self::Rights];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::People => "People",
            Self::Groups => "Groups",
            Self::Rights => "Rights",
        }
    }

    /// The section beside it, round the end.
    pub fn neighbour(self, right: bool) -> Self {
        let place = Self::ALL.iter().position(|section| *section == self).unwrap_or(0);
        let step = if right { 1 } else { Self::ALL.len() - 1 };
        Self::ALL.get((place + step) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// The pane's state.
#[derive(Debug)]
pub struct Roles {
    /// Which section is shown.
    pub section: Section,
    /// Everybody, owners first.
    pub list: UserList,
    /// The groups.
    pub groups: Groups,
    /// The first line shown of the section Rights.
    pub first: usize,
}

impl Default for Roles {
    fn default() -> Self {
        let owners_first = UserQuery { sort: UserSort::Role, ..UserQuery::default() };
        Self {
            section: Section::default(),
            list: UserList::new(ListId::Roles, owners_first),
            groups: Groups::default(),
            first: 0,
        }
    }
}

impl Roles {
    /// Reads again what is shown; the counts come with the list of people.
    pub fn refresh(&mut self, effects: &mut Vec<Effect>) {
        self.list.refresh(effects);
        if self.section == Section::Groups {
            self.groups.refresh(effects);
        }
    }

    /// One step back; false when there is none.
    pub fn back(&mut self, effects: &mut Vec<Effect>) -> bool {
        match self.section {
            Section::People => self.list.widen(effects),
            Section::Groups => self.groups.back(effects),
            Section::Rights => false,
        }
    }

    /// Whether a search is being typed.
    pub const fn is_searching(&self) -> bool {
        match self.section {
            Section::People => self.list.search.editing,
            Section::Groups => self.groups.search.editing,
            Section::Rights => false,
        }
    }
}
