//! `/users`.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;

use crate::{
    directory::{local, sessions, users::resource},
    model::{
        id::UserId,
        live::Topic,
        push::{FailedPushPage, FailedPushQuery},
        role::Role,
        session::SignInCode,
        time::Timestamp,
        user::{User, UserDetail, UserGroup, UserPage, UserPatch, UserQuery, UserSession, UserSort},
        user_change::{
            BlastRadius, ChangeUsers, Earlier, MOST_AT_ONCE, PersonChanged, Planned, RestoreUsers, Selection,
        },
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Body, Id, Params},
            lists::{Find, window},
        },
        app::App,
    },
    store::{StoreError, UserPlace, UserRow, UserSearch},
};

/// A window of users.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(mut query): Params<UserQuery>,
) -> Result<Json<UserPage>, Failure> {
    query.limit = window(query.limit);
    let filter = query.filter(Timestamp::now())?;
    let UserQuery { sort, descending, offset, limit, after, .. } = query;
    let search = UserSearch { filter, sort, descending, offset, limit };
    let (total, users, next) = match after {
        None => {
            let (total, users) = app.store.find_users(&search).await?;
            (total, users, None)
        }
        Some(after) => {
            let walk = app.store.walk_users(&search, place(&after, sort)?.as_ref()).await?;
            (walk.total, walk.users, walk.next.map(|place| place.to_string()))
        }
    };
    let counts = app.store.counts().await?;
    Ok(Json(UserPage { total, offset, users, counts, next }))
}

/// Where a walk goes on; none where it begins.
fn place(after: &str, sort: UserSort) -> Result<Option<UserPlace>, Failure> {
    if after.is_empty() {
        return Ok(None);
    }
    let words =
        || format!("after: is no place in the order by {sort}: leave it empty to begin, or give the next of a page");
    UserPlace::parse(after, sort).map(Some).ok_or_else(|| Failure::bad_request(words()))
}

/// People whose last push by Okta's client failed, also such as are not here.
pub(super) async fn failed_pushes(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(query): Params<FailedPushQuery>,
) -> Result<Json<FailedPushPage>, Failure> {
    Ok(Json(app.store.failed_pushes(&query).await?))
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
    let failed_push = app.store.failed_push_of(row.user.id, &row.folded_name).await?;
    let base_url = app.scim_base_url(app.store.workspace().await?.public_url.as_deref());
    Ok(UserDetail {
        resource: resource(app.types, &row, &base_url),
        groups: row
            .groups
            .into_iter()
            .map(|group| UserGroup { id: group.id, name: group.name, role: group.role, direct: group.direct })
            .collect(),
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
        failed_push,
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

/// What a change of many people would do: as the change itself, a role needs an owner and activity an editor.
pub(super) async fn preview(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(Planned { of, change }): Body<Planned>,
) -> Result<Json<BlastRadius>, Failure> {
    caller.require(change.needs())?;
    let now = Timestamp::now();
    let who = match of {
        Selection::Ids(ids) => local::Who::Ids(ids),
        Selection::Query(query) => local::Who::Matching(query.filter(now)?),
    };
    Ok(Json(local::blast_radius(&*app.store, who, change, now).await??))
}

/// Changes a few people in one transaction.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(ChangeUsers { ids, change }): Body<ChangeUsers>,
) -> Result<Json<Vec<PersonChanged>>, Failure> {
    let by = caller.by(change.needs())?;
    at_most(ids.len())?;
    let people = local::change(&*app.store, by, ids, change, Timestamp::now()).await?;
    app.notify(Topic::Users);
    Ok(Json(people))
}

/// Puts a few people back as they were before a change.
pub(super) async fn restore(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(RestoreUsers { people }): Body<RestoreUsers>,
) -> Result<Json<Vec<PersonChanged>>, Failure> {
    let roles = people.iter().any(|person| matches!(person.to, Earlier::Role { .. }));
    let by = caller.by(if roles { Role::Owner } else { Role::Editor })?;
    at_most(people.len())?;
    let people = local::restore(&*app.store, by, people, Timestamp::now()).await?;
    app.notify(Topic::Users);
    Ok(Json(people))
}

fn at_most(people: usize) -> Result<(), Failure> {
    if people <= MOST_AT_ONCE {
        return Ok(());
    }
    let words = format!("this call names {people} people, and one takes at most {MOST_AT_ONCE}: make several of it");
    Err(Failure::bad_request(words))
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
