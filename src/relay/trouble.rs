//! What can be wrong with the log.

use crate::{base::hall_name::HallName, journal::OpenError};

/// Why nothing is told to the log, or nothing comes from it. None of it touches a game, and all is told once it is over.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum Trouble {
    #[error("NATS can't be reached: {0}")]
    Unreachable(String),
    #[error("NATS has no stream {stream}: whoever runs NATS makes it once with `simultan log init`", stream = super::subject::STREAM)]
    NoStream,
    #[error("NATS has no JetStream, which keeps the log: it is set up with `jetstream` in its configuration")]
    NoJetStream,
    #[error("NATS {found} is too old to keep the log: it must be {OLDEST} at least")]
    Old { found: String },
    #[error("NATS does not take or give the log's messages: {0}")]
    Refused(String),
    #[error(
        "another server publishes as this hall (instance {instance}, epoch {epoch}): every hall needs a name of its own, which \
         --hall gives; this one publishes nothing until the other has been silent for a while"
    )]
    Rival { instance: String, epoch: u64 },
    #[error(
        "what the log has of this hall is not what this database holds ({0}): another database was published under this name, or \
         this one was restored from a backup. Nothing is published; give the hall another name with --hall"
    )]
    Fork(String),
    #[error("the last message of this hall's log can't be understood: {0}")]
    Strange(#[from] super::message::MessageError),
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    #[error("this node's copy of hall {hall} can't be written: {why}; it is tried again")]
    NoRoom { hall: HallName, why: String },
    #[error("what halls have told is read once more from its beginning: {0}")]
    Again(String),
}

impl Trouble {
    /// What tells it from other troubles, and stays the same while it lasts.
    pub(super) fn kind(&self) -> String {
        match self {
            Trouble::Rival { .. } => "rival".to_owned(),
            Trouble::Fork(_) => "fork".to_owned(),
            other => other.to_string(),
        }
    }
}

/// The oldest server whose streams keep their word: older ones lose acknowledged messages, or let strangers in.
pub(super) const OLDEST: &str = "2.12.6";
