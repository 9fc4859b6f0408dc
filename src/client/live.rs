//! The event stream, followed for as long as somebody listens.
//!
//! The service sends events in order with their ids (server-sent events); after a gap this side says which one it saw
//! last and nothing is lost or seen twice. A connection on which nothing, not even a keep-alive, arrives for
//! [`SILENCE`] counts as dead.

use std::{pin::Pin, time::Duration};

use eventsource_stream::{EventStreamError, Eventsource};
use futures::{Stream, StreamExt, stream};
use reqwest::Method;

use crate::{
    client::{Client, ClientError},
    model::{
        event::Event,
        id::EventId,
        live::{Changed, Topic},
    },
};

/// After so long without a byte the connection is given up; the service sends a keep-alive every five seconds.
pub const SILENCE: Duration = Duration::from_secs(16);
/// Waits between attempts: the first is short because most gaps are restarts.
const RETRY: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// What a listener hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Live {
    /// The stream is up (again): what was read before may be stale, read it once more.
    Connected,
    /// A new event; ids only grow.
    Event(Box<Event>),
    /// Something else changed.
    Changed(Topic),
    /// The stream broke or could not be had; the next attempt is made after `retry_in`.
    Disconnected {
        /// Why, for people.
        reason: String,
        /// Whether the service refused the caller (401, 403): trying again will not help until somebody signs in.
        refused: bool,
        /// When the next attempt is made, counted from now.
        retry_in: Duration,
    },
}

/// One message of the stream.
enum Message {
    /// The first of every connection: the newest event there was when it began. It makes a stream that started from
    /// "now" resumable even when it breaks before the first event.
    Ready(EventId),
    Live(Live),
}

type Messages = Pin<Box<dyn Stream<Item = Result<Message, String>> + Send>>;

enum State {
    Connect { attempt: usize, wait: Duration },
    Read(Messages),
}

/// Follows the stream from after `last` (from now on, if none), reconnecting for ever. Dropping it ends it.
pub fn follow(client: Client, last: Option<EventId>) -> impl Stream<Item = Live> + Send {
    let start = State::Connect { attempt: 0, wait: Duration::ZERO };
    stream::unfold((client, last, start), async |(client, mut last, mut state)| {
        loop {
            match state {
                State::Connect { attempt, wait } => {
                    tokio::time::sleep(wait).await;
                    match connect(&client, last).await {
                        Ok(messages) => return Some((Live::Connected, (client, last, State::Read(messages)))),
                        Err(error) => {
                            let wait = RETRY.get(attempt).or(RETRY.last()).copied().unwrap_or(SILENCE);
                            let refused = matches!(error.status(), Some(401 | 403));
                            let lost = Live::Disconnected { reason: error.to_string(), refused, retry_in: wait };
                            return Some((lost, (client, last, State::Connect { attempt: attempt + 1, wait })));
                        }
                    }
                }
                State::Read(mut messages) => {
                    match messages.next().await.unwrap_or_else(|| Err("the service closed the stream".to_owned())) {
                        Ok(Message::Ready(newest)) => {
                            last = last.or(Some(newest));
                            state = State::Read(messages);
                        }
                        Ok(Message::Live(live)) => {
                            if let Live::Event(event) = &live {
                                last = Some(event.id);
                            }
                            return Some((live, (client, last, State::Read(messages))));
                        }
                        Err(reason) => {
                            let wait = RETRY.first().copied().unwrap_or_default();
                            let lost = Live::Disconnected { reason, refused: false, retry_in: wait };
                            return Some((lost, (client, last, State::Connect { attempt: 1, wait })));
                        }
                    }
                }
            }
        }
    })
}

async fn connect(client: &Client, last: Option<EventId>) -> Result<Messages, ClientError> {
    let mut request = client.request(Method::GET, "/api/v1/events/stream").header("Accept", "text/event-stream");
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last.to_string());
    }
    let response = client.send(request).await?;
    if !response.status().is_success() {
        return Err(client.refusal(response).await);
    }
    // The silence is timed on the bytes: a keep-alive is a comment, which makes no message but counts as heard.
    let bytes = tokio_stream::StreamExt::timeout(response.bytes_stream(), SILENCE).map(|heard| match heard {
        Ok(bytes) => bytes.map_err(|error| error.to_string()),
        Err(_) => Err(format!("nothing heard for {} seconds", SILENCE.as_secs())),
    });
    let messages = bytes.eventsource().filter_map(async |message| match message {
        Ok(message) => read(&message.event, &message.data).transpose(),
        Err(error) => Some(Err(match error {
            EventStreamError::Transport(reason) => reason,
            other => other.to_string(),
        })),
    });
    Ok(Box::pin(messages))
}

/// Messages of a kind this version does not know are passed over, so that a newer service can add some.
fn read(kind: &str, data: &str) -> Result<Option<Message>, String> {
    let unreadable = |error| format!("the service sent a message this version cannot read: {error}");
    match kind {
        "ready" => serde_json::from_str(data).map(|newest| Some(Message::Ready(newest))).map_err(unreadable),
        "event" => serde_json::from_str(data)
            .map(|event| Some(Message::Live(Live::Event(Box::new(event)))))
            .map_err(unreadable),
        "changed" => serde_json::from_str(data)
            .map(|Changed { topic }| Some(Message::Live(Live::Changed(topic))))
            .map_err(unreadable),
        _ => Ok(None),
    }
}
