//! [`Engine`]: asks a UCI engine for moves, checks what it says, and replaces a process that failed.

use std::time::Duration;

use shakmaty::fen::Fen;
use shakmaty::uci::{IllegalUciMoveError, UciMove};
use shakmaty::{CastlingMode, Chess, EnPassantMode, Move, Position};
use tokio::time::{sleep, timeout};

use super::{
    error::EngineError,
    line::{BestMove, Score, UciLine},
    pipe::{Fault, Pipe},
    settings::EngineSettings,
};

/// A position to find a move in, with the moves that led to it, so that the engine sees repetitions; and how long that
/// may take.
#[derive(Debug, Clone)]
pub struct Question {
    initial: Chess,
    /// Legal one after the other, castling written as the engine is told that it is.
    moves: Vec<UciMove>,
    position: Chess,
    think: Duration,
}

impl Question {
    /// Plays `moves` from `initial`; the engine may think for `think`.
    ///
    /// # Errors
    ///
    /// One of the moves is not legal where it is played.
    pub fn new(initial: Chess, moves: &[UciMove], think: Duration) -> Result<Question, IllegalUciMoveError> {
        let mut position = initial.clone();
        let mode = initial.castles().mode();
        let mut written = Vec::with_capacity(moves.len());
        for uci in moves {
            let mv = uci.to_move(&position)?;
            written.push(mv.to_uci(mode));
            position.play_unchecked(mv);
        }
        Ok(Question { initial, moves: written, position, think })
    }

    /// The position in which a move is wanted.
    pub fn position(&self) -> &Chess {
        &self.position
    }

    /// Whether castling is written as king takes rook.
    fn is_chess960(&self) -> bool {
        self.initial.castles().mode() == CastlingMode::Chess960
    }

    fn command(&self) -> String {
        let fen = Fen::from_position(&self.initial, EnPassantMode::Legal).to_string();
        let mut command = match fen.as_str() {
            "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1" if !self.is_chess960() => {
                "position startpos".to_owned()
            }
            fen => format!("position fen {fen}"),
        };
        if !self.moves.is_empty() {
            command.push_str(" moves");
        }
        for uci in &self.moves {
            command.push(' ');
            uci.append_to_string(&mut command);
        }
        command
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thought {
    /// Legal in the position asked about.
    pub mv: Move,
    /// The engine's last word on the position, if it said any.
    pub score: Option<Score>,
}

/// A UCI engine that is always there: its process is replaced when it fails.
///
/// Dropping it kills the process.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    name: String,
    restarts: u64,
    /// `None` from a fault until the next start.
    life: Option<Pipe>,
}

impl Engine {
    /// Starts the program, sets its options and waits until it is ready.
    ///
    /// # Errors
    ///
    /// The first thing that goes wrong; nothing is tried twice here, so that a wrong setting is told
    /// at once.
    pub async fn start(settings: EngineSettings) -> Result<Engine, EngineError> {
        let (pipe, name) = Pipe::open(&settings).await?;
        Ok(Engine { settings, name, restarts: 0, life: Some(pipe) })
    }

    /// The name the engine gave itself, else the program's path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How often the process was started again.
    pub fn restarts(&self) -> u64 {
        self.restarts
    }

    /// Finds a move.
    ///
    /// Cancel-safe: if this future is dropped midway, the next call first brings the process back into
    /// step or replaces it, so a late answer is never taken for another question's.
    ///
    /// # Errors
    ///
    /// [`EngineError::GaveUp`] when all restarts for this question were used up. The engine can be asked
    /// again; the next call begins with a fresh process.
    pub async fn choose(&mut self, question: &Question) -> Result<Thought, EngineError> {
        if question.position.legal_moves().is_empty() {
            return Err(EngineError::NothingToPlay { program: self.settings.program.clone() });
        }
        let mut pauses = self.settings.patience.backoff.clone().into_iter();
        loop {
            let fault = match self.attempt(question).await {
                Ok(thought) => return Ok(thought),
                Err(fault) => fault,
            };
            let reason = self.bury(fault).await;
            let Some(pause) = pauses.next() else {
                return Err(EngineError::GaveUp {
                    program: self.settings.program.clone(),
                    attempts: self.settings.patience.backoff.len() + 1,
                    reason,
                });
            };
            let restarts = self.restarts + 1;
            tracing::warn!(engine = self.name, restarts, reason, "the engine failed and is started again");
            sleep(pause).await;
        }
    }

    async fn attempt(&mut self, question: &Question) -> Result<Thought, Fault> {
        let pipe = match &mut self.life {
            Some(pipe) => pipe,
            None => {
                self.restarts += 1;
                let opened = Pipe::open(&self.settings).await;
                let (pipe, _) = opened.map_err(|error| Fault::Start(Box::new(error)))?;
                self.life.insert(pipe)
            }
        };
        let patience = &self.settings.patience;
        if pipe.owes_move() {
            pipe.send("stop");
            let stopped = timeout(patience.stop, best_move(pipe)).await;
            stopped.map_err(|_| Fault::OutOfStep)??;
        }
        pipe.play_chess960(question.is_chess960())?;
        pipe.send(&question.command());
        pipe.ask_ready();
        // At once, since an engine answers in order: a thought need not wait for another way there and back.
        pipe.go(question.think);
        let ready = timeout(patience.ready, pipe.until_ready()).await;
        ready.map_err(|_| Fault::NotReady(patience.ready))??;
        let limit = question.think + patience.overtime;
        let (best, score) = match timeout(limit, best_move(pipe)).await {
            Ok(answer) => answer?,
            Err(_) => {
                pipe.send("stop");
                let stopped = timeout(patience.stop, best_move(pipe)).await;
                stopped.map_err(|_| Fault::Hung(limit))??
            }
        };
        let mv = match best {
            BestMove::Move(uci) => uci.to_move(&question.position).map_err(|_| Fault::BadMove(uci.to_string()))?,
            BestMove::Nothing => return Err(Fault::NoMove),
            BestMove::Unreadable(text) => return Err(Fault::BadMove(text)),
        };
        Ok(Thought { mv, score })
    }

    /// Ends the process, if there is one, and says what was wrong with it.
    async fn bury(&mut self, fault: Fault) -> String {
        let status = match self.life.take() {
            Some(pipe) => pipe.end().await,
            None => None,
        };
        match (&fault, status) {
            (Fault::Ended, Some(status)) => format!("{fault} ({status})"),
            _ => fault.to_string(),
        }
    }
}

/// Reads up to the `bestmove`, and the last score on the way.
async fn best_move(pipe: &mut Pipe) -> Result<(BestMove, Option<Score>), Fault> {
    let mut score = None;
    loop {
        match pipe.next_line().await? {
            UciLine::Info(said) => score = Some(said),
            UciLine::BestMove(best) => return Ok((best, score)),
            _ => {}
        }
    }
}
