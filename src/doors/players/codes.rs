//! Why somebody is refused, by the contract's code.

use crate::{
    exhibition::{board::Dismissal, handle::SeatError, registry::EntryError},
    rules::Refusal,
    wire::Code,
};

/// Every refusal of a game, by the contract's code.
pub fn code(refusal: Refusal) -> Code {
    match refusal {
        Refusal::NotYourTurn => Code::NotYourTurn,
        Refusal::StalePly => Code::StalePly,
        Refusal::IllegalMove => Code::IllegalMove,
        Refusal::GameOver => Code::GameOver,
        Refusal::NotAllowed(_) => Code::NotAllowed,
    }
}

/// Every reason not to get a seat, by the contract's code.
pub fn seat_code(error: &SeatError) -> Code {
    match error {
        SeatError::Closed(_) => Code::Closed,
        SeatError::Full | SeatError::FullQueue => Code::Full,
        SeatError::NoCode | SeatError::BadCode => Code::BadCode,
        SeatError::Taken(_) | SeatError::NoSuchBoard(..) => Code::SeatTaken,
        SeatError::BadToken => Code::BadToken,
        SeatError::Empty => Code::NotAllowed,
        SeatError::Storage(_) | SeatError::Stopping => Code::Internal,
    }
}

/// Why a player has no seat any more, by the contract's code.
pub(super) fn dismissal_code(why: Dismissal) -> Code {
    match why {
        Dismissal::TurnedAway | Dismissal::Removed => Code::NotAllowed,
        Dismissal::Over => Code::Closed,
    }
}

/// Every reason not to get into an exhibition, by the contract's code.
pub fn entry_code(error: EntryError) -> Code {
    match error {
        EntryError::NoSuchExhibition => Code::NoSuchExhibition,
        EntryError::Ended => Code::Closed,
    }
}
