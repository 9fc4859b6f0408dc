//! `/whoami` and `/sessions`.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;

use crate::{
    directory::sessions,
    model::{
        session::{NewSession, SignIn, WhoAmI},
        time::Timestamp,
    },
    service::{
        admin::{Caller, Failure, failure::Body},
        app::App,
    },
};

/// Whom the service takes the caller for.
pub(super) async fn who_am_i(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<WhoAmI>, Failure> {
    let workspace = app.store.workspace().await?;
    Ok(Json(WhoAmI {
        name: caller.name().to_owned(),
        user_id: caller.user(),
        role: caller.role(),
        expires: caller.person().map(|person| person.expires),
        scim_base_url: app.scim_base_url(workspace.public_url.as_deref()),
        workspace: workspace.name,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

/// Signs in with a one-time code; the only route that takes callers nobody knows.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    Body(SignIn { code }): Body<SignIn>,
) -> Result<(StatusCode, Json<NewSession>), Failure> {
    let session = sessions::sign_in(&*app.store, &code, Timestamp::now()).await??;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Ends the caller's own session.
pub(super) async fn sign_out(State(app): State<Arc<App>>, caller: Caller) -> Result<StatusCode, Failure> {
    match caller.person() {
        Some(person) => sessions::sign_out(&*app.store, person.session).await?,
        None => return Err(Failure::bad_request("the operator has no session to end")),
    }
    Ok(StatusCode::NO_CONTENT)
}
