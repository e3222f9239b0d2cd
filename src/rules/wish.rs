//! What a human master may ask for.

use super::{BoardNo, Command};

/// What a human master asks for. All but [`Play`](Wish::Play) is about the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Something in a game: a move where they stand, the rest at any board that is being played.
    Play(BoardNo, Command),
    /// Leave the board without a move: it is met again in the next round.
    Next,
    /// An excursion to a board; after it the walk goes on where it was.
    Go(BoardNo),
    /// An excursion to the board where they were before.
    Back,
    /// Whether to stay where they are after a move.
    Stay(bool),
    /// A break: the walk and all clocks stand still.
    Pause,
    /// The end of the break.
    Continue,
}
