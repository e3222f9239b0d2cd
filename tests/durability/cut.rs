//! Many lives of one server: clients play, it ends somehow, its files are read, it starts again.

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use futures_util::future::{join, join_all};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use tempfile::TempDir;
use tokio::{process::Command, time::sleep};

use crate::{
    books::{self, Game},
    common::{
        ORGANISER, TestServer,
        pgn::{self, PgnGame},
        server, within,
    },
    ledger::{Finding, Ledger},
    opponents::{Opponent, Table},
    planted::{self, server::Bug},
    tracer::Under,
    watcher::Watcher,
};

/// The clients, the server's files, and what a server on them is started with.
pub(crate) struct Cut {
    pub(crate) table: Table,
    opponents: Vec<Opponent>,
    watchers: Vec<Watcher>,
    folder: Option<TempDir>,
    flags: Vec<String>,
    /// The words that start a server, before its own arguments.
    program: Vec<String>,
}

/// How a life ends.
pub(crate) enum Doom {
    /// `kill -9` after so long.
    Killed(Duration),
    /// By itself, at a system call; `kill -9` if that never comes.
    AtACall,
    /// `kill -9` when this file has grown: the database's own does in a checkpoint.
    Grown(PathBuf),
    /// SIGTERM after so long; what comes after it may be cut short.
    Stopped(Duration),
}

/// How long a system call is waited for at which the server dies.
const PATIENCE: Duration = Duration::from_secs(5);

impl Cut {
    /// `boards` opponents of whom each gives up `gives_up` times in a thousand decisions, and two spectators.
    pub(crate) fn new(chance: &mut ChaCha8Rng, boards: usize, gives_up: u32, flags: &[&str]) -> Cut {
        let opponent =
            |board| Opponent::new(format!("Player {board}"), ChaCha8Rng::seed_from_u64(chance.random()), gives_up);
        let opponents = (0..boards).map(opponent).collect();
        let boards = boards.to_string();
        let seed = chance.random_range(0..1000_u32).to_string();
        let own = ["--boards", &boards, "--engine", "random", "--seed", &seed];
        Cut {
            table: Table::default(),
            opponents,
            watchers: vec![Watcher::default(), Watcher::default()],
            folder: Some(tempfile::tempdir().expect("a folder")),
            flags: own.iter().chain(flags).map(|&flag| flag.to_owned()).collect(),
            program: vec![server::BINARY.to_owned()],
        }
    }

    /// With a bug in the server.
    pub(crate) fn planted(mut self, bug: Bug) -> Cut {
        self.program = planted::server::program(bug);
        self
    }

    /// With the files in memory, where there is such a place: for runs whose disk is a model of one, so that its own speed
    /// is of no interest.
    pub(crate) fn in_memory(mut self) -> Cut {
        self.folder = Some(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder"));
        self
    }

    pub(crate) fn database(&self) -> PathBuf {
        server::database(self.folder.as_ref().expect("files that no server has"))
    }

    pub(crate) fn into_ledger(self) -> Ledger {
        self.table.ledger.into_inner()
    }

    fn command(&self, under: Under) -> Command {
        let mut words = under.iter().chain(&self.program);
        let mut command = Command::new(words.next().expect("a program"));
        command.args(words);
        let mut command = server::command_under(command, &self.database());
        command.args(&self.flags);
        command
    }

    /// Starts a server; `None` if it was killed before it was ready.
    pub(crate) async fn start(&mut self, under: Under) -> Option<TestServer> {
        let command = self.command(under);
        match TestServer::try_of(command, self.folder.take().expect("files that no server has")).await {
            Ok(server) => Some(server),
            Err((status, folder)) => {
                if status.signal() != Some(9) {
                    let log = server::read_log(&folder);
                    self.table.found(Finding::Refused(format!("the server does not start ({status}):\n{log}")));
                }
                self.folder = Some(folder);
                None
            }
        }
    }

    /// One life, up to its end and the reading of what it left behind. Whether it came to be.
    pub(crate) async fn life(&mut self, under: Under, doom: Doom) -> bool {
        let server = self.start(under).await;
        let started = server.is_some();
        if let Some(mut server) = server {
            self.play(&mut server, doom).await;
            self.folder = Some(server.into_folder());
        }
        self.table.ledger.borrow_mut().kills += 1;
        self.audit().await;
        started
    }

    /// Takes back the files of a server that has ended.
    pub(crate) fn leave(&mut self, server: TestServer) {
        self.folder = Some(server.into_folder());
    }

    /// Everybody plays until the server's end.
    pub(crate) async fn play(&mut self, server: &mut TestServer, doom: Doom) {
        let all = self.opponents.len();
        self.play_while(server, async |server, table| match doom {
            Doom::Killed(after) => {
                play_for(server, table, all, after).await;
                server.kill().await;
            }
            Doom::AtACall => {
                play_for(server, table, all, PATIENCE).await;
                server.kill().await;
            }
            Doom::Grown(file) => {
                until_grown(server, table, all, &file).await;
                server.kill().await;
            }
            Doom::Stopped(after) => {
                play_for(server, table, all, after).await;
                server.terminate().await;
            }
        })
        .await;
    }

    /// Everybody plays, and `meanwhile` does something to the server, at last its end.
    pub(crate) async fn play_while<T>(
        &mut self,
        server: &mut TestServer,
        meanwhile: impl AsyncFnOnce(&mut TestServer, &Table) -> T,
    ) -> T {
        let (address, table) = (server.address, &self.table);
        table.clear();
        let playing = join_all(self.opponents.iter_mut().map(|opponent| opponent.live(address, table)));
        let watching = join_all(self.watchers.iter_mut().map(|watcher| watcher.live(address, table)));
        let (mut clients, mut meanwhile) = (pin!(join(playing, watching)), pin!(meanwhile(server, table)));
        tokio::select! {
            _ = &mut clients => within("what happens meanwhile", meanwhile).await,
            done = &mut meanwhile => {
                clients.await;
                done
            }
        }
    }

    /// Holds what is on the disk against what everybody knows.
    pub(crate) async fn audit(&mut self) {
        let read = books::read(&self.database()).await;
        let mut ledger = self.table.ledger.borrow_mut();
        match read {
            Ok(record) => books::audit(&mut ledger, &record),
            Err(finding) => ledger.found(finding),
        }
    }

    /// A last life without a fault: everybody comes back and gives up, and then all books must agree.
    pub(crate) async fn finale(&mut self) {
        let server = self.start(Under::new()).await;
        self.table.ledger.borrow().assert_kept();
        let mut server = server.expect("nobody kills it");
        self.finish(&mut server).await;
        self.folder = Some(server.into_folder());
        self.audit().await;
    }

    /// Every game is brought to its end, the PGN is compared with the record, and the server is stopped.
    pub(crate) async fn finish(&mut self, server: &mut TestServer) {
        let all = self.opponents.len();
        let games = self.play_while(server, async |server, table| end_all(server, table, all).await).await;
        self.table.resigning.set(false);
        self.compare(server, games).await;
    }

    /// The PGN of a server that has ended must say what its record says.
    pub(crate) async fn compare(&self, server: &TestServer, games: Vec<(String, Vec<PgnGame>)>) {
        let bytes = std::fs::read(server.database()).expect("the database");
        for token in self.opponents.iter().filter_map(Opponent::token) {
            let clear = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!clear, "no secret is stored in the clear");
        }
        let record = books::read(&server.database()).await.expect("a sound record");
        for (id, games) in games {
            assert_eq!(games.len(), record.get(&id).map_or(0, |kept| kept.seats.len()), "a game for each seat");
            let Some(kept) = record.get(&id) else { continue };
            for (board, read) in kept.seats.keys().zip(&games) {
                let nothing = Game::default();
                let game = kept.games.get(board).unwrap_or(&nothing);
                assert_eq!(read.moves, game.moves, "exhibition {id}, board {board}: the PGN");
                let result = game.end.as_ref().map_or("*", |(result, _)| result);
                assert_eq!(read.result, result, "exhibition {id}, board {board}: the PGN's result");
            }
        }
    }
}

/// Everybody gives up; every event is read once more, and every game as PGN; then the server is stopped.
pub(crate) async fn end_all(server: &mut TestServer, table: &Table, all: usize) -> Vec<(String, Vec<PgnGame>)> {
    table.resigning.set(true);
    tokio::select! {
        () = start_games(server, table, all) => unreachable!("it only starts games"),
        () = everybody_is_through(table, all) => {}
    }
    let mut games = Vec::new();
    let list = server.get("/api/exhibitions").await.json();
    for listed in list.as_array().expect("a list") {
        let id = listed["id"].as_str().expect("an id");
        let snapshot = server.get(&format!("/api/exhibitions/{id}")).await.json();
        let last = snapshot["seq"].as_u64().expect("a number");
        Watcher::from_the_start(id).until(last, server.address, table).await;
        let text = server.get(&format!("/api/exhibitions/{id}/games.pgn")).await.body;
        games.push((id.to_owned(), pgn::read(&text)));
    }
    assert_eq!(server.terminate().await.code(), Some(0), "{}", server.log());
    games
}

/// Lets the games go on until this file has grown or all are over, however long it takes: each client notices by itself when nothing goes
/// on. Then for a moment more, in which the log is written from its start again.
async fn until_grown(server: &TestServer, table: &Table, all: usize, file: &Path) {
    let size = || std::fs::metadata(file).map_or(0, |file| file.len());
    let before = size();
    let grown = async {
        while size() == before {
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = start_games(server, table, all) => unreachable!("it only starts games"),
        () = everybody_is_through(table, all) => {}
        () = grown => sleep(Duration::from_millis(300)).await,
    }
}

/// Lets the games go on for so long, or until all are over, or the server's end.
pub(crate) async fn play_for(server: &mut TestServer, table: &Table, all: usize, time: Duration) {
    let over = tokio::select! {
        biased;
        () = sleep(time) => false,
        () = everybody_is_through(table, all) => true,
        () = start_games(server, table, all) => unreachable!("it only starts games"),
        () = table.until(|table| table.gone.get() == all) => false,
    };
    if over && table.seated.get() == 0 {
        // What is still open waits for somebody who never heard of his seat.
        ask(server, "/api/exhibitions").await;
    }
}

async fn everybody_is_through(table: &Table, all: usize) {
    let through =
        |table: &Table| table.seated.get() + table.turned_away.get() == all && table.over.get() == table.seated.get();
    table.until(through).await;
}

/// Starts an exhibition that does not fill up by itself: some are still in another one, or a seat was given to somebody who
/// never heard of it.
async fn start_games(server: &TestServer, table: &Table, all: usize) {
    table.until(|table| table.seated.get() + table.turned_away.get() == all).await;
    ask(server, "/api/exhibitions/current/start").await;
    std::future::pending::<()>().await;
}

/// Asks as the organiser, of a server that may be gone.
async fn ask(server: &TestServer, path: &str) {
    let bearer = format!("Bearer {ORGANISER}");
    let _ = server.try_request("POST", path, &[("Authorization", &*bearer)], "{}").await;
}
