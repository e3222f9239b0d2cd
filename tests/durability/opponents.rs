//! An opponent at full speed who expects the server to die at any moment, and writes down all that is said.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    time::Duration,
};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use shakmaty::{CastlingMode, Chess, Color, Outcome, Position, uci::UciMove};
use tokio::sync::Notify;

use crate::{
    common::{Heard, Link},
    ledger::{Finding, Ledger},
};

/// What all clients of one server share.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) ledger: RefCell<Ledger>,
    /// In this life of the server: who has a seat, who gets none, whose game is over.
    pub(crate) seated: Cell<usize>,
    pub(crate) turned_away: Cell<usize>,
    pub(crate) over: Cell<usize>,
    /// Whose connection has ended.
    pub(crate) gone: Cell<usize>,
    /// One of these numbers has changed, or a receipt has come.
    pub(crate) changed: Notify,
    /// The server is known to fail for a while: a refusal is then no finding, and asked again.
    pub(crate) failing: Cell<bool>,
    /// Nobody moves, and so many would like to.
    pub(crate) holding: Cell<bool>,
    pub(crate) held: Cell<usize>,
    /// A move that is on the record and sent again is lost on its way: what it looks like when the server does not answer.
    pub(crate) losing: Cell<bool>,
    /// Everybody gives up when it is his turn.
    pub(crate) resigning: Cell<bool>,
}

impl Table {
    fn count(&self, what: &Cell<usize>) {
        what.set(what.get() + 1);
        self.changed.notify_waiters();
    }

    pub(crate) fn found(&self, finding: Finding) {
        self.ledger.borrow_mut().found(finding);
        self.changed.notify_waiters();
    }

    /// The server lives anew.
    pub(crate) fn clear(&self) {
        [&self.seated, &self.turned_away, &self.over, &self.gone].iter().for_each(|count| count.set(0));
    }

    /// Waits until something that is counted is so.
    pub(crate) async fn until(&self, so: impl Fn(&Table) -> bool) {
        let mut changed = std::pin::pin!(self.changed.notified());
        while !so(self) {
            changed.as_mut().await;
            changed.set(self.changed.notified());
        }
    }
}

/// Nothing more comes over this connection.
#[derive(Debug)]
struct Cut;

#[derive(Debug)]
pub(crate) struct Opponent {
    chance: ChaCha8Rng,
    name: String,
    /// How many of a thousand decisions are to give up.
    gives_up: u32,
    seat: Option<Seat>,
}

#[derive(Debug, Default)]
struct Seat {
    exhibition: String,
    board: u64,
    token: String,
    playing: bool,
    over: bool,
    moves: Vec<String>,
    position: Chess,
    /// A move without an answer.
    pending: Option<(u64, String)>,
    offered: bool,
}

impl Opponent {
    pub(crate) fn new(name: String, chance: ChaCha8Rng, gives_up: u32) -> Opponent {
        Opponent { chance, name, gives_up, seat: None }
    }

    /// What takes his seat back.
    pub(crate) fn token(&self) -> Option<&str> {
        self.seat.as_ref().map(|seat| &*seat.token)
    }

    /// Takes part until the connection ends.
    pub(crate) async fn live(&mut self, server: SocketAddr, table: &Table) {
        let over = self.seat.as_ref().is_some_and(|seat| seat.over);
        if over && !table.resigning.get() {
            self.seat = None;
        }
        let (path, hello) = match &self.seat {
            Some(seat) => (format!("/ws/{}/play", seat.exhibition), json!({ "type": "resume", "token": seat.token })),
            None => ("/ws/current/play".to_owned(), json!({ "type": "join", "name": self.name, "bot": true })),
        };
        if let Some(mut link) = Link::try_connect(server, &path).await {
            link.send(&hello).await;
            let Err(Cut) = self.play(&mut link, table).await;
        }
        table.count(&table.gone);
    }

    async fn play(&mut self, link: &mut Link, table: &Table) -> Result<std::convert::Infallible, Cut> {
        let resumes = self.seat.is_some();
        let greeting = hear(link).await?;
        if greeting.1["type"] == "error" {
            return self.turned_away(&greeting.1, resumes, table);
        }
        self.take(greeting, table);
        self.next(link, table).await?;
        table.count(&table.seated);
        if resumes {
            self.settle(link, table).await?;
            if let Some((ply, uci)) = self.seat().pending.clone() {
                send_move(link, ply, &uci).await;
            }
        }
        let mut told_over = false;
        loop {
            let seat = self.seat();
            if seat.over && !told_over {
                told_over = true;
                table.count(&table.over);
            }
            if seat.to_move() {
                if table.holding.get() {
                    table.count(&table.held);
                    table.until(|table| !table.holding.get()).await;
                }
                self.decide(link, table).await;
            }
            let message = self.next(link, table).await?;
            if message["type"] == "error" {
                self.refused(&message, link, table).await;
            }
        }
    }

    fn seat(&mut self) -> &mut Seat {
        self.seat.get_or_insert_default()
    }

    fn turned_away<T>(&mut self, error: &Value, resumes: bool, table: &Table) -> Result<T, Cut> {
        match error["code"].as_str().expect("a code") {
            // A seat whose taker never heard of it is nobody's; or the exhibition has started, or is over.
            "full" | "closed" => table.count(&table.turned_away),
            "internal" if table.failing.get() => table.ledger.borrow_mut().refused += 1,
            code if resumes => table.found(Finding::Lost(format!("{} gets his seat no more: {code}", self.name))),
            code => table.found(Finding::Refused(format!("{} gets no seat: {code}", self.name))),
        }
        Err(Cut)
    }

    async fn next(&mut self, link: &mut Link, table: &Table) -> Result<Value, Cut> {
        let heard = hear(link).await?;
        let message = heard.1.clone();
        self.take(heard, table);
        Ok(message)
    }

    /// Writes down what is said, and follows the game.
    fn take(&mut self, (text, message): (String, Value), table: &Table) {
        let kind = message["type"].as_str().expect("a type");
        let seat = self.seat();
        match kind {
            "seated" => {
                let text = |key: &str| message[key].as_str().expect(key).to_owned();
                (seat.exhibition, seat.token) = (text("exhibition"), text("token"));
                seat.board = message["board"].as_u64().expect("a board");
            }
            "game" => {
                seat.moves.clear();
                seat.position = Chess::default();
                message["moves"].as_array().expect("moves").iter().for_each(|uci| seat.follow(uci));
                seat.playing = message["status"] == "playing";
                seat.over = message["status"] == "ended";
            }
            "started" => seat.playing = true,
            "moved" => {
                let ply = message["ply"].as_u64().expect("a ply");
                if ply == seat.moves.len() as u64 + 1 {
                    seat.follow(&message["uci"]);
                }
                if ply % 2 == 0 {
                    table.ledger.borrow_mut().receipt(&seat.exhibition, seat.board, ply);
                    table.changed.notify_waiters();
                }
                if seat.pending.as_ref().is_some_and(|(pending, _)| *pending == ply) {
                    seat.pending = None;
                    seat.offered = false;
                }
            }
            "ended" => seat.over = true,
            _ => {}
        }
        table.ledger.borrow_mut().hear(&seat.exhibition, &text, &message);
    }

    /// After a lost connection: what became of the last move? It is sent again, or another one in its place, and behind it
    /// something that is always answered. An answer that does not come is then seen, however slow the machine is.
    async fn settle(&mut self, link: &mut Link, table: &Table) -> Result<(), Cut> {
        let (exhibition, board) = (self.seat().exhibition.clone(), self.seat().board);
        let Some((ply, mut uci)) = self.seat().pending.take().filter(|_| self.seat().playing) else { return Ok(()) };
        let stored = self.seat().moves.len() as u64 >= ply;
        if !stored && (self.seat().over || self.seat().position.turn() != Color::Black) {
            let what = format!("exhibition {exhibition}, board {board}: the moves before ply {ply} are gone");
            table.found(Finding::Lost(what));
            return Ok(());
        }
        let mut other = false;
        if self.chance.random_ratio(1, 3) {
            // Something else in its place: taken where nothing is stored, too late where something is.
            let changed = if stored { "a7a6".to_owned() } else { self.some_move() };
            other = stored && changed != uci;
            uci = changed;
        }
        table.ledger.borrow_mut().resent += 1;
        if !other {
            table.ledger.borrow_mut().sent(&exhibition, board, ply, &uci);
        }
        if !(table.losing.get() && stored && !other) {
            send_move(link, ply, &uci).await;
        }
        send_move(link, 0, "a7a6").await;
        let mut answered = false;
        loop {
            let message = self.next(link, table).await?;
            let about = message["ply"].as_u64();
            match message["type"].as_str() {
                Some("moved") if about == Some(ply) && !other => answered = true,
                Some("error") if about == Some(ply) && message["code"] == "internal" && table.failing.get() => {
                    self.seat().pending = Some((ply, uci.clone()));
                    answered = true;
                }
                Some("error") if about == Some(ply) => {
                    let code = message["code"].as_str().expect("a code");
                    answered = true;
                    if !other || (code != "stale_ply" && code != "game_over") {
                        table.found(Finding::Refused(format!("ply {ply}, sent again: {message}")));
                    }
                }
                Some("error") if about == Some(0) => {
                    if !answered {
                        let what = format!("exhibition {exhibition}, board {board}: ply {ply}, sent again");
                        table.found(Finding::Unanswered(what));
                    }
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    fn some_move(&mut self) -> String {
        let legal = self.seat().position.legal_moves();
        legal[self.chance.random_range(..legal.len())].to_uci(CastlingMode::Standard).to_string()
    }

    async fn decide(&mut self, link: &mut Link, table: &Table) {
        if table.resigning.get() || self.chance.random_ratio(self.gives_up, 1000) {
            link.send(&json!({ "type": "resign" })).await;
            return;
        }
        if !self.seat().offered && self.chance.random_ratio(1, 100) {
            self.seat().offered = true;
            link.send(&json!({ "type": "offer_draw" })).await;
        }
        let uci = self.some_move();
        let seat = self.seat();
        let ply = seat.moves.len() as u64 + 1;
        seat.pending = Some((ply, uci.clone()));
        table.ledger.borrow_mut().sent(&seat.exhibition, seat.board, ply, &uci);
        send_move(link, ply, &uci).await;
        if self.chance.random_ratio(1, 20) {
            send_move(link, ply, &uci).await;
        }
    }

    /// A move that could not be stored is sent again until it can; an offer or a resignation is decided on anew.
    async fn refused(&mut self, error: &Value, link: &mut Link, table: &Table) {
        if error["code"] != "internal" {
            return;
        }
        let sentence = error["message"].as_str().unwrap_or_default();
        let pending = self.seat().pending.clone();
        let about = error["ply"].as_u64();
        if !table.failing.get()
            || !sentence.contains(' ')
            || (about.is_some() && about != pending.as_ref().map(|p| p.0))
        {
            table.found(Finding::Refused(format!("{}: {error}", self.name)));
            return;
        }
        table.ledger.borrow_mut().refused += 1;
        table.changed.notify_waiters();
        // As a person would, he takes a breath.
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let (Some((ply, uci)), Some(_)) = (pending, about) {
            send_move(link, ply, &uci).await;
        }
    }
}

impl Seat {
    /// Whether a move is due; the word of a game's end may be on its way.
    fn to_move(&self) -> bool {
        let free = self.playing && !self.over && self.pending.is_none();
        free && self.position.turn() == Color::Black && self.position.outcome() == Outcome::Unknown
    }

    fn follow(&mut self, uci: &Value) {
        let uci = uci.as_str().expect("a move");
        let legal = uci.parse::<UciMove>().expect("a move").to_move(&self.position).expect("a legal move");
        self.position.play_unchecked(legal);
        self.moves.push(uci.to_owned());
    }
}

async fn hear(link: &mut Link) -> Result<(String, Value), Cut> {
    match link.hear().await {
        Heard::Text(text) => {
            let message = serde_json::from_str(&text).expect("JSON");
            Ok((text, message))
        }
        Heard::Closed(_) | Heard::Gone => Err(Cut),
    }
}

async fn send_move(link: &mut Link, ply: u64, uci: &str) {
    link.send(&json!({ "type": "move", "ply": ply, "uci": uci })).await;
}
