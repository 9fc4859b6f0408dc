//! What the Groups section asks of the service, and what it hears.

use crate::{
    client::{Client, ClientError},
    dashboard::message::Failure,
    model::{
        event::{Event, EventQuery},
        group::{GroupDetail, GroupPage, GroupQuery, MappedGroup, MappingPreview, MemberPage, MemberQuery},
        id::GroupId,
        role::Role,
    },
};

/// How many events of a group are read: the last ones, over its members; the log has them all.
const GROUP_EVENTS: u32 = 5;

/// A group on its way from one role to another, by id, with its name for sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Which group.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// The role it is mapped to.
    pub from: Option<Role>,
    /// The role it is to be mapped to.
    pub to: Option<Role>,
}

/// A call; each has its [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A window of the groups.
    Page {
        /// The number of the question; answers to older ones are dropped.
        generation: u64,
        /// The question.
        query: GroupQuery,
    },
    /// One group with its newest events.
    Detail(GroupId),
    /// A window of a group's members.
    Members(GroupId, MemberQuery),
    /// What mapping a group would do.
    Preview(GroupId, Option<Role>),
    /// Map a group.
    Map(Mapping),
}

/// What the service said to a [`Call`].
#[derive(Debug)]
pub enum Answer {
    /// To [`Call::Page`], with the question's number.
    Page(u64, Result<GroupPage, Failure>),
    /// To [`Call::Detail`].
    Detail(GroupId, Result<Box<(GroupDetail, Vec<Event>)>, Failure>),
    /// To [`Call::Members`].
    Members(GroupId, MemberQuery, Result<MemberPage, Failure>),
    /// To [`Call::Preview`].
    Preview(GroupId, Option<Role>, Result<Box<MappingPreview>, Failure>),
    /// To [`Call::Map`].
    Mapped(Mapping, Result<Box<MappedGroup>, Failure>),
}

impl Call {
    /// Asks the service.
    pub async fn ask(self, client: &Client) -> Answer {
        match self {
            Self::Page { generation, query } => {
                Answer::Page(generation, client.groups(&query).await.map_err(Failure::from))
            }
            Self::Detail(id) => {
                let query = EventQuery { group: Some(id), limit: GROUP_EVENTS, ..EventQuery::default() };
                let both = async { Ok(Box::new((client.group(id).await?, client.events(&query).await?))) };
                Answer::Detail(id, both.await.map_err(|error: ClientError| error.into()))
            }
            Self::Members(id, query) => {
                Answer::Members(id, query, client.members(id, &query).await.map_err(Failure::from))
            }
            Self::Preview(id, role) => {
                let preview = client.preview_mapping(id, role).await;
                Answer::Preview(id, role, preview.map(Box::new).map_err(Failure::from))
            }
            Self::Map(mapping) => {
                let mapped = client.map_group(mapping.group, mapping.to).await;
                Answer::Mapped(mapping, mapped.map(Box::new).map_err(Failure::from))
            }
        }
    }
}
