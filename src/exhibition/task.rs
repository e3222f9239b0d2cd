//! One exhibition: a task that seats players, starts the games and remembers whose seat is whose.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info, info_span, warn};

use super::{
    board::{Board, BoardHandle, Closed, Surroundings},
    handle::{ExhibitionHandle, INBOX, Message, Reply, SeatError, Seated},
    human::{Hall, Human},
    human_seat::HumanSeat,
    master::Master,
    policy::Policy,
    queue_notices,
    seats::{SeatTaken, Seats},
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
        event::{ExhibitionId, Kind, Stage},
        program::MasterSeat,
        seat_key::SeatKey,
        view::View,
    },
    rules::{BoardNo, Game, Millis, PlayerName, Walk},
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
    /// Whether opponents are told how far the master is: nobody listens in a plan.
    pub estimates: bool,
    /// The server stops.
    pub stop: CancellationToken,
}

/// The exhibition's task, before it runs.
#[derive(Debug)]
pub struct Exhibition {
    id: ExhibitionId,
    /// Written here until the walk begins, and at its end by the walk.
    stage: Arc<watch::Sender<Stage>>,
    seats: Seats,
    /// Until the end of which round free seats can be taken after the start.
    late_rounds: u32,
    /// How long the master waits for whoever has not moved and has no pass left.
    grace: Millis,
    /// Who was waited for when the server stopped, and until when.
    resumes: Option<(BoardNo, Millis)>,
    boards: Vec<BoardHandle>,
    /// How many opponents sat there when the games began.
    seated_at_start: u32,
    walk: SharedWalk,
    timeline: Timeline,
    services: Services,
    /// Here until the walk begins.
    policy: Option<Policy>,
    /// Here until this task runs.
    human: Option<Human>,
    secrets: SecretSource,
    inbox: mpsc::Receiver<Message>,
    own: mpsc::WeakSender<Message>,
}

impl Exhibition {
    /// Sets an exhibition up as `view` shows it, its boards running with their games, its time at `timeline`.
    #[must_use]
    pub fn new(
        view: &View,
        games: Vec<Game>,
        keys: &[(BoardNo, SeatKey)],
        timeline: Timeline,
        services: Services,
        policy: Policy,
        secrets: SecretSource,
    ) -> (ExhibitionHandle, Exhibition) {
        let walk = SharedWalk::new(walk_of(view));
        let around = Surroundings {
            exhibition: view.id,
            journal: services.journal.clone(),
            walk: walk.clone(),
            timeline: timeline.clone(),
            metrics: services.metrics.clone(),
        };
        let boards = spawn_boards(games, &around, &services.tasks);
        let (inbox, messages) = mpsc::channel(INBOX);
        let (stage, seen) = watch::channel(view.stage);
        let stage = Arc::new(stage);
        let mut seat = None;
        let human = match view.program.seat {
            MasterSeat::Engine => None,
            MasterSeat::Human(key) => {
                let (key, opens) = watch::channel(TokenHash(key));
                let (way, requests) = HumanSeat::new(opens);
                let hall = Hall {
                    exhibition: view.id,
                    walk: walk.clone(),
                    boards: boards.clone(),
                    journal: services.journal.clone(),
                    timeline: timeline.clone(),
                    metrics: services.metrics.clone(),
                    stage: stage.clone(),
                    key,
                    stop: services.stop.clone(),
                    own: way.downgrade(),
                    inbox: requests,
                };
                seat = Some(way);
                Some(Human::new(view, hall))
            }
        };
        let exhibition = Exhibition {
            id: view.id,
            stage,
            seats: Seats::new(view, keys),
            late_rounds: view.program.late_rounds,
            grace: view.program.grace,
            resumes: view.grace,
            boards,
            seated_at_start: view.seated_at_start,
            walk,
            timeline,
            services,
            policy: Some(policy).filter(|_| human.is_none()),
            human,
            secrets,
            inbox: messages,
            own: inbox.downgrade(),
        };
        (
            ExhibitionHandle { id: view.id, master: view.program.master.clone(), human: seat, stage: seen, inbox },
            exhibition,
        )
    }

    /// Runs until every handle is gone.
    pub async fn run(mut self) {
        if let Some(human) = self.human.take() {
            self.services.tasks.spawn(human.run().instrument(info_span!("walk", exhibition = %self.id)));
        }
        if self.stage() == Stage::Running {
            self.walk();
        }
        let metrics = self.services.metrics.clone();
        while let Some(message) = self.inbox.recv().await {
            // A panic costs one request: who asked is told that there is no answer, and comes again.
            let _ = catch_panic("exhibition", &metrics, self.handle(message)).await;
        }
    }

    async fn handle(&mut self, message: Message) {
        match message {
            Message::Join { board, name, bot, house, reply } => self.join(board, &name, bot, house, reply).await,
            Message::Joined { board, stored } => self.joined(board, stored).await,
            Message::Resume { token, reply } => {
                let _ = reply.send(self.resume(token));
            }
            Message::Reissue { reply } => {
                let _ = reply.send(self.reissue());
            }
            Message::Start { reply } => {
                let _ = reply.send(self.start().await);
            }
        }
    }

    /// Promises a seat; the answer comes with the commit, and meanwhile others can be served.
    async fn join(&mut self, wanted: Option<BoardNo>, name: &PlayerName, bot: bool, house: bool, reply: Reply<Seated>) {
        let board = match self.free_seat(wanted) {
            Ok(board) => board,
            Err(error) => {
                let _ = reply.send(Err(error));
                return;
            }
        };
        if !self.walk.expect(board) {
            let _ = reply.send(Err(SeatError::Closed("ended")));
            return;
        }
        let name = self.seats.distinct(name);
        let token = self.secrets.token("sp_");
        let key = SeatKey { token: token.hash(), house };
        self.seats.take(board, name.clone(), key);
        let kind = Kind::Joined { board, name: name.clone(), bot };
        let entry = Entry { at: self.timeline.now(), kind, seat: Some(key) };
        let pending = self.services.journal.enqueue(self.id, vec![entry]).await;
        let seated = Seated { board: self.boards[board.index()].clone(), name, token };
        let own = self.own.clone();
        self.services.tasks.spawn(async move {
            let outcome = pending.committed().await;
            if let Some(own) = own.upgrade() {
                let _ = own.send(Message::Joined { board, stored: outcome.is_ok() }).await;
            }
            let _ = reply.send(outcome.map(|()| seated).map_err(SeatError::Storage));
        });
    }

    fn stage(&self) -> Stage {
        *self.stage.borrow()
    }

    /// Whether a seat can be taken: before the start, and for some rounds after it where that was settled.
    fn check_open(&self) -> Result<(), SeatError> {
        match self.stage() {
            Stage::Running if self.walk.rounds() < u64::from(self.late_rounds) => Ok(()),
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

    fn free_seat(&mut self, wanted: Option<BoardNo>) -> Result<BoardNo, SeatError> {
        self.check_open()?;
        self.seats.free(wanted).map_err(|taken| match taken {
            SeatTaken::All => SeatError::Full,
            SeatTaken::This(board) => SeatError::Taken(board),
            SeatTaken::NoSuchBoard(board) => SeatError::NoSuchBoard(board, count(self.boards.len())),
        })
    }

    async fn joined(&mut self, board: BoardNo, stored: bool) {
        if !stored {
            self.seats.release(board);
            self.walk.end(board);
            return;
        }
        self.seats.confirm(board);
        if self.stage() == Stage::Running {
            // A latecomer; or it was promised before the start and has its place in the journal before it, but its outcome
            // came later.
            let _ = self.begin([board]).await;
        }
        if self.stage() == Stage::Open
            && self.seats.stored() == self.boards.len()
            && let Err(error) = self.start().await
        {
            warn!("every seat is taken, but the exhibition could not start: {error}; the organiser can start it");
        }
    }

    fn resume(&self, token: Token) -> Result<Seated, SeatError> {
        let (board, name) = self.seats.opened_by(token.hash()).ok_or(SeatError::BadToken)?;
        Ok(Seated { board: self.boards[board.index()].clone(), name, token })
    }

    fn reissue(&mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        for board in self.seats.house() {
            let token = self.secrets.token("sp_");
            self.seats.rekey(board, token.hash());
            tokens.push(token);
        }
        tokens
    }

    async fn start(&mut self) -> Result<(), SeatError> {
        self.check_waiting()?;
        if self.seats.stored() == 0 {
            return Err(SeatError::Empty);
        }
        // Seats that are promised are stored before this, or not at all, since the journal keeps the order.
        let (at, seated) = (self.timeline.now(), count(self.seats.stored()));
        self.services.journal.append(self.id, vec![Entry::new(at, Kind::Started { seated })]).await?;
        self.seated_at_start = seated;
        self.stage.send_replace(Stage::Running);
        let taken: Vec<BoardNo> = self.seats.taken().collect();
        info!(boards = taken.len(), "the exhibition starts");
        self.begin(taken).await.map_err(|_| SeatError::Stopping)?;
        self.walk();
        Ok(())
    }

    /// The games on these boards begin.
    async fn begin(&self, boards: impl IntoIterator<Item = BoardNo>) -> Result<(), Closed> {
        let boards: Vec<_> = boards.into_iter().map(|board| &self.boards[board.index()]).collect();
        for board in &boards {
            board.start(self.seated_at_start).await?;
        }
        self.walk.open(boards.into_iter().map(|board| (board.number, board.master_begins)));
        Ok(())
    }

    /// Sends the master on the walk.
    fn walk(&mut self) {
        if let Some(policy) = self.policy.take() {
            self.send_master(policy);
        }
        self.estimate();
    }

    fn send_master(&self, policy: Policy) {
        let master = Master {
            exhibition: self.id,
            policy,
            walk: self.walk.clone(),
            boards: self.boards.clone(),
            journal: self.services.journal.clone(),
            timeline: self.timeline.clone(),
            grace: self.grace,
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
    let mut walk = walk.with_passes(view.program.passes, used);
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

fn spawn_boards(games: Vec<Game>, around: &Surroundings, tasks: &TaskTracker) -> Vec<BoardHandle> {
    let spawn = |(number, game): (BoardNo, Game)| {
        let (handle, board) = Board::new(number, game, around.clone());
        tasks.spawn(board.run().instrument(info_span!("board", exhibition = %around.exhibition, board = %number)));
        handle
    };
    (1u32..).map(BoardNo).zip(games).map(spawn).collect()
}

fn count(boards: usize) -> u32 {
    u32::try_from(boards).unwrap_or(u32::MAX)
}
