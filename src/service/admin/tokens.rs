//! `/tokens`. Only an owner gets the token that Okta needs.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;

use crate::{
    directory::{dry_run, tokens},
    model::{
        dry_run::GoLive,
        id::TokenId,
        live::Topic,
        role::Role,
        time::Timestamp,
        token::{CreatedToken, NewToken, Token, TokenDetail, TokenMode, TokenRotation},
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Body, Id},
        },
        app::App,
    },
    store::StoreError,
};

/// Every token, newest first, without secrets.
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Token>>, Failure> {
    caller.require(Role::Owner)?;
    let rows = app.store.tokens().await?.into_iter();
    // Those of test traffic are made and removed with it, and nobody is given one.
    Ok(Json(rows.map(|row| row.token).filter(|token| token.mode != TokenMode::Test).collect()))
}

/// Makes a token and shows its secret, this once.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<CreatedToken>), Failure> {
    let by = caller.by(Role::Owner)?;
    if new.mode == TokenMode::Test {
        return Err(Failure::bad_request(
            "a token is made live or dry-run: test tokens are made by the service itself, for its test traffic",
        ));
    }
    let created = tokens::create(&*app.store, by, new, caller.name(), Timestamp::now()).await??;
    app.notify(Topic::Tokens);
    app.notify(Topic::Setup);
    Ok((StatusCode::CREATED, Json(created)))
}

/// One token with its use over time.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<TokenId>,
) -> Result<Json<TokenDetail>, Failure> {
    caller.require(Role::Owner)?;
    Ok(Json(tokens::show(&*app.store, id, Timestamp::now()).await??))
}

/// Makes a token in place of another and shows its secret, this once.
pub(super) async fn rotate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<TokenId>,
    Body(rotation): Body<TokenRotation>,
) -> Result<(StatusCode, Json<CreatedToken>), Failure> {
    let by = caller.by(Role::Owner)?;
    let created = tokens::rotate(&*app.store, by, id, rotation, caller.name(), Timestamp::now()).await??;
    app.notify(Topic::Tokens);
    app.notify(Topic::Setup);
    Ok((StatusCode::CREATED, Json(created)))
}

/// What going live would make of a token's dry run.
pub(super) async fn dry_run(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<TokenId>,
) -> Result<Json<GoLive>, Failure> {
    caller.require(Role::Owner)?;
    Ok(Json(dry_run::preview(&*app.store, id).await??))
}

/// Makes what a token's dry run promised, then the token live.
pub(super) async fn go_live(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<TokenId>,
) -> Result<Json<GoLive>, Failure> {
    let by = caller.by(Role::Owner)?;
    // On its own: a caller who hangs up must not leave it half done.
    let store = Arc::clone(&app.store);
    let made = tokio::spawn(async move { dry_run::go_live(&*store, by, id, Timestamp::now()).await });
    let made = made.await.map_err(|_| StoreError::Undecided("going live was cut short"))???;
    for topic in [Topic::Tokens, Topic::Users, Topic::Groups, Topic::Setup] {
        app.notify(topic);
    }
    Ok(Json(made))
}

/// Revokes a token.
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<TokenId>,
) -> Result<Json<Token>, Failure> {
    let by = caller.by(Role::Owner)?;
    let token = tokens::revoke(&*app.store, by, id, Timestamp::now()).await??;
    app.notify(Topic::Tokens);
    app.notify(Topic::Setup);
    Ok(Json(token))
}
