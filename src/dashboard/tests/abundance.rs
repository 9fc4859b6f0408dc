//! What the fixtures have of usual size, at its extremes: nothing at all, more than any screen shows, names in wide
//! characters; and answers of a service that cannot read its disk.

use serde_json::Value;

use super::{bench::Bench, fixtures::*};
use crate::{
    dashboard::{
        message::{Answer, Call, Failure},
        panes::{
            log::{Ask, Told},
            roles::calls as groups,
            setup::test,
        },
    },
    model::{
        event::{Action, Change, Event, EventDetail},
        event_log::{Causes, Scanned, Timeline, TimelineEntry},
        group::{Group, GroupDetail},
        id::EventId,
        role::{Role, RoleSource},
        role_attribute::CarriedRole,
        user::{User, UserDetail},
    },
};

/// People, groups and events where there are many.
const MANY: u64 = 300;

/// What there is about one person, one group, one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Usual,
    Nothing,
    Plenty,
}

impl About {
    pub fn user(self, user: User) -> UserDetail {
        let usual = user_detail_of(user);
        match self {
            Self::Usual => usual,
            Self::Nothing => UserDetail {
                resource: Value::Object(serde_json::Map::new()),
                related: Vec::new(),
                sessions: Vec::new(),
                groups: Vec::new(),
                ..usual
            },
            Self::Plenty => {
                let mut resource = usual.resource;
                for number in 0..60 {
                    resource[format!("attribute{number}")] = Value::from("x".repeat(number * 3));
                }
                UserDetail {
                    resource,
                    related: people(),
                    sessions: vec![usual.sessions[0].clone(); 12],
                    groups: vec![usual.groups[0].clone(); 40],
                    user: usual.user,
                    failed_push: usual.failed_push,
                }
            }
        }
    }

    pub fn timeline(self, before: Option<EventId>) -> Timeline {
        match self {
            Self::Usual => timeline(before),
            Self::Nothing => {
                Timeline { scanned: Scanned { exhausted: true, ..Scanned::default() }, ..Timeline::default() }
            }
            Self::Plenty => {
                let newest = before.map_or(MANY, |before| before.0.saturating_sub(1));
                let change = |n: u64| Change {
                    path: format!("attribute{n}"),
                    before: None,
                    after: Some(Value::from("a value that goes on and on ".repeat(6))),
                };
                let entries = (1..=newest).rev().take(50).map(|id| TimelineEntry {
                    event: event(id, Action::Update, 200, Some("ada.king@harbor.example")),
                    changes: (0..id % 9).map(change).collect(),
                });
                Timeline { entries: entries.collect(), scanned: Scanned::default() }
            }
        }
    }

    pub fn group(self, group: &Group) -> (GroupDetail, Vec<Event>) {
        let (detail, events) = group_detail(group);
        match self {
            Self::Usual => (detail, events),
            Self::Nothing => (detail, Vec::new()),
            Self::Plenty => (detail, events.iter().cycle().take(50).cloned().collect()),
        }
    }

    pub fn event(self, event: Event) -> EventDetail {
        let usual = event_detail_of(event);
        match self {
            Self::Usual => usual,
            Self::Nothing => EventDetail { changes: Vec::new(), request_body: None, response_body: None, ..usual },
            Self::Plenty => {
                let body: serde_json::Map<String, Value> =
                    (0..200).map(|n| (format!("attribute{n:03}"), Value::from("long ".repeat(n)))).collect();
                let body = Some(Value::Object(body).to_string());
                EventDetail {
                    changes: usual.changes.iter().cycle().take(90).cloned().collect(),
                    request_body: body.clone(),
                    response_body: body,
                    truncated: true,
                    ..usual
                }
            }
        }
    }
}

/// Nobody, and nothing that happened; but one person, group and event to look at, about whom there is nothing.
pub fn nothing(bench: &mut Bench, lists_too: bool) {
    let kept = usize::from(!lists_too);
    bench.people.truncate(kept);
    bench.groups.truncate(kept);
    bench.groups.iter_mut().for_each(|group| group.members = 0);
    bench.archive.truncate(kept);
    bench.tokens.clear();
    bench.parted.clear();
    bench.failed_pushes.clear();
    bench.findings.clear();
    bench.checklist.steps.iter_mut().for_each(|step| {
        step.state = crate::model::checklist::StepState::Pending;
        (step.evidence, step.verified, step.finding) = (None, None, None);
    });
    bench.causes = Causes { scanned: Scanned { exhausted: true, ..Scanned::default() }, ..Causes::default() };
    if let Some(carried) = &mut bench.role_attribute.carried {
        carried.requests.clear();
        carried.summary =
            "No profile has arrived yet: assign somebody in Okta, and what the request carried stands here.".to_owned();
    }
    bench.about = About::Nothing;
}

/// More of everything than any screen shows.
pub fn plenty(bench: &mut Bench) {
    let (groups, tokens, causes) = (bench.groups.clone(), bench.tokens.clone(), bench.causes.causes.clone());
    for n in 10..MANY {
        let role = Role::ALL[usize::try_from(n % 3).unwrap()];
        let name =
            format!("{}{n}@harbor.example", "somebody.with.a.long.name.".repeat(usize::try_from(n % 4).unwrap()));
        bench.people.push(user(n, &name, &format!("Somebody {n}"), role, RoleSource::Okta));
        let mut group = groups[usize::try_from(n % 4).unwrap()].clone();
        group.id = format!("01990005-0000-7000-8000-{n:012x}").parse().unwrap();
        group.display_name = format!("{} {n}", group.display_name);
        bench.groups.push(group);
        let mut later = event(n + 2, Action::Update, if n % 5 == 0 { 409 } else { 200 }, Some(&name));
        later.changed = vec!["name.familyName".to_owned(), "displayName".to_owned(), "title".to_owned()];
        bench.archive.push(later);
    }
    let (parted, pushes) = (bench.parted.clone(), bench.failed_pushes.clone());
    for n in 30..MANY {
        let mut person = parted[usize::try_from(n % 6).unwrap()].clone();
        person.id = user_id(n + 1_000);
        person.user_name = format!("{}{n}@harbor.example", "somebody.with.a.long.name.".repeat(3));
        bench.parted.push(person);
        let mut push = pushes[usize::try_from(n % 3).unwrap()].clone();
        (push.user_id, push.times) = (Some(user_id(n + 1_000)), n * n);
        push.detail = push.detail.map(|detail| detail.repeat(5));
        bench.failed_pushes.push(push);
    }
    for n in 10..60 {
        let mut token = tokens[usize::try_from(n % 4).unwrap()].clone();
        token.id = token_id(n);
        token.name = format!("{} {n}", token.name);
        bench.tokens.push(token);
    }
    if let Some(carried) = &mut bench.role_attribute.carried {
        let requests = carried.requests.clone();
        carried.requests = (0..50)
            .rev()
            .map(|n: u64| CarriedRole { event: EventId(n + 20), ..requests[n as usize % 5].clone() })
            .collect();
    }
    for n in 0..30 {
        let mut cause = causes[n % 2].clone();
        cause.words = format!("{} ({n})", cause.words.repeat(3));
        bench.causes.causes.push(cause);
    }
    bench.findings = bench.findings.iter().cycle().take(2).cloned().collect();
    bench.about = About::Plenty;
}

/// Names in characters that take two columns, or several together one.
pub fn wide(bench: &mut Bench) {
    const NAMES: [&str; 4] = ["田中さくら", "김민준", "अर्जुन प्रिया", "陳大文👩‍🔬"];
    let name = |n: usize| NAMES[n % NAMES.len()].repeat(1 + n % 3);
    for (n, user) in bench.people.iter_mut().enumerate() {
        user.user_name = format!("{}@例え.example", name(n));
        user.display_name = Some(name(n + 1));
    }
    for (n, user) in bench.parted.iter_mut().enumerate() {
        user.user_name = format!("{}@例え.example", name(n));
        user.display_name = Some(name(n + 1));
    }
    for (n, push) in bench.failed_pushes.iter_mut().enumerate() {
        push.user_name = Some(format!("{}@例え.example", name(n)));
        push.detail = Some(format!("{} belongs to somebody already.", name(n).repeat(3)));
    }
    for (n, group) in bench.groups.iter_mut().enumerate() {
        group.display_name = name(n).repeat(4);
    }
    for (n, event) in bench.archive.iter_mut().enumerate() {
        event.user_name = event.user_name.as_ref().map(|_| format!("{}@例え.example", name(n)));
        event.token_name = event.token_name.as_ref().map(|_| name(n + 2));
    }
    for (n, token) in bench.tokens.iter_mut().enumerate() {
        token.name = name(n).repeat(3);
        token.created_by = name(n + 1);
    }
    for (n, cause) in bench.causes.causes.iter_mut().enumerate() {
        cause.words = format!("{} belongs to somebody already.", name(n).repeat(3));
        cause.people = (n..n + 3).map(name).collect();
    }
    let carried = bench.role_attribute.carried.iter_mut().flat_map(|carried| &mut carried.requests);
    for (n, request) in carried.enumerate() {
        request.user_name = Some(format!("{}@例え.example", name(n)));
        request.sent.iter_mut().for_each(|role| role.value = name(n));
    }
    for (n, finding) in bench.findings.iter_mut().enumerate() {
        finding.people = (n..n + 3).map(name).collect();
    }
}

/// The answer of a service that cannot read its disk to a question; changes are refused by [`Bench::refusal`].
pub fn failed(call: Call) -> Answer {
    fn failure<T>() -> Result<T, Failure> {
        let sentence = "The service could not answer: the disk cannot be read (request 4711).".to_owned();
        Err(Failure { sentence, status: Some(500) })
    }
    match call {
        Call::WhoAmI => Answer::WhoAmI(failure()),
        Call::Setup => Answer::Setup(failure()),
        Call::RoleAttribute => Answer::RoleAttribute(failure()),
        Call::Users { list, generation, page, .. } => Answer::Users { list, generation, page, result: failure() },
        Call::FailedPushes(query) => Answer::FailedPushes(query, failure()),
        Call::User(id) => Answer::User(id, failure()),
        Call::Event(id) => Answer::Event(id, failure()),
        Call::Tokens => Answer::Tokens(failure()),
        Call::Token(id) => Answer::Token(id, failure()),
        Call::Workspace => Answer::Workspace(failure()),
        Call::SignInCode(id) => Answer::SignInCode(id, failure()),
        Call::Test(test::Call::Read) => Answer::Test(test::Answer::Read(failure())),
        Call::Groups(groups::Call::Page { generation, .. }) => {
            Answer::Groups(groups::Answer::Page(generation, failure()))
        }
        Call::Groups(groups::Call::Detail(id)) => Answer::Groups(groups::Answer::Detail(id, failure())),
        Call::Groups(groups::Call::Members(id, query)) => Answer::Groups(groups::Answer::Members(id, query, failure())),
        Call::Groups(groups::Call::Preview(id, role)) => Answer::Groups(groups::Answer::Preview(id, role, failure())),
        Call::Log(Ask::Search { run, toward, .. }) => Answer::Log(Told::Found(run, toward, failure())),
        Call::Log(Ask::Causes(_)) => Answer::Log(Told::Causes(failure())),
        Call::Log(Ask::Timeline(id, before)) => Answer::Log(Told::Timeline(id, before, failure())),
        other => panic!("{other:?} has no failure here"),
    }
}
