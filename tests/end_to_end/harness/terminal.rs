//! A terminal of a given size with the dashboard in it: keys go in, a screen comes out.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    path::Path,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Instant,
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::harness::PATIENCE;

/// The dashboard in a pseudo-terminal.
pub struct Terminal {
    parser: Arc<Mutex<vt100::Parser>>,
    /// What was sent to the screen since the mark.
    sent: Arc<Mutex<Vec<u8>>>,
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Box<dyn Child + Send + Sync>,
    reading: thread::JoinHandle<()>,
    // The terminal's other end: dropping it would hang up.
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Runs the binary with these arguments on a data directory, in a terminal of this size.
    pub fn run(data: &Path, args: &[&str], size: (u16, u16)) -> Self {
        Self::run_in(data, args, size, &[])
    }

    /// The same, with more in the environment.
    pub fn run_in(data: &Path, args: &[&str], size: (u16, u16), environment: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_scimroom"));
        command.arg("--data");
        command.arg(data);
        command.args(args);
        Self::spawn(command, data, size, environment)
    }

    /// A shell that minds jobs, with the binary under its name.
    pub fn shell(data: &Path, size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.arg("-i");
        Self::spawn(command, data, size, &[("SCIMROOM", env!("CARGO_BIN_EXE_scimroom")), ("PS1", "ready> ")])
    }

    fn spawn(
        mut command: CommandBuilder,
        data: &Path,
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("HOME", data);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let answers = Arc::clone(&writer);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(nonzero(rows), nonzero(columns), 0)));
        let screen = Arc::clone(&parser);
        let sent = Arc::default();
        let record: Arc<Mutex<Vec<u8>>> = Arc::clone(&sent);
        let reading = thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                answer(&buffer[..read], &answers);
                record.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..read]);
                screen.lock().unwrap_or_else(PoisonError::into_inner).process(&buffer[..read]);
            }
        });
        Self { parser, sent, writer, child, reading, master: pair.master }
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.parser.lock().unwrap_or_else(PoisonError::into_inner).screen())
    }

    /// Sends a signal.
    pub fn signal(&self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Loses what stands on the screen, as a terminal does that another program wrote over.
    pub fn forget(&self) {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner).process(b"\x1b[2J");
    }

    /// Gives the terminal another size.
    pub fn resize(&self, (columns, rows): (u16, u16)) {
        self.parser
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .screen_mut()
            .set_size(nonzero(rows), nonzero(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Forgets what was sent to the screen so far.
    pub fn mark(&self) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What was sent to the screen since the mark.
    pub fn marked(&self) -> String {
        String::from_utf8_lossy(&self.sent.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Whether anything on the screen is coloured.
    pub fn has_colours(&self) -> bool {
        let plain = |cell: &vt100::Cell| [cell.fgcolor(), cell.bgcolor()] == [vt100::Color::Default; 2];
        self.with_screen(|screen| {
            let (rows, columns) = screen.size();
            let places = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
            places.filter_map(|(row, column)| screen.cell(row, column)).any(|cell| !plain(cell))
        })
    }

    /// The rows that stand out by reverse video, as text.
    pub fn reversed_rows(&self) -> Vec<String> {
        self.with_screen(|screen| {
            let (rows, columns) = screen.size();
            let reversed = |row: &u16| screen.cell(*row, u16::from(columns) / 2).is_some_and(vt100::Cell::inverse);
            let text = |row: u16| screen.contents_between(row, 0, row, u16::from(columns));
            (0..u16::from(rows)).filter(reversed).map(text).collect()
        })
    }

    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.with_screen(vt100::Screen::contents)
    }

    /// Whether the program draws on the alternate screen, which is given back when it ends.
    pub fn on_alternate_screen(&self) -> bool {
        self.with_screen(vt100::Screen::alternate_screen)
    }

    /// Whether the cursor is hidden.
    pub fn cursor_hidden(&self) -> bool {
        self.with_screen(vt100::Screen::hide_cursor)
    }

    /// Waits until the screen shows what is looked for, and gives what was found.
    #[track_caller]
    pub fn wait<T>(&self, what: &str, found: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if let Some(found) = found(&text) {
                return found;
            }
            assert!(Instant::now() < deadline, "never saw {what}; the screen is:\n{text}");
            thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Waits until this text stands on the screen.
    #[track_caller]
    pub fn wait_for(&self, wanted: &str) {
        self.wait(wanted, |text| text.contains(wanted).then_some(()));
    }

    /// Waits for the end and gives the exit code.
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it sent last is read when nothing more can come.
                while !self.reading.is_finished() && Instant::now() < deadline {
                    thread::sleep(std::time::Duration::from_millis(5));
                }
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it does not end; the screen is:\n{}", self.text());
            thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

/// Answers as terminals do that are asked for their background and for what they are.
fn answer(asked: &[u8], writer: &Mutex<Box<dyn Write + Send>>) {
    let has = |part: &[u8]| asked.windows(part.len()).any(|there| there == part);
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    if has(b"\x1b]11;?") {
        let _ = writer.write_all(b"\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\");
    }
    if has(b"\x1b[c") {
        let _ = writer.write_all(b"\x1b[?62;22c");
    }
}

fn nonzero(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
