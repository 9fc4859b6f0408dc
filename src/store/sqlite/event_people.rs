//! One person's timeline: events that name the person as their user, and those that [`named`] finds besides.

use std::time::Instant;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{
    event_rows::{COLUMNS, decode, event_columns},
    event_search::MOMENT,
    query::{all, execute, first, json},
};
use crate::{
    model::{
        event::{Change, Event, EventDetail},
        event_log::{Timeline, TimelineEntry, TimelineQuery, touches},
        id::{EventId, UserId},
    },
    scim::fold::fold,
    store::{NameKey, StoreError},
};

/// What a row takes, its share of the index included.
pub(super) const ROW_BYTES: usize = 64;
/// The numbers that one event's people have room in.
const PLACES: u64 = 1_024;
/// Events of a query that names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (50, 200);
/// How many changes of an event are given.
const CHANGES: usize = 50;
/// How many events are looked at between two looks at the clock.
const CHUNK: u32 = 200;

/// Events about a user between two numbers, without these, newest first.
pub(super) const BY_USER: &str = "SELECT id FROM events INDEXED BY events_by_user
     WHERE user_id = ?1 AND id > ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4";
/// Events that name a person besides.
pub(super) const BY_PERSON: &str = "SELECT id / 1024 FROM event_people
     WHERE person = ?1 AND id >= (?2 + 1) * 1024 AND id < ?3 * 1024 ORDER BY id DESC LIMIT ?4";
/// The same, oldest first.
pub(super) const BY_USER_FORWARD: &str = "SELECT id FROM events INDEXED BY events_by_user
     WHERE user_id = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4";
pub(super) const BY_PERSON_FORWARD: &str = "SELECT id / 1024 FROM event_people
     WHERE person = ?1 AND id >= (?2 + 1) * 1024 AND id < ?3 * 1024 ORDER BY id LIMIT ?4";

/// Whom an event is about besides its user, each once.
pub(super) fn named(detail: &EventDetail) -> Vec<[u8; 16]> {
    let event = &detail.event;
    let mut people = Vec::new();
    if let (None, Some(name)) = (event.user_id, &event.user_name) {
        people.push(NameKey::of_folded(&fold(name)).0);
    }
    people.extend(detail.changes.iter().filter_map(Change::replaced).map(|id| *id.as_bytes()));
    if event.group_id.is_some() {
        for member in detail.changes.iter().filter_map(|change| member(&change.path)) {
            if !people.contains(member.as_bytes()) {
                people.push(*member.as_bytes());
            }
        }
    }
    people.truncate(usize::try_from(PLACES).unwrap_or(usize::MAX));
    people
}

/// The member that a path of a group is about: `members[value eq "01932c07-…"].role`.
fn member(path: &str) -> Option<Uuid> {
    let (id, _) = path.strip_prefix("members[value eq \"")?.split_once('"')?;
    id.parse().ok()
}

/// Adds the people of an event.
pub(super) fn insert(conn: &Connection, event: u64, people: &[[u8; 16]]) -> Result<(), StoreError> {
    for (place, person) in (0_u64..).zip(people) {
        execute(
            conn,
            "INSERT INTO event_people (id, person) VALUES (?1, ?2)",
            params![event * PLACES + place, person],
        )?;
    }
    Ok(())
}

/// Forgets the people of all events up to one.
pub(super) fn forget(conn: &Connection, last: u64) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM event_people WHERE id < ?1", [(last + 1) * PLACES]).map(drop)
}

/// Part of a person's timeline.
pub(super) fn timeline(
    conn: &Connection,
    person: UserId,
    name: Option<&str>,
    query: &TimelineQuery,
) -> Result<Timeline, StoreError> {
    let begun = Instant::now();
    let snapshot = conn.unchecked_transaction()?;
    let limit = match query.limit {
        0 => WINDOW.0,
        given => given.min(WINDOW.1),
    } as usize;
    // Times PLACES it must still be a number of SQLite's.
    let last = i64::MAX / 1024 - 1;
    let number = |id: EventId| i64::try_from(id.0).unwrap_or(last).min(last);
    let forward = query.after.is_some() && query.before.is_none();
    let (mut after, mut before) = (query.after.map_or(-1, number), query.before.map_or(last, number));
    let mut timeline = Timeline::default();
    loop {
        let (ids, last_chunk) = ids(&snapshot, person, name, (after, before), forward)?;
        for id in ids {
            let Some((event, changes)) = read(&snapshot, id)? else { continue };
            *(if forward { &mut after } else { &mut before }) = id;
            (timeline.scanned.scanned_to, timeline.scanned.scanned_at) = (Some(event.id), Some(event.at));
            let changes = of_person(&event, changes, person);
            if query.path.as_ref().is_none_or(|path| changes.iter().any(|change| sets(&event, change, person, path))) {
                timeline.entries.push(TimelineEntry { event, changes });
                if timeline.entries.len() == limit {
                    return Ok(timeline);
                }
            }
        }
        if last_chunk {
            timeline.scanned.exhausted = true;
            return Ok(timeline);
        }
        if begun.elapsed() >= MOMENT {
            return Ok(timeline);
        }
    }
}

/// The next events of a person between two numbers, in the direction asked for, and whether these are the last: at least
/// a [`CHUNK`] of each kind, where there are so many.
fn ids(
    conn: &Connection,
    person: UserId,
    name: Option<&str>,
    (after, before): (i64, i64),
    forward: bool,
) -> Result<(Vec<i64>, bool), StoreError> {
    let some =
        |sql, key: &[u8; 16]| all(conn, sql, params![key, after, before, CHUNK], |row| Ok(row.get::<_, i64>(0)?));
    let (by_user, by_person) = if forward { (BY_USER_FORWARD, BY_PERSON_FORWARD) } else { (BY_USER, BY_PERSON) };
    let mut kinds = vec![some(by_user, person.as_bytes())?, some(by_person, person.as_bytes())?];
    if let Some(name) = name {
        kinds.push(some(by_person, &NameKey::of_folded(name).0)?);
    }
    // A kind that was cut off is known up to its last event only, and so is the whole. One event may name a person more
    // than once, so the number of events says nothing here.
    let ends = kinds.iter().filter(|kind| kind.len() == CHUNK as usize).filter_map(|kind| kind.last().copied());
    let end = if forward { ends.min() } else { ends.max() };
    let mut ids: Vec<i64> = kinds.concat();
    ids.retain(|id| end.is_none_or(|end| if forward { *id <= end } else { *id >= end }));
    ids.sort_unstable();
    if !forward {
        ids.reverse();
    }
    ids.dedup();
    Ok((ids, end.is_none()))
}

fn read(conn: &Connection, id: i64) -> Result<Option<(Event, Vec<Change>)>, StoreError> {
    first(conn, concat!("SELECT ", event_columns!(), ", changes FROM events WHERE id = ?1"), [id], |row| {
        let changes = match row.get_ref(COLUMNS)?.as_str_or_null()? {
            Some(changes) => json("list of changes", changes)?,
            None => Vec::new(),
        };
        Ok((decode(row)?, changes))
    })
}

/// What of an event's changes concerns a person.
fn of_person(event: &Event, changes: Vec<Change>, person: UserId) -> Vec<Change> {
    let concerns = |change: &Change| {
        event.user_id == Some(person) || member(&change.path) == Some(person.0) || change.replaced() == Some(person)
    };
    changes.into_iter().filter(concerns).take(CHANGES).collect()
}

/// Whether a change sets what stands at a path of the person's resource. Whoever is replaced is deactivated. In a push of a group, a membership is one of
/// the person's `groups`, and the role that hangs on it one of the `roles`.
fn sets(event: &Event, change: &Change, person: UserId, path: &str) -> bool {
    if matches!(path, "meta.version" | "meta.lastModified") {
        return true;
    }
    if event.user_id == Some(person) {
        return touches(&change.path, path);
    }
    if change.replaced() == Some(person) {
        return touches("active", path);
    }
    if change.path.ends_with("].role") {
        return touches("roles", path);
    }
    let group = event.group_id.map(|id| format!("groups[value eq \"{id}\"]")).unwrap_or_default();
    touches(&group, path)
}
