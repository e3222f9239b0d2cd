//! The server: puts the rooms together, and takes them apart again in order.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::Path,
    thread,
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{error, info, warn};

use super::{
    config::{EngineArgs, EngineChoice, ServeArgs},
    house_bots::HouseBots,
};
use crate::{
    base::{
        loop_lag,
        metrics::Metrics,
        secret::{SecretSource, Token},
        time::{self, wall_clock},
    },
    doors::{
        limits::Guard,
        listener::listen,
        players::{self, Entrance},
        served::Served,
    },
    engine::{Engine, OnDemand},
    exhibition::{
        policy::{EnginePolicy, Policy, RandomPolicy},
        registry::{PolicyMaker, Registry, Which},
        settings::{Settings, SettingsError},
        task::{ExhibitionHandle, Services},
    },
    gallery::{self, Desk, StartError},
    journal::{Archive, OpenError, Record, SqliteStore, StorageError, Store, Writer, feed::Feed},
    record::{
        event::{ExhibitionId, Program, Stage},
        seat_key::SeatKey,
    },
    rules::{BoardNo, PlayerName},
};

/// How many of the gallery's requests may wait for the games' thread.
const DESK: usize = 256;
/// How long sockets and boards may take to end when the server stops.
const LAST_ROUND: Duration = Duration::from_secs(5);

/// Why the server does not start, or had to stop.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum ServeError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error("{address} can't be listened on ({error}); choose another with --bind")]
    Bind { address: SocketAddr, error: io::Error },
    #[error("the system gives no random numbers, which secrets are made of: {0}")]
    Entropy(#[from] getrandom::Error),
    #[error("the organiser's token has at least 16 characters, so that nobody guesses it")]
    WeakToken,
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("the first exhibition could not be stored: {0}")]
    Storage(#[from] StorageError),
    #[error(
        "the database failed while it was written to, and the server has stopped; what it holds counts at the next start"
    )]
    Journal,
    #[error("the gallery's thread has ended: {0}")]
    Gallery(String),
}

/// Where the server can be reached, once it is ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Where it listens.
    pub address: SocketAddr,
    /// Opens what only the organiser sees.
    pub organiser: Token,
    /// The current exhibition.
    pub program: Program,
    /// Whether it was under way before this start: then its own settings hold, not this start's.
    pub taken_up: bool,
}

/// What a start finds where the games are kept.
#[derive(Debug)]
pub struct Found<S> {
    /// Where everything is stored from now on.
    pub store: S,
    /// The exhibitions to take up, each with its seats' keys.
    pub unfinished: Vec<(Record, Vec<(BoardNo, SeatKey)>)>,
    /// What is stored, for those who only read.
    pub archive: Archive,
}

impl Found<SqliteStore> {
    /// Opens the database at `path`, made where there is none, and reads what has to be taken up.
    pub async fn at(path: &Path) -> Result<Found<SqliteStore>, OpenError> {
        let mut store = SqliteStore::open(path).await?;
        let unfinished = store.unfinished().await?;
        let archive = store.archive().await?;
        Ok(Found { store, unfinished, archive })
    }
}

/// Hosts exhibitions until `stop`; `ready` is told the addresses.
pub async fn run(args: ServeArgs, stop: CancellationToken, ready: impl FnOnce(&Ready)) -> Result<(), ServeError> {
    run_on(Found::at, args, stop, ready).await
}

/// The same on any store: whatever `open` makes of the database's path.
pub async fn run_on<S: Store>(
    open: impl AsyncFnOnce(&Path) -> Result<Found<S>, OpenError>,
    args: ServeArgs,
    stop: CancellationToken,
    ready: impl FnOnce(&Ready),
) -> Result<(), ServeError> {
    let settings = args.settings()?;
    let mut secrets = SecretSource::from_system()?;
    let (organiser, made_up) = organiser_token(args.organiser_token.as_deref(), &mut secrets)?;
    // First, since a server that can't be reached should not make a database either.
    let listener = TcpListener::bind(args.bind).map_err(|error| ServeError::Bind { address: args.bind, error })?;
    let address = listener.local_addr()?;
    let (feed, metrics, tasks) = (Feed::default(), Metrics::new(), TaskTracker::new());
    let guard = Guard::new(args.limits.limits(), args.house_bots as usize, metrics.clone());
    let served = gallery::shut(guard.clone());
    let gallery = spawn_gallery(listener, served.clone(), guard.clone(), stop.clone())?;
    // Where the start comes to nothing, nobody is to be told "not yet" for ever.
    let in_vain = stop.clone().drop_guard();

    let Found { store, unfinished, archive } = open(&args.database).await?;
    let (journal, mut writer) = Writer::new(store, feed.clone(), wall_clock, metrics.journal.clone());
    let pace = journal.pace().clone();
    for (record, _) in &unfinished {
        writer.resume(record.view.id, record.view.seq);
    }
    let writing = tokio::spawn(writer.run());
    let pulse = journal.pulse();
    let services =
        Services { journal, metrics: metrics.clone(), tasks: tasks.clone(), estimates: true, stop: stop.clone() };
    let policies = policies(&args.engine, metrics.clone())?;
    let host = Host {
        registry: Registry::new(services, feed.clone(), policies, secrets),
        house: HouseBots::new(&args, address, gallery.runtime.clone(), stop.clone())?,
        master: master_name(&args.engine).await,
    };
    let (mut current, mut taken_up) = (None, Vec::new());
    for (record, keys) in unfinished {
        let unfinished = record.view.stage != Stage::Finished;
        let program = record.view.program.clone();
        taken_up.push(host.registry.take_up(record, &keys).await?);
        current = unfinished.then_some(program).or(current);
    }
    let opened = if current.is_none() { Some(host.open(&settings).await?) } else { None };
    let (desk, requests) = mpsc::channel(DESK);
    let premises = gallery::Premises {
        feed,
        archive,
        pulse,
        metrics: metrics.clone(),
        metrics_for: args.metrics_for,
        guard,
        desk,
        organiser: gallery::OrganiserKey { token: organiser.hash(), made_up },
        defaults: settings.clone(),
        stop: stop.clone(),
    };
    gallery::open(&served, premises, &gallery.runtime);
    in_vain.disarm();
    for exhibition in &taken_up {
        host.seat_again(exhibition).await;
    }
    if let Some((exhibition, _)) = &opened {
        host.seat(exhibition, settings.house_bots).await;
    }
    let taken_up = current.is_some();
    let program = current.or(opened.map(|(_, program)| program)).expect("taken up, or opened");
    ready(&Ready { address, organiser, program, taken_up });
    tokio::spawn(loop_lag::watch(metrics.games_loop.clone()));
    tokio::spawn(pace.watch_for_gaps());
    if let Some(pause) = args.begins_after {
        tasks.spawn(begin_after(pause, host.registry.clone(), stop.clone()));
    }
    let entrance = Entrance { registry: host.registry.clone(), metrics, stop: stop.clone() };
    serve(host, entrance, requests, tasks, writing, gallery).await
}

/// Starts the current exhibition after a while, if nobody has.
async fn begin_after(pause: Duration, registry: Registry, stop: CancellationToken) {
    tokio::select! {
        biased;
        () = stop.cancelled() => return,
        () = sleep(pause) => {}
    }
    let Ok(exhibition) = registry.find(Which::Current) else { return };
    if exhibition.stage() == Stage::Open
        && let Err(error) = exhibition.start().await
    {
        warn!("the exhibition does not begin by itself: {error}");
    }
}

type Writing = tokio::task::JoinHandle<Result<(), StorageError>>;

/// Answers the gallery until the end, and ends in order: sockets first, then boards, then the journal.
async fn serve(
    host: Host,
    entrance: Entrance,
    mut requests: mpsc::Receiver<Desk>,
    tasks: TaskTracker,
    mut writing: Writing,
    gallery: GalleryThread,
) -> Result<(), ServeError> {
    let stop = entrance.stop.clone();
    let broken = loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break false,
            _ = &mut writing => break true,
            request = requests.recv() => match request {
                Some(request) => host.answer(request, &entrance, &tasks),
                None => break false,
            },
        }
    };
    info!("stopping");
    stop.cancel();
    drop((host, entrance, requests));
    tasks.close();
    if timeout(LAST_ROUND, tasks.wait()).await.is_err() {
        warn!("some connections did not end in time");
    }
    let outcome = gallery.join();
    if broken {
        return Err(ServeError::Journal);
    }
    match timeout(LAST_ROUND, writing).await {
        Ok(Ok(Ok(()))) => outcome,
        Ok(_) => Err(ServeError::Journal),
        Err(_) => {
            error!("the journal is still busy; what was acknowledged is stored all the same");
            outcome
        }
    }
}

/// The games' side of the organiser's requests.
#[derive(Debug, Clone)]
struct Host {
    registry: Registry,
    house: HouseBots,
    master: String,
}

impl Host {
    fn answer(&self, request: Desk, entrance: &Entrance, tasks: &TaskTracker) {
        match request {
            Desk::Player { upgraded, which } => {
                tasks.spawn(players::serve(entrance.clone(), upgraded, which));
            }
            Desk::Open { settings, reply } => {
                let host = self.clone();
                tasks.spawn(async move {
                    let opened = host.open(&settings).await;
                    if let Ok((exhibition, _)) = &opened {
                        host.seat(exhibition, settings.house_bots).await;
                    }
                    let _ = reply.send(opened.map(|(exhibition, _)| exhibition.id));
                });
            }
            Desk::Start { which, reply } => {
                let found = self.registry.find(which);
                tasks.spawn(async move {
                    let started = async {
                        let exhibition = found?;
                        exhibition.start().await?;
                        Ok::<ExhibitionId, StartError>(exhibition.id)
                    };
                    let _ = reply.send(started.await);
                });
            }
        }
    }

    async fn open(&self, settings: &Settings) -> Result<(ExhibitionHandle, Program), StorageError> {
        let program = Program {
            name: settings.name.as_str().into(),
            boards: settings.boards,
            clock: settings.clocks(),
            walk: settings.walk,
            late_rounds: settings.late_rounds,
            think: time::millis(settings.think),
            master: self.master.as_str().into(),
            created_at: wall_clock(),
        };
        Ok((self.registry.open(program.clone()).await?, program))
    }

    /// Gives `count` seats to the server's own bots.
    async fn seat(&self, exhibition: &ExhibitionHandle, count: u32) {
        let name = PlayerName::parse("House bot").expect("it is a name");
        for _ in 0..count {
            match exhibition.join(None, name.clone(), true, true).await {
                Ok(seated) => self.house.play(exhibition.id, &seated.token),
                Err(error) => {
                    warn!("a house bot gets no seat: {error}");
                    return;
                }
            }
        }
    }

    /// Seats the bots again that were there before the server stopped.
    async fn seat_again(&self, exhibition: &ExhibitionHandle) {
        if exhibition.stage() != Stage::Finished {
            for token in exhibition.reissue().await {
                self.house.play(exhibition.id, &token);
            }
        }
    }
}

/// The organiser's token, and whether a person has made it up.
fn organiser_token(given: Option<&str>, secrets: &mut SecretSource) -> Result<(Token, bool), ServeError> {
    match given {
        None | Some("") => Ok((secrets.token("so_"), false)),
        Some(token) if token.len() >= 16 => Ok((Token::from(token.to_owned()), true)),
        Some(_) => Err(ServeError::WeakToken),
    }
}

fn policies(args: &EngineArgs, metrics: Metrics) -> Result<PolicyMaker, io::Error> {
    let seed = args.seed.unwrap_or_else(rand::random);
    let settings = args.settings()?;
    Ok(Box::new(move |program| match &settings {
        Some(settings) => {
            let engine = OnDemand::new(settings.clone());
            let policy = EnginePolicy::new(engine, time::duration(program.think), metrics.clone());
            Policy::Engine(Box::new(policy))
        }
        None => Policy::Random(Box::new(RandomPolicy::new(seed))),
    }))
}

/// The name that the engine gives itself. An engine that can't be started is told of here, before anybody waits for it,
/// and tried again when it is the master's turn.
async fn master_name(args: &EngineArgs) -> String {
    let settings = match args.settings() {
        Ok(Some(settings)) if args.engine != EngineChoice::House => settings,
        _ => return args.label(),
    };
    match Engine::start(settings).await {
        Ok(engine) => engine.name().to_owned(),
        Err(error) => {
            error!("{error}; the server keeps the games, and tries the engine again when it is the master's turn");
            args.label()
        }
    }
}

/// The gallery, on its own thread.
struct GalleryThread {
    runtime: Handle,
    thread: thread::JoinHandle<io::Result<()>>,
}

impl GalleryThread {
    fn join(self) -> Result<(), ServeError> {
        match self.thread.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ServeError::Gallery(error.to_string())),
            Err(_) => Err(ServeError::Gallery("it panicked".to_owned())),
        }
    }
}

fn spawn_gallery(
    listener: TcpListener,
    served: Served,
    guard: Guard,
    stop: CancellationToken,
) -> io::Result<GalleryThread> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let thread = thread::Builder::new().name("gallery".to_owned()).spawn(move || {
        let outcome = runtime.block_on(listen(listener, served, guard, stop.clone()));
        // Nobody can come in any more: the games should not go on unseen.
        stop.cancel();
        // Spectators are told within this time; their tasks end with the runtime.
        runtime.block_on(async { tokio::time::sleep(FAREWELLS).await });
        outcome
    })?;
    Ok(GalleryThread { runtime: handle, thread })
}

/// How long spectators' sockets get to say goodbye.
const FAREWELLS: Duration = Duration::from_millis(300);
