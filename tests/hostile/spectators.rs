//! Spectators that stop reading.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::{task::JoinSet, time::Instant};

use crate::{
    TURN,
    common::{Heard, Link, Spectator, TestServer, eventually},
    honest::{Receipts, percentile, play_out, ratio, seat},
    usage::{figure, files_go_back, size, usage},
};

const BOARDS: u32 = 24;
const PACE: Duration = Duration::from_millis(60);
/// What a stalled spectator may cost the server, in KiB: a snapshot or some events in a buffer, and his task.
const EACH: u64 = 64;

const OPEN: &str = "simultan_connections{role=\"spectator\"}";

/// How long nobody reads. Less than the ten seconds after which the server gives a spectator up.
const STALL: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_thousand_stalled_spectators_slow_no_game() {
    let _turn = TURN.lock().await;
    let count = size("SIMULTAN_SPECTATORS", 1000);
    let server = TestServer::with(BOARDS, &["--engine", "random", "--seed", "9"]).await;
    let receipts = Receipts::default();
    let mut playing = JoinSet::new();
    for player in seat(&server, BOARDS).await {
        playing.spawn(play_out(player, PACE, receipts.clone()));
    }
    let games = tokio::spawn(async move {
        let mut ends = Vec::new();
        while let Some(end) = playing.join_next().await {
            ends.push(end.expect("no game breaks"));
        }
        ends
    });

    let before = usage(&server);
    let alone = Instant::now();
    tokio::time::sleep(STALL / 2).await;
    let coming = Instant::now();
    let mut stalled = Vec::new();
    for _ in 0..count {
        stalled.push(Link::narrow(&server, "/ws/current/watch").await);
    }
    let stalled_from = Instant::now();
    tokio::time::sleep(STALL).await;
    let during = usage(&server);
    let stalled_to = Instant::now();
    assert_eq!(figure(&server, OPEN).await, u64::from(count), "all of them are there, and none reads");

    // Half of them read again: what they find goes on without a gap, or with a fresh snapshot in place of one. Some may
    // have been given up.
    let sleepers = stalled.split_off(stalled.len() / 2);
    let awake = join_all(stalled.into_iter().map(async |link| {
        let mut spectator = Spectator::over(link);
        loop {
            match spectator.hear().await {
                Ok(frame) if frame["type"] == "finished" => return (true, spectator.snapshots),
                Ok(_) => {}
                Err(Heard::Closed(1013) | Heard::Gone) => return (false, spectator.snapshots),
                Err(end) => panic!("{end:?}"),
            }
        }
    }))
    .await;
    // The others never do: the server gives them up, and who comes back gets a snapshot.
    let nobody = async || (figure(&server, OPEN).await == 0).then_some(());
    eventually("the giving up of who never reads", nobody).await;
    let given_up = sleepers.len();
    for mut link in sleepers {
        let end = link.end().await;
        assert!(matches!(end, Heard::Closed(1013) | Heard::Gone), "{end:?}");
    }
    Spectator::watch(&server).await.leave().await;
    let to_the_end = awake.iter().filter(|(end, _)| *end).count();
    assert!(to_the_end > 0, "nobody saw the end: {awake:?}");
    let ends = games.await.expect("no game breaks");
    assert_eq!(ends.len(), BOARDS as usize);

    let before_them = receipts.sorted(|sent| (alone..coming).contains(&sent));
    let with_them = receipts.sorted(|sent| (stalled_from..stalled_to).contains(&sent));
    let compared = [50, 99].map(|percent| {
        let (one, other) = (percentile(&with_them, percent), percentile(&before_them, percent));
        (one, other, ratio(one, other))
    });
    eprintln!(
        "spectators: {count} stalled; p50 {:.1?} against {:.1?} ({:.2}), p99 {:.1?} against {:.1?} ({:.2}) of {} and {} moves; \
         {before:?}, {during:?}; {to_the_end} read on to the end, {given_up} were given up",
        compared[0].0,
        compared[0].1,
        compared[0].2,
        compared[1].0,
        compared[1].1,
        compared[1].2,
        with_them.len(),
        before_them.len(),
    );
    assert!(compared[0].2 < 3.0 && compared[1].2 < 5.0, "{compared:?}");
    let each = during.memory.saturating_sub(before.memory) / u64::from(count);
    assert!(each < EACH, "{each} KiB each");
    files_go_back(&server, before).await;
}
