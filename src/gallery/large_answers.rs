//! Long answers: a large exhibition's snapshot or games. Each is memory until the last of it is taken, and slow readers
//! can be many, so that all of them together have a bound.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is short enough not to count, in bytes: two dozen boards are.
const SHORT: usize = 64 * 1024;
/// What all long answers under way may have, in KiB.
const ROOM: u32 = 256 * 1024;
/// So much of an answer is given to its connection at once.
const PIECE: usize = 16 * 1024;

/// The room for long answers.
#[derive(Debug)]
pub struct LargeAnswers(Arc<Semaphore>);

/// There is no room for another one at the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoRoom;

/// Room for one answer, until it is dropped.
#[derive(Debug)]
pub(super) struct Room(Option<OwnedSemaphorePermit>);

impl Default for LargeAnswers {
    fn default() -> LargeAnswers {
        LargeAnswers(Arc::new(Semaphore::new(ROOM as usize)))
    }
}

impl LargeAnswers {
    /// Room for so many bytes.
    pub(super) fn room(&self, bytes: usize) -> Result<Room, NoRoom> {
        if bytes <= SHORT {
            return Ok(Room(None));
        }
        // The longest of all would have to wait for ever.
        let needed = u32::try_from(bytes / 1024).unwrap_or(ROOM).min(ROOM);
        self.0.clone().try_acquire_many_owned(needed).map(|room| Room(Some(room))).map_err(|_| NoRoom)
    }

    /// `bytes` as a response's body.
    pub(super) fn answer(&self, bytes: Bytes) -> Result<Response, NoRoom> {
        let room = self.room(bytes.len())?;
        if room.0.is_none() {
            return Ok(bytes.into_response());
        }
        let length = HeaderValue::from(bytes.len());
        let pieces = stream::unfold((bytes, room), async |(mut rest, room)| {
            let piece = rest.split_to(PIECE.min(rest.len()));
            // A copy, since a piece that waits must not hold the whole.
            let piece = (!piece.is_empty()).then(|| Ok::<_, std::io::Error>(Bytes::copy_from_slice(&piece)));
            piece.map(|piece| (piece, (rest, room)))
        });
        Ok(([(header::CONTENT_LENGTH, length)], Body::from_stream(pieces)).into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_under_way_has_a_bound() {
        let large_answers = LargeAnswers::default();
        let megabyte = Bytes::from(vec![b'x'; 1 << 20]);
        let mut under_way: Vec<_> = (0..256).map(|_| large_answers.answer(megabyte.clone()).expect("room")).collect();
        assert!(large_answers.answer(megabyte.clone()).is_err());
        assert!(large_answers.answer(megabyte.slice(..SHORT)).is_ok(), "short ones don't count");
        let body = under_way.pop().expect("one").into_body();
        let told = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        assert_eq!(told, megabyte);
        assert!(large_answers.answer(megabyte).is_ok());
    }
}
