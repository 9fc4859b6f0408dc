//! The dashboard on a service that answers at once from the fixtures, driven by keys.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{buffer::Buffer, layout::Size};

use super::{
    abundance::{About, failed},
    fixtures::*,
    test_traffic::player,
};
use crate::{
    client::live::Live,
    dashboard::{
        Options,
        dialog::Chunk,
        export::Written,
        message::{Answer, Call, Effect, Failure, ListId, Message},
        panes::{
            log::{Ask, Told},
            roles::calls as groups,
            setup::test,
        },
        people,
        state::State,
        theme::Theme,
        update::update,
        view,
    },
    model::{
        checklist::Checklist,
        event::Event,
        event_filter::{Bodies, EventFilter},
        event_log::{Causes, EventPlace, EventSearch, EventsFound, touches},
        finding::Finding,
        group::{Group, GroupPage, MappedGroup},
        id::{EventId, UserId},
        moment::parse_moment,
        push::{Drift, FailedPush, FailedPushPage},
        role::{Role, RoleSource},
        role_attribute::RoleAttribute,
        secret::Secret,
        session::SignInCode,
        test_traffic::TestTraffic,
        time::Timestamp,
        token::{CreatedToken, Token},
        user::{RoleSources, User, UserCounts, UserPage, UserQuery},
        user_change::{BlastRadius, Earlier, Outcome, PersonChanged, PutBack, Selection, UserChange},
        workspace::Workspace,
    },
};

/// The dashboard with a service behind it that answers every call at once.
pub struct Bench {
    pub state: State,
    /// The people the service has.
    pub people: Vec<User>,
    /// The groups the service has.
    pub groups: Vec<Group>,
    /// What was asked of the service.
    pub calls: Vec<Call>,
    /// What else was to be done.
    pub effects: Vec<Effect>,
    /// Changes are refused with this sentence.
    pub refusal: Option<&'static str>,
    /// Lists of users cannot be read.
    pub reading_fails: bool,
    /// How far the set-up is.
    pub checklist: Checklist,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What came of the role attribute.
    pub role_attribute: RoleAttribute,
    /// The role of whoever is signed in.
    pub role: Role,
    /// Events the service keeps, oldest first.
    pub archive: Vec<Event>,
    /// How many of them it looks at in a call.
    pub budget: usize,
    /// The tokens the service has.
    pub tokens: Vec<Token>,
    /// Failures by their cause.
    pub causes: Causes,
    /// People who differ from what Okta last pushed, or whom it does not know.
    pub parted: Vec<User>,
    /// People whose last push failed.
    pub failed_pushes: Vec<FailedPush>,
    /// What there is about one person, one group, one event.
    pub about: About,
    /// What test traffic left behind.
    pub test: TestTraffic,
    /// Calls that are not answered.
    pub withheld: fn(&Call) -> bool,
    /// Calls that are answered with a failure.
    pub failing: fn(&Call) -> bool,
    /// Keys of the admin's own in place of the usual ones, by the command's full name.
    pub rebound: HashMap<String, char>,
    pub clock: Timestamp,
}

impl Bench {
    /// Started, not connected.
    pub fn unconnected(width: u16, height: u16) -> Self {
        let options =
            Options { connection_name: "room.harbor.example".to_owned(), operator: false, player: Some(player()) };
        let mut state = State::new(options, Theme::DARK, Size { width, height }, now());
        state.appearance.preferences.path = "/home/ada/.config/scimroom/dashboard.toml".into();
        Self {
            state,
            people: people(),
            groups: super::fixtures::groups(),
            calls: Vec::new(),
            effects: Vec::new(),
            refusal: None,
            reading_fails: false,
            checklist: checklist(),
            findings: findings(),
            role_attribute: super::fixtures::role_attribute(),
            role: Role::Owner,
            archive: events().into_iter().rev().collect(),
            budget: 1_000,
            tokens: super::fixtures::tokens(),
            causes: super::fixtures::causes(),
            parted: super::fixtures::parted(),
            failed_pushes: super::fixtures::failed_pushes(),
            about: About::Usual,
            test: TestTraffic::default(),
            withheld: |_| false,
            failing: |_| false,
            rebound: HashMap::new(),
            clock: now(),
        }
    }

    /// Connected, with everything read.
    pub fn new(width: u16, height: u16) -> Self {
        let mut bench = Self::unconnected(width, height);
        bench.connect();
        bench
    }

    pub fn connect(&mut self) {
        if !self.state.log.loaded {
            self.send(Message::Recent(events()));
        }
        self.send(Message::Live(Live::Connected));
    }

    pub fn send(&mut self, message: Message) {
        let mut waiting = update(&mut self.state, self.clock, message);
        while !waiting.is_empty() {
            let effect = waiting.remove(0);
            let Effect::Call(call) = effect else {
                self.effects.push(effect);
                continue;
            };
            self.calls.push(call.clone());
            if (self.withheld)(&call) {
                continue;
            }
            let answer = if (self.failing)(&call) { failed(call) } else { self.answer(call) };
            waiting.extend(update(&mut self.state, self.clock, Message::Answer(Box::new(answer))));
        }
    }

    /// The same with a service that does not answer yet: gives what was to be done.
    pub fn send_only(&mut self, message: Message) -> Vec<Effect> {
        update(&mut self.state, self.clock, message)
    }

    pub fn wait(&mut self, millis: i64) {
        self.clock = self.clock.plus_millis(millis);
    }

    pub fn event(&mut self, event: Event) {
        self.send(Message::Live(Live::Event(Box::new(event))));
    }

    pub fn press(&mut self, code: KeyCode) {
        let key = self.rebound_key(KeyEvent::new(code, KeyModifiers::NONE));
        self.send(Message::Key(key));
    }

    pub fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    pub fn enter(&mut self) {
        self.press(KeyCode::Enter);
    }

    pub fn escape(&mut self) {
        self.press(KeyCode::Esc);
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        text_of(&self.buffer())
    }

    pub fn buffer(&self) -> Buffer {
        let mut buffer = Buffer::empty(self.state.area());
        view::draw(&self.state, &mut buffer);
        buffer
    }

    fn page(&self, query: &UserQuery) -> UserPage {
        let matches = |user: &&User| {
            user.user_name.contains(&query.search)
                && query.active.is_none_or(|active| active == user.active)
                && query.role.is_none_or(|role| role == user.role)
        };
        let found: Vec<User> = self.people.iter().filter(matches).cloned().collect();
        let active =
            |role| u64::try_from(self.people.iter().filter(|user| user.active && user.role == role).count()).unwrap();
        let total = |people: &[User]| u64::try_from(people.len()).unwrap();
        let drifting = |of: fn(Drift) -> bool| self.people.iter().filter(|user| of(user.drift())).count() as u64;
        let offset = query.after.as_ref().map_or(query.offset, |after| after.parse().unwrap_or(0));
        let window = found.iter().skip(usize::try_from(offset).unwrap()).take(usize::try_from(query.limit).unwrap());
        let end = offset.saturating_add(query.limit.into());
        UserPage {
            total: total(&found),
            offset: query.offset,
            users: window.cloned().collect(),
            next: query.after.is_some().then(|| end.to_string()).filter(|_| end < total(&found)),
            counts: UserCounts {
                total: total(&self.people),
                active: active(Role::Owner) + active(Role::Editor) + active(Role::Viewer),
                owners: active(Role::Owner),
                editors: active(Role::Editor),
                viewers: active(Role::Viewer),
                sources: sources(&self.people),
                drifted: drifting(|drift| drift.role),
                drifting: drifting(Drift::any),
                drifted_active: drifting(|drift| drift.active),
                drifted_names: drifting(|drift| drift.name),
                orphans: self.people.iter().filter(|user| user.is_orphan()).count() as u64,
                failed_pushes: 0,
                test: self.people.iter().filter(|user| user.test).count() as u64,
            },
        }
    }

    /// People of whom something is to be looked at, who stand in no other list here.
    fn to_look_at(&self, query: &UserQuery) -> UserPage {
        let of = |user: &&User| if query.search == "okta:never" { user.is_orphan() } else { user.drift().any() };
        let found: Vec<User> = self.parted.iter().filter(of).cloned().collect();
        let drifting = |of: fn(Drift) -> bool| self.parted.iter().filter(|user| of(user.drift())).count() as u64;
        let window = found.iter().skip(usize::try_from(query.offset).unwrap()).take(query.limit as usize);
        let counts = UserCounts {
            drifting: drifting(Drift::any),
            drifted_active: drifting(|drift| drift.active),
            orphans: self.parted.iter().filter(|user| user.is_orphan()).count() as u64,
            failed_pushes: self.failed_pushes.len() as u64,
            ..self.page(&UserQuery::default()).counts
        };
        UserPage {
            total: found.len() as u64,
            offset: query.offset,
            users: window.cloned().collect(),
            counts,
            next: None,
        }
    }

    fn about_people(&mut self, call: people::Call, refusal: Option<Failure>) -> people::Answer {
        match call {
            people::Call::Measure { number, planned } => {
                let of: Vec<User> = match planned.of {
                    Selection::Ids(ids) => self.people.iter().filter(|user| ids.contains(&user.id)).cloned().collect(),
                    Selection::Query(query) => self.page(&UserQuery { limit: u32::MAX, ..query }).users,
                };
                let changed: Vec<&User> = of.iter().filter(|user| changed(user, planned.change) != **user).collect();
                let counts = self.page(&UserQuery::default()).counts;
                let radius = BlastRadius {
                    people: of.len() as u64,
                    ids: changed.iter().map(|user| user.id).collect(),
                    names: changed.iter().map(|user| user.user_name.clone()).collect(),
                    unchanged: (of.len() - changed.len()) as u64,
                    roles: vec![(Role::Viewer, changed.len() as u64)],
                    sources: vec![(RoleSource::Okta, changed.len() as u64)],
                    active: changed.iter().filter(|user| user.active).count() as u64,
                    sessions: 2,
                    before: counts,
                    after: counts,
                    ..BlastRadius::default()
                };
                people::Answer::Measured(number, refusal.map_or_else(|| Ok(Box::new(radius)), Err))
            }
            people::Call::Work { number, chunk } => {
                let done = match chunk {
                    Chunk::Change(wanted) => wanted.ids.iter().map(|id| self.change(*id, wanted.change)).collect(),
                    Chunk::Restore(wanted) => wanted.people.iter().map(|back| self.put_back(*back)).collect(),
                };
                people::Answer::Worked(number, refusal.map_or(Ok(done), Err))
            }
            people::Call::One { wanted, done } => {
                let answer = match refusal {
                    Some(failure) => Err(failure),
                    None => Ok(wanted.ids.iter().map(|id| self.change(*id, wanted.change)).collect()),
                };
                people::Answer::One(done, answer)
            }
            people::Call::Write(part) => {
                let page = self.page(&part.query);
                let written = Written { people: page.users.len() as u64, total: page.total, next: page.next };
                people::Answer::Written(part.number, refusal.map_or(Ok(written), |failure| Err(failure.sentence)))
            }
            people::Call::Remove(_) => people::Answer::Removed(Ok(())),
        }
    }

    pub fn change(&mut self, id: UserId, change: UserChange) -> PersonChanged {
        let user = self.people.iter_mut().chain(&mut self.parted).find(|user| user.id == id).unwrap();
        let before = user.clone();
        *user = changed(user, change);
        user.version += u64::from(*user != before);
        let to = match change {
            UserChange::Role { .. } => Earlier::Role { role: before.role, source: before.role_source },
            _ => Earlier::Activity { active: before.active },
        };
        let undo = PutBack { id, version: user.version, to };
        let outcome = if *user == before { Outcome::Unchanged } else { Outcome::Done { undo } };
        PersonChanged { id, name: before.user_name, outcome }
    }

    fn put_back(&mut self, back: PutBack) -> PersonChanged {
        let user = self.people.iter_mut().find(|user| user.id == back.id).unwrap();
        let name = user.user_name.clone();
        if user.version != back.version {
            let reason = format!("{name} was changed meanwhile, and is left as it is");
            return PersonChanged { id: back.id, name, outcome: Outcome::Refused { reason } };
        }
        match back.to {
            Earlier::Role { role, source } => (user.role, user.role_source) = (role, source),
            Earlier::Activity { active } => user.active = active,
        }
        user.version += 1;
        let undo = PutBack { version: user.version, ..back };
        PersonChanged { id: back.id, name, outcome: Outcome::Done { undo } }
    }

    fn told(&self, ask: Ask) -> Told {
        match ask {
            Ask::Search { run, toward, search } => Told::Found(run, toward, self.search(&search)),
            Ask::Place(time) => {
                let place = parse_moment(&time, self.clock)
                    .map(|at| {
                        let newer = self.archive.iter().find(|event| event.at >= at);
                        EventPlace { id: newer.map_or(EventId(9_999), |event| event.id) }
                    })
                    .map_err(|error| Failure { sentence: error.to_string(), status: Some(400) });
                Told::Place(time, place)
            }
            Ask::Causes(_) => Told::Causes(Ok(self.causes.clone())),
            Ask::Timeline(id, before) => Told::Timeline(id, before, Ok(self.about.timeline(before))),
            Ask::Setter { user, path, .. } => {
                let mut found = timeline(None);
                found.entries.retain(|entry| entry.changes.iter().any(|change| touches(&change.path, &path)));
                Told::Setter(user, path, Ok(found))
            }
            Ask::Neighbour { of, newer, .. } => {
                let mut found = timeline(None);
                found.entries.retain(|entry| if newer { entry.event.id > of } else { entry.event.id < of });
                if newer {
                    found.entries.reverse();
                }
                Told::Neighbour(of, newer, Ok(found))
            }
            Ask::Write(part) => Told::Written(part.number, Ok(part.ids.len())),
            Ask::Unwrite(_) => Told::Unwritten(Ok(())),
            Ask::Counts => Told::Counts(Ok(self.page(&UserQuery::default()).counts)),
        }
    }

    /// What the service finds in its archive, looking at no more than its budget at a time.
    fn search(&self, search: &EventSearch) -> Result<EventsFound, Failure> {
        let filter = EventFilter::parse(&search.filter, self.clock).unwrap();
        if filter.needs_bodies() && self.role < Role::Editor {
            return Err(Failure { sentence: "This needs the editor role.".to_owned(), status: Some(403) });
        }
        let within = |event: &&Event| {
            search.before.is_none_or(|before| event.id < before) && search.after.is_none_or(|after| event.id > after)
        };
        let mut all: Vec<&Event> = self.archive.iter().filter(within).collect();
        if search.after.is_none() {
            all.reverse();
        }
        let mut found = EventsFound::default();
        found.scanned.exhausted = all.len() <= self.budget;
        let bodies = event_detail(EventId(4));
        let bodies = Bodies { request: bodies.request_body.as_deref(), response: None };
        for event in all.into_iter().take(self.budget) {
            (found.scanned.scanned_to, found.scanned.scanned_at) = (Some(event.id), Some(event.at));
            if filter.matches_whole(event, bodies) {
                found.events.push(event.clone());
                if found.events.len() == search.limit as usize {
                    found.scanned.exhausted = false;
                    break;
                }
            }
        }
        Ok(found)
    }

    fn answer(&mut self, call: Call) -> Answer {
        let refusal = self.refusal.map(|sentence| Failure { sentence: sentence.to_owned(), status: Some(409) });
        match call {
            Call::WhoAmI => Answer::WhoAmI(Ok(who(self.role))),
            Call::Dismiss { code, dismissed } => {
                let found = self.findings.iter_mut().find(|finding| finding.code == code);
                let at = found.map(|finding| finding.dismissed = dismissed.then_some(self.clock));
                let result = at.map(|()| self.findings.clone());
                let gone = Failure { sentence: "there is no such finding".to_owned(), status: Some(404) };
                Answer::Dismissed { code, dismissed, result: result.ok_or(gone) }
            }
            Call::Setup => Answer::Setup(Ok((self.checklist.clone(), self.findings.clone()))),
            Call::FailedPushes(query) => {
                let pushes = self.failed_pushes.clone();
                let page = FailedPushPage { total: pushes.len() as u64, pushes, next: None };
                Answer::FailedPushes(query, Ok(page))
            }
            Call::Users { list: ListId::ToLookAt, generation, page, query } => {
                let result = Ok(self.to_look_at(&query));
                Answer::Users { list: ListId::ToLookAt, generation, page, result }
            }
            Call::Users { list, generation, page, query } => {
                let failure = Failure { sentence: "the disk is full".to_owned(), status: Some(500) };
                let result = if self.reading_fails { Err(failure) } else { Ok(self.page(&query)) };
                Answer::Users { list, generation, page, result }
            }
            Call::User(id) => {
                let user = self.people.iter().chain(&self.parted).find(|user| user.id == id).unwrap().clone();
                Answer::User(id, Ok(Box::new(self.about.user(user))))
            }
            Call::Event(id) => {
                let mut known = self.archive.iter().cloned().chain(events());
                let event = known.find(|event| event.id == id).unwrap();
                Answer::Event(id, Ok(Box::new(self.about.event(event))))
            }
            Call::RoleAttribute => {
                let mut attribute = self.role_attribute.clone();
                attribute.carried = attribute.carried.filter(|_| self.role >= Role::Editor);
                Answer::RoleAttribute(Ok(Box::new(attribute)))
            }
            Call::Log(ask) => Answer::Log(self.told(ask)),
            Call::Tokens => Answer::Tokens(Ok(self.tokens.clone())),
            Call::CreateToken(new) => {
                let info = Token { name: new.name, tail: "pw6".to_owned(), ..tokens().remove(0) };
                let created = CreatedToken { info, token: Secret::new(SECRET) };
                Answer::TokenCreated(refusal.map_or(Ok(created), Err))
            }
            Call::Token(id) => {
                let token = self.tokens.iter().find(|token| token.id == id).unwrap().clone();
                Answer::Token(id, Ok(Box::new(token_detail_of(token))))
            }
            Call::RotateToken(id, _) => {
                let old = tokens().into_iter().find(|token| token.id == id).unwrap();
                let info = Token { id: token_id(9), tail: "pw6".to_owned(), rotated_from: Some(id), ..old };
                let created = CreatedToken { info, token: Secret::new(SECRET) };
                Answer::TokenRotated(refusal.map_or(Ok(created), Err))
            }
            Call::DryRun(id) => Answer::DryRun(Ok(Box::new(going_live(id, false)))),
            Call::GoLive(id) => Answer::WentLive(refusal.map_or_else(|| Ok(Box::new(going_live(id, true))), Err)),
            Call::Groups(call) => Answer::Groups(self.answer_about_groups(call)),
            Call::Workspace => Answer::Workspace(Ok(Box::new(Workspace::default()))),
            Call::UpdateWorkspace(patch, done) => {
                let mut workspace = Workspace::default();
                workspace.default_role = patch.default_role.unwrap_or(workspace.default_role);
                workspace.retention_days = patch.retention_days.unwrap_or(workspace.retention_days);
                Answer::WorkspaceUpdated(done, refusal.map_or_else(|| Ok(Box::new(workspace)), Err))
            }
            Call::RevokeToken { name, .. } => {
                Answer::TokenRevoked(name, refusal.map_or_else(|| Ok(tokens().remove(0)), Err))
            }
            Call::People(call) => Answer::People(self.about_people(call, refusal)),
            Call::Test(test::Call::Read) => Answer::Test(test::Answer::Read(Ok(self.test.clone()))),
            Call::Test(test::Call::Remove) => Answer::Test(test::Answer::Removed(match refusal {
                Some(refusal) => Err(refusal),
                None => Ok(std::mem::take(&mut self.test).counts),
            })),
            Call::SignInCode(id) => {
                let code = SignInCode {
                    user_name: "ada.king@harbor.example".to_owned(),
                    code: Secret::new("8F3K-QW2M"),
                    expires: self.clock.plus_millis(600_000),
                };
                Answer::SignInCode(id, refusal.map_or(Ok(code), Err))
            }
        }
    }
}

impl Bench {
    fn answer_about_groups(&self, call: groups::Call) -> groups::Answer {
        match call {
            groups::Call::Page { generation, query } => {
                let matches = |group: &Group| {
                    group.display_name.to_lowercase().contains(&query.search.to_lowercase())
                        && query.mapped.is_none_or(|mapped| mapped == group.role.is_some())
                };
                let found: Vec<Group> = self.groups.iter().filter(|group| matches(group)).cloned().collect();
                let (offset, limit) = (usize::try_from(query.offset).unwrap(), usize::try_from(query.limit).unwrap());
                let page = GroupPage {
                    total: u64::try_from(found.len()).unwrap(),
                    offset: query.offset,
                    groups: found.into_iter().skip(offset).take(limit).collect(),
                };
                groups::Answer::Page(generation, Ok(page))
            }
            groups::Call::Detail(id) => {
                let group = self.groups.iter().find(|group| group.id == id).unwrap();
                groups::Answer::Detail(id, Ok(Box::new(self.about.group(group))))
            }
            groups::Call::Members(id, query) => {
                let group = self.groups.iter().find(|group| group.id == id).unwrap();
                groups::Answer::Members(id, query, Ok(members(group, &query)))
            }
            groups::Call::Preview(id, role) => {
                let group = self.groups.iter().find(|group| group.id == id).unwrap();
                groups::Answer::Preview(id, role, Ok(Box::new(preview(group, role))))
            }
            groups::Call::Map(mapping) => {
                let refusal = self.refusal.map(|sentence| Failure { sentence: sentence.to_owned(), status: Some(409) });
                let group = self.groups.iter().find(|group| group.id == mapping.group).unwrap().clone();
                let mapped = MappedGroup { group: Group { role: mapping.to, ..group }, changed_users: 3 };
                groups::Answer::Mapped(mapping, refusal.map_or_else(|| Ok(Box::new(mapped)), Err))
            }
        }
    }
}

fn sources(people: &[User]) -> RoleSources {
    let mut sources = RoleSources::default();
    for user in people.iter().filter(|user| user.active) {
        *sources.of_mut(user.role).of_mut(user.role_source) += 1;
    }
    sources
}

/// Somebody after a change, but for the version.
fn changed(user: &User, change: UserChange) -> User {
    let mut user = user.clone();
    match change {
        UserChange::Role { role } if role != user.role => (user.role, user.role_source) = (role, RoleSource::Local),
        UserChange::Role { .. } => {}
        UserChange::Deactivate => user.active = false,
        UserChange::Reactivate => user.active = true,
    }
    user
}

/// A buffer's text, line by line, without the blanks at the ends.
pub fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y: u16| {
        let mut line = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol).max(1)).unwrap();
        }
        line.trim_end().to_owned()
    };
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

/// Who is selected.
pub fn selected_user(bench: &Bench) -> &str {
    bench.state.subject().map_or("nobody", |user| user.user_name.as_str())
}
