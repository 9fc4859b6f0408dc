use serde_json::json;

use super::super::error::ScimType;
use super::super::schema::{GROUP_URN, group_resource_type};
use super::*;

fn request(operations: Value) -> Result<PatchRequest, ScimError> {
    let body = json!({"schemas": [PATCH_OP_URN], "Operations": operations});
    PatchRequest::parse(body, &Reading::lenient(group_resource_type()))
}

fn membership(operations: Value) -> Vec<MembershipStep> {
    request(operations.clone()).unwrap_or_else(|error| panic!("{operations}: {error}")).membership().to_vec()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn okta_adds_and_removes_single_members_without_seeing_the_others() {
    let steps = membership(json!([
        {"op": "remove", "path": "members[value eq \"5b0e\"]"},
        {"op": "add", "path": "members", "value": [{"value": "77c1", "display": "li.wei@harbor.example"}]},
    ]));
    assert_eq!(steps, [MembershipStep::Remove(ids(&["5b0e"])), MembershipStep::Add(ids(&["77c1"]))]);
}

#[test]
fn push_now_sends_the_whole_membership_also_an_empty_one() {
    let replace = |value: Value| membership(json!([{"op": "replace", "path": "members", "value": value}]));
    assert_eq!(replace(json!([{"value": "a"}, {"value": "b"}])), [MembershipStep::Replace(ids(&["a", "b"]))]);
    for nobody in [json!([]), Value::Null] {
        assert_eq!(replace(nobody), [MembershipStep::Replace(Vec::new())]);
    }
    assert_eq!(membership(json!([{"op": "remove", "path": "members"}])), [MembershipStep::Replace(Vec::new())]);
    let without_path = membership(json!([{"op": "replace", "value": {"members": [{"value": "a"}]}}]));
    assert_eq!(without_path, [MembershipStep::Replace(ids(&["a"]))]);
}

#[test]
fn a_rename_touches_no_member() {
    let body = json!({"schemas": [GROUP_URN], "displayName": "Editors"});
    let (group, _, _) = GroupDocument::create(body, &Reading::lenient(group_resource_type())).unwrap();
    let rename = request(json!([{"op": "replace", "value": {"id": "ab12", "displayName": "Authors"}}])).unwrap();
    assert_eq!(rename.apply_to_group("ab12", &group).unwrap().display_name(), "Authors");
    assert!(rename.membership().is_empty());
    assert_eq!(rename.apply_to_group("cd34", &group).unwrap_err().scim_type, Some(ScimType::Mutability));
}

#[test]
fn entra_removes_members_by_listing_them() {
    let steps = membership(json!([{"op": "Remove", "path": "members", "value": [{"value": "a"}, {"value": "b"}]}]));
    assert_eq!(steps, [MembershipStep::Remove(ids(&["a", "b"]))]);
}

#[test]
fn a_removal_that_names_nobody_who_can_be_told_takes_nobody_out() {
    let remove = |value: Value| request(json!([{"op": "remove", "path": "members", "value": value}]));
    let lone = remove(json!({"value": "a"})).unwrap();
    assert_eq!(lone.membership(), [MembershipStep::Remove(ids(&["a"]))]);
    for value in [
        json!("a"),
        json!(["a"]),
        json!(""),
        json!([]),
        json!({}),
        json!(false),
        json!(7),
        json!([{}]),
        json!([{"display": "ada@harbor.example"}]),
        json!([{"value": "a"}, {"value": null}]),
        json!([null]),
    ] {
        let error = remove(value.clone()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)), "{value}");
    }
    assert_eq!(
        remove(Value::Null).unwrap().membership(),
        [MembershipStep::Replace(Vec::new())],
        "all, by the standard"
    );
}

#[test]
fn several_ids_may_be_named_by_one_filter() {
    let steps = membership(json!([{"op": "remove", "path": "members[value eq \"a\" or value eq \"b\"]"}]));
    assert_eq!(steps, [MembershipStep::Remove(ids(&["a", "b"]))]);
    let add = membership(json!([{"op": "add", "path": "members[value eq \"a\"]", "value": {"value": "a"}}]));
    assert_eq!(add, [MembershipStep::Add(ids(&["a"]))]);
}

#[test]
fn other_filters_have_to_see_the_members() {
    let steps = membership(json!([{"op": "remove", "path": "members[type eq \"Group\"]"}]));
    let [MembershipStep::RemoveWhere(members)] = steps.as_slice() else { panic!("{steps:?}") };
    assert!(members.include(&json!({"value": "a", "type": "group"})));
    assert!(!members.include(&json!({"value": "b", "type": "User"})));
    assert_eq!(members.named(), None);
}

#[test]
fn a_filter_that_names_ids_and_more_sees_those_alone() {
    for (filter, named) in [
        ("value eq \"a\" and type eq \"User\"", Some(&["a"][..])),
        ("not (type eq \"Group\") and (value eq \"a\" or value eq \"b\" and type pr)", Some(&["a", "b"])),
        ("value eq \"a\" or type eq \"Group\"", None),
        ("not (value eq \"a\")", None),
        ("value ne \"a\"", None),
    ] {
        let steps = membership(json!([{"op": "remove", "path": format!("members[{filter}]")}]));
        let [MembershipStep::RemoveWhere(members)] = steps.as_slice() else { panic!("{steps:?}") };
        assert_eq!(members.named(), named.map(ids).as_deref(), "{filter}");
    }
}

#[test]
fn the_parts_of_a_member_cannot_be_changed() {
    let steps = membership(json!([{"op": "replace", "path": "members[value eq \"a\"].type", "value": "Group"}]));
    let [MembershipStep::Confirm(members, parts)] = steps.as_slice() else { panic!("{steps:?}") };
    let confirm = |member: Value| members.confirm([member].iter(), parts).map_err(|error| error.scim_type);
    assert_eq!(confirm(json!({"value": "a", "type": "Group"})), Ok(()));
    assert_eq!(confirm(json!({"value": "a", "type": "User"})), Err(Some(ScimType::Mutability)));
    assert_eq!(confirm(json!({"value": "b", "type": "Group"})), Err(Some(ScimType::NoTarget)));
    let display = request(json!([{"op": "replace", "path": "members[value eq \"a\"].display", "value": "A"}]));
    assert_eq!(display.unwrap_err().scim_type, Some(ScimType::InvalidPath));
    let unfiltered = request(json!([{"op": "replace", "path": "members.value", "value": "A"}]));
    assert_eq!(unfiltered.unwrap_err().scim_type, Some(ScimType::InvalidPath));
    let nameless = request(json!([{"op": "add", "path": "members", "value": [{"type": "User"}]}]));
    assert_eq!(nameless.unwrap_err().scim_type, Some(ScimType::InvalidValue));
}

#[test]
fn a_group_keeps_its_name() {
    for operations in [
        json!([{"op": "remove", "path": "displayName"}]),
        json!([{"op": "replace", "path": "displayName", "value": " "}]),
    ] {
        assert_eq!(request(operations).unwrap_err().scim_type, Some(ScimType::Mutability));
    }
}
