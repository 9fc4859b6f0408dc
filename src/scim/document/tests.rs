use proptest::prelude::*;
use serde_json::json;

use super::super::error::ScimType;
use super::super::schema::{ENTERPRISE_USER_URN, USER_URN};
use super::*;
use crate::model::compatibility::Compatibility;

/// What Okta sends for a new assignment.
fn okta_create() -> Value {
    json!({
        "schemas": [USER_URN, ENTERPRISE_USER_URN],
        "userName": "Lin.Duarte@harbor.example",
        "name": {"givenName": "Lin", "familyName": "Duarte", "middleName": ""},
        "emails": [{"primary": true, "value": "lin.duarte@harbor.example", "type": "work"}],
        "displayName": "Lin Duarte",
        "title": "",
        "locale": "en_US",
        "externalId": "00u4kq9xYzTUVw3h8d7",
        "groups": [],
        "password": "Tr0ub4dor",
        "active": true,
        "roles": [{"primary": true, "value": "Editor"}],
        ENTERPRISE_USER_URN: {"department": "Maps", "manager": {"displayName": "Sam"}}
    })
}

fn create(body: Value) -> UserDocument {
    UserDocument::create(body, &Reading::default()).unwrap().0
}

fn refused(body: Value, kind: ScimType) -> String {
    let error = UserDocument::create(body, &Reading::default()).unwrap_err();
    assert_eq!((error.status, error.scim_type), (400, Some(kind)), "{error}");
    error.detail
}

fn with(name: &str, value: Value) -> Value {
    let mut body = json!({"schemas": [USER_URN], "userName": "lin@harbor.example"});
    body[name] = value;
    body
}

#[test]
fn okta_create_is_kept_without_what_is_not_ours_to_keep() {
    let (document, notes) = UserDocument::create(okta_create(), &Reading::default()).unwrap();
    assert_eq!(
        Value::Object(document.attributes().clone()),
        json!({
            "userName": "Lin.Duarte@harbor.example",
            "name": {"givenName": "Lin", "familyName": "Duarte"},
            "emails": [{"primary": true, "value": "lin.duarte@harbor.example", "type": "work"}],
            "displayName": "Lin Duarte",
            "locale": "en_US",
            "externalId": "00u4kq9xYzTUVw3h8d7",
            "active": true,
            "roles": [{"primary": true, "value": "Editor"}],
            ENTERPRISE_USER_URN: {"department": "Maps"}
        })
    );
    assert!(notes.role_sent && notes.ignored.is_empty());
    // The empty middle name.
    assert_eq!(Vec::from_iter(notes.compatibility), [Compatibility::EmptyAsUnset]);
    assert_eq!(document.user_name(), "Lin.Duarte@harbor.example");
    assert_eq!(document.external_id(), Some("00u4kq9xYzTUVw3h8d7"));
    assert_eq!((document.given_name(), document.family_name()), (Some("Lin"), Some("Duarte")));
    assert_eq!((document.display_name(), document.active()), (Some("Lin Duarte"), Some(true)));
    assert_eq!(document.primary_email(), Some("lin.duarte@harbor.example"));
    assert!(!document.to_stored().contains("Tr0ub4dor"));
}

#[test]
fn stored_and_read_again_is_the_same() {
    let document = create(okta_create());
    assert_eq!(UserDocument::from_stored(&document.to_stored()).unwrap(), document);
    assert!(UserDocument::from_stored("[]").is_err());
    assert!(UserDocument::from_stored("{}").is_err());
    assert!(UserDocument::from_stored("{").is_err());
}

#[test]
fn names_in_any_case_take_the_spelling_of_the_schema() {
    let document = create(json!({
        "SCHEMAS": [USER_URN.to_uppercase()],
        "USERNAME": "lin@harbor.example",
        "Name": {"GIVENNAME": "Lin"},
        "EMAILS": [{"VALUE": "lin@harbor.example", "Primary": "True"}],
        ENTERPRISE_USER_URN.to_uppercase(): {"DEPARTMENT": "Maps"}
    }));
    assert_eq!(
        Value::Object(document.attributes().clone()),
        json!({
            "userName": "lin@harbor.example",
            "name": {"givenName": "Lin"},
            "emails": [{"value": "lin@harbor.example", "primary": true}],
            ENTERPRISE_USER_URN: {"department": "Maps"}
        })
    );
}

#[test]
fn no_value_is_no_value_in_every_spelling() {
    let document = create(json!({
        "schemas": [USER_URN], "userName": "lin@harbor.example", "title": null, "nickName": "", "active": "",
        "emails": [], "phoneNumbers": [{"type": "work", "value": ""}, null], "name": {"givenName": null},
        "displayName": " ", "ims": [{"primary": true, "value": ""}, {"primary": true}], "roles": "  ", ENTERPRISE_USER_URN: {"department": ""}
    }));
    assert_eq!(Value::Object(document.attributes().clone()), json!({"userName": "lin@harbor.example"}));
}

#[test]
fn unknown_members_are_ignored_and_named() {
    let mut body = with("favouriteColour", json!("blue"));
    body["urn:ietf:params:scim:schemas:extension:comonroom:2.0:User"] = json!({"role": "editor"});
    body["name"] = json!({"givenName": "Lin", "petName": "L"});
    let (_, notes) = UserDocument::create(body, &Reading::default()).unwrap();
    assert_eq!(
        notes.ignored,
        ["favouriteColour", "urn:ietf:params:scim:schemas:extension:comonroom:2.0:User", "name.petName"]
    );
    assert!(!notes.role_sent);
}

#[test]
fn core_attributes_under_the_core_uri_are_lifted_and_win() {
    let mut body = with("roles", json!([{"value": "viewer"}]));
    body[USER_URN] = json!({"roles": [{"type": "base", "value": "editor"}], "title": "Analyst"});
    let (document, notes) = UserDocument::create(body, &Reading::default()).unwrap();
    assert_eq!(document.attributes().get("roles"), Some(&json!([{"type": "base", "value": "editor"}])));
    assert_eq!(document.attributes().get("title"), Some(&json!("Analyst")));
    assert!(notes.compatibility.contains(&Compatibility::NestedCore));
}

#[test]
fn booleans_may_be_texts() {
    let (document, notes) = UserDocument::create(with("active", json!("False")), &Reading::default()).unwrap();
    assert_eq!(document.active(), Some(false));
    assert!(notes.compatibility.contains(&Compatibility::BooleanAsText));
}

#[test]
fn the_envelope_is_judged_in_words_that_help() {
    assert!(refused(json!([]), ScimType::InvalidSyntax).contains("a list"));
    assert!(refused(json!({"userName": "lin"}), ScimType::InvalidSyntax).contains(USER_URN));
    assert!(refused(with("schemas", json!([])), ScimType::InvalidSyntax).contains(USER_URN));
    assert!(refused(with("schemas", json!([5])), ScimType::InvalidSyntax).contains("a number"));
    assert!(refused(with("schemas", json!([ENTERPRISE_USER_URN])), ScimType::InvalidValue).contains("base schema"));
    let unknown = with("schemas", json!([USER_URN, "urn:ietf:params:scim:schemas:extension:comonroom:2.0:User"]));
    assert!(refused(unknown, ScimType::InvalidValue).contains("External namespace"));
    let old = with("schemas", json!(["urn:scim:schemas:core:1.0"]));
    assert!(refused(old, ScimType::InvalidValue).contains("SCIM 2.0"));
}

#[test]
fn a_user_without_a_name_is_refused() {
    assert!(refused(json!({"schemas": [USER_URN]}), ScimType::InvalidValue).contains("userName is missing or empty"));
    assert!(refused(with("userName", json!("")), ScimType::InvalidValue).contains("Attribute Mappings"));
}

#[test]
fn values_of_the_wrong_kind_are_refused_by_place() {
    for (name, value, place) in [
        ("userName", json!(5), "userName is a number"),
        ("active", json!("yes"), "active is a text"),
        ("name", json!("Lin Duarte"), "name is a text"),
        ("emails", json!("lin@harbor.example"), "emails is a text. Send a list"),
        ("emails", json!(["lin@harbor.example"]), "emails[0] is a text"),
        ("emails", json!([{"value": "a"}, {"value": true}]), "emails[1].value is true or false"),
        ("roles", json!(5), "roles is a number"),
        ("x509Certificates", json!([{"value": "***"}]), "x509Certificates[0].value is a text. Send a text in base64"),
        (ENTERPRISE_USER_URN, json!("Maps"), "is a text. Send an object"),
        (ENTERPRISE_USER_URN, json!({"manager": "5"}), "manager is a text"),
    ] {
        let detail = refused(with(name, value), ScimType::InvalidValue);
        assert!(detail.contains(place), "{detail}");
    }
    let certificate = json!([{"value": "AQID\nBA"}]);
    assert_eq!(
        create(with("x509Certificates", certificate.clone())).attributes().get("x509Certificates"),
        Some(&certificate)
    );
}

#[test]
fn two_primary_values_are_refused_and_repetitions_dropped() {
    let two = json!([{"value": "a@x.example", "primary": true}, {"value": "b@x.example", "primary": "true"}]);
    assert!(refused(with("emails", two), ScimType::InvalidValue).contains("primary"));
    let twice = json!([{"value": "a@x.example", "type": "work"}, {"type": "work", "value": "a@x.example"}]);
    assert_eq!(create(with("emails", twice)).emails().count(), 1);
    let many: Vec<Value> = (0..1001).map(|n| json!({"value": format!("n{n}@x.example")})).collect();
    assert!(refused(with("emails", json!(many)), ScimType::InvalidValue).contains("at most 1000"));
}

#[test]
fn every_form_of_the_role_stays_as_it_came() {
    for (name, value) in [
        ("roles", json!([{"primary": true, "value": " Editor "}])),
        ("roles", json!([{"type": "base", "value": "editor", "display": "Editor"}])),
        ("roles", json!(["EDITOR"])),
        ("roles", json!("editor")),
        ("commonRoomRole", json!("Editor")),
        (COMMON_ROOM_URN, json!({"role": "editor"})),
    ] {
        let (document, notes) = UserDocument::create(with(name, value.clone()), &Reading::default()).unwrap();
        assert_eq!(document.attributes().get(name), Some(&value));
        assert!(notes.role_sent);
        let without = document.without_role();
        assert_eq!(without, create(with("userName", json!("lin@harbor.example"))));
    }
}

#[test]
fn put_clears_what_is_left_out_but_not_the_role_nor_active() {
    let before = create(okta_create()).with_active(false);
    let body = json!({"schemas": [USER_URN], "id": "other", "meta": {"version": "x"}, "groups": [{"value": "g"}],
                      "userName": "lin.duarte@harbor.example", "roles": []});
    let (after, notes) = before.replace(body, &Reading::default()).unwrap();
    assert_eq!(
        Value::Object(after.attributes().clone()),
        json!({
            "userName": "lin.duarte@harbor.example",
            "active": false,
            "roles": [{"primary": true, "value": "Editor"}]
        })
    );
    assert!(!notes.role_sent);
}

#[test]
fn put_of_what_was_read_changes_nothing() {
    let before = create(okta_create());
    let mut body = okta_create();
    body["id"] = json!("01992f3e");
    body["meta"] = json!({"resourceType": "User", "version": "W/\"1\""});
    assert_eq!(before.replace(body, &Reading::default()).unwrap().0, before);
}

#[test]
fn put_with_a_role_in_another_form_leaves_only_that() {
    let before = create(okta_create());
    let (after, notes) = before.replace(with("commonRoomRole", json!("owner")), &Reading::default()).unwrap();
    assert!(notes.role_sent);
    assert_eq!(after.attributes().get("commonRoomRole"), Some(&json!("owner")));
    assert!(!after.attributes().contains_key("roles"));
}

#[test]
fn a_formatted_name_that_came_back_stale_is_made_anew() {
    let name = |given: &str, family: &str, formatted: &str| {
        with("name", json!({"givenName": given, "familyName": family, "formatted": formatted}))
    };
    let before = create(name("Lin", "Duarte", "Lin Duarte"));
    let formatted =
        |body: Value| before.replace(body, &Reading::default()).unwrap().0.formatted_name().map(str::to_owned);
    assert_eq!(formatted(name("Lin", "Duarte-Oro", "Lin Duarte")).as_deref(), Some("Lin Duarte-Oro"));
    assert_eq!(formatted(name("Lin", "Duarte-Oro", "L. D.-O.")).as_deref(), Some("L. D.-O."));
    assert_eq!(formatted(name("Lin", "Duarte", "Lin Duarte")).as_deref(), Some("Lin Duarte"));
    assert_eq!(formatted(with("name", json!({"formatted": "Lin Duarte"}))), None);
}

#[test]
fn the_primary_address_is_the_marked_one_or_the_first() {
    let emails = |list: Value| create(with("emails", list)).primary_email().map(str::to_owned);
    assert_eq!(
        emails(json!([{"value": "a@x.example"}, {"value": "b@x.example", "primary": true}])).as_deref(),
        Some("b@x.example")
    );
    assert_eq!(emails(json!([{"value": "a@x.example"}, {"value": "b@x.example"}])).as_deref(), Some("a@x.example"));
    assert_eq!(emails(json!([])), None);
}

#[test]
fn people_are_shown_by_the_best_name_there_is() {
    let shown = |name: &str, value: Value| create(with(name, value)).shown_name();
    assert_eq!(shown("displayName", json!("Lin D.")).as_deref(), Some("Lin D."));
    assert_eq!(shown("name", json!({"givenName": "Lin", "familyName": "Duarte"})).as_deref(), Some("Lin Duarte"));
    assert_eq!(shown("name", json!({"givenName": "Lin", "formatted": "L."})).as_deref(), Some("L."));
    assert_eq!(shown("title", json!("Analyst")), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-zA-Z ]{0,4}".prop_map(Value::from),
        Just(json!("TRUE")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = prop::sample::select(vec![
            "value",
            "type",
            "primary",
            "display",
            "givenName",
            "formatted",
            "department",
            "role",
            "manager",
            "$ref",
            "x",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_is_refused_or_becomes_a_document_that_stays_itself(
        members in prop::collection::btree_map(
            prop::sample::select(vec![
                "name", "emails", "roles", "active", "title", "ID", "meta", "groups", "password", "addresses", "unknown",
                "commonRoomRole", USER_URN, ENTERPRISE_USER_URN, COMMON_ROOM_URN,
            ]),
            any_json(),
            0..6,
        )
    ) {
        let mut body = json!({"schemas": [USER_URN], "userName": "lin@harbor.example"});
        for (name, value) in members {
            body[name] = value;
        }
        if let Ok((document, _)) = UserDocument::create(body, &Reading::default()) {
            let mut again = Value::Object(document.attributes().clone());
            again["schemas"] = json!([USER_URN]);
            prop_assert_eq!(&UserDocument::create(again.clone(), &Reading::default()).unwrap().0, &document);
            prop_assert_eq!(&document.replace(again, &Reading::default()).unwrap().0, &document);
            prop_assert_eq!(&UserDocument::from_stored(&document.to_stored()).unwrap(), &document);
        }
    }
}
