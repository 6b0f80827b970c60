//! Where a provider may be (spec 5.10): at a public address, by https. What a tenant writes down
//! must not lead the server to its own machine or to its neighbours, so a name is also looked at
//! when it is resolved. Only the operator's configuration lets a host be called all the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Hosts that the operator lets be called at any address, also without encryption.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// These names and addresses, whatever their case.
    pub fn new(hosts: impl IntoIterator<Item = String>) -> Self {
        let plain = |host: String| host.trim().trim_matches(['[', ']']).to_ascii_lowercase();
        AllowedHosts(hosts.into_iter().map(plain).filter(|host| !host.is_empty()).collect())
    }

    /// Whether this host may be called wherever it is.
    pub fn hold(&self, host: &str) -> bool {
        let host = host.trim_matches(['[', ']']);
        self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// Reads the address of a provider.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn parse(text: &str, allowed: &AllowedHosts) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "This is no address; write it like https://host/v1.")?;
    let host = url.host().ok_or("The address names no host.")?;
    let is_allowed = allowed.hold(url.host_str().unwrap_or_default());
    if url.scheme() != "https" && !(url.scheme() == "http" && is_allowed) {
        return Err("A provider is called by https only.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave name and password out; they belong into the key and the secret.");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("The address ends with its path, without a query or a fragment.");
    }
    let fits = match host {
        Host::Ipv4(address) => is_public(IpAddr::V4(address)),
        Host::Ipv6(address) => is_public(IpAddr::V6(address)),
        Host::Domain(name) => !is_local(name),
    };
    if !fits && !is_allowed {
        return Err("The host is not public; the operator of the server would have to allow it.");
    }
    Ok(url)
}

/// Whether two addresses lead to different servers: by scheme, host or port.
pub fn lead_apart(one: &str, other: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    origin(one).zip(origin(other)).is_some_and(|(one, other)| one != other)
}

/// Names that never lead to a public host.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];
    !name.contains('.')
        || ends.iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        // Of all the rest, only this part is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_provider_is_public_and_called_by_https() {
        let none = AllowedHosts::default();
        for text in ["https://api.example/v1", "https://8.8.8.8", "https://api.example:8443/"] {
            assert!(parse(text, &none).is_ok(), "{text}");
        }
        for text in [
            "",
            "api.example",
            "http://api.example",
            "ftp://api.example",
            "https://localhost",
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://[::1]",
            "https://db.internal",
            "https://printer",
            "https://a.localhost.",
            "https://user:word@api.example",
            "https://api.example/?key=1",
            "https://api.example/#x",
            "file:///etc/passwd",
            "data:text/plain,x",
        ] {
            assert!(parse(text, &none).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_leads_nowhere_else_and_a_port_does() {
        let here = "https://api.example/v1";
        for same in ["https://api.example", "https://API.example:443/v2", "nonsense"] {
            assert!(!lead_apart(here, same), "{same}");
        }
        for other in ["https://api.example:8443/v1", "http://api.example", "https://b.example/v1"] {
            assert!(lead_apart(here, other), "{other}");
        }
    }

    #[test]
    fn an_allowed_host_may_be_anywhere() {
        let allowed =
            AllowedHosts::new(["127.0.0.1".to_owned(), "LocalHost".to_owned(), "[::1]".to_owned()]);
        for text in ["http://127.0.0.1:8080/x", "https://localhost", "http://[::1]:1"] {
            assert!(parse(text, &allowed).is_ok(), "{text}");
        }
        assert!(parse("http://127.0.0.2", &allowed).is_err());
    }
}
