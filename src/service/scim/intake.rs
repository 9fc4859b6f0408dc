//! A request as it came in: its path taken apart, its body read within limits, its circumstances noted.

use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use http::{HeaderMap, Method, header, request::Parts};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    directory::request::Request,
    model::{event::Action, id::TransactionId, time::Timestamp},
    scim::{discovery::MAX_PAYLOAD, error::ScimError},
    service::{
        app::App,
        connections::{Peer, Way},
        scim::body::{Fault, RequestBody},
    },
};

/// The most that a request body may take, in bytes.
pub(super) const BODY_LIMIT: usize = MAX_PAYLOAD;
/// The most that a whole group may take: Okta's wizard apps send every member with each push (okta-traffic 5), and 50,000 of
/// them as they were shown take 8 MiB.
const GROUP_LIMIT: usize = 16 * 1024 * 1024;
/// The most that a request head may take, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;
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
    /// The version of the protocol that was asked for, where it is one that is not served.
    pub(super) version: Option<String>,
    /// Whether its body is on its way.
    pub(super) reading: bool,
    /// By which way it came.
    pub(super) way: Way,
    head_bytes: usize,
}

impl Intake {
    /// Takes a request's head; the body is for [`Intake::read_body`], once the caller is known.
    pub(super) fn new(app: &App, request: axum::extract::Request) -> (Self, RequestBody) {
        let received = Instant::now();
        let at = Timestamp::now();
        let (parts, body) = request.into_parts();
        let head_bytes = head_bytes(&parts);
        let way = way(&parts);
        let segments = segments(parts.uri.path());
        let (mut route, mut version) = (None, None);
        if let [scim, given, rest @ ..] = segments.as_slice()
            && scim == "scim"
        {
            match given.strip_prefix('v') {
                Some("2") => route = Some(rest.to_vec()),
                // `v2.0`, `v1`: RFC 7644 3.13.
                Some(number) if number.starts_with(|digit: char| digit.is_ascii_digit()) => {
                    version = Some(given.clone());
                }
                _ => {}
            }
        }
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
            signs: Vec::new(),
            kept: OnceLock::new(),
            transaction: TransactionId::new(at),
            types: app.types,
        };
        let request = Arc::new(request);
        let (method, headers) = (parts.method, parts.headers);
        let intake = Self { request, method, headers, route, version, reading: false, way, head_bytes };
        (intake, RequestBody::new(body))
    }

    /// Whether this is SCIM: below the base, or plainly a SCIM client gone astray, which must be seen.
    pub(super) fn is_scim(&self) -> bool {
        self.route.is_some()
            || self.version.is_some()
            || is_okta(&self.headers)
            || segments(&self.request.path)
                .last()
                .is_some_and(|last| SCIM_ENDINGS.contains(&last.to_ascii_lowercase().as_str()))
    }

    /// What kind of request this is, before anybody looked closer.
    pub(super) fn kind(&self) -> Action {
        let Some(route) = &self.route else { return Action::Astray };
        let one = route.len() > 1;
        match (route.first().map(|segment| segment.to_ascii_lowercase()).as_deref(), &self.method) {
            (Some("users" | "groups"), &Method::POST) if self.is_search() => Action::Lookup,
            (Some("users"), &Method::POST) if !one => Action::Create,
            (Some("users"), &Method::PUT | &Method::PATCH) if one => Action::Update,
            (Some("users"), &Method::DELETE) if one => Action::Delete,
            (Some("users"), _) if one => Action::Read,
            (Some("users"), _) => self.kind_of_list(),
            (Some("groups"), &Method::POST | &Method::PUT | &Method::PATCH) => Action::GroupPush,
            (Some("groups"), &Method::DELETE) => Action::GroupDelete,
            (Some("groups"), _) if one => Action::Read,
            (Some("groups"), _) => self.kind_of_list(),
            (Some("bulk"), _) => Action::Bulk,
            (Some(".search") | None, _) => Action::Lookup,
            (Some("serviceproviderconfig" | "schemas" | "resourcetypes" | "roles"), _) => Action::Discovery,
            _ => Action::Astray,
        }
    }

    /// Whether this is a search by POST (RFC 7644 3.4.3), which changes nothing.
    pub(super) fn is_search(&self) -> bool {
        let last = self.route.as_deref().and_then(<[String]>::last);
        self.method == Method::POST && last.is_some_and(|last| last.eq_ignore_ascii_case(".search"))
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

    /// A list header as text, however many lines it came in. Bytes that are no text stay in their place, so that what
    /// cannot be read is not taken for absent.
    pub(super) fn list(&self, name: header::HeaderName) -> Option<String> {
        let lines: Vec<_> =
            self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// Refuses a head beyond the limit.
    pub(super) fn check_head(&self) -> Result<(), ScimError> {
        if self.head_bytes <= HEAD_LIMIT {
            return Ok(());
        }
        Err(ScimError::head_too_large(format!(
            "The request's URL and headers are larger than {HEAD_LIMIT} bytes. Check for a proxy that adds headers."
        )))
    }

    /// A header as text.
    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Changes what the rules and the event will see, while nobody else looks at it yet.
    pub(super) fn amend(&mut self, change: impl FnOnce(&mut Request)) {
        change(Arc::make_mut(&mut self.request));
    }

    /// One operation of a bulk request as a request of its own, in the same transaction.
    pub(super) fn operation(&self, method: Method, endpoint: &str, id: Option<&str>, body: &Value) -> Self {
        let at = Timestamp::now();
        let path = match id {
            Some(id) => format!("/scim/v2{endpoint}/{id}"),
            None => format!("/scim/v2{endpoint}"),
        };
        let whole = &*self.request;
        let request = Request {
            method: method.as_str().to_owned(),
            query: None,
            at,
            received: Instant::now(),
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
            signs: whole.signs.clone(),
            kept: OnceLock::new(),
            path,
            address: whole.address.clone(),
            user_agent: whole.user_agent.clone(),
            token: whole.token.clone(),
            base_url: whole.base_url.clone(),
            transaction: whole.transaction,
            types: whole.types,
        };
        Self {
            route: Some(segments(&request.path).into_iter().skip(2).collect()),
            request: Arc::new(request),
            method,
            headers: HeaderMap::new(),
            version: None,
            reading: false,
            way: self.way,
            head_bytes: 0,
        }
    }

    /// Reads the body, where the method has one.
    pub(super) async fn read_body(&mut self, body: &mut RequestBody) -> Result<(), ScimError> {
        if !matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            return Ok(());
        }
        self.check_content_type()?;
        let declared: Option<usize> = self.header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let limit = self.body_limit();
        if declared.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        self.reading = true;
        let bytes = body.read(limit, declared.unwrap_or_default()).await.map_err(|fault| match fault {
            Fault::TooLarge => too_large(limit),
            Fault::BrokenOff => {
                ScimError::invalid_syntax("The request body broke off before its end. Send the request again.")
            }
        })?;
        self.reading = false;
        self.amend(|request| request.body = bytes);
        Ok(())
    }

    fn body_limit(&self) -> usize {
        let of_group = self.route.as_ref().and_then(|route| route.first()).is_some_and(|first| {
            first.eq_ignore_ascii_case("groups")
                && matches!(self.method, Method::POST | Method::PUT)
                && !self.is_search()
        });
        if of_group { GROUP_LIMIT } else { BODY_LIMIT }
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
        let Some(accept) = self.list(header::ACCEPT) else { return Ok(()) };
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

fn head_bytes(parts: &Parts) -> usize {
    let url = parts.uri.path_and_query().map_or(0, |url| url.as_str().len());
    parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>() + url
}

fn is_json(essence: &str) -> bool {
    matches!(essence, "application/scim+json" | "application/json")
}

/// Whether Okta's own client sent these headers.
pub(super) fn is_okta(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).map(|agent| agent.as_bytes());
    agent.is_some_and(|agent| agent.starts_with(b"Okta SCIM Client"))
}

fn too_large(limit: usize) -> ScimError {
    ScimError::payload_too_large(format!("The request body is larger than {limit} bytes. Send less at once."))
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

/// Behind a proxy, the client is the last address the proxy added, be it to the client's own list or as a further line.
fn address(parts: &Parts, behind_proxy: bool) -> Option<String> {
    let forwarded = || {
        let list = parts.headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        let last = list.rsplit(',').next()?.trim();
        last.parse::<std::net::IpAddr>().ok().map(|address| address.to_string())
    };
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.address.ip().to_string());
    if behind_proxy { forwarded().or(peer) } else { peer }
}

fn way(parts: &Parts) -> Way {
    parts.extensions.get::<Peer>().map_or(Way::Plain, |peer| peer.way)
}

/// The URL under which the client reached us, so that `meta.location` is one it can call.
fn base_url(parts: &Parts, app: &App) -> String {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if app.behind_proxy {
        parts.headers.get("x-forwarded-proto").and_then(|proto| proto.to_str().ok()).unwrap_or("https")
    } else if way(parts) == Way::Tls {
        "https"
    } else {
        "http"
    };
    match host {
        Some(host) => format!("{scheme}://{host}/scim/v2"),
        None => app.scim_base_url(None),
    }
}
