//! One client as the guard knows it.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
};

use tracing::warn;

use super::{
    Guard, Reason,
    address::{Household, forwarded, is_proxy},
    table::Known,
};
use crate::doors::token_bucket::TokenBucket;

/// What a token would open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// A seat.
    Seat,
    /// The organiser's rights.
    Organiser,
}

impl Guard {
    /// Lets a connection in that has come from `peer` to `local`, or says why not.
    pub fn admit(&self, peer: IpAddr, local: IpAddr) -> Result<Client, Reason> {
        if self.0.open.load(Ordering::Relaxed) >= self.0.limits.connections {
            return Err(self.refuse(Reason::Connections));
        }
        let (peer, local) = (peer.to_canonical(), local.to_canonical());
        let who = Household::of(peer);
        // Both ends have one address: this machine itself, with its thousands of bots.
        let own = peer == local;
        let counted = !own && !is_proxy(&self.0.limits.proxies, peer);
        if counted {
            self.enter(who)?;
        }
        self.0.open.fetch_add(1, Ordering::Relaxed);
        let place = Place { guard: self.clone(), everybody: true, who: counted.then_some(who) };
        let presence = Presence { peer, who, own, counted, place: Arc::new(place), own_place: None };
        Ok(Client::of(presence))
    }
}

/// A connection that counts, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) guard: Guard,
    /// Whether it is one of all, and not only of its address.
    pub(super) everybody: bool,
    pub(super) who: Option<Household>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.everybody {
            self.guard.0.open.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some(who) = self.who {
            self.guard.addresses().left(who);
        }
    }
}

/// Who is at the other end of a connection, as far as bounds go. The connection counts as long as one of its clones is
/// there. The default is nobody, for whom nothing is counted: for links that come over no network.
#[derive(Debug, Clone, Default)]
pub struct Client(Option<Presence>);

#[derive(Debug, Clone)]
pub(super) struct Presence {
    pub(super) peer: IpAddr,
    pub(super) who: Household,
    /// Whether it is this machine itself, and not somebody for whom it passes a request on.
    pub(super) own: bool,
    /// Whether the bounds for an address hold. They do not for this machine itself, nor for a proxy.
    pub(super) counted: bool,
    pub(super) place: Arc<Place>,
    /// Behind a proxy, the place of the address that the proxy speaks for.
    pub(super) own_place: Option<Arc<Place>>,
}

impl Client {
    pub(super) fn of(presence: Presence) -> Client {
        Client(Some(presence))
    }

    /// Who has made a request with these lines of `X-Forwarded-For`, which count if a trusted proxy has passed it on.
    #[must_use]
    pub fn behind<'a>(&self, lines: impl DoubleEndedIterator<Item = &'a str>) -> Client {
        let Some(presence) = &self.0 else { return self.clone() };
        let shared = &presence.place.guard.0;
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            return self.clone();
        }
        if !is_proxy(&shared.limits.proxies, presence.peer) {
            if !shared.told_of_proxy.swap(true, Ordering::Relaxed) {
                warn!(
                    "a request from {0} speaks of another address; if {0} is your proxy, start the server with \
                     `--trusted-proxy {0}`, or all who come through it count as one",
                    presence.peer
                );
            }
            // Who speaks of others is no bot of this machine's: all of them count as one.
            return Client(Some(Presence { own: false, counted: true, ..presence.clone() }));
        }
        let Some(address) = forwarded(&shared.limits.proxies, lines) else {
            return Client(Some(Presence { own: false, ..presence.clone() }));
        };
        Client(Some(Presence { who: Household::of(address), own: false, counted: true, ..presence.clone() }))
    }

    /// Whether this machine itself is at the other end.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        self.0.as_ref().is_some_and(|presence| presence.own)
    }

    /// Counts a WebSocket that is opened through a proxy for an address; all others were counted when they connected.
    pub fn open(self) -> Result<Client, Reason> {
        let Some(mut presence) = self.0 else { return Ok(self) };
        if presence.counted && presence.place.who.is_none() {
            let guard = presence.place.guard.clone();
            guard.enter(presence.who)?;
            presence.own_place = Some(Arc::new(Place { guard, everybody: false, who: Some(presence.who) }));
        }
        Ok(Client(Some(presence)))
    }

    /// Whether this address may make another request.
    pub fn request(&self) -> Result<(), Reason> {
        self.spend(Reason::Requests, |known| &mut known.requests)
    }

    /// Whether this address may take another seat.
    pub fn join(&self) -> Result<(), Reason> {
        self.spend(Reason::Joins, |known| &mut known.joins)
    }

    fn spend(&self, reason: Reason, bucket: impl Fn(&mut Known) -> &mut TokenBucket) -> Result<(), Reason> {
        match &self.0 {
            Some(presence) if presence.counted => {
                let allowed = self.look(|known| bucket(known).spend()).unwrap_or(true);
                if allowed { Ok(()) } else { Err(self.refuse(reason)) }
            }
            _ => Ok(()),
        }
    }

    /// Whether this address may show a token: it has not shown too many wrong ones. That holds for this machine too.
    pub fn may_show_token(&self, lock: Lock) -> Result<(), Reason> {
        let allowed = self.look(|known| known.tokens(lock).left() >= 1.0).unwrap_or(true);
        if allowed { Ok(()) } else { Err(self.refuse(Reason::BadTokens)) }
    }

    /// The token was a wrong one.
    pub fn showed_bad_token(&self, lock: Lock) {
        self.look(|known| known.tokens(lock).owe());
    }

    fn look<T>(&self, at: impl FnOnce(&mut Known) -> T) -> Option<T> {
        let presence = self.0.as_ref()?;
        let guard = &presence.place.guard;
        Some(at(guard.addresses().get(presence.who, &guard.0.limits.address)))
    }

    /// Counts that this client was refused something.
    pub fn refuse(&self, reason: Reason) -> Reason {
        if let Some(presence) = &self.0 {
            presence.place.guard.refuse(reason);
        }
        reason
    }
}

impl Known {
    fn tokens(&mut self, lock: Lock) -> &mut TokenBucket {
        match lock {
            Lock::Seat => &mut self.seat_tokens,
            Lock::Organiser => &mut self.organiser_tokens,
        }
    }
}
