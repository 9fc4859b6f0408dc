//! How a rule comes to its end: with changes and an answer, with a refusal, or with a wish to see more.

use std::sync::Arc;

use crate::{
    directory::request::{Notes, Outcome, Reply, Request},
    model::{event::Action, finding::Code},
    scim::{
        error::ScimError,
        etag::{ETag, IfMatch},
    },
    store::{Change, Decision, Key, Store, StoreError, Unread, View, decide},
};

/// Why a rule stopped before it had changes to make.
#[derive(Debug)]
pub enum Halt {
    /// It must see more first.
    Unread(Unread),
    /// The request is refused; its event says so.
    Refused {
        /// The answer.
        error: ScimError,
        /// What the refusal gives away about the set-up.
        finding: Option<Code>,
    },
}

impl From<Unread> for Halt {
    fn from(unread: Unread) -> Self {
        Self::Unread(unread)
    }
}

impl From<ScimError> for Halt {
    fn from(error: ScimError) -> Self {
        Self::Refused { error, finding: None }
    }
}

impl Halt {
    /// A refusal that shows a known mistake in the set-up.
    pub const fn found(error: ScimError, code: Code) -> Self {
        Self::Refused { error, finding: Some(code) }
    }
}

/// What a rule makes of a request: changes and the answer.
pub type Ruling = (Vec<Change>, Reply);

/// Refuses a write to a resource whose present version is none of those that `If-Match` names (RFC 7644 3.14).
///
/// # Errors
/// 412, with the present version. `what` is the resource's kind, such as User.
pub fn check_version(what: &str, id: &str, version: u64, wanted: Option<&IfMatch>) -> Result<(), Halt> {
    let current = ETag::of(version);
    if wanted.is_none_or(|wanted| wanted.matches(&current)) {
        return Ok(());
    }
    Err(ScimError::precondition_failed(format!(
        "{what} {id} has changed since the version in If-Match was read. Nothing was changed: read it again and send the \
         change with the new version {current}."
    ))
    .into())
}

/// Runs a rule for a SCIM request in the writer, commits what it decided together with the request's event, and
/// returns the outcome once both are durable. A refusal commits its event alone.
///
/// # Errors
/// The store failed; nothing was written.
pub async fn rule(
    store: &dyn Store,
    request: Arc<Request>,
    action: Action,
    keys: Vec<Key>,
    mut judge: impl FnMut(&View, &mut Notes) -> Result<Ruling, Halt> + Send + 'static,
) -> Result<Outcome, StoreError> {
    request.prepare();
    decide(store, keys, move |view| {
        let mut notes = Notes::new(action);
        let (changes, outcome) = match judge(view, &mut notes) {
            Ok((changes, reply)) => (changes, Outcome { reply, notes }),
            Err(Halt::Unread(unread)) => return Err(unread),
            Err(Halt::Refused { error, finding }) => {
                notes.findings.extend(finding);
                (Vec::new(), Outcome::refused(&error, notes))
            }
        };
        let event = Some(request.draft(&outcome));
        Ok((Decision { changes, event }, outcome))
    })
    .await
}
