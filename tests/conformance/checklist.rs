//! `checklist.toml` and `profiles.toml`, and what has to hold between them and the tests.

use serde::Deserialize;

use crate::suite::{Suite, Test};

/// How many lines the checklist has, apart from the profiles.
const LINES: u32 = 129;
/// How tests of the checklist begin.
const LINE: &str = "line";

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
    /// What stands before the number in the names of its tests; none is `line`.
    pub mark: Option<String>,
    /// A few sentences for the reader of the report.
    pub preface: Option<String>,
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
    pub differs: Option<String>,
}

impl Chapter {
    fn mark(&self) -> &str {
        self.mark.as_deref().unwrap_or(LINE)
    }

    /// How the files of its tests begin.
    fn files(&self) -> String {
        self.mark.as_ref().map_or_else(|| format!("c{:02}_", self.number), |mark| format!("profile_{mark}"))
    }

    /// A line as the report calls it, such as `59` or `INTEROP-7`.
    pub fn label(&self, line: &Line) -> String {
        self.mark
            .as_ref()
            .map_or_else(|| line.number.to_string(), |mark| format!("{}-{}", mark.to_uppercase(), line.number))
    }

    /// Whether a test carries the number of one of its lines.
    pub fn carries(&self, test: &Test, line: &Line) -> bool {
        let marked = format!("{}_{:03}_", self.mark(), line.number);
        test.name.starts_with(&marked)
    }
}

impl Checklist {
    pub fn read() -> Self {
        let mut whole: Self = toml::from_str(include_str!("checklist.toml")).unwrap();
        let profiles: Self = toml::from_str(include_str!("profiles.toml")).unwrap();
        whole.chapters.extend(profiles.chapters);
        whole
    }

    /// Every line has a test or says why not, every test has a line, and each stands in a file of its chapter.
    pub fn check(&self, suites: &[Suite]) {
        let of_the_standards = self.chapters.iter().filter(|chapter| chapter.mark.is_none());
        let numbers: Vec<u32> = of_the_standards.flat_map(|chapter| &chapter.lines).map(|line| line.number).collect();
        assert_eq!(numbers, (1..=LINES).collect::<Vec<_>>(), "the lines are numbered without gaps");
        let mut faults = Vec::new();
        for (suite, test) in suites.iter().flat_map(|suite| suite.tests.iter().map(move |test| (suite, test))) {
            let of = |chapter: &&Chapter| chapter.lines.iter().any(|line| chapter.carries(test, line));
            match self.chapters.iter().find(of) {
                None => faults.push(format!("{}::{} carries the number of no line", suite.file(), test.name)),
                Some(chapter) if !suite.file().starts_with(&chapter.files()) => {
                    faults.push(format!("{}::{} belongs to chapter {}", suite.file(), test.name, chapter.number));
                }
                Some(_) => {}
            }
        }
        for (chapter, line) in self.lines() {
            let mut tests = suites.iter().flat_map(|suite| suite.tests);
            let excused = line.elsewhere.is_some() || line.differs.is_some();
            if !excused && !tests.any(|test| chapter.carries(test, line)) {
                faults.push(format!("{} has neither a test nor a reason: {}", chapter.label(line), line.asks));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    pub fn lines(&self) -> impl Iterator<Item = (&Chapter, &Line)> {
        self.chapters.iter().flat_map(|chapter| chapter.lines.iter().map(move |line| (chapter, line)))
    }
}
