//! Engines that play.

use std::process::Stdio;

use shakmaty::{CastlingMode, Position, fen::Fen};
use simultan::rules::{chess960_start, uci_of};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::*;

const SIMULTAN: &str = env!("CARGO_BIN_EXE_simultan");

/// Lets an engine play itself; every move is checked on the way by `choose`.
async fn play_itself(settings: EngineSettings, plies: usize) -> Engine {
    let mut engine = start(settings).await;
    play_from(&mut engine, Chess::default(), plies).await;
    engine
}

async fn play_from(engine: &mut Engine, initial: Chess, plies: usize) {
    let mut moves = String::new();
    for _ in 0..plies {
        let question = question_from(initial.clone(), &moves);
        if question.position().is_game_over() {
            break;
        }
        let thought = ask(engine, &question).await.expect("a move");
        moves = format!("{moves} {}", uci_of(question.position(), thought.mv));
    }
    assert_eq!(engine.restarts(), 0, "after {moves}");
}

/// Both have castled, and both still can: whoever took it for usual chess would lose the thread, or a rook.
async fn play_chess960(engine: &mut Engine) {
    for number in [0, 518, 959] {
        play_from(engine, chess960_start(number), 30).await;
        // And back to usual chess with the same process.
        play_from(engine, Chess::default(), 4).await;
    }
    let castled = "e2e4 e7e5 f1c4 f8c5 g1f3 g8f6 e1h1 e8h8 f1e1 f8e8";
    assert!(ask(engine, &question_from(chess960_start(518), castled)).await.is_ok());
    let can: Fen = "rk2r3/pppppppp/8/8/8/8/PPPPPPPP/RK2R3 w KQkq - 0 1".parse().expect("a FEN");
    play_from(engine, can.into_position(CastlingMode::Chess960).expect("a position"), 20).await;
}

#[tokio::test]
async fn the_house_engine_plays() {
    let options = [("Skill Level", "3"), ("Seed", "11")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let weak = EngineSettings { options: options.to_vec(), ..settings(SIMULTAN, &["engine"]) };
    play_itself(weak, 40).await;
    let engine = play_itself(settings(SIMULTAN, &["engine"]), 20).await;
    assert!(engine.name().contains("littlewing"), "{}", engine.name());
    play_chess960(&mut start(settings(SIMULTAN, &["engine"])).await).await;
}

/// How often an engine takes the queen that is there for nothing, in 32 positions.
async fn takings(settings: EngineSettings) -> usize {
    let mut engine = start(settings).await;
    let mut taken = 0;
    for pawns in 0..32 {
        // Chance follows from the position: so the pawns of five files are there or not.
        let file = |bit: u32| if pawns >> bit & 1 == 1 { 'P' } else { '1' };
        let rank: String = (0..3).map(file).chain("P1".chars()).chain((3..5).map(file)).collect();
        let fen = format!("4k3/8/8/3q4/4P3/8/{rank}P/RNBQKBNR w KQ - 0 1");
        let fen: Fen = fen.parse().expect("a FEN");
        let question = question_from(fen.into_position(CastlingMode::Standard).expect("a position"), "");
        let thought = ask(&mut engine, &question).await.expect("a move");
        taken += usize::from(uci_of(question.position(), thought.mv).to_string() == "e4d5");
    }
    taken
}

#[tokio::test]
async fn the_house_engine_is_held_to_a_strength() {
    let house = |elo, seed: &str| EngineSettings {
        elo,
        options: vec![("Seed".to_owned(), seed.to_owned())],
        ..settings(SIMULTAN, &["engine"])
    };
    assert_eq!(takings(house(Some(2000), "1")).await, 32);
    let weak = takings(house(Some(1), "1")).await + takings(house(Some(1), "2")).await;
    assert!((10..58).contains(&weak), "it plays any move now and then, and took {weak} of 64 queens");
}

#[tokio::test]
async fn the_house_engine_hears_commands_while_it_thinks() {
    let mut command = tokio::process::Command::new(SIMULTAN);
    command.arg("engine").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the house engine");
    let mut stdin = child.stdin.take().expect("its input");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut until = async |wanted: &str| loop {
        let line = timeout(GUARD, lines.next_line()).await.expect("in time").expect("text").expect("a line");
        if !line.starts_with("info") {
            assert!(line.starts_with(wanted), "{line} instead of {wanted}");
            break;
        }
    };
    stdin.write_all(b"position startpos\ngo infinite\nisready\n").await.expect("heard");
    until("readyok").await;
    stdin.write_all(b"stop\nisready\n").await.expect("heard");
    until("bestmove").await;
    until("readyok").await;
    // An answer that is known at once waits all the same.
    stdin.write_all(b"position startpos moves f2f3 e7e5 g2g4 d8h4\ngo infinite\n").await.expect("heard");
    for _ in 0..5 {
        stdin.write_all(b"isready\n").await.expect("heard");
        until("readyok").await;
    }
    stdin.write_all(b"stop\n").await.expect("heard");
    until("bestmove (none)").await;
    // Ends with its input, even in the middle of a search.
    stdin.write_all(b"position startpos moves e2e4\ngo infinite\nisready\n").await.expect("heard");
    until("readyok").await;
    drop(stdin);
    let status = timeout(GUARD, child.wait()).await.expect("in time").expect("an exit status");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn stockfish_plays() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain([PathBuf::from("/usr/games")]);
    let Some(stockfish) = places.map(|place| place.join("stockfish")).find(|file| file.is_file()) else {
        eprintln!("skipped: there is no stockfish on the PATH or in /usr/games");
        return;
    };
    let options = vec![("skill level".to_owned(), "2".to_owned())];
    let held = EngineSettings { elo: Some(1), ..settings(stockfish.clone(), &[]) };
    play_itself(held, 6).await;
    let mut engine = play_itself(EngineSettings { options, ..settings(stockfish, &[]) }, 12).await;
    play_chess960(&mut engine).await;
}
