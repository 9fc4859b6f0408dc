//! What a run came to, gathered while it goes on.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde::{Serialize, Serializer};

use super::exchange::{Exchange, Purpose, millis};

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How many people took part.
    pub people: u32,
    /// How many requests were sent, waits for a rate limit included.
    pub requests: u64,
    /// Requests by method.
    pub methods: BTreeMap<&'static str, u64>,
    /// Requests by what Okta wanted with them, in the order of [`Purpose`].
    pub purposes: BTreeMap<Purpose, Sent>,
    /// Answers by HTTP status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests that got no answer.
    pub unanswered: u64,
    /// Answers that Okta would not accept, and requests without one.
    pub failures: u64,
    /// The first few different complaints, in the order met.
    pub complaints: Vec<String>,
    /// How many people and groups an import left out: that of a test ends after some pages.
    pub not_imported: u64,
    /// How many requests a second were asked for; none: as many as the service answers.
    pub rate: Option<f64>,
    /// From beginning to end.
    #[serde(rename = "durationMillis", serialize_with = "as_millis")]
    pub duration: Duration,
    /// Half of the answers were at least this quick.
    #[serde(rename = "p50Millis", serialize_with = "as_millis")]
    pub p50: Duration,
    /// 99 of 100 answers were at least this quick.
    #[serde(rename = "p99Millis", serialize_with = "as_millis")]
    pub p99: Duration,
}

/// What was sent for one purpose, and how much of it was in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sent {
    /// How many requests.
    pub requests: u64,
    /// How many of them had an answer that Okta would not accept, or none.
    pub failures: u64,
}

impl Summary {
    /// Whether Okta would have accepted every answer.
    pub fn is_clean(&self) -> bool {
        self.failures == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let people = if self.people == 1 { "person" } else { "people" };
        let seconds = self.duration.as_secs_f64();
        let rate = if seconds > 0.0 { self.requests as f64 / seconds } else { 0.0 };
        writeln!(f, "people     {} {people}", self.people)?;
        let wanted = self.rate.map_or_else(String::new, |wanted| format!(" of {wanted} asked for"));
        writeln!(f, "requests   {} in {seconds:.1} s ({rate:.1} per second{wanted})", self.requests)?;
        writeln!(f, "methods    {}", counts(self.methods.iter()))?;
        writeln!(f, "statuses   {}", counts(self.statuses.iter()))?;
        writeln!(f, "purposes   {}", counts(self.purposes.iter().map(|(purpose, sent)| (purpose, sent.requests))))?;
        if self.not_imported > 0 {
            writeln!(f, "import     ended early: {} people and groups were left out", self.not_imported)?;
        }
        writeln!(f, "latency    p50 {:.1} ms, p99 {:.1} ms", millis(self.p50), millis(self.p99))?;
        if self.is_clean() {
            return write!(f, "verdict    Okta accepts every answer");
        }
        write!(f, "verdict    {} that Okta would not accept", self.failures)?;
        if self.unanswered > 0 {
            write!(f, ", {} of them without an answer", self.unanswered)?;
        }
        for complaint in &self.complaints {
            write!(f, "\n           - {complaint}")?;
        }
        Ok(())
    }
}

fn counts<K: fmt::Display>(of: impl Iterator<Item = (K, impl fmt::Display)>) -> String {
    let list = of.map(|(key, count)| format!("{key} {count}")).collect::<Vec<_>>().join(", ");
    if list.is_empty() { "none".into() } else { list }
}

fn as_millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(millis(*duration))
}

/// Gathers a [`Summary`] while the run goes on.
#[derive(Debug, Default)]
pub(super) struct Tally {
    methods: BTreeMap<&'static str, u64>,
    purposes: BTreeMap<Purpose, Sent>,
    statuses: BTreeMap<u16, u64>,
    unanswered: u64,
    failures: u64,
    complaints: Vec<String>,
    /// Microseconds of each answered request: four bytes each, exact, and small beside what a long run takes otherwise.
    latencies: Vec<u32>,
}

impl Tally {
    const COMPLAINTS_SHOWN: usize = 5;

    pub(super) fn add(&mut self, exchange: &Exchange) {
        *self.methods.entry(exchange.method).or_default() += 1;
        let sent = self.purposes.entry(exchange.purpose).or_default();
        sent.requests += 1;
        sent.failures += u64::from(exchange.is_fault());
        match exchange.status {
            Some(status) => {
                *self.statuses.entry(status).or_default() += 1;
                self.latencies.push(u32::try_from(exchange.latency.as_micros()).unwrap_or(u32::MAX));
            }
            None => self.unanswered += 1,
        }
        if exchange.is_fault() {
            self.failures += 1;
            if self.complaints.len() < Self::COMPLAINTS_SHOWN
                && let Some(message) = exchange.message()
                && !self.complaints.contains(&message)
            {
                self.complaints.push(message);
            }
        }
    }

    pub(super) fn summary(mut self, people: u32, not_imported: u64, rate: Option<f64>, duration: Duration) -> Summary {
        self.latencies.sort_unstable();
        let quantile = |percent: usize| {
            // The nearest rank: the smallest latency that so many of a hundred answers did not exceed.
            let rank = (self.latencies.len() * percent).div_ceil(100);
            let micros = rank.checked_sub(1).and_then(|at| self.latencies.get(at)).copied().unwrap_or_default();
            Duration::from_micros(micros.into())
        };
        Summary {
            people,
            requests: self.methods.values().sum(),
            p50: quantile(50),
            p99: quantile(99),
            methods: self.methods,
            purposes: self.purposes,
            not_imported,
            statuses: self.statuses,
            unanswered: self.unanswered,
            failures: self.failures,
            complaints: self.complaints,
            rate,
            duration,
        }
    }
}
