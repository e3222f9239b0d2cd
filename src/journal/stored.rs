//! What the store keeps of an event: what cannot be computed. Pure.

use std::sync::Arc;

use shakmaty::{Color, uci::UciMove};

use crate::{
    record::{
        event::{Announcement, Event, Guest, GuestNo, Kind, PassedBy, PausedBy},
        program::Program,
    },
    rules::{BoardNo, Fact, GameResult, Millis, Played, PlayerName, Retracted, Termination},
};

/// A line as the store has it.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Its number.
    pub seq: u64,
    /// When it was decided.
    pub at: Millis,
    /// When it was stored.
    pub wall: u64,
    /// What it says.
    pub kind: StoredKind,
}

/// What a stored line says.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of `Kind` and `Fact`")]
pub enum StoredKind {
    Joined { board: BoardNo, guest: Guest },
    Applied { board: BoardNo, guest: Guest },
    Admitted { board: BoardNo },
    TurnedAway { board: BoardNo },
    Left { board: BoardNo, guest: Guest },
    Queued { guest: Guest },
    Unqueued { guest: GuestNo },
    Renamed { board: BoardNo, guest: GuestNo, name: PlayerName },
    Reseated { board: BoardNo, to: BoardNo },
    Announced(Announcement),
    Changed(Arc<Program>),
    Closed,
    Connected { board: BoardNo },
    Disconnected { board: BoardNo },
    Started { seated: u32 },
    Finished,
    Visit { board: BoardNo, excursion: bool },
    Passed { board: BoardNo, by: PassedBy },
    Grace { board: BoardNo },
    Paused { by: PausedBy },
    Continued,
    Moved { board: BoardNo, ply: u32, uci: UciMove, banks: Option<(Millis, Millis)>, hash: u64 },
    Retracted { board: BoardNo, ply: u32, banks: Option<(Millis, Millis)>, hash: u64 },
    DrawOffered { board: BoardNo, by: Color },
    DrawDeclined { board: BoardNo, by: Color },
    Ended { board: BoardNo, result: GameResult, termination: Termination },
}

/// What a store has to keep of an event.
impl From<&Event> for StoredEvent {
    fn from(event: &Event) -> StoredEvent {
        let kind = match event.kind.clone() {
            Kind::Joined { board, guest } => StoredKind::Joined { board, guest },
            Kind::Applied { board, guest } => StoredKind::Applied { board, guest },
            Kind::Admitted { board } => StoredKind::Admitted { board },
            Kind::TurnedAway { board } => StoredKind::TurnedAway { board },
            Kind::Left { board, guest } => StoredKind::Left { board, guest },
            Kind::Queued { guest } => StoredKind::Queued { guest },
            Kind::Unqueued { guest } => StoredKind::Unqueued { guest },
            Kind::Renamed { board, guest, name } => StoredKind::Renamed { board, guest, name },
            Kind::Reseated { board, to } => StoredKind::Reseated { board, to },
            Kind::Announced(announcement) => StoredKind::Announced(announcement),
            Kind::Changed(program) => StoredKind::Changed(program),
            Kind::Closed => StoredKind::Closed,
            Kind::Connected { board } => StoredKind::Connected { board },
            Kind::Disconnected { board } => StoredKind::Disconnected { board },
            Kind::Started { seated } => StoredKind::Started { seated },
            Kind::Finished => StoredKind::Finished,
            Kind::Visit { board, excursion } => StoredKind::Visit { board, excursion },
            Kind::Passed { board, by, .. } => StoredKind::Passed { board, by },
            Kind::Grace { board } => StoredKind::Grace { board },
            Kind::Paused { by } => StoredKind::Paused { by },
            Kind::Continued => StoredKind::Continued,
            Kind::Game { board, fact } => match fact {
                Fact::Moved(Played { ply, uci, clock, hash, .. }) => {
                    let banks = clock.map(|clock| (clock.white, clock.black));
                    StoredKind::Moved { board, ply, uci, banks, hash }
                }
                Fact::Retracted(Retracted { ply, clock, hash, .. }) => {
                    let banks = clock.map(|clock| (clock.white, clock.black));
                    StoredKind::Retracted { board, ply, banks, hash }
                }
                Fact::DrawOffered { by } => StoredKind::DrawOffered { board, by },
                Fact::DrawDeclined { by } => StoredKind::DrawDeclined { board, by },
                Fact::Ended { result, termination } => StoredKind::Ended { board, result, termination },
            },
        };
        StoredEvent { seq: event.seq, at: event.at, wall: event.wall, kind }
    }
}

impl StoredKind {
    /// Whether the game on a board follows from it.
    pub(super) fn concerns(&self, board: BoardNo) -> bool {
        match self {
            // Who sits there follows from who sat elsewhere, and how it begins from what was settled.
            StoredKind::Started { .. }
            | StoredKind::Changed(_)
            | StoredKind::Joined { .. }
            | StoredKind::Applied { .. }
            | StoredKind::Admitted { .. }
            | StoredKind::TurnedAway { .. }
            | StoredKind::Left { .. }
            | StoredKind::Reseated { .. } => true,
            StoredKind::Moved { board: of, .. }
            | StoredKind::Retracted { board: of, .. }
            | StoredKind::DrawOffered { board: of, .. }
            | StoredKind::DrawDeclined { board: of, .. }
            | StoredKind::Ended { board: of, .. } => *of == board,
            _ => false,
        }
    }
}
