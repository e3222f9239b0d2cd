//! What an engine prints, in any pieces: a move that comes of it is legal in the position asked about, and no more is kept
//! of it than a line.

#![no_main]

use std::{sync::Arc, time::Duration};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use shakmaty::{Chess, Position, uci::UciMove};
use simultan_fuzz::{
    engine::{
        Engine, EngineSettings, Launch, Patience, Question,
        line::{BestMove, UciLine},
    },
    memory::most_held,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    runtime::Builder,
    time::sleep,
};

/// A line of 64 KiB as bytes, while it grows, and as text; and what the engine room and the conversation need.
const MOST: usize = 1 << 20;

#[derive(Debug, Clone, Arbitrary)]
enum Said {
    Bytes(Vec<u8>),
    Line(String),
    UciOk,
    ReadyOk,
    /// A move of any two squares.
    Best {
        from: u8,
        to: u8,
    },
    Score {
        cp: i32,
    },
    /// So much of one letter, without a line's end.
    Flood(u16),
    Pause(u8),
    End,
}

#[derive(Debug, Arbitrary)]
struct Input {
    /// Greets as it should first.
    polite: bool,
    moves: Vec<u8>,
    said: Vec<Said>,
}

fuzz_target!(|input: Input| {
    for said in &input.said {
        if let Said::Line(line) = said {
            check_line(line);
        }
    }
    let ((), held) = most_held(|| converse(&input));
    assert!(held <= MOST, "{held} bytes were held");
});

/// Whatever is kept of a line is short and can be shown.
fn check_line(line: &str) {
    let fit = |text: &str| text.chars().count() <= 100 && !text.chars().any(char::is_control);
    match UciLine::parse(line) {
        UciLine::IdName(text) | UciLine::BestMove(BestMove::Unreadable(text)) => assert!(fit(&text)),
        UciLine::Option(option) => {
            assert!(fit(&option.name));
            if let Ok(command) = option.command(line) {
                assert!(!command.chars().any(char::is_control));
            }
        }
        _ => {}
    }
}

fn converse(input: &Input) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let (said, polite) = (Arc::new(input.said.clone()), input.polite);
    let launch = move || {
        let (ours, theirs) = tokio::io::duplex(8192);
        tokio::spawn(engine(theirs, said.clone(), polite));
        ours
    };
    let patience = Patience { backoff: vec![Duration::from_millis(1)], ..Patience::default() };
    let settings = EngineSettings {
        program: "engine".into(),
        args: Vec::new(),
        options: Vec::new(),
        elo: None,
        patience,
        launch: Launch::InMemory(Arc::new(launch)),
    };
    runtime.block_on(async {
        let Ok(mut engine) = Engine::start(settings).await else { return };
        let (mut position, mut played) = (Chess::default(), Vec::new());
        for choice in input.moves.iter().take(8) {
            let legal = position.legal_moves();
            let Some(&mv) = legal.get(usize::from(*choice) % legal.len().max(1)) else { break };
            played.push(UciMove::from_standard(mv));
            position.play_unchecked(mv);
            let question = Question::new(Chess::default(), &played, Duration::from_millis(50)).expect("legal moves");
            if let Ok(thought) = engine.choose(&question).await {
                assert!(position.legal_moves().contains(&thought.mv), "an illegal move came through");
            }
        }
    });
}

/// Says everything, whatever is asked, while it reads and forgets.
async fn engine(stream: DuplexStream, said: Arc<Vec<Said>>, polite: bool) {
    let (mut questions, mut answers) = tokio::io::split(stream);
    let listening = tokio::spawn(async move {
        let mut forgotten = [0; 4096];
        while let Ok(1..) = questions.read(&mut forgotten).await {}
    });
    if polite && answers.write_all(b"id name x\nuciok\nreadyok\n").await.is_err() {
        return;
    }
    for said in said.iter() {
        let square = |index: u8| shakmaty::Square::new(u32::from(index % 64)).to_string();
        let bytes = match said {
            Said::Bytes(bytes) => bytes.clone(),
            Said::Line(line) => format!("{line}\n").into_bytes(),
            Said::UciOk => b"uciok\n".to_vec(),
            Said::ReadyOk => b"readyok\r\n".to_vec(),
            Said::Best { from, to } => format!("bestmove {}{}\n", square(*from), square(*to)).into_bytes(),
            Said::Score { cp } => format!("info depth 1 score cp {cp} pv e2e4\n").into_bytes(),
            Said::Flood(length) => vec![b'x'; usize::from(*length)],
            Said::Pause(time) => {
                sleep(Duration::from_millis(20 * u64::from(*time))).await;
                continue;
            }
            Said::End => break,
        };
        if answers.write_all(&bytes).await.is_err() {
            break;
        }
    }
    drop(answers);
    listening.abort();
}
