//! The snapshot over HTTP, as thousands take it at once: kept for a second, named by its content, and compressed.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::common::{Answer, ORGANISER, Player, Spectator, TestServer, within};

/// An answer whose body need not be text.
async fn ask(server: &TestServer, headers: &[(&str, &str)]) -> (Answer, Vec<u8>) {
    let mut text =
        format!("GET /api/exhibitions/current HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", server.address);
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let asked = async {
        let mut stream = TcpStream::connect(server.address).await?;
        stream.write_all(text.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.map(|_| answer)
    };
    let bytes = within("an answer", asked).await.expect("a connection");
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").expect("a head") + 4;
    let answer = Answer::read(std::str::from_utf8(&bytes[..head]).expect("a head is text"));
    (answer, bytes[head..].to_vec())
}

fn unpacked(body: &[u8]) -> Value {
    let mut text = String::new();
    GzDecoder::new(body).read_to_string(&mut text).expect("gzip");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn what_everybody_sees_is_kept_for_a_second_and_the_organisers_is_not() {
    let server = TestServer::random(24).await;
    let (answer, body) = ask(&server, &[("Accept-Encoding", "gzip, deflate, br, zstd")]).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=1"));
    assert_eq!(answer.header("vary"), Some("Accept-Encoding, Authorization"));
    assert_eq!(answer.header("content-length"), Some(&*body.len().to_string()));
    let (plain, text) = ask(&server, &[]).await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, answer.header("vary")));
    assert_ne!(plain.header("etag"), answer.header("etag"), "other bytes have another name");
    assert!(text.len() > 5 * body.len(), "{} bytes are {} compressed", text.len(), body.len());
    assert_eq!(unpacked(&body)["boards"].as_array().map(Vec::len), Some(24));
    let refused = ask(&server, &[("Accept-Encoding", "gzip;q=0, *;q=0")]).await;
    assert_eq!(refused.0.header("content-encoding"), None);

    let bearer = format!("Bearer {ORGANISER}");
    let (organisers, _) = ask(&server, &[("Authorization", &bearer), ("Accept-Encoding", "gzip")]).await;
    assert_eq!((organisers.status, organisers.header("cache-control")), (200, Some("no-store")));
    assert_eq!((organisers.header("etag"), organisers.header("content-encoding")), (None, None));
}

#[tokio::test]
async fn what_a_client_has_already_is_not_sent_again() {
    let server = TestServer::random(1).await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    ada.say("resign").await;
    server.finished().await;
    // Nothing happens any more: it is the same each time.
    for coding in ["gzip", "identity"] {
        let (first, _) = ask(&server, &[("Accept-Encoding", coding)]).await;
        let etag = first.header("etag").expect("a name for this very content").to_owned();
        let (again, body) = ask(&server, &[("Accept-Encoding", coding), ("If-None-Match", &etag)]).await;
        assert_eq!((again.status, body.len()), (304, 0), "{coding}");
        assert_eq!((again.header("etag"), again.header("vary")), (Some(&*etag), first.header("vary")));
        assert_eq!(again.header("cache-control"), Some("public, max-age=1"));
        let (other, _) = ask(&server, &[("Accept-Encoding", coding), ("If-None-Match", "\"another\"")]).await;
        assert_eq!(other.status, 200);
    }
}

#[tokio::test]
async fn whoever_takes_it_goes_on_from_it_without_a_gap() {
    // So large that what is compressed may be a moment old.
    let server = TestServer::random(300).await;
    let mut ada = Player::join(&server, "Ada").await;
    let mut watching = Spectator::watch(&server).await;
    server.start_games().await;
    ada.turn().await;
    for _ in 0..5 {
        let (_, body) = ask(&server, &[("Accept-Encoding", "gzip")]).await;
        let seq = unpacked(&body)["seq"].as_u64().expect("a number");
        ada.play_anything().await;
        ada.turn().await;
        let last = server.snapshot().await["seq"].as_u64().expect("a number");
        assert!(seq < last, "who takes it plain finds each receipt's move");
        let mut goes_on = Spectator::since(&server, seq).await;
        goes_on.until_seq(last).await;
        assert_eq!(goes_on.snapshots, 0);
        watching.until_seq(last).await;
        let same = goes_on.events.iter().all(|(seq, event)| watching.events.get(seq) == Some(event));
        assert!(same, "the events that all others get");
    }
}
