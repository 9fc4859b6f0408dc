//! The one step from what happened to what is shown and done next. Pure: time comes with the message.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::{
    client::live::Live,
    dashboard::{
        act, commands,
        dialog::{Dialog, TokenSecret},
        layout,
        message::{Answer, Call, Clipped, Effect, Failure, ListId, Load, Message, Timer},
        mouse,
        panes::{self, Pane},
        people,
        state::{Link, State},
    },
    model::{event::Event, live::Topic, secret::Secret, time::Timestamp},
};

/// How long changes are gathered before what they touch is read again.
const GATHER_MILLIS: i64 = 250;
/// How much of a paste is taken, in bytes; no name, search or token is longer.
const PASTE_LIMIT: usize = 4096;
/// How long the start may take before it says what it waits for; a usual one is over by then.
const USUAL_START: Duration = Duration::from_millis(400);

/// Takes a message that arrived at `now`; gives what is to be done.
pub fn update(state: &mut State, now: Timestamp, message: Message) -> Vec<Effect> {
    state.now = now;
    let mut effects = Vec::new();
    let dialog_before = state.dialog.as_ref().map(std::mem::discriminant);
    state.was_used |= matches!(message, Message::Key(_) | Message::Mouse(_) | Message::Paste(_));
    match message {
        Message::Key(key) if key.kind == KeyEventKind::Release => {}
        Message::Key(key) => on_key(state, key, &mut effects),
        Message::Mouse(mouse) => mouse::on(state, mouse, &mut effects),
        Message::Paste(text) => on_paste(state, &text, &mut effects),
        Message::Resize(width, height) => {
            state.size.width = width;
            state.size.height = height;
            // A terminal made small and large again between two frames has lost what stood there, at the same size.
            effects.push(Effect::Repaint);
        }
        Message::Live(live) => on_live(state, live, &mut effects),
        Message::Recent(events) => state.log.start(events, &mut effects),
        Message::Answer(answer) => on_answer(state, *answer, &mut effects),
        Message::Played(number, told) => panes::setup::test::hear(state, number, told, &mut effects),
        Message::Timer(timer) => on_timer(state, timer, &mut effects),
        Message::Clipped(result) => on_clipped(state, result, &mut effects),
        Message::Saved(result) => match result {
            Ok(path) => {
                state.toasts.success(format!("Written to {}, readable by you only.", path.display()), &mut effects);
                if let Some(Dialog::TokenSecret(secret)) = &mut state.dialog {
                    secret.saved = Some(path);
                }
            }
            Err(reason) => state.toasts.refusal(reason),
        },
        Message::Preferences(preferences) => {
            panes::settings::looks::take_file(state, *preferences, &mut effects);
        }
        Message::Awaited(words) => {
            if state.awaited.words.replace(words).is_none() {
                effects.push(Effect::After(USUAL_START, Timer::Awaited));
            }
        }
        Message::Terminate => effects.push(Effect::Quit),
    }
    if state.dialog.as_ref().map(std::mem::discriminant) != dialog_before {
        state.dialog_scroll = 0;
    }
    fit(state, &mut effects);
    effects
}

/// Tells the lists how many rows they have, which may make them ask for more.
fn fit(state: &mut State, effects: &mut Vec<Effect>) {
    let body = layout::regions(state).body;
    match state.pane {
        Pane::Users => state.users.list.resize(panes::users::list_rows(body), effects),
        Pane::Roles => {
            state.roles.list.resize(panes::roles::list_rows(body), effects);
            state.roles.groups.resize(panes::roles::list_rows(body), effects);
            panes::roles::settle(state, effects);
        }
        Pane::Settings => state.tokens.resize(panes::tokens::rows(body)),
        Pane::Log => state.log.resize(panes::log::rows(body)),
        Pane::Setup => {
            let rows = panes::setup::people_rows(state, body);
            state.setup.people.list.resize(rows, effects);
        }
    }
}

fn on_key(state: &mut State, key: KeyEvent, effects: &mut Vec<Effect>) {
    state.toasts.acknowledge();
    if let Some(command) = commands::find(state, &key) {
        act::run(state, command, effects);
        return;
    }
    if !act::is_typing(state) {
        if state.dialog.is_none() {
            let (pressed, help) = (commands::Key::from(&key), state.keys.say("{everywhere.help}"));
            state.toasts.refusal(format!("{pressed} does nothing here; {help} shows every key."));
        }
        return;
    }
    match &mut state.dialog {
        Some(Dialog::Palette(palette)) => palette.key(key),
        Some(Dialog::NewToken(form)) => form.key(key),
        Some(Dialog::Setting(editor)) => editor.key(key),
        Some(Dialog::Travel(travel)) => travel.key(key),
        Some(Dialog::Events(export)) => export.key(key),
        Some(Dialog::TokenSecret(secret)) => match key.code {
            KeyCode::Backspace => secret.erase(),
            KeyCode::Char(c) => secret.type_char(c),
            _ => {}
        },
        Some(dialog) => people::key(dialog, key),
        None if state.inspector.is_some() => {
            if let Some(inspector) = &mut state.inspector
                && inspector.find.key(key)
            {
                inspector.seek(true, true);
            }
        }
        None => match state.pane {
            Pane::Users => state.users.list.type_key(key, effects),
            Pane::Roles if act::is_about_groups(state) => state.roles.groups.type_key(key, effects),
            Pane::Roles => state.roles.list.type_key(key, effects),
            Pane::Log => {
                if state.log.search.key(key) {
                    state.log.refilter(state.now, effects);
                }
            }
            Pane::Setup | Pane::Settings => {}
        },
    }
}

fn on_paste(state: &mut State, text: &Secret, effects: &mut Vec<Effect>) {
    let whole = text.expose();
    let end = (0..=whole.len().min(PASTE_LIMIT)).rev().find(|end| whole.is_char_boundary(*end)).unwrap_or(0);
    let text = whole.get(..end).unwrap_or_default();
    if !act::is_typing(state) {
        return;
    }
    match &mut state.dialog {
        Some(Dialog::Palette(palette)) => palette.paste(text),
        Some(Dialog::NewToken(form)) => form.paste(text),
        Some(Dialog::Setting(editor)) => editor.paste(text),
        Some(Dialog::Travel(travel)) => travel.paste(text),
        Some(Dialog::Events(export)) => export.paste(text),
        Some(Dialog::TokenSecret(secret)) => {
            if secret.paste(text) {
                act::forget_secret(state, effects);
            }
        }
        Some(dialog) => people::paste(dialog, text),
        None if state.inspector.is_some() => {
            if let Some(inspector) = &mut state.inspector {
                inspector.find.paste(text);
                inspector.seek(true, true);
            }
        }
        None => match state.pane {
            Pane::Users => state.users.list.type_paste(text, effects),
            Pane::Roles if act::is_about_groups(state) => state.roles.groups.type_paste(text, effects),
            Pane::Roles => state.roles.list.type_paste(text, effects),
            Pane::Log => {
                state.log.search.paste(text);
                state.log.refilter(state.now, effects);
            }
            Pane::Setup | Pane::Settings => {}
        },
    }
}

fn on_live(state: &mut State, live: Live, effects: &mut Vec<Effect>) {
    match live {
        Live::Connected => {
            state.link = Link::Live;
            // What was read before may be stale by now.
            effects.push(Effect::Call(Call::WhoAmI));
            effects.push(Effect::Call(Call::Setup));
            act::refresh_pane(state, effects);
        }
        Live::Event(event) => on_event(state, *event, effects),
        Live::Changed(topic) => {
            match topic {
                Topic::Users | Topic::Groups => state.stale.users = true,
                Topic::Tokens => {
                    state.stale.tokens = true;
                    state.stale.setup = true;
                }
                Topic::Setup => state.stale.setup = true,
                Topic::TestTraffic => {
                    state.log.forget_tests();
                    state.stale.setup = true;
                }
                Topic::Workspace => {
                    state.stale.setup = true;
                    state.stale.workspace = true;
                    effects.push(Effect::Call(Call::WhoAmI));
                }
            }
            schedule_refresh(state, effects);
        }
        Live::Disconnected { reason, refused, retry_in } => {
            let since = match state.link {
                Link::Lost { since, .. } => since,
                Link::Connecting | Link::Live => state.now,
            };
            let millis = i64::try_from(retry_in.as_millis()).unwrap_or(i64::MAX);
            state.link = Link::Lost { since, reason, refused, retry_at: state.now.plus_millis(millis) };
            state.gap += 1;
            effects.push(Effect::After(Duration::from_secs(1), Timer::Countdown(state.gap)));
        }
    }
}

fn on_event(state: &mut State, event: Event, effects: &mut Vec<Effect>) {
    state.stale.users |= event.action.is_write() && event.succeeded();
    state.stale.tokens |= event.token_id.is_some() && !event.is_test();
    state.stale.setup = true;
    let touches_detail = state.users.detail.as_ref().is_some_and(|detail| Some(detail.id) == event.user_id);
    state.stale.users |= touches_detail;
    if state.log.push(event, state.now, effects) {
        schedule_refresh(state, effects);
    }
}

/// Reads what is stale now, or once the gathering time since the last reading is over.
fn schedule_refresh(state: &mut State, effects: &mut Vec<Effect>) {
    if state.stale.scheduled {
        return;
    }
    let since = state.now.millis_since(state.stale.last);
    if (0..GATHER_MILLIS).contains(&since) {
        state.stale.scheduled = true;
        let rest = Duration::from_millis(u64::try_from(GATHER_MILLIS - since).unwrap_or(0));
        effects.push(Effect::After(rest, Timer::Refresh));
    } else {
        refresh_stale(state, effects);
    }
}

fn refresh_stale(state: &mut State, effects: &mut Vec<Effect>) {
    let stale = std::mem::take(&mut state.stale);
    state.stale.last = state.now;
    if stale.setup {
        effects.push(Effect::Call(Call::Setup));
    }
    match state.pane {
        // What is not shown is read when its pane is.
        Pane::Setup if stale.setup => act::refresh_pane(state, effects),
        Pane::Users if stale.users => act::refresh_pane(state, effects),
        // Requests that failed change the lists there too, and come as news of the set-up.
        Pane::Setup if stale.users || stale.setup => act::refresh_pane(state, effects),
        Pane::Roles if stale.users || stale.workspace => act::refresh_pane(state, effects),
        Pane::Settings if stale.tokens || stale.workspace => act::refresh_pane(state, effects),
        _ => {}
    }
}

fn on_timer(state: &mut State, timer: Timer, effects: &mut Vec<Effect>) {
    match timer {
        Timer::Toast(id) => state.toasts.expire(id),
        Timer::Countdown(gap) => {
            if gap == state.gap && matches!(state.link, Link::Lost { .. }) {
                effects.push(Effect::After(Duration::from_secs(1), Timer::Countdown(gap)));
            }
        }
        Timer::Search(ListId::Users, sequence) => state.users.list.typing_paused(sequence, effects),
        Timer::Search(ListId::Roles, sequence) => state.roles.list.typing_paused(sequence, effects),
        // What is searched for there is not typed.
        Timer::Search(ListId::ToLookAt, _) => {}
        Timer::SearchGroups(sequence) => state.roles.groups.typing_paused(sequence, effects),
        Timer::Refresh => refresh_stale(state, effects),
        Timer::Awaited => state.awaited.long = true,
        Timer::Log(tick) => panes::log::tick(state, tick, effects),
    }
}

fn on_clipped(state: &mut State, result: Result<Clipped, String>, effects: &mut Vec<Effect>) {
    match result {
        Ok(Clipped { what, to }) => {
            if let Some(Dialog::TokenSecret(secret)) = &mut state.dialog {
                secret.copied = true;
            }
            state.toasts.success(format!("{what}: sent to {to}."), effects);
        }
        Err(reason) => state.toasts.refusal(reason),
    }
}

fn on_answer(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::WhoAmI(Ok(who)) => state.who = Some(who),
        Answer::WhoAmI(Err(failure)) => complain(state, failure),
        Answer::Setup(answer) => state.setup.answer(answer),
        Answer::RoleAttribute(answer) => state.setup.role.answer(answer.map(|attribute| *attribute)),
        Answer::Users { list: ListId::Users, generation, page, result } => {
            state.users.list.answer(generation, page, result, effects);
        }
        Answer::Users { list: ListId::Roles, generation, page, result } => {
            state.roles.list.answer(generation, page, result, effects);
        }
        Answer::Users { list: ListId::ToLookAt, generation, page, result } => {
            state.setup.people.list.answer(generation, page, result, effects);
        }
        Answer::FailedPushes(query, answer) => state.setup.people.answer(query, answer),
        Answer::User(id, answer) => {
            if let Some(detail) = state.users.detail.as_mut().filter(|detail| detail.id == id) {
                detail.fill(answer);
            }
        }
        Answer::Event(id, answer) => {
            if let Some(inspector) = state.inspector.as_mut().filter(|inspector| inspector.id == id) {
                match answer {
                    Ok(detail) => inspector.fill(detail),
                    Err(failure) => inspector.detail = Load::Failed(failure.sentence),
                }
            }
        }
        Answer::Log(told) => panes::log::take(state, told, effects),
        Answer::Tokens(answer) => {
            state.tokens.answer(answer);
            effects.extend(state.tokens.read_missing_days());
        }
        Answer::Token(id, answer) => state.tokens.fill(id, answer),
        Answer::DryRun(preview) => panes::tokens::ask(state, preview),
        Answer::WentLive(made) => panes::tokens::tell(state, made, effects),
        Answer::Groups(answer) => panes::roles::take(state, answer, effects),
        Answer::Dismissed { code, dismissed, result: Ok(findings) } => {
            state.setup.findings = findings;
            effects.push(Effect::Call(Call::Setup));
            let words = if dismissed { "is out of the way until it comes anew" } else { "counts again" };
            let back = if dismissed { state.keys.say(" {setup.dismiss} takes that back.") } else { String::new() };
            state.toasts.success(format!("{code} {words}.{back}"), effects);
        }
        Answer::Dismissed { code, result: Err(failure), .. } => {
            notice(state, &format!("{code} was not changed"), failure);
        }
        Answer::Workspace(answer) => state.settings.workspace.take(answer.map(|workspace| *workspace)),
        Answer::WorkspaceUpdated(done, answer) => panes::settings::take(state, done, answer, effects),
        Answer::TokenRotated(Err(failure)) => notice(state, "The token was not rotated", failure),
        Answer::TokenCreated(Ok(created)) | Answer::TokenRotated(Ok(created)) => {
            effects.push(Effect::Call(Call::Tokens));
            state.tokens.choose(created.info.id);
            // Also when the admin has left the dialog meanwhile: a secret nobody saw would be lost for ever.
            state.dialog = Some(Dialog::TokenSecret(TokenSecret::new(created)));
        }
        Answer::TokenCreated(Err(failure)) => match &mut state.dialog {
            Some(Dialog::NewToken(name)) => {
                name.busy = false;
                name.problem = Some(failure.sentence);
            }
            _ => notice(state, "The token was not created", failure),
        },
        Answer::TokenRevoked(name, Ok(_)) => {
            effects.push(Effect::Call(Call::Tokens));
            state.toasts.success(format!("The token \"{name}\" is revoked."), effects);
        }
        Answer::TokenRevoked(name, Err(failure)) => {
            notice(state, &format!("The token \"{name}\" was not revoked"), failure);
        }
        Answer::Test(answer) => panes::setup::test::take(state, answer, effects),
        Answer::People(answer) => people::answer(state, answer, effects),
        Answer::SignInCode(id, answer) => match (&mut state.dialog, answer) {
            (Some(Dialog::SignInCode { user, code, .. }), Ok(made)) if *user == id => *code = Load::Ready(made),
            (Some(Dialog::SignInCode { user, .. }), Err(failure)) if *user == id => {
                notice(state, "No sign-in code was made", failure);
            }
            _ => {}
        },
    }
}

/// A failure of a call nobody waits for: said unless the banner says it already.
fn complain(state: &mut State, failure: Failure) {
    if failure.status.is_some() && state.link == Link::Live {
        state.toasts.refusal(failure.sentence);
    }
}

/// A refused change is said in a dialog of its own: its sentence says what to do, and must be read. A secret that is
/// on screen stays there; then the sentence goes below it.
pub fn notice(state: &mut State, title: &str, failure: Failure) {
    if matches!(state.dialog, Some(Dialog::TokenSecret(_))) {
        state.toasts.refusal(failure.sentence);
    } else {
        state.dialog = Some(Dialog::Notice { title: title.to_owned(), text: failure.sentence });
    }
}
