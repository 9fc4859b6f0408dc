//! What the service says about itself (RFC 7644 4): configuration, schemas and resource types, made from the table that
//! the service runs on.

use serde_json::{Map, Value, json};

use super::list::{MAX_RESULTS, list_response};
use super::schema::{
    RESOURCE_TYPE_URN, ResourceType, SCHEMA_URN, SERVICE_PROVIDER_CONFIG_URN, Schema, user_resource_type,
};

/// `/ServiceProviderConfig` (RFC 7643 5). `base_url` is the URL of `/scim/v2`, without a slash at its end.
pub fn service_provider_config(base_url: &str) -> Value {
    json!({
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
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
pub fn schemas(base_url: &str) -> Value {
    whole_list(every_schema().map(|schema| schema_resource(schema, base_url)).collect())
}

/// `/Schemas/{urn}`; nothing when there is no such schema. URIs compare without case.
pub fn schema(urn: &str, base_url: &str) -> Option<Value> {
    every_schema().find(|schema| schema.id.eq_ignore_ascii_case(urn)).map(|schema| schema_resource(schema, base_url))
}

/// `/ResourceTypes`, as a ListResponse.
pub fn resource_types(base_url: &str) -> Value {
    whole_list(every_resource_type().map(|kind| resource_type_resource(kind, base_url)).collect())
}

/// `/ResourceTypes/{name}`; nothing when there is no such type.
pub fn resource_type(name: &str, base_url: &str) -> Option<Value> {
    every_resource_type().find(|kind| kind.name == name).map(|kind| resource_type_resource(kind, base_url))
}

fn every_resource_type() -> impl Iterator<Item = &'static ResourceType> {
    std::iter::once(user_resource_type())
}

fn every_schema() -> impl Iterator<Item = &'static Schema> {
    every_resource_type().flat_map(|kind| std::iter::once(kind.schema).chain(kind.extensions.iter().copied()))
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
    use super::super::schema::{COMMON_ROOM_URN, ENTERPRISE_USER_URN, USER_URN};
    use super::*;

    const BASE: &str = "https://harbor.example/scim/v2";

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
        let list = schemas(BASE);
        assert_eq!(list["totalResults"], 3);
        for (index, urn) in [USER_URN, ENTERPRISE_USER_URN, COMMON_ROOM_URN].iter().enumerate() {
            assert_eq!(list["Resources"][index]["id"], *urn);
            assert_eq!(schema(&urn.to_uppercase(), BASE).as_ref(), list["Resources"].get(index));
        }
        assert!(schema("urn:nobody", BASE).is_none());
    }

    #[test]
    fn attributes_are_described_as_the_rfc_wants() {
        let user = schema(USER_URN, BASE).unwrap();
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
    fn the_user_type_names_schemas_that_exist() {
        let kind = resource_type("User", BASE).unwrap();
        assert_eq!(kind["endpoint"], "/Users");
        assert!(schema(kind["schema"].as_str().unwrap(), BASE).is_some());
        for extension in kind["schemaExtensions"].as_array().unwrap() {
            assert!(schema(extension["schema"].as_str().unwrap(), BASE).is_some());
        }
        assert_eq!(resource_types(BASE)["Resources"], json!([kind]));
        assert!(resource_type("Nobody", BASE).is_none());
    }
}
