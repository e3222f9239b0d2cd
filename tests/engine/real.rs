//! Engines that play.

use std::process::Stdio;

use shakmaty::Position;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::*;

const SIMULTAN: &str = env!("CARGO_BIN_EXE_simultan");

/// Lets an engine play itself; every move is checked on the way by `choose`.
async fn play_itself(settings: EngineSettings, plies: usize) -> Engine {
    let mut engine = start(settings).await;
    let mut moves = String::new();
    for _ in 0..plies {
        if question(&moves).position().is_game_over() {
            break;
        }
        let next = reply(&mut engine, &moves).await;
        moves = format!("{moves} {next}");
    }
    assert_eq!(engine.restarts(), 0, "after {moves}");
    engine
}

#[tokio::test]
async fn the_house_engine_plays() {
    let options = [("Skill Level", "3"), ("Seed", "11")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let weak = EngineSettings { options: options.to_vec(), ..settings(SIMULTAN, &["engine"]) };
    play_itself(weak, 40).await;
    let engine = play_itself(settings(SIMULTAN, &["engine"]), 20).await;
    assert!(engine.name().contains("littlewing"), "{}", engine.name());
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
    play_itself(EngineSettings { options, ..settings(stockfish, &[]) }, 12).await;
}
