//! The loop: wait for something to happen, take everything that waits, draw once.
//!
//! Nothing ticks. While nothing happens, nothing runs and nothing is written.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::{JoinHandle, JoinSet, spawn_blocking},
    time::{Instant, timeout_at},
};

use crate::{
    client::{Client, live::Live},
    dashboard::{
        DashboardError, Options,
        clipboard::{self, Surroundings},
        effects,
        message::{Clipped, Effect, Message},
        preferences::Preferences,
        remembered::Remembered,
        state::State,
        terminal::{self, Screen},
        theme::Theme,
        update::update,
    },
    model::time::Timestamp,
};

/// The least time between two frames: faster is not seen, only paid for.
const FRAME: Duration = Duration::from_millis(6);
/// The least time between two frames when only events of the stream arrived: each moves the whole log by a line, which
/// is a lot to send over SSH a hundred times a second.
const STREAM_FRAME: Duration = Duration::from_millis(40);
/// The longest time between two frames while messages pour in.
const PATIENCE: Duration = Duration::from_millis(50);
/// Messages that may wait; who sends more waits too.
const QUEUE: usize = 1024;

/// The dashboard on the terminal, with its first frame drawn: something to see while a service is found or started.
/// Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Opened {
    folder: PathBuf,
    remembered: Remembered,
    screen: Screen,
    state: State,
    drawn: Instant,
    /// Whether the terminal's background is light, once it has said so.
    light: Option<JoinHandle<Option<bool>>>,
}

impl Opened {
    /// Takes the terminal and draws the first frame; within a tokio runtime. In `folder`, `dashboard.toml` is looked for, and there the dashboard
    /// keeps what it remembers.
    ///
    /// # Errors
    /// The terminal cannot be taken.
    pub fn new(folder: &Path) -> Result<Self, DashboardError> {
        let preferences = Preferences::load(folder);
        let remembered = Remembered::load(folder);
        let mut screen = Screen::take()?;
        let mut state = State::new(Options::default(), Theme::DARK, screen.size()?, Timestamp::now());
        state.appearance.without_colours = Theme::without_colours();
        remembered.restore(&mut state);
        state.prefer(preferences);
        screen.draw(&state)?;
        let drawn = Instant::now();
        // The terminal is asked with the first frame on screen, so that nobody waits for its answer, and before anybody
        // has typed, or the answer's reader would take the keys.
        let light = state.appearance.asks_terminal().then(|| spawn_blocking(Theme::terminal_is_light));
        Ok(Self { folder: folder.to_owned(), remembered, screen, state, drawn, light })
    }

    /// Runs it on a service until the admin leaves.
    ///
    /// # Errors
    /// The terminal is gone, or a task of the dashboard panicked.
    pub async fn run(self, client: Client, options: Options) -> Result<(), DashboardError> {
        let Self { folder, mut remembered, mut screen, mut state, drawn, light } = self;
        state.options = options;
        // Where it was on this very connection, which has a name only now.
        remembered.restore(&mut state);
        if let Some(light) = light
            && let Ok(Some(light)) = light.await
        {
            state.appearance.light = light;
            state.restyle();
            screen.draw(&state)?;
        }
        if state.appearance.hears_mouse() {
            screen.mouse(true)?;
        }
        let (sender, mut messages) = mpsc::channel(QUEUE);
        terminal::read_input(sender.clone())?;
        let mut doer = Doer { client, sender, tasks: JoinSet::new(), surroundings: Surroundings::from_environment() };
        doer.listen_for_signals()?;
        // The terminal may have got another size since the first frame, with nobody to hear of it.
        let size = screen.size()?;
        let mut effects = update(&mut state, Timestamp::now(), Message::Resize(size.width, size.height));
        effects.extend(state.start());
        doer.carry_out(&mut screen, effects).await?;
        let ended = go_on(&mut state, &mut screen, &mut messages, &mut doer, drawn).await;
        remembered.note(&state);
        // Nobody is left to tell, and nothing but convenience is lost.
        let _ = remembered.save(&folder);
        ended
    }
}

/// Handles messages until the admin leaves.
async fn go_on(
    state: &mut State,
    screen: &mut Screen,
    messages: &mut mpsc::Receiver<Message>,
    doer: &mut Doer,
    mut drawn: Instant,
) -> Result<(), DashboardError> {
    loop {
        let message = tokio::select! {
            message = messages.recv() => message,
            Some(finished) = doer.tasks.join_next() => {
                if finished.is_err_and(|error| error.is_panic()) {
                    return Err(DashboardError::Panicked);
                }
                continue;
            }
        };
        let Some(mut message) = message else { return Ok(()) };
        let mut patience = Instant::now() + PATIENCE;
        let mut pace = STREAM_FRAME;
        loop {
            pace = pace.min(pace_of(&message));
            let effects = update(state, Timestamp::now(), message);
            if doer.carry_out(screen, effects).await?.is_end() {
                return Ok(());
            }
            let due = drawn + pace;
            message = match messages.try_recv() {
                Ok(next) if Instant::now() < patience => next,
                Ok(next) => {
                    screen.draw(state)?;
                    drawn = Instant::now();
                    patience = drawn + PATIENCE;
                    next
                }
                Err(_) if Instant::now() >= due => break,
                Err(_) => match timeout_at(due, messages.recv()).await {
                    Ok(Some(next)) => next,
                    Ok(None) | Err(_) => break,
                },
            };
        }
        screen.draw(state)?;
        drawn = Instant::now();
    }
}

/// How soon after the last frame a message is shown; one that comes later than that is shown at once.
const fn pace_of(message: &Message) -> Duration {
    match message {
        Message::Live(Live::Event(_)) => STREAM_FRAME,
        _ => FRAME,
    }
}

/// Whether the dashboard goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    On,
    End,
}

impl Course {
    const fn is_end(self) -> bool {
        matches!(self, Self::End)
    }
}

/// Carries out effects.
struct Doer {
    client: Client,
    sender: mpsc::Sender<Message>,
    tasks: JoinSet<()>,
    surroundings: Surroundings,
}

impl Doer {
    /// Turns the signals that ask a process to end into a message, so that the terminal is given back first.
    fn listen_for_signals(&mut self) -> io::Result<()> {
        for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
            let mut signals = signal(kind)?;
            let sender = self.sender.clone();
            self.tasks.spawn(async move {
                if signals.recv().await.is_some() {
                    // Nobody listens any more: the dashboard is ending already.
                    let _ = sender.send(Message::Terminate).await;
                }
            });
        }
        Ok(())
    }

    /// A task whose outcome comes back as a message.
    fn spawn(&mut self, task: impl Future<Output = Message> + Send + 'static) {
        let sender = self.sender.clone();
        self.tasks.spawn(async move {
            let message = task.await;
            let _ = sender.send(message).await;
        });
    }

    async fn carry_out(&mut self, screen: &mut Screen, effects: Vec<Effect>) -> io::Result<Course> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Course::End),
                Effect::Suspend => screen.suspend().await?,
                Effect::Repaint => screen.clear()?,
                Effect::Mouse(heard) => screen.mouse(heard)?,
                Effect::Follow => {
                    let (client, sender) = (self.client.clone(), self.sender.clone());
                    self.tasks.spawn(effects::follow(client, sender));
                }
                Effect::Call(call) => {
                    let client = self.client.clone();
                    self.spawn(async move { Message::Answer(Box::new(effects::call(&client, call).await)) });
                }
                Effect::After(wait, timer) => self.spawn(async move {
                    tokio::time::sleep(wait).await;
                    Message::Timer(timer)
                }),
                Effect::Copy { what, text } => {
                    let surroundings = self.surroundings;
                    let sequence = surroundings.sequence(&text);
                    if let Some(sequence) = &sequence {
                        screen.send(sequence)?;
                    }
                    let asked = sequence.is_some();
                    self.spawn(async move {
                        let sent = clipboard::send(surroundings, &text, asked).await;
                        Message::Clipped(sent.map(|to| Clipped { what, to }))
                    });
                }
                Effect::Save { name, text } => self.spawn(async move {
                    let written = tokio::task::spawn_blocking(move || effects::save(&name, &text)).await;
                    Message::Saved(written.unwrap_or_else(|_| Err("The file was not written.".to_owned())))
                }),
            }
        }
        Ok(Course::On)
    }
}
