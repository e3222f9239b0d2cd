//! What the organiser wants of an exhibition that is open, and what becomes of it.

use std::sync::Arc;

use super::{
    board::{Departure, Occupant},
    breaks,
    order::{Order, OrderError, Words},
    seats::State,
    task::{Exhibition, count},
};
use crate::{
    journal::{Entry, Forgotten},
    record::{
        event::{Announcement, Kind, PausedBy, Stage},
        program::{Evening, Program},
    },
    rules::{BoardNo, Game, GameResult, PlayerName, Termination, Walk},
};

impl Exhibition {
    pub(super) async fn obey(&mut self, order: Order) -> Result<(), OrderError> {
        if self.stage() == Stage::Finished && !matches!(order, Order::Forget(_)) {
            return Err(OrderError::Ended);
        }
        match order {
            Order::Change { from, to } => self.change(&from, *to).await,
            Order::Pause => self.stop_or_go(true).await,
            Order::Continue => self.stop_or_go(false).await,
            Order::LastRound => self.begin_last_round().await,
            Order::Cancel => self.cancel().await,
            Order::Announce(Words(text)) => {
                Ok(self.announce(Announcement { text: Some(text), ..Announcement::default() }).await?)
            }
            Order::Admit(board) => self.admit(board).await,
            Order::Remove { board, result } => self.remove(board, result).await,
            Order::Rename(board, name) => self.rename(board, &name).await.map(drop),
            Order::Reseat { board, to } => self.reseat(board, to).await,
            Order::Adjudicate(board, result) => self.adjudicate(board, result, Termination::Adjudication).await,
            Order::Forget(board) => self.forget(board).await,
        }
    }

    fn check_board(&self, board: BoardNo) -> Result<(), OrderError> {
        let boards = count(self.boards.len());
        if (1..=boards).contains(&board.0) { Ok(()) } else { Err(OrderError::NoSuchBoard(board, boards)) }
    }

    async fn stop_or_go(&mut self, on: bool) -> Result<(), OrderError> {
        if self.stage() != Stage::Running {
            return Err(OrderError::NotAllowed("the games have not begun"));
        }
        if self.walk.read(Walk::is_closed) {
            return Err(OrderError::NotAllowed("no visit begins any more, and all clocks stand still already"));
        }
        if let Some(human) = &self.human {
            return Ok(human.stop_or_go(on).await?);
        }
        breaks::check(*self.paused.borrow(), on).map_err(OrderError::NotAllowed)?;
        let (journal, id, timeline) = (&self.services.journal, self.id, &self.timeline);
        if on {
            // Before it is stored, so that nobody is visited meanwhile.
            self.paused.send_replace(Some(PausedBy::Organiser));
            if let Err(error) = breaks::begin(journal, id, timeline, &self.boards, PausedBy::Organiser).await {
                self.paused.send_replace(None);
                return Err(error.into());
            }
        } else {
            breaks::end(journal, id, timeline, &self.boards).await?;
            self.paused.send_replace(None);
        }
        Ok(())
    }

    async fn begin_last_round(&mut self) -> Result<(), OrderError> {
        if self.stage() != Stage::Running {
            return Err(OrderError::NotAllowed("the games have not begun"));
        }
        if self.walk.read(|walk| walk.is_last_round() || walk.is_closed()) {
            return Err(OrderError::NotAllowed("the last round has been announced already"));
        }
        let announcement = Announcement { last_round: true, ..Announcement::default() };
        let entry = Entry::new(self.timeline.now(), Kind::Announced(announcement.clone()));
        let pending = self.services.journal.enqueue(self.id, vec![entry]).await;
        // From its place in the journal's order on, so that nobody is visited twice after it.
        self.walk.begin_last_round();
        if let Err(error) = pending.committed().await {
            self.walk.give_up_last_round();
            return Err(error.into());
        }
        self.announce_to_all(&announcement).await;
        Ok(())
    }

    /// Ends what is unfinished, without a result.
    async fn cancel(&mut self) -> Result<(), OrderError> {
        if self.stage() == Stage::Running {
            self.call_off().await;
            let left = self.walk.read(Walk::playing);
            return if left == 0 {
                Ok(())
            } else {
                Err(OrderError::NotAllowed("some games could not be ended; please try again"))
            };
        }
        let finished = Entry::new(self.timeline.now(), Kind::Finished);
        self.services.journal.append(self.id, vec![finished]).await?;
        for board in &self.boards {
            // A board that is closed has nobody to tell.
            let _ = board.dismiss(super::board::Dismissal::Over).await;
        }
        self.stage.send_replace(Stage::Finished);
        Ok(())
    }

    async fn admit(&mut self, board: BoardNo) -> Result<(), OrderError> {
        self.check_board(board)?;
        if self.seats.at(board).is_none_or(|holder| holder.state != State::Applied) {
            return Err(OrderError::NotAllowed("nobody asks for that seat"));
        }
        if self.walk.read(|walk| walk.is_last_round() || walk.is_closed()) {
            return Err(OrderError::NotAllowed("the last round has begun: nobody sits down any more"));
        }
        if !self.walk.expect(board) {
            return Err(OrderError::Ended);
        }
        let admitted = Entry::new(self.timeline.now(), Kind::Admitted { board });
        if let Err(error) = self.services.journal.append(self.id, vec![admitted]).await {
            self.walk.end(board);
            return Err(error.into());
        }
        self.seats.confirm(board, State::Seated);
        // A board that is closed belongs to a server that stops.
        let _ = self.boards[board.index()].admit().await;
        self.seated(board).await;
        Ok(())
    }

    async fn remove(&mut self, board: BoardNo, result: Option<GameResult>) -> Result<(), OrderError> {
        self.check_board(board)?;
        let holder = self.seats.at(board).ok_or(OrderError::Nobody(board))?;
        let departure = match holder.state {
            State::Promised => return Err(OrderError::NotAllowed("somebody is just sitting down there; try again")),
            State::Applied => Departure::TurnedAway,
            State::Seated if self.stage() == Stage::Running => {
                let (result, termination) = match result {
                    None | Some(GameResult::Unknown) => (GameResult::Unknown, Termination::Aborted),
                    Some(result) => (result, Termination::Abandonment),
                };
                return self.adjudicate(board, result, termination).await;
            }
            State::Seated => Departure::Removed(holder.guest.clone()),
        };
        self.boards[board.index()].vacate(departure).await?;
        self.free(board).await;
        Ok(())
    }

    /// A seat is free: for who waits.
    async fn free(&mut self, board: BoardNo) {
        self.seats.release(board);
        if self.stage() == Stage::Open {
            self.walk.end(board);
        }
        self.call_from_the_queue().await;
    }

    /// Gives somebody another name; says which one it was.
    async fn rename(&mut self, board: BoardNo, name: &PlayerName) -> Result<PlayerName, OrderError> {
        self.check_board(board)?;
        let holder = self.seats.at(board).filter(|holder| holder.state != State::Promised);
        let holder = holder.ok_or(OrderError::Nobody(board))?;
        let (guest, was) = (holder.guest.number, holder.guest.name.clone());
        if was == *name {
            return Ok(was);
        }
        let name = self.seats.distinct(name);
        let renamed = Entry::new(self.timeline.now(), Kind::Renamed { board, guest, name: name.clone() });
        self.services.journal.append(self.id, vec![renamed]).await?;
        self.seats.rename(board, name.clone());
        // A board that is closed has nobody to tell.
        let _ = self.boards[board.index()].rename(name).await;
        Ok(was)
    }

    async fn reseat(&mut self, board: BoardNo, to: BoardNo) -> Result<(), OrderError> {
        self.check_board(board)?;
        self.check_board(to)?;
        if self.stage() != Stage::Open {
            return Err(OrderError::NotAllowed("the games are on: everybody stays at their board"));
        }
        let holder = self.seats.at(board).filter(|holder| holder.state == State::Seated);
        let holder = holder.ok_or(OrderError::Nobody(board))?;
        if self.seats.at(to).is_some() {
            return Err(OrderError::NotAllowed("that seat is taken"));
        }
        let (guest, house) = (holder.guest.number, holder.key.house.is_some());
        self.boards[board.index()].vacate(Departure::Reseated(to)).await?;
        self.seats.reseat(board, to);
        self.walk.end(board);
        // It was free.
        let _ = self.walk.expect(to);
        let away_since = Some(self.timeline.now());
        let occupant = Occupant { guest, admitted: true, here: false, arriving: false, away_since, house };
        // A board that is closed belongs to a server that stops.
        let _ = self.boards[to.index()].occupy(occupant).await;
        // The seat that is free now is for who waits, where this one was kept for somebody.
        self.call_from_the_queue().await;
        Ok(())
    }

    async fn adjudicate(
        &mut self,
        board: BoardNo,
        result: GameResult,
        termination: Termination,
    ) -> Result<(), OrderError> {
        self.check_board(board)?;
        Ok(self.boards[board.index()].settle(result, termination).await?)
    }

    async fn forget(&mut self, board: BoardNo) -> Result<(), OrderError> {
        let nobody = PlayerName::parse(&format!("Board {board}")).map_err(|_| OrderError::Nobody(board))?;
        let name = self.rename(board, &nobody).await?;
        let program = self.program.borrow().clone();
        let kept = program.evening.reserved.iter().filter(|&(&kept, of)| kept != board && *of != name);
        let reserved = kept.map(|(&board, name)| (board, name.clone())).collect();
        self.services.journal.forget(self.id, Forgotten { board, name }, None).await?;
        let evening = Evening { reserved: Arc::new(reserved), ..program.evening.clone() };
        self.program.send_replace(Arc::new(Program { evening, ..Program::clone(&program) }));
        Ok(())
    }

    /// Settles something anew. What a board has to know of it, it is told; where its game would begin in another way, another board
    /// takes its place.
    async fn change(&mut self, from: &Program, to: Program) -> Result<(), OrderError> {
        let now = self.program.borrow().clone();
        if *now != *from {
            return Err(OrderError::Meanwhile);
        }
        if *now == to {
            return Ok(());
        }
        let begun = (now.boards, now.clock, &now.setups, now.walk) != (to.boards, to.clock, &to.setups, to.walk);
        if begun && self.stage() != Stage::Open {
            // They may have begun since the organiser asked.
            return Err(OrderError::NotAllowed("the games are on: how they are played can't be changed any more"));
        }
        if let Some(last) = self.seats.last_taken().filter(|last| last.0 > to.boards) {
            return Err(OrderError::BoardTaken(last));
        }
        let to = Arc::new(to);
        let changed = Entry::new(self.timeline.now(), Kind::Changed(to.clone()));
        if self.stage() == Stage::Open {
            let begins_otherwise = |board: &BoardNo| board.0 > to.boards || now.setup(*board) != to.setup(*board);
            let others: Vec<_> = BoardNo::first(now.boards).filter(begins_otherwise).collect();
            for board in &others {
                self.boards[board.index()].retire().await;
            }
            let outcome = self.services.journal.append(self.id, vec![changed]).await;
            let settled = if outcome.is_ok() { &to } else { &now };
            self.set_up(settled, &others).await;
            outcome?;
        } else {
            self.services.journal.append(self.id, vec![changed]).await?;
        }
        self.program.send_replace(to.clone());
        self.seats.resettle(&to);
        self.walk.resettle(to.walk, to.passes);
        if self.stage() == Stage::Running && self.walk.read(Walk::is_closed) && !self.ends_here(&to) {
            self.open_visits().await;
        }
        self.call_from_the_queue().await;
        Ok(())
    }

    /// Whether no visit begins any more as things are settled.
    fn ends_here(&self, program: &Program) -> bool {
        let closes = self.started.zip(program.evening.closes_after).map(|(started, after)| started.plus(after));
        self.walk.read(Walk::is_last_round_over) || closes.is_some_and(|closes| closes <= self.timeline.now())
    }

    /// The boards as `program` has them; `others` have been retired.
    async fn set_up(&mut self, program: &Program, others: &[BoardNo]) {
        let known = count(self.boards.len());
        let game = |board: BoardNo| Game::set_up(program.setup(board).into());
        self.boards.truncate(program.boards as usize);
        for &board in others.iter().filter(|board| board.0 <= program.boards) {
            self.boards[board.index()] = self.spawn_board(board, game(board));
            if let Some(holder) = self.seats.at(board).filter(|holder| holder.state != State::Promised) {
                let occupant = Occupant {
                    guest: holder.guest.number,
                    admitted: holder.state == State::Seated,
                    here: false,
                    arriving: false,
                    away_since: Some(self.timeline.now()),
                    house: holder.key.house.is_some(),
                };
                // A board that is closed belongs to a server that stops.
                let _ = self.boards[board.index()].occupy(occupant).await;
            }
        }
        for board in (known + 1..=program.boards).map(BoardNo) {
            let handle = self.spawn_board(board, game(board));
            self.boards.push(handle);
        }
        if let Some(human) = &self.human {
            human.replace_boards(self.boards.clone()).await;
        }
    }
}
