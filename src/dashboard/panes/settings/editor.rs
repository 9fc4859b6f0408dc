//! The dialog that changes one setting: a choice with what it means, or a text.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::text::{Line, Span};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::{
    dashboard::{message::Call, paint, panes::settings::Setting, text, theme::Theme},
    model::workspace::Workspace,
};

/// The longest text, in characters; the service has the last word.
const LIMIT: usize = 300;

/// How a setting is changed.
#[derive(Debug)]
pub enum Kind {
    /// One of few values: the place of the one picked.
    Choice(usize),
    /// A text.
    Text(Input),
}

/// The dialog's state.
#[derive(Debug)]
pub struct SettingEditor {
    /// Which setting.
    pub setting: Setting,
    /// How it is changed.
    pub kind: Kind,
    /// Its present value.
    pub present: String,
    /// What was wrong with the value sent.
    pub problem: Option<String>,
    /// Whether the service has been asked and not answered yet.
    pub busy: bool,
}

impl SettingEditor {
    /// For a setting as it is.
    pub fn new(setting: Setting, workspace: &Workspace) -> Self {
        let present = setting.value(workspace);
        let kind = match setting.choices() {
            [] => Kind::Text(Input::new(present.clone())),
            choices => Kind::Choice(choices.iter().position(|(value, _)| *value == present).unwrap_or(0)),
        };
        Self { setting, kind, present, problem: None, busy: false }
    }

    /// Whether letters go into it.
    pub const fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text(_))
    }

    /// Picks the choice below or above.
    pub fn pick(&mut self, down: bool) {
        let last = self.setting.choices().len().saturating_sub(1);
        if let Kind::Choice(picked) = &mut self.kind {
            *picked = if down { (*picked + 1).min(last) } else { picked.saturating_sub(1) };
        }
    }

    /// Types a key.
    pub fn key(&mut self, key: KeyEvent) {
        let Kind::Text(input) = &mut self.kind else { return };
        let full = input.value().chars().count() >= LIMIT;
        if self.busy || full && matches!(key.code, KeyCode::Char(_)) {
            return;
        }
        self.problem = None;
        input.handle_event(&Event::Key(key));
    }

    /// Types a pasted text: one line of it.
    pub fn paste(&mut self, pasted: &str) {
        let Kind::Text(input) = &mut self.kind else { return };
        let room = LIMIT.saturating_sub(input.value().chars().count());
        for c in pasted.trim().chars().filter(|c| !c.is_control()).take(room) {
            input.handle(InputRequest::InsertChar(c));
        }
    }

    /// What to ask of the service; none with the problem said, or where it is asked already.
    pub fn submit(&mut self) -> Option<Call> {
        if self.busy {
            return None;
        }
        let value = match &self.kind {
            Kind::Choice(picked) => {
                self.setting.choices().get(*picked).map_or(String::new(), |(value, _)| (*value).to_owned())
            }
            Kind::Text(input) => input.value().trim().to_owned(),
        };
        match self.setting.patch(&value) {
            Ok(patch) => {
                self.busy = true;
                let shown = if value.is_empty() { "not set" } else { &value };
                Some(Call::UpdateWorkspace(Box::new(patch), format!("{}: {shown}.", self.setting.title())))
            }
            Err(problem) => {
                self.problem = Some(problem);
                None
            }
        }
    }

    /// The service does not take the value.
    pub fn refused(&mut self, sentence: String) {
        self.busy = false;
        self.problem = Some(sentence);
    }

    /// The dialog's lines, and where the text cursor stands.
    pub fn lines(&self, columns: usize, theme: &Theme) -> (Vec<Line<'static>>, Option<(usize, usize)>) {
        let mut lines = Vec::new();
        let mut cursor = None;
        match &self.kind {
            Kind::Choice(picked) => {
                for (place, (value, words)) in self.setting.choices().iter().enumerate() {
                    let mark = if place == *picked { "◉" } else { "○" };
                    let now = if *value == self.present { "  now" } else { "" };
                    let style = if place == *picked { theme.selected } else { theme.text };
                    lines.push(Line::from(vec![
                        Span::styled(format!(" {mark} {value} "), style),
                        paint::span(now, theme.dim),
                    ]));
                    let own = paint::sentence(words, columns.saturating_sub(4), theme.dim);
                    lines.extend(own.map(|line| {
                        let mut spans = vec![Span::raw("    ")];
                        spans.extend(line.spans);
                        Line::from(spans)
                    }));
                }
            }
            Kind::Text(input) => {
                let scroll = input.visual_scroll(columns.saturating_sub(4));
                let shown = text::fit(text::from_column(input.value(), scroll), columns.saturating_sub(2));
                lines.push(Line::from(vec![paint::span("› ", theme.accent), paint::span(shown, theme.text)]));
                cursor = (!self.busy).then(|| (0, input.visual_cursor().saturating_sub(scroll) + 2));
            }
        }
        lines.push(Line::default());
        let (words, style) = match (&self.problem, self.busy, &self.kind) {
            (Some(problem), ..) => (problem.clone(), theme.bad),
            (None, true, _) => ("Changing it …".to_owned(), theme.dim),
            (None, false, Kind::Text(input)) => (self.setting.advice_on(input.value()), theme.dim),
            (None, false, Kind::Choice(_)) => (self.setting.advice().to_owned(), theme.dim),
        };
        lines.extend(paint::sentence(&words, columns, style));
        (lines, cursor)
    }
}
