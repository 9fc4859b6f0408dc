//! What the service says about itself: open to all (RFC 7643 5), and nothing in it is about anybody.

use http::Method;

use crate::{
    directory::request::{Notes, Outcome, Reply},
    model::event::Action,
    scim::{discovery, error::ScimError},
    service::{
        app::App,
        scim::{
            intake::Intake,
            routes::{no_route, not_allowed, too_fast},
        },
    },
};

/// `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes`; none for other routes.
pub(super) fn discover(app: &App, intake: &Intake, route: &[String]) -> Option<Outcome> {
    let (first, rest) = route.split_first()?;
    let base = &intake.request.base_url;
    let names: Vec<&str> = rest.iter().map(String::as_str).collect();
    let found = match (first.to_ascii_lowercase().as_str(), names.as_slice()) {
        ("serviceproviderconfig", []) => Some(discovery::service_provider_config(base)),
        ("schemas", []) => Some(discovery::schemas(app.types, base)),
        ("schemas", [urn]) => discovery::schema(app.types, urn, base),
        ("resourcetypes", []) => Some(discovery::resource_types(app.types, base)),
        ("resourcetypes", [name]) => discovery::resource_type(app.types, name, base),
        ("serviceproviderconfig" | "schemas" | "resourcetypes", _) => None,
        _ => return None,
    };
    if let Err(secs) = app.limits.of_address(intake.request.address.as_deref()) {
        return Some(too_fast(intake, secs));
    }
    let notes = Notes::new(Action::Discovery);
    if !matches!(intake.method, Method::GET | Method::HEAD) {
        return Some(not_allowed(intake, "GET, HEAD").outcome);
    }
    if intake.query().iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        // RFC 7644 4: discovery cannot be filtered.
        let error = ScimError::forbidden("Schemas and resource types cannot be filtered: read them whole.");
        return Some(Outcome::refused(&error, notes));
    }
    Some(match found {
        Some(body) => Outcome { reply: Reply::json(200, &body), notes },
        None => Outcome::refused(&no_route(intake), notes),
    })
}
