//! The server: puts the rooms together, and takes them apart again in order.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{error, info, warn};

use super::{
    config::ServeArgs,
    gallery_thread::{GalleryThread, spawn_gallery},
    host::Host,
    house_bots::HouseBots,
    masters::{adviser, master_name, policies},
    relay_thread::spawn_publisher,
    webhook_thread::spawn_webhooks,
};
use crate::{
    base::{
        loop_lag,
        metrics::Metrics,
        secret::{SecretSource, Token},
        time::wall_clock,
    },
    doors::{
        limits::{Guard, Origin},
        players::Entrance,
    },
    exhibition::{
        registry::{Registry, Which},
        settings_error::SettingsError,
        task::Services,
    },
    gallery::{self, Desk},
    journal::{Archive, Bots, Inspection, OpenError, Record, SqliteStore, StorageError, Store, Writer, feed::Feed},
    lichess::{Errand, Lobby},
    record::{
        event::{GuestNo, Stage},
        program::Program,
        seat_key::SeatKey,
    },
    relay::{LinkError, Publisher, Publishing},
    webhook::{Receivers, WebhookError},
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
    #[error(transparent)]
    Webhooks(#[from] WebhookError),
    #[error(transparent)]
    Log(#[from] LinkError),
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
    /// Where people find it, if that is another address.
    pub public: Option<Origin>,
    /// Opens what only the organiser sees.
    pub organiser: Token,
    /// The current exhibition.
    pub program: Program,
    /// The secret of a human master, where it was just opened for one.
    pub master: Option<Token>,
    /// Whether it was under way before this start: then its own settings hold, not this start's.
    pub taken_up: bool,
}

/// What a start finds where the games are kept.
#[derive(Debug)]
pub struct Found<S> {
    /// Where everything is stored from now on.
    pub store: S,
    /// The exhibitions to take up, each with its seats' keys.
    pub unfinished: Vec<(Record, Vec<(GuestNo, SeatKey)>)>,
    /// What is stored, for those who only read.
    pub archive: Archive,
    /// What is left to check of the store while it is in use.
    pub inspection: Option<Inspection>,
}

impl Found<SqliteStore> {
    /// Opens the database at `path`, made where there is none, and reads what has to be taken up.
    pub async fn at(path: &Path) -> Result<Found<SqliteStore>, OpenError> {
        let mut store = SqliteStore::open(path).await?;
        let unfinished = store.unfinished().await?;
        let (archive, inspection) = (store.archive().await?, store.inspection().await?);
        Ok(Found { store, unfinished, archive, inspection })
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
    let log = args.publish.link()?;
    let receivers = Receivers::new(args.webhooks.clone(), args.webhook_secret.as_deref())?;
    // First, since a server that can't be reached should not make a database either.
    let listener = TcpListener::bind(args.bind).map_err(|error| ServeError::Bind { address: args.bind, error })?;
    let address = listener.local_addr()?;
    let metrics = if log.is_some() { Metrics::of_a_publisher() } else { Metrics::new() };
    let (feed, tasks) = (Feed::default(), TaskTracker::new());
    let public = args.limits.visitors.public_address.clone();
    let follower = feed.follow();
    let guard = Guard::new(args.limits.limits(), args.house_bots as usize, metrics.clone());
    let served = gallery::shut(guard.clone());
    let gallery = spawn_gallery(listener, served.clone(), guard.clone(), stop.clone())?;
    // Where the start comes to nothing, nobody is to be told "not yet" for ever.
    let in_vain = stop.clone().drop_guard();

    let Found { store, unfinished, archive, inspection } = open(&args.database).await?;
    let webhooks = match receivers {
        Some(receivers) => {
            let couriers = receivers.prepare(&args.database, archive.another().await?, &feed, &metrics).await?;
            Some(spawn_webhooks(couriers, stop.clone())?)
        }
        None => None,
    };
    let log = match log {
        Some((hall, link)) => {
            let publisher = Publisher::new(
                Publishing {
                    hall,
                    link,
                    address: public.as_ref().map(ToString::to_string),
                    archive: archive.another().await?,
                    follower: feed.follow(),
                    metrics: metrics.log.clone(),
                },
                &mut secrets,
            );
            Some(spawn_publisher(publisher, stop.clone())?)
        }
        None => None,
    };
    let (journal, mut writer) = Writer::new(store, feed.clone(), wall_clock, metrics.journal.clone());
    let pace = journal.pace().clone();
    for (record, _) in &unfinished {
        writer.resume(record.view.id, record.view.seq);
    }
    let writing = tokio::spawn(writer.run());
    let pulse = journal.pulse();
    let services = Services {
        journal,
        metrics: metrics.clone(),
        tasks: tasks.clone(),
        wall_clock,
        estimates: true,
        stop: stop.clone(),
    };
    let policies = policies(&args.engine, metrics.clone())?;
    let host = Host {
        registry: Registry::new(services, feed, policies, secrets),
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
    let (errands, orders) = mpsc::channel(DESK);
    let lobby = Lobby::new(errands, Bots::of(&args.database), metrics.clone(), stop.clone());
    {
        let (lobby, newest) = (lobby.clone(), host.registry.newest());
        gallery.runtime.spawn(async move { lobby.seat_who_comes_again(newest).await });
    }
    let premises = gallery::Premises {
        follower,
        archive,
        pulse,
        metrics: metrics.clone(),
        metrics_for: args.metrics_for,
        guard,
        desk,
        lobby,
        organiser: gallery::OrganiserKey { token: organiser.hash(), made_up },
        adviser: adviser(&args.engine)?,
        defaults: settings.clone(),
        address,
        public: public.clone(),
        stop: stop.clone(),
    };
    gallery::open(&served, premises, &gallery.runtime);
    in_vain.disarm();
    // None is kept here: an exhibition ends, and the journal after it, once nobody can ask for it any more.
    for exhibition in taken_up {
        host.seat_again(&exhibition).await;
    }
    if let Some(opened) = &opened {
        host.seat_first(&opened.exhibition, settings.house_bots).await;
    }
    let taken_up = current.is_some();
    let (opened, master) = opened.map(|opened| (opened.program, opened.master)).unzip();
    let program = current.or(opened).expect("taken up, or opened");
    ready(&Ready { address, public, organiser, program, master: master.flatten(), taken_up });
    tokio::spawn(loop_lag::watch(metrics.games_loop.clone()));
    tokio::spawn(pace.watch_for_gaps());
    if let Some(pause) = args.begins_after {
        tasks.spawn(begin_after(pause, host.registry.clone(), stop.clone()));
    }
    let entrance = Entrance { registry: host.registry.clone(), metrics, stop: stop.clone() };
    let inspection = tasks.spawn(async move {
        match inspection {
            Some(inspection) => inspection.run(stop).await,
            None => Ok(()),
        }
    });
    let asked = Asked { requests, orders };
    let outcome = serve(host, entrance, asked, tasks, writing, inspection, gallery).await;
    for thread in [webhooks, log].into_iter().flatten() {
        // It has ended long ago, or has panicked, which stands in the log.
        let _ = thread.join();
    }
    outcome
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

type Writing = JoinHandle<Result<(), StorageError>>;

/// What the gallery's thread asks of this one.
struct Asked {
    requests: mpsc::Receiver<Desk>,
    orders: mpsc::Receiver<Errand>,
}

/// Answers the gallery until the end, and ends in order: sockets first, then boards, then the journal.
async fn serve(
    host: Host,
    entrance: Entrance,
    mut asked: Asked,
    tasks: TaskTracker,
    mut writing: Writing,
    mut inspection: JoinHandle<Result<(), OpenError>>,
    gallery: GalleryThread,
) -> Result<(), ServeError> {
    let stop = entrance.stop.clone();
    let mut inspected = false;
    let broken = loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break None,
            _ = &mut writing => break Some(ServeError::Journal),
            outcome = &mut inspection, if !inspected => match outcome {
                Ok(Err(error)) => break Some(error.into()),
                // A check that has panicked has found nothing.
                Ok(Ok(())) | Err(_) => inspected = true,
            },
            request = asked.requests.recv() => match request {
                Some(request) => host.answer(request, &entrance, &tasks),
                None => break None,
            },
            Some(errand) = asked.orders.recv() => {
                let registry = host.registry.clone();
                tasks.spawn(async move { errand.run(&registry).await });
            }
        }
    };
    info!("stopping");
    stop.cancel();
    drop((host, entrance, asked));
    tasks.close();
    if timeout(LAST_ROUND, tasks.wait()).await.is_err() {
        warn!("some connections did not end in time");
    }
    let outcome = gallery.join().map_err(ServeError::Gallery);
    if let Some(ServeError::Journal) = broken {
        return Err(ServeError::Journal);
    }
    let outcome = match timeout(LAST_ROUND, writing).await {
        Ok(Ok(Ok(()))) => outcome,
        Ok(_) => Err(ServeError::Journal),
        Err(_) => {
            error!("the journal is still busy; what was acknowledged is stored all the same");
            outcome
        }
    };
    broken.map_or(outcome, Err)
}

/// The organiser's token, and whether a person has made it up.
fn organiser_token(given: Option<&str>, secrets: &mut SecretSource) -> Result<(Token, bool), ServeError> {
    match given {
        None | Some("") => Ok((secrets.token("so_"), false)),
        Some(token) if token.len() >= 16 => Ok((Token::from(token.to_owned()), true)),
        Some(_) => Err(ServeError::WeakToken),
    }
}
