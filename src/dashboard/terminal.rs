//! The real terminal: taken, drawn on, given back in every case.
//!
//! A frame leaves the process in one write, and one that changes nothing leaves nothing.

use std::{
    io::{self, Write},
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::{
    cursor::{Hide, Show},
    event::{self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyModifiers},
    execute,
    terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::layout::Size;
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

use crate::{
    dashboard::{canvas::Canvas, message::Message, state::State, view},
    model::secret::Secret,
};

/// Whether the terminal is ours now, so that whoever has to give it back knows.
static TAKEN: AtomicBool = AtomicBool::new(false);
static PANIC_HOOK: Once = Once::new();
/// `SIGCONT`, which the standard signal kinds leave out.
const CONTINUED: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 18 } else { 19 };
/// Buttons and the wheel (1000), in the form that knows no limit of columns (1006). Not the library's own sequence: that
/// also asks for every movement, which over SSH is a stream of bytes nobody uses.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";
/// Ends every colour and attribute.
const PLAIN: &[u8] = b"\x1b[m";
/// A process that nobody can bring back (no job control) is not stopped by the kernel; then it goes on after so long.
const NOT_STOPPED: Duration = Duration::from_millis(300);

/// The terminal while it is ours; dropping it gives it back.
#[derive(Debug)]
pub struct Screen {
    canvas: Canvas,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal: alternate screen, raw mode, bracketed paste.
    ///
    /// # Errors
    /// There is no terminal, or it cannot be switched.
    pub fn take() -> io::Result<Self> {
        PANIC_HOOK.call_once(|| {
            let report = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                give_back();
                report(info);
            }));
        });
        enter()?;
        let size = size().inspect_err(|_| give_back())?;
        Ok(Self { canvas: Canvas::new(size), mouse: false })
    }

    /// The terminal's size.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn size(&self) -> io::Result<Size> {
        size()
    }

    /// Draws a frame.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        let frame = self.canvas.draw(|buffer| view::draw(state, buffer));
        if !frame.is_empty() {
            send(frame)?;
        }
        self.canvas.turn();
        Ok(())
    }

    /// Writes an escape sequence of another kind, such as one for the clipboard.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        send(bytes)
    }

    /// Has the terminal report clicks and the wheel, or leaves them to it, so that text can be selected.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn mouse(&mut self, heard: bool) -> io::Result<()> {
        self.mouse = heard;
        self.send(if heard { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Forgets what is on screen, so that the next frame draws every cell.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        self.canvas.clear(size()?);
        Ok(())
    }

    /// Puts the process into the background and comes back when the shell brings it to the foreground.
    ///
    /// # Errors
    /// The terminal cannot be taken again.
    pub async fn suspend(&mut self) -> io::Result<()> {
        let mut continued = signal(SignalKind::from_raw(CONTINUED))?;
        give_back();
        // The shell's own `kill` is there wherever a shell is; stopping oneself otherwise takes unsafe code.
        let stopped = Command::new("sh").args(["-c", "kill -s TSTP \"$PPID\""]).status().await;
        if stopped.is_ok_and(|status| status.success()) {
            tokio::select! {
                _ = continued.recv() => {}
                () = tokio::time::sleep(NOT_STOPPED) => {}
            }
        }
        enter()?;
        if self.mouse {
            self.send(MOUSE_ON)?;
        }
        self.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn size() -> io::Result<Size> {
    crossterm::terminal::size().map(Size::from)
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide).inspect_err(|_| give_back())
}

/// Gives the terminal back as it was found. Called from the panic hook too, so it takes no lock and fails silently:
/// there is nothing left to do for a terminal that is gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // An update that was cut off in the middle must not leave the terminal waiting for its end.
        let _ = io::stdout().write_all(MOUSE_OFF);
        let _ = io::stdout().write_all(PLAIN);
        let _ = execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Reads input on a thread of its own until the terminal or the receiver is gone. A blocking reader takes the largest
/// paste without losing a key, and costs nothing while nobody types.
///
/// # Errors
/// The thread cannot be started.
pub fn read_input(messages: mpsc::Sender<Message>) -> io::Result<()> {
    let read = move || {
        while let Ok(event) = event::read() {
            let message = match event {
                Event::Key(key) => Message::Key(key),
                Event::Paste(text) => Message::Paste(Secret::new(text)),
                Event::Resize(width, height) => Message::Resize(width, height),
                Event::Mouse(mouse) => match Message::of_mouse(mouse) {
                    Some(message) => message,
                    None => continue,
                },
                Event::FocusGained | Event::FocusLost => continue,
            };
            if messages.blocking_send(message).is_err() {
                return;
            }
        }
        // The terminal is gone: there is nobody left to show anything to, and nobody to tell.
        let _ = messages.blocking_send(Message::Terminate);
    };
    thread::Builder::new().name("input".to_owned()).spawn(read).map(drop)
}

/// The keys of bytes that somebody else read from the terminal; those that are sequences of bytes are not among them.
pub fn keys_of(bytes: &[u8]) -> Vec<KeyEvent> {
    let key = |c: char| match c {
        // Typed before the terminal was ours, the Enter key is a line feed.
        '\r' | '\n' => KeyEvent::from(KeyCode::Enter),
        '\t' => KeyEvent::from(KeyCode::Tab),
        '\u{8}' | '\u{7f}' => KeyEvent::from(KeyCode::Backspace),
        '\u{1}'..='\u{1a}' => {
            let letter = char::from_u32(u32::from(c) + 0x60).unwrap_or(c);
            KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
        }
        c => KeyEvent::from(KeyCode::Char(c)),
    };
    String::from_utf8_lossy(bytes).chars().map(key).collect()
}

#[cfg(test)]
mod tests {
    use std::{io::Read, num::NonZeroU16};

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    /// Run by the test below in a terminal of its own.
    #[test]
    #[ignore = "takes the terminal and panics"]
    fn panics_with_the_terminal_taken() {
        let screen = Screen::take().unwrap();
        screen.send(b"drawn by the dashboard").unwrap();
        panic!("on purpose");
    }

    #[test]
    fn bytes_are_the_keys_that_sent_them() {
        let keys = keys_of("2é\r\n\t\u{7f}\u{3}".as_bytes());
        let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        let plain =
            [KeyCode::Char('2'), KeyCode::Char('é'), KeyCode::Enter, KeyCode::Enter, KeyCode::Tab, KeyCode::Backspace];
        assert_eq!(keys, plain.map(KeyEvent::from).into_iter().chain([control]).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_gives_the_terminal_back_before_it_is_reported() {
        let pair = native_pty_system().openpty(PtySize { rows: 60, cols: 120, ..PtySize::default() }).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", "\"$0\" \"$@\"; stty -a"]);
        command.arg(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "--nocapture", "--test-threads=1"]);
        command.arg("dashboard::terminal::tests::panics_with_the_terminal_taken");
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let size = |cells| NonZeroU16::new(cells).unwrap();
        let mut parser = vt100::Parser::new(size(60), size(120), 0);
        let mut was_taken = false;
        let mut byte = [0];
        // The end of a terminal nobody writes to any more is an error on Linux.
        while let Ok(1) = reader.read(&mut byte) {
            parser.process(&byte);
            was_taken |= parser.screen().alternate_screen() && parser.screen().contents().contains("drawn");
        }
        child.wait().unwrap();
        let screen = parser.screen();
        assert!(was_taken);
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        let text = screen.contents();
        assert!(text.contains("on purpose"), "the report is on the screen that was given back: {text}");
        assert!(text.contains(" icanon") && text.contains(" echo "), "the shell hears lines again: {text}");
    }
}
