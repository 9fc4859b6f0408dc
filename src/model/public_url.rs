//! The address at which Okta reaches the service: what Okta takes as one, and what it will not reach.
//!
//! Okta's own form says little about a base URL that it does not like, or nothing at all until the test times out. So the
//! address is checked wherever it is given, and looked at again wherever it is shown.

use std::{fmt, net::IpAddr, str::FromStr};

use http::Uri;

/// What the service appends to the address; Okta itself appends the endpoint, such as `/Users`.
const BASE_PATH: &str = "/scim/v2";
/// Names that nobody resolves but the network they are used in.
const INNER_DOMAINS: [&str; 6] = [".local", ".localhost", ".internal", ".lan", ".home.arpa", ".intranet"];

/// An address that Okta takes, such as `https://room.harbor.example`: https, without `/scim/v2` and without a slash at
/// the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Why Okta could not call an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// It is none.
    #[error("{0:?} is no address: give it as https://room.harbor.example")]
    NoAddress(String),
    /// It is not https.
    #[error(
        "Okta takes https only: give the service a certificate or put a proxy that speaks TLS in front, and give the \
         address with https, such as https://room.harbor.example"
    )]
    NotHttps,
    /// It has a user name or a password in it.
    #[error(
        "the address holds a user name or password in front of @: leave it out, Okta signs in with the token alone"
    )]
    UserInfo,
    /// It has a query or a fragment.
    #[error("the address has a ? or # in it, and what follows is no part of a base URL: leave it out")]
    Query,
    /// There is an underscore in it.
    #[error("Okta takes no base URL with an underscore in it: reach the service under another {0}")]
    Underscore(&'static str),
    /// The path has what is appended in it already.
    #[error(
        "the path ends in {found} already, and {BASE_PATH} is appended here, /Users by Okta: leave it out and give {rest}"
    )]
    Doubled {
        /// What it ends in.
        found: String,
        /// The address without it.
        rest: String,
    },
    /// The port is no port, or that of plain HTTP.
    #[error("{0} is no port for https: leave it out (443), or give the one on which the proxy speaks TLS")]
    Port(String),
}

impl PublicUrl {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    /// Takes blanks around it, slashes at its end and the port 443, which https means anyway, and drops them.
    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let text = text.trim();
        let none = || PublicUrlError::NoAddress(text.chars().take(100).collect());
        let (scheme, rest) = text.split_once("://").ok_or_else(none)?;
        if scheme.eq_ignore_ascii_case("http") {
            return Err(PublicUrlError::NotHttps);
        }
        if !scheme.eq_ignore_ascii_case("https") {
            return Err(none());
        }
        if rest.contains(['?', '#']) {
            return Err(PublicUrlError::Query);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(PublicUrlError::UserInfo);
        }
        let path = path.trim_end_matches('/');
        let uri: Uri = format!("https://{}/", without_port(authority).0).parse().map_err(|_| none())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(none)?;
        if host.contains('_') {
            return Err(PublicUrlError::Underscore("host name"));
        }
        if path.contains('_') {
            return Err(PublicUrlError::Underscore("path"));
        }
        let port = match without_port(authority).1 {
            None => String::new(),
            Some(port) => match port.parse::<u16>() {
                Ok(443) => String::new(),
                Ok(number) if number != 0 && number != 80 => format!(":{number}"),
                _ => return Err(PublicUrlError::Port(port.chars().take(20).collect())),
            },
        };
        let site = format!("https://{host}{port}");
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let kept = own_part(&segments);
        if let (own, [_, ..]) = segments.split_at(kept) {
            let found = format!("/{}", segments.get(kept..).unwrap_or_default().join("/"));
            return Err(PublicUrlError::Doubled { found, rest: joined(&site, own) });
        }
        let whole = joined(&site, &segments);
        whole.parse::<Uri>().map_err(|_| none())?;
        Ok(Self(whole))
    }
}

/// How many of the segments come before those that are appended here or by Okta.
fn own_part(segments: &[&str]) -> usize {
    let is = |segment: &str, name: &str| segment.eq_ignore_ascii_case(name);
    let mut kept = segments.len();
    while let Some(last) = kept.checked_sub(1).and_then(|last| segments.get(last)) {
        let before = kept.checked_sub(2).and_then(|before| segments.get(before));
        if is(last, "Users") || is(last, "Groups") {
            kept -= 1;
        } else if is(last, "v2") && before.is_some_and(|before| is(before, "scim")) {
            kept -= 2;
        } else {
            break;
        }
    }
    kept
}

fn joined(site: &str, segments: &[&str]) -> String {
    segments.iter().fold(site.to_owned(), |whole, segment| whole + "/" + segment)
}

/// Host and port of `host:port`; the colons of an IPv6 address are in brackets.
fn without_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// What to know of an address before Okta is given it, each in a sentence: why Okta would refuse it, or why Okta may not
/// reach it. Takes the address with or without `/scim/v2`; empty when there is nothing to say.
pub fn advice(base_url: &str) -> Vec<String> {
    let address = base_url.strip_suffix(BASE_PATH).unwrap_or(base_url);
    match address.parse::<PublicUrl>() {
        Ok(url) => [of_host(&url), of_port(&url), of_path(&url)].into_iter().flatten().collect(),
        Err(error) => vec![format!("Okta will not take {base_url}: {error}.")],
    }
}

/// A host that Okta, which calls from the internet, cannot find or reach.
fn of_host(url: &PublicUrl) -> Option<String> {
    let uri: Uri = url.as_str().parse().ok()?;
    let host = uri.host()?.to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let what = match bare.parse::<IpAddr>() {
        Ok(address) if is_inner(address) => "an address of this machine or of a private network",
        Ok(_) => return None,
        Err(_) if host == "localhost" => "a name for this machine itself",
        Err(_) if INNER_DOMAINS.iter().any(|domain| host.ends_with(domain)) => "a name of a private network",
        Err(_) if !host.contains('.') => "a name without a domain, which only a private network knows",
        Err(_) => return None,
    };
    Some(format!(
        "{host} is {what}, and Okta calls from the internet: unless Okta's on-premises agent is in between, give a name \
         with public DNS and let port 443 in."
    ))
}

/// Whether nobody outside can reach this address.
fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            // 100.64.0.0/10 is shared between a provider and its customers (RFC 6598).
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified() || shared
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_inner(IpAddr::V4(v4)),
            None => v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}

fn of_port(url: &PublicUrl) -> Option<String> {
    let uri: Uri = url.as_str().parse().ok()?;
    let port = uri.port_u16()?;
    Some(format!("Okta will call port {port}: the firewall has to let it in there, not only at 443."))
}

fn of_path(url: &PublicUrl) -> Option<String> {
    let uri: Uri = url.as_str().parse().ok()?;
    let path = Some(uri.path()).filter(|path| *path != "/")?;
    Some(format!(
        "The proxy in front has to take {path} off the path and name it in X-Forwarded-Prefix: the service itself answers below {BASE_PATH}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, PublicUrlError> {
        text.parse::<PublicUrl>().map(|url| url.to_string())
    }

    #[test]
    fn what_okta_takes_is_kept_without_what_says_nothing() {
        for (given, kept) in [
            ("https://room.harbor.example", "https://room.harbor.example"),
            (" https://room.harbor.example// ", "https://room.harbor.example"),
            ("HTTPS://Room.Harbor.example:443/", "https://Room.Harbor.example"),
            ("https://room.harbor.example:8443", "https://room.harbor.example:8443"),
            ("https://harbor.example/room/", "https://harbor.example/room"),
            ("https://harbor.example/scim/v2/room", "https://harbor.example/scim/v2/room"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(read(given).as_deref(), Ok(kept), "{given}");
        }
    }

    #[test]
    fn what_okta_refuses_is_refused_with_what_to_do() {
        for (given, says) in [
            ("room.harbor.example", "give it as https://"),
            ("", "give it as https://"),
            ("ftp://room.harbor.example", "give it as https://"),
            ("https://", "give it as https://"),
            ("https://räume.example", "give it as https://"),
            ("https://room harbor.example", "give it as https://"),
            ("http://room.harbor.example", "Okta takes https only"),
            ("https://okta:pw@room.harbor.example", "user name or password"),
            ("https://room.harbor.example/?tenant=1", "a ? or #"),
            ("https://room.harbor.example#top", "a ? or #"),
            ("https://my_room.harbor.example", "under another host name"),
            ("https://room.harbor.example/my_room", "under another path"),
            ("https://room.harbor.example:80", "80 is no port for https"),
            ("https://room.harbor.example:0", "0 is no port"),
            ("https://room.harbor.example:99999", "99999 is no port"),
            ("https://room.harbor.example:", " is no port"),
        ] {
            let error = read(given).unwrap_err().to_string();
            assert!(error.contains(says), "{given}: {error}");
        }
    }

    #[test]
    fn what_is_appended_anyway_is_refused_with_the_address_that_is_meant() {
        for (given, found, rest) in [
            ("https://room.harbor.example/scim/v2", "/scim/v2", "https://room.harbor.example"),
            ("https://room.harbor.example/SCIM/v2/", "/SCIM/v2", "https://room.harbor.example"),
            ("https://room.harbor.example/scim/v2/Users", "/scim/v2/Users", "https://room.harbor.example"),
            ("https://harbor.example:8443/room/users", "/users", "https://harbor.example:8443/room"),
            ("https://harbor.example/scim/v2/scim/v2", "/scim/v2/scim/v2", "https://harbor.example"),
        ] {
            let expected = PublicUrlError::Doubled { found: found.to_owned(), rest: rest.to_owned() };
            assert_eq!(read(given), Err(expected), "{given}");
        }
    }

    #[test]
    fn where_okta_cannot_get_to_is_said() {
        for host in [
            "localhost",
            "127.0.0.1",
            "10.1.2.3",
            "172.20.0.1",
            "192.168.7.7",
            "169.254.1.1",
            "100.64.0.1",
            "[::1]",
            "[fd00::1]",
            "[::ffff:10.0.0.1]",
            "room.local",
            "room.harbor.internal",
            "room",
        ] {
            let told = advice(&format!("https://{host}/scim/v2"));
            assert!(
                matches!(told.as_slice(), [one] if one.contains("Okta calls from the internet")),
                "{host}: {told:?}"
            );
        }
        for host in ["room.harbor.example", "203.0.113.7", "8.8.8.8", "[2001:db8::1]", "100.128.0.1"] {
            assert_eq!(advice(&format!("https://{host}/scim/v2")), [""; 0], "{host}");
        }
        assert!(advice("https://room.harbor.example:8443/scim/v2")[0].contains("port 8443"));
        assert!(advice("https://harbor.example/room")[0].contains("take /room off"));
        let plain = advice("http://127.0.0.1:7644/scim/v2");
        assert!(matches!(plain.as_slice(), [one] if one.contains("Okta takes https only")), "{plain:?}");
    }

    proptest::proptest! {
        /// Whatever is typed; and what is taken once is taken again as it is.
        #[test]
        fn nothing_breaks_it(text in "\\PC{0,60}", rest in "[a-z0-9_./:@#?\\[\\]-]{0,40}") {
            advice(&text);
            if let Ok(url) = format!("https://{rest}").parse::<PublicUrl>() {
                proptest::prop_assert_eq!(url.as_str().parse::<PublicUrl>(), Ok(url.clone()));
                proptest::prop_assert!(!url.as_str().contains('_'));
            }
        }
    }
}
