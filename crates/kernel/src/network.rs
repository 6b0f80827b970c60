//! Network addresses as rules name them: one address, or all that begin alike (spec 1.11).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// The longest text that can be a network.
const MOST_BYTES: usize = 64;

/// Bits in front of an IPv4 address that is written as IPv6.
const MAPPED_BITS: u8 = 96;

/// One address such as `192.0.2.7` or `2001:db8::1`, or a network such as `10.0.0.0/8`. An IPv4
/// address that is written as IPv6 (`::ffff:192.0.2.7`) is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

/// Why a text names no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address such as 192.0.2.7 or 2001:db8::1, or a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl Network {
    /// Whether an address is this one, or in this network.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether these networks together hold every address of those.
    pub fn cover(these: &[Network], those: &[Network]) -> bool {
        let nets = |networks: &[Network]| networks.iter().map(|network| network.0).collect();
        let joined = IpNet::aggregate(&nets(these));
        let asked: Vec<IpNet> = nets(those);
        asked.iter().all(|asked| joined.iter().any(|net| net.contains(asked)))
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let text = text.trim();
        if text.len() > MOST_BYTES {
            return Err(NotANetwork);
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let Some(bits) = bits else { return Ok(Network(address.to_canonical().into())) };
        if bits.len() > 3 || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotANetwork);
        }
        let bits: u8 = bits.parse().map_err(|_| NotANetwork)?;
        let net = match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(mapped)) if bits >= MAPPED_BITS => {
                Ipv4Net::new(mapped, bits - MAPPED_BITS).map(IpNet::V4)
            }
            (address, _) => IpNet::new(address, bits),
        };
        net.map(|net| Network(net.trunc())).map_err(|_| NotANetwork)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            return self.0.addr().fmt(formatter);
        }
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| network(text)).collect()
    }

    fn holds(net: &str, address: &str) -> bool {
        network(net).contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_itself_and_a_network_all_that_begin_alike() {
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("::/0", "2001:db8::1") && !holds("::/0", "203.0.113.9"));
    }

    #[test]
    fn an_ipv4_address_in_the_dress_of_ipv6_is_the_ipv4_address() {
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_eq!(network("::ffff:10.0.0.0/104"), network("10.0.0.0/8"));
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.7"));
        assert!(holds("::ffff:192.0.2.0/120", "192.0.2.7"));
    }

    #[test]
    fn it_is_written_in_one_way() {
        for (typed, kept) in [
            (" 192.0.2.7 ", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("2001:db8::1/32", "2001:db8::/32"),
        ] {
            assert_eq!(network(typed).to_string(), kept);
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "shop",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/008888",
            "10.0.0.256",
            "010.0.0.1",
            "::1/129",
            "fe80::1%eth0",
            "1.2.3.4/8/8",
            "::ffff:10.0.0.0/129",
            "10.0.0.1:80",
            &"1".repeat(70),
        ] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }

    #[test]
    fn networks_cover_what_they_hold_together() {
        let halves = networks(&["10.0.0.0/9", "10.128.0.0/9"]);
        assert!(Network::cover(&halves, &networks(&["10.0.0.0/8", "10.1.2.3"])));
        assert!(!Network::cover(&halves, &networks(&["10.1.2.3", "11.0.0.1"])));
        assert!(Network::cover(&halves, &[]));
        assert!(!Network::cover(&[], &halves));
    }
}
