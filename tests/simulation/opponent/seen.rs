//! What somebody at a board takes in of what he is told: the game, which only ever grows.

use serde_json::Value;
use shakmaty::{CastlingMode, Position, fen::Fen, uci::UciMove};
use tokio::time::Instant;

use super::{Visit, color_of};

impl Visit<'_> {
    pub(super) fn take(&mut self, message: &Value) {
        match message["type"].as_str().expect("a type") {
            "game" => self.take_game(message),
            "seated" | "applied" => self.take_seat(message),
            "waiting" => self.recall(|memory| {
                memory.token = message["token"].as_str().map(str::to_owned);
                memory.board = None;
            }),
            "reseated" => {
                if self.playing || message["board"].as_u64() != self.recall(|memory| memory.board) {
                    self.violated(&format!("he is told {message}"));
                }
                self.recall(|memory| memory.board = message["to"].as_u64());
            }
            "started" => self.playing = true,
            "moved" => {
                let (ply, uci) = (message["ply"].as_u64().expect("a ply"), message["uci"].as_str().expect("a move"));
                self.follow(ply, uci);
                self.take_clock(&message["clock"]);
            }
            "grace" => self.awaited = true,
            "retracted" => self.take_back(message),
            "clock" => self.take_clock(&message["clock"]),
            "draw_offered" => self.draw_offered = color_of(&message["by"]) != self.color,
            "ended" => self.take_end(message),
            "error" => self.world.note(format_args!("{} is told {message}", self.name)),
            _ => {}
        }
    }

    /// The seat that he has, or asks for: by the record it is his.
    fn take_seat(&mut self, message: &Value) {
        self.color = color_of(&message["color"]);
        let (board, token) = (message["board"].as_u64(), message["token"].as_str().expect("a secret"));
        self.recall(|memory| {
            memory.token = Some(token.to_owned());
            memory.board = board;
        });
        if !board.is_some_and(|board| self.world.disk.has_led_to(token, board)) {
            self.violated(&format!("he is told {message}, and by the record it never was so"));
        }
    }

    fn take_game(&mut self, game: &Value) {
        let fen: Fen = game["initial_fen"].as_str().expect("a position").parse().expect("a FEN");
        let mode = CastlingMode::from_chess960(game["variant"] == "chess960");
        (self.position, self.ply) = (fen.into_position(mode).expect("a position"), 0);
        let first = self.position.turn();
        let moves = game["moves"].as_array().expect("moves");
        let human = self.world.disk.weather().human;
        let told = self.recall(|memory| {
            // The master's last move may have been taken back, and another made, while nobody listened.
            let last = memory.told.len().saturating_sub(1);
            let others = if last.is_multiple_of(2) { first } else { first.other() };
            let own = memory.told.is_empty() || others == self.color;
            let gone = moves.get(last).is_none_or(|uci| memory.told.last().is_some_and(|told| uci != told));
            if human && !own && gone {
                memory.told.pop();
            }
            memory.told.clone()
        });
        if moves.len() < told.len() || moves.iter().zip(&told).any(|(now, before)| now != before) {
            self.violated(&format!("he was told of {told:?} and now of {moves:?}"));
        }
        for (index, uci) in moves.iter().enumerate() {
            self.follow(index as u64 + 1, uci.as_str().expect("a move"));
        }
        self.playing = game["status"] == "playing";
        self.take_clock(&game["clock"]);
        if game["status"] == "ended" {
            self.take_end(game);
        }
    }

    /// The master has taken the last move back.
    fn take_back(&mut self, message: &Value) {
        if message["ply"] != self.ply || self.position.turn() != self.color {
            self.violated(&format!("after ply {} he is told {message}", self.ply));
            return;
        }
        let fen: Fen = message["fen"].as_str().expect("a position").parse().expect("a FEN");
        self.position = fen.into_position(self.position.castles().mode()).expect("a position");
        self.ply -= 1;
        self.take_clock(&message["clock"]);
        let kept = usize::try_from(self.ply).expect("few");
        self.recall(|memory| memory.told.truncate(kept));
    }

    /// A move that is on the record, he is told.
    fn follow(&mut self, ply: u64, uci: &str) {
        let board = self.recall(|memory| memory.board).expect("a board");
        self.world.told_of_move(board, ply, uci);
        if ply <= self.ply {
            return;
        }
        if ply != self.ply + 1 {
            self.violated(&format!("after ply {} he is told of ply {ply}", self.ply));
            return;
        }
        let legal = uci.parse::<UciMove>().ok().and_then(|uci| uci.to_move(&self.position).ok());
        let Some(legal) = legal else {
            self.violated(&format!("he is told of {uci}, which is no legal move"));
            return;
        };
        self.position.play_unchecked(legal);
        self.ply = ply;
        let index = usize::try_from(ply).expect("few") - 1;
        self.recall(|memory| {
            if memory.told.len() == index {
                memory.told.push(uci.to_owned());
            }
        });
    }

    fn take_clock(&mut self, clock: &Value) {
        self.bank = clock[self.color.fold_wb("white_ms", "black_ms")].as_u64().map(|left| (left, Instant::now()));
    }

    fn take_end(&mut self, message: &Value) {
        let text = |key: &str| message[key].as_str().expect("a word").to_owned();
        let end = (text("result"), text("termination"));
        let before = self.recall(|memory| memory.end.replace(end.clone()));
        if before.is_some_and(|before| before != end) {
            self.violated(&format!("his game ended twice, the second time as {end:?}"));
        }
    }
}
