//! The admin API from outside: what the dashboard and the command line talk through, over HTTP also when the service
//! runs in the same process.
//!
//! [`Client`] has one method a route; [`live`] follows the event stream and resumes it after a gap.

pub mod live;

use std::{net::IpAddr, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use reqwest::{Method, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use crate::model::{
    checklist::Checklist,
    dry_run::GoLive,
    event::{Event, EventDetail, EventQuery},
    event_log::{Causes, CausesQuery, EventPlace, EventSearch, EventsFound, Timeline, TimelineQuery},
    finding::{Code, Finding},
    group::{GroupDetail, GroupMapping, GroupPage, GroupQuery, MappedGroup, MappingPreview, MemberPage, MemberQuery},
    id::{EventId, GroupId, TokenId, UserId},
    problem::Problem,
    push::{FailedPushPage, FailedPushQuery},
    role::Role,
    role_attribute::RoleAttribute,
    secret::Secret,
    session::{NewSession, SignIn, SignInCode, WhoAmI},
    test_traffic::{TestCounts, TestPass, TestTraffic},
    token::{CreatedToken, NewToken, Token, TokenDetail, TokenRotation},
    user::{User, UserDetail, UserPage, UserPatch, UserQuery},
    user_change::{BlastRadius, ChangeUsers, PersonChanged, Planned, RestoreUsers},
    workspace::{Workspace, WorkspacePatch},
};

/// How long a call may take before it counts as failed.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How many events are read at once where many are.
const AT_ONCE: usize = 8;
/// How long the removal of test traffic may take, which is done in small parts.
const REMOVAL_TIMEOUT: Duration = Duration::from_secs(600);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a call gave no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service refused, and says why and what to do.
    #[error("{0}")]
    Refused(Problem),
    /// No service answers at the address.
    #[error("the service at {url} cannot be reached: {reason}")]
    Unreachable {
        /// The address tried.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// Something answered, but not scimroom's admin API.
    #[error("{url} answered {status}, but not as scimroom does: is this the address of a scimroom service?")]
    NotScimroom {
        /// The address tried.
        url: String,
        /// What it answered with.
        status: u16,
    },
    /// The address is no URL.
    #[error("{0:?} is not an address: use the form http://127.0.0.1:7644 or https://room.example.com")]
    BadUrl(String),
}

impl ClientError {
    /// Whether trying again later may help, since nobody answered.
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// The status of a refusal.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            Self::NotScimroom { status, .. } => Some(*status),
            Self::Unreachable { .. } | Self::BadUrl(_) => None,
        }
    }
}

/// Whether a URL's host is this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A caller of one service's admin API. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    credential: Option<Secret>,
}

impl Client {
    /// A caller at an address such as `http://127.0.0.1:7644`, with the operator's key or a session as credential.
    ///
    /// # Errors
    /// The address is no http or https URL.
    pub fn new(url: &str, credential: Option<Secret>) -> Result<Self, ClientError> {
        let bad = || ClientError::BadUrl(url.to_owned());
        let parsed = reqwest::Url::parse(url).map_err(|_| bad())?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(bad());
        }
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("scimroom/", env!("CARGO_PKG_VERSION")));
        if parsed.scheme() == "http" {
            // The system's certificates take milliseconds and a megabyte to read, and nobody shows one here.
            http = http.tls_certs_only([]);
        }
        if parsed.host_str().is_some_and(is_loopback) {
            // A proxy of the environment would get the operator's key, and could not reach this host's service with it.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|_| bad())?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), credential })
    }

    /// The same caller with this credential.
    #[must_use]
    pub fn with_credential(self, credential: Secret) -> Self {
        Self { credential: Some(credential), ..self }
    }

    /// The address of the service.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a service answers.
    ///
    /// # Errors
    /// Nobody answers, or something else does.
    pub async fn health(&self) -> Result<(), ClientError> {
        let response = self.send(self.request(Method::GET, "/healthz")).await?;
        if response.status() == StatusCode::OK { Ok(()) } else { Err(self.refusal(response).await) }
    }

    /// Whom the service takes this caller for.
    ///
    /// # Errors
    /// As every call: refused, unreachable, or not scimroom.
    pub async fn who_am_i(&self) -> Result<WhoAmI, ClientError> {
        self.get("/api/v1/whoami", &()).await
    }

    /// Signs in with a one-time code.
    ///
    /// # Errors
    /// The code is unknown, used or too old, or its user cannot log in: 401 with one neutral sentence.
    pub async fn sign_in(&self, code: Secret) -> Result<NewSession, ClientError> {
        self.call(Method::POST, "/api/v1/sessions", &SignIn { code }).await
    }

    /// Ends the session this caller carries.
    ///
    /// # Errors
    /// As every call.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        let response = self.send(self.request(Method::DELETE, "/api/v1/sessions/current")).await?;
        if response.status().is_success() { Ok(()) } else { Err(self.refusal(response).await) }
    }

    /// The workspace's settings.
    ///
    /// # Errors
    /// As every call.
    pub async fn workspace(&self) -> Result<Workspace, ClientError> {
        self.get("/api/v1/workspace", &()).await
    }

    /// Changes settings (owner).
    ///
    /// # Errors
    /// As every call; 403 for others than owners.
    pub async fn update_workspace(&self, patch: &WorkspacePatch) -> Result<Workspace, ClientError> {
        self.call(Method::PATCH, "/api/v1/workspace", patch).await
    }

    /// Every token, newest first.
    ///
    /// # Errors
    /// As every call.
    pub async fn tokens(&self) -> Result<Vec<Token>, ClientError> {
        self.get("/api/v1/tokens", &()).await
    }

    /// Makes a token (owner). The answer is the only place where its secret ever stands.
    ///
    /// # Errors
    /// As every call; 403 for others than owners, 400 for an empty or overlong name.
    pub async fn create_token(&self, new: &NewToken) -> Result<CreatedToken, ClientError> {
        self.call(Method::POST, "/api/v1/tokens", new).await
    }

    /// One token with its use over time (owner).
    ///
    /// # Errors
    /// As every call; 404 for an unknown token.
    pub async fn token(&self, id: TokenId) -> Result<TokenDetail, ClientError> {
        self.get(&format!("/api/v1/tokens/{id}"), &()).await
    }

    /// Makes a token in place of another (owner). The answer is the only place where its secret ever stands.
    ///
    /// # Errors
    /// As every call; 404 for an unknown token, 409 for one that has ended or was rotated already, 400 for too long an
    /// overlap.
    pub async fn rotate_token(&self, id: TokenId, rotation: TokenRotation) -> Result<CreatedToken, ClientError> {
        self.call(Method::POST, &format!("/api/v1/tokens/{id}/rotate"), &rotation).await
    }

    /// What going live would make of a token's dry run, and what it would leave to somebody (owner).
    ///
    /// # Errors
    /// As every call; 404 for an unknown token.
    pub async fn dry_run(&self, id: TokenId) -> Result<GoLive, ClientError> {
        self.get(&format!("/api/v1/tokens/{id}/go-live"), &()).await
    }

    /// Makes what a token's dry run promised, then the token live (owner).
    ///
    /// # Errors
    /// As every call; 404 for an unknown token, 409 for one that is no dry run, was rotated or has ended.
    pub async fn go_live(&self, id: TokenId) -> Result<GoLive, ClientError> {
        self.call(Method::POST, &format!("/api/v1/tokens/{id}/go-live"), &()).await
    }

    /// Revokes a token (owner): refused from the next request on. Revoking twice changes nothing.
    ///
    /// # Errors
    /// As every call; 404 for an unknown token.
    pub async fn revoke_token(&self, id: TokenId) -> Result<Token, ClientError> {
        self.call(Method::DELETE, &format!("/api/v1/tokens/{id}"), &()).await
    }

    /// A window of users.
    ///
    /// # Errors
    /// As every call.
    pub async fn users(&self, query: &UserQuery) -> Result<UserPage, ClientError> {
        self.get("/api/v1/users", query).await
    }

    /// People whose last push by Okta's client failed, those that failed last first.
    ///
    /// # Errors
    /// As every call.
    pub async fn failed_pushes(&self, query: &FailedPushQuery) -> Result<FailedPushPage, ClientError> {
        self.get("/api/v1/pushes/failed", query).await
    }

    /// One user, whole.
    ///
    /// # Errors
    /// As every call; 404 for an unknown user.
    pub async fn user(&self, id: UserId) -> Result<UserDetail, ClientError> {
        self.get(&format!("/api/v1/users/{id}"), &()).await
    }

    /// The user with this e-mail address, without case, or else with this id.
    ///
    /// # Errors
    /// As every call; 404 for an unknown user.
    pub async fn find_user(&self, name_or_id: &str) -> Result<UserDetail, ClientError> {
        self.get("/api/v1/users/find", &[("name", name_or_id)]).await
    }

    /// Changes a user here: role (owner), active (editor).
    ///
    /// # Errors
    /// As every call; 409 `last-owner` when nobody would be left to administer the workspace.
    pub async fn update_user(&self, id: UserId, patch: &UserPatch) -> Result<User, ClientError> {
        self.call(Method::PATCH, &format!("/api/v1/users/{id}"), patch).await
    }

    /// What a change of many people would do; made by nobody yet (a role: owner; activity: editor).
    ///
    /// # Errors
    /// As every call; 400 for a filter that cannot be understood and for more people than one change is about.
    pub async fn preview_change(&self, planned: &Planned) -> Result<BlastRadius, ClientError> {
        self.call(Method::POST, "/api/v1/users/preview", planned).await
    }

    /// Changes a few people in one transaction (a role: owner; activity: editor), and says what became of each.
    ///
    /// # Errors
    /// As every call; 400 for more people than one call takes. Nobody was changed then.
    pub async fn change_users(&self, wanted: &ChangeUsers) -> Result<Vec<PersonChanged>, ClientError> {
        self.call(Method::POST, "/api/v1/users/change", wanted).await
    }

    /// Puts a few people back as they were before a change; whoever was changed meanwhile is left.
    ///
    /// # Errors
    /// As [`Self::change_users`].
    pub async fn restore_users(&self, wanted: &RestoreUsers) -> Result<Vec<PersonChanged>, ClientError> {
        self.call(Method::POST, "/api/v1/users/restore", wanted).await
    }

    /// Makes a one-time code for a user to sign in with (owner).
    ///
    /// # Errors
    /// As every call; 409 for a user who cannot log in, naming the reason.
    pub async fn sign_in_code(&self, id: UserId) -> Result<SignInCode, ClientError> {
        self.call(Method::POST, &format!("/api/v1/users/{id}/sign-in-code"), &()).await
    }

    /// A window of groups.
    ///
    /// # Errors
    /// As every call.
    pub async fn groups(&self, query: &GroupQuery) -> Result<GroupPage, ClientError> {
        self.get("/api/v1/groups", query).await
    }

    /// The group with this name, without case, or else with this id; with the first of its members.
    ///
    /// # Errors
    /// As every call; 404 for an unknown group.
    pub async fn find_group(&self, name_or_id: &str) -> Result<GroupDetail, ClientError> {
        self.get("/api/v1/groups/find", &[("name", name_or_id)]).await
    }

    /// One group with the first of its members.
    ///
    /// # Errors
    /// As every call; 404 for an unknown group.
    pub async fn group(&self, id: GroupId) -> Result<GroupDetail, ClientError> {
        self.get(&format!("/api/v1/groups/{id}"), &()).await
    }

    /// A window of a group's members.
    ///
    /// # Errors
    /// As every call; 404 for an unknown group.
    pub async fn members(&self, id: GroupId, query: &MemberQuery) -> Result<MemberPage, ClientError> {
        self.get(&format!("/api/v1/groups/{id}/members"), query).await
    }

    /// What mapping a group to a role, or to none, would do (owner).
    ///
    /// # Errors
    /// As every call; 404 for an unknown group.
    pub async fn preview_mapping(&self, id: GroupId, role: Option<Role>) -> Result<MappingPreview, ClientError> {
        self.call(Method::POST, &format!("/api/v1/groups/{id}/preview"), &GroupMapping { role }).await
    }

    /// Maps a group to a role, or to none (owner).
    ///
    /// # Errors
    /// As every call; 409 `last-owner` when nobody would be left to administer the workspace.
    pub async fn map_group(&self, id: GroupId, role: Option<Role>) -> Result<MappedGroup, ClientError> {
        self.call(Method::PATCH, &format!("/api/v1/groups/{id}"), &GroupMapping { role }).await
    }

    /// Events, newest first.
    ///
    /// # Errors
    /// As every call.
    pub async fn events(&self, query: &EventQuery) -> Result<Vec<Event>, ClientError> {
        self.get("/api/v1/events", query).await
    }

    /// Events that a filter shows, and how far the service looked for them.
    ///
    /// # Errors
    /// As every call; 400 for a term that means nothing, 403 for viewers who look into bodies.
    pub async fn search_events(&self, search: &EventSearch) -> Result<EventsFound, ClientError> {
        self.get("/api/v1/events/search", search).await
    }

    /// The place of a time in the log; the time as people type it, such as `2026-11-20 10:00` or `3d`.
    ///
    /// # Errors
    /// As every call; 400 for what is no time.
    pub async fn event_at(&self, time: &str) -> Result<EventPlace, ClientError> {
        self.get("/api/v1/events/at", &[("time", time)]).await
    }

    /// Failures by their cause.
    ///
    /// # Errors
    /// As [`Client::search_events`].
    pub async fn causes(&self, query: &CausesQuery) -> Result<Causes, ClientError> {
        self.get("/api/v1/events/causes", query).await
    }

    /// What happened to a person, newest first; with values before and after for editors and above.
    ///
    /// # Errors
    /// As every call.
    pub async fn timeline(&self, id: UserId, query: &TimelineQuery) -> Result<Timeline, ClientError> {
        self.get(&format!("/api/v1/users/{id}/timeline"), query).await
    }

    /// One event with bodies (editor and above) and changes.
    ///
    /// # Errors
    /// As every call; 404 for an event that never was or is past its retention.
    pub async fn event(&self, id: EventId) -> Result<EventDetail, ClientError> {
        self.get(&format!("/api/v1/events/{id}"), &()).await
    }

    /// These events, whole, in this order; those that are past their retention are left out.
    ///
    /// # Errors
    /// As every call.
    pub async fn whole_events(&self, ids: &[EventId]) -> Result<Vec<EventDetail>, ClientError> {
        let read = |id: EventId| async move {
            match self.event(id).await {
                Err(error) if error.status() == Some(404) => Ok(None),
                found => found.map(Some),
            }
        };
        stream::iter(ids.iter().copied())
            .map(read)
            .buffered(AT_ONCE)
            .try_filter_map(async |found| Ok(found))
            .try_collect()
            .await
    }

    /// The setup checklist.
    ///
    /// # Errors
    /// As every call.
    pub async fn checklist(&self) -> Result<Checklist, ClientError> {
        self.get("/api/v1/checklist", &()).await
    }

    /// The ways in which Okta can be made to send the role; for editors and above what its latest requests carried.
    ///
    /// # Errors
    /// As every call.
    pub async fn role_attribute(&self) -> Result<RoleAttribute, ClientError> {
        self.get("/api/v1/role-attribute", &()).await
    }

    /// Open findings, the gravest first.
    ///
    /// # Errors
    /// As every call.
    pub async fn findings(&self) -> Result<Vec<Finding>, ClientError> {
        self.get("/api/v1/findings", &()).await
    }

    /// Puts an open finding out of sight until traffic closes it and it appears anew, or shows it again. Gives the
    /// findings after it.
    ///
    /// # Errors
    /// As every call; 404 when it is not open, or was not dismissed.
    pub async fn dismiss_finding(&self, code: Code, dismissed: bool) -> Result<Vec<Finding>, ClientError> {
        let what = if dismissed { "dismiss" } else { "restore" };
        self.call(Method::POST, &format!("/api/v1/findings/{code}/{what}"), &()).await
    }

    /// What there is of test traffic, and what it shows to be wrong.
    ///
    /// # Errors
    /// As every call.
    pub async fn test_traffic(&self) -> Result<TestTraffic, ClientError> {
        self.get("/api/v1/test-traffic", &()).await
    }

    /// The credential of a run of test traffic (owner); to be kept in memory only.
    ///
    /// # Errors
    /// As every call; 403 for others than owners, 409 while test traffic is being removed.
    pub async fn begin_test_traffic(&self) -> Result<TestPass, ClientError> {
        self.call(Method::POST, "/api/v1/test-traffic", &()).await
    }

    /// Removes everything that test traffic made (owner). Gives what was removed, once it is.
    ///
    /// # Errors
    /// As every call; 403 for others than owners. What was begun goes on although nobody waits for it any more.
    pub async fn remove_test_traffic(&self) -> Result<TestCounts, ClientError> {
        let request = self.request(Method::DELETE, "/api/v1/test-traffic").timeout(REMOVAL_TIMEOUT);
        self.read(self.send(request).await?).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<T, ClientError> {
        let request = self.request(Method::GET, path).query(query).timeout(CALL_TIMEOUT);
        self.read(self.send(request).await?).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let request = self.request(method, path).json(body).timeout(CALL_TIMEOUT);
        self.read(self.send(request).await?).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.credential {
            Some(credential) => request.bearer_auth(credential.expose()),
            None => request,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Response, ClientError> {
        request.send().await.map_err(|error| self.unreachable(&error))
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T, ClientError> {
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        serde_json::from_slice(&body).map_err(|_| ClientError::NotScimroom { url: self.url.clone(), status })
    }

    async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status().as_u16();
        match response.json::<Problem>().await {
            Ok(problem) => ClientError::Refused(problem),
            Err(_) => ClientError::NotScimroom { url: self.url.clone(), status },
        }
    }

    /// The innermost cause is what helps: "connection refused" rather than "error sending request".
    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        ClientError::Unreachable { url: self.url.clone(), reason: cause.to_string() }
    }
}
