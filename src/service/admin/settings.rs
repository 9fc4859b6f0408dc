//! `/workspace`.

use std::sync::Arc;

use axum::{Json, extract::State};

use crate::{
    directory::workspace,
    model::{
        live::Topic,
        role::Role,
        workspace::{Workspace, WorkspacePatch},
    },
    service::{
        admin::{Caller, Failure, failure::Body},
        app::App,
    },
};

/// The settings.
pub(super) async fn show(State(app): State<Arc<App>>, _: Caller) -> Result<Json<Workspace>, Failure> {
    Ok(Json(app.store.workspace().await?))
}

/// Changes settings (owner).
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(patch): Body<WorkspacePatch>,
) -> Result<Json<Workspace>, Failure> {
    let by = caller.by(Role::Owner)?;
    let workspace = workspace::update(&*app.store, by, patch).await??;
    app.notify(Topic::Workspace);
    Ok(Json(workspace))
}
