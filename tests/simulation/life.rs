//! One run: lives of the server, each but the last with its faults, until all games are over.

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use simultan::{
    base::{
        metrics::Metrics,
        secret::{SecretSource, Token},
    },
    doors::players::Entrance,
    exhibition::{
        order::{Order, OrderError},
        policy::{EnginePolicy, Policy, PolicyMaker},
        registry::{Registry, Which},
        task::Services,
    },
    gallery::Hub,
    journal::{Journal, StorageError, Store, StoredEvent, Writer, feed::Feed, replay},
    record::{
        event::{ExhibitionId, Kind, Stage},
        program::{MasterSeat, Program},
    },
    rules::{BoardNo, Fact, Millis, WalkMode},
};
use tokio::{
    runtime::Builder,
    task::{JoinHandle, yield_now},
    time::{sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    bug::Bug,
    chance::Chance,
    disk::{Found, Held},
    engine,
    hasty::Hasty,
    human, invariants, opponent, organiser,
    panics::{A6, plant},
    spectator::{self, Gallery},
    wall,
    world::{Memory, Weather, World, hours},
};

/// What happened in a run, or in many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) trace: u64,
    pub(crate) steps: u64,
    pub(crate) lives: u64,
    pub(crate) crashes: u64,
    pub(crate) panics: u64,
    pub(crate) receipts: u64,
    pub(crate) events: u64,
    pub(crate) ended: u64,
    /// Of exhibition time.
    pub(crate) seconds: u64,
}

impl Report {
    pub(crate) fn add(&mut self, other: &Report) {
        self.trace ^= other.trace;
        self.steps += other.steps;
        self.lives += other.lives;
        self.crashes += other.crashes;
        self.panics += other.panics;
        self.receipts += other.receipts;
        self.events += other.events;
        self.ended += other.ended;
        self.seconds += other.seconds;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lives, {} crashes, {} moves told, {} events, {} games to their end, {} h of exhibitions, {} steps",
            self.lives,
            self.crashes,
            self.receipts,
            self.events,
            self.ended,
            self.seconds / 3600,
            self.steps
        )
    }
}

/// A broken promise.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) seed: u64,
    pub(crate) what: String,
    trace: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "seed {}: {}\n\nthe last steps:\n{}\n\nthe whole of it: SIMULTAN_SEED={} cargo test --test simulation one_seed -- --nocapture",
            self.seed, self.what, self.trace, self.seed
        )
    }
}

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Crash,
    Finished,
}

/// Holds the run of `seed`, with a bug or without.
pub(crate) fn hold(seed: u64, bug: Option<Bug>) -> Result<Report, Failure> {
    let planted = (bug == Some(Bug::PanicAtA6)).then(|| plant(A6));
    let mut chance = Chance::new(seed, 0);
    let weather = Weather::draw(&mut chance).with_stops_and_latecomers(&mut Chance::new(seed, 1));
    // Planted bugs are looked for where they are known to be found.
    let weather = if bug.is_none() { weather.with_human_master(&mut Chance::new(seed, 2)) } else { weather };
    let weather = if bug.is_none() { weather.with_setups(&mut Chance::new(seed, 3)) } else { weather };
    let weather = if bug.is_none() { weather.with_organiser(&mut Chance::new(seed, 4)) } else { weather };
    let world = Arc::new(World::new(&weather, bug, &mut chance));
    let always_sound = weather.refused == 0 && weather.unknown == 0;
    let mut report = Report::default();
    let (mut ending, mut wall) = (Ending::Crash, 0);
    while ending == Ending::Crash && world.violation().is_none() {
        let last = report.lives >= u64::from(weather.crashes);
        report.lives += 1;
        let weather = if last { weather.calm() } else { weather.clone() };
        // One step at a time, so that a crash can come between any two.
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).event_interval(1).build();
        let events = world.disk.events();
        let base = events.iter().map(|event| event.at).max().unwrap_or_default();
        let life = Life {
            world: world.clone(),
            weather,
            last,
            chance: chance.fork(),
            base,
            known: events.len(),
            panics: 0,
            always_sound,
            stood: Arc::default(),
            wall,
        };
        let (how, lasted, panics) = runtime.expect("a runtime without I/O").block_on(life.run());
        ending = how;
        report.panics += panics;
        report.crashes += u64::from(how == Ending::Crash);
        report.seconds += lasted.as_secs();
        // Somebody starts it again.
        wall += simultan::base::time::millis(lasted).0 + 5_000;
    }
    drop(planted);
    if let Some(what) = world.violation() {
        return Err(Failure { seed, what, trace: world.last_lines() });
    }
    let events = world.disk.events();
    report.events = events.len() as u64;
    let ended =
        |event: &&simultan::record::event::Event| matches!(event.kind, Kind::Game { fact: Fact::Ended { .. }, .. });
    report.ended = events.iter().filter(ended).count() as u64;
    (report.trace, report.steps, report.receipts) = (world.trace_hash(), world.steps(), world.receipts());
    Ok(report)
}

/// The server from its start to its crash or to the end of the exhibition.
struct Life {
    world: Arc<World>,
    weather: Weather,
    last: bool,
    chance: Chance,
    /// The exhibition's time at the start of this life.
    base: Millis,
    /// How many events there were.
    known: usize,
    panics: u64,
    /// Whether storing has never failed, in any life.
    always_sound: bool,
    /// For how many milliseconds the process was stopped.
    stood: Arc<AtomicU64>,
    /// What the clock on the wall shows at the start of this life.
    wall: u64,
}

impl Life {
    async fn run(mut self) -> (Ending, Duration, u64) {
        self.world.disk.begin(&self.weather);
        wall::begin(self.wall);
        let began = self.world.disk.began();
        self.world.note(format_args!("a life begins: {:?}", self.weather));
        let longest = *self.chance.pick(&[20, 150, 1000]);
        let fuse = (!self.last).then(|| self.chance.between(1, longest));
        self.world.light_fuse(fuse);
        let ending = self.live().await;
        self.world.note(format_args!("it ends: {ending:?}"));
        self.check(began);
        (ending, began.elapsed(), self.panics)
    }

    async fn live(&mut self) -> Ending {
        let world = self.world.clone();
        let (feed, metrics, tasks) = (Feed::default(), Metrics::new(), TaskTracker::new());
        let follower = feed.follow();
        // As the server does it: what is on the disk is taken up, where there is nothing it is opened.
        let found = world.disk.found();
        let record = match found {
            Some(Found { program, events, keys }) => {
                let stored = events.iter().map(StoredEvent::from).collect();
                match replay(ExhibitionId(1), program, stored) {
                    Ok(mut record) => {
                        if world.bug == Some(Bug::ChargeDowntime) && record.view.seq > 0 {
                            record.view.at = record.view.at.plus(Millis(60_000));
                        }
                        Some((record, keys))
                    }
                    Err(error) => {
                        world.violated(format!("the record can't be taken up: {error}"));
                        return Ending::Crash;
                    }
                }
            }
            None => None,
        };
        let last = record.as_ref().map_or(0, |(record, _)| record.view.seq);
        let (journal, mut writing) = match world.bug {
            Some(Bug::AcknowledgeBeforeCommit) => write(Hasty::new(Held::new(&world)), last, &feed, &metrics),
            Some(Bug::ReuseSeq) => write(Held::new(&world), last.saturating_sub(1), &feed, &metrics),
            _ => write(Held::new(&world), last, &feed, &metrics),
        };
        if self.weather.stops > 0 {
            if world.bug != Some(Bug::ChargeStops) {
                tokio::spawn(journal.pace().clone().watch_for_gaps());
            }
            // Not from the life's own chance, which others draw from after this.
            let chance = Chance::new(self.chance.clone().between(0, u64::MAX), 1);
            tokio::spawn(stop_now_and_then(world.clone(), chance, self.weather.stops, self.stood.clone()));
        }
        let stop = CancellationToken::new();
        let premises = Services {
            journal,
            metrics: metrics.clone(),
            tasks,
            wall_clock: wall::now,
            estimates: true,
            stop: stop.clone(),
        };
        let (chance, faults) = (self.chance.fork(), self.weather.engine);
        let policies = {
            let (world, metrics) = (Arc::downgrade(&world), metrics.clone());
            PolicyMaker::new(move |program: &Program| {
                let world = world.upgrade().expect("the world outlives the server");
                let settings = engine::settings(&world, chance.clone(), faults);
                let engine = simultan::engine::OnDemand::new(settings);
                Policy::Engine(Box::new(EnginePolicy::new(
                    engine,
                    simultan::base::time::duration(program.think),
                    metrics.clone(),
                )))
            })
        };
        let registry =
            Registry::new(premises, feed, policies, SecretSource::from_seed(self.chance.between(0, u64::MAX)));
        let exhibition = match record {
            Some((record, keys)) => registry.take_up(record, &keys).await,
            None => registry.open(program(&self.weather)).await,
        };
        // A server that can't store its first exhibition does not start.
        let Ok(exhibition) = exhibition else { return Ending::Crash };
        if exhibition.stage() == Stage::Finished {
            return Ending::Finished;
        }

        let gallery = Gallery {
            hub: Arc::new(Hub::new(follower)),
            large_answers: Arc::default(),
            metrics: metrics.clone(),
            stop: stop.clone(),
        };
        let hub = gallery.hub.clone();
        tokio::spawn({
            let hub = hub.clone();
            async move { hub.follow().await }
        });
        if let Some(seat) = exhibition.human.clone() {
            // Not from the life's own chance, which others draw from after this.
            let chance = Chance::new(self.chance.clone().between(0, u64::MAX), 2);
            tokio::spawn(watched(world.clone(), human::play(world.clone(), seat, hub.clone(), chance)));
        }
        for _ in 0..self.weather.spectators {
            tokio::spawn(watched(
                world.clone(),
                spectator::look_on(world.clone(), gallery.clone(), self.chance.fork()),
            ));
        }
        let door = Entrance { registry: registry.clone(), metrics: metrics.clone(), stop };
        for memory in &world.memories {
            tokio::spawn(watched(world.clone(), opponent::play(world.clone(), door.clone(), memory.clone())));
        }
        if self.weather.organiser {
            // Not from the life's own chance, which others draw from after this.
            let chance = Chance::new(self.chance.clone().between(0, u64::MAX), 3);
            tokio::spawn(watched(world.clone(), organiser::run(world.clone(), exhibition.clone(), chance)));
        }
        // The organiser gives the late ones a minute, where no date is settled.
        let pause = self.chance.millis(0, 60_000);
        let by_itself = self.weather.evening.starts_at.is_some();
        tokio::spawn(async move {
            if by_itself {
                return;
            }
            sleep(pause).await;
            while let Ok(exhibition) = registry.find(Which::Current)
                && exhibition.stage() == Stage::Open
                && exhibition.start().await.is_err()
            {
                sleep(Duration::from_secs(1)).await;
            }
        });

        let steps = self.chance.between(0, 40);
        let ending = tokio::select! {
            biased;
            () = world.doom.notified() => {
                for _ in 0..steps {
                    yield_now().await;
                }
                Ending::Crash
            }
            outcome = &mut writing => match outcome {
                // Fail-stop: the server ends, and starts anew from what the disk says.
                Ok(Err(StorageError::Unknown)) => Ending::Crash,
                other => {
                    world.violated(format!("the journal has ended: {other:?}"));
                    Ending::Crash
                }
            },
            () = all_done(&world) => Ending::Finished,
            () = sleep_until(hours(if self.last { 100 } else { 2 })) => {
                // Whoever never heard of his seat can't come to it; where no clock runs until he has moved the master waits
                // there, and in this mode for ever before he goes on.
                let program = program(&self.weather);
                let endless = |board| {
                    let setup = program.setup(board);
                    setup.clock.is_none() || !setup.master_begins()
                };
                let waits = self.weather.walk == WalkMode::OneAtATime
                    && BoardNo::first(self.weather.boards).any(endless);
                if self.last && !(waits && ghosts(&world)) {
                    world.violated("nothing stands in the way, and the games have no end".to_owned());
                }
                if self.last { Ending::Finished } else { Ending::Crash }
            }
        };
        self.panics = panics(&metrics);
        if self.panics > 0 && world.bug != Some(Bug::PanicAtA6) {
            world.violated("a task has panicked".to_owned());
        }
        if ending == Ending::Finished && world.violation().is_none() {
            self.check_end(&exhibition, &gallery).await;
        }
        ending
    }

    /// All who have a seat are done. Where nobody has left without hearing of his seat, so is the exhibition.
    async fn check_end(&self, exhibition: &simultan::exhibition::handle::ExhibitionHandle, gallery: &Gallery) {
        let world = &self.world;
        if exhibition.stage() == Stage::Open && self.weather.organiser {
            // All who came are gone again.
            while let Err(error) = exhibition.order(Order::Cancel).await {
                if exhibition.stage() == Stage::Open && !matches!(error, OrderError::Storage(_)) {
                    world.violated(format!("it can't be cancelled: {error}"));
                    return;
                }
                sleep(Duration::from_secs(1)).await;
            }
        }
        if !ghosts(world) && timeout(Duration::from_secs(3600), exhibition.finished()).await.is_err() {
            world.violated("all games are over, and the exhibition is not".to_owned());
        }
        let snapshot = gallery.hub.snapshot(ExhibitionId(1)).expect("a room");
        let snapshot: serde_json::Value = serde_json::from_str(&snapshot).expect("JSON");
        let seq = snapshot["seq"].as_u64().expect("a number");
        world.seen_picture(seq, super::picture::timeless(&snapshot).to_string());
    }

    /// Whatever has happened, the record is whole, and time has not run faster than it does.
    fn check(&self, began: tokio::time::Instant) {
        let Some(Found { program, events, .. }) = self.world.disk.found() else { return };
        if let Err(what) = invariants::check(&program, &events) {
            self.world.violated(what);
        }
        if let Err(what) = invariants::evening(&program, &events, self.known, self.always_sound) {
            self.world.violated(what);
        }
        let before = self.base;
        // Time in which the process was stopped is nobody's.
        let stood = Duration::from_millis(self.stood.load(Ordering::Relaxed));
        let lived = simultan::base::time::millis(began.elapsed().saturating_sub(stood));
        if let Some(ahead) = events.iter().find(|event| event.at > before.plus(lived)) {
            self.world.violated(format!(
                "event {} is at {:?}, after {before:?} and a life of {lived:?}",
                ahead.seq, ahead.at
            ));
        }
        let sound = self.weather.refused == 0 && self.weather.unknown == 0;
        // Where storing never failed, over all lives: a restart passes nobody over either.
        let lived = if self.always_sound { &events[..] } else { events.get(self.known..).unwrap_or_default() };
        if sound
            // Nobody but the master themselves, who may go astray: see `rules/excursion`.
            && !self.weather.human
            && matches!(self.weather.walk, WalkMode::InTurn | WalkMode::ReadyFirst)
            && let Err(what) = invariants::nobody_is_passed_over(&program, lived)
        {
            self.world.violated(what);
        }
    }
}

/// The process is stopped now and then: the clock goes on, and nobody does anything meanwhile.
async fn stop_now_and_then(world: Arc<World>, mut chance: Chance, times: u32, stood: Arc<AtomicU64>) {
    for _ in 0..times {
        sleep(chance.millis(1_000, 200_000)).await;
        let stop = chance.between(1_000, 100_000);
        world.note(format_args!("the process is stopped for {stop} ms"));
        stood.fetch_add(stop, Ordering::Relaxed);
        tokio::time::advance(Duration::from_millis(stop)).await;
    }
}

/// The journal on `store`, whose numbers go on after `last`; and its task.
fn write(
    store: impl Store,
    last: u64,
    feed: &Feed,
    metrics: &Metrics,
) -> (Journal, JoinHandle<Result<(), StorageError>>) {
    let (journal, mut writer) = Writer::new(store, feed.clone(), || 0, metrics.journal.clone());
    writer.resume(ExhibitionId(1), last);
    (journal, tokio::spawn(writer.run()))
}

/// How many panics were counted.
fn panics(metrics: &Metrics) -> u64 {
    let figures = metrics.render();
    let counts = figures.lines().filter(|line| line.starts_with("simultan_panics_total{"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

/// Whether somebody has left without hearing of the seat that he has, or nobody came at all.
fn ghosts(world: &World) -> bool {
    let token = |memory: &Arc<Mutex<Memory>>| memory.lock().expect("a memory").token.clone();
    let known: Vec<_> = world.memories.iter().filter_map(token).map(|token| Token::from(token).hash()).collect();
    known.is_empty() || world.disk.holders().iter().any(|holder| !known.contains(holder))
}

/// Until everybody is done.
async fn all_done(world: &World) {
    loop {
        if world.memories.iter().all(|memory| memory.lock().expect("nobody panics with it").done) {
            return;
        }
        sleep(Duration::from_secs(1)).await;
    }
}

/// A client that panics has seen something that must not be.
async fn watched(world: Arc<World>, client: impl Future<Output = ()> + Send + 'static) {
    if let Err(panic) = tokio::spawn(client).await
        && panic.is_panic()
    {
        let panic = panic.into_panic();
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        world.violated(format!("a client was surprised: {}", text.unwrap_or("no reason given")));
    }
}

fn program(weather: &Weather) -> Program {
    Program {
        name: "A simulation".into(),
        boards: weather.boards,
        clock: weather.clock,
        setups: weather.setups.clone(),
        walk: weather.walk,
        late_rounds: weather.late_rounds,
        passes: weather.passes,
        grace: Millis(15_000),
        retract: true,
        think: Millis(1000),
        master: "Simulated".into(),
        seat: if weather.human { MasterSeat::Human(human::token().hash().0) } else { MasterSeat::Engine },
        created_at: 0,
        evening: weather.evening.clone(),
    }
}
