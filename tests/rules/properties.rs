//! What holds for any game, whatever is done in it.

use proptest::{prelude::*, test_runner::RngSeed};
use shakmaty::{CastlingMode, Color, Position, uci::UciMove};
use simultan::rules::{ClockReading, ClockSettings, Command, Fact, Game, GameStatus, Millis, RecallError, Refusal};

use super::act;

/// Something that somebody tries, after a while.
#[derive(Debug, Clone)]
enum Attempt {
    /// Any legal move.
    Move(usize),
    /// A move of any two squares, as any ply.
    Wild(u8, u8, u32),
    Resign,
    Offer,
    Accept,
    Decline,
}

#[derive(Debug, Clone)]
struct Step {
    attempt: Attempt,
    white: bool,
    after: u64,
}

fn steps(longest: usize) -> impl Strategy<Value = Vec<Step>> {
    let attempt = prop_oneof![
        60 => any::<usize>().prop_map(Attempt::Move),
        6 => (0u8..64, 0u8..64, 0u32..40).prop_map(|(from, to, ply)| Attempt::Wild(from, to, ply)),
        4 => Just(Attempt::Offer),
        2 => Just(Attempt::Decline),
        1 => Just(Attempt::Accept),
        1 => (0..20u8).prop_map(|lot| if lot == 0 { Attempt::Resign } else { Attempt::Decline }),
    ];
    let step = (attempt, any::<bool>(), 0u64..3000);
    prop::collection::vec(step.prop_map(|(attempt, white, after)| Step { attempt, white, after }), 0..longest)
}

fn square(index: u8) -> shakmaty::Square {
    shakmaty::Square::new(u32::from(index))
}

/// Who does what. Legal moves are tried by whoever is to move, or half of the tries would be wasted.
fn command(game: &Game, step: &Step) -> (Color, Command) {
    let by = if step.white { Color::White } else { Color::Black };
    let command = match step.attempt {
        Attempt::Move(choice) => {
            let legal = game.position().legal_moves();
            let Some(chosen) = legal.get(choice % legal.len().max(1)) else { return (by, Command::Resign) };
            let uci = chosen.to_uci(CastlingMode::Standard);
            return (game.position().turn(), Command::Move { ply: game.ply() + 1, uci });
        }
        Attempt::Wild(from, to, ply) => {
            Command::Move { ply, uci: UciMove::Normal { from: square(from), to: square(to), promotion: None } }
        }
        Attempt::Resign => Command::Resign,
        Attempt::Offer => Command::OfferDraw,
        Attempt::Accept => Command::AcceptDraw,
        Attempt::Decline => Command::DeclineDraw,
    };
    (by, command)
}

fn settings() -> ClockSettings {
    "5m+2s".parse().expect("a clock")
}

/// Does all steps; gives the facts with their times.
fn carry_out(game: &mut Game, steps: &[Step]) -> Vec<(Fact, Millis)> {
    let mut facts = Vec::new();
    let mut now = Millis::ZERO;
    for step in steps {
        now = now.plus(Millis(step.after));
        if let Some(fallen) = game.flag(now) {
            game.apply(&fallen, now);
            facts.push((fallen, now));
        }
        let (by, command) = command(game, step);
        if let Ok(happened) = act(game, by, &command, now) {
            facts.extend(happened.into_iter().map(|fact| (fact, now)));
        }
    }
    facts
}

/// Everything about a game, its hidden parts included.
fn image(game: &Game) -> String {
    format!("{game:?}")
}

/// Takes a fact in from the record, as after a restart.
fn take_up(game: &mut Game, fact: &Fact, at: Millis) {
    let recalled = match fact {
        Fact::Moved(played) => {
            let recalled = game.recall(played.ply, played.uci, played.clock, played.hash);
            assert_eq!(recalled.as_ref(), Ok(played), "what is recalled is what was played");
            Fact::Moved(recalled.expect("just seen"))
        }
        other => other.clone(),
    };
    game.apply(&recalled, at);
}

/// The same ones in each run.
fn cases() -> ProptestConfig {
    ProptestConfig { cases: 96, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_game_taken_up_from_any_point_of_its_record_is_the_whole_game(steps in steps(220), cut: prop::sample::Index) {
        let clock = Some(settings());
        let mut whole = Game::new(clock);
        whole.start();
        let facts = carry_out(&mut whole, &steps);
        let mut taken_up = Game::new(clock);
        taken_up.start();
        let cut = if facts.is_empty() { 0 } else { cut.index(facts.len()) };
        for (fact, at) in &facts[..cut] {
            take_up(&mut taken_up, fact, *at);
        }
        for (fact, at) in &facts[cut..] {
            taken_up.apply(fact, *at);
        }
        prop_assert_eq!(image(&taken_up), image(&whole));
    }

    #[test]
    fn to_decide_changes_nothing_and_what_is_decided_can_be_applied(steps in steps(160)) {
        let mut game = Game::new(Some(settings()));
        game.start();
        let mut now = Millis::ZERO;
        for step in &steps {
            now = now.plus(Millis(step.after));
            let before = image(&game);
            let over = matches!(game.status(), GameStatus::Ended(..));
            let (by, command) = command(&game, step);
            let decided = game.decide(by, &command, now);
            prop_assert_eq!(&decided, &game.decide(by, &command, now), "the same answer to the same question");
            prop_assert_eq!(image(&game), before);
            prop_assert!(!over || decided == Err(Refusal::GameOver));
            if let Ok(facts) = decided {
                prop_assert!((1..=2).contains(&facts.len()));
                for fact in &facts {
                    game.apply(fact, now);
                }
            }
        }
    }

    #[test]
    fn a_move_is_taken_if_and_only_if_it_is_the_next_one_and_legal(steps in steps(80), from in 0u8..64, to in 0u8..64, away in -2i64..3) {
        let mut game = Game::new(None);
        game.start();
        carry_out(&mut game, &steps);
        prop_assume!(game.status() == GameStatus::Playing);
        let ply = u32::try_from((i64::from(game.ply()) + 1 + away).max(0)).expect("a ply");
        let uci = UciMove::Normal { from: square(from), to: square(to), promotion: None };
        let legal = uci.to_move(game.position()).is_ok();
        for by in Color::ALL {
            let outcome = game.decide(by, &Command::Move { ply, uci }, Millis::ZERO).map(|_| ());
            let expected = match (away, by == game.position().turn(), legal) {
                (0, true, true) => Ok(()),
                (0, true, false) => Err(Refusal::IllegalMove),
                (0, false, _) => Err(Refusal::NotYourTurn),
                _ => Err(Refusal::StalePly),
            };
            prop_assert_eq!(outcome, expected);
        }
    }

    #[test]
    fn no_time_is_made_or_lost(steps in steps(120)) {
        let settings = settings();
        let mut game = Game::new(Some(settings));
        game.start();
        let facts = carry_out(&mut game, &steps);
        let moves: Vec<Millis> =
            facts.iter().filter(|(fact, _)| matches!(fact, Fact::Moved(_))).map(|&(_, at)| at).collect();
        let Some((&first, &last)) = moves.first().zip(moves.last()) else { return Ok(()) };
        let ClockReading { white, black, .. } = match facts.iter().rev().find_map(|(fact, _)| match fact {
            Fact::Moved(played) => played.clock,
            _ => None,
        }) {
            Some(reading) => reading,
            None => return Err(TestCaseError::fail("a move without a clock")),
        };
        let given = 2 * settings.initial.0 + settings.increment.0 * moves.len() as u64;
        prop_assert_eq!(white.0 + black.0 + last.since(first).0, given);
    }

    #[test]
    fn a_damaged_record_is_found_out(steps in steps(60), flipped in 0u32..64) {
        let mut game = Game::new(None);
        game.start();
        for (fact, at) in carry_out(&mut game.clone(), &steps) {
            if let Fact::Moved(played) = &fact {
                let (ply, uci, clock, hash) = (played.ply, played.uci, played.clock, played.hash);
                let gap = RecallError::Ply { expected: ply, found: ply + 1 };
                prop_assert_eq!(game.recall(ply + 1, uci, clock, hash), Err(gap));
                prop_assert_eq!(game.recall(ply, uci, clock, hash ^ (1 << flipped)), Err(RecallError::Position(ply)));
                prop_assert_eq!(game.recall(ply, UciMove::Null, clock, hash), Err(RecallError::Illegal(ply)));
                for other in game.position().legal_moves().iter().map(|legal| legal.to_uci(CastlingMode::Standard)) {
                    prop_assert!(other == uci || game.recall(ply, other, clock, hash).is_err(), "{} for {}", other, uci);
                }
            }
            game.apply(&fact, at);
        }
    }

    #[test]
    fn a_move_sent_again_is_recognised_for_ever_and_nothing_else_is(steps in steps(60)) {
        let mut game = Game::new(Some(settings()));
        game.start();
        let facts = carry_out(&mut game, &steps);
        for (fact, _) in &facts {
            if let Fact::Moved(played) = fact {
                let by = played.turn.other();
                prop_assert_eq!(game.played_before(by, played.ply, played.uci), Some(played.clone()));
                prop_assert_eq!(game.played_before(by.other(), played.ply, played.uci), None);
                prop_assert_eq!(game.played_before(by, played.ply + 1, played.uci), None);
                prop_assert_eq!(game.played_before(by, played.ply, UciMove::Null), None);
            }
        }
        prop_assert_eq!(game.played_before(game.position().turn(), game.ply() + 1, UciMove::Null), None);
        prop_assert_eq!(game.played_before(Color::White, 0, UciMove::Null), None);
    }
}
