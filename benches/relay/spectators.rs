//! How much later a spectator at a gallery hears what happens, and what many of them cost.

use std::{
    collections::HashMap,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    cluster::{Cluster, caught_up, told},
    goal,
    resident::resident_kib,
    sizes::Lines,
    usage::{cpu_ms, middle},
    watchers::{Heard, Watchers},
};

/// How an exhibition is watched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched {
    pub(crate) boards: usize,
    pub(crate) moves: usize,
    pub(crate) thinks: Duration,
    /// At the gallery.
    pub(crate) spectators: usize,
    pub(crate) runs: usize,
}

/// What must hold: for 99 of 100, in milliseconds, and for the memory of each, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goals {
    pub(crate) p99: f64,
    pub(crate) memory: Option<f64>,
}

struct Seen {
    per_second: f64,
    p50: f64,
    p99: f64,
    last: f64,
    /// Of each spectator, in KiB.
    memory: f64,
    /// The gallery's share of a core.
    cpu: f64,
    lines: Lines,
}

/// One spectator at the hall, and so many at the gallery: how much later these hear each event than that one.
pub(crate) fn measure(watched: Watched, goals: Goals) {
    let seen: Vec<_> = (0..watched.runs).map(|_| once(watched)).collect();
    let of = |figure: fn(&Seen) -> f64| middle(seen.iter().map(figure));
    println!(
        "{} boards, {:.0} events/s, {} at the gallery: later than at the hall by {:.1} ms (p50), {:.1} ms (p99), {:.1} ms \
         (the last); the gallery's CPU {:.1} % of a core",
        watched.boards,
        of(|seen| seen.per_second),
        watched.spectators,
        of(|seen| seen.p50),
        of(|seen| seen.p99),
        of(|seen| seen.last),
        100.0 * of(|seen| seen.cpu),
    );
    seen.last().expect("a run").lines.print();
    goal("later than at the hall, 99 of 100", of(|seen| seen.p99), goals.p99, "ms");
    if let Some(most) = goals.memory {
        goal("the gallery's memory for each", of(|seen| seen.memory), most, "KiB");
    }
}

/// With a log of its own: where there is one hall, it is found by any address.
fn once(watched: Watched) -> Seen {
    let cluster = Cluster::usual();
    let hall = cluster.hall("club7", watched.boards);
    let at = hall.server.address;
    told(at);
    let folder = tempfile::tempdir().expect("a folder");
    let gallery = cluster.gallery(folder.path());
    let host = gallery.address;
    caught_up(host, at, 1);
    let process = gallery.process.id();
    let before = resident_kib(process);
    let here = Watchers::of(at, 1);
    let there = Watchers::of(host, watched.spectators);
    // Their snapshots are on the way.
    sleep(Duration::from_secs(1));
    let (began, used) = (Instant::now(), cpu_ms(process));
    hall.crowd(watched.moves, watched.thinks).spread().play_with(hall.server.process.id());
    let elapsed = began.elapsed();
    let used = cpu_ms(process) - used;
    // What was said last is on the way.
    sleep(Duration::from_millis(500));
    let memory = (resident_kib(process) - before) / watched.spectators as f64;
    let lines = Lines::of(&cluster, at);
    let (here, there) = (here.end(), there.end());
    let later = later(&here, &there);
    assert!(later.len() >= here.len() * watched.spectators * 9 / 10, "they hear the same events: {}", later.len());
    let at = |share: usize| later[(later.len() - 1) * share / 100];
    Seen {
        per_second: here.len() as f64 / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        last: at(100),
        memory,
        cpu: used / 1000.0 / elapsed.as_secs_f64(),
        lines,
    }
}

/// By how many milliseconds each of those heard each event later than this one did; sorted.
fn later(here: &[Heard], there: &[Heard]) -> Vec<f64> {
    let first: HashMap<u64, Instant> = here.iter().copied().collect();
    let ms = |&(seq, at): &Heard| {
        let own = *first.get(&seq)?;
        let early = own.saturating_duration_since(at).as_secs_f64();
        Some((at.saturating_duration_since(own).as_secs_f64() - early) * 1000.0)
    };
    let mut later: Vec<f64> = there.iter().filter_map(ms).collect();
    later.sort_by(f64::total_cmp);
    later
}
