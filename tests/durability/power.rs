//! A power cut at any moment. Killing a process proves nothing about the disk, since the kernel keeps what was written; so a
//! run's system calls are recorded, and every state is built that a cut could have left: what was not synced is gone, or
//! there, or torn.

use std::{
    collections::{BTreeMap, HashSet},
    fs, mem,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::seq::IteratorRandom;
use rand_chacha::ChaCha8Rng;
use simultan::journal::SqliteStore;
use tokio::process::Command;

use crate::{
    books::{self, beside},
    chance::{chance, size},
    common::{TestServer, server},
    cut::{Cut, Doom},
    disk::Left,
    heard::{Heard, messages, places},
    replay::Replay,
    syscalls::{self, Step},
    tracer,
};

const BOARDS: usize = 24;

/// What was recorded of several lives of a server on one folder.
struct Recording {
    folder: PathBuf,
    /// Each life's steps.
    lives: Vec<Vec<Step>>,
    /// By exhibition: every event's row, in order.
    rows: BTreeMap<String, Vec<String>>,
}

impl Recording {
    /// The same, less the syncs that `synchronous=NORMAL` does without. A commit is then in the log and not on the disk; what
    /// SQLite needs for a sound file is synced all the same: the log's new header, and the log before a checkpoint.
    fn without_syncs_of_commits(mut self) -> Recording {
        for steps in &mut self.lives {
            let (mut log, mut committing) = (HashSet::new(), false);
            steps.retain(|step| {
                match step {
                    Step::Open { path, descriptor } if path.ends_with("games.db-wal") => drop(log.insert(*descriptor)),
                    Step::Close { descriptor } => drop(log.remove(descriptor)),
                    // The header stands at the beginning; behind it are frames, a commit's last one right before its sync.
                    Step::Write { descriptor, offset, .. } if log.contains(descriptor) => committing = *offset > 0,
                    Step::Sync { descriptor } if log.contains(descriptor) => return !mem::take(&mut committing),
                    _ => {}
                }
                true
            });
        }
        self
    }
}

/// Everything of every event that the players and spectators hear of.
const ROWS: &str = "select group_concat(line, char(10)) from (select exhibition || ' ' || seq || ' ' || kind || ' ' || \
     ifnull(board, '-') || ' ' || ifnull(ply, '-') || ' ' || ifnull(uci, '-') || ' ' || ifnull(result, '-') || ' ' || \
     ifnull(termination, '-') || ' ' || at_ms || ' ' || ifnull(position, '-') || ' ' || ifnull(white_ms, '-') || ' ' || \
     ifnull(black_ms, '-') as line from event order by exhibition, seq)";

async fn rows(database: &Path) -> Result<BTreeMap<String, Vec<String>>, sqlx::Error> {
    let mut connection = books::open(database).await?;
    let check: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut connection).await?;
    if check != "ok" {
        return Err(sqlx::Error::Protocol(check));
    }
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let made = "select count(*) from sqlite_schema where name = 'guest'";
    let made: i64 = sqlx::query_scalar(made).fetch_one(&mut connection).await?;
    if made == 1 {
        let lines: Option<String> = sqlx::query_scalar(ROWS).fetch_one(&mut connection).await?;
        for line in lines.unwrap_or_default().lines() {
            let exhibition = line.split(' ').next().unwrap_or_default();
            rows.entry(exhibition.to_owned()).or_default().push(line.to_owned());
        }
        let seats = "select (select count(*) from guest) = (select count(*) from event where kind = 'joined')";
        let seats: bool = sqlx::query_scalar(seats).fetch_one(&mut connection).await?;
        if !seats {
            return Err(sqlx::Error::Protocol("a seat without its event, or the other way round".to_owned()));
        }
    }
    Ok(rows)
}

/// Plays through what a database goes through: made, joined, played, a checkpoint, `kill -9`, another checkpoint, `kill -9`,
/// every game's end, an orderly stop, a new exhibition.
async fn record(chance: &mut ChaCha8Rng) -> Recording {
    let mut cut = Cut::new(chance, BOARDS, 2, &[]).in_memory();
    let folder = cut.database().parent().expect("a folder").to_owned();
    let trace = tempfile::tempdir().expect("a folder");
    let mut lives = Vec::new();
    let mut disk = Replay::new(&folder);
    for life in 0..4 {
        let file = trace.path().join(life.to_string());
        let calls = "trace=openat,close,pwrite64,pwritev,ftruncate,fsync,fdatasync,unlink,rename,sendto,sendmsg,writev";
        let output = file.to_str().expect("a plain path");
        let under = tracer::traced(&["--seccomp-bpf", "-s", "1000000", "-e", calls, "-o", output]);
        let mut server = cut.start(under).await.expect("it starts");
        let tracer = tracer::tracer_of(server.id()).expect("it is traced");
        match life {
            0 | 1 => {
                let database = server.database();
                cut.play(&mut server, Doom::Grown(database)).await;
            }
            2 => cut.finish(&mut server).await,
            _ => cut.play(&mut server, Doom::Killed(Duration::from_millis(700))).await,
        }
        tracer::ended(tracer).await;
        cut.leave(server);
        let (mut steps, undecided) = syscalls::read(&file);
        disk.begin();
        steps.iter().for_each(|step| disk.apply(step));
        for step in undecided {
            if let Some(step) = disk.as_far_as_it_came(step) {
                disk.apply(&step);
                steps.push(step);
            }
        }
        disk.assert_real(life);
        lives.push(steps);
    }
    cut.audit().await;
    {
        let heard = cut.table.ledger.borrow();
        heard.assert_kept();
        heard.print("the recorded run");
    }
    let copy = trace.path().join("copy.db");
    for suffix in books::SUFFIXES {
        let _ = fs::copy(beside(&cut.database(), suffix), beside(&copy, suffix));
    }
    let rows = rows(&copy).await.expect("a sound record");
    Recording { folder, lives, rows }
}

/// The moments to look at: while the database is made, in checkpoints, and anywhere; mostly where something is not safe yet.
fn moments(recording: &Recording, states: usize, chance: &mut ChaCha8Rng) -> Vec<(usize, usize)> {
    let mut replay = Replay::new(&recording.folder);
    let (mut making, mut checkpoints, mut writes, mut sends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut told = false;
    for (life, steps) in recording.lives.iter().enumerate() {
        replay.begin();
        let mut copying = false;
        for (at, step) in steps.iter().enumerate() {
            replay.apply(step);
            match step {
                Step::Send { data, .. } if !messages(data).is_empty() => {
                    told = true;
                    sends.push((life, at));
                }
                Step::Write { descriptor, .. } | Step::Truncate { descriptor, .. } | Step::Sync { descriptor } => {
                    let main = replay.disk.live.get("games.db").copied();
                    let Some(Some(file)) = replay.open.get(descriptor) else { continue };
                    // The database's own file changes in a checkpoint alone, once it is made.
                    copying = told && Some(*file) == main || copying && !matches!(step, Step::Write { .. });
                    let list = if !told {
                        &mut making
                    } else if copying {
                        &mut checkpoints
                    } else {
                        &mut writes
                    };
                    list.push((life, at));
                }
                Step::Unlink { .. } if !told => making.push((life, at)),
                _ => {}
            }
        }
    }
    assert!(checkpoints.len() > 20, "{} steps in checkpoints are too few", checkpoints.len());
    // Most moments give four states, those where all is safe one.
    let all = states * 2 / 5;
    let mut chosen = Vec::new();
    for (list, percent) in [(making, 20), (checkpoints, 50), (sends, 55), (writes, 100)] {
        let share = (all * percent / 100).saturating_sub(chosen.len());
        chosen.extend(list.into_iter().sample(chance, share));
    }
    chosen.sort_unstable();
    chosen
}

/// What the states after a power cut were like.
#[derive(Debug, Default)]
struct Verdict {
    moments: usize,
    states: usize,
    receipts: usize,
    /// States that don't open, fail the check of integrity, or hold what never was.
    broken: Vec<String>,
    /// States in which something that was told is not there.
    lost: Vec<String>,
    /// On how many the server itself was started.
    starts: usize,
}

async fn cut_everywhere(recording: &Recording, states: usize, starts: usize, chance: &mut ChaCha8Rng) -> Verdict {
    let moments = moments(recording, states, chance);
    let places = places(&recording.rows, &recording.lives);
    let every = moments.len().div_ceil(starts.max(1));
    let (mut replay, mut heard) = (Replay::new(&recording.folder), Heard::default());
    let mut verdict = Verdict { moments: moments.len(), ..Verdict::default() };
    let mut next = moments.iter().enumerate().peekable();
    for (life, steps) in recording.lives.iter().enumerate() {
        replay.begin();
        heard.exhibition.clear();
        for (at, step) in steps.iter().enumerate() {
            replay.apply(step);
            heard.listen(step, &places);
            let Some((index, _)) = next.next_if(|(_, moment)| **moment == (life, at)) else { continue };
            let made = !heard.upto.is_empty();
            let ways: &[Left] = match replay.disk.is_safe() {
                true => &[Left::Nothing],
                false if made => &[Left::Nothing, Left::Everything, Left::Some, Left::Some],
                false => &[Left::Nothing, Left::Everything, Left::Some, Left::Some, Left::Some, Left::Some],
            };
            for (way, &left) in ways.iter().enumerate() {
                let folder = tempfile::tempdir().expect("a folder");
                for (name, content) in replay.disk.after_a_cut(left, chance) {
                    fs::write(folder.path().join(name), content).expect("a file");
                }
                verdict.states += 1;
                let database = server::database(&folder);
                let label = format!("life {life}, step {at} ({left:?})");
                if !made && starts > 0 {
                    // Half a database is the server's own to make sense of.
                    verdict.starts += 1;
                    if let Err(error) = SqliteStore::open(&database).await {
                        verdict.broken.push(format!("{label}: the server does not open it: {error}"));
                    }
                }
                if made && starts > 0 && index % every == 0 && way == index / every % ways.len() {
                    verdict.starts += 1;
                    start_on(&mut verdict, folder, &label, &heard).await;
                } else {
                    judge(&mut verdict, &database, &label, &heard, &recording.rows).await;
                }
            }
        }
    }
    verdict.receipts = heard.receipts;
    verdict
}

/// Opens the state as SQLite does, and compares.
async fn judge(
    verdict: &mut Verdict,
    database: &Path,
    label: &str,
    heard: &Heard,
    record: &BTreeMap<String, Vec<String>>,
) {
    let rows = match database.exists() {
        true => rows(database).await,
        false => Ok(BTreeMap::new()),
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => return verdict.broken.push(format!("{label}: {error}")),
    };
    for (id, rows) in &rows {
        if !record.get(id).is_some_and(|record| record.starts_with(rows)) {
            verdict.broken.push(format!("{label}: exhibition {id} holds what was never stored"));
        }
    }
    for (id, &upto) in &heard.upto {
        let kept = rows.get(id).map_or(0, Vec::len);
        if kept < upto {
            verdict.lost.push(format!("{label}: exhibition {id} has {kept} events, and {upto} were told"));
        }
    }
}

/// Starts the server itself on the state.
async fn start_on(verdict: &mut Verdict, folder: tempfile::TempDir, label: &str, heard: &Heard) {
    let mut command = server::command_under(Command::new(server::BINARY), &server::database(&folder));
    command.args(["--boards", &BOARDS.to_string(), "--engine", "random"]);
    match TestServer::try_of(command, folder).await {
        Ok(mut server) => {
            for (id, &upto) in &heard.upto {
                let snapshot = server.get(&format!("/api/exhibitions/{id}")).await;
                let kept = if snapshot.status == 200 { snapshot.json()["seq"].as_u64().unwrap_or(0) } else { 0 };
                if kept < upto as u64 {
                    verdict.lost.push(format!("{label}: the server has {kept} events of {id}, and {upto} were told"));
                }
            }
            server.kill().await;
        }
        Err((status, folder)) => {
            let log = server::read_log(&folder);
            verdict.broken.push(format!("{label}: the server does not start ({status}): {log}"));
        }
    }
}

fn print(what: &str, verdict: &Verdict) {
    eprintln!(
        "{what}: {} states at {} moments, {} of them opened by the server; {} promises told; {} states broken, {} with losses",
        verdict.states,
        verdict.moments,
        verdict.starts,
        verdict.receipts,
        verdict.broken.len(),
        verdict.lost.len(),
    );
}

#[tokio::test]
async fn a_power_cut_takes_nothing_that_was_told() {
    let mut chance = chance("a power cut");
    let recording = record(&mut chance).await;
    let (states, starts) = (size("SIMULTAN_STATES", 500), size("SIMULTAN_STARTS", 40));
    let verdict = cut_everywhere(&recording, states, starts, &mut chance).await;
    print("a power cut", &verdict);
    assert!(verdict.states >= states, "{} states are fewer than asked for", verdict.states);
    let some = |list: &[String]| list.iter().take(5).cloned().collect::<Vec<_>>();
    assert!(
        verdict.broken.is_empty() && verdict.lost.is_empty(),
        "{:#?} {:#?}",
        some(&verdict.broken),
        some(&verdict.lost)
    );
}

#[tokio::test]
async fn a_commit_that_is_not_synced_is_found() {
    let mut chance = chance("synchronous=NORMAL");
    let recording = record(&mut chance).await.without_syncs_of_commits();
    let verdict = cut_everywhere(&recording, 200, 0, &mut chance).await;
    print("synchronous=NORMAL", &verdict);
    assert!(verdict.broken.is_empty(), "SQLite promises a sound file all the same: {:?}", verdict.broken.first());
    assert!(verdict.lost.len() > 20, "{verdict:?}");
}
