//! `/role-attribute`: the ways in which Okta can be made to send the role, and what its latest requests carried.
//!
//! What a request carried is read from its recorded body by the very code that reads roles for real, so that what stands
//! here is what was understood.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::Value;

use crate::{
    diagnosis,
    model::{
        event::{Action, Event, EventDetail, EventQuery},
        finding::Code,
        role::Role,
        role_attribute::{CarriedRole, CarriedRoles, RoleAttribute, RoleOutcome},
    },
    scim::{document::Reading, role, schema::ResourceType},
    service::{
        admin::{Caller, Failure},
        app::App,
    },
    store::StoreError,
};

/// How many requests are shown.
const REQUESTS: usize = 50;
/// How many events are read at a time, and how often: what lies farther back than their product is not looked for.
const CHUNK: u32 = 200;
const CHUNKS: usize = 10;
/// The diagnoses that are about the role.
const ABOUT_ROLES: [Code; 4] = [Code(48), Code(49), Code(50), Code(51)];

/// The ways; and for whoever may see request bodies what the latest writes to users carried.
pub(super) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<RoleAttribute>, Failure> {
    let carried = match caller.require(Role::Editor) {
        Ok(()) => {
            let requests = carried(&app).await?;
            Some(CarriedRoles { summary: diagnosis::sum_up(&requests), requests })
        }
        Err(_) => None,
    };
    Ok(Json(RoleAttribute { ways: diagnosis::ways(), carried }))
}

/// What the latest writes to users carried, the newest first.
async fn carried(app: &App) -> Result<Vec<CarriedRole>, StoreError> {
    let mut found = Vec::new();
    let mut query = EventQuery { limit: CHUNK, ..EventQuery::default() };
    for _ in 0..CHUNKS {
        let events = app.store.events(&query).await?;
        query.before = events.last().map(|event| event.id);
        let all = events.len() < CHUNK as usize;
        for event in events.iter().filter(|event| writes_user(event)) {
            if let Some(detail) = app.store.event(event.id).await? {
                found.extend(read(&app.types.user, &detail));
            }
            if found.len() == REQUESTS {
                return Ok(found);
            }
        }
        if all {
            break;
        }
    }
    Ok(found)
}

/// Whether a request pushed a person's profile or a part of it, and not as test traffic.
fn writes_user(event: &Event) -> bool {
    let pushes = matches!(
        event.action,
        Action::Create
            | Action::Return
            | Action::Update
            | Action::RoleChange
            | Action::EmailChange
            | Action::Deactivate
            | Action::Reactivate
    );
    pushes && !event.is_test() && matches!(event.method.as_str(), "POST" | "PUT" | "PATCH")
}

/// What one of them carried. Nothing of a PATCH that is not about the role, since it was not to carry one; nor of a request
/// that was refused before its body was read, or whose body is no profile.
fn read(kind: &'static ResourceType, detail: &EventDetail) -> Option<CarriedRole> {
    // With a compatibility step switched off the request was refused; what it carried is to be seen all the same.
    let reading = Reading::lenient(kind);
    let event = &detail.event;
    let body = detail.request_body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
    let id = event.user_id.map(|id| id.to_string()).unwrap_or_default();
    let sent = body.and_then(|body| role::sent_in(&event.method, &id, body, &reading));
    if sent.is_none() && event.role.is_none() {
        return None;
    }
    let became = match (event.succeeded(), event.role, event.action) {
        (false, ..) => RoleOutcome::Refused,
        (true, Some(role), _) => RoleOutcome::Role { role },
        (true, None, Action::Create) => RoleOutcome::Default,
        (true, None, _) => RoleOutcome::Absent,
    };
    Some(CarriedRole {
        event: event.id,
        at: event.at,
        user_name: event.user_name.clone(),
        from_okta: event.is_from_okta(),
        sent: sent.unwrap_or_default(),
        became,
        status: event.status,
        findings: event.findings.iter().copied().filter(|code| ABOUT_ROLES.contains(code)).collect(),
    })
}
