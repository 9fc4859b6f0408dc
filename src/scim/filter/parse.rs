//! Reads a filter from text: the grammar of RFC 7644 Figure 1, one pass, no backtracking beyond a word, every level of
//! nesting counted.

use serde_json::Number;

use super::super::error::ScimError;
use super::super::path::{AttributePath, is_path_byte};
use super::{Expression, Literal, MAX_DEPTH, MAX_TERMS, MAX_TEXT, Operator};

/// Reads a filter. Refusals are `invalidFilter` and name the column, counted in characters from 1.
pub fn parse(text: &str) -> Result<Expression, ScimError> {
    if text.len() > MAX_TEXT {
        return Err(ScimError::invalid_filter(format!(
            "The filter is {} bytes long; at most {MAX_TEXT} are read. Shorten it.",
            text.len()
        )));
    }
    let mut parser = Parser { text, at: 0, depth: 0, terms: 0, in_brackets: false };
    parser.blanks();
    let expression = parser.disjunction()?;
    if parser.at < text.len() {
        return Err(parser.fault("and, or, or the end of the filter is expected"));
    }
    Ok(expression)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    terms: usize,
    in_brackets: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips spaces and tabs, and says whether there were any.
    fn blanks(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > start
    }

    fn fault(&self, why: &str) -> ScimError {
        self.fault_at(self.at, why)
    }

    fn fault_at(&self, at: usize, why: &str) -> ScimError {
        let column = self.text.get(..at).map_or(1, |before| before.chars().count() + 1);
        ScimError::invalid_filter(format!(
            "The filter cannot be read at column {column}: {why}. Write it like userName eq \"ada@example.com\"."
        ))
    }

    fn deeper(&mut self) -> Result<(), ScimError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(&format!("more than {MAX_DEPTH} levels of parentheses and brackets")));
        }
        Ok(())
    }

    fn disjunction(&mut self) -> Result<Expression, ScimError> {
        let mut parts = vec![self.conjunction()?];
        while self.word("or") {
            parts.push(self.conjunction()?);
        }
        Ok(one_or(parts, Expression::Or))
    }

    fn conjunction(&mut self) -> Result<Expression, ScimError> {
        let mut parts = vec![self.part()?];
        while self.word("and") {
            parts.push(self.part()?);
        }
        Ok(one_or(parts, Expression::And))
    }

    /// Takes `and` or `or`, and the blanks behind it, if it stands here.
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && matches!(rest.as_bytes().get(word.len()), Some(b' ' | b'\t' | b'('));
        if found {
            self.at += word.len();
            self.blanks();
        }
        found
    }

    /// A group, a negated group, or a term; and the blanks behind it.
    fn part(&mut self) -> Result<Expression, ScimError> {
        match self.peek() {
            None => Err(self.fault("an attribute is expected, and the filter ends")),
            Some(b'(') => self.group(),
            Some(byte) if is_path_byte(byte) => {
                let start = self.at;
                let name = self.path_text();
                let end = self.at;
                self.blanks();
                if name.eq_ignore_ascii_case("not") && self.peek() == Some(b'(') {
                    return Ok(Expression::Not(Box::new(self.group()?)));
                }
                self.at = end;
                let path = AttributePath::parse(name).map_err(|why| self.fault_at(start, &why.to_string()))?;
                self.term(path)
            }
            Some(_) => Err(self.fault("an attribute is expected")),
        }
    }

    fn path_text(&mut self) -> &'a str {
        let length = self.rest().bytes().position(|byte| !is_path_byte(byte)).unwrap_or(self.rest().len());
        let name = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        name
    }

    fn group(&mut self) -> Result<Expression, ScimError> {
        let opened = self.at;
        self.deeper()?;
        self.at += 1;
        self.blanks();
        let inner = self.disjunction()?;
        if self.peek() != Some(b')') {
            return Err(match self.peek() {
                None => self.fault_at(opened, "the parenthesis is not closed"),
                Some(_) => self.fault("and, or, or a closing parenthesis is expected"),
            });
        }
        self.at += 1;
        self.depth -= 1;
        self.after_part()?;
        Ok(inner)
    }

    /// What may follow a finished part: blanks, a closing sign, or the end.
    fn after_part(&mut self) -> Result<(), ScimError> {
        if self.blanks() || matches!(self.peek(), None | Some(b')' | b']')) {
            Ok(())
        } else {
            Err(self.fault("a blank is missing"))
        }
    }

    fn term(&mut self, path: AttributePath) -> Result<Expression, ScimError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.fault(&format!("more than {MAX_TERMS} comparisons")));
        }
        if self.peek() == Some(b'[') {
            return self.element(path);
        }
        if !self.blanks() {
            return Err(self.fault("an operator such as eq is expected after the attribute"));
        }
        let start = self.at;
        let length = self.rest().bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(self.rest().len());
        let word = self.rest().get(..length).unwrap_or_default();
        self.at += length;
        if word.eq_ignore_ascii_case("pr") {
            self.after_part()?;
            return Ok(Expression::Present(path));
        }
        let Some(operator) = Operator::read(word) else {
            return Err(self.fault_at(start, "the operator must be one of eq, ne, co, sw, ew, gt, ge, lt, le, pr"));
        };
        if !self.blanks() {
            return Err(self.fault("a value is expected after the operator"));
        }
        let literal = self.literal()?;
        self.after_part()?;
        Ok(Expression::Compare(path, operator, literal))
    }

    fn element(&mut self, path: AttributePath) -> Result<Expression, ScimError> {
        if self.in_brackets {
            return Err(self.fault("brackets cannot stand inside brackets"));
        }
        let opened = self.at;
        self.deeper()?;
        self.in_brackets = true;
        self.at += 1;
        self.blanks();
        let inner = self.disjunction()?;
        if self.peek() != Some(b']') {
            return Err(match self.peek() {
                None => self.fault_at(opened, "the bracket is not closed"),
                Some(_) => self.fault("and, or, or a closing bracket is expected"),
            });
        }
        self.at += 1;
        self.in_brackets = false;
        self.depth -= 1;
        self.after_part()?;
        Ok(Expression::Element(path, Box::new(inner)))
    }

    fn literal(&mut self) -> Result<Literal, ScimError> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'\'') => Err(self.fault("texts stand in double quotes, not in single ones")),
            _ => {
                let length = self
                    .rest()
                    .bytes()
                    .position(|byte| matches!(byte, b' ' | b'\t' | b')' | b']'))
                    .unwrap_or(self.rest().len());
                let word = self.rest().get(..length).unwrap_or_default();
                self.at += length;
                bare(word).ok_or_else(|| {
                    self.fault_at(start, "a value is expected: a text in double quotes, a number, true, false or null")
                })
            }
        }
    }

    fn quoted(&mut self) -> Result<Literal, ScimError> {
        let start = self.at;
        let mut escaped = false;
        let length = self.rest().bytes().skip(1).position(|byte| match byte {
            _ if escaped => {
                escaped = false;
                false
            }
            b'\\' => {
                escaped = true;
                false
            }
            other => other == b'"',
        });
        let Some(length) = length else {
            return Err(self.fault_at(start, "the text has no closing quote"));
        };
        // Both quotes belong to the JSON string.
        let json = self.rest().get(..length + 2).unwrap_or_default();
        let text: String = serde_json::from_str(json)
            .map_err(|_| self.fault_at(start, "the text is not a JSON string (check its backslashes)"))?;
        if text.contains('\0') {
            return Err(self.fault_at(start, "the text contains the character U+0000"));
        }
        self.at += length + 2;
        Ok(Literal::Text(text))
    }
}

/// A value without quotes.
fn bare(word: &str) -> Option<Literal> {
    if word.eq_ignore_ascii_case("true") {
        Some(Literal::Boolean(true))
    } else if word.eq_ignore_ascii_case("false") {
        Some(Literal::Boolean(false))
    } else if word.eq_ignore_ascii_case("null") {
        Some(Literal::Null)
    } else {
        serde_json::from_str::<Number>(word).ok().map(Literal::Number)
    }
}

fn one_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
