//! The dashboard in a pseudo-terminal, watched from outside: what it sends and when, and what its process uses.

use std::{
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::room::BINARY;

/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the first frame shows, in one piece.
const FIRST_TITLE: &[u8] = b"Setup";

/// What came from the dashboard.
struct Heard {
    parser: vt100::Parser,
    bytes: u64,
    /// The end of what came last.
    tail: Vec<u8>,
    first_frame: Option<Instant>,
    last: Instant,
}

/// The terminal.
pub struct Screen {
    heard: Arc<(Mutex<Heard>, Condvar)>,
    started: Instant,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    // Dropping it would hang up.
    _master: Box<dyn MasterPty + Send>,
}

impl Screen {
    /// Starts the dashboard on a data directory in a terminal of this size.
    pub fn open(data: &Path, (columns, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols: columns, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new(BINARY);
        command.env_clear();
        command.env("HOME", data);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.arg("--data");
        command.arg(data);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let cells = |cells| NonZeroU16::new(cells).unwrap();
        let started = Instant::now();
        let heard = Heard {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            bytes: 0,
            tail: Vec::new(),
            first_frame: None,
            last: started,
        };
        let heard = Arc::new((Mutex::new(heard), Condvar::new()));
        let told = Arc::clone(&heard);
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let (now, bytes) = (Instant::now(), &buffer[..read]);
                let mut heard = told.0.lock().unwrap();
                heard.bytes += read as u64;
                heard.last = now;
                heard.tail.extend_from_slice(bytes);
                if heard.first_frame.is_none() && heard.tail.windows(FIRST_TITLE.len()).any(|part| part == FIRST_TITLE)
                {
                    heard.first_frame = Some(now);
                }
                let keep = heard.tail.len().saturating_sub(FIRST_TITLE.len());
                heard.tail.drain(..keep);
                // Whoever waits for a byte is told before the picture is made of it.
                told.1.notify_all();
                heard.parser.process(bytes);
            }
        });
        let started = Instant::now().max(started);
        let child = pair.slave.spawn_command(command).unwrap();
        Self { heard, started, writer, child, _master: pair.master }
    }

    fn until<T>(&self, what: &str, found: impl Fn(&Heard) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut heard = self.heard.0.lock().unwrap();
        loop {
            if let Some(found) = found(&heard) {
                return found;
            }
            assert!(Instant::now() < deadline, "never saw {what}:\n{}", heard.parser.screen().contents());
            heard = self.heard.1.wait_timeout(heard, Duration::from_millis(100)).unwrap().0;
        }
    }

    /// From the start of the process to its first frame.
    pub fn first_frame(&self) -> Duration {
        self.until("a frame", |heard| heard.first_frame).duration_since(self.started)
    }

    /// Waits until this text stands on the screen.
    pub fn wait_for(&self, text: &str) {
        self.until(text, |heard| heard.parser.screen().contents().contains(text).then_some(()));
    }

    /// The first word on the screen with this in it.
    pub fn find(&self, part: &str) -> Option<String> {
        let text = self.heard.0.lock().unwrap().parser.screen().contents();
        text.split_whitespace().find(|word| word.contains(part)).map(str::to_owned)
    }

    /// Waits until nothing has come for so long.
    pub fn still(&self, quiet: Duration) {
        let deadline = Instant::now() + PATIENCE;
        let entered = Instant::now();
        loop {
            let since = self.last_byte().max(entered).elapsed();
            if since >= quiet {
                return;
            }
            assert!(Instant::now() < deadline, "the screen never rests");
            thread::sleep(quiet - since);
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses a key and gives the time until the first byte comes.
    pub fn answer(&mut self, key: &str) -> Duration {
        let before = self.bytes();
        let pressed = Instant::now();
        self.press(key);
        self.until("an answer", |heard| (heard.bytes > before).then_some(heard.last)).duration_since(pressed)
    }

    /// Presses a key so many times, evenly; gives the time of the last press.
    pub fn hold(&mut self, key: &str, times: u32, every: Duration) -> Instant {
        let begun = Instant::now();
        for n in 0..times {
            thread::sleep((begun + every * n).saturating_duration_since(Instant::now()));
            self.press(key);
        }
        Instant::now()
    }

    /// How many bytes came so far.
    pub fn bytes(&self) -> u64 {
        self.heard.0.lock().unwrap().bytes
    }

    /// When the last of them came.
    pub fn last_byte(&self) -> Instant {
        self.heard.0.lock().unwrap().last
    }

    fn process(&self) -> String {
        format!("/proc/{}", self.child.process_id().unwrap())
    }

    /// Resident memory of the process.
    pub fn memory_mib(&self) -> f64 {
        let status = fs::read_to_string(self.process() + "/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    /// What of it no other process has in memory too, as the service has the program itself.
    pub fn private_memory_mib(&self) -> f64 {
        let rollup = fs::read_to_string(self.process() + "/smaps_rollup").unwrap();
        let private = rollup.lines().filter_map(|line| line.strip_prefix("Private_")?.split_whitespace().nth(1));
        private.map(|kib| kib.parse::<f64>().unwrap()).sum::<f64>() / 1024.0
    }

    /// How long its threads have run on a processor so far.
    pub fn work(&self) -> Duration {
        let tasks = fs::read_dir(self.process() + "/task").unwrap();
        let nanos = tasks.flatten().filter_map(|task| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
