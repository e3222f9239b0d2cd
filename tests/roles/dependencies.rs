//! What comes along with the program has a reason; `tests/supply-chain.sh` looks at the rest.

use std::{fs, path::Path};

use crate::client::source;

/// A section's keys in Cargo.toml.
fn keys(section: &str) -> Vec<String> {
    let manifest = source("Cargo.toml");
    let body = manifest.split(&format!("\n[{section}]\n")).nth(1).expect("the section");
    let lines = body.lines().take_while(|line| !line.starts_with('['));
    let keys = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    keys.map(|(key, _)| key.to_owned()).collect()
}

fn code_in(folder: &Path) -> String {
    let mut code = String::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("node_modules") {
            code += &code_in(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code += &fs::read_to_string(path).expect("text");
        }
    }
    code
}

/// Those of `crates` whose name stands nowhere in front of `::`.
fn unused(crates: Vec<String>, code: &str) -> Vec<String> {
    let used = |name: &str| code.contains(&format!("{}::", name.replace('-', "_")));
    crates.into_iter().filter(|name| !used(name)).collect()
}

#[test]
fn every_crate_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = code_in(&root.join("src"));
    assert!(keys("dependencies").len() > 20, "the reader of Cargo.toml reads it");
    assert_eq!(unused(keys("dependencies"), &code), Vec::<String>::new());
    let tests = code + &code_in(&root.join("tests")) + &code_in(&root.join("benches"));
    assert_eq!(unused(keys("dev-dependencies"), &tests), Vec::<String>::new());
    assert_eq!(unused(vec!["no-such-crate".to_owned()], &tests), ["no-such-crate"], "the reader of code reads it");
}
