//! Writes events: one prepared statement for many of them, since each statement is a trip to SQLite's thread and back.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;
use sqlx::{
    Arguments, AssertSqlSafe, SqlSafeStr, SqlStr, SqliteConnection, error::BoxDynError, sqlite::SqliteArguments,
};

use super::{announcement, program, rows::int};
use crate::{
    journal::Numbered,
    record::event::{GuestNo, Kind},
    rules::{Fact, color_name},
};

const COLUMNS: &str = "exhibition, seq, at_ms, wall_ms, kind, board, ply, uci, white_ms, black_ms, position, by_whom, result, \
     termination, guest, details";
const VALUES: &str = "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
const WIDTH: usize = 16;
/// The last number of each exhibition, for its row.
const LAST_SEQS: &str =
    "update exhibition set last_seq = value ->> 1 from json_each(?) where exhibition.id = value ->> 0";
/// How many events one statement takes: a power of two, as its size is.
pub(super) const MOST: usize = 256;

/// The statements, by the power of two that is their number of rows.
#[derive(Debug)]
pub(super) struct Inserts {
    /// Within a transaction that is open.
    parts: Vec<SqlStr>,
    /// A whole transaction: nobody waits for its beginning and its end.
    wholes: Vec<SqlStr>,
}

impl Inserts {
    pub(super) fn new() -> Inserts {
        let sizes = || (0..=MOST.ilog2()).map(|power| 1_usize << power);
        let part = |rows: usize| {
            let values = vec![VALUES; rows].join(",");
            // The rows that are left over at the end are null from the first column on.
            format!(
                "{LAST_SEQS}; insert into event ({COLUMNS}) select * from (values {values}) where column1 is not null"
            )
        };
        let safe = |sql: String| AssertSqlSafe(Arc::<str>::from(sql)).into_sql_str();
        Inserts {
            parts: sizes().map(|rows| safe(part(rows))).collect(),
            wholes: sizes().map(|rows| safe(format!("begin immediate; {}; commit", part(rows)))).collect(),
        }
    }

    /// Writes events in a transaction that is open.
    pub(super) async fn within(
        &self,
        connection: &mut SqliteConnection,
        lines: &[Numbered],
    ) -> Result<(), sqlx::Error> {
        for lines in lines.chunks(MOST) {
            run(connection, &self.parts, lines).await?;
        }
        Ok(())
    }

    /// Writes at most [`MOST`] events in a transaction of their own. After an error it may be open still.
    pub(super) async fn alone(&self, connection: &mut SqliteConnection, lines: &[Numbered]) -> Result<(), sqlx::Error> {
        run(connection, &self.wholes, lines).await
    }
}

async fn run(connection: &mut SqliteConnection, statements: &[SqlStr], lines: &[Numbered]) -> Result<(), sqlx::Error> {
    let statement = &statements[lines.len().next_power_of_two().ilog2() as usize];
    let arguments = bound(lines).map_err(sqlx::Error::Encode)?;
    sqlx::query_with(statement.clone(), arguments).execute(connection).await.map(drop)
}

fn bound(lines: &[Numbered]) -> Result<SqliteArguments, BoxDynError> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(1 + lines.len() * WIDTH, 0);
    arguments.add(last_seqs(lines))?;
    for line in lines {
        bind(&mut arguments, line)?;
    }
    Ok(arguments)
}

fn last_seqs(lines: &[Numbered]) -> String {
    let last: BTreeMap<_, _> = lines.iter().map(|line| (line.exhibition, line.event.seq)).collect();
    let pairs = last.into_iter().map(|(exhibition, seq)| json!([exhibition.0, seq]));
    serde_json::Value::Array(pairs.collect()).to_string()
}

/// An event's columns, in the order of the insert.
fn bind(arguments: &mut SqliteArguments, line: &Numbered) -> Result<(), BoxDynError> {
    let event = &line.event;
    let (kind, board) = match &event.kind {
        Kind::Joined { board, .. } => ("joined", Some(board)),
        Kind::Applied { board, .. } => ("applied", Some(board)),
        Kind::Admitted { board } => ("admitted", Some(board)),
        Kind::TurnedAway { board } => ("turned_away", Some(board)),
        Kind::Left { board, .. } => ("left", Some(board)),
        Kind::Queued { .. } => ("queued", None),
        Kind::Unqueued { .. } => ("unqueued", None),
        Kind::Renamed { board, .. } => ("renamed", Some(board)),
        Kind::Reseated { board, .. } => ("reseated", Some(board)),
        Kind::Announced(_) => ("announced", None),
        Kind::Changed(_) => ("changed", None),
        Kind::Closed => ("closed", None),
        Kind::Connected { board } => ("connected", Some(board)),
        Kind::Disconnected { board } => ("disconnected", Some(board)),
        Kind::Started { .. } => ("started", None),
        Kind::Finished => ("finished", None),
        Kind::Visit { board, excursion: false } => ("visit", Some(board)),
        Kind::Visit { board, excursion: true } => ("excursion", Some(board)),
        Kind::Passed { board, .. } => ("passed", Some(board)),
        Kind::Grace { board } => ("grace", Some(board)),
        Kind::Paused { .. } => ("paused", None),
        Kind::Continued => ("continued", None),
        Kind::Game { board, fact: Fact::Retracted(_) } => ("retracted", Some(board)),
        Kind::Game { board, fact: Fact::Moved(_) } => ("moved", Some(board)),
        Kind::Game { board, fact: Fact::DrawOffered { .. } } => ("draw_offered", Some(board)),
        Kind::Game { board, fact: Fact::DrawDeclined { .. } } => ("draw_declined", Some(board)),
        Kind::Game { board, fact: Fact::Ended { .. } } => ("ended", Some(board)),
    };
    let fact = match &event.kind {
        Kind::Game { fact, .. } => Some(fact),
        _ => None,
    };
    // As which ply, the move if there is one, the clocks and the position after it.
    let played = match fact {
        Some(Fact::Moved(played)) => Some((played.ply, Some(played.uci), played.clock, played.hash)),
        Some(Fact::Retracted(retracted)) => Some((retracted.ply, None, retracted.clock, retracted.hash)),
        _ => None,
    };
    let clock = played.and_then(|(_, _, clock, _)| clock);
    let by = match (fact, &event.kind) {
        (Some(Fact::DrawOffered { by } | Fact::DrawDeclined { by }), _) => Some(color_name(*by)),
        (_, Kind::Paused { by }) => Some(by.as_str()),
        (_, Kind::Passed { by, .. }) => Some(by.as_str()),
        _ => None,
    };
    let end = match fact {
        Some(Fact::Ended { result, termination }) => Some((result.as_str(), termination.as_str())),
        _ => None,
    };
    arguments.add(line.exhibition.0)?;
    arguments.add(int(event.seq))?;
    arguments.add(int(event.at.0))?;
    arguments.add(int(event.wall))?;
    arguments.add(kind)?;
    arguments.add(board.map(|board| board.0))?;
    arguments.add(played.map(|(ply, ..)| ply))?;
    arguments.add(played.and_then(|(_, uci, ..)| uci).map(|uci| uci.to_string()))?;
    arguments.add(clock.map(|clock| int(clock.white.0)))?;
    arguments.add(clock.map(|clock| int(clock.black.0)))?;
    arguments.add(played.map(|(.., hash)| hash.cast_signed()))?;
    arguments.add(by)?;
    arguments.add(end.map(|(result, _)| result))?;
    arguments.add(end.map(|(_, termination)| termination))?;
    arguments.add(guest_of(&event.kind).map(|guest| guest.0))?;
    arguments.add(details(&event.kind))
}

/// Who has come or gone.
fn guest_of(kind: &Kind) -> Option<GuestNo> {
    match kind {
        Kind::Joined { guest, .. }
        | Kind::Applied { guest, .. }
        | Kind::Left { guest, .. }
        | Kind::Queued { guest } => Some(guest.number),
        Kind::Unqueued { guest } | Kind::Renamed { guest, .. } => Some(*guest),
        _ => None,
    }
}

/// What no column has, as JSON.
fn details(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Reseated { to, .. } => Some(to.to_string()),
        Kind::Announced(announcement) => Some(announcement::written(announcement)),
        Kind::Changed(program) => Some(program::written(program)),
        _ => None,
    }
}
