//! The dashboard on a service that answers at once from the fixtures, driven by keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{buffer::Buffer, layout::Size};

use super::fixtures::*;
use crate::{
    client::live::Live,
    dashboard::{
        Options,
        message::{Answer, Call, Effect, Failure, Message},
        state::State,
        theme::Theme,
        update::update,
        view,
    },
    model::{
        event::Event,
        role::Role,
        secret::Secret,
        session::SignInCode,
        time::Timestamp,
        token::{CreatedToken, Token},
        user::{User, UserCounts, UserPage},
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
    /// The role of whoever is signed in.
    pub role: Role,
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
            role: Role::Owner,
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

    fn page(&self, query: &crate::model::user::UserQuery) -> UserPage {
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

    fn answer(&self, call: Call) -> Answer {
        let refusal = self.refusal.map(|sentence| Failure { sentence: sentence.to_owned(), status: Some(409) });
        match call {
            Call::WhoAmI => Answer::WhoAmI(Ok(who(self.role))),
            Call::Setup => Answer::Setup(Ok((checklist(), findings()))),
            Call::Users { list, generation, page, query } => {
                let failure = Failure { sentence: "the disk is full".to_owned(), status: Some(500) };
                let result = if self.reading_fails { Err(failure) } else { Ok(self.page(&query)) };
                Answer::Users { list, generation, page, result }
            }
            Call::User(id) => Answer::User(id, Ok(Box::new(user_detail(id)))),
            Call::UserEvents(id) => {
                let about =
                    events().into_iter().filter(|event| event.user_name.as_deref() == Some("ada.king@harbor.example"));
                Answer::UserEvents(id, Ok(about.collect()))
            }
            Call::Event(id) => Answer::Event(id, Ok(Box::new(event_detail(id)))),
            Call::OlderEvents(_) => Answer::OlderEvents(Ok(Vec::new())),
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
