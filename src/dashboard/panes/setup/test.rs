//! The section Test: traffic like Okta's, sent from here at a key, and removed at another.
//!
//! What is sent is marked by the service as a test wherever it shows, and touches neither the people who are here nor what
//! the checklist and the diagnosis know.

use std::sync::Arc;

use crate::{
    client::Client,
    dashboard::{
        dialog::{Confirm, Dialog},
        message::{self, Effect, Failure, Load},
        panes::setup::steps_between,
        player::{AppKind, Play, Player, Progress, Report, Scenario, Tell},
        scroll::{self, Move},
        state::State,
        text,
        update::notice,
    },
    model::test_traffic::{TestCounts, TestPass, TestTraffic},
};

/// The state of the section.
#[derive(Debug, Default)]
pub struct Test {
    /// What test traffic left behind.
    pub left: Load<TestTraffic>,
    /// The selected scenario.
    place: usize,
    /// The selected kind of app.
    app: usize,
    /// The first line shown of the text beside the scenarios.
    pub first: usize,
    /// What is played, or was played last.
    pub run: Option<Run>,
    /// What was removed last.
    pub removed: Option<TestCounts>,
}

/// A run.
#[derive(Debug)]
pub struct Run {
    /// Its number: what an earlier one still says is passed over.
    number: u64,
    /// What is played.
    pub scenario: Scenario,
    /// By which kind of app.
    pub app: String,
    /// How far it is.
    pub progress: Progress,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It was played.
    Done(Box<Report>),
    /// The admin stopped it.
    Stopped,
    /// It could not begin.
    Refused(String),
}

/// What is to be played: the places of the scenario and of the kind of app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// The run's number.
    pub number: u64,
    scenario: usize,
    app: usize,
}

/// What a run says.
#[derive(Debug)]
pub enum Told {
    /// How far it is.
    Progress(Progress),
    /// It is over: what it came to, or why it could not begin.
    Ended(Result<Report, String>),
}

/// What the section asks of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// What there is of test traffic.
    Read,
    /// Remove all of it.
    Remove,
}

/// What the service said to a [`Call`].
#[derive(Debug)]
pub enum Answer {
    /// To [`Call::Read`].
    Read(Result<TestTraffic, Failure>),
    /// To [`Call::Remove`]: what was removed.
    Removed(Result<TestCounts, Failure>),
}

impl Call {
    /// Asks the service.
    pub async fn ask(self, client: &Client) -> Answer {
        match self {
            Self::Read => Answer::Read(client.test_traffic().await.map_err(Failure::from)),
            Self::Remove => Answer::Removed(client.remove_test_traffic().await.map_err(Failure::from)),
        }
    }
}

/// Plays: has the service make the credential for it, then hands over to the player.
pub async fn play(client: Client, player: Arc<dyn Player>, chosen: Chosen, tell: Tell) -> Result<Report, String> {
    let pass: TestPass = client.begin_test_traffic().await.map_err(|error| Failure::from(error).sentence)?;
    let Chosen { scenario, app, .. } = chosen;
    let play = Play { scenario, app, url: client.url().to_owned(), pass };
    player.play(play, tell).await.map_err(|reason| text::sentence(&reason))
}

impl Test {
    /// Whether something is being played.
    pub fn is_playing(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.end.is_none())
    }

    /// The place of the selected scenario.
    pub const fn place(&self) -> usize {
        self.place
    }

    /// The selected scenario.
    pub fn scenario<'s>(&self, state: &'s State) -> Option<&'s Scenario> {
        scenarios(state).get(self.place)
    }

    /// The selected kind of app.
    pub fn app<'s>(&self, state: &'s State) -> Option<&'s AppKind> {
        state.options.player.as_ref()?.apps().get(self.app)
    }

    /// Moves through so many scenarios.
    pub fn travel(&mut self, scenarios: usize, by: Move) {
        self.place = scroll::travel_rows(self.place, scenarios, 6, by);
        self.first = 0;
    }

    /// Moves through the text beside, which has so many lines.
    pub fn travel_text(&mut self, lines: usize, height: u16, by: Move) {
        self.first = scroll::travel_text(self.first, lines, height, by);
    }

    /// How much there is of test traffic, where that is known.
    pub fn counts(&self) -> Option<TestCounts> {
        self.left.ready().map(|left| left.counts)
    }
}

/// What can be played.
pub fn scenarios(state: &State) -> &[Scenario] {
    state.options.player.as_ref().map_or(&[], |player| player.scenarios())
}

/// Rows on screen from the cursor as steps of the cursor: the heading over the mistakes is a row, but no step.
pub fn without_heading(state: &State, rows: i32) -> i32 {
    let plain = scenarios(state).iter().filter(|scenario| scenario.finding.is_none()).count();
    steps_between(state.setup.test.place, plain, rows)
}

/// Sends the selected scenario.
pub fn send(state: &mut State, effects: &mut Vec<Effect>) {
    let test = &state.setup.test;
    let (Some(scenario), Some(app)) = (test.scenario(state).cloned(), test.app(state)) else { return };
    let (app, chosen) = (app.name.clone(), (test.place, test.app));
    let number = state.next_number();
    state.setup.test.run = Some(Run { number, scenario, app, progress: Progress::default(), end: None });
    state.setup.test.removed = None;
    state.setup.test.first = 0;
    effects.push(Effect::Play(Chosen { number, scenario: chosen.0, app: chosen.1 }));
}

/// Stops what is being played; false when nothing is.
pub fn stop(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(run) = state.setup.test.run.as_mut().filter(|run| run.end.is_none()) else { return false };
    run.end = Some(End::Stopped);
    effects.push(Effect::StopPlaying);
    effects.push(Effect::Call(message::Call::Test(Call::Read)));
    true
}

/// The other kind of app plays from now on.
pub fn next_app(state: &mut State) {
    let apps = state.options.player.as_ref().map_or(0, |player| player.apps().len()).max(1);
    state.setup.test.app = (state.setup.test.app + 1) % apps;
}

/// Asks whether to remove what test traffic left behind.
pub fn ask_removal(state: &mut State) {
    let Some(counts) = state.setup.test.counts() else { return };
    let lines = vec![
        format!("{} go, with everything that is kept of them.", amounts(&counts)),
        "What anybody else made stays as it is, and so do the checklist and the findings.".to_owned(),
    ];
    let call = message::Call::Test(Call::Remove);
    state.dialog = Some(Dialog::Confirm(Confirm::new("Remove all test traffic?".to_owned(), lines, "Remove", call)));
}

/// `6 people, 1 group and 190 events`.
pub fn amounts(counts: &TestCounts) -> String {
    let people = text::plural(counts.users, "person", "people");
    let groups = text::plural(counts.groups, "group", "groups");
    format!("{people}, {groups} and {}", text::plural(counts.events, "event", "events"))
}

/// Takes what a run says.
pub fn hear(state: &mut State, number: u64, told: Told, effects: &mut Vec<Effect>) {
    let Some(run) = state.setup.test.run.as_mut().filter(|run| run.number == number && run.end.is_none()) else {
        return;
    };
    match told {
        Told::Progress(progress) => run.progress = progress,
        Told::Ended(ended) => {
            run.end = Some(match ended {
                Ok(report) => End::Done(Box::new(report)),
                Err(reason) => End::Refused(reason),
            });
            effects.push(Effect::Call(message::Call::Test(Call::Read)));
        }
    }
}

/// Takes what the service said.
pub fn take(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Read(answer) => state.setup.test.left.take(answer),
        Answer::Removed(Ok(counts)) => {
            state.setup.test.run = None;
            state.setup.test.removed = Some(counts);
            state.setup.test.first = 0;
            state.log.forget_tests();
            effects.push(Effect::Call(message::Call::Test(Call::Read)));
            state.toasts.success("All test traffic is removed.", effects);
        }
        Answer::Removed(Err(failure)) => {
            effects.push(Effect::Call(message::Call::Test(Call::Read)));
            notice(state, "The test traffic was not removed", failure);
        }
    }
}
