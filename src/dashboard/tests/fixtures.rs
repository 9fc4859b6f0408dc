//! A workspace with people, events, tokens and findings.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{
    checklist::{Checklist, CopyValue, Evidence, Prover, Step, StepState, Verified},
    dry_run::{GoLive, NotMade, Withheld},
    event::{Action, Change, Event, EventDetail},
    event_log::{Cause, Causes, Scanned, Timeline, TimelineEntry},
    finding::{Code, Finding, Severity},
    group::{
        Group, GroupDetail, GroupMember, ListedMember, MappingPreview, MemberKind, MemberPage, MemberQuery,
        PersonShift, RoleShift,
    },
    id::{EventId, ResourceId, SessionId, TokenId, TransactionId, UserId},
    push::{FailedPush, NameDrift, OktaSaid},
    role::{Role, RoleSource},
    role_attribute::{CarriedRole, CarriedRoles, RoleAttribute, RoleForm, RoleOutcome, RoleWay, SentRole},
    session::WhoAmI,
    time::Timestamp,
    token::{DayUses, Token, TokenDetail, TokenMode, TokenScope},
    user::{User, UserDetail, UserGroup, UserSession},
};

/// The secret of every token made here.
pub const SECRET: &str = "scimroom_7hQm3VxkP0dTz9RfYc2LbWn8sJgE4uKa5XoH1iNqZvBpw6";

/// The moment of all tests: 2026-09-01T08:30:00Z.
pub fn now() -> Timestamp {
    at("2026-09-01T08:30:00Z")
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn uuid(kind: u8, number: u64) -> String {
    format!("0199{kind:04x}-0000-7000-8000-{number:012x}")
}

pub fn user_id(number: u64) -> UserId {
    uuid(1, number).parse().unwrap()
}

pub fn token_id(number: u64) -> TokenId {
    uuid(2, number).parse().unwrap()
}

pub fn user(number: u64, name: &str, display: &str, role: Role, source: RoleSource) -> User {
    User {
        id: user_id(number),
        user_name: name.to_owned(),
        display_name: Some(display.to_owned()),
        active: true,
        role,
        role_source: source,
        okta_role: (source == RoleSource::Okta).then_some(role),
        okta: OktaSaid { known: true, active: Some(true), ..OktaSaid::default() },
        external_id: Some(format!("00u{number:06}HARBOR")),
        replaced_by: None,
        created: at("2026-08-30T14:02:11Z").plus_millis(i64::try_from(number).unwrap() * 61_000),
        last_modified: at("2026-09-01T08:12:40Z").plus_millis(i64::try_from(number).unwrap() * 1_000),
        version: 3,
        test: false,
    }
}

/// Four people who differ from what Okta last pushed, and two whom it does not know.
pub fn parted() -> Vec<User> {
    let okta = |number, name: &str, display: &str| user(number, name, display, Role::Viewer, RoleSource::Okta);
    let mut left = okta(21, "eve.hale@harbor.example", "Eve Hale");
    (left.okta.active, left.okta.drifted) = (Some(false), Some(at("2026-09-01T08:01:12Z")));
    let mut raised = okta(22, "mary.jackson@harbor.example", "Mary Jackson");
    (raised.role, raised.role_source) = (Role::Editor, RoleSource::Local);
    raised.okta.drifted = Some(at("2026-08-31T16:40:00Z"));
    let mut named = okta(23, "jun.sato@harbor.example", "佐藤 淳一");
    let name = |path: &str, okta: &str, here: &str| NameDrift {
        path: path.to_owned(),
        okta: Some(okta.to_owned()),
        here: Some(here.to_owned()),
    };
    named.okta.names = vec![name("name.givenName", "Jun", "淳一"), name("displayName", "Jun Sato", "佐藤 淳一")];
    let mut away = okta(24, "noah.berg@harbor.example", "Noah Berg");
    away.active = false;
    let unknown = |number, name: &str, role| User {
        external_id: None,
        display_name: None,
        okta: OktaSaid::default(),
        ..user(number, name, "", role, RoleSource::Default)
    };
    vec![
        left,
        raised,
        named,
        away,
        unknown(25, "import.job@harbor.example", Role::Owner),
        unknown(26, "temp.desk@harbor.example", Role::Viewer),
    ]
}

/// A person here whose pushes fail, and two who could not be created.
pub fn failed_pushes() -> Vec<FailedPush> {
    let push = |event, name: &str, status, detail: &str| FailedPush {
        event: EventId(event),
        at: at("2026-09-01T08:20:00Z"),
        since: at("2026-09-01T08:12:30Z"),
        times: 1,
        method: "POST".to_owned(),
        status,
        detail: Some(detail.to_owned()),
        findings: Vec::new(),
        user_id: None,
        user_name: Some(name.to_owned()),
        external_id: None,
    };
    let role = "Common Room Role \"admin\" is not one of owner, editor, viewer.";
    vec![
        FailedPush {
            times: 3,
            method: "PUT".to_owned(),
            user_id: Some(user_id(4)),
            findings: vec![findings()[0].code],
            ..push(8, "ada.king@harbor.example", 400, role)
        },
        push(6, "amoreno", 400, "userName \"amoreno\" is not an e-mail address."),
        push(5, "田中さくら@harbor.example", 409, "A user of this name exists here already and is active."),
    ]
}

/// Six people in the order of the list.
pub fn people() -> Vec<User> {
    let mut people = vec![
        user(6, "sakura.tanaka@harbor.example", "田中さくら", Role::Viewer, RoleSource::Default),
        user(5, "grace.hopper@harbor.example", "Grace Hopper", Role::Viewer, RoleSource::Local),
        user(4, "ada.king@harbor.example", "Ada King", Role::Editor, RoleSource::Okta),
        user(3, "ada.lovelace@harbor.example", "Ada Lovelace", Role::Editor, RoleSource::Okta),
        user(2, "alan.turing@harbor.example", "Alan Turing", Role::Viewer, RoleSource::Okta),
        user(1, "olivia.owner@harbor.example", "Olivia Owner", Role::Owner, RoleSource::Okta),
    ];
    people[1].okta_role = Some(Role::Editor);
    people[3].active = false;
    people[3].replaced_by = Some(user_id(4));
    people[4].active = false;
    people[4].last_modified = at("2026-08-31T17:40:00Z");
    people
}

pub fn event(id: u64, action: Action, status: u16, name: Option<&str>) -> Event {
    let (method, path, query) = match action {
        Action::CredentialTest => ("GET", "/scim/v2/Users", Some("startIndex=1&count=2")),
        Action::Lookup => ("GET", "/scim/v2/Users", Some("filter=userName%20eq%20%22...%22")),
        Action::Create => ("POST", "/scim/v2/Users", None),
        Action::Deactivate | Action::RoleChange => ("PATCH", "/scim/v2/Users/01990001", None),
        Action::Update => ("PUT", "/scim/v2/Users/01990001", None),
        Action::GroupPush => ("PATCH", "/scim/v2/Groups/01990005", None),
        _ => ("GET", "/scim/v2/Users", None),
    };
    Event {
        id: EventId(id),
        at: at("2026-09-01T08:00:00Z").plus_millis(i64::try_from(id).unwrap() * 7_137),
        action,
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.map(str::to_owned),
        status,
        latency_micros: 840 + id * 137,
        request_bytes: 512,
        response_bytes: 1_434,
        address: Some("203.0.113.24".to_owned()),
        user_agent: Some("Okta SCIM Client 1.0.0".to_owned()),
        token_id: (action != Action::SignInRefused).then(|| token_id(1)),
        token_name: (action != Action::SignInRefused).then(|| "Okta production".to_owned()),
        user_id: name.map(|_| user_id(4)),
        user_name: name.map(str::to_owned),
        external_id: None,
        group_id: None,
        group_name: None,
        results: None,
        role: None,
        changed: Vec::new(),
        detail: None,
        findings: Vec::new(),
        mode: TokenMode::Live,
        compatibility: Vec::new(),
        repeats: 1,
        transaction: uuid(3, id).parse::<TransactionId>().unwrap(),
    }
}

/// Eleven events, newest first.
pub fn events() -> Vec<Event> {
    let ada = Some("ada.king@harbor.example");
    let sakura = Some("sakura.tanaka@harbor.example");
    let mut events = vec![
        event(1, Action::SignInRefused, 401, None),
        event(2, Action::CredentialTest, 200, None),
        event(3, Action::Lookup, 200, ada),
        event(4, Action::Create, 201, ada),
        event(5, Action::Update, 200, ada),
        event(6, Action::RoleChange, 200, ada),
        event(7, Action::Lookup, 200, sakura),
        event(8, Action::Create, 201, sakura),
        event(9, Action::Deactivate, 200, Some("alan.turing@harbor.example")),
        event(10, Action::Create, 400, Some("grace")),
        event(11, Action::Update, 200, Some("\u{1b}[2Jevil@harbor.example")),
    ];
    events[0].repeats = 37;
    events[0].detail = Some("The token is not known here. Paste it again under Provisioning > Integration.".to_owned());
    events[0].findings = vec![Code(4)];
    events[2].results = Some(0);
    events[3].role = Some(Role::Editor);
    events[4].changed = vec!["name.familyName".to_owned(), "displayName".to_owned()];
    events[5].role = Some(Role::Editor);
    events[5].changed = vec!["role".to_owned()];
    events[6].results = Some(0);
    events[8].changed = vec!["active".to_owned(), "sessions".to_owned()];
    events[8].external_id = Some("00u7ab2cdEFGhij8x5d7".to_owned());
    events[9].detail = Some(
        "userName must be an e-mail address: set Sign On > Application username format to Email and save.".to_owned(),
    );
    events[9].findings = vec![Code(29)];
    events.reverse();
    events
}

pub fn event_detail(id: EventId) -> EventDetail {
    event_detail_of(events().into_iter().find(|event| event.id == id).unwrap())
}

/// A PATCH with three operations, of which one changed nothing.
pub fn patch_detail() -> EventDetail {
    let mut detail = event_detail(EventId(5));
    detail.event.method = "PATCH".to_owned();
    detail.request_body = Some(
        r#"{"Operations": [{"op": "Replace", "path": "name.familyName", "value": "King"},
            {"op": "add", "path": "title", "value": "Countess"},
            {"op": "replace", "path": "nickName", "value": "Ada"}]}"#
            .to_owned(),
    );
    detail
}

/// An event with its bodies and what it changed.
pub fn event_detail_of(event: Event) -> EventDetail {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada.king@harbor.example",
        "name": {"givenName": "Ada", "familyName": "King"},
        "active": true,
        "emails": [{"value": "ada.king@harbor.example", "type": "work", "primary": true}]
    });
    let change =
        |path: &str, before: Option<Value>, after: Option<Value>| Change { path: path.to_owned(), before, after };
    EventDetail {
        changes: match event.action {
            _ if event.changed.is_empty() => Vec::new(),
            Action::Deactivate => {
                vec![change("active", Some(true.into()), Some(false.into())), Change::sessions_ended(3)]
            }
            Action::RoleChange => vec![change("role", Some("viewer".into()), Some("editor".into()))],
            _ => vec![
                change("name.familyName", Some("Lovelace".into()), Some("King".into())),
                change("title", None, Some("Countess".into())),
            ],
        },
        event,
        request_body: Some(body.to_string()),
        response_body: Some(body.to_string()),
        truncated: false,
    }
}

/// A person with everything about them.
pub fn user_detail_of(user: User) -> UserDetail {
    let related = if user.user_name.starts_with("ada") {
        people().into_iter().filter(|other| other.user_name.starts_with("ada") && other.id != user.id).collect()
    } else {
        Vec::new()
    };
    UserDetail {
        failed_push: None,
        resource: json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": user.id,
            "userName": user.user_name,
            "name": {"givenName": "Ada", "familyName": "King"},
            "title": "Countess",
            "emails": [{"value": user.user_name, "type": "work", "primary": true}],
            "roles": [{"value": user.role, "primary": true}],
            "groups": [{"value": "ab12", "display": "APP-Harbor-Editors", "type": "direct"}],
            "active": user.active,
            "meta": {"resourceType": "User", "version": "W/\"3\""}
        }),
        related,
        sessions: vec![UserSession {
            id: uuid(4, 1).parse::<SessionId>().unwrap(),
            created: at("2026-09-01T07:58:00Z"),
            last_used: at("2026-09-01T08:21:00Z"),
            expires: at("2026-09-02T07:58:00Z"),
        }],
        groups: vec![UserGroup {
            id: uuid(5, 1).parse().unwrap(),
            name: "APP-Harbor-Editors".to_owned(),
            role: Some(Role::Editor),
            direct: true,
        }],
        user,
    }
}

/// What happened to Ada: a push of her group besides the events about her.
pub fn timeline(before: Option<EventId>) -> Timeline {
    let about_ada = |event: &Event| event.user_name.as_deref() == Some("ada.king@harbor.example");
    let change = |path: &str, before: Option<&str>, after: Option<&str>| Change {
        path: path.to_owned(),
        before: before.map(Value::from),
        after: after.map(Value::from),
    };
    let mut push = event(13, Action::GroupPush, 200, None);
    push.group_id = uuid(5, 1).parse().ok();
    push.group_name = Some("APP-Harbor-Editors".to_owned());
    let member = format!("members[value eq \"{}\"]", user_id(4));
    push.changed = vec![member.clone()];
    let mut entries: Vec<TimelineEntry> = events()
        .into_iter()
        .filter(about_ada)
        .map(|event| {
            let changes = match event.action {
                Action::Create => vec![
                    change("userName", None, Some("ada.king@harbor.example")),
                    change("displayName", None, Some("Ada Lovelace")),
                    change("emails[type eq \"work\"]", None, Some("{\"value\":\"ada.king@harbor.example\"}")),
                ],
                Action::Update => vec![
                    change("name.familyName", Some("Lovelace"), Some("King")),
                    change("nickName", Some("The Enchantress of Number"), None),
                ],
                Action::RoleChange => vec![change("roles[value eq \"editor\"]", None, Some("editor"))],
                _ => Vec::new(),
            };
            TimelineEntry { event, changes }
        })
        .collect();
    let role = change(&format!("{member}.role"), Some("viewer"), Some("editor"));
    entries.insert(0, TimelineEntry { event: push, changes: vec![change(&member, None, Some("x")), role] });
    entries.retain(|entry| before.is_none_or(|before| entry.event.id < before));
    Timeline { entries, scanned: Scanned { exhausted: true, ..Scanned::default() } }
}

/// Two causes of failures.
pub fn causes() -> Causes {
    let cause = |action, status, words: &str, count, people: &[&str]| Cause {
        action,
        status,
        scim_type: (status == 409).then(|| "uniqueness".to_owned()),
        words: words.to_owned(),
        count,
        first: EventId(1),
        first_at: at("2026-08-31T08:01:11Z"),
        last: EventId(10),
        last_at: at("2026-09-01T08:01:11Z"),
        people: people.iter().map(|name| (*name).to_owned()).collect(),
        people_count: count,
        findings: Vec::new(),
        fix: (status == 400).then(|| text(&words_of_finding(29, "fix"))),
        filter: format!("status:{status} action:{action}"),
    };
    Causes {
        causes: vec![
            cause(
                Action::Create,
                409,
                "userName \"…\" belongs to somebody already.",
                37,
                &["grace.hopper@harbor.example", "田中さくら", "alan.turing@harbor.example"],
            ),
            cause(Action::Create, 400, "userName must be an e-mail address.", 2, &["grace", "alan"]),
        ],
        scanned: Scanned {
            exhausted: false,
            scanned_to: Some(EventId(1)),
            scanned_at: Some(at("2026-08-20T10:00:00Z")),
        },
    }
}

fn words_of_finding(code: u8, key: &str) -> toml::Value {
    words(include_str!("../../../assets/diagnosis.toml"), &Code(code).to_string(), key)
}

/// A dry run that promised people and a group, and in which a leaver and somebody else kept what they have.
pub fn going_live(token: TokenId, live: bool) -> GoLive {
    let left = |number: u64, name: &str, action| Withheld {
        id: user_id(number).into(),
        kind: MemberKind::User,
        name: name.to_owned(),
        action,
        event: EventId(number),
    };
    GoLive {
        token,
        name: "Okta production".to_owned(),
        live,
        people: 412,
        groups: 2,
        first: vec!["grace.hopper@harbor.example".to_owned(), "田中さくら@harbor.example".to_owned()],
        refused: vec![NotMade {
            id: user_id(9).into(),
            kind: MemberKind::User,
            name: "alan.turing@harbor.example".to_owned(),
        }],
        refused_total: 1,
        withheld: vec![
            left(3, "ada.king@harbor.example", Action::Deactivate),
            left(4, "zoë.quinn@harbor.example", Action::RoleChange),
        ],
        withheld_total: 2,
        leavers: 1,
    }
}

pub fn tokens() -> Vec<Token> {
    let token = |number: u64, name: &str, tail: &str| Token {
        id: token_id(number),
        name: name.to_owned(),
        scope: TokenScope::Write,
        mode: TokenMode::Live,
        created_by: "operator".to_owned(),
        created: at("2026-08-30T14:00:00Z"),
        expires: at("2027-08-30T14:00:00Z"),
        revoked: None,
        last_used: None,
        last_address: None,
        last_user_agent: None,
        uses: 0,
        tail: tail.to_owned(),
        rotated_from: None,
        replaced_by: None,
    };
    let mut tokens = vec![
        token(4, "Okta production, rotated", "K3mP"),
        token(1, "Okta production", "x9Qa"),
        token(2, "Okta 試験環境", "Zz07"),
        token(3, "Old laptop", "pL4e"),
    ];
    for used in [1, 2] {
        tokens[used].last_used = Some(at("2026-09-01T08:29:18Z"));
        tokens[used].last_address = Some("203.0.113.24".to_owned());
        tokens[used].last_user_agent = Some("Okta SCIM Client 1.0.0".to_owned());
        tokens[used].uses = 12_480;
    }
    tokens[2].expires = at("2026-09-20T14:00:00Z");
    tokens[3].revoked = Some(at("2026-08-31T09:00:00Z"));
    tokens
}

/// A token that is used more from day to day, at weekends less.
pub fn token_detail_of(token: Token) -> TokenDetail {
    let today = now().day();
    let days = (today - 40..=today)
        .filter(|day| token.uses > 0 && day % 7 != 3)
        .map(|day| DayUses { day: Timestamp::of_day(day), uses: u64::try_from(40 + day - today).unwrap() * 20 + 5 })
        .collect();
    TokenDetail { token, days }
}

/// Groups: mapped ones and others.
pub fn groups() -> Vec<Group> {
    let group = |number: u64, name: &str, role, members| Group {
        id: uuid(5, number).parse().unwrap(),
        display_name: name.to_owned(),
        external_id: None,
        role,
        members,
        created: at("2026-08-30T14:02:11Z"),
        last_modified: at("2026-09-01T08:12:40Z"),
        version: 2,
        test: false,
    };
    vec![
        group(1, "APP-Harbor-Editors", Some(Role::Editor), 1_204),
        group(2, "APP-Harbor-Owners", Some(Role::Owner), 2),
        group(3, "港の編集者たち", Some(Role::Viewer), 37),
        group(4, "Everyone", None, 48_210),
    ]
}

/// A group and its requests.
pub fn group_detail(group: &Group) -> (GroupDetail, Vec<Event>) {
    (
        GroupDetail { group: group.clone(), first_members: Vec::new(), unsettled: 0 },
        events().into_iter().take(3).collect(),
    )
}

/// A window of a group's members: the people, a group, then as many as there are.
pub fn members(group: &Group, query: &MemberQuery) -> MemberPage {
    let people = people();
    let member = |key: u64| {
        let named =
            |kind, name: &str| GroupMember { id: ResourceId(Uuid::from_u128(key.into())), kind, name: name.to_owned() };
        let member = match people.get(key as usize) {
            Some(user) => named(MemberKind::User, &user.user_name),
            None if key == people.len() as u64 => named(MemberKind::Group, &groups().remove(2).display_name),
            None => named(MemberKind::User, &format!("person.{key}@harbor.example")),
        };
        ListedMember { key: key as i64, member }
    };
    let from = query.after.map_or(0, |key| key as u64 + 1);
    let to = query.before.map_or(group.members, |key| key as u64).min(group.members);
    let backward = query.from_end || (query.before.is_some() && query.after.is_none());
    let from = if backward { to.saturating_sub(query.limit.into()) } else { from };
    let to = to.min(from + u64::from(query.limit));
    MemberPage { total: group.members, offset: from, members: (from..to).map(member).collect() }
}

/// What mapping a group would do: three viewers change, or the last owner would.
pub fn preview(group: &Group, role: Option<Role>) -> MappingPreview {
    let first = people().into_iter().take(3).map(|user| PersonShift {
        id: user.id,
        user_name: user.user_name,
        from: Role::Viewer,
        to: role.unwrap_or(Role::Viewer),
    });
    let changes = role.is_some() && role != group.role;
    MappingPreview {
        group: group.clone(),
        role,
        users: group.members,
        groups: 1,
        changes: if changes {
            vec![RoleShift { from: Role::Viewer, to: role.unwrap_or(Role::Viewer), users: 1_100 }]
        } else {
            Vec::new()
        },
        first: if changes { first.collect() } else { Vec::new() },
        kept_okta: 98,
        kept_local: 6,
        refusal: (role.is_none() && group.role == Some(Role::Owner)).then(|| {
            "ada.king@harbor.example is the last active owner: make somebody else an owner first, or nobody could \
             administer the workspace"
                .to_owned()
        }),
    }
}

/// A text of the service's own, so that snapshots and pictures show what admins see.
fn words(asset: &str, table: &str, key: &str) -> toml::Value {
    let tables: toml::Table = asset.parse().unwrap();
    tables[table][key].clone()
}

fn guide(step: &str, key: &str) -> toml::Value {
    words(include_str!("../../../assets/guide.toml"), step, key)
}

fn text(value: &toml::Value) -> String {
    value.as_str().unwrap().replace("{scim-base-url}", "https://room.harbor.example/scim/v2")
}

fn step(id: &str, state: StepState, evidence: Option<(&str, u64)>) -> Step {
    let tables: toml::Table = include_str!("../../../assets/guide.toml").parse().unwrap();
    let values = tables[id].get("values").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let values = values.iter().map(|pair| CopyValue { label: text(&pair["label"]), value: text(&pair["value"]) });
    let file = format!("{}/assets/guide/{id}.md", env!("CARGO_MANIFEST_DIR"));
    let guide_text = std::fs::read_to_string(file).unwrap();
    Step {
        id: id.to_owned(),
        title: text(&guide(id, "title")),
        state,
        evidence: evidence.map(|(text, event)| Evidence {
            text: text.to_owned(),
            at: at("2026-09-01T08:00:14Z"),
            event: Some(EventId(event)),
        }),
        verified: evidence.map(|(_, event)| Verified {
            by: Prover::Okta,
            user_agent: Some("Okta SCIM Client 1.0.0".to_owned()),
            token: Some("Okta production".to_owned()),
            address: Some("203.0.113.24".to_owned()),
            at: at("2026-09-01T08:00:14Z"),
            event: EventId(event),
        }),
        advice: Vec::new(),
        finding: None,
        instructions: guide(id, "instructions").as_array().unwrap().iter().map(text).collect(),
        values: if id == "role-attribute" { ways().remove(0).values } else { values.collect() },
        guide: guide_text.split_once('\n').unwrap().1.trim().to_owned(),
    }
}

/// The ways to send the role, as the service reads them.
fn ways() -> Vec<RoleWay> {
    let asset: toml::Table = include_str!("../../../assets/role-attribute.toml").parse().unwrap();
    let all = |key: &str| {
        let list = asset[key].as_array().unwrap().iter();
        list.map(|pair| CopyValue { label: text(&pair["label"]), value: text(&pair["value"]) }).collect::<Vec<_>>()
    };
    let ways = asset["way"].as_array().unwrap().iter().enumerate();
    ways.map(|(place, way)| {
        let value = |label: &str, key: &str| vec![CopyValue { label: label.to_owned(), value: text(&way[key]) }];
        let values = [
            value("Data type", "data_type"),
            all("first"),
            value("External name", "external_name"),
            value("External namespace", "external_namespace"),
            all("last"),
        ];
        RoleWay {
            form: way["form"].clone().try_into().unwrap(),
            title: text(&way["title"]),
            recommended: place == 0,
            about: text(&way["about"]),
            values: values.concat(),
            wire: text(&way["wire"]),
        }
    })
    .collect()
}

/// The role arrives as text; one was refused, one person has none.
pub fn role_attribute() -> RoleAttribute {
    let carried = |id: u64, name: &str, sent: &[&str], became, status, findings: &[u8]| CarriedRole {
        event: EventId(id),
        at: at("2026-09-01T08:00:00Z").plus_millis(i64::try_from(id).unwrap() * 7_137),
        user_name: Some(name.to_owned()),
        from_okta: true,
        sent: sent.iter().map(|value| SentRole { form: RoleForm::Text, value: (*value).to_owned() }).collect(),
        became,
        status,
        findings: findings.iter().copied().map(Code).collect(),
    };
    let (editor, viewer) = (RoleOutcome::Role { role: Role::Editor }, RoleOutcome::Role { role: Role::Viewer });
    let requests = vec![
        carried(11, "\u{1b}[2Jevil@harbor.example", &["viewer"], viewer, 200, &[49]),
        carried(10, "grace", &["Boss"], RoleOutcome::Refused, 400, &[49, 50]),
        carried(8, "sakura.tanaka@harbor.example", &[], RoleOutcome::Default, 201, &[]),
        carried(6, "ada.king@harbor.example", &["Editor"], editor, 200, &[49]),
        carried(5, "ada.king@harbor.example", &[], RoleOutcome::Absent, 200, &[]),
    ];
    let asset: toml::Table = include_str!("../../../assets/role-attribute.toml").parse().unwrap();
    let text_way = asset["way"].as_array().unwrap().iter().find(|way| text(&way["form"]) == "text").unwrap().clone();
    let summary = format!("{} Of the last 5 requests 2 carried none.", text(&text_way["seen"]));
    RoleAttribute { ways: ways(), carried: Some(CarriedRoles { summary, requests }) }
}

pub fn checklist() -> Checklist {
    use StepState::{Done, Pending, Problem};
    let mut steps = vec![
        step("token", Done, None),
        step("base-url", Done, Some(("Okta reached /scim/v2/Users.", 2))),
        step("credentials", Done, Some(("Okta tested the credentials, and they were accepted.", 2))),
        step("create-users", Done, Some(("Okta created ada.king@harbor.example (4 in all).", 4))),
        step("update-attributes", Done, Some(("Okta updated ada.king@harbor.example (2 in all).", 5))),
        step("deactivate-users", Pending, None),
        step("user-name-format", Problem, Some(("Okta sent the user name grace.", 10))),
        step("role-attribute", Pending, None),
    ];
    steps[6].finding = Some(Code(29));
    steps[6].verified = None;
    Checklist { complete: false, verified: None, steps }
}

pub fn findings() -> Vec<Finding> {
    let finding = |code: u8, people: &[&str], event: u64, count| {
        let said = |key| text(&words(include_str!("../../../assets/diagnosis.toml"), &Code(code).to_string(), key));
        Finding {
            code: Code(code),
            severity: Severity::Error,
            title: said("title"),
            symptom: said("symptom"),
            okta_shows: said("okta_shows"),
            fix: said("fix"),
            ours: false,
            events: vec![EventId(event)],
            count,
            people: people.iter().map(|name| (*name).to_owned()).collect(),
            first_seen: at("2026-09-01T08:01:11Z"),
            last_seen: at("2026-09-01T08:01:11Z"),
            dismissed: None,
        }
    };
    vec![finding(29, &["grace"], 10, 1), finding(4, &[], 1, 37)]
}

pub fn who(role: Role) -> WhoAmI {
    WhoAmI {
        name: "olivia.owner@harbor.example".to_owned(),
        user_id: Some(user_id(1)),
        role,
        expires: None,
        workspace: "Harbor".to_owned(),
        scim_base_url: "https://room.harbor.example/scim/v2".to_owned(),
        version: "0.1.0".to_owned(),
    }
}
