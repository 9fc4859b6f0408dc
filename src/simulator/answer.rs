//! Judges answers as Okta does: what it requires, and the words in which it complains.

use http::StatusCode;
use serde_json::{Map, Value};

use super::{body, fault::Fault, people::Person};

/// What came back for one request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
    /// The `Retry-After` header, when it holds readable text.
    pub(super) retry_after: Option<String>,
}

impl Answer {
    fn reason(&self) -> String {
        self.status.canonical_reason().map_or_else(|| format!("HTTP {}", self.status.as_u16()), ToOwned::to_owned)
    }

    /// The body as JSON; `None` when it is empty.
    fn json(&self) -> Result<Option<Value>, Fault> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        serde_json::from_slice(&self.body).map(Some).map_err(|error| Fault::InvalidJson {
            status: self.status.as_u16(),
            reason: self.reason(),
            token: first_token(&self.body),
            line: error.line(),
            column: error.column(),
        })
    }

    /// Why the service refused (RFC 7644 3.12).
    fn refusal(&self) -> Fault {
        let json = match self.json() {
            Ok(json) => json,
            Err(fault) => return fault,
        };
        let detail = json
            .as_ref()
            .filter(|json| has_schema(json, body::ERROR))
            .and_then(|json| json.get("detail"))
            .and_then(Value::as_str);
        match detail {
            Some(detail) if !detail.trim().is_empty() => {
                Fault::Refused { status: self.status.as_u16(), reason: self.reason(), detail: detail.to_owned() }
            }
            _ => Fault::Unexplained { status: self.status.as_u16(), reason: self.reason() },
        }
    }

    /// Lets the wanted statuses pass and names what the others mean.
    fn expect(&self, taken: &[StatusCode], wanted: &'static str) -> Result<(), Fault> {
        if taken.contains(&self.status) {
            Ok(())
        } else if self.status.as_u16() >= 400 {
            Err(self.refusal())
        } else {
            Err(Fault::Status { got: self.status.as_u16(), wanted })
        }
    }

    /// The users of a list: `schemas`, the three counts as numbers, `Resources`.
    fn list(&self) -> Result<(u64, Vec<Value>), Fault> {
        let list = self.json()?.unwrap_or_default();
        let Some(Value::Array(resources)) = member(&list, "Resources") else { return Err(Fault::NoResults) };
        if !has_schema(&list, body::LIST_RESPONSE) {
            return Err(Fault::NotAList);
        }
        let count = |name| member(&list, name).and_then(Value::as_u64).ok_or(Fault::NotANumber(name));
        count("startIndex")?;
        count("itemsPerPage")?;
        Ok((count("totalResults")?, resources.clone()))
    }

    /// The one User in the body.
    fn one_user(&self) -> Result<Map<String, Value>, Fault> {
        match self.json()? {
            Some(list) if has_schema(&list, body::LIST_RESPONSE) || member(&list, "Resources").is_some() => {
                Err(Fault::ListForUser)
            }
            Some(Value::Object(user)) if !user.is_empty() => Ok(user),
            _ => Err(Fault::EmptyUser),
        }
    }
}

/// Test API Credentials: 200 with a list.
pub(super) fn credential_test(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    answer.list().map(drop)
}

/// The lookup by `userName`: 200 with a list of none or one, or 404 with an Error body, which also means "not there".
pub(super) fn lookup(answer: &Answer, user_name: &str) -> Result<Option<Map<String, Value>>, Fault> {
    if answer.status == StatusCode::NOT_FOUND {
        return match answer.refusal() {
            Fault::Refused { .. } => Ok(None),
            fault => Err(fault),
        };
    }
    answer.expect(&[StatusCode::OK], "200 or 404")?;
    let (total, resources) = answer.list()?;
    let count = Fault::Count { total, resources: resources.len() };
    let Some(first) = resources.first() else {
        return if total == 0 { Ok(None) } else { Err(count) };
    };
    let Value::Object(user) = first else { return Err(Fault::EmptyUser) };
    let given = user.get("userName").and_then(Value::as_str).unwrap_or_default();
    // RFC 7643 4.1.1: userName is compared without case.
    if given.to_lowercase() != user_name.to_lowercase() {
        return Err(Fault::WrongUser { asked: user_name.to_owned(), given: format!("{given:?}") });
    }
    id_of(user)?;
    if total == 1 && resources.len() == 1 { Ok(Some(user.clone())) } else { Err(count) }
}

/// POST: 201 (or 200 for a user that came back) with the stored user. Gives its `id`.
pub(super) fn created(answer: &Answer) -> Result<String, Fault> {
    answer.expect(&[StatusCode::CREATED, StatusCode::OK], "201")?;
    let user = answer.one_user().map_err(|fault| match fault {
        Fault::EmptyUser => Fault::EmptyCreate,
        fault => fault,
    })?;
    id_of(&user).map(ToOwned::to_owned)
}

/// GET and PUT by id: 200 with the whole user of that id.
pub(super) fn user(answer: &Answer, id: &str) -> Result<Map<String, Value>, Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    let user = answer.one_user()?;
    let given = id_of(&user)?;
    if given == id { Ok(user) } else { Err(Fault::OtherId { asked: id.to_owned(), given: given.to_owned() }) }
}

/// PATCH of `active`: 204, or 200 with the user as it is then.
pub(super) fn switched(answer: &Answer, id: &str, active: bool) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK, StatusCode::NO_CONTENT], "200 or 204")?;
    if answer.status == StatusCode::NO_CONTENT {
        return Ok(());
    }
    let user = user(answer, id)?;
    compare("active", &active.to_string(), user.get("active"))
}

/// PATCH of a group: 204, or 200 with or without the group.
pub(super) fn patched(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK, StatusCode::NO_CONTENT], "200 or 204")
}

/// DELETE: 204.
pub(super) fn deleted(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::NO_CONTENT, StatusCode::OK], "204")
}

/// What SCIM 1.1 asks first: 200 with an object.
pub(super) fn capabilities(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    answer.one_user().map(drop)
}

/// The lookup of a group by its name: 200 with a list, or 404 with an Error body. Gives the id of the one that has it.
pub(super) fn find_group(answer: &Answer, name: &str) -> Result<Option<String>, Fault> {
    if answer.status == StatusCode::NOT_FOUND {
        return match answer.refusal() {
            Fault::Refused { .. } => Ok(None),
            fault => Err(fault),
        };
    }
    answer.expect(&[StatusCode::OK], "200 or 404")?;
    let (_, resources) = answer.list()?;
    let Some(first) = resources.first() else { return Ok(None) };
    let Value::Object(group) = first else { return Err(Fault::EmptyUser) };
    let given = group.get("displayName").and_then(Value::as_str).unwrap_or_default();
    if given.to_lowercase() != name.to_lowercase() {
        return Err(Fault::WrongUser { asked: name.to_owned(), given: format!("{given:?}") });
    }
    id_of(group).map(|id| Some(id.to_owned()))
}

/// A page of an import. Gives `totalResults` and how many resources are on the page.
pub(super) fn page(answer: &Answer, start: u64, count: u64) -> Result<(u64, u64), Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    let (total, resources) = answer.list()?;
    let got = resources.len() as u64;
    let due = total.saturating_sub(start - 1).min(count);
    // RFC 7644 3.4.2.4: fewer than asked for may come, but none at all would never end.
    if got > due || got == 0 && due > 0 {
        return Err(Fault::Page { start, due, got });
    }
    Ok((total, got))
}

/// What Entitlement Management takes of `/ResourceTypes`: where the roles and entitlements are.
pub(super) fn entitlement_endpoints(answer: &Answer) -> Result<Vec<String>, Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    let (_, types) = answer.list()?;
    let text = |kind: &Value, name: &'static str| {
        let text = kind.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(ToOwned::to_owned).ok_or(Fault::NoResourceType(name))
    };
    let mut endpoints = Vec::new();
    for kind in &types {
        let [_, endpoint, schema] = ["name", "endpoint", "schema"].map(|name| text(kind, name));
        let (endpoint, schema) = (endpoint?, schema?);
        if body::ENTITLEMENTS.contains(&schema.as_str()) {
            endpoints.push(endpoint);
        }
    }
    Ok(endpoints)
}

/// `/Schemas`: 200 with a list.
pub(super) fn schemas(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    answer.list().map(drop)
}

/// The roles or entitlements there are: a list of at least one, each with an id and a name for people.
pub(super) fn entitlements(answer: &Answer) -> Result<(), Fault> {
    answer.expect(&[StatusCode::OK], "200")?;
    let (_, items) = answer.list()?;
    if items.is_empty() {
        return Err(Fault::NoEntitlements);
    }
    for item in &items {
        let Value::Object(item) = item else { return Err(Fault::EmptyUser) };
        id_of(item)?;
        if !item.get("displayName").is_some_and(Value::is_string) {
            return Err(Fault::NoResourceType("displayName"));
        }
    }
    Ok(())
}

/// GET of an account that was left behind: still there under its id, and off.
pub(super) fn left(answer: &Answer, id: &str) -> Result<(), Fault> {
    compare("active", "false", user(answer, id)?.get("active"))
}

/// Whether a user read back is what Okta pushed: userName, `active`, names, and the role where one is assigned.
pub(super) fn held(user: &Map<String, Value>, person: &Person, active: bool) -> Result<(), Fault> {
    let name = |part| user.get("name").and_then(|name| name.get(part));
    compare("userName", &person.user_name, user.get("userName"))?;
    compare("active", &active.to_string(), user.get("active"))?;
    compare("name.givenName", &person.given_name, name("givenName"))?;
    compare("name.familyName", &person.family_name, name("familyName"))?;
    if let Some(role) = &person.role {
        let held = role_of(user);
        if !held.is_some_and(|held| held.eq_ignore_ascii_case(role)) {
            return Err(Fault::NotHeld {
                attribute: "roles",
                pushed: role.clone(),
                held: held.unwrap_or("nothing").to_owned(),
            });
        }
    }
    Ok(())
}

/// Whether the user can log in, as far as the answer says.
pub(super) fn is_active(user: &Map<String, Value>) -> bool {
    user.get("active").and_then(Value::as_bool).unwrap_or(true)
}

/// The `id`, which must be non-empty text (RFC 7643 3.1) other than the reserved `bulkId`.
pub(super) fn id_of(user: &Map<String, Value>) -> Result<&str, Fault> {
    user.get("id").and_then(Value::as_str).filter(|id| !id.is_empty() && *id != "bulkId").ok_or(Fault::MissingId)
}

/// The value of the role entry that counts: the primary one, otherwise the first.
pub(super) fn role_of(user: &Map<String, Value>) -> Option<&str> {
    let roles = user.get("roles")?.as_array()?;
    let primary = roles.iter().find(|role| role.get("primary") == Some(&Value::Bool(true)));
    primary.or(roles.first())?.get("value")?.as_str()
}

fn compare(attribute: &'static str, pushed: &str, held: Option<&Value>) -> Result<(), Fault> {
    let held = match held {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    if held == pushed { Ok(()) } else { Err(Fault::NotHeld { attribute, pushed: pushed.to_owned(), held }) }
}

/// Okta also reads keys that are lower-case throughout (`resources`, `startindex`).
fn member<'a>(json: &'a Value, name: &str) -> Option<&'a Value> {
    json.get(name).or_else(|| json.get(name.to_ascii_lowercase()))
}

fn has_schema(json: &Value, urn: &str) -> bool {
    json.get("schemas")
        .and_then(Value::as_array)
        .is_some_and(|urns| urns.iter().filter_map(Value::as_str).any(|given| given.eq_ignore_ascii_case(urn)))
}

/// The first word of a body that is not JSON, at most 20 characters of it.
fn first_token(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..200).unwrap_or(body));
    text.split_whitespace().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(20).collect()
}
