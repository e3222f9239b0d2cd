//! What was acknowledged has happened, once; what could not be stored has not.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use simultan::{
    exhibition::{
        board::{ConnectionId, Notice},
        handle::SeatError,
    },
    journal::StorageError,
    record::event::{Event, Kind, Stage},
    rules::{BoardNo, Command, Fact, GameStatus, Refusal},
};
use tokio::time::{Duration, sleep, timeout};

use super::{
    bench::{Bench, Disk, Plan, ms, paused},
    guest::Guest,
};

fn is_receipt(notice: &Notice) -> bool {
    matches!(notice, Notice::Moved { arrived: Some(_), .. })
}

fn moves(events: &[Event]) -> BTreeMap<(BoardNo, u32), String> {
    let mut moves = BTreeMap::new();
    for event in events {
        if let Kind::Game { board, fact: Fact::Moved(played) } = &event.kind {
            let twice = moves.insert((*board, played.ply), played.uci.to_string());
            assert_eq!(twice, None, "ply {} of board {board} is there twice", played.ply);
        }
    }
    moves
}

#[tokio::test(start_paused = true)]
async fn of_two_moves_sent_at_once_one_is_played() {
    let bench = Bench::open(&Plan::new(1)).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    let (first, second) = ("e7e5".parse().expect("a move"), "d7d5".parse().expect("a move"));
    for uci in [first, second] {
        guest.send(Command::Move { ply: 2, uci }).await;
    }
    let receipt = guest.until(is_receipt).await;
    assert!(matches!(&receipt, Notice::Moved { played, .. } if played.uci == first), "{receipt:?}");
    let refusal = guest.until(|notice| matches!(notice, Notice::Refused { .. })).await;
    assert!(matches!(refusal, Notice::Refused { refusal: Refusal::StalePly, ply: Some(2) }), "{refusal:?}");
    assert_eq!(moves(&bench.events())[&(BoardNo(1), 2)], "e7e5");
}

#[tokio::test(start_paused = true)]
async fn a_refused_commit_changes_nothing_and_the_same_move_is_taken_when_the_disk_is_well() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    // What has been told up to now, and how much is stored.
    bench.events();
    let before = disk.events().len();
    disk.refuse();
    let command = guest.any_move();
    for attempt in [command.clone(), command.clone(), Command::OfferDraw, Command::Resign] {
        guest.send(attempt.clone()).await;
        let answer = guest.until(|notice| is_receipt(notice) || matches!(notice, Notice::Unstored { .. })).await;
        let ply = matches!(attempt, Command::Move { .. }).then_some(2);
        assert!(matches!(answer, Notice::Unstored { ply: told, .. } if told == ply), "{attempt:?}: {answer:?}");
    }
    sleep(Duration::from_secs(5)).await;
    assert_eq!((bench.events(), disk.events().len()), (Vec::new(), before), "nothing was told, nothing is stored");
    disk.fail(None);
    guest.send(command).await;
    guest.until(is_receipt).await;
    guest.turn().await;
    let (told, stored) = (bench.events(), disk.events());
    assert_eq!(told[..], stored[before..], "what is told is what is stored");
    assert!(stored.iter().map(|event| event.seq).eq(1..=stored.len() as u64), "no number was lost to the failure");
}

#[tokio::test(start_paused = true)]
async fn the_master_waits_for_the_disk_and_then_goes_on() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(2) }).await;
    let mut first = Guest::sit_down(&bench).await;
    let mut second = Guest::sit_down(&bench).await;
    first.turn().await;
    second.turn().await;
    first.send(first.any_move()).await;
    first.until(is_receipt).await;
    disk.refuse();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(second.game.status(), GameStatus::Playing);
    disk.fail(None);
    first.turn().await;
    second.send(second.any_move()).await;
    second.until(is_receipt).await;
    second.turn().await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_nobody_can_judge_gives_no_receipt_and_ends_the_journal() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    disk.fail(Some(StorageError::Unknown));
    guest.send(guest.any_move()).await;
    let answer = guest.until(|notice| is_receipt(notice) || matches!(notice, Notice::Unstored { .. })).await;
    assert!(matches!(answer, Notice::Unstored { error: StorageError::Unknown, .. }), "{answer:?}");
    disk.fail(None);
    let end = timeout(Duration::from_secs(60), bench.writing).await.expect("the journal's end").expect("no panic");
    assert!(matches!(end, Err(StorageError::Unknown)), "{end:?}");
    guest.send(guest.any_move()).await;
    let answer = guest.until(|notice| is_receipt(notice) || matches!(notice, Notice::Unstored { .. })).await;
    assert!(matches!(answer, Notice::Unstored { .. }), "nothing is taken any more: {answer:?}");
}

#[test]
fn what_was_acknowledged_is_told_and_stored_exactly_once_however_often_the_disk_fails() {
    for seed in 0..12 {
        paused(stumble(seed));
    }
}

/// Guests who send their moves again whenever they get no receipt, on a disk that fails now and then.
async fn stumble(seed: u64) {
    const BOARDS: u32 = 6;
    let disk = Disk::with_latency(ms(3));
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(BOARDS) }).await;
    let mut guests = Vec::new();
    for _ in 0..BOARDS {
        let guest = Guest::sit_down(&bench).await;
        guests.push(tokio::spawn(insist(guest, ChaCha8Rng::seed_from_u64(seed))));
    }
    let faults = tokio::spawn({
        let (disk, mut chance) = (disk.clone(), ChaCha8Rng::seed_from_u64(!seed));
        async move {
            loop {
                sleep(ms(chance.random_range(1..400))).await;
                disk.refuse();
                sleep(ms(chance.random_range(1..2500))).await;
                disk.fail(None);
            }
        }
    });
    let mut acknowledged = BTreeMap::new();
    for guest in guests {
        acknowledged.append(&mut guest.await.expect("a guest"));
    }
    let told = bench.finished().await;
    faults.abort();
    assert_eq!(told, disk.events(), "seed {seed}: what is told is what is stored, in the same order");
    assert!(told.iter().map(|event| event.seq).eq(1..=told.len() as u64), "seed {seed}: numbers without a gap");
    let played = moves(&told);
    for (place, uci) in &acknowledged {
        assert_eq!(played.get(place), Some(uci), "seed {seed}: the receipt for {place:?}");
    }
    let ends = told.iter().filter(|event| matches!(event.kind, Kind::Game { fact: Fact::Ended { .. }, .. })).count();
    assert_eq!(ends, BOARDS as usize, "seed {seed}: every game ends once");
}

/// Plays some moves and resigns, asking again until it is told that it is so; gives the receipts.
async fn insist(mut guest: Guest, mut chance: ChaCha8Rng) -> BTreeMap<(BoardNo, u32), String> {
    let mut receipts = BTreeMap::new();
    for _ in 0..8 {
        while !guest.game.waits_for(shakmaty::Color::Black) {
            if matches!(guest.game.status(), GameStatus::Ended(..)) {
                return receipts;
            }
            guest.next().await.expect("the board is there");
        }
        sleep(ms(chance.random_range(0..300))).await;
        let command = guest.any_move();
        loop {
            guest.send(command.clone()).await;
            let answer = guest.until(|notice| is_receipt(notice) || matches!(notice, Notice::Unstored { .. })).await;
            if let Notice::Moved { played, .. } = answer {
                receipts.insert((guest.board.number, played.ply), played.uci.to_string());
                break;
            }
            sleep(ms(chance.random_range(0..900))).await;
        }
    }
    while guest.game.status() == GameStatus::Playing {
        guest.send(Command::Resign).await;
        guest
            .until(|notice| matches!(notice, Notice::Unstored { .. } | Notice::Ended { .. } | Notice::Refused { .. }))
            .await;
        sleep(ms(100)).await;
    }
    receipts
}

#[tokio::test(start_paused = true)]
async fn a_guest_who_does_not_listen_is_cut_off_and_holds_nobody_up() {
    let bench = Bench::open(&Plan::new(2)).await;
    let deaf = Guest::sit_down(&bench).await;
    let mut other = Guest::sit_down(&bench).await;
    // A newer connection of the first seat, for which little may wait.
    let mut deaf = deaf.again(ConnectionId(2), 3).await;
    for _ in 0..10 {
        deaf.send(Command::AcceptDraw).await;
    }
    for _ in 0..5 {
        other.turn().await;
        other.send(other.any_move()).await;
        other.until(is_receipt).await;
    }
    let mut heard = 0;
    while deaf.next().await.is_some() {
        heard += 1;
    }
    assert!(heard <= 3, "he was told {heard} things and then cut off");
    let mut back = deaf.again(ConnectionId(3), 64).await;
    back.turn().await;
    back.send(back.any_move()).await;
    back.until(is_receipt).await;
}

#[tokio::test(start_paused = true)]
async fn late_frames_of_a_replaced_connection_are_ignored() {
    let bench = Bench::open(&Plan::new(1)).await;
    let mut old = Guest::sit_down(&bench).await;
    old.turn().await;
    let mut new = old.again(ConnectionId(2), 64).await;
    old.until(|notice| matches!(notice, Notice::Replaced)).await;
    old.send(Command::Resign).await;
    old.board.detach(old.id).await.expect("a board");
    new.turn().await;
    new.send(new.any_move()).await;
    new.until(is_receipt).await;
    let events = bench.events();
    let quiet =
        |event: &Event| !matches!(event.kind, Kind::Disconnected { .. } | Kind::Game { fact: Fact::Ended { .. }, .. });
    assert!(events.iter().all(quiet), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn however_many_come_at_once_every_seat_is_given_once() {
    let bench = Bench::open(&Plan { disk: Disk::with_latency(ms(5)), ..Plan::new(20) }).await;
    let (mut seated, mut turned_away) = (Vec::new(), 0);
    for outcome in futures_util::future::join_all((0..50).map(|_| Guest::try_to_sit(&bench))).await {
        match outcome {
            Ok(guest) => seated.push(guest.board.number),
            Err(SeatError::Full | SeatError::Closed(_)) => turned_away += 1,
            Err(error) => panic!("{error}"),
        }
    }
    seated.sort();
    assert_eq!((seated, turned_away), (BoardNo::first(20).collect(), 30));
    let mut names: Vec<_> = bench
        .events()
        .into_iter()
        .filter_map(|event| match event.kind {
            Kind::Joined { guest, .. } => Some(guest.name.to_string()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 20, "nobody shares a name: {names:?}");
    sleep(ms(100)).await;
    assert_eq!(bench.exhibition.stage(), Stage::Running);
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_could_not_be_stored_is_free_again() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(1) }).await;
    disk.refuse();
    assert!(matches!(Guest::try_to_sit(&bench).await, Err(SeatError::Storage(_))));
    assert!(matches!(bench.exhibition.start().await, Err(SeatError::Empty)), "nobody sits there");
    disk.fail(None);
    Guest::sit_down(&bench).await.turn().await;
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_is_refused_while_the_games_start_is_no_game() {
    // A commit takes a while, the one with the second seat is refused, and the start comes after it.
    let disk = Disk::with_latency(ms(20));
    let bench = Bench::open(&Plan { disk: disk.clone(), ..Plan::new(3) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    disk.refuse();
    let (refused, started) = tokio::join!(Guest::try_to_sit(&bench), async {
        sleep(ms(10)).await;
        let starting = bench.exhibition.start();
        let healing = async {
            sleep(ms(15)).await;
            disk.fail(None);
        };
        tokio::join!(starting, healing).0
    });
    assert!(matches!(refused, Err(SeatError::Storage(_))), "{refused:?}");
    started.expect("the start, after the disk is well again");
    guest.turn().await;
    guest.send(Command::Resign).await;
    let told = bench.finished().await;
    let boards = told.iter().filter_map(|event| match &event.kind {
        Kind::Game { board, .. } | Kind::Visit { board, .. } => Some(*board),
        _ => None,
    });
    assert!(boards.into_iter().all(|board| board == BoardNo(1)), "nobody plays where nobody sits: {told:?}");
}
