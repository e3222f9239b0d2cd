//! What is remembered of each address: a little, for a while, and never of more than so many.

use std::collections::HashMap;

use super::{AddressLimits, address::Household};
use crate::doors::token_bucket::TokenBucket;

/// How many addresses are remembered that have no connection. With more of them, which takes an attack, all are forgotten
/// and begin anew: what they could do then they could have done anyway.
const MOST: usize = 16_384;

/// One address.
#[derive(Debug)]
pub(super) struct Known {
    /// Its open connections.
    pub(super) open: usize,
    pub(super) connections: TokenBucket,
    pub(super) requests: TokenBucket,
    pub(super) joins: TokenBucket,
    /// Wrong tokens, for a seat and for the organiser's rights: who guesses at one keeps nobody from the other.
    pub(super) seat_tokens: TokenBucket,
    pub(super) organiser_tokens: TokenBucket,
}

impl Known {
    fn new(limits: &AddressLimits) -> Known {
        Known {
            open: 0,
            connections: TokenBucket::at(limits.connections_rate),
            requests: TokenBucket::at(limits.requests),
            joins: TokenBucket::at(limits.joins),
            seat_tokens: TokenBucket::at(limits.bad_tokens),
            organiser_tokens: TokenBucket::at(limits.bad_tokens),
        }
    }

    /// Whether nothing is lost when it is forgotten.
    fn is_as_new(&mut self) -> bool {
        let buckets = [
            &mut self.connections,
            &mut self.requests,
            &mut self.joins,
            &mut self.seat_tokens,
            &mut self.organiser_tokens,
        ];
        self.open == 0 && buckets.into_iter().all(TokenBucket::is_full)
    }
}

/// Every address that is remembered.
#[derive(Debug, Default)]
pub(super) struct Table(HashMap<Household, Known>);

impl Table {
    /// One address, remembered from now on.
    pub(super) fn get(&mut self, who: Household, limits: &AddressLimits) -> &mut Known {
        if self.0.len() >= MOST && !self.0.contains_key(&who) {
            self.tidy();
        }
        self.0.entry(who).or_insert_with(|| Known::new(limits))
    }

    /// A connection of this address has ended.
    pub(super) fn left(&mut self, who: Household) {
        if let Some(known) = self.0.get_mut(&who) {
            known.open = known.open.saturating_sub(1);
        }
    }

    fn tidy(&mut self) {
        self.0.retain(|_, known| !known.is_as_new());
        // So that the next thousands of strangers don't each cost a look at all.
        if self.0.len() > MOST / 2 {
            self.0.retain(|_, known| known.open > 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::doors::limits::{a_minute, a_second};

    #[tokio::test(start_paused = true)]
    async fn a_million_strangers_cost_no_more_than_some_thousands() {
        let mut table = Table::default();
        let (fast, slow) = (a_second(50), a_minute(10));
        let limits =
            AddressLimits { connections: 9, connections_rate: fast, requests: fast, joins: slow, bad_tokens: slow };
        let who = |number: u32| Household::of(Ipv4Addr::from_bits(number).into());
        for number in 0..100 {
            table.get(who(number), &limits).open = 1;
        }
        for number in 0..1_000_000 {
            table.get(who(number), &limits).seat_tokens.owe();
            assert!(table.0.len() <= MOST);
        }
        assert!((0..100).all(|number| table.get(who(number), &limits).open == 1), "who is here is not forgotten");
    }
}
