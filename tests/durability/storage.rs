//! A disk that fails while everybody plays: no receipt for what is not stored, a sentence to whom it concerns, 503, and play
//! goes on by itself when all is well again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command as Blocking,
    time::Duration,
};

use rand::RngExt;

use crate::{
    books,
    chance::{chance, size},
    common::{TestServer, eventually, server, within},
    cut::{Cut, end_all, play_for},
    opponents::Table,
    tracer::{self, Fault, Under},
};

const BOARDS: usize = 8;

/// How long a sync that fails is waited for.
const LONGEST: Duration = Duration::from_secs(20);

async fn start(cut: &mut Cut) -> TestServer {
    cut.start(Under::new()).await.expect("it starts")
}

async fn health(server: &TestServer, status: u16) {
    eventually("another health", async || (server.get("/healthz").await.status == status).then_some(())).await;
}

async fn receipts(table: &Table, count: usize) {
    table.until(|table| table.ledger.borrow().acknowledged() >= count).await;
}

fn acknowledged(table: &Table) -> usize {
    table.ledger.borrow().acknowledged()
}

/// The whole story of a fault that goes away: `fail` brings it about, `heal` ends it.
async fn told_and_healed<F>(
    what: &str,
    cut: &mut Cut,
    fail: impl AsyncFnOnce(&TestServer) -> F,
    heal: impl AsyncFnOnce(F),
) {
    let mut server = start(cut).await;
    let process = server.id();
    let games = cut
        .play_while(&mut server, async |server, table| {
            receipts(table, 40).await;
            // On every board the opponent is to move, so that all of them are refused.
            table.holding.set(true);
            table.until(|table| table.held.get() + table.over.get() == BOARDS).await;
            table.failing.set(true);
            let fault = fail(server).await;
            let before = acknowledged(table);
            table.holding.set(false);
            table.changed.notify_waiters();
            table.until(|table| table.ledger.borrow().refused >= BOARDS).await;
            health(server, 503).await;
            assert_eq!(acknowledged(table), before, "a receipt while nothing can be stored");
            assert_eq!(server.get("/api/exhibitions/current").await.status, 200, "who only looks is served");
            let record = books::read(&server.database()).await.expect("a sound record");
            books::audit(&mut table.ledger.borrow_mut(), &record);
            table.ledger.borrow().assert_kept();

            heal(fault).await;
            health(server, 200).await;
            receipts(table, before + 40).await;
            assert_eq!(server.id(), process, "without a restart");
            end_all(server, table, BOARDS).await
        })
        .await;
    cut.compare(&server, games).await;
    cut.leave(server);
    cut.audit().await;
    let ledger = cut.table.ledger.borrow();
    ledger.assert_kept();
    eprintln!("{what}: {} refusals, none of them a loss", ledger.refused);
}

fn clients(what: &str) -> Cut {
    Cut::new(&mut chance(what), BOARDS, 0, &["--clock", "30m+1s"])
}

/// A file system of its own on a folder; the superuser may have one.
struct Mounted(PathBuf);

impl Mounted {
    fn on(folder: &Path, size: &str) -> Option<Mounted> {
        let mut mount = Blocking::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("only the superuser can mount a small file system: this part is left out");
        }
        mounted.then(|| Mounted(folder.to_owned()))
    }

    fn read_only(&self) {
        let done = Blocking::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Blocking::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// The log is on the same disk.
#[tokio::test]
async fn a_full_disk_is_told_of_and_healed_by_space() {
    let mut cut = clients("a full disk");
    let folder = cut.database().parent().expect("a folder").to_owned();
    let Some(_mounted) = Mounted::on(&folder, "1m") else { return };
    let ballast = folder.join("ballast");
    let fill = async |_: &TestServer| {
        let _ = fs::write(&ballast, vec![1; 1 << 20]);
        ballast.clone()
    };
    told_and_healed("a full disk", &mut cut, fill, async |ballast| fs::remove_file(ballast).expect("a file")).await;
}

#[tokio::test]
async fn a_limit_on_the_size_of_files_is_told_of_and_healed_by_a_higher_one() {
    let limit = |process: u32, limit: &str| {
        let mut prlimit = Blocking::new("prlimit");
        let set = prlimit.args(["--pid", &process.to_string(), &format!("--fsize={limit}:unlimited")]).status();
        assert!(set.is_ok_and(|status| status.success()), "prlimit is missing: apt-get install util-linux");
    };
    let mut cut = clients("a limit on the size of files");
    let fail = async |server: &TestServer| {
        let log = fs::metadata(books::beside(&server.database(), "-wal")).expect("a log").len();
        // Less than a frame, so that one is cut off in the middle.
        limit(server.id(), &(log + 1000).to_string());
        server.id()
    };
    told_and_healed("a limit on the size of files", &mut cut, fail, async |id| limit(id, "unlimited")).await;
}

#[tokio::test]
async fn a_write_that_fails_is_told_of_and_healed_by_one_that_does_not() {
    for error in ["ENOSPC", "EDQUOT", "EROFS", "EIO"] {
        let fail = async |server: &TestServer| Fault::on(server.id(), "pwrite64", &format!("error={error}")).await;
        told_and_healed(error, &mut clients(error), fail, Fault::lift).await;
    }
}

#[tokio::test]
async fn a_lock_held_by_another_program_is_told_of_and_healed_by_its_release() {
    let fail = async |server: &TestServer| {
        let mut other = server.sql().await;
        sqlx::raw_sql("begin immediate").execute(&mut other).await.expect("a lock");
        other
    };
    let heal = async |mut other: sqlx::SqliteConnection| {
        sqlx::raw_sql("rollback").execute(&mut other).await.expect("its release");
        // Left open, so that its close is no checkpoint.
        std::mem::forget(other);
    };
    told_and_healed("a lock", &mut clients("a lock"), fail, heal).await;
}

/// Each place of a commit is where a write fails at some time: a frame's head, its page, the last one, a checkpoint.
#[tokio::test]
async fn writes_that_fail_now_and_then_cost_nobody_a_move() {
    let mut chance = chance("writes that fail now and then");
    for error in ["ENOSPC", "EIO"] {
        // Few give up, so that there is enough to write.
        let mut cut = Cut::new(&mut chance, BOARDS, 2, &[]);
        let mut server = start(&mut cut).await;
        cut.table.failing.set(true);
        let (first, step) = (chance.random_range(1..10), chance.random_range(20..40));
        let games = cut
            .play_while(&mut server, async |server, table| {
                receipts(table, 5).await;
                let what = format!("error={error}:when={first}+{step}");
                let fault = Fault::on(server.id(), "pwrite64", &what).await;
                let enough = |table: &Table| table.ledger.borrow().refused >= 20 || table.over.get() == BOARDS;
                table.until(enough).await;
                fault.lift().await;
                health(server, 200).await;
                end_all(server, table, BOARDS).await
            })
            .await;
        cut.compare(&server, games).await;
        cut.leave(server);
        cut.audit().await;
        let ledger = cut.table.ledger.borrow();
        ledger.assert_kept();
        ledger.print("writes that fail now and then");
        assert!(ledger.refused > 0, "nothing was refused");
        eprintln!("writes that fail now and then: {error} every {step} writes, {} refusals", ledger.refused);
    }
}

/// Whether a commit whose sync failed is on the disk, nobody knows: the server ends, and the next one reads it.
#[tokio::test]
async fn a_commit_that_fails_ends_the_server_and_the_next_start_goes_by_the_disk() {
    let mut chance = chance("a sync that fails");
    let mut cut = Cut::new(&mut chance, BOARDS, 10, &[]);
    let times = size("SIMULTAN_SYNC_FAULTS", 6);
    let (mut lives, mut failed) = (0, 0);
    // A life in which all games end before the sync that fails is one more to live.
    while failed < times {
        lives += 1;
        assert!(lives <= 3 * times, "{failed} commits failed in {lives} lives");
        // A first start takes ten.
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={}", chance.random_range(12..60));
        let under = tracer::traced(&["-e", "trace=fsync,fdatasync", "-e", &inject, "-o", "/dev/null"]);
        let mut server = cut.start(under).await.expect("it starts");
        cut.table.failing.set(true);
        let status = cut
            .play_while(&mut server, async |server, table| {
                play_for(server, table, BOARDS, LONGEST).await;
                if table.gone.get() == BOARDS { server.exit().await } else { server.terminate().await }
            })
            .await;
        if !status.success() {
            failed += 1;
            assert_eq!(status.code(), Some(1), "{}", server.log());
            assert!(server.log().contains("the server has stopped"), "{}", server.log());
        }
        cut.leave(server);
        cut.audit().await;
        cut.table.ledger.borrow().assert_kept();
    }
    cut.table.failing.set(false);
    cut.finale().await;
    let ledger = cut.table.ledger.borrow();
    ledger.assert_kept();
    ledger.print(&format!("{times} commits that fail"));
}

#[tokio::test]
async fn a_database_that_can_only_be_read_is_told_of() {
    let mut cut = clients("a read-only disk");
    let folder = cut.database().parent().expect("a folder").to_owned();
    let mounted = Mounted::on(&folder, "4m");
    let mut server = start(&mut cut).await;
    assert_eq!(server.terminate().await.code(), Some(0));
    cut.leave(server);
    let before = fs::read(cut.database()).expect("a database");
    match &mounted {
        Some(mounted) => mounted.read_only(),
        None => {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o444);
            fs::set_permissions(cut.database(), mode).expect("a file");
        }
    }
    let log = tempfile::NamedTempFile::new().expect("a log");
    let mut process = server::command(&cut.database(), log.path()).spawn().expect("the binary runs");
    let status = within("the server's end", process.wait()).await.expect("an exit status");
    let said = fs::read_to_string(log.path()).expect("a log");
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("games.db") && said.contains("can't be"), "{said}");
    assert!(!said.contains("panicked") && said.lines().count() <= 3, "a sentence is enough: {said}");
    assert_eq!(fs::read(cut.database()).expect("a database"), before, "the file is as it was");
}
