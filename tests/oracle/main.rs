//! The readers of filters and PATCH paths, held against those of another SCIM library, `scim_v2`, which wrote the same
//! grammar down in another way: on texts made from the grammar, on texts close to it, and on loose heaps of its tokens.
//!
//! Both must take or refuse a text alike, and see the same structure in it. Where they differ on purpose,
//! [`differences`] says so; nothing else passes.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test stops at the first surprise")]

mod differences;
mod generate;
mod tree;

use proptest::prelude::*;
use scimroom::scim::{
    filter::{self, MAX_DEPTH, MAX_TERMS},
    path::PatchPath,
};

use differences::{Found, Side};
use generate::{mutations, path, written};
use tree::{Read, Target, Tree};

proptest! {
    // More than usual: they are quick, and most of what is close to a filter is refused by all.
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn filters_of_the_grammar_are_read_alike(written in written()) {
        let ours = filter::parse(&written.text).map(|read| Tree::from(&read));
        prop_assert_eq!(ours.as_ref().ok(), Some(&written.tree), "{} {:?}", written.text, ours);
        same_filter(&written.text)?;
    }

    #[test]
    fn texts_close_to_filters_are_read_alike(written in written(), mutations in mutations()) {
        same_filter(&mutations.apply(&written.text))?;
    }

    #[test]
    fn heaps_of_tokens_are_read_alike(text in generate::heap()) {
        same_filter(&text)?;
        same_path(&text)?;
    }

    #[test]
    fn paths_of_the_grammar_are_read_alike((text, target) in path()) {
        let ours = PatchPath::parse(&text).map(|read| Target::from(&read));
        prop_assert_eq!(ours.as_ref().ok(), Some(&target), "{} {:?}", text, ours);
        same_path(&text)?;
    }

    #[test]
    fn texts_close_to_paths_are_read_alike((text, _) in path(), mutations in mutations()) {
        same_path(&mutations.apply(&text))?;
    }
}

fn same_filter(text: &str) -> Result<(), TestCaseError> {
    let ours = filter::parse(text).ok();
    let again = ours.as_ref().map(ToString::to_string);
    same(Found {
        text,
        ours: ours.map(|read| Read::Filter(Tree::from(&read))),
        theirs: their_filter(text),
        rewritten: again.and_then(|text| their_filter(&text)),
    })
}

fn same_path(text: &str) -> Result<(), TestCaseError> {
    let ours = PatchPath::parse(text).ok();
    let again = ours.as_ref().map(ToString::to_string);
    same(Found {
        text,
        ours: ours.map(|read| Read::Path(Target::from(&read))),
        theirs: their_path(text),
        rewritten: again.and_then(|text| their_path(&text)),
    })
}

fn their_filter(text: &str) -> Option<Read> {
    text.parse::<scim_v2::filter::Filter>().ok().map(|read| Read::Filter(Tree::from(&read)))
}

fn their_path(text: &str) -> Option<Read> {
    text.parse::<scim_v2::filter::PatchPath>().ok().map(|read| Read::Path(Target::from(&read)))
}

/// Both read the same, or there is a listed reason why not.
fn same(found: Found<'_>) -> Result<(), TestCaseError> {
    let side = match (&found.ours, &found.theirs) {
        (None, None) => return Ok(()),
        (Some(ours), Some(theirs)) => {
            prop_assert_eq!(ours, theirs, "{:?} has two structures", found.text);
            return Ok(());
        }
        (Some(_), None) => Side::Ours,
        (None, Some(_)) => Side::Theirs,
    };
    let listed: Vec<_> =
        differences::ALL.iter().filter(|listed| listed.side == side && (listed.shows)(&found)).collect();
    prop_assert!(!listed.is_empty(), "only {:?} reads it, for no listed reason: {:?}", side, found);
    // What only we read as written they must read alike when it is written plainly.
    if side == Side::Ours && listed.iter().all(|listed| listed.plainly) {
        prop_assert_eq!(&found.rewritten, &found.ours, "{:?}", found.text);
    }
    Ok(())
}

#[test]
fn every_listed_difference_is_one() {
    for listed in differences::ALL {
        for text in listed.examples {
            let (filter, path) = (filter::parse(text).is_ok(), PatchPath::parse(text).is_ok());
            let (their_filter, their_path) = (their_filter(text).is_some(), their_path(text).is_some());
            let (ours, theirs) = match listed.side {
                Side::Ours => (filter && !their_filter, path && !their_path),
                Side::Theirs => (!filter && their_filter, !path && their_path),
            };
            assert!(ours || theirs, "{:?} reads {text:?} alone no more: {}", listed.side, listed.reason);
            same_filter(text).unwrap();
            same_path(text).unwrap();
        }
    }
}

/// The texts above stay below every limit; ours are the tighter ones.
#[test]
fn the_limits_are_our_own() {
    let deep = |levels: usize| format!("{}a pr{}", "(".repeat(levels), ")".repeat(levels));
    let long = |terms: usize| vec!["a pr"; terms].join(" or ");
    for (within, beyond) in [(deep(MAX_DEPTH), deep(MAX_DEPTH + 1)), (long(MAX_TERMS), long(MAX_TERMS + 1))] {
        same_filter(&within).unwrap();
        assert!(filter::parse(&within).is_ok());
        assert!(filter::parse(&beyond).is_err() && their_filter(&beyond).is_some());
    }
}
