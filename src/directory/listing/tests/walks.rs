//! Walks through all pages while others come and go.

use super::*;

const FILTER: (&str, &str) = ("filter", "active eq true");

/// Walks through a list of people in pages of two; after each page somebody new arrives, and after the first of them
/// whoever stands in `leaver` goes.
async fn walk(room: &Room, by_cursor: bool, pairs: &[(&str, &str)], leaver: Option<&str>) -> Vec<String> {
    let mut seen = Vec::new();
    let mut place = if by_cursor { String::new() } else { "1".to_owned() };
    for page in 0..20 {
        let name = if by_cursor { "cursor" } else { "startIndex" };
        let list = [&[(name, place.as_str()), ("count", "2")], pairs].concat();
        let shown = body(&room.list(&["User"], &list).await);
        seen.extend(ids(&shown));
        if page < 3 {
            room.newcomer(&format!("new{page}")).await;
        }
        if let Some(leaver) = leaver.filter(|_| page == 0) {
            room.delete(leaver).await;
        }
        match shown["nextCursor"].as_str() {
            Some(next) => place = next.to_owned(),
            None if by_cursor || ids(&shown).is_empty() => return seen,
            None => place = (seen.len() + 1).to_string(),
        }
    }
    panic!("the walk never ends: {seen:?}");
}

#[tokio::test]
async fn whoever_is_there_from_the_start_is_seen_once_while_others_arrive() {
    for by_cursor in [false, true] {
        for pairs in [&[][..], &[FILTER]] {
            let room = Room::new();
            let made = people(&room, &["ada", "li", "sam", "max", "eva"]).await;
            let seen = walk(&room, by_cursor, pairs, None).await;
            assert_eq!(seen[..5], made, "cursor: {by_cursor}, {pairs:?}");
            assert_eq!(seen.len(), 8, "and those who arrived in time at the end, each once: {seen:?}");
        }
    }
}

#[tokio::test]
async fn nobody_is_passed_over_when_somebody_before_leaves() {
    // By index with a filter there is no place to go on from: RFC 7644 3.4.2.4 promises nothing there.
    for (by_cursor, pairs) in [(true, &[][..]), (true, &[FILTER]), (false, &[])] {
        let room = Room::new();
        let made = people(&room, &["ada", "li", "sam", "max", "eva"]).await;
        let seen = walk(&room, by_cursor, pairs, Some(&made[0])).await;
        assert_eq!(seen[..5], made, "cursor: {by_cursor}, {pairs:?}");
        assert_eq!(seen.len(), 8, "{seen:?}");
    }
}

#[tokio::test]
async fn at_the_root_people_come_first_and_a_walk_by_cursor_crosses_over() {
    let room = Room::new();
    let early = id_of(&room.push_group("Early", &[]).await);
    let mut expected = people(&room, &["ada", "li", "sam"]).await;
    let late = id_of(&room.push_group("Late", &[]).await);
    expected.extend([early, late]);
    for pairs in [&[][..], &[("filter", "meta.created pr")]] {
        let (mut seen, mut place) = (Vec::new(), String::new());
        loop {
            let list = [&[("cursor", place.as_str()), ("count", "2")], pairs].concat();
            let page = body(&room.list(&["User", "Group"], &list).await);
            assert_eq!(page["totalResults"], 5);
            seen.extend(ids(&page));
            match page["nextCursor"].as_str() {
                Some(next) => place = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{pairs:?}");
    }
}
