//! Whom an address stands for, and whom a proxy speaks for. Pure.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// Who counts as one: an IPv4 address, or the IPv6 network of 64 bits that a household or a machine is given whole. In a
/// hall's own network, whose machines all share one, it is the whole address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Household(IpAddr);

impl Household {
    pub(super) fn of(address: IpAddr) -> Household {
        match address.to_canonical() {
            IpAddr::V6(near) if near.is_unicast_link_local() || near.is_unique_local() => Household(near.into()),
            IpAddr::V6(address) => Household(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            v4 => Household(v4),
        }
    }
}

/// Addresses that begin alike, like `10.0.0.0/8`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// Why a text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is an IP address like 10.0.0.1, or a network like 10.0.0.0/8 or fd00::/8")]
pub struct ParseNetworkError;

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Network, ParseNetworkError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| ParseNetworkError)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse().ok().filter(|&bits| bits <= most).ok_or(ParseNetworkError)?,
            None => most,
        };
        Ok(Network { address, bits })
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        let differ = |one: u128, other: u128, width: u32| {
            // Shifting everything out is no shift.
            (one ^ other).checked_shr(width - self.bits).unwrap_or(0) != 0
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => !differ(one.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(one), IpAddr::V6(other)) => !differ(one.to_bits(), other.to_bits(), 128),
            _ => false,
        }
    }
}

/// Whether `address` is one of the proxies.
pub(super) fn is_proxy(proxies: &[Network], address: IpAddr) -> bool {
    proxies.iter().any(|network| network.contains(address))
}

/// For whom proxies have passed a request on, by the entries of `X-Forwarded-For` in the order they were added: the last
/// one that is no proxy of ours. What stands before it was written by a stranger.
pub(super) fn forwarded<'a>(proxies: &[Network], lines: impl DoubleEndedIterator<Item = &'a str>) -> Option<IpAddr> {
    let mut last = None;
    for entry in lines.rev().flat_map(|line| line.rsplit(',')) {
        let entry = entry.trim();
        let address = entry.parse().ok().or_else(|| entry.parse().ok().map(|address: SocketAddr| address.ip()));
        let Some(address) = address else { break };
        last = Some(address);
        if !is_proxy(proxies, address) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_household_has_one_v4_address_or_a_v6_network() {
        let same = |one, other| Household::of(address(one)) == Household::of(address(other));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(same("2001:db8::1", "2001:db8::ffff:1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(!same("fe80::1", "fe80::2") && !same("fd00::1", "fd00::2"));
        assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1"));
    }

    #[test]
    fn a_network_is_what_begins_alike() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.2"),
            ("0.0.0.0/0", "198.51.100.7", "::1"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::/0", "2001:db8::1", "10.0.0.1"),
            ("192.0.2.128/25", "::ffff:192.0.2.200", "192.0.2.127"),
        ] {
            let network: Network = network.parse().expect("a network");
            assert!(network.contains(address(inside)) && !network.contains(address(outside)), "{network:?}");
        }
        for nonsense in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/-1", "proxy.example.org", "10.0.0.0/8/8"] {
            assert_eq!(nonsense.parse::<Network>(), Err(ParseNetworkError), "{nonsense:?}");
        }
    }

    #[test]
    fn a_client_cannot_write_its_own_address() {
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        for (lines, client) in [
            (&["192.0.2.7"][..], Some("192.0.2.7")),
            (&["198.51.100.9, 192.0.2.7"], Some("192.0.2.7")),
            (&["198.51.100.9", "192.0.2.7, 10.0.0.2"], Some("192.0.2.7")),
            (&["nonsense, 192.0.2.7:1234"], Some("192.0.2.7")),
            (&["192.0.2.7, nonsense, 10.0.0.2"], Some("10.0.0.2")),
            (&["10.0.0.3"], Some("10.0.0.3")),
            (&["[2001:db8::1]:80"], Some("2001:db8::1")),
            (&["unknown"], None),
            (&[], None),
        ] {
            assert_eq!(forwarded(&proxies, lines.iter().copied()), client.map(address), "{lines:?}");
        }
    }
}
