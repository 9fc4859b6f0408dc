//! Cursors that are not what they should be.

use std::sync::atomic::Ordering;

use super::*;
use crate::model::{id::TokenId, time::Timestamp};

const PAGE: (&str, &str) = ("count", "2");

async fn room() -> Room {
    let room = Room::new();
    people(&room, &["ada", "li", "sam", "max", "eva"]).await;
    room
}

/// The cursor of a first page.
async fn cursor(room: &Room, kinds: &[&str], pairs: &[(&str, &str)]) -> String {
    let first = body(&room.list(kinds, &[&[("cursor", "")], pairs].concat()).await);
    first["nextCursor"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_cursor_goes_with_its_query_and_its_count() {
    let room = room().await;
    let plain = cursor(&room, &["User"], &[PAGE]).await;
    let filtered = cursor(&room, &["User"], &[PAGE, ("filter", "active eq true")]).await;
    let sorted = cursor(&room, &["User"], &[PAGE, ("sortBy", "userName")]).await;
    let everywhere = cursor(&room, &["User", "Group"], &[PAGE]).await;
    for (kinds, cursor, pairs, keyword) in [
        (&["User"][..], &plain, &[PAGE, ("filter", "active eq true")][..], "invalidCursor"),
        (&["User"], &plain, &[PAGE, ("sortBy", "userName")], "invalidCursor"),
        (&["User"], &plain, &[PAGE, ("attributes", "userName")], "invalidCursor"),
        (&["Group"], &plain, &[PAGE], "invalidCursor"),
        (&["User", "Group"], &plain, &[PAGE], "invalidCursor"),
        (&["User"], &everywhere, &[PAGE], "invalidCursor"),
        (&["User"], &filtered, &[PAGE, ("filter", "active eq false")], "invalidCursor"),
        (&["User"], &filtered, &[PAGE], "invalidCursor"),
        (&["User"], &sorted, &[PAGE, ("sortBy", "userName"), ("sortOrder", "descending")], "invalidCursor"),
        (&["User"], &plain, &[("count", "3")], "invalidCount"),
        (&["User"], &plain, &[], "invalidCount"),
        (&["User"], &plain, &[PAGE, ("startIndex", "1")], "invalidValue"),
    ] {
        let pairs = [&[("cursor", cursor.as_str())], pairs].concat();
        assert_eq!(refusal(&room.list(kinds, &pairs).await), (400, keyword.to_owned()), "{pairs:?}");
    }
    for (kinds, cursor, pairs) in [
        (&["User"][..], &plain, &[PAGE][..]),
        (&["User"], &filtered, &[PAGE, ("filter", "active eq true")]),
        (&["User"], &sorted, &[PAGE, ("sortBy", "userName")]),
        (&["User", "Group"], &everywhere, &[PAGE]),
    ] {
        let next = room.list(kinds, &[&[("cursor", cursor.as_str())], pairs].concat()).await;
        assert_eq!((next.reply.status, ids(&body(&next)).len()), (200, 2), "{pairs:?}");
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_whom_it_was_given_to_and_for_an_hour() {
    let room = room().await;
    let token = |millis| Some(TokenId::new(Timestamp::from_millis(millis)));
    let (okta, other) = (token(1), token(2));
    let first = body(&room.list_as(okta, &["User"], &[("cursor", ""), PAGE]).await);
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = [("cursor", cursor), PAGE];
    for stranger in [other, None] {
        let refused = room.list_as(stranger, &["User"], &next).await;
        let garbage = room.list_as(stranger, &["User"], &[("cursor", "garbage"), PAGE]).await;
        assert_eq!(refusal(&refused), (400, "invalidCursor".to_owned()));
        assert_eq!(body(&refused), body(&garbage), "nobody learns whether it was ever good");
    }
    assert_eq!(room.list_as(okta, &["User"], &next).await.reply.status, 200);
    room.clock.fetch_add(59 * 60 * 1_000, Ordering::Relaxed);
    assert_eq!(room.list_as(okta, &["User"], &next).await.reply.status, 200, "it may be used again");
    room.clock.fetch_add(60 * 1_000, Ordering::Relaxed);
    assert_eq!(refusal(&room.list_as(okta, &["User"], &next).await), (400, "expiredCursor".to_owned()));
}

#[tokio::test]
async fn a_cursor_whose_place_was_deleted_goes_on_behind_it() {
    for more in [&[][..], &[("filter", "active eq true")], &[("sortBy", "meta.created")]] {
        let room = Room::new();
        let made = people(&room, &["ada", "li", "sam", "max"]).await;
        let pairs = [&[PAGE], more].concat();
        let cursor = cursor(&room, &["User"], &pairs).await;
        room.delete(&made[1]).await;
        let next = body(&room.list(&["User"], &[&[("cursor", cursor.as_str())], pairs.as_slice()].concat()).await);
        assert_eq!((ids(&next), next.get("nextCursor")), (made[2..].to_vec(), None), "{pairs:?}");
    }
}
