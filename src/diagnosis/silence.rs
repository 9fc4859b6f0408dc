//! What shows only as silence: mistakes after which Okta sends nothing at all, found by the clock.

use crate::{
    diagnosis::{checklist::Context, traffic::Traffic},
    model::{finding::Code, time::Timestamp},
};

const MINUTE: i64 = 60_000;
/// So long after a token was made the first request should have come.
const FIRST_REQUEST: i64 = 30 * MINUTE;
/// So long after the first create one of so many people has had a new title, name or role.
const UPDATES: (i64, u64) = (14 * Timestamp::DAY_MILLIS, 10);
/// So long after the first create one of so many people has left.
const LEAVERS: (i64, u64) = (30 * Timestamp::DAY_MILLIS, 20);

/// A silence that means something, and since when it does.
pub(super) fn silences(traffic: &Traffic, context: &Context) -> Vec<(Code, Timestamp)> {
    let mut silences = Vec::new();
    let mut since = |code: u8, begun: Timestamp, span: i64| {
        let at = begun.plus_millis(span);
        if at <= context.now {
            silences.push((Code(code), at));
        }
    };
    if let (None, Some((_, made))) = (traffic.last, &context.newest_token) {
        since(19, *made, FIRST_REQUEST);
    }
    // Who asked is not known before the request. A certificate by which Okta has come is one that it trusts, whoever else
    // does not.
    let untried = |since: Timestamp| traffic.last.is_none_or(|last| last < since);
    if let Some(refused) = context.refused_certificate.filter(|refused| untried(refused.since)) {
        since(15, refused.at, 0);
    }
    if let Some(first) = traffic.first_create {
        if traffic.updates == 0 && traffic.creates >= UPDATES.1 {
            since(24, first, UPDATES.0);
        }
        if traffic.leavers == 0 && traffic.creates > LEAVERS.1 {
            since(25, first, LEAVERS.0);
        }
    }
    silences
}
