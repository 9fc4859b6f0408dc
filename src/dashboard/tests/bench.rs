//! The dashboard on a service that answers at once from the fixtures, driven by keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{buffer::Buffer, layout::Size};

use super::fixtures::*;
use crate::{
    client::live::Live,
    dashboard::{
        Options,
        message::{Answer, Call, Effect, Failure, Message},
        panes::log::{Ask, Told},
        state::State,
        theme::Theme,
        update::update,
        view,
    },
    model::{
        checklist::Checklist,
        event::Event,
        event_filter::{Bodies, EventFilter},
        event_log::{EventPlace, EventSearch, EventsFound, touches},
        finding::Finding,
        id::EventId,
        moment::parse_moment,
        role::Role,
        secret::Secret,
        session::SignInCode,
        time::Timestamp,
        token::{CreatedToken, Token},
        user::{User, UserCounts, UserPage, UserQuery},
    },
};

/// The dashboard with a service behind it that answers every call at once.
pub struct Bench {
    pub state: State,
    /// The people the service has.
    pub people: Vec<User>,
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
    /// The role of whoever is signed in.
    pub role: Role,
    /// Events the service keeps, oldest first.
    pub archive: Vec<Event>,
    /// How many of them it looks at in a call.
    pub budget: usize,
    pub clock: Timestamp,
}

impl Bench {
    /// Started, not connected.
    pub fn unconnected(width: u16, height: u16) -> Self {
        let options = Options { connection_name: "room.harbor.example".to_owned(), operator: false };
        Self {
            state: State::new(options, Theme::DARK, Size { width, height }, now()),
            people: people(),
            calls: Vec::new(),
            effects: Vec::new(),
            refusal: None,
            reading_fails: false,
            checklist: checklist(),
            findings: findings(),
            role: Role::Owner,
            archive: events().into_iter().rev().collect(),
            budget: 1_000,
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
            let answer = self.answer(call);
            waiting.extend(update(&mut self.state, self.clock, Message::Answer(Box::new(answer))));
        }
    }

    pub fn wait(&mut self, millis: i64) {
        self.clock = self.clock.plus_millis(millis);
    }

    pub fn event(&mut self, event: Event) {
        self.send(Message::Live(Live::Event(Box::new(event))));
    }

    pub fn press(&mut self, code: KeyCode) {
        self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
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
        let window =
            found.iter().skip(usize::try_from(query.offset).unwrap()).take(usize::try_from(query.limit).unwrap());
        UserPage {
            total: total(&found),
            offset: query.offset,
            users: window.cloned().collect(),
            counts: UserCounts {
                total: total(&self.people),
                active: active(Role::Owner) + active(Role::Editor) + active(Role::Viewer),
                owners: active(Role::Owner),
                editors: active(Role::Editor),
                viewers: active(Role::Viewer),
            },
        }
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
            Ask::Causes(_) => Told::Causes(Ok(causes())),
            Ask::Timeline(id, before) => Told::Timeline(id, before, Ok(timeline(before))),
            Ask::Setter { user, path, .. } => {
                let mut found = timeline(None);
                found.entries.retain(|entry| entry.changes.iter().any(|change| touches(&change.path, &path)));
                Told::Setter(user, path, Ok(found))
            }
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

    fn answer(&self, call: Call) -> Answer {
        let refusal = self.refusal.map(|sentence| Failure { sentence: sentence.to_owned(), status: Some(409) });
        match call {
            Call::WhoAmI => Answer::WhoAmI(Ok(who(self.role))),
            Call::Setup => Answer::Setup(Ok((self.checklist.clone(), self.findings.clone()))),
            Call::Users { list, generation, page, query } => {
                let failure = Failure { sentence: "the disk is full".to_owned(), status: Some(500) };
                let result = if self.reading_fails { Err(failure) } else { Ok(self.page(&query)) };
                Answer::Users { list, generation, page, result }
            }
            Call::User(id) => Answer::User(id, Ok(Box::new(user_detail(id)))),
            Call::Event(id) => Answer::Event(id, Ok(Box::new(event_detail(id)))),
            Call::Log(ask) => Answer::Log(self.told(ask)),
            Call::Tokens => Answer::Tokens(Ok(tokens())),
            Call::CreateToken(new) => {
                let info = Token { name: new.name, tail: "pw6".to_owned(), ..tokens().remove(0) };
                let created = CreatedToken { info, token: Secret::new(SECRET) };
                Answer::TokenCreated(refusal.map_or(Ok(created), Err))
            }
            Call::RevokeToken { name, .. } => {
                Answer::TokenRevoked(name, refusal.map_or_else(|| Ok(tokens().remove(0)), Err))
            }
            Call::UpdateUser { id, done, .. } => {
                let user = self.people.iter().find(|user| user.id == id).cloned().unwrap();
                Answer::UserUpdated(done, refusal.map_or_else(|| Ok(Box::new(user)), Err))
            }
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
