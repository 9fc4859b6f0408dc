//! Chapter 7: reading one, reading many, and pages by index.

use serde_json::{Value, json};

use crate::{
    harness::{GROUP, Room, person, tag},
    suite::suite,
};

suite! {
    line_045_a_known_user_is_200_with_its_version,
    line_045_a_known_group_is_200_with_its_version,
    line_045_unknown_and_deleted_ids_are_404,
    line_046_a_list_says_how_many_and_where,
    line_046_an_empty_list_has_everything_too,
    line_047_no_match_is_an_empty_list,
    line_050_numbers_are_moved_into_their_range,
    line_050_what_is_no_number_is_refused,
    line_050_a_page_beyond_the_end_is_empty,
    line_050_a_page_has_a_largest_size,
    line_051_lists_keep_the_order_of_creation,
    line_051_groups_keep_the_order_of_creation,
    line_051_pages_fit_together,
}

fn line_045_a_known_user_is_200_with_its_version(room: &Room) {
    let created = room.post("/Users", &person(json!({"title": "Analyst"}))).expect(201);
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    assert_eq!(read.body, created.body, "{read}");
    assert_eq!(read["meta"]["version"], read.etag(), "{read}");
}

fn line_045_a_known_group_is_200_with_its_version(room: &Room) {
    let user = room.user(&person(json!({})));
    let body = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]});
    let read = room.get(&format!("/Groups/{}", room.group(&body))).expect(200);
    let read = read.has("/members/0/value", user).has("/displayName", body["displayName"].clone());
    assert_eq!(read["meta"]["version"], read.etag(), "{read}");
}

fn line_045_unknown_and_deleted_ids_are_404(room: &Room) {
    let deleted = room.user(&person(json!({})));
    room.delete(&format!("/Users/{deleted}")).expect(204);
    let unknown = ["nobody", "00919288221112222", "01a20f72-eab7-7c62-9703-9b5fd0381229", "%00", "a%2Fb", &deleted];
    for id in unknown {
        room.get(&format!("/Users/{id}")).scim_error(404, None);
        room.get(&format!("/Groups/{id}")).scim_error(404, None);
    }
    room.get("/Boats").scim_error(404, None);
    room.get("/Users/nobody/emails").scim_error(404, None);
}

fn line_046_a_list_says_how_many_and_where(room: &Room) {
    let external = tag();
    for _ in 0..3 {
        room.user(&person(json!({"externalId": external})));
    }
    let filter = format!("externalId eq \"{external}\"");
    let list = room.list("/Users", &[("filter", &filter), ("startIndex", "2"), ("count", "1")]).expect(200);
    let list = list.has("/totalResults", 3).has("/startIndex", 2).has("/itemsPerPage", 1);
    assert_eq!(list.resources().len(), 1, "{list}");
    let whole = room.list("/Users", &[("filter", &filter)]).expect(200);
    let whole = whole.has("/totalResults", 3).has("/startIndex", 1).has("/itemsPerPage", 3);
    for resource in whole.resources() {
        let alone = room.get(&format!("/Users/{}", resource["id"].as_str().unwrap())).expect(200);
        assert_eq!(alone.body, resource, "a resource in a list is the resource.\n{alone}");
    }
}

fn line_046_an_empty_list_has_everything_too(_: &Room) {
    let room = Room::start();
    for path in ["/Users", "/Groups"] {
        let empty = room.get(path).expect(200).has("/totalResults", 0).has("/startIndex", 1).has("/itemsPerPage", 0);
        assert_eq!(empty.resources(), Vec::<Value>::new());
    }
}

fn line_047_no_match_is_an_empty_list(room: &Room) {
    for (path, name) in [("/Users", "userName"), ("/Users", "externalId"), ("/Users", "id"), ("/Groups", "displayName")]
    {
        let list = room.list(path, &[("filter", &format!("{name} eq \"nobody-{}\"", tag()))]).expect(200);
        assert_eq!(list.has("/totalResults", 0).resources(), Vec::<Value>::new());
    }
}

fn line_050_numbers_are_moved_into_their_range(room: &Room) {
    let external = tag();
    for _ in 0..3 {
        room.user(&person(json!({"externalId": external})));
    }
    let filter = format!("externalId eq \"{external}\"");
    for (start, count, first, items) in [
        ("0", "2", 1, 2),
        ("-7", "2", 1, 2),
        ("1", "0", 1, 0),
        ("1", "-3", 1, 0),
        ("3", "2", 3, 1),
        ("1", "99999999999999999999", 1, 3),
    ] {
        let parameters = [("filter", filter.as_str()), ("startIndex", start), ("count", count)];
        let list = room.list("/Users", &parameters).expect(200);
        let list = list.has("/totalResults", 3).has("/startIndex", first).has("/itemsPerPage", items);
        assert_eq!(list.resources().len(), items, "{list}");
    }
}

fn line_050_what_is_no_number_is_refused(room: &Room) {
    for (name, text) in [("count", "ten"), ("startIndex", "1.5"), ("startIndex", "first"), ("count", "1e2")] {
        for path in ["/Users", "/Groups"] {
            let detail = room.list(path, &[(name, text)]).scim_error(400, Some("invalidValue"));
            assert!(detail.contains(name), "{detail}");
        }
    }
}

fn line_050_a_page_beyond_the_end_is_empty(room: &Room) {
    let external = tag();
    room.user(&person(json!({"externalId": external})));
    let filter = format!("externalId eq \"{external}\"");
    for start in ["2", "1000", "99999999999999999999"] {
        let list = room.list("/Users", &[("filter", &filter), ("startIndex", start)]).expect(200);
        assert!(list.has("/totalResults", 1).has("/itemsPerPage", 0).resources().is_empty());
    }
}

fn line_050_a_page_has_a_largest_size(_: &Room) {
    let room = Room::start();
    for _ in 0..205 {
        room.user(&person(json!({})));
    }
    let most = room.get("/ServiceProviderConfig").expect(200)["filter"]["maxResults"].as_u64().unwrap();
    room.get("/Users?count=5000").expect(200).has("/totalResults", 205).has("/itemsPerPage", most);
    room.get("/Users?count=5000&startIndex=201").expect(200).has("/totalResults", 205).has("/itemsPerPage", 5);
    room.get("/Users").expect(200).has("/totalResults", 205).has("/itemsPerPage", 100);
    room.list("/Users", &[("count", "5000"), ("filter", "userName pr")]).expect(200).has("/itemsPerPage", most);
}

fn line_051_lists_keep_the_order_of_creation(_: &Room) {
    let room = Room::start();
    let mut made: Vec<Value> = (0..5).map(|_| json!(room.user(&person(json!({}))))).collect();
    assert_eq!(room.get("/Users").column("/id"), made);
    // What changes keeps its place, what goes leaves no gap, what comes stands at the end.
    let operations = json!([{"op": "replace", "path": "userName", "value": format!("aa{}@harbor.example", tag())}]);
    room.cli(&["workspace", "set", "email_change=rename"]);
    room.patch(&format!("/Users/{}", made[3].as_str().unwrap()), operations).expect(200);
    room.delete(&format!("/Users/{}", made[1].as_str().unwrap())).expect(204);
    made.remove(1);
    made.push(json!(room.user(&person(json!({"userName": format!("a{}@harbor.example", tag())})))));
    assert_eq!(room.get("/Users").column("/id"), made);
    assert_eq!(room.list("/Users", &[("filter", "userName pr")]).column("/id"), made);
}

fn line_051_groups_keep_the_order_of_creation(_: &Room) {
    let room = Room::start();
    let made: Vec<Value> = ["Masts", "Anchors", "Sails"]
        .iter()
        .map(|name| json!(room.group(&json!({"schemas": [GROUP], "displayName": name}))))
        .collect();
    assert_eq!(room.get("/Groups").column("/id"), made);
    let second = room.get("/Groups?startIndex=2&count=1").expect(200).has("/totalResults", 3).has("/startIndex", 2);
    assert_eq!(second.column("/id"), made[1..2]);
}

fn line_051_pages_fit_together(_: &Room) {
    let room = Room::start();
    for _ in 0..11 {
        room.user(&person(json!({})));
    }
    let whole = room.get("/Users").column("/id");
    for count in [1, 2, 5, 11] {
        let pages: Vec<Value> = (1..=11)
            .step_by(count)
            .flat_map(|start| room.get(&format!("/Users?startIndex={start}&count={count}")).column("/id"))
            .collect();
        assert_eq!(pages, whole, "in pages of {count}");
    }
}
