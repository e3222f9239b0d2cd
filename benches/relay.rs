//! What publishing to the log costs a hall, and what galleries do for it: receipts and memory with NATS well, frozen and gone; how much
//! later spectators at a gallery hear what happens; what many of them, a start and many halls cost; and how long it all is.
//!
//! `cargo bench --bench relay` prints all of it, measured in one run of about a quarter of an hour, on three NATS servers of this machine;
//! `-- 3 4` only those parts, `-- 2 --long` the second for ten minutes, and `-- --quick` is a short form without a verdict that shows that
//! it works. `SIMULTAN_NATS_SERVER` is where nats-server is; what it writes goes to the folder for temporary files.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the machine takes, not the exhibition")]

#[expect(dead_code, reason = "opponents of another bench do more")]
#[path = "common/client.rs"]
mod client;
#[path = "relay/cluster.rs"]
mod cluster;
#[path = "../tests/common/mod.rs"]
mod common;
#[path = "common/exhibition.rs"]
mod exhibition;
#[path = "relay/galleries.rs"]
mod galleries;
#[path = "common/http.rs"]
mod http;
#[expect(dead_code, reason = "tests do more with it")]
#[path = "../tests/cluster/nats.rs"]
mod nats;
#[path = "relay/outage.rs"]
mod outage;
#[path = "relay/receipts.rs"]
mod receipts;
#[path = "common/resident.rs"]
mod resident;
#[path = "common/server.rs"]
mod server;
#[path = "relay/sizes.rs"]
mod sizes;
#[path = "relay/spectators.rs"]
mod spectators;
#[path = "../tests/common/stored.rs"]
mod stored;
#[path = "common/usage.rs"]
mod usage;
#[path = "relay/watchers.rs"]
mod watchers;

use std::{env, path::Path, time::Duration};

use galleries::{Halls, Past};
use receipts::Load;
use spectators::{Goals, Watched};

fn main() {
    if !env::var("SIMULTAN_NATS_SERVER").is_ok_and(|path| Path::new(&path).is_file()) {
        println!("nothing was measured: SIMULTAN_NATS_SERVER names no nats-server; tests/all.sh installs one");
        return;
    }
    usage::all_files();
    let asked: Vec<usize> = env::args().filter_map(|arg| arg.parse().ok()).collect();
    for (number, (title, part)) in (1..).zip(PARTS) {
        if asked.is_empty() || asked.contains(&number) {
            println!("{number}. {title}");
            part();
            println!();
        }
    }
}

const PARTS: [(&str, fn()); 7] = [
    ("receipts of a hall that publishes, against the same without", receipts_of_a_hall),
    ("a hall's memory while NATS is gone", memory_of_a_hall),
    ("from the hall to a gallery's spectator", one_spectator),
    ("many spectators of one gallery", many_spectators),
    ("a gallery's start", start_of_a_gallery),
    ("a gallery that follows many halls", many_halls),
    ("a first page", || if is_quick() { sizes::pages(24, 2) } else { sizes::pages(604, 10) }),
];

fn is_quick() -> bool {
    env::args().any(|arg| arg == "--quick" || arg == "--test")
}

/// Says what was reached against what was aimed at.
fn goal(what: &str, reached: f64, most: f64, unit: &str) {
    println!("  {what}: {reached:.2} {unit} (goal: at most {most} {unit}): {}", verdict(reached <= most));
}

fn at_least(what: &str, reached: f64, least: f64) {
    println!("  {what}: {reached:.0} (goal: at least {least}): {}", verdict(reached >= least));
}

/// The short form judges nothing.
fn verdict(is_reached: bool) -> &'static str {
    match is_reached {
        _ if is_quick() => "not judged",
        true => "reached",
        false => "NOT reached",
    }
}

fn receipts_of_a_hall() {
    let ms = Duration::from_millis;
    if is_quick() {
        return receipts::measure(&[Load { boards: 4, moves: 5, thinks: ms(10) }], 1);
    }
    let loads = [
        Load { boards: 24, moves: 120, thinks: Duration::ZERO },
        Load { boards: 24, moves: 60, thinks: ms(40) },
        Load { boards: 250, moves: 40, thinks: Duration::ZERO },
        Load { boards: 250, moves: 8, thinks: ms(416) },
    ];
    receipts::measure(&loads, 7);
}

fn memory_of_a_hall() {
    let seconds = if env::args().any(|arg| arg == "--long") { 600 } else { 60 };
    match is_quick() {
        true => outage::measure(4, 20, Duration::from_secs(2)),
        false => outage::measure(250, 140, Duration::from_secs(seconds)),
    }
}

fn one_spectator() {
    let watched = Watched { boards: 100, moves: 66, thinks: Duration::from_millis(300), spectators: 1, runs: 3 };
    let quick = Watched { boards: 4, moves: 10, thinks: Duration::from_millis(100), spectators: 1, runs: 1 };
    spectators::measure(if is_quick() { quick } else { watched }, Goals { p99: 50.0, memory: None });
}

fn many_spectators() {
    let watched = Watched { boards: 24, moves: 4, thinks: Duration::from_millis(7200), spectators: 5000, runs: 3 };
    let quick = Watched { boards: 4, moves: 5, thinks: Duration::from_millis(200), spectators: 100, runs: 1 };
    spectators::measure(if is_quick() { quick } else { watched }, Goals { p99: 250.0, memory: Some(32.0) });
}

fn start_of_a_gallery() {
    match is_quick() {
        true => galleries::starts(Past { evenings: 2, boards: 4, plies: 10 }, 1),
        false => galleries::starts(Past { evenings: 45, boards: 24, plies: 80 }, 5),
    }
}

fn many_halls() {
    let thinks = Duration::from_millis(1440);
    match is_quick() {
        true => galleries::follows(Halls { halls: 2, boards: 2, moves: 1, thinks }, 1),
        false => galleries::follows(Halls { halls: 20, boards: 24, moves: 14, thinks }, 3),
    }
}
