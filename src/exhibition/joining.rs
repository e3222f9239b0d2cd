//! Sitting down: seats, and the queue for them.

use tokio::sync::watch;
use tracing::warn;

use super::{
    board::{BoardHandle, Dismissal, Occupant},
    handle::{Application, Known, Message, Outcome, Place, Queued, Reply, SeatError, Seated},
    seats::{Holder, Opened, SeatTaken, State},
    task::{Exhibition, count},
};
use crate::{
    base::secret::Token,
    journal::Entry,
    record::{
        event::{Guest, GuestNo, Kind, Stage},
        program::Admission,
        seat_key::SeatKey,
    },
    rules::BoardNo,
};

/// How many may wait for a seat, for each seat there is: beyond that it is no queue any more.
const QUEUE_A_SEAT: usize = 4;

impl Exhibition {
    /// Promises a seat, or a place in the queue; the answer comes with the commit, and meanwhile others can be served.
    pub(super) async fn join(&mut self, application: Application, reply: Reply<Outcome>) {
        if let Some(secret) = application.secret.as_ref().filter(|secret| self.seats.opened_by(secret.hash()).is_some())
        {
            // They have sat down with it already.
            let _ = reply.send(self.resume(secret.clone()));
            return;
        }
        let asked_in = application.house.is_some() || application.invited;
        let admitted = asked_in || self.program.borrow().evening.admission == Admission::Open;
        match self.check_code(&application).and_then(|()| self.free_seat(&application)) {
            Ok(board) => {
                if admitted && !self.walk.expect(board) {
                    let _ = reply.send(Err(SeatError::Closed("ended")));
                    return;
                }
                let guest = self.seats.guest(&application.name, application.bot);
                let token = application.secret.clone().unwrap_or_else(|| self.secrets.token("sp_"));
                let key = SeatKey { token: token.hash(), house: application.house };
                self.promise(board, guest, key, admitted, application.here, Some((token, reply))).await;
            }
            Err(SeatError::Full) if application.waits && self.stage() == Stage::Open => {
                let _ = reply.send(self.queue(&application).await);
            }
            Err(error) => {
                let _ = reply.send(Err(error));
            }
        }
    }

    /// Gives somebody a seat, or lets them ask for it: whoever comes with a new secret is told once it is stored.
    pub(super) async fn promise(
        &mut self,
        board: BoardNo,
        guest: Guest,
        key: SeatKey,
        admitted: bool,
        here: bool,
        told: Option<(Token, Reply<Outcome>)>,
    ) {
        self.seats.take(board, guest.clone(), key);
        let at = self.timeline.now();
        let kind = match admitted {
            true => Kind::Joined { board, guest: guest.clone() },
            false => Kind::Applied { board, guest: guest.clone() },
        };
        // Who waited in the queue has a secret that is stored already.
        let mut entries = vec![Entry { at, kind, seat: told.as_ref().map(|_| key) }];
        if !here {
            entries.push(Entry::new(at, Kind::Disconnected { board }));
        }
        let pending = self.services.journal.enqueue(self.id, entries).await;
        let handle = self.boards[board.index()].clone();
        let away_since = (!here).then_some(at);
        let house = key.house.is_some();
        let occupant = Occupant { guest: guest.number, admitted, here, arriving: here, away_since, house };
        let own = self.own.clone();
        self.services.tasks.spawn(async move {
            let outcome = pending.committed().await;
            let stored = outcome.is_ok();
            if stored {
                // Before anybody sits down there.
                let _ = handle.occupy(occupant).await;
            }
            if let Some(own) = own.upgrade() {
                let at = handle.clone();
                let _ = own.send(Message::Joined { at, admitted, here, waited: told.is_none(), stored }).await;
            }
            if let Some((token, reply)) = told {
                let Guest { number, name, .. } = guest;
                let seated = Seated { board: handle, guest: number, name, token, admitted };
                let _ = reply.send(outcome.map(|()| Outcome::Seat(seated)).map_err(SeatError::Storage));
            }
        });
    }

    /// Somebody waits for a seat.
    pub(super) async fn queue(&mut self, application: &Application) -> Result<Outcome, SeatError> {
        if self.seats.queue().len() >= QUEUE_A_SEAT * self.seats.len() {
            return Err(SeatError::FullQueue);
        }
        let guest = self.seats.guest(&application.name, application.bot);
        let token = application.secret.clone().unwrap_or_else(|| self.secrets.token("sp_"));
        let key = SeatKey { token: token.hash(), house: None };
        let kind = Kind::Queued { guest: guest.clone() };
        let entry = Entry { at: self.timeline.now(), kind, seat: Some(key) };
        self.services.journal.append(self.id, vec![entry]).await?;
        let place = self.seats.wait(guest.clone(), key);
        Ok(self.queued(place, guest, token))
    }

    fn queued(&mut self, place: usize, guest: Guest, token: Token) -> Outcome {
        let told = self.places.entry(guest.number).or_insert_with(|| watch::channel(Place::At(place)).0);
        Outcome::Queue(Queued { name: guest.name, token, place: told.subscribe() })
    }

    /// Free seats are for who waits, before the start.
    pub(super) async fn call_from_the_queue(&mut self) {
        let admitted = self.program.borrow().evening.admission == Admission::Open;
        while self.stage() == Stage::Open
            && let Some((guest, key)) = self.seats.first_waiting()
            && let Ok(board) = self.seats.free(None, &guest.name)
        {
            if admitted && !self.walk.expect(board) {
                break;
            }
            self.seats.unwait(guest.number);
            self.promise(board, guest, key, admitted, false, None).await;
        }
        self.tell_places();
    }

    fn tell_places(&self) {
        for (place, guest) in (1..).zip(self.seats.queue()) {
            if let Some(told) = self.places.get(&guest) {
                told.send_if_modified(|seen| std::mem::replace(seen, Place::At(place)) != Place::At(place));
            }
        }
    }

    fn tell_place(&mut self, guest: GuestNo, place: Place) {
        if let Some(told) = self.places.remove(&guest) {
            told.send_replace(place);
        }
    }

    /// Nobody waits any more.
    pub(super) fn clear_the_queue(&mut self) {
        let waiting: Vec<_> = self.seats.queue().collect();
        for guest in waiting {
            self.seats.unwait(guest);
            self.tell_place(guest, Place::Nowhere);
        }
    }

    /// It is over: whoever still asks for a seat, or waits for one, gets none.
    pub(super) async fn end_for_guests(&mut self) {
        if self.stage() != Stage::Finished {
            return;
        }
        self.clear_the_queue();
        let over: Vec<_> = self.seats.applied().collect();
        for board in over {
            let _ = self.boards[board.index()].dismiss(Dismissal::Over).await;
        }
    }

    fn check_code(&self, application: &Application) -> Result<(), SeatError> {
        let program = self.program.borrow();
        match (&program.evening.code, &application.code) {
            (Some(_), _) if application.house.is_some() || application.invited => Ok(()),
            (Some(_), None) => Err(SeatError::NoCode),
            (Some(code), Some(said)) if !said.trim().eq_ignore_ascii_case(code) => Err(SeatError::BadCode),
            _ => Ok(()),
        }
    }

    /// Whether a seat can be taken: before the start, and for some rounds after it where that was settled.
    fn check_open(&self) -> Result<(), SeatError> {
        let late_rounds = u64::from(self.program.borrow().late_rounds);
        match self.stage() {
            Stage::Running if self.walk.read(|walk| walk.is_last_round() || walk.is_closed()) => {
                Err(SeatError::Closed("begun its last round"))
            }
            Stage::Running if self.walk.rounds() < late_rounds => Ok(()),
            _ => self.check_waiting(),
        }
    }

    pub(super) fn check_waiting(&self) -> Result<(), SeatError> {
        match self.stage() {
            Stage::Open => Ok(()),
            Stage::Running => Err(SeatError::Closed("started")),
            Stage::Finished => Err(SeatError::Closed("ended")),
        }
    }

    fn free_seat(&mut self, application: &Application) -> Result<BoardNo, SeatError> {
        self.check_open()?;
        if self.seats.queue().len() > 0 && application.board.is_none() {
            // They were here before.
            return Err(SeatError::Full);
        }
        self.seats.free(application.board, &application.name).map_err(|taken| match taken {
            SeatTaken::All => SeatError::Full,
            SeatTaken::This(board) => SeatError::Taken(board),
            SeatTaken::NoSuchBoard(board) => SeatError::NoSuchBoard(board, count(self.boards.len())),
        })
    }

    pub(super) async fn joined(&mut self, at: BoardHandle, admitted: bool, here: bool, waited: bool, stored: bool) {
        let board = at.number;
        if !stored {
            let holder = self.seats.release(board);
            self.walk.end(board);
            if let Some(Holder { guest, key, .. }) = holder.filter(|_| waited) {
                if self.stage() == Stage::Open {
                    // They keep their place, and are called again.
                    self.seats.wait_first(guest, key);
                    self.call_again = true;
                } else {
                    self.tell_place(guest.number, Place::Nowhere);
                }
            }
            return;
        }
        if let Some(guest) = self.seats.at(board).map(|holder| holder.guest.number) {
            self.tell_place(guest, Place::Seat);
        }
        let holder = self.seats.at(board).filter(|_| !self.boards[board.index()].is(&at));
        if let Some(Holder { guest, key, .. }) = holder {
            // Another board has taken its place meanwhile: whoever sits down at the old one is sent on.
            let away_since = (!here).then(|| self.timeline.now());
            let house = key.house.is_some();
            let occupant = Occupant { guest: guest.number, admitted, here, arriving: false, away_since, house };
            // A board that is closed belongs to a server that stops.
            let _ = self.boards[board.index()].occupy(occupant).await;
        }
        self.seats.confirm(board, if admitted { State::Seated } else { State::Applied });
        if admitted {
            self.seated(board).await;
        }
    }

    /// The seat is somebody's, on the record.
    pub(super) async fn seated(&mut self, board: BoardNo) {
        if self.stage() == Stage::Running {
            // A latecomer; or it was promised before the start and has its place in the journal before it, but its outcome
            // came later.
            let _ = self.begin([board]).await;
        }
        let waits_for_the_hour = self.program.borrow().evening.starts_at.is_some();
        if self.stage() == Stage::Open
            && !waits_for_the_hour
            && self.seats.seated() == self.boards.len()
            && let Err(error) = self.start().await
        {
            warn!("every seat is taken, but the exhibition could not start: {error}; the organiser can start it");
        }
    }

    pub(super) fn resume(&mut self, token: Token) -> Result<Outcome, SeatError> {
        match self.seats.opened_by(token.hash()).ok_or(SeatError::BadToken)? {
            // It was cancelled before a game began, or they had not been let in.
            Opened::Seat(_, Holder { state, .. })
                if self.stage() == Stage::Finished && (state != State::Seated || self.started.is_none()) =>
            {
                Err(SeatError::Closed("ended"))
            }
            Opened::Seat(board, Holder { guest, state, .. }) => {
                let (board, admitted) = (self.boards[board.index()].clone(), state == State::Seated);
                Ok(Outcome::Seat(Seated { board, guest: guest.number, name: guest.name, token, admitted }))
            }
            Opened::Queue(place, guest) => Ok(self.queued(place, guest, token)),
        }
    }

    /// Those secrets that open something here.
    pub(super) fn known(&self, secrets: Vec<Token>) -> Vec<Known> {
        let known = |secret: Token| match self.seats.opened_by(secret.hash())? {
            Opened::Seat(board, Holder { guest, .. }) => Some(Known { secret, guest, board: Some(board) }),
            Opened::Queue(_, guest) => Some(Known { secret, guest, board: None }),
        };
        secrets.into_iter().filter_map(known).collect()
    }

    pub(super) fn reissue(&mut self) -> Vec<(Token, u8)> {
        let mut tokens = Vec::new();
        for (board, level) in self.seats.house() {
            let token = self.secrets.token("sp_");
            self.seats.rekey(board, token.hash());
            tokens.push((token, level));
        }
        tokens
    }
}
