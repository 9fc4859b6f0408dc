//! Extension schemas that the operator declares in the settings file.
//!
//! What is declared is what the engine runs on, so only what it really does may be declared: uniqueness, attributes that
//! are never shown, and attributes that nobody but the service writes have nothing behind them and are refused.
//!
//! What is taken out of the file again stays stored and is shown to nobody until it is declared anew.

use serde::Deserialize;

use super::{
    Attribute, COMMON_ROOM_URN, ENTERPRISE_USER_URN, GROUP_URN, Kind, Mutability, ROLE_URN, Returned, Schema, USER_URN,
    Uniqueness, find,
};

/// Most extensions, attributes of one, and parts of one attribute.
const MOST: usize = 64;
/// Longest URI, name and description, in bytes.
const LONGEST: (usize, usize, usize) = (255, 64, 1_000);

/// One `[[schema]]` of `scimroom.toml`. The names are those of RFC 7643 7 in snake case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// URI of the extension, such as `urn:example:params:scim:schemas:extension:harbor:2.0:User`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// One sentence for the reader of `/Schemas`.
    #[serde(default)]
    pub description: String,
    /// `User` or `Group`: what the extension extends.
    pub resource_type: Extended,
    /// Its attributes.
    #[serde(rename = "attribute", default)]
    pub attributes: Vec<DeclaredAttribute>,
}

/// What can be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Extended {
    /// Users.
    User,
    /// Groups.
    Group,
}

/// One `[[schema.attribute]]`. What is left out is as RFC 7643 2.2 says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAttribute {
    /// Its name.
    pub name: String,
    /// Its data type; `string` when left out.
    #[serde(rename = "type", default = "string")]
    pub kind: Kind,
    /// Whether it holds a list.
    #[serde(default)]
    pub multi_valued: bool,
    /// One sentence for the reader of `/Schemas`.
    #[serde(default)]
    pub description: String,
    /// Whether values differ by case.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may write it.
    #[serde(default = "read_write")]
    pub mutability: Mutability,
    /// When it is shown.
    #[serde(default = "by_default")]
    pub returned: Returned,
    /// Suggested values.
    #[serde(default)]
    pub canonical_values: Vec<String>,
    /// What a reference may point to; `external` when left out.
    #[serde(default)]
    pub reference_types: Vec<String>,
    /// Whether a resource must have it: no, since Okta can provision nobody who lacks it.
    #[serde(default)]
    pub required: bool,
    /// Whether values are unique: `none`.
    #[serde(default = "not_unique")]
    pub uniqueness: Uniqueness,
    /// Parts of a complex attribute.
    #[serde(rename = "sub_attribute", default)]
    pub sub_attributes: Vec<DeclaredAttribute>,
}

const fn string() -> Kind {
    Kind::String
}

const fn read_write() -> Mutability {
    Mutability::ReadWrite
}

const fn by_default() -> Returned {
    Returned::Default
}

const fn not_unique() -> Uniqueness {
    Uniqueness::None
}

/// Why an extension cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the extension schema {id:?} in the settings file {why}")]
pub struct DeclarationError {
    /// Its URI as written.
    pub id: String,
    /// What is wrong and what to do, to finish the sentence.
    pub why: String,
}

/// The extensions of users and those of groups.
pub(super) fn schemas(declarations: &[Declaration]) -> Result<(Vec<Schema>, Vec<Schema>), DeclarationError> {
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for (index, declaration) in declarations.iter().enumerate() {
        let wrong = |why: String| DeclarationError { id: declaration.id.clone(), why };
        let earlier = declarations.get(..index).unwrap_or_default();
        if earlier.iter().any(|other| other.id.eq_ignore_ascii_case(&declaration.id)) {
            return Err(wrong("is declared twice: give each extension a URI of its own".to_owned()));
        }
        if index >= MOST {
            return Err(wrong(format!("is one too many: at most {MOST} extensions are taken")));
        }
        let schema = schema(declaration).map_err(wrong)?;
        match declaration.resource_type {
            Extended::User => users.push(schema),
            Extended::Group => groups.push(schema),
        }
    }
    Ok((users, groups))
}

fn schema(declaration: &Declaration) -> Result<Schema, String> {
    let id = declaration.id.as_str();
    if !is_urn(id) {
        return Err("has no usable URI: write it like urn:example:params:scim:schemas:extension:harbor:2.0:User".into());
    }
    let builtin = [USER_URN, ENTERPRISE_USER_URN, COMMON_ROOM_URN, GROUP_URN, ROLE_URN];
    if builtin.iter().any(|urn| urn.eq_ignore_ascii_case(id)) || is_below(id, "urn:ietf:params:scim:api") {
        return Err("takes a URI that this service uses itself: choose another".into());
    }
    if declaration.name.trim().is_empty() || declaration.name.len() > LONGEST.1 {
        return Err(format!("needs a name of at most {} bytes", LONGEST.1));
    }
    if declaration.attributes.is_empty() {
        return Err("has no attributes: add a [[schema.attribute]]".into());
    }
    Ok(Schema {
        id: id.to_owned(),
        name: declaration.name.clone(),
        description: described(&declaration.description, &declaration.name)?,
        attributes: attributes(&declaration.attributes, false)?,
    })
}

/// `urn:`, and characters that need no escape in a URL or a path; the part behind the last colon is no attribute's name
/// to anybody who reads paths, so it may be anything.
fn is_urn(id: &str) -> bool {
    let fits = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'-' | b'_'));
    let parts: Vec<&str> = id.split(':').collect();
    fits && id.len() <= LONGEST.0
        && is_below(id, "urn")
        && parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty())
}

fn is_below(id: &str, prefix: &str) -> bool {
    let small = id.to_ascii_lowercase();
    small.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(':'))
}

fn described(description: &str, name: &str) -> Result<String, String> {
    if description.len() > LONGEST.2 {
        return Err(format!("describes {name} in more than {} bytes: shorten it", LONGEST.2));
    }
    Ok(if description.trim().is_empty() { name.to_owned() } else { description.to_owned() })
}

fn attributes(declared: &[DeclaredAttribute], parts: bool) -> Result<Vec<Attribute>, String> {
    if declared.len() > MOST {
        return Err(format!("has more than {MOST} attributes in one place"));
    }
    let mut table: Vec<Attribute> = Vec::with_capacity(declared.len());
    for one in declared {
        if find(&table, &one.name).is_some() {
            return Err(format!("declares {} twice (names compare without case)", one.name));
        }
        table.push(attribute(one, parts)?);
    }
    Ok(table)
}

fn attribute(declared: &DeclaredAttribute, is_part: bool) -> Result<Attribute, String> {
    let name = declared.name.as_str();
    if !is_name(name) {
        return Err(format!(
            "has an attribute called {name:?}: a name is a letter, then letters, digits, - and _, at most {} of them",
            LONGEST.1
        ));
    }
    let cannot =
        |what: &str, instead: &str| Err(format!("says of {name} that {what}, which this service cannot do: {instead}"));
    if declared.uniqueness != Uniqueness::None {
        return cannot("its values are unique", "leave uniqueness out");
    }
    if declared.required {
        return cannot("it is required", "leave required out");
    }
    if declared.mutability == Mutability::ReadOnly {
        return cannot("only the service writes it", "use readWrite or immutable");
    }
    if declared.mutability == Mutability::WriteOnly || declared.returned == Returned::Never {
        return cannot("it is never shown", "what is kept here is shown; use returned = \"request\" at most");
    }
    if is_part && declared.returned == Returned::Request {
        return cannot("it is shown on request", "parts are shown with their attribute; say it of that");
    }
    let complex = declared.kind == Kind::Complex;
    if let (true, Some(part)) =
        (declared.multi_valued, declared.sub_attributes.iter().find(|part| part.mutability == Mutability::Immutable))
    {
        return Err(format!(
            "says of {}, a part of the values of {name}, that it is written once, which this service cannot do: use \
             readWrite, or immutable for {name} as a whole",
            part.name
        ));
    }
    if complex && is_part {
        return Err(format!("nests {name}: parts of an attribute have no parts of their own (RFC 7643 2.3.8)"));
    }
    if complex == declared.sub_attributes.is_empty() {
        return Err(if complex {
            format!("has no [[schema.attribute.sub_attribute]] for the complex {name}")
        } else {
            format!("gives parts to {name}, whose type is not complex")
        });
    }
    if declared.kind != Kind::Reference && !declared.reference_types.is_empty() {
        return Err(format!("gives reference_types to {name}, whose type is not reference"));
    }
    let external = || vec!["external".to_owned()];
    let attribute = Attribute::new(name, declared.kind, &described(&declared.description, name)?);
    Ok(Attribute {
        multi_valued: declared.multi_valued,
        canonical_values: declared.canonical_values.clone(),
        case_exact: attribute.case_exact || declared.case_exact,
        mutability: declared.mutability,
        returned: declared.returned,
        reference_types: match declared.kind {
            Kind::Reference if declared.reference_types.is_empty() => external(),
            _ => declared.reference_types.clone(),
        },
        sub_attributes: attributes(&declared.sub_attributes, true)?,
        ..attribute
    })
}

/// RFC 7643 2.1.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST.1
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::super::{Place, ResourceTypes};
    use super::*;

    const URN: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:User";

    fn declaration(attributes: &str) -> Declaration {
        let text = format!("id = {URN:?}\nname = \"HarborUser\"\nresource_type = \"User\"\n{attributes}");
        toml::from_str(&text).unwrap()
    }

    fn refused(attributes: &str) -> String {
        ResourceTypes::with(&[declaration(attributes)]).unwrap_err().to_string()
    }

    #[test]
    fn what_is_declared_is_in_the_table_of_its_type_alone() {
        let declared = declaration(
            "[[attribute]]\nname = \"badge\"\ncase_exact = true\n[[attribute]]\nname = \"desk\"\ntype = \"complex\"\n\
             [[attribute.sub_attribute]]\nname = \"floor\"\ntype = \"integer\"\n",
        );
        let types = ResourceTypes::with(&[declared]).unwrap();
        let (place, badge) = types.user.locate(Some(&URN.to_uppercase()), "BADGE").unwrap();
        assert_eq!(place, Place::Extension(URN));
        assert!(badge.case_exact && badge.kind == Kind::String && badge.returned == Returned::Default);
        let (_, desk) = types.user.locate(Some(URN), "desk").unwrap();
        assert_eq!(desk.sub_attribute("floor").unwrap().kind, Kind::Integer);
        assert!(types.group.extension(URN).is_none());
        assert!(ResourceTypes::standard().user.extension(URN).is_none());
    }

    #[test]
    fn what_the_engine_does_not_do_cannot_be_declared() {
        let with = |line: &str| refused(&format!("[[attribute]]\nname = \"badge\"\n{line}\n"));
        for (line, part) in [
            ("uniqueness = \"server\"", "unique"),
            ("required = true", "required"),
            ("mutability = \"readOnly\"", "only the service writes it"),
            ("mutability = \"writeOnly\"", "never shown"),
            ("returned = \"never\"", "never shown"),
            ("type = \"complex\"", "sub_attribute"),
            ("reference_types = [\"User\"]", "not reference"),
            ("[[attribute.sub_attribute]]\nname = \"x\"", "not complex"),
            (
                "type = \"complex\"\n[[attribute.sub_attribute]]\nname = \"x\"\nreturned = \"request\"",
                "parts are shown with their attribute",
            ),
            (
                "type = \"complex\"\nmulti_valued = true\n[[attribute.sub_attribute]]\nname = \"x\"\n\
                 mutability = \"immutable\"",
                "written once",
            ),
            ("[[attribute]]\nname = \"Badge\"", "twice"),
            ("[[attribute]]\nname = \"1st\"", "1st"),
        ] {
            let error = with(line);
            assert!(error.contains(part) && error.contains(URN), "{line}: {error}");
        }
        assert!(refused("").contains("no attributes"));
    }

    #[test]
    fn a_uri_is_one_and_free() {
        let with = |id: &str| {
            let mut declared = declaration("[[attribute]]\nname = \"badge\"\n");
            declared.id = id.to_owned();
            ResourceTypes::with(&[declared])
        };
        for id in
            ["", "harbor", "urn:x", "urn::x:y", "urn:example:a b", USER_URN, "URN:IETF:params:scim:api:messages:2.0:X"]
        {
            assert!(with(id).is_err(), "{id}");
        }
        let same = declaration("[[attribute]]\nname = \"badge\"\n");
        assert!(ResourceTypes::with(&[same.clone(), same]).unwrap_err().to_string().contains("twice"));
    }
}
