//! Tests as data: their names, which the checklist and the report need, and how they run.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError},
};

use libtest_mimic::{Failed, Trial};

use crate::harness::{Room, shared_room};

/// One test. It runs against the room of its file, beside the other tests of that file.
#[derive(Debug)]
pub struct Test {
    pub name: &'static str,
    pub run: fn(&Room),
}

/// The tests of one file.
#[derive(Debug)]
pub struct Suite {
    /// The file's module path.
    pub module: &'static str,
    pub tests: &'static [Test],
    /// Starts the room in which its tests run.
    pub room: fn() -> Room,
}

/// Lists the tests of a file, which run in a room with default settings unless another is given.
macro_rules! suite {
    ($($test:ident),+ $(,)?) => { $crate::suite::suite! { in $crate::harness::Room::start; $($test),+ } };
    (in $room:path; $($test:ident),+ $(,)?) => {
        pub const SUITE: $crate::suite::Suite = $crate::suite::Suite {
            module: module_path!(),
            tests: &[$($crate::suite::Test { name: stringify!($test), run: $test }),+],
            room: $room,
        };
    };
}
pub(crate) use suite;

impl Suite {
    /// The file's name, such as `c01_base`.
    pub fn file(&self) -> &'static str {
        self.module.rsplit(':').next().unwrap()
    }

    pub fn trials(&self) -> impl Iterator<Item = Trial> {
        let (file, room) = (self.file(), self.room);
        self.tests.iter().map(move |test| {
            let run = test.run;
            plain(&format!("{file}::{}", test.name), move || run(&shared_room(file, room)))
        })
    }
}

/// A test that fails by panicking, and whose end is noted for the report.
pub fn plain(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    let noted = name.to_owned();
    Trial::test(name, move || {
        let ended = panic::catch_unwind(AssertUnwindSafe(run));
        RESULTS.lock().unwrap_or_else(PoisonError::into_inner).insert(noted, ended.is_ok());
        ended.map_err(|_| Failed::from(LAST_WORDS.take()))
    })
}

static RESULTS: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());

/// Whether each test that has run passed.
pub fn results() -> BTreeMap<String, bool> {
    RESULTS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

thread_local! {
    static LAST_WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps what a test says when it fails for its own place in the output, rather than between those of others.
pub fn catch_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let said = info.payload_as_str().unwrap_or("it panicked");
        LAST_WORDS.set(format!("{place}:\n{said}"));
    }));
}
