//! Chapter 7: the order that a client asks for.

use serde_json::{Value, json};

use crate::{
    harness::{Crew, ENTERPRISE, GROUP, HARBOR, Room, sailor, tag},
    suite::suite,
};

suite! {
    line_052_ascending_is_the_default,
    line_052_texts_sort_without_case,
    line_052_case_exact_texts_sort_by_case,
    line_052_no_value_comes_last_or_first,
    line_052_times_sort_by_instant,
    line_052_booleans_sort_false_first,
    line_052_numbers_sort_by_value,
    line_052_many_values_sort_by_the_primary_or_the_first,
    line_052_complex_attributes_sort_by_a_part,
    line_052_extension_attributes_sort_too,
    line_052_ties_keep_the_order_of_creation,
    line_052_sorting_goes_with_pages,
    line_052_groups_sort_too,
}

fn line_052_ascending_is_the_default(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "b"}), json!({"title": "c"}), json!({"title": "a"})]);
    crew.sorts("title", "", "201");
    crew.sorts("title", "ascending", "201");
    crew.sorts("title", "descending", "102");
    crew.sorts("TITLE", "Descending", "102");
}

fn line_052_texts_sort_without_case(room: &Room) {
    let titles = ["bob", "Alice", "ångström", "Zed", "carol", "Ünal"];
    let people: Vec<Value> = titles.iter().map(|title| json!({"title": title})).collect();
    // By folded code points, in no country's order: å (U+E5) stands behind z, ü (U+FC) behind å.
    Crew::new(room, &people).sorts("title", "", "104325");
}

fn line_052_case_exact_texts_sort_by_case(room: &Room) {
    let mark = tag();
    let people: Vec<Value> = ["b", "A", "a", "B"].map(|end| json!({"externalId": format!("{mark}{end}")})).to_vec();
    Crew::new(room, &people).sorts("externalId", "", "1320");
}

fn line_052_no_value_comes_last_or_first(room: &Room) {
    let crew = Crew::new(room, &[json!({}), json!({"title": "b"}), json!({"title": "a"})]);
    crew.sorts("title", "ascending", "210");
    crew.sorts("title", "descending", "012");
}

fn line_052_times_sort_by_instant(room: &Room) {
    let crew = Crew::new(room, &[json!({}), json!({}), json!({})]);
    crew.sorts("meta.created", "ascending", "012");
    std::thread::sleep(std::time::Duration::from_millis(5));
    let operations = json!([{"op": "add", "path": "title", "value": "Analyst"}]);
    room.patch(&format!("/Users/{}", crew.ids[0]), operations).expect(200);
    crew.sorts("meta.lastModified", "ascending", "120");
    crew.sorts("meta.lastModified", "descending", "021");
}

fn line_052_booleans_sort_false_first(room: &Room) {
    let crew = Crew::new(room, &[json!({"active": true}), json!({"active": false}), json!({"active": true})]);
    crew.sorts("active", "ascending", "102");
    crew.sorts("active", "descending", "021");
}

fn line_052_numbers_sort_by_value(_: &Room) {
    let room = Room::with_harbor();
    for (level, place) in [(10, "0"), (9, "1"), (-1, "2")] {
        room.user(&sailor(json!({"level": level}), json!({"nickName": place})));
    }
    let by = format!("{HARBOR}:level");
    for (order, places) in [("ascending", ["2", "1", "0"]), ("descending", ["0", "1", "2"])] {
        let list = room.list("/Users", &[("sortBy", by.as_str()), ("sortOrder", order)]).expect(200);
        assert_eq!(list.column("/nickName"), places, "{list}");
    }
}

fn line_052_many_values_sort_by_the_primary_or_the_first(room: &Room) {
    let people = [
        json!({"emails": [{"value": "a@b.example"}, {"value": "z@b.example", "primary": true}]}),
        json!({"emails": [{"value": "m@b.example"}, {"value": "b@b.example"}]}),
        json!({}),
        json!({"emails": [{"value": "c@b.example", "primary": true}, {"value": "y@b.example"}]}),
    ];
    let crew = Crew::new(room, &people);
    for by in ["emails.value", "emails"] {
        crew.sorts(by, "ascending", "3102");
        crew.sorts(by, "descending", "2013");
    }
}

fn line_052_complex_attributes_sort_by_a_part(room: &Room) {
    let people = [json!({"name": {"familyName": "Moreno"}}), json!({"name": {"familyName": "Li"}})];
    let crew = Crew::new(room, &people);
    crew.sorts("name.familyName", "", "10");
    room.list("/Users", &[("filter", &crew.filter), ("sortBy", "name")]).scim_error(400, Some("invalidValue"));
}

fn line_052_extension_attributes_sort_too(room: &Room) {
    let people: Vec<Value> =
        ["Sales", "Data"].map(|department| json!({ENTERPRISE: {"department": department}})).to_vec();
    let crew = Crew::new(room, &people);
    crew.sorts(&format!("{ENTERPRISE}:department"), "", "10");
    crew.sorts("urn:ietf:params:scim:schemas:core:2.0:User:nickName", "descending", "10");
}

fn line_052_ties_keep_the_order_of_creation(room: &Room) {
    let people: Vec<Value> = ["b", "a", "B", "A", "b"].map(|title| json!({"title": title})).to_vec();
    let crew = Crew::new(room, &people);
    crew.sorts("title", "ascending", "13024");
    crew.sorts("title", "descending", "02413");
}

fn line_052_sorting_goes_with_pages(room: &Room) {
    let titles = ["e", "b", "d", "a", "c"];
    let crew = Crew::new(room, &titles.map(|title| json!({"title": title})));
    let page = |start: &str| {
        let parameters = [("filter", crew.filter.as_str()), ("sortBy", "title"), ("startIndex", start), ("count", "2")];
        let list = room.list("/Users", &parameters).expect(200).has("/totalResults", 5);
        list.column("/title")
    };
    assert_eq!(page("1"), ["a", "b"]);
    assert_eq!(page("3"), ["c", "d"]);
    assert_eq!(page("5"), ["e"]);
}

fn line_052_groups_sort_too(room: &Room) {
    let mark = tag();
    for name in ["Sails", "anchors", "Masts"] {
        room.group(&json!({"schemas": [GROUP], "displayName": format!("{mark} {name}")}));
    }
    let filter = format!("displayName sw \"{mark} \"");
    let list = room.list("/Groups", &[("filter", &filter), ("sortBy", "displayName")]).expect(200);
    assert_eq!(list.column("/displayName"), ["anchors", "Masts", "Sails"].map(|name| format!("{mark} {name}")));
}
