//! Every way in which a game ends, and some in which it does not.

use shakmaty::{CastlingMode, Chess, Color, Move, Position};
use simultan::rules::{ClockSettings, Command, Fact, Game, GameResult, GameStatus, Millis, Refusal, Termination};

use super::{act, play, play_all, started};

const KNIGHTS: &str = "g1f3 g8f6 f3g1 f6g8 ";

#[test]
fn the_third_time_the_same_position_is_a_draw_and_the_first_one_counts() {
    let end = play_all(&mut started(), &KNIGHTS.repeat(3));
    assert_eq!(end, Some((8, GameResult::Draw, Termination::ThreefoldRepetition)));
}

#[test]
fn a_position_with_another_en_passant_capture_is_another_position() {
    // After 3. e4 Black could take on e3, and never again.
    let end = play_all(&mut started(), &format!("g1f3 d7d5 f3g1 d5d4 e2e4 {}", "g8f6 g1f3 f6g8 f3g1 ".repeat(3)));
    assert_eq!(end, Some((14, GameResult::Draw, Termination::ThreefoldRepetition)));
    // After 1. e4 nobody could: the double step alone makes no difference.
    let end = play_all(&mut started(), &format!("e2e4 {}", "g8f6 g1f3 f6g8 f3g1 ".repeat(3)));
    assert_eq!(end, Some((9, GameResult::Draw, Termination::ThreefoldRepetition)));
}

#[test]
fn a_position_with_other_castling_rights_is_another_position() {
    let end = play_all(&mut started(), &format!("e2e4 e7e5 {}", "e1e2 e8e7 e2e1 e7e8 ".repeat(3)));
    assert_eq!(end, Some((12, GameResult::Draw, Termination::ThreefoldRepetition)));
}

/// Plays on with moves that `choose` picks, or any where it picks none, until `enough` or the end.
fn play_out(game: &mut Game, seed: u64, choose: impl Fn(&Chess, &Move) -> bool, enough: impl Fn(&Chess) -> bool) {
    let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while game.status() == GameStatus::Playing && !enough(game.position()) {
        let position = game.position();
        let legal = position.legal_moves();
        let mut wanted: Vec<_> = legal.iter().filter(|&candidate| choose(position, candidate)).collect();
        if wanted.is_empty() {
            wanted = legal.iter().collect();
        }
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let chosen = wanted[usize::try_from(chance % wanted.len() as u64).expect("a small number")];
        play(game, chosen.to_uci(CastlingMode::Standard), Millis::ZERO);
    }
}

fn never(_: &Chess) -> bool {
    false
}

#[test]
fn fifty_moves_of_each_side_without_a_capture_or_a_pawns_move_are_a_draw() {
    let mut seen = 0;
    for seed in 0..40 {
        let mut game = started();
        let quiet = |_: &Chess, candidate: &Move| !candidate.is_capture() && candidate.role() != shakmaty::Role::Pawn;
        play_out(&mut game, seed, quiet, never);
        assert!(game.position().halfmoves() <= 100, "not a move later");
        if game.status() == GameStatus::Ended(GameResult::Draw, Termination::FiftyMoves) {
            seen += 1;
            assert_eq!(game.position().halfmoves(), 100, "not a move earlier");
        }
    }
    assert!(seen > 5, "only {seen} of the games went so far");
}

#[test]
fn bare_kings_are_a_draw() {
    let mut seen = 0;
    for seed in 0..40 {
        let mut game = started();
        play_out(&mut game, seed, |_, candidate| candidate.is_capture(), never);
        if game.status() == GameStatus::Ended(GameResult::Draw, Termination::InsufficientMaterial) {
            seen += 1;
            assert!(game.position().board().occupied().count() <= 4, "{:?}", game.position().board());
            assert!(game.position().is_insufficient_material());
        }
    }
    assert!(seen > 5, "only {seen} of the games went so far");
}

#[test]
fn who_resigns_has_lost_on_either_turn() {
    for (moves, by, result) in [
        ("", Color::Black, GameResult::WhiteWins),
        ("", Color::White, GameResult::BlackWins),
        ("e2e4", Color::White, GameResult::BlackWins),
        ("e2e4", Color::Black, GameResult::WhiteWins),
    ] {
        let mut game = started();
        play_all(&mut game, moves);
        act(&mut game, by, &Command::Resign, Millis::ZERO).expect("anybody may resign");
        assert_eq!(game.status(), GameStatus::Ended(result, Termination::Resignation));
        assert_eq!(act(&mut game, by.other(), &Command::Resign, Millis::ZERO), Err(Refusal::GameOver));
    }
}

#[test]
fn an_offer_is_answered_by_the_other_side_alone() {
    use Command::{AcceptDraw, DeclineDraw, OfferDraw};
    let (now, draw) = (Millis::ZERO, GameStatus::Ended(GameResult::Draw, Termination::Agreement));
    for by in Color::ALL {
        let mut game = started();
        for answer in [AcceptDraw, DeclineDraw] {
            assert!(matches!(game.decide(by, &answer, now), Err(Refusal::NotAllowed(_))), "there is no offer");
        }
        act(&mut game, by, &OfferDraw, now).expect("an offer");
        assert_eq!(game.draw_offer(), Some(by));
        for again in [AcceptDraw, DeclineDraw, OfferDraw] {
            assert!(matches!(game.decide(by, &again, now), Err(Refusal::NotAllowed(_))), "{again:?} by who offers");
        }
        for agreed in [AcceptDraw, OfferDraw] {
            let mut game = game.clone();
            act(&mut game, by.other(), &agreed, now).expect("an agreement");
            assert_eq!((game.status(), game.draw_offer()), (draw, None));
        }
        let declined = act(&mut game, by.other(), &DeclineDraw, now);
        assert_eq!(declined, Ok(vec![Fact::DrawDeclined { by: by.other() }]));
        assert_eq!(game.draw_offer(), None);
        assert!(
            matches!(game.decide(by, &OfferDraw, now), Err(Refusal::NotAllowed(_))),
            "not before the next own move"
        );
        play_all(&mut game, "e2e4 e7e5");
        assert!(game.decide(by, &OfferDraw, now).is_ok());
    }
}

#[test]
fn an_offer_lapses_with_the_other_sides_move_and_not_with_the_own() {
    let mut game = started();
    play_all(&mut game, "e2e4");
    act(&mut game, Color::Black, &Command::OfferDraw, Millis::ZERO).expect("an offer");
    play_all(&mut game, "e7e5");
    assert_eq!(game.draw_offer(), Some(Color::Black));
    play_all(&mut game, "g1f3");
    assert_eq!(game.draw_offer(), None);
}

#[test]
fn before_the_start_and_after_the_end_nothing_can_be_done() {
    let first = Command::Move { ply: 1, uci: "e2e4".parse().expect("a move") };
    let mut game = Game::new(None);
    for command in [&first, &Command::Resign, &Command::OfferDraw, &Command::AcceptDraw, &Command::DeclineDraw] {
        assert!(matches!(game.decide(Color::White, command, Millis::ZERO), Err(Refusal::NotAllowed(_))), "{command:?}");
    }
    game.start();
    act(&mut game, Color::Black, &Command::Resign, Millis::ZERO).expect("a resignation");
    for command in [&first, &Command::Resign, &Command::OfferDraw, &Command::AcceptDraw, &Command::DeclineDraw] {
        assert_eq!(game.decide(Color::White, command, Millis::ZERO), Err(Refusal::GameOver));
    }
    game.start();
    assert!(matches!(game.status(), GameStatus::Ended(..)), "an ended game does not start again");
}

fn timed(text: &str) -> Game {
    let mut game = Game::new(Some(text.parse::<ClockSettings>().expect("a clock")));
    game.start();
    game
}

#[test]
fn a_flag_falls_after_the_last_moment_and_not_at_it() {
    let mut game = timed("10s+2s");
    assert_eq!(game.deadline(), None, "until the first move nobody's time runs");
    assert_eq!(game.flag(Millis(1_000_000)), None);
    play(&mut game, "e2e4".parse().expect("a move"), Millis(500));
    assert_eq!(game.deadline(), Some(Millis(10_500)));
    assert_eq!(game.flag(Millis(10_500)), None);
    let lost = Fact::Ended { result: GameResult::WhiteWins, termination: Termination::TimeForfeit };
    assert_eq!(game.flag(Millis(10_501)), Some(lost));
    let mut saved = game.clone();
    play(&mut saved, "e7e5".parse().expect("a move"), Millis(10_500));
    let reading = saved.clock(Millis(10_500)).expect("a clock");
    assert_eq!((reading.white, reading.black), (Millis(12_000), Millis(2_000)), "an increment for each");
    assert_eq!(saved.deadline(), Some(Millis(22_500)));
    let lost = Fact::Ended { result: GameResult::BlackWins, termination: Termination::TimeForfeit };
    assert_eq!(saved.flag(Millis(22_501)), Some(lost.clone()));
    saved.apply(&lost, Millis(22_501));
    assert_eq!((saved.deadline(), saved.flag(Millis(99_999))), (None, None), "it falls once");
    assert_eq!(saved.clock(Millis(99_999)).expect("a clock").white, Millis::ZERO);
}

#[test]
fn a_flag_is_only_a_draw_where_the_other_side_cannot_mate() {
    let (mut saved_by_bareness, mut lost) = (0, 0);
    for seed in 0..60 {
        let mut game = timed("24h");
        // Black takes whatever he can, White nothing: White's king is left alone.
        let greedy = |position: &Chess, candidate: &Move| candidate.is_capture() == (position.turn() == Color::Black);
        let turn = if seed % 2 == 0 { Color::Black } else { Color::White };
        let bare = |position: &Chess| position.board().white().count() == 1 && position.turn() == turn;
        play_out(&mut game, seed, greedy, bare);
        let late = Millis(u64::MAX / 2);
        let fact = game.flag(late);
        match (game.status(), game.position().turn()) {
            (GameStatus::Ended(..), _) => assert_eq!(fact, None),
            (_, Color::Black) => {
                saved_by_bareness += 1;
                let draw = Fact::Ended { result: GameResult::Draw, termination: Termination::TimeForfeit };
                assert_eq!(fact, Some(draw), "{:?}", game.position().board());
            }
            (_, Color::White) => {
                lost += 1;
                let loss = Fact::Ended { result: GameResult::BlackWins, termination: Termination::TimeForfeit };
                assert_eq!(fact, Some(loss), "{:?}", game.position().board());
            }
        }
    }
    assert!(saved_by_bareness > 2 && lost > 2, "{saved_by_bareness} and {lost} of the games went so far");
}
