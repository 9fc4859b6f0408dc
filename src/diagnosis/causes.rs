//! Failures by their cause: what was asked for, how it was refused, and in which words once names are taken out of them.

use std::collections::{HashMap, HashSet};

use crate::{
    diagnosis::Catalogue,
    model::{
        event::{Action, Event},
        event_log::Cause,
        finding::Code,
    },
};

/// How many causes are told apart; beyond, those of one action and status share one.
const MOST: usize = 200;
/// How many people of a cause are counted, and how many are named.
const PEOPLE: (usize, usize) = (1_000, 5);
/// The shortest piece of a sentence that finds it again, and the longest that is needed for that.
const TELLING: usize = 4;
const ENOUGH: usize = 60;

/// What one cause's failures have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    action: Action,
    status: u16,
    words: String,
}

/// Failures being grouped, as they are read from newest to oldest or the other way.
#[derive(Debug, Default)]
pub struct CauseFold {
    groups: HashMap<Key, Group>,
}

#[derive(Debug)]
struct Group {
    count: u64,
    first: Event,
    last: Event,
    people: Vec<String>,
    known: HashSet<String>,
    findings: Vec<Code>,
}

impl CauseFold {
    /// Takes a refused request.
    pub fn add(&mut self, event: &Event) {
        let mut key = Key { action: event.action, status: event.status, words: words(event) };
        if self.groups.len() >= MOST && !self.groups.contains_key(&key) {
            key.words = "…".to_owned();
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
            count: 0,
            first: event.clone(),
            last: event.clone(),
            people: Vec::new(),
            known: HashSet::new(),
            findings: Vec::new(),
        });
        group.count = group.count.saturating_add(event.repeats);
        if event.id < group.first.id {
            group.first = event.clone();
        }
        if event.id > group.last.id {
            group.last = event.clone();
        }
        if let Some(name) = event.user_name.as_ref().or(event.group_name.as_ref())
            && group.known.len() < PEOPLE.0
            && group.known.insert(name.to_lowercase())
            && group.people.len() < PEOPLE.1
        {
            group.people.push(name.clone());
        }
        for code in &event.findings {
            if !group.findings.contains(code) {
                group.findings.push(*code);
            }
        }
    }

    /// The causes, the most frequent first. The `scimType` is not known here: it stands in the answer's body.
    pub fn finish(self, catalogue: &Catalogue) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self
            .groups
            .into_iter()
            .map(|(Key { action, status, words }, group)| Cause {
                action,
                status,
                scim_type: None,
                filter: filter(action, status, &words),
                words,
                count: group.count,
                first: group.first.id,
                first_at: group.first.at,
                last: group.last.id,
                last_at: group.last.at,
                people_count: group.known.len() as u64,
                people: group.people,
                fix: group.findings.iter().find_map(|code| catalogue.entry(*code)).map(|entry| entry.fix.clone()),
                findings: group.findings,
            })
            .collect();
        causes.sort_by(|one, other| other.count.cmp(&one.count).then(other.last.cmp(&one.last)));
        causes
    }
}

/// The sentence of a refusal without what differs from one request to the next: quoted values, addresses, and every word
/// with a digit in it become `…`.
fn words(event: &Event) -> String {
    let Some(detail) = event.detail.as_deref().filter(|detail| !detail.is_empty()) else {
        return format!("{} answered {}", event.method, event.status);
    };
    let names: Vec<&str> = [&event.user_name, &event.group_name, &event.external_id]
        .into_iter()
        .filter_map(Option::as_deref)
        .filter(|name| name.len() >= TELLING)
        .collect();
    let detail = names.iter().fold(detail.to_owned(), |detail, name| detail.replace(name, "…"));
    let mut plain = String::with_capacity(detail.len());
    for (place, piece) in detail.split('"').enumerate() {
        if place % 2 == 1 {
            plain.push_str("\"…\"");
            continue;
        }
        for word in piece.split_inclusive(char::is_whitespace) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '…');
            match word.contains(|c: char| c.is_ascii_digit() || c == '@') && !bare.is_empty() {
                true => plain.push_str(&word.replace(bare, "…")),
                false => plain.push_str(word),
            }
        }
    }
    plain
}

/// The filter of the log that shows the failures of a cause.
fn filter(action: Action, status: u16, words: &str) -> String {
    let mut filter = format!("status:{status} action:{action}");
    for piece in words.split(['…', '"']) {
        let piece = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if piece.chars().count() >= TELLING {
            let enough = piece.char_indices().nth(ENOUGH).and_then(|(end, _)| piece.get(..end)).unwrap_or(piece);
            filter.push_str(&format!(" \"{}\"", enough.trim_end()));
        }
    }
    filter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        event_filter::EventFilter,
        id::{EventId, TransactionId},
        time::Timestamp,
        token::TokenMode,
    };

    fn refused(id: u64, name: &str, detail: &str) -> Event {
        let at = Timestamp::from_millis(i64::try_from(id).unwrap() * 1_000);
        Event {
            id: EventId(id),
            at,
            action: Action::Create,
            method: "POST".to_owned(),
            path: "/scim/v2/Users".to_owned(),
            query: None,
            status: 409,
            latency_micros: 0,
            request_bytes: 0,
            response_bytes: 0,
            address: None,
            user_agent: None,
            token_id: None,
            token_name: None,
            user_id: None,
            user_name: Some(name.to_owned()),
            external_id: None,
            group_id: None,
            group_name: None,
            results: None,
            role: None,
            changed: Vec::new(),
            detail: Some(detail.to_owned()),
            findings: Vec::new(),
            mode: TokenMode::Live,
            compatibility: Vec::new(),
            repeats: 1,
            transaction: TransactionId::new(at),
        }
    }

    fn causes(events: &[Event]) -> Vec<Cause> {
        let mut fold = CauseFold::default();
        events.iter().for_each(|event| fold.add(event));
        fold.finish(Catalogue::builtin())
    }

    #[test]
    fn like_refusals_of_many_people_are_one_cause() {
        let mut events: Vec<Event> = (1..=36)
            .map(|n| {
                let name = format!("person{n}@harbor.example");
                refused(n, &name, &format!("userName \"{name}\" belongs to 0199-{n} already, since {n} days."))
            })
            .collect();
        events.push(refused(40, "Zoë Li", "userName \"Zoë Li\" belongs to 0199-40 already, since 2 days."));
        events.push(refused(50, "grace", "userName must be an e-mail address."));
        events[0].repeats = 5;
        let causes = causes(&events);
        assert_eq!(causes.len(), 2, "{causes:#?}");
        let taken = &causes[0];
        assert_eq!(taken.words, "userName \"…\" belongs to … already, since … days.");
        assert_eq!((taken.count, taken.people_count, taken.people.len()), (41, 37, 5));
        assert_eq!((taken.first, taken.last), (EventId(1), EventId(40)));
        for (cause, shown) in causes.iter().zip([37, 1]) {
            let filter = EventFilter::parse(&cause.filter, Timestamp::default()).unwrap();
            assert_eq!(events.iter().filter(|event| filter.matches(event)).count(), shown, "{}", cause.filter);
        }
    }

    #[test]
    fn another_action_or_status_is_another_cause_and_a_finding_brings_its_cure() {
        let mut events = vec![refused(1, "ada@x", "No."), refused(2, "ada@x", "No."), refused(3, "ada@x", "No.")];
        events[1].status = 400;
        events[2].action = Action::Update;
        events[2].findings = vec![Code(29)];
        let causes = causes(&events);
        assert_eq!(causes.len(), 3);
        let cured = causes.iter().find(|cause| cause.action == Action::Update).unwrap();
        assert_eq!(cured.fix.as_deref(), Catalogue::builtin().entry(Code(29)).map(|entry| entry.fix.as_str()));
        assert!(causes.iter().all(|cause| cause.fix.is_some() == (cause.action == Action::Update)));
    }

    #[test]
    fn endless_causes_take_no_endless_room() {
        let letters = |n: u64| (0..8).map(|bit| if n >> bit & 1 == 1 { 'a' } else { 'b' }).collect::<String>();
        let many: Vec<Event> = (0..256).map(|n| refused(n, "ada@x", &letters(n))).collect();
        let causes = causes(&many);
        assert_eq!(causes.len(), MOST + 1);
        assert_eq!(causes.iter().map(|cause| cause.count).sum::<u64>(), 256);
    }
}
