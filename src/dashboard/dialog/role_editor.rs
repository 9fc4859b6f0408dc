//! Another role for one person: picked, previewed in a sentence, confirmed.

use ratatui::text::{Line, Span};

use crate::{
    dashboard::{message::Call, paint, people, theme::Theme},
    model::{
        id::UserId,
        role::{Role, RoleSource},
        user::User,
        user_change::{ChangeUsers, UserChange},
    },
};

/// The dialog's state: the person as they were when it opened.
#[derive(Debug)]
pub struct RoleEditor {
    /// Whom.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The role in force.
    pub from: Role,
    /// Where it came from.
    pub source: RoleSource,
    /// What Okta last pushed.
    pub okta: Option<Role>,
    /// The role picked.
    pub to: Role,
    /// Whether the pick was made and awaits its confirmation.
    pub confirming: bool,
    /// Whether the button that does it has the focus.
    pub focused: bool,
}

impl RoleEditor {
    /// For a person.
    pub fn new(user: &User) -> Self {
        Self {
            user: user.id,
            name: user.user_name.clone(),
            from: user.role,
            source: user.role_source,
            okta: user.okta_role,
            to: user.role,
            confirming: false,
            focused: false,
        }
    }

    /// Picks the role below or above.
    pub fn pick(&mut self, down: bool) {
        let place = Role::ALL.iter().position(|role| *role == self.to).unwrap_or(0);
        let next = if down { place + 1 } else { place.saturating_sub(1) };
        self.to = Role::ALL.get(next).copied().unwrap_or(self.to);
    }

    /// What the pick would change, in sentences.
    fn preview(&self) -> Vec<String> {
        let Self { name, from, to, okta, source, .. } = self;
        if from == to {
            let holds = match (source, okta) {
                (RoleSource::Local, Some(okta)) if okta != from => {
                    format!("Nothing changes: {name} stays {from}, as set here. Okta last pushed {okta}.")
                }
                _ => format!("Nothing changes: {name} stays {from} (source: {source})."),
            };
            return vec![holds];
        }
        let until = match okta {
            Some(okta) if okta == to => "That is what Okta pushed last: nothing differs from Okta any more.".to_owned(),
            Some(okta) => format!("It holds until Okta pushes another role than {okta}, which it pushed last."),
            None => "It holds until Okta pushes a role for this person.".to_owned(),
        };
        let becomes = match source {
            // Set back to what Okta pushed, a role is Okta's again.
            _ if *okta == Some(*to) => "The source becomes okta again.".to_owned(),
            RoleSource::Local => "The source stays local.".to_owned(),
            source => format!("The source becomes local, in place of {source}."),
        };
        vec![
            format!("{name}: {from} → {to}. {becomes}"),
            until,
            "Okta is not told: its console goes on showing what it showed.".to_owned(),
        ]
    }

    /// The dialog's lines.
    pub fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if !self.confirming {
            for role in Role::ALL {
                let picked = role == self.to;
                let mark = if picked { "◉" } else { "○" };
                let now = if role == self.from { "  now" } else { "" };
                let pushed = if self.okta == Some(role) { "  pushed by Okta" } else { "" };
                let style = if picked { theme.selected } else { theme.text };
                lines.push(Line::from(vec![
                    Span::styled(format!(" {mark} {role:<7}"), style),
                    paint::span(format!("{now}{pushed}"), theme.dim),
                ]));
            }
            lines.push(Line::default());
        }
        lines.extend(self.preview().iter().flat_map(|words| paint::sentence(words, columns, theme.text)));
        lines
    }

    /// What to ask of the service; nothing when the pick changes nothing.
    pub fn call(&self) -> Option<Call> {
        let changed = self.from != self.to;
        let change = UserChange::Role { role: self.to };
        changed.then(|| {
            Call::People(people::Call::One {
                wanted: ChangeUsers { ids: vec![self.user], change },
                done: format!("{} is {} now.", self.name, self.to),
            })
        })
    }
}
