//! Numbers for operators, in the text format of Prometheus.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_graphql::parser::types::OperationType;

/// The upper bounds of the latency histogram, in microseconds.
const BOUNDS: [u64; 12] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    30_000_000,
];

/// Error codes counted apart; further ones are counted together, for the engine gives
/// them as free text and the memory is bounded.
const CODES: usize = 64;

/// The numbers of one server.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, String), u64>>,
    refused: Mutex<BTreeMap<&'static str, u64>>,
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

impl Metrics {
    /// Counts an answered request. Without a kind it was refused before that was known.
    pub fn answered(&self, kind: Option<OperationType>, code: Option<&str>, took: Duration) {
        let kind = match kind {
            Some(OperationType::Query) => "query",
            Some(OperationType::Mutation) => "mutation",
            Some(OperationType::Subscription) => "subscription",
            None => "none",
        };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (kind, code.unwrap_or("OK").to_owned());
        if requests.len() < CODES || requests.contains_key(&key) {
            *requests.entry(key).or_default() += 1;
        } else {
            *requests.entry((kind, "OTHER".to_owned())).or_default() += 1;
        }
        drop(requests);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().zip(&self.buckets).find(|(bound, _)| microseconds <= **bound);
        if let Some((_, bucket)) = bucket {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// Counts a request that passed a limit of the guard.
    pub fn refused(&self, limit: &'static str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused.entry(limit).or_default() += 1;
    }

    /// All numbers as text.
    pub fn render(&self, in_flight: usize) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text, in_flight);
        text
    }

    fn write(&self, out: &mut String, in_flight: usize) -> std::fmt::Result {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(
            out,
            "# HELP bizgraph_requests_total GraphQL requests by operation kind and first error code."
        )?;
        writeln!(out, "# TYPE bizgraph_requests_total counter")?;
        for ((kind, code), count) in requests.iter() {
            let code = code.replace(['\\', '"', '\n'], "");
            writeln!(out, "bizgraph_requests_total{{kind=\"{kind}\",code=\"{code}\"}} {count}")?;
        }
        drop(requests);
        writeln!(
            out,
            "# HELP bizgraph_guard_refused_total Requests that passed a limit of the guard."
        )?;
        writeln!(out, "# TYPE bizgraph_guard_refused_total counter")?;
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        for (limit, count) in refused.iter() {
            writeln!(out, "bizgraph_guard_refused_total{{limit=\"{limit}\"}} {count}")?;
        }
        drop(refused);
        writeln!(out, "# HELP bizgraph_requests_in_flight GraphQL requests that run now.")?;
        writeln!(out, "# TYPE bizgraph_requests_in_flight gauge")?;
        writeln!(out, "bizgraph_requests_in_flight {in_flight}")?;
        writeln!(out, "# HELP bizgraph_request_seconds Time from the headers to the answer.")?;
        writeln!(out, "# TYPE bizgraph_request_seconds histogram")?;
        let mut sum = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            sum += bucket.load(Ordering::Relaxed);
            let seconds = Duration::from_micros(*bound).as_secs_f64();
            writeln!(out, "bizgraph_request_seconds_bucket{{le=\"{seconds}\"}} {sum}")?;
        }
        let count = self.count.load(Ordering::Relaxed);
        let seconds =
            Duration::from_micros(self.microseconds.load(Ordering::Relaxed)).as_secs_f64();
        writeln!(out, "bizgraph_request_seconds_bucket{{le=\"+Inf\"}} {count}")?;
        writeln!(out, "bizgraph_request_seconds_sum {seconds}")?;
        writeln!(out, "bizgraph_request_seconds_count {count}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_prometheus() {
        let metrics = Metrics::default();
        metrics.answered(Some(OperationType::Query), None, Duration::from_micros(700));
        metrics.answered(None, Some("BAD_FORMAT"), Duration::from_secs(60));
        metrics.refused("depth");
        let text = metrics.render(3);
        for line in [
            "bizgraph_requests_total{kind=\"query\",code=\"OK\"} 1",
            "bizgraph_requests_total{kind=\"none\",code=\"BAD_FORMAT\"} 1",
            "bizgraph_guard_refused_total{limit=\"depth\"} 1",
            "bizgraph_requests_in_flight 3",
            "bizgraph_request_seconds_bucket{le=\"0.0005\"} 0",
            "bizgraph_request_seconds_bucket{le=\"0.001\"} 1",
            "bizgraph_request_seconds_bucket{le=\"+Inf\"} 2",
            "bizgraph_request_seconds_count 2",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
