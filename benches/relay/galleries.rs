//! Galleries that are new, that come back, and that follow many halls.

use std::{
    path::Path,
    thread::{sleep, spawn},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use simultan::journal::{SqliteStore, Store};

use crate::{
    at_least,
    cluster::{Cluster, caught_up, program, seq, told, until},
    goal,
    http::{figure, get},
    resident::resident_kib,
    server::Server,
    sizes::Lines,
    stored::{Shape, store_exhibition},
    usage::{cpu_ms, middle},
};

/// What a hall has played before a gallery comes: so many evenings that are over, and one that is not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    pub(crate) evenings: i64,
    pub(crate) boards: u32,
    pub(crate) plies: u32,
}

/// How long a gallery needs until it shows all of it, without and with a copy.
pub(crate) fn starts(past: Past, runs: usize) {
    let cluster = Cluster::usual();
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("games.db");
    let events = make(&database, past);
    let master = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/scripted-master.sh");
    let master = master.to_str().expect("a plain path");
    // A master who thinks for ever.
    let flags = ["--think", "10m", "--engine", master, "--publish", &cluster.url(), "--hall", "club7"];
    let began = Instant::now();
    let hall = Server::of(&program(), "serve", &database, &flags);
    told(hall.address);
    let told_in = began.elapsed().as_secs_f64();
    let lines = Lines::of(&cluster, hall.address);
    let current = past.evenings + 1;
    let (mut new, mut again, mut used) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let folder = tempfile::tempdir().expect("a folder");
        let (gallery, took) = shown(&cluster, folder.path(), &hall, current);
        used.push(cpu_ms(gallery.process.id()) / 1000.0);
        let taken = figure(&get(gallery.address, "/metrics"), "simultan_node_events_total ");
        assert!(taken >= Some(events as f64), "all events: {taken:?} of {events}");
        new.push(took);
        end(gallery);
        let (gallery, took) = shown(&cluster, folder.path(), &hall, current);
        again.push(took);
        assert!(seq(gallery.address, 1).is_some(), "the first evening too");
    }
    let (new, again) = (middle(new), middle(again));
    println!(
        "{events} events in {current} exhibitions: told to the log {told_in:.1} s after the hall's start; a new gallery shows the \
         last event after {new:.2} s, {:.0} events a second, CPU {:.2} s; with its copy after {:.0} ms",
        events as f64 / new,
        middle(used),
        again * 1000.0,
    );
    lines.print();
    goal("a new gallery", new, 3.0, "s");
    goal("with its copy", again * 1000.0, 500.0, "ms");
    at_least("events a second", events as f64 / new, 20_000.0);
}

fn make(database: &Path, past: Past) -> u64 {
    let Past { evenings, boards, plies } = past;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut store = SqliteStore::open(database).await.expect("a new database");
        let mut events = 0;
        for evening in 0..=evenings {
            events += store_exhibition(&mut store, Shape { boards, plies, over: evening < evenings }).await.1;
        }
        store.close().await;
        events
    })
}

/// A gallery on the copies in a folder, and how many seconds after its start it shows what the hall shows.
fn shown(cluster: &Cluster, folder: &Path, hall: &Server, exhibition: i64) -> (Server, f64) {
    let began = Instant::now();
    let gallery = cluster.gallery(folder);
    caught_up(gallery.address, hall.address, exhibition);
    (gallery, began.elapsed().as_secs_f64())
}

/// Ends it in order.
fn end(mut gallery: Server) {
    kill_process(Pid::from_child(&gallery.process), Signal::TERM).expect("a running process");
    gallery.process.wait().expect("its end");
}

/// Many halls, each with as many boards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Halls {
    pub(crate) halls: usize,
    pub(crate) boards: usize,
    pub(crate) moves: usize,
    pub(crate) thinks: Duration,
}

/// What a gallery that follows many halls needs, and each NATS server.
pub(crate) fn follows(Halls { halls: count, boards, moves, thinks }: Halls, runs: usize) {
    let (mut gallery_cpu, mut nats_cpu, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    let (mut gallery_memory, mut nats_memory) = (0.0_f64, 0.0_f64);
    for _ in 0..runs {
        let cluster = Cluster::usual();
        let halls: Vec<_> = (0..count).map(|number| cluster.hall(&format!("club{number}"), boards)).collect();
        halls.iter().for_each(|hall| told(hall.server.address));
        let folder = tempfile::tempdir().expect("a folder");
        let gallery = cluster.gallery(folder.path());
        let at = gallery.address;
        let taken = || figure(&get(at, "/metrics"), "simultan_node_events_total ").unwrap_or_default();
        until("all halls", || taken() >= (count * boards) as f64);
        let (servers, process) = (cluster.processes(), gallery.process.id());
        let nats = || servers.iter().map(|&server| cpu_ms(server)).sum::<f64>();
        let crowds: Vec<_> = halls.iter().map(|hall| hall.crowd(moves, thinks).spread()).collect();
        let (events, used, used_by_nats, began) = (taken(), cpu_ms(process), nats(), Instant::now());
        let players = crowds.into_iter().zip(&halls).map(|(crowd, hall)| {
            let process = hall.server.process.id();
            spawn(move || crowd.play_with(process))
        });
        let players: Vec<_> = players.collect();
        // While all of them play: the first come to their end a thought earlier than the last.
        sleep(thinks.mul_f64(moves as f64));
        let seconds = began.elapsed().as_secs_f64();
        rates.push((taken() - events) / seconds);
        gallery_cpu.push((cpu_ms(process) - used) / 1000.0 / seconds);
        nats_cpu.push((nats() - used_by_nats) / 1000.0 / seconds / servers.len() as f64);
        gallery_memory = gallery_memory.max(resident_kib(process) / 1024.0);
        nats_memory = servers.iter().map(|&server| resident_kib(server) / 1024.0).fold(nats_memory, f64::max);
        for player in players {
            player.join().expect("they play to the end");
        }
    }
    let (cpu, rate) = (100.0 * middle(gallery_cpu), middle(rates));
    println!(
        "{count} halls of {boards} boards, {rate:.0} events/s together: the gallery {cpu:.1} % of a core, {gallery_memory:.0} MiB; \
         each NATS server {:.1} % of a core, {nats_memory:.0} MiB",
        100.0 * middle(nats_cpu),
    );
    goal("the gallery's share of a core", cpu, 15.0, "%");
}
