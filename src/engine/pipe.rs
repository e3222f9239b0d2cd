//! The conversation with one engine, from its start to its end: greeted, read line by line, ended.
//!
//! Every method that waits is cancel-safe: half-written commands and half-read lines stay in the
//! `Pipe` and are carried on with by the next call.

use std::process::ExitStatus;
use std::time::Duration;
use std::{fmt, io};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::task;
use tokio::time::{Instant, timeout_at};

use super::{
    error::EngineError,
    launch::{Input, Output, Process, launch},
    line::{UciLine, UciOption},
    settings::EngineSettings,
    strength,
};

/// The longest line an engine may print, in bytes.
const LINE_CAP: usize = 64 * 1024;
/// The option with which an engine is told that it plays Chess960.
const CHESS960: &str = "UCI_Chess960";
/// How many lines or pieces of lines are read before others get their turn.
const STEPS: u8 = 32;

/// Why a process is of no more use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("its output ended")]
    Ended,
    #[error("its pipe broke ({0})")]
    Pipe(io::Error),
    #[error("it printed a line of more than {LINE_CAP} bytes")]
    LineTooLong,
    #[error("it did not say `readyok` in {0:?}")]
    NotReady(Duration),
    #[error("it kept thinking for {0:?} and then ignored `stop`")]
    Hung(Duration),
    #[error("it did not stop thinking about an earlier position")]
    OutOfStep,
    #[error("it answered `{0}`, which is no legal move")]
    BadMove(String),
    #[error("it said that it has no move")]
    NoMove,
    #[error("it can't play Chess960: it has no option UCI_Chess960, so take another engine for this exhibition")]
    NoChess960,
    #[error("it did not start: {0}")]
    Start(Box<EngineError>),
}

/// A running engine and both ends of the conversation with it.
pub(super) struct Pipe {
    stdin: Input,
    stdout: BufReader<Output>,
    /// `None` in a simulation.
    process: Option<Process>,
    /// Commands not yet taken by the engine.
    unsent: Vec<u8>,
    /// The line being read.
    partial: Vec<u8>,
    /// `isready`s without their `readyok`.
    owed_ready: u32,
    /// Whether a `go` is without its `bestmove`.
    owes_move: bool,
    /// Whether the engine plays Chess960 at the moment, or can't.
    chess960: Option<bool>,
    /// Counts reads and writes, to yield after some of them.
    steps: u8,
}

impl Pipe {
    /// Starts the program and greets it; returns the engine's name too.
    pub(super) async fn open(settings: &EngineSettings) -> Result<(Pipe, String), EngineError> {
        let mut pipe = Pipe::spawn(settings)?;
        match pipe.greet(settings).await {
            Ok(name) => Ok((pipe, name)),
            Err(Fault::Start(error)) => {
                pipe.end().await;
                Err(*error)
            }
            Err(fault) => {
                let program = settings.program.clone();
                let status = pipe.end().await;
                Err(match (fault, status) {
                    (Fault::Ended, Some(status)) => EngineError::ExitedAtOnce { program, status },
                    (fault, _) => EngineError::NotUci { program, why: fault.to_string() },
                })
            }
        }
    }

    fn spawn(settings: &EngineSettings) -> Result<Pipe, EngineError> {
        let (stdin, stdout, process) = launch(settings)?;
        Ok(Pipe {
            stdin,
            stdout: BufReader::new(stdout),
            process,
            unsent: Vec::new(),
            partial: Vec::new(),
            owed_ready: 0,
            owes_move: false,
            chess960: None,
            steps: 0,
        })
    }

    async fn greet(&mut self, settings: &EngineSettings) -> Result<String, Fault> {
        let limit = settings.patience.start;
        let deadline = Instant::now() + limit;
        let silent = |awaited| {
            let program = settings.program.clone();
            Fault::Start(Box::new(EngineError::Silent { program, awaited, limit }))
        };
        let introduced = timeout_at(deadline, self.introduction()).await;
        let (name, options) = introduced.map_err(|_| silent("uciok"))??;
        self.chess960 = options.iter().any(|option| option.is_called(CHESS960)).then_some(false);
        for (wanted, value) in &settings.options {
            let command = option_command(settings, &options, wanted, value);
            self.send(&command.map_err(|error| Fault::Start(Box::new(error)))?);
        }
        if let Some(elo) = settings.elo {
            match strength::commands(&options, elo) {
                Some(commands) => commands.iter().for_each(|command| self.send(command)),
                // A game against somebody stronger is better than none.
                None => tracing::warn!(
                    engine = %settings.program.display(),
                    elo,
                    "the engine can't be held to a strength, having no UCI_Elo, and plays as strongly as it does"
                ),
            }
        }
        self.ask_ready();
        let ready = timeout_at(deadline, self.until_ready()).await;
        ready.map_err(|_| silent("readyok"))??;
        let program = || settings.program.display().to_string();
        Ok(name.unwrap_or_else(program))
    }

    async fn introduction(&mut self) -> Result<(Option<String>, Vec<UciOption>), Fault> {
        self.send("uci");
        let mut name = None;
        let mut options = Vec::new();
        loop {
            match self.next_line().await? {
                UciLine::IdName(text) => name = Some(text),
                UciLine::Option(option) if options.len() < 1000 => options.push(option),
                UciLine::UciOk => return Ok((name, options)),
                _ => {}
            }
        }
    }

    /// Queues a command; it leaves as soon as something is awaited from the engine.
    pub(super) fn send(&mut self, command: &str) {
        self.unsent.extend_from_slice(command.as_bytes());
        self.unsent.push(b'\n');
    }

    /// Has the engine play Chess960 from now on, or usual chess.
    pub(super) fn play_chess960(&mut self, wanted: bool) -> Result<(), Fault> {
        match self.chess960 {
            None if wanted => return Err(Fault::NoChess960),
            Some(played) if played != wanted => {
                self.send(&format!("setoption name {CHESS960} value {wanted}"));
                self.chess960 = Some(wanted);
            }
            _ => {}
        }
        Ok(())
    }

    /// Queues a `go`, from now on a `bestmove` is owed.
    pub(super) fn go(&mut self, think: Duration) {
        self.send(&format!("go movetime {}", think.as_millis().max(1)));
        self.owes_move = true;
    }

    /// Whether a search was begun whose `bestmove` has not been read.
    pub(super) fn owes_move(&self) -> bool {
        self.owes_move
    }

    /// Queues an `isready`, from now on a `readyok` is owed.
    pub(super) fn ask_ready(&mut self) {
        self.send("isready");
        self.owed_ready += 1;
    }

    /// Reads until every `isready` has its `readyok`: nothing that the engine said before can still be unread.
    pub(super) async fn until_ready(&mut self) -> Result<(), Fault> {
        while self.owed_ready > 0 {
            self.next_line().await?;
        }
        Ok(())
    }

    /// The next line of output. A flood of lines starves nobody.
    pub(super) async fn next_line(&mut self) -> Result<UciLine, Fault> {
        loop {
            // Well before tokio's budget for this task is used up: then whatever else the task waits for,
            // a timer say, would find no budget left and would wait until the flood is over.
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(STEPS) {
                task::yield_now().await;
            }
            // Writing goes on while reading: an engine that is busy printing may not be reading.
            let chunk = tokio::select! {
                biased;
                sent = self.stdin.write(&self.unsent), if !self.unsent.is_empty() => {
                    self.unsent.drain(..sent.map_err(Fault::from)?);
                    continue;
                }
                chunk = self.stdout.fill_buf() => chunk?,
            };
            if chunk.is_empty() {
                return Err(Fault::Ended);
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(chunk.len(), |at| at + 1);
            if self.partial.len() + taken > LINE_CAP {
                return Err(Fault::LineTooLong);
            }
            self.partial.extend_from_slice(&chunk[..taken]);
            self.stdout.consume(taken);
            if end.is_some() {
                let line = UciLine::parse(&String::from_utf8_lossy(&self.partial));
                self.partial.clear();
                self.note(&line);
                return Ok(line);
            }
        }
    }

    fn note(&mut self, line: &UciLine) {
        match line {
            UciLine::ReadyOk => self.owed_ready = self.owed_ready.saturating_sub(1),
            UciLine::BestMove(_) => self.owes_move = false,
            _ => {}
        }
    }

    /// Ends the engine's life; says how its process ended, if the system tells in time.
    pub(super) async fn end(self) -> Option<ExitStatus> {
        self.process?.end().await
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").field("process", &self.process).finish_non_exhaustive()
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Fault::Ended,
            _ => Fault::Pipe(error),
        }
    }
}

fn option_command(
    settings: &EngineSettings,
    options: &[UciOption],
    wanted: &str,
    value: &str,
) -> Result<String, EngineError> {
    let Some(option) = options.iter().find(|option| option.is_called(wanted)) else {
        let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
        let known = match names.len() {
            0 => "none at all".to_owned(),
            1..=8 => names.join(", "),
            all => format!("{} and {} more", names[..8].join(", "), all - 8),
        };
        let program = settings.program.clone();
        return Err(EngineError::UnknownOption { program, name: wanted.to_owned(), known });
    };
    option.command(value).map_err(|takes| EngineError::OptionValue {
        program: settings.program.clone(),
        name: option.name.clone(),
        value: value.to_owned(),
        takes,
    })
}
