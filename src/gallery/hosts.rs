//! Which hall a request is for: the first label of its `Host` says so, since pages have absolute addresses. Pure. The header
//! comes from outside, and is taken for no more than a name to look up.

use std::net::IpAddr;

use crate::base::hall_name::HallName;

/// The longest name that the DNS has, and a port behind it.
const LONGEST: usize = 255 + ":65535".len();

/// A `Host` header, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// In lower case, without the dot of the root, an IPv6 address without its brackets.
    name: String,
    /// With its colon, or nothing.
    port: String,
}

impl Host {
    /// Reads the header; `None` where it is none that a browser sends.
    pub(super) fn read(header: &str) -> Option<Host> {
        if header.len() > LONGEST {
            return None;
        }
        let (name, port) = match header.strip_prefix('[') {
            Some(bracketed) => bracketed.split_once(']')?,
            None => header.split_at(header.find(':').unwrap_or(header.len())),
        };
        let digits = port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok());
        if !port.is_empty() && !digits {
            return None;
        }
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte);
        let fine = !name.is_empty() && name.bytes().all(plain);
        fine.then(|| Host { name, port: port.to_owned() })
    }

    /// Whether both are one machine's name, whatever the ports.
    pub(super) fn is_the_same(&self, other: &Host) -> bool {
        self.name == other.name
    }

    fn address(&self) -> Option<IpAddr> {
        self.name.parse().ok()
    }

    /// The hall that it names, if it may be one: a hall's name, and something behind it.
    pub(super) fn hall(&self) -> Option<HallName> {
        if self.address().is_some() {
            return None;
        }
        self.name.split_once('.')?.0.parse().ok()
    }

    /// Where a hall is found that is asked for beside this one: at the same host, with the hall's name in front, or in place
    /// of that of `present`, the hall that is meant now. Numbers have no names in front of them; a machine's own number is
    /// as good as `localhost`.
    pub(super) fn of_hall(&self, hall: &HallName, present: Option<&HallName>) -> Option<String> {
        let Host { name, port } = self;
        let parent = match self.address() {
            Some(address) if address.is_loopback() => "localhost",
            Some(_) => return None,
            None => match present {
                Some(present) => name.strip_prefix(present.as_str()).and_then(|rest| rest.strip_prefix('.'))?,
                None => name,
            },
        };
        Some(format!("{hall}.{parent}{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hall(text: &str) -> HallName {
        text.parse().expect("a hall's name")
    }

    #[test]
    fn the_first_label_is_the_hall() {
        for host in [
            "club7.simuls.example.org",
            "club7.localhost:8000",
            "CLUB7.Simuls.Example.ORG",
            "club7.simuls.example.org.",
            "club7.simuls.example.org.:443",
            "club7.x",
        ] {
            assert_eq!(Host::read(host).and_then(|host| host.hall()), Some(hall("club7")), "{host}");
        }
        for host in [
            "club7",
            "club7:8000",
            "club7.",
            "localhost:8000",
            "",
            ".",
            ".club7.example",
            "-club7.example",
            "club 7.example",
            "club7.example/..",
            "club7.example:port",
            "club7.example:99999",
            "club7.example:8000:8000",
            "@club7.example",
            // Numbers are no names, though 10 would be one.
            "10.0.0.7:8000",
            "127.0.0.1",
            "[::1]:8000",
            "[fe80::1%eth0]",
            "[::ffff:10.0.0.7]",
            "[::1",
            "::1",
            "clüb7.example",
        ] {
            assert_eq!(Host::read(host).and_then(|host| host.hall()), None, "{host}");
        }
    }

    #[test]
    fn what_is_longer_than_a_name_can_be_is_none() {
        let long = format!("club7.{}", "a.".repeat(200));
        assert_eq!(Host::read(&long), None);
        assert!(Host::read(&format!("club7.{}", "a.".repeat(100))).is_some());
        let label = format!("{}.example", "a".repeat(33));
        assert_eq!(Host::read(&label).and_then(|host| host.hall()), None);
    }

    #[test]
    fn a_hall_stands_in_front_of_the_same_host() {
        let at =
            |host: &str, present: Option<&str>| Host::read(host)?.of_hall(&hall("club7"), present.map(hall).as_ref());
        for (host, present, found) in [
            ("simuls.example.org", None, Some("club7.simuls.example.org")),
            ("Simuls.example.org.:8000", None, Some("club7.simuls.example.org:8000")),
            ("localhost:8000", None, Some("club7.localhost:8000")),
            ("lyon.simuls.example.org", Some("lyon"), Some("club7.simuls.example.org")),
            ("127.0.0.1:8000", None, Some("club7.localhost:8000")),
            ("[::1]:8000", None, Some("club7.localhost:8000")),
            ("192.168.1.5:8000", None, None),
            ("[2001:db8::5]", None, None),
        ] {
            assert_eq!(at(host, present).as_deref(), found, "{host}");
        }
    }
}
