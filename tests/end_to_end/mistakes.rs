//! Every mistake that an Okta admin can make, played against a service of its own: it is the first thing the service
//! names, the answer says what to click, and it is over once the same org is mended.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use futures::StreamExt as _;
use scimroom::{
    client::Client,
    diagnosis::{Catalogue, Context, Watch},
    model::{
        data_dir::DataDir,
        event::{Event, EventQuery},
        finding::{Code, Finding},
        id::EventId,
        secret::Secret,
        time::Timestamp,
        token::{NewToken, TokenMode, TokenScope},
    },
    service::{self, Service},
    simulator::{self, App, Exchange, Mistake, Options, Scenario, Users},
};
use tempfile::TempDir;

const MINUTE: i64 = 60_000;

/// A service in this process, with its operator and a token for Okta.
struct House {
    service: Service,
    operator: Client,
    token: Secret,
    app: App,
    /// How many requests were sent so far.
    sent: AtomicU64,
    _dir: TempDir,
}

impl House {
    async fn start(app: App) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path());
        let options = service::Options::new(data.clone(), "127.0.0.1:0".parse().unwrap());
        let service = service::start(service::Options { rate_limit: None, ..options }).await.unwrap();
        let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
        let operator = Client::new(service.url(), Some(key)).unwrap();
        let token = NewToken { name: "Okta".to_owned(), scope: TokenScope::Write, mode: TokenMode::Live, days: None };
        let token = operator.create_token(&token).await.unwrap().token;
        Self { service, operator, token, app, sent: AtomicU64::new(0), _dir: dir }
    }

    async fn play(&self, scenario: Scenario, users: u32) -> Vec<Exchange> {
        let options = Options {
            url: format!("{}/scim/v2", self.service.url()),
            token: self.token.clone(),
            scenario,
            users: Users::Number(users),
            rate: None,
            seed: 5,
            app: self.app,
        };
        let mut exchanges = Vec::new();
        simulator::run(&options, |exchange| exchanges.push(exchange.clone())).await.unwrap();
        self.settle(exchanges.len() as u64).await;
        exchanges
    }

    /// Waits until so many more requests are in the log: the events of reads may trail by a second, and of refusals that
    /// are folded into one event the count may trail longer, which changes nothing here.
    async fn settle(&self, requests: u64) {
        let all = self.sent.fetch_add(requests, Ordering::Relaxed) + requests;
        let mut rested = 0;
        let mut before = 0;
        while before < all && rested < 20 {
            tokio::time::sleep(Duration::from_millis(75)).await;
            let seen = self.events().await.iter().map(|event| event.repeats).sum();
            rested = if seen == before { rested + 1 } else { 0 };
            before = seen;
        }
    }

    async fn events(&self) -> Vec<Event> {
        let query = EventQuery { after: Some(EventId::default()), limit: 1_000, ..EventQuery::default() };
        let mut events = self.operator.events(&query).await.unwrap();
        events.sort_by_key(|event| event.id);
        events
    }

    /// What is open so many milliseconds from now, when nothing more comes until then.
    async fn findings_in(&self, millis: i64) -> Vec<Finding> {
        if millis == 0 {
            return self.operator.findings().await.unwrap();
        }
        let mut watch = Watch::default();
        self.events().await.iter().for_each(|event| watch.observe(event));
        watch.findings(&self.context(millis).await)
    }

    async fn context(&self, millis: i64) -> Context {
        let token = self.operator.tokens().await.unwrap().pop().unwrap();
        Context {
            usable_tokens: 1,
            newest_token: Some((token.name, token.created)),
            scim_base_url: format!("{}/scim/v2", self.service.url()),
            owners: 0,
            refused_certificate: None,
            now: Timestamp::now().plus_millis(millis),
        }
    }
}

/// How many milliseconds of silence it takes until a mistake shows.
fn silence(code: Code) -> i64 {
    match code.0 {
        19 | 20 => 31 * MINUTE,
        23 => 11_000,
        24 => 15 * Timestamp::DAY_MILLIS,
        25 => 31 * Timestamp::DAY_MILLIS,
        27 => 11 * MINUTE,
        _ => 0,
    }
}

/// What the org sends once it is set up well.
fn mended(code: Code) -> &'static [Scenario] {
    match code.0 {
        24 => &[Scenario::Onboarding, Scenario::ProfileUpdate],
        25 => &[Scenario::Return],
        45 => &[Scenario::Onboarding, Scenario::Import],
        58..=61 => &[Scenario::Onboarding, Scenario::GroupPush],
        _ => &[Scenario::Onboarding],
    }
}

/// What the click of each diagnosis is about, and what Okta's admin reads in the answer, where there is one.
fn words(code: Code) -> (&'static str, &'static str) {
    match code.0 {
        1 => ("type Bearer and one blank in front", "type Bearer and one blank in front"),
        2 => ("paste the token alone", "paste the token alone"),
        3 => ("with nothing before or after it", "with nothing before or after it"),
        4 => ("Settings > API Tokens", "Create a new one in scimroom under Settings > API Tokens"),
        5 => ("Settings > API Tokens", "Create a new one in scimroom under Settings > API Tokens"),
        6 => ("with the scope write", "Create a token with the scope write"),
        7 => ("set Authentication Mode to HTTP Header", "set Authentication Mode to HTTP Header"),
        8 => ("paste the token", "paste the token"),
        9 => ("which ends in /scim/v2", "base URL = http://127.0.0.1"),
        10 => ("cut the base URL off behind /scim/v2", "cut the base URL off behind /scim/v2"),
        11 => ("take the slash off the end", ""),
        13 => ("SCIM 2.0 template", "SCIM 2.0 template"),
        19 => ("Enable API Integration", ""),
        20 => ("Provision User", ""),
        23 => ("tick Create Users", ""),
        24 => ("tick Update User Attributes", ""),
        25 => ("tick Deactivate Users", ""),
        27 => ("Retry Selected", "check the attribute's type"),
        29 => ("Application username format to Email", "Application username format = Email"),
        30 => ("Unique identifier field for users to userName", "set Unique identifier field for users to userName"),
        33 => ("set the user name back", "Assignments: check whether two people are assigned with one username"),
        34 => ("Application username format", "Retry Selected"),
        35 => ("assign the person again", "remove the person and assign again"),
        36 | 38 => ("Retry Selected", "Retry Selected"),
        39 => ("wait a minute", ""),
        40 => ("Retry Selected", "check the attribute's type"),
        45 => ("Import Safeguards", ""),
        46 => ("External namespace", ""),
        48 => ("External namespace", "External namespace"),
        49 => ("data type string", ""),
        50 => ("Define enumerated list of values", "Define enumerated list of values"),
        51 => ("clear the second role attribute", "look for two attributes that map to the primary entry"),
        52 => ("Attribute type to Group", ""),
        53 => ("Attribute required", ""),
        54 | 55 => ("Attribute Mappings", ""),
        58 => ("press Push now", "Push Groups > Push now"),
        59 => ("assign these people", "assign the people to the app first"),
        60 => ("press Unlink", "unlink the group, then push it again"),
        61 => ("Link Group", "choose Link Group"),
        73 => ("choose the role owner", ""),
        _ => ("a click for every code", "an answer for every code"),
    }
}

/// What is wrong with how this service takes the mistake, in sentences.
async fn judge(mistake: &'static Mistake, app: App) -> Vec<String> {
    let Mistake { name, code, people, wait, .. } = mistake;
    let house = House::start(app).await;
    let exchanges = house.play(Scenario::Misconfigured(mistake), 3).await;
    let mut wrong = house.named_first(*code, &exchanges).await;
    if silence(*code) > 0 && wait.is_none() || silence(*code) == 0 && wait.is_some() {
        wrong.push(format!("it is said to show after {wait:?}"));
    }
    for scenario in mended(*code) {
        let exchanges = house.play(*scenario, 3.max(*people)).await;
        wrong.extend(exchanges.iter().filter(|one| one.is_fault()).map(|fault| format!("mended, {scenario}: {fault}")));
    }
    let left = house.findings_in(silence(*code)).await;
    wrong.extend(left.iter().map(|finding| format!("mended, and still open: {} {:?}", finding.code, finding.people)));
    house.service.stop().await.unwrap();
    wrong.into_iter().map(|what| format!("{name} by {app}: {what}")).collect()
}

impl House {
    /// Whether a mistake is named first, and whether fix and answers say what to click.
    async fn named_first(&self, code: Code, exchanges: &[Exchange]) -> Vec<String> {
        let mut wrong = Vec::new();
        let open = self.findings_in(silence(code)).await;
        let (click, told) = words(code);
        match open.first() {
            Some(first) if first.code == code => {
                if !first.fix.contains(click) {
                    wrong.push(format!("the fix does not say {click:?}: {}", first.fix));
                }
            }
            _ => {
                let codes: Vec<String> = open.iter().map(|finding| finding.code.to_string()).collect();
                wrong.push(format!("{code} is not the first of {codes:?}"));
            }
        }
        let answered = Catalogue::builtin().entry(code).and_then(|entry| entry.answer.as_deref());
        for fault in exchanges.iter().filter(|exchange| exchange.is_fault()) {
            let message = fault.message().unwrap_or_default();
            if told.is_empty()
                || !message.contains(told)
                || code.0 < 9 && !answered.is_some_and(|a| message.ends_with(a))
            {
                wrong.push(format!("the answer does not say {told:?}: {message}"));
            }
        }
        wrong
    }
}

#[tokio::test]
async fn every_mistake_is_what_the_service_names_first_and_is_over_once_mended() {
    let cases = Mistake::ALL.iter().flat_map(|mistake| App::ALL.map(|app| (mistake, app)));
    let wrong: Vec<Vec<String>> =
        futures::stream::iter(cases).map(|(mistake, app)| judge(mistake, app)).buffered(6).collect().await;
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_revoked_token_and_one_that_may_only_read_are_named_too() {
    for code in [5, 6].map(Code) {
        let mut house = House::start(App::Wizard).await;
        let scope = if code == Code(6) { TokenScope::Read } else { TokenScope::Write };
        let made = NewToken { name: "another".to_owned(), scope, mode: TokenMode::Live, days: None };
        let made = house.operator.create_token(&made).await.unwrap();
        if code == Code(5) {
            house.operator.revoke_token(made.info.id).await.unwrap();
        }
        let right = std::mem::replace(&mut house.token, made.token);
        let exchanges = house.play(Scenario::Onboarding, 3).await;
        let wrong = house.named_first(code, &exchanges).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        house.token = right;
        house.play(Scenario::Onboarding, 3).await;
        assert_eq!(house.findings_in(0).await, []);
        house.service.stop().await.unwrap();
    }
}

#[tokio::test]
async fn an_app_that_is_set_up_well_raises_no_finding_at_any_moment() {
    for app in App::ALL {
        let house = House::start(app).await;
        // On an empty workspace, and on the one it leaves behind.
        for time in 1..=2 {
            let exchanges = house.play(Scenario::Full, 6).await;
            let faults: Vec<String> =
                exchanges.iter().filter(|exchange| exchange.is_fault()).map(ToString::to_string).collect();
            assert!(faults.is_empty(), "{app}, time {time}:\n{}", faults.join("\n"));
        }
        let mut context = house.context(0).await;
        let mut watch = Watch::default();
        let mut raised = Vec::new();
        for event in house.events().await {
            watch.observe(&event);
            context.now = event.at;
            let open = watch.findings(&context);
            raised.extend(open.iter().map(|finding| format!("{} {}: {}", event.id, event.action, finding.code)));
        }
        // What would ripen now, with nothing more to come: a day later nobody has left for a month yet.
        context.now = context.now.plus_millis(Timestamp::DAY_MILLIS);
        raised.extend(watch.findings(&context).iter().map(|finding| format!("later: {}", finding.code)));
        assert!(raised.is_empty(), "{app}: {raised:#?}");
        assert_eq!(house.findings_in(0).await, []);
        house.service.stop().await.unwrap();
    }
}
