//! One person: profile and role, everything that happened to them, and the resource as Okta reads it.

use crate::{
    dashboard::{
        json::JsonView,
        message::{Failure, Load},
        scroll::{self, Move},
    },
    model::{
        event::Event,
        id::{EventId, UserId},
        user::UserDetail,
    },
};

/// What part of the person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// Profile, role and its source, related accounts, sessions.
    #[default]
    Overview,
    /// Every request that touched them, newest first.
    Events,
    /// The SCIM resource.
    Resource,
}

impl Section {
    /// Every section, in order.
    pub const ALL: [Self; 3] = [Self::Overview, Self::Events, Self::Resource];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Events => "Events",
            Self::Resource => "SCIM resource",
        }
    }
}

/// A person being looked at.
#[derive(Debug)]
pub struct Detail {
    /// Who.
    pub id: UserId,
    /// What is known of them.
    pub user: Load<Box<UserDetail>>,
    /// What happened to them, newest first.
    pub events: Load<Vec<Event>>,
    /// What is shown.
    pub section: Section,
    /// The SCIM resource.
    pub resource: JsonView,
    /// The first line shown of the overview.
    pub scroll: usize,
    chosen: Option<EventId>,
}

impl Detail {
    /// Of a person who is on the way.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            user: Load::Loading,
            events: Load::Loading,
            section: Section::default(),
            resource: JsonView::default(),
            scroll: 0,
            chosen: None,
        }
    }

    /// The person is here (again): folds and cursor stay as long as the resource is the same.
    pub fn fill(&mut self, answer: Result<Box<UserDetail>, Failure>) {
        let before = self.user.ready().map(|detail| detail.resource.clone());
        self.user.take(answer);
        if let Load::Ready(detail) = &self.user
            && before.as_ref() != Some(&detail.resource)
        {
            self.resource = JsonView::new(&detail.resource);
        }
    }

    /// The person's events are here (again): the selection stays on its event.
    pub fn fill_events(&mut self, answer: Result<Vec<Event>, Failure>) {
        self.events.take(answer);
        self.chosen = self.event().map(|event| event.id);
    }

    /// The place of the selected event.
    pub fn event_place(&self) -> usize {
        let events = self.events.ready().map_or(&[][..], Vec::as_slice);
        self.chosen.and_then(|id| events.iter().position(|event| event.id == id)).unwrap_or(0)
    }

    /// The selected event.
    pub fn event(&self) -> Option<&Event> {
        self.events.ready()?.get(self.event_place())
    }

    /// Shows the section after or before this one.
    pub fn turn(&mut self, right: bool) {
        let place = Section::ALL.iter().position(|section| *section == self.section).unwrap_or(0);
        let next = if right { place + 1 } else { place + Section::ALL.len() - 1 };
        self.section = Section::ALL.get(next % Section::ALL.len()).copied().unwrap_or_default();
    }

    /// Moves through the section shown; the overview has so many lines.
    pub fn travel(&mut self, overview_lines: usize, height: u16, by: Move) {
        match self.section {
            Section::Overview => self.scroll = scroll::travel_text(self.scroll, overview_lines, height, by),
            Section::Resource => self.resource.travel(height, by),
            Section::Events => {
                let events = self.events.ready().map_or(0, Vec::len);
                let place = scroll::travel_rows(self.event_place(), events, height, by);
                self.chosen = self.events.ready().and_then(|events| events.get(place)).map(|event| event.id);
            }
        }
    }
}
