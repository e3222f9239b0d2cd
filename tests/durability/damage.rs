//! A damaged database: refused and left as it was, or served with every game as it was played. SQLite has no checksums, so
//! that many a flipped bit opens without an error; the stored positions tell.

use std::fs;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use tokio::process::Command;

use crate::{
    chance::{chance, size},
    common::{Player, TestServer, server},
};

const PAGE: usize = 4096;

/// What must be the same: names and dates have nothing that could prove them.
async fn games(server: &TestServer) -> Option<Vec<Value>> {
    let snapshot = server.get("/api/exhibitions/1").await;
    let boards = (snapshot.status == 200).then(|| snapshot.json()["boards"].take())?;
    let kept = ["board", "moves", "fen", "status", "result", "termination"];
    Some(boards.as_array()?.iter().map(|board| kept.iter().map(|&key| board[key].clone()).collect()).collect())
}

/// A flipped bit, a page that was never written, or an end that is missing.
fn damage(content: &mut Vec<u8>, chance: &mut ChaCha8Rng) -> String {
    let at = chance.random_range(0..content.len());
    match chance.random_range(0..10) {
        0 => {
            content.truncate(at);
            format!("cut off at {at}")
        }
        1 => {
            let page = at / PAGE * PAGE;
            content[page..page + PAGE].fill(0);
            format!("the page at {page} is blank")
        }
        _ => {
            let bit = chance.random_range(0..8);
            content[at] ^= 1 << bit;
            format!("bit {bit} of byte {at} is flipped")
        }
    }
}

#[tokio::test]
async fn a_damaged_database_is_refused_untouched_or_serves_the_games_as_they_were() {
    let mut chance = chance("damage");
    let mut server = TestServer::random(3).await;
    let mut players = Vec::new();
    for name in ["Ada", "Ben", "Cyd"] {
        players.push(Player::join(&server, name).await);
    }
    for _ in 0..20 {
        for player in players.iter_mut().filter(|player| player.status != "ended") {
            player.turn().await;
            if player.status != "ended" {
                player.play_anything().await;
            }
        }
    }
    players[2].say("resign").await;
    players[2].end().await;
    let mut played = Vec::new();
    while let Some(player) = players.pop() {
        player.link.close().await;
    }
    server.deserted().await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let sound = fs::read(server.database()).expect("a database");
    let (mut refused, mut served) = (0, 0);
    for round in 0..=size("SIMULTAN_FLIPS", 40) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = server::database(&folder);
        let mut content = sound.clone();
        // First of all the sound one, for what the games are: the master has gone on after the players had left.
        let what = if round == 0 { "nothing".to_owned() } else { damage(&mut content, &mut chance) };
        fs::write(&path, &content).expect("a file");
        let mut command = server::command_under(Command::new(server::BINARY), &path);
        // A master who thinks for ever changes nothing.
        command.args(["--boards", "3", "--engine", "house", "--think", "10m"]);
        match TestServer::try_of(command, folder).await {
            Ok(mut again) => {
                let games = games(&again).await;
                if round == 0 {
                    played = games.expect("the exhibition");
                } else {
                    assert_eq!(games.as_ref(), Some(&played), "{what}");
                    served += 1;
                }
                again.kill().await;
            }
            Err((status, folder)) => {
                let log = server::read_log(&folder);
                assert_eq!(status.code(), Some(1), "{what}: {log}");
                assert!(!log.contains("panicked") && log.contains("games.db"), "{what}: {log}");
                assert_eq!(fs::read(&path).expect("a database"), content, "{what}: the file is as it was");
                refused += 1;
            }
        }
    }
    eprintln!("damage: {refused} refused, {served} served with every game as it was");
    assert!(refused > 0);
}
