//! What is on its way out over one socket: frames of ours, straight from the bytes that are sent.
//!
//! tungstenite copies each frame into a buffer that keeps the size of the longest for ever: with a large exhibition's
//! snapshot that is a megabyte for each spectator. Here a long text is written from the bytes that all share, short ones are
//! put together for one write, and nothing is kept once it is sent.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{
    Bytes,
    protocol::frame::{
        FrameHeader,
        coding::{Data, OpCode},
    },
};

/// What is short enough to be copied, so that it leaves in one write with what is before and after it.
const SHORT: usize = 4096;
/// What the header of a short frame has at most.
const HEADER: usize = 4;

/// Bytes in the order in which they leave.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// The next piece last: what has been written of it is cut off its front.
    pieces: Vec<Bytes>,
}

impl Outgoing {
    /// Puts data frames behind what waits already.
    pub(super) fn push(&mut self, frames: impl IntoIterator<Item = (Data, Bytes)>) {
        let frames: Vec<_> = frames.into_iter().collect();
        let short = frames.iter().map(|(_, payload)| payload.len()).filter(|&length| length <= SHORT);
        let mut pieces = Vec::with_capacity(1);
        let mut together = Vec::with_capacity(short.map(|length| HEADER + length).sum());
        for (kind, payload) in frames {
            let header = FrameHeader { opcode: OpCode::Data(kind), ..FrameHeader::default() };
            header.format(payload.len() as u64, &mut together).expect("memory takes everything");
            if payload.len() <= SHORT {
                together.extend_from_slice(&payload);
            } else {
                pieces.extend([std::mem::take(&mut together).into(), payload]);
            }
        }
        pieces.push(together.into());
        pieces.reverse();
        pieces.append(&mut self.pieces);
        self.pieces = pieces;
    }

    /// Writes all of it. Dropped midway, or after an error, the next call goes on where this one was.
    pub(super) async fn write_to(&mut self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while let Some(piece) = self.pieces.last_mut() {
            if piece.is_empty() {
                self.pieces.pop();
                continue;
            }
            let written = stream.write(piece).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            let _ = piece.split_to(written);
        }
        // Nothing is kept by who waits for the next event.
        self.pieces = Vec::new();
        stream.flush().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at a time.
    struct Narrow(usize, Vec<u8>);

    impl AsyncWrite for Narrow {
        fn poll_write(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            bytes: &[u8],
        ) -> std::task::Poll<io::Result<usize>> {
            let taken = bytes.len().min(self.0);
            self.1.extend_from_slice(&bytes[..taken]);
            std::task::Poll::Ready(Ok(taken))
        }

        fn poll_flush(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn poll_shutdown(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            std::task::Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn frames_of_all_lengths_leave_in_their_order() {
        let lengths = [0usize, 1, 125, 126, SHORT, SHORT + 1, 65_535, 65_536, 7];
        let texts: Vec<Bytes> = lengths.iter().map(|&length| vec![b'a' + (length % 26) as u8; length].into()).collect();
        let mut expected = Vec::new();
        for text in &texts {
            match text.len() {
                short @ ..=125 => expected.extend([0x81, short as u8]),
                middle @ ..=65_535 => expected.extend([&[0x81, 126][..], &(middle as u16).to_be_bytes()].concat()),
                long => expected.extend([&[0x81, 127][..], &(long as u64).to_be_bytes()].concat()),
            }
            expected.extend_from_slice(text);
        }
        for step in [1, 1000, usize::MAX] {
            let mut outgoing = Outgoing::default();
            let (first, second) = texts.split_at(4);
            outgoing.push(first.iter().map(|text| (Data::Text, text.clone())));
            outgoing.push(second.iter().map(|text| (Data::Text, text.clone())));
            let mut stream = Narrow(step, Vec::new());
            outgoing.write_to(&mut stream).await.expect("room");
            assert!(stream.1 == expected, "in steps of {step}");
        }
    }
}
