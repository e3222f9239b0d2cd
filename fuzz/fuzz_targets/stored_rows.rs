//! An exhibition's stored lines, damaged in any way: they are refused, or what comes of them is an exhibition that can
//! have been played, and that other programs read as it is.

#![no_main]

#[path = "stored_rows/damage.rs"]
mod damage;

use arbitrary::Arbitrary;
use damage::{Damage, wreck};
use libfuzzer_sys::fuzz_target;
use shakmaty::{Chess, Color, EnPassantMode, Position, zobrist::Zobrist64};
use simultan_fuzz::{
    journal::{DamagedRecord, Record, StoredEvent, StoredKind, recall, replay},
    read_pgn,
    record::{
        board_view::Seat,
        event::{Announcement, Event, ExhibitionId, Guest, GuestNo, Kind, PassedBy, PausedBy, Stage},
        program::{Evening, MasterSeat, Program},
        view::View,
    },
    rules::{
        BoardNo, ClockSettings, Command, Fact, Game, GameResult, GameSetup, MasterColor, Millis, PlayerName, Setups,
        Termination, WalkMode, chess960_start, start_from_fen, uci_of,
    },
    wire::{self, pgn},
};

const ID: ExhibitionId = ExhibitionId(7);

/// What people do in an exhibition.
#[derive(Debug, Arbitrary)]
enum Act {
    Join(u8),
    Leave(u8),
    Return(u8),
    Start,
    Visit(u8),
    Move { board: u8, choice: u8 },
    Moves { board: u8, choice: u8 },
    Resign { board: u8, white: bool },
    Retract(u8),
    Stray(u8),
    Break,
    Offer { board: u8, white: bool },
    Answer { board: u8, white: bool, agree: bool },
    Wait(u16),
    Apply(u8),
    Admit(u8),
    TurnAway(u8),
    Queue,
    Remove(u8),
    Reseat { board: u8, to: u8 },
    Rename(u8),
    Announce { last_round: bool, closes: bool },
    Settle { board: u8, choice: u8 },
    Close,
    Finish,
}

#[derive(Debug, Arbitrary)]
struct Input {
    boards: u8,
    clock: Option<(u8, u8)>,
    acts: Vec<Act>,
    damages: Vec<Damage>,
}

fuzz_target!(|input: Input| {
    let clock = input.clock.map(|(initial, increment)| {
        let seconds = |count: u8| Millis(1000 * u64::from(count));
        ClockSettings::new(seconds(initial.max(1)), seconds(increment % 30))
            .expect("in bounds")
            .with_master_extra(Millis(5))
            .with_extra_per_board(Millis(3))
    });
    let program = Program {
        name: "A [fuzzed] \"exhibition\"".into(),
        boards: u32::from(input.boards % 4) + 1,
        clock,
        setups: setups(input.boards).into(),
        walk: WalkMode::InTurn,
        late_rounds: 0,
        passes: [None, Some(0), Some(1), Some(3)][usize::from(input.boards >> 6)],
        grace: Millis::ZERO,
        retract: true,
        think: Millis(1),
        master: "Master".into(),
        seat: MasterSeat::Engine,
        created_at: 0,
        evening: Evening::default(),
    };
    let history = history(&program, &input.acts);
    let honest = replay(ID, program.clone(), history.clone())
        .unwrap_or_else(|error| panic!("what happened is refused: {error}"));
    check(&honest, &program, &history);
    let mut damaged = history;
    for damage in input.damages.iter().take(16) {
        wreck(&mut damaged, damage);
    }
    let lines = damaged.clone();
    for board in BoardNo::first(program.boards) {
        // Never panics, and never ends in a game that is not there.
        let _ = recall(ID, program.clone(), board, damaged.clone());
    }
    match replay(ID, program.clone(), damaged) {
        Ok(record) => check(&record, &program, &lines),
        Err(error) => check_refusal(&error),
    }
});

/// How games begin, out of the number's middle bits.
fn setups(choice: u8) -> Setups {
    let colors =
        [MasterColor::White, MasterColor::Black, MasterColor::Alternating, MasterColor::ByLot(u64::from(choice))];
    let endgame = start_from_fen("4k3/pppp4/8/8/8/8/4PPPP/4K2R b K - 3 30").expect("a position");
    let starts = [Chess::default(), Chess::default(), chess960_start(u32::from(choice) * 3), endgame];
    Setups {
        color: colors[usize::from(choice >> 2) % 4],
        start: starts[usize::from(choice >> 4) % 4].clone(),
        ..Setups::default()
    }
}

/// Lets people do things, as far as they can; gives the lines that are stored of it.
fn history(program: &Program, acts: &[Act]) -> Vec<StoredEvent> {
    let mut hall = Hall {
        games: BoardNo::first(program.boards).map(|board| Game::set_up(program.setup(board).into())).collect(),
        view: View::new(ID, program.clone()),
        now: Millis::ZERO,
        lines: Vec::new(),
    };
    for act in acts.iter().take(300) {
        hall.act(act);
    }
    hall.lines
}

struct Hall {
    games: Vec<Game>,
    /// What everybody sees of it.
    view: View,
    now: Millis,
    lines: Vec<StoredEvent>,
}

impl Hall {
    fn board(&self, choice: u8) -> BoardNo {
        BoardNo(u32::from(choice) % self.games.len() as u32 + 1)
    }

    fn is(&self, stage: Stage) -> bool {
        self.view.stage == stage
    }

    fn guest_at(&self, board: u8) -> Option<&Seat> {
        self.view.boards[self.board(board).index()].guest()
    }

    fn applies(&self, board: u8) -> bool {
        self.view.boards[self.board(board).index()].applicant.is_some()
    }

    fn guest(&mut self, name: PlayerName, bot: bool) -> Guest {
        Guest { number: GuestNo(self.view.guests + 1), name, bot }
    }

    fn store(&mut self, kind: Kind) {
        let event =
            Event { seq: self.lines.len() as u64 + 1, at: self.now, wall: 1_700_000_000_000 + self.now.0, kind };
        self.lines.push(StoredEvent::from(&event));
        self.view.apply(&event);
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Join(board) if self.is(Stage::Open) && self.guest_at(board).is_none() => {
                let board = self.board(board);
                let name = PlayerName::parse(&format!("Player \\\"{board}\"")).expect("a name");
                let guest = self.guest(name, board.0 == 2);
                self.store(Kind::Joined { board, guest });
            }
            Act::Leave(board) if self.guest_at(board).is_some() => {
                self.store(Kind::Disconnected { board: self.board(board) });
            }
            Act::Return(board) if self.guest_at(board).is_some() => {
                self.store(Kind::Connected { board: self.board(board) });
            }
            Act::Start if self.is(Stage::Open) && self.view.boards.iter().any(|board| board.seat.is_some()) => {
                let seats: Vec<_> = self.view.boards.iter().filter(|board| board.seat.is_some()).collect();
                let seated = seats.len() as u32;
                seats.iter().for_each(|board| self.games[board.board.index()].start_among(seated));
                self.store(Kind::Started { seated });
            }
            Act::Apply(board) if !self.is(Stage::Finished) && self.guest_at(board).is_none() => {
                let guest = self.guest(PlayerName::parse("Applicant").expect("a name"), false);
                self.store(Kind::Applied { board: self.board(board), guest });
            }
            Act::Admit(board) if !self.is(Stage::Finished) && self.applies(board) => {
                let board = self.board(board);
                if self.is(Stage::Running) {
                    self.games[board.index()].start_among(self.view.seated_at_start);
                }
                self.store(Kind::Admitted { board });
            }
            Act::TurnAway(board) if self.applies(board) => self.store(Kind::TurnedAway { board: self.board(board) }),
            Act::Queue if self.is(Stage::Open) => {
                let guest = self.guest(PlayerName::parse("Patient").expect("a name"), true);
                self.store(Kind::Queued { guest });
            }
            Act::Remove(board) if self.is(Stage::Open) && !self.applies(board) => {
                let Some(seat) = self.guest_at(board) else { return };
                let guest = Guest { number: seat.guest, name: seat.name.clone(), bot: seat.bot };
                self.store(Kind::Left { board: self.board(board), guest });
            }
            Act::Reseat { board, to } if self.is(Stage::Open) && !self.applies(board) => {
                if self.guest_at(board).is_some() && self.guest_at(to).is_none() {
                    self.store(Kind::Reseated { board: self.board(board), to: self.board(to) });
                }
            }
            Act::Rename(board) => {
                let Some(guest) = self.guest_at(board).map(|seat| seat.guest) else { return };
                let name = PlayerName::parse("An \"other\"").expect("a name");
                self.store(Kind::Renamed { board: self.board(board), guest, name });
            }
            Act::Announce { last_round, closes } => self.store(Kind::Announced(Announcement {
                text: (!last_round).then(|| "Tea".into()),
                last_round,
                closes: closes.then_some(self.now),
                starts_at: None,
            })),
            Act::Settle { board, choice } => {
                let results = [GameResult::WhiteWins, GameResult::BlackWins, GameResult::Draw, GameResult::Unknown];
                let result = results[usize::from(choice) % results.len()];
                let termination =
                    if result == GameResult::Unknown { Termination::Aborted } else { Termination::Adjudication };
                let settled = self.games[self.board(board).index()].settle(result, termination);
                self.happen(self.board(board), settled.into_iter().collect());
            }
            Act::Close if self.is(Stage::Running) => self.store(Kind::Closed),
            Act::Visit(board) if !self.is(Stage::Open) => {
                self.store(Kind::Visit { board: self.board(board), excursion: false })
            }
            Act::Move { board, choice } => self.play(self.board(board), choice),
            Act::Moves { board, choice } => {
                for step in 0..16u8 {
                    self.play(self.board(board), choice.wrapping_mul(step.wrapping_add(3)));
                }
            }
            Act::Retract(board) => {
                let white = self.games[self.board(board).index()].master().is_white();
                self.decide(board, white, &Command::Retract);
            }
            Act::Stray(board) if !self.is(Stage::Open) => {
                // Both are told on the way; how many passes are left the record counts itself.
                self.store(Kind::Passed { board: self.board(board), by: PassedBy::Walk, left: None });
                self.store(Kind::Grace { board: self.board(board) });
                self.store(Kind::Visit { board: self.board(board), excursion: true });
            }
            Act::Break if self.is(Stage::Running) => {
                self.store(Kind::Paused { by: PausedBy::Master });
                self.store(Kind::Continued);
            }
            Act::Resign { board, white } => self.decide(board, white, &Command::Resign),
            Act::Offer { board, white } => self.decide(board, white, &Command::OfferDraw),
            Act::Answer { board, white, agree: true } => self.decide(board, white, &Command::AcceptDraw),
            Act::Answer { board, white, agree: false } => self.decide(board, white, &Command::DeclineDraw),
            Act::Wait(time) => {
                self.now = self.now.plus(Millis(u64::from(time)));
                for board in BoardNo::first(self.games.len() as u32) {
                    let fallen = self.games[board.index()].flag(self.now);
                    self.happen(board, fallen.into_iter().collect());
                }
            }
            Act::Finish
                if self.is(Stage::Running)
                    && !self.games.iter().any(|game| game.waits_for(Color::White) || game.waits_for(Color::Black)) =>
            {
                self.store(Kind::Finished);
            }
            _ => {}
        }
    }

    fn play(&mut self, board: BoardNo, choice: u8) {
        let game = &self.games[board.index()];
        let legal = game.position().legal_moves();
        let Some(mv) = legal.get(usize::from(choice) % legal.len().max(1)) else { return };
        let command = Command::Move { ply: game.ply() + 1, uci: uci_of(game.position(), *mv) };
        let decided = game.decide(game.position().turn(), &command, self.now);
        self.happen(board, decided.unwrap_or_default());
    }

    fn decide(&mut self, board: u8, white: bool, command: &Command) {
        let board = self.board(board);
        let by = if white { Color::White } else { Color::Black };
        let decided = self.games[board.index()].decide(by, command, self.now);
        self.happen(board, decided.unwrap_or_default());
    }

    fn happen(&mut self, board: BoardNo, facts: Vec<Fact>) {
        for fact in facts {
            self.games[board.index()].apply(&fact, self.now);
            self.store(Kind::Game { board, fact });
        }
    }
}

/// A sentence of one line that says where.
fn check_refusal(error: &DamagedRecord) {
    let sentence = error.to_string();
    assert!(sentence.starts_with("exhibition 7") && !sentence.contains('\n'), "{sentence}");
}

fn check(record: &Record, program: &Program, lines: &[StoredEvent]) {
    assert_eq!(record.events.len(), lines.len(), "nothing is left out");
    for (event, line) in record.events.iter().zip(lines) {
        if let (Kind::Game { fact: Fact::Moved(played), .. }, StoredKind::Moved { hash, .. }) =
            (&event.kind, &line.kind)
        {
            assert_eq!(played.hash, *hash, "the position is the one that was reached");
        }
    }
    assert!((1..).zip(&record.events).all(|(seq, event)| event.seq == seq));
    let mut ended = 0;
    for (board, game) in record.view.boards.iter().zip(&record.games) {
        let facts = record.events.iter().filter_map(|event| match &event.kind {
            Kind::Game { board: of, fact } if *of == board.board => Some(fact),
            _ => None,
        });
        let setup = program.setup(board.board).for_seated(record.view.seated_at_start);
        ended += u32::from(check_game(facts, &setup, board.seat.is_some()));
        let moves: Vec<_> = board.sheet.iter().map(|record| record.uci).collect();
        assert_eq!(moves, game.moves().collect::<Vec<_>>(), "the spectators' game is the players'");
        let _ = wire::board_record(board);
    }
    let counted = record.view.score;
    let unknown =
        record.view.boards.iter().filter(|board| matches!(board.end, Some((GameResult::Unknown, _)))).count() as u32;
    assert_eq!(counted.wins + counted.draws + counted.losses + unknown, ended);
    assert!(record.view.stage != Stage::Finished || counted.playing == 0);
    let _ = wire::snapshot(&record.view, record.view.at);
    for event in &record.events {
        let _ = wire::event_frame(event, &record.view, false);
    }
    check_pgn(record);
}

/// Follows a game on a board of its own; whether it has ended.
fn check_game<'a>(facts: impl Iterator<Item = &'a Fact>, setup: &GameSetup, seated: bool) -> bool {
    let (mut position, mut ply, mut end) = (setup.start.clone(), 0, None);
    let mut banks = setup.clock.map(|clock| Color::ALL.map(|color| clock.bank(color == setup.master)));
    let mut before = Vec::new();
    for fact in facts {
        assert!(seated, "somebody plays");
        assert_eq!(end, None, "nothing happens after the end");
        match fact {
            Fact::Moved(played) => {
                before.push((position.clone(), banks));
                ply += 1;
                assert_eq!(played.ply, ply);
                let mover = position.turn();
                let mv = played.uci.to_move(&position).expect("a legal move");
                position = position.play(mv).expect("a legal move");
                assert_eq!(played.hash, position.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0);
                assert_eq!(played.clock.is_some(), banks.is_some());
                if let (Some(clock), Some(banks), Some(settings)) = (played.clock, &mut banks, setup.clock) {
                    let now = [clock.white, clock.black];
                    let index = mover.fold_wb(0, 1);
                    assert!(now[index] <= banks[index].plus(settings.increment), "time is not made");
                    assert_eq!(now[1 - index], banks[1 - index], "the other's time does not change");
                    *banks = now;
                }
            }
            Fact::Retracted(retracted) => {
                assert_eq!((retracted.ply, position.turn()), (ply, setup.master.other()), "the master's last move");
                ply -= 1;
                let (earlier, had) = before.pop().expect("a move to take back");
                position = earlier;
                assert_eq!(retracted.hash, position.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0);
                banks = retracted.clock.map(|clock| [clock.white, clock.black]);
                let (own, others) = setup.master.fold_wb((0, 1), (1, 0));
                let sound = banks.zip(had).is_none_or(|(now, had)| now[own] <= had[own] && now[others] == had[others]);
                assert!(sound && banks.is_some() == had.is_some(), "no time is made, and the other's does not change");
            }
            Fact::Ended { result, termination } => end = Some((*result, *termination)),
            Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => {}
        }
    }
    let mate = position.is_checkmate().then(|| (GameResult::win_of(position.turn().other()), Termination::Checkmate));
    let stale = position.is_stalemate().then_some((GameResult::Draw, Termination::Stalemate));
    match (mate.or(stale), end) {
        (Some(due), end) => assert_eq!(end, Some(due), "a game ends with its mate"),
        (None, Some((_, termination))) => {
            assert!(!matches!(termination, Termination::Checkmate | Termination::Stalemate));
        }
        (None, None) => {}
    }
    end.is_some()
}

/// Another program reads every game as it was.
fn check_pgn(record: &Record) {
    let read = read_pgn(&pgn::games(&record.view));
    let seated: Vec<_> = record.view.boards.iter().filter(|board| board.seat.is_some()).collect();
    assert_eq!(read.len(), seated.len());
    for (game, board) in read.iter().zip(seated) {
        let name = board.seat.as_ref().expect("seated").name.as_str();
        let (white, black) = board.setup.master.fold_wb(("Master", name), (name, "Master"));
        assert_eq!((game.white.as_str(), game.black.as_str()), (white, black));
        let moves: Vec<_> = board.sheet.iter().map(|record| record.uci.to_string()).collect();
        assert_eq!(game.moves, moves);
        assert_eq!(game.result, board.end.map_or("*", |(result, _)| result.as_str()));
    }
}
