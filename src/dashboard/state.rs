//! All the dashboard knows: what every pane shares, and the panes' own states.

use ratatui::layout::{Rect, Size};

use crate::{
    dashboard::{
        Options,
        appearance::Appearance,
        dialog::Dialog,
        inspector::{Inspector, Tab},
        keymap::KeyMap,
        message::Effect,
        panes::{
            Pane,
            log::Log,
            roles::{Roles, Section},
            settings::Settings,
            setup::{self, Setup},
            tokens::Tokens,
            users::Users,
        },
        people::Undo,
        preferences::Preferences,
        theme::Theme,
        toast::Toasts,
    },
    model::{id::EventId, role::Role, session::WhoAmI, time::Timestamp, user::User},
};

/// How the dashboard stands with the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Not heard from yet.
    Connecting,
    /// The event stream is up.
    Live,
    /// The event stream is down: what is shown may be stale.
    Lost {
        /// Since when: what is shown is at least that old.
        since: Timestamp,
        /// Why.
        reason: String,
        /// Whether the service refused us, so that somebody must sign in again.
        refused: bool,
        /// When the next attempt is made.
        retry_at: Timestamp,
    },
}

/// What is waited for before there is a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Awaited {
    /// In words; none at the very start.
    pub words: Option<String>,
    /// Whether it takes long enough to say so.
    pub long: bool,
}

/// What waits to be read again, gathered so that a busy hour costs a few calls a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stale {
    /// Lists of users and the person looked at.
    pub users: bool,
    /// Checklist and findings.
    pub setup: bool,
    /// The tokens.
    pub tokens: bool,
    /// The workspace's settings.
    pub workspace: bool,
    /// Whether a timer is running that will see to it.
    pub scheduled: bool,
    /// When it was last seen to.
    pub last: Timestamp,
}

/// An event that was left for another pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The pane behind it.
    pub pane: Pane,
    /// The event.
    pub event: EventId,
    /// What was shown of it.
    pub tab: Tab,
}

/// The state.
#[derive(Debug)]
pub struct State {
    /// What the dashboard was started with.
    pub options: Options,
    /// The styles.
    pub theme: Theme,
    /// What the styles and the mouse are chosen by.
    pub appearance: Appearance,
    /// The keys.
    pub keys: KeyMap,
    /// When the message being handled, or the one handled last, arrived.
    pub now: Timestamp,
    /// The terminal's size.
    pub size: Size,
    /// Whom the service takes us for.
    pub who: Option<WhoAmI>,
    /// How we stand with the service.
    pub link: Link,
    /// What is waited for until there is a connection.
    pub awaited: Awaited,
    /// Whether a key was pressed or the mouse used since the start.
    pub was_used: bool,
    /// Counts the gaps, so that timers of an old one end by themselves.
    pub gap: u64,
    /// The pane shown.
    pub pane: Pane,
    /// Setup.
    pub setup: Setup,
    /// Users.
    pub users: Users,
    /// Roles.
    pub roles: Roles,
    /// Settings: its pages, and the workspace's own.
    pub settings: Settings,
    /// Settings > API Tokens.
    pub tokens: Tokens,
    /// Log.
    pub log: Log,
    /// The event looked at, in front of the pane.
    pub inspector: Option<Inspector>,
    /// Events that were left for another pane, to come back to.
    pub trail: Vec<Stop>,
    /// The dialog in front of everything.
    pub dialog: Option<Dialog>,
    /// The first line shown of the dialog's text.
    pub dialog_scroll: u16,
    /// Short notices.
    pub toasts: Toasts,
    /// What waits to be read again.
    pub stale: Stale,
    /// The last change, as far as it can be taken back.
    pub undo: Option<Undo>,
    /// The number given out last to a dialog that waits for answers.
    numbers: u64,
}

impl State {
    /// The state at start.
    pub fn new(options: Options, theme: Theme, size: Size, now: Timestamp) -> Self {
        Self {
            options,
            theme,
            appearance: Appearance::default(),
            keys: KeyMap::default(),
            now,
            size,
            who: None,
            link: Link::Connecting,
            awaited: Awaited::default(),
            was_used: false,
            gap: 0,
            pane: Pane::default(),
            setup: Setup::default(),
            users: Users::default(),
            roles: Roles::default(),
            settings: Settings::default(),
            tokens: Tokens::default(),
            log: Log::default(),
            inspector: None,
            trail: Vec::new(),
            dialog: None,
            dialog_scroll: 0,
            toasts: Toasts::default(),
            stale: Stale::default(),
            undo: None,
            numbers: 0,
        }
    }

    /// Takes the admin's preferences, and says in front of everything what of them cannot be.
    pub fn prefer(&mut self, preferences: Preferences) {
        self.keys = preferences.keys.clone();
        if !preferences.problems.is_empty() {
            let title = "dashboard.toml".to_owned();
            self.dialog = Some(Dialog::Notice { title, text: preferences.problems.join("\n") });
        }
        self.appearance.preferences = preferences;
        self.restyle();
    }

    /// Puts the styles chosen in force.
    pub fn restyle(&mut self) {
        self.theme = self.appearance.styles();
    }

    /// A number for a dialog that waits for answers, so that it knows its own.
    pub const fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// What is waited for, where the admin should be told.
    pub fn awaited(&self) -> Option<&str> {
        let told = self.link == Link::Connecting && self.awaited.long;
        self.awaited.words.as_deref().filter(|_| told)
    }

    /// What to do first, once the first frame is drawn.
    pub fn start(&self) -> Vec<Effect> {
        vec![Effect::Follow]
    }

    /// The frame.
    pub const fn area(&self) -> Rect {
        Rect::new(0, 0, self.size.width, self.size.height)
    }

    /// Whether a change that needs this role can be made now; otherwise why not.
    ///
    /// # Errors
    /// The reason, in a sentence for the footer.
    pub fn may(&self, needed: Role) -> Result<(), String> {
        match (&self.link, &self.who) {
            (Link::Lost { refused: true, .. }, _) => Err("the service refuses this session: sign in again".to_owned()),
            (Link::Lost { .. }, _) => {
                Err("the connection is down, nothing can be changed until the service answers again".to_owned())
            }
            (_, None) | (Link::Connecting, _) => Err("not connected yet".to_owned()),
            (Link::Live, Some(who)) if who.role < needed => {
                Err(format!("needs the {needed} role; you are signed in as {}", who.role))
            }
            (Link::Live, Some(_)) => Ok(()),
        }
    }

    /// What the people are called whom sentences on screen are about, where it need not be an e-mail address; read only
    /// while names are masked.
    pub fn names_in_hand(&self) -> Vec<String> {
        if !self.appearance.private {
            return Vec::new();
        }
        let subject = self.subject().into_iter();
        let of_subject = subject.flat_map(|user| std::iter::once(&user.user_name).chain(&user.display_name));
        let pushed = self.setup.people.push().filter(|_| self.pane == Pane::Setup);
        let of_subject = of_subject.chain(pushed.and_then(|push| push.user_name.as_ref()));
        let own = self.who.as_ref().filter(|_| !self.options.operator).map(|who| &who.name);
        let inspected = self.inspector.as_ref().and_then(|inspector| inspector.detail.ready());
        let of_event = inspected.and_then(|detail| detail.event.user_name.as_ref());
        of_subject.chain(own).chain(of_event).cloned().collect()
    }

    /// Whether this is the last person who may administer the workspace, as far as is known here; the service has the
    /// last word.
    pub fn is_last_owner(&self, user: &User) -> bool {
        let counts = match self.pane {
            Pane::Roles => &self.roles.list.counts,
            Pane::Setup => &self.setup.people.list.counts,
            _ => &self.users.list.counts,
        };
        user.active && user.role == Role::Owner && !user.test && counts.owners == 1
    }

    /// The person commands are about, wherever the admin is.
    pub fn subject(&self) -> Option<&User> {
        match self.pane {
            Pane::Users => self.users.subject(),
            Pane::Roles if self.roles.section == Section::People => self.roles.list.selected(),
            Pane::Setup if self.setup.section == setup::Section::People => self.setup.people.selected(),
            Pane::Setup | Pane::Roles | Pane::Settings | Pane::Log => None,
        }
    }
}
