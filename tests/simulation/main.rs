//! The whole exhibition, by chance and by seed: the live server's tasks, walk, clocks, recovery, sockets and engine talk
//! on one thread under tokio's paused clock. Only the disk, the engine and the wires are made of memory, and they fail.
//!
//! A seed decides everything. `SIMULTAN_SEED=17 cargo test --test simulation one_seed -- --nocapture` holds one again and
//! shows all that happens; `SIMULTAN_SEEDS=5000 cargo test --release --test simulation seeds` holds many.

mod bug;
mod chance;
mod disk;
mod engine;
#[path = "../common/planted/hasty.rs"]
mod hasty;
#[path = "../common/heard.rs"]
mod heard;
mod human;
mod invariants;
mod life;
mod opponent;
mod organiser;
#[path = "../common/planted/panics.rs"]
mod panics;
#[path = "../common/picture.rs"]
mod picture;
mod spectator;
mod wall;
mod wire;
mod world;

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use bug::Bug;
use life::{Report, hold};

/// The seeds that every run holds: the first ones, and those that have found something once.
const FIXED: u64 = 150;
/// How many new ones a run holds besides.
const FRESH: u64 = 150;
/// How many may be held to find a planted bug.
const ENOUGH: u64 = 60;

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")))
}

/// Seeds that have once been red.
fn once_red() -> Vec<u64> {
    let lines = include_str!("seeds.txt").lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(|line| line.parse().expect("a seed")).collect()
}

/// Holds them all, on as many threads as there are cores; gives what happened in all, or tells of the first red one.
fn hold_all(seeds: &[u64]) -> Report {
    let next = AtomicU64::new(0);
    let work = || {
        let mut total = Report::default();
        while let Some(&seed) = seeds.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).expect("a place")) {
            match hold(seed, None) {
                Ok(report) => total.add(&report),
                Err(failure) => panic!("{failure}"),
            }
        }
        total
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut total = Report::default();
        for worker in workers {
            match worker.join() {
                Ok(report) => total.add(&report),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        total
    })
}

#[test]
fn whatever_happens_by_fixed_and_by_fresh_seeds() {
    let mut seeds: Vec<u64> = once_red().into_iter().chain(0..FIXED).collect();
    // Another place each time, told with each red seed.
    let fresh = rand::random::<u64>() >> 16;
    seeds.extend((0..asked("SIMULTAN_SEEDS").unwrap_or(FRESH)).map(|number| fresh + number));
    let began = tokio::time::Instant::now();
    let report = hold_all(&seeds);
    println!("{} seeds in {:.0?}: {report}", seeds.len(), began.elapsed());
    assert!(report.crashes > 0 && report.receipts > 1000 && report.ended > 100, "something happens: {report}");
}

/// `SIMULTAN_SEED` says which.
#[test]
fn one_seed() {
    let seed = asked("SIMULTAN_SEED").unwrap_or(1);
    world::show_traces(env::var("SIMULTAN_SEED").is_ok());
    match hold(seed, None) {
        Ok(report) => println!("seed {seed}, trace {:016x}: {report}", report.trace),
        Err(failure) => panic!("{failure}"),
    }
}

#[test]
fn the_same_seed_is_the_same_run_to_the_last_step() {
    let mut steps = 0;
    for seed in 0..10 {
        let [first, second] = [(); 2].map(|()| hold(seed, None).unwrap_or_else(|failure| panic!("{failure}")));
        assert_eq!(first.trace, second.trace, "seed {seed}");
        steps += first.steps;
    }
    assert!(steps > 1000, "{steps} steps in all");
}

/// A simulation that finds nothing may be blind. This one is shown what it has to see.
#[test]
fn planted_bugs_are_found() {
    let bugs = [Bug::AcknowledgeBeforeCommit, Bug::ReuseSeq, Bug::ChargeDowntime, Bug::ChargeStops, Bug::LoseResend];
    for bug in bugs {
        let found = (0..ENOUGH).find_map(|seed| hold(seed, Some(bug)).err());
        let failure = found.unwrap_or_else(|| panic!("{bug:?} was not found by {ENOUGH} seeds"));
        println!("{bug:?}: found with seed {}: {}", failure.seed, failure.what);
    }
}

#[test]
fn a_panic_in_a_game_breaks_no_promise() {
    let mut total = Report::default();
    for seed in 0..ENOUGH {
        match hold(seed, Some(Bug::PanicAtA6)) {
            Ok(report) => total.add(&report),
            Err(failure) => panic!("with panics, {failure}"),
        }
    }
    assert!(total.panics > 10, "{} panics: {total}", total.panics);
    println!("{} panics: {total}", total.panics);
}
