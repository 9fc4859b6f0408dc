//! Chapter 5: the published schema is the one the service acts by, attribute by attribute.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use serde_json::{Map, Value, json};

use crate::{
    harness::{CANNOT_BE_KEPT, GROUP, HARBOR, Room, USER, sailor, scimroom, settings_with, tag},
    suite::suite,
};

suite! {
    line_039_users_behave_as_published,
    line_039_groups_behave_as_published,
    line_039_required_attributes_are_demanded,
    line_039_declared_extensions_behave_as_published,
    line_039_what_cannot_be_kept_cannot_be_declared,
}

/// A value that fits an attribute, from what is published about it.
fn sample(attribute: &Value) -> Value {
    let one = match attribute["type"].as_str().unwrap() {
        "boolean" => json!(true),
        "integer" => json!(7),
        "decimal" => json!(1.5),
        "dateTime" => json!("2026-09-01T08:00:00.000Z"),
        "binary" => json!("aGFyYm9y"),
        "reference" => json!("https://harbor.example/x"),
        "complex" => {
            let parts = attribute["subAttributes"].as_array().unwrap();
            let parts = parts.iter().filter(|part| part["mutability"] != "readOnly");
            parts.map(|part| (part["name"].as_str().unwrap().to_owned(), sample(part))).collect::<Map<_, _>>().into()
        }
        _ if attribute["canonicalValues"].is_array() => attribute["canonicalValues"][0].clone(),
        _ if attribute["uniqueness"] == "server" => json!(format!("{}@harbor.example", tag())),
        _ => json!("PT"),
    };
    if attribute["multiValued"] == true { json!([one]) } else { one }
}

fn attributes(room: &Room, urn: &str) -> Vec<Value> {
    room.get(&format!("/Schemas/{urn}")).expect(200)["attributes"].as_array().unwrap().clone()
}

/// A resource with every attribute of these schemas, what the schema says is kept of it, and what is not.
fn whole(room: &Room, base: &str, extensions: &[String]) -> (Value, Vec<(String, Value)>, Vec<String>) {
    let (mut body, mut kept, mut gone) = (json!({"schemas": [base]}), Vec::new(), Vec::new());
    for urn in std::iter::once(base).chain(extensions.iter().map(String::as_str)) {
        let holder = if urn == base { String::new() } else { format!("/{urn}") };
        for attribute in attributes(room, urn) {
            let name = attribute["name"].as_str().unwrap().to_owned();
            let (value, pointer) = (sample(&attribute), format!("{holder}/{name}"));
            if urn == base {
                body[&name] = value.clone();
            } else {
                body[urn][&name] = value.clone();
            }
            let shown = attribute["returned"] != "never" && attribute["mutability"] != "readOnly";
            if shown { kept.push((pointer, value)) } else { gone.push(pointer) }
        }
        if urn != base {
            body["schemas"].as_array_mut().unwrap().push(json!(urn));
        }
    }
    (body, kept, gone)
}

fn extensions_of(room: &Room, kind: &str) -> Vec<String> {
    let kind = room.get(&format!("/ResourceTypes/{kind}")).expect(200);
    let extensions = kind["schemaExtensions"].as_array().cloned().unwrap_or_default();
    extensions.iter().map(|extension| extension["schema"].as_str().unwrap().to_owned()).collect()
}

fn line_039_users_behave_as_published(room: &Room) {
    let (body, kept, gone) = whole(room, USER, &extensions_of(room, "User"));
    let created = room.post("/Users", &body).expect(201);
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    let put = room.put(&format!("/Users/{}", created.id()), &body).expect(200);
    for answer in [created, read, put] {
        let answer = kept.iter().fold(answer, |answer, (pointer, value)| answer.has(pointer, value.clone()));
        gone.iter().fold(answer, |answer, pointer| answer.lacks(pointer));
    }
}

fn line_039_groups_behave_as_published(room: &Room) {
    let published: Vec<Value> = attributes(room, GROUP);
    let names: Vec<&str> = published.iter().filter_map(|attribute| attribute["name"].as_str()).collect();
    assert!(names.contains(&"displayName") && names.contains(&"members"), "{names:?}");
    let name = tag();
    let user = room.user(&crate::harness::person(json!({})));
    let body = json!({"schemas": [GROUP], "displayName": name, "members": [{"value": user}]});
    let created = room.post("/Groups", &body).expect(201).has("/displayName", name).has("/members/0/value", user);
    for published in created.body.as_object().unwrap().keys() {
        let common = ["schemas", "id", "externalId", "meta"].contains(&published.as_str());
        assert!(common || names.contains(&published.as_str()), "{published} is not published.\n{created}");
    }
}

fn line_039_required_attributes_are_demanded(room: &Room) {
    for (kind, urn, endpoint) in [("User", USER, "/Users"), ("Group", GROUP, "/Groups")] {
        for attribute in attributes(room, urn).iter().filter(|attribute| attribute["required"] == true) {
            let name = attribute["name"].as_str().unwrap();
            let mut body = json!({"schemas": [urn]});
            for other in attributes(room, urn).iter().filter(|one| one["required"] == true && one["name"] != name) {
                body[other["name"].as_str().unwrap()] = sample(other);
            }
            let answer = room.post(endpoint, &body);
            // What the service fills in by itself is there without being sent, and cannot be taken away.
            if answer.status == 201 {
                assert!(!answer[name].is_null(), "{kind}: {name} is required and missing.\n{answer}");
                let remove = json!([{"op": "remove", "path": name}]);
                room.patch(&format!("{endpoint}/{}", answer.id()), remove).scim_error(400, Some("mutability"));
                continue;
            }
            let detail = answer.scim_error(400, Some("invalidValue"));
            assert!(detail.contains(name), "{kind}: the sentence names {name}: {detail}");
        }
    }
}

fn line_039_declared_extensions_behave_as_published(_: &Room) {
    let room = Room::with_harbor();
    assert!(extensions_of(&room, "User").iter().any(|urn| urn == HARBOR));
    let published = attributes(&room, HARBOR);
    for attribute in &published {
        let name = attribute["name"].as_str().unwrap();
        let created = room.post("/Users", &sailor(json!({name: sample(attribute)}), json!({}))).expect(201);
        let shown = attribute["returned"] != "never" && attribute["mutability"] != "readOnly";
        let pointer = crate::harness::harbor(name);
        if shown {
            created.has(&pointer, sample(attribute))
        } else {
            created.lacks(&pointer)
        };
    }
    let whole: Map<String, Value> =
        published.iter().map(|one| (one["name"].as_str().unwrap().to_owned(), sample(one))).collect();
    room.post("/Users", &sailor(whole.into(), json!({}))).expect(201);
}

fn line_039_what_cannot_be_kept_cannot_be_declared(_: &Room) {
    for characteristic in CANNOT_BE_KEPT {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("scimroom.toml"), settings_with(characteristic)).unwrap();
        // A service that starts all the same serves until it is stopped.
        let mut serve = scimroom(data.path());
        serve.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(line, "", "it starts with {characteristic}");
        assert!(error.contains("rank") && error.contains(HARBOR), "the sentence says which attribute: {error}");
    }
}
