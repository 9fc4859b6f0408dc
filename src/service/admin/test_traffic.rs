//! `/test-traffic`: the credential of a run, what such runs left behind, and the end of it.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;

use crate::{
    directory::test_traffic,
    model::{
        live::Topic,
        role::Role,
        test_traffic::{TestCounts, TestPass, TestTraffic},
        time::Timestamp,
    },
    service::{
        admin::{Caller, Failure},
        app::App,
        watcher,
    },
    store::StoreError,
};

/// What there is, and what it shows to be wrong.
pub(super) async fn show(State(app): State<Arc<App>>, _: Caller) -> Result<Json<TestTraffic>, Failure> {
    Ok(Json(watcher::test_traffic(&app, Timestamp::now()).await?))
}

/// Makes the credential of a run. It stands in this answer and nowhere else.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Result<(StatusCode, Json<TestPass>), Failure> {
    let by = caller.by(Role::Owner)?;
    let now = Timestamp::now();
    let (token, expires) = test_traffic::begin(&*app.store, by, caller.name(), now).await??;
    Ok((StatusCode::CREATED, Json(TestPass { token, mark: app.test_mark(now), expires })))
}

/// Removes everything, and answers once it is gone. A caller who hangs up stops nothing.
pub(super) async fn remove(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<TestCounts>, Failure> {
    let by = caller.by(Role::Owner)?;
    let counts = test_traffic::begin_removal(&*app.store, by).await?;
    let removing = tokio::spawn(async move { go_on(&app).await });
    removing.await.map_err(|error| StoreError::Database(error.to_string()))??;
    Ok(Json(counts))
}

/// Goes on with a removal that was begun, and tells whoever shows what went.
pub(in crate::service) async fn go_on(app: &App) -> Result<(), StoreError> {
    app.forget_tests();
    test_traffic::go_on(&*app.store).await?;
    watcher::forget_tests(app).await;
    for topic in [Topic::TestTraffic, Topic::Users, Topic::Groups] {
        app.notify(topic);
    }
    Ok(())
}
