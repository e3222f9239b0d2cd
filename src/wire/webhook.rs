//! What an organiser's other programs are told.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::pages;
use crate::{
    record::milestone::{Milestone, Reached},
    rules::color_name,
};

/// The last millisecond that has a date of four digits for the year.
const LAST: u64 = 253_402_300_799_999;

/// A message's body, as Standard Webhooks advises: `type`, `timestamp`, `data`.
#[must_use]
pub fn webhook(milestone: &Milestone) -> String {
    let (tag, more) = match &milestone.what {
        Reached::Started { master, boards, seated } => {
            ("started", json!({ "master": &**master, "boards": boards, "seated": seated }))
        }
        Reached::GameEnded { board, opponent, color, result, termination, plies } => (
            "game_ended",
            json!({
                "board": board.0,
                "opponent": opponent.as_ref().map(|(name, _)| name),
                "bot": opponent.as_ref().is_some_and(|(_, bot)| *bot),
                "color": color_name(*color),
                "result": result.as_str(),
                "termination": termination.as_str(),
                "plies": plies,
            }),
        ),
        Reached::Finished { score } => ("finished", json!({ "score": pages::score(*score) })),
    };
    let mut data = json!({
        "exhibition": milestone.exhibition.to_string(),
        "name": &*milestone.name,
        "seq": milestone.seq,
        "date": milestone.wall,
    });
    if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
        data.extend(more);
    }
    let date = UNIX_EPOCH + Duration::from_millis(milestone.wall.min(LAST));
    let timestamp = humantime::format_rfc3339_millis(date).to_string();
    json!({ "type": tag, "timestamp": timestamp, "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        record::event::{ExhibitionId, Score},
        rules::{BoardNo, GameResult, Termination},
    };

    fn said(what: Reached) -> Value {
        let milestone = Milestone {
            exhibition: ExhibitionId(3),
            name: "Club \"evening\"".into(),
            created_at: 1,
            seq: 120,
            wall: 1_764_360_000_250,
            what,
        };
        serde_json::from_str(&webhook(&milestone)).expect("JSON")
    }

    #[test]
    fn each_kind_says_what_it_is_and_where() {
        let started = said(Reached::Started { master: "GM Judit".into(), boards: 24, seated: 20 });
        let expected = json!({
            "type": "started", "timestamp": "2025-11-28T20:00:00.250Z",
            "data": { "exhibition": "3", "name": "Club \"evening\"", "seq": 120, "date": 1_764_360_000_250_u64,
                      "master": "GM Judit", "boards": 24, "seated": 20 },
        });
        assert_eq!(started, expected);
        let ended = |opponent| Reached::GameEnded {
            board: BoardNo(7),
            opponent,
            color: shakmaty::Color::Black,
            result: GameResult::Draw,
            termination: Termination::Agreement,
            plies: 61,
        };
        let data = &said(ended(Some(("Ada".to_owned(), true))))["data"];
        assert_eq!((&data["board"], &data["opponent"], &data["bot"]), (&json!(7), &json!("Ada"), &json!(true)));
        assert_eq!((&data["color"], &data["plies"]), (&json!("black"), &json!(61)));
        assert_eq!((&data["result"], &data["termination"]), (&json!("1/2-1/2"), &json!("agreement")));
        assert_eq!(said(ended(None))["data"]["opponent"], Value::Null);
        let finished = said(Reached::Finished { score: Score { wins: 20, draws: 3, losses: 1, playing: 0 } });
        assert_eq!(finished["data"]["score"], json!({ "wins": 20, "draws": 3, "losses": 1, "playing": 0 }));
    }
}
