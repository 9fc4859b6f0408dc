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
    let kind = first.to_ascii_lowercase();
    if !matches!(kind.as_str(), "serviceproviderconfig" | "schemas" | "resourcetypes") {
        return None;
    }
    if let Err(secs) = app.limits.of_address(intake.request.address.as_deref()) {
        return Some(too_fast(intake, secs));
    }
    if !matches!(intake.method, Method::GET | Method::HEAD) {
        return Some(not_allowed(intake, "GET, HEAD").outcome);
    }
    let notes = Notes::new(Action::Discovery);
    if intake.query().iter().any(|(name, _)| name.eq_ignore_ascii_case("filter")) {
        // RFC 7644 4: discovery cannot be filtered.
        let error = ScimError::forbidden("Schemas and resource types cannot be filtered: read them whole.");
        return Some(Outcome::refused(&error, notes));
    }
    let base = &intake.request.base_url;
    let names: Vec<&str> = rest.iter().map(String::as_str).collect();
    let found = match (kind.as_str(), names.as_slice()) {
        ("serviceproviderconfig", []) => Ok(discovery::service_provider_config(base)),
        ("schemas", []) => Ok(discovery::schemas(app.types, base)),
        ("schemas", [urn]) => discovery::schema(app.types, urn, base).ok_or_else(|| unknown("schema", urn, "/Schemas")),
        ("resourcetypes", []) => Ok(discovery::resource_types(app.types, base)),
        ("resourcetypes", [name]) => discovery::resource_type(app.types, name, base)
            .ok_or_else(|| unknown("resource type", name, "/ResourceTypes")),
        _ => Err(no_route(intake)),
    };
    Some(match found {
        Ok(body) => Outcome { reply: Reply::json(200, &body), notes },
        Err(error) => Outcome::refused(&error, notes),
    })
}

fn unknown(what: &str, name: &str, list: &str) -> ScimError {
    let shown: String = name.chars().take(200).collect();
    ScimError::not_found(format!("There is no {what} {shown:?} here. GET {list} lists those there are."))
}
