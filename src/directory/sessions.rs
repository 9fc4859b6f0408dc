//! Signing in: one-time codes that owners hand out, and the sessions they open.
//!
//! A deactivated, deleted, replaced or unknown person is refused by one neutral sentence; only the owner who asks for a
//! code learns the reason.

use crate::{
    directory::{
        by::By,
        local::Refusal,
        secrets::{new_code, new_session, normalize_code},
    },
    model::{
        id::{SessionId, UserId},
        role::Role,
        secret::Secret,
        session::{NewSession, SignInCode},
        time::Timestamp,
        user::User,
    },
    store::{Change, CodeHash, Decision, Key, SessionHash, SessionRow, SignInCodeRow, Store, StoreError, decide},
};

const MINUTE_MILLIS: i64 = 60 * 1_000;
/// How long a sign-in code is good.
pub const CODE_LIFE_MILLIS: i64 = 10 * MINUTE_MILLIS;
/// How long a session lives at most: 7 days.
pub const SESSION_LIFE_MILLIS: i64 = 7 * 24 * 60 * MINUTE_MILLIS;
/// How long it lives without being used: 12 hours.
pub const SESSION_IDLE_MILLIS: i64 = 12 * 60 * MINUTE_MILLIS;

/// A sign-in was refused; one sentence for every reason, so that nobody learns who has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this code cannot be used to sign in: ask an owner of the workspace for a new one")]
pub struct SignInRefused;

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// The person.
    pub user: UserId,
    /// That person's user name.
    pub user_name: String,
    /// The role in force now.
    pub role: Role,
    /// When the session ends at the latest.
    pub expires: Timestamp,
}

/// Makes a one-time code for a user who can log in; an earlier code of that user is used up.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn issue_code(
    store: &dyn Store,
    by: By,
    user: UserId,
    now: Timestamp,
) -> Result<Result<SignInCode, Refusal>, StoreError> {
    let code = new_code();
    let hash = CodeHash::of(&normalize_code(code.expose()));
    let expires = now.plus_millis(CODE_LIFE_MILLIS);
    let issued = by
        .decide(store, vec![Key::User(user)], move |view| {
            let Some(row) = view.user(user)? else {
                return Ok((Decision::default(), Err(Refusal::Unknown(user.to_string()))));
            };
            let name = row.user.user_name.clone();
            if let Some(successor) = row.user.replaced_by {
                return Ok((Decision::default(), Err(Refusal::Replaced { name, successor })));
            }
            if row.user.test {
                return Ok((Decision::default(), Err(Refusal::TestUser(name))));
            }
            if !row.user.active {
                return Ok((Decision::default(), Err(Refusal::Inactive(name))));
            }
            let code = Change::InsertSignInCode(SignInCodeRow { hash, user, expires });
            Ok((Decision { changes: vec![code], event: None }, Ok(name)))
        })
        .await?;
    Ok(issued.map(|user_name| SignInCode { user_name, code, expires }))
}

/// Opens a session for a code. The code is used up by the attempt that finds it.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn sign_in(
    store: &dyn Store,
    code: &Secret,
    now: Timestamp,
) -> Result<Result<NewSession, SignInRefused>, StoreError> {
    let hash = CodeHash::of(&normalize_code(code.expose()));
    let session = new_session();
    let session_hash = SessionHash::of(session.expose());
    let expires = now.plus_millis(SESSION_LIFE_MILLIS);
    let id = SessionId::new(now);
    let opened = decide(store, vec![Key::SignInCode(hash)], move |view| {
        let Some(code) = view.sign_in_code(hash)? else {
            return Ok((Decision::default(), Err(SignInRefused)));
        };
        let mut changes = vec![Change::DeleteSignInCode(hash)];
        let user = view.user(code.user)?.filter(|row| may_log_in(&row.user));
        let Some(row) = user.filter(|_| now < code.expires) else {
            return Ok((Decision { changes, event: None }, Err(SignInRefused)));
        };
        let user = row.user.id;
        let session = SessionRow { id, hash: session_hash, user, created: now, last_used: now, expires };
        changes.push(Change::InsertSession(session));
        Ok((Decision { changes, event: None }, Ok((row.user.user_name.clone(), row.user.role))))
    })
    .await?;
    Ok(opened.map(|(user_name, role)| NewSession { session, user_name, role, expires }))
}

/// Whose session a credential is, if it still holds: not expired, not idle for too long, its user still active.
///
/// # Errors
/// The store failed.
pub async fn recognize(store: &dyn Store, credential: &str, now: Timestamp) -> Result<Option<SignedIn>, StoreError> {
    let Some((session, row)) = store.session_by_hash(&SessionHash::of(credential)).await? else {
        return Ok(None);
    };
    let idle = now.millis_since(session.last_used) > SESSION_IDLE_MILLIS;
    if idle || now >= session.expires || !may_log_in(&row.user) {
        return Ok(None);
    }
    if now.millis_since(session.last_used) >= MINUTE_MILLIS {
        let touch = Change::TouchSession(session.id, now);
        decide(store, Vec::new(), move |_| Ok((Decision { changes: vec![touch.clone()], event: None }, ()))).await?;
    }
    Ok(Some(SignedIn {
        session: session.id,
        user: row.user.id,
        user_name: row.user.user_name,
        role: row.user.role,
        expires: session.expires,
    }))
}

/// Whether somebody's account gives access.
pub(super) const fn may_log_in(user: &User) -> bool {
    user.active && user.replaced_by.is_none() && !user.test
}

/// Ends a session.
///
/// # Errors
/// The store failed; the session may still hold.
pub async fn sign_out(store: &dyn Store, session: SessionId) -> Result<(), StoreError> {
    decide(store, Vec::new(), move |_| {
        Ok((Decision { changes: vec![Change::DeleteSession(session)], event: None }, ()))
    })
    .await
}
