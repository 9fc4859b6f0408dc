//! The event stream: server-sent events in order, resumed by `Last-Event-ID`.
//!
//! The store is the truth: a listener is woken when something was committed and reads what came after the event it saw
//! last. So a slow listener costs nothing but its own reads, and none is lost or sent twice.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event as Message, KeepAlive, Sse},
};
use futures::{Stream, stream};
use tokio::sync::{broadcast, watch};

use crate::{
    model::{
        event::{Event, EventQuery},
        id::EventId,
        live::{Changed, Topic},
    },
    service::{
        admin::{Caller, Failure},
        app::App,
    },
    store::StoreError,
};

/// A listener hears at least this often; the client gives a silent stream up after 16 s.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How many events are read at a time.
const CHUNK: u32 = 256;

struct Listener {
    app: Arc<App>,
    caller: Caller,
    last: EventId,
    ready: VecDeque<Message>,
    newest: watch::Receiver<EventId>,
    notices: broadcast::Receiver<Topic>,
    stop: watch::Receiver<bool>,
}

/// `GET /api/v1/events/stream`. Starts after `Last-Event-ID`, or from now on.
pub(super) async fn stream(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, Failure> {
    let newest = app.store.newest_event();
    let now = *newest.borrow();
    let last = match headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default().parse()) {
        None => now,
        // A client that knows more events than there are talks of another database: it starts from now.
        Some(Ok(last)) => std::cmp::min(last, now),
        Some(Err(_)) => {
            return Err(Failure::bad_request("Last-Event-ID must be the number of an event, such as 412."));
        }
    };
    let ready = message("ready", &last).into_iter().collect();
    let listener =
        Listener { notices: app.notices.subscribe(), stop: app.stop.clone(), app, caller, last, ready, newest };
    let messages = stream::unfold(listener, async |mut listener| {
        let message = listener.next().await?;
        Some((Ok(message), listener))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Listener {
    /// The next message; none when the stream ends.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Some(message);
            }
            self.newest.mark_unchanged();
            if self.read().await.is_err() {
                return None;
            }
            // A session may have ended since the last message, and its stream ends with it. Asked after reading: whoever
            // reads the event that ended the session finds it ended.
            if !self.caller.still_holds(&self.app).await {
                return None;
            }
            if !self.ready.is_empty() {
                continue;
            }
            let notice = tokio::select! {
                changed = self.newest.changed() => {
                    changed.ok()?;
                    continue;
                }
                notice = self.notices.recv() => notice,
                () = stopping(&mut self.stop) => return None,
            };
            self.notice(notice);
        }
    }

    async fn read(&mut self) -> Result<(), StoreError> {
        let query = EventQuery { after: Some(self.last), limit: CHUNK, ..EventQuery::default() };
        for event in self.app.store.events(&query).await? {
            self.last = event.id;
            self.ready.extend(event_message(&event));
        }
        Ok(())
    }

    fn notice(&mut self, notice: Result<Topic, broadcast::error::RecvError>) {
        let topics = match notice {
            Ok(topic) => vec![topic],
            // Whoever was too slow for the notices reads everything again.
            Err(_) => vec![Topic::Users, Topic::Groups, Topic::Tokens, Topic::Workspace, Topic::Setup],
        };
        self.ready.extend(topics.into_iter().filter_map(|topic| message("changed", &Changed { topic })));
    }
}

/// Waits until the service stops.
async fn stopping(stop: &mut watch::Receiver<bool>) {
    // An error means that the service is gone already.
    drop(stop.wait_for(|stopping| *stopping).await);
}

fn event_message(event: &Event) -> Option<Message> {
    message("event", event).map(|message| message.id(event.id.to_string()))
}

fn message(kind: &str, data: &impl serde::Serialize) -> Option<Message> {
    Message::default().event(kind).json_data(data).ok()
}
