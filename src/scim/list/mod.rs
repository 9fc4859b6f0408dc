//! Lists, lookups and searches (RFC 7644 3.4.2 and 3.4.3, RFC 9865): what a query asks for and the envelope of the
//! answer.

use serde_json::{Value, json};

use super::error::ScimError;
use super::filter::{self, Filter};
use super::projection::Projection;
use super::schema::ResourceType;
use super::sort::Sort;
use parameters::Parameters;

mod page;
mod parameters;

#[cfg(test)]
mod tests;

pub use page::{cursor_text, list_response, list_text};
pub use parameters::SEARCH_REQUEST_URN;
pub(super) use parameters::one as parameter;

/// Most resources on one page; a larger `count` is cut to this.
pub const MAX_RESULTS: u64 = 200;
/// Resources on one page when the query says nothing.
pub const DEFAULT_COUNT: u64 = 100;

/// What a query asks of one resource type.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// The resource type.
    pub kind: &'static ResourceType,
    /// Which page is wanted.
    pub paging: Paging,
    /// Most resources wanted, 0 to [`MAX_RESULTS`]; 0 asks for the total alone.
    pub count: u64,
    /// Which resources are meant; all without it.
    pub filter: Option<Filter>,
    /// In what order; in that of creation without it.
    pub sort: Option<Sort>,
    /// Which attributes are shown.
    pub projection: Projection,
    canonical: String,
}

/// How a client walks through the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By counting, which is the default (RFC 9865 2.4 for services that had it first).
    Index {
        /// Place of the first resource wanted, counted from 1.
        start_index: u64,
    },
    /// By the cursor of the page before.
    Cursor {
        /// The cursor as sent, unread; the first page without it.
        after: Option<String>,
    },
}

impl Paging {
    /// Place of the first resource wanted, counted from 1; 1 where a cursor says which that is.
    pub const fn start_index(&self) -> u64 {
        match self {
            Self::Index { start_index } => *start_index,
            Self::Cursor { .. } => 1,
        }
    }
}

impl ListQuery {
    /// Reads decoded query parameters. Unknown ones are ignored (RFC 7644 3.4.2), as is `sortOrder` without `sortBy`.
    /// `startIndex` below 1 counts as 1, a negative `count` as 0 (Table 6), a `cursor` without value asks for the first
    /// page (RFC 9865 2).
    ///
    /// `invalidValue` when a number is none, a parameter is given twice, `attributes` meets `excludedAttributes` or
    /// `cursor` meets `startIndex`; `invalidFilter` and the faults of [`Sort::parse`]. The cursor itself is read
    /// later, by whoever holds its key.
    pub fn parse(pairs: &[(String, String)], kind: &'static ResourceType) -> Result<Self, ScimError> {
        Asked::new(Parameters::from_query(pairs)?, &[kind])?.of_one(kind)
    }

    /// The same for several resource types at once, as at the root of the service (RFC 7644 3.4.2.1): one query each,
    /// in the order given. An attribute that a type lacks has no value there, so it can be filtered on and sorted by.
    pub fn parse_each(pairs: &[(String, String)], kinds: &[&'static ResourceType]) -> Result<Vec<Self>, ScimError> {
        Asked::new(Parameters::from_query(pairs)?, kinds)?.of_each(kinds)
    }

    /// Reads the body of a POST to `/.search` (RFC 7644 3.4.3), to the same end as [`parse`](Self::parse).
    ///
    /// `invalidSyntax` when it is no SearchRequest; `invalidValue`, with the name of the member, when one is of the
    /// wrong kind. `attributes` and `excludedAttributes` are lists of names, or one text with commas.
    pub fn from_search(body: Value, kind: &'static ResourceType) -> Result<Self, ScimError> {
        Asked::new(Parameters::from_search(body)?, &[kind])?.of_one(kind)
    }

    /// The same for several resource types at once, as [`parse_each`](Self::parse_each).
    pub fn search_each(body: Value, kinds: &[&'static ResourceType]) -> Result<Vec<Self>, ScimError> {
        Asked::new(Parameters::from_search(body)?, kinds)?.of_each(kinds)
    }

    /// All that a cursor holds a client to besides `count`: two queries with the same text have the same pages
    /// (RFC 9865 2).
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// A query read as far as it goes without a resource type.
struct Asked {
    paging: Paging,
    count: u64,
    filter: Option<filter::Expression>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    projection: Projection,
    canonical: String,
}

impl Asked {
    fn new(given: Parameters, kinds: &[&'static ResourceType]) -> Result<Self, ScimError> {
        let paging = match (given.cursor, given.start_index) {
            (Some(_), Some(_)) => {
                return Err(ScimError::invalid_value(
                    "startIndex and cursor exclude each other: they are two ways through the pages. Send one of them.",
                ));
            }
            (Some(text), None) => Paging::Cursor { after: (!text.is_empty()).then_some(text) },
            (None, start_index) => Paging::Index { start_index: start_index.unwrap_or(1).max(1) },
        };
        let sort_order = given.sort_order.filter(|_| given.sort_by.is_some());
        let endpoints: Vec<&str> = kinds.iter().map(|kind| kind.endpoint).collect();
        let names = [&given.filter, &given.sort_by, &sort_order, &given.attributes, &given.excluded_attributes];
        let canonical = json!([endpoints, names]).to_string();
        Ok(Self {
            paging,
            count: given.count.unwrap_or(DEFAULT_COUNT).min(MAX_RESULTS),
            filter: given.filter.as_deref().map(filter::parse).transpose()?,
            sort_by: given.sort_by,
            sort_order,
            projection: Projection::parse(given.attributes.as_deref(), given.excluded_attributes.as_deref())?,
            canonical,
        })
    }

    fn of_one(self, kind: &'static ResourceType) -> Result<ListQuery, ScimError> {
        let filter = self.filter.as_ref().map(|filter| Filter::check(filter, kind)).transpose()?;
        let sort = self.sort_by.as_deref().map(|by| Sort::parse(by, self.sort_order.as_deref(), kind)).transpose()?;
        Ok(ListQuery {
            kind,
            paging: self.paging,
            count: self.count,
            filter,
            sort,
            projection: self.projection,
            canonical: self.canonical,
        })
    }

    fn of_each(self, kinds: &[&'static ResourceType]) -> Result<Vec<ListQuery>, ScimError> {
        let of = |kind: &&'static ResourceType| {
            let filter = self.filter.as_ref().map(|filter| Filter::check_among(filter, kind)).transpose()?;
            let order = self.sort_order.as_deref();
            let sort = self.sort_by.as_deref().map(|by| Sort::parse_among(by, order, kind)).transpose()?;
            Ok(ListQuery {
                kind,
                paging: self.paging.clone(),
                count: self.count,
                filter,
                sort,
                projection: self.projection.clone(),
                canonical: self.canonical.clone(),
            })
        };
        kinds.iter().map(of).collect()
    }
}
