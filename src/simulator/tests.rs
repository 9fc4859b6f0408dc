//! The simulator against a faithful server, and against servers that get one thing wrong.

pub(super) mod server;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use server::{Flaw, Server};

fn options(server: &Server, scenario: Scenario, app: App) -> Options {
    Options {
        url: server.url.clone(),
        token: server.token(),
        scenario,
        users: Users::Number(6),
        rate: None,
        seed: 11,
        app,
    }
}

async fn play(server: &Server, scenario: Scenario, app: App) -> (Summary, Vec<Exchange>) {
    let mut exchanges = Vec::new();
    let summary = run(&options(server, scenario, app), |exchange| exchanges.push(exchange.clone())).await.unwrap();
    (summary, exchanges)
}

/// The story of one person, without the credential test.
async fn story(server: &Server, scenario: Scenario, app: App) -> Vec<String> {
    server.forget_traffic();
    let mut options = options(server, scenario, app);
    options.users = Users::Number(1);
    let summary = run(&options, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    server.story().split_off(1)
}

const LOOKUP: &str = "GET /Users?filter=userName%20eq%20%22{name}%22&startIndex=1&count=100";
const READ: &str = "GET /Users/{id}";
const PUT: &str = "PUT /Users/{id}";
const PATCH: &str = "PATCH /Users/{id}";
const POST: &str = "POST /Users";

#[tokio::test]
async fn a_faithful_server_is_accepted_in_every_scenario_by_both_apps() {
    for app in App::ALL {
        for scenario in Scenario::ALL {
            let server = Server::start(Flaw::None).await;
            // On an empty server, on the one it leaves behind, and once more.
            for time in 1..=3 {
                let (summary, exchanges) = play(&server, scenario, app).await;
                assert!(summary.is_clean(), "{scenario} by {app}, time {time}:\n{summary}");
                assert_eq!(summary.requests, exchanges.len() as u64);
                assert_eq!(exchanges.last().map(|exchange| exchange.n), Some(summary.requests));
            }
        }
    }
}

#[tokio::test]
async fn every_scenario_works_on_what_the_others_left_behind() {
    for app in App::ALL {
        let server = Server::start(Flaw::NobodyIs404).await;
        for scenario in Scenario::ALL.into_iter().chain(Scenario::ALL.into_iter().rev()) {
            let (summary, _) = play(&server, scenario, app).await;
            assert!(summary.is_clean(), "{scenario} by {app}:\n{summary}");
        }
    }
}

#[tokio::test]
async fn the_order_of_requests_is_oktas() {
    let wizard = Server::start(Flaw::None).await;
    assert_eq!(story(&wizard, Scenario::Onboarding, App::Wizard).await, [LOOKUP, POST, READ]);
    assert_eq!(story(&wizard, Scenario::Onboarding, App::Wizard).await, [LOOKUP, READ, PUT, READ]);
    assert_eq!(story(&wizard, Scenario::ProfileUpdate, App::Wizard).await, [LOOKUP, READ, PUT, READ]);
    assert_eq!(story(&wizard, Scenario::Offboarding, App::Wizard).await, [LOOKUP, READ, PUT, READ]);
    // Found inactive: activated, then given the profile.
    assert_eq!(story(&wizard, Scenario::Onboarding, App::Wizard).await, [LOOKUP, READ, PUT, READ, PUT, READ]);

    let catalogue = Server::start(Flaw::None).await;
    assert_eq!(story(&catalogue, Scenario::Onboarding, App::Catalogue).await, [LOOKUP, POST, READ]);
    assert_eq!(story(&catalogue, Scenario::Offboarding, App::Catalogue).await, [LOOKUP, PATCH, READ]);
    assert_eq!(story(&catalogue, Scenario::Onboarding, App::Catalogue).await, [LOOKUP, PATCH, READ, PUT, READ]);
    assert_eq!(
        story(&catalogue, Scenario::Return, App::Catalogue).await,
        [LOOKUP, PATCH, LOOKUP, PATCH, READ, PUT, READ]
    );
    assert_eq!(catalogue.users().len(), 1);
}

#[tokio::test]
async fn scenarios_leave_the_people_as_they_say() {
    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Onboarding, App::Wizard).await;
    let before = server.users();
    assert_eq!(before.len(), 6);
    assert!(before.iter().all(|user| user["active"] == json!(true)));
    assert!(before.iter().all(|user| user["externalId"].as_str().unwrap().starts_with("00u")));

    play(&server, Scenario::RoleChange, App::Wizard).await;
    for (user, before) in server.users().iter().zip(&before) {
        assert!(user["roles"][0]["primary"] == json!(true) && user["roles"].as_array().unwrap().len() == 1);
        assert_ne!(user.get("roles"), before.get("roles"));
    }
    play(&server, Scenario::ProfileUpdate, App::Wizard).await;
    for (user, before) in server.users().iter().zip(&before) {
        assert_ne!(user.get("title"), before.get("title"));
        // What Okta does not map came back as the service made it.
        assert_eq!(user["meta"], before["meta"]);
    }
    let renamed = server.users().iter().zip(&before).filter(|(user, before)| user["name"] != before["name"]).count();
    assert_eq!(renamed, 2);

    play(&server, Scenario::EmailChange, App::Wizard).await;
    let users = server.users();
    assert_eq!(users.len(), 9, "every second person has a new account beside the old one");
    assert_eq!(users.iter().filter(|user| user["active"] == json!(true)).count(), 6);
    for user in users.iter().filter(|user| user["active"] == json!(true)) {
        assert!(user["userName"].as_str().unwrap().ends_with("@north.harbor.example"));
        assert_eq!(user["emails"][0]["value"], user["userName"]);
    }

    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Offboarding, App::Catalogue).await;
    assert!(server.users().iter().all(|user| user["active"] == json!(false)));
}

const GROUPS: &str = "GET /Groups?filter=displayName%20eq%20%22{name}%22&startIndex=1&count=100";

#[tokio::test]
async fn groups_are_pushed_as_each_kind_of_app_does() {
    let [read, put, patch, post, delete] =
        ["GET /Groups/{id}", "PUT /Groups/{id}", "PATCH /Groups/{id}", "POST /Groups", "DELETE /Groups/{id}"];
    let wizard = Server::start(Flaw::None).await;
    play(&wizard, Scenario::GroupPush, App::Wizard).await;
    let story: Vec<_> = wizard.story().into_iter().skip_while(|line| line != GROUPS).collect();
    let whole = [read, put];
    let expected = [&[GROUPS, post][..], &[whole; 6].concat(), &[GROUPS, post], &[whole; 2].concat(), &[delete]];
    assert_eq!(story, expected.concat());
    let [group] = wizard.groups().try_into().unwrap();
    assert_eq!((&group["displayName"], group["members"].as_array().unwrap().len()), (&json!("APP-Harbor-Editors"), 6));
    let member = &group["members"][0];
    assert!(member.get("type").is_none() && member["display"].as_str().unwrap().contains('@'), "{member}");

    let catalogue = Server::start(Flaw::None).await;
    for first in [&[GROUPS, post, patch, read, patch][..], &[GROUPS, patch]] {
        catalogue.forget_traffic();
        let (summary, _) = play(&catalogue, Scenario::GroupPush, App::Catalogue).await;
        assert!(summary.is_clean(), "{summary}");
        let story: Vec<_> = catalogue.story().into_iter().skip_while(|line| line != GROUPS).collect();
        let change = [patch, read, patch];
        let expected = [first, &[change; 2].concat(), &[patch; 3], &[GROUPS, post], &[patch], &[delete]];
        assert_eq!(story, expected.concat());
    }
    assert_eq!(catalogue.groups()[0]["members"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn an_import_walks_page_after_page() {
    let server = Server::start(Flaw::None).await;
    let many = Options { users: Users::Number(205), ..options(&server, Scenario::Onboarding, App::Wizard) };
    run(&many, |_| ()).await.unwrap();
    server.forget_traffic();
    let (summary, _) = play(&server, Scenario::Import, App::Wizard).await;
    assert!(summary.is_clean(), "{summary}");
    let pages = ["Users?startIndex=1", "Users?startIndex=101", "Users?startIndex=201", "Groups?startIndex=1"];
    assert_eq!(server.story()[1..], pages.map(|page| format!("GET /{page}&count=100")));
    let server = Server::start(Flaw::EmptyPage).await;
    play(&server, Scenario::Onboarding, App::Wizard).await;
    let (summary, exchanges) = play(&server, Scenario::Import, App::Wizard).await;
    assert_eq!(summary.failures, 1, "{summary}");
    let message = exchanges.iter().find_map(Exchange::message).unwrap();
    assert!(message.contains("the page from 1 on holds 0 where 6 are left"), "{message}");
}

#[tokio::test]
async fn in_a_whole_life_the_owner_stays() {
    for app in App::ALL {
        let server = Server::start(Flaw::None).await;
        play(&server, Scenario::Full, app).await;
        let first = People::new(11).unwrap().person(0).user_name;
        let of_first = server.users().into_iter().find(|user| user["userName"] == json!(first)).unwrap();
        assert_eq!((&of_first["active"], &of_first["roles"][0]["value"]), (&json!(true), &json!("owner")));
        let lookups = server.story().iter().filter(|line| line.contains("/Users?filter")).count();
        assert!(lookups > 6 && server.story().iter().any(|line| line.contains("/Groups?startIndex=1&count=100")));
    }
}

#[tokio::test]
async fn the_same_seed_sends_the_same() {
    let mut told = Vec::new();
    for seed in [5, 5, 6] {
        let server = Server::start(Flaw::None).await;
        let options = Options { seed, users: Users::Number(1), ..options(&server, Scenario::Full, App::Wizard) };
        run(&options, |_| ()).await.unwrap();
        let bodies: Vec<_> = server
            .seen()
            .into_iter()
            .map(|mut seen| {
                // The placeholder password is as random as Okta's.
                if let Some(Value::Object(body)) = &mut seen.body {
                    body.shift_remove("password");
                }
                (seen.method, seen.target, seen.body)
            })
            .collect();
        told.push(bodies);
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0], told[2]);
}

#[tokio::test]
async fn bodies_have_oktas_shape() {
    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Return, App::Catalogue).await;
    let seen = server.seen();
    let created = seen.iter().filter(|seen| seen.method == "POST").filter_map(|seen| seen.body.clone());
    for body in created {
        assert_eq!(body["schemas"], json!([body::USER, body::ENTERPRISE]));
        assert_eq!(body["emails"], json!([{"primary": true, "value": body["userName"], "type": "work"}]));
        assert_eq!((&body["groups"], &body["active"]), (&json!([]), &json!(true)));
        assert_eq!(body["password"].as_str().unwrap().len(), 8);
        assert_eq!(body["roles"][0]["primary"], json!(true), "the attribute is required");
    }
    let patches: Vec<_> = seen.iter().filter(|seen| seen.method == "PATCH").filter_map(|s| s.body.clone()).collect();
    assert_eq!(
        patches[0],
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": {"active": false}}]})
    );
}

#[test]
fn a_put_lays_oktas_values_over_whatever_came_back() {
    let person = People::new(1).unwrap().person(0);
    let person = Person { role: Some("editor".into()), title: None, ..person };
    let held = json!({"id": "7", "name": {"formatted": "Old Name", "givenName": "x"}, "nickName": "Al", "title": "Old",
        "roles": [{"value": "viewer"}], "emails": [{"type": "home", "value": "h@x.example"}], "active": true});
    let Value::Object(held) = held else { unreachable!() };
    let put = Value::Object(body::overlay(held, &person, false));
    assert_eq!(put["name"]["formatted"], "Old Name");
    assert_eq!(put["name"]["givenName"], json!(person.given_name));
    assert_eq!((&put["nickName"], &put["id"], &put["title"]), (&json!("Al"), &json!("7"), &json!("Old")));
    assert_eq!(put["roles"], json!([{"value": "viewer"}, {"primary": true, "value": "editor"}]));
    assert_eq!(put["emails"][1], json!({"primary": true, "value": person.user_name, "type": "work"}));
    assert_eq!((&put["active"], &put["groups"]), (&json!(false), &json!([])));
}

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
async fn traffic_goes_on_for_so_long_at_the_rate_asked_for() {
    let server = Server::start(Flaw::None).await;
    let mut options = options(&server, Scenario::Onboarding, App::Wizard);
    options.users = Users::For(Duration::from_secs(1));
    options.rate = Some(200.0);
    let summary = run(&options, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    // Never faster; how near it comes is the machine's doing.
    let lasted = summary.duration.as_secs_f64();
    assert!(summary.requests as f64 <= 200.0 * lasted + 1.0 && summary.requests > 20, "{summary}");
    assert!(lasted >= 1.0 && summary.people > 6, "{summary}");
    assert!(summary.to_string().contains("per second of 200 asked for"), "{summary}");
}

#[tokio::test]
async fn traffic_for_a_time_ends_with_its_people() {
    let server = Server::start(Flaw::None).await;
    let mut options = options(&server, Scenario::Full, App::Wizard);
    options.users = Users::For(Duration::from_millis(300));
    let mut purposes = std::collections::HashSet::new();
    let summary = run(&options, |exchange| purposes.extend([exchange.purpose])).await.unwrap();
    assert!(summary.is_clean() && purposes.contains(&Purpose::Create), "{summary}");
    assert!(!purposes.contains(&Purpose::Import) && !purposes.contains(&Purpose::GroupPush), "{purposes:?}");
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

/// Answers one connection with `answer` and gives what arrived.
async fn once(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let heard = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        socket.write_all(&answer).await.unwrap();
        String::from_utf8(head).unwrap()
    });
    (url, heard)
}

fn at(url: String) -> Options {
    let token = Secret::new("abc");
    Options {
        url,
        token,
        scenario: Scenario::CredentialTest,
        users: Users::Number(0),
        rate: None,
        seed: 1,
        app: App::Wizard,
    }
}

#[tokio::test]
async fn headers_are_oktas_to_the_letter_and_compressed_answers_are_read() {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        COMPRESSED.len()
    )
    .into_bytes();
    answer.extend_from_slice(COMPRESSED);
    let (url, heard) = once(answer).await;
    let summary = run(&at(format!("{url}/")), |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    let heard = heard.await.unwrap();
    let mut lines = heard.trim_end().lines();
    assert_eq!(lines.next(), Some("GET /scim/v2/Users?startIndex=1&count=2 HTTP/1.1"));
    let mut headers: Vec<_> = lines.filter(|line| !line.starts_with("Host: ")).collect();
    headers.sort_unstable();
    assert_eq!(
        headers,
        [
            "Accept-Charset: utf-8",
            "Accept-Encoding: gzip,deflate",
            "Accept: application/scim+json",
            "Authorization: Bearer abc",
            "Connection: Keep-Alive",
            "User-Agent: Okta SCIM Client 1.0.0",
        ]
    );
}

#[tokio::test]
async fn only_bodies_have_a_content_type() {
    let server = Server::start(Flaw::None).await;
    play(&server, Scenario::Offboarding, App::Catalogue).await;
    for seen in server.seen() {
        let given = seen.headers.get("content-type").map(|value| value.to_str().unwrap());
        let wanted = (seen.method != "GET").then_some("application/scim+json; charset=utf-8");
        assert_eq!(given, wanted, "{} {}", seen.method, seen.target);
        assert_eq!(seen.body.is_some(), seen.method != "GET");
        assert_eq!(seen.headers["user-agent"], "Okta SCIM Client 1.0.0");
    }
}

#[tokio::test]
async fn nobody_listening_is_an_error_in_words() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    drop(listener);
    let error = run(&at(url.clone()), |_| ()).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("nothing answers at {url}: ")) && error.contains("start the service"),
        "{error}"
    );
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_name() {
    let refusal = async |options: Options| run(&options, |_| ()).await.unwrap_err().to_string();
    let good = at("http://127.0.0.1:1/scim/v2".into());
    assert!(refusal(at("room.harbor.example/scim/v2".into())).await.contains("is no base URL"));
    assert!(refusal(at("ftp://room.harbor.example".into())).await.contains("http:// or https://"));
    assert!(refusal(at("http://room.example/scim?x=1".into())).await.contains("without ? or #"));
    let secret = "secret\nline";
    let text = refusal(Options { token: Secret::new(secret), ..good.clone() }).await;
    assert!(text.contains("the token cannot be sent") && !text.contains("secret"), "{text}");
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        assert!(refusal(Options { rate: Some(rate), ..good.clone() }).await.contains("is no rate"));
    }
}

#[tokio::test]
async fn a_run_at_a_rate_can_be_spawned() {
    let server = Server::start(Flaw::None).await;
    let options = Options { rate: Some(1_000.0), ..options(&server, Scenario::Onboarding, App::Wizard) };
    let summary = tokio::spawn(async move { run(&options, |_| ()).await }).await.unwrap().unwrap();
    assert!(summary.is_clean());
    assert_eq!((summary.people, summary.requests), (6, 19));
}

#[tokio::test]
async fn exchanges_and_summaries_are_printed_for_people_and_machines() {
    let server = Server::start(Flaw::None).await;
    let (summary, exchanges) = play(&server, Scenario::Onboarding, App::Wizard).await;
    let lookup = exchanges.iter().find(|exchange| exchange.purpose == Purpose::Lookup).unwrap();
    let who = lookup.who.clone().unwrap();
    assert!(lookup.to_string().contains(&format!("/Users?filter=userName eq \"{who}\"&startIndex=1&count=100")));
    let create = exchanges.iter().find(|exchange| exchange.purpose == Purpose::Create).unwrap();
    assert!(create.to_string().contains("POST  201") && create.to_string().contains('@'));
    let value = serde_json::to_value(lookup).unwrap();
    assert_eq!(
        (&value["status"], &value["accepted"], &value["purpose"]),
        (&json!(200), &json!(true), &json!("lookup"))
    );
    let value = serde_json::to_value(&summary).unwrap();
    assert_eq!(value["methods"], json!({"GET": 13, "POST": 6}));
    assert_eq!(value["statuses"], json!({"200": 13, "201": 6}));
    assert!(value["p99Millis"].as_f64() >= value["p50Millis"].as_f64());
    assert!(summary.to_string().contains("people     6 people\nrequests   19 in "));
    assert!(summary.to_string().ends_with("Okta accepts every answer"));
}

#[tokio::test]
async fn names_of_scenarios_and_apps_are_read_back() {
    for scenario in Scenario::ALL {
        assert_eq!(scenario.as_str().parse(), Ok(scenario));
    }
    assert_eq!("catalogue".parse(), Ok(App::Catalogue));
    let error = "onbording".parse::<Scenario>().unwrap_err().to_string();
    assert!(error.contains("is not a scenario: use one of credential-test, onboarding"), "{error}");
    assert!(error.ends_with("or a mistake, which --list names"), "{error}");
    for mistake in Mistake::ALL {
        assert!(mistake.name.starts_with("misconfigured-"), "{}", mistake.name);
        assert_eq!(mistake.name.parse(), Ok(Scenario::Misconfigured(mistake)));
        assert!(
            mistake.what.ends_with('.') && mistake.wait.is_none_or(|wait| !wait.ends_with('.')),
            "{}",
            mistake.name
        );
    }
    let codes: Vec<_> = Mistake::ALL.iter().map(|mistake| mistake.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
}

/// An empty ListResponse, compressed with gzip.
const COMPRESSED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 29, 141, 75, 10, 194, 64, 16, 5, 239, 210, 235, 65, 162, 203, 190, 129, 144, 69,
    112, 43, 89, 52, 147, 86, 27, 50, 31, 230, 245, 128, 16, 188, 187, 163, 219, 87, 69, 189, 131, 16, 95, 154, 4, 196,
    119, 234, 45, 179, 169, 63, 184, 74, 147, 4, 70, 180, 196, 82, 141, 147, 2, 242, 84, 240, 229, 52, 241, 108, 240,
    155, 162, 150, 12, 165, 53, 144, 23, 151, 125, 12, 125, 247, 81, 153, 2, 193, 165, 249, 53, 111, 250, 38, 62, 7,
    50, 215, 132, 69, 219, 50, 10, 127, 62, 220, 210, 91, 212, 223, 231, 250, 249, 2, 31, 54, 107, 191, 130, 0, 0, 0,
];
