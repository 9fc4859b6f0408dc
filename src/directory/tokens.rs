//! Tokens: made by owners, shown once, checked on every SCIM request.

use subtle::ConstantTimeEq;

use crate::{
    directory::{
        by::By,
        request::TokenRef,
        secrets::{looks_like_token, new_token},
    },
    model::{
        id::TokenId,
        secret::Secret,
        time::Timestamp,
        token::{CreatedToken, NewToken, Token, TokenDetail, TokenMode, TokenRotation, TokenScope, TokenState},
    },
    store::{Change, Decision, Key, Store, StoreError, TokenHash, TokenRow},
};

const LONGEST_NAME: usize = 100;
const LONGEST_LIFE_DAYS: u32 = 3_650;
const HOUR_MILLIS: i64 = 60 * 60 * 1_000;
const TAIL: usize = 4;

/// Why a token is not made or not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The name is empty, too long or holds control characters.
    #[error("a token needs a name of 1 to {LONGEST_NAME} characters, such as \"Okta production\"")]
    Name,
    /// The life is zero or too long.
    #[error("a token lives 1 to {LONGEST_LIFE_DAYS} days")]
    Life,
    /// No token has this id.
    #[error("there is no token {0} here")]
    Unknown(TokenId),
    /// The overlap of a rotation is too long.
    #[error("the old token can be accepted for 0 to {} hours besides the new one", TokenRotation::LONGEST_HOURS)]
    Overlap,
    /// The token is not accepted any more, so there is nothing to take over from it.
    #[error("the token \"{0}\" has ended already: create a new token instead")]
    Ended(String),
    /// The token is no dry run.
    #[error("the token \"{0}\" is no dry run: what comes with it is carried out already")]
    NotDryRun(String),
    /// The token has ended, and its dry run with it.
    #[error("the token \"{0}\" has ended, and nothing can come with it any more: create a new token instead")]
    Over(String),
    /// The token was rotated, so that its dry run is its successor's.
    #[error("the token \"{0}\" was rotated: let its successor go live, and this one does with it")]
    Successor(String),
    /// The token has a successor already.
    #[error("the token \"{name}\" was rotated already: rotate its successor, which ends in {tail}")]
    Rotated {
        /// The token's name.
        name: String,
        /// The last characters of the successor.
        tail: String,
    },
}

/// Makes a token. The answer is the only place where its secret ever stands.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn create(
    store: &dyn Store,
    by: By,
    new: NewToken,
    creator: &str,
    now: Timestamp,
) -> Result<Result<CreatedToken, TokenRefusal>, StoreError> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Ok(Err(TokenRefusal::Name));
    }
    let life = match new.days {
        None => Token::DEFAULT_LIFE_MILLIS,
        Some(days @ 1..=LONGEST_LIFE_DAYS) => i64::from(days) * Timestamp::DAY_MILLIS,
        Some(_) => return Ok(Err(TokenRefusal::Life)),
    };
    let (mut row, secret) = fresh(name, new.scope, life, creator, now);
    row.token.mode = new.mode;
    let info = row.token.clone();
    by.decide(store, Vec::new(), move |_| {
        Ok((Decision { changes: vec![Change::InsertToken(Box::new(row.clone()))], event: None }, ()))
    })
    .await?;
    Ok(Ok(CreatedToken { info, token: secret }))
}

/// A token that nobody has seen yet, and its secret.
pub(super) fn fresh(name: String, scope: TokenScope, life: i64, creator: &str, now: Timestamp) -> (TokenRow, Secret) {
    let secret = new_token();
    let (start, _) = secret.expose().split_at(secret.expose().len().saturating_sub(TAIL));
    let token = Token {
        id: TokenId::new(now),
        name,
        scope,
        mode: TokenMode::Live,
        created_by: creator.to_owned(),
        created: now,
        expires: now.plus_millis(life),
        revoked: None,
        last_used: None,
        last_address: None,
        last_user_agent: None,
        uses: 0,
        tail: secret.expose().trim_start_matches(start).to_owned(),
        rotated_from: None,
        replaced_by: None,
    };
    (TokenRow { token, hash: TokenHash::of(secret.expose()) }, secret)
}

/// Makes a token in place of another: with its name, scope and mode and as long a life. The new one is accepted at once, the
/// old one for as long as they are to overlap, and never longer than it was to live.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn rotate(
    store: &dyn Store,
    by: By,
    id: TokenId,
    rotation: TokenRotation,
    creator: &str,
    now: Timestamp,
) -> Result<Result<CreatedToken, TokenRefusal>, StoreError> {
    let hours = rotation.overlap_hours.unwrap_or(TokenRotation::DEFAULT_HOURS);
    if hours > TokenRotation::LONGEST_HOURS {
        return Ok(Err(TokenRefusal::Overlap));
    }
    let ends = now.plus_millis(i64::from(hours) * HOUR_MILLIS);
    // The name, the scope, the mode and the life are those of the old one, which only the rule sees.
    let (blank, secret) = fresh(String::new(), TokenScope::Read, 0, creator, now);
    let made = by.decide(store, vec![Key::Token(id)], move |view| {
        let Some(TokenRow { token: old, .. }) = view.token(id)? else {
            return Ok((Decision::default(), Err(TokenRefusal::Unknown(id))));
        };
        if let Some(successor) = old.replaced_by {
            let tail = view.token(successor)?.map(|row| row.token.tail.clone()).unwrap_or_default();
            return Ok((Decision::default(), Err(TokenRefusal::Rotated { name: old.name.clone(), tail })));
        }
        if !old.is_accepted(now) {
            return Ok((Decision::default(), Err(TokenRefusal::Ended(old.name.clone()))));
        }
        let mut row = blank.clone();
        row.token.name.clone_from(&old.name);
        (row.token.scope, row.token.mode) = (old.scope, old.mode);
        row.token.expires = now.plus_millis(old.expires.millis_since(old.created));
        row.token.rotated_from = Some(id);
        let info = row.token.clone();
        let mut changes = vec![Change::InsertToken(Box::new(row)), Change::ReplaceToken { id, by: info.id, ends }];
        if hours == 0 {
            changes.push(Change::RevokeToken(id, now));
        }
        Ok((Decision { changes, event: None }, Ok(info)))
    });
    Ok(made.await?.map(|info| CreatedToken { info, token: secret }))
}

/// One token, and how often it was used on which of the last days.
///
/// # Errors
/// The store failed. An unknown token is in the inner result.
pub async fn show(
    store: &dyn Store,
    id: TokenId,
    now: Timestamp,
) -> Result<Result<TokenDetail, TokenRefusal>, StoreError> {
    let Some(row) = store.token(id).await? else { return Ok(Err(TokenRefusal::Unknown(id))) };
    let since = Timestamp::of_day(now.day() + 1 - i64::from(Token::DAYS_KEPT));
    Ok(Ok(TokenDetail { token: row.token, days: store.token_days(id, since).await? }))
}

/// Revokes a token: refused from the next request on. Revoking twice keeps the first time.
///
/// # Errors
/// The store failed; nothing was written. An unknown token is in the inner result.
pub async fn revoke(
    store: &dyn Store,
    by: By,
    id: TokenId,
    now: Timestamp,
) -> Result<Result<Token, TokenRefusal>, StoreError> {
    by.decide(store, vec![Key::Token(id)], move |view| {
        let Some(row) = view.token(id)? else {
            return Ok((Decision::default(), Err(TokenRefusal::Unknown(id))));
        };
        let mut token = row.token.clone();
        if token.revoked.is_some() {
            return Ok((Decision::default(), Ok(token)));
        }
        token.revoked = Some(now);
        Ok((Decision { changes: vec![Change::RevokeToken(id, now)], event: None }, Ok(token)))
    })
    .await
}

/// A caller with an acceptable token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// Which token.
    pub token: TokenRef,
    /// What it may do.
    pub scope: TokenScope,
}

/// What is wrong with a request's credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthFault {
    /// The header holds a token without the word `Bearer` before it.
    NoScheme,
    /// `Bearer Bearer ...`.
    DoubleBearer,
    /// Blanks, quotes or a line end around a token that would be right.
    Stray,
    /// A text that is not one of our tokens, or one that nobody made.
    Unknown,
    /// One of our tokens with a typo: its checksum does not fit.
    Typo,
    /// A token that was revoked.
    Revoked(TokenRef),
    /// A token past its date.
    Expired(TokenRef),
    /// HTTP Basic.
    Basic,
    /// No `Authorization` header.
    Missing,
}

/// Judges an `Authorization` header.
///
/// # Errors
/// The store failed. What is wrong with the credentials is in the inner result.
pub async fn authenticate(
    store: &dyn Store,
    header: Option<&str>,
    now: Timestamp,
) -> Result<Result<Bearer, AuthFault>, StoreError> {
    let Some(header) = header.filter(|header| !header.trim().is_empty()) else {
        return Ok(Err(AuthFault::Missing));
    };
    let (scheme, credential) = header.split_once(' ').unwrap_or((header, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Ok(Err(AuthFault::Basic));
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        let fault = if known(store, bare(header)).await?.is_some() { AuthFault::NoScheme } else { AuthFault::Unknown };
        return Ok(Err(fault));
    }
    if credential.split(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("bearer")) {
        return Ok(Err(AuthFault::DoubleBearer));
    }
    if let Some(row) = known(store, credential).await? {
        return Ok(judge(&row.token, now));
    }
    if bare(credential) != credential && known(store, bare(credential)).await?.is_some() {
        return Ok(Err(AuthFault::Stray));
    }
    Ok(Err(if looks_like_token(credential) == Some(false) { AuthFault::Typo } else { AuthFault::Unknown }))
}

fn judge(token: &Token, now: Timestamp) -> Result<Bearer, AuthFault> {
    let reference = TokenRef { id: token.id, name: token.name.clone(), mode: token.mode };
    match token.state(now) {
        TokenState::Revoked => Err(AuthFault::Revoked(reference)),
        TokenState::Expired => Err(AuthFault::Expired(reference)),
        TokenState::NeverUsed | TokenState::Active | TokenState::Expiring => {
            Ok(Bearer { token: reference, scope: token.scope })
        }
    }
}

/// A pasted credential without what clings to it: blanks, quotes, line ends, also percent-encoded ones.
fn bare(text: &str) -> &str {
    let mut text = text;
    loop {
        let mut trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        for escape in ["%0A", "%0a", "%0D", "%0d", "%20", "%22"] {
            trimmed = trimmed.trim_start_matches(escape).trim_end_matches(escape);
        }
        if trimmed.len() == text.len() {
            return text;
        }
        text = trimmed;
    }
}

async fn known(store: &dyn Store, credential: &str) -> Result<Option<TokenRow>, StoreError> {
    if looks_like_token(credential) != Some(true) {
        return Ok(None);
    }
    let hash = TokenHash::of(credential);
    let row = store.token_by_hash(&hash).await?;
    Ok(row.filter(|row| bool::from(row.hash.0.ct_eq(&hash.0))))
}

/// Whether a text is the given secret, in a time that tells nothing about where they differ.
pub fn same_secret(given: &str, secret: &Secret) -> bool {
    bool::from(TokenHash::of(given).0.ct_eq(&TokenHash::of(secret.expose()).0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::room::Room;

    async fn made(room: &Room, days: u32, scope: TokenScope) -> CreatedToken {
        let new = NewToken { name: "Okta production".to_owned(), scope, mode: TokenMode::Live, days: Some(days) };
        create(&room.store, By::Operator, new, "operator", room.now()).await.unwrap().unwrap()
    }

    async fn rotated(room: &Room, id: TokenId, hours: Option<u32>) -> Result<CreatedToken, TokenRefusal> {
        let rotation = TokenRotation { overlap_hours: hours };
        rotate(&room.store, By::Operator, id, rotation, "ada@harbor.example", room.now()).await.unwrap()
    }

    async fn judged(room: &Room, token: &CreatedToken, now: Timestamp) -> Result<Bearer, AuthFault> {
        let header = format!("Bearer {}", token.token.expose());
        authenticate(&room.store, Some(&header), now).await.unwrap()
    }

    #[tokio::test]
    async fn a_rotated_token_keeps_its_mode() {
        let room = Room::new();
        let new = NewToken { name: "Okta".to_owned(), scope: TokenScope::Write, mode: TokenMode::DryRun, days: None };
        let old = create(&room.store, By::Operator, new, "operator", room.now()).await.unwrap().unwrap();
        let new = rotated(&room, old.info.id, None).await.unwrap();
        assert_eq!(new.info.mode, TokenMode::DryRun);
        assert_eq!(judged(&room, &new, room.now()).await.unwrap().token.mode, TokenMode::DryRun);
    }

    #[tokio::test]
    async fn of_a_rotated_token_both_are_accepted_until_the_overlap_is_over() {
        let room = Room::new();
        let old = made(&room, 90, TokenScope::Read).await;
        let new = rotated(&room, old.info.id, None).await.unwrap();
        assert_eq!((new.info.name.as_str(), new.info.scope), ("Okta production", TokenScope::Read));
        assert_eq!(new.info.created_by, "ada@harbor.example");
        assert_eq!(new.info.expires.millis_since(new.info.created), 90 * Timestamp::DAY_MILLIS, "as long a life");
        let show = async |id| show(&room.store, id, room.now()).await.unwrap().unwrap().token;
        assert_eq!(show(new.info.id).await.rotated_from, Some(old.info.id));
        let ends = show(old.info.id).await;
        assert_eq!((ends.replaced_by, ends.revoked), (Some(new.info.id), None));
        assert_eq!(
            ends.expires.millis_since(new.info.created),
            Timestamp::DAY_MILLIS,
            "24 hours unless said otherwise"
        );

        for token in [&old, &new] {
            assert_eq!(judged(&room, token, ends.expires.plus_millis(-1)).await.unwrap().token.id, token.info.id);
        }
        assert!(matches!(judged(&room, &old, ends.expires).await, Err(AuthFault::Expired(_))));
        judged(&room, &new, ends.expires).await.unwrap();
    }

    #[tokio::test]
    async fn without_an_overlap_the_old_token_is_revoked_at_once() {
        let room = Room::new();
        let old = made(&room, 90, TokenScope::Write).await;
        let new = rotated(&room, old.info.id, Some(0)).await.unwrap();
        assert!(matches!(judged(&room, &old, room.now()).await, Err(AuthFault::Revoked(_))));
        judged(&room, &new, room.now()).await.unwrap();
    }

    #[tokio::test]
    async fn a_rotation_never_prolongs_a_life_and_is_refused_where_there_is_nothing_to_take_over() {
        let room = Room::new();
        let brief = made(&room, 1, TokenScope::Write).await;
        let long = TokenRotation::LONGEST_HOURS;
        assert_eq!(rotated(&room, brief.info.id, Some(long + 1)).await.unwrap_err(), TokenRefusal::Overlap);
        let new = rotated(&room, brief.info.id, Some(long)).await.unwrap();
        let row = room.store.token(brief.info.id).await.unwrap().unwrap();
        assert_eq!(row.token.expires, brief.info.expires);

        let twice = rotated(&room, brief.info.id, None).await.unwrap_err();
        assert!(twice.to_string().contains(&format!("ends in {}", new.info.tail)), "{twice}");
        revoke(&room.store, By::Operator, new.info.id, room.now()).await.unwrap().unwrap();
        let ended = rotated(&room, new.info.id, None).await.unwrap_err();
        assert_eq!(ended, TokenRefusal::Ended("Okta production".to_owned()));
        let unknown = TokenId::new(room.now());
        assert_eq!(rotated(&room, unknown, None).await.unwrap_err(), TokenRefusal::Unknown(unknown));
        assert_eq!(room.store.tokens().await.unwrap().len(), 2, "what is refused makes none");
    }
}
