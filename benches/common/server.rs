//! The real server, as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The real binary, with the random master where nothing else is settled, killed at the end.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Server {
    /// A build of the program, with so many boards, and what else a bench settles.
    pub(crate) fn start(program: &Path, boards: usize, flags: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let engine: &[&str] = if flags.contains(&"--engine") { &[] } else { &["--engine", "random"] };
        let mut process = Command::new(program)
            .args(["serve", "--bind", "127.0.0.1:0", "--boards", &boards.to_string()])
            .args(engine)
            .args(flags)
            .arg("--database")
            .arg(folder.path().join("games.db"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its stdout")).lines().map_while(Result::ok);
        let line = lines.find_map(|line| line.trim().strip_prefix("Dashboard").map(str::to_owned));
        let address = line.expect("its address").trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { process, address: address.parse().expect("an address"), _folder: folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
