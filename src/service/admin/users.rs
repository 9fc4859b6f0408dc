//! `/users`.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;

use crate::{
    directory::{local, sessions, users::resource},
    model::{
        id::UserId,
        live::Topic,
        role::Role,
        session::SignInCode,
        time::Timestamp,
        user::{User, UserDetail, UserPage, UserPatch, UserQuery, UserSession},
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Body, Id, Params},
            lists::{Find, window},
        },
        app::App,
    },
    store::{StoreError, UserRow},
};

/// A window of users.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(mut query): Params<UserQuery>,
) -> Result<Json<UserPage>, Failure> {
    query.limit = window(query.limit);
    let (total, rows) = app.store.find_users(&query).await?;
    let counts = app.store.counts().await?;
    let users = rows.into_iter().map(|row| row.user).collect();
    Ok(Json(UserPage { total, offset: query.offset, users, counts }))
}

/// One user by name or id.
pub(super) async fn find(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(Find { name }): Params<Find>,
) -> Result<Json<UserDetail>, Failure> {
    let row = local::find(&*app.store, &name).await??;
    Ok(Json(detail(&app, row).await?))
}

/// One user by id.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    _: Caller,
    Id(id): Id<UserId>,
) -> Result<Json<UserDetail>, Failure> {
    let row = app.store.user(id).await?.ok_or_else(|| local::Refusal::Unknown(id.to_string()))?;
    Ok(Json(detail(&app, row).await?))
}

async fn detail(app: &App, row: UserRow) -> Result<UserDetail, StoreError> {
    let related = app.store.related_users(&row).await?.into_iter().map(|row| row.user).collect();
    let sessions = app.store.sessions_of(row.user.id).await?;
    let base_url = app.scim_base_url(app.store.workspace().await?.public_url.as_deref());
    Ok(UserDetail {
        resource: resource(app.types, &row, &base_url),
        user: row.user,
        related,
        sessions: sessions
            .into_iter()
            .map(|session| UserSession {
                id: session.id,
                created: session.created,
                last_used: session.last_used,
                expires: session.expires,
            })
            .collect(),
    })
}

/// Changes a user here: activity needs an editor, the role an owner.
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<UserId>,
    Body(patch): Body<UserPatch>,
) -> Result<Json<User>, Failure> {
    let by = caller.by(if patch.role.is_some() { Role::Owner } else { Role::Editor })?;
    let user = local::edit(&*app.store, by, id, patch, Timestamp::now()).await??;
    app.notify(Topic::Users);
    Ok(Json(user))
}

/// Makes a one-time code for a user to sign in with (owner).
pub(super) async fn sign_in_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<UserId>,
) -> Result<(StatusCode, Json<SignInCode>), Failure> {
    let by = caller.by(Role::Owner)?;
    let code = sessions::issue_code(&*app.store, by, id, Timestamp::now()).await??;
    Ok((StatusCode::CREATED, Json(code)))
}
