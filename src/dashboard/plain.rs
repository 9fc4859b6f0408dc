//! The dashboard as lines: for screen readers, for pipes, and for terminals that can do nothing else.
//!
//! It says how things stand, then what changes as it happens: requests, ticks of the checklist, findings that open and
//! close, the connection. It is the same state and the same step ([`update`]) as on a screen; only what is said of it
//! ([`Teller`]) differs.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use ratatui::layout::Size;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::JoinSet,
};

use crate::{
    client::{Client, live::Live},
    dashboard::{
        DashboardError, Options, effects,
        inspector::meaning,
        message::{Answer, Call, Effect, ListId, Message},
        state::State,
        text,
        theme::Theme,
        update::update,
    },
    model::{
        checklist::{Checklist, StepState},
        event::Event,
        finding::{Code, Finding},
        role::Role,
        time::Timestamp,
        token::Token,
        user::{UserCounts, UserQuery},
    },
};

/// How many of the events before the start are told.
const RECENT: usize = 20;
/// Messages that may wait.
const QUEUE: usize = 1024;

/// Tells the workspace on standard output until the reader goes away or the process is ended.
///
/// # Errors
/// Standard output cannot be written for another reason than that its reader is gone, or a task panicked.
pub async fn run(client: Client, options: Options) -> Result<(), DashboardError> {
    let (sender, mut messages) = mpsc::channel(QUEUE);
    let mut tasks = JoinSet::new();
    let mut state = State::new(options, Theme::MONO, Size { width: 80, height: 24 }, Timestamp::now());
    let mut teller = Teller::default();
    let mut waiting = state.start();
    let mut terminated = signal(SignalKind::terminate())?;
    loop {
        for effect in waiting.drain(..) {
            carry_out(&client, &sender, &mut tasks, effect);
        }
        let message = tokio::select! {
            message = messages.recv() => message,
            Some(finished) = tasks.join_next() => match finished {
                Err(error) if error.is_panic() => return Err(DashboardError::Panicked),
                _ => continue,
            },
            stopped = tokio::signal::ctrl_c() => return stopped.map_err(DashboardError::from),
            _ = terminated.recv() => return Ok(()),
        };
        let Some(message) = message else { return Ok(()) };
        let now = Timestamp::now();
        let lines = teller.tell(&state, now, &message);
        if matches!(message, Message::Live(Live::Connected)) && !std::mem::replace(&mut teller.asked, true) {
            let query = UserQuery { limit: 1, ..UserQuery::default() };
            let counts = Call::Users { list: ListId::Users, generation: 0, page: 0, query };
            waiting.extend([Effect::Call(counts), Effect::Call(Call::Tokens)]);
        }
        match print(&lines) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            printed => printed?,
        }
        waiting.extend(update(&mut state, now, message));
    }
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        // What comes from outside must not steer the terminal.
        writeln!(out, "{}", text::visible(line))?;
    }
    out.flush()
}

fn carry_out(client: &Client, sender: &mpsc::Sender<Message>, tasks: &mut JoinSet<()>, effect: Effect) {
    let (client, sender) = (client.clone(), sender.clone());
    match effect {
        Effect::Follow => drop(tasks.spawn(effects::follow(client, sender))),
        Effect::Call(call) => drop(tasks.spawn(async move {
            let answer = effects::call(&client, call).await;
            // Nobody listens any more: the telling has ended.
            let _ = sender.send(Message::Answer(Box::new(answer))).await;
        })),
        Effect::After(wait, timer) => drop(tasks.spawn(async move {
            tokio::time::sleep(wait).await;
            let _ = sender.send(Message::Timer(timer)).await;
        })),
        // There is no screen, and nobody presses a key.
        _ => {}
    }
}

/// What has been said so far, so that only what is new is said.
#[derive(Debug, Default)]
struct Teller {
    asked: bool,
    lost: bool,
    introduced: bool,
    /// What was learnt before it was known where this is.
    held: Vec<String>,
    counted: bool,
    listed_tokens: bool,
    steps: BTreeMap<String, StepState>,
    findings: BTreeMap<Code, String>,
}

impl Teller {
    /// The lines for a message, told before the state takes it in: first of all where this is, but for a connection
    /// that does not come about.
    fn tell(&mut self, state: &State, now: Timestamp, message: &Message) -> Vec<String> {
        let lines = self.new_lines(state, now, message);
        if self.introduced {
            return if self.held.is_empty() { lines } else { [lines, std::mem::take(&mut self.held)].concat() };
        }
        if matches!(message, Message::Live(_)) {
            return lines;
        }
        self.held.extend(lines);
        Vec::new()
    }

    fn new_lines(&mut self, state: &State, now: Timestamp, message: &Message) -> Vec<String> {
        match message {
            Message::Recent(events) => events.iter().take(RECENT).rev().map(|event| event_line(event, now)).collect(),
            Message::Live(Live::Event(event)) => vec![event_line(event, now)],
            Message::Live(Live::Connected) if std::mem::take(&mut self.lost) => vec!["Connected again.".to_owned()],
            Message::Live(Live::Disconnected { reason, .. }) if !std::mem::replace(&mut self.lost, true) => {
                vec![format!("Disconnected, trying again: {}", text::sentence(reason))]
            }
            Message::Answer(answer) => self.tell_answer(state, answer),
            _ => Vec::new(),
        }
    }

    fn tell_answer(&mut self, state: &State, answer: &Answer) -> Vec<String> {
        match answer {
            Answer::WhoAmI(Ok(who)) if !std::mem::replace(&mut self.introduced, true) => vec![format!(
                "Workspace {} at {}, as {} ({}). SCIM base URL: {}",
                who.workspace, state.options.connection_name, who.name, who.role, who.scim_base_url
            )],
            Answer::Setup(Ok((checklist, findings))) => {
                let mut lines = self.steps(checklist);
                lines.extend(self.findings(findings));
                lines
            }
            Answer::Users { result: Ok(page), .. } if !std::mem::replace(&mut self.counted, true) => {
                vec![counts(&page.counts)]
            }
            Answer::Tokens(Ok(tokens)) if !std::mem::replace(&mut self.listed_tokens, true) => {
                tokens.iter().map(|token| token_line(token, state.now)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn steps(&mut self, checklist: &Checklist) -> Vec<String> {
        let mut lines = Vec::new();
        for step in &checklist.steps {
            if self.steps.insert(step.id.clone(), step.state) == Some(step.state) {
                continue;
            }
            let word = match step.state {
                StepState::Done => "done",
                StepState::Pending => "open",
                StepState::Problem => "problem",
            };
            let proof = step.evidence.as_ref().map(|evidence| format!(": {}", evidence.text)).unwrap_or_default();
            lines.push(format!("Setup, {}: {word}{proof}", step.title));
        }
        lines
    }

    fn findings(&mut self, findings: &[Finding]) -> Vec<String> {
        let mut lines = Vec::new();
        for finding in findings.iter().filter(|finding| finding.dismissed.is_none()) {
            if self.findings.insert(finding.code, finding.title.clone()).is_none() {
                let Finding { code, severity, title, fix, .. } = finding;
                lines.push(format!("Finding {code} ({severity}): {title}. To mend it: {fix}"));
            }
        }
        let open = |code: &Code| findings.iter().any(|finding| finding.code == *code);
        lines.extend(
            self.findings
                .iter()
                .filter(|(code, _)| !open(code))
                .map(|(code, title)| format!("Finding {code} is closed: {title}.")),
        );
        self.findings.retain(|code, _| open(code));
        lines
    }
}

fn counts(counts: &UserCounts) -> String {
    let of_role = |role: Role, number| text::plural(number, role.as_str(), &format!("{role}s"));
    format!(
        "{}, {} active: {}, {}, {}.",
        text::plural(counts.total, "user", "users"),
        text::count(counts.active),
        of_role(Role::Owner, counts.owners),
        of_role(Role::Editor, counts.editors),
        of_role(Role::Viewer, counts.viewers)
    )
}

fn token_line(token: &Token, now: Timestamp) -> String {
    let used = token.last_used.map_or_else(
        || "never used".to_owned(),
        |at| format!("last used {} UTC, {}", text::moment(at), text::plural(token.uses, "request", "requests")),
    );
    let expires = text::day(token.expires);
    format!("Token \"{}\" (…{}): {}, {used}, expires {expires}.", token.name, token.tail, token.state(now))
}

fn event_line(event: &Event, now: Timestamp) -> String {
    let day = if text::day(event.at) == text::day(now) { String::new() } else { format!("{} ", text::day(event.at)) };
    let repeats = if event.repeats > 1 { format!(" ({} times)", text::count(event.repeats)) } else { String::new() };
    let detail = event.detail.as_ref().filter(|_| !event.succeeded()).map(|said| format!(" {said}"));
    let changed = if event.changed.is_empty() || !event.succeeded() {
        String::new()
    } else {
        format!(" Changed: {}.", event.changed.join(", "))
    };
    let mode = if event.mode.is_live() { String::new() } else { format!(" ({})", event.mode) };
    format!(
        "{day}{} event {}, {} {}{mode}: {}{repeats}{}{changed}",
        text::clock(event.at),
        event.id,
        event.status,
        event.action,
        meaning(event),
        detail.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::tests::{bench::Bench, fixtures};

    fn told(messages: Vec<Message>) -> Vec<String> {
        let bench = Bench::unconnected(80, 24);
        let mut teller = Teller { introduced: messages.len() < 5, ..Teller::default() };
        messages.iter().flat_map(|message| teller.tell(&bench.state, fixtures::now(), message)).collect()
    }

    fn answer(answer: Answer) -> Message {
        Message::Answer(Box::new(answer))
    }

    #[test]
    fn it_says_how_things_stand() {
        let page = crate::model::user::UserPage {
            counts: UserCounts { total: 6, active: 4, owners: 1, editors: 1, viewers: 2, ..UserCounts::default() },
            ..crate::model::user::UserPage::default()
        };
        let lines = told(vec![
            Message::Recent(fixtures::events()),
            answer(Answer::WhoAmI(Ok(fixtures::who(Role::Owner)))),
            answer(Answer::Setup(Ok((fixtures::checklist(), fixtures::findings())))),
            answer(Answer::Users { list: ListId::Users, generation: 0, page: 0, result: Ok(page) }),
            answer(Answer::Tokens(Ok(fixtures::tokens()))),
        ]);
        insta::assert_snapshot!("plain", lines.join("\n"));
    }

    #[test]
    fn afterwards_it_says_what_changes_and_nothing_twice() {
        let (mut checklist, findings) = (fixtures::checklist(), fixtures::findings());
        let before = answer(Answer::Setup(Ok((checklist.clone(), findings.clone()))));
        let again = answer(Answer::Setup(Ok((checklist.clone(), findings.clone()))));
        let place = checklist.steps.iter().position(|step| step.state == StepState::Pending).unwrap();
        checklist.steps[place].state = StepState::Done;
        let after = answer(Answer::Setup(Ok((checklist.clone(), findings[1..].to_vec()))));
        let first = told(vec![before]).len();
        let before = answer(Answer::Setup(Ok((fixtures::checklist(), findings.clone()))));
        let lines = told(vec![before, again, after]);
        let expected = [
            format!("Setup, {}: done", checklist.steps[place].title),
            format!("Finding {} is closed: {}.", findings[0].code, findings[0].title),
        ];
        assert_eq!(lines[first..], expected);
    }

    #[test]
    fn a_lost_connection_is_said_once_and_so_is_its_return() {
        let lost = || {
            Message::Live(Live::Disconnected {
                reason: "connection refused".to_owned(),
                refused: false,
                retry_in: std::time::Duration::from_secs(1),
            })
        };
        let lines = told(vec![lost(), lost(), Message::Live(Live::Connected), Message::Live(Live::Connected)]);
        assert_eq!(lines, ["Disconnected, trying again: Connection refused.", "Connected again."]);
    }
}
