//! One exhibition: a task that seats players, starts the games and remembers whose seat is whose.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info, info_span, warn};

use super::{
    agenda::Agenda,
    board::{Board, BoardHandle, Closed, Dismissal, Occupant, Surroundings},
    breaks,
    handle::{Application, ExhibitionHandle, INBOX, Message, Outcome, Place, Queued, Reply, SeatError, Seated},
    human::{Hall, Human},
    human_seat::HumanSeat,
    master::Master,
    policy::PolicyMaker,
    queue_notices,
    seats::{Holder, Opened, SeatTaken, Seats, State},
    shared_walk::SharedWalk,
};
use crate::{
    base::{
        catch_panic::catch_panic,
        metrics::Metrics,
        secret::{SecretSource, Token, TokenHash},
        time::Timeline,
    },
    journal::{Entry, Journal},
    record::{
        event::{Announcement, ExhibitionId, Guest, GuestNo, Kind, PausedBy, Stage},
        program::{Admission, MasterSeat, Program},
        seat_key::SeatKey,
        view::{BoardView, View},
    },
    rules::{BoardNo, Game, Millis, Walk},
};

/// How many may wait for a seat, for each seat there is: beyond that it is no queue any more.
const QUEUE_A_SEAT: usize = 4;

/// What every exhibition needs of its server.
#[derive(Debug, Clone)]
pub struct Services {
    /// Where things are stored.
    pub journal: Journal,
    /// Where moves are counted.
    pub metrics: Metrics,
    /// All tasks.
    pub tasks: TaskTracker,
    /// Reads the wall, for starts at a date; a simulation gives its own.
    pub wall_clock: fn() -> u64,
    /// Whether opponents are told how far the master is: nobody listens in a plan.
    pub estimates: bool,
    /// The server stops.
    pub stop: CancellationToken,
}

/// The exhibition's task, before it runs.
#[derive(Debug)]
pub struct Exhibition {
    pub(super) id: ExhibitionId,
    /// Written here until the walk begins, and at its end by the walk.
    pub(super) stage: Arc<watch::Sender<Stage>>,
    pub(super) program: watch::Sender<Arc<Program>>,
    pub(super) seats: Seats,
    /// Who waits for a seat, and is told where they stand.
    places: HashMap<GuestNo, watch::Sender<Place>>,
    /// Who was waited for when the server stopped, and until when.
    resumes: Option<(BoardNo, Millis)>,
    pub(super) boards: Vec<BoardHandle>,
    /// How many opponents sat there when the games began.
    seated_at_start: u32,
    /// When the games began, in the exhibition's own time.
    pub(super) started: Option<Millis>,
    pub(super) agenda: Agenda,
    pub(super) pulse: Pulse,
    pub(super) walk: SharedWalk,
    pub(super) timeline: Timeline,
    pub(super) services: Services,
    policies: PolicyMaker,
    /// An engine's breaks; a person's are called by their own task.
    pub(super) paused: watch::Sender<Option<PausedBy>>,
    pub(super) human: Option<HumanSeat>,
    /// Here until this task runs.
    human_task: Option<Human>,
    /// How things stood, here until this task runs.
    found: Option<Found>,
    /// Something could not be stored, and is not tried again before this.
    pub(super) not_before: Option<Instant>,
    secrets: SecretSource,
    /// Here until this task runs.
    inbox: Option<mpsc::Receiver<Message>>,
    own: mpsc::WeakSender<Message>,
}

/// When it was last looked whether anything happens, and how far the walk was then.
#[derive(Debug)]
pub(super) struct Pulse {
    pub(super) next: Instant,
    pub(super) progress: u64,
    pub(super) still: u32,
}

impl Exhibition {
    /// Sets an exhibition up as `view` shows it, its boards running with their games, its time at `timeline`.
    #[must_use]
    pub fn new(
        view: &View,
        games: Vec<Game>,
        keys: &[(GuestNo, SeatKey)],
        timeline: Timeline,
        services: Services,
        policies: PolicyMaker,
        secrets: SecretSource,
    ) -> (ExhibitionHandle, Exhibition) {
        let walk = SharedWalk::new(walk_of(view));
        let seats = Seats::new(view, keys);
        let (inbox, messages) = mpsc::channel(INBOX);
        let (stage, seen) = watch::channel(view.stage);
        let stage = Arc::new(stage);
        let (program, settled) = watch::channel(Arc::new(view.program.clone()));
        if view.paused.is_some() || view.closed {
            timeline.hold();
        }
        let mut exhibition = Exhibition {
            id: view.id,
            stage,
            program,
            places: HashMap::new(),
            resumes: view.grace,
            boards: Vec::new(),
            seated_at_start: view.seated_at_start,
            started: view.walk.started,
            agenda: Agenda::of(view),
            pulse: Pulse { next: Instant::now() + super::evening::LOOK_EVERY, progress: 0, still: 0 },
            seats,
            walk,
            timeline,
            services,
            policies,
            paused: watch::channel(view.paused).0,
            human: None,
            human_task: None,
            secrets,
            found: Some(Found::of(view)),
            not_before: None,
            inbox: Some(messages),
            own: inbox.downgrade(),
        };
        exhibition.boards =
            (1u32..).map(BoardNo).zip(games).map(|(number, game)| exhibition.spawn_board(number, game)).collect();
        if let MasterSeat::Human(key) = view.program.seat {
            exhibition.seat_human(view, TokenHash(key));
        }
        let human = exhibition.human.clone();
        (ExhibitionHandle { id: view.id, human, program: settled, stage: seen, inbox }, exhibition)
    }

    fn seat_human(&mut self, view: &View, key: TokenHash) {
        let (key, opens) = watch::channel(key);
        let (way, requests) = HumanSeat::new(opens);
        let hall = Hall {
            exhibition: self.id,
            walk: self.walk.clone(),
            boards: self.boards.clone(),
            journal: self.services.journal.clone(),
            timeline: self.timeline.clone(),
            metrics: self.services.metrics.clone(),
            stage: self.stage.clone(),
            program: self.program.subscribe(),
            key,
            stop: self.services.stop.clone(),
            own: way.downgrade(),
            inbox: requests,
        };
        self.human = Some(way);
        self.human_task = Some(Human::new(view, hall));
    }

    pub(super) fn spawn_board(&self, number: BoardNo, game: Game) -> BoardHandle {
        let around = Surroundings {
            exhibition: self.id,
            journal: self.services.journal.clone(),
            walk: self.walk.clone(),
            timeline: self.timeline.clone(),
            metrics: self.services.metrics.clone(),
        };
        let (handle, board) = Board::new(number, game, around);
        let span = info_span!("board", exhibition = %self.id, board = %number);
        self.services.tasks.spawn(board.run().instrument(span));
        handle
    }

    /// Tells the boards what they have to know of how things stood.
    async fn settle_in(&mut self) {
        let Some(found) = self.found.take() else { return };
        let absent_after = self.program.borrow().evening.absent_after;
        for (board, seat) in self.boards.iter().zip(found.seats) {
            if let Some(occupant) = seat.occupant {
                let house = self.seats.at(board.number).is_some_and(|holder| holder.key.house.is_some());
                // A board that is closed belongs to a server that stops.
                let _ = board.occupy(Occupant { house, ..occupant }).await;
            }
            if seat.playing {
                let _ = board.start(self.seated_at_start, absent_after).await;
            }
            if found.closed {
                let _ = board.close_visits(true).await;
            }
        }
        if found.paused.is_some() {
            breaks::tell(&self.boards, found.paused).await;
        }
        if self.stage() != Stage::Finished && found.announcement != Announcement::default() {
            self.announce_to_all(&found.announcement).await;
        }
    }

    /// Runs until every handle is gone.
    pub async fn run(mut self) {
        let Some(mut inbox) = self.inbox.take() else { return };
        self.settle_in().await;
        if let Some(human) = self.human_task.take() {
            self.services.tasks.spawn(human.run().instrument(info_span!("walk", exhibition = %self.id)));
        }
        if self.stage() == Stage::Running {
            self.walk();
        }
        let metrics = self.services.metrics.clone();
        let mut stage = self.stage.subscribe();
        loop {
            tokio::select! {
                biased;
                message = inbox.recv() => match message {
                    // A panic costs one request: who asked is told that there is no answer, and comes again.
                    Some(message) => drop(catch_panic("exhibition", &metrics, self.handle(message)).await),
                    None => return,
                },
                // Who writes it lives as long as `self`.
                _ = stage.changed() => self.end_for_guests().await,
                () = self.wait_for_the_hour() => drop(catch_panic("exhibition", &metrics, self.keep_the_hour()).await),
            }
        }
    }

    async fn handle(&mut self, message: Message) {
        match message {
            Message::Join { application, reply } => self.join(application, reply).await,
            Message::Joined { board, admitted, stored } => self.joined(board, admitted, stored).await,
            Message::Resume { token, reply } => {
                let _ = reply.send(self.resume(token));
            }
            Message::Reissue { reply } => {
                let _ = reply.send(self.reissue());
            }
            Message::House { reply } => {
                let _ = reply.send(self.seats.house().into_iter().map(|(board, _)| board).collect());
            }
            Message::Start { reply } => {
                let _ = reply.send(self.start().await);
            }
            Message::Order { order, reply } => {
                let _ = reply.send(self.obey(order).await);
            }
        }
    }

    /// Promises a seat, or a place in the queue; the answer comes with the commit, and meanwhile others can be served.
    async fn join(&mut self, application: Application, reply: Reply<Outcome>) {
        let admitted = application.house.is_some() || self.program.borrow().evening.admission == Admission::Open;
        match self.check_code(&application).and_then(|()| self.free_seat(&application)) {
            Ok(board) => {
                if admitted && !self.walk.expect(board) {
                    let _ = reply.send(Err(SeatError::Closed("ended")));
                    return;
                }
                let guest = self.seats.guest(&application.name, application.bot);
                let token = self.secrets.token("sp_");
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
                let _ = own.send(Message::Joined { board, admitted, stored }).await;
            }
            if let Some((token, reply)) = told {
                let Guest { number, name, .. } = guest;
                let seated = Seated { board: handle, guest: number, name, token, admitted };
                let _ = reply.send(outcome.map(|()| Outcome::Seat(seated)).map_err(SeatError::Storage));
            }
        });
    }

    /// Somebody waits for a seat.
    async fn queue(&mut self, application: &Application) -> Result<Outcome, SeatError> {
        if self.seats.queue().len() >= QUEUE_A_SEAT * self.seats.len() {
            return Err(SeatError::FullQueue);
        }
        let guest = self.seats.guest(&application.name, application.bot);
        let token = self.secrets.token("sp_");
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
    fn clear_the_queue(&mut self) {
        let waiting: Vec<_> = self.seats.queue().collect();
        for guest in waiting {
            self.seats.unwait(guest);
            self.tell_place(guest, Place::Nowhere);
        }
    }

    /// It is over: whoever still asks for a seat, or waits for one, gets none.
    async fn end_for_guests(&mut self) {
        if self.stage() != Stage::Finished {
            return;
        }
        self.clear_the_queue();
        let over: Vec<_> = self.seats.applied().collect();
        for board in over {
            let _ = self.boards[board.index()].dismiss(Dismissal::Over).await;
        }
    }

    pub(super) fn stage(&self) -> Stage {
        *self.stage.borrow()
    }

    fn check_code(&self, application: &Application) -> Result<(), SeatError> {
        let program = self.program.borrow();
        match (&program.evening.code, &application.code) {
            (Some(_), _) if application.house.is_some() => Ok(()),
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

    fn check_waiting(&self) -> Result<(), SeatError> {
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

    async fn joined(&mut self, board: BoardNo, admitted: bool, stored: bool) {
        // Who has waited in the queue takes the seat up now that it knows them, or learns from their secret what has become of it.
        if let Some(guest) = self.seats.at(board).map(|holder| holder.guest.number) {
            self.tell_place(guest, Place::Seat);
        }
        if !stored {
            self.seats.release(board);
            self.walk.end(board);
            return;
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

    fn resume(&mut self, token: Token) -> Result<Outcome, SeatError> {
        match self.seats.opened_by(token.hash()).ok_or(SeatError::BadToken)? {
            Opened::Seat(board, Holder { guest, state, .. }) => {
                let (board, admitted) = (self.boards[board.index()].clone(), state == State::Seated);
                Ok(Outcome::Seat(Seated { board, guest: guest.number, name: guest.name, token, admitted }))
            }
            Opened::Queue(place, guest) => Ok(self.queued(place, guest, token)),
        }
    }

    fn reissue(&mut self) -> Vec<(Token, u8)> {
        let mut tokens = Vec::new();
        for (board, level) in self.seats.house() {
            let token = self.secrets.token("sp_");
            self.seats.rekey(board, token.hash());
            tokens.push((token, level));
        }
        tokens
    }

    pub(super) async fn start(&mut self) -> Result<(), SeatError> {
        self.check_waiting()?;
        if self.seats.seated() == 0 {
            return Err(SeatError::Empty);
        }
        // Seats that are promised are stored before this, or not at all, since the journal keeps the order.
        let (at, seated) = (self.timeline.now(), count(self.seats.seated()));
        self.services.journal.append(self.id, vec![Entry::new(at, Kind::Started { seated })]).await?;
        self.seated_at_start = seated;
        self.started = Some(at);
        self.clear_the_queue();
        self.stage.send_replace(Stage::Running);
        let taken: Vec<BoardNo> = self.seats.taken().collect();
        info!(boards = taken.len(), "the exhibition starts");
        self.begin(taken).await.map_err(|_| SeatError::Stopping)?;
        self.walk();
        Ok(())
    }

    /// The games on these boards begin.
    async fn begin(&self, boards: impl IntoIterator<Item = BoardNo>) -> Result<(), Closed> {
        let absent_after = self.program.borrow().evening.absent_after;
        let boards: Vec<_> = boards.into_iter().map(|board| &self.boards[board.index()]).collect();
        for board in &boards {
            board.start(self.seated_at_start, absent_after).await?;
        }
        self.walk.open(boards.into_iter().map(|board| (board.number, board.master_begins)));
        Ok(())
    }

    /// Sends the master on the walk.
    fn walk(&mut self) {
        if self.human.is_none() {
            self.send_master();
        }
        self.estimate();
    }

    fn send_master(&self) {
        let master = Master {
            exhibition: self.id,
            policy: self.policies.make(&self.program.borrow()),
            walk: self.walk.clone(),
            boards: self.boards.clone(),
            journal: self.services.journal.clone(),
            timeline: self.timeline.clone(),
            program: self.program.subscribe(),
            paused: self.paused.subscribe(),
            resumes: self.resumes,
            metrics: self.services.metrics.clone(),
            stage: self.stage.clone(),
            stop: self.services.stop.clone(),
        };
        let span = info_span!("walk", exhibition = %self.id);
        self.services.tasks.spawn(master.run().instrument(span));
    }

    /// Has every opponent told how far the master is.
    fn estimate(&self) {
        if self.services.estimates {
            let notices = queue_notices::run(self.walk.clone(), self.boards.clone(), self.services.stop.clone());
            let metrics = self.services.metrics.clone();
            self.services.tasks.spawn(async move { catch_panic("queue notices", &metrics, notices).await });
        }
    }
}

/// The walk as it stood when the last event was stored: it goes on at the board where the master stood, and whoever has
/// waited longest still is the first.
fn walk_of(view: &View) -> Walk {
    let playing = view.boards.iter().filter(|board| board.is_playing()).map(|board| board.board);
    let used = view.boards.iter().map(|board| (board.board, board.passes_used)).filter(|&(_, used)| used > 0);
    let walk = Walk::new(view.program.walk, playing, view.last_in_order(), view.walk.rounds);
    let mut walk = walk.with_passes(view.program.passes, used).with_last_round(view.last_round.clone());
    walk.close_visits(view.closed);
    let mut waiting: Vec<_> =
        view.boards.iter().filter_map(|board| Some((board.waits_since?, board.board, board.deadline()))).collect();
    waiting.sort_unstable();
    for (_, board, flag) in waiting {
        walk.wait(board, flag);
    }
    if let Some(board) = view.unfinished_in_order() {
        walk.return_to(board);
    }
    walk
}

/// How things stood when an exhibition was taken up, as far as its boards have to know.
#[derive(Debug)]
struct Found {
    seats: Vec<FoundSeat>,
    paused: Option<PausedBy>,
    closed: bool,
    announcement: Announcement,
}

#[derive(Debug)]
struct FoundSeat {
    occupant: Option<Occupant>,
    playing: bool,
}

impl Found {
    fn of(view: &View) -> Found {
        let seat = |seen: &BoardView| FoundSeat {
            // Nobody is connected to a server that has just started, and whoever was has been put on the record as gone.
            occupant: seen.guest().map(|seat| Occupant {
                guest: seat.guest,
                admitted: seen.seat.is_some(),
                here: false,
                arriving: false,
                away_since: seat.away_since.or(Some(view.at)),
                house: false,
            }),
            playing: seen.is_playing(),
        };
        Found {
            seats: view.boards.iter().map(seat).collect(),
            paused: view.paused,
            closed: view.closed,
            announcement: view.announcement.clone(),
        }
    }
}

pub(super) fn count(boards: usize) -> u32 {
    u32::try_from(boards).unwrap_or(u32::MAX)
}
