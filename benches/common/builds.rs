//! The builds of the program that are measured.

use std::{env, path::PathBuf};

/// This build, and those that `SIMULTAN_BESIDE` names, separated by colons.
pub(crate) fn all() -> Vec<PathBuf> {
    let mut builds = vec![PathBuf::from(env!("CARGO_BIN_EXE_simultan"))];
    builds.extend(env::var("SIMULTAN_BESIDE").iter().flat_map(|paths| paths.split(':').map(PathBuf::from)));
    builds
}
