//! The contract, its page and the code say the same words.

use std::{collections::BTreeSet, fs, path::Path};

/// What version 1 promises to every client: nothing of it may be renamed or go.
const CLIENT_TYPES: [&str; 8] =
    ["join", "resume", "move", "resign", "offer_draw", "accept_draw", "decline_draw", "pass"];
const PLAYERS_TYPES: [&str; 9] =
    ["seated", "game", "moved", "visit", "queue", "draw_offered", "draw_declined", "ended", "error"];
const SPECTATORS_TYPES: [&str; 9] =
    ["exhibition", "joined", "connected", "disconnected", "started", "finished", "visit", "moved", "ended"];
const CODES: [&str; 18] = [
    "bad_json",
    "unknown_type",
    "too_large",
    "not_joined",
    "bad_token",
    "not_allowed",
    "bad_name",
    "bad_code",
    "no_such_exhibition",
    "closed",
    "full",
    "seat_taken",
    "not_your_turn",
    "stale_ply",
    "illegal_move",
    "game_over",
    "rate_limited",
    "internal",
];
const TERMINATIONS: [&str; 11] = [
    "checkmate",
    "resignation",
    "time_forfeit",
    "agreement",
    "stalemate",
    "threefold_repetition",
    "fifty_moves",
    "insufficient_material",
    "abandonment",
    "adjudication",
    "aborted",
];
const CLOSE_CODES: [&str; 7] = ["1002", "1007", "1008", "1009", "1012", "1013", "4001"];

type Words = BTreeSet<String>;

fn words(list: impl IntoIterator<Item = impl Into<String>>) -> Words {
    list.into_iter().map(Into::into).collect()
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All of a room's code, without its tests.
fn room(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = files.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
    let code = |path| fs::read_to_string(path).expect("text");
    paths.map(code).map(|text| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()).collect()
}

/// The page's tables with this head: the text of each row.
fn tables(page: &str, head: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        inside = line.starts_with(head) || (inside && line.starts_with('|'));
        if inside && !line.starts_with(head) && !line.starts_with("|---") {
            rows.push(line.to_owned());
        }
    }
    assert!(!rows.is_empty(), "the page has no table {head}");
    rows
}

fn first_cell(row: &str) -> &str {
    row.split('|').nth(1).expect("a cell")
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What stands between `before` and the next quotation mark, wherever `before` does.
fn after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

fn assert_promised(promised: impl IntoIterator<Item = &'static str>, code: &Words) {
    let missing: Vec<_> = promised.into_iter().filter(|&word| !code.contains(word)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "the contract promises this, and the code has {code:?}");
}

#[test]
fn every_message_that_a_client_may_send_stands_in_the_page() {
    let code = room("wire");
    let parsed = code.split("match &*tag(text)? {").skip(1).filter_map(|rest| rest.split("other =>").next());
    let known: Words = parsed.flat_map(|parse| words(after(parse, "\n        \""))).collect();
    let page = read("docs/protocol.md");
    let told = [tables(&page, "| client sends |"), tables(&page, "| master sends |")].concat().join("\n");
    assert_eq!(words(after(&told, r#""type":""#)), known);
    assert_promised(CLIENT_TYPES, &known);
}

#[test]
fn every_message_that_the_server_sends_stands_in_the_page() {
    let code = room("wire");
    let mut sent = words(after(&code, r#""type": ""#));
    sent.extend(after(&code, "seat(\"").map(str::to_owned));
    sent.extend(after(&code, "tag: \"").map(str::to_owned));
    let variants =
        code.split("pub enum ServerMessage").nth(1).and_then(|rest| rest.split("\n}").next()).expect("an enum");
    let variants = variants.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let names = variants.map(str::trim).filter(|line| line.starts_with(char::is_uppercase));
    sent.extend(names.map(|name| snake_case(name.split([' ', '(', ',']).next().expect("a name"))));

    let rows = tables(&read("docs/protocol.md"), "| server sends |");
    let told = words(rows.iter().flat_map(|row| quoted(first_cell(row)).map(str::to_owned).collect::<Vec<_>>()));
    assert_eq!(told, sent);
    assert_promised(PLAYERS_TYPES.into_iter().chain(SPECTATORS_TYPES), &sent);
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[test]
fn every_error_code_stands_in_the_page() {
    let code = room("wire");
    let arms = code.lines().map(str::trim).filter(|line| line.starts_with("Code::"));
    let known = words(arms.filter_map(|arm| arm.split('"').nth(1)));
    let rows = tables(&read("docs/protocol.md"), "| `code` |");
    let told = words(rows.iter().flat_map(|row| quoted(first_cell(row)).map(str::to_owned).collect::<Vec<_>>()));
    assert_eq!(told, known);
    assert_promised(CODES, &known);
}

#[test]
fn every_close_code_stands_in_the_page() {
    let code = room("wire");
    let arms = code.lines().filter_map(|line| line.trim().strip_prefix("Close::")?.split_once(" => "));
    let known =
        words(arms.map(|(_, number)| number.trim_end_matches(',')).filter(|number| number.parse::<u16>().is_ok()));
    let rows = tables(&read("docs/protocol.md"), "| close code |");
    let told = words(rows.iter().flat_map(|row| first_cell(row).split('·').map(|code| code.trim().to_owned())));
    assert_eq!(told, known);
    assert_promised(CLOSE_CODES, &known);
}

#[test]
fn every_termination_stands_in_the_page() {
    let code = room("rules");
    let arms = code.lines().map(str::trim).filter(|line| line.starts_with("Termination::") && line.contains("=> \""));
    let known = words(arms.filter_map(|arm| arm.split('"').nth(1)));
    let page = read("docs/protocol.md");
    let list = page.split("`termination` is one of").nth(1).and_then(|rest| rest.split(".\n").next()).expect("a list");
    assert_eq!(words(quoted(list)), known);
    assert_promised(TERMINATIONS, &known);
}

#[test]
fn every_address_stands_in_the_page() {
    let code = room("gallery");
    let routes = words(code.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()));
    let pages = |route: &String| route == "/" || route.starts_with("/e/") || route.starts_with("/static/");
    let routes: Words = routes.into_iter().filter(|route| !pages(route)).collect();
    let page = read("docs/protocol.md");
    let methods = ["GET ", "POST ", "PATCH ", "DELETE "];
    let requests = quoted(&page).filter_map(|text| methods.iter().find_map(|method| text.strip_prefix(method)));
    let told = words(requests.map(|address| address.split('?').next().expect("a path")));
    assert_eq!(told, routes);
}
