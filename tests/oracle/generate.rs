//! Texts: from the grammar (with the structure they stand for), close to it, and heaps of its tokens.

use proptest::{collection::vec, option, prelude::*, sample::Index, sample::select};
use serde_json::Value;

use crate::tree::{Name, Target, Tree, rounded};

const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

/// Words and signs, those most often that most often mean something.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "a", "b.c", "urn:x:y:a", "a:b:c", "(", ")", "(", ")", "[", "]", ".", "and", "or", "not", "pr", "eq", "eq", "gt",
    "\"x\"", "\"\"", "1", "-1.5", "true", "True", "null", "$ref", "not(", "and(", ":", "urn:",
];

/// A filter as text, and what it says.
#[derive(Debug, Clone)]
pub struct Written {
    pub text: String,
    pub tree: Tree,
    binds: Binds,
}

/// How firmly a text holds together without parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Or,
    And,
    Firmly,
}

/// A filter of the grammar of RFC 7644 Figure 1, in any spelling of its words, with needless parentheses and blanks.
pub fn written() -> BoxedStrategy<Written> {
    let element = (name(), within_brackets(), loose(), loose()).prop_map(|(name, inner, before, after)| Written {
        text: format!("{}[{before}{}{after}]", spell(&name), inner.text),
        tree: Tree::Element(name, Box::new(inner.tree)),
        binds: Binds::Firmly,
    });
    combined(prop_oneof![3 => term(), 1 => element].boxed())
}

/// A filter that may stand between brackets: without brackets of its own.
fn within_brackets() -> BoxedStrategy<Written> {
    combined(term().boxed())
}

// Boxed, here and below: the trees of proptest nest by value, and would outgrow the stack of a test.
fn combined(leaf: BoxedStrategy<Written>) -> BoxedStrategy<Written> {
    leaf.prop_recursive(3, 12, 3, |inner| {
        let parts = || vec((inner.clone(), any::<bool>()), 2..4);
        prop_oneof![
            (inner.clone(), loose(), loose())
                .prop_map(|(inner, before, after)| Written {
                    text: format!("({before}{}{after})", inner.text),
                    binds: Binds::Firmly,
                    ..inner
                })
                .boxed(),
            (inner.clone(), word("not"), blanks(), loose())
                .prop_map(|(inner, not, gap, after)| Written {
                    text: format!("{not}{gap}({}{after})", inner.text),
                    tree: Tree::Not(Box::new(inner.tree)),
                    binds: Binds::Firmly,
                })
                .boxed(),
            (parts(), word("and"), blanks(), blanks())
                .prop_map(|(parts, and, before, after)| {
                    let (text, trees) = join(parts, Binds::And, &format!("{before}{and}{after}"));
                    Written { text, tree: Tree::and(trees), binds: Binds::And }
                })
                .boxed(),
            (parts(), word("or"), blanks(), blanks())
                .prop_map(|(parts, or, before, after)| {
                    let (text, trees) = join(parts, Binds::Or, &format!("{before}{or}{after}"));
                    Written { text, tree: Tree::or(trees), binds: Binds::Or }
                })
                .boxed(),
        ]
    })
    .boxed()
}

/// Joins parts by a word, each in parentheses where it must be or where chance says so.
fn join(parts: Vec<(Written, bool)>, word: Binds, between: &str) -> (String, Vec<Tree>) {
    let text = |(part, wrap): &(Written, bool)| {
        if *wrap || part.binds < word { format!("({})", part.text) } else { part.text.clone() }
    };
    let texts: Vec<_> = parts.iter().map(text).collect();
    (texts.join(between), parts.into_iter().map(|(part, _)| part.tree).collect())
}

fn term() -> BoxedStrategy<Written> {
    let present = (name(), blanks(), word("pr")).prop_map(|(name, gap, pr)| Written {
        text: format!("{}{gap}{pr}", spell(&name)),
        tree: Tree::Present(name),
        binds: Binds::Firmly,
    });
    let operator = select(&OPERATORS[..]).prop_flat_map(|operator| (Just(operator), word(operator)));
    let compare = (name(), operator, literal(), blanks(), blanks()).prop_map(
        |(name, (operator, spelt), (text, value), before, after)| Written {
            text: format!("{}{before}{spelt}{after}{text}", spell(&name)),
            tree: Tree::Compare(name, operator.to_owned(), value),
            binds: Binds::Firmly,
        },
    );
    prop_oneof![1 => present.boxed(), 3 => compare.boxed()].boxed()
}

/// A value as text, and the value.
fn literal() -> BoxedStrategy<(String, Value)> {
    let text = prop_oneof![
        "[a-z @.]{0,6}".prop_map(|text| Value::String(text).to_string()),
        // U+0000 is refused by us; a difference of its own.
        any::<String>().prop_map(|text| Value::String(text.replace('\0', "")).to_string()),
        select(&[r#""\u00e9""#, r#""\ud83d\ude00""#, r#""\/\b\f\n\r\t\\""#, r#"") or (""#, r#""a]\"""#][..])
            .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        select(&["true", "false", "null"][..]).prop_map(str::to_owned),
    ];
    text.prop_map(|text| {
        let value = match serde_json::from_str(&text).unwrap() {
            Value::Number(number) => rounded(&number),
            value => value,
        };
        (text, value)
    })
    .boxed()
}

fn name() -> BoxedStrategy<Name> {
    let uri = select(&["urn:ietf:params:scim:schemas:core:2.0:User", "URN:example:x_y-1:3.0:Thing"][..]);
    (option::weighted(0.2, uri.prop_map(str::to_owned)), plain_name(), option::weighted(0.3, plain_name()))
        .prop_map(|(uri, attribute, sub)| Name { uri, attribute, sub })
        .boxed()
}

/// Words of the grammar are part of names, never whole ones: what those mean is a difference of its own.
fn plain_name() -> BoxedStrategy<String> {
    prop_oneof![
        select(&["userName", "emails", "value", "primary", "android", "eqx", "notes", "p-r", "or_", "nullable"][..])
            .prop_map(str::to_owned),
        "x[a-zA-Z0-9_-]{0,5}",
    ]
    .boxed()
}

fn spell(name: &Name) -> String {
    let uri = name.uri.as_ref().map(|uri| format!("{uri}:")).unwrap_or_default();
    let sub = name.sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
    format!("{uri}{}{sub}", name.attribute)
}

/// A word of the grammar in one of its spellings.
fn word(word: &'static str) -> BoxedStrategy<String> {
    prop_oneof![
        4 => Just(word.to_owned()),
        1 => Just(word.to_ascii_uppercase()),
        1 => Just(format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..])),
    ]
    .boxed()
}

/// Blanks that must be there.
fn blanks() -> BoxedStrategy<String> {
    prop_oneof![6 => Just(" ".to_owned()), 1 => "[ \t]{1,3}"].boxed()
}

/// Blanks that need not be there.
fn loose() -> BoxedStrategy<String> {
    prop_oneof![6 => Just(String::new()), 1 => "[ \t]{1,2}"].boxed()
}

/// A PATCH path, and where it points.
pub fn path() -> BoxedStrategy<(String, Target)> {
    let bare = name().prop_map(|name| (spell(&name), Target { name, filter: None, sub: None }));
    let chosen = (name(), within_brackets(), option::of(plain_name())).prop_map(|(name, inner, sub)| {
        let name = Name { sub: None, ..name };
        let tail = sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
        (format!("{}[{}]{tail}", spell(&name), inner.text), Target { name, filter: Some(inner.tree), sub })
    });
    prop_oneof![1 => bare.boxed(), 2 => chosen.boxed()].boxed()
}

/// A few small wounds for a text.
#[derive(Debug, Clone)]
pub struct Mutations(Vec<(Wound, Index, char)>);

#[derive(Debug, Clone, Copy)]
enum Wound {
    Insert,
    Replace,
    Remove,
    Swap,
    /// Says a few letters twice.
    Repeat,
    /// Takes the blanks from between two words.
    Join,
    /// Puts a term with brackets where a term may begin, also between brackets.
    Bracket,
}

const WOUNDS: &[Wound] =
    &[Wound::Insert, Wound::Replace, Wound::Remove, Wound::Swap, Wound::Repeat, Wound::Join, Wound::Bracket];

pub fn mutations() -> impl Strategy<Value = Mutations> {
    let letters: Vec<char> = " \t\n()[].:$\"\\'-_,;aenoprdtuPN019\u{a0}é".chars().collect();
    vec((select(WOUNDS), any::<Index>(), select(letters)), 1..4).prop_map(Mutations)
}

impl Mutations {
    pub fn apply(&self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for (wound, place, letter) in &self.0 {
            let at = place.index(chars.len() + 1);
            match wound {
                Wound::Insert => chars.insert(at, *letter),
                Wound::Replace if at < chars.len() => chars[at] = *letter,
                Wound::Remove if at < chars.len() => drop(chars.remove(at)),
                Wound::Swap if at + 1 < chars.len() => chars.swap(at, at + 1),
                Wound::Repeat => {
                    let few = chars[at..chars.len().min(at + 5)].to_vec();
                    drop(chars.splice(at..at, few));
                }
                Wound::Join => {
                    let blank = |at: &usize| chars[*at].is_whitespace();
                    if let Some(at) = pick(place, (0..chars.len()).filter(blank)) {
                        chars.remove(at);
                    }
                }
                Wound::Bracket => {
                    let start = |at: &usize| *at == 0 || matches!(chars[at - 1], '(' | '[');
                    if let Some(at) = pick(place, (0..=chars.len()).filter(start)) {
                        drop(chars.splice(at..at, "x[y pr] and ".chars()));
                    }
                }
                Wound::Replace | Wound::Remove | Wound::Swap => {}
            }
        }
        chars.into_iter().collect()
    }
}

/// One of these places, if there is any.
fn pick(place: &Index, places: impl Iterator<Item = usize>) -> Option<usize> {
    let places: Vec<_> = places.collect();
    (!places.is_empty()).then(|| places[place.index(places.len())])
}

/// Tokens in no order, with and without blanks between them.
pub fn heap() -> impl Strategy<Value = String> {
    vec((select(TOKENS).prop_map(str::to_owned), any::<Option<bool>>()), 1..9).prop_map(|tokens| {
        let mut text = String::new();
        for (token, gap) in tokens {
            text.push_str(&token);
            // Mostly apart: few heaps without blanks mean anything.
            text.push_str(if gap == Some(false) { "" } else { " " });
        }
        text.trim_end().to_owned()
    })
}
