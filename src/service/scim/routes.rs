//! Which rule answers which route.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, header};

use crate::{
    directory::{
        given::Given,
        request::{Notes, Outcome, Reply},
        users,
    },
    model::event::Action,
    scim::{
        discovery,
        error::ScimError,
        etag::{IfMatch, IfNoneMatch},
        list::{ListQuery, list_response},
        projection::Projection,
    },
    service::{
        app::App,
        scim::{Answer, auth, intake::Intake},
    },
    store::StoreError,
};

/// Answers a request below the base path, or one that plainly should have gone there.
pub(super) async fn answer(app: &App, intake: &mut Intake, body: Body) -> Result<Answer, StoreError> {
    let Some(route) = intake.route.clone() else {
        auth::recognize(app, intake).await?;
        return Ok(Answer::refused(&astray(app, intake).await?, Action::Astray));
    };
    if let Err(error) = intake.check_head().and_then(|()| intake.check_accept()) {
        return Ok(Answer::refused(&error, intake.kind()));
    }
    if let Some(outcome) = discover(app, intake, &route) {
        return Ok(Answer::fresh(outcome));
    }
    if let Err(outcome) = auth::check(app, intake).await? {
        return Ok(Answer::fresh(*outcome));
    }
    if let Err(error) = intake.read_body(body).await {
        return Ok(Answer::refused(&error, intake.kind()));
    }
    match resource(app, intake, &route).await? {
        Ok(answer) => Ok(answer),
        Err(error) => Ok(Answer::refused(&error, intake.kind())),
    }
}

/// Routes that need a token. The inner error is a refusal before any rule was asked.
async fn resource(app: &App, intake: &Intake, route: &[String]) -> Result<Result<Answer, ScimError>, StoreError> {
    let names: Vec<&str> = route.iter().map(String::as_str).collect();
    match names.as_slice() {
        [users] if users.eq_ignore_ascii_case("Users") => collection(app, intake).await,
        [users, id] if users.eq_ignore_ascii_case("Users") => one(app, intake, id).await,
        [groups] if groups.eq_ignore_ascii_case("Groups") && matches!(intake.method, Method::GET | Method::HEAD) => {
            // Okta asks for groups when "Import Groups" is ticked; a list of none is the truth and lets it go on.
            let reply = Reply::json(200, &list_response(0, 1, Vec::new()));
            let notes = Notes { results: Some(0), ..Notes::new(Action::ImportPage) };
            Ok(Ok(Answer::fresh(Outcome { reply, notes })))
        }
        [groups, ..] if groups.eq_ignore_ascii_case("Groups") => Ok(Err(ScimError::not_implemented(
            "This version of scimroom keeps users, not groups. In Okta: Applications > this app > Push Groups: \
             deactivate the group push; assign people or groups under Assignments instead.",
        ))),
        [me, ..] if me.eq_ignore_ascii_case("Me") => Ok(Err(ScimError::not_implemented(
            "/Me is not supported: a SCIM token stands for no user. Address people as /Users/{id}.",
        ))),
        _ => Ok(Err(no_route(intake))),
    }
}

async fn collection(app: &App, intake: &Intake) -> Result<Result<Answer, ScimError>, StoreError> {
    match intake.method {
        Method::GET | Method::HEAD => match ListQuery::parse(&intake.query(), &app.types.user) {
            Ok(query) => {
                let outcome = users::list::list(&*app.store, &intake.request, &query).await?;
                Ok(Ok(Answer::fresh(outcome)))
            }
            Err(error) => Ok(Err(error)),
        },
        Method::POST => match projection(intake) {
            Ok(projection) => {
                let given = Given::new(&intake.request, projection, app.store.workspace().await?.strict);
                let outcome = users::create::create(&*app.store, Arc::clone(&intake.request), given).await?;
                Ok(Ok(Answer::committed(outcome)))
            }
            Err(error) => Ok(Err(error)),
        },
        _ => Ok(Ok(not_allowed(intake, "GET, HEAD, POST"))),
    }
}

async fn one(app: &App, intake: &Intake, id: &str) -> Result<Result<Answer, ScimError>, StoreError> {
    let (projection, if_match) = match (projection(intake), if_match(intake)) {
        (Ok(projection), Ok(if_match)) => (projection, if_match),
        (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
    };
    let (store, request, id) = (&*app.store, Arc::clone(&intake.request), id.to_owned());
    let given = Given::new(&request, projection, app.store.workspace().await?.strict);
    let outcome = match intake.method {
        Method::GET | Method::HEAD => {
            let known = intake.list(header::IF_NONE_MATCH);
            let known = match known.as_deref().map(IfNoneMatch::parse).transpose() {
                Ok(known) => known,
                Err(error) => return Ok(Err(error)),
            };
            let outcome = users::read::read(store, &request, &given.projection, &id, known.as_ref()).await?;
            return Ok(Ok(Answer::fresh(outcome)));
        }
        Method::PUT => users::update::replace(store, request, given, id, if_match).await?,
        Method::PATCH => users::update::patch(store, request, given, id, if_match).await?,
        Method::DELETE => users::delete::delete(store, request, id, if_match).await?,
        _ => return Ok(Ok(not_allowed(intake, "GET, HEAD, PUT, PATCH, DELETE"))),
    };
    Ok(Ok(Answer::committed(outcome)))
}

/// `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes`, open to all (RFC 7643 5); none for other routes.
fn discover(app: &App, intake: &Intake, route: &[String]) -> Option<Outcome> {
    let (first, rest) = route.split_first()?;
    let base = &intake.request.base_url;
    let names: Vec<&str> = rest.iter().map(String::as_str).collect();
    let found = match (first.to_ascii_lowercase().as_str(), names.as_slice()) {
        ("serviceproviderconfig", []) => Some(discovery::service_provider_config(base)),
        ("schemas", []) => Some(discovery::schemas(app.types, base)),
        ("schemas", [urn]) => discovery::schema(app.types, urn, base),
        ("resourcetypes", []) => Some(discovery::resource_types(app.types, base)),
        ("resourcetypes", [name]) => discovery::resource_type(app.types, name, base),
        ("serviceproviderconfig" | "schemas" | "resourcetypes", _) => None,
        _ => return None,
    };
    let notes = Notes::new(Action::Discovery);
    if !matches!(intake.method, Method::GET | Method::HEAD) {
        return Some(not_allowed(intake, "GET, HEAD").outcome);
    }
    if intake.query().iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        // RFC 7644 4: discovery cannot be filtered.
        let error = ScimError::forbidden("Schemas and resource types cannot be filtered: read them whole.");
        return Some(Outcome::refused(&error, notes));
    }
    Some(match found {
        Some(body) => Outcome { reply: Reply::json(200, &body), notes },
        None => Outcome::refused(&no_route(intake), notes),
    })
}

fn projection(intake: &Intake) -> Result<Projection, ScimError> {
    let pairs = intake.query();
    let value = |wanted: &str| {
        pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    Projection::parse(value("attributes"), value("excludedAttributes"))
}

fn if_match(intake: &Intake) -> Result<Option<IfMatch>, ScimError> {
    intake.list(header::IF_MATCH).as_deref().map(IfMatch::parse).transpose()
}

fn not_allowed(intake: &Intake, allow: &'static str) -> Answer {
    let error = ScimError::method_not_allowed(format!(
        "{} is not possible on {}: use one of {allow}.",
        intake.method, intake.request.path
    ));
    let outcome = Outcome::refused(&error, Notes::new(intake.kind()));
    Answer::fresh(Outcome { reply: Reply { allow: Some(allow), ..outcome.reply }, ..outcome })
}

fn no_route(intake: &Intake) -> ScimError {
    ScimError::not_found(format!(
        "There is nothing at {}. In Okta: Applications > this app > Provisioning > Integration > Edit: the base URL ends \
         in /scim/v2, and Okta itself adds /Users.",
        intake.request.path
    ))
}

async fn astray(app: &App, intake: &Intake) -> Result<ScimError, StoreError> {
    let base = app.scim_base_url(app.store.workspace().await?.public_url.as_deref());
    Ok(ScimError::not_found(format!(
        "SCIM is not served at {}. In Okta: Applications > this app > Provisioning > Integration > Edit > base URL = \
         {base}; then Test API Credentials.",
        intake.request.path
    )))
}
