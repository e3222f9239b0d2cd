//! Something that speaks UCI, mostly.

use std::sync::{Arc, Mutex};

use shakmaty::{CastlingMode, Chess, Position, fen::Fen, uci::UciMove};
use simultan::{
    engine::{EngineSettings, Launch, Patience},
    rules::uci_of,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex},
    time::sleep,
};

use super::{chance::Chance, world::World};

/// An engine whose faults are drawn from `chance`, in as many of a thousand questions as the weather says.
pub(crate) fn settings(world: &Arc<World>, chance: Chance, faults: u32) -> EngineSettings {
    let (world, chance) = (Arc::downgrade(world), Mutex::new(chance));
    let launch = move || {
        let (near, far) = duplex(4096);
        let chance = chance.lock().expect("nobody panics with it").fork();
        if let Some(world) = world.upgrade() {
            world.note(format_args!("the engine starts"));
        }
        tokio::spawn(answer(far, chance, faults));
        near
    };
    EngineSettings {
        program: "simulated".into(),
        args: Vec::new(),
        options: Vec::new(),
        elo: None,
        patience: Patience::default(),
        launch: Launch::InMemory(Arc::new(launch)),
    }
}

/// Lives until its pipe is closed, or it has had enough.
async fn answer(stream: DuplexStream, mut chance: Chance, faults: u32) {
    let mut lines = BufReader::new(stream);
    let mut position = Chess::default();
    let mut mode = CastlingMode::Standard;
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let faulty = chance.of_thousand(faults);
        let reply = match line.split_whitespace().next() {
            Some("uci") if faulty => return,
            Some("uci") => "id name Simulated\noption name UCI_Chess960 type check default false\nuciok\n".to_owned(),
            Some("isready") if faulty => continue,
            Some("isready") => "readyok\n".to_owned(),
            Some("setoption") => {
                mode = CastlingMode::from_chess960(line.trim_end() == "setoption name UCI_Chess960 value true");
                continue;
            }
            Some("position") => {
                position = position_of(&line, mode);
                continue;
            }
            Some("go") => match go(&mut chance, faulty, &position).await {
                Some(reply) => reply,
                None => return,
            },
            _ => continue,
        };
        if lines.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// What it says to `go`; `None` where it dies.
async fn go(chance: &mut Chance, faulty: bool, position: &Chess) -> Option<String> {
    let legal = position.legal_moves();
    let best = uci_of(position, *chance.pick(&legal));
    if !faulty {
        sleep(chance.millis(0, 3000)).await;
        return Some(format!("info depth 1 score cp {}\nbestmove {best}\n", chance.between(0, 200)));
    }
    let said = match chance.index(8) {
        // It dies, at once or in the middle of a word.
        0 => return None,
        1 => "info depth 1 sco".to_owned(),
        // It hangs.
        2 => {
            sleep(chance.millis(10_000, 100_000)).await;
            format!("bestmove {best}\n")
        }
        3 => String::new(),
        // It lies.
        4 => "bestmove e2e5\n".to_owned(),
        5 => "bestmove (none)\n".to_owned(),
        6 => format!("bestmove \u{1b}[31mqueen\u{0}\nbestmove {best}\n"),
        // It never ends its line.
        _ => "info string ".repeat(10_000),
    };
    Some(said)
}

fn position_of(line: &str, mode: CastlingMode) -> Chess {
    let fen = line.trim_end().strip_prefix("position fen ").and_then(|rest| rest.split(" moves").next());
    let fen = fen.map(|fen| fen.parse::<Fen>().expect("a FEN").into_position(mode).expect("a legal position"));
    let mut position: Chess = fen.unwrap_or_default();
    let moves = line.split_whitespace().skip_while(|word| *word != "moves").skip(1);
    for word in moves {
        let legal = word.parse::<UciMove>().expect("UCI").to_move(&position).expect("only legal moves are asked about");
        position.play_unchecked(legal);
    }
    position
}
