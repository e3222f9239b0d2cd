//! What publishing costs receipts: the same exhibition in halls that don't publish, and in those that do, with NATS well, frozen and
//! gone.

use std::time::Duration;

use crate::{
    client::Reached,
    cluster::{Cluster, program, told},
    exhibition::Hall,
    goal,
    usage::middle,
};

/// How an exhibition is played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) boards: usize,
    /// Of each opponent.
    pub(crate) moves: usize,
    /// Before each of them; none: all reply at once.
    pub(crate) thinks: Duration,
}

const STATES: [&str; 5] = ["without", "well", "frozen", "killed", "without"];
/// The most that receipts may be later by.
const MOST: f64 = 1.10;

fn play(hall: &Hall, load: Load) -> Reached {
    hall.crowd(load.moves, load.thinks).spread().play_with(hall.server.process.id())
}

/// Plays each load in all states, in turns, and prints the medians.
pub(crate) fn measure(loads: &[Load], runs: usize) {
    let mut cluster = Cluster::three();
    let mut reached: Vec<[Vec<Reached>; 5]> = loads.iter().map(|_| <_>::default()).collect();
    for run in 0..runs {
        let mut published: Vec<Vec<Hall>> = Vec::new();
        for state in 1..=3 {
            let name = |place: usize| format!("h{run}-{state}-{place}");
            let halls = loads.iter().enumerate().map(|(place, load)| cluster.hall(&name(place), load.boards));
            published.push(halls.collect());
        }
        published.iter().flatten().for_each(|hall| told(hall.server.address));
        for (state, _) in STATES.iter().enumerate() {
            match state {
                2 => cluster.freeze(),
                3 => {
                    cluster.thaw();
                    cluster.kill();
                }
                _ => {}
            }
            for (place, (&load, reached)) in loads.iter().zip(&mut reached).enumerate() {
                reached[state].push(match state {
                    1..=3 => play(&published[state - 1][place], load),
                    _ => play(&Hall::open(&program(), load.boards, &["--walk", "ready-first"]), load),
                });
            }
            if let Some(halls) = state.checked_sub(1).and_then(|state| published.get_mut(state)) {
                // What they have not told yet is of no use to anybody.
                halls.clear();
            }
        }
        if run + 1 < runs {
            cluster.start();
        }
    }
    println!("boards  moves/s  NATS      receipt p50 / p99 ms   of those without     CPU ms/1000 moves");
    let mut worst = (0.0_f64, 0.0_f64);
    for (load, reached) in loads.iter().zip(&reached) {
        for (state, name) in STATES.iter().enumerate() {
            let ratios = ratios(reached, state);
            if (1..=3).contains(&state) {
                worst = (worst.0.max(ratios.0), worst.1.max(ratios.1));
            }
            let all = &reached[state];
            let of = |figure: fn(&Reached) -> f64| middle(all.iter().map(figure));
            println!(
                "{:>6} {:>8.0}  {name:<8} {:>10.2} / {:<8.2} {:>8.2} × / {:.2} ×   {:>10.0}",
                load.boards,
                of(|reached| reached.per_second),
                of(|reached| ms(reached.p50)),
                of(|reached| ms(reached.p99)),
                ratios.0,
                ratios.1,
                of(|reached| reached.cpu_ms),
            );
        }
    }
    goal("receipts' half, the worst of all", worst.0, MOST, "×");
    goal("receipts' 99 of 100, the worst of all", worst.1, MOST, "×");
}

/// Each run's against the mean of its two without, so that what else the machine does meets both; of those the middle.
fn ratios(reached: &[Vec<Reached>; 5], state: usize) -> (f64, f64) {
    let of = |figure: fn(&Reached) -> Duration| {
        let runs = 0..reached[state].len();
        middle(runs.map(|run| {
            let without = ms(figure(&reached[0][run])).midpoint(ms(figure(&reached[4][run])));
            ms(figure(&reached[state][run])) / without
        }))
    };
    (of(|reached| reached.p50), of(|reached| reached.p99))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
