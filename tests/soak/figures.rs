//! What the server holds, window by window, and whether it stays so.

use std::{fs, time::Duration};

use super::common::TestServer;

const MIB: f64 = 1024.0 * 1024.0;
/// By how much memory may grow with every 100,000 moves, and what an allocator's whims may make of a short soak.
const GROWTH: f64 = 0.5 * MIB;
const WHIMS: f64 = 6.0 * MIB;
/// The server keeps sixteen that are over, for those who look back.
const WARM_UP: u64 = 24;
/// Handles and threads that come and go: the connection that asks for the figures, a thread for a forecast.
const PASSING: u64 = 2;
/// How many times longer half of the receipts, and 99 of 100, may take at the end than at the beginning, in the best window
/// of each: other work on the machine comes and goes, and what has grown stays.
const SLOWER: [(usize, u32); 2] = [(50, 4), (99, 8)];
/// The log is written back into the database from 4 MiB on, and is cut to 8 MiB.
const LARGEST_LOG: u64 = 12 << 20;

/// What the process holds at one moment, while nobody is connected.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    resident: u64,
    handles: u64,
    threads: u64,
    log: u64,
    database: u64,
    /// The receipts so far by their time, as `/metrics` has them: upper bound in seconds, and how many up to it.
    receipts: Vec<(f64, u64)>,
    moves: u64,
}

impl Sample {
    pub(crate) async fn of(server: &TestServer) -> Sample {
        let figures = server.get("/metrics").await.body;
        let process = format!("/proc/{}", server.id());
        let status = fs::read_to_string(format!("{process}/status")).expect("a process");
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect(name);
            line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).expect("a number")
        };
        let size = |path: &std::path::Path| fs::metadata(path).map_or(0, |file| file.len());
        let mut log = server.database().into_os_string();
        log.push("-wal");
        Sample {
            resident: field("VmRSS:") * 1024,
            handles: fs::read_dir(format!("{process}/fd")).expect("a process").count() as u64,
            threads: field("Threads:"),
            log: size(log.as_ref()),
            database: size(&server.database()),
            receipts: buckets(&figures),
            moves: figures.lines().filter(|line| line.starts_with("simultan_moves_total{")).map(value).sum(),
        }
    }
}

fn value(line: &str) -> u64 {
    line.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a count")
}

fn buckets(figures: &str) -> Vec<(f64, u64)> {
    let lines = figures.lines().filter_map(|line| line.strip_prefix("simultan_receipt_seconds_bucket{le=\""));
    let bucket = |line: &str| {
        let bound = line.split('"').next().expect("a bound").replace("+Inf", "inf");
        (bound.parse().expect("a bound"), value(line))
    };
    lines.map(bucket).collect()
}

/// What happened between two samples.
#[derive(Debug)]
pub(crate) struct Window {
    seconds: f64,
    exhibitions: u64,
    moves: u64,
    /// From a move's sending to its receipt, sorted.
    waits: Vec<Duration>,
    /// The bound below which 99 of 100 receipts were, by the server's own watch.
    server_p99: f64,
    end: Sample,
}

impl Window {
    pub(crate) fn new(
        took: Duration,
        exhibitions: u64,
        mut waits: Vec<Duration>,
        before: &Sample,
        after: &Sample,
    ) -> Window {
        waits.sort_unstable();
        let earlier =
            |bound: f64| before.receipts.iter().find(|(other, _)| *other == bound).map_or(0, |(_, count)| *count);
        let during: Vec<_> = after.receipts.iter().map(|&(bound, count)| (bound, count - earlier(bound))).collect();
        let all = during.last().map_or(0, |(_, count)| *count);
        let bound = during.iter().find(|(_, count)| count * 100 >= all * 99).map_or(f64::NAN, |(bound, _)| *bound);
        Window {
            seconds: took.as_secs_f64(),
            exhibitions,
            moves: after.moves - before.moves,
            waits,
            server_p99: bound,
            end: after.clone(),
        }
    }

    fn wait(&self, percent: usize) -> Duration {
        self.waits.get(self.waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "for people and slopes")]
fn float(count: u64) -> f64 {
    count as f64
}

/// All windows, for people.
pub(crate) fn table(windows: &[Window]) -> String {
    let head = "exhibitions   moves  moves/s  receipt p50    p99 ms  server p99 ≤ ms  RSS MiB  handles  threads  WAL MiB  database MiB";
    let mut lines = vec![head.to_owned()];
    let ms = |wait: Duration| wait.as_secs_f64() * 1000.0;
    for window in windows {
        let end = &window.end;
        lines.push(format!(
            "{:11} {:7} {:8.0} {:12.2} {:9.2} {:16.2} {:8.1} {:8} {:8} {:8.1} {:13.1}",
            window.exhibitions,
            window.moves,
            float(window.moves) / window.seconds,
            ms(window.wait(50)),
            ms(window.wait(99)),
            window.server_p99 * 1000.0,
            float(end.resident) / MIB,
            end.handles,
            end.threads,
            float(end.log) / MIB,
            float(end.database) / MIB,
        ));
    }
    let total = |of: fn(&Window) -> u64| windows.iter().map(of).sum::<u64>();
    let seconds: f64 = windows.iter().map(|window| window.seconds).sum();
    lines.push(format!(
        "{} exhibitions, {} moves in {seconds:.0} s; after the warm-up {:+.2} MiB of memory per 100,000 moves",
        total(|window| window.exhibitions),
        total(|window| window.moves),
        slope(steady(windows)) * 100_000.0 / MIB,
    ));
    lines.join("\n")
}

/// What comes after the warm-up: a third, or until the exhibitions that are kept in memory have filled their places.
fn steady(windows: &[Window]) -> &[Window] {
    let mut exhibitions = 0;
    let filling = windows.iter().take_while(|window| {
        exhibitions += window.exhibitions;
        exhibitions < WARM_UP
    });
    let start = (filling.count() + 1).max(windows.len() / 3).min(windows.len());
    &windows[start..]
}

/// Bytes of memory a move, by least squares.
fn slope(windows: &[Window]) -> f64 {
    let mut moves = 0.0;
    let points: Vec<_> = windows
        .iter()
        .map(|window| {
            moves += float(window.moves);
            (moves, float(window.end.resident))
        })
        .collect();
    let count = float(points.len() as u64);
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), (moves, bytes)| (x + moves / count, y + bytes / count));
    let (up, across) = points.iter().fold((0.0, 0.0), |(up, across), (moves, bytes)| {
        (up + (moves - x) * (bytes - y), across + (moves - x) * (moves - x))
    });
    up / across
}

/// Checks that nothing grows.
pub(crate) fn assert_flat(windows: &[Window]) {
    let third = windows.len() / 3;
    let (first, last) = (&windows[..third], &windows[windows.len() - third..]);
    let moved: u64 = steady(windows).iter().map(|window| window.moves).sum();
    let grown = slope(steady(windows)) * float(moved);
    let allowed = GROWTH * float(moved) / 100_000.0 + WHIMS;
    assert!(grown <= allowed, "memory grows by {:.1} MiB in {moved} moves", grown / MIB);
    let most = |windows: &[Window], of: fn(&Sample) -> u64| windows.iter().map(|window| of(&window.end)).max();
    for (what, of) in
        [("file handles", (|sample| sample.handles) as fn(&Sample) -> u64), ("threads", |sample| sample.threads)]
    {
        let [early, late] = [first, last].map(|part| most(part, of).unwrap_or_default());
        assert!(late <= early + PASSING, "{what} grow from {early} to {late}");
    }
    assert!(most(windows, |sample| sample.log) <= Some(LARGEST_LOG), "the write-ahead log grows");
    for (percent, slower) in SLOWER {
        let [early, late] =
            [first, last].map(|part| part.iter().map(|window| window.wait(percent)).min().unwrap_or_default());
        assert!(late <= early * slower, "receipts get slower: p{percent} was {early:?} and is {late:?}");
    }
}
