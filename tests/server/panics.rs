//! A panic in one game's task, in the real server.

use shakmaty::Position;
use tokio::process::Command;

use crate::{
    common::{
        Heard, Player, TestServer, eventually,
        server::{command_under, database},
    },
    planted::server::{Bug, program},
};

#[tokio::test]
async fn a_panic_in_one_game_ends_neither_the_server_nor_any_game() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = program(Bug::PanicAtA6);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    let mut command = command_under(command, &database(&folder));
    command.args(["--boards", "2", "--engine", "random", "--seed", "7"]);
    let server = TestServer::of(command, folder).await;
    let mut unlucky = Player::join(&server, "Unlucky").await;
    let mut other = Player::join(&server, "Other").await;

    unlucky.turn().await;
    unlucky.play("h7h6").await;
    unlucky.turn().await;
    let before = unlucky.moves.clone();
    unlucky.send_move(4, "a7a6").await;
    assert_eq!(unlucky.closed().await, Heard::Closed(1012));
    other.play_anything().await;

    let mut unlucky = Player::resume(&server, &unlucky.token).await;
    assert_eq!(unlucky.moves, before, "what was acknowledged is there");
    let another = if unlucky.position.is_check() { unlucky.some_legal_move() } else { "h6h5".to_owned() };
    unlucky.play(&another).await;
    unlucky.turn().await;
    other.turn().await;
    other.play_anything().await;

    let figures = server.get("/metrics").await.body;
    assert!(figures.contains("simultan_panics_total{task=\"board\"} 1"), "{figures}");
    assert_eq!(server.get("/healthz").await.status, 200);
    let log = eventually("the panic in the log", async || Some(server.log()).filter(|log| log.contains("panic"))).await;
    let told = log.lines().find(|line| line.contains("planted/panics.rs")).expect("where it was");
    assert!(
        told.contains("planted at") && log.contains("simultan::exhibition::board::"),
        "its reason and its trace: {log}"
    );
}
