//! Under which addresses a server is reached: by its own machine, and by others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// The address under which this machine reaches a server that listens on `address`.
#[must_use]
pub fn local(address: SocketAddr) -> IpAddr {
    match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    }
}

/// Where other machines of the network reach a server that listens on `address`, best first, like
/// `http://192.168.1.5:8000`; nowhere if it listens to its own machine alone. Asks the system, which takes a moment.
#[must_use]
pub fn from_elsewhere(address: SocketAddr) -> Vec<String> {
    let origin = |ip: IpAddr| format!("http://{}", SocketAddr::new(ip, address.port()));
    let ip = address.ip();
    if !ip.is_unspecified() {
        return if ip.is_loopback() { Vec::new() } else { vec![origin(ip)] };
    }
    let way_out = way_out();
    let mut found: Vec<_> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(ip) if !ip.is_loopback() => Some((rank(&interface.name, ip, way_out), ip)),
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup_by_key(|(_, ip)| *ip);
    found.into_iter().map(|(_, ip)| origin(ip.into())).collect()
}

/// The address with which this machine would speak to the world: that of the network which people are on. Nothing is
/// sent for it.
fn way_out() -> Option<Ipv4Addr> {
    /// Of a network kept for documentation, which is as far away as any.
    const FAR: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(FAR).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(_) => None,
    }
}

/// How likely people are to be on that network, the likeliest first.
fn rank(interface: &str, ip: Ipv4Addr, way_out: Option<Ipv4Addr>) -> u8 {
    /// How the interfaces of containers, virtual machines and tunnels are called.
    const INSIDE: [&str; 9] = ["docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "wg", "podman"];
    if ip.is_link_local() {
        4
    } else if INSIDE.iter().any(|name| interface.starts_with(name)) {
        3
    } else if way_out == Some(ip) {
        0
    } else if ip.is_private() {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_to_its_own_machine_is_reached_from_nowhere_else() {
        for listens in ["127.0.0.1:8000", "[::1]:8000"] {
            assert_eq!(from_elsewhere(listens.parse().expect("an address")), Vec::<String>::new());
        }
    }

    #[test]
    fn one_that_listens_on_one_address_is_reached_there() {
        let of = |listens: &str| from_elsewhere(listens.parse().expect("an address"));
        assert_eq!(of("192.168.1.5:8000"), ["http://192.168.1.5:8000"]);
        assert_eq!(of("[2001:db8::5]:80"), ["http://[2001:db8::5]:80"]);
    }

    #[test]
    fn the_halls_network_comes_before_those_inside_the_machine() {
        let ip = |text: &str| text.parse::<Ipv4Addr>().expect("an address");
        let way_out = Some(ip("10.1.2.3"));
        let mut found = [
            ("eth0", "169.254.3.4"),
            ("docker0", "172.17.0.1"),
            ("eth1", "203.0.113.7"),
            ("wlan1", "192.168.1.5"),
            ("wlan0", "10.1.2.3"),
        ];
        let before = found;
        found.sort_by_key(|(interface, address)| rank(interface, ip(address), way_out));
        assert!(found.iter().eq(before.iter().rev()), "{found:?}");
    }
}
