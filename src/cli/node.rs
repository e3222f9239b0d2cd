//! `simultan gallery`: shows the halls of a log, read-only.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    net::{SocketAddr, TcpListener},
};

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{gallery_thread::spawn_gallery, relay_args::GalleryArgs};
use crate::{
    base::{hall_name::HallName, metrics::Metrics, secret::SecretSource},
    doors::{
        limits::{Guard, parse_public_address},
        served::Served,
    },
    gallery::{self, Branch, Branches, NodePremises},
    journal::{Archive, feed::Follower},
    record::{event::ExhibitionId, signal::Signal},
    relay::{Copies, CopiesError, FollowError, Following, LinkError, Node, Showing},
    rules::BoardNo,
};

/// Why a node does not start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub(super) enum NodeError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Copies(#[from] CopiesError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error("{address} can't be listened on ({error}); choose another with --bind")]
    Bind { address: SocketAddr, error: io::Error },
    #[error("the system gives no random numbers, which secrets are made of: {0}")]
    Entropy(#[from] getrandom::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("the gallery's thread has ended: {0}")]
    Gallery(String),
}

/// Shows the log's halls until `stop`.
pub(super) async fn run(args: GalleryArgs, stop: CancellationToken) -> Result<(), NodeError> {
    let link = args.link()?;
    let secrets = SecretSource::from_system()?;
    let listener = TcpListener::bind(args.bind).map_err(|error| NodeError::Bind { address: args.bind, error })?;
    let address = listener.local_addr()?;
    let copies = Copies::new(args.database.as_deref())?;
    let metrics = Metrics::of_a_node();
    let guard = Guard::new(args.visitors.limits(args.max_spectators), 0, metrics.clone()).with_halls();
    let served = gallery::shut(guard.clone());
    let gallery = spawn_gallery(listener, served.clone(), guard.clone(), stop.clone())?;
    let in_vain = stop.clone().drop_guard();
    let branches = Branches::new(NodePremises {
        metrics: metrics.clone(),
        metrics_for: args.metrics_for,
        guard,
        address,
        public: args.visitors.public_address.clone(),
        stop: stop.clone(),
        runtime: gallery.runtime.clone(),
    });
    let showing = Pages { branches, halls: BTreeMap::new(), served };
    let node = Node::new(Following { link, copies, showing, metrics: metrics.node, secrets }).await?;
    in_vain.disarm();
    say(address);
    let outcome = node.follow(stop.clone()).await;
    info!("stopping");
    stop.cancel();
    gallery.join().map_err(NodeError::Gallery)?;
    Ok(outcome?)
}

/// Says where the halls are shown.
fn say(address: SocketAddr) {
    let mut out = io::stdout().lock();
    // Nobody may be listening, which is no reason to stop.
    let _ = writeln!(out, "\n  Halls        http://{address}/\n");
    let _ = out.flush();
}

/// The pages that show the halls.
struct Pages {
    branches: Branches,
    halls: BTreeMap<HallName, Branch>,
    served: Served,
}

impl Showing for Pages {
    fn ready(&mut self) {
        self.branches.serve(&self.served);
    }

    fn opened(&mut self, hall: &HallName, follower: Follower, archive: Archive) {
        let branch = self.branches.open(hall.clone(), follower, archive);
        self.halls.insert(hall.clone(), branch);
    }

    fn found_at(&mut self, hall: &HallName, address: Option<&str>) {
        let Some(branch) = self.halls.get(hall) else { return };
        let origin = address.map(parse_public_address).transpose();
        branch.found_at(origin.unwrap_or_else(|_| {
            warn!(%hall, "the hall says that it is found at what is no address of a web server");
            None
        }));
    }

    fn signal(&mut self, hall: &HallName, signal: Signal) {
        if let Some(branch) = self.halls.get(hall) {
            branch.signal(signal);
        }
    }

    fn forgotten(&mut self, hall: &HallName, exhibition: ExhibitionId, board: BoardNo) {
        if let Some(branch) = self.halls.get(hall) {
            branch.forgotten(exhibition, board);
        }
    }

    fn log_lost(&mut self, since: Option<u64>) {
        self.branches.log_lost(since);
    }
}
