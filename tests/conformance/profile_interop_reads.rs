//! The SCIM interop profile: discovery, addresses, filters, pages.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    harness::{Crew, GROUP, Room, person, tag},
    suite::suite,
};

suite! {
    interop_001_conformance_is_not_claimed,
    interop_002_discovery_is_served,
    interop_003_what_is_returned_is_published,
    interop_004_schemas_of_resource_types_are_listed,
    interop_006_a_types_id_is_its_name,
    interop_007_one_rule_of_case_in_filters_and_uniqueness,
    interop_008_ids_are_case_exact,
    interop_009_external_ids_are_case_exact,
    interop_010_user_names_ignore_case,
    interop_012_types_have_canonical_values,
    interop_013_each_type_has_its_endpoint,
    interop_014_resources_are_addressed_by_id,
    interop_015_everything_is_scim_json,
    interop_017_eq_and_and,
    interop_018_filters_elsewhere_do_nothing,
    interop_019_filters_on_what_is_not_there,
    interop_020_lists_are_paged,
    interop_021_a_hundred_without_asking,
    interop_022_a_hundred_when_asked,
    interop_023_more_than_the_most_gives_the_most,
    interop_043_basic_is_not_taken,
}

fn interop_001_conformance_is_not_claimed(room: &Room) {
    let config = room.get("/ServiceProviderConfig").expect(200);
    assert_ne!(config["interopProfileConformant"], true, "lines 11, 25 and 29 are not met.\n{config}");
}

fn interop_002_discovery_is_served(room: &Room) {
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        assert!(room.get(path).expect(200).is_scim_json());
    }
}

fn interop_003_what_is_returned_is_published(room: &Room) {
    let mut known: BTreeSet<String> = ["schemas", "id", "externalId", "meta"].map(str::to_owned).into();
    for schema in room.get("/Schemas").resources() {
        known.insert(schema["id"].as_str().unwrap().to_owned());
        known.extend(
            schema["attributes"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()),
        );
    }
    let body = person(json!({"displayName": "Ada", "emails": [{"value": "a@b.example"}], "boat": "Argo"}));
    let created = room.post("/Users", &body).expect(201);
    for name in created.body.as_object().unwrap().keys() {
        assert!(known.contains(name), "{name} is not published.\n{created}");
    }
}

fn interop_004_schemas_of_resource_types_are_listed(room: &Room) {
    let listed = room.get("/Schemas").column("/id");
    for kind in room.get("/ResourceTypes").resources() {
        let extensions = kind["schemaExtensions"].as_array().cloned().unwrap_or_default();
        for urn in extensions.iter().map(|one| &one["schema"]).chain([&kind["schema"]]) {
            assert!(listed.contains(urn), "{urn} is not listed: {kind}");
        }
    }
}

fn interop_006_a_types_id_is_its_name(room: &Room) {
    for kind in room.get("/ResourceTypes").resources() {
        assert_eq!(kind["id"], kind["name"], "{kind}");
    }
}

fn interop_007_one_rule_of_case_in_filters_and_uniqueness(room: &Room) {
    let name = format!("JSmith-{}@Harbor.Example", tag());
    let id = room.user(&person(json!({"userName": name})));
    let lower = name.to_lowercase();
    let found = room.list("/Users", &[("filter", &format!("userName eq \"{lower}\""))]).expect(200);
    found.has("/totalResults", 1).has("/Resources/0/id", id);
    room.post("/Users", &person(json!({"userName": lower}))).scim_error(409, Some("uniqueness"));
    let other = format!("/Users/{}", room.user(&person(json!({}))));
    let operations = json!([{"op": "replace", "path": "userName", "value": lower}]);
    room.patch(&other, operations).scim_error(409, Some("uniqueness"));
}

fn interop_008_ids_are_case_exact(room: &Room) {
    let id = room.user(&person(json!({}))).to_uppercase();
    room.get(&format!("/Users/{id}")).scim_error(404, None);
    room.list("/Users", &[("filter", &format!("id eq \"{id}\""))]).expect(200).has("/totalResults", 0);
}

fn interop_009_external_ids_are_case_exact(room: &Room) {
    let (upper, lower) = (format!("ABC-{}", tag()), format!("abc-{}", tag()));
    room.user(&person(json!({"externalId": upper})));
    room.user(&person(json!({"externalId": upper.to_lowercase()})));
    room.user(&person(json!({"externalId": lower})));
    room.list("/Users", &[("filter", &format!("externalId eq \"{upper}\""))]).expect(200).has("/totalResults", 1);
}

fn interop_010_user_names_ignore_case(room: &Room) {
    let body = person(json!({}));
    room.user(&body);
    let shouted = body["userName"].as_str().unwrap().to_uppercase();
    room.list("/Users", &[("filter", &format!("userName eq \"{shouted}\""))]).expect(200).has("/totalResults", 1);
}

fn interop_012_types_have_canonical_values(room: &Room) {
    for schema in room.get("/Schemas").resources() {
        for attribute in schema["attributes"].as_array().unwrap().iter().filter(|one| one["multiValued"] == true) {
            for part in
                attribute["subAttributes"].as_array().into_iter().flatten().filter(|part| part["name"] == "type")
            {
                let values = part["canonicalValues"].as_array();
                assert!(values.is_some_and(|values| !values.is_empty()), "{} of {}", part, attribute["name"]);
            }
        }
    }
}

fn interop_013_each_type_has_its_endpoint(room: &Room) {
    let endpoints: Vec<Value> = room.get("/ResourceTypes").column("/endpoint");
    let unique: BTreeSet<String> = endpoints.iter().map(ToString::to_string).collect();
    assert_eq!(unique.len(), endpoints.len(), "{endpoints:?}");
    room.user(&person(json!({})));
    for kind in room.get("/Users").column("/meta/resourceType") {
        assert_eq!(kind, "User");
    }
}

fn interop_014_resources_are_addressed_by_id(room: &Room) {
    let created = room.post("/Users", &person(json!({"externalId": tag()}))).expect(201);
    let place = created["meta"]["location"].as_str().unwrap();
    assert!(place.ends_with(&format!("/Users/{}", created.id())), "{created}");
    for name in ["userName", "externalId"] {
        let target = format!("/Users/{}", created[name].as_str().unwrap());
        room.get(&target).scim_error(404, None);
        room.patch(&target, json!([{"op": "remove", "path": "title"}])).scim_error(404, None);
        room.delete(&target).scim_error(404, None);
    }
}

fn interop_015_everything_is_scim_json(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    for answer in [
        room.get(&target),
        room.get("/Users"),
        room.get("/Groups"),
        room.get("/Users/nobody"),
        room.post("/Users", &json!({})),
        room.stranger().get("/Users"),
        room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])),
    ] {
        assert!(answer.is_scim_json(), "{answer}");
    }
}

fn interop_017_eq_and_and(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "x", "active": true}), json!({"title": "x", "active": false})]);
    crew.finds("title eq \"x\" and active eq true", "0");
}

fn interop_018_filters_elsewhere_do_nothing(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    for method in ["PATCH", "DELETE", "PUT"] {
        let request = room.request(method, &format!("/Users?filter=id%20eq%20%22{}%22", created.id()));
        let answer = request.json(&person(json!({}))).send();
        assert!(answer.status >= 400, "{answer}");
    }
    assert_eq!(room.get(&format!("/Users/{}", created.id())).expect(200).body, created.body);
}

fn interop_019_filters_on_what_is_not_there(room: &Room) {
    for path in ["/Users", "/Groups"] {
        room.list(path, &[("filter", "nope eq \"x\"")]).scim_error(400, Some("invalidFilter"));
    }
}

fn interop_020_lists_are_paged(room: &Room) {
    let crew = Crew::new(room, &[json!({}), json!({}), json!({})]);
    let page = |start: &str| {
        let list = room.list("/Users", &[("filter", &crew.filter), ("startIndex", start), ("count", "2")]);
        list.column("/nickName")
    };
    assert_eq!([page("1"), page("3")].concat(), ["0", "1", "2"]);
    let mark = tag();
    for place in 0..3 {
        room.group(&json!({"schemas": [GROUP], "displayName": format!("{mark} {place}")}));
    }
    let filter = format!("displayName sw \"{mark} \"");
    let list = room.list("/Groups", &[("filter", &filter), ("startIndex", "3"), ("count", "2")]).expect(200);
    list.has("/totalResults", 3).has("/itemsPerPage", 1);
}

/// A room with so many users that no page holds them all.
fn crowd() -> Room {
    let room = Room::start();
    for _ in 0..201 {
        room.user(&person(json!({})));
    }
    room
}

fn interop_021_a_hundred_without_asking(_: &Room) {
    assert!(crowd().get("/Users").resources().len() >= 100);
}

fn interop_022_a_hundred_when_asked(_: &Room) {
    assert_eq!(crowd().get("/Users?count=100").resources().len(), 100);
}

fn interop_023_more_than_the_most_gives_the_most(_: &Room) {
    let room = crowd();
    let most = room.get("/ServiceProviderConfig").expect(200)["filter"]["maxResults"].as_u64().unwrap();
    room.get("/Users?count=1000000").expect(200).has("/itemsPerPage", most).has("/totalResults", 201);
}

fn interop_043_basic_is_not_taken(room: &Room) {
    room.with_authorization(Some("Basic b2t0YTpzZWNyZXQ=")).get("/Users").scim_error(401, None);
    let config = room.get("/ServiceProviderConfig").expect(200);
    for scheme in config["authenticationSchemes"].as_array().unwrap() {
        assert_ne!(scheme["type"], "httpbasic", "{config}");
    }
}
