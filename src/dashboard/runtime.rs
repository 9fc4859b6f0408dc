//! The loop: wait for something to happen, take everything that waits, draw once.
//!
//! It begins before there is a service to talk to: keys are heard while one is found or started, and what they ask of it
//! is kept until it is there. Nothing ticks. While nothing happens, nothing runs and nothing is written.

use std::{
    convert::Infallible,
    io,
    path::{Path, PathBuf},
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::{AbortHandle, JoinHandle, JoinSet, spawn_blocking},
    time::{Instant, timeout_at},
};

use crate::{
    client::{Client, live::Live},
    dashboard::{
        DashboardError, Options,
        clipboard::{self, Surroundings},
        effects,
        message::{Clipped, Effect, Message},
        panes::setup::test::{self, Chosen, Told},
        player::Player,
        preferences::Preferences,
        remembered::Remembered,
        state::State,
        terminal::{self, Screen},
        theme::{Ground, Theme},
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
    remembered: Remembered,
    screen: Screen,
    state: State,
    drawn: Instant,
    /// What the terminal says of its background, until that is here: then the input is read.
    ground: Option<JoinHandle<Ground>>,
    listens: bool,
    /// Whether the connection's name is the one used last rather than one that is known.
    guessed: bool,
    messages: mpsc::Receiver<Message>,
    doer: Doer,
}

/// Tells an [`Opened`] dashboard what it is waiting for.
#[derive(Debug, Clone)]
pub struct Teller(mpsc::Sender<Message>);

impl Teller {
    /// Shows a sentence such as `Starting the service …`, should it take long.
    pub fn say(&self, words: String) {
        // A queue that is full is about to be shown.
        let _ = self.0.try_send(Message::Awaited(words));
    }
}

impl Opened {
    /// Takes the terminal and draws the first frame; within a tokio runtime. In `folder`, `dashboard.toml` is looked
    /// for, and there the dashboard keeps what it remembers, such as where the admin was on the connection of this name;
    /// where that is not known yet, the one used last is expected.
    ///
    /// # Errors
    /// The terminal cannot be taken.
    pub fn new(folder: &Path, connection_name: Option<&str>) -> Result<Self, DashboardError> {
        let preferences = Preferences::load(folder);
        let remembered = Remembered::load(folder);
        let mut screen = Screen::take()?;
        let expected = connection_name.or(remembered.last_connection()).unwrap_or_default().to_owned();
        let options = Options { connection_name: expected, ..Options::default() };
        let mut state = State::new(options, Theme::DARK, screen.size()?, Timestamp::now());
        state.appearance.without_colours = Theme::without_colours();
        remembered.restore(&mut state);
        state.prefer(preferences);
        screen.draw(&state)?;
        let drawn = Instant::now();
        // The terminal is asked with the first frame on screen, so that nobody waits for its answer, and before the input
        // is read, or the reader would take the answer for keys.
        let ground = state.appearance.asks_terminal().then(|| spawn_blocking(Theme::ask_terminal));
        let (sender, messages) = mpsc::channel(QUEUE);
        Ok(Self {
            remembered,
            screen,
            state,
            drawn,
            ground,
            listens: false,
            guessed: connection_name.is_none(),
            messages,
            doer: Doer::new(sender, folder.to_owned()),
        })
    }

    /// Whoever can say what is being waited for.
    pub fn teller(&self) -> Teller {
        Teller(self.doer.sender.clone())
    }

    /// Waits for what has to be there before the dashboard can run, and meanwhile hears the admin; none when they left,
    /// with whatever was begun given up.
    ///
    /// # Errors
    /// The terminal is gone, or a task panicked.
    pub async fn wait<T: Send + 'static>(
        &mut self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Option<T>, DashboardError> {
        // A task of its own: it may hold its thread for longer than a key should wait.
        let mut working = tokio::spawn(work);
        self.listen().await?;
        let done = self.go_on(pin!(&mut working)).await?;
        working.abort();
        done.transpose().map_err(|_| DashboardError::Panicked)
    }

    /// Runs it on a service until the admin leaves.
    ///
    /// # Errors
    /// The terminal is gone, or a task of the dashboard panicked.
    pub async fn run(mut self, client: Client, options: Options) -> Result<(), DashboardError> {
        let expected = self.state.options.connection_name == options.connection_name;
        self.state.options = options;
        // Another connection than the one used last has a place of its own. Whoever has pressed keys meanwhile is where
        // they want to be.
        if !expected && !self.state.was_used {
            self.remembered.restore(&mut self.state);
        }
        self.listen().await?;
        self.teller().say(format!("Waiting for {} to answer …", client.url()));
        let effects = self.doer.connect(client).into_iter().chain(self.state.start()).collect();
        self.doer.carry_out(&mut self.screen, &self.state, effects).await?;
        let ended = self.go_on(pin!(std::future::pending::<Infallible>())).await;
        self.remembered.note(&self.state);
        if self.guessed {
            self.remembered.expect(&self.state.options.connection_name);
        }
        // Nobody is left to tell, and nothing but convenience is lost.
        let _ = self.remembered.save(&self.doer.folder);
        ended.map(|_| ())
    }

    /// Begins to hear the admin and the signals, unless it does already.
    async fn listen(&mut self) -> Result<(), DashboardError> {
        if std::mem::replace(&mut self.listens, true) {
            return Ok(());
        }
        if let Some(ground) = self.ground.take()
            && let Ok(Ground { light, typed }) = ground.await
        {
            if let Some(light) = light {
                self.state.appearance.light = light;
                self.state.restyle();
                self.screen.draw(&self.state)?;
            }
            for key in terminal::keys_of(&typed) {
                // More keys than the queue holds are no keys.
                let _ = self.doer.sender.try_send(Message::Key(key));
            }
        }
        if self.state.appearance.hears_mouse() {
            self.screen.mouse(true)?;
        }
        terminal::read_input(self.doer.sender.clone())?;
        self.doer.listen_for_signals()?;
        // The terminal may have got another size since the first frame, with nobody to hear of it.
        let size = self.screen.size()?;
        let effects = update(&mut self.state, Timestamp::now(), Message::Resize(size.width, size.height));
        self.doer.carry_out(&mut self.screen, &self.state, effects).await?;
        Ok(())
    }

    /// Handles messages until what is awaited is there, or the admin leaves, which gives nothing.
    async fn go_on<T>(&mut self, mut awaited: Pin<&mut impl Future<Output = T>>) -> Result<Option<T>, DashboardError> {
        let Self { screen, state, drawn, messages, doer, .. } = self;
        loop {
            // Only here, with every message handled and drawn, may what is awaited end it.
            let message = tokio::select! {
                message = messages.recv() => message,
                there = &mut awaited => return Ok(Some(there)),
                Some(finished) = doer.tasks.join_next() => {
                    if finished.is_err_and(|error| error.is_panic()) {
                        return Err(DashboardError::Panicked);
                    }
                    continue;
                }
            };
            let Some(mut message) = message else { return Ok(None) };
            let mut patience = Instant::now() + PATIENCE;
            let mut pace = STREAM_FRAME;
            loop {
                pace = pace.min(pace_of(&message));
                let effects = update(state, Timestamp::now(), message);
                if doer.carry_out(screen, state, effects).await?.is_end() {
                    return Ok(None);
                }
                let due = *drawn + pace;
                message = match messages.try_recv() {
                    Ok(next) if Instant::now() < patience => next,
                    Ok(next) => {
                        screen.draw(state)?;
                        *drawn = Instant::now();
                        patience = *drawn + PATIENCE;
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
            *drawn = Instant::now();
        }
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
#[derive(Debug)]
struct Doer {
    /// None until there is a service.
    client: Option<Client>,
    /// What is to be asked of it then.
    kept: Vec<Effect>,
    /// Where the dashboard keeps its files.
    folder: PathBuf,
    sender: mpsc::Sender<Message>,
    tasks: JoinSet<()>,
    /// What is being played as test traffic.
    playing: Option<AbortHandle>,
    surroundings: Surroundings,
}

impl Doer {
    fn new(sender: mpsc::Sender<Message>, folder: PathBuf) -> Self {
        let surroundings = Surroundings::from_environment();
        Self { client: None, kept: Vec::new(), folder, sender, tasks: JoinSet::new(), playing: None, surroundings }
    }

    /// There is a service now; gives what was to be asked of it.
    fn connect(&mut self, client: Client) -> Vec<Effect> {
        self.client = Some(client);
        std::mem::take(&mut self.kept)
    }

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

    /// Plays test traffic in a task that can be stopped.
    fn play(&mut self, client: Client, player: Arc<dyn Player>, chosen: Chosen) {
        let sender = self.sender.clone();
        let number = chosen.number;
        self.stop_playing();
        self.playing = Some(self.tasks.spawn(async move {
            let heard = sender.clone();
            // With the queue full there is more to show than how far this is, and the next says it as well.
            let tell = move |progress| drop(heard.try_send(Message::Played(number, Told::Progress(progress))));
            let ended = test::play(client, player, chosen, Box::new(tell)).await;
            let _ = sender.send(Message::Played(number, Told::Ended(ended))).await;
        }));
    }

    fn stop_playing(&mut self) {
        if let Some(playing) = self.playing.take() {
            playing.abort();
        }
    }

    async fn carry_out(&mut self, screen: &mut Screen, state: &State, effects: Vec<Effect>) -> io::Result<Course> {
        for effect in effects {
            match (effect, &self.client) {
                (Effect::Quit, _) => return Ok(Course::End),
                (Effect::Suspend, _) => screen.suspend().await?,
                (Effect::Repaint, _) => screen.clear()?,
                (Effect::Mouse(heard), _) => screen.mouse(heard)?,
                (Effect::ReadPreferences, _) => {
                    let folder = self.folder.clone();
                    let read = move || Preferences::load(&folder);
                    self.spawn(async move {
                        // The reader answers to nobody's panic but its own.
                        Message::Preferences(Box::new(spawn_blocking(read).await.unwrap_or_default()))
                    });
                }
                (effect @ (Effect::Follow | Effect::Call(_) | Effect::Play(_)), None) => self.kept.push(effect),
                (Effect::Follow, Some(client)) => {
                    let (client, sender) = (client.clone(), self.sender.clone());
                    self.tasks.spawn(effects::follow(client, sender));
                }
                (Effect::Call(call), Some(client)) => {
                    let client = client.clone();
                    self.spawn(async move { Message::Answer(Box::new(effects::call(&client, call).await)) });
                }
                (Effect::Play(chosen), Some(client)) => {
                    if let Some(player) = &state.options.player {
                        let (client, player) = (client.clone(), Arc::clone(player));
                        self.play(client, player, chosen);
                    }
                }
                (Effect::StopPlaying, _) => self.stop_playing(),
                (Effect::After(wait, timer), _) => self.spawn(async move {
                    tokio::time::sleep(wait).await;
                    Message::Timer(timer)
                }),
                (Effect::Copy { what, text }, _) => {
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
                (Effect::Save { name, text }, _) => self.spawn(async move {
                    let written = tokio::task::spawn_blocking(move || effects::save(&name, &text)).await;
                    Message::Saved(written.unwrap_or_else(|_| Err("The file was not written.".to_owned())))
                }),
            }
        }
        Ok(Course::On)
    }
}
