//! Bugs planted on purpose: a test that has never failed proves nothing, so the tests of what must never happen run once
//! with each of these and have to find it. A release build has none, and no way to plant one.

use std::str::FromStr;

/// A bug of the kind that such a program is likely to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// Moves are acknowledged and told before they are stored.
    AcknowledgeBeforeCommit,
    /// After a restart an event gets a number that another one had.
    ReuseSeq,
    /// The time that the server was stopped is taken from those whose clocks ran.
    ChargeDowntime,
    /// A move that is stored already and sent again is not answered.
    LoseResend,
    /// A commit returns before it is on the disk: SQLite's `synchronous=NORMAL`.
    CommitUnsynced,
    /// A game's task panics whenever its opponent sends `a7a6`.
    PanicAtA6,
    /// The first board's task panics whenever the master comes.
    PanicAtVisit,
}

impl Bug {
    /// Every one.
    pub const ALL: [Bug; 7] = [
        Bug::AcknowledgeBeforeCommit,
        Bug::ReuseSeq,
        Bug::ChargeDowntime,
        Bug::LoseResend,
        Bug::CommitUnsynced,
        Bug::PanicAtA6,
        Bug::PanicAtVisit,
    ];

    /// Its name, for the environment of a server under test.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Bug::AcknowledgeBeforeCommit => "acknowledge-before-commit",
            Bug::ReuseSeq => "reuse-seq",
            Bug::ChargeDowntime => "charge-downtime",
            Bug::LoseResend => "lose-resend",
            Bug::CommitUnsynced => "commit-unsynced",
            Bug::PanicAtA6 => "panic-at-a6",
            Bug::PanicAtVisit => "panic-at-visit",
        }
    }
}

/// There is no such bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no planted bug of this name")]
pub struct UnknownBug;

impl FromStr for Bug {
    type Err = UnknownBug;

    fn from_str(name: &str) -> Result<Bug, UnknownBug> {
        Bug::ALL.into_iter().find(|bug| bug.as_str() == name).ok_or(UnknownBug)
    }
}

#[cfg(debug_assertions)]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Plants a bug in what this thread runs from now on, or takes it out again.
#[cfg(debug_assertions)]
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether `bug` is planted here.
#[must_use]
#[cfg(debug_assertions)]
pub fn planted(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// Never, in a release build.
#[must_use]
#[inline]
#[cfg(not(debug_assertions))]
pub fn planted(_bug: Bug) -> bool {
    false
}
