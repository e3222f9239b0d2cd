//! Passes and grace, and a person at the board, to the millisecond.

use simultan::{
    base::secret::Token,
    exhibition::{
        board::{NotDone, Notice},
        human_seat::Sitting,
    },
    record::event::{Event, Kind, PassedBy},
    rules::{BoardNo, Command, Millis, Wish},
};
use tokio::time::{Instant, sleep};

use super::{
    bench::{Bench, Plan, ms, paused, script},
    guest::Guest,
};

/// When and where each visit began.
fn visits(events: &[Event]) -> Vec<(Millis, u32)> {
    let visit = |event: &Event| match event.kind {
        Kind::Visit { board, .. } => Some((event.at, board.0)),
        _ => None,
    };
    events.iter().filter_map(visit).collect()
}

#[test]
fn the_master_waits_for_whoever_has_no_pass_left_and_nothing_is_lost() {
    paused(async {
        let plan = Plan { passes: Some(1), think: Some(ms(1000)), ..Plan::new(5) };
        let bench = Bench::open(&plan).await;
        let mut slow = Guest::sit_down(&bench).await;
        for _ in 1..5 {
            tokio::spawn(Guest::sit_down(&bench).await.follow_script(|| ms(3000), 20));
        }
        slow.until(|notice| matches!(notice, Notice::Passed { left: Some(0), by: PassedBy::Walk })).await;
        let told = slow.until(|notice| matches!(notice, Notice::Grace { .. })).await;
        let Notice::Grace { ends, now } = told else { unreachable!() };
        assert_eq!(ends.since(now), Millis(15_000));
        // The next time he moves in time, and is answered at once.
        slow.until(|notice| matches!(notice, Notice::Grace { .. })).await;
        sleep(ms(5000)).await;
        // As the script has it, which the master goes on with.
        let ply = slow.game.ply();
        slow.send(Command::Move { ply: ply + 1, uci: script()[ply as usize] }).await;
        slow.until(|notice| matches!(notice, Notice::Moved { played, .. } if played.ply == ply + 2)).await;
        slow.send(Command::Resign).await;
        let events = bench.finished().await;
        let graces: Vec<_> = events.iter().filter(|event| event.kind == Kind::Grace { board: BoardNo(1) }).collect();
        let next = |grace: &Event| {
            let visits = visits(&events);
            let (at, board) =
                *visits.iter().find(|(at, board)| *at > grace.at && *board != 1).expect("the walk goes on");
            (at.since(grace.at), board)
        };
        assert_eq!(next(graces[0]), (Millis(15_000), 2));
        assert_eq!(next(graces[1]), (Millis(6_000), 2), "five seconds for the reply, one for the master's answer");
        let walk = Kind::Passed { board: BoardNo(1), by: PassedBy::Walk, left: Some(0) };
        assert_eq!(events.iter().filter(|event| event.kind == walk).count(), 1, "gone past as often as was agreed");
    });
}

#[test]
fn an_opponent_with_the_master_at_the_board_asks_for_the_next_round() {
    paused(async {
        let bench = Bench::open(&Plan { passes: Some(2), think: Some(ms(1000)), ..Plan::new(5) }).await;
        let mut slow = Guest::sit_down(&bench).await;
        for _ in 1..5 {
            tokio::spawn(Guest::sit_down(&bench).await.follow_script(|| ms(3000), 20));
        }
        // Away, or on the master's turn: no.
        slow.turn().await;
        slow.pass().await;
        let refused = slow.until(|notice| matches!(notice, Notice::Refused { .. })).await;
        assert!(
            matches!(refused, Notice::Refused { refusal, .. } if refusal.to_string().contains("stands at your board"))
        );
        for left in [1, 0] {
            slow.until(|notice| matches!(notice, Notice::Passed { left: Some(now), .. } if *now == left)).await;
        }
        slow.until(|notice| matches!(notice, Notice::Grace { .. })).await;
        slow.pass().await;
        let refused = slow.until(|notice| matches!(notice, Notice::Refused { .. })).await;
        assert!(matches!(refused, Notice::Refused { refusal, .. } if refusal.to_string().contains("no passes left")));
        slow.send(Command::Resign).await;
        bench.finished().await;
    });
}

const MASTER: &str = "sm_a_person";

async fn sit_down(bench: &Bench) -> Sitting {
    let seat = bench.exhibition.human.clone().expect("a person is the master");
    let token = Token::from(MASTER.to_owned());
    assert!(seat.opened_by(&token));
    seat.sit_down(&token).await.expect("the seat")
}

/// Waits until the master stands at `board`.
async fn at(sitting: &mut Sitting, board: u32) {
    while sitting.standing.read_and_update(|standing| standing.board) != Some(BoardNo(board)) {
        sitting.standing.changed().await.expect("the exhibition goes on");
    }
}

async fn play(sitting: &Sitting, board: u32, ply: u32, uci: &str) -> Result<(), NotDone> {
    let command = Command::Move { ply, uci: uci.parse().expect("a move") };
    sitting.wish(Wish::Play(BoardNo(board), command), Instant::now()).await
}

#[test]
fn after_a_reply_at_once_the_walk_holds_for_two_seconds() {
    paused(async {
        let plan = Plan { human: Some(Token::from(MASTER.to_owned()).hash()), ..Plan::new(3) };
        let bench = Bench::open(&plan).await;
        let mut sitting = sit_down(&bench).await;
        let mut quick = Guest::sit_down(&bench).await;
        let mut others = [Guest::sit_down(&bench).await, Guest::sit_down(&bench).await];
        at(&mut sitting, 1).await;
        play(&sitting, 1, 1, "e2e4").await.expect("a legal move");
        quick.turn().await;
        quick.send(Command::Move { ply: 2, uci: "e7e5".parse().expect("a move") }).await;
        let (replied, mut held) = (Instant::now(), None);
        while sitting.standing.read_and_update(|standing| standing.board) == Some(BoardNo(1)) {
            held = held.or(sitting.standing.read(|standing| standing.hold));
            sitting.standing.changed().await.expect("the exhibition goes on");
        }
        assert!(held.is_some(), "the page can show it");
        assert_eq!(replied.elapsed(), ms(2000));
        // Somebody who thinks is not waited for longer than one can see.
        let moved = Instant::now();
        play(&sitting, 2, 1, "e2e4").await.expect("a legal move");
        at(&mut sitting, 3).await;
        assert!(moved.elapsed() < ms(100), "{:?}", moved.elapsed());
        // Whoever wants to answer answers.
        play(&sitting, 3, 1, "e2e4").await.expect("a legal move");
        others[1].turn().await;
        others[1].send(Command::Move { ply: 2, uci: "e7e5".parse().expect("a move") }).await;
        while sitting.standing.read_and_update(|standing| standing.hold).is_none() {
            sitting.standing.changed().await.expect("the exhibition goes on");
        }
        play(&sitting, 3, 3, "g1f3").await.expect("it is held for that");
        let visits = visits(&bench.events());
        assert_eq!(visits.iter().map(|&(_, board)| board).collect::<Vec<_>>(), [1, 1, 2, 3, 3]);
    });
}

#[test]
fn a_break_only_stops_the_time_of_a_hold() {
    paused(async {
        let plan = Plan { human: Some(Token::from(MASTER.to_owned()).hash()), ..Plan::new(3) };
        let bench = Bench::open(&plan).await;
        let mut sitting = sit_down(&bench).await;
        let mut quick = Guest::sit_down(&bench).await;
        let _others = [Guest::sit_down(&bench).await, Guest::sit_down(&bench).await];
        at(&mut sitting, 1).await;
        play(&sitting, 1, 1, "e2e4").await.expect("a legal move");
        quick.turn().await;
        quick.send(Command::Move { ply: 2, uci: "e7e5".parse().expect("a move") }).await;
        let replied = Instant::now();
        while sitting.standing.read_and_update(|standing| standing.hold).is_none() {
            sitting.standing.changed().await.expect("the exhibition goes on");
        }
        sitting.wish(Wish::Pause, Instant::now()).await.expect("a break");
        sleep(ms(5000)).await;
        sitting.wish(Wish::Continue, Instant::now()).await.expect("its end");
        at(&mut sitting, 2).await;
        assert_eq!(replied.elapsed(), ms(7000));
    });
}
