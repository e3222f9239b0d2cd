//! Opponents: seats, moves and their receipts, ends of games.

use serde_json::json;
use shakmaty::{CastlingMode, Position, san::SanPlus};

use crate::common::{Heard, Player, Spectator, TestServer, pgn};

#[tokio::test]
async fn a_move_is_answered_with_its_receipt_and_each_move_is_told_in_full() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let hello = json!({ "name": "Ada", "legal_moves": true, "legal_san": true });
    let mut ada = Player::join_with(&server, hello).await;
    assert_eq!((ada.board, &*ada.name), (1, "Ada"));

    let told = ada.until("the master's move", |message| message["type"] == "moved").await;
    assert_eq!(ada.moves, ["e2e4"]);
    assert_eq!(told["board"], 1);
    assert!(told["clock"].is_null(), "an untimed exhibition");
    assert_choices_are_those_of(&ada);

    let receipt = ada.play("e7e5").await;
    assert_eq!((&receipt["uci"], &receipt["san"]), (&json!("e7e5"), &json!("e5")));
    assert!(receipt.get("legal_moves").is_none(), "it is the master's turn");
    ada.turn().await;
    assert_eq!(ada.moves, ["e2e4", "e7e5", "g1f3"]);
    assert_choices_are_those_of(&ada);
}

/// What is offered to choose from are all legal moves, and the SANs are the same ones in the same order.
fn assert_choices_are_those_of(player: &Player) {
    let position = &player.position;
    let uci =
        |chosen: &str| chosen.parse::<shakmaty::uci::UciMove>().expect("a move").to_move(position).expect("legal");
    let offered: Vec<String> = serde_json::from_value(player.legal_moves.clone().expect("legal_moves")).expect("texts");
    let sans: Vec<String> = serde_json::from_value(player.legal_san.clone().expect("legal_san")).expect("texts");
    let named = offered.iter().map(|text| SanPlus::from_move(position.clone(), uci(text)).to_string());
    assert_eq!(named.collect::<Vec<_>>(), sans);
    let mut offered = offered;
    offered.sort();
    let legal = position.legal_moves();
    let mut legal: Vec<_> = legal.iter().map(|legal| legal.to_uci(CastlingMode::Standard).to_string()).collect();
    legal.sort();
    assert_eq!(offered, legal);
}

#[tokio::test]
async fn legal_moves_are_listed_only_for_who_asked() {
    let server = TestServer::scripted(2, "e2e4").await;
    let mut plain = Player::join(&server, "Plain").await;
    let mut curious = Player::join_with(&server, json!({ "name": "Curious", "legal_san": true })).await;
    plain.turn().await;
    curious.turn().await;
    assert_eq!((&plain.legal_moves, &plain.legal_san), (&None, &None));
    assert_eq!(curious.legal_moves, None);
    assert!(curious.legal_san.is_some_and(|legal| legal.as_array().is_some_and(|legal| legal.len() == 20)));
}

#[tokio::test]
async fn after_the_end_it_is_nobodys_turn() {
    let server = TestServer::scripted(2, "e2e4 f1c4 d1h5 h5f7").await;
    let curious = |name: &str| json!({ "name": name, "legal_moves": true, "legal_san": true });
    let mut mated = Player::join_with(&server, curious("Mated")).await;
    let mut resigned = Player::join_with(&server, curious("Resigned")).await;
    for reply in ["e7e5", "b8c6", "g8f6"] {
        mated.turn().await;
        mated.play(reply).await;
    }
    let last = mated.until("mate", |message| message["type"] == "moved" && message["ply"] == 7).await;
    assert!(last.get("legal_moves").is_none() && last.get("legal_san").is_none(), "{last}");
    assert_eq!(mated.end().await, ("1-0".into(), "checkmate".into()));
    resigned.turn().await;
    assert_choices_are_those_of(&resigned);
    resigned.say("resign").await;
    resigned.end().await;
    for player in [&mated, &resigned] {
        let back = Player::resume(&server, &player.token).await;
        assert_eq!((back.status.as_str(), back.legal_moves), ("ended", None), "{}", player.name);
    }
}

#[tokio::test]
async fn the_master_comes_before_he_moves() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    let first =
        ada.until("a visit or a move", |message| message["type"] == "visit" || message["type"] == "moved").await;
    assert_eq!(first["type"], "visit");
    ada.turn().await;
    assert_eq!(ada.ply(), 1);
}

#[tokio::test]
async fn castling_is_understood_in_both_notations_and_told_in_one() {
    let server = TestServer::scripted(2, "g1f3 g2g3 f1g2 e1g1 d2d3").await;
    let mut kings_step = Player::join(&server, "King's step").await;
    let mut takes_rook = Player::join(&server, "Takes rook").await;
    for (player, castling, other) in [(&mut kings_step, "e8g8", "e8h8"), (&mut takes_rook, "e8h8", "e8g8")] {
        for uci in ["g8f6", "e7e6", "f8e7"] {
            player.play(uci).await;
        }
        let receipt = player.play(castling).await;
        assert_eq!((&receipt["uci"], &receipt["san"]), (&json!("e8g8"), &json!("O-O")));
        assert_eq!(player.moves[6], "e1g1", "the master's castling is told the same way");
        // Sent again in the other notation it is still the same move.
        player.turn().await;
        player.send_move(8, other).await;
        let again = player.until("an answer", |message| message["type"] == "moved").await;
        assert_eq!((&again["ply"], &again["uci"]), (&json!(8), &json!("e8g8")));
    }
}

#[tokio::test]
async fn a_pawn_becomes_what_the_player_names_and_nothing_without_a_name() {
    let server = TestServer::scripted(1, "a2a4 g1f3 f3g1 g1f3 f3g1 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    for uci in ["b7b5", "b5a4", "a4a3", "a3b2"] {
        ada.play(uci).await;
    }
    ada.turn().await;
    ada.send_move(10, "b2a1").await;
    assert_eq!(ada.refusal().await["code"], "illegal_move");
    let receipt = ada.play("b2a1n").await;
    assert_eq!((&receipt["uci"], &receipt["san"]), (&json!("b2a1n"), &json!("bxa1=N")));
}

#[tokio::test]
async fn checkmate_ends_the_game_after_the_move_that_gives_it() {
    let server = TestServer::scripted(1, "f2f3 g2g4").await;
    let mut spectator = Spectator::watch(&server).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    let receipt = ada.play("d8h4").await;
    assert_eq!(receipt["san"], "Qh4#");
    assert_eq!(ada.end().await, ("0-1".into(), "checkmate".into()));

    spectator.until(|event| event["type"] == "finished").await;
    assert_eq!(spectator.picture["score"], json!({ "wins": 0, "draws": 0, "losses": 1, "playing": 0 }));
    let back = Player::resume(&server, &ada.token).await;
    assert_eq!(back.end, ada.end, "who comes back later is told the same");
}

#[tokio::test]
async fn a_move_sent_again_is_answered_as_before_and_stored_once() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    // Twice in one breath, as a client does that lost its connection and does not know what arrived.
    ada.send_move(2, "e7e5").await;
    ada.send_move(2, "e7e5").await;
    let is_answer = |message: &serde_json::Value| message["type"] == "moved" && message["ply"] == 2;
    let first = ada.until("a receipt", is_answer).await;
    let second = ada.until("the same receipt", is_answer).await;
    for field in ["board", "ply", "uci", "san", "fen", "turn", "clock"] {
        assert_eq!(first[field], second[field], "{field}");
    }
    ada.turn().await;
    let mut ada = Player::resume(&server, &ada.token).await;
    let seq = server.snapshot().await["seq"].clone();
    ada.send_move(2, "e7e5").await;
    ada.until("the same receipt, after all that", is_answer).await;
    assert_eq!(ada.moves, ["e2e4", "e7e5", "g1f3"]);
    assert_eq!(server.board(1).await["moves"], json!(["e2e4", "e7e5", "g1f3"]));
    assert_eq!(server.snapshot().await["seq"], seq, "nothing has happened");
}

#[tokio::test]
async fn who_resigns_has_lost() {
    let server = TestServer::scripted(2, "e2e4").await;
    let mut on_turn = Player::join(&server, "On turn").await;
    let mut waiting = Player::join(&server, "Waiting").await;
    on_turn.turn().await;
    on_turn.say("resign").await;
    waiting.play("e7e5").await;
    waiting.say("resign").await;
    assert_eq!(on_turn.end().await, ("1-0".into(), "resignation".into()));
    assert_eq!(waiting.end().await, ("1-0".into(), "resignation".into()));
}

#[tokio::test]
async fn a_draw_offer_stands_until_the_master_moves_and_can_be_made_once_a_move() {
    let server = TestServer::scripted(1, "e2e4 g1f3 f1c4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    for answer in ["accept_draw", "decline_draw"] {
        ada.say(answer).await;
        assert_eq!(ada.refusal().await["code"], "not_allowed", "{answer} where there is no offer");
    }
    ada.say("offer_draw").await;
    let told = ada.until("the offer", |message| message["type"] == "draw_offered").await;
    assert_eq!((&told["board"], &told["by"]), (&json!(1), &json!("black")));
    for again in ["offer_draw", "accept_draw", "decline_draw"] {
        ada.say(again).await;
        assert_eq!(ada.refusal().await["code"], "not_allowed", "{again} after the own offer");
    }
    assert_eq!(server.board(1).await["draw_offer"], "black");
    let back = Player::resume(&server, &ada.token).await;
    assert_eq!(back.draw_offer.as_deref(), Some("black"), "it outlives the connection");
    ada = back;
    ada.play("e7e5").await;
    assert_eq!(ada.draw_offer.as_deref(), Some("black"), "the own move does not take it back");
    ada.turn().await;
    assert_eq!(ada.draw_offer, None, "the master has moved instead");
    assert_eq!(server.board(1).await["draw_offer"], json!(null));
    ada.say("offer_draw").await;
    ada.until("another offer with another move", |message| message["type"] == "draw_offered").await;
}

#[tokio::test]
async fn an_offer_that_the_master_takes_up_ends_the_game() {
    // A master who draws lots takes an offer up sooner or later.
    let server = TestServer::random(1).await;
    let mut ada = Player::join(&server, "Ada").await;
    loop {
        ada.turn().await;
        if ada.status == "ended" {
            break;
        }
        ada.say("offer_draw").await;
        ada.until("the offer", |message| message["type"] == "draw_offered").await;
        ada.play_anything().await;
    }
    assert_eq!(ada.end().await, ("1/2-1/2".into(), "agreement".into()));
}

#[tokio::test]
async fn a_newer_connection_takes_the_seat_over() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut old = Player::join(&server, "Ada").await;
    old.turn().await;
    let mut new = Player::resume(&server, &old.token).await;
    assert_eq!((&new.name, new.board, &new.token), (&old.name, old.board, &old.token));
    assert_eq!(new.moves, old.moves);
    assert_eq!(old.closed().await, Heard::Closed(4001));
    new.play("e7e5").await;
    assert!(server.board(1).await["connected"].as_bool().expect("a flag"), "the old one's going is no going");
}

#[tokio::test]
async fn clocks_run_from_the_first_move_and_give_the_increment() {
    let server = TestServer::scripted_with(1, "e2e4 g1f3", &["--think", "1s", "--clock", "10m+5s"]).await;
    let mut ada = Player::join(&server, "Ada").await;
    assert_eq!(ada.clock, json!({ "white_ms": 600_000, "black_ms": 600_000, "running": null }));
    ada.turn().await;
    assert_eq!(ada.clock, json!({ "white_ms": 605_000, "black_ms": 600_000, "running": "black" }));
    let receipt = ada.play("e7e5").await;
    assert_eq!(receipt["clock"]["running"], "white");
    let left = receipt["clock"]["black_ms"].as_u64().expect("milliseconds");
    assert!((600_000..=605_000).contains(&left), "some thought and an increment: {left}");
    ada.say("resign").await;
    ada.end().await;
    assert_eq!(Player::resume(&server, &ada.token).await.clock["running"], json!(null));
}

#[tokio::test]
async fn the_master_can_have_more_time_than_the_others() {
    let flags = ["--think", "1s", "--clock", "10m", "--master-extra", "1h"];
    let server = TestServer::scripted_with(1, "e2e4", &flags).await;
    let ada = Player::join(&server, "Ada").await;
    assert_eq!(ada.clock, json!({ "white_ms": 4_200_000, "black_ms": 600_000, "running": null }));
}

#[tokio::test]
async fn a_flag_that_falls_loses_on_either_side() {
    let server = TestServer::scripted_with(2, "e2e4", &["--think", "10m", "--clock", "1s"]).await;
    let mut dreamer = Player::join(&server, "Dreamer").await;
    let mut waiter = Player::join(&server, "Waiter").await;
    waiter.play("e7e5").await;
    assert_eq!(dreamer.end().await, ("1-0".into(), "time_forfeit".into()));
    assert_eq!(waiter.end().await, ("0-1".into(), "time_forfeit".into()), "the master has no second move");
    assert_eq!(server.board(1).await["clock"]["black_ms"], 0);
    assert_eq!(server.board(2).await["clock"]["white_ms"], 0);
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    assert!(games.iter().all(|game| game.tag("Termination") == "time forfeit"), "{games:?}");
}
