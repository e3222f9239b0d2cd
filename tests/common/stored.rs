//! Databases with much in them, written through the program's own store, which is a thousand times faster than playing.

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use shakmaty::{CastlingMode, Position};
use simultan::{
    base::secret::Token,
    journal::{Numbered, SqliteStore, Store},
    record::{
        event::{Event, ExhibitionId, Guest, GuestNo, Kind},
        program::{self, Program},
        seat_key::SeatKey,
    },
    rules::{BoardNo, Command, Fact, Game, GameResult, GameStatus, Millis, PlayerName, Termination, WalkMode},
};

/// How many lines are stored at once.
const BATCH: usize = 4096;

/// What an exhibition is to be like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) boards: u32,
    /// How long each game is, unless its moves, which are drawn by lot, end it.
    pub(crate) plies: u32,
    /// Whether it is over.
    pub(crate) over: bool,
}

/// Stores an exhibition; gives its number, and how many events it has.
pub(crate) async fn store_exhibition(store: &mut SqliteStore, shape: Shape) -> (ExhibitionId, u64) {
    let program = Program {
        name: "A long evening".into(),
        boards: shape.boards,
        clock: None,
        setups: std::sync::Arc::default(),
        walk: WalkMode::InTurn,
        late_rounds: 0,
        passes: None,
        grace: Millis::ZERO,
        retract: true,
        think: Millis(2000),
        master: "Master".into(),
        seat: program::MasterSeat::Engine,
        created_at: 1_790_000_000_000,
        evening: program::Evening::default(),
    };
    let id = store.create(&program).await.expect("room for an exhibition");
    let mut evening = Evening {
        id,
        games: vec![Game::new(None); shape.boards as usize],
        chance: ChaCha8Rng::seed_from_u64(id.0.unsigned_abs()),
        at: Millis::ZERO,
        seq: 0,
        lines: Vec::new(),
    };
    evening.gather();
    while evening.games[0].ply() < shape.plies {
        for board in BoardNo::first(shape.boards) {
            evening.push(Kind::Visit { board, excursion: false }, None);
            evening.play(board, shape.plies);
            evening.play(board, shape.plies);
        }
        evening.save(store, BATCH).await;
        if evening.games[0].status() != GameStatus::Playing {
            break;
        }
    }
    if shape.over {
        evening.end();
    }
    evening.save(store, 1).await;
    (id, evening.seq)
}

struct Evening {
    id: ExhibitionId,
    games: Vec<Game>,
    chance: ChaCha8Rng,
    at: Millis,
    seq: u64,
    lines: Vec<Numbered>,
}

impl Evening {
    fn push(&mut self, kind: Kind, seat: Option<SeatKey>) {
        self.seq += 1;
        self.at = self.at.plus(Millis(7));
        let event = Event { seq: self.seq, at: self.at, wall: 1_790_000_000_000 + self.at.0, kind };
        self.lines.push(Numbered { exhibition: self.id, event, seat });
    }

    /// Everybody sits down, and the games begin.
    fn gather(&mut self) {
        for board in BoardNo::first(u32::try_from(self.games.len()).expect("a number of boards")) {
            let name = PlayerName::parse(&format!("Player {board}")).expect("a name");
            let token = Token::from(format!("sp_{}_{board}", self.id)).hash();
            let guest = Guest { number: GuestNo(board.0), name, bot: true };
            self.push(Kind::Joined { board, guest }, Some(SeatKey { token, house: None }));
        }
        let seated = u32::try_from(self.games.len()).expect("a number of boards");
        self.push(Kind::Started { seated }, None);
        self.games.iter_mut().for_each(Game::start);
    }

    fn play(&mut self, board: BoardNo, plies: u32) {
        let game = &self.games[board.index()];
        let legal = game.position().legal_moves();
        if legal.is_empty() || game.ply() == plies {
            return;
        }
        let uci = legal[self.chance.random_range(..legal.len())].to_uci(CastlingMode::Standard);
        let command = Command::Move { ply: game.ply() + 1, uci };
        let at = self.at.plus(Millis(7));
        for fact in game.decide(game.position().turn(), &command, at).unwrap_or_default() {
            self.happen(board, fact);
        }
    }

    fn happen(&mut self, board: BoardNo, fact: Fact) {
        self.games[board.index()].apply(&fact, self.at);
        self.push(Kind::Game { board, fact }, None);
    }

    /// Whoever still plays gives up.
    fn end(&mut self) {
        let resignation = Fact::Ended { result: GameResult::WhiteWins, termination: Termination::Resignation };
        for board in BoardNo::first(u32::try_from(self.games.len()).expect("a number of boards")) {
            if self.games[board.index()].status() == GameStatus::Playing {
                self.happen(board, resignation.clone());
            }
        }
        self.push(Kind::Finished, None);
    }

    /// Stores what there is, once it is at least so much.
    async fn save(&mut self, store: &mut SqliteStore, least: usize) {
        if self.lines.len() >= least {
            for lines in self.lines.chunks(BATCH) {
                store.append(lines).await.expect("room for events");
            }
            self.lines.clear();
        }
    }
}
