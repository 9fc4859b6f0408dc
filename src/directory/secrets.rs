//! How our credentials are made: a prefix by which scanners find them, 256 bits of chance, a checksum against typos.

use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest, Sha256};

use crate::model::secret::Secret;

/// How every credential begins.
pub const PREFIX: &str = "scimroom_";
/// 43 characters of base 62 hold 256 bits, as 32 random bytes do.
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits and capitals that no two people read differently.
const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH: usize = 12;

/// A new token.
pub fn new_token() -> Secret {
    let mut text = PREFIX.to_owned();
    Alphanumeric.append_string(&mut rand::rng(), &mut text, RANDOM);
    let checksum = checksum(&text);
    text.push_str(&checksum);
    Secret::new(text)
}

/// A new session credential. It has another shape than a token, so that neither is taken for the other.
pub fn new_session() -> Secret {
    let mut text = format!("{PREFIX}session_");
    Alphanumeric.append_string(&mut rand::rng(), &mut text, RANDOM);
    Secret::new(text)
}

/// A new sign-in code: twelve characters (60 bits) in groups of four, for reading aloud.
pub fn new_code() -> Secret {
    let mut text = String::with_capacity(CODE_LENGTH + 2);
    for place in 0..CODE_LENGTH {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let index = usize::from(rand::random::<u8>() % 32);
        text.push(char::from(CODE_ALPHABET.get(index).copied().unwrap_or(b'0')));
    }
    Secret::new(text)
}

/// A code as people type it, brought to the form in which it is hashed: capitals without separators, and the letters
/// that are read as digits taken for them.
pub fn normalize_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// Whether a text has a token's shape, and if so whether its checksum fits: a typo is told from an unknown token.
pub fn looks_like_token(text: &str) -> Option<bool> {
    let rest = text.strip_prefix(PREFIX)?;
    if rest.len() != RANDOM + CHECKSUM || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (body, sum) = text.split_at_checked(text.len() - CHECKSUM)?;
    Some(checksum(body) == sum)
}

fn checksum(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    digest
        .iter()
        .take(CHECKSUM)
        .map(|byte| char::from(BASE62.get(usize::from(byte % 62)).copied().unwrap_or(b'0')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_checks_and_a_typo_does_not() {
        let token = new_token();
        assert_eq!(looks_like_token(token.expose()), Some(true));
        let (last, rest) = (token.expose().chars().last().unwrap(), &token.expose()[..token.expose().len() - 1]);
        let typo = format!("{rest}{}", if last == 'a' { 'b' } else { 'a' });
        assert_eq!(looks_like_token(&typo), Some(false));
        assert_eq!(looks_like_token("9f2c"), None);
        assert_ne!(new_token().expose(), token.expose());
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = new_code();
        let sloppy = code.expose().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(normalize_code(&sloppy), normalize_code(code.expose()));
        assert_eq!(normalize_code(code.expose()).len(), CODE_LENGTH);
    }
}
