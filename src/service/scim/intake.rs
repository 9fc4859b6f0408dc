//! A request as it came in: its path taken apart, its body read within limits, its circumstances noted.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::body::Body;
use http::{HeaderMap, Method, header, request::Parts};
use percent_encoding::percent_decode_str;

use crate::{
    directory::request::Request,
    model::{event::Action, id::TransactionId, time::Timestamp},
    scim::error::ScimError,
    service::{app::App, connections::Peer},
};

/// The most that a request body may take, in bytes.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;
/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a method's name is recorded, in characters; HTTP's own are shorter.
const LONGEST_METHOD: usize = 32;
/// Paths that only SCIM clients ask for.
const SCIM_ENDINGS: [&str; 6] =
    ["users", "groups", "serviceproviderconfig", "serviceproviderconfigs", "schemas", "resourcetypes"];

/// A request on its way in.
pub(super) struct Intake {
    /// What the rules and the event see of it.
    pub(super) request: Arc<Request>,
    /// The method.
    pub(super) method: Method,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The path below the base, decoded, without empty segments; none outside of the base.
    pub(super) route: Option<Vec<String>>,
}

impl Intake {
    /// Takes a request's head; the body is for [`Intake::read_body`], once the caller is known.
    pub(super) fn new(app: &App, request: axum::extract::Request) -> (Self, Body) {
        let received = Instant::now();
        let at = Timestamp::now();
        let (parts, body) = request.into_parts();
        let segments = segments(parts.uri.path());
        let route = match segments.split_first() {
            Some((scim, rest)) if scim == "scim" && rest.first().is_some_and(|version| version == "v2") => {
                Some(rest.iter().skip(1).cloned().collect())
            }
            _ => None,
        };
        let request = Request {
            method: parts.method.as_str().chars().take(LONGEST_METHOD).collect(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            address: address(&parts, app.behind_proxy),
            user_agent: text(&parts.headers, header::USER_AGENT).map(|agent| agent.chars().take(256).collect()),
            token: None,
            at,
            received,
            base_url: base_url(&parts, app),
            body: Vec::new(),
            kept: OnceLock::new(),
            transaction: TransactionId::new(at),
        };
        (Self { request: Arc::new(request), method: parts.method, headers: parts.headers, route }, body)
    }

    /// Whether this is SCIM: below the base, or plainly a SCIM client gone astray, which must be seen.
    pub(super) fn is_scim(&self) -> bool {
        let from_okta = self.request.user_agent.as_deref().is_some_and(|agent| agent.starts_with("Okta SCIM Client"));
        self.route.is_some()
            || from_okta
            || segments(&self.request.path)
                .last()
                .is_some_and(|last| SCIM_ENDINGS.contains(&last.to_ascii_lowercase().as_str()))
    }

    /// What kind of request this is, before anybody looked closer.
    pub(super) fn kind(&self) -> Action {
        let Some(route) = &self.route else { return Action::Astray };
        let one = route.len() > 1;
        match (route.first().map(|segment| segment.to_ascii_lowercase()).as_deref(), &self.method) {
            (Some("users"), &Method::POST) if !one => Action::Create,
            (Some("users"), &Method::PUT | &Method::PATCH) if one => Action::Update,
            (Some("users"), &Method::DELETE) if one => Action::Delete,
            (Some("users"), _) if one => Action::Read,
            (Some("users"), _) => self.kind_of_list(),
            (Some("serviceproviderconfig" | "schemas" | "resourcetypes"), _) => Action::Discovery,
            _ => Action::Astray,
        }
    }

    fn kind_of_list(&self) -> Action {
        let pairs = self.query();
        let value = |wanted: &str| {
            pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
        };
        match (value("filter"), value("startIndex"), value("count")) {
            (Some(_), _, _) => Action::Lookup,
            (None, Some("1"), Some("2")) => Action::CredentialTest,
            _ => Action::ImportPage,
        }
    }

    /// The query, decoded: percent escapes, and `+` for a blank as older clients send it.
    pub(super) fn query(&self) -> Vec<(String, String)> {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        self.request
            .query
            .as_deref()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// A header as text.
    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Changes what the rules and the event will see, while nobody else looks at it yet.
    pub(super) fn amend(&mut self, change: impl FnOnce(&mut Request)) {
        change(Arc::make_mut(&mut self.request));
    }

    /// Reads the body, where the method has one.
    pub(super) async fn read_body(&mut self, body: Body) -> Result<(), ScimError> {
        if !matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            return Ok(());
        }
        self.check_content_type()?;
        let declared: Option<usize> = self.header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        if declared.is_some_and(|length| length > BODY_LIMIT) {
            return Err(too_large());
        }
        let bytes = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, BODY_LIMIT))
            .await
            .map_err(|_| ScimError::request_timeout("The request body did not arrive within 30 seconds."))?
            .map_err(|error| {
                // The limit is the only reason that is not the client's connection breaking.
                if std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit")) {
                    too_large()
                } else {
                    ScimError::invalid_syntax("The request body broke off before its end. Send the request again.")
                }
            })?;
        self.amend(|request| request.body = bytes.to_vec());
        Ok(())
    }

    fn check_content_type(&self) -> Result<(), ScimError> {
        let Some(given) = self.header(header::CONTENT_TYPE) else { return Ok(()) };
        let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence.is_empty() || is_json(&essence) {
            return Ok(());
        }
        Err(ScimError::unsupported_media_type(format!(
            "Content-Type {essence:?} is not accepted: send application/scim+json (or application/json)."
        )))
    }

    /// Whether the client takes JSON at all.
    pub(super) fn check_accept(&self) -> Result<(), ScimError> {
        let Some(accept) = self.header(header::ACCEPT) else { return Ok(()) };
        let takes = accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            !refused && (matches!(essence.as_str(), "" | "*/*" | "application/*") || is_json(&essence))
        });
        if takes {
            Ok(())
        } else {
            Err(ScimError::not_acceptable(format!(
                "Accept: {accept} leaves out JSON: SCIM answers are application/scim+json. Check for a proxy that changes \
                 the Accept header."
            )))
        }
    }
}

fn is_json(essence: &str) -> bool {
    matches!(essence, "application/scim+json" | "application/json")
}

fn too_large() -> ScimError {
    ScimError::payload_too_large(format!("The request body is larger than {BODY_LIMIT} bytes. Send less at once."))
}

fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Behind a proxy, the client is the last address the proxy added.
fn address(parts: &Parts, behind_proxy: bool) -> Option<String> {
    let forwarded = || {
        let list = parts.headers.get("x-forwarded-for")?.to_str().ok()?;
        let last = list.rsplit(',').next()?.trim();
        last.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
    };
    let peer = parts.extensions.get::<Peer>().map(|Peer(address)| address.ip().to_string());
    if behind_proxy { forwarded().or(peer) } else { peer }
}

/// The URL under which the client reached us, so that `meta.location` is one it can call.
fn base_url(parts: &Parts, app: &App) -> String {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if app.behind_proxy {
        parts.headers.get("x-forwarded-proto").and_then(|proto| proto.to_str().ok()).unwrap_or("https")
    } else {
        "http"
    };
    match host {
        Some(host) => format!("{scheme}://{host}/scim/v2"),
        None => app.scim_base_url(None),
    }
}
