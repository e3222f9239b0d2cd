//! Who had heard of what at each moment of a recorded run: read from what the server sent.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::{
    ledger::{Fact, facts},
    syscalls::Step,
};

/// Who has heard of what: by exhibition, up to which event.
#[derive(Default)]
pub(crate) struct Heard {
    /// Whose words come over a connection.
    pub(crate) exhibition: HashMap<u32, String>,
    pub(crate) upto: BTreeMap<String, usize>,
    pub(crate) receipts: usize,
}

impl Heard {
    pub(crate) fn listen(&mut self, step: &Step, places: &HashMap<(String, Fact), usize>) {
        match step {
            Step::Send { descriptor, data } => {
                for message in messages(data) {
                    self.take(*descriptor, &message, places);
                }
            }
            Step::Close { descriptor } => drop(self.exhibition.remove(descriptor)),
            _ => {}
        }
    }

    fn take(&mut self, descriptor: u32, message: &Value, places: &HashMap<(String, Fact), usize>) {
        let id = message.get("exhibition").or(message.get("id")).and_then(Value::as_str);
        if let Some(id) = id {
            self.exhibition.insert(descriptor, id.to_owned());
        }
        let Some(id) = self.exhibition.get(&descriptor) else { return };
        // A snapshot and an event have a number themselves.
        let mut last = message["seq"].as_u64().map_or(0, |seq| usize::try_from(seq).expect("a number"));
        for fact in facts(message) {
            let place = places.get(&(id.clone(), fact.clone()));
            last = last.max(*place.unwrap_or_else(|| panic!("exhibition {id}: {fact:?} was told and is not stored")));
            self.receipts += 1;
        }
        let upto = self.upto.entry(id.clone()).or_default();
        *upto = last.max(*upto);
    }
}

/// Every message in what was sent at once.
pub(crate) fn messages(data: &[u8]) -> Vec<Value> {
    const START: &[u8] = br#"{"type":""#;
    let starts = data.windows(START.len()).enumerate().filter(|(_, window)| *window == START);
    let read = |(at, _): (usize, &[u8])| {
        serde_json::Deserializer::from_slice(&data[at..]).into_iter().next().and_then(Result::ok)
    };
    let read: Vec<Value> = starts.map(|start| read(start).expect("a whole message")).collect();
    read
}

/// Where each promise stands in the record.
pub(crate) fn places(rows: &BTreeMap<String, Vec<String>>, lives: &[Vec<Step>]) -> HashMap<(String, Fact), usize> {
    let mut places = HashMap::new();
    let mut joined = HashMap::new();
    for (id, rows) in rows {
        for (seq, row) in (1..).zip(rows) {
            let words: Vec<&str> = row.split(' ').collect();
            let board = || words[3].parse::<u64>().expect("a board");
            match words[2] {
                "joined" => drop(joined.insert((id.clone(), board()), seq)),
                "moved" => {
                    let ply = words[4].parse().expect("a ply");
                    let fact = Fact::Move { board: board(), ply, uci: words[5].to_owned() };
                    places.insert((id.clone(), fact), seq);
                }
                "ended" => {
                    let (result, termination) = (words[6].to_owned(), words[7].to_owned());
                    places.insert((id.clone(), Fact::End { board: board(), result, termination }), seq);
                }
                _ => {}
            }
        }
    }
    // A seat's secret stands in no event.
    for step in lives.iter().flatten() {
        let Step::Send { data, .. } = step else { continue };
        for message in messages(data).iter().filter(|message| message["type"] == "seated") {
            let id = message["exhibition"].as_str().expect("an id").to_owned();
            for fact in facts(message) {
                let Fact::Seat { board, .. } = &fact else { continue };
                let seq = *joined.get(&(id.clone(), *board)).expect("a seat that was given is stored");
                places.insert((id.clone(), fact), seq);
            }
        }
    }
    places
}
