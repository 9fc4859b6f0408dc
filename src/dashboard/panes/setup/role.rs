//! The section "Role": the ways in which Okta can be made to send the role, and what its latest requests carried. One
//! cursor goes through both.

use crate::{
    dashboard::{
        message::{Failure, Load},
        scroll::{self, Move},
    },
    model::{
        checklist::CopyValue,
        id::EventId,
        role_attribute::{CarriedRole, RoleAttribute, RoleForm, RoleWay},
    },
};

/// What the cursor is on. By name rather than by row, since requests arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Way(RoleForm),
    Request(EventId),
}

/// What is selected, looked up.
#[derive(Debug, Clone, Copy)]
pub enum Picked<'a> {
    /// A way to send the role.
    Way(&'a RoleWay),
    /// A request.
    Request(&'a CarriedRole),
}

/// The section's state.
#[derive(Debug, Default)]
pub struct RolePage {
    /// What the service says.
    pub attribute: Load<RoleAttribute>,
    /// The first line shown of the detail.
    pub scroll: usize,
    place: Option<Place>,
    value: usize,
}

impl RolePage {
    /// Takes what the service says.
    pub fn answer(&mut self, answer: Result<RoleAttribute, Failure>) {
        self.attribute.take(answer);
        if self.picked().is_none() {
            // Requests that are no longer among the latest; and at the start, the recommended way.
            self.place = self.ways().first().map(|way| Place::Way(way.form));
            self.scroll = 0;
        }
    }

    /// The ways; none while they are not known.
    pub fn ways(&self) -> &[RoleWay] {
        self.attribute.ready().map_or(&[], |attribute| &attribute.ways)
    }

    /// The latest requests, the newest first.
    pub fn requests(&self) -> &[CarriedRole] {
        let carried = self.attribute.ready().and_then(|attribute| attribute.carried.as_ref());
        carried.map_or(&[], |carried| &carried.requests)
    }

    /// The form in which the role arrived last.
    pub fn arrives(&self) -> Option<RoleForm> {
        self.requests().iter().find_map(|request| request.sent.first()).map(|role| role.form)
    }

    /// What the cursor is on.
    pub fn picked(&self) -> Option<Picked<'_>> {
        match self.place? {
            Place::Way(form) => self.ways().iter().find(|way| way.form == form).map(Picked::Way),
            Place::Request(id) => self.requests().iter().find(|request| request.event == id).map(Picked::Request),
        }
    }

    /// The selected request.
    pub fn event(&self) -> Option<EventId> {
        match self.picked()? {
            Picked::Way(_) => None,
            Picked::Request(request) => Some(request.event),
        }
    }

    /// The row of the cursor: ways, then requests.
    pub fn row(&self) -> usize {
        match self.place {
            Some(Place::Way(form)) => self.ways().iter().position(|way| way.form == form).unwrap_or(0),
            Some(Place::Request(id)) => {
                let place = self.requests().iter().position(|request| request.event == id).unwrap_or(0);
                self.ways().len() + place
            }
            None => 0,
        }
    }

    /// Moves the cursor.
    pub fn travel(&mut self, by: Move) {
        let rows = self.ways().len() + self.requests().len();
        self.choose(scroll::travel_rows(self.row(), rows, 6, by));
    }

    /// Puts the cursor on a row.
    pub fn choose(&mut self, row: usize) {
        let request = || row.checked_sub(self.ways().len()).and_then(|place| self.requests().get(place));
        let place = match self.ways().get(row) {
            Some(way) => Some(Place::Way(way.form)),
            None => request().map(|request| Place::Request(request.event)),
        };
        if place.is_some() && place != self.place {
            (self.place, self.scroll, self.value) = (place, 0, 0);
        }
    }

    /// Moves through the detail, which has so many lines.
    pub fn travel_detail(&mut self, lines: usize, height: u16, by: Move) {
        self.scroll = scroll::travel_text(self.scroll, lines, height, by);
    }

    /// What to type in for the selected way.
    pub fn values(&self) -> &[CopyValue] {
        match self.picked() {
            Some(Picked::Way(way)) => &way.values,
            _ => &[],
        }
    }

    /// The place of the selected value.
    pub fn value_place(&self) -> usize {
        self.value.min(self.values().len().saturating_sub(1))
    }

    /// The selected value.
    pub fn value(&self) -> Option<&CopyValue> {
        self.values().get(self.value_place())
    }

    /// Selects the value after or before, round the end.
    pub fn turn_value(&mut self, forward: bool) {
        let count = self.values().len();
        if count > 0 {
            let step = if forward { 1 } else { count - 1 };
            self.value = (self.value_place() + step) % count;
        }
    }

    /// Moves the detail no farther than needed to show the line of the selected value.
    pub fn show_line(&mut self, line: usize, lines: usize, height: u16) {
        self.scroll = scroll::show_line(self.scroll, line, lines, height);
    }
}
