//! A server with one board, and what is asked of it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A server that goes with the test.
pub(crate) struct Server {
    process: Child,
    /// Where it is, as `127.0.0.1:8000`.
    pub(crate) address: String,
    directory: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    pub(crate) fn start() -> Server {
        let directory = tempfile::tempdir().expect("a directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_simultan"));
        let flags = ["--bind", "127.0.0.1:0", "--boards", "1", "--engine", "random", "--seed", "7", "--database"];
        command.arg("serve").args(flags).arg(directory.path().join("games.db"));
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let address = lines.map_while(Result::ok).find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let address = address.expect("the server says where it is").trim().trim_end_matches('/').to_owned();
        Server { process, address, directory }
    }

    /// A file beside the games.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("it can be written");
        path
    }

    /// The token of a seat that is taken as `docs/bots.md` says.
    pub(crate) fn seat(&self) -> String {
        let page = include_str!("../../docs/bots.md");
        let body = page.split("curl -d '").nth(1).and_then(|rest| rest.split('\'').next()).expect("a request");
        let mut socket = TcpStream::connect(&self.address).expect("the server is there");
        let head = format!(
            "POST /api/exhibitions/current/seats HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            body.len()
        );
        socket.write_all(format!("{head}{body}").as_bytes()).expect("it listens");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("it answers");
        let token = answer.split(r#""token":""#).nth(1).and_then(|rest| rest.split('"').next());
        token.unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}

/// A Python that has these packages: the one that a variable names, whose owner wants the test to run, or one of `usual`.
pub(crate) fn python(variable: &str, usual: &[&str], packages: &str) -> Option<PathBuf> {
    if let Some(python) = std::env::var_os(variable) {
        return Some(python.into());
    }
    usual.iter().map(PathBuf::from).find(|python| {
        let import = Command::new(python).args(["-c", &format!("import {packages}")]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    })
}
