//! Events as a file: JSON Lines, one event a line, whole, as the admin API gives it to the reader's role. The file is made
//! with its first part and grows with each further one; nothing but the part in hand is held.

use ratatui::text::Line;
use tui_input::Input;

use crate::{
    client::Client,
    dashboard::{
        dialog::progress,
        export,
        message::{Call, Effect, Failure},
        paint,
        panes::log::Ask,
        text,
        theme::Theme,
    },
    model::{event::EventDetail, id::EventId, time::Timestamp},
};

/// Events in a part: as many as are read at a time, so that Esc is heard soon.
const PART: usize = 50;
/// Longest name of a file.
const LIMIT: usize = 1_000;

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Of which export.
    pub number: u64,
    /// The file's name; `~/` stands for the home directory.
    pub path: String,
    /// The events.
    pub ids: Vec<EventId>,
    /// Whether the file is to be made.
    pub first: bool,
}

/// The dialog's state.
#[derive(Debug)]
pub struct Export {
    number: u64,
    ids: Vec<EventId>,
    /// The file's name, being typed.
    pub path: Input,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// How many events were gone through; none: it is not begun.
    done: Option<usize>,
    written: usize,
    cancelled: bool,
}

impl Export {
    /// Of these events, oldest first.
    pub fn new(number: u64, ids: Vec<EventId>, now: Timestamp) -> Self {
        let path = Input::new(format!("~/scimroom-events-{}.jsonl", text::day(now)));
        Self { number, ids, path, problem: None, done: None, written: 0, cancelled: false }
    }

    /// Types a key into the name.
    pub fn key(&mut self, key: crossterm::event::KeyEvent) {
        use tui_input::backend::crossterm::EventHandler;
        if self.path.value().len() < LIMIT || !matches!(key.code, crossterm::event::KeyCode::Char(_)) {
            self.problem = None;
            self.path.handle_event(&crossterm::event::Event::Key(key));
        }
    }

    /// Types a pasted text into the name.
    pub fn paste(&mut self, pasted: &str) {
        for c in pasted.trim().chars().filter(|c| !c.is_control()).take(LIMIT) {
            self.path.handle(tui_input::InputRequest::InsertChar(c));
        }
    }

    /// Whether the file is being written.
    pub const fn is_writing(&self) -> bool {
        self.done.is_some()
    }

    /// Begins.
    pub fn begin(&mut self, effects: &mut Vec<Effect>) {
        if self.path.value().trim().is_empty() {
            self.problem = Some("Give the file a name.".to_owned());
        } else if !self.is_writing() {
            self.done = Some(0);
            self.next(effects);
        }
    }

    fn next(&self, effects: &mut Vec<Effect>) {
        let done = self.done.unwrap_or(0);
        let part = Part {
            number: self.number,
            path: self.path.value().trim().to_owned(),
            ids: self.ids.iter().skip(done).take(PART).copied().collect(),
            first: done == 0,
        };
        effects.push(Effect::Call(Call::Log(Ask::Write(part))));
    }

    /// No further part is begun, and the half file goes.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Takes what became of a part; gives the sentence to end with, once there is nothing more to do.
    pub fn answer(
        &mut self,
        number: u64,
        answer: Result<usize, String>,
        effects: &mut Vec<Effect>,
    ) -> Option<Result<String, String>> {
        let done = self.done.filter(|_| number == self.number)?;
        match answer {
            Err(sentence) if done == 0 => {
                self.done = None;
                self.problem = Some(sentence);
                None
            }
            Err(sentence) => {
                effects.push(Effect::Call(Call::Log(Ask::Unwrite(self.path.value().trim().to_owned()))));
                Some(Err(sentence))
            }
            Ok(_) if self.cancelled => {
                effects.push(Effect::Call(Call::Log(Ask::Unwrite(self.path.value().trim().to_owned()))));
                Some(Err("The export was cancelled; no file is left.".to_owned()))
            }
            Ok(written) => {
                self.written += written;
                let done = (done + PART).min(self.ids.len());
                self.done = Some(done);
                if done < self.ids.len() {
                    self.next(effects);
                    return None;
                }
                let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
                let mut sentence = format!(
                    "{} written to {}, readable by you only.",
                    text::plural(number(self.written), "event", "events"),
                    self.path.value().trim()
                );
                let gone = self.ids.len() - self.written.min(self.ids.len());
                if gone > 0 {
                    sentence.push_str(&format!(" {} no longer kept.", text::plural(number(gone), "was", "were")));
                }
                Some(Ok(sentence))
            }
        }
    }

    /// What the dialog says; and row and column of the text cursor.
    pub fn lines(&self, columns: usize, theme: &Theme) -> (Vec<Line<'static>>, Option<(usize, usize)>) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let total = number(self.ids.len());
        if let Some(done) = self.done {
            let words = if self.cancelled { "Ending, and removing the file …" } else { "Writing …" };
            let bar = progress(done, self.ids.len(), columns, theme);
            return (vec![bar, Line::from(paint::span(words, theme.dim))], None);
        }
        let scroll = self.path.visual_scroll(columns.saturating_sub(7));
        let shown = text::fit(text::from_column(self.path.value(), scroll), columns.saturating_sub(6));
        let cursor = (0, self.path.visual_cursor().saturating_sub(scroll) + 6);
        let mut lines = vec![Line::from(vec![paint::span("File  ", theme.dim), paint::span(shown, theme.text)])];
        lines.push(Line::default());
        let words = format!(
            "{} as JSON Lines, with bodies where your role may see them. A new file that only you may read; one that is \
             there already is never written over.",
            text::plural(total, "event", "events")
        );
        match &self.problem {
            Some(problem) => lines.extend(paint::sentence(problem, columns, theme.bad)),
            None => lines.extend(paint::sentence(&words, columns, theme.dim)),
        }
        (lines, Some(cursor))
    }
}

/// Reads the events of a part and writes them; says how many are still kept.
///
/// # Errors
/// The sentence to show.
pub async fn write(client: &Client, part: Part) -> Result<usize, String> {
    let events = client.whole_events(&part.ids).await.map_err(|error| Failure::from(error).sentence)?;
    let written = events.len();
    export::put(part.path, part.first, lines(&events).map_err(|error| error.to_string())?).await?;
    Ok(written)
}

/// One event a line.
fn lines(events: &[EventDetail]) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for event in events {
        serde_json::to_writer(&mut lines, event)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::tests::fixtures::event_detail;

    #[test]
    fn a_line_is_an_event_with_its_bodies() {
        let text = String::from_utf8(lines(&[event_detail(EventId(4)), event_detail(EventId(5))]).unwrap()).unwrap();
        let events: Vec<EventDetail> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(events.iter().map(|detail| detail.event.id.0).collect::<Vec<_>>(), [4, 5]);
        assert!(events.iter().all(|detail| detail.request_body.is_some()));
    }
}
