//! What docs/scale.md says of the program is what the program says of itself.

use std::{collections::BTreeSet, fs};

use tokio::process::Command;

use crate::{
    common::server::BINARY,
    tools::{output, root},
};

fn text() -> String {
    fs::read_to_string(root().join("docs/scale.md")).expect("text")
}

/// What stands between backquotes in a text.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[tokio::test]
async fn the_commands_have_the_options_that_are_told() {
    let text = text();
    let mut seen = BTreeSet::new();
    let blocks = text.split("```").skip(1).step_by(2).flat_map(str::lines);
    for line in blocks.chain(quoted(&text.replace("```", ""))) {
        let Some(rest) = line.trim().strip_prefix("simultan ") else { continue };
        let words: Vec<_> = rest.split_whitespace().collect();
        let command = if words[0] == "log" { &words[..2] } else { &words[..1] };
        let help = output(Command::new(BINARY).args(command).arg("--help")).await;
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(&format!("{option} ")), "{option} in {line}");
            seen.insert((*option).to_owned());
        }
    }
    assert!(seen.contains("--nats-ca") && seen.contains("--replicas") && seen.contains("--database"), "{seen:?}");
}

/// A figure that is told once there is something to tell is looked for where it is made.
#[test]
fn the_figures_are_there_that_are_told() {
    let made = fs::read_to_string(root().join("src/base/metrics.rs")).expect("text");
    let text = text().replace("```", "");
    let named: BTreeSet<_> = quoted(&text).into_iter().filter_map(figure).collect();
    assert!(named.len() >= 8, "{named:?}");
    for name in named {
        let bare = name.trim_start_matches("simultan_").trim_end_matches("_total");
        assert!(made.contains(&format!("register(\"{bare}\"")), "{name} is made nowhere");
    }
}

fn figure(word: &str) -> Option<&str> {
    let name = word.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    name.starts_with("simultan_").then_some(name)
}

/// Each sentence that somebody may look for: what stands before and behind what differs.
#[test]
fn the_sentences_are_the_programs() {
    let mut code = String::new();
    for folder in ["src/relay", "src/cli"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder") {
            code += &fs::read_to_string(entry.expect("an entry").path()).expect("text");
        }
    }
    let code = code.replace("{stream}", "SIMULTAN").replace("\\\n", " ");
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text();
    let table = text.split("| it says |").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a table");
    let said: Vec<_> = table.lines().skip(2).filter_map(|line| line.split('|').nth(1)).flat_map(quoted).collect();
    assert!(said.len() > 8, "{said:?}");
    // NATS's own.
    for sentence in said.iter().filter(|&&sentence| sentence != "authorization violation") {
        for part in sentence.split('…').map(|part| part.trim_matches(['(', ')', ' ', ':', ';', ','])) {
            assert!(code.contains(part), "{part:?} of {sentence:?} is said nowhere");
        }
    }
}
