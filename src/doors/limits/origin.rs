//! Whose pages may speak to the server, and under which names it answers. Pure.
//!
//! A page from elsewhere must not play in a visitor's name, and a name that its owner has pointed at this server (DNS
//! rebinding) must not make such a page look like ours. So a name counts as ours if no stranger can own it.

use std::{fmt, net::IpAddr, str::FromStr};

use crate::base::hall_name::HallName;

/// Where a page comes from, like `https://simul.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    at: Authority,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Authority {
    /// In lower case, an IPv6 address without its brackets.
    host: String,
    port: Option<u16>,
}

/// Why a text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is written like https://simul.example.org or http://simul.example.org:8000, without a path")]
pub struct ParseOriginError;

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Origin, ParseOriginError> {
        let (scheme, at) = text.split_once("://").ok_or(ParseOriginError)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let at = Authority::read(at).filter(|_| !scheme.is_empty() && scheme.chars().all(plain));
        Ok(Origin { scheme: scheme.to_ascii_lowercase(), at: at.ok_or(ParseOriginError)? })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Authority { host, port } = &self.at;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        match port {
            Some(port) => write!(f, "{}://{host}:{port}", self.scheme),
            None => write!(f, "{}://{host}", self.scheme),
        }
    }
}

/// Where people find the server, like `https://simul.example.org`: an origin of http or https; a `/` behind it does no harm.
pub fn parse_public_address(text: &str) -> Result<Origin, String> {
    let origin: Origin =
        text.strip_suffix('/').unwrap_or(text).parse().map_err(|error: ParseOriginError| error.to_string())?;
    match origin.usual_port() {
        Some(_) => Ok(origin),
        None => Err(format!("browsers find it at http or https, not at {}", origin.scheme)),
    }
}

impl Origin {
    /// Whether browsers open pages there: by http or https.
    #[must_use]
    pub fn is_of_pages(&self) -> bool {
        self.usual_port().is_some()
    }

    /// The host and port, as a request's `Host` has them.
    #[must_use]
    pub fn authority(&self) -> String {
        self.to_string().split_once("://").map(|(_, at)| at.to_owned()).unwrap_or_default()
    }

    /// What a missing port stands for.
    fn usual_port(&self) -> Option<u16> {
        match &*self.scheme {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        }
    }

    fn port_of(&self, at: &Authority) -> Option<u16> {
        at.port.or(self.usual_port())
    }

    fn same(&self, other: &Origin) -> bool {
        self.scheme == other.scheme && self.is_at(&other.at)
    }

    fn is_at(&self, at: &Authority) -> bool {
        self.at.host == at.host && self.port_of(&self.at) == self.port_of(at)
    }
}

impl Authority {
    fn read(text: &str) -> Option<Authority> {
        let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(bracketed) => {
                let (host, rest) = bracketed?;
                (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
            }
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let plain = |c: char| c.is_alphanumeric() || "-._~:%".contains(c);
        (!host.is_empty() && host.chars().all(plain)).then_some(Authority { host, port })
    }

    /// What is left of a name that has a hall's in front.
    fn below_hall(&self) -> Option<Authority> {
        let (label, host) = self.host.split_once('.')?;
        label.parse::<HallName>().ok()?;
        Some(Authority { host: host.to_owned(), port: self.port })
    }

    /// Whether the name is one that the public DNS can't be made to answer for.
    fn is_local(&self) -> bool {
        const ENDINGS: [&str; 5] = [".localhost", ".local", ".lan", ".home.arpa", ".internal"];
        let is_address = self.host.parse::<IpAddr>().is_ok();
        is_address || !self.host.contains('.') || ENDINGS.iter().any(|ending| self.host.ends_with(ending))
    }
}

/// One word of the setting: an origin, or `*` for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// Everybody's pages, and every name.
    All,
    /// These pages, and this name.
    One(Origin),
}

impl FromStr for Allowed {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Allowed, ParseOriginError> {
        if text == "*" { Ok(Allowed::All) } else { text.parse().map(Allowed::One) }
    }
}

/// Which names count as the server's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Those it knows.
    Known,
    /// These, and each with a hall's name in front: whoever owns a name owns what is below it.
    WithHalls,
}

/// Whose pages may speak to the server.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Beside the server's own.
    pub allowed: Vec<Allowed>,
    /// What this machine calls itself.
    pub hostname: Option<String>,
}

/// Why a request is refused: the sentences tell the organiser what to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// Another site's page has made it.
    Page(String),
    /// It was made to a name that is not known to be the server's.
    Name(String),
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Foreign::Page(origin) => write!(
                f,
                "pages of {origin:?} may not speak to this server; if they are its own, start it with `--allow-origin \
                 ORIGIN`, their address up to the path"
            ),
            Foreign::Name(host) => write!(
                f,
                "this server does not know {host:?} as its own name; if it is, start it with `--allow-origin ORIGIN`, \
                 like https://simul.example.org"
            ),
        }
    }
}

/// What of a stranger's words is repeated.
const REPEATED: usize = 80;

impl Origins {
    /// Checks the headers `Origin` and `Host`; with `any_name`, what has no origin is a program's, which may use any name.
    pub fn check(&self, origin: Option<&str>, host: Option<&str>, any_name: bool, names: Names) -> Result<(), Foreign> {
        if self.allowed.contains(&Allowed::All) {
            return Ok(());
        }
        let short = |text: &str| text.chars().take(REPEATED).collect();
        let at = host.and_then(Authority::read);
        match (origin, host) {
            (Some(text), _) => {
                let own = text
                    .parse()
                    .is_ok_and(|origin| self.knows(&origin) || at.is_some_and(|at| self.is_own(&origin, &at, names)));
                if own { Ok(()) } else { Err(Foreign::Page(short(text))) }
            }
            (None, Some(text)) if !any_name => {
                let own = at.is_some_and(|at| self.answers_to(&at, names));
                if own { Ok(()) } else { Err(Foreign::Name(short(text))) }
            }
            _ => Ok(()),
        }
    }

    fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.allowed.iter().filter_map(|allowed| match allowed {
            Allowed::One(origin) => Some(origin),
            Allowed::All => None,
        })
    }

    fn knows(&self, origin: &Origin) -> bool {
        self.origins().any(|known| known.same(origin))
    }

    fn is_own(&self, origin: &Origin, at: &Authority, names: Names) -> bool {
        let ours = self.is_ours(at) || self.is_halls(at, names);
        ["http", "https"].contains(&&*origin.scheme) && origin.is_at(at) && ours
    }

    fn is_ours(&self, at: &Authority) -> bool {
        at.is_local() || self.hostname.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&at.host))
    }

    fn answers_to(&self, at: &Authority, names: Names) -> bool {
        self.is_ours(at) || self.origins().any(|known| known.at.host == at.host) || self.is_halls(at, names)
    }

    /// Whether it is a name that it was told of, with a hall's in front. What has no dot may be what all names end in.
    fn is_halls(&self, at: &Authority, names: Names) -> bool {
        let known = |below: Authority| {
            let own = self.hostname.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&below.host));
            own && below.host.contains('.') || self.origins().any(|known| known.at.host == below.host)
        };
        names == Names::WithHalls && at.below_hall().is_some_and(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_read_and_told_as_it_is_written() {
        for text in ["https://simul.example.org", "http://simul.example.org:8000", "http://[2001:db8::5]:8000"] {
            assert_eq!(parse_public_address(text).map(|origin| origin.to_string()), Ok(text.to_owned()));
            assert_eq!(parse_public_address(&format!("{text}/")).map(|origin| origin.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "simul.example.org", "https://simul.example.org/chess", "https://", "ftp://simul.example.org"]
        {
            assert!(parse_public_address(text).is_err(), "{text:?}");
        }
    }

    fn origins(allowed: &[&str]) -> Origins {
        let allowed = allowed.iter().map(|text| text.parse().expect("an origin")).collect();
        Origins { allowed, hostname: Some("simul.club.example".to_owned()) }
    }

    #[test]
    fn the_servers_own_pages_are_let_in_under_names_that_no_stranger_owns() {
        let by_default = origins(&[]);
        for host in [
            "192.168.1.5:8000",
            "127.0.0.1:8000",
            "[::1]:8000",
            "[fe80::1]",
            "localhost:8000",
            "simul.localhost",
            "myhost:8000",
            "MyHost.local:8000",
            "myhost.local.:8000",
            "chess.lan",
            "chess.home.arpa",
            "chess.internal",
            "simul.club.example:8000",
        ] {
            for scheme in ["http", "https"] {
                let origin = format!("{scheme}://{host}").to_lowercase();
                assert_eq!(by_default.check(Some(&origin), Some(host), true, Names::Known), Ok(()), "{origin}");
                assert_eq!(by_default.check(None, Some(host), false, Names::Known), Ok(()), "{host}");
            }
        }
        assert_eq!(by_default.check(Some("https://chess.lan"), Some("chess.lan:443"), true, Names::Known), Ok(()));
    }

    #[test]
    fn other_pages_are_not() {
        let by_default = origins(&[]);
        for (origin, host) in [
            ("http://evil.example", "192.168.1.5:8000"),
            ("http://192.168.1.5:9000", "192.168.1.5:8000"),
            ("http://192.168.1.5", "192.168.1.5:8000"),
            ("https://192.168.1.5", "192.168.1.5:80"),
            ("http://192.168.1.50:8000", "192.168.1.5:8000"),
            ("http://sub.myhost.local", "myhost.local"),
            ("null", "192.168.1.5:8000"),
            ("", "192.168.1.5:8000"),
            ("app://192.168.1.5:8000", "192.168.1.5:8000"),
            ("http://192.168.1.5:8000/", "192.168.1.5:8000"),
            ("http://evil@192.168.1.5:8000", "192.168.1.5:8000"),
            // Rebinding: the page's name is the request's, and anybody can own it.
            ("http://evil.example:8000", "evil.example:8000"),
            ("http://192.168.1.5.evil.example", "192.168.1.5.evil.example"),
            ("http://evil.local.example", "evil.local.example"),
        ] {
            let refused = Err(Foreign::Page(origin.to_owned()));
            assert_eq!(by_default.check(Some(origin), Some(host), true, Names::Known), refused, "{origin} at {host}");
            assert_eq!(by_default.check(Some(origin), Some(host), false, Names::Known), refused, "{origin} at {host}");
        }
        assert!(by_default.check(Some("http://192.168.1.5"), None, true, Names::Known).is_err());
    }

    #[test]
    fn a_program_says_no_origin_and_is_let_in() {
        let by_default = origins(&[]);
        assert_eq!(by_default.check(None, Some("anything.example"), true, Names::Known), Ok(()));
        assert_eq!(by_default.check(None, None, false, Names::Known), Ok(()));
        // But what a page can read under a foreign name is not for it.
        for host in ["evil.example:8000", "", "a b", "evil.example:x"] {
            assert_eq!(
                by_default.check(None, Some(host), false, Names::Known),
                Err(Foreign::Name(host.to_owned())),
                "{host}"
            );
        }
    }

    #[test]
    fn the_setting_lets_others_in() {
        let some = origins(&["https://Simul.example.org", "http://stream.example:8080"]);
        for (origin, host, fine) in [
            ("https://simul.example.org", "simul.example.org", true),
            ("https://simul.example.org:443", "127.0.0.1:8000", true),
            ("http://simul.example.org", "simul.example.org", false),
            ("http://stream.example:8080", "simul.example.org", true),
            ("http://stream.example", "simul.example.org", false),
        ] {
            assert_eq!(some.check(Some(origin), Some(host), true, Names::Known).is_ok(), fine, "{origin}");
        }
        assert_eq!(some.check(None, Some("simul.example.org:8000"), false, Names::Known), Ok(()));
        assert!(some.check(None, Some("other.example.org"), false, Names::Known).is_err());
        assert_eq!(origins(&["*"]).check(Some("null"), Some("anything.example"), false, Names::Known), Ok(()));
    }

    #[test]
    fn a_node_answers_to_halls_in_front_of_its_names() {
        let node = origins(&["https://simuls.example.org"]);
        for (host, fine) in [
            ("club7.simuls.example.org", true),
            ("Club7.simuls.example.org.", true),
            ("club7.simul.club.example:8000", true),
            ("simuls.example.org", true),
            ("a.b.simuls.example.org", false),
            ("-a.simuls.example.org", false),
            ("club7.evil.example", false),
            ("evil.example", false),
            ("club7.192.168.1.5", false),
            ("club7.simuls.example.org.evil.example", false),
        ] {
            assert_eq!(node.check(None, Some(host), false, Names::WithHalls).is_ok(), fine, "{host}");
        }
        let page = |names| {
            let host = "club7.simuls.example.org";
            node.check(Some("https://club7.simuls.example.org"), Some(host), true, names)
        };
        assert_eq!(page(Names::WithHalls), Ok(()));
        assert!(page(Names::Known).is_err(), "a hall has no halls");
        // One hall's page is a stranger to another.
        let other = node.check(
            Some("https://other.simuls.example.org"),
            Some("club7.simuls.example.org"),
            true,
            Names::WithHalls,
        );
        assert!(other.is_err());
    }

    #[test]
    fn what_is_no_origin_is_told_so() {
        for nonsense in ["", "simul.example.org", "https://", "https://a/b", "https://a:x", "://a", "https://a b", "**"]
        {
            assert_eq!(nonsense.parse::<Allowed>(), Err(ParseOriginError), "{nonsense:?}");
        }
    }
}
