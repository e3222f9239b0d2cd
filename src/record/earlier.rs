//! An exhibition as spectators see it who see everything later.

use super::{event::Event, view::View};

/// What spectators see of an exhibition who see everything later, and what they don't see yet.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// What they see.
    pub view: View,
    /// What they don't, in order.
    pub pending: Vec<Event>,
}
