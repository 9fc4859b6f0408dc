//! Which rule answers which route.

use std::sync::Arc;

use crate::{
    directory::request::{Notes, Outcome, Reply},
    model::event::Action,
    scim::error::ScimError,
    service::{
        app::App,
        connections::Way,
        scim::{
            Answer, auth,
            body::RequestBody,
            bulk::bulk,
            discover::discover,
            intake::Intake,
            resources::{Endpoint, Judged, collection, one, root, search, search_root},
            signs,
        },
    },
    store::StoreError,
};

/// Answers a request below the base path, or one that plainly should have gone there.
pub(super) async fn answer(app: &Arc<App>, intake: &mut Intake, body: &mut RequestBody) -> Result<Answer, StoreError> {
    signs::note_head(app, intake);
    if intake.way == Way::PlainAtTls {
        return Ok(Answer::refused(&by_plain_http(), Action::Astray));
    }
    let Some(route) = intake.route.clone() else {
        auth::recognize(app, intake).await?;
        if let Some(version) = &intake.version {
            return Ok(Answer::refused(&wrong_version(version), Action::Astray));
        }
        let error = match signs::refusal(intake) {
            Some(error) => error,
            None => astray(app, intake).await?,
        };
        return Ok(Answer::refused(&error, Action::Astray));
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
    if let Some(error) = signs::refusal(intake) {
        return Ok(Answer::refused(&error, Action::Astray));
    }
    if let Err(error) = intake.read_body(body).await {
        return Ok(Answer::refused(&error, intake.kind()));
    }
    signs::note_body(app, intake).await?;
    match resource(app, intake, &route).await? {
        Ok(answer) => Ok(answer),
        Err(error) => Ok(Answer::refused(&error, intake.kind())),
    }
}

fn by_plain_http() -> ScimError {
    ScimError::forbidden(
        "The request came by plain http, and scimroom speaks TLS here. In Okta open Applications > Applications > this app > \
         Provisioning > Integration > Edit, let the base URL begin with https, press Test API Credentials, then Save. \
         Afterwards rotate the token in scimroom (Settings > API Tokens), for it crossed the network unprotected.",
    )
}

/// Routes that need a token. The inner error is a refusal before any rule was asked.
async fn resource(app: &Arc<App>, intake: &Intake, route: &[String]) -> Judged {
    let names: Vec<&str> = route.iter().map(String::as_str).collect();
    let endpoint = names.first().copied().and_then(Endpoint::named);
    match (endpoint, names.as_slice()) {
        (_, []) => root(app, intake).await,
        (None, [search]) if search.eq_ignore_ascii_case(".search") => search_root(app, intake).await,
        (None, [name]) if name.eq_ignore_ascii_case("Bulk") => bulk(app, intake).await,
        (Some(endpoint), [_]) => collection(app, intake, endpoint).await,
        (Some(endpoint), [_, last]) if last.eq_ignore_ascii_case(".search") => search(app, intake, endpoint).await,
        (Some(endpoint), [_, id]) => one(app, intake, endpoint, id).await,
        (None, [me, ..]) if me.eq_ignore_ascii_case("Me") => Ok(Err(ScimError::not_implemented(
            "/Me is not supported: a SCIM token stands for no user. Address people as /Users/{id}.",
        ))),
        _ => Ok(Err(no_route(intake))),
    }
}

/// The refusal of one request too many.
pub(super) fn too_fast(intake: &Intake, secs: u64) -> Outcome {
    let error = ScimError::too_many_requests(format!(
        "Too many requests at once. Try again in {secs} s; Okta does so by itself. The operator of scimroom can raise the \
         limit by --rate-limit."
    ));
    let outcome = Outcome::refused(&error, Notes::new(intake.kind()));
    Outcome { reply: Reply { retry_after_secs: Some(secs), ..outcome.reply }, ..outcome }
}

pub(super) fn not_allowed(intake: &Intake, allow: &'static str) -> Answer {
    let error = ScimError::method_not_allowed(format!(
        "{} is not possible on {}: use one of {allow}.",
        intake.method, intake.request.path
    ));
    let outcome = Outcome::refused(&error, Notes::new(intake.kind()));
    Answer::fresh(Outcome { reply: Reply { allow: Some(allow), ..outcome.reply }, ..outcome })
}

pub(super) fn no_route(intake: &Intake) -> ScimError {
    ScimError::not_found(format!(
        "There is nothing at {}. In Okta: Applications > this app > Provisioning > Integration > Edit: the base URL ends \
         in /scim/v2, and Okta itself adds /Users.",
        intake.request.path
    ))
}

fn wrong_version(version: &str) -> ScimError {
    let shown: String = version.chars().take(20).collect();
    ScimError::invalid_vers(format!(
        "This service speaks version 2 of SCIM, and the path asks for {shown:?}. In Okta: Applications > this app > \
         Provisioning > Integration > Edit: the base URL ends in /scim/v2, and the app is made from a SCIM 2.0 template."
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
