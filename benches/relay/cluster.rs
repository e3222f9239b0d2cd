//! Three NATS servers that keep each message together, and halls and galleries at them.

use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use async_nats::jetstream;
use tokio::runtime::Runtime;

use crate::{
    exhibition::Hall,
    http::{figure, get},
    is_quick,
    nats::Nats,
    server::Server,
};

/// How long anything may take that has to come.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often it is looked for it.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_simultan"))
}

/// Waits for what must come.
pub(crate) fn until(what: &str, mut there: impl FnMut() -> bool) {
    let began = Instant::now();
    while !there() {
        assert!(began.elapsed() < DEADLINE, "{what} did not come");
        sleep(LOOK);
    }
}

/// Three servers, and the stream on all of them.
pub(crate) struct Cluster {
    /// Its processes end with it.
    nats: Nats,
    runtime: Runtime,
}

/// How much the log holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) messages: u64,
    /// As NATS counts them, on each server.
    pub(crate) bytes: u64,
    /// What one server's files take on the disk.
    pub(crate) disk: u64,
}

impl Cluster {
    pub(crate) fn three() -> Cluster {
        Cluster::on(Nats::three())
    }

    /// Three; the short form does with one, which is there sooner.
    pub(crate) fn usual() -> Cluster {
        if is_quick() { Cluster::on(Nats::one()) } else { Cluster::three() }
    }

    fn on(nats: impl Future<Output = Nats>) -> Cluster {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let nats = runtime.block_on(nats);
        Cluster { nats, runtime }
    }

    pub(crate) fn url(&self) -> String {
        self.nats.url()
    }

    pub(crate) fn freeze(&self) {
        self.runtime.block_on(async {
            for place in 0..self.nats.len() {
                self.nats.freeze(place).await;
            }
        });
    }

    pub(crate) fn thaw(&self) {
        self.runtime.block_on(async {
            for place in 0..self.nats.len() {
                self.nats.thaw(place).await;
            }
        });
    }

    pub(crate) fn kill(&mut self) {
        self.runtime.block_on(async {
            for place in 0..self.nats.len() {
                self.nats.kill(place).await;
            }
        });
    }

    /// Starts all that were killed, and waits until they have agreed on who leads.
    pub(crate) fn start(&mut self) {
        self.runtime.block_on(async {
            (0..self.nats.len()).for_each(|place| self.nats.start(place));
            self.nats.init(&["--replicas", &self.nats.len().to_string()]).await;
        });
    }

    pub(crate) fn processes(&self) -> Vec<u32> {
        (0..self.nats.len()).filter_map(|place| self.nats.process(place)).collect()
    }

    pub(crate) fn size(&self) -> Size {
        let state = self.runtime.block_on(async {
            let stream = jetstream::new(self.nats.client().await).get_stream("SIMULTAN").await.expect("the stream");
            stream.cached_info().state.clone()
        });
        Size { messages: state.messages, bytes: state.bytes, disk: disk(&self.nats.store(0)) }
    }

    /// A hall that publishes; nothing has begun.
    pub(crate) fn hall(&self, name: &str, boards: usize) -> Hall {
        let flags = ["--walk", "ready-first", "--publish", &self.url(), "--hall", name];
        Hall::open(&program(), boards, &flags)
    }

    /// A gallery with its copies in `folder`.
    pub(crate) fn gallery(&self, folder: &Path) -> Server {
        let flags = ["--from", &self.url()];
        Server::of(&program(), "gallery", &folder.join("copies"), &flags)
    }
}

/// What a folder takes on the disk, in bytes.
fn disk(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        // It has just gone.
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// Waits until the log has all that a hall has stored.
pub(crate) fn told(hall: SocketAddr) {
    until("all of it in the log", || {
        let metrics = get(hall, "/metrics");
        (figure(&metrics, "simultan_log_up "), figure(&metrics, "simultan_log_behind ")) == (Some(1.0), Some(0.0))
    });
}

/// The number of an exhibition's last event, where somebody shows it.
pub(crate) fn seq(at: SocketAddr, exhibition: i64) -> Option<u64> {
    let answer = get(at, &format!("/api/exhibitions/{exhibition}"));
    let (_, rest) = answer.strip_prefix("HTTP/1.1 200").and_then(|found| found.split_once("\"seq\":"))?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// Waits until a gallery shows all of an exhibition that its hall has.
pub(crate) fn caught_up(gallery: SocketAddr, hall: SocketAddr, exhibition: i64) {
    let last = seq(hall, exhibition);
    until("what the hall has", || seq(gallery, exhibition) >= last);
}
