//! JSON to read: pretty-printed, coloured by hand, folded line by line.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::dashboard::scroll::{self, Move};

/// What a piece of a line is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A member name.
    Name,
    /// A text.
    Text,
    /// A number, `true`, `false` or `null`.
    Word,
    /// Brackets, commas, colons.
    Mark,
}

/// One line of a pretty-printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLine {
    /// How deep it stands.
    pub depth: usize,
    /// Its pieces.
    pub pieces: Vec<(Kind, String)>,
    /// The line that closes what this one opens.
    pub closes_at: Option<usize>,
}

/// A document and how it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonView {
    lines: Vec<JsonLine>,
    folded: BTreeSet<usize>,
    /// The place of the cursor among the lines that are not folded away.
    cursor: usize,
    /// How many columns the text is moved to the left.
    pub shift: usize,
}

impl JsonView {
    /// Of a value.
    pub fn new(value: &Value) -> Self {
        let mut lines = Vec::new();
        push_value(&mut lines, 0, None, value, false);
        Self { lines, ..Self::default() }
    }

    /// Of a body: what is not JSON is shown line by line as it is.
    pub fn of_body(body: &str) -> Self {
        serde_json::from_str(body).map_or_else(
            |_| Self {
                lines: body
                    .lines()
                    .map(|line| JsonLine { depth: 0, pieces: vec![(Kind::Text, line.to_owned())], closes_at: None })
                    .collect(),
                ..Self::default()
            },
            |value: Value| Self::new(&value),
        )
    }

    /// Whether there is nothing to look at.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines that are not folded away, with their numbers.
    pub fn visible(&self) -> Vec<(usize, &JsonLine)> {
        let mut shown = Vec::new();
        let mut number = 0;
        while let Some(line) = self.lines.get(number) {
            shown.push((number, line));
            number = match line.closes_at {
                Some(end) if self.folded.contains(&number) => end + 1,
                _ => number + 1,
            };
        }
        shown
    }

    /// Whether what the line opens is folded.
    pub fn is_folded(&self, number: usize) -> bool {
        self.folded.contains(&number)
    }

    /// The place of the cursor among the visible lines.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Moves the cursor.
    pub fn travel(&mut self, height: u16, by: Move) {
        self.cursor = scroll::travel_rows(self.cursor, self.visible().len(), height, by);
    }

    /// Folds or unfolds what the cursor's line opens.
    pub fn toggle(&mut self) {
        let line = self.visible().get(self.cursor).map(|(number, line)| (*number, line.closes_at));
        if let Some((number, Some(_))) = line
            && !self.folded.remove(&number)
        {
            self.folded.insert(number);
        }
    }
}

fn push_value(lines: &mut Vec<JsonLine>, depth: usize, name: Option<&str>, value: &Value, comma: bool) {
    let mut pieces = Vec::new();
    if let Some(name) = name {
        pieces.push((Kind::Name, Value::from(name).to_string()));
        pieces.push((Kind::Mark, ": ".to_owned()));
    }
    let tail = if comma { "," } else { "" };
    let (open, close, members): (&str, &str, Vec<(Option<&str>, &Value)>) = match value {
        Value::Object(map) if !map.is_empty() => {
            ("{", "}", map.iter().map(|(name, value)| (Some(name.as_str()), value)).collect())
        }
        Value::Array(items) if !items.is_empty() => ("[", "]", items.iter().map(|value| (None, value)).collect()),
        plain => {
            let kind = match plain {
                Value::String(_) => Kind::Text,
                Value::Object(_) | Value::Array(_) => Kind::Mark,
                Value::Null | Value::Bool(_) | Value::Number(_) => Kind::Word,
            };
            pieces.push((kind, plain.to_string()));
            pieces.push((Kind::Mark, tail.to_owned()));
            lines.push(JsonLine { depth, pieces, closes_at: None });
            return;
        }
    };
    pieces.push((Kind::Mark, open.to_owned()));
    let opening = lines.len();
    lines.push(JsonLine { depth, pieces, closes_at: None });
    let last = members.len() - 1;
    for (place, (name, value)) in members.into_iter().enumerate() {
        push_value(lines, depth + 1, name, value, place < last);
    }
    let closing = lines.len();
    lines.push(JsonLine { depth, pieces: vec![(Kind::Mark, format!("{close}{tail}"))], closes_at: None });
    if let Some(line) = lines.get_mut(opening) {
        line.closes_at = Some(closing);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(view: &JsonView) -> Vec<String> {
        let text = |line: &JsonLine| line.pieces.iter().map(|(_, text)| text.as_str()).collect::<String>();
        view.visible().into_iter().map(|(_, line)| format!("{}{}", " ".repeat(line.depth), text(line))).collect()
    }

    #[test]
    fn a_document_folds_and_unfolds() {
        let mut view = JsonView::new(&json!({"name": {"givenName": "Ada"}, "active": true, "emails": []}));
        let whole =
            ["{", " \"name\": {", "  \"givenName\": \"Ada\"", " },", " \"active\": true,", " \"emails\": []", "}"];
        assert_eq!(texts(&view), whole);
        view.travel(10, Move::Down);
        view.toggle();
        assert_eq!(texts(&view), ["{", " \"name\": {", " \"active\": true,", " \"emails\": []", "}"]);
        view.toggle();
        assert_eq!(texts(&view), whole);
    }

    #[test]
    fn what_is_not_json_is_shown_as_it_is() {
        assert_eq!(texts(&JsonView::of_body("<html>\n</html>")), ["<html>", "</html>"]);
    }
}
