//! Group push and import: what Okta sends under Push Groups and for Import Now.

use uuid::Uuid;

use super::{
    App, answer, body,
    call::{Call, Verb},
    exchange::Purpose,
    fault::Fault,
    jobs::{Account, Okta, Resource},
};

/// How many resources a page of an import asks for.
const PAGE: u64 = 100;
/// How many pages of people, and how many of groups, a test imports at most: enough to see how it is done, of a million
/// people too.
const MOST_PAGES: u64 = 5;
/// At most so many people of a run become members of its groups.
pub(super) const MOST_MEMBERS: usize = 200;
/// The group that is pushed and stays, and the name it bears for a moment.
pub(super) const GROUP: &str = "APP-Harbor-Editors";
const RENAMED: &str = "APP-Harbor-Writers";
/// The group that is pushed empty and goes again.
const PASSING: &str = "APP-Harbor-Guests";

/// Somebody in a pushed group: assigned to the app, and linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The id under which the service knows the person.
    pub(super) id: String,
    /// The user name, which Okta sends as `display`.
    pub(super) user_name: String,
}

impl Member {
    /// The person as a member; none while Okta has no link to an active account.
    pub(super) fn of(account: &Account) -> Option<Self> {
        let id = account.id.clone().filter(|_| account.active)?;
        Some(Self { id, user_name: account.person.user_name.clone() })
    }

    /// Somebody whom the service has never seen.
    pub(super) fn stranger(id: Uuid) -> Self {
        Self { id: id.to_string(), user_name: format!("stranger.{}@harbor.example", &id.simple().to_string()[24..]) }
    }
}

/// A pushed group, as Okta remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The service's id.
    pub(super) id: String,
    /// The name in Okta.
    pub(super) name: String,
}

impl Okta {
    /// The group as this run calls it: that of a test must be nobody else's.
    pub(super) fn group_name(&self, name: &str) -> String {
        if self.is_test() { format!("Test traffic: {name}") } else { name.to_owned() }
    }

    /// Pushes a group by its name: looked for, then linked or created, then given its members.
    pub(super) async fn push_group(&self, name: &str, members: &[Member]) -> Result<Group, Fault> {
        let found = self.ask(Call::find_group(name), |answer| answer::find_group(answer, name)).await?;
        let mut group = Group { id: String::new(), name: name.to_owned() };
        match found {
            Some(id) => {
                group.id = id;
                self.push_now(&group, members).await?;
            }
            // okta-traffic 5: a catalogue app creates the group empty, one of the wizard with all its members.
            None if self.app() == App::Catalogue => {
                group.id = self.create_group(&group, &[]).await?;
                if !members.is_empty() {
                    self.change_members(&group, members, &[], members).await?;
                }
            }
            None => {
                group.id = self.create_group(&group, members).await?;
                self.put_group(&group, members).await?;
            }
        }
        Ok(group)
    }

    /// Creates the group; gives its id.
    pub(super) async fn create_group(&self, group: &Group, members: &[Member]) -> Result<String, Fault> {
        let body = body::group(&group.name, members);
        self.ask(Call::group(Verb::Post, None, Some(body), Purpose::GroupPush, &group.name), answer::created).await
    }

    /// Whoever joined and left. `all` are the members from then on.
    pub(super) async fn change_members(
        &self,
        group: &Group,
        joined: &[Member],
        left: &[Member],
        all: &[Member],
    ) -> Result<(), Fault> {
        if self.app() == App::Wizard {
            return self.put_group(group, all).await;
        }
        self.patch_group(group, body::change_members(joined, left)).await?;
        self.read_group(group).await?;
        // Sent after every change of members although no name changed.
        self.patch_group(group, body::rename(&group.id, &group.name)).await
    }

    /// Push now: the whole membership.
    pub(super) async fn push_now(&self, group: &Group, members: &[Member]) -> Result<(), Fault> {
        match self.app() {
            App::Wizard => self.put_group(group, members).await,
            App::Catalogue => self.patch_group(group, body::replace_members(members)).await,
        }
    }

    /// The group got another name in Okta, and "Rename app groups" is on.
    pub(super) async fn rename_group(&self, group: &mut Group, name: &str, members: &[Member]) -> Result<(), Fault> {
        name.clone_into(&mut group.name);
        match self.app() {
            App::Wizard => self.put_group(group, members).await,
            App::Catalogue => self.patch_group(group, body::rename(&group.id, name)).await,
        }
    }

    /// Unlink, with "Delete the group in the target app".
    pub(super) async fn delete_group(&self, group: &Group) -> Result<(), Fault> {
        let call = Call::group(Verb::Delete, Some(&group.id), None, Purpose::GroupDelete, &group.name);
        self.ask(call, answer::deleted).await
    }

    async fn read_group(&self, group: &Group) -> Result<Resource, Fault> {
        let call = Call::group(Verb::Get, Some(&group.id), None, Purpose::GroupRead, &group.name);
        self.ask(call, |answer| answer::user(answer, &group.id)).await
    }

    async fn put_group(&self, group: &Group, members: &[Member]) -> Result<(), Fault> {
        let held = self.read_group(group).await?;
        let body = body::overlay_group(held, &group.name, members);
        let call = Call::group(Verb::Put, Some(&group.id), Some(body), Purpose::GroupPush, &group.name);
        self.ask(call, |answer| answer::user(answer, &group.id)).await.map(drop)
    }

    async fn patch_group(&self, group: &Group, operations: serde_json::Value) -> Result<(), Fault> {
        let call = Call::group(Verb::Patch, Some(&group.id), Some(operations), Purpose::GroupPush, &group.name);
        self.ask(call, answer::patched).await
    }

    /// All that can happen under Push Groups, with these people: a group is pushed, somebody joins, somebody leaves, it is
    /// renamed and named back, pushed now; another is pushed empty and unlinked with deletion.
    pub(super) async fn tend_groups(&self, members: &[Member]) -> Result<(), Fault> {
        let (all, first) = (members, members.split_at_checked(1).unwrap_or_default());
        let most = members.split_last().map_or(&[][..], |(_, most)| most);
        let [name, renamed, passing] = [GROUP, RENAMED, PASSING].map(|name| self.group_name(name));
        let mut group = self.push_group(&name, most).await?;
        if !all.is_empty() {
            self.change_members(&group, members.get(most.len()..).unwrap_or_default(), &[], all).await?;
            self.change_members(&group, &[], first.0, first.1).await?;
        }
        self.rename_group(&mut group, &renamed, first.1).await?;
        self.rename_group(&mut group, &name, first.1).await?;
        self.push_now(&group, all).await?;
        let passing = self.push_group(&passing, &[]).await?;
        self.push_now(&passing, &[]).await?;
        self.delete_group(&passing).await
    }

    /// Import Now, with Import Groups: page after page of people, then of groups. A test reads [`MOST_PAGES`] of either at
    /// most. Gives how many people and groups that left out.
    pub(super) async fn import(&self) -> Result<u64, Fault> {
        let mut left_out = 0;
        for endpoint in ["/Users", "/Groups"] {
            let (mut start, mut total, mut pages) = (1, u64::MAX, 0);
            while start <= total {
                if self.is_test() && pages == MOST_PAGES {
                    left_out += total.saturating_sub(start - 1);
                    break;
                }
                pages += 1;
                let asked = start;
                let call = Call::import(endpoint, asked, PAGE);
                let (all, got) = self.ask(call, |answer| answer::page(answer, asked, PAGE)).await?;
                total = all;
                start += got;
                // An empty list has one page.
                if got == 0 {
                    break;
                }
            }
        }
        Ok(left_out)
    }

    /// Entitlement Management is switched on: the kinds of resource there are, and every role and entitlement.
    pub(super) async fn discover_entitlements(&self) -> Result<(), Fault> {
        let types = Call::entitlements("/ResourceTypes".to_owned());
        let endpoints = self.ask(types, answer::entitlement_endpoints).await?;
        self.ask(Call::entitlements("/Schemas".to_owned()), answer::schemas).await?;
        for endpoint in endpoints {
            let path = endpoint.trim_start_matches('/');
            let items = Call::entitlements(format!("/{path}?startIndex=1&count={PAGE}"));
            self.ask(items, answer::entitlements).await?;
        }
        Ok(())
    }
}
