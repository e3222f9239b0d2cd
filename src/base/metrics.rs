//! What the server counts and measures, in Prometheus' text format.

use std::{sync::Arc, sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

type Seconds = Gauge<f64, AtomicU64>;

/// A label with one of a few fixed words; never anything that a player typed.
macro_rules! label {
    ($name:ident, $field:ident) => {
        #[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
        struct $name {
            $field: &'static str,
        }
    };
}

label!(Status, status);
label!(Role, role);
label!(Side, side);
label!(Thread, thread);
label!(Task, task);
label!(Reason, reason);
label!(Outcome, outcome);

/// The commits' figures.
#[derive(Debug, Clone)]
pub struct JournalMetrics {
    events: Histogram,
    seconds: Histogram,
    failed: Counter,
}

impl JournalMetrics {
    /// A commit of `events` lines has taken `elapsed`, and has stored them or failed.
    pub fn committed(&self, events: usize, elapsed: Duration, stored: bool) {
        if stored {
            #[expect(clippy::cast_precision_loss, reason = "a batch has a few thousand lines at most")]
            self.events.observe(events as f64);
            self.seconds.observe(elapsed.as_secs_f64());
        } else {
            self.failed.inc();
        }
    }
}

/// What becomes of webhooks.
#[derive(Debug, Clone, Default)]
pub struct WebhookMetrics {
    tries: Family<Outcome, Counter>,
    given_up: Counter,
}

impl WebhookMetrics {
    /// A receiver has taken a message.
    pub fn delivered(&self) {
        self.tries.get_or_create(&Outcome { outcome: "delivered" }).inc();
    }

    /// A receiver has not taken it, this time.
    pub fn failed(&self) {
        self.tries.get_or_create(&Outcome { outcome: "failed" }).inc();
    }

    /// A message is not tried again.
    pub fn given_up(&self) {
        self.given_up.inc();
    }
}

/// How a hall's log is told.
#[derive(Debug, Clone, Default)]
pub struct LogMetrics {
    up: Gauge,
    epoch: Gauge,
    published: Counter,
    behind: Gauge,
    rivals: Counter,
}

impl LogMetrics {
    /// This server writes the hall's log, as its publisher number `epoch`.
    pub fn up(&self, epoch: u64) {
        self.up.set(1);
        self.epoch.set(i64::try_from(epoch).unwrap_or(i64::MAX));
    }

    /// It does not, or can't reach it.
    pub fn down(&self) {
        self.up.set(0);
    }

    /// So many events stand in the log that did not before.
    pub fn published(&self, events: u64) {
        self.published.inc_by(events);
    }

    /// So many events are stored that the log does not have.
    pub fn behind(&self, events: u64) {
        self.behind.set(i64::try_from(events).unwrap_or(i64::MAX));
    }

    /// Another server publishes as the same hall, or another database did.
    pub fn rival(&self) {
        self.rivals.inc();
    }
}

/// How a node follows the log.
#[derive(Debug, Clone, Default)]
pub struct NodeMetrics {
    up: Gauge,
    halls: Family<Status, Gauge>,
    events: Counter,
}

impl NodeMetrics {
    /// The log is followed.
    pub fn up(&self) {
        self.up.set(1);
    }

    /// It can't be reached.
    pub fn down(&self) {
        self.up.set(0);
    }

    /// So many halls have this status now.
    pub fn halls(&self, status: &'static str, count: usize) {
        self.halls.get_or_create(&Status { status }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// So many events were new.
    pub fn taken(&self, events: u64) {
        self.events.inc_by(events);
    }
}

/// One thread's loop.
#[derive(Debug, Clone)]
pub struct LoopMetrics {
    lag: Histogram,
    longest: Seconds,
}

impl LoopMetrics {
    /// A timer has fired `late` after its time: for that long, at least, something held the loop.
    pub fn late(&self, late: Duration) {
        self.lag.observe(late.as_secs_f64());
        if late.as_secs_f64() > self.longest.get() {
            self.longest.set(late.as_secs_f64());
        }
    }
}

/// All figures. Cloning gives another handle to the same ones.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// Commits.
    pub journal: JournalMetrics,
    /// The loop of the games.
    pub games_loop: LoopMetrics,
    /// The loop of the gallery.
    pub gallery_loop: LoopMetrics,
    /// Webhooks.
    pub webhooks: WebhookMetrics,
    /// Telling the log, where that is done.
    pub log: LogMetrics,
    /// Following the log, where that is done.
    pub node: NodeMetrics,
    boards: Family<Status, Gauge>,
    connections: Family<Role, Gauge>,
    moves: Family<Side, Counter>,
    receipt: Histogram,
    engine_restarts: Counter,
    snapshots: Counter,
    panics: Family<Task, Counter>,
    refusals: Family<Reason, Counter>,
}

impl Metrics {
    /// Everything at zero.
    #[must_use]
    pub fn new() -> Metrics {
        Metrics::with(|_, _| ())
    }

    /// The same for a hall that tells the log.
    #[must_use]
    pub fn of_a_publisher() -> Metrics {
        Metrics::with(|registry, Metrics { log, .. }| {
            registry.register("log_up", "Whether this hall's log is written: 1 or 0", log.up.clone());
            let help = "Which publisher of this hall's log it is, counted by the log";
            registry.register("log_epoch", help, log.epoch.clone());
            registry.register("log_events", "Events told to the log", log.published.clone());
            registry.register("log_behind", "Events stored that the log does not have yet", log.behind.clone());
            let help = "Times that another server was found to publish as this hall, or another database";
            registry.register("log_rivals", help, log.rivals.clone());
        })
    }

    /// The same for a node that follows the log.
    #[must_use]
    pub fn of_a_node() -> Metrics {
        Metrics::with(|registry, Metrics { node, .. }| {
            registry.register("node_log_up", "Whether the log is followed: 1 or 0", node.up.clone());
            registry.register("node_halls", "Halls of the log, by what is heard of them", node.halls.clone());
            registry.register("node_events", "Events taken from the log", node.events.clone());
        })
    }

    fn with(more: impl FnOnce(&mut Registry, &Metrics)) -> Metrics {
        let mut registry = Registry::with_prefix("simultan");
        let journal = JournalMetrics {
            events: Histogram::new([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0]),
            seconds: Histogram::new(TIMES),
            failed: Counter::default(),
        };
        registry.register("commit_events", "Events stored by one commit", journal.events.clone());
        let help = "Time of one commit, from begin to the disk's word";
        registry.register_with_unit("commit", help, Unit::Seconds, journal.seconds.clone());
        registry.register("commits_failed", "Commits that stored nothing", journal.failed.clone());

        let lag = Family::<Thread, Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        let longest = Family::<Thread, Seconds>::default();
        let one_loop = |thread| {
            let label = Thread { thread };
            let lag = lag.get_or_create(&label).clone();
            LoopMetrics { lag, longest: longest.get_or_create(&label).clone() }
        };
        let (games_loop, gallery_loop) = (one_loop("games"), one_loop("gallery"));
        let help = "How late a timer of the thread's loop fired: how long the loop was held";
        registry.register_with_unit("loop_lag", help, Unit::Seconds, lag.clone());
        let help = "The longest time the thread's loop was held since the start";
        registry.register_with_unit("loop_lag_max", help, Unit::Seconds, longest.clone());

        let metrics = Metrics {
            journal,
            games_loop,
            gallery_loop,
            webhooks: WebhookMetrics::default(),
            boards: Family::default(),
            connections: Family::default(),
            moves: Family::default(),
            receipt: Histogram::new(TIMES),
            engine_restarts: Counter::default(),
            snapshots: Counter::default(),
            panics: Family::default(),
            refusals: Family::default(),
            log: LogMetrics::default(),
            node: NodeMetrics::default(),
            registry: Arc::default(),
        };
        registry.register("boards", "Boards of the exhibitions that are open or running", metrics.boards.clone());
        registry.register("connections", "WebSockets that are open", metrics.connections.clone());
        registry.register("moves", "Moves stored", metrics.moves.clone());
        let help = "From a move's arrival to its receipt on the way to the socket";
        registry.register_with_unit("receipt", help, Unit::Seconds, metrics.receipt.clone());
        registry.register(
            "engine_restarts",
            "Times that a master's engine was started again",
            metrics.engine_restarts.clone(),
        );
        let help = "Fresh snapshots sent to spectators, at first and in place of events they were too slow for";
        registry.register("snapshots", help, metrics.snapshots.clone());
        let webhooks = &metrics.webhooks;
        registry.register("webhook_tries", "Tries to hand a webhook to a receiver", webhooks.tries.clone());
        registry.register("webhooks_given_up", "Webhooks that no receiver got in the end", webhooks.given_up.clone());
        let help = "Panics that were caught: each is a bug, told of in the log";
        registry.register("panics", help, metrics.panics.clone());
        let help = "What strangers were refused since it was beyond a bound";
        registry.register("refusals", help, metrics.refusals.clone());
        more(&mut registry, &metrics);
        Metrics { registry: Arc::new(registry), ..metrics }
    }

    /// A connection of this role has come; it is gone when the guard is dropped.
    #[must_use]
    pub fn connection(&self, role: &'static str) -> ConnectionGuard {
        let gauge = self.connections.get_or_create(&Role { role }).clone();
        gauge.inc();
        ConnectionGuard(gauge)
    }

    /// A move of the master's or an opponent's was stored.
    pub fn moved(&self, by_master: bool) {
        let side = if by_master { "master" } else { "opponent" };
        self.moves.get_or_create(&Side { side }).inc();
    }

    /// A receipt leaves `elapsed` after its move came in.
    pub fn receipt(&self, elapsed: Duration) {
        self.receipt.observe(elapsed.as_secs_f64());
    }

    /// Engines were started again `times` times.
    pub fn engine_restarted(&self, times: u64) {
        self.engine_restarts.inc_by(times);
    }

    /// A spectator gets a fresh snapshot.
    pub fn snapshot(&self) {
        self.snapshots.inc();
    }

    /// A task of this kind has panicked.
    pub fn panicked(&self, task: &'static str) {
        self.panics.get_or_create(&Task { task }).inc();
    }

    /// Somebody was refused something.
    pub fn refused(&self, reason: &'static str) {
        self.refusals.get_or_create(&Reason { reason }).inc();
    }

    /// How many boards have this status now.
    pub fn boards(&self, status: &'static str, count: usize) {
        let gauge = self.boards.get_or_create(&Status { status }).clone();
        gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// All figures as text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

/// Counts a connection as long as it lives.
#[derive(Debug)]
pub struct ConnectionGuard(Gauge);

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// 50 µs to 10 s.
const TIMES: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.0,
    4.0, 10.0,
];
