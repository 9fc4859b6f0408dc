//! What came back, beside what was sent: a test that fails shows both.

use std::{fmt, ops::Index};

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{ERROR, LIST};

#[derive(Clone)]
pub struct Answer {
    /// The request, as text.
    pub sent: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The body as JSON; null when there is none.
    pub body: Value,
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "the status is another.\n{self}");
        self
    }

    /// Like [`Self::expect`], for an error in SCIM's form with this keyword. Gives the sentence in it.
    #[track_caller]
    pub fn scim_error(&self, status: u16, keyword: Option<&str>) -> String {
        assert_eq!(self.status, status, "the status is another.\n{self}");
        assert!(self.is_scim_json(), "an error is application/scim+json.\n{self}");
        assert_eq!(self["schemas"], json!([ERROR]), "an error has the error's URI alone.\n{self}");
        assert_eq!(self["status"], json!(status.to_string()), "an error's status is a text.\n{self}");
        match keyword {
            Some(keyword) => assert_eq!(self["scimType"], json!(keyword), "the keyword is another.\n{self}"),
            None => assert!(self.body.get("scimType").is_none(), "no keyword belongs here.\n{self}"),
        }
        let detail = self["detail"].as_str().unwrap_or_else(|| panic!("detail is one text.\n{self}"));
        assert!(!detail.trim().is_empty(), "detail says nothing.\n{self}");
        detail.to_owned()
    }

    pub fn is_scim_json(&self) -> bool {
        let given = self.header("content-type").unwrap_or_default().to_ascii_lowercase();
        given.split(';').next().unwrap_or_default().trim() == "application/scim+json"
    }

    /// The answer, in which this JSON pointer must lead to this value.
    #[track_caller]
    pub fn has(self, pointer: &str, value: impl Into<Value>) -> Self {
        let (found, wanted) = (self.body.pointer(pointer), value.into());
        assert_eq!(found, Some(&wanted), "{pointer} is another.\n{self}");
        self
    }

    /// The answer, in which this JSON pointer must lead nowhere.
    #[track_caller]
    pub fn lacks(self, pointer: &str) -> Self {
        assert_eq!(self.body.pointer(pointer), None, "{pointer} should not be there.\n{self}");
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self["id"].as_str().unwrap_or_else(|| panic!("there is no id.\n{self}")).to_owned()
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("there is no ETag.\n{self}")).to_owned()
    }

    /// The resources of a list answer.
    #[track_caller]
    pub fn resources(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "a list is 200.\n{self}");
        assert_eq!(self["schemas"], json!([LIST]), "a list has the list's URI.\n{self}");
        self["Resources"].as_array().unwrap_or_else(|| panic!("a list has Resources.\n{self}")).clone()
    }

    /// One attribute of each resource of a list answer; null where it is not there.
    #[track_caller]
    pub fn column(&self, pointer: &str) -> Vec<Value> {
        self.resources().iter().map(|one| one.pointer(pointer).cloned().unwrap_or_default()).collect()
    }

    #[track_caller]
    pub fn total(&self) -> u64 {
        self["totalResults"].as_u64().unwrap_or_else(|| panic!("a list has a total.\n{self}"))
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        &self.body[name]
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sent: {}\ncame back: {}", self.sent, self.status)?;
        for (name, value) in &self.headers {
            write!(f, "\n  {name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        // The end of a long answer is seldom what surprises.
        write!(f, "\n{}", self.text.chars().take(4000).collect::<String>())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
