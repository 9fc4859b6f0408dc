use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::error::ScimType;
use super::super::schema::group_resource_type;
use super::super::schema::{ENTERPRISE_USER_URN, user_resource_type};
use super::*;

fn filter(text: &str) -> Filter {
    Filter::parse(text, user_resource_type()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> String {
    let error = Filter::parse(text, user_resource_type()).unwrap_err();
    assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidFilter)), "{text}");
    error.detail
}

fn ada() -> Value {
    json!({
        "id": "7f",
        "userName": "Ada.Moreno@harbor.example",
        "externalId": "00u7ab2cdEFGhij8x5d7",
        "name": {"givenName": "Ada", "familyName": "Straße"},
        "nickName": "",
        "active": true,
        "emails": [
            {"type": "work", "value": "ada@harbor.example", "primary": true},
            {"type": "home", "value": "ada@home.example"}
        ],
        "roles": ["Editor"],
        ENTERPRISE_USER_URN: {"department": "Data", "manager": {"value": "M1"}},
        "meta": {"created": "2026-09-01T08:00:00.000Z", "version": "W/\"1\""}
    })
}

#[test]
fn precedence_is_group_not_and_or() {
    let printed = |text: &str| parse(text).unwrap().to_string();
    assert_eq!(printed("a pr or b pr and c pr"), "a pr or (b pr and c pr)");
    assert_eq!(printed("(a pr or b pr) and c pr"), "(a pr or b pr) and c pr");
    assert_eq!(printed("not (a pr) and b pr"), "not (a pr) and b pr");
    assert_eq!(printed("NOT(a pr OR b PR) AND(c Eq  \"x\")\t"), "not (a pr or b pr) and c eq \"x\"");
    assert_eq!(printed("a eq 1 and b eq -1.5e3 and c eq null"), "a eq 1 and b eq -1500.0 and c eq null");
    assert_eq!(printed("emails[type eq \"work\" and value co \"@x\"]"), "emails[type eq \"work\" and value co \"@x\"]");
}

#[test]
fn faults_name_the_column() {
    for (text, column, why) in [
        ("", 1, "ends"),
        ("userName", 9, "operator"),
        ("userName is \"x\"", 10, "one of eq"),
        ("userName eq", 12, "value is expected"),
        ("userName eq ada", 13, "double quotes"),
        ("userName eq 'ada'", 13, "single"),
        ("userName eq \"ada", 13, "closing quote"),
        ("userName eq \"a\\q\"", 13, "JSON string"),
        ("userName eq \"a\"and title pr", 16, "blank"),
        ("userName eq \"é\" title pr", 17, "and, or"),
        ("(userName pr", 1, "not closed"),
        ("userName pr)", 12, "and, or"),
        ("emails[type pr", 7, "not closed"),
        ("emails[a[b pr]]", 9, "inside brackets"),
        ("a.b.c pr", 1, "levels"),
        ("userName pr and", 13, "and, or"),
        ("userName pr and ", 17, "ends"),
        ("name.familyName.x eq 1", 1, "levels"),
        ("userName eq 01", 13, "value is expected"),
    ] {
        let detail = parse(text).unwrap_err().detail;
        assert!(detail.contains(&format!("column {column}:")) && detail.contains(why), "{text}: {detail}");
    }
}

#[test]
fn limits_hold() {
    let long = format!("userName eq \"{}\"", "x".repeat(MAX_TEXT));
    assert!(parse(&long).unwrap_err().detail.contains("4096"));
    let nested = |levels: usize| format!("{}a pr{}", "(".repeat(levels), ")".repeat(levels));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    assert!(parse(&nested(MAX_DEPTH + 1)).unwrap_err().detail.contains("levels"));
    assert!(parse(&nested(2000)).is_err());
    let wide = |terms: usize| vec!["a pr"; terms].join(" or ");
    assert!(parse(&wide(MAX_TERMS)).is_ok());
    assert!(parse(&wide(MAX_TERMS + 1)).unwrap_err().detail.contains("128 comparisons"));
}

#[test]
fn user_names_are_found_in_every_spelling() {
    for text in [
        "userName eq \"ada.moreno@harbor.example\"",
        "username EQ \"ADA.MORENO@HARBOR.EXAMPLE\"",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"Ada.Moreno@harbor.example\"",
        "URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:USERNAME eq \"Ada.Moreno@harbor.example\"",
    ] {
        assert!(filter(text).matches(&ada()), "{text}");
        assert_eq!(narrow(&filter(text)), Some(Narrowing::UserName("ada.moreno@harbor.example".into())), "{text}");
    }
}

#[test]
fn what_matches_and_what_does_not() {
    for (text, expected) in [
        ("externalId eq \"00u7ab2cdEFGhij8x5d7\"", true),
        ("externalId eq \"00U7AB2CDEFGHIJ8X5D7\"", false),
        ("name.familyName eq \"STRASSE\"", true),
        ("name.familyName sw \"stras\" and name.familyName ew \"SSE\" and userName co \"MORENO\"", true),
        ("userName co \"\" and userName sw \"\" and userName ew \"\"", true),
        ("title co \"\"", false),
        ("active eq true", true),
        ("active eq \"True\"", true),
        ("active ne false", true),
        ("emails co \"home.example\"", true),
        ("emails.type eq \"work\" and emails.value co \"home\"", true),
        ("emails[type eq \"work\" and value co \"home\"]", false),
        ("emails[type eq \"home\" and value co \"home\"]", true),
        ("emails[not (primary pr)]", true),
        ("emails[primary ne true and type eq \"home\"]", true),
        ("emails.type ne \"work\"", true),
        ("not (emails.type eq \"work\")", false),
        ("phoneNumbers.type ne \"work\"", true),
        ("roles eq \"editor\" and roles[value eq \"EDITOR\"] and roles.value pr", true),
        ("roles.type pr", false),
        ("title pr", false),
        ("title eq null", true),
        ("title ne null", false),
        ("userName ne null", true),
        ("title ne \"Analyst\"", true),
        ("nickName pr", true),
        ("name pr", true),
        ("emails pr and not (groups pr)", true),
        ("userName gt \"ada\" and userName lt \"adb\"", true),
        ("meta.created ge \"2026-09-01T10:00:00+02:00\" and meta.created le \"2026-09-01T08:00:00\"", true),
        ("meta.created gt \"2026-09-01T08:00:00Z\"", false),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"data\"", true),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"m1\"", false),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq \"M1\"", true),
        ("commonRoomRole pr", false),
    ] {
        assert_eq!(filter(text).matches(&ada()), expected, "{text}");
    }
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    for (text, why) in [
        ("email eq \"a@b.example\"", "Unique identifier field"),
        ("name.nobody pr", "Unique identifier field"),
        ("urn:nobody:userName eq \"a\"", "Unique identifier field"),
        ("password sw \"a\"", "never shown"),
        ("name eq \"Ada\"", "Name one of them"),
        ("userName eq 5", "double quotes"),
        ("active gt true", "true or false"),
        ("active co \"tr\"", "true or false"),
        ("active eq \"yes\"", "true or false"),
        ("meta.created eq \"yesterday\"", "a time"),
        ("meta.created sw \"2026\"", "a time"),
        ("x509Certificates gt \"AA\"", "base64"),
        ("title gt null", "null"),
        ("userName[value pr]", "brackets"),
        ("name[givenName pr]", "brackets"),
        ("emails[nobody pr]", "no part"),
        ("emails[value.x pr]", "between the brackets"),
    ] {
        let detail = refused(text);
        assert!(detail.contains(why), "{text}: {detail}");
    }
}

#[test]
fn narrowing_takes_the_best_key_of_the_top_conjunction() {
    let key = |text: &str| narrow(&filter(text));
    assert_eq!(key("id eq \"7f\" and userName eq \"A\""), Some(Narrowing::Id("7f".into())));
    assert_eq!(
        key("active eq true and (title pr and externalId eq \"00uX\")"),
        Some(Narrowing::ExternalId("00uX".into()))
    );
    assert_eq!(key("emails.value eq \"A@B.example\""), Some(Narrowing::Email("a@b.example".into())));
    assert_eq!(key("emails eq \"A@B.example\""), Some(Narrowing::Email("a@b.example".into())));
    assert_eq!(
        key("emails[type eq \"work\" and value eq \"A@B.example\"]"),
        Some(Narrowing::Email("a@b.example".into()))
    );
    assert_eq!(key("active eq \"False\""), None, "too many are");
    assert_eq!(key("groups[value eq \"g1\"] and active eq true"), Some(Narrowing::Group("g1".into())));
    for text in [
        "displayName eq \"ada\"",
        "meta.resourceType eq \"User\"",
        "groups.display eq \"g1\"",
        "userName eq \"a\" or title pr",
        "not (userName eq \"a\")",
        "userName sw \"a\"",
        "active ne true",
        "emails[value eq \"a\" or type eq \"b\"]",
        "phoneNumbers.value eq \"5\"",
    ] {
        assert_eq!(key(text), None, "{text}");
    }
}

#[test]
fn groups_are_narrowed_by_name_and_member() {
    let key = |text: &str| narrow(&Filter::parse(text, group_resource_type()).unwrap());
    assert_eq!(key("displayName eq \"Data Team\""), Some(Narrowing::DisplayName("data team".into())));
    assert_eq!(key("members eq \"u1\""), Some(Narrowing::Member("u1".into())));
    assert_eq!(key("members[value eq \"u1\" and type eq \"User\"]"), Some(Narrowing::Member("u1".into())));
    assert_eq!(
        key("members.value eq \"u1\" and displayName eq \"A\" and externalId eq \"x\""),
        Some(Narrowing::DisplayName("a".into()))
    );
    assert_eq!(key("id eq \"1\" and meta.resourceType eq \"User\""), Some(Narrowing::Nobody));
    assert_eq!(key("members.type eq \"u1\""), None);
}

#[test]
fn what_a_type_lacks_narrows_to_nobody() {
    let key = |text: &str| narrow(&Filter::check_among(&parse(text).unwrap(), group_resource_type()).unwrap());
    assert_eq!(key("userName eq \"a\""), Some(Narrowing::Nobody));
    assert_eq!(key("displayName eq \"a\" and emails[value eq \"b\"]"), Some(Narrowing::Nobody));
    assert_eq!(key("userName eq \"a\" or displayName eq \"b\""), None);
    assert_eq!(key("userName ne \"a\" and displayName eq \"b\""), Some(Narrowing::DisplayName("b".into())));
}

#[test]
fn a_filter_says_which_members_decide_it() {
    let wanted = |text: &str| Filter::parse(text, group_resource_type()).unwrap().ids_of("members");
    let these = |ids: &[&str]| Wanted::These(ids.iter().map(|id| (*id).to_owned()).collect());
    assert_eq!(wanted("displayName eq \"a\" or externalId pr"), Wanted::Nothing);
    assert_eq!(wanted("members eq \"u1\" or not (members[value eq \"u2\" or value eq \"u1\"])"), these(&["u1", "u2"]));
    for text in [
        "members pr",
        "members.value ne \"u1\"",
        "members.value sw \"u\"",
        "members eq null",
        "members.type eq \"a\"",
        "members[value eq \"u1\" and type eq \"User\"]",
        "members[not (value eq \"u1\")]",
        "members[value pr]",
        "displayName eq \"a\" or members.value eq \"u1\" and members pr",
    ] {
        assert_eq!(wanted(text), Wanted::All, "{text}");
    }
    let lenient = parse("members[nobody eq \"x\" or value eq \"u1\"] or members[nobody ne \"x\"]").unwrap();
    assert_eq!(Filter::check_among(&lenient, group_resource_type()).unwrap().ids_of("members"), Wanted::All);
}

fn expression() -> impl Strategy<Value = Expression> {
    let name = "[a-zA-Z][a-zA-Z0-9_-]{0,6}";
    let path = (prop::option::of("urn:[a-z]{1,4}:2\\.0:[A-Z][a-z]{0,3}"), name, prop::option::of(name))
        .prop_map(|(urn, attribute, sub)| AttributePath { urn, attribute, sub });
    let literal = prop_oneof![
        "\\PC{0,12}".prop_map(Literal::Text),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<bool>().prop_map(Literal::Boolean),
        Just(Literal::Null),
    ];
    let operator = prop::sample::select(Operator::ALL.to_vec());
    let flat = prop_oneof![
        path.clone().prop_map(Expression::Present),
        (path.clone(), operator, literal)
            .prop_map(|(path, operator, literal)| Expression::Compare(path, operator, literal)),
    ];
    fn branches<S: Strategy<Value = Expression> + Clone + 'static>(inner: S) -> impl Strategy<Value = Expression> {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Or),
            inner.prop_map(|part| Expression::Not(Box::new(part))),
        ]
    }
    let inside = flat.clone().prop_recursive(2, 8, 3, branches);
    let element = (path, inside).prop_map(|(path, part)| Expression::Element(path, Box::new(part)));
    prop_oneof![3 => flat, 1 => element].prop_recursive(3, 24, 3, branches)
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_limits(text in "\\PC{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn texts_close_to_filters_are_read_or_refused(text in "([a-c]|not|and|or|eq|pr|[ \\[\\]().:\"\\\\0-9])*") {
        if let Ok(expression) = parse(&text) {
            prop_assert_eq!(parse(&expression.to_string()).unwrap(), expression);
        }
    }

    #[test]
    fn what_is_printed_reads_back(expression in expression()) {
        let text = expression.to_string();
        prop_assume!(text.len() <= MAX_TEXT);
        prop_assert_eq!(parse(&text).unwrap(), expression, "{}", text);
    }
}
