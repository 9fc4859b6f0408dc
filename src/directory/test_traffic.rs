//! Test traffic: the credential of a run, the line between what it made and everything else, and the end of it.
//!
//! It changes what it made itself and nothing else, and nobody else changes that. So all of it can be removed, and what is
//! left is as if there had been none.

use std::time::Duration;

use crate::{
    directory::{by::By, request::Request, ruling::Halt, tokens::fresh},
    model::{
        secret::Secret,
        test_traffic::TestCounts,
        time::Timestamp,
        token::{TokenMode, TokenScope},
    },
    scim::error::ScimError,
    store::{Change, Decision, Key, Store, StoreError, decide},
};

/// How long the token of a run is accepted, in milliseconds: an hour.
pub const LIFE_MILLIS: i64 = 60 * 60 * 1_000;
/// What such a token is called where one is named.
const NAME: &str = "Test traffic";

/// Everything that test traffic made is being removed, so no more may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the test traffic that is here is being removed: try again in a moment")]
pub struct BeingRemoved;

/// Makes the token of a run; what is kept of it is a hash, as of every token. Gives its secret, and when it ends.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn begin(
    store: &dyn Store,
    by: By,
    creator: &str,
    now: Timestamp,
) -> Result<Result<(Secret, Timestamp), BeingRemoved>, StoreError> {
    let (mut row, secret) = fresh(NAME.to_owned(), TokenScope::Write, LIFE_MILLIS, creator, now);
    row.token.mode = TokenMode::Test;
    let expires = row.token.expires;
    let made = by.decide(store, vec![Key::RemovingTests], move |view| {
        if view.removing_tests()? {
            return Ok((Decision::default(), Err(BeingRemoved)));
        }
        Ok((Decision { changes: vec![Change::InsertToken(Box::new(row.clone()))], event: None }, Ok(())))
    });
    Ok(made.await?.map(|()| (secret, expires)))
}

/// Begins to remove everything that test traffic made: its tokens at once, the rest by [`go_on`]. Gives how much there
/// is.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn begin_removal(store: &dyn Store, by: By) -> Result<TestCounts, StoreError> {
    let counts = store.test_counts().await?;
    by.decide(store, Vec::new(), |_| Ok((Decision { changes: vec![Change::BeginTestRemoval], event: None }, ())))
        .await?;
    Ok(counts)
}

/// Goes on with a removal until nothing is left, some at a time. While too much waits to be written it waits as well.
///
/// # Errors
/// The store failed; what is left is known, and the next call goes on.
pub async fn go_on(store: &dyn Store) -> Result<(), StoreError> {
    while store.test_counts().await?.removing {
        let some = |_: &_| Ok((Decision { changes: vec![Change::RemoveTests], event: None }, ()));
        match decide(store, Vec::new(), some).await {
            Ok(()) => {}
            Err(StoreError::Busy { retry_after_secs }) => {
                tokio::time::sleep(Duration::from_secs(retry_after_secs)).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Refuses a request about something that it may not touch: of test traffic, what anybody else made; of everybody else,
/// what test traffic made. `what` begins the sentence, such as `The user "ada@harbor.example"`.
///
/// # Errors
/// 403, with what to do.
pub(super) fn guard(request: &Request, made_by_test: bool, what: impl FnOnce() -> String) -> Result<(), Halt> {
    if request.test == made_by_test { Ok(()) } else { Err(refusal(request.test, &what()).into()) }
}

/// The refusal of such a request.
pub(super) fn refusal(is_test: bool, what: &str) -> ScimError {
    ScimError::forbidden(if is_test {
        format!(
            "{what} was not made by test traffic, and this request is test traffic, which changes only the people and \
             groups that it made itself. Nothing was changed."
        )
    } else {
        format!(
            "{what} was made by test traffic, which nothing else changes. In scimroom remove the test traffic (Setup > \
             Test); then in Okta: Dashboard > Tasks > Retry Selected."
        )
    })
}
