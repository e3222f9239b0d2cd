//! What a hall holds in memory for a NATS that is gone: nothing.

use std::{
    thread::{sleep, spawn},
    time::Duration,
};

use crate::{
    cluster::{Cluster, program, told},
    exhibition::Hall,
    goal,
    http::{figure, get},
    resident::resident_kib,
};

/// The most that it may hold more than a hall without --publish, in MiB.
const MOST: f64 = 5.0;

/// As many moves in two halls, for so long, side by side; NATS is killed before they begin.
pub(crate) fn measure(boards: usize, moves: usize, time: Duration) {
    let mut cluster = Cluster::usual();
    let halls = [cluster.hall("club7", boards), Hall::open(&program(), boards, &["--walk", "ready-first"])];
    told(halls[0].server.address);
    cluster.kill();
    let thinks = time.div_f64(moves as f64);
    let addresses = halls.each_ref().map(|hall| hall.server.address);
    let processes = halls.each_ref().map(|hall| hall.server.process.id());
    let before = processes.map(resident_kib);
    let players = halls.map(|hall| {
        spawn(move || {
            let reached = hall.crowd(moves + 1, thinks).spread().play_with(hall.server.process.id());
            (hall, reached)
        })
    });
    sleep(time.mul_f64(0.98));
    let after = processes.map(resident_kib);
    let behind = figure(&get(addresses[0], "/metrics"), "simultan_log_behind ").unwrap_or_default();
    let reached = players.map(|player| player.join().expect("they play to the end"));
    let grown = [0, 1].map(|place| (after[place] - before[place]) / 1024.0);
    println!(
        "{boards} boards, {:.0} moves/s for {:.0} s, {behind:.0} events behind at the last look: {:.1} MiB + {:.1} MiB; \
         without --publish {:.1} MiB + {:.1} MiB; CPU for 1,000 moves {:.0} ms, without {:.0} ms",
        reached[0].1.per_second,
        time.as_secs_f64(),
        before[0] / 1024.0,
        grown[0],
        before[1] / 1024.0,
        grown[1],
        reached[0].1.cpu_ms,
        reached[1].1.cpu_ms,
    );
    goal("more than without --publish", grown[0] - grown[1], MOST, "MiB");
}
