//! Said to the linker, of the program alone: the places that have to be put right wherever the program is loaded (every
//! address in a table) are written down in the packed form, a hundredth as large. They are read at every start and stay in
//! memory, which is to be small. A linker that does not know the form says so and goes on.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    let is = |name: &str, value: &str| env::var(name).as_deref() == Ok(value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
