use serde_json::json;

use super::super::error::ScimType;
use super::super::schema::{COMMON_ROOM_URN, ENTERPRISE_USER_URN, USER_URN};
use super::*;

fn document(attributes: Value) -> UserDocument {
    let mut body = json!({"schemas": [USER_URN], "userName": "noor@harbor.example"});
    for (name, value) in attributes.as_object().unwrap() {
        body[name] = value.clone();
    }
    UserDocument::create(body, &Reading::default()).unwrap().0
}

pub(super) fn noor() -> UserDocument {
    document(json!({
        "name": {"givenName": "Noor", "familyName": "Haddad"},
        "title": "Analyst",
        "active": true,
        "emails": [
            {"type": "work", "value": "noor@harbor.example", "primary": true},
            {"type": "home", "value": "noor@home.example"}
        ],
        "roles": [{"primary": true, "value": "viewer"}],
        ENTERPRISE_USER_URN: {"department": "Maps"}
    }))
}

fn request(operations: Value) -> Result<PatchRequest, ScimError> {
    PatchRequest::parse(json!({"schemas": [PATCH_OP_URN], "Operations": operations}), &Reading::default())
}

pub(super) fn patched(before: &UserDocument, operations: Value) -> Result<UserDocument, ScimError> {
    request(operations)?.apply("5b0e", before)
}

/// The attribute after the operations; `Null` when it has no value.
fn after(operations: Value, name: &str) -> Value {
    let result = patched(&noor(), operations.clone()).unwrap_or_else(|error| panic!("{operations}: {error}"));
    result.attributes().get(name).cloned().unwrap_or_default()
}

fn refused(operations: Value, kind: ScimType) -> String {
    let error = match patched(&noor(), operations.clone()) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {operations}"),
    };
    assert_eq!((error.status, error.scim_type), (400, Some(kind)), "{operations}: {error}");
    error.detail
}

#[test]
fn okta_deactivates_without_a_path() {
    assert_eq!(after(json!([{"op": "replace", "value": {"active": false}}]), "active"), json!(false));
    let request = request(json!([{"op": "replace", "value": {"active": false}}])).unwrap();
    let notes = request.notes();
    assert!(notes.ignored.is_empty() && notes.compatibility.is_empty() && !notes.role_sent);
}

#[test]
fn entra_spellings_are_understood_and_counted() {
    let request = request(json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Add", "value": {"name.familyName": "Li", "emails[type eq \"work\"].value": "li@harbor.example",
            format!("{ENTERPRISE_USER_URN}:department"): "Data", "id": "5b0e", "favourite": 1, "name.pet": 2}}
    ]))
    .unwrap();
    let result = request.apply("5b0e", &noor()).unwrap();
    assert_eq!((result.active(), result.family_name()), (Some(false), Some("Li")));
    assert_eq!(result.primary_email(), Some("li@harbor.example"));
    assert_eq!(result.attributes().get(ENTERPRISE_USER_URN), Some(&json!({"department": "Data"})));
    let counted: Vec<&str> = request.notes().compatibility.iter().map(|step| step.as_str()).collect();
    assert_eq!(counted, ["boolean-as-text", "operation-case", "path-as-member", "identity-in-value"]);
    assert_eq!(request.notes().ignored, ["favourite", "name.pet"]);
}

#[test]
fn password_is_taken_and_dropped() {
    for operation in [
        json!({"op": "replace", "value": {"password": "s3cret"}}),
        json!({"op": "replace", "path": "password", "value": "s3cret"}),
    ] {
        assert_eq!(patched(&noor(), json!([operation])).unwrap(), noor());
    }
}

#[test]
fn single_attributes() {
    for (operation, expected) in [
        (json!({"op": "add", "path": "title", "value": "Lead"}), json!("Lead")),
        (json!({"op": "replace", "path": "TITLE", "value": "Lead"}), json!("Lead")),
        (json!({"op": "replace", "path": format!("{USER_URN}:title"), "value": "Lead"}), json!("Lead")),
        (json!({"op": "replace", "path": "title", "value": null}), Value::Null),
        (json!({"op": "replace", "path": "title", "value": ""}), Value::Null),
        (json!({"op": "remove", "path": "title"}), Value::Null),
        (json!({"op": "remove", "path": "nickName"}), json!("Analyst")),
    ] {
        assert_eq!(after(json!([operation.clone()]), "title"), expected, "{operation}");
    }
    assert_eq!(after(json!([{"op": "replace", "path": "nickName", "value": "N"}]), "nickName"), json!("N"));
}

#[test]
fn complex_attributes_merge() {
    let whole = json!({"givenName": "Noor", "familyName": "Haddad"});
    for (operation, expected) in [
        (
            json!({"op": "add", "path": "name", "value": {"middleName": "S"}}),
            json!({"givenName": "Noor", "familyName": "Haddad", "middleName": "S"}),
        ),
        (
            json!({"op": "replace", "path": "name", "value": {"givenName": "N"}}),
            json!({"givenName": "N", "familyName": "Haddad"}),
        ),
        (json!({"op": "replace", "path": "name", "value": {"givenName": null}}), json!({"familyName": "Haddad"})),
        (
            json!({"op": "replace", "path": "name.familyName", "value": "Li"}),
            json!({"givenName": "Noor", "familyName": "Li"}),
        ),
        (json!({"op": "remove", "path": "name.familyName"}), json!({"givenName": "Noor"})),
        (json!({"op": "remove", "path": "name"}), Value::Null),
        (json!({"op": "replace", "path": "name", "value": null}), Value::Null),
        (json!({"op": "remove", "path": "name.middleName"}), whole),
    ] {
        assert_eq!(after(json!([operation.clone()]), "name"), expected, "{operation}");
    }
    let both = json!([{"op": "remove", "path": "name.familyName"}, {"op": "remove", "path": "name.givenName"}]);
    assert_eq!(after(both, "name"), Value::Null);
}

#[test]
fn lists_as_a_whole() {
    let home = json!({"type": "home", "value": "noor@home.example"});
    let work = json!({"type": "work", "value": "noor@harbor.example", "primary": true});
    let other = json!({"type": "other", "value": "n@x.example"});
    for (operation, expected) in [
        (json!({"op": "add", "path": "emails", "value": [other]}), json!([work, home, other])),
        (json!({"op": "add", "path": "emails", "value": other}), json!([work, home, other])),
        (json!({"op": "add", "path": "emails", "value": [home]}), json!([work, home])),
        (
            json!({"op": "add", "path": "emails", "value": {"type": "HOME", "value": "noor@home.example", "display": "N"}}),
            json!([work, {"type": "HOME", "value": "noor@home.example", "display": "N"}]),
        ),
        (json!({"op": "replace", "path": "emails", "value": [other]}), json!([other])),
        (json!({"op": "replace", "path": "emails", "value": []}), Value::Null),
        (json!({"op": "replace", "path": "emails", "value": null}), Value::Null),
        (json!({"op": "remove", "path": "emails"}), Value::Null),
        (json!({"op": "remove", "path": "emails", "value": [{"value": "noor@home.example"}]}), json!([work])),
        (json!({"op": "remove", "path": "emails", "value": {"TYPE": "home"}}), json!([work])),
        (json!({"op": "remove", "path": "emails", "value": []}), Value::Null),
    ] {
        assert_eq!(after(json!([operation.clone()]), "emails"), expected, "{operation}");
    }
}

#[test]
fn a_new_primary_value_takes_over_from_the_old() {
    let demoted = json!({"type": "work", "value": "noor@harbor.example", "primary": false});
    let promoted = json!({"type": "home", "value": "noor@home.example", "primary": true});
    for operation in [
        json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
        json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"primary": "True"}}),
        json!({"op": "add", "path": "emails", "value": [promoted]}),
        json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": promoted}),
    ] {
        assert_eq!(after(json!([operation.clone()]), "emails"), json!([demoted, promoted]), "{operation}");
    }
    let both = json!([{"op": "replace", "path": "emails[value co \"noor\"].primary", "value": true}]);
    assert!(refused(both, ScimType::InvalidValue).contains("primary"));
}

#[test]
fn values_selected_by_a_filter() {
    let home = json!({"type": "home", "value": "noor@home.example"});
    let work = json!({"type": "work", "value": "noor@harbor.example", "primary": true});
    for (operation, expected) in [
        (
            json!({"op": "replace", "path": "emails[type eq \"home\"].value", "value": "n@x.example"}),
            json!([work, {"type": "home", "value": "n@x.example"}]),
        ),
        (
            json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"type": "other", "value": "n@x.example"}}),
            json!([work, {"type": "other", "value": "n@x.example"}]),
        ),
        (
            json!({"op": "replace", "path": "emails[type pr]", "value": {"type": "other", "value": "n@x.example"}}),
            json!([{"type": "other", "value": "n@x.example"}]),
        ),
        (
            json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"display": "N"}}),
            json!([work, {"type": "home", "value": "noor@home.example", "display": "N"}]),
        ),
        (
            json!({"op": "add", "path": "emails[type eq \"other\"].value", "value": "n@x.example"}),
            json!([work, home, {"type": "other", "value": "n@x.example"}]),
        ),
        (
            json!({"op": "add", "path": "emails[type eq \"other\" and primary eq true]", "value": {"value": "n@x.example"}}),
            json!([{"type": "work", "value": "noor@harbor.example", "primary": false}, home,
                {"type": "other", "primary": true, "value": "n@x.example"}]),
        ),
        (json!({"op": "remove", "path": "emails[type eq \"home\"]"}), json!([work])),
        (
            json!({"op": "remove", "path": "emails[type eq \"home\"].type"}),
            json!([work, {"value": "noor@home.example"}]),
        ),
        (json!({"op": "remove", "path": "emails[type eq \"home\"].value"}), json!([work])),
        (json!({"op": "remove", "path": "emails[type pr]"}), Value::Null),
        (json!({"op": "remove", "path": "emails[type eq \"fax\"]"}), json!([work, home])),
    ] {
        assert_eq!(after(json!([operation.clone()]), "emails"), expected, "{operation}");
    }
    let okta_role = json!([{"op": "replace", "path": "roles[primary eq true].value", "value": "editor"}]);
    assert_eq!(after(okta_role, "roles"), json!([{"primary": true, "value": "editor"}]));
}

#[test]
fn a_filter_that_selects_nothing_has_no_target() {
    for operation in [
        json!({"op": "replace", "path": "emails[type eq \"fax\"].value", "value": "x"}),
        json!({"op": "replace", "path": "emails[type eq \"fax\"]", "value": {"value": "x"}}),
        json!({"op": "add", "path": "emails[type sw \"fax\"].value", "value": "x"}),
        json!({"op": "add", "path": "emails[type eq \"fax\" or type eq \"x\"].value", "value": "x"}),
        json!({"op": "remove"}),
    ] {
        refused(json!([operation]), ScimType::NoTarget);
    }
}

#[test]
fn extensions_come_and_go_with_their_values() {
    let department = format!("{ENTERPRISE_USER_URN}:department");
    for (operation, expected) in [
        (
            json!({"op": "add", "path": ENTERPRISE_USER_URN, "value": {"costCenter": "7"}}),
            json!({"department": "Maps", "costCenter": "7"}),
        ),
        (
            json!({"op": "replace", "value": {ENTERPRISE_USER_URN: {"department": "Data"}}}),
            json!({"department": "Data"}),
        ),
        (
            json!({"op": "replace", "path": format!("{ENTERPRISE_USER_URN}:manager.value"), "value": "5b0e"}),
            json!({"department": "Maps", "manager": {"value": "5b0e"}}),
        ),
        (json!({"op": "remove", "path": department}), Value::Null),
        (json!({"op": "remove", "path": ENTERPRISE_USER_URN.to_lowercase()}), Value::Null),
        (json!({"op": "replace", "path": ENTERPRISE_USER_URN, "value": null}), Value::Null),
        (json!({"op": "replace", "value": {ENTERPRISE_USER_URN: {"department": ""}}}), Value::Null),
    ] {
        assert_eq!(after(json!([operation.clone()]), ENTERPRISE_USER_URN), expected, "{operation}");
    }
    let role = json!([{"op": "add", "path": format!("{COMMON_ROOM_URN}:role"), "value": "owner"}]);
    assert_eq!(after(role.clone(), COMMON_ROOM_URN), json!({"role": "owner"}));
    assert!(request(role).unwrap().notes().role_sent);
    let nested = json!([{"op": "replace", "value": {USER_URN: {"roles": [{"value": "owner"}]}}}]);
    assert_eq!(after(nested, "roles"), json!([{"value": "owner"}]));
}

#[test]
fn plain_texts_of_the_role_are_values_too() {
    let texts = document(json!({"roles": ["viewer", "editor"]}));
    let text = document(json!({"roles": "viewer"}));
    let roles = |before: &UserDocument, operation: Value| {
        patched(before, json!([operation])).unwrap().attributes().get("roles").cloned().unwrap_or_default()
    };
    assert_eq!(roles(&texts, json!({"op": "remove", "path": "roles[value eq \"Viewer\"]"})), json!(["editor"]));
    assert_eq!(roles(&texts, json!({"op": "add", "path": "roles", "value": "EDITOR"})), json!(["viewer", "editor"]));
    assert_eq!(roles(&text, json!({"op": "add", "path": "roles", "value": [{"value": "viewer"}]})), json!("viewer"));
    assert_eq!(roles(&text, json!({"op": "replace", "path": "roles", "value": "owner"})), json!("owner"));
    assert_eq!(
        roles(&text, json!({"op": "add", "path": "roles[value eq \"viewer\"].primary", "value": true})),
        json!([{"value": "viewer", "primary": true}])
    );
    assert_eq!(roles(&texts, json!({"op": "remove", "path": "roles", "value": ["viewer"]})), json!(["editor"]));
    assert_eq!(roles(&texts, json!({"op": "remove", "path": "roles", "value": "viewer"})), json!(["editor"]));
}

#[test]
fn schemas_follow_from_the_values() {
    let allowed = json!([{"op": "add", "path": "schemas", "value": [ENTERPRISE_USER_URN]},
                         {"op": "replace", "path": "schemas", "value": [USER_URN]}]);
    assert_eq!(patched(&noor(), allowed).unwrap(), noor());
    refused(json!([{"op": "remove", "path": "schemas"}]), ScimType::Mutability);
    refused(json!([{"op": "replace", "path": "schemas", "value": [ENTERPRISE_USER_URN]}]), ScimType::Mutability);
    refused(json!([{"op": "add", "path": "schemas", "value": ["urn:nobody"]}]), ScimType::InvalidValue);
}

#[test]
fn the_envelope_is_judged_first() {
    let parse = |body: Value| PatchRequest::parse(body, &Reading::default()).unwrap_err();
    for body in [
        json!([]),
        json!({"Operations": [{"op": "remove", "path": "title"}]}),
        json!({"schemas": [USER_URN], "Operations": [{"op": "remove", "path": "title"}]}),
        json!({"schemas": [PATCH_OP_URN]}),
        json!({"schemas": [PATCH_OP_URN], "Operations": []}),
        json!({"schemas": [PATCH_OP_URN], "Operations": [5]}),
        json!({"schemas": [PATCH_OP_URN], "Operations": [{"path": "title"}]}),
        json!({"schemas": [PATCH_OP_URN], "Operations": [{"op": "move", "path": "title"}]}),
        json!({"schemas": [PATCH_OP_URN], "Operations": [{"op": "remove", "path": 5}]}),
    ] {
        assert_eq!(parse(body.clone()).scim_type, Some(ScimType::InvalidSyntax), "{body}");
    }
    let many = vec![json!({"op": "remove", "path": "title"}); MAX_OPERATIONS + 1];
    assert_eq!(parse(json!({"schemas": [PATCH_OP_URN], "Operations": many})).status, 413);
    let second = json!([{"op": "remove", "path": "title"}, {"op": "remove", "path": "nobody"}]);
    assert!(refused(second, ScimType::InvalidPath).starts_with("Operation 2: "));
    let shouted = json!({"SCHEMAS": [PATCH_OP_URN], "operations": [{"OP": "remove", "Path": "title"}]});
    let result = PatchRequest::parse(shouted, &Reading::default()).unwrap().apply("5b0e", &noor()).unwrap();
    assert!(result.attributes().get("title").is_none());
}

#[test]
fn wrong_paths_and_values_are_told_apart() {
    for (operation, kind) in [
        (json!({"op": "add", "path": "emails[", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "nobody", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "name.nobody", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "title.value", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "emails.value", "value": "x"}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "name[givenName pr]", "value": {}}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "urn:nobody:2.0:User:title", "value": "x"}), ScimType::InvalidPath),
        (json!({"op": "remove", "path": USER_URN}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "emails[nobody pr]", "value": {}}), ScimType::InvalidFilter),
        (json!({"op": "add", "path": "emails[type is \"x\"]", "value": {}}), ScimType::InvalidFilter),
        (json!({"op": "replace", "path": "id", "value": "x"}), ScimType::Mutability),
        (json!({"op": "add", "path": "groups", "value": [{"value": "g"}]}), ScimType::Mutability),
        (json!({"op": "replace", "path": "meta.version", "value": "x"}), ScimType::Mutability),
        (
            json!({"op": "replace", "path": format!("{ENTERPRISE_USER_URN}:manager.displayName"), "value": "x"}),
            ScimType::Mutability,
        ),
        (json!({"op": "remove", "path": "userName"}), ScimType::Mutability),
        (json!({"op": "replace", "path": "userName", "value": ""}), ScimType::Mutability),
        (json!({"op": "replace", "value": {"userName": null}}), ScimType::Mutability),
        (json!({"op": "replace", "path": "title"}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "title", "value": 5}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "active", "value": "perhaps"}), ScimType::InvalidValue),
        (json!({"op": "add", "path": "name", "value": "Noor"}), ScimType::InvalidValue),
        (json!({"op": "add", "path": "emails", "value": ["x"]}), ScimType::InvalidValue),
        (json!({"op": "add", "path": "emails[type eq \"work\"]", "value": "x"}), ScimType::InvalidValue),
        (json!({"op": "add", "value": "x"}), ScimType::InvalidValue),
        (json!({"op": "replace", "value": {ENTERPRISE_USER_URN: 5}}), ScimType::InvalidValue),
    ] {
        refused(json!([operation]), kind);
    }
}

#[test]
fn operations_see_each_other_and_fail_together() {
    let before = noor();
    let chain = json!([
        {"op": "add", "path": "emails", "value": [{"type": "other", "value": "n@x.example"}]},
        {"op": "replace", "path": "emails[type eq \"other\"].value", "value": "m@x.example"},
        {"op": "remove", "path": "emails[value eq \"noor@home.example\"]"}
    ]);
    let result = patched(&before, chain).unwrap();
    assert_eq!(result.emails().collect::<Vec<_>>(), ["noor@harbor.example", "m@x.example"]);
    let failing = json!([
        {"op": "replace", "path": "title", "value": "Lead"},
        {"op": "replace", "path": "emails[type eq \"fax\"].value", "value": "x"}
    ]);
    assert!(patched(&before, failing).is_err());
    assert_eq!(before, noor());
}

#[test]
fn lists_stay_within_their_limit() {
    let values =
        |from: usize| (from..from + 999).map(|n| json!({"value": format!("n{n}@x.example")})).collect::<Vec<_>>();
    let too_many = json!([
        {"op": "add", "path": "emails", "value": values(0)},
        {"op": "add", "path": "emails", "value": values(2000)}
    ]);
    assert!(refused(too_many, ScimType::InvalidValue).contains("at most 1000"));
}

#[test]
fn an_id_in_a_value_is_the_resources_own_or_refused() {
    let rename = |id: &str| json!([{"op": "replace", "value": {"id": id, "title": "Lead"}}]);
    assert_eq!(patched(&noor(), rename("5b0e")).unwrap().attributes()["title"], "Lead");
    let error = patched(&noor(), rename("77c1")).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::Mutability), "{error}");
}

#[test]
fn each_compatibility_step_can_be_switched_off() {
    for (step, operation) in [
        (Compatibility::OperationCase, json!({"op": "Replace", "path": "title", "value": "Lead"})),
        (Compatibility::BooleanAsText, json!({"op": "replace", "path": "active", "value": "False"})),
        (Compatibility::PathAsMember, json!({"op": "replace", "value": {"name.givenName": "N"}})),
        (Compatibility::IdentityInValue, json!({"op": "replace", "value": {"id": "5b0e", "title": "Lead"}})),
        (Compatibility::RemoveByValue, json!({"op": "remove", "path": "roles", "value": [{"value": "viewer"}]})),
        (Compatibility::NestedCore, json!({"op": "replace", "value": {USER_URN: {"title": "Lead"}}})),
        (Compatibility::PlainTexts, json!({"op": "replace", "path": "roles", "value": ["editor"]})),
        (Compatibility::LoneValue, json!({"op": "add", "path": "emails", "value": {"value": "n@x.example"}})),
        (Compatibility::EmptyAsUnset, json!({"op": "replace", "path": "name", "value": ""})),
    ] {
        let body = json!({"schemas": [PATCH_OP_URN], "Operations": [operation]});
        let on = PatchRequest::parse(body.clone(), &Reading::default()).unwrap();
        assert_eq!(Vec::from_iter(on.notes().compatibility.clone()), [step]);
        let strict = std::iter::once(step).collect();
        let reading = Reading { strict: &strict, ..Reading::default() };
        let error = PatchRequest::parse(body, &reading).unwrap_err();
        assert!(error.status == 400 && error.detail.contains(step.as_str()), "{step}: {error}");
    }
}

#[test]
fn operations_look_at_lists_within_reason() {
    let emails = |letter: &str| -> Vec<Value> {
        (0..1_000).map(|n| json!({"value": format!("{n}{}", letter.repeat(800)), "type": n.to_string()})).collect()
    };
    let outside = json!({"op": "remove", "path": "emails[value co \"zz\" or value co \"yy\"]"});
    for (letter, few, many) in [("a", 20, 60), ("\u{e9}", 1, 4)] {
        let before = document(json!({"emails": emails(letter)}));
        let after = patched(&before, Value::Array(vec![outside.clone(); few])).unwrap();
        assert_eq!(after, before);
        let refused = patched(&before, Value::Array(vec![outside.clone(); many])).unwrap_err();
        assert_eq!((refused.status, refused.scim_type), (400, Some(ScimType::TooMany)));
    }
    let people = document(json!({"emails": [{"value": "ada@harbor.example"}, {"value": "\u{e9}va@harbor.example"}]}));
    assert!(patched(&people, Value::Array(vec![outside; 1_000])).is_ok(), "what people have is no matter");
}
