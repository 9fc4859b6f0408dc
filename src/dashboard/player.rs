//! Who plays Okta for the section Test of the Setup pane.
//!
//! How Okta speaks is not known here: a [`Player`] is handed in with the [`Options`](super::Options).

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::model::{finding::Code, secret::Secret, test_traffic::TestPass};

/// Plays Okta.
#[async_trait]
pub trait Player: fmt::Debug + Send + Sync {
    /// What can be played: a set-up as it should be first, then the mistakes.
    fn scenarios(&self) -> &[Scenario];

    /// The kinds of app that can play it.
    fn apps(&self) -> &[AppKind];

    /// Plays, and tells of every request as it ends. Whoever has seen enough drops the future.
    ///
    /// # Errors
    /// Why it could not begin, as a sentence.
    async fn play(&self, play: Play, tell: Tell) -> Result<Report, String>;
}

/// Hears how far it is.
pub type Tell = Box<dyn FnMut(Progress) + Send>;

/// Something that can be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What happens, in a sentence.
    pub what: String,
    /// Of a mistake of Okta's admin, the finding that names it.
    pub finding: Option<Code>,
    /// When that shows, where it takes a silence.
    pub wait: Option<String>,
}

/// A kind of app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppKind {
    /// Its name.
    pub name: String,
    /// What it sends, in a few words.
    pub what: String,
}

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Play {
    /// The scenario's place among those there are.
    pub scenario: usize,
    /// The app's place among those there are.
    pub app: usize,
    /// The service's address; the SCIM endpoint is below it.
    pub url: String,
    /// By which the service knows what is sent.
    pub pass: TestPass,
}

impl Play {
    /// The bearer token.
    pub const fn token(&self) -> &Secret {
        &self.pass.token
    }
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Requests so far.
    pub requests: u64,
    /// Of about how many, where that is known.
    pub of: Option<u64>,
    /// How many of them had an answer that Okta would not accept.
    pub refused: u64,
    /// What was sent last, and about whom.
    pub now: String,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many people took part.
    pub people: u64,
    /// How many requests were sent.
    pub requests: u64,
    /// How many of them had an answer that Okta would not accept.
    pub refused: u64,
    /// What was sent for which purpose: its name, how many requests, how many refused.
    pub purposes: Vec<(String, u64, u64)>,
    /// How long it took.
    pub took: Duration,
    /// 99 of 100 answers were at least this quick.
    pub p99: Duration,
    /// What Okta's admin would read: the first few different complaints.
    pub complaints: Vec<String>,
    /// How many people and groups its import left out.
    pub not_imported: u64,
}
