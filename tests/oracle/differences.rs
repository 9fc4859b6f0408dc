//! Where the two readers differ on purpose, and why ours is right to.

use crate::tree::{Name, Read};

/// Who reads a text that the other refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Ours,
    Theirs,
}

/// A text, and what came of it.
#[derive(Debug)]
pub struct Found<'a> {
    pub text: &'a str,
    pub ours: Option<Read>,
    pub theirs: Option<Read>,
    /// What they read when ours is written out again, without leniencies.
    pub rewritten: Option<Read>,
}

/// A reason for which one side reads what the other refuses.
pub struct Difference {
    pub side: Side,
    pub reason: &'static str,
    pub examples: &'static [&'static str],
    /// Whether the text shows what the reason is about.
    pub shows: fn(&Found<'_>) -> bool,
    /// Whether the same can be said in a way that both read.
    pub plainly: bool,
}

const NOTHING: &[&str] = &["true", "false", "null"];
const WORDS: &[&str] =
    &["true", "false", "null", "and", "or", "not", "pr", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

pub const ALL: &[Difference] = &[
    Difference {
        side: Side::Ours,
        reason: "clients write a parenthesis close to the word before it, and it can mean nothing else",
        examples: &["not(a pr)", "a pr and(b pr)", "a pr OR(b pr)", "a[not(b pr)]"],
        shows: |found| {
            let text = outside_quotes(found.text).to_ascii_lowercase();
            ["not(", "and(", "or("].iter().any(|word| text.contains(word))
        },
        plainly: true,
    },
    Difference {
        side: Side::Ours,
        reason: "clients write True and False as their own language does",
        examples: &["a eq True", "a eq FALSE", "a[b eq Null]"],
        shows: |found| {
            words(found.text).any(|word| {
                NOTHING.iter().any(|value| word.eq_ignore_ascii_case(value)) && word.to_ascii_lowercase() != word
            })
        },
        plainly: true,
    },
    Difference {
        side: Side::Ours,
        reason: "$ref is an attribute of RFC 7643 that the grammar of names forgot",
        examples: &["members.$ref", "members[$ref pr]", "manager.$ref eq \"x\""],
        shows: |found| outside_quotes(found.text).to_ascii_lowercase().contains("$ref"),
        plainly: false,
    },
    Difference {
        side: Side::Ours,
        reason: "a word of the grammar that stands where only a name can stand is a name",
        examples: &["true pr", "not pr", "( eq eq 1)", "emails[a pr].true"],
        shows: |found| {
            let ours = found.ours.as_ref();
            let reserved = |name: &Name| name.uri.is_none() && name.sub.is_none() && is_in(WORDS, &name.attribute);
            let behind = match ours {
                Some(Read::Path(target)) => target.sub.as_ref().is_some_and(|sub| is_in(NOTHING, sub)),
                _ => false,
            };
            behind || ours.is_some_and(|read| read.names().into_iter().any(reserved))
        },
        plainly: false,
    },
    Difference {
        side: Side::Ours,
        reason: "they take the blank in `( primary` and the first two letters of the name for the operator pr",
        examples: &["( primary eq true)", "emails[ primary eq true]", "not ( Protocol pr)"],
        shows: |found| {
            let text = outside_quotes(found.text).to_ascii_lowercase();
            text.split(['(', '[']).skip(1).any(|behind| behind.trim_start().starts_with("pr") && blank_first(behind))
        },
        plainly: true,
    },
    Difference {
        side: Side::Theirs,
        reason: "blanks are spaces and tabs; a line break or a typographic space in a filter is a mistake to be told of",
        examples: &["a\npr", "a eq\u{a0}1", "a\u{3000}pr"],
        shows: |found| outside_quotes(found.text).chars().any(|c| c.is_whitespace() && !matches!(c, ' ' | '\t')),
        plainly: false,
    },
    Difference {
        side: Side::Theirs,
        reason: "an attribute, its brackets, and the part behind them are one word",
        examples: &["emails [a pr]", "emails[a pr] .value", "emails[a pr]. value"],
        shows: |found| {
            let text = outside_quotes(found.text).replace('\t', " ");
            [" [", "] .", ". "].iter().any(|gap| text.contains(gap))
        },
        plainly: false,
    },
    Difference {
        side: Side::Theirs,
        reason: "a PATCH path is a name of the client's own making, not typed by people: blanks around it are a mistake",
        examples: &[" userName", "emails[a pr] "],
        shows: |found| matches!(found.theirs, Some(Read::Path(_))) && found.text.trim() != found.text,
        plainly: false,
    },
    Difference {
        side: Side::Theirs,
        reason: "schema URIs are URNs (RFC 7643 10.3), so anything else before a colon is a mistyped name",
        examples: &["a:b:c", "https:b:c pr"],
        shows: |found| {
            let other =
                |name: &Name| name.uri.as_ref().is_some_and(|uri| !uri.to_ascii_lowercase().starts_with("urn:"));
            found.theirs.as_ref().is_some_and(|read| read.names().into_iter().any(other))
        },
        plainly: false,
    },
    Difference {
        side: Side::Theirs,
        reason: "the values that a PATCH path chooses among are those of an attribute, not of its parts",
        examples: &["emails.value[a pr]"],
        shows: |found| match &found.theirs {
            Some(Read::Path(target)) => target.filter.is_some() && target.name.sub.is_some(),
            _ => false,
        },
        plainly: false,
    },
    Difference {
        side: Side::Theirs,
        reason: "no value here holds the character U+0000, so none is looked for",
        examples: &[r#"a eq "\u0000""#],
        shows: |found| found.text.contains(r"\u0000"),
        plainly: false,
    },
];

fn is_in(words: &[&str], name: &str) -> bool {
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

fn blank_first(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let text = outside_quotes(text);
    text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// The text with nothing between its quotes.
fn outside_quotes(text: &str) -> String {
    let mut outside = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => {
                quoted = !quoted;
                outside.push(c);
            }
            _ if quoted => {}
            _ => outside.push(c),
        }
    }
    outside
}
