//! Where the rows of each resource type come from, and what has to be read besides to judge or to show one.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    directory::{
        groups::{self, Member, read::shown_members},
        listing::Lister,
        request::{Notes, Request},
        users,
    },
    model::id::{GroupId, ResourceId},
    scim::{
        discovery,
        document::{GroupDocument, UserDocument},
        error::ScimError,
        filter::{Narrowing, Subject, Wanted},
        list::ListQuery,
        projection::{Projection, Written},
        represent::ResourceView,
        schema::{Place, ResourceType, TypeName},
    },
    store::{GroupLookup, GroupRow, Lookup, Position, Shown, Store, StoreError, UserRow},
};

use super::Halt;

/// How many rows are read at a time where each has to be looked at.
pub(super) const CHUNK: u32 = 500;
/// How many candidates an indexed key may give; more than one only for what several resources have in common.
const MOST_CANDIDATES: u32 = 1_000;

/// One resource as it is kept.
#[derive(Debug)]
pub(super) enum Row {
    User(Box<UserRow>),
    Group(Box<GroupRow>),
    /// A role, and its place among them.
    Role(Value, Position),
}

impl Row {
    pub(super) fn position(&self) -> Position {
        match self {
            Self::User(row) => row.position,
            Self::Group(row) => row.position,
            Self::Role(_, position) => *position,
        }
    }

    /// Whether test traffic made it.
    fn is_test(&self) -> bool {
        match self {
            Self::User(row) => row.user.test,
            Self::Group(row) => row.group.test,
            Self::Role(..) => false,
        }
    }
}

/// What test traffic made is seen by test traffic alone: it is nobody whom Okta should import or link.
fn shown(lister: &Lister<'_>) -> Shown {
    if lister.request.test { Shown::Everything } else { Shown::WithoutTests }
}

fn of_users(rows: Vec<UserRow>) -> Vec<Row> {
    rows.into_iter().map(|row| Row::User(Box::new(row))).collect()
}

fn of_groups(rows: Vec<GroupRow>) -> Vec<Row> {
    rows.into_iter().map(|row| Row::Group(Box::new(row))).collect()
}

fn roles(request: &Request) -> Vec<Row> {
    let all = discovery::roles(&request.base_url);
    all.into_iter().zip(1..).map(|(role, place)| Row::Role(role, Position(place))).collect()
}

/// How many there are of a type.
pub(super) async fn count(lister: &Lister<'_>, kind: &'static ResourceType) -> Result<u64, StoreError> {
    let store = lister.store;
    let without =
        |all: u64, tests: u64| if shown(lister) == Shown::Everything { all } else { all.saturating_sub(tests) };
    match kind.name {
        TypeName::User => store.counts().await.map(|counts| without(counts.total, counts.test)),
        TypeName::Group => Ok(without(store.group_count().await?, store.test_group_count().await?)),
        TypeName::Role => Ok(crate::model::role::Role::ALL.len() as u64),
    }
}

/// A page in order of creation.
pub(super) async fn page(
    lister: &Lister<'_>,
    kind: &'static ResourceType,
    offset: u64,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    Ok(match kind.name {
        TypeName::User => of_users(lister.store.page(offset, limit, shown(lister)).await?),
        TypeName::Group => of_groups(lister.store.page_groups(offset, limit, shown(lister)).await?),
        TypeName::Role => {
            let skip = usize::try_from(offset).unwrap_or(usize::MAX);
            roles(lister.request).into_iter().skip(skip).take(limit as usize).collect()
        }
    })
}

/// What comes after a place in order of creation.
pub(super) async fn scan(
    lister: &Lister<'_>,
    kind: &'static ResourceType,
    after: Option<Position>,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    Ok(match kind.name {
        TypeName::User => of_users(lister.store.scan(after, limit, shown(lister)).await?),
        TypeName::Group => of_groups(lister.store.scan_groups(after, limit, shown(lister)).await?),
        TypeName::Role => {
            let later = |row: &Row| after.is_none_or(|after| row.position() > after);
            roles(lister.request).into_iter().filter(later).take(limit as usize).collect()
        }
    })
}

/// Who may match a filter.
pub(super) enum Candidates {
    These(Vec<Row>),
    Everybody,
}

/// The rows under the one key that every match must have, where there is an index of it.
pub(super) async fn candidates(
    lister: &Lister<'_>,
    kind: &'static ResourceType,
    narrowing: Option<Narrowing>,
) -> Result<Candidates, StoreError> {
    let nobody = || Ok(Candidates::These(Vec::new()));
    let found = match (kind.name, narrowing) {
        (_, Some(Narrowing::Nobody)) => return nobody(),
        (_, None) | (TypeName::Role, _) => return Ok(Candidates::Everybody),
        (TypeName::User, Some(narrowing)) => {
            let lookup = match narrowing {
                Narrowing::Id(id) => id.parse().ok().map(Lookup::Id),
                Narrowing::Group(id) => id.parse().ok().map(Lookup::Group),
                Narrowing::UserName(folded) => Some(Lookup::UserName(folded)),
                Narrowing::ExternalId(id) => Some(Lookup::ExternalId(id)),
                Narrowing::Email(folded) => Some(Lookup::Email(folded)),
                _ => return Ok(Candidates::Everybody),
            };
            // An id that cannot be one of ours names nobody.
            let Some(lookup) = lookup else { return nobody() };
            of_users(lister.store.lookup(&lookup, MOST_CANDIDATES).await?)
        }
        (TypeName::Group, Some(narrowing)) => {
            let lookup = match narrowing {
                Narrowing::Id(id) => id.parse().ok().map(GroupLookup::Id),
                Narrowing::Member(id) => id.parse().ok().map(GroupLookup::Member),
                Narrowing::DisplayName(folded) => Some(GroupLookup::Name(folded)),
                Narrowing::ExternalId(id) => Some(GroupLookup::ExternalId(id)),
                _ => return Ok(Candidates::Everybody),
            };
            let Some(lookup) = lookup else { return nobody() };
            of_groups(lister.store.lookup_groups(&lookup, MOST_CANDIDATES).await?)
        }
    };
    // There may be more of them: an address that a whole company shares.
    if found.len() == MOST_CANDIDATES as usize {
        return Ok(Candidates::Everybody);
    }
    let everything = shown(lister) == Shown::Everything;
    Ok(Candidates::These(found.into_iter().filter(|row| everything || !row.is_test()).collect()))
}

/// As many of a group's members as decide over it: those that the filter names, and before them the first of all where
/// that gives the group its place.
async fn members_to_judge(
    store: &dyn Store,
    group: GroupId,
    query: &ListQuery,
) -> Result<Option<Vec<Member>>, StoreError> {
    let mut members = Vec::new();
    let wanted = query.filter.as_ref().map_or(Wanted::Nothing, |filter| filter.ids_of("members"));
    let placed = query.sort.as_ref().is_some_and(|sort| sort.is_by("members"));
    if placed && wanted != Wanted::All {
        members = store.members(group, None, 1).await?;
    }
    match wanted {
        Wanted::Nothing if !placed => return Ok(None),
        Wanted::Nothing => {}
        Wanted::These(ids) => {
            let ids: Vec<ResourceId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            members.extend(store.members(group, Some(&ids), u32::MAX).await?);
        }
        Wanted::All => members = store.members(group, None, u32::MAX).await?,
    }
    Ok(Some(members.into_iter().map(|member| (member.id, member.kind)).collect()))
}

/// A row with what was read of it.
pub(super) enum Seen {
    User(Box<UserRow>, UserDocument),
    Group(Box<GroupRow>, GroupDocument, Option<Vec<Member>>),
    Role(Value),
}

/// How a resource looks.
pub(super) enum View<'v> {
    Resource(ResourceView<'v>),
    Plain(&'v Value),
}

impl Subject for View<'_> {
    fn attribute(&self, place: Place, name: &str) -> Option<Cow<'_, Value>> {
        match self {
            Self::Resource(view) => view.attribute(place, name),
            Self::Plain(value) => value.attribute(place, name),
        }
    }
}

impl Seen {
    /// With what a filter and an order have to see of it.
    pub(super) async fn to_judge(lister: &Lister<'_>, row: Row, query: &ListQuery) -> Result<Self, Halt> {
        let members = match &row {
            Row::Group(row) => members_to_judge(lister.store, row.group.id, query).await?,
            _ => None,
        };
        Self::read(lister.request, row, members).map_err(Halt::from)
    }

    /// With what the client wants to see of it.
    pub(super) async fn to_show(lister: &Lister<'_>, row: Row, projection: &Projection) -> Result<Self, Halt> {
        let members = match &row {
            Row::Group(row) => shown_members(lister.store, lister.request, projection, row).await?,
            _ => None,
        };
        Self::read(lister.request, row, members).map_err(Halt::from)
    }

    fn read(request: &Request, row: Row, members: Option<Vec<Member>>) -> Result<Self, ScimError> {
        Ok(match row {
            Row::User(row) => {
                let document = users::document_of(&row, request)?;
                Self::User(row, document)
            }
            Row::Group(row) => {
                let document = groups::document_of(&row, request)?;
                Self::Group(row, document, members)
            }
            Row::Role(value, _) => Self::Role(value),
        })
    }

    /// How many members of it are known.
    pub(super) fn members(&self) -> u64 {
        match self {
            Self::Group(_, _, Some(members)) => members.len() as u64,
            _ => 0,
        }
    }

    /// With the members that the client wants to see, where only some were looked at before.
    pub(super) async fn with_members(self, lister: &Lister<'_>, projection: &Projection) -> Result<Self, StoreError> {
        Ok(match self {
            Self::Group(row, document, _) => {
                let members = shown_members(lister.store, lister.request, projection, &row).await?;
                Self::Group(row, document, members)
            }
            other => other,
        })
    }

    /// Notes whom or what a request concerns.
    pub(super) fn note(&self, notes: &mut Notes) {
        match self {
            Self::User(row, _) => users::note_user(notes, row),
            Self::Group(row, ..) => groups::note_group(notes, row),
            Self::Role(..) => {}
        }
    }

    pub(super) fn view<'v>(&'v self, request: &'v Request) -> View<'v> {
        match self {
            Self::User(row, document) => View::Resource(users::view(request.types, row, document, &request.base_url)),
            Self::Group(row, document, members) => {
                View::Resource(groups::view(request.types, row, document, members.as_deref(), &request.base_url))
            }
            Self::Role(value) => View::Plain(value),
        }
    }

    pub(super) fn text(&self, request: &Request, projection: &Projection) -> String {
        match self.view(request) {
            View::Resource(view) => view.to_text(projection, &Written::Nothing),
            View::Plain(value) => projection.apply(value.clone(), &request.types.role, &Written::Nothing).to_string(),
        }
    }
}
