//! `scimroom event`: the recorded requests.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use futures::StreamExt;

use crate::{
    cli::{
        Failure, Listen,
        attach::Connection,
        output::{Output, Sheet, Table, note, or_dash, visible, visible_lines, when},
        signals::Stop,
    },
    client::{
        ClientError,
        live::{Live, follow},
    },
    model::{
        event::{Change, Event, EventDetail, EventQuery},
        id::{EventId, GroupId, UserId},
    },
    scim::fold::same,
};

/// The most events the service gives at once.
const WINDOW: u32 = 1_000;

/// `event ...`.
#[derive(Debug, Subcommand)]
pub enum EventCommand {
    /// List recorded requests, newest first.
    #[command(after_help = "Example: scimroom event list --user ada.moreno@harbor.example --failed")]
    List {
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u64,
        /// Only those about this user: e-mail address or id. [default: all]
        #[arg(long, value_name = "EMAIL-OR-ID")]
        user: Option<String>,
        /// Only those about this group: name or id. [default: all]
        #[arg(long, value_name = "NAME-OR-ID", conflicts_with = "user")]
        group: Option<String>,
        /// Only refused ones. [default: false]
        #[arg(long)]
        failed: bool,
        /// Only those with this text in user name, path, query or answer. [default: all]
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Show one request with its bodies and what it changed.
    #[command(after_help = "Example: scimroom event show 42")]
    Show {
        /// The event's id, as `event list` shows it.
        #[arg(value_parser = event_id)]
        id: EventId,
    },
    /// Write recorded requests with their bodies as JSON Lines, oldest first.
    #[command(after_help = "Example: scimroom event export --filter 'status:failed time:<7d' failures.jsonl")]
    Export {
        /// Only those that this filter of the Log pane shows. [default: all]
        #[arg(long, value_name = "FILTER", default_value = "", hide_default_value = true)]
        filter: String,
        /// A new file, which only you may read. [default: standard output]
        file: Option<PathBuf>,
    },
    /// Print requests as they arrive, until Ctrl-C.
    #[command(
        after_help = "Example: scimroom event tail --from 1\n\nWith --json every line is one JSON document. When no \
                      service runs on the data directory, one is started."
    )]
    Tail {
        /// Begin with this event instead of with the next one.
        #[arg(long, value_name = "ID", value_parser = event_id)]
        from: Option<EventId>,
        #[command(flatten)]
        listen: Listen,
    },
}

impl EventCommand {
    /// Whether this goes on until it is ended.
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Tail { .. })
    }

    /// How a service listens that this command starts.
    pub fn listen(&self) -> Listen {
        match self {
            Self::Tail { listen, .. } => listen.clone(),
            Self::List { .. } | Self::Show { .. } | Self::Export { .. } => Listen::default(),
        }
    }
}

fn event_id(text: &str) -> Result<EventId, &'static str> {
    text.parse().map_err(|_| "an event's id is a whole number, such as 42")
}

/// Carries out `event ...`.
pub async fn run(command: EventCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        EventCommand::List { limit, user, group, failed, search } => {
            let mut query = EventQuery {
                failed: failed.then_some(true),
                search: search.unwrap_or_default(),
                ..EventQuery::default()
            };
            let mut name = None;
            if let Some(who) = user {
                match known(connection, &who).await? {
                    Some(id) => query.user = Some(id),
                    None => name = Some(Name::User(who)),
                }
            }
            if let Some(which) = group {
                match known_group(connection, &which).await? {
                    Some(id) => query.group = Some(id),
                    None => name = Some(Name::Group(which)),
                }
            }
            list(limit, query, name.as_ref(), connection, out).await?;
        }
        EventCommand::Show { id } => {
            let event = connection.call(async |client| client.event(id).await).await?;
            out.show(&event, describe)?;
        }
        EventCommand::Export { filter, file } => {
            super::event_export::export(filter, file.as_deref(), connection).await?;
        }
        EventCommand::Tail { from, .. } => tail(from, connection, out).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of somebody, or of a group, that is not here: deleted, or never created. Such a one has events but no id to
/// ask for.
enum Name {
    User(String),
    Group(String),
}

impl Name {
    fn is_of(&self, event: &Event) -> bool {
        let (name, of) = match self {
            Self::User(name) => (name, &event.user_name),
            Self::Group(name) => (name, &event.group_name),
        };
        // The name in a lookup is recorded folded.
        of.as_ref().is_some_and(|of| same(of, name))
    }
}

/// The id of a user who is here.
async fn known(connection: &mut Connection, who: &str) -> Result<Option<UserId>, Failure> {
    if let Ok(id) = who.parse() {
        return Ok(Some(id));
    }
    match connection.call(async |client| client.find_user(who).await).await {
        Ok(found) => Ok(Some(found.user.id)),
        Err(Failure::Client(ClientError::Refused(problem))) if problem.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// The id of a group that is here.
async fn known_group(connection: &mut Connection, which: &str) -> Result<Option<GroupId>, Failure> {
    if let Ok(id) = which.parse() {
        return Ok(Some(id));
    }
    match connection.call(async |client| client.find_group(which).await).await {
        Ok(found) => Ok(Some(found.group.id)),
        Err(Failure::Client(ClientError::Refused(problem))) if problem.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

async fn list(
    limit: u64,
    mut query: EventQuery,
    name: Option<&Name>,
    connection: &mut Connection,
    out: &Output,
) -> Result<(), Failure> {
    // The service's own search leaves few events to be looked at here.
    if let (Some(Name::User(name) | Name::Group(name)), true) = (name, query.search.is_empty()) {
        name.clone_into(&mut query.search);
    }
    let mut left = limit;
    let mut array = out.array();
    let mut table = Table::new(["ID", "AT", "ACTION", "METHOD", "PATH", "STATUS", "MS", "ABOUT"]);
    let mut any = false;
    while left > 0 {
        query.limit = u32::try_from(left).unwrap_or(WINDOW).min(WINDOW);
        let mut events = connection.call(async |client| client.events(&query).await).await?;
        let Some(oldest) = events.last().map(|event| event.id) else {
            break;
        };
        query.before = Some(oldest);
        if let Some(name) = name {
            events.retain(|event| name.is_of(event));
        }
        left = left.saturating_sub(events.len() as u64);
        any |= !events.is_empty();
        if out.is_json() {
            array.push(&events)?;
        } else {
            for event in &events {
                table.row(row(event));
            }
            if any {
                out.line(&table.take())?;
            }
        }
    }
    if out.is_json() {
        array.finish()?;
    } else if !any {
        out.line("No such events.")?;
    }
    Ok(())
}

async fn tail(from: Option<EventId>, connection: &Connection, out: &Output) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    if let Some(url) = connection.inside() {
        note(&format!("No service ran on the data directory; it is served on {url} until Ctrl-C."));
    }
    // The stream gives what comes after an event.
    let after = from.map(|EventId(id)| EventId(id.saturating_sub(1)));
    let mut stream = Box::pin(follow(connection.client().clone(), after));
    let mut lost = false;
    loop {
        let live = tokio::select! {
            () = stop.wait() => return Ok(()),
            live = stream.next() => live,
        };
        match live {
            Some(Live::Event(event)) if out.is_json() => {
                out.line(&serde_json::to_string(&event).map_err(std::io::Error::from)?)?;
            }
            Some(Live::Event(event)) => out.line(&line(&event))?,
            Some(Live::Connected) if lost => {
                note("Connected again.");
                lost = false;
            }
            Some(Live::Connected | Live::Changed(_)) => {}
            Some(Live::Disconnected { reason, refused: true, .. }) => {
                return Err(Failure::Refused(reason));
            }
            Some(Live::Disconnected { reason, .. }) => {
                if !lost {
                    note(&format!("Disconnected, retrying: {}", visible(&reason)));
                }
                lost = true;
            }
            None => return Ok(()),
        }
    }
}

fn row(event: &Event) -> [String; 8] {
    [
        event.id.to_string(),
        when(event.at),
        action(event),
        event.method.clone(),
        event.path.clone(),
        event.status.to_string(),
        millis(event),
        or_dash(about(event)),
    ]
}

/// The user or group concerned, by its name.
fn about(event: &Event) -> Option<&str> {
    event.user_name.as_deref().or(event.group_name.as_deref())
}

/// One event in one line.
fn line(event: &Event) -> String {
    let mut text = format!(
        "{:>6}  {}  {:<15}  {:<6} {}  {:>7} ms  {}",
        event.id,
        when(event.at),
        action(event),
        event.method,
        event.status,
        millis(event),
        about(event).unwrap_or(&event.path),
    );
    if let Some(detail) = &event.detail {
        text.push_str("  ");
        text.push_str(detail);
    }
    visible(&text)
}

fn action(event: &Event) -> String {
    let action =
        if event.repeats > 1 { format!("{} x{}", event.action, event.repeats) } else { event.action.to_string() };
    if event.mode.is_live() { action } else { format!("{action} ({})", event.mode) }
}

fn millis(event: &Event) -> String {
    format!("{}.{}", event.latency_micros / 1_000, event.latency_micros % 1_000 / 100)
}

fn describe(detail: &EventDetail) -> String {
    let event = &detail.event;
    let target = match &event.query {
        Some(query) => format!("{} {}?{query}", event.method, event.path),
        None => format!("{} {}", event.method, event.path),
    };
    let findings = event.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let compatibility = event.compatibility.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let changes = detail.changes.iter().map(change).collect::<Vec<_>>().join("\n");
    let some = |text: String| (!text.is_empty()).then_some(text);
    let sheet = Sheet::default()
        .line("event", event.id)
        .line("at", when(event.at))
        .line("action", event.action)
        .line("request", target)
        .line("status", event.status)
        .line("latency", format!("{} ms", millis(event)))
        .maybe("user name", event.user_name.as_ref())
        .maybe("user id", event.user_id)
        .maybe("external id", event.external_id.as_ref())
        .maybe("group", event.group_name.as_ref())
        .maybe("group id", event.group_id)
        .maybe("token", event.token_name.as_ref())
        .maybe("from", event.address.as_ref())
        .maybe("user agent", event.user_agent.as_ref())
        .maybe("found", event.results)
        .maybe("repeats", (event.repeats > 1).then_some(event.repeats))
        .maybe("answer", event.detail.as_ref())
        .maybe("findings", some(findings))
        .maybe("put right", some(compatibility))
        .maybe("changed", some(changes));
    let mut text = sheet.to_string();
    for (title, body) in [("Request body", &detail.request_body), ("Response body", &detail.response_body)] {
        if let Some(body) = body {
            text.push_str(&format!("\n\n{title}:\n{}", pretty(body)));
        }
    }
    if detail.truncated {
        text.push_str("\n\nA body was longer than what is kept of it.");
    }
    text
}

fn change(change: &Change) -> String {
    let shown = |value: &Option<serde_json::Value>| or_dash(value.as_ref());
    format!("{}: {} -> {}", change.path, shown(&change.before), shown(&change.after))
}

/// JSON indented; anything else, such as a body cut short, as it is.
fn pretty(body: &str) -> String {
    let indented = serde_json::from_str::<serde_json::Value>(body).and_then(|json| serde_json::to_string_pretty(&json));
    visible_lines(&indented.unwrap_or_else(|_| body.to_owned()))
}
