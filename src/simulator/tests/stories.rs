//! What is sent in which order, and what it leaves behind.

use super::*;

const LOOKUP: &str = "GET /Users?filter=userName%20eq%20%22{name}%22&startIndex=1&count=100";
const READ: &str = "GET /Users/{id}";
const PUT: &str = "PUT /Users/{id}";
const PATCH: &str = "PATCH /Users/{id}";
const POST: &str = "POST /Users";

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
async fn an_import_of_a_test_ends_after_some_pages_and_says_so() {
    let server = Server::start(Flaw::None).await;
    let many = Options { users: Users::Number(605), ..options(&server, Scenario::Onboarding, App::Wizard) };
    run(&many, |_| ()).await.unwrap();
    server.forget_traffic();
    let test = Options { test: Some(Secret::new("the mark")), ..options(&server, Scenario::Import, App::Wizard) };
    let summary = run(&test, |_| ()).await.unwrap();
    assert!(summary.is_clean(), "{summary}");
    assert_eq!((summary.not_imported, server.story().len()), (105, 1 + 5 + 1));
    assert!(summary.to_string().contains("105 people and groups were left out"), "{summary}");
}

#[tokio::test]
async fn passwords_are_pushed_alone_or_with_the_profile() {
    let server = Server::start(Flaw::None).await;
    story(&server, Scenario::Onboarding, App::Catalogue).await;
    assert_eq!(story(&server, Scenario::PasswordSync, App::Catalogue).await, [LOOKUP, PATCH, READ]);
    let [patch] =
        server.seen().into_iter().filter(|seen| seen.method == "PATCH").collect::<Vec<_>>().try_into().unwrap();
    let operation = &patch.body.unwrap()["Operations"][0];
    assert_eq!((&operation["op"], operation.get("path")), (&json!("replace"), None));
    assert!(operation["value"]["password"].as_str().is_some_and(|password| password.len() == 8), "{operation}");
    assert_eq!(story(&server, Scenario::PasswordSync, App::Wizard).await, [LOOKUP, READ, PUT, READ]);
    let put = server.seen().into_iter().find(|seen| seen.method == "PUT").unwrap().body.unwrap();
    assert!(put["password"].is_string() && put["userName"].is_string(), "{put}");
}

#[tokio::test]
async fn entitlements_are_discovered_type_by_type() {
    let server = Server::start(Flaw::None).await;
    for app in App::ALL {
        let asked = story(&server, Scenario::Entitlements, app).await;
        assert_eq!(asked, ["GET /ResourceTypes", "GET /Schemas", "GET /Roles?startIndex=1&count=100"]);
    }
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
