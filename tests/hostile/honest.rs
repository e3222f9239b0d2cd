//! Honest games, and how long their receipts take.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use shakmaty::Position;
use tokio::time::Instant;

use crate::common::{Player, TestServer};

/// One receipt: when its move was sent, and how long it took.
pub(crate) type Receipt = (Instant, Duration);

/// Every receipt of some games.
#[derive(Debug, Clone, Default)]
pub(crate) struct Receipts(Arc<Mutex<Vec<Receipt>>>);

impl Receipts {
    fn add(&self, receipt: Receipt) {
        self.0.lock().expect("no panic").push(receipt);
    }

    /// All that were sent when `wanted` says so, shortest first.
    pub(crate) fn sorted(&self, wanted: impl Fn(Instant) -> bool) -> Vec<Duration> {
        let mut times: Vec<_> =
            self.0.lock().expect("no panic").iter().filter(|(sent, _)| wanted(*sent)).map(|(_, took)| *took).collect();
        times.sort();
        times
    }
}

/// The time below which so many of a hundred are.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    assert!(!sorted.is_empty(), "no move was played in this time");
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// How a time compares with another.
pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// So many opponents take the seats of the current exhibition.
pub(crate) async fn seat(server: &TestServer, boards: u32) -> Vec<Player> {
    let mut players = Vec::new();
    for board in 1..=boards {
        players.push(Player::join(server, &format!("Honest {board}")).await);
    }
    players
}

/// Plays a game to its end, as somebody who thinks for `pace` about each move. Every answer is checked on the way.
pub(crate) async fn play_out(mut player: Player, pace: Duration, receipts: Receipts) -> (String, String) {
    loop {
        player.turn().await;
        // The last move is told before the end.
        if player.status == "ended" || player.position.is_game_over() {
            return player.end().await;
        }
        tokio::time::sleep(pace).await;
        let (ply, uci, sent) = (player.ply() + 1, player.some_legal_move(), Instant::now());
        player.send_move(ply, &uci).await;
        loop {
            let message = player.next().await;
            if message["type"] == "moved" && message["ply"] == ply {
                receipts.add((sent, sent.elapsed()));
                break;
            }
            // A draw by the rules that no position shows may have been on its way.
            if player.status == "ended" {
                break;
            }
            assert_ne!(message["type"], "error", "{message}");
        }
    }
}

/// A measurement that must come out well in one of three times: what the server does to the games shows each time, what
/// else the machine does meanwhile does not.
pub(crate) async fn patiently(measure: impl AsyncFn() -> Result<(), String>) {
    for last in [false, false, true] {
        match measure().await {
            Ok(()) => return,
            Err(felt) if last => panic!("{felt}"),
            Err(felt) => eprintln!("once more, since the machine may have been busy: {felt}"),
        }
    }
}
