//! What Okta would not accept, and rate limits.

use super::*;

#[tokio::test]
async fn each_fault_is_named_and_the_run_goes_on() {
    use Scenario::{CredentialTest, Offboarding, Onboarding, ProfileUpdate, Return};
    let cases = [
        (Flaw::RefusesToken, CredentialTest, "Unauthorized. Errors reported by remote server: make a new token", 1),
        (Flaw::NoResources, CredentialTest, "Error authenticating: No results for users returned", 1),
        (Flaw::NoListSchema, CredentialTest, "schemas does not name urn:ietf:params:scim:api:messages:2.0:List", 1),
        (Flaw::StartIndexIsText, Onboarding, "startIndex is not a JSON number", 7),
        (Flaw::LooksUpHtml, Onboarding, "Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized", 6),
        (Flaw::EmptyCreate, Onboarding, "Create new user returned empty user", 6),
        (Flaw::CreateWithoutId, Onboarding, "the User has no id", 6),
        (Flaw::CreateIs202, Onboarding, "202 where Okta requires 201", 6),
        (
            Flaw::CreateIsPlainText,
            Onboarding,
            "Internal Server Error. Errors reported by remote server: Invalid JSON",
            6,
        ),
        (Flaw::CreateIsUnexplained, Onboarding, "Bad Request. The body names no cause", 6),
        (Flaw::ReadIsAList, ProfileUpdate, "a list where one User belongs", 6),
        (Flaw::PutIs204, ProfileUpdate, "204 where Okta requires 200", 6),
        (Flaw::PutForgets, Offboarding, "active was pushed as false and is held as true", 6),
        (Flaw::PutGivesNewId, ProfileUpdate, "an id never changes", 6),
        (Flaw::IgnoresRoles, Scenario::RoleChange, "roles was pushed as", 6),
        (Flaw::NoRoles, Scenario::Entitlements, "Error while discovering entitlements: no entitlements returned", 1),
        (Flaw::TypeWithoutEndpoint, Scenario::Entitlements, "an entry has no endpoint", 1),
        (Flaw::HidesInactive, Return, "the lookup no longer finds the deactivated user", 3),
    ];
    for (flaw, scenario, complaint, failures) in cases {
        let server = Server::start(flaw).await;
        let (summary, exchanges) = play(&server, scenario, App::Wizard).await;
        let messages: Vec<_> = exchanges.iter().filter_map(Exchange::message).collect();
        assert!(messages.iter().any(|message| message.contains(complaint)), "{flaw:?}: {messages:#?}");
        assert_eq!(summary.failures, failures, "{flaw:?}: {summary}");
        assert!(!summary.is_clean() && summary.to_string().contains(&summary.complaints[0]));
    }
    let server = Server::start(Flaw::NoPatch).await;
    let (summary, _) = play(&server, Offboarding, App::Catalogue).await;
    assert_eq!(summary.statuses[&501], 6);
    assert_eq!(server.story().iter().filter(|line| line.starts_with("PUT")).count(), 0, "there is no fall-back to PUT");
}

#[tokio::test]
async fn a_lookup_that_gives_somebody_else_links_nobody() {
    let server = Server::start(Flaw::IgnoresFilter).await;
    let (summary, exchanges) = play(&server, Scenario::Onboarding, App::Wizard).await;
    assert!(!summary.is_clean());
    assert!(
        exchanges.iter().filter_map(Exchange::message).any(|message| message.contains("the filter was not applied"))
    );
    assert!(exchanges.iter().all(|exchange| exchange.method != "PUT"));
}

#[test]
fn a_services_words_cannot_steer_the_terminal() {
    let fault = Fault::Refused { status: 400, reason: "Bad Request".into(), detail: "\u{1b}[2J".repeat(10_000) };
    let exchange = Exchange {
        n: 1,
        method: "POST",
        target: "/Users".into(),
        purpose: Purpose::Create,
        who: Some("ada.moreno@harbor.example".into()),
        status: Some(400),
        latency: Duration::from_millis(2),
        verdict: Verdict::Fault(fault),
    };
    let text = exchange.to_string();
    assert!(text.contains("Error while creating user ada.moreno@harbor.example: Bad Request. Errors reported by"));
    assert!(!text.contains('\u{1b}') && text.chars().count() < 800, "{text}");
}

#[tokio::test]
async fn a_refused_credential_test_ends_the_run() {
    let server = Server::start(Flaw::RefusesToken).await;
    let (summary, exchanges) = play(&server, Scenario::Onboarding, App::Wizard).await;
    assert_eq!((summary.requests, summary.failures, summary.statuses[&401]), (1, 1, 1));
    assert_eq!((exchanges[0].purpose, exchanges[0].status), (Purpose::CredentialTest, Some(401)));
}

#[tokio::test]
async fn rate_limits_are_waited_out_nine_times_but_not_ten() {
    let server = Server::start(Flaw::Limits(9)).await;
    let (summary, exchanges) = play(&server, Scenario::CredentialTest, App::Wizard).await;
    assert!(summary.is_clean(), "{summary}");
    assert_eq!((summary.statuses[&429], summary.statuses[&200]), (9, 1));
    assert_eq!(exchanges[0].verdict, Verdict::Wait(Duration::ZERO));

    let server = Server::start(Flaw::Limits(u32::MAX)).await;
    let (summary, exchanges) = play(&server, Scenario::CredentialTest, App::Wizard).await;
    assert_eq!((summary.requests, summary.failures), (10, 1));
    assert_eq!(exchanges[9].verdict, Verdict::Fault(Fault::RateLimit(10)));

    let server = Server::start(Flaw::LimitsWithDate).await;
    let (summary, exchanges) = play(&server, Scenario::CredentialTest, App::Wizard).await;
    assert_eq!((summary.requests, &exchanges[0].verdict), (1, &Verdict::Fault(Fault::RetryAfter)));
}
