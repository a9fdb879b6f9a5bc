//! Tells Cargo that the bundled scripts and styles of the screens are part of the program. Nothing is made here:
//! `scripts/screens` bundles them with npm, and without them the pages work in plain.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=web/dist");
}
