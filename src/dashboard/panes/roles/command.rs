//! What the commands of the Roles pane do.

use crate::{
    dashboard::{
        act,
        dialog::{Dialog, MapGroup},
        layout,
        message::{self, Effect},
        panes::{
            roles::{
                Section,
                calls::{Answer, Call},
                groups_view, text_rows,
            },
            settings::{Setting, SettingEditor},
        },
        state::State,
        text,
        update::notice,
    },
    model::role::Role,
};

/// The search for active people whose role differs from what Okta pushed last, as they are counted.
const DRIFTED: &str = "drift:role";

/// A command of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The section to the right, or to the left.
    Turn(bool),
    /// Only people whose role differs from what Okta pushed last, or all again.
    OnlyDrifted,
    /// The dialog for the workspace's default role.
    DefaultRole,
    /// Look at the selected group.
    Open,
    /// The dialog that maps a group.
    Map,
    /// Take back the mapping made last.
    Undo,
    /// Search the groups.
    Search,
    /// All groups, the mapped ones, the others.
    NextMapped,
    /// The requests about a group, in the log.
    Events,
    /// The people in a group, in Users.
    People,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Turn(right) => {
            state.roles.section = state.roles.section.neighbour(right);
            state.roles.first = 0;
            act::refresh_pane(state, effects);
        }
        Command::OnlyDrifted => {
            let list = &mut state.roles.list;
            let shown = list.query.search == DRIFTED;
            list.search.set(if shown { "" } else { DRIFTED });
            list.apply_search(effects);
        }
        Command::DefaultRole => {
            if let Some(workspace) = state.settings.workspace.ready() {
                state.dialog = Some(Dialog::Setting(SettingEditor::new(Setting::DefaultRole, workspace)));
            }
        }
        Command::Open => state.roles.groups.open(effects),
        Command::Map => {
            if let Some(group) = state.roles.groups.subject() {
                let (id, name, role) = (group.id, group.display_name.clone(), group.role);
                ask(state, MapGroup::new(id, name, role), effects);
            }
        }
        Command::Undo => {
            if let Some(done) = state.roles.groups.done.clone() {
                ask(state, MapGroup::taking_back(done), effects);
            }
        }
        Command::Search => state.roles.groups.search.editing = true,
        Command::NextMapped => state.roles.groups.next_mapped(effects),
        Command::Events => {
            if let Some(name) = state.roles.groups.subject().map(|group| group.display_name.clone()) {
                act::show_log(state, "group", &name, effects);
            }
        }
        Command::People => {
            if let Some(name) = state.roles.groups.subject().map(|group| group.display_name.clone()) {
                act::show_people(state, "group", &name, effects);
            }
        }
    }
}

fn ask(state: &mut State, dialog: MapGroup, effects: &mut Vec<Effect>) {
    effects.push(Effect::Call(message::Call::Groups(Call::Preview(dialog.mapping.group, dialog.mapping.to))));
    state.dialog = Some(Dialog::MapGroup(dialog));
}

/// A group is selected or looked at.
pub fn has_group(state: &State) -> Result<(), String> {
    match state.roles.groups.subject() {
        Some(_) => Ok(()),
        None => Err("no group is selected".to_owned()),
    }
}

/// A group of the list is selected.
pub fn may_open(state: &State) -> Result<(), String> {
    has_group(state)?;
    match state.roles.groups.detail {
        None => Ok(()),
        Some(_) => Err("it is open already".to_owned()),
    }
}

/// The group can be mapped by whoever is signed in.
pub fn may_map(state: &State) -> Result<(), String> {
    has_group(state)?;
    state.may(Role::Owner)
}

/// There is a mapping to take back.
pub fn may_undo(state: &State) -> Result<(), String> {
    if state.roles.section != Section::Groups || state.roles.groups.done.is_none() {
        return Err("no group was mapped here since the dashboard was opened".to_owned());
    }
    state.may(Role::Owner)
}

/// How many lines stand above the members of the group looked at.
fn lines_above(state: &State) -> usize {
    let body = layout::regions(state).body;
    let detail = state.roles.groups.detail.as_ref();
    detail.map_or(0, |detail| groups_view::lines_above(state, detail, usize::from(body.width)).len())
}

/// Asks for the members that are seen and not known.
pub fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    if state.roles.groups.detail.is_some() {
        let rows = text_rows(layout::regions(state).body);
        let above = lines_above(state);
        state.roles.groups.settle_members(above, rows, effects);
    }
}

/// Takes what the service said about groups.
pub fn take(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Page(generation, page) => state.roles.groups.answer(generation, page, effects),
        Answer::Detail(id, detail) => state.roles.groups.fill(id, detail),
        Answer::Members(id, query, page) => {
            let above = lines_above(state);
            state.roles.groups.fill_members(id, query, page, above);
        }
        Answer::Preview(id, role, preview) => {
            if let Some(Dialog::MapGroup(group)) = &mut state.dialog {
                group.take(id, role, preview);
            }
        }
        Answer::Mapped(mapping, Ok(mapped)) => {
            let now = mapping.to.map_or("no role".to_owned(), |role| role.to_string());
            let changed = match mapped.changed_users {
                0 => "nobody's role changed".to_owned(),
                1 => "1 person's role changed".to_owned(),
                more => format!("{} people's roles changed", text::count(more)),
            };
            let undo = state.keys.say("{groups.undo-mapping} takes it back.");
            state.toasts.success(format!("{} is mapped to {now}; {changed}. {undo}", mapping.name), effects);
            state.roles.groups.done = Some(mapping);
            act::refresh_pane(state, effects);
        }
        Answer::Mapped(_, Err(failure)) => notice(state, "The group was not mapped", failure),
    }
}
