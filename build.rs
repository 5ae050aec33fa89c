//! Tells the program when it was built: no right clock shows an earlier time.

#![allow(clippy::print_stdout)] // this is how a build script speaks

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=build.rs");
    // A build that can be repeated says which time it stands for (reproducible-builds.org).
    let told = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse::<u64>().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    println!("cargo::rustc-env=SHIRUSHI_BUILT_AT={}", told.unwrap_or_else(now));
}
