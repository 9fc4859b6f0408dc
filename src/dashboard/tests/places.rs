//! Every place of the dashboard and every dialog, each with the way there: what is asserted of all of them reads these
//! tables, and a test keeps them whole.

use crossterm::event::KeyCode;

use super::{
    abundance::{nothing, plenty, wide},
    bench::Bench,
};
use crate::{
    client::live::Live,
    dashboard::{
        dialog::Dialog,
        message::{Call, Message},
        panes::{log::Ask, roles::calls as groups},
        people,
    },
};

/// What a place is about, and so what it reads from the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Lists,
    Person,
    Group,
    Log,
    Causes,
    Event,
}

/// A place: its name, what it is about, and the keys that lead there from the start; a line's end is Enter.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub name: &'static str,
    pub of: Of,
    pub keys: &'static str,
}

const fn place(name: &'static str, of: Of, keys: &'static str) -> Place {
    Place { name, of, keys }
}

pub const PLACES: [Place; 23] = [
    place("setup", Of::Lists, "1"),
    place("role_attribute", Of::Lists, "1l"),
    place("test_traffic", Of::Lists, "1hj"),
    place("people_drift", Of::Lists, "1ll"),
    place("people_orphans", Of::Lists, "1llfj"),
    place("people_pushes", Of::Lists, "1llff"),
    place("users", Of::Lists, "2j"),
    place("person", Of::Person, "2jj\n"),
    place("person_timeline", Of::Person, "2jj\nl"),
    place("person_resource", Of::Person, "2jj\nlljj"),
    place("roles", Of::Lists, "3j"),
    place("groups", Of::Lists, "3lj"),
    place("group", Of::Group, "3l\n"),
    place("rights", Of::Lists, "3ll"),
    place("tokens", Of::Lists, "4j"),
    place("workspace", Of::Lists, "4ljj"),
    place("appearance", Of::Lists, "4ll"),
    place("log", Of::Log, "5"),
    place("causes", Of::Causes, "5cj"),
    place("event_summary", Of::Event, "5kkkkkk\n"),
    place("event_changes", Of::Event, "5kkkkkk\nl"),
    place("event_request", Of::Event, "5kkkkkk\nll"),
    place("event_response", Of::Event, "5kkkkkk\nlll"),
];

/// How things stand while a place is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Usual,
    Empty,
    Loading,
    Failed,
    Stale,
    Full,
    Wide,
}

impl Standing {
    pub const ALL: [Self; 7] =
        [Self::Usual, Self::Empty, Self::Loading, Self::Failed, Self::Stale, Self::Full, Self::Wide];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Empty => "empty",
            Self::Loading => "loading",
            Self::Failed => "failed",
            Self::Stale => "stale",
            Self::Full => "full",
            Self::Wide => "wide",
        }
    }
}

impl Of {
    /// What is read for it.
    const fn reads(self) -> fn(&Call) -> bool {
        match self {
            Self::Lists => |call| {
                let list = matches!(call, Call::Setup | Call::Users { .. } | Call::Tokens | Call::Workspace);
                let list = list || *call == Call::RoleAttribute;
                list || matches!(call, Call::FailedPushes(_) | Call::Groups(groups::Call::Page { .. }) | Call::Test(_))
            },
            Self::Person => |call| matches!(call, Call::User(_) | Call::Log(Ask::Timeline(..))),
            Self::Group => |call| matches!(call, Call::Groups(groups::Call::Detail(_) | groups::Call::Members(..))),
            Self::Log => |call| matches!(call, Call::Log(Ask::Search { .. })),
            Self::Causes => |call| matches!(call, Call::Log(Ask::Causes(_))),
            Self::Event => |call| matches!(call, Call::Event(_)),
        }
    }
}

impl Place {
    /// The dashboard at this place.
    pub fn bench(&self, standing: Standing, size: (u16, u16), own_keys: bool) -> Bench {
        let mut bench = Bench::unconnected(size.0, size.1);
        if own_keys {
            bench.rebind();
        }
        match standing {
            Standing::Usual | Standing::Stale => {}
            Standing::Empty => nothing(&mut bench, matches!(self.of, Of::Lists | Of::Log | Of::Causes)),
            Standing::Loading => bench.withheld = self.of.reads(),
            Standing::Failed => {
                // There is more of the log than is held.
                if self.of == Of::Log {
                    plenty(&mut bench);
                }
                bench.failing = self.of.reads();
            }
            Standing::Full => plenty(&mut bench),
            Standing::Wide => wide(&mut bench),
        }
        if standing != Standing::Loading || self.of != Of::Log {
            let newest = bench.archive.iter().rev().take(200).cloned().collect();
            bench.send(Message::Recent(newest));
            bench.connect();
        }
        bench.typed(self.keys);
        match standing {
            // The log reads from the service only what it does not hold.
            Standing::Failed if self.of == Of::Log => bench.typed("/nobody\nk"),
            Standing::Full => (0..2).for_each(|_| bench.press(KeyCode::PageDown)),
            Standing::Stale => {
                lose(&mut bench, false);
                bench.wait(37_000);
                bench.state.now = bench.clock;
            }
            _ => {}
        }
        bench
    }
}

/// The connection is lost.
pub fn lose(bench: &mut Bench, refused: bool) {
    let reason = "the service at http://127.0.0.1:7644 cannot be reached: connection refused".to_owned();
    let retry_in = std::time::Duration::from_secs(40);
    bench.send(Message::Live(Live::Disconnected { reason, refused, retry_in }));
}

/// A dialog, or a line typed into: its name, and the way there.
#[derive(Debug, Clone, Copy)]
pub struct Front {
    pub name: &'static str,
    pub keys: &'static str,
    /// What stands otherwise than usually.
    pub before: fn(&mut Bench),
}

const fn front(name: &'static str, keys: &'static str) -> Front {
    Front { name, keys, before: |_| {} }
}

pub const FRONTS: [Front; 43] = [
    front("palette", "2:"),
    front("help", "2?"),
    Front {
        name: "notice",
        keys: "",
        before: |bench| {
            bench.state.dialog = Some(Dialog::Notice {
                title: "dashboard.toml".to_owned(),
                text:
                    "line 4: users.search cannot have s, which is users.next-sort's by default; give that one another\n\
                   line 9: there is no theme \"dusk\": write auto, dark, light, mono, or one of [themes]"
                        .to_owned(),
            });
        },
    },
    front("deactivate", "2d"),
    front("reactivate", "2jjjja"),
    front("revoke", "4jx"),
    front("add_account", "4n"),
    front("new_token", "4n\nOkta preview"),
    front("new_token_days", "4n\nOkta preview\t"),
    front("new_token_scope", "4n\nOkta preview\t\t"),
    front("new_token_problem", "4n\n\n"),
    front("secret", "4n\nOkta preview\n"),
    front("secret_revealed", "4n\nOkta preview\nv"),
    front("secret_check", "4n\nOkta preview\n\n"),
    front("secret_unkept", "4n\nOkta preview\n\n\u{1b}"),
    front("secret_wrong", "4n\nOkta preview\n\nabcd"),
    front("role", "2jjrk"),
    front("role_confirm", "2jjrk\n"),
    front("map_group", "3ljjrk"),
    front("map_group_confirm", "3ljjrk\n"),
    Front {
        name: "map_group_failed",
        keys: "3ljjr",
        before: |bench| {
            bench.failing = |call| matches!(call, Call::Groups(groups::Call::Preview(..)));
        },
    },
    front("rotate", "4jr"),
    front("rotate_confirm", "4jr\n"),
    front("setting", "4ljjj\n"),
    front("setting_text", "4l\n"),
    front("many_role", "2   r"),
    front("many", "2   rk\n3"),
    front("many_nobody", "2   a"),
    Front {
        name: "many_measuring",
        keys: "2   d",
        before: |bench| {
            bench.withheld = |call| matches!(call, Call::People(people::Call::Measure { .. }));
        },
    },
    Front {
        name: "many_working",
        keys: "2   d3\n",
        before: |bench| {
            bench.withheld = |call| matches!(call, Call::People(people::Call::Work { .. }));
        },
    },
    front("take_back", "2   d3\nU"),
    front("columns", "2c"),
    front("columns_last", "2cjjjjjjj"),
    front("export", "2w"),
    Front {
        name: "export_writing",
        keys: "2w\n",
        before: |bench| {
            bench.withheld = |call| matches!(call, Call::People(people::Call::Write(_)));
        },
    },
    front("events_file", "5e"),
    Front {
        name: "events_writing",
        keys: "5e\n",
        before: |bench| {
            bench.withheld = |call| matches!(call, Call::Log(Ask::Write(_)));
        },
    },
    front("travel", "5t"),
    front("sign_in_code", "2jji"),
    Front {
        name: "sign_in_code_failed",
        keys: "2jji",
        before: |bench| {
            bench.failing = |call| matches!(call, Call::SignInCode(_));
        },
    },
    front("event_find", "5kkkkkk\nll/king"),
    front("searching", "2/ad"),
    front("filtering", "5/status:4xx"),
];

impl Front {
    /// The dashboard with this in front.
    pub fn bench(&self, size: (u16, u16), own_keys: bool) -> Bench {
        let mut bench = Bench::unconnected(size.0, size.1);
        if own_keys {
            bench.rebind();
        }
        bench.connect();
        (self.before)(&mut bench);
        bench.typed(self.keys);
        bench
    }
}

impl Bench {
    /// Types keys: a line's end is Enter, a tabulator Tab, U+001B Esc.
    pub fn typed(&mut self, keys: &str) {
        for c in keys.chars() {
            self.press(match c {
                '\n' => KeyCode::Enter,
                '\t' => KeyCode::Tab,
                '\u{1b}' => KeyCode::Esc,
                c => KeyCode::Char(c),
            });
        }
    }
}
