//! Chapter 8: filters on numbers, times, references and other types, and on groups and their members.

use serde_json::json;

use crate::{
    harness::{GROUP, HARBOR, HARBOR_GROUP, Room, harbor, person, sailor, tag},
    suite::suite,
};

suite! { in Room::with_harbor;
    line_057_groups_are_found_by_name_and_member,
    line_066_declared_texts_compare_as_declared,
    line_067_numbers_are_compared_by_value,
    line_067_declared_times_are_compared_by_instant,
    line_068_declared_literals_fit_their_attribute,
    line_075_declared_extensions_are_found,
}

/// How many users meet a term on an attribute of the extension, in which `{}` stands for the attribute's name.
#[track_caller]
fn count(room: &Room, mark: &str, name: &str, rest: &str) -> u64 {
    let filter = format!("userType eq \"{mark}\" and {HARBOR}:{name} {rest}");
    room.list("/Users", &[("filter", &filter)]).expect(200).total()
}

#[track_caller]
fn refuses(room: &Room, name: &str, rest: &str) {
    room.list("/Users", &[("filter", &format!("{HARBOR}:{name} {rest}"))]).scim_error(400, Some("invalidFilter"));
}

fn line_057_groups_are_found_by_name_and_member(room: &Room) {
    let (user, name) = (room.user(&person(json!({}))), tag());
    let body = json!({
        "schemas": [GROUP, HARBOR_GROUP], "displayName": name, "members": [{"value": user}], HARBOR_GROUP: {"quay": "North"},
    });
    let group = room.group(&body);
    for term in [
        format!("displayName eq \"{}\"", name.to_uppercase()),
        format!("members.value eq \"{user}\""),
        format!("members eq \"{user}\""),
        format!("members[value eq \"{user}\" and type eq \"User\"]"),
        format!("{GROUP}:displayName sw \"{name}\""),
        format!("displayName eq \"{name}\" and {HARBOR_GROUP}:quay eq \"north\""),
        format!("id eq \"{group}\" and meta.resourceType eq \"Group\""),
    ] {
        let list = room.list("/Groups", &[("filter", &term)]).expect(200);
        list.has("/totalResults", 1).has("/Resources/0/id", group.as_str());
    }
    let filter = format!("members.value eq \"{user}\" and not (members pr)");
    room.list("/Groups", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
    let filter = format!("groups.value eq \"{group}\"");
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1).has("/Resources/0/id", user);
}

fn line_066_declared_texts_compare_as_declared(room: &Room) {
    let mark = tag();
    room.user(&sailor(json!({"badge": "B-7", "motto": "Ahoy", "boats": ["Argo", "Dory"]}), json!({"userType": mark})));
    assert_eq!(count(room, &mark, "badge", "eq \"B-7\""), 1);
    assert_eq!(count(room, &mark, "badge", "eq \"b-7\""), 0);
    assert_eq!(count(room, &mark, "motto", "eq \"AHOY\""), 1);
    assert_eq!(count(room, &mark, "boats", "eq \"dory\""), 1);
    assert_eq!(count(room, &mark, "boats", "pr"), 1);
}

fn line_067_numbers_are_compared_by_value(room: &Room) {
    let mark = tag();
    for (level, height) in [(9, 1.5), (10, 1.25), (-1, 2.0)] {
        room.user(&sailor(json!({"level": level, "height": height}), json!({"userType": mark})));
    }
    for (name, rest, total) in [
        ("level", "gt 9", 1),
        ("level", "ge 9", 2),
        ("level", "lt 0", 1),
        ("level", "le -1", 1),
        ("level", "eq 10", 1),
        ("level", "ne 10", 2),
        ("level", "eq 10.0", 1),
        ("height", "gt 1.3", 2),
        ("height", "eq 2", 1),
        ("height", "lt 1e1", 3),
    ] {
        assert_eq!(count(room, &mark, name, rest), total, "{name} {rest}");
    }
}

fn line_067_declared_times_are_compared_by_instant(room: &Room) {
    let mark = tag();
    let created =
        room.post("/Users", &sailor(json!({"since": "2026-09-01T08:00:00+02:00"}), json!({"userType": mark})));
    created.expect(201).has(&harbor("since"), "2026-09-01T06:00:00.000Z");
    assert_eq!(count(room, &mark, "since", "eq \"2026-09-01T06:00:00Z\""), 1);
    assert_eq!(count(room, &mark, "since", "eq \"2026-08-31T23:00:00-07:00\""), 1);
    assert_eq!(count(room, &mark, "since", "gt \"2026-09-01T07:00:00+02:00\""), 1);
    assert_eq!(count(room, &mark, "since", "gt \"2026-09-01T06:00:00\""), 0);
}

fn line_068_declared_literals_fit_their_attribute(room: &Room) {
    for (name, rest) in [
        ("level", "eq \"7\""),
        ("level", "eq true"),
        ("level", "co \"7\""),
        ("height", "eq \"tall\""),
        ("since", "gt \"yesterday\""),
        ("since", "sw \"2026\""),
        ("pilot", "gt true"),
        ("seal", "lt \"aGFyYm9y\""),
        ("badge", "eq 7"),
        ("watch.hours", "sw \"8\""),
    ] {
        refuses(room, name, rest);
    }
}

fn line_075_declared_extensions_are_found(room: &Room) {
    let mark = tag();
    room.user(&sailor(json!({"motto": "Ahoy"}), json!({"userType": mark})));
    room.user(&person(json!({"userType": mark})));
    let filter = format!("userType eq \"{mark}\" and schemas eq \"{HARBOR}\"");
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1);
}
