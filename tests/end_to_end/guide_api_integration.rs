//! Guide: Configure API Integration, Test API Credentials.

use serde_json::json;

use crate::harness::Room;

#[tokio::test]
async fn the_credential_test_is_answered_with_a_list_and_ticked() {
    let room = Room::start();
    let okta = room.okta();
    assert_eq!(room.step("credentials"), "pending");
    let answer = okta.test_credentials().await.expect(200);
    assert_eq!(answer.resources(), Vec::<serde_json::Value>::new());
    assert_eq!((&answer.body["totalResults"], &answer.body["startIndex"]), (&json!(0), &json!(1)));
    assert_eq!(answer.body["itemsPerPage"], json!(0));
    room.wait_for_step("credentials", "done");
    room.wait_for_step("base-url", "done");
    let event = room.wait_for_event("the credential test", |event| event["action"] == "credential-test");
    assert_eq!((&event["method"], &event["status"]), (&json!("GET"), &json!(200)));
}

#[tokio::test]
async fn every_way_to_get_the_token_wrong_is_named() {
    let room = Room::start();
    let token = room.token();
    let revoked = room.cli(&["token", "create", "old"]);
    room.cli(&["token", "revoke", revoked["id"].as_str().unwrap()]);
    let unknown = "scimroom_0000000000000000000000000000000000000000000000";
    let okta = room.okta();
    for (code, authorization) in [
        ("D01", Some(token.clone())),
        ("D02", Some(format!("Bearer Bearer {token}"))),
        ("D03", Some(format!("Bearer \"{token}\""))),
        ("D04", Some(format!("Bearer {unknown}"))),
        ("D05", Some(format!("Bearer {}", revoked["token"].as_str().unwrap()))),
        ("D07", Some("Basic b2t0YTpvY3Rv".to_owned())),
        ("D08", None),
    ] {
        let answer = okta.with_authorization(authorization.as_deref()).test_credentials().await.expect(401);
        let detail = answer.detail();
        assert!(detail.contains("Integration"), "{code}: Okta's admin is not told where to click: {detail}");
        assert!(!detail.contains(&token), "{code}: the answer repeats the token");
        room.wait_for_findings(&[code]);
        room.wait_for_step("credentials", "problem");
        // Mended by the next good request.
        okta.test_credentials().await.expect(200);
        room.wait_for_findings(&[]);
    }
    let log = room.cli(&["event", "list"]).to_string();
    assert!(!log.contains(&token));
}

#[tokio::test]
async fn a_wrong_base_url_shows_in_the_log() {
    let room = Room::start();
    let token = room.token();
    for base in ["", "/scim", "/scim/v2/v2"] {
        let okta = crate::harness::Okta::new(&format!("{}{base}", room.url()), &token);
        okta.test_credentials().await.expect(404);
        let path = format!("{base}/Users");
        room.wait_for_event(&path, |event| event["action"] == "astray" && event["path"] == json!(path));
    }
    room.wait_for_step("base-url", "problem");
    for base in ["/scim/v2/", "/scim//v2", "/scim/v2//"] {
        let okta = crate::harness::Okta::new(&format!("{}{base}", room.url()), &token);
        okta.test_credentials().await.expect(200);
    }
    room.wait_for_step("base-url", "done");
}

#[tokio::test]
async fn what_the_service_can_do_is_there_to_be_discovered() {
    let room = Room::start();
    let okta = room.okta();
    let config = okta.send(reqwest::Method::GET, "/ServiceProviderConfig", None).await.expect(200);
    assert_eq!(config.body["patch"]["supported"], true);
    let types = okta.send(reqwest::Method::GET, "/ResourceTypes", None).await.expect(200);
    assert!(types.resources().iter().any(|kind| kind["endpoint"] == "/Users"));
    let schemas = okta.send(reqwest::Method::GET, "/Schemas", None).await.expect(200).resources();
    assert!(schemas.iter().any(|schema| schema["id"] == "urn:ietf:params:scim:schemas:core:2.0:User"));
    okta.send(reqwest::Method::GET, "/Nowhere", None).await.expect(404).detail();
}

/// What is said of the base URL in its step.
fn advice(room: &Room) -> String {
    let checklist = room.run(&["setup", "--json"]).json();
    let steps = checklist["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == "base-url").unwrap();
    step["advice"]
        .as_array()
        .map_or_else(String::new, |said| said.iter().map(|words| words.as_str().unwrap()).collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_url_that_okta_will_refuse_is_refused_with_what_to_do() {
    let room = Room::start();
    for (url, says) in [
        ("http://room.harbor.example", "https only"),
        ("room.harbor.example", "give it as https://"),
        ("https://my_room.harbor.example", "underscore"),
        ("https://room.harbor.example/scim/v2", "give https://room.harbor.example"),
        ("https://room.harbor.example/scim/v2/Users", "give https://room.harbor.example"),
        ("https://room.harbor.example?tenant=1", "? or #"),
        ("https://okta@room.harbor.example", "user name or password"),
        ("https://room.harbor.example:80", "no port for https"),
    ] {
        let sentence = room.run(&["workspace", "set", &format!("public_url={url}")]).refused();
        assert!(sentence.contains(says) && sentence.lines().count() == 1, "{url}: {sentence}");
    }
    assert_eq!(room.cli(&["workspace", "show"])["publicUrl"], serde_json::Value::Null);
}

#[tokio::test]
async fn what_okta_will_not_take_or_reach_is_told_in_the_step_before_it_is_tried() {
    let room = Room::start();
    let okta = room.okta();
    assert_eq!(room.step("base-url"), "pending");
    assert!(advice(&room).contains("https only") && advice(&room).contains("Public URL"), "{}", advice(&room));
    let said = room.run(&["setup"]).stdout;
    assert!(said.contains("Note: Okta will not take http://127.0.0.1"), "{said}");
    // What the wire proved is proved; the advice stays.
    okta.test_credentials().await.expect(200);
    room.wait_for_step("base-url", "done");
    assert!(advice(&room).contains("https only"));

    let set = room.run(&["workspace", "set", "public_url=https://room.local/"]).ok().stdout;
    assert!(set.contains("https://room.local/scim/v2") && set.contains("public DNS"), "{set}");
    assert!(advice(&room).contains("public DNS"), "{}", advice(&room));
    room.cli(&["workspace", "set", "public_url=https://room.harbor.example"]);
    assert_eq!(advice(&room), "");
}
