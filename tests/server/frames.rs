//! Frames that are too large, too many, or none.

use tokio_tungstenite::tungstenite::Message;

use crate::{
    common::{Heard, Link, Player, TestServer},
    refusals::{Sent, assert_not_seated},
};

#[tokio::test]
async fn what_is_too_large_is_told_so_and_ends_the_connection() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let padded = |length: usize| format!("{{\"type\":\"resign\"{}}}", " ".repeat(length - 17));
    assert_eq!(padded(4097).len(), 4097);
    for sent in [Sent::Text(&padded(4097)), Sent::Text(&padded(16 * 1024)), Sent::Binary(vec![0; 4097])] {
        assert_not_seated(&server, "/ws/current/play", &sent, "too_large", 1009).await;
        let mut seated = Player::resume(&server, &ada.token).await;
        seated.link.send_frame(sent.frame()).await;
        assert_eq!(seated.refusal().await["code"], "too_large");
        assert_eq!(seated.closed().await, Heard::Closed(1009));
    }
    assert_eq!(server.board(1).await["status"], "playing", "nobody has resigned");
    // At the limit it is a message like any other.
    let mut ada = Player::resume(&server, &ada.token).await;
    ada.link.send_frame(Message::text(padded(4096))).await;
    assert_eq!(ada.end().await.1, "resignation");
}

#[tokio::test]
async fn what_is_no_websocket_ends_the_connection_with_the_reason_and_costs_no_seat() {
    let server = TestServer::scripted(1, "e2e4").await;
    let ada = Player::join(&server, "Ada").await;
    let text = |payload: &[u8]| {
        let length = 0x80 | u8::try_from(payload.len()).expect("a short one");
        [&[0x81, length, 0, 0, 0, 0], payload].concat()
    };
    let table: Vec<(&str, Vec<u8>, u16)> = vec![
        ("a reserved opcode", vec![0x83, 0x80, 0, 0, 0, 0], 1002),
        ("reserved bits", vec![0xf1, 0x80, 0, 0, 0, 0], 1002),
        ("a frame without a mask", vec![0x81, 0x01, b'x'], 1002),
        ("a fragment of nothing", vec![0x80, 0x80, 0, 0, 0, 0], 1002),
        ("text that is not UTF-8", text(b"\xff\xfe"), 1007),
        ("17 KiB", [&[0x81, 0xfe, 0x44, 0, 0, 0, 0, 0][..], &[b' '; 0x4400]].concat(), 1009),
        ("a claim of 2^62 bytes", vec![0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
    ];
    for (what, bytes, close) in table {
        let mut stranger = Link::connect(&server, "/ws/current/play").await;
        stranger.send_bytes(&bytes).await;
        assert_eq!(stranger.end().await, Heard::Closed(close), "{what}, from a stranger");
        let mut seated = Player::resume(&server, &ada.token).await;
        seated.link.send_bytes(&bytes).await;
        assert_eq!(seated.closed().await, Heard::Closed(close), "{what}, from a player");
        let mut spectator = Link::connect(&server, "/ws/current/watch").await;
        spectator.send_bytes(&bytes).await;
        assert_eq!(spectator.end().await, Heard::Closed(close), "{what}, from a spectator");
    }
    Player::resume(&server, &ada.token).await.play("e7e5").await;
}

#[tokio::test]
async fn who_floods_the_server_is_cut_off_and_keeps_the_seat() {
    let server = TestServer::scripted(1, "e2e4").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    for _ in 0..2000 {
        ada.say("accept_draw").await;
    }
    let mut refused = 0;
    loop {
        match ada.refusal().await["code"].as_str() {
            Some("not_allowed") => refused += 1,
            Some("rate_limited") => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(refused >= 20, "a hasty person is no flood: {refused}");
    assert_eq!(ada.closed().await, Heard::Closed(1008));
    Player::resume(&server, &ada.token).await.play("e7e5").await;
}

#[tokio::test]
async fn who_sends_what_makes_no_message_is_cut_off_too() {
    let server = TestServer::scripted(1, "e2e4").await;
    let ada = Player::join(&server, "Ada").await;
    let begun = [0x01, 0x81, 0, 0, 0, 0, b'{'];
    let empty = [0x00, 0x80, 0, 0, 0, 0];
    let ping = [0x89, 0x80, 0, 0, 0, 0];
    let pong = [0x8a, 0x80, 0, 0, 0, 0];
    for (what, bytes) in [
        ("empty fragments", [&begun[..], &empty.repeat(40_000)].concat()),
        ("pings", ping.repeat(5000)),
        ("pongs", pong.repeat(5000)),
    ] {
        let told = async |mut link: Link| {
            link.send_bytes(&bytes).await;
            loop {
                let message = link.message().await;
                if message["type"] == "error" {
                    assert_eq!(message["code"], "rate_limited", "{what}");
                    break;
                }
            }
            assert_eq!(link.end().await, Heard::Closed(1008), "{what}");
        };
        told(Link::connect(&server, "/ws/current/play").await).await;
        told(Link::connect(&server, "/ws/current/watch").await).await;
        told(Player::resume(&server, &ada.token).await.link).await;
    }
    Player::resume(&server, &ada.token).await.play("e7e5").await;
}

#[tokio::test]
async fn a_move_may_come_byte_by_byte() {
    let server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.turn().await;
    let text = br#"{"type":"move","ply":2,"uci":"e7e5"}"#;
    let ping = [0x89, 0x80, 0, 0, 0, 0];
    // In two fragments, with a ping between them.
    let (first, second) = text.split_at(20);
    let frame =
        |opcode, part: &[u8]| [&[opcode, 0x80 | u8::try_from(part.len()).expect("short"), 0, 0, 0, 0], part].concat();
    for byte in [frame(0x01, first), ping.to_vec(), frame(0x80, second)].concat() {
        ada.link.send_bytes(&[byte]).await;
    }
    ada.until("a receipt", |message| message["type"] == "moved" && message["ply"] == 2).await;
}
