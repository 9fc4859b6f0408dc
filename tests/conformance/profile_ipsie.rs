//! The IPSIE profile of SCIM: access, users, groups.

use std::thread;

use serde_json::{Value, json};

use crate::{
    harness::{BULK, ERROR, GROUP, Room, eventually, person, scimroom, tag},
    suite::suite,
};

suite! {
    ipsie_001_everything_but_discovery_needs_a_token,
    ipsie_004_a_token_opens_scim_alone,
    ipsie_008_too_many_requests_are_429,
    ipsie_009_twenty_five_requests_a_second_are_taken,
    ipsie_010_bulk_is_offered,
    ipsie_011_one_patch_changes_several_attributes,
    ipsie_012_patch_deactivates_and_reactivates,
    ipsie_013_sessions_end_at_once,
    ipsie_014_codes_are_void_too,
    ipsie_015_reactivation_gives_access_back,
    ipsie_016_users_are_deleted,
    ipsie_017_a_deleted_users_name_is_free,
    ipsie_018_users_are_read,
    ipsie_019_users_are_looked_up,
    ipsie_020_users_are_created_and_updated,
    ipsie_023_users_have_their_attributes,
    ipsie_024_a_password_is_dropped,
    ipsie_025_no_schema_holds_credentials,
    ipsie_026_the_list_holds_inactive_users_too,
    ipsie_027_pages_are_small,
    ipsie_028_cursors_are_offered,
    ipsie_029_groups_have_their_attributes,
    ipsie_030_no_two_groups_have_one_name,
    ipsie_031_groups_are_created_with_and_without_members,
    ipsie_032_groups_are_read,
    ipsie_033_groups_are_looked_up,
    ipsie_034_fifty_changes_of_members_in_one_patch,
    ipsie_035_errors_tell_nothing_internal,
    ipsie_037_changes_are_logged,
}

fn ipsie_001_everything_but_discovery_needs_a_token(room: &Room) {
    for client in [room.stranger(), room.with_token("nonsense")] {
        for path in ["/Users", "/Users/nobody", "/Groups", "/Groups/nobody", "/Me", "/Roles", "/nobody", "/"] {
            client.get(path).scim_error(401, None);
        }
        for path in ["/Users", "/Groups", "/Bulk", "/.search"] {
            client.post(path, &json!({})).scim_error(401, None);
        }
        client.get("/ServiceProviderConfig").expect(200);
    }
}

fn ipsie_004_a_token_opens_scim_alone(room: &Room) {
    for path in ["users", "tokens", "events", "workspace", "whoami"] {
        let answer = room.get(&format!("{}/api/v1/{path}", room.url()));
        assert_eq!(answer.status, 401, "{answer}");
    }
}

fn ipsie_008_too_many_requests_are_429(_: &Room) {
    let room = Room::start_with(&[("SCIMROOM_RATE_LIMIT", "1")], "");
    for (method, target) in [("GET", "/Users"), ("POST", "/Users"), ("GET", "/Groups")] {
        let refused = (0..200).map(|_| room.request(method, target).json(&person(json!({}))).send());
        let refused = refused.into_iter().find(|answer| answer.status == 429);
        let refused = refused.unwrap_or_else(|| panic!("{method} {target}: 200 requests were not too many"));
        refused.scim_error(429, None);
        assert!(refused.header("retry-after").is_some_and(|after| after.parse::<u64>().is_ok()), "{refused}");
    }
}

fn ipsie_009_twenty_five_requests_a_second_are_taken(_: &Room) {
    let room = Room::start_with(&[], "");
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    for second in 0..3 {
        let began = std::time::Instant::now();
        for place in 0..25 {
            let answer = match place % 3 {
                0 => room.get(&target),
                1 => room.get("/Users?count=1"),
                _ => room
                    .patch(&target, json!([{"op": "replace", "path": "title", "value": format!("{second} {place}")}])),
            };
            answer.expect(200);
        }
        thread::sleep(std::time::Duration::from_secs(1).saturating_sub(began.elapsed()));
    }
}

fn ipsie_010_bulk_is_offered(room: &Room) {
    let config = room.get("/ServiceProviderConfig").expect(200).has("/bulk/supported", true);
    assert!(config["bulk"]["maxOperations"].as_u64() >= Some(100), "{config}");
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": person(json!({}))});
    let answer = room.post("/Bulk", &json!({"schemas": [BULK], "Operations": [operation]}));
    answer.expect(200).has("/Operations/0/status", "201");
}

fn ipsie_011_one_patch_changes_several_attributes(room: &Room) {
    let created = room.post("/Users", &person(json!({"name": {"givenName": "Ada"}}))).expect(201);
    let target = format!("/Users/{}", created.id());
    let mut operations = json!([
        {"op": "replace", "path": "displayName", "value": "A"},
        {"op": "replace", "path": "name.givenName", "value": "Grace"},
        {"op": "replace", "path": "active", "value": false},
    ]);
    let changed = room.patch(&target, operations.clone()).expect(200);
    changed.has("/displayName", "A").has("/name/givenName", "Grace").has("/active", false);
    operations[0]["value"] = json!("B");
    operations[2]["value"] = json!("perhaps");
    room.patch(&target, operations).scim_error(400, Some("invalidValue"));
    room.get(&target).expect(200).has("/displayName", "A");
}

fn ipsie_012_patch_deactivates_and_reactivates(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    for active in [false, true] {
        room.patch(&target, json!([{"op": "replace", "path": "active", "value": active}])).expect(200);
        room.get(&target).expect(200).has("/active", active);
    }
}

/// A person elsewhere who may sign in here.
struct Guest<'a> {
    room: &'a Room,
    home: tempfile::TempDir,
    name: String,
    target: String,
}

impl<'a> Guest<'a> {
    fn new(room: &'a Room) -> Self {
        let body = person(json!({}));
        let target = format!("/Users/{}", room.user(&body));
        Self { room, home: tempfile::tempdir().unwrap(), name: body["userName"].as_str().unwrap().to_owned(), target }
    }

    fn code(&self) -> String {
        self.room.cli(&["user", "sign-in-code", &self.name])["code"].as_str().unwrap().to_owned()
    }

    fn signs_in(&self, code: &str) -> bool {
        let mut command = scimroom(self.home.path());
        command.args(["login", self.room.url(), "--code", code]).output().unwrap().status.success()
    }

    fn reads(&self) -> bool {
        let mut command = scimroom(self.home.path());
        command.args(["--url", self.room.url(), "user", "list"]).output().unwrap().status.success()
    }

    fn set_active(&self, active: bool) {
        let operations = json!([{"op": "replace", "path": "active", "value": active}]);
        self.room.patch(&self.target, operations).expect(200);
    }
}

fn ipsie_013_sessions_end_at_once(room: &Room) {
    let guest = Guest::new(room);
    assert!(guest.signs_in(&guest.code()) && guest.reads());
    guest.set_active(false);
    assert!(!guest.reads());
}

fn ipsie_014_codes_are_void_too(room: &Room) {
    let guest = Guest::new(room);
    let code = guest.code();
    guest.set_active(false);
    assert!(!guest.signs_in(&code));
}

fn ipsie_015_reactivation_gives_access_back(room: &Room) {
    let guest = Guest::new(room);
    assert!(guest.signs_in(&guest.code()));
    guest.set_active(false);
    guest.set_active(true);
    assert!(!guest.reads(), "an ended session stays ended");
    assert!(guest.signs_in(&guest.code()) && guest.reads());
}

fn ipsie_016_users_are_deleted(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    room.delete(&target).expect(204);
    room.get(&target).scim_error(404, None);
}

fn ipsie_017_a_deleted_users_name_is_free(room: &Room) {
    let body = person(json!({}));
    room.delete(&format!("/Users/{}", room.user(&body))).expect(204);
    room.post("/Users", &body).expect(201);
}

fn ipsie_018_users_are_read(room: &Room) {
    let id = room.user(&person(json!({})));
    room.get(&format!("/Users/{id}")).expect(200).has("/id", id);
}

fn ipsie_019_users_are_looked_up(room: &Room) {
    let mark = tag();
    let (work, home) = (format!("{mark}@work.example"), format!("{mark}@home.example"));
    let emails = json!([{"value": work, "type": "work"}, {"value": home, "type": "home"}]);
    let body = person(json!({"externalId": mark, "emails": emails}));
    let id = room.user(&body);
    let name = body["userName"].as_str().unwrap();
    for (filter, total) in [
        (format!("userName eq \"{name}\""), 1),
        (format!("username eq \"{name}\""), 1),
        (format!("userName eq \"not-{name}\""), 0),
        (format!("externalId eq \"{mark}\""), 1),
        (format!("emails[value eq \"{home}\"]"), 1),
        (format!("emails[value eq \"not-{home}\"]"), 0),
        (format!("emails[type eq \"work\" and value eq \"{work}\"]"), 1),
        (format!("emails[type eq \"work\" and value eq \"{home}\"]"), 0),
        (format!("emails.value eq \"{home}\""), 1),
    ] {
        let found = room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", total);
        if total == 1 {
            found.has("/Resources/0/id", id.as_str());
        }
    }
}

fn ipsie_020_users_are_created_and_updated(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({"displayName": "Ada"}))));
    room.patch(&target, json!([{"op": "replace", "path": "displayName", "value": "A"}]))
        .expect(200)
        .has("/displayName", "A");
}

fn names(room: &Room, urn: &str) -> Vec<String> {
    let schema = room.get(&format!("/Schemas/{urn}")).expect(200);
    let attributes = schema["attributes"].as_array().unwrap().iter();
    attributes.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn ipsie_023_users_have_their_attributes(room: &Room) {
    let published = names(room, "urn:ietf:params:scim:schemas:core:2.0:User");
    for name in ["userName", "displayName", "active"] {
        assert!(published.iter().any(|one| one == name), "{name} is missing: {published:?}");
    }
    let body = person(json!({"displayName": "Ada", "active": true, "externalId": tag()}));
    let read = room.get(&format!("/Users/{}", room.user(&body))).expect(200);
    for name in ["userName", "displayName", "active", "externalId"] {
        assert_eq!(read[name], body[name], "{read}");
    }
}

fn ipsie_024_a_password_is_dropped(room: &Room) {
    let created = room.post("/Users", &person(json!({"password": "Qz81mvTT"}))).expect(201).lacks("/password");
    assert!(!created.text.contains("Qz81mvTT"), "{created}");
    room.get("/ServiceProviderConfig").expect(200).has("/changePassword/supported", false);
}

fn ipsie_025_no_schema_holds_credentials(room: &Room) {
    for schema in room.get("/Schemas").resources() {
        for attribute in schema["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap().to_lowercase();
            // `password` is the core schema's own, kept by nobody (line 24).
            let secret = ["secret", "hash", "totp", "otp", "seed", "privatekey", "passkey", "credential"];
            assert!(!secret.iter().any(|word| name.contains(word)), "{} has {name}", schema["id"]);
        }
    }
}

fn ipsie_026_the_list_holds_inactive_users_too(_: &Room) {
    let room = Room::start();
    let ids: Vec<Value> = [true, false, true].map(|active| json!(room.user(&person(json!({"active": active}))))).into();
    assert_eq!(room.get("/Users").column("/id"), ids);
}

fn ipsie_027_pages_are_small(room: &Room) {
    let most = room.get("/ServiceProviderConfig").expect(200)["filter"]["maxResults"].clone();
    assert!(most.as_u64().is_some_and(|most| most <= 1000), "{most}");
    assert!(room.get("/Users?count=5000").resources().len() <= 1000);
}

fn ipsie_028_cursors_are_offered(room: &Room) {
    room.get("/ServiceProviderConfig").expect(200).has("/pagination/cursor", true);
    for _ in 0..2 {
        room.user(&person(json!({})));
    }
    let first = room.get("/Users?count=1&cursor=").expect(200);
    assert!(first["nextCursor"].is_string(), "{first}");
}

fn ipsie_029_groups_have_their_attributes(room: &Room) {
    let published = names(room, GROUP);
    for name in ["displayName", "members"] {
        assert!(published.iter().any(|one| one == name), "{name} is missing: {published:?}");
    }
    let body = json!({"schemas": [GROUP], "displayName": tag(), "externalId": tag()});
    let read = room.get(&format!("/Groups/{}", room.group(&body))).expect(200);
    read.has("/displayName", body["displayName"].clone()).has("/externalId", body["externalId"].clone());
}

fn ipsie_030_no_two_groups_have_one_name(room: &Room) {
    let body = json!({"schemas": [GROUP], "displayName": tag()});
    room.group(&body);
    room.post("/Groups", &body).scim_error(409, Some("uniqueness"));
}

fn ipsie_031_groups_are_created_with_and_without_members(room: &Room) {
    room.group(&json!({"schemas": [GROUP], "displayName": tag()}));
    room.group(&json!({"schemas": [GROUP], "displayName": tag(), "members": []}));
    let user = room.user(&person(json!({})));
    room.group(&json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]}));
}

fn ipsie_032_groups_are_read(room: &Room) {
    let user = room.user(&person(json!({})));
    let id = room.group(&json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]}));
    room.get(&format!("/Groups/{id}")).expect(200).has("/members/0/value", user);
    let list = room.get("/Groups?count=200&excludedAttributes=members");
    assert!(list.column("/id").contains(&json!(id)), "{list}");
    assert!(list.column("/members").iter().all(Value::is_null), "{list}");
}

fn ipsie_033_groups_are_looked_up(room: &Room) {
    let (user, stranger) = (room.user(&person(json!({}))), room.user(&person(json!({}))));
    let (name, external) = (tag(), tag());
    let body = json!({"schemas": [GROUP], "displayName": name, "externalId": external, "members": [{"value": user}]});
    let id = room.group(&body);
    for (filter, total) in [
        (format!("displayName eq \"{name}\""), 1),
        (format!("externalId eq \"{external}\""), 1),
        (format!("members[value eq \"{user}\"]"), 1),
        (format!("members.value eq \"{user}\""), 1),
        (format!("displayName eq \"not-{name}\""), 0),
        (format!("externalId eq \"not-{external}\""), 0),
        (format!("members[value eq \"{stranger}\"]"), 0),
    ] {
        let found = room.list("/Groups", &[("filter", &filter)]).expect(200).has("/totalResults", total);
        if total == 1 {
            found.has("/Resources/0/id", id.as_str());
        }
    }
}

fn ipsie_034_fifty_changes_of_members_in_one_patch(room: &Room) {
    let ids: Vec<String> = (0..50).map(|_| room.user(&person(json!({})))).collect();
    let target = format!("/Groups/{}", room.group(&json!({"schemas": [GROUP], "displayName": tag()})));
    let patch = |operations: Vec<Value>| {
        let answer = room.patch(&target, operations.into());
        assert!(answer.status == 200 || answer.status == 204, "{answer}");
        room.get(&target).expect(200)["members"].as_array().map_or(0, Vec::len)
    };
    let add = |id: &String| json!({"op": "add", "path": "members", "value": [{"value": id}]});
    let remove = |id: &String| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")});
    assert_eq!(patch(ids.iter().map(add).collect()), 50);
    assert_eq!(patch(ids.iter().map(remove).collect()), 0);
    let mixed = ids[..25].iter().map(add).chain(ids[..5].iter().map(remove)).chain(ids[25..].iter().map(add));
    assert_eq!(patch(mixed.collect()), 45);
}

fn ipsie_035_errors_tell_nothing_internal(room: &Room) {
    let body = person(json!({}));
    room.user(&body);
    for answer in [
        room.post("/Users", &body),
        room.get("/Users/nobody"),
        room.list("/Users", &[("filter", "'")]),
        room.put("/Users", &body),
        room.stranger().get("/Users"),
        room.request("POST", "/Users").raw("{").send(),
        room.request("POST", "/Users").header("content-type", "text/plain").raw("x").send(),
    ] {
        assert_eq!(answer["schemas"], json!([ERROR]), "{answer}");
        for internal in ["src/", ".rs:", "panicked", "SELECT", "sqlite", "rusqlite", "UNIQUE constraint", "/tmp"] {
            assert!(!answer.text.contains(internal), "{internal}\n{answer}");
        }
    }
}

fn ipsie_037_changes_are_logged(room: &Room) {
    let id = room.user(&person(json!({})));
    let target = format!("/Users/{id}");
    room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])).expect(200);
    room.delete(&target).expect(204);
    eventually("create, update and delete are in the log", || {
        let events = room.cli(&["event", "list", "--user", &id]);
        let has = |action: &str| events.as_array().unwrap().iter().any(|event| event["action"] == action);
        has("create") && has("update") && has("delete")
    });
}
