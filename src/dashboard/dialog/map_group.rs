//! Another role for the members of a group: picked, previewed by the service, confirmed.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        message::{self, Failure, Load},
        paint,
        panes::roles::calls::{Call, Mapping},
        text,
        theme::Theme,
    },
    model::{group::MappingPreview, id::GroupId, role::Role},
};

/// What a group can be mapped to.
const CHOICES: [Option<Role>; 4] = [Some(Role::Owner), Some(Role::Editor), Some(Role::Viewer), None];

/// The dialog's state: the group as it was when it opened.
#[derive(Debug)]
pub struct MapGroup {
    /// The group, its role and the one picked.
    pub mapping: Mapping,
    /// What the pick would do.
    pub preview: Load<Box<MappingPreview>>,
    /// Whether the pick was made and awaits its confirmation.
    pub confirming: bool,
    /// Whether the button that does it has the focus.
    pub focused: bool,
}

impl MapGroup {
    /// For a group that is mapped to this role, or to none.
    pub fn new(group: GroupId, name: String, role: Option<Role>) -> Self {
        Self::of(Mapping { group, name, from: role, to: role })
    }

    /// To take a mapping back: nothing is picked any more.
    pub fn taking_back(done: Mapping) -> Self {
        let Mapping { group, name, from, to } = done;
        Self { confirming: true, ..Self::of(Mapping { group, name, from: to, to: from }) }
    }

    const fn of(mapping: Mapping) -> Self {
        Self { mapping, preview: Load::Loading, confirming: false, focused: false }
    }

    /// Picks the choice below or above; gives what to ask for its preview.
    pub fn pick(&mut self, down: bool) -> Option<message::Call> {
        let place = CHOICES.iter().position(|role| *role == self.mapping.to).unwrap_or(0);
        let next = if down { place + 1 } else { place.saturating_sub(1) };
        let picked = *CHOICES.get(next)?;
        if picked == self.mapping.to {
            return None;
        }
        self.mapping.to = picked;
        self.preview = Load::Loading;
        Some(message::Call::Groups(Call::Preview(self.mapping.group, picked)))
    }

    /// Takes a preview, unless it is one of another pick.
    pub fn take(&mut self, group: GroupId, role: Option<Role>, answer: Result<Box<MappingPreview>, Failure>) {
        if (group, role) == (self.mapping.group, self.mapping.to) {
            // Somebody else may have mapped the group meanwhile.
            if let Ok(preview) = &answer {
                self.mapping.from = preview.group.role;
            }
            self.preview.take(answer);
        }
    }

    /// Enter on a pick: asks for confirmation where there is something to do that would be done. Says whether the dialog
    /// may go because nothing would change.
    pub fn submit(&mut self) -> bool {
        if self.mapping.from == self.mapping.to {
            return true;
        }
        self.confirming = self.may_go_on();
        false
    }

    /// Whether what would be done is known, and would not be refused.
    fn may_go_on(&self) -> bool {
        self.preview.ready().is_some_and(|preview| preview.refusal.is_none())
    }

    /// What to ask of the service once it is confirmed; nothing while it is not known what that would do.
    pub fn call(&self) -> Option<message::Call> {
        self.may_go_on().then(|| message::Call::Groups(Call::Map(self.mapping.clone())))
    }

    /// The word on the button.
    pub fn yes(&self) -> String {
        self.mapping.to.map_or("End the mapping".to_owned(), |role| format!("Map to {role}"))
    }

    /// The dialog's lines.
    pub fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if !self.confirming {
            for role in CHOICES {
                let picked = role == self.mapping.to;
                let mark = if picked { "◉" } else { "○" };
                let now = if role == self.mapping.from { "  now" } else { "" };
                let name = role.map_or("none", Role::as_str);
                let style = if picked { theme.selected } else { theme.text };
                lines.push(Line::from(vec![
                    Span::styled(format!(" {mark} {name:<7}"), style),
                    paint::span(now, theme.dim),
                ]));
            }
            lines.push(Line::default());
        } else {
            let name = |role: Option<Role>| role.map_or("no role", Role::as_str);
            let words = format!("From {} to {}.", name(self.mapping.from), name(self.mapping.to));
            lines.push(Line::from(paint::span(words, theme.heading)));
        }
        let mut say = |words: &str, style: Style| lines.extend(paint::sentence(words, columns, style));
        match &self.preview {
            Load::Loading => say("Counting who would change …", theme.dim),
            Load::Failed(reason) => say(reason, theme.bad),
            Load::Ready(preview) => {
                if let Some(refusal) = &preview.refusal {
                    say(&text::sentence(refusal), theme.bad);
                }
                for words in sentences(preview) {
                    say(&words, theme.text);
                }
            }
        }
        lines
    }
}

/// What a mapping would do, in sentences.
fn sentences(preview: &MappingPreview) -> Vec<String> {
    let people = |many: u64| text::plural(many, "person", "people");
    let mut said = Vec::new();
    if preview.group.role == preview.role {
        let now = preview.role.map_or("no role".to_owned(), |role| role.to_string());
        said.push(format!("Nothing changes: the group is mapped to {now}."));
    } else if preview.changes.is_empty() {
        said.push("Nobody's role changes.".to_owned());
    }
    for shift in &preview.changes {
        said.push(format!("{}: {} → {}.", people(shift.users), shift.from, shift.to));
    }
    let changed = preview.changed_users();
    if changed > 0 {
        let names: Vec<&str> = preview.first.iter().map(|one| one.user_name.as_str()).collect();
        let more = changed.saturating_sub(names.len() as u64);
        let rest = if more > 0 { format!(" and {} more", text::count(more)) } else { String::new() };
        said.push(format!("{}{rest}.", names.join(", ")));
    }
    for (many, whose) in [(preview.kept_okta, "Okta gave them"), (preview.kept_local, "was set here")] {
        let keep = if many == 1 { "keeps" } else { "keep" };
        if many > 0 {
            said.push(format!("{} {keep} the role that {whose}.", people(many)));
        }
    }
    if preview.groups > 0 {
        let groups = text::plural(preview.groups, "group stands", "groups stand");
        said.push(format!("{groups} in this one; the role does not reach the people in there."));
    }
    said
}
