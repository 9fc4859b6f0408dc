//! Chapter 4: users.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    harness::{Crew, ENTERPRISE, Room, USER, eventually, person, scimroom, tag},
    suite::suite,
};

suite! {
    line_026_user_names_are_required_and_not_empty,
    line_026_user_names_are_unique_as_prepared,
    line_026_user_names_are_given_back_as_sent,
    line_026_user_names_are_addresses_by_default,
    line_027_a_password_is_dropped,
    line_027_a_password_is_nowhere,
    line_028_an_inactive_user_cannot_log_in,
    line_032_values_are_kept_as_sent,
    line_032_values_are_compared_folded,
    line_032_certificates_and_photos_have_their_form,
    line_033_the_enterprise_extension_is_whole,
    line_033_a_managers_id_is_case_exact,
    line_033_a_managers_name_is_read_only,
    line_034_formats_of_languages_are_not_enforced,
}

fn line_026_user_names_are_required_and_not_empty(room: &Room) {
    for name in [Value::Null, json!(""), json!(" \t ")] {
        room.post("/Users", &person(json!({"userName": name}))).scim_error(400, Some("invalidValue"));
    }
    room.post("/Users", &json!({"schemas": [USER], "displayName": "Ada"})).scim_error(400, Some("invalidValue"));
}

fn line_026_user_names_are_unique_as_prepared(_: &Room) {
    let room = Room::with_any_name();
    // Case, composition, compatibility forms, sharp s, and characters that nobody sees.
    let pairs = [
        ("Bjensen", "BJENSEN"),
        ("Zoe\u{308}", "zo\u{eb}"),
        ("\u{fb01}nn", "FINN"),
        ("Strau\u{df}", "STRAUSS"),
        ("li\u{200b}wei", "liwei"),
        ("\u{ff21}da", "ada"),
    ];
    for (first, second) in pairs {
        let created = room.post("/Users", &person(json!({"userName": first}))).expect(201).has("/userName", first);
        room.post("/Users", &person(json!({"userName": second}))).scim_error(409, Some("uniqueness"));
        let found = room.list("/Users", &[("filter", &format!("userName eq \"{second}\""))]).expect(200);
        found.has("/totalResults", 1).has("/Resources/0/id", created.id());
    }
    // Letters that only look alike are others.
    room.post("/Users", &person(json!({"userName": "аda"}))).expect(201);
}

fn line_026_user_names_are_given_back_as_sent(room: &Room) {
    let name = format!("Ada.Moreno+{}@Harbor.Example", tag());
    let created = room.post("/Users", &person(json!({"userName": name}))).expect(201).has("/userName", name.as_str());
    room.get(&format!("/Users/{}", created.id())).expect(200).has("/userName", name.as_str());
    let filter = format!("userName eq \"{}\"", name.to_lowercase());
    let found = room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1);
    found.has("/Resources/0/userName", name);
}

fn line_026_user_names_are_addresses_by_default(room: &Room) {
    for name in ["bjensen", "ada moreno", "@harbor.example", "ada@"] {
        let detail = room.post("/Users", &person(json!({"userName": name}))).scim_error(400, Some("invalidValue"));
        assert!(detail.contains("Email"), "the sentence says what to set in Okta: {detail}");
    }
}

fn line_027_a_password_is_dropped(room: &Room) {
    let created = room.post("/Users", &person(json!({"password": "Qz81mvTT"}))).expect(201).lacks("/password");
    let target = format!("/Users/{}", created.id());
    let operations = json!([{"op": "replace", "path": "password", "value": "Other81mv"}]);
    room.patch(&target, operations).expect(200).lacks("/password");
    let operations = json!([{"op": "replace", "value": {"password": "Other81mv"}}]);
    let patched = room.patch(&target, operations).expect(200).lacks("/password");
    assert_eq!(patched.etag(), created.etag(), "nothing that is kept has changed.\n{patched}");
    room.get("/ServiceProviderConfig").expect(200).has("/changePassword/supported", false);
}

fn line_027_a_password_is_nowhere(_: &Room) {
    let room = Room::start_with(&[("RUST_LOG", "trace"), ("SCIMROOM_RATE_LIMIT", "0")], "");
    let canary = "Canary81mvTT";
    let body = person(json!({"password": canary, "title": "Analyst"}));
    let created = room.post("/Users", &body).expect(201);
    let target = format!("/Users/{}", created.id());
    let operations = json!([{"op": "replace", "path": "password", "value": canary}]);
    let answers = [
        room.put(&target, &body),
        room.patch(&target, operations),
        room.post("/Users", &body),
        room.post("/Users", &person(json!({"password": canary, "active": "perhaps"}))),
        room.request("POST", "/Users").raw(format!("{{\"password\": \"{canary}\", ")).send(),
        room.get("/Users"),
    ];
    for answer in answers {
        let shown = answer.text.contains(canary) || format!("{:?}", answer.headers).contains(canary);
        assert!(!shown, "{answer}");
    }
    eventually("all of it is recorded", || {
        room.cli(&["event", "list"]).as_array().is_some_and(|events| events.len() >= 7)
    });
    for event in room.cli(&["event", "list"]).as_array().unwrap() {
        let event = room.cli(&["event", "show", &event["id"].to_string()]).to_string();
        assert!(!event.contains(canary), "{event}");
    }
    assert!(!room.log().contains(canary), "the log holds it");
    assert!(!holds(room.data(), canary), "the data directory holds it");
}

/// Whether any file below a directory holds a text.
fn holds(directory: &Path, text: &str) -> bool {
    fs::read_dir(directory).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    })
}

fn line_028_an_inactive_user_cannot_log_in(room: &Room) {
    let body = person(json!({}));
    let (target, name) = (format!("/Users/{}", room.user(&body)), body["userName"].as_str().unwrap());
    let elsewhere = tempfile::tempdir().unwrap();
    let as_guest = |arguments: &[&str]| {
        let mut command = scimroom(elsewhere.path());
        command.args(arguments).output().unwrap().status.success()
    };
    let code = || room.cli(&["user", "sign-in-code", name])["code"].as_str().unwrap().to_owned();
    assert!(as_guest(&["login", room.url(), "--code", &code()]), "an active user logs in");
    assert!(as_guest(&["--url", room.url(), "user", "list"]));
    let unused = code();
    room.patch(&target, json!([{"op": "replace", "value": {"active": false}}])).expect(200).has("/active", false);
    assert!(!as_guest(&["--url", room.url(), "user", "list"]), "the session has ended");
    assert!(!as_guest(&["login", room.url(), "--code", &unused]), "a code from before does not help");
    assert!(!room.run(&["user", "sign-in-code", name]).status.success(), "and there is no new one");
    // Okta still sees the account, under its id.
    room.get(&target).expect(200).has("/active", false);
}

fn line_032_values_are_kept_as_sent(room: &Room) {
    let sent = json!({
        "emails": [{"value": "Ada.MORENO@Harbor.Example", "type": "work"}],
        "phoneNumbers": [{"value": "+351 (21) 555-01-00", "type": "work"}],
        "addresses": [{"country": "Portugal", "locality": "Lisboa"}, {"country": "pt", "locality": "Porto"}],
    });
    let created = room.post("/Users", &person(sent.clone())).expect(201);
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    for name in ["emails", "phoneNumbers", "addresses"] {
        assert_eq!(read[name], sent[name], "{read}");
    }
}

fn line_032_values_are_compared_folded(room: &Room) {
    let email = json!({"emails": [{"value": "Ada.MORENO@Harbor.Example"}]});
    let crew = Crew::new(room, &[email, json!({"addresses": [{"country": "PT"}]})]);
    crew.finds("emails.value eq \"ada.moreno@harbor.example\"", "0");
    crew.finds("addresses.country eq \"pt\"", "1");
}

fn line_032_certificates_and_photos_have_their_form(room: &Room) {
    let photo = json!([{"value": "https://photos.example/ada.jpg", "type": "photo"}]);
    let certificate = json!([{"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAw"}]);
    let body = person(json!({"photos": photo, "x509Certificates": certificate}));
    room.post("/Users", &body).expect(201).has("/photos", photo).has("/x509Certificates", certificate);
    let body = person(json!({"x509Certificates": [{"value": "no base64!"}]}));
    room.post("/Users", &body).scim_error(400, Some("invalidValue"));
}

fn line_033_the_enterprise_extension_is_whole(room: &Room) {
    let whole = json!({
        "employeeNumber": "701984", "costCenter": "4130", "organization": "Harbor", "division": "North", "department": "Data",
        "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d", "$ref": "../Users/26118915-6090-4610-87e4-49d8ca9f808d"},
    });
    let body = person(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: whole}));
    let created = room.post("/Users", &body).expect(201);
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    for (name, value) in whole.as_object().unwrap() {
        assert_eq!(&read[ENTERPRISE][name], value, "{read}");
    }
}

fn line_033_a_managers_id_is_case_exact(room: &Room) {
    let crew = Crew::new(room, &[json!({ENTERPRISE: {"manager": {"value": "aB7"}}})]);
    crew.finds(&format!("{ENTERPRISE}:manager.value eq \"aB7\""), "0");
    crew.finds(&format!("{ENTERPRISE}:manager.value eq \"ab7\""), "");
}

fn line_033_a_managers_name_is_read_only(room: &Room) {
    let manager = json!({"value": "7", "displayName": "Somebody"});
    let created = room.post("/Users", &person(json!({ENTERPRISE: {"manager": manager}}))).expect(201);
    assert_ne!(created[ENTERPRISE]["manager"]["displayName"], "Somebody", "{created}");
    let path = format!("{ENTERPRISE}:manager.displayName");
    let operations = json!([{"op": "replace", "path": path, "value": "Somebody"}]);
    room.patch(&format!("/Users/{}", created.id()), operations).scim_error(400, Some("mutability"));
}

fn line_034_formats_of_languages_are_not_enforced(room: &Room) {
    for (name, value) in [
        ("locale", "en_US"),
        ("locale", "en-US"),
        ("preferredLanguage", "en-GB;q=0.8, fr"),
        ("preferredLanguage", "English"),
        ("timezone", "Europe/Lisbon"),
        ("timezone", "WET"),
    ] {
        room.post("/Users", &person(json!({name: value}))).expect(201).has(&format!("/{name}"), value);
    }
}
