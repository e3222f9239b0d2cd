//! What a spectator sees: an exhibition as the fold of its events.
//!
//! The same [`View::apply`] makes the picture from live events, after a restart from stored ones, and for a finished
//! exhibition out of the archive.

use std::collections::BTreeSet;

use shakmaty::Color;

use super::{
    board_view::{BoardView, Seat},
    event::{Announcement, Event, ExhibitionId, Guest, GuestNo, Kind, PassedBy, PausedBy, Score, Stage},
    program::Program,
    walk_figures::WalkFigures,
};
use crate::rules::{BoardNo, ClockSettings, Fact, Millis, PlayerName, WalkMode};

/// An exhibition as everybody can see it.
#[derive(Debug, Clone)]
pub struct View {
    /// Its number.
    pub id: ExhibitionId,
    /// What is settled about it.
    pub program: Program,
    /// The last event that is in this picture; 0 before the first.
    pub seq: u64,
    /// When that event happened, in the exhibition's own time.
    pub at: Millis,
    /// How far it is.
    pub stage: Stage,
    /// Every board, in order, taken or not.
    pub boards: Vec<BoardView>,
    /// The walk in figures.
    pub walk: WalkFigures,
    /// When the games began, in Unix milliseconds.
    pub started_at: Option<u64>,
    /// How many opponents sat there then.
    pub seated_at_start: u32,
    /// When the last one ended, in Unix milliseconds.
    pub finished_at: Option<u64>,
    /// The result so far.
    pub score: Score,
    /// Whose doing the break is, if there is one.
    pub paused: Option<PausedBy>,
    /// When it began, in Unix milliseconds: the exhibition's own time stands still in it.
    pub paused_since: Option<u64>,
    /// Where the master waits for somebody who has not moved, and until when.
    pub grace: Option<(BoardNo, Millis)>,
    /// The master's last move, while nobody has moved there since: board and ply.
    pub last_move: Option<(BoardNo, u32)>,
    /// Who waits for a seat, in their order.
    pub queue: Vec<Guest>,
    /// How many guests there have been.
    pub guests: u32,
    /// What everybody was told last.
    pub announcement: Announcement,
    /// In the last round: the boards that the master has not come to yet, of those that were playing when it was announced.
    pub last_round: Option<BTreeSet<BoardNo>>,
    /// Whether no visit begins any more, and all clocks stand still.
    pub closed: bool,
}

impl View {
    /// An exhibition in which nothing has happened yet.
    #[must_use]
    pub fn new(id: ExhibitionId, program: Program) -> View {
        View {
            id,
            boards: BoardNo::first(program.boards)
                .map(|board| BoardView::new(board, program.setup(board).into()))
                .collect(),
            program,
            seq: 0,
            at: Millis::ZERO,
            stage: Stage::Open,
            walk: WalkFigures::default(),
            started_at: None,
            seated_at_start: 0,
            finished_at: None,
            score: Score::default(),
            paused: None,
            paused_since: None,
            grace: None,
            last_move: None,
            queue: Vec::new(),
            guests: 0,
            announcement: Announcement::default(),
            last_round: None,
            closed: false,
        }
    }

    /// Takes in the next event.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        self.at = self.at.max(event.at);
        match &event.kind {
            Kind::Joined { board, guest } => {
                self.count_in(guest);
                self.boards[board.index()].seat = Some(Seat::of(guest));
                self.begin_late(*board, event);
            }
            Kind::Applied { board, guest } => {
                self.count_in(guest);
                self.boards[board.index()].applicant = Some(Seat::of(guest));
            }
            Kind::Admitted { board } => {
                let seen = &mut self.boards[board.index()];
                seen.seat = seen.applicant.take();
                self.begin_late(*board, event);
            }
            Kind::TurnedAway { board } => self.boards[board.index()].applicant = None,
            Kind::Left { board, .. } => self.boards[board.index()].seat = None,
            Kind::Queued { guest } => {
                self.count_in(guest);
                self.queue.push(guest.clone());
            }
            Kind::Unqueued { guest } => self.queue.retain(|waits| waits.number != *guest),
            Kind::Renamed { board, name, .. } => {
                if let Some(seat) = self.boards[board.index()].guest_mut() {
                    seat.name = name.clone();
                }
            }
            Kind::Reseated { board, to } => {
                let seat = self.boards[board.index()].seat.take();
                self.boards[to.index()].seat = seat.map(|mut seat| {
                    seat.connect(false, event);
                    seat
                });
            }
            Kind::Announced(announcement) => self.announce(announcement),
            Kind::Changed(program) => self.change(program, event.at),
            Kind::Closed => self.closed = true,
            Kind::Connected { board } => self.set_connected(*board, true, event),
            Kind::Disconnected { board } => self.set_connected(*board, false, event),
            Kind::Started { seated } => self.start(event, *seated),
            Kind::Finished => {
                self.stage = Stage::Finished;
                self.queue.clear();
                self.walk.finished = Some(event.at);
                self.finished_at = Some(event.wall);
            }
            Kind::Visit { board, excursion } => {
                self.grace = None;
                self.reach(*board, *excursion);
                self.walk.visit(*board, *excursion, event.seq, event.at);
                self.boards[board.index()].figures.visits += 1;
            }
            Kind::Passed { board, by, .. } => {
                self.grace = self.grace.filter(|&(waits, _)| waits != *board);
                self.boards[board.index()].passes_used += 1;
                if let (PassedBy::Walk, Some(due)) = (by, &mut self.last_round) {
                    due.remove(board);
                }
            }
            Kind::Grace { board } => self.grace = Some((*board, event.at.plus(self.program.grace))),
            Kind::Paused { by } => (self.paused, self.paused_since) = (Some(*by), Some(event.wall)),
            Kind::Continued => (self.paused, self.paused_since) = (None, None),
            Kind::Game { board, fact } => self.apply_fact(*board, fact, event),
        }
    }

    /// A guest goes by another name, wherever they sit.
    pub fn rename(&mut self, guest: GuestNo, name: &PlayerName) {
        for seat in self.boards.iter_mut().filter_map(BoardView::guest_mut).filter(|seat| seat.guest == guest) {
            seat.name = name.clone();
        }
        for waits in self.queue.iter_mut().filter(|waits| waits.number == guest) {
            waits.name = name.clone();
        }
    }

    fn count_in(&mut self, guest: &Guest) {
        self.guests = self.guests.max(guest.number.0);
        self.queue.retain(|waits| waits.number != guest.number);
    }

    /// The game of a latecomer is on at once.
    fn begin_late(&mut self, board: BoardNo, event: &Event) {
        if self.stage == Stage::Running {
            self.boards[board.index()].begin(event);
            self.score.playing += 1;
        }
    }

    fn announce(&mut self, announcement: &Announcement) {
        let Announcement { text, last_round, closes, starts_at } = announcement;
        if text.is_some() {
            self.announcement.text = text.clone();
        }
        self.announcement.closes = closes.or(self.announcement.closes);
        self.announcement.starts_at = starts_at.or(self.announcement.starts_at);
        if *last_round && self.last_round.is_none() {
            self.announcement.last_round = true;
            let playing = self.boards.iter().filter(|board| board.is_playing());
            self.last_round = Some(playing.map(|board| board.board).collect());
        }
    }

    fn change(&mut self, program: &Program, at: Millis) {
        self.program = program.clone();
        if self.stage == Stage::Open {
            self.boards.truncate(program.boards as usize);
            for board in BoardNo::first(program.boards) {
                match self.boards.get_mut(board.index()) {
                    Some(known) => known.set_up(program.setup(board)),
                    None => self.boards.push(BoardView::new(board, program.setup(board).into())),
                }
            }
        }
        // A later end opens again what was closed by the clock; a last round is over.
        self.closed &= self.is_last_round_over() || self.closes().is_some_and(|closes| closes <= at);
        self.announcement.closes = self.announcement.closes.and(self.closes());
        self.announcement.starts_at = self.announcement.starts_at.and(program.evening.starts_at);
    }

    /// When no visit begins any more, in the exhibition's own time, where that is settled and the games are on.
    #[must_use]
    pub fn closes(&self) -> Option<Millis> {
        Some(self.walk.started?.plus(self.program.evening.closes_after?))
    }

    /// Whether all clocks stand still: in a break, and where no visit begins any more.
    #[must_use]
    pub fn stands_still(&self) -> bool {
        self.paused.is_some() || self.closed
    }

    /// Whether the master has come to every board once more, in a last round.
    #[must_use]
    pub fn is_last_round_over(&self) -> bool {
        self.last_round.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// In the last round, where a game is on: whether the master still comes to `board`.
    #[must_use]
    pub fn is_due(&self, board: &BoardView) -> Option<bool> {
        self.last_round.as_ref().filter(|_| board.is_playing()).map(|due| due.contains(&board.board))
    }

    /// The master comes to `board`, past those between.
    fn reach(&mut self, board: BoardNo, excursion: bool) {
        if let Some(due) = &mut self.last_round {
            due.remove(&board);
        }
        if self.program.walk != WalkMode::InTurn || excursion {
            return;
        }
        let Some(last) = self.last_in_order() else { return };
        let gone_past = |boards: &mut [BoardView]| {
            for board in boards.iter_mut().filter(|board| board.is_playing() && board.waits_since.is_none()) {
                board.missed += 1;
            }
        };
        let (from, to) = (last.index() + 1, board.index());
        if from <= to {
            gone_past(&mut self.boards[from..to]);
        } else {
            gone_past(&mut self.boards[from..]);
            gone_past(&mut self.boards[..to]);
        }
    }

    fn start(&mut self, event: &Event, seated: u32) {
        self.stage = Stage::Running;
        self.queue.clear();
        self.seated_at_start = seated;
        self.started_at = Some(event.wall);
        self.walk.started = Some(event.at);
        self.walk.round_began = Some(event.at);
        for board in &mut self.boards {
            board.seat(seated);
            if board.seat.is_some() {
                board.begin(event);
            }
            self.score.playing += u32::from(board.playing);
        }
    }

    fn apply_fact(&mut self, board: BoardNo, fact: &Fact, event: &Event) {
        let at = event.at;
        let number = board;
        let board = &mut self.boards[board.index()];
        let masters = board.turn() == board.setup.master;
        let took = board.figures.take(fact, masters, self.walk.came_to(number), at);
        match fact {
            Fact::Moved(_) => {
                board.missed *= u32::from(masters);
                self.walk.moved(masters, took);
            }
            Fact::Ended { result, .. } => {
                self.score.count(*result, board.setup.master);
                self.score.playing -= 1;
                if let Some(due) = &mut self.last_round {
                    due.remove(&number);
                }
            }
            Fact::Retracted(_) | Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => {}
        }
        board.apply(fact, at);
        if matches!(fact, Fact::Moved(_) | Fact::Ended { .. }) {
            self.grace = self.grace.filter(|&(waits, _)| waits != number);
        }
        match fact {
            Fact::Moved(played) if played.turn != board.setup.master => self.last_move = Some((number, played.ply)),
            Fact::Moved(_) | Fact::Retracted(_) | Fact::Ended { .. } => {
                self.last_move = self.last_move.filter(|&(last, _)| last != number);
            }
            Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => {}
        }
        match fact {
            Fact::Moved(_) | Fact::Retracted(_) => {
                board.waits_since = (board.turn() == board.setup.master).then_some((event.seq, at));
            }
            Fact::Ended { .. } => board.waits_since = None,
            Fact::DrawOffered { .. } | Fact::DrawDeclined { .. } => {}
        }
    }

    fn set_connected(&mut self, board: BoardNo, connected: bool, event: &Event) {
        if let Some(seat) = self.boards[board.index()].guest_mut() {
            seat.connect(connected, event);
        }
    }

    /// The colour that the master plays, if it is the same on all boards.
    #[must_use]
    pub fn master_color(&self) -> Option<Color> {
        let mut colors = self.boards.iter().map(|board| board.setup.master);
        let first = colors.next()?;
        colors.all(|color| color == first).then_some(first)
    }

    /// The time control of most boards, with all the extra time that is known to be the master's.
    #[must_use]
    pub fn clock(&self) -> Option<ClockSettings> {
        let clock = self.program.clock?;
        Some(if self.stage == Stage::Open { clock } else { clock.for_seated(self.seated_at_start) })
    }

    /// How much extra time the opponents seated at the start have brought the master, on every clock.
    #[must_use]
    pub fn extra_of_seated(&self) -> Millis {
        let extra = |clock: Option<ClockSettings>| clock.map_or(Millis::ZERO, |clock| clock.master_extra);
        extra(self.clock()).since(extra(self.program.clock))
    }

    /// How many moves the master and the opponents have made, all in all.
    #[must_use]
    pub fn moves_made(&self) -> (u64, u64) {
        self.boards.iter().fold((0, 0), |(master, opponents), board| {
            let (all, first) = (board.sheet.len() as u64, board.sheet.len().div_ceil(2) as u64);
            let own = if board.setup.mover_of(1) == board.setup.master { first } else { all - first };
            (master + own, opponents + all - own)
        })
    }

    /// How many passes the opponent at a board has left; `None` for no limit.
    #[must_use]
    pub fn passes_left(&self, board: &BoardView) -> Option<u32> {
        self.program.passes.map(|limit| limit.saturating_sub(board.passes_used))
    }

    /// Where the master stands, while the games are on.
    #[must_use]
    pub fn master_at(&self) -> Option<BoardNo> {
        self.walk.at().filter(|_| self.stage == Stage::Running)
    }

    /// The last board in the walk's own order, whatever has become of it.
    #[must_use]
    pub fn last_in_order(&self) -> Option<BoardNo> {
        self.walk.last_in_order().map(|(board, _)| board)
    }

    /// That board, where it still is the master's turn there, without a move since.
    #[must_use]
    pub fn unfinished_in_order(&self) -> Option<BoardNo> {
        let (board, came) = self.walk.last_in_order().filter(|_| self.stage == Stage::Running)?;
        self.boards[board.index()].waits_since.is_some_and(|(since, _)| since < came).then_some(board)
    }
}
