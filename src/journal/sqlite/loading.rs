//! Exhibitions out of the store, each looked at until nothing of it is taken on trust.

use std::{path::Path, pin::pin, sync::Arc};

use futures_util::TryStreamExt;
use sqlx::SqliteConnection;
use tokio::task::yield_now;

use super::{
    OpenError, guests,
    line::{self, Cast},
    packed,
    rows::{self, Listed},
};
use crate::{
    base::time::wall_clock,
    journal::{self, DamagedRecord, Record, Replay, feed::KEPT},
    record::{
        earlier::Earlier,
        event::{ExhibitionId, GuestNo},
        seat_key::SeatKey,
    },
    rules::{BoardNo, Game, Millis},
};

/// An exhibition, and what opens its seats.
pub(super) type Loaded = (Record, Vec<(GuestNo, SeatKey)>);

/// The exhibitions to take up: those that have not ended, and the last one in any case, since `current` means it.
pub(super) async fn unfinished(connection: &mut SqliteConnection, path: &Path) -> Result<Vec<Loaded>, OpenError> {
    let unreadable = |error| OpenError::Sql { path: path.to_owned(), error };
    let mut loaded = Vec::new();
    for listed in rows::unfinished(connection).await.map_err(unreadable)? {
        loaded.push(load(connection, path, listed).await?);
    }
    Ok(loaded)
}

/// An exhibition as it stands in the store.
pub(super) async fn load(connection: &mut SqliteConnection, path: &Path, listed: Listed) -> Result<Loaded, OpenError> {
    let unreadable = |error| OpenError::Sql { path: path.to_owned(), error };
    let damaged = |error| OpenError::Record { path: path.to_owned(), error };
    let Listed { summary, opening, last_seq, seated_at_start } = listed;
    let id = summary.id;
    let stored = u64::try_from(last_seq).unwrap_or_default();
    let guests = guests::read(connection, id, seated_at_start, opening.seat).await.map_err(unreadable)?;
    if !guests::agree(connection, id).await.map_err(unreadable)? {
        let what = "the guests and their index say different things";
        return Err(damaged(DamagedRecord::Value { exhibition: id, seq: 0, what }));
    }
    let kept_from = stored.saturating_sub(KEPT as u64) + 1;
    let replay =
        play(connection, path, Replay::new(id, opening.clone(), kept_from), last_seq, &guests.cast, None).await?;
    let mut record = replay.finish().map_err(damaged)?;
    let view = &record.view;
    if view.seq != stored {
        return Err(damaged(DamagedRecord::End { exhibition: id, stored, found: view.seq }));
    }
    let taken = view.boards.iter().filter(|board| board.seat.is_some()).count();
    let listed = (summary.seated as usize, summary.started_at, summary.finished_at);
    let came = guests.keys.len() <= view.guests as usize;
    if listed != (taken, view.started_at, view.finished_at) || view.program != summary.program || !came {
        let what = "the list of exhibitions says something else";
        return Err(damaged(DamagedRecord::Value { exhibition: id, seq: stored, what }));
    }
    let delay = view.program.evening.delay;
    if delay > Millis::ZERO {
        let until = wall_clock().saturating_sub(delay.0);
        let early = Replay::new(id, opening.clone(), u64::MAX);
        let early = play(connection, path, early, last_seq, &guests.cast, Some(until)).await?;
        let late = Replay::new(id, opening, early.seq() + 1);
        let late = play(connection, path, late, last_seq, &guests.cast, None).await?;
        let pending = late.finish().map_err(damaged)?.events;
        if !pending.is_empty() {
            record.earlier = Some(Arc::new(Earlier { view: early.view().clone(), pending }));
        }
    }
    Ok((record, guests.keys))
}

/// Plays an exhibition's lines again, or those that were stored by `until`, in Unix milliseconds.
async fn play(
    connection: &mut SqliteConnection,
    path: &Path,
    mut replay: Replay,
    last_seq: i64,
    cast: &Cast,
    until: Option<u64>,
) -> Result<Replay, OpenError> {
    let unreadable = |error| OpenError::Sql { path: path.to_owned(), error };
    let damaged = |error| OpenError::Record { path: path.to_owned(), error };
    let id = replay.view().id;
    let mut texts = pin!(packed::all(connection, id, last_seq));
    while let Some(text) = texts.try_next().await.map_err(unreadable)? {
        for line in line::unpack(&text, id, replay.seq(), cast) {
            let line = line.map_err(damaged)?;
            if until.is_some_and(|until| line.wall > until) {
                return Ok(replay);
            }
            replay.take(line).map_err(damaged)?;
        }
        // Who reads an exhibition while others are served lets them have their turn.
        yield_now().await;
    }
    Ok(replay)
}

/// One board's game.
pub(super) async fn recall(
    connection: &mut SqliteConnection,
    path: &Path,
    id: ExhibitionId,
    board: BoardNo,
) -> Result<Game, OpenError> {
    let unreadable = |error| OpenError::Sql { path: path.to_owned(), error };
    let damaged = |error| OpenError::Record { path: path.to_owned(), error };
    let found = rows::find(connection, id).await.map_err(unreadable)?;
    let Listed { opening, seated_at_start, .. } = found.ok_or_else(|| unreadable(sqlx::Error::RowNotFound))?;
    let guests = guests::read(connection, id, seated_at_start, opening.seat).await.map_err(unreadable)?;
    let text = packed::of_board(connection, id, board).await.map_err(unreadable)?;
    let stored: Result<Vec<_>, _> = line::unpack(&text, id, 0, &guests.cast).collect();
    journal::recall(id, opening, board, stored.map_err(damaged)?).map_err(damaged)
}
