//! How games begin, as columns of an exhibition's row.

use serde::{Deserialize, Serialize};
use shakmaty::{CastlingMode, Chess, fen::Fen};
use sqlx::{Row, sqlite::SqliteRow};

use crate::rules::{
    BoardNo, MasterColor, OwnSetup, Setups, color_from_name, color_name, fen_of, is_chess960, is_usual_start,
};

/// The columns that say how games begin.
pub(super) struct Columns {
    pub(super) color: &'static str,
    pub(super) lot: Option<i64>,
    pub(super) start: Start,
    /// JSON, or nothing where no board has anything of its own.
    pub(super) own: Option<String>,
}

/// A start position's two columns.
pub(super) struct Start {
    /// `None` for the usual position.
    pub(super) fen: Option<String>,
    pub(super) chess960: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    board: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    master: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "twice")]
    clock: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    chess960: bool,
}

/// Tells `null` from a missing field.
mod twice {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::option_option, clippy::ref_option, reason = "serde asks for it so")]
    pub(super) fn serialize<S: Serializer>(clock: &Option<Option<String>>, serializer: S) -> Result<S::Ok, S::Error> {
        clock.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    #[expect(clippy::option_option, reason = "serde asks for it so")]
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
        Option::deserialize(from).map(Some)
    }
}

/// What is to be stored of `setups`.
pub(super) fn columns(setups: &Setups) -> Columns {
    let (color, lot) = match setups.color {
        MasterColor::White => ("white", None),
        MasterColor::Black => ("black", None),
        MasterColor::Alternating => ("alternating", None),
        MasterColor::ByLot(lot) => ("random", Some(lot.cast_signed())),
    };
    let own: Vec<_> = setups.own.iter().map(|(&board, own)| written(board, own)).collect();
    let own = if own.is_empty() { None } else { serde_json::to_string(&own).ok() };
    Columns { color, lot, start: start(&setups.start), own }
}

fn start(position: &Chess) -> Start {
    Start { fen: (!is_usual_start(position)).then(|| fen_of(position)), chess960: is_chess960(position) }
}

fn written(board: BoardNo, own: &OwnSetup) -> Own {
    Own {
        board: board.0,
        master: own.master.map(|color| color_name(color).to_owned()),
        clock: own.clock.map(|clock| clock.map(|clock| clock.to_string())),
        start: own.start.as_ref().map(fen_of),
        chess960: own.start.as_ref().is_some_and(is_chess960),
    }
}

/// How the games of a row's exhibition begin.
pub(super) fn read(row: &SqliteRow) -> Result<Setups, sqlx::Error> {
    let bad = |what: &'static str| sqlx::Error::Decode(what.into());
    let color = match (row.try_get("color")?, row.try_get::<Option<i64>, _>("lot")?) {
        ("white", None) => MasterColor::White,
        ("black", None) => MasterColor::Black,
        ("alternating", None) => MasterColor::Alternating,
        ("random", Some(lot)) => MasterColor::ByLot(lot.cast_unsigned()),
        _ => return Err(bad("colours that nobody has drawn")),
    };
    let start = position(row.try_get("start")?, row.try_get("chess960")?);
    let own = match row.try_get::<Option<&str>, _>("own_setups")? {
        None => Vec::new(),
        Some(text) => serde_json::from_str(text).map_err(|_| bad("a board's own setup can't be read"))?,
    };
    let own: Option<_> = own.into_iter().map(own_setup).collect();
    Ok(Setups {
        color,
        start: start.ok_or_else(|| bad("an impossible start position"))?,
        own: own.ok_or_else(|| bad("an impossible setup of a board"))?,
    })
}

fn own_setup(own: Own) -> Option<(BoardNo, OwnSetup)> {
    let setup = OwnSetup {
        master: own.master.map(|name| color_from_name(&name).ok_or(())).transpose().ok()?,
        clock: own.clock.map(|clock| clock.map(|clock| clock.parse()).transpose()).transpose().ok()?,
        start: own.start.map(|fen| position(Some(&fen), own.chess960).ok_or(())).transpose().ok()?,
    };
    Some((BoardNo(own.board), setup))
}

fn position(fen: Option<&str>, chess960: bool) -> Option<Chess> {
    let mode = CastlingMode::from_chess960(chess960);
    match fen {
        None => (!chess960).then(Chess::default),
        Some(fen) => fen.parse::<Fen>().ok()?.into_position(mode).ok(),
    }
}
