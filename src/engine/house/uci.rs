//! `simultan engine`: littlewing behind a UCI front on stdin and stdout.
//!
//! It is a program of its own (the same binary, run as a child), so that it is watched, limited and
//! replaced like any other engine. littlewing's own front is left out: it makes little of `movetime`
//! and does not notice the end of its input. littlewing trusts its caller, so everything it is given
//! was accepted by shakmaty, and what it answers is checked.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use shakmaty::CastlingMode;

use super::search::{Found, Limits, Line, level_of};
use crate::engine::line::Score;

/// What the engine says of itself.
const GREETING: &str = "id name Simultan house engine (littlewing 0.8.1)
id author Vincent Ollivier (littlewing), the Simultan authors (this front)
option name Skill Level type spin default 20 min 0 max 20
option name UCI_LimitStrength type check default false
option name UCI_Elo type spin default 1500 min 600 max 2100
option name UCI_Chess960 type check default false
option name Seed type spin default 0 min 0 max 4294967295
uciok";
/// A search recurses deeply; littlewing gives its own threads 4 MiB.
const STACK: usize = 8 << 20;

/// Obeys UCI commands from stdin until `quit` or the end of input.
///
/// Returns then even while a search runs: the caller is expected to return from `main`, which ends it.
pub fn run() {
    let mut house = House {
        game: None,
        level: 20,
        limited: false,
        elo: 1500,
        mode: CastlingMode::Standard,
        seed: 0,
        running: None,
    };
    let fresh = RandomState::new().hash_one(0);
    for line in io::stdin().lines() {
        let Ok(line) = line else { return };
        if house.obey(&line, fresh).is_break() {
            return;
        }
    }
}

struct House {
    /// `None` before the first `position` and after one that could not be read.
    game: Option<Line>,
    level: u8,
    /// Whether `elo` says the level.
    limited: bool,
    elo: u32,
    mode: CastlingMode,
    /// 0 stands for the number drawn at the start.
    seed: u64,
    running: Option<Running>,
}

/// A search in its own thread, so that commands are obeyed meanwhile.
struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl House {
    fn obey(&mut self, line: &str, fresh: u64) -> ControlFlow<()> {
        let line = line.trim();
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match command {
            "uci" => say(GREETING),
            "isready" => say("readyok"),
            "setoption" => self.set_option(rest),
            "position" => {
                self.game = Line::parse(rest, self.mode);
                if self.game.is_none() {
                    say("info string this position cannot be read or is not legal");
                }
            }
            "go" => {
                self.stop();
                self.go(rest, fresh);
            }
            "stop" => self.stop(),
            "quit" => return ControlFlow::Break(()),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Values out of range are left aside, as UCI has no way to refuse them.
    fn set_option(&mut self, rest: &str) {
        let rest = rest.trim_start().trim_start_matches("name").trim();
        let Some((name, value)) = rest.split_once(" value ") else { return };
        match name.trim().to_lowercase().as_str() {
            "skill level" => self.level = value.trim().parse().unwrap_or(self.level).min(20),
            "uci_limitstrength" => self.limited = value.trim() == "true",
            "uci_elo" => self.elo = value.trim().parse().unwrap_or(self.elo),
            "uci_chess960" => self.mode = CastlingMode::from_chess960(value.trim() == "true"),
            "seed" => self.seed = value.trim().parse().unwrap_or(self.seed),
            _ => {}
        }
    }

    fn go(&mut self, rest: &str, fresh: u64) {
        let Some(game) = self.game.clone() else { return say("bestmove (none)") };
        let limits = Limits::parse(rest, game.white_to_move());
        let seed = if self.seed == 0 { fresh } else { self.seed };
        let level = if self.limited { level_of(self.elo) } else { self.level };
        let (mode, stop) = (self.mode, Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let search = move || {
            let found = game.find(&limits, level, seed, &stopped);
            // UCI wants no answer to `go infinite` before `stop`, however early it is known.
            while limits.infinite && !stopped.load(Ordering::Acquire) {
                thread::park();
            }
            say(&answer(found, mode));
        };
        match thread::Builder::new().name("search".to_owned()).stack_size(STACK).spawn(search) {
            Ok(thread) => self.running = Some(Running { stop, thread }),
            Err(_) => say("bestmove (none)"),
        }
    }

    /// Ends the search, if there is one, and waits until it has said its `bestmove`.
    fn stop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            stop.store(true, Ordering::Release);
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

pub(super) fn answer(found: Option<Found>, mode: CastlingMode) -> String {
    let Some(Found { mv, score }) = found else { return "bestmove (none)".to_owned() };
    let best = format!("bestmove {}", mv.to_uci(mode));
    match score {
        Some(Score::Centipawns(cp)) => format!("info score cp {cp}\n{best}"),
        Some(Score::Mate(moves)) => format!("info score mate {moves}\n{best}"),
        None => best,
    }
}

/// A reader that is gone shows as the end of input soon enough.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
