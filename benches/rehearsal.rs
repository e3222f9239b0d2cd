//! How fast an exhibition is held on the paused clock, against the bare tasks and sleeps that it is made of.
//!
//! `cargo bench` prints medians, and their ratio, which says more than they do: machines differ.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the machine takes, not the exhibition")]

#[path = "common/scenario.rs"]
mod scenario;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use simultan::plan::rehearse;
use tokio::{runtime::Builder, time::sleep};

const RUNS: usize = 101;

fn main() {
    let bare = median(bare_sleeps);
    println!("24 tasks, 60 sleeps each:          {bare:>10.1?}");
    for (boards, moves) in [(24, 30), (24, 60), (240, 30)] {
        let scenario = scenario::usual(boards, moves);
        let held = median(|| drop(black_box(rehearse(&scenario, 0))));
        let ratio = held.as_secs_f64() / bare.as_secs_f64();
        println!("{boards:>3} boards, {moves} moves each:          {held:>10.1?}  {ratio:>6.1} × the bare sleeps");
    }
}

/// What the same virtual hour costs where nobody plays chess.
fn bare_sleeps() {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let task = || async {
            for _ in 0..60 {
                sleep(Duration::from_secs(60)).await;
            }
        };
        let tasks: Vec<_> = (0..24).map(|_| tokio::spawn(task())).collect();
        for task in tasks {
            task.await.expect("a task that only sleeps does not panic");
        }
    });
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}
