//! `simultan plan`, as it is typed.

use std::process::{Command, Output};

use serde_json::Value;

fn plan(args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simultan"));
    command.arg("plan").args(args.split_whitespace()).output().expect("the program runs")
}

fn rows(args: &str) -> Vec<Value> {
    let output = plan(&format!("{args} --format json"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    match serde_json::from_slice(&output.stdout).expect("JSON") {
        Value::Array(rows) => rows,
        other => panic!("not a list: {other}"),
    }
}

fn text(args: &str) -> String {
    let output = plan(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

const CLASSIC: &str = "--boards 24 --master 5s --opponent 55s --moves 30";

#[test]
fn the_classic_numbers_come_out() {
    let rows = rows(CLASSIC);
    let row = |walk: &str| rows.iter().find(|row| row["walk"] == walk).expect("both walks are planned");
    let one = row("one-at-a-time");
    assert_eq!((&one["total_ms"], &one["master_ms"]), (&43_200_000.into(), &43_145_000.into()));
    let turn = row("in-turn");
    assert_eq!((&turn["master_ms"], &turn["total_ms"]), (&3_600_000.into(), &3_655_000.into()));
    assert_eq!((&turn["rounds"], &turn["idle_ms"], &turn["boards"]), (&30.into(), &0.into(), &24.into()));
    assert_eq!(turn["wait_ms"], serde_json::json!({ "p50": 60_000, "p95": 60_000, "max": 115_000 }));
    let table = text(CLASSIC);
    for words in ["12:00:00", "1:00:00", "1:00:55", "12.0×", "Up to 12 boards the master waits"] {
        assert!(table.contains(words), "{words} is missing in\n{table}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let args = "--boards 5 --master 8s±4s --opponent 60s±45s --moves 20±8 --runs 20 --clock 10m+5s";
    for format in ["table", "json", "csv"] {
        let once = text(&format!("{args} --seed 7 --format {format}"));
        assert_eq!(once, text(&format!("{args} --seed 7 --format {format}")));
        assert_ne!(once, text(&format!("{args} --seed 8 --format {format}")), "chance follows from the seed");
    }
}

#[test]
fn many_runs_spread_every_figure() {
    for row in rows("--boards 3..4 --master 8s±4s --opponent 30s±20s --moves 10±3 --runs 30") {
        for figure in ["/master_ms", "/total_ms", "/rounds", "/idle_ms", "/wait_ms/p50", "/wait_ms/p95", "/wait_ms/max"]
        {
            let at = |quantile| row.pointer(&format!("{figure}/{quantile}")).and_then(Value::as_u64).expect(figure);
            assert!(at("p10") <= at("p50") && at("p50") <= at("p90"), "{figure} of {row}");
        }
        assert_ne!(row["total_ms"]["p10"], row["total_ms"]["p90"], "people vary");
    }
}

#[test]
fn a_clock_shows_who_loses_on_time_and_extra_time_helps_the_master() {
    let risk = |extra: &str| {
        let args = format!(
            "--boards 12 --walk in-turn --master 10s --opponent 5s --moves 20 --clock 5m+0s --master-extra {extra} --runs 1"
        );
        rows(&args)[0]["time_forfeit_risk"]["master"].as_f64().expect("a risk")
    };
    // A round takes two minutes, and the master's clock runs for most of it on every board.
    assert!(risk("0s") > 0.99);
    assert!(risk("2h") < 0.01);
}

#[test]
fn the_question_is_answered_the_other_way_round() {
    let rows = rows("--boards 10 --walk in-turn --master 10s --opponent 10s --moves 12 --finish-within 30m --runs 1");
    let advice = &rows[0]["finish_within"];
    // n boards take 12·n·10 s and the last reply's 10 s.
    assert_eq!(advice["boards"], 14);
    // Ten boards take 120·t and 10 s.
    assert_eq!(advice["think_ms"], 14_900);
    assert_eq!(advice["limit_ms"], 1_800_000);
}

#[test]
fn a_range_of_boards_says_where_it_stops_paying() {
    let table = text("--boards 1..6 --master 10s --opponent 30s --moves 4");
    assert!(table.contains("Up to 4 boards the master waits"), "{table}");
    let csv = text("--boards 1..6 --master 10s --opponent 30s --moves 4 --format csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "walk,boards,master_ms,total_ms,rounds,idle_ms,wait_ms_p50,wait_ms_p95,wait_ms_max");
    assert_eq!(lines.len(), 1 + 2 * 6);
    assert_eq!(lines[2], "in-turn,1,130000,160000,4,90000,0,0,0");
}

#[test]
fn the_walk_is_drawn() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("walk.svg");
    text(&format!("--boards 3 --master 5s --opponent 20s --moves 4 --svg {}", file.display()));
    let svg = std::fs::read_to_string(&file).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    let (one, turn) = (svg.find("one at a time: 0:05:00"), svg.find("in turn: 0:01:"));
    assert!(one.is_some() && one < turn, "one game at a time stands above");
    let visits = svg.split("class=\"visit\" d=\"").nth(1).expect("visits").split('"').next().expect("a path");
    assert_eq!(visits.matches('M').count(), 12, "a mark a visit");
}

#[test]
fn what_makes_no_sense_is_answered_with_a_sentence() {
    for (args, sentence) in [
        ("--boards 0", "1 to 10000"),
        ("--boards 6..5", "range like 1..60"),
        ("--boards -3", "1 to 10000"),
        ("--master 5x", "like `8s`"),
        ("--master -5s", "more than nothing"),
        ("--opponent 48h", "up to 24h"),
        ("--moves 0", "1 to 300"),
        ("--moves 1000000", "1 to 300"),
        ("--runs 1000000000", "100000"),
        ("--boards 1..10000 --runs 1000", "take fewer boards, moves or runs"),
        ("--clock 5x", "30m+20s"),
        ("--finish-within 0s", "2h"),
        ("--boards 1..3 --svg walk.svg", "one number of boards"),
        ("--svg /nowhere/walk.svg --boards 1 --moves 1", "can't be written"),
    ] {
        let output = plan(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{args} is accepted");
        assert!(error.contains(sentence), "{args}: {error}");
        assert!(output.stdout.is_empty(), "{args} prints a plan");
    }
}
