//! The Roles pane: what each role may do, how many have it, who has it and from where.

mod view;

pub use view::{draw, list_rows};

use crate::{
    dashboard::{message::ListId, user_list::UserList},
    model::user::{UserQuery, UserSort},
};

/// The pane's state.
#[derive(Debug)]
pub struct Roles {
    /// Everybody, owners first.
    pub list: UserList,
}

impl Default for Roles {
    fn default() -> Self {
        let owners_first = UserQuery { sort: UserSort::Role, ..UserQuery::default() };
        Self { list: UserList::new(ListId::Roles, owners_first) }
    }
}
