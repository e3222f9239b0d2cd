//! A game, as its opponent's client sees it.

use serde_json::{Map, Value, json};
use shakmaty::{Chess, Color, Position, uci::UciMove};

use super::{
    names::{GameId, LichessUser},
    terms::{Ending, Speed, Variant},
};
use crate::{
    rules::{
        ClockReading, ClockSettings, Game, GameStatus, Millis, Played, Retracted, color_name, fen_of, is_usual_start,
    },
    wire::outbound::to_json,
};

/// What a side has where there are no clocks. An engine divides what it is told by the moves that may come: told the truth it
/// would think for days. So its own clock shows this at every move, and the master's what Lichess shows for no limit.
const UNTIMED_OWN: Millis = Millis(180_000);
const UNTIMED_INCREMENT: Millis = Millis(5_000);
const NO_LIMIT: Millis = Millis(2_147_483_647);
/// A game as its opponent's client sees it.
#[derive(Debug, Clone)]
pub struct LichessGame {
    pub(super) id: GameId,
    pub(super) own: LichessUser,
    pub(super) master: LichessUser,
    pub(super) color: Color,
    created_at: u64,
    clock: Option<ClockSettings>,
    pub(super) start: Chess,
    pub(super) position: Chess,
    pub(super) moves: Vec<UciMove>,
    reading: Option<ClockReading>,
    pub(super) status: GameStatus,
    offer: Option<Color>,
}

impl LichessGame {
    /// `game` as `own` plays it against `master`, where the clocks show `reading`.
    #[must_use]
    pub fn new(
        id: GameId,
        [own, master]: [LichessUser; 2],
        created_at: u64,
        game: &Game,
        reading: Option<ClockReading>,
    ) -> LichessGame {
        LichessGame {
            id,
            own,
            master,
            color: game.master().other(),
            created_at,
            clock: game.setup().clock,
            start: game.initial().clone(),
            position: game.position().clone(),
            moves: game.moves().collect(),
            reading,
            status: game.status(),
            offer: game.draw_offer(),
        }
    }

    /// How the game stands.
    #[must_use]
    pub fn status(&self) -> GameStatus {
        self.status
    }

    /// How many half-moves have been played.
    #[must_use]
    pub fn ply(&self) -> u32 {
        u32::try_from(self.moves.len()).unwrap_or(u32::MAX)
    }

    /// Whether its opponent, whose client this is, is to move.
    #[must_use]
    pub fn is_own_turn(&self) -> bool {
        self.status == GameStatus::Playing && self.position.turn() == self.color
    }

    /// Whether the master offers a draw.
    #[must_use]
    pub fn master_offers(&self) -> bool {
        self.offer == Some(self.color.other())
    }

    /// The games have begun.
    pub fn begin(&mut self, reading: Option<ClockReading>) {
        (self.status, self.reading) = (GameStatus::Playing, reading);
    }

    /// A move was played.
    pub fn play(&mut self, played: &Played) {
        self.moves.push(played.uci);
        self.position = played.position().clone();
        self.reading = played.clock;
        // An offer falls when the side that it was made to has moved.
        if self.offer == Some(played.turn) {
            self.offer = None;
        }
    }

    /// The last move was taken back.
    pub fn retract(&mut self, retracted: &Retracted) {
        self.moves.pop();
        self.position = retracted.position().clone();
        (self.reading, self.offer) = (retracted.clock, retracted.offer);
    }

    /// The clocks show this.
    pub fn set_clock(&mut self, reading: ClockReading) {
        self.reading = Some(reading);
    }

    /// A draw is offered, or no more.
    pub fn set_offer(&mut self, by: Option<Color>) {
        self.offer = by;
    }

    /// It is over.
    pub fn end(&mut self, status: GameStatus) {
        (self.status, self.offer) = (status, None);
    }

    /// `gameFull`, where the running clock has run for `since` from what was last said of it.
    #[must_use]
    pub fn full(&self, since: Millis) -> String {
        let (white, black) = self.color.fold_wb((&self.own, &self.master), (&self.master, &self.own));
        let (initial, increment) = self.control();
        let variant = self.variant();
        let initial_fen = if is_usual_start(&self.start) { "startpos".to_owned() } else { fen_of(&self.start) };
        let speed = self.speed();
        to_json(&json!({
            "type": "gameFull",
            "id": self.id.to_string(),
            "variant": variant.described(),
            "speed": speed.key(),
            "perf": { "name": speed.name() },
            "rated": false,
            "createdAt": self.created_at,
            "white": white.player(),
            "black": black.player(),
            "initialFen": initial_fen,
            "clock": { "initial": initial.0, "increment": increment.0 },
            "state": self.state_value(since),
        }))
    }

    /// `gameState`, likewise.
    #[must_use]
    pub fn state(&self, since: Millis) -> String {
        to_json(&self.state_value(since))
    }

    fn state_value(&self, since: Millis) -> Value {
        let moves: Vec<String> = self.moves.iter().map(UciMove::to_string).collect();
        let [white, black] = self.banks(since);
        let increment = self.control().1;
        let mut state = json!({
            "type": "gameState",
            "moves": moves.join(" "),
            "wtime": white.0,
            "btime": black.0,
            "winc": increment.0,
            "binc": increment.0,
            "status": Ending::of(self.status).name(),
        });
        let fields = state.as_object_mut().expect("an object");
        self.add_winner(fields);
        if let Some(by) = self.offer {
            fields.insert(by.fold_wb("wdraw", "bdraw").to_owned(), true.into());
        }
        state
    }

    pub(super) fn add_winner(&self, fields: &mut Map<String, Value>) {
        if let GameStatus::Ended(result, _) = self.status
            && let Some(winner) = result.winner()
        {
            fields.insert("winner".to_owned(), color_name(winner).into());
        }
    }

    /// A bank of its own side, and the increment of both.
    pub(super) fn control(&self) -> (Millis, Millis) {
        self.clock.map_or((UNTIMED_OWN, UNTIMED_INCREMENT), |clock| (clock.bank(false), clock.increment))
    }

    /// What White has left, and Black.
    pub(super) fn banks(&self, since: Millis) -> [Millis; 2] {
        let Some(reading) = self.reading else {
            return self.color.fold_wb([UNTIMED_OWN, NO_LIMIT], [NO_LIMIT, UNTIMED_OWN]);
        };
        let left = |bank: Millis, color| if reading.running == Some(color) { bank.since(since) } else { bank };
        [left(reading.white, Color::White), left(reading.black, Color::Black)].map(|bank| bank.min(NO_LIMIT))
    }

    pub(super) fn speed(&self) -> Speed {
        let (initial, increment) = self.control();
        Speed::of(initial, increment)
    }

    pub(super) fn variant(&self) -> Variant {
        Variant::of(&self.start)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shakmaty::CastlingMode;

    use super::*;
    use crate::{
        record::event::ExhibitionId,
        rules::{BoardNo, Command, Fact, GameResult, GameSetup, Termination, start_from_fen},
    };

    const ID: GameId = GameId { exhibition: ExhibitionId(3), board: BoardNo(12) };

    fn users() -> [LichessUser; 2] {
        [("Ada's Engine", true), ("GM Judit", false)].map(|(name, bot)| LichessUser { name: name.to_owned(), bot })
    }

    fn begun(setup: GameSetup) -> (Game, LichessGame) {
        let mut game = Game::set_up(Arc::new(setup));
        game.start();
        let seen = LichessGame::new(ID, users(), 1_800_000_000_000, &game, game.clock(Millis::ZERO));
        (game, seen)
    }

    fn read(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    fn play(game: &mut Game, seen: &mut LichessGame, uci: &str, at: u64) {
        let command = Command::Move { ply: game.ply() + 1, uci: uci.parse().expect("a move") };
        let facts = game.decide(game.position().turn(), &command, Millis(at)).expect("a legal move");
        for fact in facts {
            game.apply(&fact, Millis(at));
            match fact {
                Fact::Moved(played) => seen.play(&played),
                Fact::Ended { .. } => seen.end(game.status()),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_client_finds_itself_its_time_and_the_moves() {
        let clock: ClockSettings = "10m+5s".parse().expect("a clock");
        let (mut game, mut seen) = begun(GameSetup::usual(Some(clock.with_master_extra(Millis(60_000)))));
        play(&mut game, &mut seen, "e2e4", 1000);
        let full = read(&seen.full(Millis(2500)));
        assert_eq!(full["id"], "e03b0012");
        assert_eq!((&full["white"]["name"], &full["black"]["name"]), (&json!("GM Judit"), &json!("Ada's Engine")));
        assert_eq!((&full["black"]["title"], &full["white"]["title"]), (&json!("BOT"), &Value::Null));
        assert_eq!(full["clock"], json!({ "initial": 600_000, "increment": 5_000 }));
        assert_eq!(full["speed"], "rapid");
        assert_eq!(full["initialFen"], "startpos");
        let state = json!({
            "type": "gameState", "moves": "e2e4", "wtime": 665_000, "btime": 597_500, "winc": 5_000, "binc": 5_000,
            "status": "started",
        });
        assert_eq!(full["state"], state);
        let start = read(&seen.game_start(Millis(2500)));
        assert_eq!(start["game"]["secondsLeft"], 597);
        assert_eq!((&start["game"]["isMyTurn"], &start["game"]["hasMoved"]), (&json!(true), &json!(false)));
        seen.set_offer(Some(Color::White));
        assert!(seen.master_offers());
        assert_eq!(read(&seen.state(Millis::ZERO))["wdraw"], true);
        play(&mut game, &mut seen, "e7e5", 2000);
        assert!(!seen.master_offers(), "a move turns an offer down");
        assert_eq!(read(&seen.state(Millis::ZERO))["wdraw"], Value::Null);
    }

    #[test]
    fn without_clocks_an_engine_has_a_fair_time_at_every_move() {
        let (mut game, mut seen) = begun(GameSetup::usual(None));
        for uci in ["f2f3", "e7e5", "g2g4"] {
            let state = read(&seen.state(Millis(10_000_000)));
            assert_eq!((&state["btime"], &state["binc"]), (&json!(180_000), &json!(5_000)));
            play(&mut game, &mut seen, uci, 0);
        }
        play(&mut game, &mut seen, "d8h4", 0);
        let state = read(&seen.state(Millis::ZERO));
        assert_eq!((&state["status"], &state["winner"]), (&json!("mate"), &json!("black")));
        assert_eq!(read(&seen.game_finish())["game"]["status"], json!({ "id": 30, "name": "mate" }));
        assert_eq!(read(&seen.full(Millis::ZERO))["speed"], "blitz");
    }

    #[test]
    fn another_beginning_is_no_standard_game() {
        let fen = "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1";
        let start = start_from_fen(fen).expect("a position");
        let (_, seen) = begun(GameSetup { start, ..GameSetup::usual(None) });
        let full = read(&seen.full(Millis::ZERO));
        assert_eq!((&full["variant"]["key"], &full["initialFen"]), (&json!("fromPosition"), &json!(fen)));
        let fen: shakmaty::fen::Fen =
            "bqnb1rkr/pp3ppp/3ppn2/2p5/5P2/P2P4/NPP1P1PP/BQ1BNRKR w HFhf - 2 9".parse().expect("a FEN");
        let start = fen.into_position(CastlingMode::Chess960).expect("a position");
        let (_, seen) = begun(GameSetup { start, ..GameSetup::usual(None) });
        assert_eq!(read(&seen.full(Millis::ZERO))["variant"]["key"], "chess960");
    }

    #[test]
    fn every_end_has_a_name_that_clients_know() {
        let (_, mut seen) = begun(GameSetup::usual(None));
        for (result, termination, name, winner) in [
            (GameResult::WhiteWins, Termination::Resignation, "resign", json!("white")),
            (GameResult::WhiteWins, Termination::TimeForfeit, "outoftime", json!("white")),
            (GameResult::Draw, Termination::TimeForfeit, "outoftime", Value::Null),
            (GameResult::Draw, Termination::Agreement, "draw", Value::Null),
            (GameResult::Draw, Termination::Stalemate, "stalemate", Value::Null),
            (GameResult::WhiteWins, Termination::Abandonment, "timeout", json!("white")),
            (GameResult::BlackWins, Termination::Adjudication, "unknownFinish", json!("black")),
            (GameResult::Draw, Termination::Adjudication, "draw", Value::Null),
            (GameResult::Unknown, Termination::Aborted, "aborted", Value::Null),
        ] {
            seen.end(GameStatus::Ended(result, termination));
            let state = read(&seen.state(Millis::ZERO));
            assert_eq!((&state["status"], &state["winner"]), (&json!(name), &winner), "{termination:?}");
        }
    }

    #[test]
    fn a_games_id_is_written_in_one_way() {
        assert_eq!(GameId::parse("e03b0012"), Some(ID));
        let large = GameId { exhibition: ExhibitionId(12_345), board: BoardNo(10_000) };
        assert_eq!(GameId::parse(&large.to_string()), Some(large));
        for wrong in
            ["", "e3b12", "e03b12", "e03b0000", "E03b0012", "e03b0012 ", "e+3b0012", "e-3b0012", "e03b99999999999"]
        {
            assert_eq!(GameId::parse(wrong), None, "{wrong}");
        }
    }
}
