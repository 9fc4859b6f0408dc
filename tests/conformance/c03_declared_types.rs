//! Chapter 3: types, defaults and lists of attributes that an operator declared.

use serde_json::json;

use crate::{
    harness::{HARBOR, Room, harbor, sailor},
    suite::suite,
};

suite! { in Room::with_harbor;
    line_020_each_type_takes_its_own_form,
    line_020_each_type_refuses_others,
    line_020_times_are_answered_in_utc_with_milliseconds,
    line_021_what_a_schema_leaves_unsaid_has_a_default,
    line_022_declared_lists_have_one_primary_value,
    line_023_declared_types_beyond_the_canonical_are_kept,
}

fn line_020_each_type_takes_its_own_form(room: &Room) {
    let good = json!({
        "badge": "B-7", "level": 7, "height": 1.75, "pilot": true, "since": "2026-09-01T08:00:00.000Z", "seal": "aGFyYm9y",
        "page": "https://harbor.example/ada", "boats": ["Argo", "Dory"], "watch": [{"value": "north", "hours": 8}],
    });
    let created = room.post("/Users", &sailor(good.clone(), json!({}))).expect(201);
    for (name, value) in good.as_object().unwrap() {
        assert_eq!(created.body.pointer(&harbor(name)), Some(value), "{name}\n{created}");
    }
    let forms = [
        ("level", json!(-9)),
        ("level", json!(9_007_199_254_740_993_i64)),
        ("height", json!(2)),
        ("height", json!(-0.5)),
        ("seal", json!("aGFyYm9ycw")),
        ("page", json!("urn:example:page")),
    ];
    for (name, value) in forms {
        let created = room.post("/Users", &sailor(json!({name: value}), json!({}))).expect(201);
        assert_eq!(created.body.pointer(&harbor(name)), Some(&value), "{created}");
    }
}

fn line_020_each_type_refuses_others(room: &Room) {
    let bad = [
        ("badge", json!(7)),
        ("badge", json!({"value": "B-7"})),
        ("badge", json!(["B-7"])),
        ("level", json!(7.5)),
        ("level", json!("seven")),
        ("level", json!(true)),
        ("height", json!("tall")),
        ("pilot", json!(1)),
        ("pilot", json!("yes")),
        ("since", json!("2026-09-01")),
        ("since", json!("yesterday")),
        ("since", json!("2026-13-01T08:00:00Z")),
        ("since", json!(1_788_249_600)),
        ("seal", json!("%%%")),
        ("seal", json!(7)),
        ("page", json!(7)),
        ("boats", json!("Argo")),
        ("boats", json!([7])),
        ("watch", json!([{"value": "north", "hours": "many"}])),
        ("watch", json!({"value": "north"})),
        ("watch", json!(["north"])),
    ];
    for (name, value) in bad {
        let body = sailor(json!({name: value}), json!({}));
        let detail = room.post("/Users", &body).scim_error(400, Some("invalidValue"));
        assert!(detail.contains(name), "the sentence names {name}: {detail}");
    }
    // Numbers as text: an integer has neither fraction nor exponent.
    for number in ["7.0", "7e0", "70e-1"] {
        let body =
            sailor(json!({"level": 7}), json!({})).to_string().replace("\"level\":7", &format!("\"level\":{number}"));
        let request = room.request("POST", "/Users").header("content-type", "application/scim+json");
        request.raw(body).send().scim_error(400, Some("invalidValue"));
    }
}

fn line_020_times_are_answered_in_utc_with_milliseconds(room: &Room) {
    let times = [
        ("2026-09-01T08:00:00", "2026-09-01T08:00:00.000Z"),
        ("2026-09-01T08:00:00+02:00", "2026-09-01T06:00:00.000Z"),
        ("2026-09-01T08:00:00.5Z", "2026-09-01T08:00:00.500Z"),
    ];
    for (sent, kept) in times {
        let created = room.post("/Users", &sailor(json!({"since": sent}), json!({}))).expect(201);
        let created = created.has(&harbor("since"), kept);
        for name in ["created", "lastModified"] {
            let time = created["meta"][name].as_str().unwrap();
            assert_eq!((time.len(), time.get(19..20), time.ends_with('Z')), (24, Some("."), true), "{created}");
        }
    }
}

fn line_021_what_a_schema_leaves_unsaid_has_a_default(room: &Room) {
    let schema = room.get(&format!("/Schemas/{HARBOR}")).expect(200);
    let attributes = schema["attributes"].as_array().unwrap();
    let motto = attributes.iter().find(|one| one["name"] == "motto").unwrap_or_else(|| panic!("no motto.\n{schema}"));
    let defaults = json!({
        "type": "string", "multiValued": false, "required": false, "caseExact": false, "mutability": "readWrite",
        "returned": "default", "uniqueness": "none",
    });
    for (name, value) in defaults.as_object().unwrap() {
        assert_eq!(&motto[name], value, "{name} of {motto}");
    }
    // And it behaves so.
    let body = sailor(json!({"motto": "Fair Winds"}), json!({}));
    let created = room.post("/Users", &body).expect(201).has(&harbor("motto"), "Fair Winds");
    room.post("/Users", &sailor(json!({"motto": "Fair Winds"}), json!({}))).expect(201);
    let filter = format!("{HARBOR}:motto eq \"FAIR WINDS\" and id eq \"{}\"", created.id());
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1);
    let path = format!("{HARBOR}:motto");
    let target = format!("/Users/{}", created.id());
    room.patch(&target, json!([{"op": "replace", "path": path, "value": "Ahoy"}]))
        .expect(200)
        .has(&harbor("motto"), "Ahoy");
}

fn line_022_declared_lists_have_one_primary_value(room: &Room) {
    let watch = json!([{"value": "north", "primary": true}, {"value": "south", "primary": true}]);
    room.post("/Users", &sailor(json!({"watch": watch}), json!({}))).scim_error(400, Some("invalidValue"));
    let watch = json!([{"value": "north", "primary": true}, {"value": "south"}]);
    let target = format!("/Users/{}", room.user(&sailor(json!({"watch": watch}), json!({}))));
    let path = format!("{HARBOR}:watch[value eq \"south\"].primary");
    let changed = room.patch(&target, json!([{"op": "add", "path": path, "value": true}])).expect(200);
    let kept = changed.body.pointer(&harbor("watch")).unwrap();
    assert_eq!((&kept[1]["primary"], kept[0]["primary"] == json!(true)), (&json!(true), false), "{changed}");
}

fn line_023_declared_types_beyond_the_canonical_are_kept(room: &Room) {
    let watch = json!([{"value": "north", "type": "dog"}, {"value": "north", "type": "night"}]);
    let created = room.post("/Users", &sailor(json!({"watch": watch}), json!({}))).expect(201);
    created.has(&harbor("watch"), watch);
}
