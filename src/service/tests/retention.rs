//! How long events are kept.

use std::{sync::OnceLock, time::Instant};

use super::*;
use crate::{
    directory::request::{Notes, Outcome, Reply, Request},
    model::{id::TransactionId, time::Timestamp},
    scim::schema::ResourceTypes,
    store::Draft,
};

/// An event of so many days ago.
fn long_ago(days: i64) -> Draft {
    let at = Timestamp::now().plus_millis(-days * Timestamp::DAY_MILLIS);
    let request = Request {
        method: "GET".into(),
        path: "/scim/v2/Users".into(),
        query: None,
        address: None,
        user_agent: None,
        token: None,
        at,
        received: Instant::now(),
        base_url: String::new(),
        body: Vec::new(),
        signs: Vec::new(),
        kept: OnceLock::new(),
        transaction: TransactionId::new(at),
        types: ResourceTypes::standard(),
        test: false,
    };
    request.draft(&Outcome { reply: Reply::empty(200), notes: Notes::new(Action::Lookup) })
}

#[tokio::test]
async fn events_are_kept_as_long_as_the_workspace_says() {
    let room = Room::start().await;
    for days in [80, 40, 20] {
        room.service.app.store.record(long_ago(days)).await.unwrap();
    }
    let kept = async || room.operator.events(&EventQuery::default()).await.unwrap().len();
    let keep = async |days| {
        let patch = WorkspacePatch { retention_days: Some(days), ..WorkspacePatch::default() };
        room.operator.update_workspace(&patch).await
    };
    for (days, left) in [(90, 3), (60, 2), (30, 1)] {
        assert_eq!(keep(days).await.unwrap().retention_days, days);
        for _ in 0..200 {
            if kept().await == left {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(kept().await, left, "{days} days");
    }
    let refused = keep(0).await.unwrap_err();
    assert!(refused.to_string().contains("retention_days must be 1 to 3650"), "{refused}");
}
