//! The columns of a list of users: which are shown, how wide, and in which order. Unless the admin chose them, they are
//! those that there is room for.

use serde::{Deserialize, Serialize};

use crate::{
    dashboard::{message::ListId, paint::Column, user_list::UserList},
    model::user::UserSort,
};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// What is special about the person; always first, and never chosen.
    #[serde(skip)]
    Mark,
    /// The user name; always shown.
    UserName,
    /// The display name.
    Name,
    /// The role in force.
    Role,
    /// Where it came from.
    Source,
    /// Active, inactive or replaced.
    State,
    /// When the account last changed.
    Changed,
    /// When it was made.
    Created,
    /// Okta's own id.
    ExternalId,
}

impl Field {
    /// What can be chosen, in the usual order.
    pub const ALL: [Self; 8] = [
        Self::UserName,
        Self::Name,
        Self::Role,
        Self::Source,
        Self::State,
        Self::Changed,
        Self::Created,
        Self::ExternalId,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        self.titles().0
    }

    /// Its heading: plain, and while the list is sorted by it upwards and downwards.
    const fn titles(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Mark => ("", "", ""),
            Self::UserName => ("User name", "User name ▲", "User name ▼"),
            Self::Name => ("Name", "Name ▲", "Name ▼"),
            Self::Role => ("Role", "Role ▲", "Role ▼"),
            Self::Source => ("Source", "Source▲", "Source▼"),
            Self::State => ("State", "State ▲", "State ▼"),
            Self::Changed => ("Changed", "Changed ▲", "Changed ▼"),
            Self::Created => ("Created", "Created ▲", "Created ▼"),
            Self::ExternalId => ("External id", "External id ▲", "External id ▼"),
        }
    }

    /// The order by this column.
    pub const fn sort(self) -> UserSort {
        match self {
            Self::Mark | Self::Created => UserSort::Created,
            Self::UserName => UserSort::UserName,
            Self::Name => UserSort::DisplayName,
            Self::Role => UserSort::Role,
            Self::Source => UserSort::Source,
            Self::State => UserSort::Active,
            Self::Changed => UserSort::LastModified,
            Self::ExternalId => UserSort::ExternalId,
        }
    }

    /// Columns it takes on a screen of this width.
    const fn width(self, screen: usize) -> usize {
        match self {
            Self::Mark => 1,
            Self::UserName => 0,
            Self::Name if screen >= 100 => 28,
            Self::Name => 16,
            Self::Role => 6,
            Self::Source => 7,
            Self::State => 8,
            // Between days and clock times: narrow screens leave the time of other days out.
            Self::Changed if screen < 100 => 10,
            Self::Changed | Self::Created => 16,
            Self::ExternalId => 22,
        }
    }

    /// From which width of the screen on it is shown unless somebody chose.
    const fn usual_from(self, list: ListId) -> usize {
        let roles = matches!(list, ListId::Roles);
        match self {
            Self::Mark | Self::UserName => 0,
            Self::Role => 30,
            Self::Source if roles => 56,
            Self::Changed if !roles => 66,
            Self::Name => 70,
            Self::Source | Self::Changed => 88,
            Self::State => 100,
            Self::Created => 130,
            Self::ExternalId => 160,
        }
    }
}

/// The least that is left for the user name when columns are chosen, in columns of the screen.
const NAME_ROOM: usize = 20;

/// The columns of a list on a screen of this width; the user name takes what the others leave.
pub fn columns(list: &UserList, screen: usize) -> Vec<(Field, Column)> {
    let fields: Vec<Field> = match &list.columns {
        Some(chosen) => chosen_fields(chosen, screen),
        None => {
            std::iter::once(Field::Mark).chain(Field::ALL).filter(|field| screen >= field.usual_from(list.id)).collect()
        }
    };
    let mark = if list.marks.is_empty() { 1 } else { 2 };
    let width = |field: Field| if field == Field::Mark { mark } else { field.width(screen) };
    let taken: usize = fields.iter().map(|field| width(*field) + 2).sum::<usize>().saturating_sub(2);
    let rest = screen.saturating_sub(taken).max(8);
    let column = |field: Field| {
        let (plain, up, down) = field.titles();
        let title = match list.query.sort == field.sort() {
            true if list.query.descending => down,
            true => up,
            false => plain,
        };
        // User names longer than 60 columns are rare; the rest of a wide screen stays air at the right.
        let width = if field == Field::UserName { rest.min(60) } else { width(field) };
        (field, Column { title, width, right: false })
    };
    fields.into_iter().map(column).collect()
}

/// What the admin chose, in their order, as far as there is room.
fn chosen_fields(chosen: &[Field], screen: usize) -> Vec<Field> {
    let mut room = screen.saturating_sub(Field::Mark.width(screen) + 2 + NAME_ROOM);
    let fits = |field: &Field| {
        let needed = if *field == Field::UserName { 0 } else { field.width(screen) + 2 };
        let fits = needed <= room;
        room = if fits { room - needed } else { 0 };
        fits
    };
    std::iter::once(Field::Mark).chain(chosen.iter().copied().filter(fits)).collect()
}
