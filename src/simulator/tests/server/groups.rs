//! The groups of the faithful server: what Okta's two kinds of app send under Push Groups, and nothing else.

use super::*;

fn at(inner: &Inner, id: &str) -> Option<usize> {
    inner.groups.iter().position(|group| group["id"] == id)
}

pub async fn list(State(server): State<Server>, Query(query): Query<HashMap<String, String>>) -> Response {
    let inner = server.lock();
    let name = query.get("filter").map(|filter| {
        serde_json::from_str::<String>(filter.strip_prefix("displayName eq ").unwrap()).unwrap().to_lowercase()
    });
    let of_name = |group: &&Map<String, Value>| {
        name.as_ref().is_none_or(|name| group["displayName"].as_str().unwrap().to_lowercase() == *name)
    };
    let found: Vec<_> = inner.groups.iter().filter(of_name).collect();
    let [start, count] = ["startIndex", "count"].map(|name| query[name].parse::<usize>().unwrap());
    let page: Vec<_> = found.iter().skip(start - 1).take(count).collect();
    answer(
        200,
        &json!({"schemas": [body::LIST_RESPONSE], "totalResults": found.len(), "startIndex": start,
            "itemsPerPage": page.len(), "Resources": page}),
    )
}

pub async fn create(State(server): State<Server>, body: Bytes) -> Response {
    let mut inner = server.lock();
    let mut group: Map<String, Value> = serde_json::from_slice(&body).unwrap();
    if inner.groups.iter().any(|held| held["displayName"] == group["displayName"]) {
        return error(409, "the name is taken");
    }
    inner.made += 1;
    group.insert("id".into(), json!(format!("group {}", inner.made)));
    inner.groups.push(group.clone());
    answer(201, &Value::Object(group))
}

pub async fn read(State(server): State<Server>, Path(id): Path<String>) -> Response {
    let inner = server.lock();
    let Some(at) = at(&inner, &id) else { return error(404, "no such group") };
    answer(200, &Value::Object(inner.groups[at].clone()))
}

pub async fn put(State(server): State<Server>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut inner = server.lock();
    let Some(at) = at(&inner, &id) else { return error(404, "no such group") };
    inner.groups[at] = serde_json::from_slice(&body).unwrap();
    answer(200, &Value::Object(inner.groups[at].clone()))
}

pub async fn patch(State(server): State<Server>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut inner = server.lock();
    let Some(at) = at(&inner, &id) else { return error(404, "no such group") };
    let patch: Value = serde_json::from_slice(&body).unwrap();
    for operation in patch["Operations"].as_array().unwrap() {
        let group = &mut inner.groups[at];
        match (operation["op"].as_str().unwrap(), operation.get("path").and_then(Value::as_str)) {
            ("replace", None) => {
                assert_eq!(operation["value"]["id"], id);
                group["displayName"] = operation["value"]["displayName"].clone();
            }
            ("replace", Some("members")) => group["members"] = operation["value"].clone(),
            ("add", Some("members")) => {
                let joined = operation["value"].as_array().unwrap().clone();
                group["members"].as_array_mut().unwrap().extend(joined);
            }
            ("remove", Some(path)) => {
                let id = path.strip_prefix("members[value eq ").and_then(|path| path.strip_suffix(']')).unwrap();
                let id: Value = serde_json::from_str(id).unwrap();
                group["members"].as_array_mut().unwrap().retain(|member| member["value"] != id);
            }
            _ => panic!("a PATCH Okta does not send: {patch}"),
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Of a user or a group: no two have the same id.
pub async fn delete(State(server): State<Server>, Path(id): Path<String>) -> Response {
    let mut inner = server.lock();
    let before = inner.users.len() + inner.groups.len();
    inner.users.retain(|user| user["id"] != id);
    inner.groups.retain(|group| group["id"] != id);
    if inner.users.len() + inner.groups.len() == before {
        return error(404, "nobody has this id");
    }
    StatusCode::NO_CONTENT.into_response()
}
