//! The line between what test traffic made and everything else.

use super::*;
use crate::model::{
    finding::Finding,
    test_traffic::{TEST_MARK, TestPass},
};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What a create shows that sends no name, as those of [`Room::create`] and here.
const AS_CREATED: Code = Code(54);

impl Room {
    fn test(&self, pass: &TestPass, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request(method, path).bearer_auth(pass.token.expose()).header(TEST_MARK, pass.mark.expose())
    }

    async fn create_test(&self, pass: &TestPass, name: &str, external_id: &str) -> Response {
        let body = json!({"schemas": [USER], "userName": name, "externalId": external_id, "active": true,
            "roles": [{"value": "owner", "primary": true}]});
        self.test(pass, Method::POST, "/scim/v2/Users").json(&body).send().await.unwrap()
    }

    async fn settled_events(&self, wanted: usize) -> Vec<crate::model::event::Event> {
        let query = EventQuery { limit: 1_000, ..EventQuery::default() };
        for _ in 0..200 {
            let events = self.operator.events(&query).await.unwrap();
            if events.len() >= wanted {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("there are no {wanted} events");
    }
}

fn patch(value: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "value": value}]})
}

async fn id_of(response: Response) -> String {
    assert_eq!(response.status(), 201);
    json_of(response).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn test_traffic_changes_nobody_else_and_nobody_else_changes_it() {
    let room = Room::start().await;
    let real = room.create("ada@harbor.example", "owner").await;
    let gone = room.create("gone@harbor.example", "viewer").await;
    room.deactivate(&gone).await;
    let group = json!({"schemas": [GROUP], "displayName": "Editors"});
    let real_group = id_of(room.okta(Method::POST, "/scim/v2/Groups").json(&group).send().await.unwrap()).await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    let made = id_of(room.create_test(&pass, "lin@test-traffic.example", "00uLIN").await).await;
    let members = json!({"schemas": [GROUP], "displayName": "Tested", "members": [{"value": made}]});
    let made_group =
        id_of(room.test(&pass, Method::POST, "/scim/v2/Groups").json(&members).send().await.unwrap()).await;

    let off = patch(&json!({"active": false}));
    for (by_test, user, group) in [(true, &real, &real_group), (false, &made, &made_group)] {
        let send =
            |method, path: String| if by_test { room.test(&pass, method, &path) } else { room.okta(method, &path) };
        let words = if by_test { "only the people and groups that it made itself" } else { "remove the test traffic" };
        for (endpoint, id) in [("Users", user), ("Groups", group)] {
            let path = format!("/scim/v2/{endpoint}/{id}");
            let named = json!({"schemas": [if endpoint == "Users" { USER } else { GROUP }],
                "userName": "x@harbor.example", "displayName": "x"});
            for request in [
                send(Method::PATCH, path.clone()).json(&off),
                send(Method::PUT, path.clone()).json(&named),
                send(Method::DELETE, path.clone()),
            ] {
                let detail = refused(request.send().await.unwrap(), 403).await;
                assert!(detail.contains(words), "{detail}");
            }
        }
        // Nobody is put into a group of the other kind.
        let (own, other) = if by_test { (&made_group, &real) } else { (&real_group, &made) };
        let join = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "members", "value": [{"value": other}]}]});
        let path = format!("/scim/v2/Groups/{own}");
        let detail = refused(send(Method::PATCH, path).json(&join).send().await.unwrap(), 403).await;
        assert!(detail.contains(words), "{detail}");
    }
    // What Okta would import or link is not there for it, and all there is for a test.
    for (by_test, people, groups) in [(true, 3, 2), (false, 2, 1)] {
        let get = async |path: String| {
            let request = if by_test { room.test(&pass, Method::GET, &path) } else { room.okta(Method::GET, &path) };
            request.send().await.unwrap()
        };
        for (query, found) in [
            ("Users?startIndex=1&count=100", people),
            ("Users?startIndex=2&count=1", people),
            ("Users?filter=userName%20co%20%22a%22", if by_test { 3 } else { 2 }),
            ("Users?filter=userName%20eq%20%22lin@test-traffic.example%22", u64::from(by_test)),
            ("Groups?startIndex=1&count=100", groups),
            ("Groups?filter=displayName%20eq%20%22Tested%22", u64::from(by_test)),
        ] {
            let list = json_of(get(format!("/scim/v2/{query}")).await).await;
            assert_eq!(list["totalResults"], found, "{query}");
        }
        for path in [format!("Users/{made}"), format!("Groups/{made_group}")] {
            assert_eq!(get(format!("/scim/v2/{path}")).await.status(), if by_test { 200 } else { 404 }, "{path}");
        }
    }
    // A return under the name of a leaver, and the name of somebody of a test.
    let detail = refused(room.create_test(&pass, "gone@harbor.example", "00uGONE").await, 403).await;
    assert!(detail.contains("gone@harbor.example"), "{detail}");
    refused(room.create_test(&pass, "ada@harbor.example", "00uADA").await, 409).await;
    let body = json!({"schemas": [USER], "userName": "lin@test-traffic.example"});
    refused(room.okta(Method::POST, "/scim/v2/Users").json(&body).send().await.unwrap(), 403).await;
    // The same Okta id under another name is nobody's new address.
    let body = json!({"schemas": [USER], "userName": "lin@harbor.example", "externalId": "00uLIN"});
    id_of(room.okta(Method::POST, "/scim/v2/Users").json(&body).send().await.unwrap()).await;
    let lin = room.operator.user(made.parse().unwrap()).await.unwrap().user;
    assert!(lin.test && lin.active && lin.replaced_by.is_none(), "{lin:?}");
}

#[tokio::test]
async fn nobody_of_a_test_gets_access_or_counts_as_an_owner() {
    let room = Room::start().await;
    let real = room.create("ada@harbor.example", "owner").await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    let made = id_of(room.create_test(&pass, "lin@test-traffic.example", "00uLIN").await).await;
    let refusal = room.operator.sign_in_code(made.parse().unwrap()).await.unwrap_err();
    assert_eq!(refusal.status(), Some(409));
    assert!(refusal.to_string().contains("made by test traffic: nobody gets access by it"), "{refusal}");
    let counts = room.operator.users(&Default::default()).await.unwrap().counts;
    assert_eq!((counts.total, counts.active, counts.owners), (2, 1, 1));
    let demotion = UserPatch { role: Some(Role::Viewer), active: None };
    let refusal = room.operator.update_user(real.parse().unwrap(), &demotion).await.unwrap_err();
    assert!(refusal.to_string().contains("last active owner"), "{refusal}");
    // What is made of the test's own last owner is a finding of the test alone.
    room.test(&pass, Method::PATCH, &format!("/scim/v2/Users/{made}"))
        .json(&patch(&json!({"active": false})))
        .send()
        .await
        .unwrap();
    let codes = |found: Vec<Finding>| found.into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(room.operator.findings().await.unwrap()), [AS_CREATED]);
    assert_eq!(codes(room.operator.test_traffic().await.unwrap().findings), [Code(73)]);
    // Nor is a group of a test mapped to a role.
    let group = json!({"schemas": [GROUP], "displayName": "Tested", "members": [{"value": made}]});
    let group = id_of(room.test(&pass, Method::POST, "/scim/v2/Groups").json(&group).send().await.unwrap()).await;
    let refusal = room.operator.map_group(group.parse().unwrap(), Some(Role::Owner)).await.unwrap_err();
    assert!(refusal.to_string().contains("it stands for no role"), "{refusal}");
}

#[tokio::test]
async fn a_run_is_known_by_its_mark_and_a_mark_by_nobody_else_is_none() {
    let room = Room::start().await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    let other = Room::start().await.operator.begin_test_traffic().await.unwrap();
    let until = pass.mark.expose().split_once('.').unwrap().0.parse::<i64>().unwrap();
    let later = pass.mark.expose().replacen(&until.to_string(), &(until + 1).to_string(), 1);
    let path = "/scim/v2/Users?startIndex=1&count=2";
    for (mark, counts) in [(pass.mark.expose(), false), (other.mark.expose(), true), (&later, true), ("nonsense", true)]
    {
        let basic = room.request(Method::GET, path).header("Authorization", "Basic YTpi").header(TEST_MARK, mark);
        refused(basic.send().await.unwrap(), 401).await;
        // Whatever it says of itself, what carries a live token is live.
        room.okta(Method::GET, path).header(TEST_MARK, mark).send().await.unwrap();
        let events = room.settled_events(2).await;
        assert_eq!((events[0].mode, events[1].mode.is_live()), (TokenMode::Live, counts), "{mark}");
        room.service.app.store.write(forget_everything()).await.unwrap();
    }
}

fn forget_everything() -> crate::store::Job {
    let change = crate::store::Change::PruneEvents {
        before: Timestamp::now().plus_millis(Timestamp::DAY_MILLIS),
        keep_bytes: 0,
    };
    let mut changes = vec![change];
    crate::store::Job::new(Vec::new(), move |_| {
        Ok(crate::store::Decision { changes: std::mem::take(&mut changes), event: None })
    })
}

#[tokio::test]
async fn refusals_of_a_test_fold_by_themselves_and_tokens_of_it_are_in_no_list() {
    let room = Room::start().await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    let refuse = async |marked: bool| {
        let mut request = room.request(Method::GET, "/scim/v2/Users").bearer_auth("wrong");
        if marked {
            request = request.header(TEST_MARK, pass.mark.expose());
        }
        refused(request.send().await.unwrap(), 401).await;
    };
    for _ in 0..30 {
        refuse(true).await;
    }
    refuse(false).await;
    let events = room.settled_events(21).await;
    let live: Vec<_> = events.iter().filter(|event| !event.is_test()).collect();
    assert_eq!((live.len(), live[0].repeats), (1, 1), "the one that counts is seen");
    assert_eq!(room.operator.findings().await.unwrap().len(), 1);
    let tokens = room.operator.tokens().await.unwrap();
    assert_eq!(tokens.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["Okta"]);
    let stored = std::fs::read(DataDir::new(room.dir.path()).database()).unwrap();
    let secret = pass.token.expose().rsplit('_').next().unwrap().as_bytes().to_owned();
    assert!(!stored.windows(secret.len()).any(|window| window == secret));
}

#[tokio::test]
async fn whoever_reads_the_stream_goes_on_behind_what_was_removed() {
    let room = Room::start().await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    for n in 0..3 {
        id_of(room.create_test(&pass, &format!("p{n}@test-traffic.example"), &format!("00u{n}")).await).await;
    }
    let events = room.settled_events(3).await;
    let mut streams = Vec::new();
    for seen in [events.last().unwrap().id, events[0].id] {
        let mut stream = Box::pin(follow(room.operator.clone(), Some(seen)));
        while !matches!(stream.next().await, Some(Live::Connected)) {}
        streams.push(stream);
    }
    let removed = room.operator.remove_test_traffic().await.unwrap();
    assert_eq!((removed.users, removed.events), (3, 3));
    room.create("ada@harbor.example", "owner").await;
    for mut stream in streams {
        let mut told = Vec::new();
        let event = loop {
            match stream.next().await.unwrap() {
                Live::Event(event) if !event.is_test() => break event,
                Live::Changed(topic) => told.push(topic),
                Live::Event(_) | Live::Connected => {}
                lost @ Live::Disconnected { .. } => panic!("{lost:?}"),
            }
        };
        assert_eq!(event.id, EventId(4), "numbers go on where they were");
        assert!(told.contains(&Topic::TestTraffic), "{told:?}");
    }
    let late = room.test(&pass, Method::GET, "/scim/v2/Users").send().await.unwrap();
    refused(late, 401).await;
    assert_eq!(room.settled_events(2).await.len(), 2, "the late one is there, and marked");
    assert!(room.operator.events(&EventQuery::default()).await.unwrap()[0].is_test());
}

#[tokio::test]
async fn a_removal_that_was_cut_short_is_carried_to_its_end_at_the_next_start() {
    let room = Room::start().await;
    room.create("ada@harbor.example", "owner").await;
    let pass = room.operator.begin_test_traffic().await.unwrap();
    for n in 0..20 {
        id_of(room.create_test(&pass, &format!("p{n}@test-traffic.example"), &format!("00u{n}")).await).await;
    }
    let store = Arc::clone(&room.service.app.store);
    crate::directory::test_traffic::begin_removal(&*store, crate::directory::by::By::Operator).await.unwrap();
    let refusal = room.operator.begin_test_traffic().await.unwrap_err();
    assert!(refusal.to_string().contains("is being removed: try again in a moment"), "{refusal}");
    refused(room.create_test(&pass, "late@test-traffic.example", "00uLATE").await, 401).await;
    drop(store);
    let Room { service, dir, .. } = room;
    service.stop().await.unwrap();
    let room = Room::start_in(dir).await;
    for _ in 0..200 {
        let counts = room.operator.test_traffic().await.unwrap().counts;
        if !counts.removing {
            assert!(counts.is_empty(), "{counts:?}");
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let users = room.operator.users(&Default::default()).await.unwrap();
    assert_eq!(users.counts.total, 1);
    let found = room.operator.findings().await.unwrap();
    assert_eq!(found.len(), 1, "what came late was known for a test: {found:?}");
    room.operator.begin_test_traffic().await.unwrap();
}
