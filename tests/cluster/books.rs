//! The hall's own table against the log, and against a node's copy.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;
use simultan::relay::Message;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

/// Every event's row of a database, whole, by exhibition and number.
pub(crate) type Rows = BTreeMap<(i64, u64), Vec<Value>>;

const ROWS: &str = "select json_array(exhibition, seq, at_ms, wall_ms, kind, board, ply, uci, white_ms, black_ms, position, \
     by_whom, result, termination, guest, details) from event order by exhibition, seq";

/// What a database holds.
pub(crate) async fn rows(database: &Path) -> Rows {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("a database");
    let rows: Vec<String> = sqlx::query_scalar(ROWS).fetch_all(&mut connection).await.expect("events");
    let row = |text: String| {
        let row: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        ((row[0].as_i64().expect("a number"), row[1].as_u64().expect("a number")), row)
    };
    rows.into_iter().map(row).collect()
}

/// What is wrong with the log of a hall whose table is `own`: lines missing, twice, out of order or different.
pub(crate) fn compare(log: &[Message], own: &Rows) -> Vec<String> {
    let (mut told, mut wrong) = (BTreeMap::<i64, u64>::new(), Vec::new());
    for passage in log.iter().flat_map(|message| &message.passages) {
        for line in passage.lines.lines() {
            let line: Vec<Value> = serde_json::from_str(line).expect("a list");
            let (id, seq) = (line[0].as_i64().expect("a number"), line[1].as_u64().expect("a number"));
            let last = told.insert(id, seq).unwrap_or_default();
            if seq != last + 1 {
                wrong.push(format!("exhibition {id}: event {seq} comes after {last}"));
            }
            match own.get(&(id, seq)) {
                Some(row) if says_the_same(&line, row) => {}
                other => {
                    let said = format!("exhibition {id}, event {seq}: {line:?} in the log, {other:?} in the table");
                    wrong.push(said);
                }
            }
        }
    }
    for &(id, seq) in own.keys() {
        if told.get(&id).is_none_or(|&told| told < seq) {
            wrong.push(format!("exhibition {id}, event {seq} is not in the log"));
        }
    }
    wrong
}

/// The log has of each kind of event the columns that it uses, in their order.
fn says_the_same(line: &[Value], row: &[Value]) -> bool {
    let columns: &[usize] = match row[4].as_str() {
        Some("moved") => &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        Some("retracted") => &[0, 1, 2, 3, 4, 5, 6, 8, 9, 10],
        _ if !row[14].is_null() => &[0, 1, 2, 3, 4, 5, 14],
        _ if !row[15].is_null() => &[0, 1, 2, 3, 4, 5, 15],
        _ => &[0, 1, 2, 3, 4, 5, 11, 12, 13],
    };
    line.len() == columns.len() && columns.iter().zip(line).all(|(&column, value)| row[column] == *value)
}

/// What is in one of two tables and not in the other.
pub(crate) fn differences(own: &Rows, copy: &Rows) -> Vec<String> {
    let missing = own
        .iter()
        .filter(|(key, row)| copy.get(key) != Some(row))
        .map(|(key, _)| format!("{key:?} is not in the copy as it is"));
    let strange = copy.keys().filter(|key| !own.contains_key(key)).map(|key| format!("{key:?} is in the copy alone"));
    missing.chain(strange).collect()
}

/// The table up to where the log goes: the hall plays on.
pub(crate) fn until(own: &Rows, log: &[Message]) -> Rows {
    let mut told = BTreeMap::new();
    for passage in log.iter().flat_map(|message| &message.passages) {
        told.insert(passage.head.exhibition, passage.head.last.seq);
    }
    let is_told = |&(id, seq): &(i64, u64)| told.get(&id).is_some_and(|&last| seq <= last);
    own.iter().filter(|(key, _)| is_told(key)).map(|(key, row)| (*key, row.clone())).collect()
}
