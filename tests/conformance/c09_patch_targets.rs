//! Chapter 9: every kind of target under every operation (line 83).

use serde_json::{Value, json};

use crate::{
    harness::{Answer, ENTERPRISE, HARBOR, Room, USER, harbor, person, sailor},
    suite::suite,
};

suite! {
    line_083_without_a_path,
    line_083_a_single_value,
    line_083_a_complex_value,
    line_083_a_part_of_a_complex_value,
    line_083_many_complex_values_add,
    line_083_many_complex_values_replace,
    line_083_many_complex_values_remove,
    line_083_filtered_values_add,
    line_083_filtered_values_replace,
    line_083_filtered_values_remove,
    line_083_parts_of_filtered_values_add,
    line_083_parts_of_filtered_values_replace,
    line_083_parts_of_filtered_values_remove,
    line_083_parts_without_a_filter_are_refused,
    line_083_an_extension_as_a_whole,
    line_083_schemas,
    line_083_many_simple_values,
    line_082_immutable_values_take_their_first,
}

fn work() -> Value {
    json!({"value": "a@b.example", "type": "work"})
}

fn home() -> Value {
    json!({"value": "c@d.example", "type": "home", "primary": true})
}

fn other() -> Value {
    json!({"value": "e@f.example", "type": "other"})
}

/// A new user with a work and a home address, after one operation.
fn after(room: &Room, operation: Value) -> Answer {
    let body = person(json!({
        "schemas": [USER, ENTERPRISE], "title": "Analyst", "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [work(), home()], ENTERPRISE: {"department": "Data", "costCenter": "7"},
    }));
    room.patch(&format!("/Users/{}", room.user(&body)), json!([operation]))
}

fn line_083_without_a_path(room: &Room) {
    let value = json!({"title": "Captain", "nickName": "A", "emails": [other()], "name": {"middleName": "B"}});
    let added =
        after(room, json!({"op": "add", "value": value})).expect(200).has("/title", "Captain").has("/nickName", "A");
    let added = added.has("/emails", json!([work(), home(), other()]));
    added.has("/name", json!({"givenName": "Ada", "familyName": "Moreno", "middleName": "B"}));
    let replaced = after(room, json!({"op": "replace", "value": value})).expect(200).has("/title", "Captain");
    let replaced = replaced.has("/nickName", "A").has("/emails", json!([other()]));
    replaced.has("/name", json!({"givenName": "Ada", "familyName": "Moreno", "middleName": "B"}));
    after(room, json!({"op": "remove"})).scim_error(400, Some("noTarget"));
    after(room, json!({"op": "remove", "value": {"title": "Analyst"}})).scim_error(400, Some("noTarget"));
    // What no schema knows is ignored, as in PUT.
    after(room, json!({"op": "add", "value": {"boat": "Argo"}})).expect(200).lacks("/boat");
}

fn line_083_a_single_value(room: &Room) {
    for op in ["add", "replace"] {
        after(room, json!({"op": op, "path": "title", "value": "Captain"})).expect(200).has("/title", "Captain");
        after(room, json!({"op": op, "path": "nickName", "value": "A"})).expect(200).has("/nickName", "A");
        after(room, json!({"op": op, "path": "title", "value": 7})).scim_error(400, Some("invalidValue"));
        after(room, json!({"op": op, "path": "title", "value": ["x"]})).scim_error(400, Some("invalidValue"));
        let qualified = format!("{USER}:title");
        after(room, json!({"op": op, "path": qualified, "value": "Captain"})).expect(200).has("/title", "Captain");
    }
    after(room, json!({"op": "remove", "path": "title"})).expect(200).lacks("/title");
    after(room, json!({"op": "remove", "path": "userName"})).scim_error(400, Some("mutability"));
}

fn line_083_a_complex_value(room: &Room) {
    for op in ["add", "replace"] {
        let changed = after(room, json!({"op": op, "path": "name", "value": {"familyName": "Li"}})).expect(200);
        changed.has("/name", json!({"givenName": "Ada", "familyName": "Li"}));
        after(room, json!({"op": op, "path": "name", "value": "Ada"})).scim_error(400, Some("invalidValue"));
        let manager = format!("{ENTERPRISE}:manager");
        let changed = after(room, json!({"op": op, "path": manager, "value": {"value": "26118915"}})).expect(200);
        changed.has(&format!("/{ENTERPRISE}/manager/value"), "26118915");
    }
    after(room, json!({"op": "remove", "path": "name"})).expect(200).lacks("/name");
}

fn line_083_a_part_of_a_complex_value(room: &Room) {
    for op in ["add", "replace"] {
        let changed = after(room, json!({"op": op, "path": "name.middleName", "value": "B"})).expect(200);
        changed.has("/name/middleName", "B").has("/name/givenName", "Ada");
        let path = format!("{ENTERPRISE}:manager.value");
        let changed = after(room, json!({"op": op, "path": path, "value": "26118915"})).expect(200);
        changed.has(&format!("/{ENTERPRISE}/manager"), json!({"value": "26118915"}));
    }
    after(room, json!({"op": "remove", "path": "name.givenName"}))
        .expect(200)
        .has("/name", json!({"familyName": "Moreno"}));
    let target = format!("/Users/{}", room.user(&person(json!({"name": {"givenName": "Ada"}}))));
    room.patch(&target, json!([{"op": "remove", "path": "name.givenName"}])).expect(200).lacks("/name");
}

fn line_083_many_complex_values_add(room: &Room) {
    for value in [other(), json!([other()]), json!([work(), other(), other()])] {
        let changed = after(room, json!({"op": "add", "path": "emails", "value": value})).expect(200);
        changed.has("/emails", json!([work(), home(), other()]));
    }
    after(room, json!({"op": "add", "path": "emails", "value": "a@b.example"})).scim_error(400, Some("invalidValue"));
    after(room, json!({"op": "add", "path": "addresses", "value": [{"country": "PT"}]}))
        .expect(200)
        .has("/addresses/0/country", "PT");
}

fn line_083_many_complex_values_replace(room: &Room) {
    let changed = after(room, json!({"op": "replace", "path": "emails", "value": [other()]})).expect(200);
    changed.has("/emails", json!([other()]));
    for empty in [json!(null), json!([])] {
        after(room, json!({"op": "replace", "path": "emails", "value": empty})).expect(200).lacks("/emails");
    }
}

fn line_083_many_complex_values_remove(room: &Room) {
    after(room, json!({"op": "remove", "path": "emails"})).expect(200).lacks("/emails");
    // Other clients name the values to take out; only those go.
    let changed = after(room, json!({"op": "remove", "path": "emails", "value": [work()]})).expect(200);
    changed.has("/emails", json!([home()]));
    let changed =
        after(room, json!({"op": "remove", "path": "emails", "value": [{"value": "c@d.example"}]})).expect(200);
    changed.has("/emails", json!([work()]));
    let changed = after(room, json!({"op": "remove", "path": "emails", "value": [other()]})).expect(200);
    changed.has("/emails", json!([work(), home()]));
}

fn line_083_filtered_values_add(room: &Room) {
    let path = "emails[type eq \"work\"]";
    let changed = after(room, json!({"op": "add", "path": path, "value": {"display": "Ada"}})).expect(200);
    changed
        .has("/emails/0", json!({"value": "a@b.example", "type": "work", "display": "Ada"}))
        .has("/emails/1", home());
    // No match: the value that would have matched is made.
    let path = "emails[type eq \"other\"]";
    let changed = after(room, json!({"op": "add", "path": path, "value": {"value": "e@f.example"}})).expect(200);
    changed.has("/emails/2", other());
    for condition in [
        "type sw \"oth\"",
        "type eq \"other\" or value eq \"x\"",
        "not (type pr)",
        "type ne \"work\" and type ne \"home\"",
    ] {
        let path = format!("emails[{condition}]");
        let answer = after(room, json!({"op": "add", "path": path, "value": {"value": "e@f.example"}}));
        answer.scim_error(400, Some("noTarget"));
    }
}

fn line_083_filtered_values_replace(room: &Room) {
    let path = "emails[type eq \"work\"]";
    let changed = after(room, json!({"op": "replace", "path": path, "value": other()})).expect(200);
    changed.has("/emails", json!([other(), home()]));
    let path = "emails[type eq \"other\"]";
    after(room, json!({"op": "replace", "path": path, "value": other()})).scim_error(400, Some("noTarget"));
}

fn line_083_filtered_values_remove(room: &Room) {
    let changed = after(room, json!({"op": "remove", "path": "emails[type eq \"work\"]"})).expect(200);
    changed.has("/emails", json!([home()]));
    let changed =
        after(room, json!({"op": "remove", "path": "emails[value co \"example\" and primary eq true]"})).expect(200);
    changed.has("/emails", json!([work()]));
    after(room, json!({"op": "remove", "path": "emails[value pr]"})).expect(200).lacks("/emails");
    let changed = after(room, json!({"op": "remove", "path": "emails[type eq \"other\"]"})).expect(200);
    changed.has("/emails", json!([work(), home()]));
}

fn line_083_parts_of_filtered_values_add(room: &Room) {
    let path = "emails[type eq \"work\"].display";
    let changed = after(room, json!({"op": "add", "path": path, "value": "Ada"})).expect(200);
    changed.has("/emails/0/display", "Ada").has("/emails/1", home());
    let path = "emails[value pr].display";
    let changed = after(room, json!({"op": "add", "path": path, "value": "Ada"})).expect(200);
    changed.has("/emails/0/display", "Ada").has("/emails/1/display", "Ada");
    let path = "emails[type eq \"other\"].value";
    let changed = after(room, json!({"op": "add", "path": path, "value": "e@f.example"})).expect(200);
    changed.has("/emails/2", other());
    let path = "emails[type sw \"oth\"].value";
    after(room, json!({"op": "add", "path": path, "value": "e@f.example"})).scim_error(400, Some("noTarget"));
}

fn line_083_parts_of_filtered_values_replace(room: &Room) {
    let path = "emails[type eq \"work\"].value";
    let changed = after(room, json!({"op": "replace", "path": path, "value": "new@b.example"})).expect(200);
    changed.has("/emails", json!([{"value": "new@b.example", "type": "work"}, home()]));
    let path = "emails[type eq \"other\"].value";
    after(room, json!({"op": "replace", "path": path, "value": "e@f.example"})).scim_error(400, Some("noTarget"));
}

fn line_083_parts_of_filtered_values_remove(room: &Room) {
    let changed = after(room, json!({"op": "remove", "path": "emails[type eq \"home\"].primary"})).expect(200);
    changed.has("/emails", json!([work(), {"value": "c@d.example", "type": "home"}]));
    let changed = after(room, json!({"op": "remove", "path": "emails[type eq \"other\"].display"})).expect(200);
    changed.has("/emails", json!([work(), home()]));
}

fn line_083_parts_without_a_filter_are_refused(room: &Room) {
    for op in ["add", "replace", "remove"] {
        let answer = after(room, json!({"op": op, "path": "emails.value", "value": "e@f.example"}));
        let detail = answer.scim_error(400, Some("invalidPath"));
        assert!(detail.contains('['), "the sentence shows a value filter: {detail}");
    }
}

fn line_083_an_extension_as_a_whole(room: &Room) {
    let pointer = format!("/{ENTERPRISE}");
    for op in ["add", "replace"] {
        let changed = after(room, json!({"op": op, "path": ENTERPRISE, "value": {"costCenter": "9"}})).expect(200);
        changed.has(&pointer, json!({"department": "Data", "costCenter": "9"}));
        after(room, json!({"op": op, "path": ENTERPRISE, "value": "x"})).scim_error(400, Some("invalidValue"));
    }
    let changed = after(room, json!({"op": "remove", "path": ENTERPRISE})).expect(200);
    changed.lacks(&pointer).has("/schemas", json!([USER]));
}

fn line_083_schemas(room: &Room) {
    after(room, json!({"op": "add", "path": "schemas", "value": [ENTERPRISE]})).expect(200).has("/schemas/0", USER);
    let both = json!([USER, ENTERPRISE]);
    after(room, json!({"op": "replace", "path": "schemas", "value": both})).expect(200).has("/schemas/0", USER);
    let answer = after(room, json!({"op": "add", "path": "schemas", "value": ["urn:example:nobody"]}));
    answer.scim_error(400, Some("invalidValue"));
    after(room, json!({"op": "remove", "path": "schemas"})).scim_error(400, Some("mutability"));
    after(room, json!({"op": "replace", "path": "schemas", "value": [ENTERPRISE]})).scim_error(400, Some("mutability"));
}

fn line_083_many_simple_values(_: &Room) {
    let room = Room::with_harbor();
    let path = format!("{HARBOR}:boats");
    let after = |operation: Value| {
        let target = format!("/Users/{}", room.user(&sailor(json!({"boats": ["Argo", "Dory"]}), json!({}))));
        room.patch(&target, json!([operation])).expect(200)
    };
    let boats = |list: Value| (harbor("boats"), list);
    let cases = [
        (json!({"op": "add", "path": path, "value": ["Iris"]}), json!(["Argo", "Dory", "Iris"])),
        (json!({"op": "add", "path": path, "value": "Iris"}), json!(["Argo", "Dory", "Iris"])),
        (json!({"op": "add", "path": path, "value": ["Dory", "Iris"]}), json!(["Argo", "Dory", "Iris"])),
        (json!({"op": "replace", "path": path, "value": ["Iris"]}), json!(["Iris"])),
        (json!({"op": "remove", "path": path, "value": ["Argo"]}), json!(["Dory"])),
    ];
    for (operation, list) in cases {
        let (pointer, list) = boats(list);
        after(operation).has(&pointer, list);
    }
    after(json!({"op": "remove", "path": path})).lacks(&harbor("boats"));
}

fn line_082_immutable_values_take_their_first(_: &Room) {
    let room = Room::with_harbor();
    let path = format!("{HARBOR}:berth");
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    let set = |op: &str, berth: &str| room.patch(&target, json!([{"op": op, "path": path, "value": berth}]));
    set("add", "12").expect(200).has(&harbor("berth"), "12");
    set("add", "12").expect(200).has(&harbor("berth"), "12");
    set("replace", "12").expect(200);
    set("replace", "13").scim_error(400, Some("mutability"));
    set("add", "13").scim_error(400, Some("mutability"));
    room.patch(&target, json!([{"op": "remove", "path": path}])).scim_error(400, Some("mutability"));
    room.get(&target).expect(200).has(&harbor("berth"), "12");
}
