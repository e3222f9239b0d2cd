//! Thousands who come and go, and two who want one seat.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    TURN,
    common::{Heard, Player, TestServer},
    honest::{Receipts, play_out},
    stranger::{connect, frame, handshake},
    usage::{figure, files_go_back, size, usage},
};

/// How many are there at once.
const WAVE: u32 = 500;
/// What memory the crowd may leave behind, in KiB: what the allocator keeps of the largest wave.
const LEFT: u64 = 32 * 1024;

/// One of the crowd: who only connects, who asks for a page, who looks on, who sits down for a moment.
async fn visit(server: SocketAddr, number: u32) -> TcpStream {
    let mut stream = connect(server, number).await.expect("a connection");
    let done = match number % 4 {
        0 => Ok(()),
        1 => stream.write_all(format!("GET / HTTP/1.1\r\nHost: {server}\r\n\r\n").as_bytes()).await,
        2 => handshake(&mut stream, server, "/ws/current/watch").await,
        _ => match handshake(&mut stream, server, "/ws/current/play").await {
            Ok(()) => stream.write_all(&frame(0x81, br#"{"type":"resume","token":"sp_another"}"#)).await,
            refused => refused,
        },
    };
    done.expect("nobody is turned away");
    stream
}

#[tokio::test]
async fn ten_thousand_come_and_go_and_leave_nothing_behind() {
    let _turn = TURN.lock().await;
    let visitors = size("SIMULTAN_VISITORS", 10_000);
    // Three at once are from one address, and fifty in all: a place that is not given back would be missed.
    let flags = ["--engine", "random", "--seed", "7", "--address-connections", "20"];
    let server = TestServer::with(2, &flags).await;
    let receipts = Receipts::default();
    let ada = Player::join(&server, "Ada").await;
    server.start_games().await;
    let game = tokio::spawn(play_out(ada, Duration::from_millis(50), receipts.clone()));
    let wave = async |from: u32| {
        let there = join_all((from..from + WAVE).map(|number| visit(server.address, number))).await;
        // All of them are there before the first one goes.
        let most = usage(&server);
        drop(there);
        most
    };
    // What the first thousands leave is what any number leaves.
    let before = usage(&server);
    for from in (0..visitors / 4).step_by(WAVE as usize) {
        wave(from).await;
    }
    files_go_back(&server, before).await;
    let early = usage(&server);
    let mut most = early;
    for from in (visitors / 4..visitors).step_by(WAVE as usize) {
        let now = wave(from).await;
        most.files = most.files.max(now.files);
        most.memory = most.memory.max(now.memory);
    }
    game.await.expect("the game goes on to its end");
    files_go_back(&server, before).await;
    let (after, moves) = (usage(&server), receipts.sorted(|_| true).len());
    eprintln!(
        "crowd: {visitors} visitors, {moves} moves; {before:?}, after a quarter {early:?}, most {most:?}, {after:?}"
    );
    assert!(most.files > before.files + WAVE as usize / 2, "they were there: {most:?}");
    assert!(after.memory < early.memory + LEFT, "{early:?}, {after:?}");
    assert!(moves > 0);
    for role in ["player", "spectator"] {
        let open = figure(&server, &format!("simultan_connections{{role=\"{role}\"}}")).await;
        assert_eq!(open, 0, "{role}");
    }
    let refused = figure(&server, "simultan_refusals_total{reason=\"address_rate\"}").await;
    assert_eq!(refused, 0, "nobody came too often for his address");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test]
async fn of_two_sockets_for_one_seat_the_newer_plays() {
    let server = TestServer::with(2, &["--engine", "random", "--seed", "7"]).await;
    let _turn = TURN.lock().await;
    let takeovers = size("SIMULTAN_TAKEOVERS", 100);
    let before = usage(&server);
    let mut holder = Player::join(&server, "Ada").await;
    let token = holder.token.clone();
    server.start_games().await;
    for takeover in 0..takeovers {
        holder.turn().await;
        if holder.status == "ended" || shakmaty::Position::is_game_over(&holder.position) {
            break;
        }
        // What the older one has on its way counts once, whoever hears of it.
        let (ply, uci) = (holder.ply() + 1, holder.some_legal_move());
        if takeover % 2 == 0 {
            holder.send_move(ply, &uci).await;
        }
        let mut newer = Player::resume(&server, &token).await;
        assert_eq!(holder.closed().await, Heard::Closed(4001), "the older one is told");
        if newer.ply() < ply {
            newer.send_move(ply, &uci).await;
            newer.turn_of(ply + 1).await;
        }
        assert_eq!(newer.moves[usize::try_from(ply).expect("a ply") - 1], uci, "one move, once");
        holder = newer;
    }
    drop(holder);
    files_go_back(&server, before).await;
}
