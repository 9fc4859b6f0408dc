//! Replays of Okta's traffic, as a user of the watch would meet it.

mod checklist;
mod findings;
mod memory;
mod sequences;
mod silences;

use uuid::Uuid;

use crate::{
    diagnosis::{Context, RefusedCertificate, Watch},
    model::{
        event::{Action, Event},
        finding::{Code, Finding},
        id::{EventId, TokenId, TransactionId},
        role::Role,
        time::Timestamp,
        token::TokenMode,
    },
};

/// The token that Okta carries in these replays.
const TOKEN: TokenId = TokenId(Uuid::from_u128(1));
const ADA: &str = "ada.moreno@harbor.example";
const LI: &str = "li.wei@harbor.example";

/// One accepted request of Okta's client; a second passes from one to the next.
fn event(id: u64, action: Action, method: &str, path: &str, status: u16) -> Event {
    Event {
        id: EventId(id),
        at: Timestamp::from_millis(1_700_000_000_000 + i64::try_from(id).unwrap() * 1_000),
        action,
        method: method.to_owned(),
        path: path.to_owned(),
        query: None,
        status,
        latency_micros: 900,
        request_bytes: 0,
        response_bytes: 600,
        address: Some("203.0.113.9".to_owned()),
        user_agent: Some("Okta SCIM Client 1.0.0".to_owned()),
        token_id: Some(TOKEN),
        token_name: Some("Okta production".to_owned()),
        user_id: None,
        user_name: None,
        external_id: None,
        group_id: None,
        group_name: None,
        results: None,
        role: None,
        changed: Vec::new(),
        detail: None,
        findings: Vec::new(),
        mode: TokenMode::Live,
        compatibility: Vec::new(),
        repeats: 1,
        transaction: TransactionId(Uuid::from_u128(u128::from(id))),
    }
}

/// A replay under way.
#[derive(Default)]
struct Replay {
    watch: Watch,
    next: u64,
    /// Milliseconds that passed beside a second for each request.
    waited: i64,
}

/// What the watch is asked with at the time of the first request.
fn context() -> Context {
    Context {
        usable_tokens: 1,
        newest_token: Some(("Okta production".to_owned(), Timestamp::from_millis(1_700_000_000_000))),
        scim_base_url: "https://room.harbor.example/scim/v2".to_owned(),
        has_public_url: true,
        owners: 1,
        refused_certificate: None,
        now: Timestamp::from_millis(1_700_000_100_000),
    }
}

impl Replay {
    fn send(&mut self, action: Action, method: &str, status: u16, adjust: impl FnOnce(&mut Event)) -> &mut Self {
        self.next += 1;
        let mut event = event(self.next, action, method, "/scim/v2/Users", status);
        event.at = event.at.plus_millis(self.waited);
        adjust(&mut event);
        self.watch.observe(&event);
        self
    }

    /// Credentials that are refused.
    fn refused(&mut self, status: u16, code: u8) -> &mut Self {
        self.send(Action::SignInRefused, "GET", status, |event| {
            event.token_id = None;
            event.token_name = None;
            event.findings = vec![Code(code)];
        })
    }

    fn credential_test(&mut self) -> &mut Self {
        self.send(Action::CredentialTest, "GET", 200, |event| event.results = Some(0))
    }

    fn lookup(&mut self, name: &str, results: u64, adjust: impl FnOnce(&mut Event)) -> &mut Self {
        self.send(Action::Lookup, "GET", 200, |event| {
            event.user_name = Some(name.to_owned());
            event.results = Some(results);
            adjust(event);
        })
    }

    fn write(
        &mut self,
        action: Action,
        method: &str,
        status: u16,
        (name, external_id): (&str, &str),
        adjust: impl FnOnce(&mut Event),
    ) -> &mut Self {
        self.send(action, method, status, |event| {
            event.user_name = Some(name.to_owned());
            event.external_id = Some(external_id.to_owned());
            adjust(event);
        })
    }

    fn create(&mut self, name: &str, external_id: &str) -> &mut Self {
        self.write(Action::Create, "POST", 201, (name, external_id), with(Role::Viewer))
    }

    /// A write that is refused for a mistake.
    fn mistake(&mut self, action: Action, method: &str, status: u16, who: (&str, &str), code: u8) -> &mut Self {
        self.write(action, method, status, who, |event| event.findings = vec![Code(code)])
    }

    /// Time passes.
    fn wait(&mut self, millis: i64) -> &mut Self {
        self.waited += millis;
        self
    }

    /// The time of the last request, or what was waited for since.
    fn context(&self) -> Context {
        let seconds = i64::try_from(self.next).unwrap() * 1_000;
        Context { now: Timestamp::from_millis(1_700_000_000_000 + seconds + self.waited), ..context() }
    }

    fn findings(&self) -> Vec<Finding> {
        self.watch.findings(&self.context())
    }

    fn codes(&self) -> Vec<String> {
        self.findings().iter().map(|finding| finding.code.to_string()).collect()
    }

    fn people(&self) -> Vec<String> {
        self.findings().into_iter().flat_map(|finding| finding.people).collect()
    }
}

/// Adjusts nothing.
fn as_is(_: &mut Event) {}

/// Sent by a person with curl, with a token of ours.
fn by_curl(event: &mut Event) {
    event.user_agent = Some("curl/8.14.1".to_owned());
    event.token_name = Some("My own".to_owned());
}

/// Carries a role.
fn with(role: Role) -> impl FnOnce(&mut Event) {
    move |event| event.role = Some(role)
}
