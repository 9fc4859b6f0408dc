//! The end of a dry run: what its client was told is made, then the token is live.
//!
//! During a dry run the service uses [`Store::rehearsal`], so that the same rules judge and nothing is carried out. A
//! client believes what it was told: it has ids of people and groups who are not here. Going live makes them under
//! these ids, as the client sent them last, in slices so that nobody waits; the last slice and the token's new mode
//! commit together, so that no request is judged in between. What the dry run would have done to those who were here
//! all along is not done: it is listed, for Okta to push again or somebody to decide.

use crate::{
    directory::{by::By, tokens::TokenRefusal},
    model::{
        dry_run::{GoLive, NotMade},
        group::MemberKind,
        id::TokenId,
        time::Timestamp,
        token::{Token, TokenMode},
    },
    store::{Change, Decision, Key, Promise, Promised, Store, StoreError, TokenRow},
};

/// What going live would make, and what it would leave to somebody.
///
/// # Errors
/// The store failed. An unknown token is in the inner result.
pub async fn preview(store: &dyn Store, id: TokenId) -> Result<Result<GoLive, TokenRefusal>, StoreError> {
    Ok(store.dry_run(id).await?.ok_or(TokenRefusal::Unknown(id)))
}

/// Keeps what the dry run of a token promised, then makes the token live, and those that it replaced. Cut short, it is
/// taken up again by the next call.
///
/// # Errors
/// The store failed; what was made so far stays. A refusal is in the inner result, and then nothing was made.
pub async fn go_live(
    store: &dyn Store,
    by: By,
    id: TokenId,
    now: Timestamp,
) -> Result<Result<GoLive, TokenRefusal>, StoreError> {
    let mut made = match preview(store, id).await? {
        Ok(preview) => {
            GoLive { people: 0, groups: 0, first: Vec::new(), refused: Vec::new(), refused_total: 0, ..preview }
        }
        Err(refusal) => return Ok(Err(refusal)),
    };
    loop {
        let slice = by.decide(store, vec![Key::Token(id), Key::Promises(id)], move |view| {
            if let Err(refusal) = check(view.token(id)?, id, now) {
                return Ok((Decision::default(), Err(refusal)));
            }
            let (promises, more) = view.promises(id)?;
            let mut changes: Vec<Change> = promises.iter().flat_map(keep).collect();
            if !more {
                changes.push(Change::GoLive(id));
            }
            Ok((Decision { changes, event: None }, Ok((promises.to_vec(), more))))
        });
        let (promises, more) = match slice.await? {
            Ok(slice) => slice,
            Err(refusal) => return Ok(Err(refusal)),
        };
        promises.iter().for_each(|promise| tell(promise, &mut made));
        if !more {
            break;
        }
    }
    made.live = true;
    // What was asked for meanwhile is in it.
    if let Some(left) = store.dry_run(id).await? {
        (made.withheld, made.withheld_total, made.leavers) = (left.withheld, left.withheld_total, left.leavers);
    }
    Ok(Ok(made))
}

fn check(row: Option<&TokenRow>, id: TokenId, now: Timestamp) -> Result<(), TokenRefusal> {
    let Some(TokenRow { token, .. }) = row else { return Err(TokenRefusal::Unknown(id)) };
    let Token { name, mode, .. } = token;
    match mode {
        _ if token.replaced_by.is_some() => Err(TokenRefusal::Successor(name.clone())),
        _ if !token.is_accepted(now) => Err(TokenRefusal::Over(name.clone())),
        TokenMode::DryRun => Ok(()),
        TokenMode::Live | TokenMode::Test => Err(TokenRefusal::NotDryRun(name.clone())),
    }
}

/// What makes a promised resource; one whose name is taken is given up.
fn keep(promise: &Promise) -> Vec<Change> {
    let mut changes = Vec::new();
    match &promise.what {
        _ if promise.taken => {}
        Promised::User(row) => changes.push(Change::InsertUser(row.clone())),
        Promised::Group(row, members) => {
            changes.push(Change::InsertGroup(row.clone()));
            changes.push(Change::AddMembers(row.group.id, members.clone()));
        }
    }
    changes.push(Change::Fulfil(promise.id));
    changes
}

fn tell(promise: &Promise, made: &mut GoLive) {
    let (kind, name) = match &promise.what {
        Promised::User(row) => (MemberKind::User, &row.user.user_name),
        Promised::Group(row, _) => (MemberKind::Group, &row.group.display_name),
    };
    match kind {
        _ if promise.taken => {
            made.refused_total += 1;
            if made.refused.len() < GoLive::LISTED {
                made.refused.push(NotMade { id: promise.id, kind, name: name.clone() });
            }
        }
        MemberKind::User => {
            made.people += 1;
            if made.first.len() < GoLive::NAMED {
                made.first.push(name.clone());
            }
        }
        MemberKind::Group => made.groups += 1,
    }
}
