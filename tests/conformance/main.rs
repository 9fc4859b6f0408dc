//! What the protocol asks, line by line, of the real service over real HTTP.
//!
//! `checklist.toml` says what RFC 7643, 7644, 9865 and 9967 ask (and where we decided), one numbered line each. A chapter
//! is a file or several, and a test carries the number of its line: `c08_filter_grammar::line_059_and_binds_closer_than_or`.
//! `profiles.toml` does the same for two profiles of the standards that services and providers agree on.
//!
//! ```sh
//! cargo test --test conformance                          # everything; the report has to be current
//! cargo test --test conformance -- line_059              # one line
//! SCIMROOM_WRITE_REPORT=1 cargo test --test conformance  # everything; write the report anew
//! ```
//!
//! The report is `assets/conformance.md`: each line, its tests, and how they ended in that very run.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test stops at the first surprise")]

mod c01_base;
mod c02_authentication;
mod c03_declared_types;
mod c03_resource_model;
mod c03_types;
mod c04_group;
mod c04_user;
mod c05_discovery;
mod c05_published_schema;
mod c06_create;
mod c07_lists;
mod c07_projection;
mod c07_search;
mod c07_sort;
mod c08_filter_grammar;
mod c08_filter_semantics;
mod c08_filter_types;
mod c09_patch_groups;
mod c09_patch_messages;
mod c09_patch_targets;
mod c10_put;
mod c11_delete;
mod c12_versions;
mod c13_bulk;
mod c13_bulk_ids;
mod c14_me;
mod c15_errors;
mod c16_cursors;
mod c17_events;
mod c18_security;
mod checklist;
mod harness;
mod profile_interop_reads;
mod profile_interop_writes;
mod profile_ipsie;
mod report;
mod suite;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use crate::{checklist::Checklist, suite::Suite};

/// Every file of tests, in the order of the chapters.
const SUITES: &[Suite] = &[
    c01_base::SUITE,
    c02_authentication::SUITE,
    c03_resource_model::SUITE,
    c03_types::SUITE,
    c03_declared_types::SUITE,
    c04_user::SUITE,
    c04_group::SUITE,
    c05_discovery::SUITE,
    c05_published_schema::SUITE,
    c06_create::SUITE,
    c07_lists::SUITE,
    c07_search::SUITE,
    c07_sort::SUITE,
    c07_projection::SUITE,
    c08_filter_grammar::SUITE,
    c08_filter_semantics::SUITE,
    c08_filter_types::SUITE,
    c09_patch_messages::SUITE,
    c09_patch_targets::SUITE,
    c09_patch_groups::SUITE,
    c10_put::SUITE,
    c11_delete::SUITE,
    c12_versions::SUITE,
    c13_bulk::SUITE,
    c13_bulk_ids::SUITE,
    c14_me::SUITE,
    c15_errors::SUITE,
    c16_cursors::SUITE,
    c17_events::SUITE,
    c18_security::SUITE,
    profile_interop_reads::SUITE,
    profile_interop_writes::SUITE,
    profile_ipsie::SUITE,
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Tests wait for the service, and one of them for a time-out, more than they compute.
    arguments.test_threads.get_or_insert(4);
    let checklist = Checklist::read();
    let mut trials: Vec<Trial> = SUITES.iter().flat_map(Suite::trials).collect();
    trials.push(suite::plain("checklist::every_line_has_a_test_or_a_reason", || {
        checklist::Checklist::read().check(SUITES);
    }));
    suite::catch_panics();
    let whole = arguments.filter.is_none() && arguments.skip.is_empty() && !arguments.list && !arguments.ignored;
    let conclusion = libtest_mimic::run(&arguments, trials);
    harness::close_rooms();
    let current = !whole || report::settle(&checklist, &suite::results());
    if conclusion.has_failed() || !current { ExitCode::from(101) } else { ExitCode::SUCCESS }
}
