//! Chapter 16: pages that are followed by a cursor.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, Crew, GROUP, Room, SEARCH, person, query, tag},
    suite::suite,
};

suite! {
    line_113_a_bare_or_empty_cursor_is_the_first_page,
    line_113_cursors_are_of_unreserved_characters,
    line_113_following_cursors_gives_everything_once,
    line_114_all_pages_but_the_last_lead_on,
    line_114_counts_are_moved_into_their_range,
    line_115_a_bad_cursor_is_refused,
    line_115_another_count_is_refused,
    line_115_another_filter_or_order_is_refused,
    line_116_index_paging_stays_the_default,
    line_116_both_at_once_are_refused,
    line_117_the_configuration_describes_the_paging,
    line_117_searches_page_too,
    line_117_groups_and_the_root_page_too,
    line_118_a_foreign_cursor_tells_nothing,
    line_118_a_revoked_token_is_refused_on_every_page,
    line_119_pages_are_sorted,
    line_119_changes_between_pages_disturb_nobody,
}

/// Five people, in the order of their places.
fn five(room: &Room) -> Crew<'_> {
    let titles = ["e", "b", "d", "a", "c"];
    Crew::new(room, &titles.map(|title| json!({"title": title})))
}

fn page(room: &Room, path: &str, parameters: &[(&str, &str)], cursor: &str) -> Answer {
    room.get(&format!("{path}?{}&cursor={cursor}", query(parameters)))
}

/// The cursor that leads on from a page.
#[track_caller]
fn next(answer: &Answer) -> String {
    answer["nextCursor"].as_str().unwrap_or_else(|| panic!("the page leads nowhere.\n{answer}")).to_owned()
}

/// Follows the cursors to the end. Gives the pages.
#[track_caller]
fn follow(room: &Room, path: &str, parameters: &[(&str, &str)]) -> Vec<Answer> {
    let mut pages = vec![page(room, path, parameters, "").expect(200)];
    while let Some(cursor) = pages.last().unwrap()["nextCursor"].as_str().map(str::to_owned) {
        assert!(pages.len() < 50, "the pages have no end");
        pages.push(page(room, path, parameters, &cursor).expect(200));
    }
    pages
}

fn column(pages: &[Answer], pointer: &str) -> Vec<Value> {
    pages.iter().flat_map(|page| page.column(pointer)).collect()
}

fn line_113_a_bare_or_empty_cursor_is_the_first_page(room: &Room) {
    let crew = five(room);
    let parameters = query(&[("filter", &crew.filter), ("count", "2")]);
    for cursor in ["cursor", "cursor="] {
        let first = room.get(&format!("/Users?{parameters}&{cursor}")).expect(200);
        assert_eq!(first.column("/nickName"), ["0", "1"], "{first}");
        next(&first);
    }
}

fn line_113_cursors_are_of_unreserved_characters(room: &Room) {
    let crew = five(room);
    let pages = follow(room, "/Users", &[("filter", &crew.filter), ("count", "2"), ("sortBy", "title")]);
    assert_eq!(pages.len(), 3, "five people in pages of two");
    for page in &pages[..2] {
        let cursor = next(page);
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        assert!(!cursor.is_empty() && cursor.bytes().all(unreserved), "{cursor:?}");
    }
}

fn line_113_following_cursors_gives_everything_once(room: &Room) {
    let crew = five(room);
    for count in ["1", "2", "3", "5", "9"] {
        let pages = follow(room, "/Users", &[("filter", &crew.filter), ("count", count)]);
        assert_eq!(column(&pages, "/nickName"), ["0", "1", "2", "3", "4"], "in pages of {count}");
    }
}

fn line_114_all_pages_but_the_last_lead_on(room: &Room) {
    let crew = five(room);
    let pages = follow(room, "/Users", &[("filter", &crew.filter), ("count", "2")]);
    assert_eq!(pages.len(), 3);
    for (place, page) in pages.iter().enumerate() {
        assert_eq!(page["totalResults"], 5, "{page}");
        assert_eq!(page["itemsPerPage"], [2, 2, 1][place], "{page}");
    }
    assert!(pages[0].body.get("previousCursor").is_none(), "{}", pages[0]);
    assert!(pages[2].body.get("nextCursor").is_none(), "{}", pages[2]);
    // A page that ends exactly with the last resource is the last.
    let whole = follow(room, "/Users", &[("filter", &crew.filter), ("count", "5")]);
    assert_eq!(whole.len(), 1);
    let none = page(room, "/Users", &[("filter", "userName eq \"nobody\"")], "").expect(200);
    none.has("/totalResults", 0).lacks("/nextCursor").lacks("/previousCursor");
}

fn line_114_counts_are_moved_into_their_range(room: &Room) {
    let crew = five(room);
    for count in ["0", "-3"] {
        let only = page(room, "/Users", &[("filter", &crew.filter), ("count", count)], "").expect(200);
        assert!(only.has("/totalResults", 5).has("/itemsPerPage", 0).resources().is_empty());
    }
    page(room, "/Users", &[("filter", &crew.filter), ("count", "5000")], "").expect(200).has("/itemsPerPage", 5);
    page(room, "/Users", &[("count", "ten")], "").scim_error(400, Some("invalidValue"));
}

fn line_115_a_bad_cursor_is_refused(room: &Room) {
    let crew = five(room);
    let parameters = [("filter", crew.filter.as_str()), ("count", "2")];
    let good = next(&page(room, "/Users", &parameters, "").expect(200));
    let tampered: Vec<String> = [0, good.len() / 2, good.len() - 2]
        .iter()
        .map(|place| {
            let other = if good.as_bytes()[*place] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &good[..*place], &good[place + 1..])
        })
        .collect();
    let short = good[..good.len() - 1].to_owned();
    for cursor in ["nonsense", "1", "%00", "AAAA", &short].into_iter().chain(tampered.iter().map(String::as_str)) {
        page(room, "/Users", &parameters, cursor).scim_error(400, Some("invalidCursor"));
    }
    page(room, "/Users", &parameters, &good).expect(200);
}

fn line_115_another_count_is_refused(room: &Room) {
    let crew = five(room);
    let good = next(&page(room, "/Users", &[("filter", &crew.filter), ("count", "2")], "").expect(200));
    let other = [("filter", crew.filter.as_str()), ("count", "3")];
    page(room, "/Users", &other, &good).scim_error(400, Some("invalidCount"));
}

fn line_115_another_filter_or_order_is_refused(room: &Room) {
    let crew = five(room);
    let whole = [("filter", crew.filter.as_str()), ("count", "2"), ("sortBy", "title")];
    let good = next(&page(room, "/Users", &whole, "").expect(200));
    let narrower = format!("{} and title pr", crew.filter);
    for other in [
        vec![("filter", narrower.as_str()), ("count", "2"), ("sortBy", "title")],
        vec![("count", "2"), ("sortBy", "title")],
        vec![("filter", crew.filter.as_str()), ("count", "2")],
        vec![("filter", crew.filter.as_str()), ("count", "2"), ("sortBy", "nickName")],
        vec![("filter", crew.filter.as_str()), ("count", "2"), ("sortBy", "title"), ("sortOrder", "descending")],
    ] {
        page(room, "/Users", &other, &good).scim_error(400, Some("invalidCursor"));
    }
    page(room, "/Groups", &[("count", "2")], &good).scim_error(400, Some("invalidCursor"));
}

fn line_116_index_paging_stays_the_default(room: &Room) {
    let crew = five(room);
    let list = room.list("/Users", &[("filter", &crew.filter), ("count", "2")]).expect(200).has("/startIndex", 1);
    list.lacks("/nextCursor").lacks("/previousCursor");
}

fn line_116_both_at_once_are_refused(room: &Room) {
    let crew = five(room);
    let parameters = [("filter", crew.filter.as_str()), ("startIndex", "1"), ("count", "2")];
    page(room, "/Users", &parameters, "").scim_error(400, Some("invalidValue"));
}

fn line_117_the_configuration_describes_the_paging(room: &Room) {
    let paging = json!({
        "cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 200,
        "cursorTimeout": 3600,
    });
    room.get("/ServiceProviderConfig").expect(200).has("/pagination", paging);
}

fn line_117_searches_page_too(room: &Room) {
    let crew = five(room);
    let mut body = json!({"schemas": [SEARCH], "filter": crew.filter, "count": 2, "cursor": ""});
    let mut places = Vec::new();
    for _ in 0..3 {
        let page = room.post("/Users/.search", &body).expect(200);
        places.extend(page.column("/nickName"));
        body["cursor"] = page["nextCursor"].clone();
    }
    assert_eq!(places, ["0", "1", "2", "3", "4"]);
    assert_eq!(body["cursor"], Value::Null, "the last page leads nowhere");
    body["cursor"] = json!("nonsense");
    room.post("/Users/.search", &body).scim_error(400, Some("invalidCursor"));
}

fn line_117_groups_and_the_root_page_too(room: &Room) {
    let mark = tag();
    for place in 0..3 {
        room.group(&json!({"schemas": [GROUP], "displayName": format!("{mark} {place}")}));
    }
    room.user(&person(json!({"displayName": format!("{mark} 3")})));
    let filter = format!("displayName sw \"{mark} \"");
    let groups = follow(room, "/Groups", &[("filter", &filter), ("count", "2")]);
    assert_eq!(column(&groups, "/displayName"), [0, 1, 2].map(|place| format!("{mark} {place}")));
    let mut all = column(&follow(room, "", &[("filter", &filter), ("count", "1")]), "/displayName");
    all.sort_by_key(Value::to_string);
    assert_eq!(all, [0, 1, 2, 3].map(|place| format!("{mark} {place}")));
}

fn line_118_a_foreign_cursor_tells_nothing(room: &Room) {
    let crew = five(room);
    let parameters = query(&[("filter", &crew.filter), ("count", "2")]);
    let good = next(&room.get(&format!("/Users?{parameters}&cursor")).expect(200));
    let other = room.with_token(&room.token(&[]));
    let foreign = other.get(&format!("/Users?{parameters}&cursor={good}"));
    let invented = other.get(&format!("/Users?{parameters}&cursor=AAAA"));
    let (foreign, invented) =
        (foreign.scim_error(400, Some("invalidCursor")), invented.scim_error(400, Some("invalidCursor")));
    assert_eq!(foreign, invented);
}

fn line_118_a_revoked_token_is_refused_on_every_page(room: &Room) {
    let crew = five(room);
    let created = room.cli(&["token", "create", "pages"]);
    let client = room.with_token(created["token"].as_str().unwrap());
    let parameters = query(&[("filter", &crew.filter), ("count", "2")]);
    let good = next(&client.get(&format!("/Users?{parameters}&cursor")).expect(200));
    assert!(room.run(&["token", "revoke", created["id"].as_str().unwrap()]).status.success());
    client.get(&format!("/Users?{parameters}&cursor={good}")).scim_error(401, None);
}

fn line_119_pages_are_sorted(room: &Room) {
    let crew = five(room);
    for (order, wanted) in [("ascending", ["a", "b", "c", "d", "e"]), ("descending", ["e", "d", "c", "b", "a"])] {
        let parameters = [("filter", crew.filter.as_str()), ("count", "2"), ("sortBy", "title"), ("sortOrder", order)];
        assert_eq!(column(&follow(room, "/Users", &parameters), "/title"), wanted);
    }
    // Ties and missing values lose and repeat nobody.
    let crew =
        Crew::new(room, &[json!({"title": "a"}), json!({}), json!({"title": "a"}), json!({}), json!({"title": "A"})]);
    for (order, wanted) in [("ascending", ["0", "2", "4", "1", "3"]), ("descending", ["1", "3", "0", "2", "4"])] {
        let parameters = [("filter", crew.filter.as_str()), ("count", "1"), ("sortBy", "title"), ("sortOrder", order)];
        assert_eq!(column(&follow(room, "/Users", &parameters), "/nickName"), wanted);
    }
}

fn line_119_changes_between_pages_disturb_nobody(room: &Room) {
    let crew = five(room);
    let parameters = [("filter", crew.filter.as_str()), ("count", "2")];
    let first = page(room, "/Users", &parameters, "").expect(200);
    room.delete(&format!("/Users/{}", crew.ids[0])).expect(204);
    room.delete(&format!("/Users/{}", crew.ids[1])).expect(204);
    let second = page(room, "/Users", &parameters, &next(&first)).expect(200);
    assert_eq!(second.column("/nickName"), ["2", "3"], "an index would have skipped two people.\n{second}");
}
