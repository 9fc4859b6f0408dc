//! What the service notices of a set-up's mistakes, over real HTTP.

use super::*;
use crate::model::{
    finding::Finding,
    workspace::{EmailChange, UnknownMembers},
};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ADA: &str = "ada.moreno@harbor.example";

/// A profile as Okta sends it (okta-traffic 3.1), without a mistake.
fn profile(name: &str, role: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"primary": true, "value": name, "type": "work"}], "displayName": "Ada Moreno", "locale": "en-US",
        "externalId": "00u7ab2cdEFGhij8x5d7", "groups": [], "active": true,
        "roles": [{"primary": true, "value": role}],
    })
}

impl Room {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let response = self.okta(method, path).json(body).send().await.unwrap();
        match response.status().as_u16() {
            204 => Value::Null,
            _ => json_of(response).await,
        }
    }

    async fn push(&self, profile: &Value) -> String {
        self.send(Method::POST, "/scim/v2/Users", profile).await["id"].as_str().unwrap().to_owned()
    }

    async fn open(&self) -> Vec<Finding> {
        self.operator.findings().await.unwrap()
    }

    /// Waits until these are open and nothing else: what changed nothing may be recorded after its answer.
    async fn shows(&self, codes: &[&str], when: &str) {
        let mut seen = Vec::new();
        for _ in 0..200 {
            seen = self.open().await.iter().map(|finding| finding.code.to_string()).collect();
            if seen == codes {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(seen, codes, "{when}");
    }
}

#[tokio::test]
async fn what_one_request_shows_is_found_before_the_next() {
    let room = Room::start().await;
    for (path, code) in [("/Users", "D09"), ("/scim/v2/Users/Users", "D10"), ("/ServiceProviderConfigs", "D13")] {
        let answer = json_of(room.okta(Method::GET, path).send().await.unwrap()).await;
        room.shows(&[code], path).await;
        assert!(answer["detail"].as_str().unwrap().contains("In Okta"), "{answer}");
        let event = room.operator.events(&EventQuery { limit: 1, ..EventQuery::default() }).await.unwrap().pop();
        assert_eq!(event.unwrap().findings, [code.parse().unwrap()]);
        room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=2").send().await.unwrap();
        room.shows(&[], "mended").await;
    }
    let strange = |change: &dyn Fn(&mut Value)| {
        let mut profile = profile(ADA, "editor");
        change(&mut profile);
        profile
    };
    let bodies = [
        (strange(&|user| user["urn:x:y:User"] = json!({"role": "editor"})), "D48"),
        (strange(&|user| user["roles"] = json!("editor")), "D49"),
        (strange(&|user| user["roles"] = json!([{"value": "owner"}, {"value": "viewer"}])), "D51"),
        (strange(&|user| user["name"] = json!({})), "D54"),
        (strange(&|user| user["displayName"] = json!(null)), "D55"),
        (strange(&|user| user["emails"][0]["value"] = json!("ada@login.example")), "D29"),
    ];
    for (body, code) in bodies {
        let curl = room.http.post(format!("{}/scim/v2/Users", room.service.url())).bearer_auth(room.token.expose());
        let made = json_of(curl.json(&body).send().await.unwrap()).await;
        room.shows(&[], "by curl").await;
        room.send(Method::DELETE, &format!("/scim/v2/Users/{}", made["id"].as_str().unwrap()), &Value::Null).await;
        let id = room.push(&body).await;
        room.shows(&[code], code).await;
        room.send(Method::PUT, &format!("/scim/v2/Users/{id}"), &profile(ADA, "editor")).await;
        room.shows(&[], code).await;
        room.send(Method::DELETE, &format!("/scim/v2/Users/{id}"), &Value::Null).await;
    }
}

/// Ten seconds after a lookup without a create, whatever else the service has to do meanwhile.
#[tokio::test]
async fn a_silence_is_told_when_it_has_lasted_long_enough() {
    let room = Room::start().await;
    let stream = follow(room.operator.clone(), None);
    let mut stream = std::pin::pin!(stream);
    assert_eq!(stream.next().await, Some(Live::Connected));
    let lookup = "/scim/v2/Users?filter=userName%20eq%20%22ada%40harbor.example%22&startIndex=1&count=100";
    room.okta(Method::GET, lookup).send().await.unwrap();
    let told = async {
        loop {
            let notice = stream.next().await;
            let told = notice == Some(Live::Changed(Topic::Setup));
            if told && room.open().await.iter().any(|finding| finding.code == Code(23)) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(14), told).await.expect("it is told by itself");
}

#[tokio::test]
async fn what_a_front_server_does_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let room = Room::start_as(dir, |options| Options { behind_proxy: true, ..options }).await;
    let test = || room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=2");
    let spoiled = [("x-forwarded-proto", "http", "D14", 200), ("accept", "text/html", "D18", 406)];
    for (header, value, code, status) in spoiled {
        let curl = room.request(Method::GET, "/scim/v2/Users").bearer_auth(room.token.expose()).header(header, value);
        curl.header("user-agent", "curl/8.5").send().await.unwrap();
        room.shows(&[], "by curl").await;
        let mut request = test().build().unwrap();
        request.headers_mut().insert(header, value.parse().unwrap());
        assert_eq!(room.http.execute(request).await.unwrap().status(), status);
        room.shows(&[code], code).await;
        test().header("x-forwarded-proto", "https").send().await.unwrap();
        room.shows(&[], "mended").await;
    }
}

#[tokio::test]
async fn what_the_rules_stumble_over_is_found() {
    let room = Room::start().await;
    let id = room.push(&profile(ADA, "editor")).await;
    let user = format!("/scim/v2/Users/{id}");
    let mut roleless = profile(ADA, "editor");
    roleless.as_object_mut().unwrap().remove("roles");
    room.send(Method::PUT, &user, &roleless).await;
    room.shows(&["D53"], "D53").await;
    room.send(Method::PUT, &user, &profile(ADA, "editor")).await;
    room.shows(&[], "mended").await;

    let settings = WorkspacePatch { email_change: Some(EmailChange::Refuse), ..WorkspacePatch::default() };
    room.operator.update_workspace(&settings).await.unwrap();
    room.send(Method::PUT, &user, &profile("ada.king@harbor.example", "editor")).await;
    room.shows(&["D33"], "D33").await;
    room.send(Method::PUT, &user, &profile(ADA, "editor")).await;
    room.shows(&[], "mended").await;
}

#[tokio::test]
async fn members_who_are_not_here_are_found_whether_refused_or_passed_over() {
    let room = Room::start().await;
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Sales",
        "members": [{"value": "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11"}]});
    for policy in [UnknownMembers::Refuse, UnknownMembers::Ignore] {
        let settings = WorkspacePatch { unknown_members: Some(policy), ..WorkspacePatch::default() };
        room.operator.update_workspace(&settings).await.unwrap();
        room.send(Method::POST, "/scim/v2/Groups", &group).await;
        room.shows(&["D59"], "a push with a stranger").await;
        assert_eq!(room.open().await[0].people, ["Sales"]);
    }
}

#[tokio::test]
async fn okta_may_take_the_last_owner_and_it_is_said() {
    let room = Room::start().await;
    let first = room.push(&profile(ADA, "owner")).await;
    let mut other = profile("li.wei@harbor.example", "owner");
    other["externalId"] = json!("00u7ab2cdEFGhij8x5d8");
    let second = room.push(&other).await;
    room.deactivate(&first).await;
    room.shows(&[], "one is left").await;
    room.deactivate(&second).await;
    room.shows(&["D73"], "D73").await;
    let patch = UserPatch { role: None, active: Some(true) };
    room.operator.update_user(first.parse().unwrap(), &patch).await.unwrap();
    room.shows(&[], "appointed here").await;
    room.operator
        .update_user(first.parse().unwrap(), &UserPatch { role: None, active: Some(false) })
        .await
        .unwrap_err();
    other["active"] = json!(true);
    room.send(Method::PUT, &format!("/scim/v2/Users/{second}"), &other).await;
    room.send(Method::DELETE, &format!("/scim/v2/Users/{first}"), &Value::Null).await;
    room.send(Method::DELETE, &format!("/scim/v2/Users/{second}"), &Value::Null).await;
    room.shows(&["D73"], "D73").await;
}

#[tokio::test]
async fn what_was_dismissed_stays_dismissed_after_a_restart() {
    let room = Room::start().await;
    let basic = room.request(Method::GET, "/scim/v2/Users").header("authorization", "Basic YTpi");
    basic.send().await.unwrap();
    room.shows(&["D07"], "D07").await;
    let dismissed = room.operator.dismiss_finding(Code(7), true).await.unwrap();
    assert!(dismissed[0].dismissed.is_some());
    let error = room.operator.dismiss_finding(Code(1), true).await.unwrap_err().to_string();
    assert!(error.contains("no open finding D01"), "{error}");

    let Room { service, dir, .. } = room;
    service.stop().await.unwrap();
    let room = Room::start_in(dir).await;
    assert_eq!(room.open().await[0].dismissed, dismissed[0].dismissed);
    let restored = room.operator.dismiss_finding(Code(7), false).await.unwrap();
    assert_eq!(restored[0].dismissed, None);
}
