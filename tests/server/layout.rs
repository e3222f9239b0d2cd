//! Which folder may know which: the arrows of the code map, read from the code; and no circle anywhere, file by file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Every folder, from the top down, and what it may import. All arrows run downwards.
const FOLDERS: [(&str, &[&str]); 15] = [
    ("main", &["cli"]),
    (
        "cli",
        &[
            "gallery",
            "lichess",
            "doors",
            "webhook",
            "relay",
            "plan",
            "exhibition",
            "engine",
            "journal",
            "wire",
            "record",
            "base",
            "rules",
        ],
    ),
    ("gallery", &["lichess", "doors", "plan", "exhibition", "engine", "journal", "wire", "record", "base", "rules"]),
    ("lichess", &["doors", "exhibition", "journal", "wire", "record", "base", "rules"]),
    ("doors", &["exhibition", "wire", "base", "rules"]),
    ("webhook", &["journal", "wire", "record", "base", "rules"]),
    ("relay", &["journal", "record", "base", "rules"]),
    ("plan", &["exhibition", "journal", "record", "base", "rules"]),
    ("exhibition", &["engine", "journal", "record", "base", "rules"]),
    ("journal", &["record", "base", "rules"]),
    ("wire", &["record", "rules"]),
    ("record", &["base", "rules"]),
    ("base", &["rules"]),
    ("engine", &[]),
    ("rules", &[]),
];

/// Files that may import less than their folder: a bot is a client, and knows of the server what is on the wire.
const LESS: [(&str, &[&str]); 3] =
    [("cli/bot.rs", &["engine", "rules", "wire"]), ("doors/limits", &["base"]), ("doors/websocket", &["wire"])];

/// What waits for nothing and reaches for nothing: not even by another crate.
const PURE: [&str; 7] =
    ["rules", "record", "wire", "exhibition/seats.rs", "relay/message.rs", "relay/pulse.rs", "relay/told.rs"];
const IMPURE: [&str; 10] = [
    "tokio",
    "axum",
    "hyper",
    "sqlx",
    "tracing",
    "socket2",
    "std::net",
    "std::fs",
    "std::process",
    "std::time::Instant",
];

const LONGEST: usize = 400;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file, by its path inside `src`, and its code: without comments, and without its tests, which stand at its
/// end and may use anything.
fn files() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(source()).expect("a file in src").to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).expect("text");
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
                let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                found.insert(inside, code.collect::<Vec<_>>().join("\n"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&source(), &mut found);
    found
}

/// A file's folder: its first name under `src`.
fn folder_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Every path that a `use` names, braces taken apart; `pub use` re-exports too.
fn paths(code: &str) -> Vec<(bool, Vec<String>)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with("pub") {
            let tree = code[at + 4..].split(';').next().unwrap_or_default();
            let mut flat = Vec::new();
            flatten(&[], tree, &mut flat);
            found.extend(flat.into_iter().map(|path| (line.starts_with("pub"), path)));
        }
    }
    found
}

fn flatten(before: &[String], tree: &str, found: &mut Vec<Vec<String>>) {
    let (stem, list) = match tree.split_once('{') {
        Some((stem, list)) => (stem, Some(&list[..list.rfind('}').unwrap_or(list.len())])),
        None => (tree, None),
    };
    let names = stem.split("::").map(|name| name.split_whitespace().next().unwrap_or_default().to_owned());
    let path: Vec<_> = before.iter().cloned().chain(names.filter(|name| !name.is_empty())).collect();
    let Some(list) = list else {
        found.push(path);
        return;
    };
    let (mut depth, mut from) = (0, 0);
    for (place, character) in list.char_indices().chain([(list.len(), ',')]) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !list[from..place].trim().is_empty() {
                    flatten(&path, &list[from..place], found);
                }
                from = place + 1;
            }
            _ => {}
        }
    }
}

/// The paths that code names without a `use`, from the crate's root on.
fn inline(code: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let own = |at: &usize| {
        let before = &code[..*at];
        !before.ends_with("use ") && !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    };
    code.match_indices("crate::").filter(move |(at, _)| own(at)).map(|(at, _)| {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let path: String = code[at..].chars().take_while(|&c| word(c)).collect();
        path.split("::").map(str::to_owned).filter(|name| !name.is_empty()).collect()
    })
}

/// What a file imports of the crate, as absolute paths without `crate`.
fn imports(file: &str, code: &str) -> Vec<Vec<String>> {
    let mut here: Vec<_> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    here.pop_if(|name| name == "mod");
    let absolute = |path: Vec<String>| match path.first().map(String::as_str) {
        Some("crate") => Some(path[1..].to_vec()),
        Some("self") => Some([&here[..], &path[1..]].concat()),
        Some("super") => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            Some([&here[..here.len() - ups], &path[ups..]].concat())
        }
        _ => None,
    };
    let used = paths(code).into_iter().filter(|(public, _)| !public).map(|(_, path)| path);
    used.chain(inline(code)).filter_map(absolute).filter(|path| !path.is_empty()).collect()
}

/// The file that defines what a path names: as far as folders and files go, and through the re-exports of a `mod.rs`.
fn defined_in(files: &BTreeMap<String, String>, path: &[String]) -> Option<String> {
    let mut place = String::new();
    for (depth, name) in path.iter().enumerate() {
        let next = if place.is_empty() { name.clone() } else { format!("{place}/{name}") };
        let file = format!("{next}.rs");
        if files.contains_key(&file) {
            return Some(file);
        }
        let room = format!("{next}/mod.rs");
        if !files.contains_key(&room) {
            let room = format!("{place}/mod.rs");
            let exported =
                paths(files.get(&room)?).into_iter().find(|(public, path)| *public && path.last() == Some(name));
            let Some((_, exported)) = exported else { return Some(room) };
            let exported: Vec<_> =
                place.split('/').map(str::to_owned).chain(exported).filter(|name| name != "self").collect();
            return defined_in(files, &exported);
        }
        place = next;
        if depth + 1 == path.len() {
            return Some(format!("{place}/mod.rs"));
        }
    }
    None
}

#[test]
fn the_reader_of_imports_reads_them() {
    let code = "use crate::{\n    event::{Event, Kind},\n    rules::Millis, time,\n};\nuse super::walk;\nlet x = crate::lag::watch();\nuse mycrate::no;";
    let read: Vec<_> = imports("board/task.rs", code).into_iter().map(|path| path.join("::")).collect();
    let expected = ["event::Event", "event::Kind", "rules::Millis", "time", "board::walk", "lag::watch"];
    assert_eq!(read, expected);
    let files = BTreeMap::from([
        ("a/mod.rs".to_owned(), "mod b;\npub use b::{Item, other};".to_owned()),
        ("a/b.rs".to_owned(), String::new()),
    ]);
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(defined_in(&files, &path("a::Item")).as_deref(), Some("a/b.rs"));
    assert_eq!(defined_in(&files, &path("a::b::Item")).as_deref(), Some("a/b.rs"));
    assert_eq!(defined_in(&files, &path("a::Own")).as_deref(), Some("a/mod.rs"));
}

#[test]
fn every_import_runs_downwards() {
    let files = files();
    let known: BTreeSet<_> = files.keys().map(|file| folder_of(file)).filter(|folder| *folder != "lib").collect();
    assert_eq!(known, FOLDERS.iter().map(|(folder, _)| *folder).collect(), "the table has every folder");
    for (place, (folder, below)) in FOLDERS.iter().enumerate() {
        let lower: BTreeSet<_> = FOLDERS[place + 1..].iter().map(|(folder, _)| *folder).collect();
        assert!(below.iter().all(|other| lower.contains(other)), "{folder} may import what is above it");
    }
    let mut wrong = Vec::new();
    for (file, code) in files.iter().filter(|(file, _)| !["lib.rs", "main.rs"].contains(&file.as_str())) {
        let folder = folder_of(file);
        let (_, allowed) = FOLDERS.iter().find(|(name, _)| *name == folder).expect("it is in the table");
        let less = LESS.iter().find(|(name, _)| file.starts_with(name)).map(|(_, allowed)| allowed);
        for other in imports(file, code).iter().map(|path| path[0].as_str()).filter(|other| *other != folder) {
            if !allowed.contains(&other) || less.is_some_and(|less| !less.contains(&other)) {
                wrong.push(format!("{file} imports {other}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = files();
    let mut arrows: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, code) in &files {
        let targets = imports(file, code).into_iter().filter_map(|path| defined_in(&files, &path));
        arrows.insert(file, targets.filter(|target| target != file).collect());
    }
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 200, "imports are seen");
    // Takes away what imports nothing that is left, or is imported by nothing, until nothing is left but circles.
    loop {
        let imported: BTreeSet<String> = arrows.values().flatten().cloned().collect();
        let done = |(file, targets): &(&&str, &BTreeSet<String>)| targets.is_empty() || !imported.contains(**file);
        let Some(done) = arrows.iter().find(done).map(|(file, _)| *file) else { break };
        arrows.remove(done);
        for targets in arrows.values_mut() {
            targets.remove(done);
        }
    }
    let on_circles: Vec<_> = arrows.iter().map(|(file, targets)| format!("{file} -> {targets:?}")).collect();
    assert_eq!(on_circles, Vec::<String>::new());
}

#[test]
fn pure_rooms_reach_for_nothing_outside() {
    let mut wrong = Vec::new();
    for (file, code) in files().iter().filter(|(file, _)| PURE.iter().any(|pure| file.starts_with(pure))) {
        let reached = IMPURE
            .iter()
            .filter(|outside| code.contains(&format!("{outside}::")) || code.contains(&format!("use {outside}")));
        wrong.extend(reached.map(|outside| format!("{file} uses {outside}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn all_sql_is_in_the_journals_store() {
    for (file, _) in files().iter().filter(|(_, code)| code.contains("sqlx")) {
        assert!(file.starts_with("journal/sqlite/"), "{file} speaks SQL");
    }
}

#[test]
fn all_json_of_the_sockets_is_in_the_wire_room() {
    // The journal packs rows; the organiser's settings, plans and bots have requests and answers of their own, and webhooks a
    // file.
    let others = [
        "wire/",
        "journal/sqlite/",
        "exhibition/settings.rs",
        "exhibition/wishes.rs",
        "gallery/body.rs",
        "gallery/organiser.rs",
        "webhook/book.rs",
        "relay/copies.rs",
        "relay/message.rs",
        "relay/pulse.rs",
        "plan/report/",
        "cli/bot.rs",
    ];
    for (file, _) in files().iter().filter(|(_, code)| code.contains("serde_json")) {
        assert!(others.iter().any(|other| file.starts_with(other)), "{file} speaks JSON");
    }
}

#[test]
fn the_gallery_touches_no_game() {
    for (file, code) in files().iter().filter(|(file, _)| folder_of(file) == "gallery") {
        for game in
            ["rules::Game", " Game,", " Game}", "BoardHandle", "ExhibitionHandle", "SqliteStore", "exhibition::board"]
        {
            assert!(!code.contains(game), "{file} names {game}");
        }
    }
}

#[test]
fn a_rehearsal_is_held_in_memory() {
    for (file, code) in files().iter().filter(|(file, _)| folder_of(file) == "plan") {
        for outside in ["SqliteStore", "Archive", "crate::engine", "std::fs", "std::net", "std::process"] {
            assert!(!code.contains(outside), "{file} reaches for {outside}");
        }
    }
}

#[test]
fn every_shared_choice_is_made_in_one_order() {
    // The command line may hear two signals in any order.
    for (file, code) in files().iter().filter(|(file, _)| *file != "cli/signals.rs") {
        for (number, after) in code.split("select! {").skip(1).enumerate() {
            assert!(after.trim_start().starts_with("biased;"), "{file}: select! number {}", number + 1);
        }
    }
}

/// The bugs that tests plant stand in the tests: what is shipped has none to switch on.
#[test]
fn no_bug_is_planted_in_what_is_shipped() {
    for file in files().keys() {
        let text = fs::read_to_string(source().join(file)).expect("text").to_lowercase();
        for word in ["planted", "plant(", "plant::", "bug::"] {
            assert!(!text.contains(word), "{file} says {word}");
        }
    }
}

#[test]
fn no_file_is_too_long_to_be_read() {
    for file in files().keys() {
        let lines = fs::read_to_string(source().join(file)).expect("text").lines().count();
        assert!(lines <= LONGEST, "{file} has {lines} lines");
    }
}
