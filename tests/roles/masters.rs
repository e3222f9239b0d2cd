//! Every message of a human master's client, by every role; and what others may say, by the master.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    client::{bearing, everything, human_master, join, socket, source},
    common::{Heard, Link, ORGANISER, TestServer},
};

/// What a master may say besides who they are.
const WISHES: [&str; 12] = [
    "move",
    "next",
    "go",
    "back",
    "stay",
    "retract",
    "resign",
    "offer_draw",
    "accept_draw",
    "decline_draw",
    "pause",
    "continue",
];
/// What is an opponent's alone.
const OPPONENTS: [&str; 3] = ["join", "resume", "pass"];

#[test]
fn every_message_has_its_place() {
    let code = source("src/wire/master.rs");
    let parse = code.split("match &*tag(text)? {").nth(1).and_then(|rest| rest.split("other =>").next());
    let parse = parse.expect("the match");
    let known: BTreeSet<_> = parse.split("\n        \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(known, WISHES.into_iter().chain(["master"]).collect());
}

fn message(kind: &str) -> Value {
    json!({ "type": kind, "board": 1, "ply": 1, "uci": "e2e4", "on": true, "name": "Mallory", "token": "" })
}

async fn code(link: &mut Link) -> String {
    loop {
        let told = link.message().await;
        if told["type"] == "error" {
            return told["code"].as_str().expect("a code").to_owned();
        }
    }
}

#[tokio::test]
async fn what_is_the_masters_to_say_is_nobody_elses() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (id, token) = human_master(&server).await;
    let mut ada = join(&server, &id, "Ada").await;
    let connect = async |end: &str, headers: &[(String, String)]| {
        Link::open(&server, &format!("/ws/{id}/{end}"), socket(), headers).await
    };
    let mut spectator = connect("watch", &[]).await;
    // The games are on, and on a break, since no master is there.
    ada.until("the break", |told| told["type"] == "paused").await;
    let before = everything(&server).await;
    for kind in WISHES {
        // No header says who somebody is.
        for headers in [Vec::new(), bearing(&token), bearing(ORGANISER), bearing(&ada.token)] {
            let mut nobody = connect("master", &headers).await;
            nobody.send(&message(kind)).await;
            assert_eq!(code(&mut nobody).await, "not_joined", "{kind}");
            assert_eq!(nobody.end().await, Heard::Closed(1008));
        }
        spectator.send(&message(kind)).await;
        assert_ne!(code(&mut spectator).await, "internal", "{kind}");
        // The rest is an opponent's too, about their own game.
        if ["move", "next", "go", "back", "stay", "retract", "pause", "continue"].contains(&kind) {
            ada.link.send(&message(kind)).await;
            let told = if kind == "move" { "not_your_turn" } else { "unknown_type" };
            assert_eq!(code(&mut ada.link).await, told, "{kind}");
        }
        assert_eq!(everything(&server).await, before, "{kind}");
    }
    for wrong in [ORGANISER, &ada.token, "sm_AAAAAAAAAAAAAAAAAAAAAA", "", &token[1..], &token.to_uppercase()] {
        let mut stranger = connect("master", &[]).await;
        stranger.send(&json!({ "type": "master", "token": wrong })).await;
        assert_eq!(code(&mut stranger).await, "bad_token", "{wrong}");
        assert_eq!(stranger.end().await, Heard::Closed(1008));
    }
    // And the master's token is no seat's.
    let mut player = connect("play", &[]).await;
    player.send(&json!({ "type": "resume", "token": token })).await;
    assert_eq!(code(&mut player).await, "bad_token");
    assert_eq!(everything(&server).await, before);
}

#[tokio::test]
async fn what_is_an_opponents_is_not_the_masters() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (id, token) = human_master(&server).await;
    let mut master = Link::open(&server, &format!("/ws/{id}/master"), socket(), &[]).await;
    master.send(&json!({ "type": "master", "token": token })).await;
    let before = everything(&server).await;
    for kind in OPPONENTS {
        master.send(&message(kind)).await;
        assert_eq!(code(&mut master).await, "unknown_type", "{kind}");
    }
    for kind in WISHES.into_iter().chain(["master"]) {
        master.send(&message(kind)).await;
        assert_eq!(code(&mut master).await, "not_allowed", "{kind}: the games are not on");
    }
    assert_eq!(everything(&server).await, before);
}
