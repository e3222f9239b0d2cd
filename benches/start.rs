//! What a start costs that has much to take up: time until the server says where it is, time until it shows a board of
//! what it has taken up, and the most memory it has held.
//!
//! `cargo bench --bench start`. `SIMULTAN_BESIDE` names other builds of the program, separated by colons, to be measured
//! side by side on copies of the same databases; `SIMULTAN_START` one size, as `10000x40+50`, instead of all.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::disallowed_methods, reason = "it measures how long the machine takes, not the exhibition")]

#[path = "common/builds.rs"]
mod builds;
#[path = "../tests/common/stored.rs"]
mod stored;

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use simultan::journal::{SqliteStore, Store};
use stored::{Shape, store_exhibition};

/// Of so many starts the median is shown.
const RUNS: usize = 5;
/// Boards, plies, and finished exhibitions of as many moves, taken together, as the one to be taken up.
const SIZES: [(u32, u32, u32); 6] =
    [(24, 40, 0), (24, 40, 50), (1000, 40, 0), (1000, 40, 50), (10_000, 40, 0), (10_000, 40, 50)];

#[derive(Debug, Clone, Copy)]
struct Cost {
    ready: Duration,
    shown: Duration,
    peak_kib: u64,
}

fn main() {
    let programs = builds::all();
    let wanted = env::var("SIMULTAN_START").ok();
    let folder = tempfile::tempdir().expect("a folder");
    println!("boards × plies + finished      events  file MiB   ready ms   shown ms  peak MiB   µs/event  bytes/event");
    for (boards, plies, finished) in SIZES {
        let name = format!("{boards}x{plies}+{finished}");
        if wanted.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let made = folder.path().join("made.db");
        let events = make(&made, boards, plies, finished);
        let mib = fs::metadata(&made).expect("a file").len() as f64 / f64::from(1 << 20);
        let mut costs = vec![Vec::new(); programs.len()];
        for _ in 0..RUNS {
            for (program, costs) in programs.iter().zip(&mut costs) {
                costs.push(start(program, &made, folder.path()));
            }
        }
        for (program, mut costs) in programs.iter().zip(costs) {
            costs.sort_by_key(|cost| cost.shown);
            let Cost { ready, shown, peak_kib } = costs[RUNS / 2];
            let each = |total: f64| total / events as f64;
            println!(
                "{name:<26} {events:>10} {mib:>9.1} {:>10.0} {:>10.0} {:>9.0} {:>10.2} {:>12.0}  {}",
                ready.as_secs_f64() * 1e3,
                shown.as_secs_f64() * 1e3,
                peak_kib as f64 / 1024.0,
                each(shown.as_secs_f64() * 1e6),
                each(peak_kib as f64 * 1024.0),
                program.display()
            );
        }
        fs::remove_file(&made).expect("a file");
    }
}

/// Makes a database; gives how many events there are to take up.
fn make(path: &Path, boards: u32, plies: u32, finished: u32) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut store = SqliteStore::open(path).await.expect("a new database");
        for _ in 0..finished {
            store_exhibition(&mut store, Shape { boards: boards.min(1000), plies, over: true }).await;
        }
        let (_, events) = store_exhibition(&mut store, Shape { boards, plies, over: false }).await;
        store.close().await;
        events
    })
}

/// Starts a server on a copy of a database, as after a crash.
fn start(program: &Path, made: &Path, folder: &Path) -> Cost {
    let path = folder.join("games.db");
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _ = fs::remove_file(folder.join(format!("games.db{ending}")));
    }
    fs::copy(made, &path).expect("a copy");
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/scripted-master.sh");
    let mut command = Command::new(program);
    // A master who thinks for ever.
    command.args(["serve", "--bind", "127.0.0.1:0", "--think", "10m", "--database"]).arg(&path);
    command.arg("--engine").arg(engine);
    let began = Instant::now();
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program runs");
    let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines();
    let mut dashboard = String::new();
    loop {
        let line = lines.next().expect("the server starts").expect("text");
        if let Some(address) = line.trim().strip_prefix("Dashboard") {
            dashboard = address.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        }
        if line.contains("Organiser") {
            break;
        }
    }
    let ready = began.elapsed();
    let board = get(&dashboard, "/api/exhibitions/current/boards/1");
    assert!(board.starts_with("HTTP/1.1 200") && board.contains("Player 1"), "{board}");
    let shown = began.elapsed();
    let cost = Cost { ready, shown, peak_kib: peak_kib(&process) };
    process.kill().expect("a process to kill");
    process.wait().expect("its end");
    cost
}

fn get(address: &str, path: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("the server listens");
    write!(connection, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("a question");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The most memory the process has held at a time.
fn peak_kib(process: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}
