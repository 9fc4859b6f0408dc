//! Users, groups and roles: one endpoint each, the same verbs.

use std::sync::Arc;

use http::{Method, header};

use crate::{
    directory::{
        given::Given,
        groups,
        listing::{Lister, MOST_SCANNED},
        request::{Notes, Outcome, Reply},
        users,
    },
    model::event::Action,
    scim::{
        discovery,
        error::ScimError,
        etag::{IfMatch, IfNoneMatch},
        json,
        list::ListQuery,
        projection::{Projection, Written},
        schema::ResourceType,
    },
    service::{
        app::App,
        scim::{Answer, intake::Intake, routes::not_allowed},
    },
    store::StoreError,
};

/// An answer, or a refusal before any rule was asked.
pub(super) type Judged = Result<Result<Answer, ScimError>, StoreError>;

/// What a request to an endpoint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Users,
    Groups,
    Roles,
}

impl Endpoint {
    /// By the first segment of a path, in any case.
    pub(super) fn named(segment: &str) -> Option<Self> {
        match segment.to_ascii_lowercase().as_str() {
            "users" => Some(Self::Users),
            "groups" => Some(Self::Groups),
            "roles" => Some(Self::Roles),
            _ => None,
        }
    }

    const fn kind(self, app: &App) -> &'static ResourceType {
        match self {
            Self::Users => &app.types.user,
            Self::Groups => &app.types.group,
            Self::Roles => &app.types.role,
        }
    }
}

/// `/Users`, `/Groups`, `/Roles`.
pub(super) async fn collection(app: &App, intake: &Intake, endpoint: Endpoint) -> Judged {
    match (&intake.method, endpoint) {
        (&Method::GET | &Method::HEAD, _) => match ListQuery::parse(&intake.query(), endpoint.kind(app)) {
            Ok(query) => list(app, intake, &[query]).await,
            Err(error) => Ok(Err(error)),
        },
        (_, Endpoint::Roles) => Ok(Ok(not_allowed(intake, "GET, HEAD"))),
        (&Method::POST, _) => create(app, intake, endpoint).await,
        _ => Ok(Ok(not_allowed(intake, "GET, HEAD, POST"))),
    }
}

/// `POST` to a collection.
pub(super) async fn create(app: &App, intake: &Intake, endpoint: Endpoint) -> Judged {
    let given = match given(app, intake).await? {
        Ok(given) => given,
        Err(error) => return Ok(Err(error)),
    };
    let (store, request) = (app.store_for(&intake.request), Arc::clone(&intake.request));
    let outcome = match endpoint {
        Endpoint::Groups => groups::create::create(store, request, given).await?,
        Endpoint::Users => users::create::create(store, request, given).await?,
        Endpoint::Roles => return Ok(Ok(not_allowed(intake, "GET, HEAD"))),
    };
    Ok(Ok(Answer::committed(outcome)))
}

/// `/Users/{id}`, `/Groups/{id}`, `/Roles/{id}`.
pub(super) async fn one(app: &App, intake: &Intake, endpoint: Endpoint, id: &str) -> Judged {
    let allow = match endpoint {
        Endpoint::Roles => "GET, HEAD",
        Endpoint::Users | Endpoint::Groups => "GET, HEAD, PUT, PATCH, DELETE",
    };
    if matches!(intake.method, Method::GET | Method::HEAD) {
        return read(app, intake, endpoint, id).await;
    }
    if endpoint == Endpoint::Roles || !matches!(intake.method, Method::PUT | Method::PATCH | Method::DELETE) {
        return Ok(Ok(not_allowed(intake, allow)));
    }
    match intake.list(header::IF_MATCH).as_deref().map(IfMatch::parse).transpose() {
        Ok(if_match) => write(app, intake, endpoint, id, if_match).await,
        Err(error) => Ok(Err(error)),
    }
}

/// `PUT`, `PATCH` or `DELETE` of one user or group.
pub(super) async fn write(
    app: &App,
    intake: &Intake,
    endpoint: Endpoint,
    id: &str,
    if_match: Option<IfMatch>,
) -> Judged {
    let given = match given(app, intake).await? {
        Ok(given) => given,
        Err(error) => return Ok(Err(error)),
    };
    let (store, request, id) = (app.store_for(&intake.request), Arc::clone(&intake.request), id.to_owned());
    let outcome = match (&intake.method, endpoint) {
        (_, Endpoint::Roles) => return Ok(Ok(not_allowed(intake, "GET, HEAD"))),
        (&Method::PUT, Endpoint::Groups) => groups::update::replace(store, request, given, id, if_match).await?,
        (&Method::PATCH, Endpoint::Groups) => groups::update::patch(store, request, given, id, if_match).await?,
        (_, Endpoint::Groups) => groups::delete::delete(store, request, id, if_match).await?,
        (&Method::PUT, Endpoint::Users) => users::update::replace(store, request, given, id, if_match).await?,
        (&Method::PATCH, Endpoint::Users) => users::update::patch(store, request, given, id, if_match).await?,
        (_, Endpoint::Users) => users::delete::delete(store, request, id, if_match).await?,
    };
    Ok(Ok(Answer::committed(outcome)))
}

async fn read(app: &App, intake: &Intake, endpoint: Endpoint, id: &str) -> Judged {
    let projection = match Projection::from_query(&intake.query()) {
        Ok(projection) => projection,
        Err(error) => return Ok(Err(error)),
    };
    let known = match intake.list(header::IF_NONE_MATCH).as_deref().map(IfNoneMatch::parse).transpose() {
        Ok(known) => known,
        Err(error) => return Ok(Err(error)),
    };
    let (store, request) = (app.store_for(&intake.request), &*intake.request);
    let outcome = match endpoint {
        Endpoint::Users => users::read::read(store, request, &projection, id, known.as_ref()).await?,
        Endpoint::Groups => groups::read::read(store, request, &projection, id, known.as_ref()).await?,
        Endpoint::Roles => role(app, intake, &projection, id),
    };
    Ok(Ok(Answer::fresh(outcome)))
}

fn role(app: &App, intake: &Intake, projection: &Projection, id: &str) -> Outcome {
    let notes = Notes::new(Action::Discovery);
    let all = discovery::roles(&intake.request.base_url);
    match all.into_iter().find(|role| role.get("id").and_then(serde_json::Value::as_str) == Some(id)) {
        Some(role) => {
            let shown = projection.apply(role, &app.types.role, &Written::Nothing);
            Outcome { reply: Reply::json(200, &shown), notes }
        }
        None => {
            let error =
                ScimError::not_found(format!("There is no role {id:?}: the roles are owner, editor and viewer."));
            Outcome::refused(&error, notes)
        }
    }
}

/// `POST /Users/.search` and the like (RFC 7644 3.4.3).
pub(super) async fn search(app: &App, intake: &Intake, endpoint: Endpoint) -> Judged {
    if intake.method != Method::POST {
        return Ok(Ok(not_allowed(intake, "POST")));
    }
    let query = json::parse(&intake.request.body).and_then(|body| ListQuery::from_search(body, endpoint.kind(app)));
    match query {
        Ok(query) => list(app, intake, &[query]).await,
        Err(error) => Ok(Err(error)),
    }
}

/// The root of the service: users and groups at once (RFC 7644 3.4.2.1).
pub(super) async fn root(app: &App, intake: &Intake) -> Judged {
    if !matches!(intake.method, Method::GET | Method::HEAD) {
        return Ok(Ok(not_allowed(intake, "GET, HEAD")));
    }
    match ListQuery::parse_each(&intake.query(), &everything(app)) {
        Ok(queries) => list(app, intake, &queries).await,
        Err(error) => Ok(Err(error)),
    }
}

/// `POST /.search`.
pub(super) async fn search_root(app: &App, intake: &Intake) -> Judged {
    if intake.method != Method::POST {
        return Ok(Ok(not_allowed(intake, "POST")));
    }
    let parsed = json::parse(&intake.request.body);
    match parsed.and_then(|body| ListQuery::search_each(body, &everything(app))) {
        Ok(queries) => list(app, intake, &queries).await,
        Err(error) => Ok(Err(error)),
    }
}

/// What a query over all types covers. Roles are a catalogue rather than anybody's data.
fn everything(app: &App) -> [&'static ResourceType; 2] {
    [&app.types.user, &app.types.group]
}

async fn list(app: &App, intake: &Intake, queries: &[ListQuery]) -> Judged {
    let lister = Lister {
        store: app.store_for(&intake.request),
        request: &intake.request,
        cursors: &app.cursors,
        most_scanned: MOST_SCANNED,
    };
    Ok(Ok(Answer::fresh(lister.list(queries).await?)))
}

async fn given(app: &App, intake: &Intake) -> Result<Result<Given, ScimError>, StoreError> {
    let strict = app.store.workspace().await?.strict;
    Ok(Projection::from_query(&intake.query()).map(|projection| Given::new(&intake.request, projection, strict)))
}
