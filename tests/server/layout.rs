//! Which room may know which: the arrows of the code map, read from the code.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The pure rooms and the walls around them: these may use nothing of the crate but what is listed.
const MAY_USE_ONLY: [(&str, &[&str]); 14] = [
    ("rules", &[]),
    ("engine", &[]),
    ("event", &["rules"]),
    ("view", &["event", "rules"]),
    ("pgn", &["event", "rules", "view"]),
    // A seat's key is what the journal keeps of it.
    ("seats", &["journal", "rules", "secret", "view"]),
    ("wire", &["event", "rules", "view"]),
    ("floor", &["rules", "watched"]),
    ("watched", &[]),
    ("feed", &["event", "time"]),
    ("secret", &[]),
    ("allowance", &[]),
    ("guard", &["allowance", "metrics"]),
    ("bot", &["engine", "rules", "wire"]),
];

/// Everything that knows sockets, pages or the command line.
const OUTSIDE: &[&str] = &[
    "wire",
    "gallery",
    "players",
    "link",
    "guard",
    "allowance",
    "bot",
    "house",
    "server",
    "config",
    "planning",
    "report",
];

/// And these may use none of what is listed.
const MUST_NOT_USE: [(&str, &[&str]); 11] = [
    ("journal", OUTSIDE),
    ("board", OUTSIDE),
    ("mind", OUTSIDE),
    ("master", OUTSIDE),
    ("usher", OUTSIDE),
    ("exhibition", OUTSIDE),
    ("hall", OUTSIDE),
    ("plan", OUTSIDE),
    ("players", &["gallery", "bot", "house", "server", "config", "plan", "planning", "report"]),
    (
        "gallery",
        &["board", "floor", "master", "mind", "usher", "engine", "bot", "house", "server", "config", "players"],
    ),
    ("link", &["rules", "board", "exhibition", "hall", "view", "event"]),
];

/// Rooms that wait for nothing and reach for nothing: not even by another crate.
const PURE: [&str; 6] = ["rules", "event", "view", "pgn", "seats", "wire"];
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

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file's room: its folder or name right under `src`.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(source()).expect("a file in src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// A file's code: without comments, and without its tests, which stand at its end and may use anything.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("text");
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a piece of code names after `crate::`, one by one or in braces.
fn used(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let word = |text: &str| text.chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect::<String>();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            rooms.insert(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut start = true;
        for (place, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                _ if start && !character.is_whitespace() => {
                    rooms.insert(word(&list[place..]));
                    start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    rooms
}

#[test]
fn the_reader_of_imports_reads_them() {
    let code = "use crate::{\n    event::{Event, Kind},\n    rules::Millis, time,\n};\nlet x = crate::lag::watch();\nuse mycrate::no;";
    assert_eq!(used(code).into_iter().collect::<Vec<_>>(), ["event", "lag", "rules", "time"]);
}

/// Every room of a table exists, so that a renamed one does not slip through.
fn assert_rooms_exist<'a>(rooms: impl IntoIterator<Item = &'a str>) {
    let known: BTreeSet<_> = files(&source()).iter().map(|path| room_of(path)).collect();
    for room in rooms {
        assert!(known.contains(room), "there is no room {room}: {known:?}");
    }
}

#[test]
fn no_room_knows_what_it_must_not_know() {
    assert_rooms_exist(MAY_USE_ONLY.iter().map(|(room, _)| *room));
    assert_rooms_exist(MUST_NOT_USE.iter().flat_map(|(room, others)| others.iter().chain([room]).copied()));
    let mut wrong = Vec::new();
    for path in files(&source()) {
        let room = room_of(&path);
        for other in used(&code_of(&path)).into_iter().filter(|other| *other != room) {
            let only = MAY_USE_ONLY.iter().find(|(name, _)| *name == room);
            let never = MUST_NOT_USE.iter().find(|(name, _)| *name == room);
            if only.is_some_and(|(_, allowed)| !allowed.contains(&&*other))
                || never.is_some_and(|(_, forbidden)| forbidden.contains(&&*other))
            {
                wrong.push(format!("{} uses {other}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn pure_rooms_reach_for_nothing_outside() {
    assert_rooms_exist(PURE);
    let mut wrong = Vec::new();
    for path in files(&source()).into_iter().filter(|path| PURE.contains(&&*room_of(path))) {
        let code = code_of(&path);
        let reached = IMPURE
            .iter()
            .filter(|outside| code.contains(&format!("{outside}::")) || code.contains(&format!("use {outside}")));
        wrong.extend(reached.map(|outside| format!("{} uses {outside}", path.display())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn all_sql_is_in_the_journals_store() {
    for path in files(&source()).iter().filter(|path| code_of(path).contains("sqlx")) {
        let inside = path.strip_prefix(source()).expect("a file in src");
        let store = inside.starts_with("journal/sqlite") || inside == Path::new("journal/sqlite.rs");
        assert!(store, "{} speaks SQL", path.display());
    }
}

#[test]
fn all_json_of_the_sockets_is_in_the_wire_room() {
    // The journal packs rows, the organiser's settings and the planner's page have requests of their own.
    let others = ["journal", "settings", "gallery", "bot", "report", "plan", "planning"];
    for path in files(&source()).iter().filter(|path| code_of(path).contains("serde_json")) {
        let room = room_of(path);
        assert!(room == "wire" || others.contains(&&*room), "{} speaks JSON", path.display());
    }
}

#[test]
fn the_gallery_touches_no_game() {
    for path in files(&source()).iter().filter(|path| room_of(path) == "gallery") {
        let code = code_of(path);
        for game in ["rules::Game", " Game,", " Game}", "BoardHandle", "ExhibitionHandle", "SqliteStore"] {
            assert!(!code.contains(game), "{} names {game}", path.display());
        }
    }
}

#[test]
fn a_rehearsal_is_held_in_memory() {
    for path in files(&source()).iter().filter(|path| room_of(path) == "plan") {
        let code = code_of(path);
        for outside in ["SqliteStore", "Archive", "crate::engine", "std::fs", "std::net", "std::process"] {
            assert!(!code.contains(outside), "{} reaches for {outside}", path.display());
        }
    }
}

#[test]
fn every_shared_choice_is_made_in_one_order() {
    for path in files(&source()) {
        let code = code_of(&path);
        // The command line may hear two signals in any order.
        if room_of(&path) == "main" {
            continue;
        }
        for (number, after) in code.split("select! {").skip(1).enumerate() {
            assert!(after.trim_start().starts_with("biased;"), "{}: select! number {}", path.display(), number + 1);
        }
    }
}

#[test]
fn no_file_is_too_long_to_be_read() {
    for path in files(&source()) {
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
    }
}
