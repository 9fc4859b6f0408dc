//! What the keys do in Setup, but for the checklist.

use crate::{
    dashboard::{
        act,
        dialog::{Confirm, Dialog},
        layout,
        message::{Call, Effect},
        panes::{
            Pane,
            setup::{self, Part, test},
        },
        people,
        state::State,
    },
    model::{
        role::Role,
        secret::Secret,
        user::User,
        user_change::{ChangeUsers, UserChange},
    },
};

/// A command of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The section to the right, or to the left.
    Turn(bool),
    /// Copies the selected value of the role attribute.
    CopyRoleValue,
    /// Selects its next value, or the previous one.
    TurnRoleValue(bool),
    /// Opens the selected request that carried a role, or none.
    OpenCarried,
    /// Send the selected test traffic.
    SendTest,
    /// The other kind of app sends it.
    NextApp,
    /// Remove what test traffic left behind.
    RemoveTests,
    /// The next list of people.
    NextList,
    /// The selected person, in Users.
    OpenPerson,
    /// The request that failed, or those about the person.
    OpenRequest,
    /// What Okta last pushed, taken here.
    TakeOkta,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Turn(right) => {
            state.setup.section = state.setup.section.neighbour(right);
            act::refresh_pane(state, effects);
        }
        Command::CopyRoleValue => {
            if let Some(value) = state.setup.role.value() {
                effects.push(Effect::Copy { what: value.label.clone(), text: Secret::new(value.value.clone()) });
            }
        }
        Command::TurnRoleValue(forward) => {
            state.setup.role.turn_value(forward);
            let body = layout::regions(state).body;
            let lines = setup::role_detail_lines(state, body);
            if let Some(line) = setup::value_line(&lines) {
                let height = setup::role_detail_rows(state, body);
                state.setup.role.show_line(line, lines.len(), height);
            }
        }
        Command::OpenCarried => act::inspect(state, state.setup.role.event(), effects),
        Command::SendTest => test::send(state, effects),
        Command::NextApp => test::next_app(state),
        Command::RemoveTests => test::ask_removal(state),
        Command::NextList => state.setup.people.turn(effects),
        Command::OpenPerson => {
            let people = &state.setup.people;
            let id = people.push().map_or_else(|| people.selected().map(|user| user.id), |push| push.user_id);
            match id {
                Some(id) => {
                    act::show(state, Pane::Users, effects);
                    state.users.open(id, effects);
                }
                None => open_request(state, effects),
            }
        }
        Command::OpenRequest => open_request(state, effects),
        Command::TakeOkta => {
            let question = state.setup.people.selected().and_then(question);
            if let Some(question) = question {
                state.dialog = Some(Dialog::Confirm(question));
            }
        }
    }
}

fn open_request(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(push) = state.setup.people.push() {
        act::inspect(state, Some(push.event), effects);
    } else if let Some(name) = state.setup.people.selected().map(|user| user.user_name.clone()) {
        act::show_log(state, "user", &name, effects);
    }
}

/// What taking Okta's word of somebody would change; whether they can log in goes first.
fn change(user: &User) -> Option<UserChange> {
    let drift = user.drift();
    match (drift.active, user.active) {
        (true, true) => Some(UserChange::Deactivate),
        (true, false) => Some(UserChange::Reactivate),
        _ => user.okta_role.filter(|_| drift.role).map(|role| UserChange::Role { role }),
    }
}

fn question(user: &User) -> Option<Confirm> {
    let name = &user.user_name;
    let change = change(user)?;
    let (title, line, yes, done) = match change {
        UserChange::Deactivate => (
            format!("Deactivate {name}, as Okta did?"),
            format!("{name} can no longer log in, and every session of theirs ends at once."),
            "Deactivate",
            format!("{name} is deactivated."),
        ),
        UserChange::Reactivate => (
            format!("Reactivate {name}, as Okta has them?"),
            format!("{name} can log in again, as {}.", user.role),
            "Reactivate",
            format!("{name} is active again."),
        ),
        UserChange::Role { role } => (
            format!("Make {name} {role}, as Okta has them?"),
            format!("{name} is {} now, set here; afterwards the role is Okta's again.", user.role),
            "Take Okta's role",
            format!("{name} is {role}."),
        ),
    };
    let wanted = ChangeUsers { ids: vec![user.id], change };
    Some(Confirm::new(title, vec![line], yes, Call::People(people::Call::One { wanted, done })))
}

/// Somebody is selected.
pub fn has_person(state: &State) -> Result<(), String> {
    let people = &state.setup.people;
    if people.push().is_some() || people.selected().is_some() { Ok(()) } else { Err("nobody is selected".to_owned()) }
}

/// There is a request to show.
pub fn has_request(state: &State) -> Result<(), String> {
    has_person(state)?;
    if state.setup.people.part == Part::Orphans {
        return Err("no request of Okta's client was ever about this person".to_owned());
    }
    Ok(())
}

/// Something of what Okta last pushed can be taken here by whoever is signed in.
pub fn has_difference(state: &State) -> Result<(), String> {
    let Some(user) = state.setup.people.selected() else { return Err("nobody is selected".to_owned()) };
    match change(user) {
        Some(UserChange::Role { .. }) => state.may(Role::Owner),
        Some(UserChange::Deactivate | UserChange::Reactivate) => state.may(Role::Editor),
        None if user.drift().name => {
            Err("names are for Okta to push again: Provisioning > To App > Force Sync".to_owned())
        }
        None => Err("this person does not differ from what Okta last pushed".to_owned()),
    }
}
