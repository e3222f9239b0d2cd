//! Every address of the Lichess API by every role.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    client::{
        Request, bearing, ended, everything, garbled, human_master, open, organisers_token_misplaced, running, stay,
    },
    common::{ORGANISER, TestServer},
};

/// What the owner of a seat is answered: without a body, and with the addresses' parts as they stand here where they are not
/// the game's.
const TABLE: [(&str, &str, u16); 32] = [
    ("POST", "/api/token/test", 200),
    ("GET", "/api/account", 200),
    ("GET", "/api/account/playing", 200),
    ("POST", "/api/bot/account/upgrade", 200),
    ("GET", "/api/stream/event", 200),
    ("GET", "/api/users/status", 200),
    ("GET", "/api/user/{name}", 404),
    ("POST", "/api/challenge/{name}", 404),
    ("POST", "/api/challenge/{name}/{answer}", 404),
    ("POST", "/api/board/seek", 200),
    ("GET", "/api/bot/game/stream/{game}", 200),
    ("POST", "/api/bot/game/{game}/move/{uci}", 400),
    ("GET", "/api/bot/game/{game}/chat", 200),
    ("POST", "/api/bot/game/{game}/chat", 400),
    ("POST", "/api/bot/game/{game}/abort", 400),
    ("POST", "/api/bot/game/{game}/draw/{answer}", 400),
    ("POST", "/api/bot/game/{game}/takeback/{answer}", 400),
    ("POST", "/api/bot/game/{game}/claim-victory", 400),
    ("POST", "/api/bot/game/{game}/claim-victory/", 400),
    ("POST", "/api/bot/game/{game}/claim-draw", 400),
    ("GET", "/api/board/game/stream/{game}", 200),
    ("POST", "/api/board/game/{game}/move/{uci}", 400),
    ("GET", "/api/board/game/{game}/chat", 200),
    ("POST", "/api/board/game/{game}/chat", 400),
    ("POST", "/api/board/game/{game}/abort", 400),
    ("POST", "/api/board/game/{game}/draw/{answer}", 400),
    ("POST", "/api/board/game/{game}/takeback/{answer}", 400),
    ("POST", "/api/board/game/{game}/claim-victory", 400),
    ("POST", "/api/board/game/{game}/claim-victory/", 400),
    ("POST", "/api/board/game/{game}/claim-draw", 400),
    ("POST", "/api/bot/game/{game}/resign", 200),
    // It is over with the one before.
    ("POST", "/api/board/game/{game}/resign", 400),
];

/// Who a token is needed for: everybody may ask whether one is good.
const OPEN: &str = "/api/token/test";

/// The router's addresses with their methods, read from the code.
fn routed() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lichess/router.rs");
    let code = fs::read_to_string(path).expect("the router");
    let mut found = BTreeSet::new();
    for route in code.split(".route(").skip(1) {
        let line = route.lines().next().expect("a line");
        let address = line.split('"').nth(1).expect("an address").to_owned();
        let addresses = match line.starts_with("&at(") {
            true => ["bot", "board"].map(|role| format!("/api/{role}/game/{address}")).to_vec(),
            false => vec![address],
        };
        for (method, word) in [("GET", "get("), ("POST", "post(")] {
            if line.contains(word) {
                found.extend(addresses.iter().map(|address| (method.to_owned(), address.clone())));
            }
        }
    }
    found
}

#[test]
fn every_address_has_its_row() {
    let rows: BTreeSet<_> = TABLE.iter().map(|&(method, address, _)| (method.to_owned(), address.to_owned())).collect();
    assert_eq!(rows, routed(), "the table on the left, the router on the right");
}

/// Asks, and reads no further than the answer's head where that would be a stream's.
async fn status(server: &TestServer, method: &str, target: &str, headers: &[(String, String)]) -> u16 {
    let request = Request { method, target, headers, body: "" };
    if target.contains("/stream/") || target.ends_with("/seek") {
        return request.head(server).await.status;
    }
    let answer = request.send(server).await;
    if answer.status >= 400 {
        let told = answer.json();
        assert!(told["error"].is_string(), "{method} {target}: {told}");
    }
    assert!(!answer.body.contains(ORGANISER), "{method} {target} tells the organiser's token");
    answer.status
}

#[tokio::test]
async fn a_token_opens_its_own_games_and_nothing_else() {
    let server = TestServer::scripted(1, "e2e4").await;
    let (_, master) = human_master(&server).await;
    let (_, ended_players) = ended(&server, &["Eve"]).await;
    let (id, players) = running(&server, &["Ada", "Ben"]).await;
    let (_, open_players) = open(&server, 2, &["Ole"]).await;
    let game = format!("e{id:0>2}b{:04}", players[0].board);
    let (ended, players, open) = (stay(ended_players), stay(players), stay(open_players));

    let strangers: Vec<Vec<(String, String)>> = [
        vec![Vec::new()],
        vec![
            bearing("so_AAAAAAAAAAAAAAAAAAAAAA"),
            bearing("sp_AAAAAAAAAAAAAAAAAAAAAA"),
            bearing("sb_AAAAAAAAAAAAAAAAA"),
        ],
        garbled(),
        organisers_token_misplaced(),
        vec![bearing(&master), bearing(ORGANISER), bearing(&ended[0])],
    ]
    .concat();
    let others = [bearing(&players[1]), bearing(&open[0])];
    let before = everything(&server).await;
    for (method, template, _) in TABLE {
        let target = template.replace("{game}", &game);
        for headers in &strangers {
            let expected = if template == OPEN { 200 } else { 401 };
            assert_eq!(status(&server, method, &target, headers).await, expected, "{headers:?} {method} {target}");
        }
        assert_eq!(everything(&server).await, before, "{method} {target}");
    }
    // Those sit down with it themselves, which is seen.
    for (method, template, told) in TABLE {
        let target = template.replace("{game}", &game);
        for headers in &others {
            let expected = if template.contains("{game}") { 404 } else { told };
            assert_eq!(status(&server, method, &target, headers).await, expected, "{headers:?} {method} {target}");
        }
    }
    let untouched = everything(&server).await;
    assert_eq!(untouched[&id]["boards"][0], before[&id]["boards"][0]);
    let own = bearing(&players[0]);
    for (method, template, told) in TABLE {
        let target = template.replace("{game}", &game);
        assert_eq!(status(&server, method, &target, &own).await, told, "{method} {target}");
    }
}
