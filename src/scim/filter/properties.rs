//! What holds for every filter and every resource.

use std::borrow::Cow;
use std::cell::Cell;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::fold::fold;
use super::super::schema::{Place, user_resource_type};
use super::*;

fn filter(text: &str) -> Filter {
    Filter::parse(text, user_resource_type()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Whether the store, asked by this key, would hand the resource over as a candidate.
fn is_candidate(key: &Narrowing, user: &Value) -> bool {
    let text = |name: &str| user[name].as_str().map(str::to_owned);
    match key {
        Narrowing::Id(id) => text("id").as_ref() == Some(id),
        Narrowing::UserName(folded) => text("userName").map(|name| fold(&name)).as_ref() == Some(folded),
        Narrowing::ExternalId(id) => text("externalId").as_ref() == Some(id),
        Narrowing::Email(folded) => user["emails"]
            .as_array()
            .is_some_and(|list| list.iter().any(|entry| entry["value"].as_str().is_some_and(|v| fold(v) == *folded))),
        Narrowing::Group(id) => has_group(user, id),
        Narrowing::Nobody | Narrowing::DisplayName(_) | Narrowing::Member(_) => false,
    }
}

fn has_group(user: &Value, id: &str) -> bool {
    user["groups"].as_array().is_some_and(|list| list.iter().any(|group| group["value"] == *id))
}

fn words() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada", "ADA", "li", "x", "Straße", ""])
}

fn user() -> impl Strategy<Value = Value> {
    let entry = (words(), prop::sample::select(vec!["work", "home"]));
    let groups = prop::collection::vec(words(), 0..3);
    (words(), words(), prop::option::of(words()), any::<bool>(), prop::collection::vec(entry, 0..3), groups).prop_map(
        |(id, name, external, active, emails, groups)| {
            let groups: Vec<Value> = groups.iter().map(|id| json!({"value": id, "display": "x"})).collect();
            let emails: Vec<Value> = emails.iter().map(|(v, t)| json!({"value": v, "type": t})).collect();
            let mut user = json!({"id": id, "userName": name, "active": active, "emails": emails, "groups": groups});
            if let Some(external) = external {
                user["externalId"] = external.into();
            }
            user
        },
    )
}

fn term() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["id", "userName", "externalId", "emails.value", "emails", "emails.type"]);
    let operator = prop::sample::select(vec!["eq", "eq", "eq", "ne", "co", "sw", "gt", "le"]);
    prop_oneof![
        4 => (name, operator, words()).prop_map(|(name, operator, word)| format!("{name} {operator} \"{word}\"")),
        1 => (prop::sample::select(vec!["eq", "ne"]), any::<bool>()).prop_map(|(op, v)| format!("active {op} {v}")),
        1 => (words(), words()).prop_map(|(t, v)| format!("emails[type eq \"{t}\" and value eq \"{v}\"]")),
        1 => Just("externalId pr".to_owned()),
        1 => group_term(),
    ]
}

fn group_term() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec!["eq", "eq", "eq", "ne", "sw"]);
    prop_oneof![
        3 => (operator, words()).prop_map(|(operator, id)| format!("groups.value {operator} \"{id}\"")),
        2 => (words(), words()).prop_map(|(a, b)| format!("groups[value eq \"{a}\" or value eq \"{b}\"]")),
        1 => words().prop_map(|id| format!("groups[not (value eq \"{id}\")]")),
        1 => Just("groups pr".to_owned()),
    ]
}

fn any_filter() -> impl Strategy<Value = String> {
    term().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            1 => inner.prop_map(|part| format!("not ({part})")),
        ]
    })
}

/// Counts how often an attribute is asked for.
struct Counted<'a>(&'a Value, Cell<usize>);

impl Subject for Counted<'_> {
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>> {
        self.1.set(self.1.get() + 1);
        self.0.attribute(place, name)
    }
}

#[test]
fn the_largest_filter_asks_once_a_term() {
    let values: Vec<Value> = (0..1000).map(|n| json!({"value": format!("{n}@X.example"), "type": "work"})).collect();
    let user = json!({"emails": values});
    let mut text = "emails[type eq \"home\" or value eq \"none\"]".to_owned();
    let mut terms = 3;
    for depth in 1..MAX_DEPTH {
        text = format!("not ({text} or emails.value co \"none{depth}\")");
        terms += 1;
    }
    while terms < MAX_TERMS && text.len() + 20 < MAX_TEXT {
        text.push_str(" or emails ew \"z\"");
        terms += 1;
    }
    let filter = filter(&text);
    let counted = Counted(&user, Cell::new(0));
    filter.matches(&counted);
    assert!(counted.1.get() <= terms, "{} of {terms}", counted.1.get());
}

proptest! {
    #[test]
    fn narrowing_loses_nobody(text in any_filter(), users in prop::collection::vec(user(), 1..8)) {
        let filter = filter(&text);
        let everybody: Vec<&Value> = users.iter().filter(|user| filter.matches(*user)).collect();
        let narrowed: Vec<&Value> = match narrow(&filter) {
            None => everybody.clone(),
            Some(key) => users.iter().filter(|user| is_candidate(&key, user) && filter.matches(*user)).collect(),
        };
        prop_assert_eq!(everybody, narrowed);
    }

    #[test]
    fn negation_is_the_opposite(text in any_filter(), user in user()) {
        let negated = format!("not ({text})");
        prop_assert_ne!(filter(&text).matches(&user), filter(&negated).matches(&user));
    }

    #[test]
    fn the_ids_a_filter_wants_decide_it(text in any_filter(), user in user()) {
        let filter = filter(&text);
        let mut seen = user.clone();
        match filter.ids_of("groups") {
            Wanted::All => {}
            Wanted::Nothing => seen["groups"] = json!([]),
            Wanted::These(ids) => {
                let there: Vec<Value> =
                    ids.iter().filter(|id| has_group(&user, id)).map(|id| json!({"value": id})).collect();
                seen["groups"] = there.into();
            }
        }
        prop_assert_eq!(filter.matches(&user), filter.matches(&seen), "{}", text);
    }
}
