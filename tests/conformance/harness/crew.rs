//! A few people of one test, and what queries find among them.

use serde_json::{Value, json};

use super::{Answer, Room, person, tag};

/// Users with a mark in common. Each is known by its place: the first is `0`.
#[derive(Debug)]
pub struct Crew<'a> {
    room: &'a Room,
    /// Finds all of them and nobody else.
    pub filter: String,
    pub ids: Vec<String>,
}

impl<'a> Crew<'a> {
    /// Creates a user of each of these bodies.
    #[track_caller]
    pub fn new(room: &'a Room, people: &[Value]) -> Self {
        let mark = tag();
        let ids = people.iter().enumerate().map(|(place, more)| {
            let mut body = person(more.clone());
            body["nickName"] = json!(place.to_string());
            body["userType"] = json!(mark);
            room.user(&body)
        });
        Self { room, ids: ids.collect(), filter: format!("userType eq \"{mark}\"") }
    }

    /// A query for those of them who meet this term.
    pub fn ask(&self, term: &str) -> Answer {
        self.room.list("/Users", &[("filter", &format!("{} and ({term})", self.filter))])
    }

    /// Those who meet the term must be those at these places.
    #[track_caller]
    pub fn finds(&self, term: &str, places: &str) {
        let answer = self.ask(term).expect(200);
        assert_eq!(read(&answer), places, "others meet {term}\n{answer}");
    }

    /// The term must be refused. Gives the sentence.
    #[track_caller]
    pub fn refuses(&self, term: &str) -> String {
        self.ask(term).scim_error(400, Some("invalidFilter"))
    }

    /// In this order their places must be these.
    #[track_caller]
    pub fn sorts(&self, by: &str, order: &str, places: &str) {
        let mut parameters = vec![("filter", self.filter.as_str()), ("sortBy", by)];
        if !order.is_empty() {
            parameters.push(("sortOrder", order));
        }
        let answer = self.room.list("/Users", &parameters).expect(200);
        assert_eq!(read(&answer), places, "the order is another\n{answer}");
    }
}

#[track_caller]
fn read(answer: &Answer) -> String {
    answer.column("/nickName").iter().filter_map(Value::as_str).collect()
}
