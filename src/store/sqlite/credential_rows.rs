//! What people and clients identify themselves with: tokens, sessions, sign-in codes. Only hashes of secrets are kept.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    query::{all, execute, first, word},
    user_rows::user_id,
};
use crate::{
    model::{
        event::Event,
        id::{SessionId, TokenId, UserId},
        time::Timestamp,
        token::{DayUses, Token, TokenScope},
    },
    store::{CodeHash, SessionHash, SessionRow, SignInCodeRow, StoreError, TokenHash, TokenRow},
};

macro_rules! select_tokens {
    ($which:literal) => {
        concat!(
            "SELECT id, hash, name, scope, created_by, created, expires, revoked, last_used, last_address,
                    last_user_agent, uses, tail, rotated_from, replaced_by, mode
             FROM tokens ",
            $which
        )
    };
}

fn decode_token(row: &Row<'_>) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        token: Token {
            id: token_id(row.get(0)?),
            name: row.get(2)?,
            scope: scope(row.get_ref(3)?.as_str()?)?,
            created_by: row.get(4)?,
            created: Timestamp::from_millis(row.get(5)?),
            expires: Timestamp::from_millis(row.get(6)?),
            revoked: row.get::<_, Option<i64>>(7)?.map(Timestamp::from_millis),
            last_used: row.get::<_, Option<i64>>(8)?.map(Timestamp::from_millis),
            last_address: row.get(9)?,
            last_user_agent: row.get(10)?,
            uses: row.get(11)?,
            tail: row.get(12)?,
            rotated_from: row.get::<_, Option<[u8; 16]>>(13)?.map(token_id),
            replaced_by: row.get::<_, Option<[u8; 16]>>(14)?.map(token_id),
            mode: word("token mode", row.get_ref(15)?.as_str()?)?,
        },
        hash: TokenHash(row.get(1)?),
    })
}

const fn token_id(bytes: [u8; 16]) -> TokenId {
    TokenId(Uuid::from_bytes(bytes))
}

fn scope(text: &str) -> Result<TokenScope, StoreError> {
    [TokenScope::Read, TokenScope::Write].into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| {
        StoreError::Corrupt { what: "token", reason: format!("{text:?} is not a scope: expected read or write") }
    })
}

/// Adds a token.
pub(super) fn insert_token(conn: &Connection, row: &TokenRow) -> Result<(), StoreError> {
    let token = &row.token;
    execute(
        conn,
        "INSERT INTO tokens (id, hash, name, scope, created_by, created, expires, revoked, last_used, last_address,
                             last_user_agent, uses, tail, rotated_from, replaced_by, mode)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            token.id.as_bytes(),
            row.hash.0,
            token.name,
            token.scope.as_str(),
            token.created_by,
            token.created.as_millis(),
            token.expires.as_millis(),
            token.revoked.map(Timestamp::as_millis),
            token.last_used.map(Timestamp::as_millis),
            token.last_address,
            token.last_user_agent,
            token.uses,
            token.tail,
            token.rotated_from.as_ref().map(TokenId::as_bytes),
            token.replaced_by.as_ref().map(TokenId::as_bytes),
            token.mode.as_str(),
        ],
    )?;
    Ok(())
}

/// Marks a token as revoked, unless it is.
pub(super) fn revoke_token(conn: &Connection, id: TokenId, at: Timestamp) -> Result<(), StoreError> {
    execute(
        conn,
        "UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL",
        params![id.as_bytes(), at.as_millis()],
    )?;
    Ok(())
}

/// Marks a token as replaced by another, and lets it end no later than that.
pub(super) fn replace_token(conn: &Connection, id: TokenId, by: TokenId, ends: Timestamp) -> Result<(), StoreError> {
    execute(
        conn,
        "UPDATE tokens SET replaced_by = ?2, expires = min(expires, ?3) WHERE id = ?1",
        params![id.as_bytes(), by.as_bytes(), ends.as_millis()],
    )?;
    Ok(())
}

/// Makes a token live, and those that it replaced; gives their ids.
pub(super) fn go_live(conn: &Connection, id: TokenId) -> Result<Vec<TokenId>, StoreError> {
    all(
        conn,
        "WITH RECURSIVE family (id) AS (
             SELECT ?1 UNION SELECT t.id FROM tokens t JOIN family f ON t.replaced_by = f.id
         )
         UPDATE tokens SET mode = 'live' WHERE id IN (SELECT id FROM family) AND mode = 'dry-run' RETURNING id",
        [id.as_bytes()],
        |row| Ok(token_id(row.get(0)?)),
    )
}

/// How one token was used on one day in a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenUse {
    at: Timestamp,
    address: Option<String>,
    user_agent: Option<String>,
    requests: u64,
}

impl TokenUse {
    /// The use that an event shows.
    pub(super) fn of(event: &Event) -> Self {
        Self {
            at: event.at,
            address: event.address.clone(),
            user_agent: event.user_agent.clone(),
            requests: event.repeats,
        }
    }

    /// This use with a later one added.
    pub(super) fn and(self, later: Self) -> Self {
        let requests = self.requests.saturating_add(later.requests);
        let newest = if later.at >= self.at { later } else { self };
        Self { requests, ..newest }
    }
}

/// Notes how a token was used on a day, and forgets what is too long ago.
pub(super) fn note_use(conn: &Connection, id: TokenId, day: i64, used: &TokenUse) -> Result<(), StoreError> {
    execute(
        conn,
        "UPDATE tokens SET last_used = ?2, last_address = ?3, last_user_agent = ?4, uses = uses + ?5 WHERE id = ?1",
        params![id.as_bytes(), used.at.as_millis(), used.address, used.user_agent, used.requests],
    )?;
    execute(
        conn,
        "INSERT INTO token_days (token, day, uses) VALUES (?1, ?2, ?3)
         ON CONFLICT (token, day) DO UPDATE SET uses = uses + excluded.uses",
        params![id.as_bytes(), day, used.requests],
    )?;
    execute(
        conn,
        "DELETE FROM token_days WHERE token = ?1 AND day <= ?2",
        params![id.as_bytes(), day - i64::from(Token::DAYS_KEPT)],
    )?;
    Ok(())
}

/// The days from one on, counted from the epoch, on which a token was used, oldest first.
pub(super) fn days(conn: &Connection, id: TokenId, since: i64) -> Result<Vec<DayUses>, StoreError> {
    all(
        conn,
        "SELECT day, uses FROM token_days WHERE token = ?1 AND day >= ?2 ORDER BY day",
        params![id.as_bytes(), since],
        |row| Ok(DayUses { day: Timestamp::of_day(row.get(0)?), uses: row.get(1)? }),
    )
}

/// The token with an id.
pub(super) fn token(conn: &Connection, id: TokenId) -> Result<Option<TokenRow>, StoreError> {
    first(conn, select_tokens!("WHERE id = ?1"), [id.as_bytes()], decode_token)
}

/// Every token, newest first.
pub(super) fn tokens(conn: &Connection) -> Result<Vec<TokenRow>, StoreError> {
    all(conn, select_tokens!("ORDER BY created DESC, rowid DESC"), [], decode_token)
}

macro_rules! select_sessions {
    ($which:literal) => {
        concat!("SELECT id, hash, user_id, created, last_used, expires FROM sessions ", $which)
    };
}

fn decode_session(row: &Row<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: SessionId(Uuid::from_bytes(row.get(0)?)),
        hash: SessionHash(row.get(1)?),
        user: user_id(row.get(2)?),
        created: Timestamp::from_millis(row.get(3)?),
        last_used: Timestamp::from_millis(row.get(4)?),
        expires: Timestamp::from_millis(row.get(5)?),
    })
}

/// Adds a session, in place of those of the same user that had expired when it began.
pub(super) fn insert_session(conn: &Connection, row: &SessionRow) -> Result<(), StoreError> {
    execute(
        conn,
        "DELETE FROM sessions WHERE user_id = ?1 AND expires <= ?2",
        params![row.user.as_bytes(), row.created.as_millis()],
    )?;
    execute(
        conn,
        "INSERT INTO sessions (id, hash, user_id, created, last_used, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            row.id.as_bytes(),
            row.hash.0,
            row.user.as_bytes(),
            row.created.as_millis(),
            row.last_used.as_millis(),
            row.expires.as_millis(),
        ],
    )?;
    Ok(())
}

/// Ends one session.
pub(super) fn delete_session(conn: &Connection, id: SessionId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM sessions WHERE id = ?1", [id.as_bytes()])?;
    Ok(())
}

/// Notes that a session was used.
pub(super) fn touch_session(conn: &Connection, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
    execute(conn, "UPDATE sessions SET last_used = ?2 WHERE id = ?1", params![id.as_bytes(), at.as_millis()])?;
    Ok(())
}

/// Ends every session and pending sign-in code of a user.
pub(super) fn end_sessions(conn: &Connection, user: UserId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM sessions WHERE user_id = ?1", [user.as_bytes()])?;
    delete_codes_of(conn, user)
}

/// The session with a hash.
pub(super) fn session_by_hash(conn: &Connection, hash: &SessionHash) -> Result<Option<SessionRow>, StoreError> {
    first(conn, select_sessions!("WHERE hash = ?1"), [hash.0], decode_session)
}

/// How many sessions of some users had not expired.
pub(super) fn count_sessions(conn: &Connection, of: &[UserId], now: Timestamp) -> Result<u64, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut sessions = 0;
    for id in of {
        sessions += open_sessions(&snapshot, *id, now)?;
    }
    Ok(sessions)
}

/// How many sessions of one user have not expired.
pub(super) fn open_sessions(conn: &Connection, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM sessions WHERE user_id = ?1 AND expires > ?2";
    let open = first(conn, sql, params![user.as_bytes(), now.as_millis()], |row| Ok(row.get::<_, u64>(0)?))?;
    Ok(open.unwrap_or(0))
}

/// Sessions of a user, newest first.
pub(super) fn sessions_of(conn: &Connection, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
    all(conn, select_sessions!("WHERE user_id = ?1 ORDER BY created DESC, id DESC"), [user.as_bytes()], decode_session)
}

/// Adds a sign-in code in place of the user's earlier ones.
pub(super) fn insert_code(conn: &Connection, row: &SignInCodeRow) -> Result<(), StoreError> {
    delete_codes_of(conn, row.user)?;
    execute(
        conn,
        "INSERT INTO sign_in_codes (hash, user_id, expires) VALUES (?1, ?2, ?3)",
        params![row.hash.0, row.user.as_bytes(), row.expires.as_millis()],
    )?;
    Ok(())
}

fn delete_codes_of(conn: &Connection, user: UserId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM sign_in_codes WHERE user_id = ?1", [user.as_bytes()])?;
    Ok(())
}

/// Uses up a sign-in code.
pub(super) fn delete_code(conn: &Connection, hash: &CodeHash) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM sign_in_codes WHERE hash = ?1", [hash.0])?;
    Ok(())
}

/// The pending sign-in code with a hash.
pub(super) fn code(conn: &Connection, hash: &CodeHash) -> Result<Option<SignInCodeRow>, StoreError> {
    first(conn, "SELECT hash, user_id, expires FROM sign_in_codes WHERE hash = ?1", [hash.0], |row| {
        Ok(SignInCodeRow {
            hash: CodeHash(row.get(0)?),
            user: user_id(row.get(1)?),
            expires: Timestamp::from_millis(row.get(2)?),
        })
    })
}
