//! What an opponent's client may say.

use serde::Deserialize;
use shakmaty::uci::UciMove;

use super::{Code, LONGEST_FRAME};
use crate::rules::Command;

/// How much is said of what is wrong with a frame, in characters.
const LONGEST_QUOTE: usize = 160;

/// The request for a seat.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Join {
    /// As typed.
    pub name: String,
    /// This seat or none.
    pub board: Option<u32>,
    /// A program.
    #[serde(default)]
    pub bot: bool,
    /// What they say where the exhibition has an entry code.
    pub code: Option<String>,
    /// Whether they wait for a seat where all are taken.
    #[serde(default)]
    pub wait: bool,
    /// What to list of the legal moves.
    #[serde(flatten)]
    pub choices: Choices,
}

/// What a client wants to know of the moves it could make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Choices {
    /// The legal moves, as UCI has them.
    #[serde(default)]
    pub legal_moves: bool,
    /// The same in the same order, as a score sheet has them.
    #[serde(default)]
    pub legal_san: bool,
}

/// A message of an opponent's client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage {
    /// Take a free seat.
    Join(Join),
    /// Take a seat back.
    Resume {
        /// The seat's secret.
        token: String,
        /// What to list of the legal moves.
        choices: Choices,
    },
    /// Something in the game.
    Play(Command),
    /// Ask the master to come back later.
    Pass,
    /// Of who watches: see it as it is, as the organiser may.
    Organiser {
        /// The organiser's secret.
        token: String,
    },
}

/// Why a frame is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not a JSON object, or a field is missing or of the wrong type.
    #[error("this is not a message: {0}")]
    BadJson(String),
    /// A type that is none of the contract's.
    #[error("there is no message of the type {0:?}")]
    UnknownType(String),
    /// Over 4 KiB.
    #[error("a message has at most 4096 bytes")]
    TooLarge,
}

impl WireError {
    /// What is wrong with a binary message of so many bytes.
    #[must_use]
    pub fn binary(length: usize) -> WireError {
        if length > LONGEST_FRAME {
            WireError::TooLarge
        } else {
            WireError::BadJson("a message is a text frame".into())
        }
    }

    /// The contract's word for it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            WireError::BadJson(_) => Code::BadJson,
            WireError::UnknownType(_) => Code::UnknownType,
            WireError::TooLarge => Code::TooLarge,
        }
    }
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(rename = "type", borrow)]
    tag: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct Resume {
    token: String,
    #[serde(flatten)]
    choices: Choices,
}

#[derive(Deserialize)]
struct Organiser {
    token: String,
}

#[derive(Deserialize)]
struct Move {
    ply: u32,
    uci: String,
}

/// Reads a text frame.
pub fn parse(text: &str) -> Result<ClientMessage, WireError> {
    match &*tag(text)? {
        "join" => fields(text).map(ClientMessage::Join),
        "resume" => fields(text).map(|Resume { token, choices }| ClientMessage::Resume { token, choices }),
        "move" => fields(text).map(|Move { ply, uci }| {
            // What is no move at all is legal in no position, like the null move; the game says which error comes first.
            let uci = uci.parse().unwrap_or(UciMove::Null);
            ClientMessage::Play(Command::Move { ply, uci })
        }),
        "resign" => Ok(ClientMessage::Play(Command::Resign)),
        "offer_draw" => Ok(ClientMessage::Play(Command::OfferDraw)),
        "accept_draw" => Ok(ClientMessage::Play(Command::AcceptDraw)),
        "decline_draw" => Ok(ClientMessage::Play(Command::DeclineDraw)),
        "pass" => Ok(ClientMessage::Pass),
        "organiser" => fields(text).map(|Organiser { token }| ClientMessage::Organiser { token }),
        other => Err(WireError::UnknownType(other.chars().take(64).collect())),
    }
}

/// The type of a message, in whatever role it is sent.
pub(super) fn tag(text: &str) -> Result<std::borrow::Cow<'_, str>, WireError> {
    if text.len() > LONGEST_FRAME {
        return Err(WireError::TooLarge);
    }
    // A struct could be read from a JSON array too, which is no message.
    if !text.trim_start().starts_with('{') {
        return Err(WireError::BadJson("a message is a JSON object".into()));
    }
    fields(text).map(|Tag { tag }| tag)
}

pub(super) fn fields<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, WireError> {
    serde_json::from_str(text).map_err(|error| WireError::BadJson(brief(&error)))
}

/// The error's sentence, which may quote the whole frame: then its beginning, and where it is.
fn brief(error: &serde_json::Error) -> String {
    let sentence = error.to_string();
    match sentence.char_indices().nth(LONGEST_QUOTE) {
        None => sentence,
        Some((end, _)) => format!("{}… at line {} column {}", &sentence[..end], error.line(), error.column()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> &'static str {
        parse(text).map_or_else(|error| error.code().as_str(), |_| "a message")
    }

    #[test]
    fn what_is_no_message_gets_the_contracts_code() {
        for (text, expected) in [
            ("", "bad_json"),
            ("hello", "bad_json"),
            ("[]", "bad_json"),
            (r#"["join"]"#, "bad_json"),
            ("null", "bad_json"),
            ("{}", "bad_json"),
            (r#"{"type":7}"#, "bad_json"),
            (r#"{"type":"resign"}x"#, "bad_json"),
            (r#"{"type":"castle"}"#, "unknown_type"),
            (r#"{"type":"join"}"#, "bad_json"),
            (r#"{"type":"join","name":7}"#, "bad_json"),
            (r#"{"type":"join","name":"Ada","board":-1}"#, "bad_json"),
            (r#"{"type":"move","ply":1}"#, "bad_json"),
            (r#"{"type":"move","ply":-1,"uci":"e2e4"}"#, "bad_json"),
            (r#"{"type":"move","ply":2.5,"uci":"e2e4"}"#, "bad_json"),
            (r#"{"type":"move","ply":1e99,"uci":"e2e4"}"#, "bad_json"),
            (r#"{"type":"move","ply":18446744073709551616,"uci":"e2e4"}"#, "bad_json"),
            (r#"{"type":"resume","token":null}"#, "bad_json"),
            (r#"{"type":"resign","extra":[1,2]}"#, "a message"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(code(&"[".repeat(4000)), "bad_json");
        assert_eq!(code(&format!(r#"{{"type":"{}"}}"#, "x".repeat(5000))), "too_large");
    }

    #[test]
    fn an_answer_does_not_repeat_a_long_frame() {
        let text = format!(r#"{{"type":"join","name":"Ada","board":"{}"}}"#, "\u{202e}".repeat(1300));
        let sentence = parse(&text).expect_err("no number").to_string();
        assert!(sentence.chars().count() < 250, "{sentence}");
        assert!(sentence.contains("invalid type") && sentence.ends_with(" at line 1 column 3938"), "{sentence}");
    }

    #[test]
    fn a_word_that_is_no_move_is_left_to_the_game() {
        for word in ["", "e9e4", "0000", "Nf3", "e2e4e5"] {
            let text = serde_json::json!({"type": "move", "ply": 3, "uci": word}).to_string();
            let null = Command::Move { ply: 3, uci: UciMove::Null };
            assert_eq!(parse(&text), Ok(ClientMessage::Play(null)), "{word}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
