//! The guard: counts what there is, and says no beyond a bound.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tracing::warn;

use super::{
    address::Household,
    files,
    origin::{Foreign, Names, Origins},
    reason::Reason,
    settings::Limits,
    table::Table,
};
use crate::base::metrics::Metrics;

/// File handles for everything but clients: the database, engines, the server's own ends.
const OTHER_FILES: usize = 128;
/// How often the log tells of refusals of one kind.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// The guard. Cloning gives another handle to the same one.
#[derive(Debug, Clone)]
pub struct Guard(pub(super) Arc<Shared>, Names);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) limits: Limits,
    origins: Origins,
    metrics: Metrics,
    /// Open connections, and those of spectators among them.
    pub(super) open: AtomicUsize,
    spectators: AtomicUsize,
    /// Held for a look, by either thread, and never while waiting.
    addresses: Mutex<Table>,
    /// When the log last told of refusals of a kind, and how many there were since.
    told: Mutex<BTreeMap<Reason, (Instant, u64)>>,
    pub(super) told_of_proxy: AtomicBool,
}

impl Guard {
    /// A guard who knows this machine: its name, and how many files it lets the process open. `own` are file handles
    /// that the server itself will need for its bots.
    #[must_use]
    pub fn new(mut limits: Limits, own: usize, metrics: Metrics) -> Guard {
        let others = OTHER_FILES + own;
        if let Some(files) = files::handles(limits.connections + others) {
            let room = files.saturating_sub(others).max(1);
            if room < limits.connections {
                warn!(
                    "the system lets this process open {files} files, so there can be {room} connections, not {}; \
                     `ulimit -n` raises that",
                    limits.connections
                );
                limits.connections = room;
            }
        }
        limits.for_players = limits.for_players.min(limits.connections / 2);
        let hostname = rustix::system::uname().nodename().to_str().ok().map(str::to_owned);
        let origins = Origins { allowed: limits.origins.clone(), hostname };
        let shared = Shared {
            limits,
            origins,
            metrics,
            open: AtomicUsize::new(0),
            spectators: AtomicUsize::new(0),
            addresses: Mutex::default(),
            told: Mutex::default(),
            told_of_proxy: AtomicBool::new(false),
        };
        Guard(Arc::new(shared), Names::Known)
    }

    /// The same guard for what shows many halls: each has its name in front of the server's.
    #[must_use]
    pub fn with_halls(&self) -> Guard {
        Guard(self.0.clone(), Names::WithHalls)
    }

    /// How much there may be.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Counts a connection of an address.
    pub(super) fn enter(&self, who: Household) -> Result<(), Reason> {
        let limits = &self.0.limits.address;
        let mut addresses = self.addresses();
        let known = addresses.get(who, limits);
        let refused = if !known.connections.spend() {
            Reason::AddressRate
        } else if known.open >= limits.connections {
            Reason::AddressConnections
        } else {
            known.open += 1;
            return Ok(());
        };
        drop(addresses);
        Err(self.refuse(refused))
    }

    /// A place for a spectator, of whom the exhibition has `present`.
    pub fn spectator(&self, present: usize) -> Result<SpectatorPlace, Reason> {
        let limits = &self.0.limits;
        let place = SpectatorPlace::take(self);
        let all = self.0.spectators.load(Ordering::Relaxed);
        if present >= limits.spectators || all > limits.connections - limits.for_players {
            return Err(self.refuse(Reason::Spectators));
        }
        Ok(place)
    }

    /// Whether another exhibition may be opened beside `open` ones.
    pub fn exhibition(&self, open: usize) -> Result<(), Reason> {
        if open < self.0.limits.exhibitions { Ok(()) } else { Err(self.refuse(Reason::Exhibitions)) }
    }

    /// Whether a request with these headers `Origin` and `Host` is a page's of ours, or a program's; `any_name` where a
    /// program may call the server what it likes.
    pub fn origin(&self, origin: Option<&str>, host: Option<&str>, any_name: bool) -> Result<(), Foreign> {
        self.0.origins.check(origin, host, any_name, self.1).inspect_err(|_| {
            self.refuse(Reason::Origin);
        })
    }

    /// There is no room for another long answer.
    pub fn no_room(&self) -> Reason {
        self.refuse(Reason::Answers)
    }

    /// Counts a refusal, and tells of it in the log, but not of each.
    pub(super) fn refuse(&self, reason: Reason) -> Reason {
        self.0.metrics.refused(reason.as_str());
        let now = Instant::now();
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match told.get_mut(&reason) {
            Some((at, since)) if now - *at < TOLD_EVERY => {
                *since += 1;
                return reason;
            }
            known => known.map_or(0, |(_, since)| *since),
        };
        told.insert(reason, (now, 0));
        drop(told);
        let option = reason.option();
        warn!(reason = reason.as_str(), since, option, "somebody was refused something; told once a minute");
        reason
    }

    pub(super) fn addresses(&self) -> MutexGuard<'_, Table> {
        self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A spectator who counts, until it is dropped.
#[derive(Debug)]
pub struct SpectatorPlace(Guard);

impl SpectatorPlace {
    fn take(guard: &Guard) -> SpectatorPlace {
        guard.0.spectators.fetch_add(1, Ordering::Relaxed);
        SpectatorPlace(guard.clone())
    }
}

impl Drop for SpectatorPlace {
    fn drop(&mut self) {
        self.0.0.spectators.fetch_sub(1, Ordering::Relaxed);
    }
}
