//! One event, whole: what it meant, what it changed, request, and response.

mod changes;
mod command;
mod curl;
mod patch;
mod summary;
mod view;

pub use command::{Command, run};
pub use view::{draw, extent};

use crate::{
    dashboard::{
        json::JsonView,
        message::Load,
        scroll::{self, Move},
        search::SearchLine,
    },
    model::{event::EventDetail, id::EventId},
};

/// What part of the event is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// What it meant, in sentences.
    #[default]
    Summary,
    /// Values before and after.
    Changes,
    /// What was sent.
    Request,
    /// What was answered.
    Response,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Changes, Self::Request, Self::Response];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Changes => "Changes",
        }
    }
}

/// An event being looked at.
#[derive(Debug)]
pub struct Inspector {
    /// Which.
    pub id: EventId,
    /// What is known of it.
    pub detail: Load<Box<EventDetail>>,
    /// What is shown of it.
    pub tab: Tab,
    /// The request body.
    pub request: JsonView,
    /// The response body.
    pub response: JsonView,
    /// The first line shown of the summary or the changes.
    pub scroll: usize,
    /// What is searched for in the bodies.
    pub find: SearchLine,
    /// Whether it was not found.
    pub missed: bool,
}

impl Inspector {
    /// Of an event that is on its way.
    pub fn new(id: EventId) -> Self {
        Self {
            id,
            detail: Load::Loading,
            tab: Tab::default(),
            request: JsonView::default(),
            response: JsonView::default(),
            scroll: 0,
            find: SearchLine::default(),
            missed: false,
        }
    }

    /// The event is here.
    pub fn fill(&mut self, detail: Box<EventDetail>) {
        let view = |body: &Option<String>| body.as_deref().map(JsonView::of_body).unwrap_or_default();
        self.request = view(&detail.request_body);
        self.response = view(&detail.response_body);
        self.detail = Load::Ready(detail);
    }

    /// Shows the tab so many places to the right.
    pub fn turn(&mut self, right: bool) {
        let place = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let next = if right { place + 1 } else { place + Tab::ALL.len() - 1 };
        self.tab = Tab::ALL.get(next % Tab::ALL.len()).copied().unwrap_or_default();
        self.scroll = 0;
    }

    /// Whether a body is shown.
    pub const fn shows_body(&self) -> bool {
        matches!(self.tab, Tab::Request | Tab::Response)
    }

    /// The body shown.
    pub const fn body(&self) -> Option<&JsonView> {
        match self.tab {
            Tab::Request => Some(&self.request),
            Tab::Response => Some(&self.response),
            Tab::Summary | Tab::Changes => None,
        }
    }

    /// The body shown, to move in.
    pub const fn body_mut(&mut self) -> Option<&mut JsonView> {
        match self.tab {
            Tab::Request => Some(&mut self.request),
            Tab::Response => Some(&mut self.response),
            Tab::Summary | Tab::Changes => None,
        }
    }

    /// Moves through the tab shown, whose text has so many lines where it is no body.
    pub fn travel(&mut self, lines: usize, height: u16, by: Move) {
        match self.body_mut() {
            Some(body) => body.travel(height, by),
            None => self.scroll = scroll::travel_text(self.scroll, lines, height, by),
        }
    }
}
