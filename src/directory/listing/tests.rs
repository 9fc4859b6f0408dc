//! Lists as clients walk through them, over a real store.

mod cursors;
mod naive;
mod notes;
mod walks;

use serde_json::{Value, json};

use crate::directory::{
    request::Outcome,
    room::{Room, body, id_of},
};

/// The ids on a page.
fn ids(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().unwrap();
    resources.iter().map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
}

/// The status and keyword of a refusal.
fn refusal(outcome: &Outcome) -> (u16, String) {
    (outcome.reply.status, body(outcome)["scimType"].as_str().unwrap_or_default().to_owned())
}

/// So many people, in order of creation.
async fn people(room: &Room, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(room.newcomer(name).await);
    }
    ids
}

#[tokio::test]
async fn a_count_of_nothing_gives_the_total_alone() {
    let room = Room::new();
    people(&room, &["ada", "li", "sam"]).await;
    for pairs in [
        &[("count", "0")][..],
        &[("count", "-1"), ("filter", "userName co \"a\"")],
        &[("count", "0"), ("sortBy", "userName")],
        &[("count", "0"), ("cursor", "")],
        &[("count", "0"), ("cursor", ""), ("filter", "active eq true"), ("sortBy", "title")],
    ] {
        let page = body(&room.list(&["User"], pairs).await);
        assert_eq!((&page["totalResults"], &page["Resources"]), (&json!(3), &json!([])), "{pairs:?}");
        assert_eq!(page.get("nextCursor"), None, "{pairs:?}");
    }
}

#[tokio::test]
async fn a_place_beyond_the_end_is_an_empty_page_with_the_true_total() {
    let room = Room::new();
    people(&room, &["ada", "li"]).await;
    for place in ["3", "4000000000", "18446744073709551615", "99999999999999999999"] {
        for more in [&[][..], &[("filter", "active eq true")], &[("sortBy", "userName")]] {
            let page = body(&room.list(&["User"], &[&[("startIndex", place)], more].concat()).await);
            assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(2), &json!(0)), "{place} {more:?}");
        }
    }
    for first in ["0", "-5", "1"] {
        assert_eq!(ids(&body(&room.list(&["User"], &[("startIndex", first)]).await)).len(), 2, "{first}");
    }
}

#[tokio::test]
async fn a_page_holds_two_hundred_at_most() {
    let room = Room::new();
    let names: Vec<String> = (0..203).map(|n| format!("p{n}")).collect();
    futures::future::join_all(names.iter().map(|name| room.newcomer(name))).await;
    for more in [&[][..], &[("filter", "active eq true")], &[("sortBy", "meta.created"), ("sortOrder", "descending")]] {
        let page = body(&room.list(&["User"], &[&[("count", "1000")], more].concat()).await);
        assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(203), &json!(200)), "{more:?}");
        assert_eq!(ids(&body(&room.list(&["User"], more).await)).len(), 100, "unless asked for");
    }
}

#[tokio::test]
async fn a_filter_that_no_index_serves_looks_at_so_many_and_no_more() {
    let mut room = Room::new();
    room.most_scanned = 3;
    people(&room, &["ada", "li", "sam"]).await;
    let free = [("filter", "title co \"x\"")];
    assert_eq!(room.list(&["User"], &free).await.reply.status, 200);
    let crew = id_of(&room.push_group("Crew", &[]).await);
    assert_eq!(room.list(&["Group"], &[("filter", "displayName co \"crew\"")]).await.reply.status, 200);
    let everywhere = room.list(&["User", "Group"], &[("filter", "meta.created pr")]).await;
    assert_eq!(refusal(&everywhere), (400, "tooMany".to_owned()));
    room.newcomer("max").await;
    let many = room.list(&["User"], &free).await;
    assert_eq!(refusal(&many), (400, "tooMany".to_owned()));
    assert!(body(&many)["detail"].as_str().unwrap().contains("userName eq"), "says what would help");
    for pairs in [
        &[("filter", "title co \"x\" and userName eq \"ada@harbor.example\"")][..],
        &[("sortBy", "title")],
        &[],
        &[("startIndex", "2"), ("count", "2")],
    ] {
        assert_eq!(room.list(&["User"], pairs).await.reply.status, 200, "{pairs:?}");
    }
    assert_eq!(room.list(&["User", "Group"], &[]).await.reply.status, 200, "nor does a list without one");
    let found = room.list(&["User", "Group"], &[("filter", &format!("id eq \"{crew}\""))]).await;
    assert_eq!(ids(&body(&found)), [crew], "an id is found at the root without looking at everybody");
}

#[tokio::test]
async fn roles_are_a_list_with_pages_and_filters() {
    let room = Room::new();
    let all = body(&room.list(&["Role"], &[]).await);
    assert_eq!((&all["totalResults"], ids(&all)), (&json!(3), ["owner", "editor", "viewer"].map(str::to_owned).into()));
    assert_eq!(all["Resources"][1]["displayName"], "Editor");
    let second = body(&room.list(&["Role"], &[("startIndex", "2"), ("count", "1")]).await);
    assert_eq!((&second["itemsPerPage"], ids(&second)), (&json!(1), vec!["editor".to_owned()]));
    for (filter, found) in [
        ("id eq \"viewer\"", &["viewer"][..]),
        ("displayName sw \"e\" or displayName eq \"OWNER\"", &["owner", "editor"]),
        ("not (id eq \"owner\")", &["editor", "viewer"]),
        ("meta.resourceType eq \"User\"", &[]),
    ] {
        assert_eq!(ids(&body(&room.list(&["Role"], &[("filter", filter)]).await)), found, "{filter}");
    }
    let sorted = body(&room.list(&["Role"], &[("sortBy", "displayName"), ("attributes", "displayName")]).await);
    assert_eq!(ids(&sorted), ["editor", "owner", "viewer"]);
    assert_eq!(sorted["Resources"][0].as_object().unwrap().len(), 3, "schemas, id and what was asked for");
    let first = body(&room.list(&["Role"], &[("cursor", ""), ("count", "2")]).await);
    let next = first["nextCursor"].as_str().unwrap();
    let last = body(&room.list(&["Role"], &[("cursor", next), ("count", "2")]).await);
    assert_eq!((ids(&last), last.get("nextCursor")), (vec!["viewer".to_owned()], None));
}

#[tokio::test]
async fn a_list_shows_of_each_group_what_was_asked_for() {
    let room = Room::new();
    let ada = room.newcomer("ada").await;
    let id = id_of(&room.push_group("Editors", &[&ada]).await);
    let whole = body(&room.list(&["Group"], &[]).await);
    assert_eq!(whole["Resources"][0], body(&room.get_group(&id).await));
    let filter = format!("members.value eq \"{ada}\"");
    let found = body(&room.list(&["Group"], &[("filter", &filter), ("excludedAttributes", "members")]).await);
    assert_eq!((ids(&found), found["Resources"][0].get("members")), (vec![id], None));
    let at_root = body(&room.list(&["User", "Group"], &[("attributes", "displayName,userName")]).await);
    assert_eq!(at_root["Resources"][0]["userName"], "ada@harbor.example");
    assert_eq!(at_root["Resources"][1]["displayName"], "Editors");
}
