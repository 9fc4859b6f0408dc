//! One person: profile and role, everything that happened to them, and the resource as Okta reads it.

use crate::{
    dashboard::{
        json::JsonView,
        message::{Failure, Load},
        panes::users::timeline::Timeline,
        scroll::{self, Move},
    },
    model::{
        event::Event,
        id::{EventId, UserId},
        user::UserDetail,
    },
};

/// The status that says that there is no such user (any more).
const NOT_FOUND: u16 = 404;

/// What part of the person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// Profile, role and its source, related accounts, sessions.
    #[default]
    Overview,
    /// Every request that touched them, newest first, with what it changed.
    Timeline,
    /// The SCIM resource.
    Resource,
}

impl Section {
    /// Every section, in order.
    pub const ALL: [Self; 3] = [Self::Overview, Self::Timeline, Self::Resource];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Timeline => "Timeline",
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
    /// Whether the service no longer knows the account: it was deleted. What happened to it stays in the timeline.
    pub gone: bool,
    /// What happened to them.
    pub timeline: Timeline,
    /// What is shown.
    pub section: Section,
    /// The SCIM resource.
    pub resource: JsonView,
    /// The first line shown of the overview.
    pub scroll: usize,
}

impl Detail {
    /// Of a person who is on the way.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            user: Load::Loading,
            gone: false,
            timeline: Timeline::default(),
            section: Section::default(),
            resource: JsonView::default(),
            scroll: 0,
        }
    }

    /// The person is here (again): folds and cursor stay as long as the resource is the same. Of a deleted account nothing
    /// is kept but its timeline, lest it look alive.
    pub fn fill(&mut self, answer: Result<Box<UserDetail>, Failure>) {
        self.gone = answer.as_ref().is_err_and(|failure| failure.status == Some(NOT_FOUND));
        if self.gone {
            self.user = Load::Loading;
            self.section = Section::Timeline;
        }
        let before = self.user.ready().map(|detail| detail.resource.clone());
        self.user.take(answer);
        if let Load::Ready(detail) = &self.user
            && before.as_ref() != Some(&detail.resource)
        {
            self.resource = JsonView::new(&detail.resource);
        }
    }

    /// The selected event.
    pub fn event(&self) -> Option<&Event> {
        self.timeline.event().map(|entry| &entry.event)
    }

    /// Another account of the same person: the one made before this one, and from the oldest on the newest.
    pub fn other_account(&self) -> Option<UserId> {
        let UserDetail { user, related, .. } = &**self.user.ready()?;
        let earlier = related.iter().filter(|account| account.created < user.created);
        let newest = || related.iter().max_by_key(|account| account.created);
        earlier.max_by_key(|account| account.created).or_else(newest).map(|account| account.id)
    }

    /// Shows the section after or before this one; a deleted account has its timeline only.
    pub fn turn(&mut self, right: bool) {
        if self.gone {
            return;
        }
        let place = Section::ALL.iter().position(|section| *section == self.section).unwrap_or(0);
        let next = if right { place + 1 } else { place + Section::ALL.len() - 1 };
        self.section = Section::ALL.get(next % Section::ALL.len()).copied().unwrap_or_default();
    }

    /// Moves through the section shown; the overview has so many lines. Gives the event before which more of the
    /// timeline has to be read.
    pub fn travel(&mut self, overview_lines: usize, height: u16, by: Move) -> Option<EventId> {
        match self.section {
            Section::Overview => self.scroll = scroll::travel_text(self.scroll, overview_lines, height, by),
            Section::Resource => self.resource.travel(height, by),
            Section::Timeline => return self.timeline.travel(height, by),
        }
        None
    }
}
