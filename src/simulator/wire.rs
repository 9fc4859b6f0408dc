//! The wire: Okta's headers, its patience with rate limits, and a report of every exchange.

use std::time::Duration;

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, RETRY_AFTER, USER_AGENT,
    },
};
use rand::RngExt;
use reqwest::{Url, redirect};
use tokio::{
    sync::{Mutex, mpsc},
    time::{Instant, sleep, sleep_until},
};

use super::{
    SimulatorError,
    answer::Answer,
    call::{Call, Verb},
    exchange::{Exchange, Verdict},
    fault::Fault,
    setup::Setup,
};
use crate::model::{secret::Secret, test_traffic::TEST_MARK};

/// Okta closes the socket when 60 s pass without a byte.
const PATIENCE: Duration = Duration::from_secs(60);
/// After so many attempts that were answered 429, Okta's task fails for good.
const ATTEMPTS: u32 = 10;
/// The longest answer that is read, in bytes. A page of 100 users stays far below it.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;
/// Where a test carries its mark, by which the service it is sent to tells it from Okta's own traffic.
const MARK: HeaderName = HeaderName::from_static(TEST_MARK);

/// How requests are spaced.
#[derive(Debug)]
pub(super) enum Pace {
    /// As fast as answers come.
    None,
    /// One slot every so often, over all people.
    Even(Duration),
    /// Irregular, a quarter of a second apart, as lookup and create were seen from Okta.
    Lifelike,
}

impl Pace {
    /// Spaced evenly, or not at all.
    pub(super) fn from_rate(rate: Option<f64>) -> Result<Self, SimulatorError> {
        match rate {
            None => Ok(Self::None),
            Some(rate) if rate > 0.0 && rate <= 100_000.0 => {
                // A rate next to nothing asks for a gap that no clock can hold.
                Duration::try_from_secs_f64(1.0 / rate).map(Self::Even).map_err(|_| SimulatorError::Rate(rate))
            }
            Some(rate) => Err(SimulatorError::Rate(rate)),
        }
    }

    fn gap(&self) -> Duration {
        match self {
            Self::None => Duration::ZERO,
            Self::Even(gap) => *gap,
            Self::Lifelike => Duration::from_millis(rand::rng().random_range(150..350)),
        }
    }
}

/// What becomes of a request after an answer.
enum Outcome<T> {
    /// It is sent again after a pause.
    Wait(Duration),
    /// It is over.
    Done(Result<T, Fault>),
}

/// The HTTP client with Okta's manners.
#[derive(Debug)]
pub(super) struct Wire {
    http: reqwest::Client,
    base: String,
    pace: Pace,
    next: Mutex<Instant>,
    log: mpsc::UnboundedSender<Exchange>,
}

impl Wire {
    /// Checks the settings; sends nothing.
    pub(super) fn new(
        url: &str,
        token: &Secret,
        test: Option<&Secret>,
        setup: &Setup,
        pace: Pace,
        log: mpsc::UnboundedSender<Exchange>,
    ) -> Result<Self, SimulatorError> {
        let refuse = |reason: &str| SimulatorError::Url { url: url.to_owned(), reason: reason.to_owned() };
        let base = url.trim();
        let parsed = Url::parse(base).map_err(|error| refuse(&error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(refuse("it must begin with http:// or https://"));
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(refuse("it must end with its path, without ? or #"));
        }
        let mut headers = HeaderMap::from_iter([
            (USER_AGENT, HeaderValue::from_static("Okta SCIM Client 1.0.0")),
            (ACCEPT, HeaderValue::from_static("application/scim+json")),
            (ACCEPT_CHARSET, HeaderValue::from_static("utf-8")),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip,deflate")),
            (CONNECTION, HeaderValue::from_static("Keep-Alive")),
        ]);
        if let Some(credential) = (setup.authorization)(token.expose()) {
            let mut value = HeaderValue::from_str(&credential).map_err(|_| SimulatorError::Token)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if let Some(mark) = test {
            let mut value = HeaderValue::from_str(mark.expose()).map_err(|_| SimulatorError::Token)?;
            value.set_sensitive(true);
            headers.insert(MARK, value);
        }
        let mut client = reqwest::Client::builder()
            .default_headers(headers)
            .http1_only()
            .http1_title_case_headers()
            // A redirect is an answer that Okta does not take, so it must be seen.
            .redirect(redirect::Policy::none())
            .connect_timeout(PATIENCE)
            .read_timeout(PATIENCE);
        if is_loopback(&parsed) {
            // A company proxy knows nothing of this machine's own services.
            client = client.no_proxy();
        }
        Ok(Self {
            http: client.build().map_err(SimulatorError::Client)?,
            // Whether Okta doubles the slash of a base URL that ends in one is not known; here it does not.
            base: (setup.base)(base.trim_end_matches('/')),
            pace,
            next: Mutex::new(Instant::now()),
            log,
        })
    }

    /// The base URL.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Sends the request, waits out rate limits, and lets `judge` say what the answer is worth.
    pub(super) async fn ask<T>(&self, call: Call<'_>, judge: impl Fn(&Answer) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            self.turn().await;
            let sent = Instant::now();
            let answer = self.send(&call).await;
            let latency = sent.elapsed();
            let status = answer.as_ref().ok().map(|answer| answer.status.as_u16());
            let outcome = match answer {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => match patience(&answer, attempt) {
                    Ok(pause) => Outcome::Wait(pause),
                    Err(fault) => Outcome::Done(Err(fault)),
                },
                Ok(answer) => Outcome::Done(judge(&answer)),
                Err(fault) => Outcome::Done(Err(fault)),
            };
            let verdict = match &outcome {
                Outcome::Wait(pause) => Verdict::Wait(*pause),
                Outcome::Done(Ok(_)) => Verdict::Accepted,
                Outcome::Done(Err(fault)) => Verdict::Fault(fault.clone()),
            };
            // A closed channel means that the run is being dropped, and then nobody is left to tell.
            let _ = self.log.send(Exchange {
                n: 0,
                method: call.verb.as_str(),
                target: call.shown.clone(),
                purpose: call.purpose,
                who: call.who.map(ToOwned::to_owned),
                status,
                latency,
                verdict,
            });
            match outcome {
                Outcome::Done(result) => return result,
                Outcome::Wait(pause) => sleep(pause).await,
            }
        }
    }

    /// Waits for the next slot.
    async fn turn(&self) {
        let gap = self.pace.gap();
        if !gap.is_zero() {
            let slot = claim(&mut *self.next.lock().await, Instant::now(), gap);
            sleep_until(slot).await;
        }
    }

    async fn send(&self, call: &Call<'_>) -> Result<Answer, Fault> {
        let mut request = self.http.request(Method::from(call.verb), format!("{}{}", self.base, call.target));
        // okta-traffic 1: a DELETE carries the type too, without a body.
        if call.body.is_some() || matches!(call.verb, Verb::Delete) {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/scim+json; charset=utf-8"));
        }
        if let Some(body) = &call.body {
            request = request.body(body.to_string());
        }
        let mut response = request.send().await.map_err(no_answer)?;
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Fault::NoAnswer(format!("the answer is longer than {LONGEST_ANSWER} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: response.status(), body, retry_after })
    }
}

/// Takes the next slot and moves the one after it on. Slots that nobody took are gone, so that there is never a burst.
fn claim(next: &mut Instant, now: Instant, gap: Duration) -> Instant {
    let slot = (*next).max(now);
    *next = slot + gap;
    slot
}

/// How long Okta waits after this 429. It obeys `Retry-After` in whole seconds and nothing else.
fn patience(answer: &Answer, attempt: u32) -> Result<Duration, Fault> {
    let seconds = answer.retry_after.as_deref().map(str::trim).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    match seconds.and_then(|text| text.parse().ok()) {
        Some(_) if attempt >= ATTEMPTS => Err(Fault::RateLimit(ATTEMPTS)),
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err(Fault::RetryAfter),
    }
}

fn no_answer(error: reqwest::Error) -> Fault {
    let (connect, timeout) = (error.is_connect(), error.is_timeout());
    // The innermost cause is the one that says something: the outer ones only say that a request failed.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    match (connect, timeout) {
        (true, true) => Fault::Unreachable(format!("no connection within {} s", PATIENCE.as_secs())),
        (true, false) => Fault::Unreachable(cause.to_string()),
        (false, true) => Fault::NoAnswer(format!("{} s without a byte", PATIENCE.as_secs())),
        (false, false) => Fault::NoAnswer(cause.to_string()),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_evenly_spaced_and_missed_ones_are_not_made_up_for() {
        let start = Instant::now();
        let millis = |n| start + Duration::from_millis(n);
        let (mut next, gap) = (start, Duration::from_millis(100));
        let slots: Vec<_> = [0, 0, 10, 900, 901].map(|now| claim(&mut next, millis(now), gap)).into();
        assert_eq!(slots, [0, 100, 200, 900, 1_000].map(millis));
    }
}
