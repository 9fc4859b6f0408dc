//! Every action with every outcome, as a table.

mod refusals;

use serde_json::{Value, json};

use super::sentence;
use crate::model::{
    event::{Action, Change, Event},
    id::{EventId, TransactionId, UserId},
    role::Role,
    time::Timestamp,
    token::TokenMode,
};

/// A request of Okta's about Ada, or about the group Engineering.
pub fn event(action: Action, status: u16) -> Event {
    use Action as A;
    let of_group = matches!(action, A::GroupPush | A::GroupDelete);
    let (method, path) = match action {
        A::Create | A::Return => ("POST", "/scim/v2/Users"),
        A::Update | A::RoleChange | A::EmailChange => ("PUT", "/scim/v2/Users/0199"),
        A::Deactivate | A::Reactivate => ("PATCH", "/scim/v2/Users/0199"),
        A::Delete => ("DELETE", "/scim/v2/Users/0199"),
        A::Read => ("GET", "/scim/v2/Users/0199"),
        A::GroupPush => ("PATCH", "/scim/v2/Groups/0199"),
        A::GroupDelete => ("DELETE", "/scim/v2/Groups/0199"),
        A::Bulk => ("POST", "/scim/v2/Bulk"),
        A::Discovery => ("GET", "/scim/v2/Schemas"),
        A::Astray => ("GET", "/Users"),
        A::Lookup | A::ImportPage | A::CredentialTest | A::SignInRefused => ("GET", "/scim/v2/Users"),
    };
    let about_ada = action.is_write() && !of_group && action != A::Bulk || matches!(action, A::Lookup | A::Read);
    Event {
        id: EventId(7),
        at: Timestamp::from_millis(0),
        action,
        method: method.to_owned(),
        path: path.to_owned(),
        query: None,
        status,
        latency_micros: 900,
        request_bytes: 10,
        response_bytes: 10,
        address: Some("203.0.113.24".to_owned()),
        user_agent: Some("Okta SCIM Client 1.0.0".to_owned()),
        token_id: None,
        token_name: Some("Okta production".to_owned()),
        user_id: None,
        user_name: about_ada.then(|| "ada@harbor.example".to_owned()),
        external_id: None,
        group_id: None,
        group_name: of_group.then(|| "Engineering".to_owned()),
        results: None,
        role: None,
        changed: Vec::new(),
        detail: None,
        findings: Vec::new(),
        mode: TokenMode::Live,
        compatibility: Vec::new(),
        repeats: 1,
        transaction: TransactionId::new(Timestamp::from_millis(0)),
    }
}

fn told(action: Action, status: u16, alter: impl FnOnce(&mut Event)) -> String {
    let mut event = event(action, status);
    alter(&mut event);
    sentence(&event, &[])
}

fn change(path: &str, before: Option<Value>, after: Option<Value>) -> Change {
    Change { path: path.to_owned(), before, after }
}

/// The same with what changed.
fn with(action: Action, changes: &[Change], alter: impl FnOnce(&mut Event)) -> String {
    let mut event = event(action, 200);
    event.changed = changes.iter().map(|change| change.title().to_owned()).collect();
    alter(&mut event);
    sentence(&event, changes)
}

fn query(query: &str) -> impl FnOnce(&mut Event) {
    move |event| {
        event.query = Some(query.to_owned());
        event.user_name = None;
    }
}

#[test]
fn what_was_done_is_said_of_every_action() {
    use Action as A;
    let nothing = |_: &mut Event| {};
    let changed = |paths: &'static [&'static str]| {
        move |event: &mut Event| event.changed = paths.iter().map(|path| (*path).to_owned()).collect()
    };
    let rows: &[(String, &str)] = &[
        (told(A::CredentialTest, 200, nothing), "Okta tested its connection: its token was accepted."),
        (told(A::Lookup, 200, |e| e.results = Some(0)), "Okta looked for ada@harbor.example and found nobody."),
        (told(A::Lookup, 200, |e| e.results = Some(1)), "Okta looked for ada@harbor.example and found the account."),
        (
            told(A::Lookup, 200, |e| {
                e.user_name = None;
                e.group_name = Some("Engineering".to_owned());
                e.results = Some(0);
            }),
            "Okta looked for the group Engineering and found no such group.",
        ),
        (
            told(A::Lookup, 200, |e| {
                query("filter=title%20eq%20%22Data+Lead%22&count=5")(e);
                e.results = Some(1_204);
            }),
            "Okta searched the users (title eq \"Data Lead\") and found 1,204.",
        ),
        (told(A::Read, 200, nothing), "Okta read ada@harbor.example."),
        (told(A::Read, 304, nothing), "Okta read ada@harbor.example: nothing new since it read that last."),
        (told(A::ImportPage, 200, query("startIndex=201&count=100")), "Okta read page 3 of users."),
        (
            told(A::ImportPage, 200, |e| {
                query("count=100&startIndex=51")(e);
                e.results = Some(60);
            }),
            "Okta read users from number 51 on; there are 60 in all.",
        ),
        (told(A::ImportPage, 200, query("cursor=x&count=10")), "Okta read a further page of users."),
        (told(A::ImportPage, 200, query("count=0")), "Okta read the number of users."),
        (told(A::ImportPage, 200, |e| e.path = "/scim/v2/Groups".to_owned()), "Okta read the list of groups."),
        (told(A::Create, 201, |e| e.role = Some(Role::Editor)), "Okta created ada@harbor.example as editor."),
        (told(A::Create, 201, nothing), "Okta created ada@harbor.example; no role was sent."),
        (
            told(A::Return, 201, |e| e.role = Some(Role::Viewer)),
            "Okta created ada@harbor.example again: the account came back under its old id, as viewer.",
        ),
        (told(A::Update, 200, nothing), "Okta pushed the profile of ada@harbor.example; nothing was new."),
        (told(A::Update, 200, changed(&["title"])), "Okta changed ada@harbor.example: title."),
        (
            told(
                A::Update,
                200,
                changed(&["name.familyName", "emails[type eq \"work\"].value", "emails[type eq \"home\"]"]),
            ),
            "Okta changed ada@harbor.example: name.familyName and emails.",
        ),
        (
            told(
                A::Update,
                200,
                changed(&[
                    "title",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                    "locale",
                    "nickName",
                    "timezone",
                ]),
            ),
            "Okta changed ada@harbor.example: title, department, locale and 2 more.",
        ),
        (
            told(A::RoleChange, 200, |e| e.role = Some(Role::Editor)),
            "Okta changed the role of ada@harbor.example to editor.",
        ),
        (
            told(A::EmailChange, 200, changed(&["userName", "replaces", "sessions"])),
            "Okta changed an e-mail address to ada@harbor.example: a new account, the old one is kept and deactivated; \
             open sessions ended.",
        ),
        (
            told(A::EmailChange, 200, changed(&["userName"])),
            "Okta changed an e-mail address to ada@harbor.example: the account was renamed.",
        ),
        (told(A::Deactivate, 200, changed(&["active"])), "Okta deactivated ada@harbor.example."),
        (
            told(A::Deactivate, 200, changed(&["active", "sessions"])),
            "Okta deactivated ada@harbor.example; open sessions ended.",
        ),
        (told(A::Reactivate, 200, changed(&["active"])), "Okta reactivated ada@harbor.example."),
        (told(A::Delete, 204, changed(&["userName"])), "Okta deleted ada@harbor.example."),
        (told(A::GroupPush, 200, nothing), "Okta pushed the group Engineering; nothing was new."),
        (
            told(
                A::GroupPush,
                200,
                changed(&["displayName", "members[value eq \"a\"]", "members[value eq \"a\"].role"]),
            ),
            "Okta pushed the group Engineering: renamed, 1 member changed, 1 role followed.",
        ),
        (told(A::GroupPush, 200, changed(&["members"])), "Okta pushed the group Engineering: many members changed."),
        (
            told(A::GroupPush, 201, |e| e.method = "POST".to_owned()),
            "Okta created the group Engineering without members.",
        ),
        (told(A::GroupDelete, 204, changed(&["displayName"])), "Okta deleted the group Engineering; its members stay."),
        (told(A::Bulk, 200, |e| e.results = Some(12)), "Okta sent 12 operations at once."),
        (told(A::Discovery, 200, nothing), "Okta asked for the schemas."),
        (
            told(A::Discovery, 200, |e| e.path = "/scim/v2/ServiceProviderConfig".to_owned()),
            "Okta asked for what this service can do.",
        ),
    ];
    for (said, wanted) in rows {
        assert_eq!(said, wanted);
    }
}

#[test]
fn the_changes_tell_numbers_names_and_roles() {
    use Action as A;
    let nothing = |_: &mut Event| {};
    let member = |id: u8, is: bool| {
        let value = Some(json!(id.to_string()));
        let (before, after) = if is { (None, value) } else { (value, None) };
        change(&format!("members[value eq \"{id}\"]"), before, after)
    };
    let mut members: Vec<Change> =
        (0..12).map(|id| member(id, true)).chain((12..15).map(|id| member(id, false))).collect();
    let came_and_went = with(A::GroupPush, &members, nothing);
    members.truncate(2);
    members.insert(0, change("displayName", Some(json!("Eng")), Some(json!("Engineering"))));
    let role = change("role", Some(json!("viewer")), Some(json!("editor")));
    let inactive = change("active", Some(json!(true)), Some(json!(false)));
    let replaces = Change::replaces(UserId::new(Timestamp::from_millis(0)), "ada.old@harbor.example");
    let many = change("members", Some(json!("1204 members")), Some(json!("37 members")));
    let rows: &[(String, &str)] = &[
        (
            with(A::Deactivate, &[inactive.clone(), Change::sessions_ended(3)], nothing),
            "Okta deactivated ada@harbor.example; 3 sessions ended.",
        ),
        (with(A::Delete, &[Change::sessions_ended(1)], nothing), "Okta deleted ada@harbor.example; 1 session ended."),
        (with(A::Deactivate, &[inactive], nothing), "Okta deactivated ada@harbor.example."),
        (with(A::RoleChange, &[role], nothing), "Okta changed the role of ada@harbor.example from viewer to editor."),
        (
            with(A::EmailChange, &[replaces, Change::sessions_ended(2)], nothing),
            "Okta changed the e-mail address of ada.old@harbor.example to ada@harbor.example: a new account, the old one is \
             kept and deactivated; 2 sessions ended.",
        ),
        (came_and_went, "Okta pushed the group Engineering: 12 members added, 3 removed."),
        (
            with(A::GroupPush, &members, nothing),
            "Okta pushed the group Engineering: renamed from Eng, 2 members added.",
        ),
        (
            with(A::GroupPush, &members[1..], |e| e.method = "POST".to_owned()),
            "Okta created the group Engineering: 2 members added.",
        ),
        (with(A::GroupPush, &[many], nothing), "Okta pushed the group Engineering: 37 members, 1,204 before."),
    ];
    for (said, wanted) in rows {
        assert_eq!(said, wanted);
    }
}

#[test]
fn what_was_not_done_is_not_said_to_be() {
    use Action as A;
    let dry = |event: &mut Event| event.mode = TokenMode::DryRun;
    let inactive = change("active", Some(json!(true)), Some(json!(false)));
    let member = change("members[value eq \"a\"]", None, Some(json!("a")));
    let rows: &[(String, &str)] = &[
        (
            with(A::Deactivate, &[inactive, Change::sessions_ended(3)], dry),
            "Dry run: Okta would have deactivated ada@harbor.example, 3 sessions would have ended.",
        ),
        (
            told(A::Deactivate, 200, |e| {
                dry(e);
                e.changed = vec!["sessions".to_owned()];
            }),
            "Dry run: Okta would have deactivated ada@harbor.example, open sessions would have ended.",
        ),
        (
            told(A::Create, 201, |e| {
                dry(e);
                e.role = Some(Role::Editor);
            }),
            "Dry run: Okta would have created ada@harbor.example as editor.",
        ),
        (with(A::GroupPush, &[member], dry), "Dry run: Okta would have pushed the group Engineering: 1 member added."),
        (told(A::GroupDelete, 204, dry), "Dry run: Okta would have deleted the group Engineering; its members stay."),
        (told(A::Update, 200, dry), "Dry run: Okta pushed the profile of ada@harbor.example; nothing was new."),
        (told(A::Bulk, 200, dry), "Dry run: Okta sent several operations at once."),
        (told(A::Create, 409, dry), "Dry run: Okta tried to create ada@harbor.example, who is here already."),
        // What is only read is the same in a dry run.
        (told(A::Read, 200, dry), "Okta read ada@harbor.example."),
        (
            told(A::Create, 201, |e| e.mode = TokenMode::Test),
            "Test traffic: Okta created ada@harbor.example; no role was sent.",
        ),
        (
            told(A::CredentialTest, 200, |e| e.mode = TokenMode::Test),
            "Test traffic: Okta tested its connection: its token was accepted.",
        ),
    ];
    for (said, wanted) in rows {
        assert_eq!(said, wanted);
    }
}

#[test]
fn other_clients_are_told_by_their_user_agent_and_token() {
    let by = |agent: Option<&str>| {
        told(Action::ImportPage, 200, |event| {
            query("startIndex=201&count=100")(event);
            event.user_agent = agent.map(str::to_owned);
            event.token_name = Some("Laptop".to_owned());
        })
    };
    assert_eq!(by(Some("scim2-cli/0.2.1")), "scim2-cli (token Laptop) read page 3 of users.");
    assert_eq!(by(Some("curl/8.9.1")), "curl (token Laptop) read page 3 of users.");
    assert_eq!(by(Some("  ")), "A client (token Laptop) read page 3 of users.");
    assert_eq!(by(None), "A client (token Laptop) read page 3 of users.");
}

#[test]
fn names_from_outside_are_bounded_and_every_outcome_is_one_sentence() {
    use unicode_width::UnicodeWidthStr;
    let long = "田中さくら".repeat(200);
    for action in Action::ALL {
        for status in [200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 501, 503] {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", &long] {
                let said = told(*action, status, |event| {
                    event.method = method.to_owned();
                    for text in [
                        &mut event.user_name,
                        &mut event.group_name,
                        &mut event.external_id,
                        &mut event.user_agent,
                        &mut event.token_name,
                        &mut event.detail,
                    ] {
                        *text = Some(long.clone());
                    }
                    event.path = format!("/scim/v2/{long}");
                    event.query = Some(format!("filter={long}"));
                    event.changed = vec![long.clone(); 9];
                    event.results = Some(3);
                    event.repeats = 4;
                });
                assert!(said.width() < 460 && said.ends_with("times in all."), "{action} {status}: {said}");
                assert!(said.contains('…'), "{action} {status}: {said}");
            }
        }
    }
    let bare = |event: &mut Event| {
        event.user_name = None;
        event.group_name = None;
        event.user_agent = None;
        event.token_name = None;
    };
    for action in Action::ALL {
        for status in [200, 400, 404, 409, 500] {
            let said = told(*action, status, bare);
            assert!(said.starts_with('A') && said.ends_with('.') && !said.contains("  "), "{action} {status}: {said}");
        }
    }
}
