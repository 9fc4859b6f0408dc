//! `checklist.toml`, and what has to hold between it and the tests.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::suite::{Suite, Test};

/// How many lines the checklist has.
const LINES: u32 = 129;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    #[serde(rename = "chapter")]
    pub chapters: Vec<Chapter>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    pub number: u32,
    pub title: String,
    #[serde(rename = "line")]
    pub lines: Vec<Line>,
}

/// One thing that the protocol asks, or that we decided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub number: u32,
    pub level: String,
    pub section: String,
    pub asks: String,
    pub ruling: Option<String>,
    pub elsewhere: Option<String>,
}

impl Checklist {
    pub fn read() -> Self {
        toml::from_str(include_str!("checklist.toml")).unwrap()
    }

    /// Every line has a test or says why not, every test has a line, and each stands in the file of its chapter.
    pub fn check(&self, suites: &[Suite]) {
        let numbers: Vec<u32> =
            self.chapters.iter().flat_map(|chapter| &chapter.lines).map(|line| line.number).collect();
        assert_eq!(numbers, (1..=LINES).collect::<Vec<_>>(), "the lines are numbered without gaps");
        let mut faults = Vec::new();
        let mut tested = BTreeSet::new();
        for suite in suites {
            for test in suite.tests {
                let chapter = self.chapters.iter().find(|chapter| chapter.lines.iter().any(|line| carries(test, line)));
                let Some(chapter) = chapter else {
                    faults.push(format!("{}::{} carries the number of no line", suite.file(), test.name));
                    continue;
                };
                if !suite.file().starts_with(&format!("c{:02}_", chapter.number)) {
                    faults.push(format!("{}::{} belongs to chapter {}", suite.file(), test.name, chapter.number));
                }
                tested.insert(test.name.get(..8).unwrap_or_default());
            }
        }
        for line in self.chapters.iter().flat_map(|chapter| &chapter.lines) {
            if !tested.contains(prefix(line).as_str()) && line.elsewhere.is_none() {
                faults.push(format!("line {} has neither a test nor a reason: {}", line.number, line.asks));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

fn prefix(line: &Line) -> String {
    format!("line_{:03}", line.number)
}

/// Whether a test carries the number of a line.
pub fn carries(test: &Test, line: &Line) -> bool {
    test.name.strip_prefix(&prefix(line)).is_some_and(|rest| rest.starts_with('_'))
}
