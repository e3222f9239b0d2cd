//! How close durable play comes to what the machine can do: round trips a second, the CPU that they cost, and receipts, beside the
//! ceiling that the same bytes have without rules, storage or tasks, and beside a lone commit of the same disk. Then what the master
//! loses between the boards, what spectators cost, and plans.
//!
//! A round trip is an opponent's move, its receipt, the master's visit and the master's reply, with the random master. `cargo bench
//! --bench play` prints all of it, measured in one run; `-- 24 1000` only games on so many boards, and `-- --quick` is a short form
//! that shows that it works. `SIMULTAN_BESIDE` names other builds of the program, separated by colons, to be measured side by side.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the machine takes, not the exhibition")]

#[path = "common/builds.rs"]
mod builds;
#[expect(dead_code, reason = "another bench's opponents move one after the other")]
#[path = "common/client.rs"]
mod client;
#[path = "play/commit.rs"]
mod commit;
#[path = "play/crowd.rs"]
mod crowd;
#[path = "play/echo.rs"]
mod echo;
#[path = "common/exhibition.rs"]
mod exhibition;
#[path = "common/http.rs"]
mod http;
#[path = "common/scenario.rs"]
mod scenario;
#[path = "play/schedule.rs"]
mod schedule;
#[path = "common/server.rs"]
mod server;
#[path = "common/usage.rs"]
mod usage;

use std::{
    hint::black_box,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use client::Reached;
use commit::Commit;
use exhibition::Hall;
use http::{figure, get};
use simultan::plan::rehearse;
use usage::{all_files, middle};

/// Boards, moves of each opponent in one exhibition (random games are hardly ever shorter than forty), and how many exhibitions are
/// held, of which the median is shown: where there are many round trips in each, fewer are enough.
const SIZES: [(usize, usize, usize); 3] = [(24, 40, 9), (1000, 40, 5), (10_000, 10, 3)];

struct Extent {
    sizes: Vec<(usize, usize, usize)>,
    commits: usize,
    /// What is measured beside the games, if it is.
    rest: Option<Rest>,
}

struct Rest {
    /// Moves on the schedule and before spectators.
    moves: usize,
    /// Of so many measurements the median is shown.
    runs: usize,
    /// Runs of a plan.
    noisy: usize,
    spectators: usize,
}

fn main() {
    if std::env::args().any(|arg| arg == echo::FLAG) {
        echo::serve();
        return;
    }
    if std::env::args().next().is_some_and(|name| name.ends_with(schedule::NAME)) {
        schedule::serve();
        return;
    }
    all_files();
    let extent = extent();
    let commit = commit::alone(extent.commits);
    println!("a lone commit of one row, fully synced: p50 {} ms, p99 {} ms\n", ms(commit.p50), ms(commit.p99));
    println!(
        "boards  who          round trips/s  of ceiling  CPU ms/1000  receipt p50 / p99 / last ms    in lone commits  \
         events, ms a commit"
    );
    for &size in &extent.sizes {
        games(size, &commit);
    }
    let Some(Rest { moves, runs, noisy, spectators }) = extent.rest else { return };
    for program in builds::all() {
        println!("\n{}", name(&program));
        let ratios = (0..runs).map(|_| schedule::ratio(&program, moves));
        println!("24 boards, a master's move 50 ms, an opponent's 550 ms: {:.4} × ideal", middle(ratios));
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            without.push(crowd::paced(&program, 0, moves).p99.as_secs_f64());
            with.push(crowd::paced(&program, spectators, moves).p99.as_secs_f64());
        }
        let (without, with) = (middle(without), middle(with));
        println!(
            "{} spectators: receipts' p99 {:.2} ms, without them {:.2} ms: {:.2} ×",
            spectators,
            with * 1000.0,
            without * 1000.0,
            with / without
        );
        let (reached, bare) = crowd::fan_out(&program, spectators, moves);
        println!("fan-out {reached:.0} MiB/s, bare writes {bare:.0} MiB/s: {:.0} %", 100.0 * reached / bare);
        println!("{noisy} noisy runs of a plan: {:.2} s", middle((0..runs).map(|_| plans(&program, noisy))));
    }
    println!(
        "one plan of 24 boards and 30 moves, this build's: {:.2} ms",
        middle((0..20 * runs).map(|_| plan() * 1000.0))
    );
}

fn extent() -> Extent {
    if std::env::args().any(|arg| arg == "--quick" || arg == "--test") {
        return Extent {
            sizes: vec![(4, 5, 1)],
            commits: 20,
            rest: Some(Rest { moves: 2, runs: 1, noisy: 10, spectators: 50 }),
        };
    }
    let asked: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let like = |boards| *SIZES.iter().rev().find(|(least, ..)| boards >= *least).unwrap_or(&SIZES[0]);
    let sizes = asked.iter().map(|&boards| (boards, like(boards).1, like(boards).2)).collect();
    let all = asked.is_empty();
    Extent {
        sizes: if all { SIZES.to_vec() } else { sizes },
        commits: 2000,
        rest: all.then_some(Rest { moves: 10, runs: 5, noisy: 1000, spectators: 1000 }),
    }
}

fn name(program: &Path) -> String {
    program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn games((boards, moves, runs): (usize, usize, usize), commit: &Commit) {
    let programs = builds::all();
    let mut ceilings = Vec::new();
    let mut reached = vec![Vec::new(); programs.len()];
    // Taking turns, so that what else the machine does meets all.
    for _ in 0..runs {
        ceilings.push(echo::ceiling(boards, moves));
        for (program, reached) in programs.iter().zip(&mut reached) {
            reached.push(play(program, boards, moves));
        }
    }
    let ceiling = median(ceilings);
    line(boards, "echo", &ceiling, None, None);
    for (program, reached) in programs.iter().zip(reached) {
        let reached = median(reached);
        line(boards, &name(program), &reached, Some(reached.per_second / ceiling.per_second), Some(commit));
    }
}

/// An exhibition of `boards`, in which each opponent makes `moves` at once.
fn play(program: &Path, boards: usize, moves: usize) -> Reached {
    let hall = Hall::open(program, boards, &["--walk", "ready-first"]);
    let mut reached = hall.play(moves, Duration::ZERO);
    reached.commits = commits(&hall);
    reached
}

/// How many events a commit had, and how long it took.
fn commits(hall: &Hall) -> Option<(f64, Duration)> {
    let metrics = get(hall.server.address, "/metrics");
    let value = |name: &str| figure(&metrics, name);
    let events = value("simultan_commit_events_sum")? / value("simultan_commit_events_count")?;
    let seconds = value("simultan_commit_seconds_sum")? / value("simultan_commit_seconds_count")?;
    Some((events, Duration::from_secs_f64(seconds)))
}

fn line(boards: usize, who: &str, reached: &Reached, share: Option<f64>, commit: Option<&Commit>) {
    let share = share.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0));
    let receipts = format!("{} / {} / {}", ms(reached.p50), ms(reached.p99), ms(reached.longest));
    let ratios = commit.map_or_else(String::new, |commit| {
        let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
        format!("{:.1} × / {:.1} ×", ratio(reached.p50, commit.p50), ratio(reached.p99, commit.p99))
    });
    let commits = reached.commits.map_or_else(String::new, |(events, took)| format!("{events:.1}, {}", ms(took)));
    println!(
        "{boards:>6}  {who:<12} {:>13.0}  {share:>10}  {:>11.0}  {receipts:>30}  {ratios:>17}  {commits:>19}",
        reached.per_second, reached.cpu_ms,
    );
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

fn median(mut all: Vec<Reached>) -> Reached {
    all.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    all.swap_remove(all.len() / 2)
}

/// Seconds of a plan of 24 boards and 30 moves.
fn plan() -> f64 {
    let scenario = scenario::usual(24, 30);
    let began = Instant::now();
    drop(black_box(rehearse(&scenario, 0)));
    began.elapsed().as_secs_f64()
}

/// Seconds of so many runs in which times and lengths vary.
fn plans(program: &Path, runs: usize) -> f64 {
    let runs = runs.to_string();
    let began = Instant::now();
    let spread =
        ["--master", "5s+-3s", "--opponent", "55s+-30s", "--moves", "30±10", "--runs", &runs, "--walk", "in-turn"];
    let ended = Command::new(program).arg("plan").args(spread).stdout(Stdio::null()).status().expect("it runs");
    assert!(ended.success(), "a plan");
    began.elapsed().as_secs_f64()
}
