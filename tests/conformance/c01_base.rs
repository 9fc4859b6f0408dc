//! Chapter 1: the base URL, media types, and what every message has in common.

use serde_json::json;

use crate::{
    harness::{Room, USER, person},
    suite::suite,
};

suite![
    line_001_everything_is_below_the_base,
    line_001_another_version_is_refused,
    line_001_doubled_and_trailing_slashes_lead_to_the_same_place,
    line_002_answers_are_scim_json_in_utf_8,
    line_002_json_is_read_and_written_as_utf_8,
    line_003_both_json_types_and_none_are_read,
    line_003_other_bodies_are_415,
    line_003_accept_without_json_is_406,
    line_004_unknown_query_parameters_are_ignored,
    line_005_messages_name_their_uri,
    line_005_message_uris_are_no_schemas,
    line_006_answers_show_what_is_held,
    line_007_head_is_get_without_the_body,
    line_007_other_methods_are_405_with_allow,
];

fn line_001_everything_is_below_the_base(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let id = created.id();
    let location = created["meta"]["location"].as_str().unwrap().to_owned();
    assert_eq!(location, format!("{}/Users/{id}", room.base()));
    assert!(!location.contains('?'), "{location}");
    room.get(&location).expect(200).has("/id", id);
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/Users", "/Groups"] {
        room.get(path).expect(200);
    }
}

fn line_001_another_version_is_refused(room: &Room) {
    for version in ["v1", "v3", "v2.1"] {
        let answer = room.get(&format!("{}/scim/{version}/Users", room.url()));
        let detail = answer.scim_error(400, Some("invalidVers"));
        assert!(detail.contains("/scim/v2"), "the sentence names the right base.\n{answer}");
    }
}

fn line_001_doubled_and_trailing_slashes_lead_to_the_same_place(room: &Room) {
    let id = room.user(&person(json!({})));
    for target in [format!("//Users/{id}"), format!("/Users//{id}"), format!("/Users/{id}/")] {
        room.get(&target).expect(200).has("/id", id.as_str());
    }
    room.get("/Users/?count=0").expect(200);
}

fn line_002_answers_are_scim_json_in_utf_8(room: &Room) {
    let id = room.user(&person(json!({})));
    let accepts =
        ["application/scim+json", "application/json", "*/*", "application/*", "text/html, application/json;q=0.5"];
    for accept in accepts {
        let answer = room.request("GET", &format!("/Users/{id}")).header("accept", accept).send().expect(200);
        assert!(answer.is_scim_json(), "{answer}");
        let given = answer.header("content-type").unwrap().to_ascii_lowercase();
        assert!(given.split_once("charset=").is_none_or(|(_, charset)| charset == "utf-8"), "{answer}");
    }
    let answer = room.get(&format!("/Users/{id}")).expect(200);
    assert!(answer.is_scim_json(), "the default type is SCIM's.\n{answer}");
}

fn line_002_json_is_read_and_written_as_utf_8(room: &Room) {
    let name = "Zoë Łukasz 渡辺 \u{1F30A}";
    let id = room.user(&person(json!({"displayName": name})));
    room.get(&format!("/Users/{id}")).expect(200).has("/displayName", name);
    let latin =
        b"{\"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:User\"], \"userName\": \"zo\xEB@harbor.example\"}";
    room.request("POST", "/Users").raw(&latin[..]).send().scim_error(400, Some("invalidSyntax"));
}

fn line_003_both_json_types_and_none_are_read(room: &Room) {
    let types = [
        Some("application/scim+json"),
        Some("application/json"),
        Some("application/scim+json; charset=utf-8"),
        Some("application/json;charset=UTF-8"),
        Some("Application/SCIM+JSON"),
        None,
    ];
    for kind in types {
        let mut request = room.request("POST", "/Users").raw(person(json!({})).to_string());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        request.send().expect(201);
    }
}

fn line_003_other_bodies_are_415(room: &Room) {
    let id = room.user(&person(json!({})));
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonp"] {
        for (method, target) in [("POST", "/Users".to_owned()), ("PUT", format!("/Users/{id}"))] {
            let request = room.request(method, &target).raw(person(json!({})).to_string());
            request.header("content-type", kind).send().scim_error(415, None);
        }
    }
}

fn line_003_accept_without_json_is_406(room: &Room) {
    for accept in ["text/html", "application/xml", "application/json;q=0, text/plain"] {
        room.request("GET", "/Users").header("accept", accept).send().scim_error(406, None);
    }
    let body = person(json!({}));
    room.request("POST", "/Users").header("accept", "text/html").json(&body).send().scim_error(406, None);
    let named = format!("userName eq {}", body["userName"]);
    room.list("/Users", &[("filter", &named)]).expect(200).has("/totalResults", 0);
}

fn line_004_unknown_query_parameters_are_ignored(room: &Room) {
    let id = room.user(&person(json!({})));
    room.get("/Users?tenant=7&count=1&_=x").expect(200).has("/itemsPerPage", 1);
    room.get(&format!("/Users/{id}?api-version=2.0&flag")).expect(200).has("/id", id.as_str());
    room.post("/Users?trace", &person(json!({}))).expect(201);
    room.get("/ServiceProviderConfig?nobody=knows").expect(200);
}

fn line_005_messages_name_their_uri(room: &Room) {
    room.get("/Users?count=0").resources();
    room.get("/Users/nobody").scim_error(404, None);
    let id = room.user(&person(json!({})));
    let target = format!("/Users/{id}");
    let operations = json!([{"op": "replace", "path": "title", "value": "Analyst"}]);
    for schemas in [json!([USER]), json!([]), json!(null)] {
        let body = json!({"schemas": schemas, "Operations": operations});
        room.request("PATCH", &target).json(&body).send().scim_error(400, Some("invalidSyntax"));
    }
    room.patch(&target, operations).expect(200).has("/title", "Analyst");
}

fn line_005_message_uris_are_no_schemas(room: &Room) {
    for id in room.get("/Schemas").column("/id") {
        assert!(!id.as_str().unwrap().starts_with("urn:ietf:params:scim:api:"), "{id} is a message's URI");
    }
    room.get("/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp").scim_error(404, None);
}

fn line_006_answers_show_what_is_held(room: &Room) {
    let sent = person(json!({
        "id": "mine", "NICKNAME": "Ada", "nobodyKnows": 7, "password": "Qz81mvTT", "meta": {"version": "W/\"99\""},
        "emails": [], "title": null,
    }));
    let created = room.post("/Users", &sent).expect(201).has("/nickName", "Ada");
    for gone in ["/NICKNAME", "/nobodyKnows", "/password", "/emails", "/title"] {
        created.clone().lacks(gone);
    }
    assert_ne!(created["id"], "mine");
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    assert_eq!(read.body, created.body, "{read}");
}

fn line_007_head_is_get_without_the_body(room: &Room) {
    let id = room.user(&person(json!({})));
    for target in [format!("/Users/{id}"), "/Users".to_owned(), "/Schemas".to_owned()] {
        let (got, headed) = (room.get(&target).expect(200), room.head(&target).expect(200));
        assert_eq!(headed.text, "", "{headed}");
        for name in ["etag", "content-type"] {
            assert_eq!(headed.header(name), got.header(name), "{headed}");
        }
    }
    let missing = room.head("/Users/nobody").expect(404);
    assert_eq!(missing.text, "", "{missing}");
}

fn line_007_other_methods_are_405_with_allow(room: &Room) {
    let id = room.user(&person(json!({})));
    let user = format!("/Users/{id}");
    let cases = [
        ("PUT", "/Users", "GET"),
        ("PATCH", "/Users", "POST"),
        ("DELETE", "/Users", "GET"),
        ("POST", &user, "PATCH"),
        ("POST", "/ServiceProviderConfig", "GET"),
        ("DELETE", "/Schemas", "GET"),
        ("PUT", "/Groups", "POST"),
    ];
    for (method, target, allowed) in cases {
        let answer = room.request(method, target).json(&person(json!({}))).send();
        answer.scim_error(405, None);
        let allow = answer.header("allow").unwrap_or_else(|| panic!("405 names what is allowed.\n{answer}"));
        let methods: Vec<&str> = allow.split(',').map(str::trim).collect();
        assert!(methods.contains(&allowed) && !methods.contains(&method), "{answer}");
    }
    room.get(&user).expect(200);
}
