//! The halls that a node shows, and what it is told of each from the outside.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use tokio::{runtime::Handle, sync::Mutex as AsyncMutex};
use tokio_util::sync::CancellationToken;

use super::{
    distant::Distant,
    elsewhere,
    forecast_cache::ForecastCache,
    hosts::Host,
    hub::Hub,
    large_answers::LargeAnswers,
    viewing::{Looking, MetricsFor, Viewing},
};
use crate::{
    base::{catch_panic::catch_panic, hall_name::HallName, metrics::Metrics},
    doors::limits::{Guard, Origin},
    journal::{Archive, feed::Follower},
    record::{event::ExhibitionId, signal::Signal},
    rules::BoardNo,
};

/// What a node is given.
#[derive(Debug)]
pub struct NodePremises {
    /// What is counted, of all halls together.
    pub metrics: Metrics,
    /// Who may see it; there is no organiser here.
    pub metrics_for: MetricsFor,
    /// Who may come in, and how many, to all halls together. What says "not yet" before them should have it
    /// [`with_halls`](Guard::with_halls) too.
    pub guard: Guard,
    /// Where the node listens.
    pub address: SocketAddr,
    /// Where people find it, if that is another address; halls stand in front of its host.
    pub public: Option<Origin>,
    /// The node stops.
    pub stop: CancellationToken,
    /// Where what goes on beside answering runs.
    pub runtime: Handle,
}

/// The halls that a node shows. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub struct Branches(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    premises: NodePremises,
    forecasts: Arc<ForecastCache>,
    large_answers: Arc<LargeAnswers>,
    /// Held for a look or a change, never while waiting.
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    halls: BTreeMap<HallName, Branch>,
    /// Since when what they all come by is not reached, in Unix milliseconds.
    log_lost: Option<u64>,
}

/// One hall at a node. Cloning gives another handle to the same.
#[derive(Debug, Clone)]
pub struct Branch {
    viewing: Viewing,
    pub(super) router: Router,
}

impl Branches {
    /// A node that knows no hall yet.
    #[must_use]
    pub fn new(premises: NodePremises) -> Branches {
        let premises = NodePremises { guard: premises.guard.with_halls(), ..premises };
        let (forecasts, large_answers, known) = <_>::default();
        Branches(Arc::new(Shared { premises, forecasts, large_answers, known }))
    }

    /// From now on there is this hall, as `follower` tells of it and `archive` has it. One of the same name that was there
    /// before ends: who watches it comes back to this one.
    pub fn open(&self, hall: HallName, follower: Follower, archive: Archive) -> Branch {
        let NodePremises { metrics, metrics_for, guard, address, public, stop, runtime } = &self.0.premises;
        let mut known = self.known();
        let viewing = Viewing(Arc::new(Looking {
            hub: Hub::new(follower),
            forecasts: self.0.forecasts.clone(),
            archive: AsyncMutex::new(archive),
            metrics: metrics.clone(),
            metrics_for: *metrics_for,
            guard: guard.clone(),
            large_answers: self.0.large_answers.clone(),
            address: *address,
            public: public.clone(),
            stop: stop.child_token(),
            organiser: None,
            distant: Some(Distant::new(hall.clone(), known.log_lost)),
        }));
        let follows = viewing.clone();
        runtime.spawn(async move {
            let following = async {
                // What it was taking in is lost to the pages until the next start, and to nothing else: the rest goes on.
                while catch_panic("gallery", &follows.metrics, follows.hub.follow()).await.is_err() {}
            };
            tokio::select! {
                biased;
                () = follows.stop.cancelled() => {}
                () = following => {}
            }
        });
        let branch = Branch { router: elsewhere::router(viewing.clone()), viewing };
        if let Some(before) = known.halls.insert(hall, branch.clone()) {
            before.viewing.stop.cancel();
        }
        branch
    }

    /// What all halls come by is not reached since then, in Unix milliseconds, so that none of them is heard; or it is
    /// reached again.
    pub fn log_lost(&self, since: Option<u64>) {
        let mut known = self.known();
        known.log_lost = since;
        known.halls.values().for_each(|branch| branch.distant().log_lost(since));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn premises(&self) -> &NodePremises {
        &self.0.premises
    }

    /// All halls, by their names.
    pub(super) fn all(&self) -> Vec<Branch> {
        self.known().halls.values().cloned().collect()
    }

    /// The hall that a host names. That of the node's own address names none, whatever halls there are.
    pub(super) fn named(&self, host: Option<&Host>) -> Option<HallName> {
        let host = host?;
        let own = self.0.premises.public.as_ref().and_then(|public| Host::read(&public.authority()));
        if own.is_some_and(|own| own.is_the_same(host)) { None } else { host.hall() }
    }

    /// The hall that a name means: the one that is called so, and where there is but one, that one by any name.
    pub(super) fn find(&self, named: Option<&HallName>) -> Option<Branch> {
        let known = self.known();
        let only = || known.halls.values().next().filter(|_| known.halls.len() == 1);
        named.and_then(|name| known.halls.get(name)).or_else(only).cloned()
    }
}

impl Branch {
    /// Where the hall itself is, where one sits down, as far as it has said so: an origin of http or https.
    pub fn found_at(&self, address: Option<Origin>) {
        self.distant().found_at(address);
    }

    /// Whether the hall is heard from now on.
    pub fn signal(&self, signal: Signal) {
        self.distant().signal(signal);
    }

    /// Whoever sits at `board` has another name: what was sent to spectators before is not kept.
    pub fn forgotten(&self, id: ExhibitionId, board: BoardNo) {
        self.viewing.hub.forget(id, board);
    }

    pub(super) fn viewing(&self) -> &Viewing {
        &self.viewing
    }

    pub(super) fn distant(&self) -> &Distant {
        self.viewing.distant.as_ref().expect("a branch shows a hall that is elsewhere")
    }
}
