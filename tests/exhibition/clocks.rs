//! Clocks between tasks: to the millisecond.

use shakmaty::Color;
use simultan::{
    exhibition::board::{ConnectionId, Notice},
    record::event::{Event, Kind},
    rules::{BoardNo, ClockSettings, Command, Fact, GameResult, GameStatus, Millis, Termination},
};
use tokio::time::{sleep, sleep_until};

use super::{
    bench::{Bench, Disk, Plan, ms},
    guest::Guest,
};

fn clock(text: &str) -> Option<ClockSettings> {
    Some(text.parse().expect("a clock"))
}

fn moved_at(events: &[Event], board: BoardNo, ply: u32) -> Millis {
    let moved = |event: &&Event| matches!(&event.kind, Kind::Game { board: on, fact: Fact::Moved(played) } if *on == board && played.ply == ply);
    events.iter().find(moved).expect("it was played").at
}

fn end_of(events: &[Event], board: BoardNo) -> (Millis, GameResult, Termination) {
    let end = events.iter().find_map(|event| match event.kind {
        Kind::Game { board: on, fact: Fact::Ended { result, termination } } if on == board => {
            Some((event.at, result, termination))
        }
        _ => None,
    });
    end.expect("an end")
}

#[tokio::test(start_paused = true)]
async fn a_flag_falls_with_the_first_millisecond_that_is_too_late() {
    let bench = Bench::open(&Plan { clock: clock("10s+2s"), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.until(|notice| matches!(notice, Notice::Ended { .. })).await;
    let events = bench.finished().await;
    let end = end_of(&events, BoardNo(1));
    let first = moved_at(&events, BoardNo(1), 1);
    assert_eq!(end, (first.plus(Millis(10_001)), GameResult::WhiteWins, Termination::TimeForfeit));
}

#[tokio::test(start_paused = true)]
async fn a_move_that_arrives_at_the_last_moment_is_in_time_and_one_after_it_is_not() {
    for (after, in_time) in [(10_000, true), (10_001, false)] {
        let bench = Bench::open(&Plan { clock: clock("10s+2s"), ..Plan::new(1) }).await;
        let mut guest = Guest::sit_down(&bench).await;
        guest.turn().await;
        sleep(ms(after)).await;
        guest.send(guest.any_move()).await;
        let answer = guest.until(|notice| matches!(notice, Notice::Moved { .. } | Notice::Ended { .. })).await;
        match answer {
            Notice::Moved { played, .. } if in_time => {
                let left = played.clock.expect("a clock").black;
                assert_eq!(left, Millis(2000), "nothing but the increment");
            }
            Notice::Ended { status } if !in_time => {
                assert_eq!(status, GameStatus::Ended(GameResult::WhiteWins, Termination::TimeForfeit));
            }
            other => panic!("{after} ms: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_move_that_came_in_time_counts_however_long_the_disk_takes() {
    let disk = Disk::with_latency(ms(1000));
    let bench = Bench::open(&Plan { clock: clock("10s"), disk, ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    let decided = moved_at(&bench.events(), BoardNo(1), 1);
    sleep_until(bench.opened + ms(decided.0 + 9900)).await;
    guest.send(guest.any_move()).await;
    let is_answer = |notice: &Notice| matches!(notice, Notice::Moved { arrived: Some(_), .. } | Notice::Ended { .. });
    let answer = guest.until(is_answer).await;
    let Notice::Moved { played, .. } = answer else { panic!("{answer:?}") };
    let left = played.clock.expect("a clock").black;
    assert!(left >= Millis(100), "his own commit is not his time: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn the_masters_flag_falls_while_he_thinks_and_he_goes_on_to_the_next_board() {
    // He takes longer over every move than a game has time, except for the first ones, when no clock runs.
    let bench = Bench::open(&Plan { clock: clock("10s"), think: Some(ms(15_000)), ..Plan::new(2) }).await;
    let mut quick = Guest::sit_down(&bench).await;
    let mut other = Guest::sit_down(&bench).await;
    quick.turn().await;
    let script = super::bench::script();
    quick.send(Command::Move { ply: 2, uci: script[1] }).await;
    quick.until(|notice| matches!(notice, Notice::Ended { .. })).await;
    other.turn().await;
    other.send(Command::Resign).await;
    let events = bench.finished().await;
    let reply = moved_at(&events, BoardNo(1), 2);
    let end = end_of(&events, BoardNo(1));
    assert_eq!(end, (reply.plus(Millis(10_001)), GameResult::BlackWins, Termination::TimeForfeit));
    assert_eq!(end_of(&events, BoardNo(2)).2, Termination::Resignation);
}

#[tokio::test(start_paused = true)]
async fn who_has_sent_no_move_yet_when_the_flag_falls_can_do_nothing_more() {
    let bench = Bench::open(&Plan { clock: clock("10s"), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    let late = guest.any_move();
    guest.until(|notice| matches!(notice, Notice::Ended { .. })).await;
    for command in [late, Command::Resign, Command::OfferDraw] {
        guest.send(command).await;
        let answer = guest.until(|notice| matches!(notice, Notice::Refused { .. })).await;
        assert!(matches!(answer, Notice::Refused { refusal: simultan::rules::Refusal::GameOver, .. }), "{answer:?}");
    }
    let ends = bench.finished().await;
    let ends = ends.iter().filter(|event| matches!(event.kind, Kind::Game { fact: Fact::Ended { .. }, .. })).count();
    assert_eq!(ends, 1);
}

#[tokio::test(start_paused = true)]
async fn a_flag_that_falls_while_nothing_can_be_stored_falls_once_when_it_can() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { clock: clock("10s"), disk: disk.clone(), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    disk.refuse();
    sleep(ms(60_000)).await;
    assert!(bench.events().iter().all(|event| !matches!(event.kind, Kind::Game { fact: Fact::Ended { .. }, .. })));
    disk.fail(None);
    guest.until(|notice| matches!(notice, Notice::Ended { .. })).await;
    let events = bench.finished().await;
    let ends = events.iter().filter(|event| matches!(event.kind, Kind::Game { fact: Fact::Ended { .. }, .. })).count();
    assert_eq!((ends, disk.events().iter().map(|event| event.seq).max()), (1, Some(disk.events().len() as u64)));
}

#[tokio::test(start_paused = true)]
async fn nobody_loses_time_while_nothing_can_be_stored() {
    let disk = Disk::default();
    let bench = Bench::open(&Plan { clock: clock("10s"), disk: disk.clone(), ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    sleep(ms(4000)).await;
    disk.refuse();
    guest.send(guest.any_move()).await;
    let stopped = guest.until(|notice| matches!(notice, Notice::Clock { .. })).await;
    let Notice::Clock { clock } = stopped else { unreachable!("it was waited for") };
    assert_eq!((clock.black, clock.running), (Millis(6000), None));
    // Far longer than he has.
    sleep(ms(3_600_000)).await;
    disk.fail(None);
    let goes_on = guest.until(|notice| matches!(notice, Notice::Clock { .. })).await;
    assert!(
        matches!(goes_on, Notice::Clock { clock } if clock.black == Millis(6000) && clock.running == Some(Color::Black))
    );
    sleep(ms(1000)).await;
    guest.send(guest.any_move()).await;
    let receipt = guest.until(|notice| matches!(notice, Notice::Moved { arrived: Some(_), .. })).await;
    let Notice::Moved { played, .. } = receipt else { unreachable!("it was waited for") };
    assert_eq!(played.clock.expect("a clock").black, Millis(5000));
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_long_takes_a_quarter_of_a_second_from_who_is_to_move_and_no_more() {
    let disk = Disk::with_latency(ms(5000));
    let bench = Bench::open(&Plan { clock: clock("10s"), disk, ..Plan::new(1) }).await;
    let mut guest = Guest::sit_down(&bench).await;
    guest.turn().await;
    let Notice::Game { clock, .. } = looks_again(&guest).await else { unreachable!("it was waited for") };
    // The master's move took five seconds to be stored: it is the guest's turn from the moment it was made.
    let left = clock.expect("a clock").black;
    assert!(left >= Millis(9000), "{left:?}");
}

async fn looks_again(guest: &Guest) -> Notice {
    let mut again = guest.again(ConnectionId(2), 64).await;
    again.until(|notice| matches!(notice, Notice::Game { .. })).await
}
