//! `/groups`, and the role that one gives to its members.

use std::sync::Arc;

use axum::{Json, extract::State};

use crate::{
    directory::{groups::mapping, local::Refusal},
    model::{
        group::{
            GroupDetail, GroupMapping, GroupPage, GroupQuery, MappedGroup, MappingPreview, MemberPage, MemberQuery,
        },
        id::GroupId,
        live::Topic,
        role::Role,
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Body, Id, Params},
            lists::{Find, USUAL, window},
        },
        app::App,
    },
    store::{GroupRow, StoreError},
};

/// A window of groups.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(mut query): Params<GroupQuery>,
) -> Result<Json<GroupPage>, Failure> {
    query.limit = window(query.limit);
    let (total, rows) = app.store.find_groups(&query).await?;
    Ok(Json(GroupPage { total, offset: query.offset, groups: rows.into_iter().map(|row| row.group).collect() }))
}

/// One group by name or id.
pub(super) async fn find(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(Find { name }): Params<Find>,
) -> Result<Json<GroupDetail>, Failure> {
    let row = mapping::find(&*app.store, &name).await??;
    Ok(Json(detail(&app, row).await?))
}

/// One group by id.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    _: Caller,
    Id(id): Id<GroupId>,
) -> Result<Json<GroupDetail>, Failure> {
    let row = app.store.group(id).await?.ok_or_else(|| Refusal::UnknownGroup(id.to_string()))?;
    Ok(Json(detail(&app, row).await?))
}

async fn detail(app: &App, row: GroupRow) -> Result<GroupDetail, StoreError> {
    let first_members = app.store.members(row.group.id, None, USUAL).await?;
    let unsettled = app.store.unsettled(row.group.id).await?;
    Ok(GroupDetail { group: row.group, first_members, unsettled })
}

/// A window of a group's members.
pub(super) async fn members(
    State(app): State<Arc<App>>,
    _: Caller,
    Id(id): Id<GroupId>,
    Params(mut query): Params<MemberQuery>,
) -> Result<Json<MemberPage>, Failure> {
    query.limit = window(query.limit);
    let page = app.store.member_window(id, &query).await?;
    Ok(Json(page.ok_or_else(|| Refusal::UnknownGroup(id.to_string()))?))
}

/// Maps a group to a role, or to none (owner).
pub(super) async fn map(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<GroupId>,
    Body(GroupMapping { role }): Body<GroupMapping>,
) -> Result<Json<MappedGroup>, Failure> {
    let by = caller.by(Role::Owner)?;
    let store = Arc::clone(&app.store);
    // In a task of its own: a caller who hangs up leaves no group half done.
    let task = tokio::spawn(async move { mapping::map(&*store, by, id, role).await });
    let mapped = task.await.map_err(|_| StoreError::Undecided("its task ended"))???;
    app.notify(Topic::Groups);
    if mapped.changed_users > 0 {
        app.notify(Topic::Users);
    }
    Ok(Json(mapped))
}

/// What mapping a group to a role, or to none, would do (owner: it is the first half of doing it).
pub(super) async fn preview(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<GroupId>,
    Body(GroupMapping { role }): Body<GroupMapping>,
) -> Result<Json<MappingPreview>, Failure> {
    caller.require(Role::Owner)?;
    Ok(Json(mapping::preview(&*app.store, id, role).await??))
}
