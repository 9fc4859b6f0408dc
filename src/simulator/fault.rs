//! What Okta would not accept, in its own words where they are known.

/// Why Okta would not accept an answer. Printed in Okta's own words where they are known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection.
    #[error("connect failed: {0}")]
    Unreachable(String),
    /// The connection ended without a whole answer, or 60 s passed without a byte.
    #[error("no whole answer: {0}")]
    NoAnswer(String),
    /// The service refused and said why; Okta shows this line to its admin.
    #[error("{reason}. Errors reported by remote server: {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its reason phrase.
        reason: String,
        /// The `detail` of the Error body.
        detail: String,
    },
    /// The service refused, and its JSON body is not an Error with `schemas` and `detail` (RFC 7644 3.12).
    #[error("{reason}. The body names no cause: an Error needs schemas, status and detail")]
    Unexplained {
        /// The HTTP status.
        status: u16,
        /// Its reason phrase.
        reason: String,
    },
    /// A body that is not JSON, which hides the cause from Okta's admin.
    #[error(
        "{reason}. Errors reported by remote server: Invalid JSON: Unrecognized token '{token}' at line: {line}, column: {column}"
    )]
    InvalidJson {
        /// The HTTP status.
        status: u16,
        /// Its reason phrase.
        reason: String,
        /// What stands there instead.
        token: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A success status other than the one Okta waits for.
    #[error("{got} where Okta requires {wanted}")]
    Status {
        /// What came.
        got: u16,
        /// What Okta takes.
        wanted: &'static str,
    },
    /// A list without `Resources`; Okta wants the array even when it is empty.
    #[error("No results for users returned")]
    NoResults,
    /// A list without the ListResponse schema.
    #[error("schemas does not name urn:ietf:params:scim:api:messages:2.0:ListResponse")]
    NotAList,
    /// A count that is text or missing; Okta's job then stops after the lookup with "reason null".
    #[error("{0} is not a JSON number; Okta stops here without naming a reason")]
    NotANumber(&'static str),
    /// More or fewer users than one name can have.
    #[error("the lookup of one userName answers totalResults {total} with {resources} in Resources")]
    Count {
        /// `totalResults`.
        total: u64,
        /// The length of `Resources`.
        resources: usize,
    },
    /// A page of an import with none or too many of the resources that are left.
    #[error("the page from {start} on holds {got} where {due} are left: the import would not end, or take some twice")]
    Page {
        /// `startIndex` as asked for.
        start: u64,
        /// How many belong on the page.
        due: u64,
        /// How many it has.
        got: u64,
    },
    /// A resource type, or an item of one, that lacks what Entitlement Management reads.
    #[error("an entry has no {0}, which Entitlement Management reads")]
    NoResourceType(&'static str),
    /// A resource type of entitlements without a single one.
    #[error("no entitlements returned: Okta needs one at least")]
    NoEntitlements,
    /// The lookup gave somebody else: the filter was not applied.
    #[error("the lookup of {asked} answers {given}: the filter was not applied, and Okta would link the wrong person")]
    WrongUser {
        /// The `userName` asked for.
        asked: String,
        /// The `userName` given.
        given: String,
    },
    /// A list where one User belongs; Okta would lay its values over the list and PUT it back.
    #[error("a list where one User belongs; Okta would PUT that list back")]
    ListForUser,
    /// An empty or non-object body where the whole user belongs.
    #[error("returned empty user")]
    EmptyUser,
    /// A created user that Okta cannot link to.
    #[error("Create new user returned empty user")]
    EmptyCreate,
    /// A user without an `id`, or with one that is not text.
    #[error("the User has no id, or one that is not text")]
    MissingId,
    /// Another user's `id`.
    #[error("the id is {given} where {asked} was asked for; an id never changes")]
    OtherId {
        /// The id in the request.
        asked: String,
        /// The id in the answer.
        given: String,
    },
    /// The lookup hides a deactivated user; Okta would create the person again.
    #[error("the lookup no longer finds the deactivated user; Okta would create the person again")]
    Hidden,
    /// The service does not hold what was pushed.
    #[error("{attribute} was pushed as {pushed} and is held as {held}")]
    NotHeld {
        /// The attribute.
        attribute: &'static str,
        /// What Okta sent.
        pushed: String,
        /// What the service gives back.
        held: String,
    },
    /// A 429 whose `Retry-After` is not in whole seconds.
    #[error("API rate limit exceeded, and Retry-After is not in whole seconds: Okta would wait 5 minutes or longer")]
    RetryAfter,
    /// Ten times 429 for one request.
    #[error("API rate limit exceeded; given up after {0} attempts")]
    RateLimit(u32),
}
