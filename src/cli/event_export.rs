//! `scimroom event export`: recorded requests as JSON Lines, whole, oldest first.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use crate::{
    cli::{Failure, attach::Connection, output::note},
    client::Client,
    model::{event_log::EventSearch, id::EventId},
};

/// Events searched for at a time.
const PAGE: u32 = 200;

/// Writes the events that a filter shows to a new file that only its owner may read, or to standard output.
pub(super) async fn export(filter: String, file: Option<&Path>, connection: &mut Connection) -> Result<(), Failure> {
    let cannot = |reason| match file {
        Some(_) => Failure::System { what: "the events cannot be written", reason },
        // Whoever reads may have had enough.
        None => Failure::Output(reason),
    };
    let mut writer: Box<dyn Write + Send> = match file {
        Some(path) => {
            // Never over an existing file.
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            Box::new(io::BufWriter::new(made.map_err(cannot)?))
        }
        None => Box::new(io::stdout()),
    };
    let mut search = EventSearch { filter, after: Some(EventId(0)), before: None, limit: PAGE };
    let mut written = 0;
    loop {
        let page = connection.call(async |client: &Client| client.search_events(&search).await).await?;
        let ids: Vec<EventId> = page.events.iter().map(|event| event.id).collect();
        let events = connection.call(async |client: &Client| client.whole_events(&ids).await).await?;
        for event in &events {
            let line = serde_json::to_string(event).map_err(io::Error::from)?;
            writeln!(writer, "{line}").map_err(cannot)?;
        }
        written += events.len();
        match page.scanned.scanned_to {
            Some(last) if !page.scanned.exhausted => search.after = Some(last),
            _ => break,
        }
    }
    writer.flush().map_err(cannot)?;
    if let Some(path) = file {
        note(&format!("{written} events written to {}, readable by you only.", path.display()));
    }
    Ok(())
}
