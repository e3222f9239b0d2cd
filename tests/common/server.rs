//! The real binary as a child process.

use std::{
    fs::File,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::within;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_simultan");
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const SERVE: &str = "serve";
const GALLERY: &str = "gallery";
/// The organiser's token of every test server.
pub(crate) const ORGANISER: &str = "the-organisers-own-token";

/// `simultan serve` on a database of its own; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct TestServer {
    /// Taken out when the server is done with it.
    folder: Option<TempDir>,
    /// What of the program it is: `serve`, or `gallery` for a node.
    verb: &'static str,
    flags: Vec<String>,
    process: Child,
    /// What it has said on stdout.
    said: String,
    pub(crate) address: SocketAddr,
}

impl TestServer {
    /// A server whose master draws lots, the same ones in each run.
    pub(crate) async fn random(boards: u32) -> TestServer {
        TestServer::with(boards, &["--engine", "random", "--seed", "7"]).await
    }

    /// A server whose master plays `moves` on every board, whatever happens there, and then thinks for ever.
    pub(crate) async fn scripted(boards: u32, moves: &str) -> TestServer {
        TestServer::scripted_with(boards, moves, &["--think", "10m"]).await
    }

    pub(crate) async fn scripted_with(boards: u32, moves: &str, flags: &[&str]) -> TestServer {
        let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/scripted-master.sh");
        let moves = format!("Moves={moves}");
        let mut all = vec!["--engine", engine.to_str().expect("a plain path")];
        if moves != "Moves=" {
            all.extend(["--engine-option", &moves]);
        }
        all.extend(flags);
        TestServer::with(boards, &all).await
    }

    pub(crate) async fn with(boards: u32, flags: &[&str]) -> TestServer {
        TestServer::on(tempfile::tempdir().expect("a folder"), boards, flags).await
    }

    /// A server on what `folder` holds already.
    pub(crate) async fn on(folder: TempDir, boards: u32, flags: &[&str]) -> TestServer {
        TestServer::run(Command::new(BINARY), folder, boards, flags).await
    }

    async fn run(program: Command, folder: TempDir, boards: u32, flags: &[&str]) -> TestServer {
        let boards = boards.to_string();
        let flags = ["--boards", &boards].iter().chain(flags).map(|&flag| flag.to_owned()).collect();
        TestServer::launched(serve(program, SERVE, &database(&folder), ANY_PORT), folder, SERVE, flags).await
    }

    /// A node, with its copies in `folder`.
    pub(crate) async fn node(folder: TempDir, bind: SocketAddr, flags: &[&str]) -> TestServer {
        let flags = flags.iter().map(|&flag| flag.to_owned()).collect();
        let command = serve(Command::new(BINARY), GALLERY, &database(&folder), bind);
        TestServer::launched(command, folder, GALLERY, flags).await
    }

    /// The server that `command` runs, whatever it is called.
    pub(crate) async fn of(command: Command, folder: TempDir) -> TestServer {
        TestServer::launched(command, folder, SERVE, Vec::new()).await
    }

    /// The server that `command` runs, or how it ended before it was ready.
    pub(crate) async fn try_of(mut command: Command, folder: TempDir) -> Result<TestServer, (ExitStatus, TempDir)> {
        match launch(&mut command, &folder, &[]).await {
            Ok((process, said)) => {
                let address = address_in(&said);
                Ok(TestServer { folder: Some(folder), verb: SERVE, flags: Vec::new(), process, said, address })
            }
            Err(status) => Err((status, folder)),
        }
    }

    async fn launched(mut command: Command, folder: TempDir, verb: &'static str, flags: Vec<String>) -> TestServer {
        match launch(&mut command, &folder, &flags).await {
            Ok((process, said)) => {
                let address = address_in(&said);
                TestServer { folder: Some(folder), verb, flags, process, said, address }
            }
            Err(status) => panic!("the server did not start ({status}):\n{}", read_log(&folder)),
        }
    }

    /// The same server again, on the same database and port.
    pub(crate) async fn restart(&mut self) {
        let again = async {
            loop {
                let mut command = serve(Command::new(BINARY), self.verb, &self.database(), self.address);
                match launch(&mut command, self.folder(), &self.flags).await {
                    Ok((process, _)) => break process,
                    // Somebody else's connection has the port for a moment.
                    Err(_) if self.log().contains("can't be listened on") => {}
                    Err(status) => panic!("the server did not start again ({status}):\n{}", self.log()),
                }
            }
        };
        self.process = within("the server", again).await;
    }

    /// The same server again, which may not come to its start: nobody waits for it.
    pub(crate) fn restart_without_waiting(&mut self) {
        let mut command = serve(Command::new(BINARY), self.verb, &self.database(), self.address);
        let log = self.folder().path().join("log");
        self.process = logged(&mut command, &log).args(&self.flags).spawn().expect("the binary runs");
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self) {
        within("the end of a killed process", self.process.kill()).await.expect("a process to kill");
    }

    /// SIGTERM.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        signal(self.id(), "TERM").await;
        self.exit().await
    }

    /// Waits until the server ends by itself.
    pub(crate) async fn exit(&mut self) -> ExitStatus {
        within("the server's end", self.process.wait()).await.expect("an exit status")
    }

    /// The process, for those who look at it from outside.
    pub(crate) fn id(&self) -> u32 {
        self.process.id().expect("a running process")
    }

    fn folder(&self) -> &TempDir {
        self.folder.as_ref().expect("a server that is not over")
    }

    /// What the server leaves behind.
    pub(crate) fn into_folder(mut self) -> TempDir {
        self.folder.take().expect("a server that is not over")
    }

    pub(crate) fn database(&self) -> PathBuf {
        database(self.folder())
    }

    /// What the server has said on stdout at its first start.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// What the server has said on stderr since its last start.
    pub(crate) fn log(&self) -> String {
        self.folder.as_ref().map(read_log).unwrap_or_default()
    }

    /// Another program's connection to the database.
    pub(crate) async fn sql(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.database());
        SqliteConnection::connect_with(&options).await.expect("a database")
    }

    /// The address where players connect.
    pub(crate) fn play_url(&self) -> String {
        format!("ws://{}/ws/current/play", self.address)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
    }
}

/// Sends a signal; a process that has just gone needs none.
pub(crate) async fn signal(id: u32, name: &str) {
    let kill = format!("kill -{name} {id}");
    let sent = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status().await;
    sent.expect("a shell");
}

/// Runs a server with its log in `folder`, and waits until it has said where it is, or ends.
async fn launch(command: &mut Command, folder: &TempDir, flags: &[String]) -> Result<(Child, String), ExitStatus> {
    let mut process = logged(command, &folder.path().join("log")).args(flags).spawn().expect("the binary runs");
    let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines();
    let mut said = String::new();
    let told = async {
        while let Some(line) = lines.next_line().await.expect("text") {
            said = format!("{said}{line}\n");
            if line.contains("Organiser") || line.contains("Halls") {
                return true;
            }
        }
        false
    };
    match within("the server's address", told).await {
        true => Ok((process, said)),
        false => Err(process.wait().await.expect("an exit status")),
    }
}

fn address_in(said: &str) -> SocketAddr {
    let named =
        |line: &'_ str| ["Dashboard", "Halls"].iter().find_map(|name| Some(line.trim().strip_prefix(name)?.to_owned()));
    let line = said.lines().find_map(named).expect("the pages' address");
    line.trim().trim_start_matches("http://").trim_end_matches('/').parse().expect("an address")
}

/// `simultan serve` on any database, with its log in any file.
pub(crate) fn command(database: &Path, log: &Path) -> Command {
    let mut command = serve(Command::new(BINARY), SERVE, database, ANY_PORT);
    logged(&mut command, log);
    command
}

/// `simultan serve` on any port, where `program` runs what stands behind its own arguments.
pub(crate) fn command_under(program: Command, database: &Path) -> Command {
    serve(program, SERVE, database, ANY_PORT)
}

fn serve(mut command: Command, verb: &str, database: &Path, bind: SocketAddr) -> Command {
    command.args([verb, "--bind", &bind.to_string(), "--database"]).arg(database);
    command
}

fn logged<'a>(command: &'a mut Command, log: &Path) -> &'a mut Command {
    command
        .env("SIMULTAN_ORGANISER_TOKEN", ORGANISER)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(log).expect("a log"))
        .kill_on_drop(true)
}

pub(crate) fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("games.db")
}

pub(crate) fn read_log(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("log")).unwrap_or_default()
}
