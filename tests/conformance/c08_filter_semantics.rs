//! Chapter 8: what a filter means.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    harness::{Crew, ENTERPRISE, GROUP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_063_any_value_is_enough,
    line_063_brackets_want_one_value_that_meets_everything,
    line_064_a_complex_attribute_is_compared_by_its_value,
    line_064_a_complex_attribute_without_value_needs_a_part,
    line_065_presence_is_having_a_value,
    line_066_texts_compare_without_case_by_unicode,
    line_066_case_exact_texts_compare_by_case,
    line_067_texts_are_ordered_by_folded_code_points,
    line_067_times_are_compared_by_instant,
    line_067_booleans_and_binaries_have_no_order,
    line_068_literals_fit_their_attribute,
    line_068_parts_of_texts_are_for_texts,
    line_068_the_empty_text_is_part_of_every_text,
    line_069_null_is_no_value,
    line_070_ne_on_nothing_is_true,
    line_070_ne_on_many_is_any,
    line_071_defaulted_values_are_filtered_as_returned,
    line_072_look_ups_by_name_are_answered_and_not_logged,
    line_073_what_is_never_returned_cannot_be_asked_about,
    line_074_unknown_attributes_are_refused,
    line_074_attributes_of_other_types_are_refused,
    line_075_schemas_find_resources_with_an_extension,
}

fn emails(list: Value) -> Value {
    json!({"emails": list})
}

fn line_063_any_value_is_enough(room: &Room) {
    let apart = json!([{"value": "a@x.example", "type": "work"}, {"value": "a@y.example", "type": "home"}]);
    let crew = Crew::new(room, &[emails(apart), emails(json!([{"value": "b@y.example", "type": "work"}])), json!({})]);
    crew.finds("emails.value co \"x.example\"", "0");
    crew.finds("emails.type eq \"work\"", "01");
    crew.finds("emails.type eq \"work\" and emails.value co \"y.example\"", "01");
}

fn line_063_brackets_want_one_value_that_meets_everything(room: &Room) {
    let apart = json!([{"value": "a@x.example", "type": "work"}, {"value": "a@y.example", "type": "home"}]);
    let crew = Crew::new(room, &[emails(apart), emails(json!([{"value": "b@y.example", "type": "work"}])), json!({})]);
    crew.finds("emails[type eq \"work\" and value co \"y.example\"]", "1");
    crew.finds("emails[type eq \"work\"] and emails[value co \"y.example\"]", "01");
    crew.finds("emails[not (type eq \"work\")]", "0");
    crew.finds("not (emails[type eq \"work\"])", "2");
}

fn line_064_a_complex_attribute_is_compared_by_its_value(room: &Room) {
    let crew = Crew::new(room, &[emails(json!([{"value": "a@x.example"}])), json!({})]);
    crew.finds("emails co \"x.example\"", "0");
    crew.finds("emails eq \"A@X.example\"", "0");
    crew.finds("emails pr", "0");
}

fn line_064_a_complex_attribute_without_value_needs_a_part(room: &Room) {
    let crew = Crew::new(room, &[json!({"name": {"givenName": "Ada"}}), json!({})]);
    for term in ["name eq \"Ada\"", "name co \"A\"", "addresses eq \"Lisbon\"", "meta eq \"User\""] {
        crew.refuses(term);
    }
    crew.finds("name pr", "0");
    crew.finds("not (name pr)", "1");
}

fn line_065_presence_is_having_a_value(room: &Room) {
    let empty = json!({"title": "", "emails": [], "name": {}, "addresses": null});
    let full = json!({
        "title": "x", "emails": [{"value": "a@b.example"}], "name": {"givenName": "A"}, "addresses": [{"country": "PT"}],
    });
    let crew = Crew::new(room, &[full, empty, json!({"name": {"givenName": null}})]);
    for name in ["title", "emails", "emails.value", "name", "name.givenName", "addresses", "addresses.country"] {
        crew.finds(&format!("{name} pr"), "0");
    }
    crew.finds("emails.type pr", "");
    crew.finds("active pr", "012");
    crew.finds("meta pr and id pr and schemas pr", "012");
}

fn line_066_texts_compare_without_case_by_unicode(room: &Room) {
    let titles = ["ÉTUDE", "Straße", "ﬁn", "Iris"];
    let crew = Crew::new(room, &titles.map(|title| json!({"title": title})));
    crew.finds("title eq \"étude\"", "0");
    crew.finds("title eq \"e\u{301}tude\"", "0");
    crew.finds("title eq \"STRASSE\"", "1");
    crew.finds("title co \"RASS\"", "1");
    crew.finds("title eq \"FIN\"", "2");
    // No country's rules: a Turkish dotless i is another letter.
    crew.finds("title eq \"iris\"", "3");
    crew.finds("title eq \"\u{131}ris\"", "");
}

fn line_066_case_exact_texts_compare_by_case(room: &Room) {
    let mark = tag();
    let crew =
        Crew::new(room, &[json!({"externalId": format!("{mark}Ab")}), json!({"externalId": format!("{mark}ab")})]);
    crew.finds(&format!("externalId eq \"{mark}Ab\""), "0");
    crew.finds("externalId ew \"ab\"", "1");
    crew.finds(&format!("externalId gt \"{mark}Ab\""), "1");
    crew.finds("meta.resourceType eq \"user\"", "");
    crew.finds("meta.resourceType eq \"User\"", "01");
}

fn line_067_texts_are_ordered_by_folded_code_points(room: &Room) {
    let crew = Crew::new(room, &["apple", "Banana", "cherry", "ähre"].map(|title| json!({"title": title})));
    crew.finds("title gt \"APPLE\"", "123");
    crew.finds("title ge \"banana\"", "123");
    crew.finds("title lt \"Cherry\"", "01");
    crew.finds("title le \"cherry\"", "012");
    crew.finds("title gt \"zzz\"", "3");
}

fn line_067_times_are_compared_by_instant(room: &Room) {
    let crew = Crew::new(room, &[json!({})]);
    let read = room.get(&format!("/Users/{}", crew.ids[0])).expect(200);
    let created: Timestamp = read["meta"]["created"].as_str().unwrap().parse().unwrap();
    let elsewhere = |time: Timestamp| {
        // The same instant as clocks two hours ahead show it.
        let ahead = time.checked_add(SignedDuration::from_hours(2)).unwrap().to_string();
        format!("{}+02:00", ahead.trim_end_matches('Z'))
    };
    let (before, after) = (SignedDuration::from_secs(-1), SignedDuration::from_secs(1));
    let (before, after) = (created.checked_add(before).unwrap(), created.checked_add(after).unwrap());
    for (term, places) in [
        (format!("meta.created eq \"{created}\""), "0"),
        (format!("meta.created eq \"{}\"", elsewhere(created)), "0"),
        (format!("meta.created gt \"{}\"", elsewhere(before)), "0"),
        (format!("meta.created gt \"{}\"", elsewhere(after)), ""),
        (format!("meta.created le \"{}\"", elsewhere(after)), "0"),
        (format!("meta.created lt \"{before}\""), ""),
        (format!("meta.created ge \"{created}\""), "0"),
        (format!("meta.lastModified ne \"{created}\""), ""),
    ] {
        crew.finds(&term, places);
    }
}

fn line_067_booleans_and_binaries_have_no_order(room: &Room) {
    let crew = Crew::new(room, &[json!({"x509Certificates": [{"value": "aGFyYm9y"}]})]);
    for operator in ["gt", "ge", "lt", "le"] {
        crew.refuses(&format!("active {operator} true"));
        crew.refuses(&format!("x509Certificates.value {operator} \"aGFyYm9y\""));
    }
    crew.finds("x509Certificates.value eq \"aGFyYm9y\"", "0");
}

fn line_068_literals_fit_their_attribute(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "7"})]);
    for term in [
        "title eq 7",
        "title eq true",
        "active eq 1",
        "active eq \"on\"",
        "meta.created gt \"yesterday\"",
        "meta.created eq \"2026-09-01\"",
        "meta.created gt 2026",
        "emails.primary eq \"first\"",
        "id eq 7",
    ] {
        crew.refuses(term);
    }
}

fn line_068_parts_of_texts_are_for_texts(room: &Room) {
    let crew = Crew::new(room, &[json!({})]);
    for operator in ["co", "sw", "ew"] {
        crew.refuses(&format!("active {operator} \"t\""));
        crew.refuses(&format!("active {operator} true"));
        crew.refuses(&format!("meta.created {operator} \"2026\""));
        crew.refuses(&format!("title {operator} 7"));
    }
}

fn line_068_the_empty_text_is_part_of_every_text(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "Boss"}), json!({})]);
    for operator in ["sw", "co", "ew"] {
        crew.finds(&format!("title {operator} \"\""), "0");
    }
}

fn line_069_null_is_no_value(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "Boss", "emails": [{"value": "a@b.example"}]}), json!({})]);
    for name in ["title", "emails", "emails.value"] {
        crew.finds(&format!("{name} eq null"), "1");
        crew.finds(&format!("{name} ne null"), "0");
    }
    for operator in ["co", "sw", "ew", "gt", "ge", "lt", "le"] {
        crew.refuses(&format!("title {operator} null"));
    }
}

fn line_070_ne_on_nothing_is_true(room: &Room) {
    let crew = Crew::new(room, &[json!({"title": "Boss"}), json!({"title": "Analyst"}), json!({})]);
    crew.finds("title ne \"Boss\"", "12");
    crew.finds("not (title eq \"Boss\")", "12");
    crew.finds("emails.value ne \"a@b.example\"", "012");
}

fn line_070_ne_on_many_is_any(room: &Room) {
    let one = emails(json!([{"value": "a@b.example"}]));
    let two = emails(json!([{"value": "a@b.example"}, {"value": "c@d.example"}]));
    let crew = Crew::new(room, &[one, two, json!({})]);
    crew.finds("emails.value ne \"a@b.example\"", "12");
    crew.finds("not (emails.value eq \"a@b.example\")", "2");
    crew.finds("emails[value ne \"a@b.example\"]", "1");
}

fn line_071_defaulted_values_are_filtered_as_returned(room: &Room) {
    let crew = Crew::new(room, &[json!({}), json!({"active": null}), json!({"active": false})]);
    for (place, id) in crew.ids.iter().enumerate() {
        room.get(&format!("/Users/{id}")).expect(200).has("/active", place != 2);
    }
    crew.finds("active eq true", "01");
    crew.finds("active ne true", "2");
    crew.finds("active pr", "012");
}

fn line_072_look_ups_by_name_are_answered_and_not_logged(_: &Room) {
    let room = Room::start_with(&[("RUST_LOG", "trace"), ("SCIMROOM_RATE_LIMIT", "0")], "");
    room.user(&person(json!({"userName": "private.person@harbor.example"})));
    let filter = [("filter", "userName eq \"private.person@harbor.example\"")];
    room.list("/Users", &filter).expect(200).has("/totalResults", 1);
    let log = room.log();
    for private in ["private.person", "userName eq", "userName%20eq", "filter="] {
        assert!(!log.contains(private), "the log holds {private:?}");
    }
}

fn line_073_what_is_never_returned_cannot_be_asked_about(room: &Room) {
    let crew = Crew::new(room, &[json!({"password": "Qz81mvTT"})]);
    for term in ["password pr", "password eq \"Qz81mvTT\"", "password sw \"Q\"", "not (password eq \"x\")"] {
        crew.refuses(term);
        crew.refuses(&format!("title pr or {USER}:{term}").replace(":not (", ":").replace("\"x\")", "\"x\""));
    }
    for order in ["ascending", "descending"] {
        room.list("/Users", &[("sortBy", "password"), ("sortOrder", order)]).scim_error(400, Some("invalidFilter"));
    }
}

fn line_074_unknown_attributes_are_refused(room: &Room) {
    let crew = Crew::new(room, &[json!({})]);
    let unknown = [
        "boat pr",
        "boat eq \"Argo\"",
        "name.boat pr",
        "emails.boat pr",
        "emails[boat pr]",
        "title.boat pr",
        "urn:example:nobody:2.0:User:boat pr",
    ];
    for term in unknown {
        let detail = crew.refuses(term);
        assert!(detail.contains("boat"), "the sentence names what is unknown: {detail}");
    }
    crew.refuses(&format!("{ENTERPRISE}:boat pr"));
    room.list("/Groups", &[("filter", "boat pr")]).scim_error(400, Some("invalidFilter"));
}

fn line_074_attributes_of_other_types_are_refused(room: &Room) {
    room.list("/Users", &[("filter", "members pr")]).scim_error(400, Some("invalidFilter"));
    room.list("/Groups", &[("filter", "userName eq \"a\"")]).scim_error(400, Some("invalidFilter"));
    room.list("/Groups", &[("filter", "emails.value co \"a\"")]).scim_error(400, Some("invalidFilter"));
}

fn line_075_schemas_find_resources_with_an_extension(room: &Room) {
    let crew = Crew::new(room, &[json!({ENTERPRISE: {"department": "Data"}}), json!({})]);
    crew.finds(&format!("schemas eq \"{ENTERPRISE}\""), "0");
    crew.finds(&format!("not (schemas eq \"{ENTERPRISE}\")"), "1");
    crew.finds(&format!("schemas eq \"{USER}\""), "01");
    crew.finds("schemas eq \"urn:example:nobody\"", "");
    crew.finds(&format!("schemas eq \"{GROUP}\""), "");
}
