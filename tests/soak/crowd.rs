//! Everybody who comes to an exhibition.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use futures_util::future::{join, join_all};
use shakmaty::Position;
use tokio::time::{Instant, sleep};

use super::{
    BOARDS,
    common::{Heard, Link, Player, Spectator, TestServer},
};

/// What is kept of a game: an hour has hundreds of thousands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scoresheet {
    plies: usize,
    hash: u64,
}

impl Scoresheet {
    pub(crate) fn of<'a>(moves: impl IntoIterator<Item = &'a str>) -> Scoresheet {
        let mut hasher = DefaultHasher::new();
        let plies = moves.into_iter().inspect(|uci| uci.hash(&mut hasher)).count();
        Scoresheet { plies, hash: hasher.finish() }
    }
}

/// Fills the current exhibition, which starts by that, plays it to its end and leaves.
pub(crate) async fn hold_exhibition(
    server: &TestServer,
    number: u64,
    played: &mut BTreeMap<(i64, i64), Scoresheet>,
    receipts: &mut Vec<Duration>,
) {
    let players = join_all((2..u64::from(BOARDS)).map(|seat| play(server, number, seat)));
    let spectators = join_all((0..3).map(|visitor| visit(server, visitor)));
    let (players, _) = join(players, join(spectators, join(gape(server), browse(server, number)))).await;
    for (game, sheet, mut waits) in players {
        let twice = played.insert(game, sheet);
        assert_eq!(twice, None, "each seat is one player's");
        receipts.append(&mut waits);
    }
}

/// One player's game, with the time each of his moves waited for its receipt.
async fn play(server: &TestServer, number: u64, seat: u64) -> ((i64, i64), Scoresheet, Vec<Duration>) {
    let mut player = Player::join(server, &format!("Player {seat}")).await;
    let mut waits = Vec::new();
    // So that exhibitions are of one size, and there are many of them.
    let enough = 40 + (number * 7 + seat * 13) % 60;
    let slow = seat.is_multiple_of(8);
    loop {
        player.turn().await;
        if player.end.is_some() {
            break;
        }
        if player.ply() >= enough {
            player.say("resign").await;
            player.end().await;
            break;
        }
        if (player.ply() / 2 + seat).is_multiple_of(31) {
            // Gone without a goodbye, and back.
            let token = player.token.clone();
            player = Player::resume(server, &token).await;
            player.turn().await;
        }
        if slow {
            sleep(Duration::from_millis(20)).await;
        }
        if let Some(wait) = receipt(&mut player).await {
            waits.push(wait);
        }
    }
    let exhibition = player.exhibition.parse().expect("a number");
    let board = i64::try_from(player.board).expect("a board");
    let sheet = Scoresheet::of(player.moves.iter().map(String::as_str));
    player.link.close().await;
    ((exhibition, board), sheet, waits)
}

/// Plays any move; how long its receipt took, unless the master's last move has ended the game.
async fn receipt(player: &mut Player) -> Option<Duration> {
    if player.position.legal_moves().is_empty() {
        player.end().await;
        return None;
    }
    let ply = player.ply() + 1;
    let sent = Instant::now();
    let uci = player.some_legal_move();
    player.send_move(ply, &uci).await;
    loop {
        let message = player.next().await;
        match message["type"].as_str() {
            Some("moved") if message["ply"] == ply => return Some(sent.elapsed()),
            Some("ended") => return None,
            Some("error") => panic!("{message}"),
            _ => {}
        }
    }
}

/// A spectator who comes and goes until the end, every second time with what he has seen before.
async fn visit(server: &TestServer, visitor: usize) {
    let mut seen = None;
    loop {
        let mut spectator = match seen.take() {
            Some(seq) => Spectator::since(server, seq).await,
            None => Spectator::watch(server).await,
        };
        let mut finished = spectator.picture["status"] == "finished";
        for _ in 0..300 + 100 * visitor {
            if finished {
                break;
            }
            let frame = spectator.next().await;
            finished = frame["type"] == "finished" || frame["status"] == "finished";
        }
        let seq = spectator.seq();
        spectator.leave().await;
        if finished {
            return;
        }
        seen = (seq % 2 == 0).then_some(seq);
    }
}

/// Somebody who watches and does not read, until he is put off or reads what he has missed.
async fn gape(server: &TestServer) {
    let mut link = Link::narrow(server, "/ws/current/watch").await;
    sleep(Duration::from_millis(400)).await;
    while let Heard::Text(text) = link.hear().await {
        if text.contains(r#""type":"finished""#) || text.contains(r#""status":"finished""#) {
            break;
        }
    }
}

/// The pages, and exhibitions that are over.
async fn browse(server: &TestServer, number: u64) {
    // Long out of memory, from the warm-up on.
    let old = format!("/api/exhibitions/{}/boards/3", 1 + number / 24);
    for path in ["/", "/api/exhibitions/current", "/api/exhibitions/current/games.pgn", &old] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    if number.is_multiple_of(16) {
        let planned = format!("/api/forecast?boards={}&moves=8", 1 + number / 16 % 300);
        assert_eq!(server.get(&planned).await.status, 200);
        // It has all exhibitions, so that it grows with their number.
        assert_eq!(server.get("/api/exhibitions").await.status, 200);
    }
    assert_eq!(server.get("/nothing").await.status, 404);
}
