//! The real program, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// The organiser's token of every server here.
pub(crate) const ORGANISER: &str = "so_for_benches_alone_1";

/// The real binary, with the random master where nothing else is settled, killed at the end.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    /// For its database, where that is nobody else's.
    _folder: Option<TempDir>,
}

impl Server {
    /// A build of the program, with so many boards, and what else a bench settles.
    pub(crate) fn start(program: &Path, boards: usize, flags: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let boards = boards.to_string();
        let engine: &[&str] = if flags.contains(&"--engine") { &[] } else { &["--engine", "random"] };
        let flags = [&["--boards", &boards], engine, flags].concat();
        let mut server = Server::of(program, "serve", &folder.path().join("games.db"), &flags);
        server._folder = Some(folder);
        server
    }

    /// Any command that says where its pages are, on a database that is kept elsewhere.
    pub(crate) fn of(program: &Path, command: &str, database: &Path, flags: &[&str]) -> Server {
        let mut process = Command::new(program)
            .args([command, "--bind", "127.0.0.1:0"])
            .args(flags)
            .arg("--database")
            .arg(database)
            .env("SIMULTAN_ORGANISER_TOKEN", ORGANISER)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines().map_while(Result::ok);
        let named =
            |line: &str| ["Dashboard", "Halls"].iter().find_map(|name| Some(line.strip_prefix(name)?.to_owned()));
        let line = lines.find_map(|line| named(line.trim())).expect("its address");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { process, address: address.parse().expect("an address"), _folder: None }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
