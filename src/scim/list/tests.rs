use proptest::prelude::*;
use serde_json::json;

use super::super::schema::group_resource_type;
use super::super::schema::user_resource_type;
use super::super::sort::SortKey;
use super::*;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn query(given: &[(&str, &str)]) -> Result<ListQuery, ScimError> {
    ListQuery::parse(&pairs(given), user_resource_type())
}

fn search(members: Value) -> Result<ListQuery, ScimError> {
    let mut body = json!({"schemas": [SEARCH_REQUEST_URN]});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    ListQuery::from_search(body, user_resource_type())
}

fn keyword(error: &ScimError) -> (u16, &'static str) {
    (error.status, error.scim_type.unwrap().as_str())
}

#[test]
fn okta_credential_test_and_lookup_are_understood() {
    let test = query(&[("startIndex", "1"), ("count", "2")]).unwrap();
    assert_eq!((test.paging.start_index(), test.count, test.filter), (1, 2, None));
    let lookup =
        query(&[("filter", "userName eq \"ada.moreno@harbor.example\""), ("startIndex", "1"), ("count", "100")])
            .unwrap();
    assert!(lookup.filter.is_some());
}

#[test]
fn numbers_out_of_range_are_moved_into_it() {
    let page = |given: &[(&str, &str)]| query(given).map(|query| (query.paging.start_index(), query.count)).unwrap();
    assert_eq!(page(&[]), (1, 100));
    assert_eq!(page(&[("startIndex", "0"), ("count", "-5")]), (1, 0));
    assert_eq!(page(&[("startIndex", "-9"), ("count", "0")]), (1, 0));
    assert_eq!(page(&[("count", "99999999999999999999999")]), (1, 200));
    assert_eq!(page(&[("COUNT", "7"), ("tenant", "x"), ("filter", "")]), (1, 7));
}

#[test]
fn what_is_no_number_or_given_twice_is_refused() {
    for given in [
        &[("count", "ten")][..],
        &[("startIndex", "1.5")],
        &[("startIndex", "-")],
        &[("count", "1"), ("count", "2")],
        &[("cursor", ""), ("cursor", "x")],
        &[("cursor", ""), ("startIndex", "1")],
        &[("attributes", "userName"), ("excludedAttributes", "emails")],
        &[("sortBy", "nobody")],
        &[("sortBy", "userName"), ("sortOrder", "up")],
    ] {
        assert_eq!(keyword(&query(given).unwrap_err()), (400, "invalidValue"), "{given:?}");
    }
    assert_eq!(query(&[("filter", "userName")]).unwrap_err().scim_type.unwrap().as_str(), "invalidFilter");
}

#[test]
fn a_bare_cursor_asks_for_the_first_page() {
    let paging = |given: &[(&str, &str)]| query(given).unwrap().paging;
    let first = Paging::Cursor { after: None };
    assert_eq!(paging(&[("cursor", "")]), first);
    assert_eq!(paging(&[("CURSOR", " "), ("startIndex", "")]), first);
    assert_eq!(paging(&[("cursor", "abc")]), Paging::Cursor { after: Some("abc".to_owned()) });
    assert_eq!(paging(&[]), Paging::Index { start_index: 1 });
}

#[test]
fn the_order_is_read_and_its_direction_alone_is_ignored() {
    let sorted = query(&[("sortBy", "userName"), ("sortOrder", "descending")]).unwrap().sort.unwrap();
    assert!(sorted.is_descending());
    assert_eq!(query(&[("sortOrder", "up")]).unwrap().sort, None);
}

#[test]
fn a_search_reads_like_a_query() {
    let by_url = query(&[
        ("filter", "userName sw \"a\""),
        ("sortBy", "userName"),
        ("sortOrder", "descending"),
        ("startIndex", "3"),
        ("count", "7"),
        ("attributes", "userName,emails"),
    ])
    .unwrap();
    let by_body = search(json!({
        "filter": "userName sw \"a\"", "SORTBY": "userName", "sortOrder": "descending", "startIndex": 3, "count": 7,
        "attributes": ["userName", "emails"], "excludedAttributes": null, "unknown": {}
    }))
    .unwrap();
    assert_eq!(format!("{by_url:?}"), format!("{by_body:?}"));
    assert_eq!(search(json!({"attributes": "userName,emails"})).unwrap().projection, by_url.projection);
    assert_eq!(search(json!({"cursor": ""})).unwrap().paging, Paging::Cursor { after: None });
    let limits = search(json!({"startIndex": -1, "count": 9_000_000_000_i64})).unwrap();
    assert_eq!((limits.paging.start_index(), limits.count), (1, MAX_RESULTS));
}

#[test]
fn a_search_of_the_wrong_kind_is_refused_by_name() {
    for body in [json!([]), json!({}), json!({"schemas": SEARCH_REQUEST_URN}), json!({"schemas": ["urn:nobody"]})] {
        let error = ListQuery::from_search(body, user_resource_type()).unwrap_err();
        assert_eq!(keyword(&error), (400, "invalidSyntax"));
    }
    for (member, value) in [
        ("filter", json!(5)),
        ("sortBy", json!(["userName"])),
        ("sortOrder", json!(true)),
        ("startIndex", json!("1")),
        ("count", json!(1.5)),
        ("cursor", json!(0)),
        ("attributes", json!(["userName", 5])),
        ("excludedAttributes", json!({})),
    ] {
        let error = search(json!({ member: value })).unwrap_err();
        assert_eq!(keyword(&error), (400, "invalidValue"), "{member}");
        assert!(error.detail.contains(member), "{error}");
    }
}

#[test]
fn at_the_root_what_a_type_lacks_has_no_value() {
    let kinds = [user_resource_type(), group_resource_type()];
    let matches = |filter: &str, subject: &Value, place: usize| {
        let queries = ListQuery::parse_each(&pairs(&[("filter", filter)]), &kinds).unwrap();
        queries[place].filter.as_ref().unwrap().matches(subject)
    };
    let user = json!({"userName": "ada", "displayName": "Ada", "meta": {"resourceType": "User"}});
    let group = json!({"displayName": "Ada", "meta": {"resourceType": "Group"}});
    for (filter, of_user, of_group) in [
        ("displayName eq \"ada\"", true, true),
        ("userName eq \"ada\"", true, false),
        ("userName ne \"bo\"", true, true),
        ("members pr", false, false),
        ("members eq null and emails eq null", true, true),
        ("not (emails[value co \"x\"])", true, true),
        ("nobody.at pr or nobody co \"a\" or nobody gt \"a\" or nobody[x pr]", false, false),
        ("nobody ne \"a\" and not (nobody pr)", true, true),
        ("emails[nobody ne \"a\"]", false, false),
        ("meta.resourceType eq \"User\"", true, false),
    ] {
        assert_eq!((matches(filter, &user, 0), matches(filter, &group, 1)), (of_user, of_group), "{filter}");
    }
    for filter in ["password sw \"a\"", "active gt true", "nobody gt null", "userName[value pr]"] {
        let error = ListQuery::parse_each(&pairs(&[("filter", filter)]), &kinds).unwrap_err();
        assert_eq!(keyword(&error), (400, "invalidFilter"), "{filter}");
    }
}

#[test]
fn at_the_root_every_type_sorts_by_what_it_has() {
    let kinds = [user_resource_type(), group_resource_type()];
    let body = json!({"schemas": [SEARCH_REQUEST_URN], "sortBy": "userName"});
    let queries = ListQuery::search_each(body, &kinds).unwrap();
    let key = |place: usize| queries[place].sort.as_ref().unwrap().key(&json!({"userName": "Ada"}));
    assert_eq!((key(0), key(1)), (SortKey::Text("ada".to_owned()), SortKey::Nothing));
    assert_eq!(queries[0].canonical(), queries[1].canonical());
}

#[test]
fn the_canonical_text_differs_with_whatever_changes_the_pages() {
    let of = |given: &[(&str, &str)]| query(given).unwrap().canonical().to_owned();
    let queries = [
        of(&[]),
        of(&[("filter", "title pr")]),
        of(&[("sortBy", "title")]),
        of(&[("sortBy", "title"), ("sortOrder", "descending")]),
        of(&[("attributes", "title")]),
        of(&[("excludedAttributes", "title")]),
        ListQuery::parse(&[], group_resource_type()).unwrap().canonical().to_owned(),
    ];
    for (place, left) in queries.iter().enumerate() {
        assert!(!queries.iter().skip(place + 1).any(|right| left == right), "{left}");
    }
    assert_eq!(of(&[("cursor", "x"), ("count", "5"), ("tenant", "y")]), of(&[("sortOrder", "descending")]));
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused(name in "(cursor|count|filter|sortBy|startIndex|attributes)", value in "\\PC{0,20}") {
        let _ = query(&[(&name, &value)]);
        let _ = search(json!({ name: value }));
    }
}
