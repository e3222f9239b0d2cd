//! How close durable play comes to what the machine can do: round trips a second, the CPU that they cost, and receipts, beside the
//! ceiling that the same bytes have without rules, storage or tasks, and beside a lone commit of the same disk.
//!
//! A round trip is an opponent's move, its receipt, the master's visit and the master's reply, with the random master. `cargo bench
//! --bench play` prints the table, all of it measured in one run; `-- --quick` is a short form that shows that it works.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the machine takes, not the exhibition")]

#[path = "play/client.rs"]
mod client;
#[path = "play/commit.rs"]
mod commit;
#[path = "play/echo.rs"]
mod echo;
#[path = "play/exhibition.rs"]
mod exhibition;
#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use client::{Crowd, Reached};

/// Moves of each opponent in one exhibition: random games are hardly ever shorter.
const MOVES: usize = 40;
/// Of so many exhibitions of a size the median is shown.
const RUNS: usize = 7;
/// Boards.
const SIZES: [usize; 3] = [24, 1000, 10_000];
/// Above this many boards there are so many round trips in an exhibition that one is enough.
const ENOUGH: usize = 5000;

fn main() {
    if std::env::args().any(|arg| arg == echo::FLAG) {
        echo::serve();
        return;
    }
    let quick = std::env::args().any(|arg| arg == "--quick" || arg == "--test");
    let (sizes, moves, runs): (&[usize], _, _) = if quick { (&[4], 5, 1) } else { (&SIZES, MOVES, RUNS) };
    let commit = commit::alone(if quick { 20 } else { 2000 });
    println!("a lone commit of one row, fully synced: p50 {} ms, p99 {} ms\n", ms(commit.p50), ms(commit.p99));
    println!("boards  who       round trips/s  of ceiling  CPU ms/1000  receipt p50 / p99 ms   in lone commits");
    for &boards in sizes {
        let runs = if boards > ENOUGH { 1 } else { runs };
        let mut ceilings = Vec::new();
        let mut reached = Vec::new();
        // Taking turns, so that what else the machine does meets both.
        for _ in 0..runs {
            ceilings.push(echo::ceiling(boards, moves));
            reached.push(exhibition::play(boards, moves));
        }
        let [ceiling, reached] = [ceilings, reached].map(median);
        line(boards, "echo", &ceiling, None, None);
        line(boards, "Simultan", &reached, Some(reached.per_second / ceiling.per_second), Some(&commit));
    }
}

fn line(boards: usize, who: &str, reached: &Reached, share: Option<f64>, commit: Option<&commit::Commit>) {
    let share = share.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0));
    let commits = commit.map_or_else(String::new, |commit| {
        let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
        format!("{:.1} × / {:.1} ×", ratio(reached.p50, commit.p50), ratio(reached.p99, commit.p99))
    });
    println!(
        "{boards:>6}  {who:<9} {:>13.0}  {share:>10}  {:>11.0}  {:>9} / {:<9}    {commits}",
        reached.per_second,
        reached.cpu_ms,
        ms(reached.p50),
        ms(reached.p99),
    );
}

fn ms(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

fn median(mut all: Vec<Reached>) -> Reached {
    all.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    all.swap_remove(all.len() / 2)
}

/// What a process has used of the CPU, in milliseconds.
fn cpu_ms(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a running process");
    // Behind the name, which may have anything in it.
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().map(|&field| fields[field].parse::<f64>().expect("ticks")).sum();
    // Linux tells a hundredth of a second to all programs.
    ticks * 10.0
}

/// Plays with a crowd that is there already, and says what was reached.
fn measured(process: u32, crowd: Crowd) -> Reached {
    let before = cpu_ms(process);
    let mut reached = crowd.play();
    reached.cpu_ms = (cpu_ms(process) - before) / (reached.round_trips as f64 / 1000.0);
    reached
}
