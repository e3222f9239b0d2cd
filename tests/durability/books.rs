//! What a database file holds, read without the server: the rows, played again, and held against the ledger.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use shakmaty::{CastlingMode, Chess, EnPassantMode, Outcome, Position, uci::UciMove, zobrist::Zobrist64};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::ledger::{Finding, Ledger, Told};

/// What one exhibition's rows say.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// In their order, as [`EVENTS`] names them.
    events: Vec<Value>,
    pub(crate) seats: BTreeMap<u64, Vec<u8>>,
    /// By board.
    pub(crate) games: BTreeMap<u64, Game>,
}

#[derive(Debug, Default)]
pub(crate) struct Game {
    pub(crate) moves: Vec<String>,
    position: Chess,
    pub(crate) end: Option<(String, String)>,
    /// When the last move was made, and what both clocks showed after it.
    last: (i64, Option<(i64, i64)>),
}

const EVENTS: &str = "select json_group_array(json_array(exhibition, seq, at_ms, kind, board, ply, uci, position, \
                      white_ms, black_ms, result, termination)) from (select * from event order by exhibition, seq)";
const SEATS: &str = "select json_group_array(json_array(exhibition, board, hex(token_hash))) from guest";

/// The files that are the database. The shared memory beside them is made anew.
pub(crate) const SUFFIXES: [&str; 3] = ["", "-wal", "-journal"];

pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Opens the file as any program would that knows SQLite.
pub(crate) async fn open(database: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(database)).await
}

/// The exhibitions of a database that no process has open, read from a copy: opening it would change it. Says what is
/// broken; a file that was never filled holds nothing.
pub(crate) async fn read(database: &Path) -> Result<BTreeMap<String, Kept>, Finding> {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    for suffix in SUFFIXES {
        match fs::copy(beside(database, suffix), beside(&copy, suffix)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            copied => drop(copied.expect("a copy")),
        }
    }
    match copy.exists() {
        true => rows(&copy).await.map_err(|error| Finding::Broken(format!("can't be read: {error}")))?,
        false => Ok(BTreeMap::new()),
    }
}

async fn rows(database: &Path) -> Result<Result<BTreeMap<String, Kept>, Finding>, sqlx::Error> {
    let mut connection = open(database).await?;
    let check: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut connection).await?;
    if check != "ok" {
        return Ok(Err(Finding::Broken(format!("integrity_check says {check}"))));
    }
    let made = "select count(*) from sqlite_schema where name = 'guest'";
    let made: i64 = sqlx::query_scalar(made).fetch_one(&mut connection).await?;
    let mut kept: BTreeMap<String, Kept> = BTreeMap::new();
    if made == 1 {
        let events: String = sqlx::query_scalar(EVENTS).fetch_one(&mut connection).await?;
        let seats: String = sqlx::query_scalar(SEATS).fetch_one(&mut connection).await?;
        for row in array(&events) {
            kept.entry(row[0].to_string()).or_default().events.push(row);
        }
        for row in array(&seats) {
            let hash = row[2].as_str().expect("a hash");
            let hash = (0..hash.len()).step_by(2).map(|at| u8::from_str_radix(&hash[at..at + 2], 16).expect("hex"));
            let seats = &mut kept.entry(row[0].to_string()).or_default().seats;
            seats.insert(row[1].as_u64().expect("a board"), hash.collect());
        }
    }
    connection.close().await?;
    let outcome = kept.iter_mut().try_for_each(|(id, kept)| {
        kept.replay().map_err(|what| match what {
            Twice(what) => Finding::Doubled(format!("exhibition {id}, {what}")),
            Wrong(what) => Finding::Broken(format!("exhibition {id}, {what}")),
        })
    });
    Ok(outcome.map(|()| kept))
}

fn array(json: &str) -> Vec<Value> {
    serde_json::from_str(json).expect("rows")
}

enum Flaw {
    Twice(String),
    Wrong(String),
}
use Flaw::{Twice, Wrong};

impl Kept {
    /// Plays the rows: numbers without a gap, legal moves, positions as stored, time that goes forward, one end.
    fn replay(&mut self) -> Result<(), Flaw> {
        for (expected, row) in (1..).zip(&self.events) {
            let seq = row[1].as_u64().expect("a number");
            if seq != expected {
                return Err(Wrong(format!("event {seq} stands where {expected} belongs")));
            }
            let kind = row[3].as_str().expect("a kind");
            let Some(board) = row[4].as_u64() else { continue };
            let game = self.games.entry(board).or_default();
            let outcome = match kind {
                "moved" => game.play(row),
                "ended" => game.end(row),
                _ => Ok(()),
            };
            outcome.map_err(|flaw| match flaw {
                Twice(what) => Twice(format!("board {board}, event {seq}: {what}")),
                Wrong(what) => Wrong(format!("board {board}, event {seq}: {what}")),
            })?;
        }
        for (board, game) in &self.games {
            // A move that ends a game by the rules is stored together with that end.
            if game.position.outcome() != Outcome::Unknown && game.end.is_none() {
                return Err(Wrong(format!("board {board} is over, and no end is stored")));
            }
        }
        Ok(())
    }

    /// Every move, by board and ply.
    pub(crate) fn moves(&self) -> impl Iterator<Item = ((u64, u64), &str)> {
        self.games
            .iter()
            .flat_map(|(&board, game)| (1..).zip(&game.moves).map(move |(ply, uci)| ((board, ply), uci.as_str())))
    }
}

impl Game {
    fn play(&mut self, row: &Value) -> Result<(), Flaw> {
        let (ply, uci) = (row[5].as_u64().expect("a ply"), row[6].as_str().expect("a move"));
        if self.end.is_some() {
            return Err(Wrong(format!("{uci} after the end")));
        }
        let expected = self.moves.len() as u64 + 1;
        if ply != expected {
            let what = format!("ply {ply} stands where {expected} belongs");
            return Err(if ply < expected { Twice(what) } else { Wrong(what) });
        }
        let legal = uci.parse::<UciMove>().ok().and_then(|uci| uci.to_move(&self.position).ok());
        let legal = legal.filter(|legal| legal.to_uci(CastlingMode::Standard).to_string() == uci);
        let legal = legal.ok_or_else(|| Wrong(format!("{uci} is no legal move")))?;
        self.position.play_unchecked(legal);
        let hash = self.position.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0;
        if row[7].as_i64() != Some(hash.cast_signed()) {
            return Err(Wrong("not the position that was stored".to_owned()));
        }
        self.moves.push(uci.to_owned());
        self.clock(row)
    }

    /// Time goes forward, no clock below zero, and none wins more than the increment of a second.
    fn clock(&mut self, row: &Value) -> Result<(), Flaw> {
        let (at, clock) = (row[2].as_i64().expect("a time"), row[8].as_i64().zip(row[9].as_i64()));
        let (then, was) = std::mem::replace(&mut self.last, (at, clock));
        if at < then {
            return Err(Wrong(format!("time went back from {then} to {at}")));
        }
        if let (Some((white, black)), Some((old_white, old_black))) = (clock, was) {
            let fits = |is: i64, was: i64| is >= 0 && is <= was + 1000;
            if !fits(white, old_white) || !fits(black, old_black) {
                return Err(Wrong(format!("the clocks went from {old_white}, {old_black} to {white}, {black}")));
            }
        }
        Ok(())
    }

    fn end(&mut self, row: &Value) -> Result<(), Flaw> {
        let text = |place: usize| row[place].as_str().expect("text").to_owned();
        if self.end.is_some() {
            return Err(Twice("a second end".to_owned()));
        }
        let (result, termination) = (text(10), text(11));
        if self.position.outcome() != Outcome::Unknown && self.position.outcome().to_string() != result {
            return Err(Wrong(format!("{result} is stored for {}", self.position.outcome())));
        }
        self.end = Some((result, termination));
        Ok(())
    }
}

/// Holds the record against what was told and sent.
pub(crate) fn audit(ledger: &mut Ledger, record: &BTreeMap<String, Kept>) {
    let nothing = Kept::default();
    let mut findings = Vec::new();
    for (id, told) in &mut ledger.exhibitions {
        let kept = record.get(id).unwrap_or(&nothing);
        findings.extend(compare(told, kept).into_iter().map(|finding| match finding {
            Lost(what) => Finding::Lost(format!("exhibition {id}, {what}")),
            Invented(what) => Finding::Broken(format!("exhibition {id}, {what}")),
        }));
        for (place, _) in kept.moves().filter(|(place, _)| told.sent.contains_key(place)) {
            if !told.receipts.contains(&place) {
                told.recovered.insert(place);
            }
        }
    }
    ledger.findings.extend(findings);
}

enum Difference {
    Lost(String),
    Invented(String),
}
use Difference::{Invented, Lost};

fn compare(told: &Told, kept: &Kept) -> Vec<Difference> {
    let mut differences = Vec::new();
    let stored: BTreeMap<(u64, u64), &str> = kept.moves().collect();
    for (place, uci) in &told.moves {
        if stored.get(place) != Some(&uci.as_str()) {
            differences.push(Lost(format!("{place:?}: {uci} was told, {:?} is stored", stored.get(place))));
        }
    }
    for (board, end) in &told.ends {
        if kept.games.get(board).and_then(|game| game.end.as_ref()) != Some(end) {
            differences.push(Lost(format!("board {board}: its end {end:?} is not stored")));
        }
    }
    for (board, hash) in &told.seats {
        if kept.seats.get(board) != Some(hash) {
            differences.push(Lost(format!("the seat at board {board} is not stored")));
        }
    }
    for (&seq, text) in &told.events {
        let row = usize::try_from(seq).ok().and_then(|seq| kept.events.get(seq - 1));
        if !row.is_some_and(|row| says(row, text)) {
            differences.push(Lost(format!("event {seq}: {text} was told, {row:?} is stored")));
        }
    }
    for (&(board, ply), uci) in &stored {
        let sent = told.sent.get(&(board, ply));
        if ply % 2 == 0 && told.seats.contains_key(&board) && !sent.is_some_and(|sent| sent.contains(*uci)) {
            differences.push(Invented(format!("board {board}, ply {ply}: {uci} is stored, {sent:?} was sent")));
        }
    }
    for (&board, game) in kept.games.iter().filter(|(board, _)| told.seats.contains_key(board)) {
        let last = told.moves.range((board, 0)..(board + 1, 0)).next_back().map_or(0, |((_, ply), _)| *ply);
        if game.moves.len() as u64 > last + 2 {
            differences.push(Invented(format!("board {board} is more than one move of each side ahead of {last}")));
        }
    }
    differences
}

/// Whether a row is the event that was told.
fn says(row: &Value, text: &str) -> bool {
    let event: Value = serde_json::from_str(text).expect("JSON");
    let same = |place: usize, name: &str| event.get(name).is_none_or(|said| *said == row[place]);
    same(1, "seq")
        && same(2, "at_ms")
        && same(3, "type")
        && same(4, "board")
        && same(5, "ply")
        && same(6, "uci")
        && (event["type"] != "ended" || same(10, "result") && same(11, "termination"))
}
