//! What a bad disk does to stored lines.

use arbitrary::Arbitrary;
use shakmaty::{Color, Square, uci::UciMove};
use simultan_fuzz::{
    journal::{StoredEvent, StoredKind},
    record::event::{Guest, GuestNo, PassedBy},
    rules::{BoardNo, GameResult, Millis, PlayerName, Termination},
};

/// What becomes of its lines on a bad disk.
#[derive(Debug, Arbitrary)]
pub(crate) enum Damage {
    Lose(u16),
    Double(u16),
    Swap(u16, u16),
    Cut(u16),
    Seq(u16, i8),
    Times(u16, u64, u64),
    Board(u16, u8),
    Ply(u16, u8),
    Uci(u16, u8, u8),
    Hash(u16, u8),
    Banks(u16, Option<(u64, u64)>),
    By(u16),
    End(u16, u8, u8),
    Name(u16, String),
    Insert(u16, u8, u8),
    /// The numbers are put right again: only the lines' sense is left to find it.
    Renumber,
}

pub(crate) fn wreck(lines: &mut Vec<StoredEvent>, damage: &Damage) {
    if lines.is_empty() {
        return;
    }
    let count = lines.len();
    let place = |index: u16| usize::from(index) % count;
    match *damage {
        Damage::Lose(index) => drop(lines.remove(place(index))),
        Damage::Double(index) => lines.insert(place(index), lines[place(index)].clone()),
        Damage::Swap(one, other) => lines.swap(place(one), place(other)),
        Damage::Cut(index) => lines.truncate(place(index)),
        Damage::Seq(index, by) => {
            let at = place(index);
            lines[at].seq = lines[at].seq.wrapping_add_signed(i64::from(by));
        }
        Damage::Times(index, at, wall) => {
            let place = place(index);
            (lines[place].at, lines[place].wall) = (Millis(at), wall);
        }
        Damage::Insert(index, kind, board) => {
            let at = place(index);
            let line = StoredEvent { kind: any_kind(kind, BoardNo(u32::from(board % 6))), ..lines[at].clone() };
            lines.insert(at, line);
        }
        Damage::Renumber => {
            for (seq, line) in (1..).zip(lines.iter_mut()) {
                line.seq = seq;
            }
        }
        Damage::Board(index, _)
        | Damage::Ply(index, _)
        | Damage::Uci(index, ..)
        | Damage::Hash(index, _)
        | Damage::Banks(index, _)
        | Damage::By(index)
        | Damage::End(index, ..)
        | Damage::Name(index, _) => {
            let at = place(index);
            wreck_value(&mut lines[at].kind, damage);
        }
    }
}

fn wreck_value(kind: &mut StoredKind, damage: &Damage) {
    match (kind, damage) {
        (
            StoredKind::Joined { board, .. }
            | StoredKind::Applied { board, .. }
            | StoredKind::Admitted { board }
            | StoredKind::TurnedAway { board }
            | StoredKind::Left { board, .. }
            | StoredKind::Renamed { board, .. }
            | StoredKind::Reseated { to: board, .. }
            | StoredKind::Connected { board }
            | StoredKind::Disconnected { board }
            | StoredKind::Visit { board, .. }
            | StoredKind::Moved { board, .. }
            | StoredKind::Retracted { board, .. }
            | StoredKind::DrawOffered { board, .. }
            | StoredKind::DrawDeclined { board, .. }
            | StoredKind::Ended { board, .. },
            Damage::Board(_, other),
        ) => *board = BoardNo(u32::from(other % 6)),
        (StoredKind::Moved { ply, .. }, Damage::Ply(_, other)) => *ply = u32::from(*other),
        (StoredKind::Moved { uci, .. }, Damage::Uci(_, from, to)) => {
            let square = |index: &u8| Square::new(u32::from(index % 64));
            *uci = UciMove::Normal { from: square(from), to: square(to), promotion: None };
        }
        (StoredKind::Moved { hash, .. }, Damage::Hash(_, bit)) => *hash ^= 1 << (bit % 64),
        (StoredKind::Moved { banks, .. }, Damage::Banks(_, other)) => {
            *banks = other.map(|(white, black)| (Millis(white), Millis(black)));
        }
        (StoredKind::DrawOffered { by, .. } | StoredKind::DrawDeclined { by, .. }, Damage::By(_)) => *by = by.other(),
        (StoredKind::Ended { result, termination, .. }, Damage::End(_, one, other)) => {
            (*result, *termination) = any_end(*one, *other);
        }
        (
            StoredKind::Joined { guest, .. } | StoredKind::Applied { guest, .. } | StoredKind::Queued { guest },
            Damage::Name(_, other),
        ) => {
            if let Ok(other) = PlayerName::parse(other) {
                guest.name = other;
            }
        }
        _ => {}
    }
}

fn any_end(result: u8, termination: u8) -> (GameResult, Termination) {
    let results = ["1-0", "0-1", "1/2-1/2", "*"];
    let result = GameResult::parse(results[usize::from(result) % results.len()]);
    let termination = Termination::ALL[usize::from(termination) % Termination::ALL.len()];
    (result.expect("the contract's word"), termination)
}

fn any_kind(kind: u8, board: BoardNo) -> StoredKind {
    let by = if kind & 16 == 0 { Color::White } else { Color::Black };
    let name = || PlayerName::parse("Somebody").expect("a name");
    let guest = || Guest { number: GuestNo(u32::from(kind % 7)), name: name(), bot: false };
    match kind % 20 {
        0 => StoredKind::Joined { board, guest: guest() },
        1 => StoredKind::Connected { board },
        2 => StoredKind::Disconnected { board },
        3 => StoredKind::Started { seated: u32::from(kind) },
        4 => StoredKind::Finished,
        5 => StoredKind::Visit { board, excursion: false },
        6 => StoredKind::DrawOffered { board, by },
        7 => StoredKind::DrawDeclined { board, by },
        8 => StoredKind::Moved { board, ply: 1, uci: "e2e4".parse().expect("a move"), banks: None, hash: 0 },
        9 => StoredKind::Passed { board, by: PassedBy::Opponent },
        10 => StoredKind::Grace { board },
        11 => StoredKind::Applied { board, guest: guest() },
        12 => StoredKind::Admitted { board },
        13 => StoredKind::TurnedAway { board },
        14 => StoredKind::Left { board, guest: guest() },
        15 => StoredKind::Queued { guest: guest() },
        16 => StoredKind::Unqueued { guest: GuestNo(u32::from(kind % 7)) },
        17 => StoredKind::Renamed { board, guest: GuestNo(u32::from(kind % 7)), name: name() },
        18 => StoredKind::Closed,
        _ => {
            let (result, termination) = any_end(kind / 10, kind / 3);
            StoredKind::Ended { board, result, termination }
        }
    }
}
