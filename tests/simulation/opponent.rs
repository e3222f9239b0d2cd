//! Somebody at a board: thinks, plays, gives up; sends too early, too late, twice or nonsense; loses his connection in the
//! middle of a word and comes back, sometimes from two places. He remembers what he was told.

mod seen;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use shakmaty::{Chess, Color, Position, uci::UciMove};
use simultan::{
    doors::players::{Entrance, attend},
    exhibition::registry::Which,
    rules::{color_from_name, uci_of},
};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::{
    bug::Bug,
    heard::Heard,
    wire::Wire,
    world::{Memory, World},
};

/// Longer than the longest stall of the disk and the slowest recovery of an engine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(900);

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// His game is over, or he gets no seat.
    Done,
    /// He comes back.
    Again,
}

/// Plays to the end of his game, or of this life.
pub(crate) async fn play(world: Arc<World>, door: Entrance, memory: Arc<Mutex<Memory>>) {
    loop {
        let mut visit = Visit::new(&world, &door, &memory).await;
        if visit.run().await == End::Done {
            visit.recall(|memory| memory.done = true);
            world.note(format_args!("{} is done", visit.name));
            world.point("somebody is done");
            return;
        }
        let pause = visit.recall(|memory| memory.chance.millis(0, 4000));
        drop(visit);
        sleep(pause).await;
    }
}

fn color_of(word: &Value) -> Color {
    word.as_str().and_then(color_from_name).expect("a colour")
}

/// One connection of his, and what he sees of the game over it.
struct Visit<'a> {
    world: &'a Arc<World>,
    door: &'a Entrance,
    memory: &'a Arc<Mutex<Memory>>,
    name: String,
    wire: Wire,
    color: Color,
    position: Chess,
    ply: u64,
    /// Nothing is his to do before the start.
    playing: bool,
    /// His own bank and when he heard of it.
    bank: Option<(u64, Instant)>,
    draw_offered: bool,
    /// The master waits for him.
    awaited: bool,
    /// Illegal moves of his that will be refused at the ply of a legal one.
    nonsense: u32,
}

async fn connect(world: &Arc<World>, door: &Entrance, memory: &Arc<Mutex<Memory>>) -> Wire {
    let room = {
        let mut memory = memory.lock().expect("nobody panics with it");
        *memory.chance.pick(&[1 << 16, 1 << 16, 300, 24])
    };
    let (link, mut wire) = Wire::pair(room).await;
    let mut memory = memory.lock().expect("nobody panics with it");
    if memory.chance.of_thousand(world.disk.weather().network) {
        let bytes = memory.chance.between(0, 400);
        wire.breaks_after(usize::try_from(bytes).expect("few"));
    }
    tokio::spawn(attend(door.clone(), link, Ok(Which::Current)));
    wire
}

impl<'a> Visit<'a> {
    async fn new(world: &'a Arc<World>, door: &'a Entrance, memory: &'a Arc<Mutex<Memory>>) -> Visit<'a> {
        let wire = connect(world, door, memory).await;
        let name = memory.lock().expect("nobody panics with it").name.clone();
        Visit {
            world,
            door,
            memory,
            name,
            wire,
            color: Color::Black,
            position: Chess::default(),
            ply: 0,
            playing: false,
            bank: None,
            draw_offered: false,
            awaited: false,
            nonsense: 0,
        }
    }

    fn recall<T>(&self, with: impl FnOnce(&mut Memory) -> T) -> T {
        with(&mut self.memory.lock().expect("nobody panics with it"))
    }

    fn chance(&self, cases: u32) -> bool {
        self.recall(|memory| memory.chance.of_thousand(cases))
    }

    fn violated(&self, what: &str) {
        self.world.violated(format!("{}: {what}", self.name));
    }

    async fn say(&mut self, message: &Value) -> bool {
        self.world.note(format_args!("{} says {message}", self.name));
        self.world.point("somebody speaks");
        if self.world.bug == Some(Bug::LoseResend) && self.is_stored(message) {
            // It is lost on the way, and nothing breaks.
            return true;
        }
        self.wire.say(message.to_string()).await
    }

    /// Whether it is a move that stands on the record.
    fn is_stored(&self, message: &Value) -> bool {
        let place = self.recall(|memory| memory.board).zip(message["ply"].as_u64());
        let stored = place.map(|(board, ply)| self.world.disk.stored_moves(board, ply));
        stored.is_some_and(|stored| stored.iter().any(|stored| message["uci"] == *stored))
    }

    /// The next message; `None` when the connection has ended.
    async fn hear(&mut self) -> Option<Value> {
        match self.wire.hear().await {
            Heard::Text(text) => Some(serde_json::from_str(&text).expect("JSON")),
            end => {
                self.world.note(format_args!("{}: {end:?}", self.name));
                if self.world.bug == Some(Bug::PanicAtA6) {
                    self.recall(|memory| {
                        memory.shy |= memory.pending.take_if(|(_, uci)| uci == "a7a6").is_some();
                    });
                }
                None
            }
        }
    }

    async fn run(&mut self) -> End {
        if let Some(end) = self.greet().await {
            return end;
        }
        loop {
            if self.recall(|memory| memory.end.is_some()) {
                return End::Done;
            }
            if let Some((ply, uci)) = self.recall(|memory| memory.pending.clone()) {
                if !self.ask(ply, &uci).await {
                    return End::Again;
                }
                continue;
            }
            let mine = self.playing && self.position.turn() == self.color;
            let step = if mine { self.turn().await } else { self.wait().await };
            if !step {
                return End::Again;
            }
        }
    }

    /// Sits down or comes back.
    async fn greet(&mut self) -> Option<End> {
        let token = self.recall(|memory| memory.token.clone());
        let hello = match &token {
            Some(token) => json!({ "type": "resume", "token": token, "legal_moves": true }),
            None => self.join(),
        };
        if !self.say(&hello).await {
            return Some(End::Again);
        }
        let Ok(answer) = timeout(ANSWERED_WITHIN, self.hear()).await else {
            self.violated("his first frame has no answer");
            return Some(End::Done);
        };
        let Some(answer) = answer else { return Some(End::Again) };
        let organised = self.world.disk.weather().organiser;
        match (answer["type"].as_str(), answer["code"].as_str()) {
            (Some("seated" | "applied" | "waiting"), _) => {
                let before = self.recall(|memory| memory.board);
                self.take(&answer);
                if !organised && before.is_some_and(|before| answer["board"] != before) {
                    self.violated("his token opens another board");
                }
                None
            }
            // He has said none, or another one.
            (_, Some("bad_code")) if organised && hello["code"] != "ABCD" => Some(End::Again),
            // The organiser has taken the seat from him, or turned him away; or he has waited in vain, or it was cancelled.
            (_, Some("bad_token")) if organised && self.is_gone(token.as_deref()) => Some(End::Done),
            (_, Some("closed")) if organised => Some(End::Done),
            // Whoever never heard of his seat has none to come back to.
            (_, Some("closed" | "full")) if token.is_none() => Some(End::Done),
            (_, Some("internal" | "rate_limited")) => Some(End::Again),
            _ => {
                self.violated(&format!("he says {hello} and is told {answer}"));
                Some(End::Done)
            }
        }
    }

    fn join(&self) -> Value {
        let evening = self.world.disk.weather().evening;
        let mut join = json!({ "type": "join", "name": self.name, "bot": true });
        if evening.code.is_some() {
            join["code"] = if self.chance(800) { "ABCD" } else { "XYZ" }.into();
        }
        if self.world.disk.weather().organiser {
            join["wait"] = self.chance(700).into();
        }
        join
    }

    /// Whether by the record nothing is his any more.
    fn is_gone(&self, token: Option<&str>) -> bool {
        token.is_some_and(|token| self.world.disk.place_of(token).is_none())
    }

    /// Listens until something comes that may make it his turn; sometimes he speaks out of turn.
    async fn wait(&mut self) -> bool {
        if self.chance(self.world.disk.weather().folly) {
            let silly = self.silly();
            if !self.say(&silly).await {
                return false;
            }
        }
        if self.chance(self.world.disk.weather().network) {
            return self.lose_touch().await;
        }
        match self.hear().await {
            Some(message) => {
                self.take(&message);
                true
            }
            None => false,
        }
    }

    /// Thinks, and does something; listens meanwhile.
    async fn turn(&mut self) -> bool {
        let think = self.think();
        let until = Instant::now() + think;
        let ply = self.ply;
        loop {
            tokio::select! {
                biased;
                heard = self.hear() => match heard {
                    Some(message) => self.take(&message),
                    None => return false,
                },
                () = sleep_until(until) => break,
            }
            if self.ply != ply || self.recall(|memory| memory.end.is_some()) {
                return true;
            }
        }
        if self.chance(self.world.disk.weather().network) && !self.lose_touch().await {
            return false;
        }
        let gives_up = self.recall(|memory| self.ply > memory.patience);
        if gives_up {
            return self.say(&json!({ "type": "resign" })).await && self.until_over().await;
        }
        if std::mem::take(&mut self.awaited) && self.chance(300) {
            return self.say(&json!({ "type": "pass" })).await;
        }
        if self.draw_offered && self.chance(500) {
            self.draw_offered = false;
            let answer = if self.chance(300) { "accept_draw" } else { "decline_draw" };
            return self.say(&json!({ "type": answer })).await;
        }
        if self.chance(self.world.disk.weather().folly) {
            let silly = self.silly();
            if !self.say(&silly).await {
                return false;
            }
        }
        let legal = self.position.legal_moves();
        if legal.is_empty() {
            // He is mated, and is about to hear of it.
            return self.until_over().await;
        }
        let uci = self.recall(|memory| uci_of(&self.position, *memory.chance.pick(&legal)).to_string());
        // The one move that a planted panic waits for.
        let a6 = "a7a6".parse::<UciMove>().expect("a move");
        let bold = self.world.bug == Some(Bug::PanicAtA6)
            && self.recall(|memory| !memory.shy && memory.chance.of_thousand(300));
        let uci = if bold && a6.to_move(&self.position).is_ok() { "a7a6".to_owned() } else { uci };
        self.recall(|memory| memory.pending = Some((self.ply + 1, uci)));
        true
    }

    /// Now and then to the millisecond at which his flag falls.
    fn think(&self) -> Duration {
        let bank = self.bank;
        self.recall(|memory| match memory.chance.index(12) {
            0 => Duration::ZERO,
            1 => memory.chance.millis(20_000, 200_000),
            2 | 3 => match bank {
                Some((left, heard)) => {
                    let edge = left + memory.chance.between(0, 2);
                    Duration::from_millis(edge.saturating_sub(1)).saturating_sub(heard.elapsed())
                }
                None => memory.chance.millis(0, 60_000),
            },
            _ => memory.chance.millis(0, 8000),
        })
    }

    /// Sends a move, perhaps more than once, until it is known what became of it.
    async fn ask(&mut self, ply: u64, uci: &str) -> bool {
        let message = json!({ "type": "move", "ply": ply, "uci": uci });
        let times = if self.chance(self.world.disk.weather().folly) { 3 } else { 1 };
        if self.chance(self.world.disk.weather().network) {
            let bytes = self.recall(|memory| memory.chance.between(0, 60));
            self.wire.breaks_after(usize::try_from(bytes).expect("few"));
        }
        for _ in 0..times {
            if !self.say(&message).await {
                return false;
            }
        }
        for _ in 0..times {
            match timeout(ANSWERED_WITHIN, self.answer(ply, uci)).await {
                Ok(true) => {}
                Ok(false) => return false,
                Err(_) => {
                    self.violated(&format!("{message} has no answer"));
                    return false;
                }
            }
        }
        true
    }

    /// Listens for what became of a move of his. A game's end is no answer: that one follows.
    async fn answer(&mut self, ply: u64, uci: &str) -> bool {
        loop {
            let Some(message) = self.hear().await else { return false };
            self.take(&message);
            if message["ply"] != ply {
                continue;
            }
            let answered = match (message["type"].as_str(), message["code"].as_str()) {
                (Some("moved"), _) => {
                    if message["uci"] != uci {
                        self.violated(&format!("he played {uci} and is told {message}"));
                    }
                    true
                }
                (_, Some("game_over")) => true,
                // The master has taken back what it was to answer.
                (_, Some("stale_ply" | "not_your_turn")) if self.world.disk.weather().human => true,
                (_, Some("illegal_move")) if self.nonsense > 0 => {
                    self.nonsense -= 1;
                    false
                }
                (_, Some("internal")) => {
                    // It is sent again, since it is still pending.
                    let pause = self.recall(|memory| memory.chance.millis(100, 3000));
                    sleep(pause).await;
                    return true;
                }
                // The second and third time of the same.
                (_, Some(_)) => {
                    self.violated(&format!("he played {uci} and is told {message}"));
                    true
                }
                _ => false,
            };
            if answered {
                self.recall(|memory| memory.pending = None);
                return true;
            }
        }
    }

    /// Waits for the end that he asked for.
    async fn until_over(&mut self) -> bool {
        let over = async {
            while self.recall(|memory| memory.end.is_none()) {
                let Some(message) = self.hear().await else { return false };
                self.take(&message);
                if message["code"] == "internal" {
                    let pause = self.recall(|memory| memory.chance.millis(100, 3000));
                    sleep(pause).await;
                    return true;
                }
            }
            true
        };
        match timeout(ANSWERED_WITHIN, over).await {
            Ok(over) => over,
            Err(_) => {
                self.world.violated("he resigned and hears nothing of it".to_owned());
                false
            }
        }
    }

    /// The connection breaks, or he goes on over another one while it is still there.
    async fn lose_touch(&mut self) -> bool {
        if !self.chance(500) || self.recall(|memory| memory.board.is_none()) {
            return false;
        }
        let token = self.recall(|memory| memory.token.clone()).expect("he has a seat");
        let other = connect(self.world, self.door, self.memory).await;
        let mut old = std::mem::replace(&mut self.wire, other);
        if !self.say(&json!({ "type": "resume", "token": token })).await {
            return false;
        }
        let Some(seated) = self.hear().await else { return false };
        let organised = self.world.disk.weather().organiser;
        if organised && seated["type"] != "seated" {
            // He asks for the seat, or has it no more: he comes again and hears of it.
            return false;
        }
        if organised {
            self.take(&seated);
        }
        if seated["type"] != "seated" {
            self.violated(&format!("he comes from a second place and is told {seated}"));
        }
        // The older connection is told, whatever it still had to say.
        let told = async {
            old.say(json!({ "type": "resign" }).to_string()).await;
            loop {
                match old.hear().await {
                    Heard::Text(_) => {}
                    end => return end,
                }
            }
        };
        match timeout(ANSWERED_WITHIN, told).await {
            Ok(Heard::Closed(4001) | Heard::Gone) => {}
            // The seat was another one's, or another one, in the same moment.
            Ok(Heard::Closed(1008 | 1012)) if organised => {}
            Ok(end) => self.violated(&format!("the older connection ended with {end:?}")),
            Err(_) => self.violated("the older connection stays open"),
        }
        true
    }

    /// Something that he should not say now.
    fn silly(&mut self) -> Value {
        let ply = self.ply;
        if self.playing && self.position.turn() == self.color && self.chance(100) {
            self.nonsense += 1;
            return json!({ "type": "move", "ply": ply + 1, "uci": "a1a1" });
        }
        self.recall(|memory| match memory.chance.index(10) {
            0 => json!({ "type": "move", "ply": ply, "uci": "a1a1" }),
            1 => json!({ "type": "move", "ply": ply + 5, "uci": "e7e5" }),
            2 => json!({ "type": "move", "ply": 0, "uci": "e7e5" }),
            3 => json!({ "type": "offer_draw" }),
            4 => json!({ "type": "accept_draw" }),
            5 => json!({ "type": "decline_draw" }),
            6 => json!({ "type": "join", "name": "Again" }),
            7 => json!({ "type": "nonsense" }),
            8 => json!({ "type": "pass" }),
            _ => json!(["no", "object"]),
        })
    }
}
