//! What everybody was told, as the database keeps it.

use serde::{Deserialize, Serialize};

use crate::{record::event::Announcement, rules::Millis};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    text: Option<String>,
    last_round: bool,
    closes_ms: Option<u64>,
    starts_ms: Option<u64>,
}

/// What is to be stored.
pub(super) fn written(announcement: &Announcement) -> String {
    let Announcement { text, last_round, closes, starts_at } = announcement.clone();
    let text = text.map(|text| text.to_string());
    let document = Document { text, last_round, closes_ms: closes.map(|at| at.0), starts_ms: starts_at };
    serde_json::to_string(&document).expect("a value with string keys is JSON")
}

/// What a stored text says; `None` where this program has not written it.
pub(super) fn read(text: &str) -> Option<Announcement> {
    let Document { text, last_round, closes_ms, starts_ms } = serde_json::from_str(text).ok()?;
    Some(Announcement { text: text.map(Into::into), last_round, closes: closes_ms.map(Millis), starts_at: starts_ms })
}
