//! What a request of Okta shows of the set-up's mistakes by itself, noted before anybody answers it.

use crate::{
    diagnosis::{Catalogue, Seen, of_body, of_head},
    model::{finding::Code, workspace::UserNamePolicy},
    scim::error::ScimError,
    service::{
        app::App,
        connections::Way,
        scim::intake::{Intake, is_okta},
    },
    store::StoreError,
};

/// Notes what the head shows.
pub(super) fn note_head(app: &App, intake: &mut Intake) {
    if is_okta(&intake.headers) {
        let request = &intake.request;
        let seen = Seen {
            method: &request.method,
            path: &request.path,
            query: request.query.as_deref(),
            body: None,
            names_are_addresses: false,
            plain_http: intake.way == Way::PlainAtTls || request.base_url.starts_with("http://") && app.behind_proxy,
            takes_json: intake.check_accept().is_ok(),
        };
        let signs = of_head(&seen);
        if !signs.is_empty() {
            intake.amend(|request| request.signs = signs);
        }
    }
}

/// The refusal of a request whose address shows that it cannot be meant, with the click that mends it.
pub(super) fn refusal(intake: &Intake) -> Option<ScimError> {
    let catalogue = Catalogue::builtin();
    let answer = |code: &Code| catalogue.entry(*code).and_then(|entry| entry.answer.clone());
    intake.request.signs.iter().find_map(answer).map(ScimError::not_found)
}

/// Notes what the body of a write to a user shows.
pub(super) async fn note_body(app: &App, intake: &mut Intake) -> Result<(), StoreError> {
    let of_users =
        intake.route.as_ref().and_then(|route| route.first()).is_some_and(|first| first.eq_ignore_ascii_case("Users"));
    if !of_users || intake.is_search() || !is_okta(&intake.headers) {
        return Ok(());
    }
    // What is no JSON is refused by whoever reads it next.
    let Ok(body) = serde_json::from_slice(&intake.request.body) else { return Ok(()) };
    let user = &app.types.user;
    let is_known = |urn: &str| urn.eq_ignore_ascii_case(&user.schema.id) || user.extension(urn).is_some();
    let seen = Seen {
        method: &intake.request.method,
        path: &intake.request.path,
        query: None,
        body: Some(&body),
        names_are_addresses: app.store.workspace().await?.user_name == UserNamePolicy::Email,
        plain_http: false,
        takes_json: true,
    };
    let signs = of_body(&seen, is_known);
    if !signs.is_empty() {
        intake.amend(|request| request.signs.extend(signs));
    }
    Ok(())
}
