//! Finding one's way in the log over HTTP: what happened to one person, which event set a field, searches that go on page
//! by page, the place of a time, failures by their cause; and a person's timeline in the real dashboard.

use std::{fs, os::unix::fs::PermissionsExt};

use reqwest::Client;
use serde_json::{Value, json};

use crate::harness::{Okta, Person, Room, Terminal, member};

/// The admin API as the operator calls it.
struct Admin {
    http: Client,
    base: String,
    key: String,
}

impl Admin {
    fn of(room: &Room) -> Self {
        let key = fs::read_to_string(room.data().join("operator.key")).unwrap().trim().to_owned();
        Self { http: Client::new(), base: format!("{}/api/v1", room.url()), key }
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base)).query(query).bearer_auth(&self.key);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn ok(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let (status, body) = self.get(path, query).await;
        assert_eq!(status, 200, "{body}");
        body
    }
}

/// Ada is looked for, created, refused once, pushed into a group, changed twice; Li is there as well.
async fn history(room: &Room, okta: &Okta) -> String {
    let ada = Person::new("Ada", "Moreno");
    let id = okta.assign(&ada).await.expect(201).id();
    okta.assign(&Person::new("Li", "Wei")).await.expect(201);
    okta.create(&ada.body()).await.expect(409);
    okta.push_group("APP-Harbor-Editors", &[member(&id, &ada.email)]).await.expect(201);
    okta.patch(&id, json!([{"op": "replace", "path": "title", "value": "Countess"}])).await.expect(200);
    okta.patch(&id, json!([{"op": "replace", "path": "name.familyName", "value": "King"}])).await.expect(200);
    room.wait_for_event("the last change", |event| event["changed"] == json!(["name.familyName"]));
    id
}

#[tokio::test]
async fn a_persons_timeline_has_every_request_with_the_fields_it_changed() {
    let room = Room::start();
    let id = history(&room, &room.okta()).await;
    let admin = Admin::of(&room);
    let path = format!("/users/{id}/timeline");
    let timeline = admin.ok(&path, &[]).await;
    let entries = timeline["entries"].as_array().unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (&entry["action"], &entry["status"])).collect();
    let expected = [
        (json!("update"), json!(200)),
        (json!("update"), json!(200)),
        (json!("group-push"), json!(201)),
        (json!("create"), json!(409)),
        (json!("create"), json!(201)),
        (json!("lookup"), json!(200)),
    ];
    let expected: Vec<_> = expected.iter().map(|(action, status)| (action, status)).collect();
    assert_eq!(told, expected, "{timeline:#}");
    assert_eq!(entries[0]["changes"], json!([{"path": "name.familyName", "before": "Moreno", "after": "King"}]));
    let joined = &entries[2]["changes"];
    assert_eq!(joined.as_array().map(Vec::len), Some(1), "only what concerns the person: {joined}");
    assert_eq!(joined[0]["path"], json!(format!("members[value eq \"{id}\"]")));

    let before = entries[1]["id"].to_string();
    let older = admin.ok(&path, &[("before", &before), ("limit", "2")]).await;
    assert_eq!(older["entries"][0]["id"], entries[2]["id"]);
    assert_eq!(older["exhausted"], json!(false));

    // Which event set this field?
    let title = admin.ok(&path, &[("path", "title"), ("limit", "1")]).await;
    assert_eq!(title["entries"][0]["id"], entries[1]["id"]);
    let name = admin.ok(&path, &[("path", "name.givenName"), ("limit", "1")]).await;
    assert_eq!(name["entries"][0]["id"], entries[4]["id"], "the account was created with it");
    let nobody = admin.ok(&path, &[("path", "nickName"), ("limit", "1")]).await;
    assert_eq!((&nobody["entries"], &nobody["exhausted"]), (&json!([]), &json!(true)));
}

#[tokio::test]
async fn a_search_goes_on_where_it_stopped_in_both_directions() {
    let room = Room::start();
    let id = history(&room, &room.okta()).await;
    let admin = Admin::of(&room);
    let search = async |query: &[(&str, &str)]| admin.ok("/events/search", query).await;
    let all = search(&[("filter", "user:ada.moreno"), ("limit", "100")]).await;
    let ids: Vec<u64> = all["events"].as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()).collect();
    assert!(ids.len() >= 5 && ids.windows(2).all(|pair| pair[0] > pair[1]), "{ids:?}");
    assert_eq!(all["exhausted"], json!(true));

    let mut paged = Vec::new();
    let mut before = u64::MAX.to_string();
    loop {
        let page = search(&[("filter", "user:ada.moreno"), ("limit", "2"), ("before", &before)]).await;
        paged.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()));
        if page["exhausted"] == json!(true) {
            break;
        }
        before = page["scannedTo"].to_string();
    }
    assert_eq!(paged, ids);
    let forward = search(&[("filter", "user:ada.moreno"), ("after", "0"), ("limit", "100")]).await;
    let forward: Vec<u64> =
        forward["events"].as_array().unwrap().iter().map(|event| event["id"].as_u64().unwrap()).collect();
    assert_eq!(forward, ids.into_iter().rev().collect::<Vec<_>>());

    let body = search(&[("filter", "body:countess title")]).await;
    assert_eq!(body["events"].as_array().map(Vec::len), Some(1), "{body}");
    assert_eq!(body["events"][0]["userId"], json!(id));
    let (status, problem) = admin.get("/events/search", &[("filter", "status:soon")]).await;
    assert_eq!(status, 400);
    assert!(problem["detail"].as_str().unwrap().starts_with("status:soon is no status: give a number"), "{problem}");

    let newest = search(&[("limit", "1")]).await["events"][0]["id"].as_u64().unwrap();
    assert_eq!(admin.ok("/events/at", &[("time", "1h")]).await["id"], json!(1));
    assert_eq!(admin.ok("/events/at", &[("time", "2200-01-01")]).await["id"], json!(newest + 1));
    assert_eq!(admin.get("/events/at", &[("time", "soon")]).await.0, 400);
}

#[tokio::test]
async fn events_are_exported_whole_to_a_file_of_ones_own() {
    let room = Room::start();
    let id = history(&room, &room.okta()).await;
    let file = room.data().join("ada.jsonl");
    let path = file.to_str().unwrap();
    room.run(&["event", "export", "--filter", "user:ada.moreno status:ok", path]).ok();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().any(|event| event["userId"] == json!(id) && event["requestBody"].is_string()));
    let ids: Vec<u64> = events.iter().map(|event| event["id"].as_u64().unwrap()).collect();
    assert!(ids.len() >= 4 && ids.is_sorted(), "{ids:?}");
    assert!(room.run(&["event", "export", path]).refused().contains("exists"), "never over an existing file");
    let all = room.run(&["event", "export"]).ok();
    assert!(all.stdout.lines().count() > ids.len());
    assert!(room.run(&["event", "export", "--filter", "status:soon"]).refused().contains("is no status"));
}

#[tokio::test]
async fn failures_of_many_people_have_one_cause_and_its_cure() {
    let room = Room::start();
    let okta = room.okta();
    for n in 0..7 {
        let mut body = Person::new("Ada", "Moreno").body();
        body["userName"] = json!(format!("person{n}"));
        okta.create(&body).await.expect(400);
    }
    let ada = Person::new("Ada", "Moreno");
    okta.assign(&ada).await.expect(201);
    okta.create(&ada.body()).await.expect(409);
    room.wait_for_event("the conflict", |event| event["status"] == json!(409));
    let admin = Admin::of(&room);
    let causes = admin.ok("/events/causes", &[]).await;
    let causes = causes["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 2, "{causes:#?}");
    let wrong_name = &causes[0];
    assert_eq!((&wrong_name["count"], &wrong_name["peopleCount"]), (&json!(7), &json!(7)));
    assert_eq!(wrong_name["findings"], json!(["D29"]));
    assert!(wrong_name["fix"].as_str().unwrap().contains("Application username format"), "{wrong_name}");
    assert_eq!(causes[1]["scimType"], json!("uniqueness"));
    let shown = admin.ok("/events/search", &[("filter", wrong_name["filter"].as_str().unwrap())]).await;
    assert_eq!(shown["events"].as_array().map(Vec::len), Some(7), "its filter shows it");
}

#[tokio::test]
async fn the_dashboard_tells_what_happened_to_a_person() {
    let room = Room::start();
    history(&room, &room.okta()).await;
    let mut terminal = Terminal::run(room.data(), &[], (100, 30));
    terminal.wait_for("live");
    terminal.press("2/ada.moreno\r");
    terminal.wait_for("1 of 1");
    terminal.press("\r");
    terminal.press("l");
    terminal.wait_for("Moreno → King");
    terminal.wait_for("+ member of APP-Harbor-Editors");
    terminal.press("\r");
    terminal.wait_for("name.familyName");
    terminal.press("q");
    terminal.wait_for("Moreno → King");
}

/// The e-mail changes of a timeline: what they changed of whom.
async fn email_changes(admin: &Admin, id: &str) -> Vec<(Value, Vec<Value>)> {
    let timeline = admin.ok(&format!("/users/{id}/timeline"), &[]).await;
    let entries = timeline["entries"].as_array().unwrap().iter().filter(|entry| entry["action"] == "email-change");
    let paths =
        |entry: &Value| entry["changes"].as_array().unwrap().iter().map(|change| change["path"].clone()).collect();
    entries.map(|entry| (entry["id"].clone(), paths(entry))).collect()
}

#[tokio::test]
async fn the_event_that_replaced_an_account_stands_in_both_timelines() {
    let room = Room::start();
    let (okta, admin) = (room.okta(), Admin::of(&room));
    let email = |name: &str| json!({"userName": format!("{name}@harbor.example")});

    // By PUT: Okta's id goes on to the new account.
    let new = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.push(&new, &email("ada.li")).await.expect(200);
    let old = room.cli(&["user", "show", "ada.moreno@harbor.example"])["id"].as_str().unwrap().to_owned();
    room.wait_for_event("the change", |event| event["action"] == "email-change");
    let replaces = json!(format!("replaces[value eq \"{old}\"]"));
    let of_old = email_changes(&admin, &old).await;
    assert_eq!(of_old.len(), 1);
    assert_eq!(of_old[0].1, std::slice::from_ref(&replaces), "of the old account only that it was replaced");
    let of_new = email_changes(&admin, &new).await;
    assert_eq!(of_new[0].0, of_old[0].0);
    assert!(of_new[0].1.contains(&json!("userName")) && of_new[0].1.contains(&replaces), "{of_new:?}");
    let path = format!("/users/{old}/timeline");
    let setter = admin.ok(&path, &[("path", "active")]).await;
    assert_eq!(setter["entries"][0]["id"], of_old[0].0, "it is what deactivated the old one");

    // By deactivation and creation: each account keeps its id.
    let li = Person::new("Li", "Wei");
    let old = okta.assign(&li).await.expect(201).id();
    okta.set_active_by_put(&old, false).await.expect(200);
    let new = okta.assign(&Person { email: "li.fang@harbor.example".to_owned(), ..li }).await.expect(201).id();
    room.wait_for_event("the second change", |event| event["userId"] == json!(new));
    assert_eq!(email_changes(&admin, &old).await[0].0, email_changes(&admin, &new).await[0].0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_goes_from_the_old_account_to_the_new_one_and_back() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.push(&id, &json!({"userName": "ada.li@harbor.example"})).await.expect(200);
    let mut terminal = Terminal::run(room.data(), &[], (100, 30));
    terminal.wait_for("live");
    terminal.press("2");
    terminal.wait_for("1 of 2");
    terminal.press("/ada.moreno\r");
    terminal.wait_for("1 of 1");
    terminal.press("\r");
    terminal.wait_for("inactive: replaced");
    terminal.press("l");
    terminal.wait_for("+ replaced by  ada.li@harbor.example");
    terminal.press("o");
    terminal.wait_for("+ replaces  ada.moreno@harbor.example");
    terminal.press("o");
    terminal.wait_for("+ replaced by  ada.li@harbor.example");
    // Through the event: it is about the new account.
    terminal.press("\r");
    terminal.wait_for("Okta changed the e-mail address of ada.moreno@harbor.example");
    terminal.press("p");
    terminal.wait_for("+ replaces  ada.moreno@harbor.example");
    terminal.press("\u{3}");
    assert_eq!(terminal.exit_code(), 0);
}
