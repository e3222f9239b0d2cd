//! A text frame of an opponent's client. It is a message, and then says what another reader of JSON finds in it, or gets
//! one of the contract's codes; either costs little memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use simultan_fuzz::{
    memory::most_held,
    rules::{Command, PlayerName},
    wire::{Choices, ClientMessage, Join, parse},
};

/// serde_json keeps each field of a join until it knows them all.
const MOST: usize = 256 * 1024;
const LONGEST: usize = 4096;

fuzz_target!(|text: &str| {
    let (parsed, held) = most_held(|| parse(text));
    assert!(held <= MOST, "{held} bytes for a frame of {}", text.len());
    let message = match parsed {
        Ok(message) => message,
        Err(error) => {
            let code = error.code().as_str();
            assert!(["bad_json", "unknown_type", "too_large"].contains(&code));
            assert_eq!(code == "too_large", text.len() > LONGEST);
            // A type is quoted with 64 characters, each of which may be written as `\u{10ffff}`.
            assert!(error.to_string().chars().count() <= 64 * 10 + 100, "{error}: an answer does not repeat the frame");
            return;
        }
    };
    let written = write(&message);
    let anew = written.to_string();
    // What was left out, and is said now, may be too much for a frame.
    if anew.len() <= LONGEST {
        assert_eq!(parse(&anew), Ok(message.clone()), "written anew it is the same message");
    }
    // Where a field that is not looked at has a number that is none, the other reader gives up.
    if let Ok(read) = serde_json::from_str::<Value>(text) {
        compare(&read, &written);
    }
    if let ClientMessage::Join(Join { name, .. }) = &message {
        check_name(name);
    }
});

fn write(message: &ClientMessage) -> Value {
    let with = |mut message: Value, Choices { legal_moves, legal_san }: Choices| {
        message["legal_moves"] = json!(legal_moves);
        message["legal_san"] = json!(legal_san);
        message
    };
    match message {
        ClientMessage::Join(Join { name, board, bot, code, wait, choices }) => {
            let join = json!({ "type": "join", "name": name, "board": board, "bot": bot, "code": code, "wait": wait });
            with(join, *choices)
        }
        ClientMessage::Resume { token, choices } => with(json!({ "type": "resume", "token": token }), *choices),
        ClientMessage::Play(Command::Move { ply, uci }) => {
            json!({ "type": "move", "ply": ply, "uci": uci.to_string() })
        }
        ClientMessage::Play(Command::Retract) => unreachable!("it is no opponent's to say"),
        ClientMessage::Play(Command::Resign) => json!({ "type": "resign" }),
        ClientMessage::Play(Command::OfferDraw) => json!({ "type": "offer_draw" }),
        ClientMessage::Play(Command::AcceptDraw) => json!({ "type": "accept_draw" }),
        ClientMessage::Play(Command::DeclineDraw) => json!({ "type": "decline_draw" }),
        ClientMessage::Organiser { token } => json!({ "type": "organiser", "token": token }),
        ClientMessage::Pass => json!({ "type": "pass" }),
    }
}

/// What was understood is what stands there; what does not stand there is as the contract has it.
fn compare(read: &Value, understood: &Value) {
    for (field, value) in understood.as_object().expect("an object") {
        match (read.get(field), &**field) {
            // What is no move becomes the null move.
            (Some(_), "uci") if value == "0000" => {}
            (Some(said), "uci") => {
                assert!(said.as_str().is_some_and(|said| said.eq_ignore_ascii_case(value.as_str().expect("text"))))
            }
            (Some(said), _) => assert_eq!(said, value, "{field}"),
            (None, "board" | "code") => assert_eq!(*value, Value::Null),
            (None, _) => assert_eq!(*value, json!(false), "{field}"),
        }
    }
}

fn check_name(typed: &str) {
    let Ok(name) = PlayerName::parse(typed) else { return };
    let sound = |name: &PlayerName| {
        let text = name.as_str();
        assert!((1..=32).contains(&text.chars().count()));
        assert!(text == text.trim() && !text.chars().any(char::is_control));
        assert_eq!(PlayerName::parse(text).as_ref(), Ok(name), "a name that is stored can be read again");
    };
    sound(&name);
    let mut taken = vec![name.clone()];
    for _ in 0..12 {
        let other = name.distinct(|name| taken.contains(name));
        assert!(!taken.contains(&other));
        sound(&other);
        taken.push(other);
    }
}
