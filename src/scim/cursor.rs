//! Cursors (RFC 9865): where a page ended, as a text that the client brings back for the next one.
//!
//! Nothing is kept for them here, so nobody can fill a table with them. The text is sealed with a key of the service:
//! it cannot be made up, it works only for the token that it was given to, only for the same query, and only for a
//! while. It gives no right to anything; what the caller may see is judged anew for each page.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::ScimError;
use super::list::{ListQuery, Paging};
use super::sort::SortKey;
use crate::model::id::TokenId;
use crate::model::time::Timestamp;

/// How long a cursor is good for, in seconds (`cursorTimeout` of RFC 9865 4).
pub const CURSOR_TIMEOUT: u32 = 3600;

const FORMAT: u8 = 1;
/// Bytes of the seal: half of what the function gives, which nobody guesses within an hour.
const SEAL: usize = 16;

/// The key that seals cursors. Printing it prints nothing of it.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// From 32 secret random bytes.
    pub fn new(secret: [u8; 32]) -> Self {
        // RFC 2104 2: a key is filled up with zeros to a whole block.
        let mut block = [0; 64];
        for (place, byte) in block.iter_mut().zip(secret) {
            *place = byte;
        }
        Self(Hmac::new(&block.into()))
    }

    fn over(&self, content: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(content)
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

/// The resource behind which the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Which of the resource types of the query it has, counted from 0.
    pub section: u8,
    /// Its place in the order of creation.
    pub position: i64,
    /// Its key, where the list is sorted.
    pub key: Option<SortKey>,
}

/// A mark, and for whom, for which query and until when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    mark: Mark,
    query: [u8; 8],
    count: u64,
    token: TokenId,
    expires: Timestamp,
}

impl Cursor {
    /// The cursor for the page after `mark`, good for [`CURSOR_TIMEOUT`] from `now`.
    pub fn new(mark: Mark, query: &ListQuery, token: TokenId, now: Timestamp) -> Self {
        Self {
            mark,
            query: digest(query),
            count: query.count,
            token,
            expires: now.plus_millis(i64::from(CURSOR_TIMEOUT) * 1000),
        }
    }

    /// The text a client is given: only characters that need no escape in a URL or in JSON (RFC 9865 2).
    pub fn encode(&self, key: &CursorKey) -> String {
        let mut bytes = vec![FORMAT, self.mark.section];
        bytes.extend(self.mark.position.to_be_bytes());
        bytes.extend(self.expires.as_millis().to_be_bytes());
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(self.query);
        bytes.extend(self.token.as_bytes());
        if let Some(text) = self.mark.key.as_ref().and_then(|key| serde_json::to_vec(key).ok()) {
            bytes.extend(text);
        }
        let seal = key.over(&bytes).finalize().into_bytes();
        bytes.extend(seal.iter().take(SEAL));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor that a client brings back.
    ///
    /// `invalidCursor`, in the same words whatever the reason (RFC 9865 5.2), when this service did not make it or gave
    /// it to another token; `expiredCursor` when it is too old.
    pub fn decode(text: &str, key: &CursorKey, token: TokenId, now: Timestamp) -> Result<Self, ScimError> {
        let cursor = Self::unseal(text, key).filter(|cursor| cursor.token == token).ok_or_else(invalid)?;
        if now >= cursor.expires {
            return Err(ScimError::expired_cursor(format!(
                "The cursor has expired: a page has to be asked for within {CURSOR_TIMEOUT} seconds of the one before. \
                 Begin again with an empty cursor."
            )));
        }
        Ok(cursor)
    }

    fn unseal(text: &str, key: &CursorKey) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        // Compares in constant time.
        key.over(content).verify_truncated_left(seal).ok()?;
        let (&[format, section], content) = content.split_first_chunk()?;
        let (position, content) = content.split_first_chunk()?;
        let (expires, content) = content.split_first_chunk()?;
        let (count, content) = content.split_first_chunk()?;
        let (query, content) = content.split_first_chunk()?;
        let (token, content) = content.split_first_chunk()?;
        let key = if content.is_empty() { None } else { Some(serde_json::from_slice(content).ok()?) };
        (format == FORMAT).then(|| Self {
            mark: Mark { section, position: i64::from_be_bytes(*position), key },
            query: *query,
            count: u64::from_be_bytes(*count),
            token: TokenId(Uuid::from_bytes(*token)),
            expires: Timestamp::from_millis(i64::from_be_bytes(*expires)),
        })
    }

    /// Where the next page begins, if the cursor came from this query: `invalidCount` when the page size has changed,
    /// `invalidCursor` when anything else has (RFC 9865 2).
    pub fn mark_for(self, query: &ListQuery) -> Result<Mark, ScimError> {
        if self.count != query.count {
            return Err(ScimError::invalid_count(format!(
                "count was {} on the page before and has to stay so. Send count={0}, or begin again with an empty \
                 cursor.",
                self.count
            )));
        }
        // A query with an order gives keys, one without gives none.
        if self.query != digest(query) || self.mark.key.is_some() != query.sort.is_some() {
            return Err(ScimError::invalid_cursor(
                "The cursor belongs to another query. Keep filter, sortBy, sortOrder, attributes and \
                 excludedAttributes as they were on the first page, or begin again with an empty cursor.",
            ));
        }
        Ok(self.mark)
    }
}

impl ListQuery {
    /// Where the page that the query asks for begins by its cursor; nothing for the first page and for paging by index.
    /// Refused as in [`Cursor::decode`] and [`Cursor::mark_for`].
    pub fn resume(&self, key: &CursorKey, token: TokenId, now: Timestamp) -> Result<Option<Mark>, ScimError> {
        match &self.paging {
            Paging::Cursor { after: Some(text) } => Cursor::decode(text, key, token, now)?.mark_for(self).map(Some),
            Paging::Cursor { after: None } | Paging::Index { .. } => Ok(None),
        }
    }
}

fn invalid() -> ScimError {
    ScimError::invalid_cursor(
        "The cursor is none of this service. Send the nextCursor of the page before as it came, or an empty cursor for \
         the first page.",
    )
}

fn digest(query: &ListQuery) -> [u8; 8] {
    let mut short = [0; 8];
    for (place, byte) in short.iter_mut().zip(Sha256::digest(query.canonical())) {
        *place = byte;
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::schema::user_resource_type;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_788_249_600_000);

    fn key() -> CursorKey {
        CursorKey::new([7; 32])
    }

    fn token(number: u128) -> TokenId {
        TokenId(Uuid::from_u128(number))
    }

    fn query(pairs: &[(&str, &str)]) -> ListQuery {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        ListQuery::parse(&pairs, user_resource_type()).unwrap()
    }

    fn mark() -> Mark {
        Mark { section: 0, position: 41, key: None }
    }

    fn text(pairs: &[(&str, &str)]) -> String {
        Cursor::new(mark(), &query(pairs), token(1), NOW).encode(&key())
    }

    fn refusal(result: Result<impl fmt::Debug, ScimError>) -> (&'static str, String) {
        let error = result.unwrap_err();
        assert_eq!(error.status, 400);
        (error.scim_type.unwrap().as_str(), error.detail)
    }

    #[test]
    fn a_cursor_leads_to_the_next_page_of_the_same_query() {
        let text = text(&[("cursor", ""), ("count", "5")]);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{text}");
        let next = query(&[("count", "5"), ("cursor", &text)]);
        assert_eq!(next.resume(&key(), token(1), NOW).unwrap(), Some(mark()));
        assert_eq!(query(&[("cursor", "")]).resume(&key(), token(1), NOW).unwrap(), None);
        assert_eq!(query(&[]).resume(&key(), token(1), NOW).unwrap(), None);
    }

    #[test]
    fn foreign_forged_and_malformed_cursors_are_answered_alike() {
        let good = text(&[]);
        let malformed = refusal(Cursor::decode("nonsense!", &key(), token(1), NOW));
        assert_eq!(malformed.0, "invalidCursor");
        assert_eq!(refusal(Cursor::decode(&good, &key(), token(2), NOW)), malformed);
        assert_eq!(refusal(Cursor::decode(&good, &CursorKey::new([8; 32]), token(1), NOW)), malformed);
        let late = NOW.plus_millis(i64::from(CURSOR_TIMEOUT) * 1000);
        assert_eq!(refusal(Cursor::decode(&good, &key(), token(2), late)), malformed);
        assert_eq!(refusal(Cursor::decode("", &key(), token(1), NOW)), malformed);
    }

    #[test]
    fn a_cursor_expires_after_an_hour() {
        let good = text(&[]);
        let end = NOW.plus_millis(3_600_000);
        assert!(Cursor::decode(&good, &key(), token(1), end.plus_millis(-1)).is_ok());
        assert_eq!(refusal(Cursor::decode(&good, &key(), token(1), end)).0, "expiredCursor");
    }

    #[test]
    fn a_changed_query_is_refused() {
        let good = text(&[("filter", "title pr"), ("count", "5")]);
        let next = |pairs: &[(&str, &str)]| {
            refusal(query(&[pairs, &[("cursor", good.as_str())]].concat()).resume(&key(), token(1), NOW))
        };
        let (keyword, detail) = next(&[("filter", "title pr"), ("count", "6")]);
        assert!(keyword == "invalidCount" && detail.contains("count=5"), "{detail}");
        assert_eq!(next(&[("filter", "active eq true"), ("count", "5")]).0, "invalidCursor");
        assert_eq!(next(&[("filter", "title pr"), ("count", "5"), ("sortBy", "title")]).0, "invalidCursor");
        assert_eq!(next(&[("count", "5")]).0, "invalidCursor");
    }

    #[test]
    fn a_key_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", key()), "CursorKey");
    }

    #[test]
    fn the_longest_cursor_fits_into_a_url() {
        let sorted = query(&[("sortBy", "title")]);
        let key_text = SortKey::Text("\u{1}".repeat(super::super::sort::MAX_KEY));
        let long = Cursor::new(Mark { key: Some(key_text), ..mark() }, &sorted, token(1), NOW).encode(&key());
        assert!(long.len() < 8 * 1024, "{}", long.len());
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(section in any::<u8>(), position in any::<i64>(), title in prop::option::of("\\PC{0,30}")) {
            let query = query(if title.is_some() { &[("sortBy", "title")][..] } else { &[] });
            let mark = Mark { section, position, key: title.map(SortKey::Text) };
            let text = Cursor::new(mark.clone(), &query, token(3), NOW).encode(&key());
            let back = Cursor::decode(&text, &key(), token(3), NOW).unwrap();
            prop_assert_eq!(back.mark_for(&query).unwrap(), mark);
        }

        #[test]
        fn any_text_is_refused_in_the_same_words(text in "\\PC{0,200}", other in "[A-Za-z0-9_-]{0,120}") {
            for text in [text, other] {
                prop_assert_eq!(Cursor::decode(&text, &key(), token(1), NOW).unwrap_err(), invalid());
            }
        }

        #[test]
        fn a_cursor_with_one_bit_changed_is_refused(place in 0_usize..500, bit in 0_u8..8) {
            let mut bytes = URL_SAFE_NO_PAD.decode(text(&[])).unwrap();
            let place = place % bytes.len();
            bytes[place] ^= 1 << bit;
            let forged = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(Cursor::decode(&forged, &key(), token(1), NOW).unwrap_err(), invalid());
        }
    }
}
