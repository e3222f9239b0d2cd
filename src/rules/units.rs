//! What boards and time are counted in.

use std::fmt;

/// The most boards of one exhibition.
pub const MOST_BOARDS: u32 = 10_000;

/// A board's number, counted from 1 in seat order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoardNo(pub u32);

impl BoardNo {
    /// The place of this board in a list that holds all boards in order.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize - 1
    }

    /// The boards 1 to `count`, in order.
    pub fn first(count: u32) -> impl Iterator<Item = BoardNo> {
        (1..=count).map(BoardNo)
    }
}

impl fmt::Display for BoardNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Milliseconds: a span, or a moment of an exhibition's own time, which starts at 0 when it opens and stands still while
/// the server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    /// No time at all; also the moment an exhibition opened.
    pub const ZERO: Millis = Millis(0);

    /// The span from `earlier` to this moment, zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Millis) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// This moment or span, and `span` more.
    #[must_use]
    pub fn plus(self, span: Millis) -> Millis {
        Millis(self.0.saturating_add(span.0))
    }
}
