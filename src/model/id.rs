//! Identifiers: time-ordered UUIDs for things, a plain counter for events.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::time::Timestamp;

/// A text that is not an identifier in the canonical hyphenated form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected 36 characters such as 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11")]
pub struct ParseIdError;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier (UUIDv7, RFC 9562 5.7) that sorts after those made at an earlier time.
            pub fn new(at: Timestamp) -> Self {
                let millis = u64::try_from(at.as_millis()).unwrap_or(0);
                let time = uuid::Timestamp::from_unix(
                    uuid::NoContext,
                    millis / 1_000,
                    u32::try_from(millis % 1_000).unwrap_or(0) * 1_000_000,
                );
                Self(Uuid::new_v7(time))
            }

            /// The sixteen bytes, most significant first: the form in which the store keeps it.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            /// Takes the hyphenated form in small letters only: one resource has one URI.
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                match Uuid::parse_str(text) {
                    Ok(id) if text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase()) => Ok(Self(id)),
                    _ => Err(ParseIdError),
                }
            }
        }
    };
}

uuid_id!(
    /// The SCIM `id` of a user (RFC 7643 3.1): issued here, stable, never given to another person.
    UserId
);
uuid_id!(
    /// The SCIM `id` of a group.
    GroupId
);
uuid_id!(
    /// The SCIM `id` of a resource of any type: ids are unique over all of them (RFC 7643 3.1).
    ResourceId
);

impl From<UserId> for ResourceId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<GroupId> for ResourceId {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

uuid_id!(
    /// Names a token without being the token.
    TokenId
);
uuid_id!(
    /// Names a session without being its credential.
    SessionId
);
uuid_id!(
    /// Joins the events of one transaction (`txn` of RFC 9967 2.1).
    TransactionId
);

/// The place of an event in the workspace's total order: 1 for the first, no gaps that fill in later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub u64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EventId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_sort_by_the_time_they_were_made() {
        let earlier = UserId::new(Timestamp::from_millis(1_000));
        let later = UserId::new(Timestamp::from_millis(1_001));
        assert!(earlier < later);
    }

    #[test]
    fn only_the_hyphenated_form_names_a_resource() {
        let id = UserId::new(Timestamp::from_millis(1_700_000_000_000));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.0.as_simple().to_string().parse::<UserId>(), Err(ParseIdError));
        assert_eq!(id.to_string().to_uppercase().parse::<UserId>(), Err(ParseIdError));
        assert_eq!("00919288221112222".parse::<UserId>(), Err(ParseIdError));
    }
}
