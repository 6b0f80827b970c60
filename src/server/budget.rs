//! What a person and a tenant may ask for over time (spec 1.16): a bucket of cost that
//! refills, ten times as large for the tenant as for the person.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// How many times a person's budget a tenant has (spec 1.16).
const TENANT_FACTOR: f64 = 10.0;
/// Buckets remembered at one time, which bounds the memory.
const BUCKETS: usize = 20_000;

/// Whose bucket it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A person of a tenant.
    Person(String, String),
    /// All people of a tenant together.
    Tenant(String),
    /// Nobody known, at an address. An IPv6 network of 64 bits counts as one address.
    Address(Option<IpAddr>),
}

impl Payer {
    /// The payer for a caller without a name.
    pub fn anonymous(address: Option<IpAddr>) -> Self {
        Self::Address(address.map(|address| match address {
            IpAddr::V6(address) if address.to_ipv4_mapped().is_none() => {
                IpAddr::V6((u128::from(address) >> 64 << 64).into())
            }
            other => other.to_canonical(),
        }))
    }

    fn factor(&self) -> f64 {
        match self {
            Self::Tenant(_) => TENANT_FACTOR,
            Self::Person(..) | Self::Address(_) => 1.0,
        }
    }
}

#[derive(Clone, Copy)]
struct Bucket {
    level: f64,
    at: Instant,
}

/// All buckets of this server.
pub struct Budgets {
    capacity: f64,
    refill_per_second: f64,
    buckets: Mutex<HashMap<Payer, Bucket>>,
}

/// A budget that does not suffice.
#[derive(Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// When it will, in seconds.
    pub retry_after_seconds: u64,
}

impl Budgets {
    /// Buckets that hold `capacity` for a person and get `refill_per_second` back.
    pub fn new(capacity: u32, refill_per_second: u32) -> Self {
        Self {
            capacity: capacity.into(),
            refill_per_second: refill_per_second.into(),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes `cost` from every payer or from none. Answers what the poorest has left.
    ///
    /// # Errors
    /// Fails when one of them has less than `cost`.
    pub fn charge(&self, payers: &[Payer], cost: u64, now: Instant) -> Result<u64, Exhausted> {
        let cost = cost as f64;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut levels = Vec::with_capacity(payers.len());
        let mut wait = 0.0_f64;
        for payer in payers {
            let level = match buckets.get(payer) {
                Some(bucket) => self.level(payer, *bucket, now),
                None => self.capacity * payer.factor(),
            };
            wait = wait.max((cost - level) / (self.refill_per_second * payer.factor()));
            levels.push(level);
        }
        if wait > 0.0 {
            return Err(Exhausted { retry_after_seconds: (wait.ceil() as u64).max(1) });
        }
        let mut remaining = f64::INFINITY;
        for (payer, level) in payers.iter().zip(levels) {
            let level = level - cost;
            remaining = remaining.min(level);
            if buckets.len() >= BUCKETS && !buckets.contains_key(payer) {
                self.forget_the_fullest(&mut buckets, now);
            }
            buckets.insert(payer.clone(), Bucket { level, at: now });
        }
        Ok(remaining as u64)
    }

    fn level(&self, payer: &Payer, bucket: Bucket, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        let factor = payer.factor();
        (bucket.level + seconds * self.refill_per_second * factor).min(self.capacity * factor)
    }

    /// A bucket that is full again says nothing. Where all are in use, the fuller half
    /// goes: they lose least by being full again.
    fn forget_the_fullest(&self, buckets: &mut HashMap<Payer, Bucket>, now: Instant) {
        let fullness = |payer: &Payer, bucket: &Bucket| {
            self.level(payer, *bucket, now) / (self.capacity * payer.factor())
        };
        buckets.retain(|payer, bucket| fullness(payer, bucket) < 1.0);
        if buckets.len() < BUCKETS {
            return;
        }
        let mut levels: Vec<f64> =
            buckets.iter().map(|(payer, bucket)| fullness(payer, bucket)).collect();
        levels.sort_by(f64::total_cmp);
        let median = levels.get(levels.len() / 2).copied().unwrap_or(0.0);
        buckets.retain(|payer, bucket| fullness(payer, bucket) < median);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn person(name: &str) -> Payer {
        Payer::Person("bizhub".into(), name.into())
    }

    #[test]
    fn a_person_spends_a_bucket_and_waits_for_the_refill() {
        let budgets = Budgets::new(5_000, 500);
        let start = Instant::now();
        assert_eq!(budgets.charge(&[person("ama")], 4_000, start), Ok(1_000));
        assert_eq!(
            budgets.charge(&[person("ama")], 2_000, start),
            Err(Exhausted { retry_after_seconds: 2 })
        );
        let later = start + Duration::from_secs(2);
        assert_eq!(budgets.charge(&[person("ama")], 2_000, later), Ok(0));
        assert_eq!(budgets.charge(&[person("kofi")], 5_000, start), Ok(0));
    }

    #[test]
    fn a_tenant_has_ten_times_as_much_and_a_refused_charge_takes_nothing() {
        let budgets = Budgets::new(5_000, 500);
        let now = Instant::now();
        let tenant = Payer::Tenant("bizhub".into());
        for index in 0..10 {
            let payers = [person(&index.to_string()), tenant.clone()];
            assert_eq!(budgets.charge(&payers, 5_000, now), Ok(0));
        }
        let eleventh = person("eleventh");
        assert!(budgets.charge(&[eleventh.clone(), tenant], 1, now).is_err());
        assert_eq!(budgets.charge(&[eleventh], 5_000, now), Ok(0));
    }

    #[test]
    fn memory_is_bounded_and_the_poor_are_remembered() {
        let budgets = Budgets::new(5_000, 500);
        let now = Instant::now();
        assert!(budgets.charge(&[person("greedy")], 5_000, now).is_ok());
        for index in 0..(BUCKETS * 2) {
            let payer = person(&index.to_string());
            assert!(budgets.charge(&[payer], 1 + (index as u64 % 7), now).is_ok());
        }
        assert!(budgets.buckets.lock().unwrap().len() <= BUCKETS);
        assert!(budgets.charge(&[person("greedy")], 1, now).is_err());
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_bucket() {
        let one = Payer::anonymous("2001:db8::1".parse().ok());
        let two = Payer::anonymous("2001:db8::2".parse().ok());
        assert_eq!(one, two);
        assert_eq!(
            Payer::anonymous("::ffff:10.0.0.1".parse().ok()),
            Payer::anonymous("10.0.0.1".parse().ok())
        );
    }
}
