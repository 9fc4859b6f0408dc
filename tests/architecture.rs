//! The layers, held against the code: every path from one folder of `src/` into another must be one the table allows.
//!
//! The reader below knows just enough Rust to be trusted: it blanks comments and literals, then looks at what follows
//! `crate::` and `super::` (groups too) and at the names of foreign crates. Test modules obey the same table, but that
//! the service's may call it through the client.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Layer, and the layers it may use besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("cli", &["dashboard", "simulator", "client", "service", "directory", "store", "diagnosis", "scim", "model"]),
    ("dashboard", &["client", "model"]),
    ("simulator", &["scim", "model"]),
    ("client", &["model"]),
    ("service", &["directory", "store", "scim", "diagnosis", "model"]),
    ("directory", &["store", "scim", "model"]),
    ("store", &["scim", "model"]),
    ("diagnosis", &["model"]),
    ("scim", &["model"]),
    ("model", &[]),
];

/// Layer, and a layer that its tests may use besides: those of the service call it as others do.
const TEST_ONLY: &[(&str, &str)] = &[("service", "client")];

/// What speaks HTTP, keeps a database or runs tasks.
const IO: &[&str] = &["axum", "hyper", "hyper_util", "tower", "tower_http", "reqwest", "rusqlite", "tokio"];

/// Layer, and the foreign crates it must not know.
const FOREIGN: &[(&str, &[&str])] = &[
    ("model", IO),
    ("scim", IO),
    ("diagnosis", IO),
    ("directory", &["axum", "hyper", "tower", "reqwest", "rusqlite", "ratatui", "crossterm"]),
    ("store", &["axum", "hyper", "tower", "reqwest", "ratatui", "crossterm"]),
    ("service", &["rusqlite", "ratatui", "crossterm"]),
    ("client", &["rusqlite", "ratatui", "crossterm"]),
    ("dashboard", &["rusqlite"]),
    ("simulator", &["rusqlite", "ratatui", "crossterm"]),
];

#[test]
fn every_path_between_layers_is_one_the_table_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut complaints = Vec::new();
    for file in rust_files(&src) {
        let name = file.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
        complaints.extend(check(&name, &fs::read_to_string(&file).unwrap()));
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn planted_violations_are_found() {
    let found = |file: &str, text: &str| check(file, text).len();
    assert_eq!(found("scim/filter.rs", "use crate::store::Store;"), 1);
    assert_eq!(found("dashboard/mod.rs", "use crate::{\n    client::Client,\n    directory::{Rule, model},\n};"), 1);
    assert_eq!(found("client/mod.rs", "fn f() { let _ = crate::service::start(); }"), 1);
    assert_eq!(found("model/id.rs", "fn f() { tokio::spawn(async {}); }"), 1);
    assert_eq!(found("diagnosis/watch.rs", "use reqwest::Client;"), 1);
    assert_eq!(found("directory/mod.rs", "use rusqlite::{Connection};"), 1);
    assert_eq!(found("scim/path.rs", "use super::super::store::Store;"), 1);
    assert_eq!(found("scim/mod.rs", "use super::store::Store;"), 1);
    assert_eq!(found("scim/mod.rs", "mod a { use super::super::store::Store; }"), 1);
    assert_eq!(found("scim/path.rs", "mod a {} use super::super::{model::id::Id, store};"), 1);
    assert_eq!(found("service/app.rs", "use crate::client::Client;"), 1);
    assert_eq!(found("scim/tests.rs", "use crate::client::Client;"), 1);
    assert_eq!(found("client/mod.rs", "use scimroom::service::start;"), 1);
    assert_eq!(found("helpers/mod.rs", ""), 1);
    assert_eq!(found("store/mod.rs", "use crate::*;"), 1);
}

#[test]
fn a_complaint_names_file_line_and_rule() {
    let complaint = check("scim/filter.rs", "//! Filters.\n\nuse crate::store::Store;\n").remove(0);
    assert!(complaint.starts_with("src/scim/filter.rs:3:"), "{complaint}");
    assert!(complaint.contains("`scim` may use only `model`"), "{complaint}");
}

#[test]
fn what_only_looks_like_a_violation_is_let_pass() {
    let clean = |file: &str, text: &str| assert_eq!(check(file, text), Vec::<String>::new(), "{file}: {text}");
    clean("scim/filter.rs", "//! As [`crate::store`] narrows it.\n/* crate::store /* nested */ tokio:: */");
    clean("scim/filter.rs", "const A: &str = \"crate::store::Store\"; const B: &str = r#\"use tokio::x\"#;");
    clean("scim/filter.rs", "use crate::{model::id::UserId, scim::path::Path};");
    clean("scim/filter.rs", "fn f<'a>(x: &'a str) -> char { '\"' }\nuse crate::model::role::Role;");
    clean("cli/mod.rs", "use crate::{client, dashboard, service, simulator};");
    clean("scim/path.rs", "mod tests { use super::super::store::Thing; }");
    clean("scim/filter/parse.rs", "use super::super::store;");
    clean("service/mod.rs", "mod tests { use super::scim::Thing; }");
    clean("service/tests.rs", "use crate::client::Client;");
    clean("main.rs", "use scimroom::cli;");
    clean("store/sqlite/mod.rs", "use rusqlite::Connection;");
    clean("model/id.rs", "let mytokio::x = 1;");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// What is wrong in one file, named relative to `src/`.
fn check(file: &str, text: &str) -> Vec<String> {
    let code = blank_comments_and_literals(text);
    let mut complaints = Vec::new();
    let mut complain = |offset: usize, what: String| {
        let line = code[..offset].matches('\n').count() + 1;
        complaints.push(format!("src/{file}:{line}: {what}"));
    };

    let Some((layer, _)) = file.split_once('/') else {
        return complaints;
    };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        complain(0, format!("`{layer}` is no layer: the table in this test names them all"));
        return complaints;
    };
    let rule = match allowed {
        [] => format!("`{layer}` may use no other layer"),
        some => format!("`{layer}` may use only `{}`", some.join("`, `")),
    };
    let may_use = |used: &str| used == layer || !is_layer(used) || allowed.contains(&used) || is_test_of(file, used);
    for (offset, used) in from_crate_root(file, &code) {
        if used == "*" {
            complain(offset, "everything of the crate hides which layers are used: name them".to_owned());
        } else if !may_use(&used) {
            complain(offset, format!("uses `{used}`, but {rule}"));
        }
    }
    for offset in paths(&code, "scimroom") {
        complain(offset, "the library names itself `crate`, so that this test sees it".to_owned());
    }
    let foreign = FOREIGN.iter().find(|(name, _)| *name == layer).map_or(&[][..], |(_, crates)| *crates);
    for name in foreign {
        for offset in paths(&code, name) {
            complain(offset, format!("uses the crate `{name}`, which `{layer}` must not know"));
        }
    }
    complaints
}

/// The tests of a layer may drive it from outside.
fn is_test_of(file: &str, used: &str) -> bool {
    let is_test = file.ends_with("/tests.rs") || file.contains("/tests/");
    is_test && TEST_ONLY.iter().any(|(layer, extra)| file.split('/').next() == Some(layer) && *extra == used)
}

/// What is named from the root of the crate, and where: by `crate::`, or by as many `super::` as lead there.
fn from_crate_root(file: &str, code: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    for offset in paths(code, "crate") {
        named.extend(roots(&code[offset + "crate::".len()..]).into_iter().map(|used| (offset, used)));
    }
    // `scim/filter/parse.rs` lies three modules deep, `scim/filter/mod.rs` two.
    let depth = file.split('/').filter(|part| *part != "mod.rs").count();
    for offset in paths(code, "super") {
        let mut after = &code[offset..];
        let mut up = 0;
        while let Some(rest) = after.strip_prefix("super::") {
            (after, up) = (rest, up + 1);
        }
        if up >= depth + inline_modules_around(code, offset) {
            named.extend(roots(after).into_iter().map(|used| (offset, used)));
        }
    }
    named
}

/// How many `mod name { ... }` of the file itself lie around a place.
fn inline_modules_around(code: &str, offset: usize) -> usize {
    let mut open = Vec::new();
    for (at, c) in code[..offset].char_indices() {
        match c {
            '{' => {
                let mut words = code[..at].split_whitespace().rev();
                open.push(words.next().is_some() && words.next() == Some("mod"));
            }
            '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.into_iter().filter(|is_module| *is_module).count()
}

fn is_layer(name: &str) -> bool {
    LAYERS.iter().any(|(layer, _)| *layer == name)
}

/// Where a path begins with this name: `name::`, not as the tail of another word or path.
fn paths(code: &str, name: &str) -> Vec<usize> {
    let start = format!("{name}::");
    code.match_indices(&start)
        .map(|(offset, _)| offset)
        .filter(|offset| !code[..*offset].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before)))
        .collect()
}

/// The first names of what follows `crate::`: one, or those of a `{group}`.
fn roots(after: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        let text = text.trim_start();
        if text.starts_with('*') {
            return "*".to_owned();
        }
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = after.strip_prefix('{') else {
        return vec![word(after)];
    };
    let (mut depth, mut names, mut expects_name) = (0_u32, Vec::new(), true);
    for (offset, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects_name = true,
            c if !c.is_whitespace() && expects_name => {
                names.push(word(&group[offset..]));
                expects_name = false;
            }
            _ => {}
        }
    }
    names
}

/// The same text with every character of a comment or literal turned into a blank; line ends stay where they are.
fn blank_comments_and_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut code = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let begin = i;
        if at(i) == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            while i < chars.len() {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&chars, i) {
            i += 2 + hashes;
            let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            while i < chars.len() && !chars[i..].iter().copied().take(1 + hashes).eq(end.chars()) {
                i += 1;
            }
            i += 1 + hashes;
        } else if at(i) == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character; anything else after an apostrophe is a lifetime.
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else {
            code.push(at(i));
            i += 1;
            continue;
        }
        let end = i.min(chars.len());
        code.extend(chars[begin..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
    }
    code
}

/// How many `#` a raw string that begins here has.
fn raw_string(chars: &[char], i: usize) -> Option<usize> {
    let in_word = i > 0 && chars.get(i - 1).is_some_and(|c| (c.is_alphanumeric() && *c != 'b') || *c == '_');
    if chars.get(i) != Some(&'r') || in_word {
        return None;
    }
    let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}
