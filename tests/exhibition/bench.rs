//! An exhibition to look at from all sides.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use shakmaty::{CastlingMode, Position, uci::UciMove};
use simultan::{
    base::{
        metrics::Metrics,
        secret::{SecretSource, TokenHash},
    },
    exhibition::{
        handle::ExhibitionHandle,
        policy::{Policy, PolicyMaker, RandomPolicy, ScriptedPolicy},
        registry::Registry,
        task::Services,
    },
    journal::{
        self, Forgotten, Numbered, Renaming, StorageError, Store, StoredEvent, Writer,
        feed::{Feed, Follower, News},
    },
    record::{
        event::{Event, ExhibitionId},
        program::{Evening, MasterSeat, Program},
    },
    rules::{BoardNo, ClockSettings, Command, Game, GameStatus, Millis, Setups, WalkMode},
};
use tokio::{
    runtime::Builder,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longer than any exhibition here: under the paused clock it is over at once where nothing else would happen.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(30 * 24 * 3600);

/// Runs something under the paused clock.
pub(crate) fn paused<T>(run: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime").block_on(run)
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A store whose health is the test's to settle.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    exhibitions: i64,
    program: Option<Program>,
    events: Vec<Event>,
    fault: Option<StorageError>,
    /// How long a commit takes.
    latency: Duration,
}

impl Disk {
    pub(crate) fn with_latency(latency: Duration) -> Disk {
        let disk = Disk::default();
        disk.content().latency = latency;
        disk
    }

    fn content(&self) -> std::sync::MutexGuard<'_, Content> {
        self.0.lock().expect("nobody panics with it")
    }

    /// From now on every write fails like this, or none.
    pub(crate) fn fail(&self, fault: Option<StorageError>) {
        self.content().fault = fault;
    }

    /// From now on every write is refused.
    pub(crate) fn refuse(&self) {
        self.fail(Some(StorageError::Refused("the disk is full".to_owned())));
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.content().events.clone()
    }

    async fn work(&self) -> Result<(), StorageError> {
        let latency = self.content().latency;
        sleep(latency).await;
        self.content().fault.clone().map_or(Ok(()), Err)
    }
}

impl Store for Disk {
    async fn create(&mut self, program: &Program) -> Result<ExhibitionId, StorageError> {
        self.work().await?;
        let mut content = self.content();
        content.program = Some(program.clone());
        content.exhibitions += 1;
        Ok(ExhibitionId(content.exhibitions))
    }

    async fn rekey(&mut self, exhibition: ExhibitionId, key: [u8; 32]) -> Result<(), StorageError> {
        let _ = (exhibition, key);
        Ok(())
    }

    async fn forget(
        &mut self,
        exhibition: ExhibitionId,
        forgotten: &Forgotten,
        renamed: Option<Renaming>,
    ) -> Result<(), StorageError> {
        let _ = (exhibition, forgotten, renamed);
        Ok(())
    }

    async fn append(&mut self, lines: &[Numbered]) -> Result<(), StorageError> {
        self.work().await?;
        self.content().events.extend(lines.iter().map(|line| line.event.clone()));
        Ok(())
    }

    async fn recall(&mut self, exhibition: ExhibitionId, board: BoardNo) -> Result<Game, StorageError> {
        let content = self.content();
        let stored = content.events.iter().map(StoredEvent::from);
        let program = content.program.clone().expect("an exhibition");
        Ok(journal::recall(exhibition, program, board, stored).expect("a whole record"))
    }

    async fn probe(&mut self) -> Result<(), StorageError> {
        self.work().await
    }

    async fn close(self) {}
}

/// What an exhibition of a test is like.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) boards: u32,
    pub(crate) walk: WalkMode,
    pub(crate) clock: Option<ClockSettings>,
    pub(crate) setups: Arc<Setups>,
    pub(crate) passes: Option<u32>,
    /// What opens the seat of a human master, if a person plays.
    pub(crate) human: Option<TokenHash>,
    /// `None` for a master who draws lots and takes no time.
    pub(crate) think: Option<Duration>,
    pub(crate) disk: Disk,
}

impl Plan {
    pub(crate) fn new(boards: u32) -> Plan {
        Plan {
            boards,
            walk: WalkMode::InTurn,
            clock: None,
            setups: Arc::default(),
            passes: None,
            human: None,
            think: None,
            disk: Disk::default(),
        }
    }

    pub(crate) fn program(&self) -> Program {
        Program {
            name: "A test".into(),
            boards: self.boards,
            clock: self.clock,
            setups: self.setups.clone(),
            walk: self.walk,
            late_rounds: 0,
            passes: self.passes,
            grace: Millis(15_000),
            retract: true,
            think: Millis::ZERO,
            master: "Master".into(),
            seat: self.human.map_or(MasterSeat::Engine, |key| MasterSeat::Human(key.0)),
            created_at: 0,
            evening: Evening::default(),
        }
    }
}

/// An exhibition whose tasks run.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) exhibition: ExhibitionHandle,
    /// When the exhibition's own time was 0.
    pub(crate) opened: Instant,
    follower: Follower,
    pub(crate) metrics: Metrics,
    /// The journal's task.
    pub(crate) writing: JoinHandle<Result<(), StorageError>>,
    // Ends when it is dropped.
    _hall: Registry,
}

impl Bench {
    pub(crate) async fn open(plan: &Plan) -> Bench {
        let (feed, metrics) = (Feed::default(), Metrics::new());
        let follower = feed.follow();
        let (journal, writer) = Writer::new(plan.disk.clone(), feed.clone(), || 0, metrics.journal.clone());
        let writing = tokio::spawn(writer.run());
        let premises = Services {
            journal,
            metrics: metrics.clone(),
            tasks: TaskTracker::new(),
            wall_clock: || 0,
            estimates: false,
            stop: CancellationToken::new(),
        };
        let think = plan.think;
        let policies = PolicyMaker::new(move |_: &Program| match think {
            None => Policy::Random(Box::new(RandomPolicy::new(7))),
            Some(think) => Policy::Scripted(ScriptedPolicy::new(script(), move || think)),
        });
        let registry = Registry::new(premises, feed, policies, SecretSource::from_seed(1));
        let exhibition = registry.open(plan.program()).await.expect("a store that is well");
        Bench { exhibition, opened: Instant::now(), follower, metrics, writing, _hall: registry }
    }

    /// Waits for the end, and gives all events.
    pub(crate) async fn finished(&self) -> Vec<Event> {
        timeout(FOR_EVER, self.exhibition.finished()).await.expect("an end of the exhibition");
        self.events()
    }

    /// The events published since the last call.
    pub(crate) fn events(&self) -> Vec<Event> {
        let happened = |news| match news {
            News::Happened { events, .. } => events.to_vec(),
            News::Opened { .. } => Vec::new(),
        };
        self.follower.take().into_iter().flat_map(happened).collect()
    }
}

/// A legal game without an end, for masters and players who need not think about moves.
pub(crate) fn script() -> Arc<[UciMove]> {
    let mut game = Game::new(None);
    game.start();
    let mut moves = Vec::new();
    while moves.len() < 80 {
        let legal = game.position().legal_moves();
        let on = |uci: &UciMove| {
            let command = Command::Move { ply: game.ply() + 1, uci: *uci };
            game.decide(game.position().turn(), &command, Millis::ZERO).is_ok_and(|facts| facts.len() == 1)
        };
        let quiet = legal.iter().cycle().skip(moves.len() * 7 % legal.len()).take(legal.len());
        let uci = quiet.map(|legal| legal.to_uci(CastlingMode::Standard)).find(on).expect("a way on");
        let command = Command::Move { ply: game.ply() + 1, uci };
        for fact in game.decide(game.position().turn(), &command, Millis::ZERO).expect("a legal move") {
            game.apply(&fact, Millis::ZERO);
        }
        moves.push(uci);
    }
    assert_eq!(game.status(), GameStatus::Playing);
    moves.into()
}
