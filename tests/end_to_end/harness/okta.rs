//! Okta's provisioning client, written down a second time and apart from the simulator: exact headers, bodies and
//! order of requests, and nothing judged.

use reqwest::{
    Method,
    header::{ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT},
};
use serde_json::{Map, Value, json};

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

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
}

impl Okta {
    pub fn new(base: &str, token: &str) -> Self {
        Self { http: reqwest::Client::new(), base: base.to_owned(), authorization: Some(format!("Bearer {token}")) }
    }

    /// The same, with this in the `Authorization` header; none leaves it out.
    pub fn with_authorization(&self, authorization: Option<&str>) -> Self {
        Self { authorization: authorization.map(str::to_owned), ..self.clone() }
    }

    /// One request below the base URL. A crash of the service is the caller's to expect.
    pub async fn try_send(&self, method: Method, target: &str, body: Option<&Value>) -> reqwest::Result<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{target}", self.base))
            .header(USER_AGENT, "Okta SCIM Client 1.0.0")
            .header(ACCEPT, "application/scim+json")
            .header(ACCEPT_CHARSET, "utf-8")
            .header(ACCEPT_ENCODING, "gzip,deflate")
            .header("Connection", "Keep-Alive");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/scim+json; charset=utf-8").body(body.to_string());
        }
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
}
