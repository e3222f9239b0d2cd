//! How games begin, as columns of an exhibition's row.

use serde::{Deserialize, Serialize};
use shakmaty::{CastlingMode, Chess, fen::Fen};
use sqlx::{Row, sqlite::SqliteRow};

use crate::base::present::present;
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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    clock: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    chess960: bool,
}

/// What is to be stored of `setups`.
pub(super) fn columns(setups: &Setups) -> Columns {
    let lot = if let MasterColor::ByLot(lot) = setups.color { Some(lot.cast_signed()) } else { None };
    let own: Vec<_> = setups.own.iter().map(|(&board, own)| written(board, own)).collect();
    let own = if own.is_empty() { None } else { serde_json::to_string(&own).ok() };
    Columns { color: setups.color.as_str(), lot, start: start(&setups.start), own }
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
    let lot = row.try_get::<Option<i64>, _>("lot")?.map(i64::cast_unsigned);
    let color = MasterColor::named(row.try_get("color")?, lot.unwrap_or_default());
    // A lot goes with the colours that are drawn by it, and with no others.
    let color = color.filter(|color| matches!(color, MasterColor::ByLot(_)) == lot.is_some());
    let start = position(row.try_get("start")?, row.try_get("chess960")?);
    let own = match row.try_get::<Option<&str>, _>("own_setups")? {
        None => Vec::new(),
        Some(text) => serde_json::from_str(text).map_err(|_| bad("a board's own setup can't be read"))?,
    };
    let own: Option<_> = own.into_iter().map(own_setup).collect();
    Ok(Setups {
        color: color.ok_or_else(|| bad("colours that nobody has drawn"))?,
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
