//! The README's stills, drawn from the fixtures and checked to be current.
//!
//! `SCIMROOM_UPDATE_PICTURES=1 cargo test --lib pictures` draws them anew.

use std::{fs, path::Path};

use super::bench::Bench;
use crate::dashboard::picture::to_svg;

#[test]
fn the_stills_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots");
    let update = std::env::var_os("SCIMROOM_UPDATE_PICTURES").is_some();
    for (name, keys) in [("setup", "1"), ("users", "2j"), ("roles", "3r"), ("tokens", "4j"), ("log", "5")] {
        let mut bench = Bench::new(100, 28);
        bench.keys(keys);
        let drawn = to_svg(&bench.buffer());
        let path = folder.join(format!("{name}.svg"));
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &drawn).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let how = "draw it anew with SCIMROOM_UPDATE_PICTURES=1 cargo test --lib pictures";
        assert!(kept == drawn, "{} is not what the dashboard looks like now: {how}", path.display());
    }
}
