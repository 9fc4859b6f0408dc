//! The questions asked before something is done that cannot simply be taken back.

use crate::{
    dashboard::{
        dialog::{Confirm, Dialog},
        message::Call,
        panes, people,
        state::State,
    },
    model::{
        user::User,
        user_change::{ChangeUsers, UserChange},
    },
};

/// Asks about the person in hand.
pub fn ask(state: &mut State, question: impl FnOnce(&User) -> Confirm) {
    let confirm = state.subject().map(question);
    if let Some(confirm) = confirm {
        state.dialog = Some(Dialog::Confirm(confirm));
    }
}

/// Whether to deactivate somebody.
pub fn deactivation(user: &User) -> Confirm {
    let name = &user.user_name;
    Confirm::new(
        format!("Deactivate {name}?"),
        vec![
            format!("{name} can no longer log in, and every session of theirs ends at once."),
            "Okta is not told: it reactivates the account when it next pushes this person as active.".to_owned(),
        ],
        "Deactivate",
        Call::People(people::Call::One {
            wanted: ChangeUsers { ids: vec![user.id], change: UserChange::Deactivate },
            done: format!("{name} is deactivated."),
        }),
    )
}

/// Whether to reactivate somebody.
pub fn reactivation(user: &User) -> Confirm {
    let name = &user.user_name;
    Confirm::new(
        format!("Reactivate {name}?"),
        vec![
            format!("{name} can log in again, as {}.", user.role),
            "Okta is not told: if the person was unassigned there, they stay so.".to_owned(),
        ],
        "Reactivate",
        Call::People(people::Call::One {
            wanted: ChangeUsers { ids: vec![user.id], change: UserChange::Reactivate },
            done: format!("{name} is active again."),
        }),
    )
}

/// Asks whether to revoke the selected token.
pub fn ask_revocation(state: &mut State) {
    let now = state.now;
    let Some(token) = state.tokens.selected() else { return };
    let call = Call::RevokeToken { id: token.id, name: token.name.clone() };
    let title = format!("Revoke the token \"{}\" (…{})?", token.name, token.tail);
    let lines = panes::tokens::consequences(&state.tokens, token, now);
    state.dialog = Some(Dialog::Confirm(Confirm::new(title, lines, "Revoke", call)));
}
