//! Chapter 9: the message, its order, its answer, and what is refused.

use serde_json::{Value, json};

use crate::{
    harness::{ENTERPRISE, PATCH_OP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_076_the_message_has_its_uri_and_operations,
    line_076_operations_are_of_a_known_kind,
    line_076_op_stands_in_any_case,
    line_077_each_operation_sees_the_last,
    line_077_all_or_nothing,
    line_078_users_are_answered_whole,
    line_078_attributes_are_answered,
    line_079_a_new_primary_takes_it_from_the_old,
    line_079_primaries_count_across_operations,
    line_080_extensions_join_and_leave_schemas,
    line_081_what_changes_nothing_leaves_the_version,
    line_082_read_only_attributes_are_refused,
    line_082_required_attributes_stay,
    line_083_faults_are_judged_in_order,
    line_083_bad_brackets_and_bad_filters_differ,
    line_084_an_id_in_a_value_must_be_the_users_own,
    line_085_names_in_values_may_be_dotted,
    line_086_a_value_is_needed,
    line_086_null_clears,
    line_087_a_thousand_operations_are_taken,
    line_087_more_or_larger_is_413,
}

/// Everything that can be patched, for the tests below.
fn ada() -> Value {
    person(json!({
        "schemas": [USER, ENTERPRISE], "externalId": tag(), "displayName": "Ada", "title": "Analyst",
        "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"value": "a@b.example", "type": "work", "primary": true}, {"value": "c@d.example", "type": "home"}],
        ENTERPRISE: {"department": "Data"},
    }))
}

fn line_076_the_message_has_its_uri_and_operations(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operation = json!({"op": "remove", "path": "title"});
    for body in [
        json!({"Operations": [operation]}),
        json!({"schemas": [USER], "Operations": [operation]}),
        json!({"schemas": [PATCH_OP]}),
        json!({"schemas": [PATCH_OP], "Operations": []}),
        json!({"schemas": [PATCH_OP], "Operations": null}),
        json!({"schemas": [PATCH_OP], "Operations": operation}),
        json!({"schemas": [PATCH_OP], "Operations": ["remove"]}),
        json!([operation]),
    ] {
        room.request("PATCH", &target).json(&body).send().scim_error(400, Some("invalidSyntax"));
    }
    room.get(&target).expect(200).has("/title", "Analyst");
}

fn line_076_operations_are_of_a_known_kind(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for op in [json!("move"), json!(""), json!(null), json!(7), json!(["add"])] {
        let operations = json!([{"op": op, "path": "title", "value": "x"}]);
        room.patch(&target, operations).scim_error(400, Some("invalidSyntax"));
    }
    room.patch(&target, json!([{"path": "title", "value": "x"}])).scim_error(400, Some("invalidSyntax"));
    room.patch(&target, json!([{"op": "add", "path": 7, "value": "x"}])).scim_error(400, Some("invalidSyntax"));
}

fn line_076_op_stands_in_any_case(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for (op, title) in [("Add", "a"), ("REPLACE", "b"), ("Replace", "c")] {
        room.patch(&target, json!([{"op": op, "path": "title", "value": title}])).expect(200).has("/title", title);
    }
    room.patch(&target, json!([{"op": "Remove", "path": "title"}])).expect(200).lacks("/title");
}

fn line_077_each_operation_sees_the_last(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = json!([
        {"op": "add", "path": "emails", "value": [{"value": "e@f.example", "type": "other"}]},
        {"op": "replace", "path": "emails[type eq \"other\"].value", "value": "g@h.example"},
        {"op": "remove", "path": "emails[type eq \"home\"]"},
        {"op": "replace", "path": "title", "value": "first"},
        {"op": "replace", "path": "title", "value": "last"},
    ]);
    let changed = room.patch(&target, operations).expect(200).has("/title", "last");
    changed.has("/emails/1", json!({"value": "g@h.example", "type": "other"})).lacks("/emails/2");
}

fn line_077_all_or_nothing(room: &Room) {
    let created = room.post("/Users", &ada()).expect(201);
    let target = format!("/Users/{}", created.id());
    for (fault, status, keyword) in [
        (json!({"op": "replace", "path": "boat", "value": "x"}), 400, "invalidPath"),
        (json!({"op": "replace", "path": "id", "value": "x"}), 400, "mutability"),
        (json!({"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}), 400, "noTarget"),
        (json!({"op": "replace", "path": "active", "value": "perhaps"}), 400, "invalidValue"),
    ] {
        let operations = json!([{"op": "replace", "path": "title", "value": "changed"}, fault]);
        room.patch(&target, operations).scim_error(status, Some(keyword));
    }
    assert_eq!(room.get(&target).expect(200).body, created.body);
}

fn line_078_users_are_answered_whole(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    // Okta's way of ending an account; its oldest suite wants 200 and the user.
    let changed = room.patch(&target, json!([{"op": "replace", "value": {"active": false}}])).expect(200);
    let changed = changed.has("/active", false).has("/title", "Analyst");
    assert_eq!(changed["meta"]["version"], changed.etag(), "{changed}");
    assert_eq!(room.get(&target).expect(200).body, changed.body);
}

fn line_078_attributes_are_answered(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = json!([{"op": "replace", "path": "title", "value": "Captain"}]);
    let only = room.patch(&format!("{target}?attributes=title"), operations.clone()).expect(200);
    only.has("/title", "Captain").lacks("/userName").lacks("/meta");
    let without = room.patch(&format!("{target}?excludedAttributes=title"), operations).expect(200);
    without.lacks("/title").has("/displayName", "Ada");
}

/// The addresses that are primary.
fn primaries(user: &Value) -> Vec<&Value> {
    let emails = user["emails"].as_array().unwrap();
    emails.iter().filter(|email| email["primary"] == json!(true)).map(|email| &email["value"]).collect()
}

fn line_079_a_new_primary_takes_it_from_the_old(room: &Room) {
    for operation in [
        json!({"op": "add", "path": "emails", "value": [{"value": "new@b.example", "primary": true}]}),
        json!({"op": "add", "path": "emails", "value": {"value": "new@b.example", "primary": true}}),
        json!({"op": "add", "value": {"emails": [{"value": "new@b.example", "primary": true}]}}),
    ] {
        let target = format!("/Users/{}", room.user(&ada()));
        let changed = room.patch(&target, json!([operation])).expect(200);
        assert_eq!(primaries(&changed.body), ["new@b.example"], "{changed}");
    }
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = json!([{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}]);
    let changed = room.patch(&target, operations).expect(200);
    assert_eq!(primaries(&changed.body), ["c@d.example"], "{changed}");
}

fn line_079_primaries_count_across_operations(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = json!([
        {"op": "add", "path": "emails", "value": [{"value": "e@f.example", "primary": true}]},
        {"op": "add", "path": "emails", "value": [{"value": "g@h.example", "primary": true}]},
    ]);
    let changed = room.patch(&target, operations).expect(200);
    assert_eq!(primaries(&changed.body), ["g@h.example"], "{changed}");
    assert_eq!(changed["emails"].as_array().map(Vec::len), Some(4), "{changed}");
}

fn line_080_extensions_join_and_leave_schemas(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    let path = format!("{ENTERPRISE}:department");
    let added = room.patch(&target, json!([{"op": "add", "path": path, "value": "Data"}])).expect(200);
    let added = added.has(&format!("/{ENTERPRISE}/department"), "Data");
    assert!(added["schemas"].as_array().unwrap().contains(&json!(ENTERPRISE)), "{added}");
    let removed = room.patch(&target, json!([{"op": "remove", "path": path}])).expect(200);
    removed.lacks(&format!("/{ENTERPRISE}")).has("/schemas", json!([USER]));
    let nested = json!([{"op": "add", "value": {ENTERPRISE: {"costCenter": "7"}}}]);
    let added = room.patch(&target, nested).expect(200).has(&format!("/{ENTERPRISE}"), json!({"costCenter": "7"}));
    assert!(added["schemas"].as_array().unwrap().contains(&json!(ENTERPRISE)), "{added}");
}

fn line_081_what_changes_nothing_leaves_the_version(room: &Room) {
    let created = room.post("/Users", &ada()).expect(201);
    let target = format!("/Users/{}", created.id());
    std::thread::sleep(std::time::Duration::from_millis(5));
    for operation in [
        json!({"op": "add", "path": "title", "value": "Analyst"}),
        json!({"op": "replace", "path": "title", "value": "Analyst"}),
        json!({"op": "add", "path": "emails", "value": [{"value": "c@d.example", "type": "home"}]}),
        json!({"op": "replace", "path": "name", "value": {"givenName": "Ada"}}),
        json!({"op": "replace", "value": {"displayName": "Ada", "name.familyName": "Moreno"}}),
        json!({"op": "remove", "path": "nickName"}),
        json!({"op": "remove", "path": "emails[type eq \"none\"]"}),
        json!({"op": "replace", "path": "emails", "value": created["emails"]}),
    ] {
        let same = room.patch(&target, json!([operation])).expect(200);
        assert_eq!((same.etag(), &same.body), (created.etag(), &created.body), "{same}");
    }
    let put = room.put(&target, &created.body).expect(200);
    assert_eq!((put.etag(), &put.body), (created.etag(), &created.body), "sending back what was read.\n{put}");
}

fn line_082_read_only_attributes_are_refused(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for path in ["id", "meta", "meta.created", "meta.version", "groups", "groups[value eq \"x\"]"] {
        for op in ["add", "replace", "remove"] {
            let operations = json!([{"op": op, "path": path, "value": "x"}]);
            room.patch(&target, operations).scim_error(400, Some("mutability"));
        }
    }
    let manager = format!("{ENTERPRISE}:manager.displayName");
    room.patch(&target, json!([{"op": "add", "path": manager, "value": "Li"}])).scim_error(400, Some("mutability"));
}

fn line_082_required_attributes_stay(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    room.patch(&target, json!([{"op": "remove", "path": "userName"}])).scim_error(400, Some("mutability"));
    for empty in [json!(null), json!(""), json!("  ")] {
        for operation in [
            json!({"op": "replace", "path": "userName", "value": empty}),
            json!({"op": "replace", "value": {"userName": empty}}),
        ] {
            room.patch(&target, json!([operation])).scim_error(400, Some("mutability"));
        }
    }
    for operation in
        [json!({"op": "remove", "path": "schemas"}), json!({"op": "replace", "path": "schemas", "value": [ENTERPRISE]})]
    {
        room.patch(&target, json!([operation])).scim_error(400, Some("mutability"));
    }
}

fn line_083_faults_are_judged_in_order(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let cases = [
        // The envelope before any path, also that of a later operation.
        (json!([{"op": "add", "path": "boat", "value": 1}, {"op": "move", "path": ".."}]), "invalidSyntax"),
        // A path that cannot be read before one that nobody knows.
        (json!([{"op": "add", "path": "boat", "value": 1}, {"op": "add", "path": "a..b", "value": 1}]), "invalidPath"),
        // An unknown path before its value.
        (json!([{"op": "add", "path": "boat", "value": {"x": []}}]), "invalidPath"),
        // Mutability before the value.
        (json!([{"op": "replace", "path": "id", "value": {"x": []}}]), "mutability"),
        // The value before its target.
        (json!([{"op": "replace", "path": "emails[type eq \"none\"].primary", "value": "perhaps"}]), "invalidValue"),
        (json!([{"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}]), "noTarget"),
    ];
    for (operations, keyword) in cases {
        room.patch(&target, operations).scim_error(400, Some(keyword));
    }
    let taken = person(json!({}));
    room.user(&taken);
    let clash = json!({"op": "replace", "path": "userName", "value": taken["userName"]});
    let operations = json!([clash, {"op": "replace", "path": "emails[type eq \"none\"].value", "value": "x"}]);
    room.patch(&target, operations).scim_error(400, Some("noTarget"));
    room.patch(&target, json!([clash])).scim_error(409, Some("uniqueness"));
}

fn line_083_bad_brackets_and_bad_filters_differ(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for path in [
        "emails[type eq \"work\"",
        "emails]",
        "emails[type eq \"work\"]value",
        "emails.value[type pr]",
        "",
        "1a",
        "a b",
    ] {
        let answer = room.patch(&target, json!([{"op": "remove", "path": path}]));
        // A blank path is none, and remove needs one.
        answer.scim_error(400, Some(if path.is_empty() { "noTarget" } else { "invalidPath" }));
    }
    for path in ["emails[]", "emails[type]", "emails[type eq work]", "emails[type is \"work\"]", "emails[type gt]"] {
        room.patch(&target, json!([{"op": "remove", "path": path}])).scim_error(400, Some("invalidFilter"));
    }
}

fn line_084_an_id_in_a_value_must_be_the_users_own(room: &Room) {
    let created = room.post("/Users", &ada()).expect(201);
    let target = format!("/Users/{}", created.id());
    let value = json!({"id": created.id(), "schemas": created["schemas"], "meta": created["meta"], "title": "Captain"});
    room.patch(&target, json!([{"op": "replace", "value": value}])).expect(200).has("/title", "Captain");
    let other = json!([{"op": "replace", "value": {"id": "another", "title": "Pilot"}}]);
    room.patch(&target, other).scim_error(400, Some("mutability"));
    room.get(&target).expect(200).has("/title", "Captain");
}

fn line_085_names_in_values_may_be_dotted(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let department = format!("{ENTERPRISE}:department");
    let value = json!({
        "name.familyName": "Li", department.as_str(): "Sales", "emails[type eq \"work\"].value": "li@b.example", "active": "False",
    });
    let changed = room.patch(&target, json!([{"op": "Replace", "value": value}])).expect(200);
    let changed = changed.has("/name", json!({"givenName": "Ada", "familyName": "Li"})).has("/active", false);
    changed.has(&format!("/{ENTERPRISE}/department"), "Sales").has("/emails/0/value", "li@b.example");
    let changed = room.patch(&target, json!([{"op": "add", "value": {"name.middleName": "B"}}])).expect(200);
    changed.has("/name/middleName", "B");
}

fn line_086_a_value_is_needed(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for op in ["add", "replace"] {
        room.patch(&target, json!([{"op": op, "path": "title"}])).scim_error(400, Some("invalidValue"));
        room.patch(&target, json!([{"op": op}])).scim_error(400, Some("invalidValue"));
        for value in [json!("x"), json!([]), json!(7)] {
            room.patch(&target, json!([{"op": op, "value": value}])).scim_error(400, Some("invalidValue"));
        }
    }
    room.get(&target).expect(200).has("/title", "Analyst");
}

fn line_086_null_clears(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    room.patch(&target, json!([{"op": "replace", "path": "title", "value": null}])).expect(200).lacks("/title");
    let cleared = json!([{"op": "replace", "value": {"displayName": null, "emails": [], "name": null}}]);
    room.patch(&target, cleared).expect(200).lacks("/displayName").lacks("/emails").lacks("/name");
}

fn line_087_a_thousand_operations_are_taken(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations: Vec<Value> =
        (0..1000).map(|place| json!({"op": "replace", "path": "title", "value": place.to_string()})).collect();
    room.patch(&target, operations.into()).expect(200).has("/title", "999");
}

fn line_087_more_or_larger_is_413(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = vec![json!({"op": "replace", "path": "title", "value": "x"}); 1001];
    let detail = room.patch(&target, operations.into()).scim_error(413, None);
    assert!(detail.contains("1000") || detail.contains("1,000"), "the sentence names the limit: {detail}");
    let large = json!([{"op": "replace", "path": "title", "value": "x".repeat(1024 * 1024)}]);
    let detail = room.patch(&target, large).scim_error(413, None);
    assert!(detail.contains("1048576") || detail.contains("1 MiB"), "the sentence names the limit: {detail}");
    room.get(&target).expect(200).has("/title", "Analyst");
}
