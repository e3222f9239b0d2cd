//! What clients sent and what anybody was told: the books against which the record is held.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finding {
    /// It was told, and is not there, or is something else.
    Lost(String),
    /// One number, or one ply, has two contents.
    Doubled(String),
    /// A move that was sent again got no answer.
    Unanswered(String),
    /// A move was refused though nothing was wrong.
    Refused(String),
    /// The record is not one of legal games.
    Broken(String),
}

/// What is known of one exhibition from outside.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By board: the hash of the seat's token.
    pub(crate) seats: BTreeMap<u64, Vec<u8>>,
    /// By board and ply: the move, whoever heard of it.
    pub(crate) moves: BTreeMap<(u64, u64), String>,
    /// By board: result and termination.
    pub(crate) ends: BTreeMap<u64, (String, String)>,
    /// By number: the event, word for word.
    pub(crate) events: BTreeMap<u64, String>,
    /// By board and ply: what its player sent.
    pub(crate) sent: BTreeMap<(u64, u64), BTreeSet<String>>,
    /// The moves whose receipt came to the mover.
    pub(crate) receipts: BTreeSet<(u64, u64)>,
    /// The moves that were stored though no receipt came through.
    pub(crate) recovered: BTreeSet<(u64, u64)>,
}

/// Everybody's books together.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) exhibitions: BTreeMap<String, Told>,
    pub(crate) findings: BTreeSet<Finding>,
    /// How many lives of the server there were, and how they ended.
    pub(crate) kills: usize,
    /// How often a move was sent again after a lost connection.
    pub(crate) resent: usize,
    /// How often something was refused with a sentence, since it could not be stored.
    pub(crate) refused: usize,
}

impl Ledger {
    pub(crate) fn of(&mut self, exhibition: &str) -> &mut Told {
        self.exhibitions.entry(exhibition.to_owned()).or_default()
    }

    pub(crate) fn found(&mut self, finding: Finding) {
        self.findings.insert(finding);
    }

    pub(crate) fn sent(&mut self, exhibition: &str, board: u64, ply: u64, uci: &str) {
        self.of(exhibition).sent.entry((board, ply)).or_default().insert(uci.to_owned());
    }

    /// A client or spectator is told something of `exhibition`.
    pub(crate) fn hear(&mut self, exhibition: &str, text: &str, message: &Value) {
        let told = self.of(exhibition);
        let mut findings = Vec::new();
        for fact in facts(message) {
            findings.extend(told.take(exhibition, fact));
        }
        if let Some(seq) = message["seq"].as_u64().filter(|_| message["type"] != "exhibition") {
            let earlier = told.events.insert(seq, text.to_owned());
            if let Some(earlier) = earlier.filter(|earlier| earlier != text) {
                findings.push(Finding::Doubled(format!("{exhibition}: event {seq} is {earlier} and {text}")));
            }
        }
        self.findings.extend(findings);
    }

    /// The mover got his receipt.
    pub(crate) fn receipt(&mut self, exhibition: &str, board: u64, ply: u64) {
        self.of(exhibition).receipts.insert((board, ply));
    }

    /// Panics if something was found.
    pub(crate) fn assert_kept(&self) {
        let findings: Vec<_> = self.findings.iter().take(10).collect();
        assert!(findings.is_empty(), "{} findings, among them {findings:#?}", self.findings.len());
    }

    /// How many receipts have come.
    pub(crate) fn acknowledged(&self) -> usize {
        self.count(|told| told.receipts.len())
    }

    fn count(&self, of: impl Fn(&Told) -> usize) -> usize {
        self.exhibitions.values().map(of).sum()
    }

    /// The counts that such a test is judged by.
    pub(crate) fn print(&self, what: &str) {
        let found = |wanted: fn(&Finding) -> bool| self.findings.iter().filter(|&finding| wanted(finding)).count();
        eprintln!(
            "{what}: {} kills; moves attempted {}, acknowledged {}, lost {}, doubled {}, recovered {}, sent again {}; \
             told of {} moves, {} ends, {} seats, {} events in {} exhibitions",
            self.kills,
            self.count(|told| told.sent.len()),
            self.acknowledged(),
            found(|finding| matches!(finding, Finding::Lost(_))),
            found(|finding| matches!(finding, Finding::Doubled(_))),
            self.count(|told| told.recovered.len()),
            self.resent,
            self.count(|told| told.moves.len()),
            self.count(|told| told.ends.len()),
            self.count(|told| told.seats.len()),
            self.count(|told| told.events.len()),
            self.exhibitions.len(),
        );
    }

    /// Takes over what was found and counted elsewhere, under names of its own.
    pub(crate) fn absorb(&mut self, campaign: usize, other: Ledger) {
        for (exhibition, told) in other.exhibitions {
            self.exhibitions.insert(format!("{campaign}/{exhibition}"), told);
        }
        self.findings.extend(other.findings);
        self.kills += other.kills;
        self.resent += other.resent;
        self.refused += other.refused;
    }
}

impl Told {
    fn take(&mut self, exhibition: &str, fact: Fact) -> Option<Finding> {
        let change = |what: String, was: String, is: String| {
            (was != is).then(|| Finding::Lost(format!("{exhibition}, {what}: told {was}, then {is}")))
        };
        match fact {
            Fact::Seat { board, token_hash } => {
                self.seats.insert(board, token_hash);
                None
            }
            Fact::Move { board, ply, uci } => {
                let earlier = self.moves.insert((board, ply), uci.clone())?;
                change(format!("board {board}, ply {ply}"), earlier, uci)
            }
            Fact::End { board, result, termination } => {
                let earlier = self.ends.insert(board, (result.clone(), termination))?;
                change(format!("board {board}, result"), earlier.0, result)
            }
        }
    }
}

/// What a message promises.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    Seat { board: u64, token_hash: Vec<u8> },
    Move { board: u64, ply: u64, uci: String },
    End { board: u64, result: String, termination: String },
}

/// Every promise in a message to a player or spectator.
pub(crate) fn facts(message: &Value) -> Vec<Fact> {
    let board = || message["board"].as_u64().expect("a board");
    match message["type"].as_str() {
        Some("seated") => {
            let token = message["token"].as_str().expect("a token");
            vec![Fact::Seat { board: board(), token_hash: Sha256::digest(token.as_bytes()).to_vec() }]
        }
        Some("moved") => {
            let uci = message["uci"].as_str().expect("a move").to_owned();
            vec![Fact::Move { board: board(), ply: message["ply"].as_u64().expect("a ply"), uci }]
        }
        Some("game") => game(message),
        Some("ended") => end(message).into_iter().collect(),
        Some("exhibition") => message["boards"].as_array().expect("boards").iter().flat_map(game).collect(),
        _ => Vec::new(),
    }
}

fn game(message: &Value) -> Vec<Fact> {
    let board = message["board"].as_u64().expect("a board");
    let moves = message["moves"].as_array().expect("moves");
    let moves = (1..).zip(moves).map(|(ply, uci)| (ply, uci.as_str().expect("a move").to_owned()));
    moves.map(|(ply, uci)| Fact::Move { board, ply, uci }).chain(end(message)).collect()
}

fn end(message: &Value) -> Option<Fact> {
    let board = message["board"].as_u64().expect("a board");
    let (result, termination) = (message["result"].as_str()?, message["termination"].as_str()?);
    Some(Fact::End { board, result: result.to_owned(), termination: termination.to_owned() })
}
