//! `kill -9` at any moment, and at chosen system calls.

use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::{
    chance::{chance, size},
    common::{Player, TestServer, eventually},
    cut::{Cut, Doom},
    ledger::{Finding, Ledger},
    planted::server::Bug,
    tracer::{self, Under},
};

const BOARDS: usize = 24;
/// How many of a thousand decisions are to give up, so that games and exhibitions end within a run.
const GIVES_UP: u32 = 25;
/// After so many kills the files are compared for a last time, and new ones are begun.
const LIVES: usize = 25;

fn some_time(chance: &mut ChaCha8Rng) -> Duration {
    Duration::from_millis(chance.random_range(5..400))
}

/// With clocks in every other campaign.
fn clients(chance: &mut ChaCha8Rng, campaign: usize) -> Cut {
    let clocks: &[&str] = if campaign.is_multiple_of(2) { &["--clock", "30m+1s"] } else { &[] };
    Cut::new(chance, BOARDS, GIVES_UP, clocks)
}

/// Kills the server `kills` times, each time as `kill` does it.
async fn campaigns(what: &str, kills: usize, kill: impl AsyncFn(&mut Cut, &mut ChaCha8Rng)) {
    let mut chance = chance(what);
    let mut books = Ledger::default();
    for campaign in 0..kills.div_ceil(LIVES) {
        let mut cut = clients(&mut chance, campaign);
        for _ in 0..LIVES.min(kills - campaign * LIVES) {
            kill(&mut cut, &mut chance).await;
            cut.table.ledger.borrow().assert_kept();
        }
        cut.finale().await;
        books.absorb(campaign, cut.into_ledger());
        books.print(what);
        books.assert_kept();
    }
}

#[tokio::test]
async fn nothing_told_is_lost_however_often_the_server_is_killed() {
    campaigns("killed at any moment", size("SIMULTAN_KILLS", 50), kill_at_any_moment).await;
}

async fn kill_at_any_moment(cut: &mut Cut, chance: &mut ChaCha8Rng) {
    let time = some_time(chance);
    cut.life(Under::new(), Doom::Killed(time)).await;
}

#[tokio::test]
async fn nor_when_it_is_killed_at_a_system_call() {
    campaigns("killed at a system call", size("SIMULTAN_SYSCALL_KILLS", 50), async |cut, chance| {
        kill_at_a_call(cut, chance).await;
    })
    .await;
}

/// While playing: at any write or sync. In a checkpoint: at a write to the database's own file, whether it comes by itself
/// or with an orderly stop, which the server then doesn't survive.
async fn kill_at_a_call(cut: &mut Cut, chance: &mut ChaCha8Rng) {
    let (database, time) = (cut.database(), some_time(chance));
    match chance.random_range(0..10) {
        0..5 => {
            let nth = chance.random_range(1..300);
            cut.life(tracer::killed_at("pwrite64", nth), Doom::AtACall).await;
        }
        5..8 => {
            let nth = chance.random_range(1..60);
            cut.life(tracer::killed_at("fsync", nth), Doom::AtACall).await;
        }
        8 => {
            let nth = chance.random_range(1..40);
            cut.life(tracer::killed_at_file(&database, "pwrite64", nth), Doom::Stopped(time)).await;
        }
        _ => {
            let call = ["fsync", "ftruncate", "unlink"][chance.random_range(0..3)];
            cut.life(tracer::killed_at(call, chance.random_range(1..4)), Doom::Stopped(time)).await;
        }
    }
}

/// A move's event is then in the file and its receipt isn't out: what its sender sends again.
async fn kill_at_a_sync(cut: &mut Cut, chance: &mut ChaCha8Rng) {
    cut.life(tracer::killed_at("fsync", chance.random_range(20..60)), Doom::AtACall).await;
}

#[tokio::test]
async fn a_first_start_may_be_cut_short_at_every_system_call() {
    let mut kills = 0;
    for call in ["openat", "pwrite64", "fsync", "ftruncate", "unlink"] {
        // The calls before the first one to a file of ours are the loader's.
        for nth in 1.. {
            let mut cut = Cut::new(&mut chance_of(nth), 2, 500, &[]);
            let database = cut.database();
            let dies = match call {
                "openat" => tracer::killed_at_file(&database, call, nth),
                _ => tracer::killed_at(call, nth),
            };
            if cut.life(dies, Doom::Killed(Duration::ZERO)).await {
                break;
            }
            kills += 1;
            cut.finale().await;
            cut.table.ledger.borrow().assert_kept();
        }
    }
    assert!(kills > 30, "{kills} kills are fewer than a first start has calls");
    eprintln!("a first start: killed at each of {kills} calls, made up for each time");
}

/// The engine's stdin closes with the server, in the middle of a search as at any time.
#[tokio::test]
async fn a_killed_server_leaves_no_engine_behind() {
    let mut server = TestServer::with(1, &["--engine", "house", "--think", "10m"]).await;
    let mut player = Player::join(&server, "Ada").await;
    player.until("the master", |message| message["type"] == "visit").await;
    let engine = eventually("an engine", async || children(server.id()).first().copied()).await;
    server.kill().await;
    tracer::ended(engine).await;
}

fn children(process: u32) -> Vec<u32> {
    let parent = |id: u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse::<u32>().ok()
    };
    let all = std::fs::read_dir("/proc").expect("processes");
    let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|&id| parent(id) == Some(process)).collect()
}

fn chance_of(seed: usize) -> ChaCha8Rng {
    rand_chacha::rand_core::SeedableRng::seed_from_u64(seed as u64)
}

/// Kills until something is found, which must be soon.
async fn assert_found(
    what: &str,
    plant: impl FnOnce(Cut) -> Cut,
    kill: impl AsyncFn(&mut Cut, &mut ChaCha8Rng),
    is_it: fn(&Finding) -> bool,
) {
    let mut chance = chance(what);
    let mut cut = plant(clients(&mut chance, 1));
    for kills in 1..=20 {
        kill(&mut cut, &mut chance).await;
        let ledger = cut.table.ledger.borrow();
        if let Some(finding) = ledger.findings.iter().find(|&finding| is_it(finding)) {
            eprintln!("{what}: found after {kills} kills: {finding:?}");
            return;
        }
    }
    panic!("{what} was not found; what was: {:?}", cut.table.ledger.borrow().findings);
}

#[tokio::test]
async fn a_receipt_before_the_commit_is_found() {
    let plant = |cut: Cut| cut.planted(Bug::AcknowledgeBeforeCommit);
    assert_found("a receipt before the commit", plant, kill_at_a_call, |finding| matches!(finding, Finding::Lost(_)))
        .await;
}

#[tokio::test]
async fn a_number_used_twice_is_found() {
    // The database's key refuses the second one, so that play stops: that is how it shows.
    let is_it = |finding: &Finding| match finding {
        Finding::Doubled(_) => true,
        Finding::Refused(what) => what.contains("the database's own checks refused it"),
        _ => false,
    };
    assert_found("a number used twice", |cut| cut.planted(Bug::ReuseSeq), kill_at_any_moment, is_it).await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_found() {
    let plant = |cut: Cut| {
        cut.table.losing.set(true);
        cut
    };
    let is_it = |finding: &Finding| matches!(finding, Finding::Unanswered(_));
    assert_found("an answer that does not come", plant, kill_at_a_sync, is_it).await;
}
