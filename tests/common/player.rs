//! An opponent: folds what the server says into a game, and checks on the way that it is one.

use serde_json::{Value, json};
use shakmaty::{CastlingMode, Chess, Color, EnPassantMode, Position, fen::Fen, san::SanPlus, uci::UciMove};

use super::{Heard, Link, TestServer};

/// A game as its opponent is told of it.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) link: Link,
    pub(crate) exhibition: String,
    pub(crate) board: u64,
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) status: String,
    pub(crate) moves: Vec<String>,
    pub(crate) sans: Vec<String>,
    pub(crate) color: Color,
    pub(crate) position: Chess,
    pub(crate) clock: Value,
    pub(crate) legal_moves: Option<Value>,
    pub(crate) legal_san: Option<Value>,
    pub(crate) draw_offer: Option<String>,
    /// Result and termination.
    pub(crate) end: Option<(String, String)>,
}

impl Player {
    /// Takes the first free seat of the current exhibition.
    pub(crate) async fn join(server: &TestServer, name: &str) -> Player {
        Player::join_with(server, json!({ "name": name })).await
    }

    /// Takes a seat with what else a `join` may say.
    pub(crate) async fn join_with(server: &TestServer, mut hello: Value) -> Player {
        hello["type"] = json!("join");
        Player::greet(Link::connect(server, "/ws/current/play").await, &hello).await
    }

    /// Takes a seat back.
    pub(crate) async fn resume(server: &TestServer, token: &str) -> Player {
        let hello = json!({ "type": "resume", "token": token, "legal_moves": true });
        Player::greet(Link::connect(server, "/ws/current/play").await, &hello).await
    }

    /// Says the first frame, and takes in the answer: the seat, and the whole game.
    pub(crate) async fn greet(mut link: Link, hello: &Value) -> Player {
        link.send(hello).await;
        let seated = link.message().await;
        assert_eq!(seated["type"], "seated", "{seated}");
        let color = if seated["color"] == "white" { Color::White } else { Color::Black };
        assert_eq!(seated["color"], color.fold_wb("white", "black"));
        let game = link.message().await;
        assert_eq!(game["type"], "game", "{game}");
        let text = |message: &Value, key: &str| message[key].as_str().expect(key).to_owned();
        let mut player = Player {
            link,
            exhibition: text(&seated, "exhibition"),
            board: seated["board"].as_u64().expect("a board"),
            name: text(&seated, "name"),
            token: text(&seated, "token"),
            status: text(&game, "status"),
            moves: Vec::new(),
            sans: Vec::new(),
            color,
            position: position_in(&text(&game, "initial_fen"), mode_of(&game)),
            clock: Value::Null,
            legal_moves: None,
            legal_san: None,
            draw_offer: None,
            end: None,
        };
        player.take_game(&game);
        player
    }

    fn take_game(&mut self, game: &Value) {
        assert_eq!(game["board"], self.board);
        for uci in game["moves"].as_array().expect("moves") {
            self.follow(uci.as_str().expect("a move"));
        }
        assert_eq!(game["san"], json!(self.sans));
        assert_eq!(game["ply"], self.ply());
        self.check_position(game);
        self.clock = game["clock"].clone();
        self.take_choices(game);
        self.draw_offer = game["draw_offer"].as_str().map(str::to_owned);
        if self.status == "ended" {
            self.take_end(game);
        }
    }

    /// Plays a move on the own board.
    fn follow(&mut self, uci: &str) {
        let legal = uci.parse::<UciMove>().expect("a move").to_move(&self.position).expect("a legal move");
        let mode = self.position.castles().mode();
        assert_eq!(legal.to_uci(mode).to_string(), uci, "castling is the king's two steps, but in Chess960");
        let san = SanPlus::from_move_and_play_unchecked(&mut self.position, legal);
        self.sans.push(san.to_string());
        self.moves.push(uci.to_owned());
    }

    fn check_position(&self, message: &Value) {
        assert_eq!(message["fen"], fen_of(&self.position), "{message}");
        assert_eq!(message["turn"], self.position.turn().fold_wb("white", "black"), "{message}");
    }

    fn take_choices(&mut self, message: &Value) {
        self.legal_moves = message.get("legal_moves").cloned();
        self.legal_san = message.get("legal_san").cloned();
    }

    fn take_end(&mut self, message: &Value) {
        let text = |key: &str| message[key].as_str().expect(key).to_owned();
        self.end = Some((text("result"), text("termination")));
        self.status = "ended".to_owned();
        self.draw_offer = None;
    }

    /// Stays at the board for as long as the test takes: who answers no ping for long is gone. Gives the seat's token.
    pub(crate) fn stay(self) -> String {
        tokio::spawn(self.link.idle());
        self.token
    }

    /// Takes in the next message.
    pub(crate) async fn next(&mut self) -> Value {
        let message = self.link.message().await;
        self.take(&message);
        message
    }

    /// Takes in the next message, or sees that the connection has ended.
    pub(crate) async fn next_or_end(&mut self) -> Option<Value> {
        let Heard::Text(text) = self.link.hear().await else { return None };
        let message = serde_json::from_str(&text).expect("JSON");
        self.take(&message);
        Some(message)
    }

    fn take(&mut self, message: &Value) {
        match message["type"].as_str().expect("a type") {
            "started" => {
                assert_eq!(self.status, "waiting", "an exhibition starts once");
                self.status = "playing".to_owned();
                self.clock = message["clock"].clone();
            }
            "moved" => self.take_move(message),
            "draw_offered" => self.draw_offer = message["by"].as_str().map(str::to_owned),
            "draw_declined" => self.draw_offer = None,
            "ended" => self.take_end(message),
            "visit" => assert_eq!(message["board"], self.board),
            "queue" => {
                assert!(message["boards_away"].is_u64(), "{message}");
                assert!(message["eta_ms"].is_u64() || message["eta_ms"].is_null(), "{message}");
            }
            "clock" => self.clock = message["clock"].clone(),
            "retracted" => {
                assert_eq!(message["ply"], self.ply(), "the last move is taken back");
                self.moves.pop();
                self.sans.pop();
                let mode = self.position.castles().mode();
                self.position = position_in(message["fen"].as_str().expect("a position"), mode);
                self.clock = message["clock"].clone();
                self.draw_offer = message["draw_offer"].as_str().map(str::to_owned);
                (self.legal_moves, self.legal_san) = (None, None);
            }
            "paused" => {
                assert!(["master", "organiser", "connection"].contains(&message["by"].as_str().expect("whose")));
            }
            "passed" => assert_eq!(message["board"], self.board),
            "grace" => {
                let (now, ends) =
                    (message["at_ms"].as_u64().expect("a time"), message["ends_ms"].as_u64().expect("a time"));
                assert_eq!(message["left_ms"], ends - now, "{message}");
            }
            "continued" | "announced" | "closed" | "reopened" => {}
            "renamed" => self.name = message["name"].as_str().expect("a name").to_owned(),
            "reseated" => assert_eq!(message["board"], self.board),
            "error" => {}
            other => panic!("a message that the contract does not know: {other}"),
        }
    }

    fn take_move(&mut self, message: &Value) {
        let ply = message["ply"].as_u64().expect("a ply");
        let uci = message["uci"].as_str().expect("a move");
        if ply <= self.ply() {
            // The answer to something sent again.
            let place = usize::try_from(ply).expect("a ply") - 1;
            assert_eq!((uci, &message["san"]), (&*self.moves[place], &json!(self.sans[place])));
            return;
        }
        assert_eq!(ply, self.ply() + 1, "no move is left out");
        let mover = self.position.turn();
        self.follow(uci);
        assert_eq!(message["san"], self.sans[self.sans.len() - 1]);
        self.check_position(message);
        self.clock = message["clock"].clone();
        self.take_choices(message);
        if self.draw_offer.as_deref() == Some(mover.other().fold_wb("white", "black")) {
            self.draw_offer = None;
        }
    }

    /// How many moves have been played.
    pub(crate) fn ply(&self) -> u64 {
        self.moves.len() as u64
    }

    pub(crate) fn fen(&self) -> String {
        fen_of(&self.position)
    }

    /// Whether it is this player's turn.
    pub(crate) fn to_move(&self) -> bool {
        self.status == "playing" && self.position.turn() == self.color
    }

    /// Reads on until a message is the one; an error that nobody waits for fails the test.
    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await;
            if wanted(&message) {
                return message;
            }
            assert_ne!(message["type"], "error", "while waiting for {what}: {message}");
        }
    }

    /// Reads on until a message is the one, or the connection ends.
    pub(crate) async fn until_or_end(&mut self, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        loop {
            let message = self.next_or_end().await?;
            if wanted(&message) {
                return Some(message);
            }
        }
    }

    /// Reads on until this player is to move, or the game is over.
    pub(crate) async fn turn(&mut self) {
        while !self.to_move() && self.status != "ended" {
            self.next().await;
        }
    }

    /// Reads on until `ply` is the next one to play, or later.
    pub(crate) async fn turn_of(&mut self, ply: u64) {
        while self.ply() + 1 < ply && self.status != "ended" {
            self.next().await;
        }
    }

    /// Sends a move without waiting for anything.
    pub(crate) async fn send_move(&mut self, ply: u64, uci: &str) {
        self.link.send(&json!({ "type": "move", "ply": ply, "uci": uci })).await;
    }

    /// Plays a move when it is time, and waits for its receipt.
    pub(crate) async fn play(&mut self, uci: &str) -> Value {
        self.turn().await;
        let ply = self.ply() + 1;
        self.send_move(ply, uci).await;
        self.until("a receipt", |message| message["type"] == "moved" && message["ply"] == ply).await
    }

    /// Plays any legal move, always the same one in the same place.
    pub(crate) async fn play_anything(&mut self) -> Value {
        self.turn().await;
        let uci = self.some_legal_move();
        self.play(&uci).await
    }

    /// A legal move that depends on the place alone.
    pub(crate) fn some_legal_move(&self) -> String {
        let legal = self.position.legal_moves();
        let place = (self.ply() * 31 + self.board * 17) % legal.len() as u64;
        let chosen = legal[usize::try_from(place).expect("a small number")];
        chosen.to_uci(CastlingMode::Standard).to_string()
    }

    /// Says something of one word, like `resign`.
    pub(crate) async fn say(&mut self, kind: &str) {
        self.link.send(&json!({ "type": kind })).await;
    }

    /// Waits for the end of the game: result and termination.
    pub(crate) async fn end(&mut self) -> (String, String) {
        while self.end.is_none() {
            self.next().await;
        }
        self.end.clone().expect("just seen")
    }

    /// Reads on until the server refuses something; gives the error.
    pub(crate) async fn refusal(&mut self) -> Value {
        loop {
            let message = self.next().await;
            if message["type"] == "error" {
                assert!(message["message"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{message}");
                return message;
            }
        }
    }

    /// Reads on until the connection ends.
    pub(crate) async fn closed(&mut self) -> Heard {
        loop {
            match self.link.hear().await {
                Heard::Text(text) => self.take(&serde_json::from_str(&text).expect("JSON")),
                end => return end,
            }
        }
    }
}

fn position_in(fen: &str, mode: CastlingMode) -> Chess {
    let fen: Fen = fen.parse().expect("a FEN");
    fen.into_position(mode).expect("a position")
}

/// How castling is written in a game.
fn mode_of(game: &Value) -> CastlingMode {
    CastlingMode::from_chess960(game["variant"] == "chess960")
}

pub(crate) fn fen_of(position: &Chess) -> String {
    Fen::from_position(position, EnPassantMode::Legal).to_string()
}
