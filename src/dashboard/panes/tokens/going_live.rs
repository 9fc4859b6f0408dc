//! The end of a token's dry run: what it would do, asked before, and what it did.

use crate::{
    dashboard::{
        dialog::{Confirm, Dialog},
        message::{Call, Effect, Failure},
        state::State,
        update::notice,
    },
    model::dry_run::GoLive,
};

/// How many of the people and groups that are left to the admin the dialog names.
const NAMED: usize = 8;

/// Asks whether to go live, once it is known what that does.
pub fn ask(state: &mut State, preview: Result<Box<GoLive>, Failure>) {
    let preview = match preview {
        Ok(preview) => preview,
        Err(failure) => return notice(state, "What the dry run would do is not known", failure),
    };
    // Whoever went on to something else is not interrupted.
    if state.dialog.is_none() {
        let title = format!("Go live with the token \"{}\"?", preview.name);
        let call = Call::GoLive(preview.token);
        state.dialog = Some(Dialog::Confirm(Confirm::new(title, preview.lines(NAMED), "Go live", call)));
    }
}

/// Says what going live did.
pub fn tell(state: &mut State, made: Result<Box<GoLive>, Failure>, effects: &mut Vec<Effect>) {
    effects.push(Effect::Call(Call::Tokens));
    match made {
        Ok(made) => {
            let title = format!("The token \"{}\" is live", made.name);
            state.dialog = Some(Dialog::Notice { title, text: made.lines(NAMED).join("\n") });
        }
        Err(failure) => notice(state, "The token did not go live", failure),
    }
}
