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
        token::{CreatedToken, NewToken, Token, TokenScope, TokenState},
    },
    store::{Change, Decision, Key, Store, StoreError, TokenHash, TokenRow},
};

const LONGEST_NAME: usize = 100;
const LONGEST_LIFE_DAYS: u32 = 3_650;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;
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
        Some(days @ 1..=LONGEST_LIFE_DAYS) => i64::from(days) * DAY_MILLIS,
        Some(_) => return Ok(Err(TokenRefusal::Life)),
    };
    let secret = new_token();
    let (start, _) = secret.expose().split_at(secret.expose().len().saturating_sub(TAIL));
    let token = Token {
        id: TokenId::new(now),
        name,
        scope: new.scope,
        created_by: creator.to_owned(),
        created: now,
        expires: now.plus_millis(life),
        revoked: None,
        last_used: None,
        last_address: None,
        last_user_agent: None,
        uses: 0,
        tail: secret.expose().trim_start_matches(start).to_owned(),
    };
    let row = TokenRow { token, hash: TokenHash::of(secret.expose()) };
    let info = row.token.clone();
    by.decide(store, Vec::new(), move |_| {
        Ok((Decision { changes: vec![Change::InsertToken(Box::new(row.clone()))], event: None }, ()))
    })
    .await?;
    Ok(Ok(CreatedToken { info, token: secret }))
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
    let reference = TokenRef { id: token.id, name: token.name.clone() };
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
