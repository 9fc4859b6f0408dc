//! One mistake of an Okta admin that a client can play.

use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{missteps::Story, mistakes, setup::Setup};
use crate::model::finding::Code;

/// A mistake that can be played.
#[derive(Debug)]
pub struct Mistake {
    /// The name of its scenario, which begins with `misconfigured-`.
    pub name: &'static str,
    /// The diagnosis that names it.
    pub code: Code,
    /// What is wrong in Okta, in a sentence.
    pub what: &'static str,
    /// When it shows, where it shows as silence: how long nothing else may come.
    pub wait: Option<&'static str>,
    /// How many people it takes at least.
    pub people: u32,
    pub(super) setup: Setup,
    pub(super) story: Story,
}

/// Two of one name are one.
impl PartialEq for Mistake {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Mistake {}

impl Hash for Mistake {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Serialize for Mistake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Mistake", 3)?;
        out.serialize_field("code", &self.code)?;
        out.serialize_field("wait", &self.wait)?;
        out.serialize_field("people", &self.people)?;
        out.end()
    }
}

impl Mistake {
    /// All of them, in the order of their codes.
    pub const ALL: &[Self] = mistakes::ROWS;

    /// The mistake of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|mistake| mistake.name == name)
    }
}
