//! What the service says about itself (RFC 7644 4): configuration, schemas and resource types, made from the table that
//! the service runs on.

use serde_json::{Map, Value, json};

use super::bulk::MAX_OPERATIONS;
use super::cursor::CURSOR_TIMEOUT;
use super::list::{DEFAULT_COUNT, MAX_RESULTS, list_response};
use super::schema::{
    RESOURCE_TYPE_URN, ROLE_URN, ResourceType, ResourceTypes, SCHEMA_URN, SERVICE_PROVIDER_CONFIG_URN, Schema,
};
use crate::model::role::Role;

/// The most that a request body may take, in bytes.
pub const MAX_PAYLOAD: usize = 1024 * 1024;

/// `/ServiceProviderConfig` (RFC 7643 5). `base_url` is the URL of `/scim/v2`, without a slash at its end.
pub fn service_provider_config(base_url: &str) -> Value {
    json!({
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_PAYLOAD },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        // RFC 9865 4.
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_COUNT,
            "maxPageSize": MAX_RESULTS,
            "cursorTimeout": CURSOR_TIMEOUT
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "Send an API token of this workspace as Authorization: Bearer <token>.",
            "specUri": "https://www.rfc-editor.org/info/rfc6750",
            "primary": true
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base_url}/ServiceProviderConfig")
        }
    })
}

/// `/Schemas`: every schema of every resource type, as a ListResponse.
pub fn schemas(types: &'static ResourceTypes, base_url: &str) -> Value {
    whole_list(every_schema(types).map(|schema| schema_resource(schema, base_url)).collect())
}

/// `/Schemas/{urn}`; nothing when there is no such schema. URIs compare without case.
pub fn schema(types: &'static ResourceTypes, urn: &str, base_url: &str) -> Option<Value> {
    let found = every_schema(types).find(|schema| schema.id.eq_ignore_ascii_case(urn));
    found.map(|schema| schema_resource(schema, base_url))
}

/// `/ResourceTypes`, as a ListResponse.
pub fn resource_types(types: &'static ResourceTypes, base_url: &str) -> Value {
    whole_list(types.all().map(|kind| resource_type_resource(kind, base_url)).into())
}

/// `/ResourceTypes/{name}`; nothing when there is no such type.
pub fn resource_type(types: &'static ResourceTypes, name: &str, base_url: &str) -> Option<Value> {
    types.all().into_iter().find(|kind| kind.name.as_str() == name).map(|kind| resource_type_resource(kind, base_url))
}

/// The roles of the workspace as resources (okta-traffic 6.3), the one with the most rights first.
pub fn roles(base_url: &str) -> Vec<Value> {
    Role::ALL.map(|role| role_resource(role, base_url)).into()
}

fn role_resource(role: Role, base_url: &str) -> Value {
    let (name, description) = match role {
        Role::Owner => ("Owner", "Does everything, roles, tokens and settings included."),
        Role::Editor => ("Editor", "Reads everything, edits profiles, deactivates and reactivates people."),
        Role::Viewer => ("Viewer", "Reads people, groups and what happened."),
    };
    json!({
        "schemas": [ROLE_URN],
        "id": role.as_str(),
        "displayName": name,
        "description": description,
        "meta": { "resourceType": "Role", "location": format!("{base_url}/Roles/{role}") }
    })
}

fn every_schema(types: &'static ResourceTypes) -> impl Iterator<Item = &'static Schema> {
    types.all().into_iter().flat_map(|kind| std::iter::once(kind.schema).chain(kind.extensions.iter().copied()))
}

fn whole_list(resources: Vec<Value>) -> Value {
    let total = u64::try_from(resources.len()).unwrap_or(u64::MAX);
    list_response(total, 1, resources)
}

fn schema_resource(schema: &Schema, base_url: &str) -> Value {
    let mut resource = Map::new();
    resource.insert("schemas".to_owned(), json!([SCHEMA_URN]));
    resource.insert("id".to_owned(), schema.id.as_str().into());
    resource.insert("name".to_owned(), schema.name.as_str().into());
    resource.insert("description".to_owned(), schema.description.as_str().into());
    resource.insert("attributes".to_owned(), json!(schema.attributes));
    let location = format!("{base_url}/Schemas/{}", schema.id);
    resource.insert("meta".to_owned(), json!({ "resourceType": "Schema", "location": location }));
    Value::Object(resource)
}

fn resource_type_resource(kind: &ResourceType, base_url: &str) -> Value {
    let extensions: Vec<Value> =
        kind.extensions.iter().map(|schema| json!({ "schema": schema.id, "required": false })).collect();
    json!({
        "schemas": [RESOURCE_TYPE_URN],
        "id": kind.name,
        "name": kind.name,
        "endpoint": kind.endpoint,
        "description": kind.description,
        "schema": kind.schema.id,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base_url}/ResourceTypes/{}", kind.name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::schema::{COMMON_ROOM_URN, ENTERPRISE_USER_URN, GROUP_URN, USER_URN};
    use super::*;

    const BASE: &str = "https://harbor.example/scim/v2";

    fn types() -> &'static ResourceTypes {
        ResourceTypes::standard()
    }

    #[test]
    fn the_configuration_has_every_required_part() {
        let config = service_provider_config(BASE);
        for part in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
            assert!(config[part]["supported"].is_boolean(), "{part}");
        }
        assert!(config["bulk"]["maxOperations"].is_u64() && config["bulk"]["maxPayloadSize"].is_u64());
        assert_eq!(config["filter"]["maxResults"], 200);
        for part in ["type", "name", "description"] {
            assert!(config["authenticationSchemes"][0][part].is_string(), "{part}");
        }
        assert_eq!(config["meta"]["location"], "https://harbor.example/scim/v2/ServiceProviderConfig");
    }

    #[test]
    fn every_schema_is_listed_and_found_alone() {
        let list = schemas(types(), BASE);
        assert_eq!(list["totalResults"], 5);
        for (index, urn) in [USER_URN, ENTERPRISE_USER_URN, COMMON_ROOM_URN, GROUP_URN, ROLE_URN].iter().enumerate() {
            assert_eq!(list["Resources"][index]["id"], *urn);
            assert_eq!(schema(types(), &urn.to_uppercase(), BASE).as_ref(), list["Resources"].get(index));
        }
        assert!(schema(types(), "urn:nobody", BASE).is_none());
    }

    #[test]
    fn attributes_are_described_as_the_rfc_wants() {
        let user = schema(types(), USER_URN, BASE).unwrap();
        assert_eq!(
            user["attributes"][0],
            json!({
                "name": "userName", "type": "string", "multiValued": false,
                "description": "Name the person signs in with: an e-mail address, compared without case.",
                "required": true, "caseExact": false, "mutability": "readWrite", "returned": "default",
                "uniqueness": "server"
            })
        );
        let attributes = user["attributes"].as_array().unwrap();
        let roles = attributes.iter().find(|attribute| attribute["name"] == "roles").unwrap();
        assert_eq!(roles["type"], "complex");
        assert!(roles.get("uniqueness").is_none());
        assert_eq!(roles["subAttributes"][0]["canonicalValues"], json!(["owner", "editor", "viewer"]));
    }

    #[test]
    fn every_type_names_schemas_that_exist() {
        let list = resource_types(types(), BASE);
        for (name, endpoint) in [("User", "/Users"), ("Group", "/Groups"), ("Role", "/Roles")] {
            let kind = resource_type(types(), name, BASE).unwrap();
            assert_eq!((&kind["id"], &kind["endpoint"]), (&json!(name), &json!(endpoint)));
            assert!(list["Resources"].as_array().unwrap().contains(&kind));
            assert!(schema(types(), kind["schema"].as_str().unwrap(), BASE).is_some());
            for extension in kind["schemaExtensions"].as_array().unwrap() {
                assert!(schema(types(), extension["schema"].as_str().unwrap(), BASE).is_some());
            }
        }
        assert!(resource_type(types(), "Nobody", BASE).is_none());
    }

    #[test]
    fn every_role_is_a_resource() {
        let all = roles(BASE);
        let ids: Vec<&str> = all.iter().map(|role| role["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["owner", "editor", "viewer"]);
        assert!(all.iter().all(|role| role["schemas"] == json!([ROLE_URN]) && role["displayName"].is_string()));
    }
}
