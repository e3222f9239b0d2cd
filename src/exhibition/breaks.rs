//! Breaks: the walk and all clocks of an exhibition stand still. One task calls and ends them, whoever plays as the master.

use super::board::BoardHandle;
use crate::{
    base::time::{Still, Timeline},
    journal::{Entry, Journal, StorageError},
    record::event::{ExhibitionId, Kind, PausedBy},
};

/// Begins a break where there is none. Time stands still from now on, or goes on where that could not be stored.
pub(super) async fn begin(
    journal: &Journal,
    exhibition: ExhibitionId,
    timeline: &Timeline,
    boards: &[BoardHandle],
    by: PausedBy,
) -> Result<(), StorageError> {
    timeline.hold(Still::Break);
    let paused = Entry::new(timeline.now(), Kind::Paused { by });
    if let Err(error) = journal.append(exhibition, vec![paused]).await {
        timeline.go_on(Still::Break);
        return Err(error);
    }
    tell(boards, Some(by)).await;
    Ok(())
}

/// Ends the break.
pub(super) async fn end(
    journal: &Journal,
    exhibition: ExhibitionId,
    timeline: &Timeline,
    boards: &[BoardHandle],
) -> Result<(), StorageError> {
    journal.append(exhibition, vec![Entry::new(timeline.now(), Kind::Continued)]).await?;
    timeline.go_on(Still::Break);
    tell(boards, None).await;
    Ok(())
}

/// Why the organiser can't call a break, or end it.
pub(super) fn check(paused: Option<PausedBy>, on: bool) -> Result<(), &'static str> {
    match (paused, on) {
        (Some(PausedBy::Organiser), true) => Err("there is a break already"),
        (None, false) => Err("there is no break to end"),
        (Some(PausedBy::Connection), false) => Err("the master's connection is gone: the break ends when it is back"),
        _ => Ok(()),
    }
}

/// Tells every board of a break, or of its end.
pub(super) async fn tell(boards: &[BoardHandle], paused: Option<PausedBy>) {
    for board in boards {
        // A board that is closed has nobody to tell.
        let _ = board.pause(paused).await;
    }
}
