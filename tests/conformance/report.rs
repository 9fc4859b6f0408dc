//! The report: each line of the checklist, its tests, and how they ended.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use crate::{
    SUITES,
    checklist::{Chapter, Checklist, Line},
    suite::Suite,
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
         the line says so. Numbers before a section are those of RFCs. **differs** marks a line that we do not follow: its tests show \
         what happens instead, and the last column says why.\n\n"
    );
    summary(&mut report, checklist, results);
    for chapter in &checklist.chapters {
        let _ = write!(report, "## {}. {}\n\n", chapter.number, chapter.title);
        if let Some(preface) = &chapter.preface {
            let _ = write!(report, "{preface}\n\n");
        }
        report.push_str("| line | level | asked | result | tests | what we decided |\n|---:|---|---|---|---|---|\n");
        for line in &chapter.lines {
            let tests = tests_of(chapter, line);
            let names: Vec<String> = tests.iter().map(|name| words(name, results)).collect();
            let decided = [&line.differs, &line.ruling, &line.elsewhere];
            let decided: Vec<&str> = decided.into_iter().flatten().map(String::as_str).collect();
            let _ = writeln!(
                report,
                "| {} | {} | {} ({}) | {} | {} | {} |",
                chapter.label(line),
                line.level,
                cell(&line.asks),
                line.section,
                result(line, &tests, results),
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
    report
        .push_str("| | lines | pass | fail | differ | held elsewhere | tests |\n|---|---:|---:|---:|---:|---:|---:|\n");
    let standards = ("the standards", checklist.lines().filter(|(chapter, _)| chapter.mark.is_none()).collect());
    let profiles = checklist.chapters.iter().filter(|chapter| chapter.mark.is_some());
    let profiles =
        profiles.map(|chapter| (chapter.title.as_str(), chapter.lines.iter().map(|line| (chapter, line)).collect()));
    let parts: Vec<(&str, Vec<(&Chapter, &Line)>)> = std::iter::once(standards).chain(profiles).collect();
    for (title, lines) in parts {
        let ended: Vec<&str> =
            lines.iter().map(|(chapter, line)| result(line, &tests_of(chapter, line), results)).collect();
        let count = |wanted: &str| ended.iter().filter(|one| **one == wanted).count();
        let _ = writeln!(
            report,
            "| {title} | {} | {} | {} | {} | {} | {} |",
            lines.len(),
            count(PASSED),
            count(FAILED),
            count(DIFFERS),
            count(ELSEWHERE),
            lines.iter().map(|(chapter, line)| tests_of(chapter, line).len()).sum::<usize>()
        );
    }
    report.push('\n');
}

const PASSED: &str = "passed";
const FAILED: &str = "**failed**";
const DIFFERS: &str = "differs";
const ELSEWHERE: &str = "held elsewhere";

fn result(line: &Line, tests: &[String], results: &BTreeMap<String, bool>) -> &'static str {
    if tests.iter().any(|name| results.get(name) != Some(&true)) {
        FAILED
    } else if line.differs.is_some() {
        DIFFERS
    } else if tests.is_empty() {
        ELSEWHERE
    } else {
        PASSED
    }
}

/// The tests of a line, by their whole names.
fn tests_of(chapter: &Chapter, line: &Line) -> Vec<String> {
    let named = |suite: &'static Suite| {
        suite
            .tests
            .iter()
            .filter(|test| chapter.carries(test, line))
            .map(move |test| format!("{}::{}", suite.file(), test.name))
    };
    SUITES.iter().flat_map(named).collect()
}

/// What a test shows: its name without the number.
fn words(name: &str, results: &BTreeMap<String, bool>) -> String {
    let test = name.rsplit(':').next().unwrap_or_default();
    let words = test.splitn(3, '_').nth(2).unwrap_or_default().replace('_', " ");
    if results.get(name) == Some(&true) { words } else { format!("**failed:** {words}") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
