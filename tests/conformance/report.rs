//! The report: each line of the checklist, its tests, and how they ended.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use crate::{
    SUITES,
    checklist::{Checklist, Line, carries},
};

/// The environment variable that has the report written rather than compared.
const WRITE: &str = "SCIMROOM_WRITE_REPORT";

/// Writes the report, or says whether the one in the tree is that of this run.
pub fn settle(checklist: &Checklist, results: &BTreeMap<String, bool>) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/conformance.md");
    let report = render(checklist, results);
    if env::var_os(WRITE).is_some() {
        fs::write(&path, report).unwrap();
        println!("wrote assets/conformance.md");
        return true;
    }
    let current = fs::read_to_string(&path).is_ok_and(|kept| kept == report);
    if !current {
        println!(
            "assets/conformance.md is not the report of this run. Write it anew and look at the difference:\n\
             {WRITE}=1 cargo test --test conformance"
        );
    }
    current
}

fn render(checklist: &Checklist, results: &BTreeMap<String, bool>) -> String {
    let mut report = format!(
        "# Conformance\n\n\
         What the SCIM standards ask of a service (RFC 7643 and 7644 with their verified errata, RFC 9865, RFC 9967), line by \
         line, and what scimroom does. Every test below sends its requests over HTTP to the real service. This page is written \
         by the tests themselves, from how they ended, and `cargo test --test conformance` fails while it is out of date; \
         `{WRITE}=1 cargo test --test conformance` writes it anew.\n\n\
         Levels: **M** the standard demands it, **S** the standard recommends it, **R** our ruling, where the standard is \
         silent, contradicts itself or leaves a choice. Where Okta needs something else than the standard says, Okta wins, and \
         the line says so. Numbers before a section are those of RFCs.\n\n"
    );
    summary(&mut report, checklist, results);
    for chapter in &checklist.chapters {
        let _ = write!(
            report,
            "## {}. {}\n\n| line | level | asked | result | tests | what we decided |\n|---:|---|---|---|---|---|\n",
            chapter.number, chapter.title
        );
        for line in &chapter.lines {
            let tests = tests_of(line);
            let names: Vec<String> = tests.iter().map(|name| mark(name, results)).collect();
            let decided: Vec<&str> =
                [&line.ruling, &line.elsewhere].into_iter().flatten().map(String::as_str).collect();
            let _ = writeln!(
                report,
                "| {} | {} | {} ({}) | {} | {} | {} |",
                line.number,
                line.level,
                cell(&line.asks),
                line.section,
                result(&tests, results),
                names.join("<br>"),
                cell(&decided.join(" "))
            );
        }
        report.push('\n');
    }
    // One line break ends a text file.
    report.truncate(report.trim_end().len());
    report.push('\n');
    report
}

fn summary(report: &mut String, checklist: &Checklist, results: &BTreeMap<String, bool>) {
    let lines: Vec<Vec<String>> = checklist.chapters.iter().flat_map(|chapter| &chapter.lines).map(tests_of).collect();
    let count = |wanted: &str| lines.iter().filter(|tests| result(tests, results) == wanted).count();
    let _ = write!(
        report,
        "{} lines: {} pass, {} fail, {} cannot be seen from outside and say what holds them instead. {} tests.\n\n",
        lines.len(),
        count(PASSED),
        count(FAILED),
        count(ELSEWHERE),
        lines.iter().map(Vec::len).sum::<usize>()
    );
}

const PASSED: &str = "passed";
const FAILED: &str = "**failed**";
const ELSEWHERE: &str = "held elsewhere";

fn result(tests: &[String], results: &BTreeMap<String, bool>) -> &'static str {
    if tests.is_empty() {
        ELSEWHERE
    } else if tests.iter().all(|name| results.get(name) == Some(&true)) {
        PASSED
    } else {
        FAILED
    }
}

/// The tests of a line, by their whole names.
fn tests_of(line: &Line) -> Vec<String> {
    let named = |suite: &'static crate::suite::Suite| {
        suite
            .tests
            .iter()
            .filter(|test| carries(test, line))
            .map(move |test| format!("{}::{}", suite.file(), test.name))
    };
    SUITES.iter().flat_map(named).collect()
}

/// What a test shows, in words: its name without the number.
fn mark(name: &str, results: &BTreeMap<String, bool>) -> String {
    let words = name.split_once("::line_").and_then(|(_, rest)| rest.get(4..)).unwrap_or(name).replace('_', " ");
    if results.get(name) == Some(&true) { words } else { format!("**failed:** {words}") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
