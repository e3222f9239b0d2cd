//! Engines that fail, and what becomes of it.

use std::cell::Cell;

use shakmaty::fen::Fen;
use shakmaty::{CastlingMode, Chess};
use simultan::engine::Score;
use simultan::rules::chess960_start;
use tokio::time::sleep;

use super::*;

/// Drops a question once the fake has written its state file, which it does when it begins to think.
async fn ask_and_drop(engine: &mut Engine, state: &Path) {
    let question = question("");
    let begun = async {
        while std::fs::read_to_string(state).unwrap_or_default().is_empty() {
            sleep(ms(1)).await;
        }
    };
    tokio::select! {
        biased;
        _ = engine.choose(&question) => panic!("it was to hang"),
        () = begun => {}
    }
}

#[tokio::test]
async fn a_sound_engine_is_asked_again_and_again() {
    let mut engine = start(fake("ok")).await;
    assert_eq!(engine.name(), "Fake ok");
    let thought = ask(&mut engine, &question("")).await.expect("a move");
    assert_eq!(thought.score, Some(Score::Centipawns(13)));
    assert_eq!(reply(&mut engine, "e2e4").await, "e7e5");
    assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3");
    assert_eq!(reply(&mut engine, "").await, "g1f3");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn a_faulty_engine_is_given_up_after_three_restarts_with_the_reason() {
    for (mode, reason) in [
        ("crash", "signal: 11"),
        ("close-output", "its output ended"),
        ("illegal", "`e2e5`, which is no legal move"),
        ("garbage", "xyzzy"),
        ("none", "no move"),
        ("null", "no move"),
        ("endless-line", "more than 65536 bytes"),
        ("long-line", "more than 65536 bytes"),
    ] {
        let mut engine = start(fake(mode)).await;
        let error = ask(&mut engine, &question("")).await.expect_err(mode);
        assert!(matches!(error, EngineError::GaveUp { attempts: 4, .. }), "{mode}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(reason) && text.contains("fake-engine.sh"), "{mode}: {text}");
        assert_eq!(engine.restarts(), 3, "{mode}");
    }
}

#[tokio::test]
async fn an_engine_that_knows_no_chess960_is_not_asked_to_play_it() {
    let mut engine = start(fake("ok")).await;
    let error = ask(&mut engine, &question_from(chess960_start(0), "")).await.expect_err("no such option");
    assert!(error.to_string().contains("has no option UCI_Chess960"), "{error}");
    assert_eq!(reply(&mut engine, "").await, "g1f3", "usual chess it still plays");
}

#[tokio::test]
async fn an_engine_that_ignores_stop_is_killed() {
    for mode in ["deaf", "flood-for-ever"] {
        let mut settings = hasty(fake(mode));
        settings.patience.backoff.truncate(1);
        let mut engine = start(settings).await;
        let error = ask(&mut engine, &question("")).await.expect_err(mode);
        assert!(error.to_string().contains("ignored `stop`"), "{mode}: {error}");
        assert_eq!(engine.restarts(), 1, "{mode}");
    }
}

#[tokio::test]
async fn an_engine_that_does_not_say_readyok_is_asked_nothing() {
    let mut settings = fake("ready-once");
    settings.patience.ready = ms(50);
    settings.patience.backoff.clear();
    let mut engine = start(settings).await;
    let error = ask(&mut engine, &question("")).await.expect_err("not ready");
    assert!(error.to_string().contains("did not say `readyok`"), "{error}");
}

#[tokio::test]
async fn a_game_longer_than_the_pipe_arrives_in_pieces() {
    let long = "g1f3 g8f6 f3g1 f6g8 ".repeat(4000);
    let mut engine = start(fake("ok")).await;
    let _ = timeout(ms(1), engine.choose(&question(&long))).await;
    assert_eq!(reply(&mut engine, &format!("{long} e2e4")).await, "e7e5");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn an_engine_that_thinks_too_long_is_stopped_and_its_answer_taken() {
    let mut settings = fake("patient");
    settings.patience.overtime = ms(20);
    let mut engine = start(settings).await;
    assert_eq!(reply(&mut engine, "e2e4").await, "e7e5");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn an_engine_that_fails_once_is_restarted_and_asked_again() {
    for mode in ["crash-once", "illegal-once", "deaf-once"] {
        let (_dir, state) = state_file();
        let settings = fake_with(mode, &state);
        let mut engine = start(if mode == "deaf-once" { hasty(settings) } else { settings }).await;
        assert_eq!(reply(&mut engine, "e2e4").await, "e7e5", "{mode}");
        assert!(engine.restarts() >= 1, "{mode}");
        assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3", "{mode}");
    }
}

#[tokio::test]
async fn an_engine_that_was_given_up_can_be_asked_again() {
    let (_dir, state) = state_file();
    let mut settings = fake_with("crash-once", &state);
    settings.patience.backoff.clear();
    let mut engine = start(settings).await;
    let error = ask(&mut engine, &question("")).await.expect_err("no restarts allowed");
    assert!(error.to_string().contains("exit status: 3"), "{error}");
    assert_eq!(reply(&mut engine, "").await, "g1f3");
    assert_eq!(engine.restarts(), 1);
}

#[tokio::test]
async fn an_engine_that_died_between_questions_is_restarted() {
    let mut engine = start(fake("die-after-answer")).await;
    assert_eq!(reply(&mut engine, "").await, "g1f3");
    assert_eq!(reply(&mut engine, "e2e4").await, "e7e5");
    assert_eq!(engine.restarts(), 1);
}

#[tokio::test]
async fn a_second_bestmove_does_not_answer_the_next_question() {
    let mut engine = start(fake("twice")).await;
    assert_eq!(reply(&mut engine, "").await, "g1f3");
    assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn a_late_bestmove_of_a_dropped_question_does_not_answer_the_next_one() {
    for mode in ["patient", "slow"] {
        let mut settings = fake(mode);
        settings.patience.overtime = if mode == "patient" { ms(20) } else { GUARD };
        let mut engine = start(settings).await;
        // The time is for the question to be asked; too short a time only makes the test easier.
        let _ = timeout(ms(15), engine.choose(&question(""))).await;
        assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3", "{mode}");
        assert_eq!(engine.restarts(), 0, "{mode}");
    }
}

#[tokio::test]
async fn a_question_may_be_dropped_at_any_moment() {
    let mut engine = start(fake("ok")).await;
    for step in 0..24 {
        let _ = timeout(Duration::from_micros(step * 150), engine.choose(&question(""))).await;
        assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3", "step {step}");
    }
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn an_engine_that_does_not_stop_for_the_next_question_is_replaced() {
    let (_dir, state) = state_file();
    let mut settings = fake_with("deaf-once", &state);
    settings.patience.stop = ms(50);
    let mut engine = start(settings).await;
    ask_and_drop(&mut engine, &state).await;
    assert_eq!(reply(&mut engine, "e2e4 e7e5").await, "b1c3");
    assert_eq!(engine.restarts(), 1);
}

#[tokio::test]
async fn a_flood_of_lines_starves_nobody() {
    let mut settings = hasty(fake("flood-for-ever"));
    settings.patience.backoff.clear();
    let mut engine = start(settings).await;
    let turns = Cell::new(0);
    let other = async {
        loop {
            sleep(ms(1)).await;
            turns.set(turns.get() + 1);
        }
    };
    let question = question("");
    tokio::select! {
        biased;
        answer = ask(&mut engine, &question) => assert!(answer.is_err()),
        () = other => {}
    }
    assert!(turns.get() > 10, "only {} turns", turns.get());
    let mut engine = start(fake("flood")).await;
    assert_eq!(reply(&mut engine, "e2e4").await, "e7e5");
}

#[tokio::test]
async fn a_full_error_output_stops_nobody() {
    let mut engine = start(fake("stderr")).await;
    assert_eq!(reply(&mut engine, "e2e4").await, "e7e5");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn what_cannot_be_started_is_told_in_a_sentence() {
    let mut impatient = fake("mute");
    impatient.patience.start = ms(100);
    let quiet = |mode: &str| EngineSettings { args: vec![mode.to_owned()], ..impatient.clone() };
    for (settings, program, hint) in [
        (settings("/nowhere/engine", &[]), "/nowhere/engine", "not found"),
        (settings(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), &[]), "Cargo.toml", "chmod +x"),
        (fake("exit"), "fake-engine.sh", "ended at once (exit status: 0)"),
        (quiet("mute"), "fake-engine.sh", "did not say `uciok`"),
        (quiet("chatter"), "fake-engine.sh", "did not say `uciok`"),
        (quiet("never-ready"), "fake-engine.sh", "did not say `"),
        (settings("/bin/cat", &["/dev/zero"]), "/bin/cat", "is it a UCI engine?"),
    ] {
        let text = refusal(settings).await.to_string();
        assert!(text.contains(program) && text.contains(hint), "{text}");
    }
}

#[tokio::test]
async fn options_are_checked_against_those_advertised_and_then_set() {
    for (name, value, hint) in [
        ("UCI_Elo", "1500", "no option `UCI_Elo`; it has Skill Level, Clear Hash"),
        ("skill level", "21", "a whole number from 0 to 20"),
        ("Skill Level", "7\nquit", "without control characters"),
    ] {
        let options = vec![(name.to_owned(), value.to_owned())];
        let text = refusal(EngineSettings { options, ..fake("ok") }).await.to_string();
        assert!(text.contains(hint), "{text}");
    }
    let (_dir, state) = state_file();
    let options = [("SKILL level", "7"), ("clear hash", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    start(EngineSettings { options: options.to_vec(), ..fake_with("ok", &state) }).await;
    let heard = std::fs::read_to_string(&state).expect("what the engine heard");
    assert_eq!(heard, "setoption name Skill Level value 7\nsetoption name Clear Hash\n");
}

#[tokio::test]
async fn an_engine_that_can_not_be_held_to_a_strength_plays_all_the_same() {
    let mut engine = start(EngineSettings { elo: Some(1200), ..fake("ok") }).await;
    ask(&mut engine, &question_from(Chess::default(), "")).await.expect("a move");
    assert_eq!(engine.restarts(), 0);
}

#[tokio::test]
async fn an_engine_hears_a_position_as_shakmaty_writes_it() {
    let (_dir, state) = state_file();
    let mut settings = fake_with("ok", &state);
    settings.patience.backoff.clear();
    let mut engine = start(settings).await;
    let fen: Fen = "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 3 40".parse().expect("a FEN");
    let initial: Chess = fen.into_position(CastlingMode::Standard).expect("a position");
    // The fake has no answer here, and says so.
    let error = ask(&mut engine, &question_from(initial, "e1h1 e8c8")).await.expect_err("0000");
    assert!(error.to_string().contains("no move"), "{error}");
    let heard = std::fs::read_to_string(&state).expect("what the engine heard");
    assert_eq!(heard, "position fen r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 3 40 moves e1g1 e8c8\n");
}

#[tokio::test]
async fn a_finished_game_is_no_question() {
    let mut engine = start(fake("ok")).await;
    let error = ask(&mut engine, &question("f2f3 e7e5 g2g4 d8h4")).await.expect_err("mate");
    assert!(matches!(error, EngineError::NothingToPlay { .. }), "{error:?}");
    assert_eq!(engine.restarts(), 0);
}

/// Waits until a process is gone, or is a zombie that only its new parent can remove.
#[cfg(target_os = "linux")]
async fn gone(pid: &str) {
    let running = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    };
    let ended = async {
        while running() {
            sleep(ms(5)).await;
        }
    };
    timeout(GUARD, ended).await.expect("the engine's own child was left running");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_an_engine_started_ends_with_it() {
    let (_dir, state) = state_file();
    let settings = fake_with("deaf-with-child", &state);
    let mut killed = hasty(settings.clone());
    killed.patience.backoff.clear();
    let mut engine = start(killed).await;
    ask(&mut engine, &question("")).await.expect_err("it hangs");
    gone(&std::fs::read_to_string(&state).expect("the child's number")).await;

    std::fs::remove_file(&state).expect("a fresh start");
    let mut engine = start(settings).await;
    ask_and_drop(&mut engine, &state).await;
    let child = std::fs::read_to_string(&state).expect("the child's number");
    drop(engine);
    gone(&child).await;
}

#[test]
fn an_engine_may_end_with_its_runtime_or_after_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let after = runtime.block_on(start(fake("ok")));
    let with = runtime.block_on(start(fake("ok")));
    runtime.spawn(async move {
        let _with = with;
        std::future::pending::<()>().await;
    });
    drop(runtime);
    drop(after);
}
