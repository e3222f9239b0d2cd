//! `simultan backup` and `simultan check`, beside real servers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::{Arc, Mutex},
};

use sqlx::Connection;
use tempfile::TempDir;
use tokio::process::Command;

use super::database::{execute, open};
use crate::common::{Player, TestServer, server, within};

/// Runs the program to its end.
async fn run(mut command: Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        within("the program's end", command.kill_on_drop(true).output()).await.expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

async fn back_up(database: &Path, target: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(server::BINARY);
    command.arg("backup").arg(target).arg("--database").arg(database);
    run(command).await
}

async fn check(file: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(server::BINARY);
    command.arg("check").arg(file);
    run(command).await
}

/// Checks that a file is found sound, and is not touched; gives what is said of it, a line for each exhibition.
async fn assert_sound(file: &Path) -> Vec<String> {
    let before = fs::read(file).expect("a file");
    let (code, said, log) = check(file).await;
    assert_eq!(code, Some(0), "{said}{log}");
    assert_eq!(fs::read(file).expect("a file"), before, "it is as it was");
    let mut lines: Vec<_> = said.lines().map(str::to_owned).collect();
    assert_eq!(lines.pop(), Some(format!("{}: sound", file.display())));
    assert!(lines.iter().all(|line| line.ends_with(": sound")), "{lines:?}");
    lines
}

/// What the files of a folder are called, but for the log.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a plain name");
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

/// A folder with one exhibition that is over and one that is under way, and its database.
async fn evenings() -> (TempDir, PathBuf) {
    let mut server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    ada.say("resign").await;
    server.finished().await;
    assert_eq!(server.post("/api/exhibitions", r#"{"name":"Second","boards":1}"#).await.status, 201);
    let mut ben = Player::join(&server, "Ben").await;
    ben.play("e7e5").await;
    ben.turn().await;
    assert_eq!(server.terminate().await.code(), Some(0));
    let path = server.database();
    (server.into_folder(), path)
}

#[tokio::test]
async fn a_backup_made_while_moves_flow_has_all_that_was_acknowledged() {
    const BOARDS: usize = 4;
    let server = TestServer::random(4).await;
    let acknowledged = Arc::new(Mutex::new(vec![Vec::<String>::new(); BOARDS]));
    let mut players = Vec::new();
    for board in 0..BOARDS {
        players.push(Player::join(&server, &format!("Player {board}")).await);
    }
    let token = players[0].token.clone();
    let mut playing = tokio::task::JoinSet::new();
    for (board, mut player) in players.into_iter().enumerate() {
        let acknowledged = acknowledged.clone();
        playing.spawn(async move {
            loop {
                player.turn().await;
                if player.status == "ended" {
                    // The others go on.
                    std::future::pending::<()>().await;
                }
                player.play_anything().await;
                acknowledged.lock().expect("a lock")[board].clone_from(&player.moves);
            }
        });
    }
    let known = || acknowledged.lock().expect("a lock").clone();
    let folder = tempfile::tempdir().expect("a folder");
    let mut last = folder.path().join("none");
    let began: usize = known().iter().map(Vec::len).sum();
    for number in 0..5 {
        last = folder.path().join(format!("{number}.db"));
        let before = known();
        let (code, said, log) = back_up(&server.database(), &last).await;
        assert_eq!(code, Some(0), "{said}{log}");
        assert_eq!(assert_sound(&last).await.len(), 1);
        let mut copy = open(&last).await;
        for (board, before) in (1u32..).zip(before) {
            let sql = "select uci from event where board = ? and kind = 'moved' order by seq";
            let moves: Vec<String> =
                sqlx::query_scalar(sql).bind(board).fetch_all(&mut copy).await.expect("a database");
            assert!(moves.starts_with(&before), "board {board}: {before:?} in {moves:?}");
        }
        copy.close().await.expect("a goodbye");
    }
    assert!(known().iter().map(Vec::len).sum::<usize>() > began, "there were moves meanwhile");
    assert_eq!(names(folder.path()), ["0.db", "1.db", "2.db", "3.db", "4.db"]);
    // The one in use is sound too, and nobody was held up.
    let (code, said, log) = check(&server.database()).await;
    assert_eq!(code, Some(0), "{said}{log}");
    assert!(!server.log().contains("WARN") && !server.log().contains("ERROR"), "{}", server.log());
    playing.shutdown().await;

    // And a server goes on from it.
    fs::rename(&last, server::database(&folder)).expect("a new name");
    let again = TestServer::on(folder, 4, &["--engine", "random"]).await;
    let mut player = Player::resume(&again, &token).await;
    if player.status != "ended" {
        player.play_anything().await;
    }
}

#[tokio::test]
async fn a_backup_is_never_written_over_anything() {
    let (folder, path) = evenings().await;
    let target = folder.path().join("backup.db");
    fs::write(&target, "a letter").expect("a file");
    let (code, said, log) = back_up(&path, &target).await;
    assert_eq!((code, &*said), (Some(1), ""));
    assert!(log.contains("is there already"), "{log}");
    assert_eq!(fs::read_to_string(&target).expect("a file"), "a letter");
    let before = names(folder.path());
    for target in [path.clone(), folder.path().to_owned(), folder.path().join("nowhere/backup.db")] {
        let (code, _, log) = back_up(&path, &target).await;
        assert_eq!(code, Some(1), "{log}");
        assert!(log.contains("is there already") || log.contains("can't be written"), "{log}");
    }
    assert_eq!(names(folder.path()), before);
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    fs::write(place("letter"), "Dear diary, today I played a simul.\n").expect("a file");
    fs::write(place("empty"), "").expect("a file");
    let mut other = open(&place("other")).await;
    execute(&mut other, "create table event (id integer primary key)").await;
    other.close().await.expect("a goodbye");
    for (name, sentence) in [
        ("letter", "is no SQLite database"),
        ("empty", "holds nothing yet"),
        ("other", "is a database of another program"),
        ("missing", "can't be opened"),
    ] {
        for (code, said, log) in [back_up(&place(name), &place("backup")).await, check(&place(name)).await] {
            assert_eq!((code, &*said), (Some(1), ""), "{name}");
            assert!(log.contains(sentence) && log.contains(name) && log.lines().count() == 1, "{name}: {log}");
        }
    }
    assert_eq!(names(folder.path()), ["empty", "letter", "other"]);
}

#[tokio::test]
async fn without_room_there_is_a_sentence_and_no_half_of_a_backup() {
    let (folder, path) = evenings().await;
    let target = folder.path().join("backup.db");
    let mut database = open(&path).await;
    execute(&mut database, "create table ballast (bytes blob)").await;
    execute(&mut database, "insert into ballast values (zeroblob(1 << 17))").await;
    database.close().await.expect("a goodbye");
    let mut command = Command::new("sh");
    // Half-KiB blocks: enough for the index of SQLite's log, and not for the copy.
    let line = "ulimit -f 72; exec \"$0\" backup \"$1\" --database \"$2\"";
    command.args(["-c", line, server::BINARY]).arg(&target).arg(&path);
    let (code, said, log) = run(command).await;
    assert_eq!((code, &*said), (Some(1), ""), "{log}");
    assert!(log.contains("the disk has no room for"), "{log}");
    assert!(!names(folder.path()).iter().any(|name| name.contains("backup")), "{:?}", names(folder.path()));
    // Nor is a database called damaged where there is no room for that index.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 8; exec \"$0\" check \"$1\"", server::BINARY]).arg(&path);
    let (code, _, log) = run(command).await;
    assert_eq!(code, Some(1));
    assert!(log.contains("can't be read") && !log.contains("damaged"), "{log}");
}

#[tokio::test]
async fn a_damaged_backup_is_told_so() {
    let (folder, path) = evenings().await;
    let backup = folder.path().join("backup.db");
    assert_eq!(back_up(&path, &backup).await.0, Some(0));
    let whole = fs::read(&backup).expect("a backup");
    assert_eq!(assert_sound(&backup).await.len(), 2);

    // A move of the second evening that can't have been.
    let mut database = open(&backup).await;
    execute(&mut database, "update event set uci = 'a1a8' where exhibition = 2 and kind = 'moved' and ply = 3").await;
    database.close().await.expect("a goodbye");
    let (code, said, log) = check(&backup).await;
    let lines: Vec<_> = said.lines().collect();
    assert_eq!((code, lines.len()), (Some(1), 2), "{said}");
    assert!(lines[0].starts_with("1 ") && lines[0].ends_with(": sound"), "{said}");
    assert!(lines[1].starts_with("2 Second: damaged: ") && lines[1].contains("not legal"), "{said}");
    assert!(log.contains("1 of its exhibitions"), "{log}");

    // A score that is not that of the games.
    fs::write(&backup, &whole).expect("a file");
    let mut database = open(&backup).await;
    execute(&mut database, "update exhibition set wins = 0, losses = 1 where id = 1").await;
    database.close().await.expect("a goodbye");
    let (code, said, _) = check(&backup).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("its score is not that of its games"), "{said}");

    // Bytes that were lost.
    fs::write(&backup, &whole[..whole.len() / 2]).expect("half of it");
    let (code, said, log) = check(&backup).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(log.contains("is damaged"), "{log}");
    let middle = whole.len() / 2;
    let mut blank = whole.clone();
    blank[middle..middle + 4096].fill(0);
    fs::write(&backup, &blank).expect("a page lost");
    let (code, said, log) = check(&backup).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(log.contains("is damaged"), "{log}");
}

/// What `kill -9` has left is in the log beside the file.
#[tokio::test]
async fn what_a_killed_server_has_left_is_read_with_its_log() {
    let mut server = TestServer::scripted(1, "e2e4 g1f3").await;
    let mut ada = Player::join(&server, "Ada").await;
    ada.play("e7e5").await;
    server.kill().await;
    let (code, said, log) = check(&server.database()).await;
    assert_eq!(code, Some(0), "{said}{log}");
    assert!(said.lines().next().is_some_and(|line| line.contains("running") && line.ends_with(": sound")), "{said}");
    let backup = server.database().with_file_name("backup.db");
    assert_eq!(back_up(&server.database(), &backup).await.0, Some(0));
    assert_eq!(assert_sound(&backup).await.len(), 1);
    server.restart().await;
    let moves = server.board(1).await["moves"].clone();
    assert!(moves.as_array().expect("moves").starts_with(&["e2e4".into(), "e7e5".into()]), "{moves}");
}

/// Files of earlier versions are checked as a start would take them up, and are as they were.
#[tokio::test]
async fn files_of_earlier_versions_can_be_checked_and_copied() {
    for (name, exhibitions) in [("schema-1.db", 2), ("schema-6.db", 3), ("schema-7.db", 3)] {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, backup) = (folder.path().join(name), folder.path().join("backup.db"));
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name), &file).expect("a copy");
        let lines = assert_sound(&file).await;
        assert_eq!(lines.len(), exhibitions);
        assert_eq!(back_up(&file, &backup).await.0, Some(0));
        assert_eq!(assert_sound(&backup).await, lines);
    }
}
