//! What goes round the loop: messages in, effects out.
//!
//! [`Message`]s are everything that can happen to the dashboard; [`Effect`]s are everything it can do to the world. The
//! step between them, [`update`](super::update::update), is pure, so that whatever the dashboard does can be tested
//! without a terminal and without a service.

use std::{path::PathBuf, time::Duration};

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::{
    client::{ClientError, live::Live},
    dashboard::{
        panes::{
            log::{Ask, Tick, Told},
            roles::calls as groups,
            setup::test,
        },
        people,
        preferences::Preferences,
        text,
    },
    model::{
        checklist::Checklist,
        dry_run::GoLive,
        event::{Event, EventDetail},
        finding::{Code, Finding},
        id::{EventId, TokenId, UserId},
        push::{FailedPushPage, FailedPushQuery},
        role_attribute::RoleAttribute,
        secret::Secret,
        session::{SignInCode, WhoAmI},
        token::{CreatedToken, NewToken, Token, TokenDetail, TokenRotation},
        user::{UserDetail, UserPage, UserQuery},
        workspace::{Workspace, WorkspacePatch},
    },
};

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key went down.
    Key(KeyEvent),
    /// Text was pasted. It may be a credential.
    Paste(Secret),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The event stream said something.
    Live(Live),
    /// The newest events, newest first, read before the stream was followed from there on.
    Recent(Vec<Event>),
    /// The service answered a call.
    Answer(Box<Answer>),
    /// What is played as test traffic, by its run's number, goes on or is over.
    Played(u64, test::Told),
    /// A time that was asked for is over.
    Timer(Timer),
    /// A text went to the clipboard; or why it did not.
    Clipped(Result<Clipped, String>),
    /// A credential was written to this file; or why it was not.
    Saved(Result<PathBuf, String>),
    /// `dashboard.toml` was read again.
    Preferences(Box<Preferences>),
    /// What is being waited for, in words.
    Awaited(String),
    /// The process was asked to end.
    Terminate,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// A click with the main button.
    Click(Position),
    /// The wheel, towards the end when `down`.
    Wheel {
        /// Whether towards the end.
        down: bool,
    },
}

impl Message {
    /// What a report of the mouse means; the other buttons and movements mean nothing.
    pub const fn of_mouse(event: MouseEvent) -> Option<Self> {
        Some(Self::Mouse(match event.kind {
            MouseEventKind::Down(MouseButton::Left) => Mouse::Click(Position { x: event.column, y: event.row }),
            MouseEventKind::ScrollUp => Mouse::Wheel { down: false },
            MouseEventKind::ScrollDown => Mouse::Wheel { down: true },
            _ => return None,
        }))
    }
}

/// A text on its way to the clipboard. No terminal says whether it took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipped {
    /// What the text is, such as `Base URL`.
    pub what: String,
    /// Where it went, such as `the terminal's clipboard`.
    pub to: &'static str,
}

/// A one-shot timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// A toast has been read.
    Toast(u64),
    /// The countdown to the next attempt shows another second; of the gap with this number.
    Countdown(u64),
    /// Nobody typed for a moment: search now, unless typing went on (another number).
    Search(ListId, u64),
    /// The same for the groups.
    SearchGroups(u64),
    /// Enough has been gathered: read again what changed.
    Refresh,
    /// What is waited for takes long enough to say so.
    Awaited,
    /// One of the log's.
    Log(Tick),
}

/// Which list of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListId {
    /// The one of the Users pane.
    Users,
    /// The one of the Roles pane.
    Roles,
    /// The one of Setup: whose access is not as Okta has it.
    ToLookAt,
}

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Leave the dashboard.
    Quit,
    /// Put the process into the background, as a shell's ctrl-z does.
    Suspend,
    /// Clear the screen and draw it anew.
    Repaint,
    /// Hear the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Read `dashboard.toml` again.
    ReadPreferences,
    /// Read the newest events, then follow the stream from there for ever.
    Follow,
    /// Ask the service.
    Call(Call),
    /// Play test traffic.
    Play(test::Chosen),
    /// Stop what is being played.
    StopPlaying,
    /// Send the timer back after so long.
    After(Duration, Timer),
    /// Put a text on the clipboard.
    Copy {
        /// What the text is, for the notice.
        what: String,
        /// The text; it may be a credential.
        text: Secret,
    },
    /// Write a credential to a new file that only its owner may read.
    Save {
        /// The name of the thing, from which the file gets its name.
        name: String,
        /// What goes into it.
        text: Secret,
    },
}

impl Effect {
    /// A call about many people.
    pub const fn people(call: people::Call) -> Self {
        Self::Call(Call::People(call))
    }
}

/// A call to the service; each has its [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Whom the service takes us for.
    WhoAmI,
    /// Checklist and findings.
    Setup,
    /// The role attribute, and what came of it.
    RoleAttribute,
    /// Puts a finding out of the way, or back.
    Dismiss {
        /// Which.
        code: Code,
        /// Whether it is dismissed from now on.
        dismissed: bool,
    },
    /// A page of a list of users.
    Users {
        /// For which list.
        list: ListId,
        /// The number of the list's question; answers to older ones are dropped.
        generation: u64,
        /// Which page, from 0.
        page: u64,
        /// The question.
        query: UserQuery,
    },
    /// People whose last push by Okta failed.
    FailedPushes(FailedPushQuery),
    /// One user, whole.
    User(UserId),
    /// One event, whole.
    Event(EventId),
    /// A question about the log.
    Log(Ask),
    /// Every token.
    Tokens,
    /// A new token.
    CreateToken(NewToken),
    /// One token with its use over time.
    Token(TokenId),
    /// A new token in place of another.
    RotateToken(TokenId, TokenRotation),
    /// What the end of a token's dry run would do.
    DryRun(TokenId),
    /// The end of a token's dry run.
    GoLive(TokenId),
    /// What the groups are about.
    Groups(groups::Call),
    /// The workspace's settings.
    Workspace,
    /// A change of settings, and the sentence to show when it is done.
    UpdateWorkspace(Box<WorkspacePatch>, String),
    /// The end of a token.
    RevokeToken {
        /// Which.
        id: TokenId,
        /// Its name, for the notice.
        name: String,
    },
    /// Something about many people, or a change of one.
    People(people::Call),
    /// A sign-in code for a user.
    SignInCode(UserId),
    /// Something about test traffic.
    Test(test::Call),
}

/// Why a call gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For people.
    pub sentence: String,
    /// The status of a refusal.
    pub status: Option<u16>,
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self { sentence: text::sentence(&error.to_string()), status: error.status() }
    }
}

/// What the service said to a [`Call`].
#[derive(Debug)]
pub enum Answer {
    /// To [`Call::WhoAmI`].
    WhoAmI(Result<WhoAmI, Failure>),
    /// To [`Call::Setup`].
    Setup(Result<(Checklist, Vec<Finding>), Failure>),
    /// To [`Call::RoleAttribute`].
    RoleAttribute(Result<Box<RoleAttribute>, Failure>),
    /// To [`Call::Dismiss`]: the findings after it.
    Dismissed {
        /// Which.
        code: Code,
        /// What was asked for.
        dismissed: bool,
        /// The findings.
        result: Result<Vec<Finding>, Failure>,
    },
    /// To [`Call::Users`].
    Users {
        /// For which list.
        list: ListId,
        /// To which question of it.
        generation: u64,
        /// Which page.
        page: u64,
        /// The page.
        result: Result<UserPage, Failure>,
    },
    /// To [`Call::FailedPushes`].
    FailedPushes(FailedPushQuery, Result<FailedPushPage, Failure>),
    /// To [`Call::User`].
    User(UserId, Result<Box<UserDetail>, Failure>),
    /// To [`Call::Event`].
    Event(EventId, Result<Box<EventDetail>, Failure>),
    /// To [`Call::Log`].
    Log(Told),
    /// To [`Call::Tokens`].
    Tokens(Result<Vec<Token>, Failure>),
    /// To [`Call::CreateToken`].
    TokenCreated(Result<CreatedToken, Failure>),
    /// To [`Call::Token`].
    Token(TokenId, Result<Box<TokenDetail>, Failure>),
    /// To [`Call::RotateToken`].
    TokenRotated(Result<CreatedToken, Failure>),
    /// To [`Call::DryRun`].
    DryRun(Result<Box<GoLive>, Failure>),
    /// To [`Call::GoLive`].
    WentLive(Result<Box<GoLive>, Failure>),
    /// To [`Call::Groups`].
    Groups(groups::Answer),
    /// To [`Call::Workspace`].
    Workspace(Result<Box<Workspace>, Failure>),
    /// To [`Call::UpdateWorkspace`], with the sentence to show.
    WorkspaceUpdated(String, Result<Box<Workspace>, Failure>),
    /// To [`Call::RevokeToken`], with the token's name.
    TokenRevoked(String, Result<Token, Failure>),
    /// To [`Call::People`].
    People(people::Answer),
    /// To [`Call::SignInCode`].
    SignInCode(UserId, Result<SignInCode, Failure>),
    /// To [`Call::Test`].
    Test(test::Answer),
}

/// Something read from the service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Load<T> {
    /// On its way.
    #[default]
    Loading,
    /// Here.
    Ready(T),
    /// Not to be had, and why.
    Failed(String),
}

impl<T> Load<T> {
    /// Takes an answer; a failure leaves what is already there, since old data beats none.
    pub fn take(&mut self, answer: Result<T, Failure>) {
        match answer {
            Ok(value) => *self = Self::Ready(value),
            Err(failure) if !matches!(self, Self::Ready(_)) => *self = Self::Failed(failure.sentence),
            Err(_) => {}
        }
    }

    /// What is here.
    pub const fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}
