//! When a command can run; each gives the reason why not, in words that end a sentence.

use crate::{
    dashboard::{
        dialog::Dialog,
        inspector::Inspector,
        panes::{log::CausesView, users::Section},
        people,
        state::State,
    },
    model::{
        event::{Event, WITHHELD},
        role::Role,
        system_log::entry,
        token::TokenState,
    },
};

/// At any time.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every `enabled`")]
pub fn always(_: &State) -> Result<(), String> {
    Ok(())
}

fn because(possible: bool, reason: &str) -> Result<(), String> {
    if possible { Ok(()) } else { Err(reason.to_owned()) }
}

/// The selected step has a value to copy.
pub fn has_value(state: &State) -> Result<(), String> {
    because(state.setup.value().is_some(), "this step has nothing to copy")
}

/// A way to send the role is selected, whose values can be copied.
pub fn has_role_value(state: &State) -> Result<(), String> {
    because(state.setup.role.value().is_some(), "no way to send the role is selected")
}

/// A request is selected in the section about the role.
pub fn has_role_request(state: &State) -> Result<(), String> {
    because(state.setup.role.event().is_some(), "no request is selected: they stand below the ways")
}

/// A request shows the selected step or finding, or the step is taken in another pane.
pub fn has_evidence(state: &State) -> Result<(), String> {
    because(state.setup.is_about_tokens() || state.setup.evidence().is_some(), "no request has shown this yet")
}

/// A finding is selected, or stands in the way of the selected step.
pub fn may_dismiss(state: &State) -> Result<(), String> {
    because(state.setup.selected_finding().is_some(), "no finding is selected")?;
    state.may(Role::Editor)
}

/// Test traffic can be sent.
pub fn may_send_test(state: &State) -> Result<(), String> {
    may_choose_app(state)?;
    let removing = state.setup.test.counts().is_some_and(|counts| counts.removing);
    because(!removing, "the test traffic that is here is being removed")?;
    state.may(Role::Owner)
}

/// Something can be played, and nothing is.
pub fn may_choose_app(state: &State) -> Result<(), String> {
    because(state.setup.test.scenario(state).is_some(), "nothing can be played from here")?;
    let words = state.keys.say("test traffic is being sent; {everywhere.back} stops it");
    because(!state.setup.test.is_playing(), &words)
}

/// There is test traffic to remove.
pub fn may_remove_tests(state: &State) -> Result<(), String> {
    let words = state.keys.say("test traffic is being sent; {everywhere.back} stops it");
    because(!state.setup.test.is_playing(), &words)?;
    let some = state.setup.test.counts().is_some_and(|counts| !counts.is_empty());
    because(some, "there is no test traffic here")?;
    state.may(Role::Owner)
}

/// A user is selected.
pub fn has_user(state: &State) -> Result<(), String> {
    because(state.subject().is_some(), "no user is selected")
}

/// The selected user can be deactivated by whoever is signed in.
pub fn may_deactivate(state: &State) -> Result<(), String> {
    if people::has_marks(state) {
        return state.may(Role::Editor);
    }
    has_user(state)?;
    because(state.subject().is_some_and(|user| user.active), "this user is inactive already")?;
    is_not_last_owner(state)?;
    state.may(Role::Editor)
}

/// The selected user can be reactivated by whoever is signed in.
pub fn may_reactivate(state: &State) -> Result<(), String> {
    if people::has_marks(state) {
        return state.may(Role::Editor);
    }
    has_user(state)?;
    because(state.subject().is_some_and(|user| !user.active), "this user is active already")?;
    because(
        state.subject().is_some_and(|user| user.replaced_by.is_none()),
        "this account was replaced when the e-mail address changed: its person uses the new one",
    )?;
    state.may(Role::Editor)
}

/// No file is being written yet.
pub fn is_not_writing(state: &State) -> Result<(), String> {
    let writing = match &state.dialog {
        Some(Dialog::Events(export)) => export.is_writing(),
        Some(Dialog::Export(export)) => export.written.is_some(),
        _ => false,
    };
    because(!writing, "the file is being written")
}

/// A sign-in code can be made for the selected user.
pub fn may_invite(state: &State) -> Result<(), String> {
    has_user(state)?;
    because(state.subject().is_some_and(|user| user.active), "this user is inactive and cannot log in")?;
    state.may(Role::Owner)
}

/// Somebody would be left to administer the workspace.
fn is_not_last_owner(state: &State) -> Result<(), String> {
    because(
        state.subject().is_none_or(|user| !state.is_last_owner(user)),
        "this is the last active owner: make somebody else an owner first, or nobody could administer the workspace",
    )
}

/// The selected user's role can be changed.
pub fn may_edit_role(state: &State) -> Result<(), String> {
    if people::has_marks(state) {
        return state.may(Role::Owner);
    }
    has_user(state)?;
    is_not_last_owner(state)?;
    state.may(Role::Owner)
}

/// The person has had another e-mail address, and with it another account.
pub fn has_other_account(state: &State) -> Result<(), String> {
    let detail = state.users.detail.as_ref();
    because(detail.is_some_and(|detail| detail.other_account().is_some()), "this person has one account only")
}

/// One of the person's events is selected.
pub fn has_user_event(state: &State) -> Result<(), String> {
    let detail = state.users.detail.as_ref();
    let event = detail.filter(|detail| detail.section == Section::Timeline).and_then(|detail| detail.event());
    because(event.is_some(), "select an event in the section Timeline first")
}

/// Something of a person can be folded.
pub fn shows_folds(state: &State) -> Result<(), String> {
    let detail = state.users.detail.as_ref();
    let folds = detail.is_some_and(|detail| match detail.section {
        Section::Overview => false,
        Section::Timeline => !detail.timeline.all().is_empty(),
        Section::Resource => detail.user.ready().is_some(),
    });
    because(folds, "there is something to fold in the timeline and the SCIM resource only")
}

/// The cursor is on an attribute of the SCIM resource.
pub fn on_attribute(state: &State) -> Result<(), String> {
    let detail = state.users.detail.as_ref().filter(|detail| detail.section == Section::Resource);
    because(detail.is_some(), "select an attribute in the section SCIM resource first")?;
    because(detail.is_some_and(|detail| detail.resource.path().is_some()), "this line is no attribute")
}

/// A body is on screen.
pub fn shows_body(state: &State) -> Result<(), String> {
    let inspector = state.inspector.as_ref();
    because(inspector.is_some_and(Inspector::shows_body), "there is something to fold in request and response only")?;
    because(inspector.and_then(Inspector::body).is_some_and(|body| !body.is_empty()), "no body is shown")
}

/// A body is on screen that can be searched.
pub fn can_search(state: &State) -> Result<(), String> {
    let inspector = state.inspector.as_ref();
    because(inspector.is_some_and(Inspector::shows_body), "there is something to search in request and response only")?;
    because(inspector.and_then(Inspector::body).is_some_and(|body| !body.is_empty()), "no body is shown")
}

/// Okta's System Log has the request.
pub fn is_in_okta(state: &State) -> Result<(), String> {
    let event = inspected(state);
    because(event.is_some(), "the event is not here yet")?;
    because(event.is_some_and(|event| entry(event).is_ok()), "it is not in Okta's System Log")
}

/// The cursor is on an attribute of a body.
pub fn on_path(state: &State) -> Result<(), String> {
    shows_body(state)?;
    let body = state.inspector.as_ref().and_then(Inspector::body);
    because(body.is_some_and(|body| body.path().is_some()), "this line is no attribute of a resource")
}

/// The event is here, with as much of its body as a command needs.
pub fn is_whole(state: &State) -> Result<(), String> {
    let detail = state.inspector.as_ref().and_then(|inspector| inspector.detail.ready());
    because(detail.is_some(), "the event is not here yet")?;
    let cut = detail.is_some_and(|detail| detail.is_request_cut());
    because(!cut, "the request body was longer than what is kept of it")?;
    let unseen = detail.is_some_and(|detail| detail.event.request_bytes > 0 && detail.request_body.is_none());
    because(!unseen, "bodies need the editor role")?;
    let body = detail.and_then(|detail| detail.request_body.as_deref());
    let withheld = body.is_some_and(|body| body.starts_with(WITHHELD));
    because(!withheld, "the body was not kept, since it may hold a password")?;
    because(state.who.is_some(), "not connected yet")
}

/// The event looked at.
fn inspected(state: &State) -> Option<&Event> {
    state.inspector.as_ref()?.detail.ready().map(|detail| &detail.event)
}

/// The event is about a person.
pub fn is_about_somebody(state: &State) -> Result<(), String> {
    because(inspected(state).is_some_and(|event| event.user_id.is_some()), "this event is about no one person here")
}

/// The event carried one of our tokens.
pub fn carried_token(state: &State) -> Result<(), String> {
    because(inspected(state).is_some_and(|event| event.token_id.is_some()), "it carried no token of ours")?;
    let listed = inspected(state).is_some_and(|event| !event.is_test());
    because(listed, "tokens of test traffic are in no list")
}

/// The event gives something away about the set-up.
pub fn has_finding(state: &State) -> Result<(), String> {
    let shows = |event: &Event| !event.findings.is_empty() || state.setup.findings_of(event).next().is_some();
    because(inspected(state).is_some_and(shows), "it shows no finding")
}

/// Something is searched for in the body.
pub fn is_finding(state: &State) -> Result<(), String> {
    let inspector = state.inspector.as_ref();
    let words = state.keys.say("search with {event.find} first");
    because(inspector.is_some_and(|inspector| !inspector.find.value().is_empty()), &words)
}

/// A token can be made.
pub fn may_create_token(state: &State) -> Result<(), String> {
    state.may(Role::Owner)
}

/// The selected token can be revoked.
pub fn may_revoke(state: &State) -> Result<(), String> {
    let token = state.tokens.selected();
    because(token.is_some(), "no token is selected")?;
    let revoked = token.is_some_and(|token| token.state(state.now) == TokenState::Revoked);
    because(!revoked, "this token is revoked already")?;
    state.may(Role::Owner)
}

/// An event is selected.
pub fn has_event(state: &State) -> Result<(), String> {
    because(state.log.selected().is_some(), "no event is selected")
}

/// The log has let go of the newest event.
pub fn is_released(state: &State) -> Result<(), String> {
    because(!state.log.following, "the log follows the newest event already")
}

/// A cause is selected.
pub fn has_cause(state: &State) -> Result<(), String> {
    let cause = state.log.causes.as_ref().and_then(CausesView::selected);
    because(cause.is_some(), "no cause is selected")
}

/// Events are marked.
pub fn has_marks(state: &State) -> Result<(), String> {
    because(!state.log.marks.is_empty(), "no event is marked")
}

/// The tripwire's alarm is on screen.
pub fn is_alarmed(state: &State) -> Result<(), String> {
    because(state.log.tripwire.alarm().is_some(), "there is no alarm")
}

/// The sign-in code is here.
pub fn has_code(state: &State) -> Result<(), String> {
    let ready = matches!(&state.dialog, Some(Dialog::SignInCode { code, .. }) if code.ready().is_some());
    because(ready, "the code is not here yet")
}
