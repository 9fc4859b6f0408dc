//! What every request handler shares.

use std::{
    fmt,
    num::NonZeroU32,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Semaphore, broadcast, watch};

use crate::{
    diagnosis::{RefusedCertificate, Watch},
    directory::{request::Request, tokens::same_secret},
    model::{live::Topic, secret::Secret, time::Timestamp, token::TokenMode},
    scim::{cursor::CursorKey, schema::ResourceTypes},
    service::{recorder::Recorder, scim::limits::Limits},
    store::{Store, StoreError},
};

/// How many requests may be under way at once; more are answered 503.
pub(super) const IN_FLIGHT: usize = 512;
/// How many notices a slow listener may be behind before it is told to read everything again.
const NOTICES: usize = 64;

/// How long the mark of a run holds, in milliseconds: well beyond its token, so that what goes on too long is known for
/// what it is.
const MARK_LIFE: i64 = Timestamp::DAY_MILLIS;

/// The shared state of one service.
pub(super) struct App {
    /// Where everything is kept.
    pub(super) store: Arc<dyn Store>,
    /// The same as dry runs see it.
    rehearsal: Arc<dyn Store>,
    /// The operator's credential.
    pub(super) operator_key: Secret,
    /// The address of the listening socket, as others reach it.
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
    /// What the diagnosis makes of test traffic; nothing of it is known to the one above. Not kept: the events are read
    /// again.
    pub(super) test_watch: Mutex<Watch>,
    /// Test traffic that arrived before this, in milliseconds, was removed: what is still on its way to the log stays out.
    tests_removed: AtomicI64,
    /// What changed other than by an event.
    pub(super) notices: broadcast::Sender<Topic>,
    /// That a client did not trust the certificate.
    refused_certificate: std::sync::Mutex<Option<RefusedCertificate>>,
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
            test_watch: Mutex::default(),
            tests_removed: AtomicI64::new(i64::MIN),
            notices: broadcast::Sender::new(NOTICES),
            refused_certificate: std::sync::Mutex::default(),
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

    /// Notes that a client did not trust the certificate.
    pub(super) fn certificate_refused(&self, refused: RefusedCertificate) {
        *self.refused_certificate.lock().unwrap_or_else(PoisonError::into_inner) = Some(refused);
        self.notify(Topic::Setup);
    }

    /// That a client last did not trust the certificate, since the service started.
    pub(super) fn last_refused_certificate(&self) -> Option<RefusedCertificate> {
        *self.refused_certificate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a run of test traffic that begins now carries in the header [`TEST_MARK`], so that its requests are known
    /// without accepted credentials too: until when it holds, and a proof that this service made it.
    ///
    /// [`TEST_MARK`]: crate::model::test_traffic::TEST_MARK
    pub(super) fn test_mark(&self, now: Timestamp) -> Secret {
        self.test_mark_until(now.plus_millis(MARK_LIFE).as_millis())
    }

    fn test_mark_until(&self, until: i64) -> Secret {
        let proof = derived(&self.operator_key, &format!("test traffic until {until}"));
        let hex: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
        Secret::new(format!("{until}.{hex}"))
    }

    /// Whether such a mark is one of this service's, and holds.
    pub(super) fn is_test_mark(&self, given: &str, now: Timestamp) -> bool {
        let until = given.split_once('.').and_then(|(until, _)| until.parse().ok());
        until.is_some_and(|until| now.as_millis() < until && same_secret(given, &self.test_mark_until(until)))
    }

    /// Test traffic that arrived until now is no more.
    pub(super) fn forget_tests(&self) {
        self.tests_removed.store(Timestamp::now().as_millis(), Ordering::Relaxed);
    }

    /// Whether a request of test traffic that arrived at this time was removed.
    pub(super) fn is_removed(&self, at: Timestamp) -> bool {
        at.as_millis() <= self.tests_removed.load(Ordering::Relaxed)
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
