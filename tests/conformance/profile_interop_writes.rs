//! The SCIM interop profile: PATCH, deletion, uniqueness; and what we do where we differ.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, BULK, GROUP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    interop_011_unknown_attributes_are_ignored_in_bodies,
    interop_011_unknown_paths_and_schemas_are_refused,
    interop_024_users_and_groups_are_patched,
    interop_025_an_operation_without_a_path_is_carried_out,
    interop_026_several_operations_are_carried_out_together,
    interop_027_add_is_replace_on_single_values,
    interop_028_parts_are_addressed_with_a_point,
    interop_029_replacing_a_complex_value_keeps_what_is_left_out,
    interop_030_adding_to_a_complex_value_merges,
    interop_031_replacing_a_list_sets_the_whole,
    interop_032_adding_to_a_list_appends,
    interop_033_a_filter_with_a_part,
    interop_035_no_patch_deletes,
    interop_036_what_is_deleted_is_gone,
    interop_037_unique_values_are_free_at_once,
    interop_038_delete_is_no_deactivation,
    interop_039_conditions_are_never_demanded,
    interop_040_bulk_is_what_it_says,
    interop_041_a_clash_is_a_conflict,
}

fn ada() -> Value {
    person(json!({
        "displayName": "Ada", "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"value": "a@b.example", "type": "work"}, {"value": "c@d.example", "type": "home"}],
    }))
}

/// A new user after one operation.
fn after(room: &Room, operation: Value) -> Answer {
    room.patch(&format!("/Users/{}", room.user(&ada())), json!([operation]))
}

fn interop_011_unknown_attributes_are_ignored_in_bodies(room: &Room) {
    let body = person(json!({"dispalyName": "Ada", "name": {"givenNmae": "Ada", "familyName": "Moreno"}}));
    let created = room.post("/Users", &body).expect(201).lacks("/dispalyName");
    created.has("/name", json!({"familyName": "Moreno"}));
}

fn interop_011_unknown_paths_and_schemas_are_refused(room: &Room) {
    after(room, json!({"op": "replace", "path": "dispalyName", "value": "x"})).scim_error(400, Some("invalidPath"));
    let body = person(json!({"schemas": [USER, "urn:example:nobody:2.0:User"]}));
    room.post("/Users", &body).scim_error(400, Some("invalidValue"));
}

fn interop_024_users_and_groups_are_patched(room: &Room) {
    room.get("/ServiceProviderConfig").expect(200).has("/patch/supported", true);
    after(room, json!({"op": "replace", "path": "displayName", "value": "A"})).expect(200).has("/displayName", "A");
    let target = format!("/Groups/{}", room.group(&json!({"schemas": [GROUP], "displayName": tag()})));
    let name = tag();
    let answer = room.patch(&target, json!([{"op": "replace", "path": "displayName", "value": name}]));
    assert!(answer.status == 200 || answer.status == 204, "{answer}");
    room.get(&target).expect(200).has("/displayName", name);
}

fn interop_025_an_operation_without_a_path_is_carried_out(room: &Room) {
    after(room, json!({"op": "replace", "value": {"active": false}})).expect(200).has("/active", false);
}

fn interop_026_several_operations_are_carried_out_together(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let operations = json!([
        {"op": "replace", "path": "active", "value": false},
        {"op": "replace", "path": "displayName", "value": "A"},
        {"op": "replace", "path": "name.givenName", "value": "Grace"},
    ]);
    let changed = room.patch(&target, operations).expect(200).has("/active", false).has("/displayName", "A");
    changed.has("/name/givenName", "Grace");
}

fn interop_027_add_is_replace_on_single_values(room: &Room) {
    for op in ["add", "replace"] {
        for (path, value) in [("displayName", json!("A")), ("active", json!(false)), ("title", json!("Captain"))] {
            after(room, json!({"op": op, "path": path, "value": value})).expect(200).has(&format!("/{path}"), value);
        }
    }
}

fn interop_028_parts_are_addressed_with_a_point(room: &Room) {
    let changed = after(room, json!({"op": "replace", "path": "name.givenName", "value": "Grace"})).expect(200);
    changed.has("/name", json!({"givenName": "Grace", "familyName": "Moreno"}));
}

fn interop_029_replacing_a_complex_value_keeps_what_is_left_out(room: &Room) {
    let changed = after(room, json!({"op": "replace", "path": "name", "value": {"familyName": "Li"}})).expect(200);
    changed.has("/name", json!({"givenName": "Ada", "familyName": "Li"}));
}

fn interop_030_adding_to_a_complex_value_merges(room: &Room) {
    let changed = after(room, json!({"op": "add", "path": "name", "value": {"familyName": "Li"}})).expect(200);
    changed.has("/name", json!({"givenName": "Ada", "familyName": "Li"}));
}

fn interop_031_replacing_a_list_sets_the_whole(room: &Room) {
    let one = json!([{"value": "e@f.example", "type": "work"}]);
    after(room, json!({"op": "replace", "path": "emails", "value": one})).expect(200).has("/emails", one);
}

fn interop_032_adding_to_a_list_appends(room: &Room) {
    let one = json!([{"value": "e@f.example", "type": "other"}]);
    let changed = after(room, json!({"op": "add", "path": "emails", "value": one})).expect(200);
    changed.has("/emails/0/value", "a@b.example").has("/emails/2/value", "e@f.example");
}

fn interop_033_a_filter_with_a_part(room: &Room) {
    let path = "emails[type eq \"work\"].value";
    let changed = after(room, json!({"op": "replace", "path": path, "value": "e@f.example"})).expect(200);
    changed.has("/emails/0/value", "e@f.example").has("/emails/1/value", "c@d.example");
}

fn interop_035_no_patch_deletes(room: &Room) {
    let body = ada();
    let id = room.user(&body);
    let target = format!("/Users/{id}");
    room.patch(&target, json!([{"op": "replace", "path": "active", "value": false}])).expect(200);
    room.get(&target).expect(200).has("/active", false);
    let filter = format!("userName eq {}", body["userName"]);
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1).has("/Resources/0/id", id);
}

fn interop_036_what_is_deleted_is_gone(room: &Room) {
    let body = ada();
    let id = room.user(&body);
    let target = format!("/Users/{id}");
    room.delete(&target).expect(204);
    room.get(&target).scim_error(404, None);
    room.put(&target, &body).scim_error(404, None);
    room.patch(&target, json!([{"op": "remove", "path": "title"}])).scim_error(404, None);
    room.delete(&target).scim_error(404, None);
    room.list("/Users", &[("filter", &format!("id eq \"{id}\""))]).expect(200).has("/totalResults", 0);
}

fn interop_037_unique_values_are_free_at_once(room: &Room) {
    let mut body = ada();
    body["externalId"] = json!(tag());
    let id = room.user(&body);
    room.delete(&format!("/Users/{id}")).expect(204);
    assert_ne!(room.user(&body), id);
}

fn interop_038_delete_is_no_deactivation(room: &Room) {
    let external = tag();
    let id = room.user(&person(json!({"externalId": external})));
    room.delete(&format!("/Users/{id}")).expect(204);
    let filter = format!("externalId eq \"{external}\" or (active eq false and id eq \"{id}\")");
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
}

fn interop_039_conditions_are_never_demanded(room: &Room) {
    let created = room.post("/Users", &ada()).expect(201);
    let target = format!("/Users/{}", created.id());
    room.put(&target, &created.body).expect(200);
    room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])).expect(200);
    let wrong = room.request("DELETE", &target).header("if-match", "W/\"wrong\"").send();
    wrong.scim_error(412, None);
    room.delete(&target).expect(204);
}

fn interop_040_bulk_is_what_it_says(room: &Room) {
    let supported = room.get("/ServiceProviderConfig").expect(200)["bulk"]["supported"] == true;
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "a", "data": person(json!({}))});
    let answer = room.post("/Bulk", &json!({"schemas": [BULK], "Operations": [operation]}));
    assert_eq!(answer.status == 200, supported, "{answer}");
}

fn interop_041_a_clash_is_a_conflict(room: &Room) {
    let taken = person(json!({}));
    room.user(&taken);
    room.post("/Users", &taken).scim_error(409, Some("uniqueness"));
    let operation = json!({"op": "replace", "path": "userName", "value": taken["userName"]});
    after(room, operation).scim_error(409, Some("uniqueness"));
}
