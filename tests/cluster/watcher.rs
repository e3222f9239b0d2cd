//! Spectators who never go for long: they come back with the number of their last event, and miss nothing.

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr, rc::Rc, time::Duration};

use futures_util::StreamExt;
use serde_json::Value;
use tokio::{net::TcpStream, time::sleep};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// What spectators have seen: each event word for word, by exhibition and number.
pub(crate) type Seen = Rc<RefCell<BTreeMap<(u64, u64), String>>>;

/// How a spectator fares.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// Whether to see all from the first event on, instead of a snapshot.
    pub(crate) whole: bool,
    pub(crate) seq: u64,
    pub(crate) snapshots: usize,
    pub(crate) connections: usize,
    pub(crate) wrong: Vec<String>,
}

/// Watches an exhibition until it is over, through whatever happens to whoever listens at `at`.
pub(crate) async fn watch(at: SocketAddr, exhibition: u64, seen: Seen, fate: Rc<RefCell<Fate>>) {
    loop {
        if connection(at, exhibition, &seen, &fate).await == Some(true) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Whether the end has come; `None` where the connection could not be made, or was lost.
async fn connection(at: SocketAddr, exhibition: u64, seen: &Seen, fate: &Rc<RefCell<Fate>>) -> Option<bool> {
    let Fate { seq, whole, .. } = *fate.borrow();
    let since = if seq > 0 || whole { format!("?since={seq}") } else { String::new() };
    let request = format!("ws://{at}/ws/{exhibition}/watch{since}").into_client_request().expect("an address");
    let stream = TcpStream::connect(at).await.ok()?;
    let (mut socket, _) = client_async(request, stream).await.ok()?;
    fate.borrow_mut().connections += 1;
    while let Some(Ok(frame)) = socket.next().await {
        let Message::Text(text) = frame else { continue };
        if take(text.as_str(), exhibition, seen, &mut fate.borrow_mut()) {
            return Some(true);
        }
    }
    None
}

/// Takes in a frame; gives whether it is the last.
fn take(text: &str, exhibition: u64, seen: &Seen, fate: &mut Fate) -> bool {
    let frame: Value = serde_json::from_str(text).expect("JSON");
    let kind = frame["type"].as_str().unwrap_or_default();
    let Some(seq) = frame["seq"].as_u64() else {
        if kind != "signal" && kind != "error" {
            fate.wrong.push(format!("a frame without a number: {text}"));
        }
        return false;
    };
    if kind == "exhibition" {
        if seq < fate.seq {
            fate.wrong.push(format!("a snapshot of event {seq} for somebody who had {}", fate.seq));
        }
        fate.snapshots += 1;
    } else {
        if seq != fate.seq + 1 {
            fate.wrong.push(format!("event {seq} after {}", fate.seq));
        }
        seen.borrow_mut().insert((exhibition, seq), text.to_owned());
    }
    fate.seq = seq;
    kind == "finished" || frame["status"] == "finished"
}

/// The judge itself: an older snapshot, a gap and an event that comes twice are found.
#[test]
fn a_faulty_gallery_would_be_found() {
    let told = |frames: &[(&str, u64)]| {
        let (seen, mut fate) = (Seen::default(), Fate::default());
        for (kind, seq) in frames {
            let frame = serde_json::json!({ "type": kind, "seq": seq }).to_string();
            take(&frame, 1, &seen, &mut fate);
        }
        fate.wrong
    };
    assert_eq!(told(&[("exhibition", 5), ("visit", 6), ("moved", 7), ("exhibition", 9)]), Vec::<String>::new());
    assert_eq!(told(&[("exhibition", 5), ("exhibition", 4)]), ["a snapshot of event 4 for somebody who had 5"]);
    assert_eq!(told(&[("exhibition", 5), ("visit", 7)]), ["event 7 after 5"]);
    assert_eq!(told(&[("exhibition", 5), ("visit", 6), ("visit", 6)]), ["event 6 after 6"]);
}
