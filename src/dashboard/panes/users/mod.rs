//! The Users pane: the table of everybody, and one person with everything that happened to them.

mod detail;
mod timeline;
mod timeline_view;
mod view;

pub use detail::{Detail, Section};
pub use view::{detail_height, draw, list_rows, overview_lines};

use crate::{
    dashboard::{
        message::{Call, Effect, ListId},
        panes::log::Ask,
        user_list::UserList,
    },
    model::{
        id::UserId,
        user::{User, UserQuery, UserSort},
    },
};

/// The pane's state.
#[derive(Debug)]
pub struct Users {
    /// The table.
    pub list: UserList,
    /// The person looked at, in front of the table.
    pub detail: Option<Detail>,
}

impl Default for Users {
    fn default() -> Self {
        let newest_first = UserQuery { sort: UserSort::Created, descending: true, ..UserQuery::default() };
        Self { list: UserList::new(ListId::Users, newest_first), detail: None }
    }
}

impl Users {
    /// The person commands are about.
    pub fn subject(&self) -> Option<&User> {
        match &self.detail {
            Some(detail) => detail.user.ready().map(|detail| &detail.user),
            None => self.list.selected(),
        }
    }

    /// Opens the detail of a person.
    pub fn open(&mut self, id: UserId, effects: &mut Vec<Effect>) {
        self.detail = Some(Detail::new(id));
        self.refresh_detail(effects);
    }

    /// Opens another account of the same person, where one was: in the same section, at the same event.
    pub fn open_other_account(&mut self, effects: &mut Vec<Effect>) {
        let Some(before) = &self.detail else { return };
        let (section, event) = (before.section, before.event().map(|event| event.id));
        let Some(other) = before.other_account() else { return };
        self.open(other, effects);
        if let Some(detail) = &mut self.detail {
            detail.section = section;
            event.into_iter().for_each(|id| detail.timeline.choose(id));
        }
    }

    /// Reads the detail again.
    pub fn refresh_detail(&self, effects: &mut Vec<Effect>) {
        if let Some(detail) = &self.detail {
            effects.push(Effect::Call(Call::User(detail.id)));
            effects.push(Effect::Call(Call::Log(Ask::Timeline(detail.id, None))));
        }
    }
}
