//! JSON to read: pretty-printed, coloured by hand, folded line by line.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

use crate::dashboard::{
    scim_path::scim_path,
    scroll::{self, Move},
};

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
    /// The JSON pointer (RFC 6901) of the value it belongs to.
    pointer: Arc<str>,
}

impl JsonLine {
    /// Its text, without the blanks in front.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(_, piece)| piece.as_str()).collect()
    }
}

/// A document and how it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonView {
    value: Value,
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
        push_value(&mut lines, 0, None, value, false, &Arc::from(""));
        Self { value: value.clone(), lines, ..Self::default() }
    }

    /// Of a body: what is not JSON is shown line by line as it is.
    pub fn of_body(body: &str) -> Self {
        serde_json::from_str(body).map_or_else(
            |_| Self {
                lines: body
                    .lines()
                    .map(|line| JsonLine {
                        depth: 0,
                        pieces: vec![(Kind::Text, line.to_owned())],
                        closes_at: None,
                        pointer: Arc::from("/"),
                    })
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

    /// Folds everything below the top, or unfolds everything where something is folded. The cursor stays on its line, or
    /// on the one that hides it.
    pub fn toggle_all(&mut self) {
        let line = self.line().map_or(0, |(number, _)| number);
        if self.folded.is_empty() {
            let opens =
                |(number, line): (usize, &JsonLine)| (line.closes_at.is_some() && line.depth > 0).then_some(number);
            self.folded = self.lines.iter().enumerate().filter_map(opens).collect();
        } else {
            self.folded.clear();
        }
        self.cursor = self.visible().iter().rposition(|(number, _)| *number <= line).unwrap_or(0);
    }

    /// The cursor's line and its number.
    fn line(&self) -> Option<(usize, &JsonLine)> {
        self.visible().get(self.cursor).copied()
    }

    /// The SCIM path of what stands under the cursor; none where that is no attribute.
    pub fn path(&self) -> Option<String> {
        scim_path(&self.value, &self.line()?.1.pointer)
    }

    /// What stands under the cursor: a text as it is, other values as JSON; of a body that is no JSON the line.
    pub fn value(&self) -> Option<String> {
        let (_, line) = self.line()?;
        Some(match self.value.pointer(&line.pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => line.text(),
            Some(other) => serde_json::to_string_pretty(other).unwrap_or_default(),
        })
    }

    /// Goes to the next line, or the one before, that has a text, given in lower case, and unfolds what hides it; round
    /// the end. Says whether there is one.
    pub fn find(&mut self, text: &str, forward: bool, stay: bool) -> bool {
        let from = self.line().map_or(0, |(number, _)| number);
        let total = self.lines.len();
        let first = usize::from(!stay);
        let found = (first..first + total)
            .map(|step| if forward { (from + step) % total } else { (from + 2 * total - step) % total })
            .find(|number| self.lines.get(*number).is_some_and(|line| line.text().to_lowercase().contains(text)));
        let Some(found) = found else { return false };
        let hides = |number: &usize| {
            let end = self.lines.get(*number).and_then(|line| line.closes_at);
            *number < found && end.is_some_and(|end| found <= end)
        };
        let hiding: Vec<usize> = self.folded.iter().copied().filter(hides).collect();
        for number in hiding {
            self.folded.remove(&number);
        }
        self.cursor = self.visible().iter().position(|(number, _)| *number == found).unwrap_or(0);
        true
    }
}

fn push_value(
    lines: &mut Vec<JsonLine>,
    depth: usize,
    name: Option<&str>,
    value: &Value,
    comma: bool,
    pointer: &Arc<str>,
) {
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
            lines.push(JsonLine { depth, pieces, closes_at: None, pointer: Arc::clone(pointer) });
            return;
        }
    };
    pieces.push((Kind::Mark, open.to_owned()));
    let opening = lines.len();
    lines.push(JsonLine { depth, pieces, closes_at: None, pointer: Arc::clone(pointer) });
    let last = members.len() - 1;
    for (place, (name, value)) in members.into_iter().enumerate() {
        let token = name.map_or_else(|| place.to_string(), |name| name.replace('~', "~0").replace('/', "~1"));
        push_value(lines, depth + 1, name, value, place < last, &Arc::from(format!("{pointer}/{token}")));
    }
    let closing = lines.len();
    lines.push(JsonLine {
        depth,
        pieces: vec![(Kind::Mark, format!("{close}{tail}"))],
        closes_at: None,
        pointer: Arc::clone(pointer),
    });
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
    fn the_line_under_the_cursor_has_a_path_and_a_value() {
        let mut view = JsonView::new(&json!({"emails": [{"type": "work", "value": "a@x"}], "active": true}));
        let mut seen = Vec::new();
        for _ in 0..8 {
            seen.push((view.path().unwrap_or_default(), view.value().unwrap()));
            view.travel(10, Move::Down);
        }
        assert_eq!(seen[2].0, "emails[type eq \"work\"]");
        assert_eq!(seen[4], ("emails[type eq \"work\"].value".to_owned(), "a@x".to_owned()));
        assert_eq!(seen[5].0, "emails[type eq \"work\"]", "a closing bracket belongs to what it closes");
        assert_eq!(seen[7], ("active".to_owned(), "true".to_owned()));
        assert_eq!(JsonView::of_body("<html>").value().as_deref(), Some("<html>"));
    }

    #[test]
    fn a_search_goes_round_and_unfolds_what_hides_a_match() {
        let mut view = JsonView::new(&json!({"name": {"givenName": "Ada"}, "title": "Ada's", "active": true}));
        view.toggle_all();
        assert_eq!(view.visible().len(), 5);
        assert!(view.find("ada", true, true));
        assert_eq!((view.path().unwrap().as_str(), view.visible().len()), ("name.givenName", 7));
        assert!(view.find("ada", true, false));
        assert_eq!(view.path().as_deref(), Some("title"));
        assert!(view.find("ada", true, false));
        assert_eq!(view.path().as_deref(), Some("name.givenName"));
        assert!(view.find("ada", false, false));
        assert_eq!(view.path().as_deref(), Some("title"));
        assert!(!view.find("grace", true, false));
        assert!(!JsonView::default().find("x", true, false));
        view.toggle_all();
        assert!(view.path().is_some());
    }

    #[test]
    fn what_is_not_json_is_shown_as_it_is() {
        assert_eq!(texts(&JsonView::of_body("<html>\n</html>")), ["<html>", "</html>"]);
    }
}
