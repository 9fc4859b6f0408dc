//! Attribute notation (RFC 7644 3.10) and PATCH paths (RFC 7644 3.5.2), read from text without knowing any schema.

use std::fmt;

use super::error::ScimError;
use super::filter::{self, Expression};

/// Longest path read, in bytes.
pub const MAX_PATH: usize = 4096;

/// `[urn:]attribute[.sub]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// Schema URI in front, without its colon.
    pub urn: Option<String>,
    /// Name of the attribute.
    pub attribute: String,
    /// Name of the part after the point.
    pub sub: Option<String>,
}

/// What is wrong with a text that should be an attribute path, as a phrase to finish a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Nothing there.
    #[error("a name is missing")]
    Empty,
    /// A name with a character that names cannot have.
    #[error("{0:?} is not an attribute name (letters, digits, - and _, beginning with a letter)")]
    Name(String),
    /// More than one point after the schema URI.
    #[error("{0:?} has more than one point: attributes are at most two levels deep")]
    Depth(String),
}

impl AttributePath {
    /// Reads a whole text.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        // The URI's own colons end where the name begins; the points in `core:2.0:User:` lie before that.
        let (urn, names) = match text.rfind(':') {
            Some(end) if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:")) => {
                let urn = text.get(..end).unwrap_or_default();
                // At least a namespace behind `urn:`; `$` is for one attribute's name alone.
                if urn.len() <= 4 || urn.contains('$') {
                    return Err(PathFault::Name(text.to_owned()));
                }
                (Some(urn), text.get(end + 1..).unwrap_or_default())
            }
            _ => (None, text),
        };
        let mut parts = names.splitn(3, '.');
        let attribute = name(parts.next().unwrap_or_default())?;
        let sub = parts.next().map(name).transpose()?;
        if parts.next().is_some() {
            return Err(PathFault::Depth(names.to_owned()));
        }
        Ok(Self { urn: urn.map(str::to_owned), attribute, sub })
    }

    /// The whole text read as one URI: `urn:...:2.0:User` alone names an extension, not an attribute called `User`.
    pub fn as_urn(&self) -> Option<String> {
        match (&self.urn, &self.sub) {
            (Some(urn), None) => Some(format!("{urn}:{}", self.attribute)),
            _ => None,
        }
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.attribute)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// RFC 7643 2.1: `ALPHA *(nameChar)`, and `$ref`.
fn name(text: &str) -> Result<String, PathFault> {
    let mut bytes = text.bytes();
    match bytes.next() {
        None => return Err(PathFault::Empty),
        Some(first) if first.is_ascii_alphabetic() || (first == b'$' && text.eq_ignore_ascii_case("$ref")) => {}
        Some(_) => return Err(PathFault::Name(text.to_owned())),
    }
    if bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        Ok(text.to_owned())
    } else {
        Err(PathFault::Name(text.to_owned()))
    }
}

/// Whether a character can be part of an attribute path; the first one that cannot ends it.
pub(super) fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'$')
}

/// `attribute`, `attribute.sub`, `attribute[filter]` or `attribute[filter].sub`, or the URI of an extension.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute, with its schema URI if one is given. Its own `sub` is empty when a filter follows.
    pub attribute: AttributePath,
    /// Which values of a multi-valued attribute are meant.
    pub filter: Option<Expression>,
    /// The part after the closing bracket.
    pub sub: Option<String>,
}

impl PatchPath {
    /// Reads the `path` of a PATCH operation: `invalidPath` when the notation is wrong, `invalidFilter` when the brackets
    /// are whole and only the filter between them cannot be read.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        if text.len() > MAX_PATH {
            return Err(ScimError::invalid_path(format!("The path is longer than {MAX_PATH} bytes. Shorten it.")));
        }
        let fault = |column: usize, why: &dyn fmt::Display| {
            ScimError::invalid_path(format!(
                "The path {text:?} cannot be read at column {column}: {why}. Write it like name.familyName or \
                 emails[type eq \"work\"].value."
            ))
        };
        let head_end = text.bytes().position(|byte| !is_path_byte(byte)).unwrap_or(text.len());
        let (head, rest) = text.split_at(head_end);
        let attribute = AttributePath::parse(head).map_err(|why| fault(1, &why))?;
        if rest.is_empty() {
            let sub = attribute.sub.clone();
            return Ok(Self { attribute: AttributePath { sub: None, ..attribute }, filter: None, sub });
        }
        let column = |offset: usize| text.get(..offset).map_or(1, |before| before.chars().count() + 1);
        let Some(inner) = rest.strip_prefix('[') else {
            return Err(fault(column(head_end), &"a name cannot have this character"));
        };
        if attribute.sub.is_some() {
            return Err(fault(column(head_end), &"a filter belongs behind the attribute, before the point"));
        }
        let Some(length) = closing_bracket(inner) else {
            return Err(fault(column(head_end), &"the bracket is not closed"));
        };
        let (condition, tail) = inner.split_at(length);
        let filter = filter::parse(condition).map_err(|error| ScimError {
            detail: format!("The path {text:?} has brackets with a wrong filter. {}", error.detail),
            ..error
        })?;
        let tail_column = column(head_end + 1 + length + 1);
        let sub = match tail.strip_prefix(']') {
            None | Some("") => None,
            Some(tail) => {
                let Some(sub) = tail.strip_prefix('.') else {
                    return Err(fault(tail_column, &"only a point and a name may follow the bracket"));
                };
                Some(name(sub).map_err(|why| fault(tail_column + 1, &why))?)
            }
        };
        Ok(Self { attribute, filter: Some(filter), sub })
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attribute)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// Offset of the first `]` outside a quoted text.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(offset),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::error::ScimType;
    use super::*;

    fn attribute(text: &str) -> (Option<String>, String, Option<String>) {
        let path = AttributePath::parse(text).unwrap();
        (path.urn, path.attribute, path.sub)
    }

    #[test]
    fn attribute_paths_split_into_their_parts() {
        assert_eq!(attribute("userName"), (None, "userName".into(), None));
        assert_eq!(attribute("name.familyName"), (None, "name".into(), Some("familyName".into())));
        assert_eq!(attribute("members.$ref"), (None, "members".into(), Some("$ref".into())));
        assert_eq!(
            attribute("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"),
            (
                Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User".into()),
                "manager".into(),
                Some("value".into())
            )
        );
        let extension = AttributePath::parse("urn:example:2.0:User").unwrap();
        assert_eq!(extension.as_urn().as_deref(), Some("urn:example:2.0:User"));
    }

    #[test]
    fn malformed_attribute_paths_are_refused() {
        for text in ["", ".", "name.", "1a", "a.b.c", "a b", "$value", "urn:x:", "urn:a", "urn:x$y:a", "a/b", "ä"] {
            assert!(AttributePath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn patch_paths_carry_filters() {
        let path = PatchPath::parse("emails[type eq \"wo]rk\" and not (primary eq true)].value").unwrap();
        assert_eq!(path.attribute.attribute, "emails");
        assert_eq!(path.sub.as_deref(), Some("value"));
        assert_eq!(path.to_string(), "emails[type eq \"wo]rk\" and not (primary eq true)].value");
        let whole = PatchPath::parse("emails[type eq \"work\"]").unwrap();
        assert!(whole.sub.is_none() && whole.filter.is_some());
    }

    #[test]
    fn the_kind_of_refusal_depends_on_the_brackets() {
        for text in ["", "emails[", "emails[type eq \"a\"", "emails[type eq \"a\"]value", "emails.value[x pr]", "e]"] {
            let error = PatchPath::parse(text).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidPath), "{text}: {error}");
        }
        for text in ["emails[]", "emails[type]", "emails[type eq work]", "emails[a[b pr] pr]"] {
            let error = PatchPath::parse(text).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{text}: {error}");
        }
        let detail = PatchPath::parse("emails[type eq \"a\"]x").unwrap_err().detail;
        assert!(detail.contains("column 20"), "{detail}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            if let Ok(path) = PatchPath::parse(&text) {
                prop_assert_eq!(PatchPath::parse(&path.to_string()).unwrap(), path);
            }
        }

        #[test]
        fn texts_close_to_paths_are_read_or_refused(text in "[a-c\\[\\]\\.\\$: eqpr\"\\\\()]{0,40}") {
            if let Ok(path) = PatchPath::parse(&text) {
                prop_assert_eq!(PatchPath::parse(&path.to_string()).unwrap(), path);
            }
        }
    }
}
