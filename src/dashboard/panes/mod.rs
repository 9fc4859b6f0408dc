//! The panes. Each owns its state, takes its own steps and draws itself; none knows another.

pub mod log;
pub mod roles;
pub mod settings;
pub mod setup;
pub mod tokens;
pub mod users;

/// A pane, in the order of the top bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pane {
    /// The checklist that connects Okta.
    #[default]
    Setup,
    /// The people.
    Users,
    /// Who may do what.
    Roles,
    /// Settings: API tokens, the workspace.
    Settings,
    /// The traffic.
    Log,
}

impl Pane {
    /// Every pane, in the order of their digits.
    pub const ALL: [Self; 5] = [Self::Setup, Self::Users, Self::Roles, Self::Settings, Self::Log];

    /// Its name in the top bar.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Setup => "Setup",
            Self::Users => "Users",
            Self::Roles => "Roles",
            Self::Settings => "Settings",
            Self::Log => "Log",
        }
    }

    /// Its place among the panes, from 0.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0)
    }

    /// The pane so many places to the right, round the end.
    pub fn neighbour(self, right: bool) -> Self {
        let step = if right { 1 } else { Self::ALL.len() - 1 };
        Self::ALL.get((self.place() + step) % Self::ALL.len()).copied().unwrap_or_default()
    }
}
