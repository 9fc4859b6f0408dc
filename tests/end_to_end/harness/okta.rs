//! Okta's provisioning client, written down a second time and apart from the simulator: exact headers, bodies and
//! order of requests, and nothing judged.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT},
};
use serde_json::{Map, Value, json};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The content type of whatever Okta sends.
const CONTENT: &str = "application/scim+json; charset=utf-8";

/// What the service answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    /// The sentence that Okta shows to its admin.
    #[track_caller]
    pub fn detail(&self) -> String {
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{self:?}");
        assert_eq!(self.body["status"], json!(self.status.to_string()), "{self:?}");
        self.body["detail"].as_str().unwrap_or_else(|| panic!("no detail in {self:?}")).to_owned()
    }

    /// The users of a list answer.
    #[track_caller]
    pub fn resources(&self) -> Vec<Value> {
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]), "{self:?}");
        self.body["Resources"].as_array().unwrap_or_else(|| panic!("no Resources in {self:?}")).clone()
    }
}

/// Somebody in Okta's directory.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: String,
    pub external_id: String,
    /// What the app's attribute mappings make of the profile.
    pub profile: Map<String, Value>,
}

impl Person {
    /// A person as Okta pushes one whom nobody gave a role.
    pub fn new(given: &str, family: &str) -> Self {
        let email = format!("{}.{}@harbor.example", given.to_lowercase(), family.to_lowercase());
        // Twenty characters that begin with 00u, the same for the same person.
        let tail: String = format!("{given}{family}xxxxxxxxxxxxxxxxx").chars().take(17).collect();
        let profile = json!({
            "name": {"givenName": given, "familyName": family},
            "displayName": format!("{given} {family}"),
            "title": "Analyst",
            "locale": "en-US",
            ENTERPRISE: {"department": "Data"},
        });
        let Value::Object(profile) = profile else { unreachable!() };
        Self { email, external_id: format!("00u{tail}"), profile }
    }

    /// With another attribute, as the admin maps it.
    pub fn with(mut self, attribute: &str, value: Value) -> Self {
        self.profile.insert(attribute.to_owned(), value);
        self
    }

    /// With the attribute "Common Room Role" in the recommended mapping.
    pub fn role(self, role: &str) -> Self {
        self.with("roles", json!([{"primary": true, "value": role}]))
    }

    /// The body of Okta's create.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        let mut schemas = vec![json!(CORE)];
        schemas.extend(self.profile.keys().filter(|key| key.starts_with("urn:") && *key != CORE).map(|urn| json!(urn)));
        body.insert("schemas".to_owned(), schemas.into());
        body.insert("userName".to_owned(), json!(self.email));
        body.insert("emails".to_owned(), json!([{"primary": true, "value": self.email, "type": "work"}]));
        body.insert("externalId".to_owned(), json!(self.external_id));
        body.insert("groups".to_owned(), json!([]));
        body.insert("password".to_owned(), json!("Qz81mvTT"));
        body.insert("active".to_owned(), json!(true));
        body.extend(self.profile.clone());
        body.into()
    }
}

/// Okta, set up with a base URL and a token.
#[derive(Debug, Clone)]
pub struct Okta {
    http: reqwest::Client,
    base: String,
    authorization: Option<String>,
    address: Option<String>,
    user_agent: String,
}

impl Okta {
    pub fn new(base: &str, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.to_owned(),
            authorization: Some(format!("Bearer {token}")),
            address: None,
            user_agent: "Okta SCIM Client 1.0.0".to_owned(),
        }
    }

    /// The same, with this in the `Authorization` header; none leaves it out.
    pub fn with_authorization(&self, authorization: Option<&str>) -> Self {
        Self { authorization: authorization.map(str::to_owned), ..self.clone() }
    }

    /// The same by way of a proxy that says from which address it came.
    pub fn at_address(&self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self.clone() }
    }

    /// The same requests, from a client that is not Okta's.
    pub fn as_client(&self, user_agent: &str) -> Self {
        Self { user_agent: user_agent.to_owned(), ..self.clone() }
    }

    /// One request below the base URL. A crash of the service is the caller's to expect.
    pub async fn try_send(&self, method: Method, target: &str, body: Option<&Value>) -> reqwest::Result<Answer> {
        let request = self.request(method, target);
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, CONTENT).body(body.to_string()),
            None => request,
        };
        answer(request).await
    }

    fn request(&self, method: Method, target: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{target}", self.base))
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT, "application/scim+json")
            .header(ACCEPT_CHARSET, "utf-8")
            .header(ACCEPT_ENCODING, "gzip,deflate")
            .header("Connection", "Keep-Alive");
        let request = match &self.address {
            Some(address) => request.header("X-Forwarded-For", address),
            None => request,
        };
        match &self.authorization {
            Some(authorization) => request.header(AUTHORIZATION, authorization),
            None => request,
        }
    }

    pub async fn send(&self, method: Method, target: &str, body: Option<&Value>) -> Answer {
        self.try_send(method, target, body).await.unwrap()
    }

    /// Test API Credentials.
    pub async fn test_credentials(&self) -> Answer {
        self.send(Method::GET, "/Users?startIndex=1&count=2", None).await
    }

    /// Verify user exists in external application.
    pub async fn lookup(&self, email: &str) -> Answer {
        let quoted = email.replace('+', "%2B").replace('@', "%40");
        let target = format!("/Users?filter=userName%20eq%20%22{quoted}%22&startIndex=1&count=100");
        self.send(Method::GET, &target, None).await
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.send(Method::POST, "/Users", Some(body)).await
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.send(Method::GET, &format!("/Users/{id}"), None).await
    }

    pub async fn put(&self, id: &str, body: &Value) -> Answer {
        self.send(Method::PUT, &format!("/Users/{id}"), Some(body)).await
    }

    pub async fn patch(&self, id: &str, operations: Value) -> Answer {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.send(Method::PATCH, &format!("/Users/{id}"), Some(&body)).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.send(Method::DELETE, &format!("/Users/{id}"), None).await
    }

    /// The app is assigned to somebody whom it does not know: the lookup finds nobody, the create follows.
    pub async fn assign(&self, person: &Person) -> Answer {
        let found = self.lookup(&person.email).await.expect(200);
        assert_eq!(found.body["totalResults"], 0, "{found:?}");
        self.create(&person.body()).await
    }

    /// Read, merge, write: what the service gave, with the mapped values laid over it, comes back whole.
    pub async fn push(&self, id: &str, mapped: &Value) -> Answer {
        let mut whole = self.get(id).await.expect(200).body;
        for (name, value) in mapped.as_object().unwrap() {
            whole[name] = value.clone();
        }
        self.put(id, &whole).await
    }

    /// An app of the Integration Wizard sends the whole user.
    pub async fn set_active_by_put(&self, id: &str, active: bool) -> Answer {
        self.push(id, &json!({"active": active})).await
    }

    /// A catalogue app sends an operation without a path.
    pub async fn set_active_by_patch(&self, id: &str, active: bool) -> Answer {
        self.patch(id, json!([{"op": "replace", "value": {"active": active}}])).await
    }

    /// The same request again for as long as it is put off, after exactly the wait that was asked for; how often it was.
    pub async fn send_patiently(&self, method: Method, target: &str, body: Option<&Value>) -> (Answer, usize) {
        for attempt in 0..10 {
            let answer = self.send(method.clone(), target, body).await;
            if answer.status != 429 {
                return (answer, attempt);
            }
            let wait = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        panic!("put off ten times: an admin has to press Retry Selected");
    }

    /// A group by its name, as Okta looks before it pushes one.
    pub async fn find_group(&self, name: &str) -> Answer {
        let quoted = serde_json::to_string(name).unwrap();
        let filter = utf8_percent_encode(&format!("displayName eq {quoted}"), NON_ALPHANUMERIC).to_string();
        self.send(Method::GET, &format!("/Groups?filter={filter}&startIndex=1&count=100"), None).await
    }

    /// Create Group: an app of the Integration Wizard names everybody at once, a catalogue app nobody.
    pub async fn push_group(&self, name: &str, members: &[Value]) -> Answer {
        self.send(Method::POST, "/Groups", Some(&group(name, members))).await
    }

    pub async fn get_group(&self, id: &str) -> Answer {
        self.send(Method::GET, &format!("/Groups/{id}"), None).await
    }

    /// An app of the Integration Wizard reads the group and sends it back whole, with this name and these members.
    pub async fn put_group(&self, id: &str, name: &str, members: &[Value]) -> Answer {
        let mut whole = self.get_group(id).await.expect(200).body;
        for (attribute, value) in group(name, members).as_object().unwrap() {
            whole[attribute] = value.clone();
        }
        self.send(Method::PUT, &format!("/Groups/{id}"), Some(&whole)).await
    }

    pub async fn patch_group(&self, id: &str, operations: Value) -> Answer {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.send(Method::PATCH, &format!("/Groups/{id}"), Some(&body)).await
    }

    /// What a catalogue app sends when a group is renamed, and after every change of its members: no path, and the id.
    pub async fn rename_group(&self, id: &str, name: &str) -> Answer {
        self.patch_group(id, json!([{"op": "replace", "value": {"id": id, "displayName": name}}])).await
    }

    /// A catalogue app tells who left and who joined, reads the group, and sends its name although it did not change.
    pub async fn change_members(&self, id: &str, name: &str, left: &[&str], joined: &[Value]) -> Answer {
        let remove = |id: &&str| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")});
        let mut operations: Vec<Value> = left.iter().map(remove).collect();
        if !joined.is_empty() {
            operations.push(json!({"op": "add", "path": "members", "value": joined}));
        }
        self.patch_group(id, operations.into()).await.expect(200);
        self.get_group(id).await.expect(200);
        self.rename_group(id, name).await
    }

    /// Push now, as a catalogue app sends it.
    pub async fn push_now(&self, id: &str, members: &[Value]) -> Answer {
        self.patch_group(id, json!([{"op": "replace", "path": "members", "value": members}])).await
    }

    /// Unlink, with "Delete the group in the target app". There is no body, and a content type all the same.
    pub async fn delete_group(&self, id: &str) -> Answer {
        let request = self.request(Method::DELETE, &format!("/Groups/{id}"));
        answer(request.header(CONTENT_TYPE, CONTENT)).await.unwrap()
    }
}

fn group(name: &str, members: &[Value]) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": members})
}

/// A member as Okta names one.
pub fn member(id: &str, email: &str) -> Value {
    json!({"value": id, "display": email})
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
    };
    Ok(Answer { status, headers, body })
}
