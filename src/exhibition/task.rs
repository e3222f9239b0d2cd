//! One exhibition: a task that seats players, starts the games and remembers whose seat is whose.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info, info_span};

use super::{
    agenda::Agenda,
    board::{Board, BoardHandle, Closed, Occupant, Surroundings},
    breaks,
    found::{Found, walk_of},
    handle::{ExhibitionHandle, INBOX, Message, Place, SeatError},
    human::{Hall, Human},
    human_seat::HumanSeat,
    master::Master,
    policy::PolicyMaker,
    queue_notices,
    seats::Seats,
    shared_walk::SharedWalk,
    stillness::Stillness,
};
use crate::{
    base::{
        catch_panic::catch_panic,
        metrics::Metrics,
        secret::{SecretSource, TokenHash},
        time::{Still, Timeline},
    },
    journal::{Entry, Journal},
    record::{
        event::{Announcement, ExhibitionId, GuestNo, Kind, PausedBy, Stage},
        program::{MasterSeat, Program},
        seat_key::SeatKey,
        view::View,
    },
    rules::{BoardNo, Game, Millis},
};

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
    pub(super) places: HashMap<GuestNo, watch::Sender<Place>>,
    /// Who was waited for when the server stopped, and until when.
    resumes: Option<(BoardNo, Millis)>,
    pub(super) boards: Vec<BoardHandle>,
    /// How many opponents sat there when the games began.
    pub(super) seated_at_start: u32,
    /// When the games began, in the exhibition's own time.
    pub(super) started: Option<Millis>,
    pub(super) agenda: Agenda,
    pub(super) stillness: Stillness,
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
    /// Who was called from the queue, in vain, is called again.
    pub(super) call_again: bool,
    pub(super) secrets: SecretSource,
    /// Here until this task runs.
    inbox: Option<mpsc::Receiver<Message>>,
    pub(super) own: mpsc::WeakSender<Message>,
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
        if view.paused.is_some() {
            timeline.hold_from_the_beginning(Still::Break);
        }
        if view.closed {
            timeline.hold_from_the_beginning(Still::Closed);
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
            stillness: Stillness::from_now(),
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
            call_again: false,
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
        // Who stopped may have freed a seat a moment before.
        self.call_from_the_queue().await;
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
            Message::Joined { at, admitted, here, waited, stored } => {
                self.joined(at, admitted, here, waited, stored).await;
            }
            Message::Resume { token, reply } => {
                let _ = reply.send(self.resume(token));
            }
            Message::Known { secrets, reply } => {
                let _ = reply.send(self.known(secrets));
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

    pub(super) fn stage(&self) -> Stage {
        *self.stage.borrow()
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
    pub(super) async fn begin(&self, boards: impl IntoIterator<Item = BoardNo>) -> Result<(), Closed> {
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

pub(super) fn count(boards: usize) -> u32 {
    u32::try_from(boards).unwrap_or(u32::MAX)
}
