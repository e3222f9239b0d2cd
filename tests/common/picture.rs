//! An exhibition as a spectator sees it: the snapshot and the events after it, folded; and checks that nothing is missing.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shakmaty::{CastlingMode, Chess, fen::Fen, san::SanPlus, uci::UciMove};

#[derive(Debug, Default)]
pub(crate) struct Picture {
    /// The exhibition as the events have it.
    pub(crate) picture: Value,
    /// Every event, word for word, under its number.
    pub(crate) events: BTreeMap<u64, String>,
    /// How many snapshots have come.
    pub(crate) snapshots: usize,
}

impl Picture {
    /// A picture of somebody who knows all up to `seq`, but does not show it until a snapshot comes.
    pub(crate) fn since(seq: u64) -> Picture {
        Picture { picture: json!({ "seq": seq }), ..Picture::default() }
    }

    pub(crate) fn seq(&self) -> u64 {
        self.picture["seq"].as_u64().expect("a number")
    }

    /// Takes in a frame.
    pub(crate) fn take(&mut self, text: String) -> Value {
        let frame: Value = serde_json::from_str(&text).expect("JSON");
        if frame["type"] == "exhibition" {
            assert!(self.picture.is_null() || self.seq() < frame["seq"].as_u64().expect("a number"), "it goes forward");
            self.snapshots += 1;
            self.picture = frame.clone();
        } else {
            let seq = frame["seq"].as_u64().unwrap_or_else(|| panic!("an event without a number: {text}"));
            assert_eq!(seq, self.seq() + 1, "no event is left out: {text}");
            self.events.insert(seq, text);
            self.picture["seq"] = json!(seq);
            if self.picture["boards"].is_array() {
                self.fold(&frame);
            }
        }
        frame
    }

    fn fold(&mut self, event: &Value) {
        let picture = &mut self.picture;
        let kind = event["type"].as_str().expect("a type");
        let Some(board) = event["board"].as_u64() else {
            match kind {
                "started" => start(picture, event),
                "finished" => {
                    picture["status"] = json!("finished");
                    picture["master"]["board"] = Value::Null;
                    assert_eq!(picture["score"], event["score"], "the score told is the score counted");
                }
                "paused" => {
                    picture["paused"] = event["by"].clone();
                    picture["paused_since"] = event["date_ms"].clone();
                }
                "continued" => {
                    (picture["paused"], picture["paused_since"]) = (Value::Null, Value::Null);
                    for board in picture["boards"].as_array_mut().expect("boards") {
                        if board["status"] == "playing" && board["ply"] != 0 && !board["clock"].is_null() {
                            board["clock"]["running"] = board["turn"].clone();
                        }
                    }
                }
                "announced" => {
                    if !event["text"].is_null() {
                        picture["announcement"] = event["text"].clone();
                    }
                    if event["last_round"] == true {
                        picture["last_round"] = json!(true);
                        for board in picture["boards"].as_array_mut().expect("boards") {
                            if board["status"] == "playing" {
                                board["due"] = json!(true);
                            }
                        }
                    }
                }
                "closed" => {
                    picture["closed"] = json!(true);
                    for board in picture["boards"].as_array_mut().expect("boards") {
                        if !board["clock"].is_null() {
                            board["clock"]["running"] = Value::Null;
                        }
                    }
                }
                "waiting" => picture["waiting"] = event["waiting"].clone(),
                other => panic!("an event that the contract does not know: {other}"),
            }
            return;
        };
        if kind == "reseated" {
            reseat(picture, event);
            return;
        }
        if !event["waiting"].is_null() {
            picture["waiting"] = event["waiting"].clone();
        }
        let running = picture["status"] == "running";
        if kind == "joined" && running {
            let playing = &mut picture["score"]["playing"];
            *playing = json!(playing.as_u64().expect("a count") + 1);
        }
        if kind == "visit" {
            picture["master"]["board"] = json!(board);
            met(&mut picture["boards"][usize::try_from(board).expect("a board") - 1]);
            return;
        }
        if kind == "ended" {
            let seen = &picture["boards"][usize::try_from(board).expect("a board") - 1];
            let wins = if seen["color"] == "black" { "1-0" } else { "0-1" };
            count(&mut picture["score"], event["result"].as_str().expect("a result"), wins);
        }
        let seen = &mut picture["boards"][usize::try_from(board).expect("a board") - 1];
        assert_eq!(seen["board"], board);
        match kind {
            "joined" => {
                seen["name"] = event["name"].clone();
                seen["bot"] = event["bot"].clone();
                if seen["state"] != "applied" {
                    seen["connected"] = json!(true);
                }
                seen["state"] = json!("seated");
                if running {
                    seen["status"] = json!("playing");
                    wait(seen, &event["at_ms"]);
                }
            }
            "applied" => {
                seen["state"] = json!("applied");
                seen["connected"] = json!(true);
            }
            "left" => free(seen, event),
            "renamed" => {
                if seen["state"] == "seated" {
                    seen["name"] = event["name"].clone();
                }
            }
            "connected" | "disconnected" => {
                assert_eq!(seen["name"], event["name"]);
                assert!(kind == "connected" || seen["connected"] == true, "nobody goes twice: {event}");
                come_or_go(seen, kind == "connected", &event["at_ms"]);
            }
            "passed" => {
                assert!(["opponent", "walk"].contains(&event["by"].as_str().expect("whose")));
                if !event["left"].is_null() {
                    seen["passes_left"] = event["left"].clone();
                }
                if event["by"] == "walk" {
                    met(seen);
                }
            }
            "grace" => assert!(event["ends_ms"].as_u64() >= event["at_ms"].as_u64()),
            "moved" => moved(seen, event),
            "retracted" => retracted(seen, event),
            "draw_offered" => seen["draw_offer"] = event["by"].clone(),
            "draw_declined" => seen["draw_offer"] = Value::Null,
            "ended" => {
                seen["status"] = json!("ended");
                seen["result"] = event["result"].clone();
                seen["termination"] = event["termination"].clone();
                seen["draw_offer"] = Value::Null;
                seen["waits_since"] = Value::Null;
                seen.as_object_mut().expect("an object").remove("due");
                if !seen["clock"].is_null() {
                    seen["clock"]["running"] = Value::Null;
                }
            }
            other => panic!("an event that the contract does not know: {other}"),
        }
    }
}

/// In the last round the master comes to a board once.
fn met(seen: &mut Value) {
    if seen["due"] == true {
        seen["due"] = json!(false);
    }
}

fn come_or_go(seen: &mut Value, here: bool, at: &Value) {
    seen["connected"] = json!(here);
    let seen = seen.as_object_mut().expect("an object");
    if here {
        seen.remove("away_since");
    } else {
        seen.entry("away_since").or_insert(at.clone());
    }
}

/// Nobody has the seat any more.
fn free(seen: &mut Value, event: &Value) {
    for (key, value) in [("name", Value::Null), ("bot", json!(false)), ("connected", json!(false))] {
        seen[key] = value;
    }
    seen["state"] = event["state"].clone();
    seen.as_object_mut().expect("an object").remove("away_since");
}

/// Who had a seat has another one, and is not there yet.
fn reseat(picture: &mut Value, event: &Value) {
    let place = |key: &str| usize::try_from(event[key].as_u64().expect("a board")).expect("a board") - 1;
    let (name, bot) = {
        let seen = &mut picture["boards"][place("board")];
        let who = (seen["name"].clone(), seen["bot"].clone());
        free(seen, event);
        who
    };
    let seen = &mut picture["boards"][place("to")];
    (seen["name"], seen["bot"], seen["state"]) = (name, bot, json!("seated"));
    come_or_go(seen, false, &event["at_ms"]);
}

fn start(picture: &mut Value, event: &Value) {
    let added = event["added_ms"].as_u64().expect("a time");
    let add = |bank: &mut Value| *bank = json!(bank.as_u64().expect("a time") + added);
    if !picture["clock"].is_null() {
        add(&mut picture["clock"]["master_extra_ms"]);
        picture["clock"]["master_extra_per_board_ms"] = json!(0);
    }
    picture["status"] = json!("running");
    picture["waiting"] = json!(0);
    let mut playing = 0;
    for board in picture["boards"].as_array_mut().expect("boards") {
        if !board["own_clock"].is_null() {
            add(&mut board["own_clock"]["master_extra_ms"]);
            board["own_clock"]["master_extra_per_board_ms"] = json!(0);
        }
        if !board["clock"].is_null() {
            let masters = if board["color"] == "black" { "white_ms" } else { "black_ms" };
            add(&mut board["clock"][masters]);
        }
        if board["state"] == "seated" {
            board["status"] = json!("playing");
            wait(board, &event["at_ms"]);
            playing += 1;
        }
    }
    picture["score"]["playing"] = json!(playing);
}

fn count(score: &mut Value, result: &str, wins: &str) {
    let side = match result {
        "1/2-1/2" => "draws",
        "1-0" | "0-1" => {
            if result == wins {
                "wins"
            } else {
                "losses"
            }
        }
        other => panic!("no result: {other}"),
    };
    score[side] = json!(score[side].as_u64().expect("a count") + 1);
    score["playing"] = json!(score["playing"].as_u64().expect("a count") - 1);
}

/// Since when a board waits for the master: where it is the turn of who is not the opponent.
fn wait(seen: &mut Value, at: &Value) {
    seen["waits_since"] = if seen["turn"] == seen["color"] { Value::Null } else { at.clone() };
}

fn retracted(seen: &mut Value, event: &Value) {
    assert_eq!(event["ply"], seen["ply"], "the last move is taken back");
    seen["moves"].as_array_mut().expect("moves").pop();
    seen["last_move"] = seen["moves"].as_array().and_then(|moves| moves.last()).cloned().unwrap_or_default();
    seen["last_san"] = last_san(seen);
    seen["ply"] = json!(seen["ply"].as_u64().expect("a ply") - 1);
    for key in ["fen", "turn", "clock", "draw_offer"] {
        seen[key] = event[key].clone();
    }
    wait(seen, &event["at_ms"]);
}

/// The last of these moves as people write it.
fn last_san(seen: &Value) -> Value {
    let fen = seen["initial_fen"].as_str().map(|fen| fen.parse::<Fen>().expect("a FEN"));
    let mode = CastlingMode::from_chess960(seen["variant"] == "chess960");
    let mut position: Chess = fen.map(|fen| fen.into_position(mode).expect("a position")).unwrap_or_default();
    let mut san = Value::Null;
    for uci in seen["moves"].as_array().expect("moves") {
        let uci: UciMove = uci.as_str().expect("a move").parse().expect("a move");
        let legal = uci.to_move(&position).expect("a legal move");
        san = json!(SanPlus::from_move_and_play_unchecked(&mut position, legal).to_string());
    }
    san
}

fn moved(seen: &mut Value, event: &Value) {
    assert!(event.get("legal_moves").is_none(), "legal moves are for the player");
    assert_eq!(event["ply"], seen["ply"].as_u64().expect("a ply") + 1);
    seen["moves"].as_array_mut().expect("moves").push(event["uci"].clone());
    seen["ply"] = event["ply"].clone();
    seen["fen"] = event["fen"].clone();
    seen["turn"] = event["turn"].clone();
    seen["last_move"] = event["uci"].clone();
    seen["last_san"] = event["san"].clone();
    seen["last_san"] = event["san"].clone();
    seen["last_move_ms"] = event["at_ms"].clone();
    seen["clock"] = event["clock"].clone();
    wait(seen, &event["at_ms"]);
    // The other side's offer lapses with a move.
    if seen["draw_offer"] == event["turn"] {
        seen["draw_offer"] = Value::Null;
    }
}

/// What of a snapshot follows from the events alone, so that it must be the same in every picture of the same number:
/// everything but the time.
pub(crate) fn timeless(snapshot: &Value) -> Value {
    let mut timeless = snapshot.clone();
    let object = timeless.as_object_mut().expect("an object");
    for passing in ["at_ms", "walk", "started_at", "finished_at", "closes_ms"] {
        object.remove(passing);
    }
    let paused = !timeless["paused"].is_null() || timeless["closed"] == true;
    for board in timeless["boards"].as_array_mut().expect("boards") {
        // After a move was taken back no event tells when the one before it was made.
        board.as_object_mut().expect("an object").remove("last_move_ms");
        // How much is left in a break is no event's.
        if paused && board["status"] == "playing" {
            board["clock"] = Value::Null;
        }
        let running = board["clock"]["running"].as_str().map(|color| format!("{color}_ms"));
        match running {
            Some(bank) => board["clock"][bank] = json!("running"),
            // Stopped at the end: how much was left then is no event's.
            None if board["status"] == "ended" => board["clock"] = Value::Null,
            None => {}
        }
    }
    timeless
}
