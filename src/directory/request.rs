//! A SCIM request as the rules see it, its answer, and the event that records both.

use std::{sync::OnceLock, time::Instant};

use serde_json::Value;

use crate::{
    directory::redact,
    model::{
        compatibility::Compatibility,
        event::{Action, Change, Event, EventDetail, KEPT_BODY, is_okta},
        finding::Code,
        id::{EventId, GroupId, TokenId, TransactionId, UserId},
        role::Role,
        time::Timestamp,
        token::TokenMode,
    },
    scim::{
        self,
        error::ScimError,
        projection::{Projection, Written},
        represent::ResourceView,
        schema::ResourceTypes,
    },
    store::Draft,
};

/// No credential of ours is longer, in bytes.
const LONGEST_SECRET: usize = 256;
/// How many changed paths an event's summary names.
const KEPT_PATHS: usize = 50;

/// One request to the SCIM endpoint, as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path as sent, without the query.
    pub path: String,
    /// Query as sent.
    pub query: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
    /// The token it carried, where it is one of ours.
    pub token: Option<TokenRef>,
    /// When it arrived.
    pub at: Timestamp,
    /// The same, for measuring.
    pub received: Instant,
    /// The base URL under which the client reached us, such as `https://room.harbor.example/scim/v2`.
    pub base_url: String,
    /// The body.
    pub body: Vec<u8>,
    /// What the request shows of the set-up's mistakes by itself, whatever becomes of it.
    pub signs: Vec<Code>,
    /// What is kept of the body, once it was asked for; see [`Request::prepare`].
    pub kept: OnceLock<(Option<String>, bool)>,
    /// Joins the events of this request.
    pub transaction: TransactionId,
    /// The kinds of resource there are.
    pub types: &'static ResourceTypes,
    /// Whether it is test traffic: carries such a token, or no accepted one and the mark of a run.
    pub test: bool,
}

/// A token by id and name, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRef {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// What becomes of the requests that carry it.
    pub mode: TokenMode,
}

/// An answer in SCIM's shape.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Location` header.
    pub location: Option<String>,
    /// The `WWW-Authenticate` header.
    pub challenge: Option<String>,
    /// The `Allow` header.
    pub allow: Option<&'static str>,
    /// The `Retry-After` header in seconds.
    pub retry_after_secs: Option<u64>,
    /// The JSON body.
    pub body: Option<String>,
}

impl Reply {
    /// An answer with a body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, body: Some(body.to_string()), ..Self::default() }
    }

    /// An answer with a body that is JSON text already.
    pub fn text(status: u16, body: String) -> Self {
        Self { status, body: Some(body), ..Self::default() }
    }

    /// An answer without one.
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// An answer that shows one resource.
    pub fn resource(status: u16, view: &ResourceView<'_>, projection: &Projection, written: &Written) -> Self {
        Self {
            status,
            etag: Some(view.etag().to_string()),
            location: Some(view.location()),
            body: Some(view.to_text(projection, written)),
            ..Self::default()
        }
    }

    /// A refusal in SCIM's error shape.
    pub fn error(error: &ScimError) -> Self {
        Self::json(error.status, &error.to_json())
    }
}

/// What a request turned out to mean, for its event.
#[derive(Debug, Clone, PartialEq)]
pub struct Notes {
    /// The action.
    pub action: Action,
    /// The user concerned.
    pub user: Option<UserId>,
    /// That user's name, or the one looked for.
    pub user_name: Option<String>,
    /// That user's externalId, or the one sent.
    pub external_id: Option<String>,
    /// The group concerned.
    pub group: Option<GroupId>,
    /// That group's name, or the one looked for.
    pub group_name: Option<String>,
    /// How many resources a list found.
    pub results: Option<u64>,
    /// The valid role it carried.
    pub role: Option<Role>,
    /// What changed.
    pub changes: Vec<Change>,
    /// What it gives away about the set-up.
    pub findings: Vec<Code>,
    /// Deviations from the RFC that were put right.
    pub compatibility: Vec<Compatibility>,
    /// The error's `detail`.
    pub detail: Option<String>,
    /// How many like requests the event stands for.
    pub repeats: u64,
}

impl Notes {
    /// Notes what the reader of a body noticed.
    pub fn read(&mut self, notes: &scim::document::Notes) {
        self.compatibility = notes.compatibility.iter().copied().collect();
    }

    /// Notes that know only what kind of request it is.
    pub const fn new(action: Action) -> Self {
        Self {
            action,
            user: None,
            user_name: None,
            external_id: None,
            group: None,
            group_name: None,
            results: None,
            role: None,
            changes: Vec::new(),
            findings: Vec::new(),
            compatibility: Vec::new(),
            detail: None,
            repeats: 1,
        }
    }
}

/// An answer and what it meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The answer.
    pub reply: Reply,
    /// What it meant.
    pub notes: Notes,
}

impl Outcome {
    /// A refusal, with its sentence in the notes.
    pub fn refused(error: &ScimError, mut notes: Notes) -> Self {
        notes.detail = Some(error.detail.clone());
        notes.changes.clear();
        Self { reply: Reply::error(error), notes }
    }
}

impl Request {
    /// What it does for real.
    fn mode(&self) -> TokenMode {
        match &self.token {
            _ if self.test => TokenMode::Test,
            Some(token) => token.mode,
            None => TokenMode::Live,
        }
    }

    /// Notes the token that it carries, which says more of what it is than its marks do.
    pub fn carries(&mut self, token: TokenRef) {
        self.test = token.mode == TokenMode::Test;
        self.token = Some(token);
    }

    /// Whether Okta's provisioning client sent it.
    pub fn is_from_okta(&self) -> bool {
        is_okta(self.user_agent.as_deref())
    }

    /// Makes ready what the event will keep of the body, so that the writer, which everybody waits for, need not.
    pub fn prepare(&self) -> &(Option<String>, bool) {
        self.kept.get_or_init(|| kept(redact::body(&self.body)))
    }

    /// What the request shows by itself, and what the rules found in it.
    fn findings(&self, notes: &Notes) -> Vec<Code> {
        let mut findings = notes.findings.clone();
        findings.extend(&self.signs);
        findings.sort_unstable();
        findings.dedup();
        findings
    }

    /// The event that records this request and its outcome, without secrets.
    pub fn draft(&self, outcome: &Outcome) -> Draft {
        let Outcome { reply, notes } = outcome;
        let (request_body, request_cut) = self.prepare().clone();
        let detail = notes.detail.as_deref().map(|text| redact::sentence(text).ok_or(redact::UNQUOTED));
        let response = match &detail {
            Some(Err(withheld)) => Some((*withheld).to_owned()),
            _ if notes.action == Action::Bulk => reply.body.as_deref().map(redact::sentences),
            // A large group is mostly not kept, so it need not be gone through.
            _ => reply.body.as_deref().map(|body| redact::tokens(beginning(body))),
        };
        let (response_body, _) = kept(response);
        let response_cut = reply.body.as_deref().is_some_and(|body| body.len() > KEPT_BODY);
        let mut changes = notes.changes.clone();
        for value in changes.iter_mut().flat_map(|change| [&mut change.before, &mut change.after]).flatten() {
            redact::value(value);
        }
        let event = Event {
            id: EventId::default(),
            at: self.at,
            action: notes.action,
            method: redact::tokens(&self.method),
            path: redact::path(&self.path),
            query: self.query.as_deref().map(redact::query),
            status: reply.status,
            latency_micros: 0,
            request_bytes: self.body.len() as u64,
            response_bytes: reply.body.as_ref().map_or(0, String::len) as u64,
            address: self.address.clone(),
            user_agent: self.user_agent.as_deref().map(redact::tokens),
            token_id: self.token.as_ref().map(|token| token.id),
            token_name: self.token.as_ref().map(|token| token.name.clone()),
            mode: self.mode(),
            user_id: notes.user,
            user_name: notes.user_name.as_deref().map(redact::tokens),
            external_id: notes.external_id.as_deref().map(redact::tokens),
            group_id: notes.group,
            group_name: notes.group_name.as_deref().map(redact::tokens),
            results: notes.results,
            role: notes.role,
            changed: notes.changes.iter().take(KEPT_PATHS).map(|change| change.title().to_owned()).collect(),
            detail: detail.map(|text| text.unwrap_or_else(str::to_owned)),
            findings: self.findings(notes),
            compatibility: notes.compatibility.clone(),
            repeats: notes.repeats,
            transaction: self.transaction,
        };
        let detail =
            EventDetail { event, changes, request_body, response_body, truncated: request_cut || response_cut };
        Draft { detail, received: self.received }
    }
}

/// What of a body can be kept, and enough behind it to recognize a secret that stands across the cut.
fn beginning(body: &str) -> &str {
    body.get(..body.floor_char_boundary(KEPT_BODY + LONGEST_SECRET)).unwrap_or(body)
}

/// At most [`KEPT_BODY`] bytes of a body, cut between characters, and whether it was cut.
fn kept(body: Option<String>) -> (Option<String>, bool) {
    match body {
        Some(mut text) if text.len() > KEPT_BODY => {
            text.truncate(text.floor_char_boundary(KEPT_BODY));
            (Some(text), true)
        }
        body => (body, false),
    }
}
