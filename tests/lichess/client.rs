//! A client that is not ours, as a child process that tells what it sees.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::common::{TestServer, within};

/// One of the programs in `clients/`; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Client {
    program: String,
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// All that it has said.
    said: Vec<Value>,
    log: PathBuf,
}

impl Client {
    /// Starts a program with a token of this server's.
    pub(crate) fn start(server: &TestServer, program: &str, token: &str, flags: &[&str]) -> Client {
        Client::start_at(server, &format!("http://{}", server.address), program, token, flags)
    }

    /// The same with another way to the server.
    pub(crate) fn start_at(server: &TestServer, url: &str, program: &str, token: &str, flags: &[&str]) -> Client {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lichess/clients").join(format!("{program}.py"));
        let log = server.database().with_file_name(format!("{program}-{token}.log"));
        let mut command = run(&script, &log);
        command.args([url, token]).args(flags);
        let mut process = command.spawn().expect("Python runs");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        Client { program: program.to_owned(), process, lines, said: Vec::new(), log }
    }

    /// What it says next.
    async fn next(&mut self) -> Value {
        let line = within(&format!("a word of {}", self.program), self.lines.next_line()).await.expect("text");
        let Some(line) = line else { panic!("{} has ended:\n{}", self.program, self.log()) };
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        self.said.push(said.clone());
        said
    }

    /// Reads on until it says something of this kind.
    pub(crate) async fn says(&mut self, kind: &str) -> Value {
        loop {
            let said = self.next().await;
            if said["said"] == kind {
                return said;
            }
        }
    }

    /// What it has said of this kind so far.
    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> + Clone {
        self.said.iter().filter(move |said| said["said"] == kind)
    }

    pub(crate) fn count(&self, kind: &str) -> usize {
        self.all(kind).count()
    }

    /// Waits until it ends by itself, and well.
    pub(crate) async fn ends(mut self) {
        let rest = async { while self.lines.next_line().await.expect("text").is_some() {} };
        within("the client's last word", rest).await;
        let status = within("the client's end", self.process.wait()).await.expect("an exit status");
        assert!(status.success(), "{}: {status}\n{}", self.program, self.log());
    }

    /// `kill -9`; what it has said until then is known afterwards.
    pub(crate) async fn kill(&mut self) {
        within("the end of a killed client", self.process.kill()).await.expect("a process to kill");
        while let Some(line) = within("its last words", self.lines.next_line()).await.expect("text") {
            // The last line may have been cut off.
            self.said.extend(serde_json::from_str::<Value>(&line));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said: Vec<_> = self.said.iter().map(Value::to_string).collect();
            eprintln!("{} said:\n{}\n{}", self.program, said.join("\n"), self.log());
        }
    }
}

/// Any script, run by the Python that has the clients' packages.
pub(crate) fn run(script: &Path, log: &Path) -> Command {
    let mut command = Command::new(python());
    // What it leaves behind goes with the server's folder.
    let folder = log.parent().expect("a folder");
    command.arg(script).env("PYTHONDONTWRITEBYTECODE", "1").env("TMPDIR", folder).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log).expect("a log"));
    command
}

fn python() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lichess/bin/python");
    let python = env::var_os("SIMULTAN_LICHESS").map_or_else(usual, PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing; get it with: python3 -m venv target/lichess && target/lichess/bin/pip install --require-hashes \
         -r tests/lichess/requirements.txt",
        python.display()
    );
    python
}
