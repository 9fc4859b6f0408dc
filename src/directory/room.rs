//! What the tests of the rules share: a workspace with a store of its own, spoken to as Okta does, without HTTP.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Instant,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    directory::{
        by::By,
        given::Given,
        groups,
        listing::{Lister, MOST_SCANNED},
        local,
        request::{Notes, Outcome, Request, TokenRef},
        sessions, users, workspace,
    },
    model::{
        event::{Action, EventDetail, EventQuery},
        group::{Group, MappedGroup, MappingPreview},
        id::{TokenId, TransactionId},
        role::Role,
        session::SignInCode,
        time::Timestamp,
        token::TokenMode,
        user::{User, UserPatch},
        workspace::{EmailChange, UnknownMembers, WorkspacePatch},
    },
    scim::{
        cursor::CursorKey,
        error::ScimError,
        etag::{IfMatch, IfNoneMatch},
        list::ListQuery,
        projection::Projection,
        schema::{ResourceType, ResourceTypes},
    },
    store::{Store, sqlite::SqliteStore},
};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A workspace with a store of its own and a clock that moves by a second a request.
pub(super) struct Room {
    pub store: SqliteStore,
    pub clock: AtomicI64,
    /// How many resources a filter without an index may look at.
    pub most_scanned: u64,
    /// Whether requests come from another client than Okta's.
    pub other_client: AtomicBool,
    cursors: CursorKey,
    _dir: TempDir,
}

impl Room {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&dir.path().join("room.db")).unwrap();
        let cursors = CursorKey::new([7; 32]);
        Self {
            store,
            clock: AtomicI64::new(1_790_000_000_000),
            most_scanned: MOST_SCANNED,
            other_client: AtomicBool::new(false),
            cursors,
            _dir: dir,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.fetch_add(1_000, Ordering::Relaxed))
    }

    fn request(&self, method: &str, body: &Value) -> Arc<Request> {
        let at = self.now();
        let agent = if self.other_client.load(Ordering::Relaxed) { "curl/8.0" } else { "Okta SCIM Client 1.0.0" };
        Arc::new(Request {
            method: method.into(),
            path: "/scim/v2/Users".into(),
            query: None,
            address: Some("198.51.100.7".into()),
            user_agent: Some(agent.into()),
            token: None,
            at,
            received: Instant::now(),
            base_url: "https://room.harbor.example/scim/v2".into(),
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
            signs: Vec::new(),
            kept: OnceLock::new(),
            transaction: TransactionId::new(at),
            types: ResourceTypes::standard(),
            test: false,
        })
    }

    fn asked(&self, method: &str, body: &Value, projection: Projection) -> (Arc<Request>, Given) {
        let request = self.request(method, body);
        let given = Given::new(&request, projection, BTreeSet::new());
        (request, given)
    }

    /// The newest event, whole.
    pub async fn event(&self) -> EventDetail {
        let newest = self.store.events(&EventQuery { limit: 1, ..EventQuery::default() }).await.unwrap().pop().unwrap();
        self.store.event(newest.id).await.unwrap().unwrap()
    }
}

/// Users.
impl Room {
    pub async fn post(&self, body: &Value) -> Outcome {
        let (request, given) = self.asked("POST", body, Projection::Everything);
        users::create::create(&self.store, request, given).await.unwrap()
    }

    pub async fn put(&self, id: &str, body: &Value) -> Outcome {
        let (request, given) = self.asked("PUT", body, Projection::Everything);
        users::update::replace(&self.store, request, given, id.into(), None).await.unwrap()
    }

    pub async fn patch(&self, id: &str, operations: Value) -> Outcome {
        self.patch_if(id, operations, None).await
    }

    pub async fn patch_if(&self, id: &str, operations: Value, if_match: Option<&str>) -> Outcome {
        let (request, given) = self.asked("PATCH", &patch_of(operations), Projection::Everything);
        users::update::patch(&self.store, request, given, id.into(), if_match.map(etags)).await.unwrap()
    }

    pub async fn switch(&self, id: &str, active: bool) -> Outcome {
        self.patch(id, json!([{"op": "replace", "value": {"active": active}}])).await
    }

    pub async fn rename(&self, id: &str, name: &str) -> Outcome {
        self.patch(id, json!([{"op": "replace", "path": "userName", "value": name}])).await
    }

    pub async fn get(&self, id: &str) -> Outcome {
        let request = self.request("GET", &Value::Null);
        users::read::read(&self.store, &request, &Projection::Everything, id, None).await.unwrap()
    }

    pub async fn delete(&self, id: &str) -> Outcome {
        users::delete::delete(&self.store, self.request("DELETE", &Value::Null), id.into(), None).await.unwrap()
    }

    pub async fn row(&self, id: &str) -> User {
        self.store.user(id.parse().unwrap()).await.unwrap().unwrap().user
    }

    /// Somebody for whom Okta sends no role of their own; gives the id.
    pub async fn newcomer(&self, name: &str) -> String {
        id_of(&self.post(&person(&format!("{name}@harbor.example"), &format!("00u{name}"), None)).await)
    }

    pub async fn edit(&self, id: &str, role: Option<Role>, active: Option<bool>) -> Result<User, local::Refusal> {
        local::edit(&self.store, By::Operator, id.parse().unwrap(), UserPatch { role, active }, self.now())
            .await
            .unwrap()
    }

    pub async fn code(&self, id: &str) -> Result<SignInCode, local::Refusal> {
        sessions::issue_code(&self.store, By::Operator, id.parse().unwrap(), self.now()).await.unwrap()
    }

    /// Signs a user in and gives the session's credential.
    pub async fn sign_in(&self, id: &str) -> String {
        let code = self.code(id).await.unwrap();
        let session = sessions::sign_in(&self.store, &code.code, self.now()).await.unwrap().unwrap();
        session.session.expose().to_owned()
    }

    pub async fn is_signed_in(&self, session: &str) -> bool {
        self.role_of(session).await.is_some()
    }

    /// What whoever holds this session may do now.
    pub async fn role_of(&self, session: &str) -> Option<Role> {
        let signed_in = sessions::recognize(&self.store, session, self.now()).await.unwrap();
        signed_in.map(|signed_in| signed_in.role)
    }
}

/// Groups.
impl Room {
    pub async fn post_group(&self, body: &Value) -> Outcome {
        let (request, given) = self.asked("POST", body, Projection::Everything);
        groups::create::create(&self.store, request, given).await.unwrap()
    }

    pub async fn push_group(&self, name: &str, members: &[&str]) -> Outcome {
        self.post_group(&group(name, members)).await
    }

    pub async fn put_group(&self, id: &str, body: &Value) -> Outcome {
        let (request, given) = self.asked("PUT", body, Projection::Everything);
        groups::update::replace(&self.store, request, given, id.into(), None).await.unwrap()
    }

    pub async fn patch_group(&self, id: &str, operations: Value) -> Outcome {
        self.patch_group_with(id, operations, None, Projection::Everything).await
    }

    pub async fn patch_group_with(
        &self,
        id: &str,
        operations: Value,
        if_match: Option<&str>,
        projection: Projection,
    ) -> Outcome {
        let (request, given) = self.asked("PATCH", &patch_of(operations), projection);
        groups::update::patch(&self.store, request, given, id.into(), if_match.map(etags)).await.unwrap()
    }

    pub async fn delete_group(&self, id: &str, if_match: Option<&str>) -> Outcome {
        let request = self.request("DELETE", &Value::Null);
        groups::delete::delete(&self.store, request, id.into(), if_match.map(etags)).await.unwrap()
    }

    pub async fn get_group(&self, id: &str) -> Outcome {
        self.get_group_with(id, &Projection::Everything, None).await
    }

    pub async fn get_group_with(&self, id: &str, projection: &Projection, if_none_match: Option<&str>) -> Outcome {
        let request = self.request("GET", &Value::Null);
        let known = if_none_match.map(|header| IfNoneMatch::parse(header).unwrap());
        groups::read::read(&self.store, &request, projection, id, known.as_ref()).await.unwrap()
    }

    pub async fn map(&self, group: &str, role: Option<Role>) -> Result<MappedGroup, local::Refusal> {
        groups::mapping::map(&self.store, By::Operator, group.parse().unwrap(), role).await.unwrap()
    }

    /// What mapping a group would do.
    pub async fn preview(&self, group: &str, role: Option<Role>) -> MappingPreview {
        groups::mapping::preview(&self.store, group.parse().unwrap(), role).await.unwrap().unwrap()
    }

    pub async fn group_row(&self, id: &str) -> Group {
        self.store.group(id.parse().unwrap()).await.unwrap().unwrap().group
    }

    /// The ids of a group's members, as a client reads them.
    pub async fn members(&self, id: &str) -> Vec<String> {
        let read = body(&self.get_group(id).await);
        let ids = read["members"].as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// The groups that a user is in, as a client reads them: name and type.
    pub async fn groups_of(&self, user: &str) -> Vec<(String, String)> {
        let read = body(&self.get(user).await);
        let text = |group: &Value, name: &str| group[name].as_str().unwrap().to_owned();
        let groups = read["groups"].as_array().cloned().unwrap_or_default();
        groups.iter().map(|group| (text(group, "display"), text(group, "type"))).collect()
    }
}

/// Lists.
impl Room {
    pub async fn find(&self, filter: &str) -> Value {
        body(&self.look_up(filter).await)
    }

    pub async fn look_up(&self, filter: &str) -> Outcome {
        self.list(&["User"], &[("filter", filter)]).await
    }

    /// A list of these resource types: one is asked at its endpoint, several at the root.
    pub async fn list(&self, kinds: &[&str], pairs: &[(&str, &str)]) -> Outcome {
        self.list_as(None, kinds, pairs).await
    }

    /// The same with a token.
    pub async fn list_as(&self, token: Option<TokenId>, kinds: &[&str], pairs: &[(&str, &str)]) -> Outcome {
        let types = ResourceTypes::standard();
        let kinds: Vec<&'static ResourceType> = kinds.iter().map(|name| kind(types, name)).collect();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let queries = match kinds.as_slice() {
            [one] => ListQuery::parse(&pairs, one).map(|query| vec![query]),
            several => ListQuery::parse_each(&pairs, several),
        };
        self.answer(token, queries).await
    }

    async fn answer(&self, token: Option<TokenId>, queries: Result<Vec<ListQuery>, ScimError>) -> Outcome {
        let queries = match queries {
            Ok(queries) => queries,
            Err(error) => return Outcome::refused(&error, Notes::new(Action::Lookup)),
        };
        let token = token.map(|id| TokenRef { id, name: "Okta".into(), mode: TokenMode::Live });
        let request = Request { token, ..(*self.request("GET", &Value::Null)).clone() };
        let lister =
            Lister { store: &self.store, request: &request, cursors: &self.cursors, most_scanned: self.most_scanned };
        lister.list(&queries).await.unwrap()
    }
}

/// Settings.
impl Room {
    pub async fn set_email_change(&self, policy: EmailChange) {
        self.set(WorkspacePatch { email_change: Some(policy), ..WorkspacePatch::default() }).await;
    }

    pub async fn set_unknown_members(&self, policy: UnknownMembers) {
        self.set(WorkspacePatch { unknown_members: Some(policy), ..WorkspacePatch::default() }).await;
    }

    pub async fn set(&self, patch: WorkspacePatch) {
        workspace::update(&self.store, By::Operator, patch).await.unwrap().unwrap();
    }
}

fn kind(types: &'static ResourceTypes, name: &str) -> &'static ResourceType {
    types.all().into_iter().find(|kind| kind.name.as_str() == name).unwrap()
}

fn patch_of(operations: Value) -> Value {
    json!({"schemas": [PATCH], "Operations": operations})
}

fn etags(header: &str) -> IfMatch {
    IfMatch::parse(header).unwrap()
}

pub(super) fn body(outcome: &Outcome) -> Value {
    serde_json::from_str(outcome.reply.body.as_deref().unwrap_or("null")).unwrap()
}

pub(super) fn id_of(outcome: &Outcome) -> String {
    body(outcome)["id"].as_str().unwrap().to_owned()
}

pub(super) fn ada() -> Value {
    person("ada.moreno@harbor.example", "00u7ab2cdEFGhij8x5d7", Some("editor"))
}

pub(super) fn person(name: &str, external_id: &str, role: Option<&str>) -> Value {
    let mut body = json!({
        "schemas": [USER], "userName": name, "externalId": external_id,
        "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"primary": true, "value": name, "type": "work"}],
        "displayName": "Ada Moreno", "groups": [], "password": "Qz81mvTT", "active": true,
    });
    if let Some(role) = role {
        body["roles"] = json!([{"primary": true, "value": role}]);
    }
    body
}

/// A group as Okta pushes it: members have a name to show and no type.
pub(super) fn group(name: &str, members: &[&str]) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": values(members)})
}

/// Members as Okta lists them.
pub(super) fn values(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"value": id, "display": "li.wei@harbor.example"})).collect()
}

/// What Okta does with an answer: lays its values over it and sends it back.
pub(super) fn merged(outcome: &Outcome, with: Value) -> Value {
    let mut read = body(outcome);
    for (name, value) in with.as_object().unwrap() {
        read[name] = value.clone();
    }
    read
}
