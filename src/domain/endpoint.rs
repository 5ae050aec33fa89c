//! Where a connection goes, as those who open a network for it need it written.

use std::fmt;

use url::Url;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    pub port: u16,
}

impl Endpoint {
    /// Where the server of `url` listens; `None` for an address without a server.
    pub fn of(url: &Url) -> Option<Self> {
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some(Self { host, port: url.port_or_known_default()? })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_written_as_it_is_typed_into_a_list() {
        for (url, text) in [
            ("https://ca.example.jp/est", "ca.example.jp:443"),
            ("http://proxy.example.jp/", "proxy.example.jp:80"),
            ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
        ] {
            let url = Url::parse(url).expect("an address");
            assert_eq!(Endpoint::of(&url).expect("a server").to_string(), text);
        }
    }

    #[test]
    fn an_address_without_a_server_has_none() {
        assert_eq!(Endpoint::of(&Url::parse("mailto:bank@example.jp").expect("an address")), None);
    }
}
