//! The master's walk, as it really happens between tasks.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, test_runner::RngSeed};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use shakmaty::Color;
use simultan::{
    record::{
        event::{Event, ExhibitionId, Kind},
        view::View,
    },
    rules::{BoardNo, Fact, Millis, WalkMode},
    wire::pgn,
};

use super::{
    bench::{Bench, Plan, ms, paused},
    guest::Guest,
};

/// An exhibition in which every guest takes his own time over each reply, up to `slowest`, and gives up in the end.
async fn exhibition(plan: &Plan, seed: u64, slowest: u64) -> Vec<Event> {
    let bench = Bench::open(plan).await;
    for number in 0..plan.boards {
        let guest = Guest::sit_down(&bench).await;
        let mut chance = ChaCha8Rng::seed_from_u64(seed ^ u64::from(number) << 32);
        let last = chance.random_range(1..12);
        let think = move || ms(chance.random_range(0..=slowest));
        if plan.think.is_some() {
            tokio::spawn(guest.follow_script(think, last));
        } else {
            tokio::spawn(guest.play_anything(think, last));
        }
    }
    bench.finished().await
}

/// Goes through the events as somebody who keeps a list of the boards that wait for the master, and since when.
fn watch_the_master(events: &[Event], mut judge: impl FnMut(&BTreeMap<BoardNo, Millis>, BoardNo, Millis)) {
    let mut seated = Vec::new();
    let mut waiting = BTreeMap::new();
    for event in events {
        match &event.kind {
            Kind::Joined { board, .. } => seated.push(*board),
            Kind::Started { .. } => waiting = seated.iter().map(|&board| (board, event.at)).collect(),
            Kind::Visit { board, .. } => judge(&waiting, *board, event.at),
            Kind::Game { board, fact: Fact::Moved(played) } if played.turn == Color::White => {
                waiting.insert(*board, event.at);
            }
            Kind::Game { board, fact: Fact::Moved(_) | Fact::Ended { .. } } => {
                waiting.remove(board);
            }
            _ => {}
        }
    }
}

fn assert_no_board_is_passed_over(events: &[Event]) {
    let mut at = None;
    watch_the_master(events, |waiting, board, now| {
        assert!(waiting.contains_key(&board), "he goes only where it is his turn");
        if let Some(BoardNo(from)) = at {
            let way = |to: BoardNo| (to.0 + 10_000 - from - 1) % 10_000;
            // Whoever has moved at this very moment may have been a trifle too late.
            let passed = waiting.iter().find(|&(&other, &since)| since < now && way(other) < way(board));
            assert_eq!(passed, None, "passed over on the way from {from} to {board} at {now:?}");
        }
        at = Some(board);
    });
}

fn assert_the_first_round_meets_everybody_once(events: &[Event], boards: u32) {
    let visits = events.iter().filter_map(|event| match event.kind {
        Kind::Visit { board, .. } => Some(board),
        _ => None,
    });
    let first_round: BTreeSet<_> = visits.take(boards as usize).collect();
    assert_eq!(first_round, BoardNo::first(boards).collect(), "a board was met twice before another was met once");
}

fn assert_numbers_are_whole(events: &[Event]) {
    assert!(events.iter().map(|event| event.seq).eq(1..=events.len() as u64), "a number is missing or doubled");
    assert!(events.is_sorted_by_key(|event| event.at), "time goes forward");
}

/// The same ones in each run.
fn cases() -> ProptestConfig {
    ProptestConfig { cases: 32, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn in_turn_every_board_is_met_in_the_first_round_and_none_is_ever_passed_over(
        boards in 1u32..25, seed: u64, think in prop::option::of(1u64..3000), slowest in 0u64..20_000,
    ) {
        let plan = Plan { think: think.map(ms), ..Plan::new(boards) };
        let events = paused(exhibition(&plan, seed, slowest));
        assert_numbers_are_whole(&events);
        assert_no_board_is_passed_over(&events);
        assert_the_first_round_meets_everybody_once(&events, boards);
    }

    #[test]
    fn ready_first_serves_whoever_has_waited_longest(
        boards in 1u32..20, seed: u64, think in 1u64..3000, slowest in 0u64..20_000,
    ) {
        let plan = Plan { think: Some(ms(think)), walk: WalkMode::ReadyFirst, ..Plan::new(boards) };
        let events = paused(exhibition(&plan, seed, slowest));
        assert_numbers_are_whole(&events);
        watch_the_master(&events, |waiting, board, _| {
            let since = waiting.get(&board).expect("he goes only where it is his turn");
            let longer = waiting.iter().find(|&(_, other)| other < since);
            assert_eq!(longer, None, "has waited longer than {board}");
        });
        assert_the_first_round_meets_everybody_once(&events, boards);
    }

    #[test]
    fn urgent_first_serves_the_least_time(
        boards in 1u32..20, seed: u64, think in 1u64..3000, slowest in 0u64..20_000,
    ) {
        let clock = Some("30m+2s".parse().expect("a clock"));
        let plan = Plan { think: Some(ms(think)), walk: WalkMode::UrgentFirst, clock, ..Plan::new(boards) };
        let events = paused(exhibition(&plan, seed, slowest));
        assert_numbers_are_whole(&events);
        // When the master's flag would fall; where no clock runs yet, at once.
        let mut flags = BTreeMap::new();
        for event in &events {
            let Kind::Game { board, fact: Fact::Moved(played) } = &event.kind else { continue };
            let clock = played.clock.expect("a clock");
            flags.insert((*board, event.at), event.at.plus(clock.white));
        }
        watch_the_master(&events, |waiting, board, _| {
            let flag = |board: BoardNo| flags.get(&(board, waiting[&board])).copied().unwrap_or_default();
            let least = waiting.keys().map(|&board| flag(board)).min();
            assert_eq!(Some(flag(board)), least, "{board} is not the most urgent");
        });
        assert_the_first_round_meets_everybody_once(&events, boards);
    }

    #[test]
    fn one_at_a_time_never_leaves_a_game_that_is_on(boards in 1u32..12, seed: u64, slowest in 0u64..20_000) {
        let plan = Plan { think: Some(ms(5)), walk: WalkMode::OneAtATime, ..Plan::new(boards) };
        let events = paused(exhibition(&plan, seed, slowest));
        assert_numbers_are_whole(&events);
        let mut playing: Vec<BoardNo> = BoardNo::first(boards).collect();
        for event in &events {
            match event.kind {
                Kind::Visit { board, .. } => assert_eq!(playing.first(), Some(&board)),
                Kind::Game { board, fact: Fact::Ended { .. } } => playing.retain(|other| *other != board),
                _ => {}
            }
        }
    }
}

#[test]
fn a_pgn_tells_how_long_each_move_took() {
    let clock = Some("30m+2s".parse().expect("a clock"));
    let plan = Plan { think: Some(ms(65_000)), clock, ..Plan::new(1) };
    let events = paused(async {
        let bench = Bench::open(&plan).await;
        tokio::spawn(Guest::sit_down(&bench).await.follow_script(|| ms(7_500), 3));
        bench.finished().await
    });
    let mut view = View::new(ExhibitionId(1), plan.program());
    events.iter().for_each(|event| view.apply(event));
    let pgn = pgn::games(&view).replace('\n', " ");
    let comments: Vec<_> = pgn.split(" { ").filter_map(|text| text.strip_prefix("[%clk ")).collect();
    let told: Vec<_> = comments.iter().map(|text| text.split(" }").next().unwrap_or_default()).collect();
    let expected =
        ["0:30:02] [%emt 0:00:00]", "0:29:54] [%emt 0:00:07]", "0:28:59] [%emt 0:01:05]", "0:29:49] [%emt 0:00:07]"];
    assert_eq!(told[..4], expected, "{pgn}");
}

#[test]
fn the_same_exhibition_is_the_same_each_time() {
    for think in [None, Some(ms(700))] {
        let plan = || Plan { think, ..Plan::new(24) };
        assert_eq!(paused(exhibition(&plan(), 5, 9000)), paused(exhibition(&plan(), 5, 9000)));
    }
}

#[test]
fn a_thousand_boards_are_met_in_order() {
    let events = paused(exhibition(&Plan { think: Some(ms(1)), ..Plan::new(1000) }, 3, 5000));
    assert_no_board_is_passed_over(&events);
    assert_the_first_round_meets_everybody_once(&events, 1000);
}

/// How long it takes from the first move to the last, if the master takes `master` over each move, the opponents `reply`,
/// and everybody gives up in place of reply number `moves`.
async fn duration(walk: WalkMode, boards: u32, moves: u32, master: u64, reply: u64) -> u64 {
    let bench = Bench::open(&Plan { think: Some(ms(master)), walk, ..Plan::new(boards) }).await;
    for _ in 0..boards {
        tokio::spawn(Guest::sit_down(&bench).await.follow_script(move || ms(reply), moves));
    }
    let events = bench.finished().await;
    let at = |wanted: fn(&Kind) -> bool| events.iter().find(|event| wanted(&event.kind)).expect("it has happened").at;
    at(|kind| matches!(kind, Kind::Finished)).since(at(|kind| matches!(kind, Kind::Started { .. }))).0
}

#[test]
fn the_walk_takes_as_long_as_it_must() {
    for (boards, moves, master, reply) in
        [(1, 5, 1000, 7000), (24, 30, 5000, 55_000), (12, 10, 5000, 55_000), (8, 20, 2000, 90_000)]
    {
        let (n, m) = (u64::from(boards), u64::from(moves));
        let one = paused(duration(WalkMode::OneAtATime, boards, moves, master, reply));
        assert_eq!(one, n * m * (master + reply), "{boards} boards, one game after the other");
        // He never waits if a round is longer than his move and the reply to it; else every round takes as long as these.
        let round = (n * master).max(master + reply);
        let turn = paused(duration(WalkMode::InTurn, boards, moves, master, reply));
        assert_eq!(turn, (m - 1) * round + n * master + reply, "{boards} boards in turn");
    }
}
