//! Brings the board into the build: chessground comes from npm, pinned by `static/package-lock.json`, and is embedded
//! into the binary together with the pages.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What the pages load of chessground, by its place in the package.
const VENDORED: [&str; 3] =
    ["dist/chessground.min.js", "assets/chessground.base.css", "assets/chessground.cburnett.css"];

fn main() {
    for path in ["build.rs", "static/package.json", "static/package-lock.json", "migrations"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let npm = out.join("npm");
    fs::create_dir_all(&npm).expect("the build directory can be written");
    for file in ["package.json", "package-lock.json"] {
        fs::copy(Path::new("static").join(file), npm.join(file)).expect("static/ has its package files");
    }
    install(&npm);
    let vendor = out.join("vendor");
    fs::create_dir_all(&vendor).expect("the build directory can be written");
    for file in VENDORED {
        let from = npm.join("node_modules/@lichess-org/chessground").join(file);
        let name = from.file_name().expect("a file's path has a name");
        fs::copy(&from, vendor.join(name)).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }
}

fn install(directory: &Path) {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    match Command::new(npm).args(args).current_dir(directory).status() {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("`npm ci` for the board's package failed ({status}); is the npm registry within reach?"),
        Err(error) => panic!("npm could not be run ({error}); the board comes from npm: install Node.js 20 with npm"),
    }
}
