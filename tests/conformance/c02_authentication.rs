//! Chapter 2: who calls, and what they may do.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    harness::{Room, person},
    suite::suite,
};

suite! {
    line_008_without_a_token_401_names_the_scheme,
    line_008_a_wrong_token_is_named_as_such,
    line_009_what_a_token_may_do_is_part_of_it,
    line_009_a_revoked_token_is_refused_at_once,
    line_009_a_workspace_without_the_plan_is_refused,
    line_010_tokens_are_long_and_never_the_same,
    line_010_every_token_has_an_end,
    line_011_discovery_needs_no_token,
    line_011_discovery_tells_everybody_the_same,
    line_011_discovery_is_limited_too,
    line_012_a_known_client_is_403_whatever_exists,
}

fn line_008_without_a_token_401_names_the_scheme(room: &Room) {
    for (method, target) in [("GET", "/Users"), ("POST", "/Users"), ("GET", "/Groups"), ("DELETE", "/Users/nobody")] {
        let answer = room.stranger().request(method, target).send();
        answer.scim_error(401, None);
        let challenge = answer.header("www-authenticate").unwrap_or_else(|| panic!("no challenge.\n{answer}"));
        assert!(challenge.starts_with("Bearer realm="), "{answer}");
        assert!(!challenge.contains("error="), "no token was sent that could be invalid.\n{answer}");
    }
}

fn line_008_a_wrong_token_is_named_as_such(room: &Room) {
    for sent in ["Bearer nonsense", "Bearer scimroom_0000", "non-token", "Bearer Bearer x", "Bearer "] {
        let answer = room.with_authorization(Some(sent)).get("/Users");
        answer.scim_error(401, None);
        let challenge = answer.header("www-authenticate").unwrap_or_else(|| panic!("no challenge.\n{answer}"));
        assert!(challenge.starts_with("Bearer realm="), "{answer}");
        assert!(challenge.contains("error=\"invalid_token\""), "{sent:?} is a token that is not valid.\n{answer}");
    }
    let basic = room.with_authorization(Some("Basic b2t0YTpzZWNyZXQ=")).get("/Users");
    basic.scim_error(401, None);
    assert!(basic.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer ")), "{basic}");
}

fn line_009_what_a_token_may_do_is_part_of_it(room: &Room) {
    let id = room.user(&person(json!({})));
    let reader = room.with_token(&room.token(&["--read-only"]));
    reader.get(&format!("/Users/{id}")).expect(200);
    reader.head("/Users").expect(200);
    let target = format!("/Users/{id}");
    reader.post("/Users", &person(json!({}))).scim_error(403, None);
    reader.put(&target, &person(json!({}))).scim_error(403, None);
    reader.patch(&target, json!([{"op": "replace", "path": "title", "value": "x"}])).scim_error(403, None);
    reader.delete(&target).scim_error(403, None);
    room.get(&target).expect(200).lacks("/title");
}

fn line_009_a_revoked_token_is_refused_at_once(room: &Room) {
    let created = room.cli(&["token", "create", "to be revoked"]);
    let client = room.with_token(created["token"].as_str().unwrap());
    client.get("/Users?count=0").expect(200);
    assert!(room.run(&["token", "revoke", created["id"].as_str().unwrap()]).status.success());
    client.get("/Users?count=0").scim_error(401, None);
}

fn line_009_a_workspace_without_the_plan_is_refused(_: &Room) {
    let room = Room::start();
    room.cli(&["workspace", "set", "plan=team"]);
    let detail = room.get("/Users").scim_error(403, None);
    assert!(detail.contains("enterprise"), "{detail}");
}

fn line_010_tokens_are_long_and_never_the_same(room: &Room) {
    let tokens: BTreeSet<String> = (0..5).map(|_| room.token(&[])).collect();
    assert_eq!(tokens.len(), 5, "two tokens are the same");
    for token in tokens {
        // 32 random bytes take 43 characters in base 62.
        let random = token.rsplit('_').next().unwrap();
        assert!(random.len() >= 43, "{} characters are too few", random.len());
        let letters: BTreeSet<char> = random.chars().collect();
        assert!(letters.len() > 15, "that is no random text");
    }
}

fn line_010_every_token_has_an_end(room: &Room) {
    for (options, days) in [(&[][..], 365), (&["--days", "30"][..], 30)] {
        let created = room.cli(&[&["token", "create", "ends"], options].concat());
        let instant = |name: &str| created[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        let hours = instant("created").until(instant("expires")).unwrap().get_seconds() / 3600;
        assert_eq!(hours / 24, days, "{}", created["expires"]);
    }
    assert!(!room.run(&["token", "create", "endless", "--days", "0"]).status.success());
    assert!(!room.run(&["token", "create", "endless", "--days", "36500"]).status.success());
    for token in room.cli(&["token", "list"]).as_array().unwrap() {
        assert!(token["expires"].is_string(), "{token}");
    }
}

fn line_011_discovery_needs_no_token(room: &Room) {
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/ResourceTypes/User"] {
        room.stranger().get(path).expect(200);
        room.with_token("nonsense").get(path).expect(200);
    }
    for part in ["name", "description", "type"] {
        let config = room.stranger().get("/ServiceProviderConfig").expect(200);
        assert!(config["authenticationSchemes"][0][part].is_string(), "{config}");
    }
}

fn line_011_discovery_tells_everybody_the_same(_: &Room) {
    let room = Room::start();
    room.cli(&["workspace", "set", "name=Secret Society"]);
    room.user(&person(json!({"userName": "ada.moreno@harbor.example"})));
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        let (strange, known) = (room.stranger().get(path).expect(200), room.get(path).expect(200));
        assert_eq!(strange.body, known.body, "{strange}");
        for private in ["Secret Society", "ada.moreno"] {
            assert!(!strange.text.contains(private), "{strange}");
        }
    }
}

fn line_011_discovery_is_limited_too(_: &Room) {
    let room = Room::start_with(&[("SCIMROOM_RATE_LIMIT", "1")], "");
    let refused = (0..50).map(|_| room.stranger().get("/Schemas")).find(|answer| answer.status == 429);
    let refused = refused.unwrap_or_else(|| panic!("50 requests of a stranger were not too many"));
    refused.scim_error(429, None);
    assert!(refused.header("retry-after").is_some_and(|after| after.parse::<u64>().is_ok()), "{refused}");
}

fn line_012_a_known_client_is_403_whatever_exists(room: &Room) {
    let id = room.user(&person(json!({})));
    let reader = room.with_token(&room.token(&["--read-only"]));
    let (there, not_there) = (reader.delete(&format!("/Users/{id}")), reader.delete("/Users/nobody"));
    assert_eq!(there.scim_error(403, None), not_there.scim_error(403, None));
    reader.get("/Users/nobody").scim_error(404, None);
}
