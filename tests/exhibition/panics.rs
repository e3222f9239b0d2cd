//! A panic in one game's task: the others do not notice, and the game goes on from what was stored.

use simultan::{
    exhibition::board::{ConnectionId, Notice},
    record::event::Kind,
    rules::Command,
};
use tokio::time::{Instant, sleep};

use super::{
    bench::{Bench, Disk, Plan, ms},
    guest::Guest,
    planted::{A6, Moment, listen, plant},
};

/// The master comes to the first board.
const VISIT: Moment = &["the master comes", "board=1 "];

/// A move and the master's answer.
async fn exchange(guest: &mut Guest) {
    guest.send(guest.any_move()).await;
    guest.until(|notice| matches!(notice, Notice::Moved { arrived: Some(_), .. })).await;
    guest.turn().await;
}

#[tokio::test(start_paused = true)]
async fn a_game_whose_task_panics_is_taken_up_from_the_journal_and_no_other_game_notices() {
    let disk = Disk::with_latency(ms(2));
    let bench =
        Bench::open(&Plan { disk: disk.clone(), clock: Some("10m".parse().expect("a clock")), ..Plan::new(2) }).await;
    let mut unlucky = Guest::sit_down(&bench).await;
    let mut other = Guest::sit_down(&bench).await;
    for guest in [&mut unlucky, &mut other] {
        guest.turn().await;
        exchange(guest).await;
    }
    let before = unlucky.game.moves().collect::<Vec<_>>();
    let planted = plant(A6);
    for number in 0..4 {
        unlucky.send(Command::Move { ply: 4, uci: "a7a6".parse().expect("a move") }).await;
        unlucky.until(|notice| matches!(notice, Notice::Restart)).await;
        assert!(unlucky.next().await.is_none(), "he is cut off");
        unlucky = unlucky.again(ConnectionId(10 + number), 64).await;
        unlucky.until(|notice| matches!(notice, Notice::Game { .. })).await;
        assert_eq!(unlucky.game.moves().collect::<Vec<_>>(), before, "what was acknowledged is there");
        exchange(&mut other).await;
    }
    drop(planted);
    assert!(bench.metrics.render().contains("simultan_panics_total{task=\"board\"} 4"));
    for guest in [&mut unlucky, &mut other] {
        exchange(guest).await;
        guest.send(Command::Resign).await;
    }
    let told = bench.finished().await;
    assert_eq!(told, disk.events());
    let left = told.iter().filter(|event| matches!(event.kind, Kind::Disconnected { .. })).count();
    assert_eq!(left, 4, "everybody saw him go and come back");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_while_his_game_is_taken_up_is_not_shown_as_present() {
    let bench = Bench::open(&Plan::new(1)).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    let planted = plant(A6);
    guest.send(Command::Move { ply: 2, uci: "a7a6".parse().expect("a move") }).await;
    guest.board.detach(guest.id).await.expect("a board");
    sleep(ms(1000)).await;
    drop(planted);
    assert!(bench.metrics.render().contains("simultan_panics_total{task=\"board\"} 1"));
    let last = bench.events().pop().expect("events");
    assert!(matches!(last.kind, Kind::Disconnected { .. }), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_game_that_panics_again_and_again_does_not_hold_the_master_up() {
    listen();
    let bench = Bench::open(&Plan::new(2)).await;
    let mut unlucky = Guest::sit_down(&bench).await;
    let mut other = Guest::sit_down(&bench).await;
    for guest in [&mut unlucky, &mut other] {
        guest.turn().await;
    }
    let planted = plant(VISIT);
    unlucky.send(unlucky.any_move()).await;
    unlucky.until(|notice| matches!(notice, Notice::Restart)).await;
    for round in 0..20 {
        sleep(ms(1000)).await;
        let began = Instant::now();
        exchange(&mut other).await;
        assert!(began.elapsed() < ms(500), "round {round}: {:?}", began.elapsed());
    }
    drop(planted);
    let mut unlucky = unlucky.again(ConnectionId(2), 64).await;
    unlucky.until(|notice| matches!(notice, Notice::Game { .. })).await;
    unlucky.turn().await;
    for guest in [&mut unlucky, &mut other] {
        guest.send(Command::Resign).await;
    }
    bench.finished().await;
}
