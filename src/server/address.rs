//! Where a request comes from, read through the proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use bizgraph_kernel::network::Network;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The caller's address: the peer, or behind a trusted proxy the last address of
/// `X-Forwarded-For` that no trusted proxy has. What stands before it anyone may have made up.
pub fn caller_address(
    peer: Option<Peer>,
    headers: &HeaderMap,
    trusted_proxies: &[Network],
) -> Option<IpAddr> {
    let trusts = |address: IpAddr| trusted_proxies.iter().any(|proxy| proxy.contains(address));
    let peer = peer?.0.ip().to_canonical();
    if !trusts(peer) {
        return Some(peer);
    }
    let mut nearest = peer;
    let hops = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect::<Vec<_>>();
    for hop in hops.into_iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
        if !trusts(nearest) {
            break;
        }
    }
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let peer = Peer(SocketAddr::new(peer.parse().unwrap(), 1));
        let trusted = ["10.0.0.1".parse().unwrap(), "10.9.0.0/16".parse().unwrap()];
        caller_address(Some(peer), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        assert_eq!(address("192.0.2.9", "1.1.1.1"), "192.0.2.9");
        assert_eq!(address("10.0.0.1", "1.1.1.1, 192.0.2.7, 10.9.0.2"), "192.0.2.7");
        assert_eq!(address("10.9.8.7", "1.1.1.1, 192.0.2.7, 10.0.0.1"), "192.0.2.7");
        assert_eq!(address("10.8.0.1", "192.0.2.7"), "10.8.0.1");
        assert_eq!(address("10.0.0.1", "nonsense"), "10.0.0.1");
    }
}
