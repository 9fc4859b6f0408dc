//! The `scimroom` binary: parses the command line, installs error reports, dispatches.

fn main() {}
