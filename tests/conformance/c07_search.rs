//! Chapter 7: queries over all types, and queries sent as a body.

use serde_json::{Value, json};

use crate::{
    harness::{GROUP, LIST, Room, SEARCH, person, tag},
    suite::suite,
};

suite! {
    line_048_the_root_finds_all_types,
    line_048_a_type_without_the_attribute_has_no_value,
    line_048_the_root_pages_and_projects,
    line_048_the_root_can_be_searched_by_body,
    line_048_each_endpoint_can_be_searched_by_body,
    line_048_search_takes_the_same_parameters,
    line_048_a_search_is_a_search_request,
    line_048_search_is_for_post_alone,
}

/// A user and a group of one name.
fn pair(room: &Room) -> (String, String, String) {
    let name = format!("Crew {}", tag());
    let user = room.user(&person(json!({"displayName": name})));
    let group = room.group(&json!({"schemas": [GROUP], "displayName": name}));
    (name, user, group)
}

fn ids(list: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = list.iter().map(|id| id.as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn sorted(mut list: Vec<&str>) -> Vec<&str> {
    list.sort_unstable();
    list
}

fn line_048_the_root_finds_all_types(room: &Room) {
    let (name, user, group) = pair(room);
    let filter = format!("displayName eq \"{name}\"");
    for base in ["", "/"] {
        let list = room.list(base, &[("filter", &filter)]).expect(200).has("/totalResults", 2);
        assert_eq!(ids(&list.column("/id")), sorted(vec![&user, &group]), "{list}");
        let mut types = list.column("/meta/resourceType");
        types.sort_by_key(Value::to_string);
        assert_eq!(types, ["Group", "User"], "{list}");
    }
    let typed = format!("displayName eq \"{name}\" and meta.resourceType eq \"Group\"");
    room.list("", &[("filter", &typed)]).expect(200).has("/totalResults", 1).has("/Resources/0/id", group);
}

fn line_048_a_type_without_the_attribute_has_no_value(room: &Room) {
    let (name, user, group) = pair(room);
    for (term, found) in [
        ("userName pr", vec![&user]),
        ("not (userName pr)", vec![&group]),
        ("userName eq null", vec![&group]),
        ("name.givenName ne \"Ada\"", vec![&user, &group]),
        ("members pr or userName pr", vec![&user]),
        ("nobodyKnows pr", vec![]),
        ("not (nobodyKnows pr)", vec![&user, &group]),
    ] {
        let filter = format!("displayName eq \"{name}\" and ({term})");
        let list = room.list("", &[("filter", &filter)]).expect(200);
        let found = sorted(found.iter().map(|id| id.as_str()).collect());
        assert_eq!(ids(&list.column("/id")), found, "{term}\n{list}");
    }
    // What is unknown everywhere has no value; what is never returned is still no oracle (line 73).
    room.list("", &[("filter", "password sw \"a\"")]).scim_error(400, Some("invalidFilter"));
}

fn line_048_the_root_pages_and_projects(room: &Room) {
    let (name, ..) = pair(room);
    let filter = format!("displayName eq \"{name}\"");
    let page = |start: &str| {
        let parameters =
            [("filter", filter.as_str()), ("startIndex", start), ("count", "1"), ("attributes", "displayName")];
        let list = room.list("", &parameters).expect(200).has("/totalResults", 2).has("/itemsPerPage", 1);
        let resource = list.resources()[0].clone();
        assert!(resource["meta"].is_null() && resource["displayName"] == json!(name), "{list}");
        resource["id"].clone()
    };
    assert_ne!(page("1"), page("2"));
    let total = room.get("/?count=0").expect(200).total();
    assert!(total >= 2, "a plain list at the root counts everything: {total}");
}

fn line_048_the_root_can_be_searched_by_body(room: &Room) {
    let (name, user, group) = pair(room);
    let body = json!({"schemas": [SEARCH], "filter": format!("displayName eq \"{name}\"")});
    let list = room.post("/.search", &body).expect(200).has("/schemas", json!([LIST])).has("/totalResults", 2);
    assert_eq!(ids(&list.column("/id")), sorted(vec![&user, &group]), "{list}");
}

fn line_048_each_endpoint_can_be_searched_by_body(room: &Room) {
    let (name, user, group) = pair(room);
    let body = json!({"schemas": [SEARCH], "filter": format!("displayName eq \"{name}\"")});
    for (endpoint, id) in [("/Users", user), ("/Groups", group)] {
        let list = room.post(&format!("{endpoint}/.search"), &body).expect(200);
        list.has("/totalResults", 1).has("/Resources/0/id", id);
        let unknown = json!({"schemas": [SEARCH], "filter": "nobodyKnows pr"});
        room.post(&format!("{endpoint}/.search"), &unknown).scim_error(400, Some("invalidFilter"));
    }
}

fn line_048_search_takes_the_same_parameters(room: &Room) {
    let external = tag();
    for title in ["b", "a", "c"] {
        room.user(&person(json!({"externalId": external, "title": title, "nickName": "n"})));
    }
    let body = json!({
        "schemas": [SEARCH], "filter": format!("externalId eq \"{external}\""), "startIndex": 2, "count": 1,
        "sortBy": "title", "sortOrder": "descending", "attributes": ["title"],
    });
    let list = room.post("/Users/.search", &body).expect(200);
    let list = list.has("/totalResults", 3).has("/startIndex", 2).has("/itemsPerPage", 1);
    let list = list.has("/Resources/0/title", "b").lacks("/Resources/0/nickName").lacks("/Resources/0/meta");
    assert_eq!(list.resources().len(), 1, "{list}");
    let mut body = json!({"schemas": [SEARCH], "filter": body["filter"], "excludedAttributes": ["title", "meta"]});
    let list = room.post("/Users/.search", &body).expect(200).lacks("/Resources/0/title");
    list.has("/Resources/0/nickName", "n");
    body["attributes"] = json!(["nickName"]);
    room.post("/Users/.search", &body).scim_error(400, Some("invalidValue"));
    body["count"] = json!("many");
    body.as_object_mut().unwrap().remove("attributes");
    room.post("/Users/.search", &body).scim_error(400, Some("invalidValue"));
}

fn line_048_a_search_is_a_search_request(room: &Room) {
    for path in ["/.search", "/Users/.search", "/Groups/.search"] {
        for schemas in [json!(null), json!([]), json!([LIST])] {
            room.post(path, &json!({"schemas": schemas, "count": 1})).scim_error(400, Some("invalidSyntax"));
        }
        room.post(path, &json!({"count": 1})).scim_error(400, Some("invalidSyntax"));
        room.post(path, &json!([])).scim_error(400, Some("invalidSyntax"));
        room.post(path, &json!({"schemas": [SEARCH], "count": 0})).expect(200).has("/itemsPerPage", 0);
    }
}

fn line_048_search_is_for_post_alone(room: &Room) {
    for path in ["/.search", "/Users/.search", "/Groups/.search"] {
        let answer = room.get(path);
        answer.scim_error(405, None);
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")), "{answer}");
    }
}
