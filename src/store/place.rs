//! Where somebody stands in an order of the users table: by what the order goes by, not by how many stand before. So whoever
//! walks on from there misses nobody and meets nobody twice, though others come and go.

use std::{fmt, str::FromStr};

use crate::model::user::UserSort;

/// What a user's place in an order goes by; equal ones stand in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserKey {
    /// A number, or the place of a word in its own order.
    Number(i64),
    /// A folded text.
    Text(String),
    /// No text: after all that have one.
    NoText,
}

impl UserKey {
    /// Whether the keys of this order are texts.
    pub const fn is_text(sort: UserSort) -> bool {
        matches!(sort, UserSort::UserName | UserSort::DisplayName | UserSort::ExternalId)
    }
}

/// A place in an order, also of somebody who is not there any more. Clients get it as a text, and give it back as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserPlace {
    /// What the order goes by.
    pub key: UserKey,
    /// The place in the order of creation, which decides between equals.
    pub position: i64,
}

impl UserPlace {
    /// Reads the place in an order that a text stands for; none where it stands for no place in that one.
    pub fn parse(text: &str, sort: UserSort) -> Option<Self> {
        let place: Self = text.parse().ok()?;
        let fits = matches!(place.key, UserKey::Number(_)) != UserKey::is_text(sort);
        fits.then_some(place)
    }
}

impl fmt::Display for UserPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            UserKey::Number(number) => write!(f, "{}.n{number}", self.position),
            UserKey::Text(text) => write!(f, "{}.t{text}", self.position),
            UserKey::NoText => write!(f, "{}.", self.position),
        }
    }
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace;

impl FromStr for UserPlace {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (position, key) = text.split_once('.').ok_or(NoPlace)?;
        let key = match (key.strip_prefix('n'), key.strip_prefix('t')) {
            (Some(number), _) => UserKey::Number(number.parse().map_err(|_| NoPlace)?),
            (_, Some(text)) if !text.is_empty() => UserKey::Text(text.to_owned()),
            _ if key.is_empty() => UserKey::NoText,
            _ => return Err(NoPlace),
        };
        Ok(Self { key, position: position.parse().map_err(|_| NoPlace)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_text_and_nothing_else_is_one() {
        for key in [UserKey::Number(-7), UserKey::Text("n.t ada\n".to_owned()), UserKey::NoText] {
            let place = UserPlace { key, position: 42 };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", "42", "42.x", "42.t", "42.n", "x.n1", "42.n99999999999999999999", ".n1"] {
            assert_eq!(text.parse::<UserPlace>(), Err(NoPlace), "{text}");
        }
        assert!(UserPlace::parse("42.n1", UserSort::Role).is_some());
        assert!(UserPlace::parse("42.n1", UserSort::UserName).is_none(), "a place in another order");
        assert!(UserPlace::parse("42.tada", UserSort::Created).is_none());
    }
}
