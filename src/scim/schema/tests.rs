use super::*;

fn everything() -> Vec<&'static Attribute> {
    let mut all: Vec<&Attribute> = Vec::new();
    for schema in [user_schema(), enterprise_user_schema(), common_room_schema()] {
        for attribute in &schema.attributes {
            all.push(attribute);
            all.extend(&attribute.sub_attributes);
        }
    }
    all
}

#[test]
fn names_are_found_in_any_case() {
    let user = user_resource_type();
    assert_eq!(user.attribute("USERNAME").map(|a| a.name.as_str()), Some("userName"));
    assert_eq!(user.attribute("externalid").map(|a| a.name.as_str()), Some("externalId"));
    assert_eq!(user.attribute("commonroomrole").map(|a| a.name.as_str()), Some("commonRoomRole"));
    assert!(user.attribute("email").is_none());
    let department = user.locate(Some(&ENTERPRISE_USER_URN.to_uppercase()), "Department");
    assert_eq!(department.map(|(place, _)| place), Some(Place::Extension(ENTERPRISE_USER_URN)));
    assert_eq!(user.locate(Some(USER_URN), "username").map(|(place, _)| place), Some(Place::Core));
    assert!(user.locate(Some("urn:nobody"), "userName").is_none());
}

#[test]
fn only_complex_attributes_have_parts_and_they_lack_uniqueness() {
    for attribute in everything() {
        assert_eq!(attribute.is_complex(), !attribute.sub_attributes.is_empty(), "{}", attribute.name);
        assert_eq!(attribute.is_complex(), attribute.uniqueness.is_none(), "{}", attribute.name);
        assert_eq!(attribute.kind == Kind::Reference, !attribute.reference_types.is_empty(), "{}", attribute.name);
        assert!(attribute.sub_attributes.iter().all(|part| !part.is_complex()), "{}", attribute.name);
        assert!(!attribute.description.is_empty());
    }
}

#[test]
fn the_errata_are_in_the_table() {
    let user = user_schema();
    let group_ref = user.attribute("groups").and_then(|groups| groups.sub_attribute("$ref")).unwrap();
    assert_eq!(group_ref.reference_types, ["Group"]);
    let manager = enterprise_user_schema().attribute("manager").unwrap();
    assert!(manager.sub_attribute("value").unwrap().case_exact);
    assert_eq!(manager.sub_attribute("displayName").unwrap().mutability, Mutability::ReadOnly);
    assert!(!user.attribute("userName").unwrap().case_exact);
    let password = user.attribute("password").unwrap();
    assert_eq!((password.mutability, password.returned), (Mutability::WriteOnly, Returned::Never));
}
