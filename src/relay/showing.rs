//! Where halls are shown: what a node's pages are told of the log.

use crate::{
    base::hall_name::HallName,
    journal::{Archive, feed::Follower},
    record::{event::ExhibitionId, signal::Signal},
    rules::BoardNo,
};

/// Pages that show halls.
pub trait Showing {
    /// What is known is worth showing from now on.
    fn ready(&mut self);
    /// A hall is there from now on: what happens, and what has happened long ago.
    fn opened(&mut self, hall: &HallName, follower: Follower, archive: Archive);
    /// Where the hall itself is, if it says so: where one sits down.
    fn found_at(&mut self, hall: &HallName, address: Option<&str>);
    /// What is known of its signal now.
    fn signal(&mut self, hall: &HallName, signal: Signal);
    /// The name of whoever sits at a board was removed: what was sent to spectators is not kept.
    fn forgotten(&mut self, hall: &HallName, exhibition: ExhibitionId, board: BoardNo);
    /// The log can't be reached since then, in Unix milliseconds, or again.
    fn log_lost(&mut self, since: Option<u64>);
}
