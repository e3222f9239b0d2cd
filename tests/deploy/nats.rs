//! A real NATS server with a shipped configuration, and who comes to it.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

use crate::{
    common::{
        Answer, eventually,
        ports::free_ports,
        server::{BINARY, signal},
        within,
    },
    tools::{output, python, root},
};

/// Puts something of the test's own in a place where it must stand.
pub(crate) fn put(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    text.replace(from, to)
}

pub(crate) fn shipped(name: &str) -> String {
    let path = root().join("deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A NATS server; killed when it is dropped.
pub(crate) struct Nats {
    process: Child,
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
}

impl Nats {
    /// As `name` in deploy/nats has it, but for places and ports.
    pub(crate) async fn with(program: &Path, name: &str, folder: TempDir) -> Nats {
        let [address, watched] = free_ports();
        let here = folder.path().to_str().expect("a plain path");
        let text = put(&shipped(&format!("nats/{name}")), "0.0.0.0:4222", &address.to_string());
        let text = put(&text, "127.0.0.1:8222", &watched.to_string());
        let text = put(&text, "store_dir: /data", &format!("store_dir: {here}/data"));
        let text = text.replace("/etc/nats", here);
        fs::write(folder.path().join("nats.conf"), text).expect("a file");
        let log = File::create(folder.path().join("nats.log")).expect("a file");
        let mut command = Command::new(program);
        command.arg("-c").arg(folder.path().join("nats.conf"));
        let process = command.stdin(Stdio::null()).stderr(log).kill_on_drop(true).spawn().expect("nats-server");
        let mut nats = Nats { process, folder, address };
        eventually("NATS", async || {
            assert!(nats.process.try_wait().expect("a process").is_none(), "NATS ended:\n{}", nats.log());
            TcpStream::connect(watched).await.ok().map(drop)
        })
        .await;
        nats
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("nats.log")).unwrap_or_default()
    }

    /// Reads its configuration again.
    pub(crate) async fn reload(&self) {
        signal(self.process.id().expect("a running process"), "HUP").await;
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address for our programs, by the name in the certificate where there is one.
    pub(crate) fn url(&self) -> String {
        format!("nats://localhost:{}", self.address.port())
    }

    pub(crate) async fn init(&self, more: &[&str]) {
        let said = output(Command::new(BINARY).args(["log", "init", "--at", &self.url()]).args(more)).await;
        assert!(said.contains("stream SIMULTAN"), "{said}");
    }
}

/// keys.py, as docs/scale.md calls it.
pub(crate) async fn keys(folder: &Path, words: &[&str]) {
    output(python().arg(root().join("deploy/nats/keys.py")).arg(folder).args(words)).await;
}

/// `simultan gallery`; killed when it is dropped.
pub(crate) struct Gallery {
    process: Child,
    folder: TempDir,
    pub(crate) address: SocketAddr,
}

impl Gallery {
    pub(crate) async fn at(from: &str, more: &[&str]) -> Gallery {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let mut command = Command::new(BINARY);
        command.args(["gallery", "--from", from, "--bind", "127.0.0.1:0"]).args(more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut process = command.spawn().expect("the binary runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines();
        let told = async {
            while let Some(line) = lines.next_line().await.expect("text") {
                if let Some(address) = line.trim().strip_prefix("Halls") {
                    let address = address.trim().trim_start_matches("http://").trim_end_matches('/');
                    return address.parse().expect("an address");
                }
            }
            panic!("it ended:\n{}", fs::read_to_string(folder.path().join("log")).unwrap_or_default());
        };
        let address = within("the gallery's address", told).await;
        Gallery { process, folder, address }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub(crate) async fn kill(&mut self) {
        within("the end of a killed process", self.process.kill()).await.expect("a process to kill");
    }

    /// Waits until it shows a hall in which somebody plays.
    pub(crate) async fn shows(&self, hall: &str) {
        eventually("the hall at the gallery", async || {
            let answer = ask(self.address, "localhost", "GET", "/api/halls").await;
            // Until it has read the log it says that it does not know yet.
            let halls = answer.json();
            let known = halls.as_array()?.iter().find(|known| known["hall"] == hall)?;
            (known["exhibitions"][0]["seated"].as_u64()? > 0).then_some(())
        })
        .await;
    }
}

/// Asks whoever listens there for a host's page.
pub(crate) async fn ask(address: SocketAddr, host: &str, method: &str, path: &str) -> Answer {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.map(|_| String::from_utf8_lossy(&answer).into_owned())
    };
    let answer: std::io::Result<_> = within("an answer", asked).await;
    Answer::read(&answer.expect("an answer"))
}
