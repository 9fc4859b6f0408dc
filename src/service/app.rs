//! What every request handler shares.

use std::{fmt, num::NonZeroU32, sync::Arc};

use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Semaphore, broadcast, watch};

use crate::{
    diagnosis::Watch,
    directory::request::Request,
    model::{live::Topic, secret::Secret, token::TokenMode},
    scim::{cursor::CursorKey, schema::ResourceTypes},
    service::{recorder::Recorder, scim::limits::Limits},
    store::{Store, StoreError},
};

/// How many requests may be under way at once; more are answered 503.
pub(super) const IN_FLIGHT: usize = 512;
/// How many notices a slow listener may be behind before it is told to read everything again.
const NOTICES: usize = 64;

/// The shared state of one service.
pub(super) struct App {
    /// Where everything is kept.
    pub(super) store: Arc<dyn Store>,
    /// The same as dry runs see it.
    rehearsal: Arc<dyn Store>,
    /// The operator's credential.
    pub(super) operator_key: Secret,
    /// The address of the listening socket.
    pub(super) url: String,
    /// Whether a proxy in front names the client.
    pub(super) behind_proxy: bool,
    /// The kinds of resource there are.
    pub(super) types: &'static ResourceTypes,
    /// Places for requests.
    pub(super) in_flight: Arc<Semaphore>,
    /// Seals the cursors of lists. The same as long as the operator's credential is, so a walk outlives a restart.
    pub(super) cursors: CursorKey,
    /// How much one caller may ask for.
    pub(super) limits: Limits,
    /// Records requests that changed nothing.
    pub(super) recorder: Recorder,
    /// What the diagnosis knows.
    pub(super) watch: Mutex<Watch>,
    /// What changed other than by an event.
    pub(super) notices: broadcast::Sender<Topic>,
    /// Turns true when the service stops.
    pub(super) stop: watch::Receiver<bool>,
}

impl App {
    /// Reads back what the diagnosis knew. A snapshot of another version is passed over: the log is read again.
    pub(super) async fn new(
        store: Arc<dyn Store>,
        operator_key: Secret,
        url: String,
        behind_proxy: bool,
        types: &'static ResourceTypes,
        rate_limit: Option<NonZeroU32>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, StoreError> {
        let known = store.watch_state().await?.and_then(|saved| serde_json::from_str(&saved.state).ok());
        let cursors = CursorKey::new(derived(&operator_key, "cursors of lists"));
        Ok(Self {
            rehearsal: store.rehearsal(),
            store,
            operator_key,
            cursors,
            limits: Limits::new(rate_limit),
            url,
            behind_proxy,
            types,
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT)),
            recorder: Recorder::default(),
            watch: Mutex::new(known.unwrap_or_default()),
            notices: broadcast::Sender::new(NOTICES),
            stop,
        })
    }

    /// The store as a request is to use it: one of a dry run changes nothing there.
    pub(super) fn store_for(&self, request: &Request) -> &dyn Store {
        match request.token.as_ref().map(|token| token.mode) {
            Some(TokenMode::DryRun) => &*self.rehearsal,
            _ => &*self.store,
        }
    }

    /// Tells whoever listens that something changed. Nobody listening is fine.
    pub(super) fn notify(&self, topic: Topic) {
        drop(self.notices.send(topic));
    }

    /// The SCIM base URL to type into Okta.
    pub(super) fn scim_base_url(&self, public_url: Option<&str>) -> String {
        format!("{}/scim/v2", public_url.unwrap_or(&self.url))
    }
}

/// A key for one purpose from the operator's credential, which it does not give away.
fn derived(operator_key: &Secret, purpose: &str) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(operator_key.expose()).finalize().into()
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("url", &self.url).finish_non_exhaustive()
    }
}
