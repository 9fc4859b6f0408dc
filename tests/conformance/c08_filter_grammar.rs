//! Chapter 8: which filters are read.

use serde_json::json;

use crate::{
    harness::{Crew, ENTERPRISE, Room, USER},
    suite::suite,
};

suite! {
    line_057_every_operator_is_read,
    line_057_paths_have_urns_and_parts,
    line_057_logic_and_grouping_are_read,
    line_057_value_filters_are_read,
    line_057_literals_of_every_kind_are_read,
    line_057_brackets_do_not_nest,
    line_058_names_operators_and_words_stand_in_any_case,
    line_059_and_binds_closer_than_or,
    line_059_not_binds_closer_than_and,
    line_059_grouping_goes_first,
    line_060_what_cannot_be_read_is_refused_with_its_column,
    line_060_groups_refuse_it_too,
    line_061_blanks_are_taken_as_they_come,
    line_061_ref_is_a_name,
    line_061_booleans_in_quotes_are_read,
    line_061_words_without_quotes_are_refused,
    line_061_queries_are_decoded_in_both_forms,
    line_062_a_filter_has_a_longest_text,
    line_062_a_filter_has_a_greatest_depth,
    line_062_a_filter_has_most_terms,
}

fn crew(room: &Room) -> Crew<'_> {
    let ada = json!({
        "title": "Analyst", "name": {"givenName": "Ada"}, "active": true, ENTERPRISE: {"department": "Data"},
        "emails": [{"value": "ada@harbor.example", "type": "work", "primary": true}, {"value": "ada@home.example"}],
    });
    let bo = json!({"title": "Boss", "name": {"givenName": "Bo"}, "active": false});
    Crew::new(room, &[ada, bo, json!({})])
}

fn line_057_every_operator_is_read(room: &Room) {
    let crew = crew(room);
    crew.finds("title eq \"Analyst\"", "0");
    crew.finds("title ne \"Analyst\"", "12");
    crew.finds("title co \"aly\"", "0");
    crew.finds("title sw \"bo\"", "1");
    crew.finds("title ew \"ss\"", "1");
    crew.finds("title gt \"Analyst\"", "1");
    crew.finds("title ge \"Analyst\"", "01");
    crew.finds("title lt \"Boss\"", "0");
    crew.finds("title le \"Boss\"", "01");
    crew.finds("title pr", "01");
}

fn line_057_paths_have_urns_and_parts(room: &Room) {
    let crew = crew(room);
    crew.finds("name.givenName eq \"Bo\"", "1");
    crew.finds(&format!("{USER}:title eq \"Boss\""), "1");
    crew.finds(&format!("{USER}:name.givenName eq \"Bo\""), "1");
    crew.finds(&format!("{ENTERPRISE}:department eq \"Data\""), "0");
    crew.finds(&format!("{ENTERPRISE}:manager.value pr"), "");
}

fn line_057_logic_and_grouping_are_read(room: &Room) {
    let crew = crew(room);
    crew.finds("title pr and active eq true", "0");
    crew.finds("title eq \"Boss\" or title eq \"Analyst\"", "01");
    crew.finds("not (title pr)", "2");
    crew.finds("((title pr) and (not (active eq false)))", "0");
}

fn line_057_value_filters_are_read(room: &Room) {
    let crew = crew(room);
    crew.finds("emails[type eq \"work\"]", "0");
    crew.finds("emails[type eq \"work\" and value co \"harbor\"]", "0");
    crew.finds("emails[not (type pr) or (primary eq true and value sw \"x\")]", "0");
    crew.finds("not (emails[type eq \"work\"]) and title pr", "1");
    crew.finds(&format!("{USER}:emails[type eq \"work\"]"), "0");
}

fn line_057_literals_of_every_kind_are_read(room: &Room) {
    let quoted = r#"Say "hi" \ to é"#;
    let crew = Crew::new(room, &[json!({"title": quoted, "active": true}), json!({"active": false})]);
    crew.finds(r#"title eq "Say \"hi\" \\ to \u00e9""#, "0");
    crew.finds("title eq \"Say \\\"hi\\\" \\\\ to é\"", "0");
    crew.finds("active eq true", "0");
    crew.finds("active eq false", "1");
    crew.finds("title eq null", "1");
    // A number is read as one, and then does not fit any of the core attributes.
    for number in ["7", "-7", "7.5", "1e3"] {
        let detail = crew.refuses(&format!("title eq {number}"));
        assert!(!detail.contains("column"), "the number itself is read: {detail}");
    }
}

fn line_057_brackets_do_not_nest(room: &Room) {
    let crew = crew(room);
    crew.refuses("emails[type[value eq \"a\"] pr]");
    crew.refuses("emails[emails[type pr]]");
    crew.refuses("title[value pr]");
}

fn line_058_names_operators_and_words_stand_in_any_case(room: &Room) {
    let crew = crew(room);
    crew.finds("TITLE EQ \"Boss\"", "1");
    crew.finds("Name.GIVENNAME Sw \"B\"", "1");
    crew.finds("EMAILS[TYPE Eq \"work\" AND Value CO \"harbor\"]", "0");
    crew.finds("title PR And NOT (active eq true) OR title eq \"Analyst\"", "01");
    crew.finds(&format!("{}:DEPARTMENT Eq \"Data\"", ENTERPRISE.to_uppercase()), "0");
}

fn line_059_and_binds_closer_than_or(room: &Room) {
    let crew = crew(room);
    crew.finds("title eq \"Boss\" or title eq \"Analyst\" and active eq false", "1");
    crew.finds("active eq false and title eq \"Analyst\" or title eq \"Boss\"", "1");
    crew.finds("title eq \"Analyst\" or title eq \"Boss\" and title eq \"nobody\"", "0");
}

fn line_059_not_binds_closer_than_and(room: &Room) {
    let crew = crew(room);
    crew.finds("not (title eq \"Boss\") and title pr", "0");
    crew.finds("title pr and not (title eq \"Boss\") or title eq \"Boss\"", "01");
}

fn line_059_grouping_goes_first(room: &Room) {
    let crew = crew(room);
    crew.finds("(title eq \"Boss\" or title eq \"Analyst\") and active eq false", "1");
    crew.finds("not (title eq \"Boss\" or title eq \"Analyst\")", "2");
}

fn line_060_what_cannot_be_read_is_refused_with_its_column(room: &Room) {
    let malformed = [
        "title",
        "title eq",
        "eq \"a\"",
        "title is \"a\"",
        "title eq \"a\" and",
        "or title pr",
        "(title pr",
        "title pr)",
        "title eq \"a",
        "title eq \"a\" title pr",
        "title eq \"a\" xor title pr",
        "not title pr",
        "emails[type eq \"a\"",
        "emails[]",
        "emails[type]",
        "name..givenName pr",
        ".title pr",
        "name.givenName.x pr",
        "title eq \"\\x\"",
        "title eq \"a\" && title pr",
        "title = \"a\"",
        "title eq +",
        "7 eq title",
        "tïtle pr",
        "()",
    ];
    for filter in malformed {
        let answer = room.list("/Users", &[("filter", filter)]);
        let detail = answer.scim_error(400, Some("invalidFilter"));
        assert!(detail.contains("column"), "the sentence says where {filter:?} goes wrong: {detail}");
    }
}

fn line_060_groups_refuse_it_too(room: &Room) {
    for filter in ["displayName", "displayName eq", "displayName eq 'a'", "members[value"] {
        room.list("/Groups", &[("filter", filter)]).scim_error(400, Some("invalidFilter"));
    }
}

fn line_061_blanks_are_taken_as_they_come(room: &Room) {
    let crew = crew(room);
    crew.finds("  title   eq \t \"Boss\"  ", "1");
    crew.finds("not(title pr)", "2");
    crew.finds("not   (  title pr  )", "2");
    crew.finds("emails[ type eq \"work\" ]", "0");
}

fn line_061_ref_is_a_name(room: &Room) {
    let manager = json!({"manager": {"value": "26118915", "$ref": "../Users/26118915"}});
    let crew = Crew::new(room, &[json!({ENTERPRISE: manager}), json!({})]);
    crew.finds(&format!("{ENTERPRISE}:manager.$ref pr"), "0");
}

fn line_061_booleans_in_quotes_are_read(room: &Room) {
    let crew = crew(room);
    crew.finds("active eq \"false\"", "1");
    crew.finds("active ne \"True\"", "1");
    crew.refuses("active eq \"perhaps\"");
}

fn line_061_words_without_quotes_are_refused(room: &Room) {
    let crew = crew(room);
    for term in ["title eq Boss", "title eq 'Boss'", "emails[type eq work]", "title eq \u{201C}Boss\u{201D}"] {
        crew.refuses(term);
    }
}

fn line_061_queries_are_decoded_in_both_forms(room: &Room) {
    let crew = crew(room);
    let encoded = crew.filter.replace('"', "%22");
    for blank in ["%20", "+"] {
        let query = format!("{encoded} and title eq %22Boss%22").replace(' ', blank);
        room.get(&format!("/Users?filter={query}")).expect(200).has("/totalResults", 1);
    }
}

fn line_062_a_filter_has_a_longest_text(room: &Room) {
    let filter = |length: usize| format!("title eq \"{}\"", "a".repeat(length - "title eq \"\"".len()));
    room.list("/Users", &[("filter", &filter(4096))]).expect(200);
    room.list("/Users", &[("filter", &filter(4097))]).scim_error(400, Some("invalidFilter"));
}

fn line_062_a_filter_has_a_greatest_depth(room: &Room) {
    let nested = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));
    room.list("/Users", &[("filter", &nested(30))]).expect(200);
    room.list("/Users", &[("filter", &nested(34))]).scim_error(400, Some("invalidFilter"));
    room.list("/Users", &[("filter", &nested(2000))]).scim_error(400, Some("invalidFilter"));
    let negated = |depth: usize| format!("{}title pr{}", "not (".repeat(depth), ")".repeat(depth));
    room.list("/Users", &[("filter", &negated(10))]).expect(200);
    room.list("/Users", &[("filter", &negated(600))]).scim_error(400, Some("invalidFilter"));
}

fn line_062_a_filter_has_most_terms(room: &Room) {
    let terms = |count: usize| vec!["title pr"; count].join(" or ");
    room.list("/Users", &[("filter", &terms(128))]).expect(200);
    room.list("/Users", &[("filter", &terms(129))]).scim_error(400, Some("invalidFilter"));
}
