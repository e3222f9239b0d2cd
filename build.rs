//! Brings the pages into the binary, and with them what they have from npm, pinned by `static/package-lock.json`: the board
//! (chessground) and what draws QR codes (qr).

use std::{
    collections::BTreeMap,
    env,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What of `static/` is the pages'.
const OURS: [(&str, &[&str]); 2] = [("static", &["html", "css", "svg"]), ("static/js", &["js"])];

/// What the pages load of each package, by its place there.
const VENDORED: [(&str, &[&str]); 2] = [
    (
        "@lichess-org/chessground",
        &["dist/chessground.min.js", "assets/chessground.base.css", "assets/chessground.cburnett.css"],
    ),
    ("qr", &["index.js"]),
];

fn main() {
    for path in ["build.rs", "static", "migrations"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut files = BTreeMap::new();
    for (folder, kinds) in OURS {
        for entry in fs::read_dir(root.join(folder)).expect("static/ is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().and_then(|kind| kind.to_str()).is_some_and(|kind| kinds.contains(&kind)) {
                let name = path.strip_prefix(root.join("static")).expect("it lies there").display().to_string();
                files.insert(name, path);
            }
        }
    }
    let packages = bring(&out.join("npm")).join("node_modules");
    for (package, wanted) in VENDORED {
        let folder = package.rsplit('/').next().expect("a package has a name");
        for file in wanted {
            let path = packages.join(package).join(file);
            let name = path.file_name().expect("a file's path has a name").display();
            files.insert(format!("vendor/{folder}/{name}"), path.clone());
        }
    }
    let mut list = String::from("&[\n");
    for (name, path) in files {
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", path.display().to_string()).expect("memory");
    }
    list.push(']');
    fs::write(out.join("pages.rs"), list).expect("the build directory can be written");
}

/// The packages, in `npm`. One that is there already is taken as it is: a page can be changed without network.
fn bring(npm: &Path) -> &Path {
    let pins = ["package.json", "package-lock.json"];
    let done = npm.join("done");
    let same = |pin| fs::read(npm.join(pin)).ok() == fs::read(Path::new("static").join(pin)).ok();
    if done.exists() && pins.into_iter().all(same) {
        return npm;
    }
    fs::create_dir_all(npm).expect("the build directory can be written");
    for pin in pins {
        fs::copy(Path::new("static").join(pin), npm.join(pin)).expect("static/ has its package files");
    }
    install(npm);
    fs::write(done, "").expect("the build directory can be written");
    npm
}

fn install(directory: &Path) {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    match Command::new(npm).args(args).current_dir(directory).status() {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("`npm ci` for what the pages need failed ({status}); is the npm registry within reach?"),
        Err(error) => {
            panic!("npm could not be run ({error}); the board and more come from npm: install Node.js 20 with npm")
        }
    }
}
