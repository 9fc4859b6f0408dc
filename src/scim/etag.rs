//! Versions as HTTP knows them (RFC 7644 3.14): `W/"n"`, where n is the version of the stored resource.

use std::fmt;

use super::error::ScimError;

/// The version of one resource, as in the `ETag` header and in `meta.version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(u64);

impl ETag {
    /// The tag of a stored version.
    pub const fn of(version: u64) -> Self {
        Self(version)
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{}\"", self.0)
    }
}

/// Which versions a conditional header names. SCIM's own examples send weak tags in `If-Match`, so tags compare weakly
/// there too, against the strong rule of HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    These(Vec<String>),
}

impl Tags {
    fn parse(header: &str, name: &str) -> Result<Self, ScimError> {
        if header.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = header.trim_matches([' ', '\t', ',']);
        while !rest.is_empty() {
            let opaque = rest.strip_prefix("W/").unwrap_or(rest);
            let (tag, behind) =
                opaque.strip_prefix('"').and_then(|inner| inner.split_once('"')).ok_or_else(|| malformed(name))?;
            tags.push(tag.to_owned());
            let behind = behind.trim_start_matches([' ', '\t']);
            if !behind.is_empty() && !behind.starts_with(',') {
                return Err(malformed(name));
            }
            rest = behind.trim_start_matches([' ', '\t', ',']);
        }
        if tags.is_empty() { Err(malformed(name)) } else { Ok(Self::These(tags)) }
    }

    fn name(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => {
                let version = version.to_string();
                tags.contains(&version)
            }
        }
    }
}

fn malformed(name: &str) -> ScimError {
    ScimError::invalid_syntax(format!(
        "The header {name} cannot be read. Send the meta.version of the resource, such as W/\"7\", or * for any."
    ))
}

/// The condition under which a write may happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Tags);

impl IfMatch {
    /// Reads the header's value: `*`, or one or more tags separated by commas. `invalidSyntax` otherwise.
    pub fn parse(header: &str) -> Result<Self, ScimError> {
        Tags::parse(header, "If-Match").map(Self)
    }

    /// Whether the header names this version. Where it does not, the write is refused with 412.
    pub fn matches(&self, present: &ETag) -> bool {
        self.0.name(present.0)
    }
}

/// The condition under which a read may be answered with 304.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfNoneMatch(Tags);

impl IfNoneMatch {
    /// Reads the header's value: `*`, or one or more tags separated by commas. `invalidSyntax` otherwise.
    pub fn parse(header: &str) -> Result<Self, ScimError> {
        Tags::parse(header, "If-None-Match").map(Self)
    }

    /// Whether the reader already holds this version.
    pub fn matches(&self, present: &ETag) -> bool {
        self.0.name(present.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_compare_weakly_and_in_lists() {
        let present = ETag::of(7);
        assert_eq!(present.to_string(), "W/\"7\"");
        for header in ["W/\"7\"", "\"7\"", "*", " \"3\" , W/\"7\" ", ",\"7\","] {
            assert!(IfMatch::parse(header).unwrap().matches(&present), "{header}");
            assert!(IfNoneMatch::parse(header).unwrap().matches(&present), "{header}");
        }
        for header in ["W/\"8\"", "\"07\"", "\"3\", \"70\""] {
            assert!(!IfMatch::parse(header).unwrap().matches(&present), "{header}");
        }
    }

    #[test]
    fn malformed_headers_are_refused() {
        for header in ["", "7", "\"7", "W/7", "\"7\"\"8\"", "\"7\" x", ","] {
            assert_eq!(IfMatch::parse(header).unwrap_err().status, 400, "{header}");
        }
    }
}
