//! Bugs to plant: in what is made of memory here, and where a life puts the server together.

/// A bug of the kind that such a program is likely to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Moves are acknowledged and told before they are stored.
    AcknowledgeBeforeCommit,
    /// After a restart an event gets a number that another one had.
    ReuseSeq,
    /// The time that the server was stopped is taken from those whose clocks ran.
    ChargeDowntime,
    /// A move that is stored already and sent again is not answered.
    LoseResend,
    /// A game's task panics whenever its opponent sends `a7a6`. It has to cost nothing.
    PanicAtA6,
    /// Time in which the process was stopped is taken from those whose clocks ran: nobody watches for gaps.
    ChargeStops,
}
