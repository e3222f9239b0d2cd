//! Whether the master loses time between the boards: a UCI master who takes exactly as long as it is said.

use std::{
    hint::spin_loop,
    io::{BufRead, Write},
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use shakmaty::{CastlingMode, Chess, Position, fen::Fen, uci::UciMove};

use super::exhibition::Hall;

/// Makes this program the master, by the name under which it is called.
pub(crate) const NAME: &str = "exact-master";

const BOARDS: usize = 24;
const MASTER: Duration = Duration::from_millis(50);
/// What a sleep may be late by: the rest is waited for awake.
const INEXACT: Duration = Duration::from_micros(500);
const OPPONENT: Duration = Duration::from_millis(550);

/// The master's part of UCI: the first legal move, when it is time.
pub(crate) fn serve() {
    let mut position = Chess::default();
    for line in std::io::stdin().lock().lines() {
        let asked = Instant::now();
        let line = line.expect("text");
        let mut answer = String::new();
        if line == "uci" {
            answer.push_str("id name exact\nuciok\n");
        } else if line == "isready" {
            answer.push_str("readyok\n");
        } else if line.starts_with("position") {
            position = read(&line);
        } else if line.starts_with("go") {
            let first = position.legal_moves()[0].to_uci(CastlingMode::Standard);
            sleep(MASTER.saturating_sub(asked.elapsed() + INEXACT));
            while asked.elapsed() < MASTER {
                spin_loop();
            }
            answer = format!("bestmove {first}\n");
        } else if line == "quit" {
            return;
        }
        let mut out = std::io::stdout().lock();
        out.write_all(answer.as_bytes()).and_then(|()| out.flush()).expect("somebody listens");
    }
}

/// The position of a `position` line.
fn read(line: &str) -> Chess {
    let (start, moves) = line.split_once(" moves ").unwrap_or((line, ""));
    let mut position = match start.split_once(" fen ") {
        Some((_, fen)) => fen.parse::<Fen>().expect("a FEN").into_position(CastlingMode::Standard).expect("a position"),
        None => Chess::default(),
    };
    for uci in moves.split_whitespace() {
        let uci: UciMove = uci.parse().expect("a move");
        position.play_unchecked(uci.to_move(&position).expect("a legal move"));
    }
    position
}

/// How long it takes against the ideal, in which the master never waits: with 24 boards everybody has moved when the master comes.
pub(crate) fn ratio(program: &Path, moves: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = folder.path().join(NAME);
    std::os::unix::fs::symlink(std::env::current_exe().expect("this program"), &engine).expect("a link");
    let engine = engine.to_str().expect("a path");
    let hall = Hall::open(program, BOARDS, &["--walk", "in-turn", "--think", "50ms", "--engine", engine]);
    let reached = hall.play(moves, OPPONENT);
    // The master has made a move more than everybody else.
    let ideal = MASTER.as_secs_f64() * (BOARDS * (moves + 1)) as f64;
    reached.elapsed.as_secs_f64() / ideal
}
