//! From stored lines back to events and games. Pure.
//!
//! The store keeps of a move only what cannot be computed; the rest comes back by playing the game again, which proves on
//! the way that the record is whole: no number missing or twice, every move legal, every position the one it was.

use std::sync::Arc;

use super::{
    damage::DamagedRecord,
    possible::impossible,
    stored::{StoredEvent, StoredKind},
};
use crate::{
    record::{
        earlier::Earlier,
        event::{Event, ExhibitionId, Kind, Stage},
        program::Program,
        view::View,
    },
    rules::{BoardNo, ClockReading, Fact, Game, RecallError},
};

/// An exhibition as it stood when its last event was stored.
#[derive(Debug, Clone)]
pub struct Record {
    /// What everybody saw.
    pub view: View,
    /// Every board's game, in order.
    pub games: Vec<Game>,
    /// The last things that happened, as many as were wanted.
    pub events: Vec<Event>,
    /// What spectators see of it, where that is less.
    pub earlier: Option<Arc<Earlier>>,
}

/// Plays an exhibition's stored lines, in order, again.
pub fn replay(id: ExhibitionId, program: Program, stored: Vec<StoredEvent>) -> Result<Record, DamagedRecord> {
    let mut replay = Replay::new(id, program, 1);
    stored.into_iter().try_for_each(|line| replay.take(line))?;
    replay.finish()
}

/// An exhibition that is being played again, line by line: hundreds of thousands need not be there all at once.
#[derive(Debug)]
pub struct Replay {
    record: Record,
    kept_from: u64,
}

/// An exhibition that was taken up goes on where it stood.
impl From<Record> for Replay {
    fn from(record: Record) -> Replay {
        Replay { record: Record { events: Vec::new(), earlier: None, ..record }, kept_from: u64::MAX }
    }
}

impl Replay {
    /// An exhibition in which nothing has happened yet; of its events, those from `kept_from` on will be in the record.
    #[must_use]
    pub fn new(id: ExhibitionId, program: Program, kept_from: u64) -> Replay {
        Replay { record: Record::new(id, program), kept_from }
    }

    /// What everybody would see now.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.record.view
    }

    /// The last number so far.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.record.view.seq
    }

    /// Plays the next line.
    pub fn take(&mut self, line: StoredEvent) -> Result<(), DamagedRecord> {
        let event = self.follow(line)?;
        if event.seq >= self.kept_from {
            self.record.events.push(event);
        }
        Ok(())
    }

    /// Plays the next line, and gives the event that it stands for, which is not kept.
    pub fn follow(&mut self, line: StoredEvent) -> Result<Event, DamagedRecord> {
        let (exhibition, expected, found) = (self.record.view.id, self.seq() + 1, line.seq);
        if found != expected {
            return Err(DamagedRecord::Seq { exhibition, expected, found });
        }
        self.record.take(line)
    }

    /// Whether it can be taken up as it is: what was stored together is there together.
    pub fn is_sound(&self) -> Result<(), DamagedRecord> {
        let Record { view, games, .. } = &self.record;
        let taken = view.boards.iter().filter(|board| board.seat.is_some()).count();
        if view.seated_at_start as usize > taken {
            let what = "more began to play than have a seat";
            return Err(DamagedRecord::Value { exhibition: view.id, seq: view.seq, what });
        }
        match (1u32..).map(BoardNo).zip(games).find(|(_, game)| game.due().is_some()) {
            None => Ok(()),
            Some((board, _)) => {
                let error = RecallError::Impossible("the last move has ended the game, and the end is missing");
                Err(DamagedRecord::Game { exhibition: view.id, board, error })
            }
        }
    }

    /// No line follows.
    pub fn finish(self) -> Result<Record, DamagedRecord> {
        self.is_sound().map(|()| self.record)
    }
}

/// Plays one board's game again, out of the exhibition's stored lines in their order; those of other boards may be missing.
pub fn recall(
    id: ExhibitionId,
    program: Program,
    board: BoardNo,
    stored: impl IntoIterator<Item = StoredEvent>,
) -> Result<Game, DamagedRecord> {
    let mut record = Record::new(id, program);
    for line in stored.into_iter().filter(|line| line.kind.concerns(board)) {
        record.take(line)?;
    }
    let seq = record.view.seq;
    record.games.into_iter().nth(board.index()).ok_or(DamagedRecord::Board { exhibition: id, seq, board })
}

impl Record {
    /// An exhibition in which nothing has happened yet.
    fn new(id: ExhibitionId, program: Program) -> Record {
        let games = BoardNo::first(program.boards).map(|board| game_of(&program, board)).collect();
        Record { view: View::new(id, program), games, events: Vec::new(), earlier: None }
    }

    /// Plays a stored line; gives the event that it stands for.
    fn take(&mut self, line: StoredEvent) -> Result<Event, DamagedRecord> {
        let event = self.complete(line)?;
        match &event.kind {
            Kind::Game { board, fact } => self.games[board.index()].apply(fact, event.at),
            Kind::Started { seated } => {
                for (game, board) in self.games.iter_mut().zip(&self.view.boards) {
                    if board.seat.is_some() {
                        game.start_among(*seated);
                    }
                }
            }
            Kind::Joined { board, .. } | Kind::Admitted { board } if self.view.stage == Stage::Running => {
                self.games[board.index()].start_among(self.view.seated_at_start);
            }
            Kind::Changed(program) if self.view.stage == Stage::Open => {
                self.games = BoardNo::first(program.boards).map(|board| game_of(program, board)).collect();
            }
            _ => {}
        }
        self.view.apply(&event);
        Ok(event)
    }

    /// The event that a stored line stands for.
    fn complete(&self, line: StoredEvent) -> Result<Event, DamagedRecord> {
        let exhibition = self.view.id;
        let game = |board: BoardNo| {
            let index = (board.0 as usize).checked_sub(1);
            let game = index.and_then(|index| self.games.get(index));
            game.ok_or(DamagedRecord::Board { exhibition, seq: line.seq, board })
        };
        let kind = match line.kind {
            StoredKind::Joined { board, guest } => game(board).map(|_| Kind::Joined { board, guest })?,
            StoredKind::Applied { board, guest } => game(board).map(|_| Kind::Applied { board, guest })?,
            StoredKind::Admitted { board } => game(board).map(|_| Kind::Admitted { board })?,
            StoredKind::TurnedAway { board } => game(board).map(|_| Kind::TurnedAway { board })?,
            StoredKind::Left { board, guest } => game(board).map(|_| Kind::Left { board, guest })?,
            StoredKind::Queued { guest } => Kind::Queued { guest },
            StoredKind::Unqueued { guest } => Kind::Unqueued { guest },
            StoredKind::Renamed { board, guest, name } => game(board).map(|_| Kind::Renamed { board, guest, name })?,
            StoredKind::Reseated { board, to } => {
                game(to)?;
                game(board).map(|_| Kind::Reseated { board, to })?
            }
            StoredKind::Announced(announcement) => Kind::Announced(announcement),
            StoredKind::Changed(program) => Kind::Changed(program),
            StoredKind::Closed => Kind::Closed,
            StoredKind::Connected { board } => game(board).map(|_| Kind::Connected { board })?,
            StoredKind::Disconnected { board } => game(board).map(|_| Kind::Disconnected { board })?,
            StoredKind::Started { seated } => Kind::Started { seated },
            StoredKind::Finished => Kind::Finished,
            StoredKind::Visit { board, excursion } => game(board).map(|_| Kind::Visit { board, excursion })?,
            StoredKind::Passed { board, by } => {
                game(board)?;
                let left = self.view.passes_left(&self.view.boards[board.index()]).map(|left| left.saturating_sub(1));
                Kind::Passed { board, by, left }
            }
            StoredKind::Grace { board } => game(board).map(|_| Kind::Grace { board })?,
            StoredKind::Paused { by } => Kind::Paused { by },
            StoredKind::Continued => Kind::Continued,
            StoredKind::Retracted { board, ply, banks, hash } => {
                let retracted = game(board)?.recall_retraction(ply, banks, hash);
                let retracted = retracted.map_err(|error| DamagedRecord::Game { exhibition, board, error })?;
                Kind::Game { board, fact: Fact::Retracted(retracted) }
            }
            StoredKind::Moved { board, ply, uci, banks, hash } => {
                let game = game(board)?;
                let running = Some(game.setup().mover_of(ply).other());
                let clock = banks.map(|(white, black)| ClockReading { white, black, running });
                let played = game.recall(ply, uci, clock, hash);
                let played = played.map_err(|error| DamagedRecord::Game { exhibition, board, error })?;
                Kind::Game { board, fact: Fact::Moved(played) }
            }
            StoredKind::DrawOffered { board, by } => {
                game(board).map(|_| Kind::Game { board, fact: Fact::DrawOffered { by } })?
            }
            StoredKind::DrawDeclined { board, by } => {
                game(board).map(|_| Kind::Game { board, fact: Fact::DrawDeclined { by } })?
            }
            StoredKind::Ended { board, result, termination } => {
                game(board).map(|_| Kind::Game { board, fact: Fact::Ended { result, termination } })?
            }
        };
        if let Kind::Game { board, fact } = &kind {
            let checked = self.games[board.index()].check(fact);
            checked.map_err(|error| DamagedRecord::Game { exhibition, board: *board, error })?;
        }
        match impossible(&self.view, &kind) {
            None => Ok(Event { seq: line.seq, at: line.at, wall: line.wall, kind }),
            Some(what) => Err(DamagedRecord::Value { exhibition, seq: line.seq, what }),
        }
    }
}

fn game_of(program: &Program, board: BoardNo) -> Game {
    Game::set_up(program.setup(board).into())
}

#[cfg(test)]
mod tests {
    use shakmaty::{Color, EnPassantMode, Position, uci::UciMove, zobrist::Zobrist64};

    use super::*;
    use crate::record::event::{Guest, GuestNo, PausedBy};
    use crate::rules::{GameResult, Millis, PlayerName, Termination};

    const BOARD: BoardNo = BoardNo(1);

    fn joined() -> StoredKind {
        StoredKind::Joined { board: BOARD, guest: ada() }
    }

    fn ada() -> Guest {
        Guest { number: GuestNo(1), name: PlayerName::parse("Ada").expect("a name"), bot: false }
    }

    fn ended(result: GameResult, termination: Termination) -> StoredKind {
        StoredKind::Ended { board: BOARD, result, termination }
    }

    fn moves(text: &str) -> Vec<StoredKind> {
        let mut game = Game::new(None);
        let played = |uci: &str| {
            let uci: UciMove = uci.parse().expect("a move");
            let mut after = game.position().clone();
            after.play_unchecked(uci.to_move(game.position()).expect("a legal move"));
            let hash = after.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0;
            let ply = game.ply() + 1;
            game.apply(&Fact::Moved(game.recall(ply, uci, None, hash).expect("a legal move")), Millis::ZERO);
            StoredKind::Moved { board: BOARD, ply, uci, banks: None, hash }
        };
        text.split(' ').map(played).collect()
    }

    fn stored(kinds: Vec<StoredKind>) -> Vec<StoredEvent> {
        let stored = (1..).zip(kinds).map(|(seq, kind)| StoredEvent { seq, at: Millis(seq), wall: seq, kind });
        stored.collect()
    }

    fn replayed(kinds: Vec<StoredKind>) -> Result<Record, String> {
        replay(ExhibitionId(1), Program::of_a_test(), stored(kinds)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_can_have_happened_is_taken_up() {
        let mate = ended(GameResult::BlackWins, Termination::Checkmate);
        let game = [
            vec![joined(), StoredKind::Started { seated: 1 }],
            moves("f2f3 e7e5 g2g4 d8h4"),
            vec![mate, StoredKind::Finished],
        ];
        let record = replayed(game.concat()).expect("a sound record");
        assert_eq!((record.view.stage, record.view.score.losses), (Stage::Finished, 1));
    }

    #[test]
    fn of_the_events_the_last_are_kept_and_all_are_seen() {
        let lines = stored([vec![joined(), StoredKind::Started { seated: 1 }], moves("e2e4 e7e5 g1f3")].concat());
        let whole = replay(ExhibitionId(1), Program::of_a_test(), lines.clone()).expect("a sound record");
        let mut replay = Replay::new(ExhibitionId(1), Program::of_a_test(), 4);
        lines.into_iter().for_each(|line| replay.take(line).expect("it happened"));
        let last = replay.finish().expect("a sound record");
        assert_eq!((last.events.as_slice(), last.events[0].seq), (&whole.events[3..], 4));
        assert_eq!(format!("{:?}", last.view), format!("{:?}", whole.view));
    }

    #[test]
    fn what_cannot_have_happened_is_refused() {
        let resigned = || ended(GameResult::WhiteWins, Termination::Resignation);
        let started = || vec![joined(), StoredKind::Started { seated: 1 }];
        let after_start = |kinds: &[StoredKind]| [started(), kinds.to_vec()].concat();
        for (record, sentence) in [
            (vec![joined(), resigned()], "not being played"),
            (after_start(&[resigned(), resigned()]), "not being played"),
            (after_start(&[vec![resigned()], moves("e2e4")].concat()), "not being played"),
            (after_start(&[ended(GameResult::Draw, Termination::Resignation)]), "do not go with the game"),
            (after_start(&[ended(GameResult::Draw, Termination::Agreement)]), "do not go with the game"),
            (after_start(&[ended(GameResult::Draw, Termination::Stalemate)]), "do not go with the game"),
            (after_start(&[ended(GameResult::BlackWins, Termination::TimeForfeit)]), "do not go with the game"),
            (after_start(&moves("f2f3 e7e5 g2g4 d8h4")), "the end is missing"),
            (after_start(&[moves("f2f3 e7e5 g2g4 d8h4"), vec![resigned()]].concat()), "goes on though"),
            (after_start(&[StoredKind::DrawDeclined { board: BOARD, by: Color::Black }]), "nobody has offered"),
            (after_start(&[StoredKind::Started { seated: 1 }]), "begin twice"),
            (vec![joined(), StoredKind::Started { seated: 2 }], "more began to play"),
            (after_start(&[StoredKind::Finished]), "ends before its games"),
            (after_start(&[resigned(), StoredKind::Finished, StoredKind::Finished]), "ends before its games"),
            (vec![joined(), joined()], "taken twice"),
            (after_start(&[joined()]), "after the start"),
            (after_start(&[resigned(), StoredKind::Finished, joined()]), "after the end"),
            (after_start(&[StoredKind::Left { board: BOARD, guest: ada() }]), "or in a game"),
            (vec![StoredKind::Admitted { board: BOARD }], "who has not asked"),
            (vec![StoredKind::Closed], "have not begun"),
            (vec![StoredKind::Connected { board: BOARD }], "has no seat"),
            (after_start(&[StoredKind::Continued]), "break that is none"),
            (vec![StoredKind::Paused { by: PausedBy::Master }], "games that are not on"),
            (vec![StoredKind::Visit { board: BOARD, excursion: false }], "before the games begin"),
            (vec![StoredKind::Connected { board: BoardNo(0) }], "there is no board 0"),
        ] {
            let refused = replayed(record).err();
            assert!(refused.as_ref().is_some_and(|error| error.contains(sentence)), "{sentence}: {refused:?}");
        }
    }
}
