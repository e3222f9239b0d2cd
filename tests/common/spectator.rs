//! A spectator over a real socket.

use std::ops::Deref;

use serde_json::Value;

use super::{Heard, Link, TestServer, picture::Picture};

#[derive(Debug)]
pub(crate) struct Spectator {
    link: Link,
    seen: Picture,
}

impl Deref for Spectator {
    type Target = Picture;

    fn deref(&self) -> &Picture {
        &self.seen
    }
}

impl Spectator {
    /// Watches the current exhibition from its snapshot on.
    pub(crate) async fn watch(server: &TestServer) -> Spectator {
        let mut spectator = Spectator::over(Link::connect(server, "/ws/current/watch").await);
        spectator.next().await;
        assert_eq!(spectator.snapshots, 1, "the snapshot comes first");
        spectator
    }

    /// Watches the events after `seq`, without a picture if no snapshot comes.
    pub(crate) async fn since(server: &TestServer, seq: u64) -> Spectator {
        let mut spectator = Spectator::over(Link::connect(server, &format!("/ws/current/watch?since={seq}")).await);
        spectator.seen = Picture::since(seq);
        spectator
    }

    pub(crate) fn over(link: Link) -> Spectator {
        Spectator { link, seen: Picture::default() }
    }

    /// Takes in the next frame.
    pub(crate) async fn next(&mut self) -> Value {
        match self.hear().await {
            Ok(frame) => frame,
            Err(end) => panic!("the connection ended: {end:?}"),
        }
    }

    /// Takes in the next frame, or how the connection ended.
    pub(crate) async fn hear(&mut self) -> Result<Value, Heard> {
        let text = match self.link.hear().await {
            Heard::Text(text) => text,
            end => return Err(end),
        };
        Ok(self.seen.take(text))
    }

    /// Reads on until an event is the one.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await;
            if wanted(&frame) {
                return frame;
            }
        }
    }

    /// Reads on until the picture has this number.
    pub(crate) async fn until_seq(&mut self, seq: u64) {
        while self.seq() < seq {
            self.next().await;
        }
        assert_eq!(self.seq(), seq);
    }

    /// The end of the connection; events before it are taken in.
    pub(crate) async fn end(&mut self) -> Heard {
        loop {
            if let Err(end) = self.hear().await {
                return end;
            }
        }
    }

    pub(crate) async fn leave(self) {
        self.link.close().await;
    }

    /// Says something, which is not a spectator's to do.
    pub(crate) async fn send(&mut self, message: &Value) {
        self.link.send(message).await;
    }

    pub(crate) async fn answer(&mut self) -> Value {
        self.link.message().await
    }
}
