//! What a hall's log may hold that never happened: that hall stands still at the node, and nothing else does.

use serde_json::{Value, json};
use simultan::{
    journal::{Passage, Place},
    relay::Message,
};

use crate::{
    books::compare,
    common::{Player, TestServer, eventually},
    nats::Nats,
    showing::{all_told, hall, node, seq_at},
};

/// A published evening of one board, over, and its messages.
async fn evening(nats: &Nats, name: &str) -> (TestServer, Vec<Message>) {
    let hall = hall(nats, name, 1, &["--think", "1ms"]).await;
    // What happens from now on is told as it comes, in many messages.
    eventually("a publisher", async || hall.log().contains("publishes to the log").then_some(())).await;
    let mut ada = Player::join(&hall, "Ada").await;
    for _ in 0..4 {
        ada.play_anything().await;
        all_told(nats, &hall, name).await;
    }
    ada.turn().await;
    ada.say("resign").await;
    hall.finished().await;
    ada.link.close().await;
    // That she has gone is told too.
    eventually("the last event", async || {
        let seen = hall.get("/api/exhibitions/1").await.json();
        (seen["boards"][0]["connected"] == false).then_some(())
    })
    .await;
    all_told(nats, &hall, name).await;
    let log = nats.log_of(name).await;
    (hall, log)
}

/// All that was told of the evening, in one passage.
fn whole(log: &[Message]) -> Message {
    let passages: Vec<_> = log.iter().flat_map(|message| message.passages.clone()).collect();
    let mut head = passages[0].head.clone();
    head.last = passages.last().expect("a passage").head.last;
    head.seated_at_start = 1;
    head.guests = passages.iter().flat_map(|passage| passage.head.guests.clone()).collect();
    let lines: Vec<_> =
        passages.iter().map(|passage| passage.lines.as_str()).filter(|lines| !lines.is_empty()).collect();
    Message { opening: log[0].opening.clone(), passages: vec![Passage { head, lines: lines.join("\n") }] }
}

/// The same without its first events.
fn later(message: &Message) -> Message {
    let mut message = message.clone();
    let Passage { head, lines } = &mut message.passages[0];
    (head.opening, head.after) = (None, 1);
    *lines = lines.split_once('\n').expect("lines").1.to_owned();
    message
}

/// The same with its events changed.
fn changed(message: &Message, change: impl Fn(&mut Vec<Vec<Value>>)) -> Vec<u8> {
    let mut message = message.clone();
    let passage = &mut message.passages[0];
    let mut lines: Vec<Vec<Value>> =
        passage.lines.lines().map(|line| serde_json::from_str(line).expect("a list")).collect();
    change(&mut lines);
    let number = |line: &[Value], column: usize| line[column].as_u64().unwrap_or_default();
    let last = lines.last().expect("a line");
    passage.head.last =
        Place { seq: passage.head.after + lines.len() as u64, at_ms: number(last, 2), wall_ms: number(last, 3) };
    let lines: Vec<_> = lines.iter().map(|line| json!(line).to_string()).collect();
    passage.lines = lines.join("\n");
    message.written()
}

fn first_move(lines: &mut [Vec<Value>]) -> &mut Vec<Value> {
    lines.iter_mut().find(|line| line[4] == "moved").expect("a move")
}

#[tokio::test]
async fn what_never_happened_stops_that_hall_alone() {
    let nats = Nats::one().await;
    let (hall, log) = evening(&nats, "sound").await;
    let whole = whole(&log);
    let with = |change: fn(&mut Vec<Vec<Value>>)| changed(&whole, change);
    let head = |change: fn(&mut Message)| {
        let mut message = whole.clone();
        change(&mut message);
        message.written()
    };
    let bad: Vec<(&str, Vec<u8>, &str)> = vec![
        ("noise", b"\xff\xfe\x00".to_vec(), "no text"),
        ("empty", Vec::new(), "no message of Simultan"),
        ("newer", br#"{"format":2}"#.to_vec(), "newer version"),
        ("illegal", with(|lines| first_move(lines)[7] = json!("e1e8")), "can't have happened"),
        ("flipped", with(|lines| first_move(lines)[10] = json!(1)), "can't have happened"),
        ("gap", with(|lines| drop(lines.remove(2))), "is stored where"),
        ("twice", with(|lines| lines.insert(2, lines[1].clone())), ""),
        ("board", with(|lines| first_move(lines)[5] = json!(2)), "no board 2"),
        ("late", with(|lines| first_move(lines)[2] = json!(u64::MAX / 4)), "beyond all bounds"),
        ("kind", with(|lines| first_move(lines)[4] = json!("cheated")), "never written"),
        ("strange", with(|lines| first_move(lines)[0] = json!(7)), "another exhibition's"),
        ("nobody", with(nobody), "no board 0"),
        ("seated", head(|message| message.passages[0].head.seated_at_start = 99), "more began to play"),
        ("turn", head(turn), "out of turn"),
        ("name", head(|message| message.passages[0].head.guests[0].1 = "\u{202e}x".to_owned()), "name that nobody"),
        ("boards", head(|message| edit(message, "boards", json!(4_000_000_000_u32))), "never written"),
        ("title", head(|message| edit(message, "name", json!("x".repeat(100)))), "too long"),
        ("settings", head(|message| message.passages[0].head.opening = None), "never written"),
        ("headless", changed(&later(&whole), |_| ()), ""),
    ];
    for (name, payload, _) in &bad {
        nats.put(name, payload.clone()).await;
    }
    let node = node(&nats).await;
    shows(&node, &hall, "sound.localhost").await;
    // The last of them.
    eventually("all that is bad", async || node.log().contains("hall=headless").then_some(())).await;
    let halls = node.get("/api/halls").await.json();
    let log = node.log();
    for (name, _, why) in bad.iter().filter(|(_, _, why)| !why.is_empty()) {
        let known = halls.as_array().expect("halls").iter().find(|hall| hall["hall"] == *name);
        assert!(known.is_some_and(|hall| hall["signal"]["stopped"].is_string()), "{name}: {known:?}");
        let said = log.lines().any(|line| line.contains(&format!("hall={name} ")) && line.contains(why));
        assert!(said, "{name}: {why}\n{log}");
    }
    let sound = halls.as_array().expect("halls").iter().find(|hall| hall["hall"] == "sound").expect("the sound hall");
    assert_eq!(sound["signal"]["stopped"], Value::Null);
    assert_eq!(node.request("GET", "/api/exhibitions/1", &[("Host", "sound.localhost")], "").await.status, 200);
    assert!(node.log().contains("its beginning is not in the log any more"), "what can't be shown whole is left out");
}

/// Somebody has another name at a board that there is not.
fn nobody(lines: &mut Vec<Vec<Value>>) {
    let seq = lines.len() + 1;
    let line = [json!(1), json!(seq), json!(0), json!(0), json!("renamed"), json!(0), json!(1)];
    lines.push(line.to_vec());
}

/// The guest has a number that comes later.
fn turn(message: &mut Message) {
    let Passage { head, lines } = &mut message.passages[0];
    head.guests[0].0 = 5;
    *lines = lines.replacen("\"joined\",1,1]", "\"joined\",1,5]", 1);
}

/// Changes a setting that the exhibition was opened with.
fn edit(message: &mut Message, key: &str, value: Value) {
    let opening = message.passages[0].head.opening.as_mut().expect("settings");
    let mut document: Value = serde_json::from_str(opening).expect("JSON");
    document[key] = value;
    *opening = document.to_string();
}

/// The judges themselves: what a faulty publisher would do is seen by them.
#[tokio::test]
async fn a_faulty_publisher_would_be_found() {
    let nats = Nats::one().await;
    let (hall, log) = evening(&nats, "club7").await;
    let own = crate::books::rows(&hall.database()).await;
    assert_eq!(compare(&log, &own), Vec::<String>::new());
    let full = log.iter().position(|message| message.passages.iter().any(|passage| passage.head.after > 0));
    let full = full.expect("a later message");
    // A cursor that is too far leaves something out.
    let mut skipped = log.clone();
    skipped.remove(full);
    assert!(compare(&skipped, &own).iter().any(|wrong| wrong.contains("comes after")));
    assert!(compare(&log[..log.len() - 1], &own).iter().any(|wrong| wrong.contains("not in the log")));
    // Without the expected sequence a message that is sent again stands there twice.
    let mut twice = log.clone();
    twice.insert(full, log[full].clone());
    assert!(compare(&twice, &own).iter().any(|wrong| wrong.contains("comes after")));
    // And the node takes neither: the second is dropped, the gap stops it.
    for message in &twice {
        nats.put("again", message.written()).await;
    }
    let node = node(&nats).await;
    shows(&node, &hall, "again.localhost").await;
}

/// Waits until a node shows all of the hall's exhibition under a host's name.
async fn shows(node: &TestServer, hall: &TestServer, host: &str) {
    let seq = seq_at(hall, 1).await.expect("the hall's own");
    eventually("all of it", async || {
        let shown = node.request("GET", "/api/exhibitions/1", &[("Host", host)], "").await;
        (shown.status == 200 && shown.json()["seq"] == seq).then_some(())
    })
    .await;
}
