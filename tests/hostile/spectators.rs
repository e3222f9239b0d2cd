//! Spectators that stop reading.

use std::time::Duration;

use futures_util::{StreamExt, future::join_all, stream};
use tokio::{task::JoinSet, time::Instant};

use crate::{
    TURN,
    common::{Heard, Link, Spectator, TestServer, eventually},
    honest::{Receipts, patiently, percentile, play_out, ratio, seat},
    usage::{figure, files_go_back, size, usage},
};

const BOARDS: u32 = 24;
const PACE: Duration = Duration::from_millis(60);
/// What a stalled spectator may cost the server, in KiB: a snapshot or some events in a buffer, and his task.
const EACH: u64 = 64;

const OPEN: &str = "simultan_connections{role=\"spectator\"}";

/// How long nobody reads. Less than the ten seconds after which the server gives a spectator up.
const STALL: Duration = Duration::from_secs(6);
/// So many come at a time: all have to be there before the first is given up.
const TOGETHER: usize = 50;
/// How many of the stalled read on after it: as many as a test can follow move by move.
const AWAKE: usize = 20;

/// Honest games on a server, until their ends.
async fn games(server: &TestServer, receipts: &Receipts) -> JoinSet<(String, String)> {
    let mut playing = JoinSet::new();
    for player in seat(server, BOARDS).await {
        playing.spawn(play_out(player, PACE, receipts.clone()));
    }
    playing
}

/// The measure is a second server with the same games at the same time and nobody to watch them: what else happens on
/// the machine happens to both.
#[tokio::test]
async fn a_thousand_stalled_spectators_slow_no_game() {
    let _turn = TURN.lock().await;
    patiently(stall).await;
}

/// One crowd that does not read; `Err` where the games have felt it.
async fn stall() -> Result<(), String> {
    let count = size("SIMULTAN_SPECTATORS", 1000);
    let flags = ["--engine", "random", "--seed", "9"];
    let (server, other) = (TestServer::with(BOARDS, &flags).await, TestServer::with(BOARDS, &flags).await);
    let (receipts, others) = (Receipts::default(), Receipts::default());
    let (playing, unwatched) = (games(&server, &receipts).await, games(&other, &others).await);

    let before = usage(&server);
    let coming = stream::iter(0..count).map(|_| Link::narrow(&server, "/ws/current/watch"));
    let mut stalled: Vec<_> = coming.buffered(TOGETHER).collect().await;
    let from = Instant::now();
    tokio::time::sleep(STALL).await;
    let (during, to) = (usage(&server), Instant::now());
    let there = figure(&server, OPEN).await;
    if there != u64::from(count) {
        // The first of them were given up before the last had come.
        return Err(format!("{there} of {count} stalled at the same time"));
    }
    drop(unwatched);
    drop(other);

    // Some read again: what they find goes on without a gap, or with a fresh snapshot in place of one. Some of these may
    // have been given up.
    let sleepers = stalled.split_off(AWAKE.min(stalled.len()));
    let awake = join_all(stalled.into_iter().map(async |link| {
        let mut spectator = Spectator::over(link);
        loop {
            match spectator.hear().await {
                Ok(frame) if frame["type"] == "finished" => return true,
                Ok(_) => {}
                Err(Heard::Closed(1013) | Heard::Gone) => return false,
                Err(end) => panic!("{end:?}"),
            }
        }
    }))
    .await;
    let ends = playing.join_all().await;
    assert_eq!(ends.len(), BOARDS as usize);
    // The others never do: the server gives them up, and who comes back gets a snapshot.
    let nobody = async || (figure(&server, OPEN).await == 0).then_some(());
    eventually("the giving up of who never reads", nobody).await;
    let given_up = sleepers.len();
    for mut link in sleepers {
        let end = link.end().await;
        assert!(matches!(end, Heard::Closed(1013) | Heard::Gone), "{end:?}");
    }
    Spectator::watch(&server).await.leave().await;
    let to_the_end = awake.iter().filter(|end| **end).count();
    assert!(to_the_end > 0, "nobody saw the end");
    let compared = [50, 99].map(|percent| {
        let [one, other] =
            [&receipts, &others].map(|all| percentile(&all.sorted(|sent| (from..to).contains(&sent)), percent));
        (one, other, ratio(one, other))
    });
    eprintln!(
        "spectators: {count} stalled; p50, p99 with and without them, and the ratio: {compared:.1?}; {before:?}, {during:?}; \
         {to_the_end} of {AWAKE} read on to the end, {given_up} were given up"
    );
    if compared[0].2 >= 3.0 || compared[1].2 >= 8.0 {
        return Err(format!("{compared:?}"));
    }
    let each = during.memory.saturating_sub(before.memory) / u64::from(count);
    assert!(each < EACH, "{each} KiB each");
    files_go_back(&server, before).await;
    Ok(())
}
