//! What the log, the inspector and the timeline ask of the service, and what it answers.

use crate::{
    client::Client,
    dashboard::{
        export as files,
        message::Failure,
        panes::log::export::{self, Part},
    },
    model::{
        event_log::{Causes, CausesQuery, EventPlace, EventSearch, EventsFound, Timeline, TimelineQuery},
        id::{EventId, UserId},
        user::{UserCounts, UserQuery},
    },
};

/// In which direction the log is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// From newer events to older ones.
    Older,
    /// From older events to newer ones.
    Newer,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The next events that the filter shows.
    Search {
        /// The number of the list's question; answers to older ones are dropped.
        run: u64,
        /// In which direction.
        toward: Toward,
        /// The question.
        search: EventSearch,
    },
    /// The place of a time in the log.
    Place(String),
    /// Failures by their cause.
    Causes(CausesQuery),
    /// A part of a person's timeline: the newest, or what is older than an event.
    Timeline(UserId, Option<EventId>),
    /// The newest event that changed an attribute of a person, among those older than an event.
    Setter {
        /// Whose.
        user: UserId,
        /// Of what.
        path: String,
        /// Where to go on.
        before: Option<EventId>,
    },
    /// The next event that touched a person, or the one before.
    Neighbour {
        /// Whom.
        user: UserId,
        /// Next to this one.
        of: EventId,
        /// The next one rather than the one before.
        newer: bool,
    },
    /// How many people can log in.
    Counts,
    /// Whole events, into a file.
    Write(Part),
    /// The end of a file that was given up half way.
    Unwrite(String),
}

/// An answer, with what of the question is needed to place it.
#[derive(Debug)]
pub enum Told {
    /// To [`Ask::Search`].
    Found(u64, Toward, Result<EventsFound, Failure>),
    /// To [`Ask::Place`].
    Place(String, Result<EventPlace, Failure>),
    /// To [`Ask::Causes`].
    Causes(Result<Causes, Failure>),
    /// To [`Ask::Timeline`].
    Timeline(UserId, Option<EventId>, Result<Timeline, Failure>),
    /// To [`Ask::Setter`].
    Setter(UserId, String, Result<Timeline, Failure>),
    /// To [`Ask::Neighbour`], with the event and the direction.
    Neighbour(EventId, bool, Result<Timeline, Failure>),
    /// To [`Ask::Counts`].
    Counts(Result<UserCounts, Failure>),
    /// To [`Ask::Write`], of the export with this number: how many events were written.
    Written(u64, Result<usize, String>),
    /// To [`Ask::Unwrite`].
    Unwritten(Result<(), String>),
}

/// Asks the service.
pub async fn ask(client: &Client, ask: Ask) -> Told {
    match ask {
        Ask::Search { run, toward, search } => {
            Told::Found(run, toward, client.search_events(&search).await.map_err(Failure::from))
        }
        Ask::Place(time) => {
            let place = client.event_at(&time).await.map_err(Failure::from);
            Told::Place(time, place)
        }
        Ask::Causes(query) => Told::Causes(client.causes(&query).await.map_err(Failure::from)),
        Ask::Timeline(user, before) => {
            let query = TimelineQuery { before, ..TimelineQuery::default() };
            Told::Timeline(user, before, client.timeline(user, &query).await.map_err(Failure::from))
        }
        Ask::Setter { user, path, before } => {
            let query = TimelineQuery { before, path: Some(path.clone()), limit: 1, ..TimelineQuery::default() };
            Told::Setter(user, path, client.timeline(user, &query).await.map_err(Failure::from))
        }
        Ask::Neighbour { user, of, newer } => {
            let (before, after) = if newer { (None, Some(of)) } else { (Some(of), None) };
            let query = TimelineQuery { before, after, limit: 1, ..TimelineQuery::default() };
            Told::Neighbour(of, newer, client.timeline(user, &query).await.map_err(Failure::from))
        }
        Ask::Write(part) => {
            let number = part.number;
            Told::Written(number, export::write(client, part).await)
        }
        Ask::Unwrite(path) => Told::Unwritten(files::remove(path).await),
        Ask::Counts => {
            let query = UserQuery { limit: 1, ..UserQuery::default() };
            Told::Counts(client.users(&query).await.map(|page| page.counts).map_err(Failure::from))
        }
    }
}
