//! Who is in a group after a request: what changes, found out with as little looking as possible.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use serde_json::Value;

use crate::{
    directory::{UNKNOWN_MEMBERS, groups::Member, request::Request, ruling::Halt, test_traffic::refusal},
    model::{
        group::MemberKind,
        id::{GroupId, ResourceId},
        workspace::UnknownMembers,
    },
    scim::{
        error::ScimError,
        patch::{Members, MembershipStep},
        represent,
    },
    store::{Change, View},
};

/// How many unknown members a refusal names.
const NAMED: usize = 5;

/// How many members the steps of one request may see in all: meanwhile every other change waits.
const MOST_LOOKED_AT: u64 = 1_000_000;

/// How many members an event names one by one; more are told as a number, and taken out all at once.
pub(super) const TOLD: u64 = 50;

/// The membership of a group in the course of one request.
pub(super) struct Membership<'v> {
    view: &'v View,
    group: GroupId,
    policy: UnknownMembers,
    base_url: &'v str,
    /// Whether the request is test traffic.
    test: bool,
    /// How many members the group has as stored.
    stored: u64,
    /// Whether all of those were taken out.
    cleared: bool,
    /// Whom the request names, as far as somebody here has the id.
    here: HashMap<ResourceId, (MemberKind, bool)>,
    /// Whether somebody was named who is not here, and passed over.
    passed_over: Cell<bool>,
    /// How many members the steps of the request have seen.
    looked_at: u64,
    /// Everybody the request was about so far.
    touched: BTreeMap<ResourceId, Touched>,
}

#[derive(Debug, Clone, Copy)]
struct Touched {
    kind: MemberKind,
    was: bool,
    is: bool,
}

impl<'v> Membership<'v> {
    /// Of a group as it is stored, with so many members.
    pub(super) fn new(
        view: &'v View,
        group: GroupId,
        stored: u64,
        policy: UnknownMembers,
        request: &'v Request,
    ) -> Self {
        let (here, touched) = (HashMap::new(), BTreeMap::new());
        let passed_over = Cell::new(false);
        let (base_url, test) = (request.base_url.as_str(), request.test);
        Self { view, group, policy, base_url, test, stored, cleared: false, here, passed_over, looked_at: 0, touched }
    }

    /// Looks up whom the request names, all at once: a PATCH may name somebody else in each of a thousand operations.
    /// The ids are those of [`named`], and come before anything that is done to them.
    ///
    /// # Errors
    /// Not read yet; or somebody is among them whom this request may not put into a group.
    pub(super) fn look_up(&mut self, ids: &[ResourceId]) -> Result<(), Halt> {
        if ids.is_empty() {
            return Ok(());
        }
        let found = self.view.candidates(self.group, ids)?;
        if let Some(other) = found.iter().find(|one| one.kind.is_some() && one.test != self.test) {
            return Err(refusal(self.test, &format!("The member {}", other.id)).into());
        }
        self.here.extend(found.iter().filter_map(|one| one.kind.map(|kind| (one.id, (kind, one.is_member)))));
        Ok(())
    }

    /// Carries out what a PATCH says.
    pub(super) fn step(&mut self, step: &MembershipStep) -> Result<(), Halt> {
        self.carry_out(step)?;
        self.spell_out();
        Ok(())
    }

    /// Where the request named every member that was taken out at once, what became of each is known: those who were
    /// put back never left.
    fn spell_out(&mut self) {
        if self.cleared && self.touched.values().filter(|touched| touched.was).count() as u64 == self.stored {
            self.cleared = false;
        }
    }

    fn carry_out(&mut self, step: &MembershipStep) -> Result<(), Halt> {
        match step {
            MembershipStep::Add(ids) => {
                for candidate in self.known(ids)? {
                    self.set(candidate, true);
                }
            }
            MembershipStep::Remove(ids) => {
                for candidate in ids.iter().filter_map(|id| self.find(id)).collect::<Vec<_>>() {
                    self.set(candidate, false);
                }
            }
            MembershipStep::Replace(ids) => self.replace(ids)?,
            MembershipStep::RemoveWhere(members) => {
                for (id, kind) in self.among(members)? {
                    if members.include(&self.shown(id, kind)) {
                        self.set((id, kind, true), false);
                    }
                }
            }
            MembershipStep::Confirm(members, parts) => {
                let shown: Vec<Value> =
                    self.among(members)?.into_iter().map(|(id, kind)| self.shown(id, kind)).collect();
                members.confirm(shown.iter(), parts)?;
            }
        }
        Ok(())
    }

    /// The members that a filter has to see: those of its ids who are members, or else all.
    fn among(&mut self, members: &Members) -> Result<Vec<Member>, Halt> {
        let Some(ids) = members.named() else { return self.everybody() };
        let ids: BTreeSet<&String> = ids.iter().collect();
        let is_member = |(id, _, stored): &(ResourceId, MemberKind, bool)| {
            self.touched.get(id).map_or(*stored && !self.cleared, |touched| touched.is)
        };
        let found = ids.into_iter().filter_map(|id| self.find(id)).filter(is_member);
        Ok(found.map(|(id, kind, _)| (id, kind)).collect())
    }

    /// All members, for a step that has to see each.
    fn everybody(&mut self) -> Result<Vec<Member>, Halt> {
        self.looked_at += self.count();
        if self.looked_at > MOST_LOOKED_AT {
            return Err(too_many().into());
        }
        self.all()
    }

    /// Whether somebody was named who is not here, and passed over.
    pub(super) fn passed_over(&self) -> bool {
        self.passed_over.get()
    }

    /// These, and nobody else, are the members.
    pub(super) fn replace(&mut self, ids: &[String]) -> Result<(), Halt> {
        let wanted = self.known(ids)?;
        if wanted.is_empty() && self.stored > TOLD {
            self.touched.retain(|_, touched| {
                touched.is = false;
                touched.was
            });
            self.cleared = true;
            return Ok(());
        }
        let staying = wanted.iter().filter(|(_, _, was)| *was).count() as u64;
        // Where everybody stays there is nobody to look for.
        if self.cleared || !self.touched.is_empty() || staying < self.stored {
            for (id, kind) in self.everybody()? {
                self.set((id, kind, true), false);
            }
        }
        for candidate in wanted {
            self.set(candidate, true);
        }
        Ok(())
    }

    /// Ids that somebody has. Others are refused or passed over, as the workspace wants it.
    fn known(&self, ids: &[String]) -> Result<Vec<(ResourceId, MemberKind, bool)>, Halt> {
        let known: Vec<_> = ids.iter().filter_map(|id| self.find(id)).collect();
        if known.len() < ids.len() {
            if self.policy == UnknownMembers::Refuse {
                let error = unknown(ids.iter().filter(|id| self.find(id).is_none()));
                return Err(Halt::found(error, UNKNOWN_MEMBERS));
            }
            self.passed_over.set(true);
        }
        Ok(known)
    }

    fn find(&self, id: &str) -> Option<(ResourceId, MemberKind, bool)> {
        let id = id.parse().ok()?;
        self.here.get(&id).map(|(kind, is_member)| (id, *kind, *is_member))
    }

    fn set(&mut self, (id, kind, stored): (ResourceId, MemberKind, bool), is: bool) {
        let was = self.touched.get(&id).map_or(stored, |touched| touched.was);
        self.touched.insert(id, Touched { kind, was, is });
    }

    fn shown(&self, id: ResourceId, kind: MemberKind) -> Value {
        represent::member(self.base_url, id, kind)
    }

    /// Every member as things stand, in order of id. As costly as the group is large.
    pub(super) fn all(&self) -> Result<Vec<Member>, Halt> {
        let mut all: BTreeMap<ResourceId, MemberKind> = BTreeMap::new();
        if !self.cleared && self.stored > 0 {
            all.extend(self.view.members_of(self.group)?.iter().map(|member| (member.id, member.kind)));
        }
        for (id, touched) in &self.touched {
            if touched.is {
                all.insert(*id, touched.kind);
            } else {
                all.remove(id);
            }
        }
        Ok(all.into_iter().collect())
    }

    /// How many members there are now.
    pub(super) fn count(&self) -> u64 {
        let added = self.added().len() as u64;
        if self.cleared { added } else { (self.stored + added).saturating_sub(self.removed().len() as u64) }
    }

    /// Who becomes a member.
    pub(super) fn added(&self) -> Vec<Member> {
        self.these(|touched, cleared| touched.is && (cleared || !touched.was))
    }

    /// Who ceases to be one by name; where all were taken out at once, see [`Self::is_cleared`].
    pub(super) fn removed(&self) -> Vec<Member> {
        self.these(|touched, cleared| touched.was && !touched.is && !cleared)
    }

    fn these(&self, which: impl Fn(&Touched, bool) -> bool) -> Vec<Member> {
        let some = self.touched.iter().filter(|(_, touched)| which(touched, self.cleared));
        some.map(|(id, touched)| (*id, touched.kind)).collect()
    }

    /// Whether everybody was taken out at once, before [`Self::added`] came in.
    pub(super) const fn is_cleared(&self) -> bool {
        self.cleared
    }

    /// Whether anything changes.
    pub(super) fn is_changed(&self) -> bool {
        self.cleared || !self.added().is_empty() || !self.removed().is_empty()
    }

    /// What to write.
    pub(super) fn changes(&self) -> Vec<Change> {
        let ids = |members: Vec<Member>| members.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        let (added, removed) = (ids(self.added()), ids(self.removed()));
        let mut changes = Vec::new();
        if self.cleared {
            changes.push(Change::ClearMembers(self.group));
        }
        if !removed.is_empty() {
            changes.push(Change::RemoveMembers(self.group, removed));
        }
        if !added.is_empty() {
            changes.push(Change::AddMembers(self.group, added));
        }
        changes
    }
}

/// The ids among these that could be somebody's, each once, in order.
pub(super) fn named<'i>(ids: impl IntoIterator<Item = &'i String>) -> Vec<ResourceId> {
    let ids: BTreeSet<ResourceId> = ids.into_iter().filter_map(|id| id.parse().ok()).collect();
    ids.into_iter().collect()
}

/// The ids that a step of a PATCH names.
pub(super) fn named_by(step: &MembershipStep) -> &[String] {
    match step {
        MembershipStep::Add(ids) | MembershipStep::Remove(ids) | MembershipStep::Replace(ids) => ids,
        MembershipStep::RemoveWhere(members) | MembershipStep::Confirm(members, _) => {
            members.named().unwrap_or_default()
        }
    }
}

fn too_many() -> ScimError {
    ScimError::too_many(format!(
        "The operations would look at more than {MOST_LOOKED_AT} members one by one. Nothing was changed. Name the members \
         by their ids, as in members[value eq \"<id>\"], or send fewer operations at once."
    ))
}

fn unknown<'i>(ids: impl Iterator<Item = &'i String>) -> ScimError {
    let ids: Vec<String> = ids.map(|id| format!("{:?}", id.chars().take(80).collect::<String>())).collect();
    let mut named = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if ids.len() > NAMED {
        named.push_str(&format!(" and {} more", ids.len() - NAMED));
    }
    ScimError::invalid_value(format!(
        "members names {named}, which no user or group here has as its id. Nothing was changed. In Okta assign the people \
         to the app first (Applications > this app > Assignments), then Push Groups > Push now; or ask an owner of the \
         workspace to set unknown_members to ignore."
    ))
}
