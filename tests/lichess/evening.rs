//! Every kind of client at once, beside bots that speak the server's own protocol.

use std::process::Stdio;

use serde_json::json;
use tokio::process::Command;

use crate::{
    client::Client,
    common::{Player, pgn, server::BINARY, within},
    one_kind::hall,
    record::assert_played,
    seats::{lasting_bot, seat, seats},
};

#[tokio::test]
async fn all_kinds_of_clients_play_in_one_hall() {
    let server = hall(13).await;
    let short = ["--resign-at", "30"];
    let mut clients = Vec::new();
    for (program, name, count) in [
        ("lichess_bot", "TestBot", 2),
        ("botli", "BotLi", 1),
        ("berserk_bot", "Script", 3),
        ("berserk_board", "Board", 1),
    ] {
        let taken = seats(&server, name, count).await;
        let several = count.to_string();
        let more: &[&str] = match program {
            "lichess_bot" => &["--concurrency", &several],
            "berserk_bot" => &["--games", &several],
            _ => &[],
        };
        let client = Client::start(&server, program, &taken.token, &[&short, more].concat());
        clients.push((client, taken.boards));
    }
    let typed = seat(&server, "Claire").await;
    let board = typed.boards[0].to_string();
    let mut cli_chess = Client::start(&server, "cli_chess", &typed.token, &["--board", &board, "--resign-at", "12"]);
    let lasting = lasting_bot(&server, "Deep Thought").await;
    let mut lasting = Client::start(&server, "lichess_bot", &lasting, &short);
    let mut ada = Player::join(&server, "Ada").await;
    let mut own = Command::new(BINARY);
    own.args(["bot", &server.play_url(), "--engine", "random", "--seed", "3", "--seats", "3", "--name", "Robo"]);
    own.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let mut own = own.spawn().expect("the binary runs");
    lasting.says("listening").await;
    cli_chess.says("asked").await;
    crate::common::eventually("thirteen guests", async || {
        let boards = server.snapshot().await["boards"].clone();
        (boards.as_array().expect("boards").iter().filter(|board| !board["name"].is_null()).count() == 13).then_some(())
    })
    .await;
    server.start_games().await;

    while ada.status != "ended" {
        ada.play_anything().await;
        if ada.ply() > 30 {
            ada.say("resign").await;
            ada.end().await;
        }
    }
    for (client, boards) in &mut clients {
        assert_eq!(assert_played(&server, client, boards.len()).await, *boards);
    }
    assert_played(&server, &mut lasting, 1).await;
    cli_chess.says("over").await;
    assert!(within("the bots' end", own.wait()).await.expect("an exit status").success());
    server.finished().await;

    let snapshot = server.snapshot().await;
    let games = pgn::read(&server.get("/api/exhibitions/current/games.pgn").await.body);
    assert_eq!(games.len(), 13);
    let played = snapshot["boards"].as_array().expect("boards").iter().filter(|board| !board["name"].is_null());
    for (game, board) in games.iter().zip(played) {
        assert_eq!((&json!(game.moves), &json!(game.result)), (&board["moves"], &board["result"]));
    }
}
