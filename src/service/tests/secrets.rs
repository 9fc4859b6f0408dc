//! Planted secrets: sent in every shape, found nowhere.

use super::*;

const PASSWORD: &str = "hunter2-canary";
const SCIM_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

#[tokio::test]
async fn planted_secrets_are_found_nowhere() {
    let room = Room::start().await;
    let users = "/scim/v2/Users";
    let id = room.create("ada@harbor.example", "viewer").await;
    let path = format!("{users}/{id}");
    let other = room.operator.create_token(&new_token("other", TokenScope::Write)).await.unwrap().token;
    let code = room.operator.sign_in_code(id.parse().unwrap()).await.unwrap().code;
    let session = Client::new(room.service.url(), None).unwrap().sign_in(code.clone()).await.unwrap().session;

    for (n, mut body) in [
        json!({"password": PASSWORD}),
        json!({"PassWord": PASSWORD}),
        json!({"password": [PASSWORD]}),
        json!({"password": {"value": PASSWORD}}),
        json!({ SCIM_USER: {"password": PASSWORD} }),
        json!({ format!("{SCIM_USER}:password"): PASSWORD }),
        json!({"newPassword": PASSWORD, "passwordHash": PASSWORD}),
        json!({"emails": [{"value": "a@harbor.example", "password": PASSWORD}]}),
    ]
    .into_iter()
    .enumerate()
    {
        body["schemas"] = json!([SCIM_USER]);
        body["userName"] = format!("person{n}@harbor.example").into();
        room.okta(Method::POST, users).json(&body).send().await.unwrap();
        room.okta(Method::PUT, &path).json(&body).send().await.unwrap();
    }
    for operation in [
        json!({"op": "replace", "path": "password", "value": PASSWORD}),
        json!({"op": "add", "value": {"password": PASSWORD}}),
        json!({"op": "replace", "path": format!("{SCIM_USER}:password"), "value": PASSWORD}),
        json!({"op": "replace", "path": ["password"], "value": PASSWORD}),
        json!({"op": "remove", "path": format!("password[value eq \"{PASSWORD}\"]")}),
        json!({"op": "replace", "path": format!("emails[password eq \"{PASSWORD}\"].value"), "value": "x"}),
    ] {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]});
        room.okta(Method::PATCH, &path).json(&body).send().await.unwrap();
    }
    let broken = format!("{{\"password\": \"{PASSWORD}\"");
    let wide: Vec<u8> = broken.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [broken.into_bytes(), wide, format!("password={PASSWORD}").into_bytes()] {
        room.okta(Method::POST, users).body(body).send().await.unwrap();
    }
    for url in [
        format!("{users}?filter=password%20eq%20%22{PASSWORD}%22"),
        format!("{users}?filter=p%61ssword+sw+%22{PASSWORD}%22"),
        format!("{users}?password={PASSWORD}"),
        format!("{users}/password%3D{PASSWORD}"),
    ] {
        room.okta(Method::GET, &url).send().await.unwrap();
    }

    for secret in [other.expose(), session.expose()] {
        for url in [
            format!("{users}/{secret}"),
            format!("{users}/{}", secret.replacen('_', "%5F", 1)),
            format!("/scim/v2/{secret}"),
            format!("/{secret}/Users"),
            format!("{users}?access_token={secret}"),
            format!("{users}?filter=userName%20eq%20%22{secret}%22"),
            format!("{users}?filter={secret}%20eq%201"),
        ] {
            room.okta(Method::GET, &url).send().await.unwrap();
        }
        for header in ["User-Agent", "Accept", "If-None-Match", "X-Forwarded-For"] {
            room.okta(Method::GET, &path).header(header, secret).send().await.unwrap();
        }
        room.okta(secret.parse().unwrap(), users).send().await.unwrap();
        room.okta(Method::POST, users).header("Content-Type", secret).body("{}").send().await.unwrap();
        let refused = json!({"schemas": [secret], "userName": secret, "externalId": secret, "roles": [secret]});
        room.okta(Method::POST, users).json(&refused).send().await.unwrap();
        for header in [secret.to_owned(), format!("Bearer \"{secret}\""), format!("Bearer Bearer {secret}")] {
            room.request(Method::GET, users).header("Authorization", header).send().await.unwrap();
        }
    }
    room.operator.sign_in(code.clone()).await.unwrap_err();

    let mut seen = Vec::new();
    for event in room.operator.events(&EventQuery { limit: 1_000, ..EventQuery::default() }).await.unwrap() {
        seen.extend(serde_json::to_vec(&room.operator.event(event.id).await.unwrap()).unwrap());
    }
    seen.extend(serde_json::to_vec(&room.operator.findings().await.unwrap()).unwrap());
    seen.extend(serde_json::to_vec(&room.operator.tokens().await.unwrap()).unwrap());
    let database = DataDir::new(room.dir.path()).database();
    for file in [database.clone(), database.with_extension("db-wal")] {
        seen.extend(std::fs::read(file).unwrap());
    }
    let random = |secret: &Secret| secret.expose().rsplit('_').next().unwrap().to_owned();
    for secret in [PASSWORD.to_owned(), random(&room.token), random(&other), random(&session), code.expose().to_owned()]
    {
        let wide: Vec<u8> = secret.bytes().flat_map(|byte| [byte, 0]).collect();
        for needle in [secret.as_bytes(), &wide] {
            let at = seen.windows(needle.len()).position(|window| window == needle);
            let around = at.map(|at| String::from_utf8_lossy(&seen[at.saturating_sub(300)..at + needle.len()]));
            assert_eq!(around, None, "a secret was kept");
        }
    }
}
