//! Shorthand in which the tables are written: each call states one way in which an attribute differs from the defaults
//! of RFC 7643 2.2.

use super::{Attribute, Kind, Mutability, Returned, Uniqueness};

impl Attribute {
    /// A single, optional, readable and writable attribute.
    pub(super) fn new(name: &str, kind: Kind, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            multi_valued: false,
            description: description.to_owned(),
            required: false,
            canonical_values: Vec::new(),
            // RFC 7643 2.3.6 and 2.3.7: binary and reference values are case-exact by nature.
            case_exact: matches!(kind, Kind::Binary | Kind::Reference),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: (kind != Kind::Complex).then_some(Uniqueness::None),
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
            plain_texts: false,
            as_rows: false,
            supplied: false,
        }
    }

    pub(super) fn text(name: &str, description: &str) -> Self {
        Self::new(name, Kind::String, description)
    }

    pub(super) fn complex(name: &str, description: &str, parts: Vec<Attribute>) -> Self {
        Self { sub_attributes: parts, ..Self::new(name, Kind::Complex, description) }
    }

    pub(super) fn reference(name: &str, types: &[&str], description: &str) -> Self {
        Self { reference_types: owned(types), ..Self::new(name, Kind::Reference, description) }
    }

    /// The parts that RFC 7643 2.4 gives every multi-valued attribute, around a `value`.
    pub(super) fn list(name: &str, description: &str, value: Attribute, types: &[&str]) -> Self {
        Self::complex(
            name,
            description,
            vec![
                value,
                Self::text("display", "A label for people."),
                Self::text("type", "What the value is for.").suggesting(types),
                Self::new("primary", Kind::Boolean, "Whether this is the preferred value; at most one is."),
            ],
        )
        .many()
    }

    pub(super) fn many(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) fn exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(super) fn folded(self) -> Self {
        Self { case_exact: false, ..self }
    }

    pub(super) fn unique(self) -> Self {
        Self { uniqueness: Some(Uniqueness::Server), ..self }
    }

    pub(super) fn always(self) -> Self {
        Self { returned: Returned::Always, ..self }
    }

    pub(super) fn suggesting(self, values: &[&str]) -> Self {
        Self { canonical_values: owned(values), ..self }
    }

    pub(super) fn taking_plain_texts(self) -> Self {
        Self { plain_texts: true, ..self }
    }

    pub(super) fn supplied(self) -> Self {
        Self { supplied: true, ..self }
    }

    pub(super) fn kept_as_rows(self) -> Self {
        Self { as_rows: true, ..self }
    }

    /// Written once.
    pub(super) fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    /// Written by this service only, with all its parts.
    pub(super) fn read_only(self) -> Self {
        let parts = self.sub_attributes.into_iter().map(Attribute::read_only).collect();
        Self { mutability: Mutability::ReadOnly, sub_attributes: parts, ..self }
    }

    /// Written by clients and never shown.
    pub(super) fn write_only(self) -> Self {
        Self { mutability: Mutability::WriteOnly, returned: Returned::Never, ..self }
    }
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}
