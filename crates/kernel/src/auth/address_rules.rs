//! From where a tenant's people and programs may call (spec 1.11): an address on the blacklist
//! never, and where there is a whitelist only an address on that.

use std::net::IpAddr;

use crate::db::Fault;
use crate::entity::decode;
use crate::entity::row::Row;
use crate::network::Network;
use crate::refusal::{Code, Refusal};

/// Entries of a list at most.
pub const MOST_ENTRIES: usize = 100;

/// Both lists of the security settings `r`, as two values of a statement.
pub const LISTS: &str = "to_jsonb(r.ip_whitelist), to_jsonb(r.ip_blacklist)";

/// A tenant's two lists, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct AddressRules {
    allowed: Vec<Network>,
    denied: Vec<Network>,
}

/// Which list keeps an address out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptOut {
    /// It is on the blacklist.
    Denied,
    /// There is a whitelist and it is not on it.
    NotAllowed,
}

impl AddressRules {
    /// The rules that are stored as these texts.
    ///
    /// # Errors
    /// A fault when one is no address: a list must never be read as shorter than it is.
    pub fn read(whitelist: &[String], blacklist: &[String]) -> Result<Self, Fault> {
        let list = |texts: &[String]| {
            let networks = texts.iter().map(|text| text.parse::<Network>());
            networks.collect::<Result<Vec<_>, _>>().map_err(|error| Fault::decode(error.into()))
        };
        Ok(AddressRules { allowed: list(whitelist)?, denied: list(blacklist)? })
    }

    /// The rules in a row that begins with [`LISTS`].
    ///
    /// # Errors
    /// As [`AddressRules::read`].
    pub fn decode(row: &Row) -> Result<Self, Fault> {
        let (allowed, denied): (Vec<String>, Vec<String>) = (decode(row, 0)?, decode(row, 1)?);
        AddressRules::read(&allowed, &denied)
    }

    /// Which list keeps this address out, if one does. Where nobody knows the address, only an
    /// empty whitelist lets it in.
    pub fn keeps_out(&self, address: Option<&str>) -> Option<KeptOut> {
        let address: Option<IpAddr> = address.and_then(|address| address.parse().ok());
        let on = |list: &[Network]| {
            address.is_some_and(|address| list.iter().any(|net| net.contains(address)))
        };
        if on(&self.denied) {
            return Some(KeptOut::Denied);
        }
        (!self.allowed.is_empty() && !on(&self.allowed)).then_some(KeptOut::NotAllowed)
    }

    /// Refuses an address that a list keeps out.
    ///
    /// # Errors
    /// `ADDRESS_NOT_ALLOWED` with the address.
    pub fn check(&self, address: Option<&str>) -> Result<(), Refusal> {
        if self.keeps_out(address).is_none() {
            return Ok(());
        }
        let shown = address.unwrap_or("an unknown address");
        let message = format!("The organisation does not allow calls from {shown}.");
        let refusal = Refusal::new(Code::AddressNotAllowed, "", message);
        Err(refusal.with("address", address.map(str::to_owned)))
    }

    /// Whether these rules let anybody in whom those keep out.
    pub fn admit_more_than(&self, those: &AddressRules) -> bool {
        let more_allowed = !those.allowed.is_empty()
            && (self.allowed.is_empty() || !Network::cover(&those.allowed, &self.allowed));
        more_allowed || !Network::cover(&self.denied, &those.denied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(whitelist: &[&str], blacklist: &[&str]) -> AddressRules {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        AddressRules::read(&texts(whitelist), &texts(blacklist)).unwrap()
    }

    #[test]
    fn the_blacklist_wins_and_an_empty_whitelist_means_any() {
        let none = rules(&[], &[]);
        assert_eq!(none.keeps_out(Some("203.0.113.9")), None);
        assert_eq!(none.keeps_out(None), None);
        let both = rules(&["10.0.0.0/8"], &["10.6.0.0/16"]);
        assert_eq!(both.keeps_out(Some("10.1.0.1")), None);
        assert_eq!(both.keeps_out(Some("10.6.0.1")), Some(KeptOut::Denied));
        assert_eq!(both.keeps_out(Some("::ffff:10.6.0.1")), Some(KeptOut::Denied));
        assert_eq!(both.keeps_out(Some("192.0.2.1")), Some(KeptOut::NotAllowed));
        assert_eq!(both.keeps_out(None), Some(KeptOut::NotAllowed));
    }

    #[test]
    fn rules_are_weaker_when_they_let_in_somebody_new() {
        let weaker = |new: AddressRules, old: AddressRules| new.admit_more_than(&old);
        assert!(!weaker(rules(&["10.0.0.0/8"], &[]), rules(&[], &[])));
        assert!(weaker(rules(&[], &[]), rules(&["10.0.0.0/8"], &[])));
        assert!(!weaker(rules(&["10.1.0.0/16"], &[]), rules(&["10.0.0.0/8"], &[])));
        assert!(weaker(rules(&["10.0.0.0/8", "::1"], &[]), rules(&["10.0.0.0/8"], &[])));
        assert!(weaker(rules(&[], &[]), rules(&[], &["192.0.2.1"])));
        assert!(!weaker(rules(&[], &["192.0.2.0/24"]), rules(&[], &["192.0.2.1"])));
    }

    #[test]
    fn a_stored_text_that_is_no_address_is_a_fault() {
        assert!(AddressRules::read(&["somewhere".to_owned()], &[]).is_err());
    }
}
