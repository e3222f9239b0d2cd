//! The engine room against real processes: a shell script with every fault we could think of, the
//! house engine, and Stockfish where there is one.
//!
//! Where an answer is expected the engine is given ample time, where a fault is expected next to none:
//! so a slow machine makes these tests slower, not red.

mod faults;
mod real;

use std::path::{Path, PathBuf};
use std::time::Duration;

use shakmaty::Chess;
use shakmaty::uci::UciMove;
use simultan::engine::{Engine, EngineError, EngineSettings, Launch, Patience, Question, Thought};
use tempfile::TempDir;
use tokio::time::timeout;

/// Long after any answer should have come.
const GUARD: Duration = Duration::from_secs(60);
const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn settings(program: impl Into<PathBuf>, args: &[&str]) -> EngineSettings {
    let ample = Duration::from_secs(20);
    EngineSettings {
        program: program.into(),
        args: args.iter().map(ToString::to_string).collect(),
        options: Vec::new(),
        elo: None,
        patience: Patience { start: ample, ready: ample, overtime: ample, stop: ample, backoff: vec![ms(1); 3] },
        launch: Launch::Child,
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fake-engine.sh")
}

fn fake(mode: &str) -> EngineSettings {
    settings(script(), &[mode])
}

/// A fake that remembers something in a file.
fn fake_with(mode: &str, state: &Path) -> EngineSettings {
    settings(script(), &[mode, state.to_str().expect("a plain path")])
}

fn state_file() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("state");
    (dir, path)
}

/// As little patience with a search as a test of hanging wants.
fn hasty(mut settings: EngineSettings) -> EngineSettings {
    settings.patience.overtime = ms(150);
    settings.patience.stop = ms(150);
    settings
}

fn question(moves: &str) -> Question {
    question_from(Chess::default(), moves)
}

fn question_from(initial: Chess, moves: &str) -> Question {
    let moves: Vec<UciMove> = moves.split_whitespace().map(|uci| uci.parse().expect("a move")).collect();
    Question::new(initial, &moves, ms(10)).expect("legal moves")
}

async fn start(settings: EngineSettings) -> Engine {
    timeout(GUARD, Engine::start(settings)).await.expect("in time").expect("an engine")
}

async fn refusal(settings: EngineSettings) -> EngineError {
    timeout(GUARD, Engine::start(settings)).await.expect("in time").expect_err("no engine")
}

async fn ask(engine: &mut Engine, question: &Question) -> Result<Thought, EngineError> {
    timeout(GUARD, engine.choose(question)).await.expect("an answer in time")
}

async fn reply(engine: &mut Engine, moves: &str) -> String {
    let thought = ask(engine, &question(moves)).await.expect("a move");
    UciMove::from_standard(thought.mv).to_string()
}
