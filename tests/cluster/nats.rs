//! Real NATS servers: one, or three that keep every message together.

use std::{net::SocketAddr, path::PathBuf, process::Stdio};

use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull},
};
use futures_util::StreamExt;
use simultan::relay::Message;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::common::{eventually, ports::free_ports, server::BINARY, server::signal, within};

/// NATS servers of one cluster; killed when they are dropped.
#[derive(Debug)]
pub(crate) struct Nats {
    folder: TempDir,
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    config: PathBuf,
    at: SocketAddr,
    process: Option<Child>,
}

/// A message as the log has it.
#[derive(Debug)]
pub(crate) struct Logged {
    pub(crate) hall: String,
    pub(crate) sequence: u64,
    pub(crate) payload: Vec<u8>,
}

fn program() -> String {
    std::env::var("SIMULTAN_NATS_SERVER").expect("SIMULTAN_NATS_SERVER names nats-server; tests/all.sh installs one")
}

impl Nats {
    /// One server, and the stream on it.
    pub(crate) async fn one() -> Nats {
        let nats = Nats::bare("").await;
        nats.init(&[]).await;
        nats
    }

    /// One server without a stream, with more in its configuration.
    pub(crate) async fn bare(more: &str) -> Nats {
        let [at] = free_ports();
        Nats::started(&[(at, format!("{JETSTREAM}\n{more}"))]).await
    }

    /// Three that keep each message together, and the stream on them.
    pub(crate) async fn three() -> Nats {
        let ports: [SocketAddr; 6] = free_ports();
        let (clients, routes) = ports.split_at(3);
        let others: Vec<_> = routes.iter().map(|route| format!("\"nats://{route}\"")).collect();
        let config = |place: usize| {
            format!(
                "server_name: n{place}\n{JETSTREAM}\ncluster {{ name: simultan, listen: \"{}\", routes: [{}] }}",
                routes[place],
                others.join(", ")
            )
        };
        let configs: Vec<_> = clients.iter().enumerate().map(|(place, &at)| (at, config(place))).collect();
        let nats = Nats::started(&configs).await;
        nats.init(&["--replicas", "3"]).await;
        nats
    }

    async fn started(configs: &[(SocketAddr, String)]) -> Nats {
        let folder = tempfile::tempdir().expect("a folder");
        let mut nats = Nats { nodes: Vec::new(), folder };
        for (place, (at, config)) in configs.iter().enumerate() {
            let file = nats.folder.path().join(format!("n{place}.conf"));
            let store = nats.store(place);
            let text = format!("listen: \"{at}\"\n{config}").replace("STORE", store.to_str().expect("a plain path"));
            std::fs::write(&file, text).expect("room");
            nats.nodes.push(Node { config: file, at: *at, process: None });
            nats.start(place);
        }
        nats
    }

    /// Makes the stream, as soon as there is somebody who can.
    pub(crate) async fn init(&self, flags: &[&str]) {
        eventually("the stream", async || {
            let mut command = Command::new(BINARY);
            command.args(["log", "init", "--at", &self.url()]).args(flags).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().await.expect("the binary runs").success().then_some(())
        })
        .await;
    }

    /// The folder that one keeps its messages in.
    pub(crate) fn store(&self, place: usize) -> PathBuf {
        self.folder.path().join(format!("n{place}"))
    }

    /// A running one's process.
    pub(crate) fn process(&self, place: usize) -> Option<u32> {
        self.nodes[place].process.as_ref().and_then(Child::id)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Where one listens.
    pub(crate) fn at(&self, place: usize) -> SocketAddr {
        self.nodes[place].at
    }

    /// All addresses.
    pub(crate) fn url(&self) -> String {
        let urls: Vec<_> = self.nodes.iter().map(|node| format!("nats://{}", node.at)).collect();
        urls.join(",")
    }

    pub(crate) fn start(&mut self, place: usize) {
        let node = &mut self.nodes[place];
        let log =
            std::fs::File::options().create(true).append(true).open(self.folder.path().join("log")).expect("a log");
        let mut command = Command::new(program());
        command.arg("-c").arg(&node.config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        node.process = Some(command.spawn().expect("nats-server runs"));
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self, place: usize) {
        if let Some(mut process) = self.nodes[place].process.take() {
            within("the end of a NATS server", process.kill()).await.expect("a process to kill");
        }
    }

    pub(crate) async fn freeze(&self, place: usize) {
        self.tell(place, "STOP").await;
    }

    pub(crate) async fn thaw(&self, place: usize) {
        self.tell(place, "CONT").await;
    }

    async fn tell(&self, place: usize, name: &str) {
        if let Some(id) = self.process(place) {
            signal(id, name).await;
        }
    }

    /// A client that is no part of the program.
    pub(crate) async fn client(&self) -> async_nats::Client {
        let servers: Vec<async_nats::ServerAddr> =
            self.nodes.iter().map(|node| format!("nats://{}", node.at).parse().expect("an address")).collect();
        within("a connection to NATS", async_nats::connect(servers)).await.expect("a connection")
    }

    /// Everything that the log has.
    pub(crate) async fn log(&self) -> Vec<Logged> {
        let stream = jetstream::new(self.client().await).get_stream("SIMULTAN").await.expect("the stream");
        let last = stream.cached_info().state.last_sequence;
        let config = pull::OrderedConfig { deliver_policy: DeliverPolicy::All, ..pull::OrderedConfig::default() };
        let consumer = stream.create_consumer(config).await.expect("a consumer");
        let mut messages = consumer.messages().await.expect("messages");
        let mut log = Vec::new();
        while log.last().is_none_or(|logged: &Logged| logged.sequence < last) && last > 0 {
            let message = within("the next message", messages.next()).await.expect("a message").expect("a message");
            let hall = message.subject.split('.').nth(1).expect("a hall").to_owned();
            let sequence = message.info().expect("where it stands").stream_sequence;
            log.push(Logged { hall, sequence, payload: message.payload.to_vec() });
        }
        log
    }

    /// The messages of one hall.
    pub(crate) async fn log_of(&self, hall: &str) -> Vec<Message> {
        let all = self.log().await;
        let own = all.iter().filter(|logged| logged.hall == hall);
        own.map(|logged| Message::read(&logged.payload).expect("a message of ours")).collect()
    }

    /// Puts anything into a hall's log, as whoever has the right to could.
    pub(crate) async fn put(&self, hall: &str, payload: Vec<u8>) {
        let context = jetstream::new(self.client().await);
        let sent = context.publish(format!("sim.{hall}.log"), payload.into()).await.expect("a way to the log");
        sent.await.expect("a place in the log");
    }
}

/// Each message is on the disk before it is acknowledged.
const JETSTREAM: &str = "jetstream { store_dir: \"STORE\", sync_interval: always }";
