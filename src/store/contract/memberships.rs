//! Memberships: who is in which group, directly and through others, and what happens to them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::fixtures::{
    Held, START, add_groups, add_users, apply, changing, changing_with_event, event, group, names, session, user,
    write_in_one_batch,
};
use crate::{
    model::{
        group::{Group, MemberKind, MemberPage, MemberQuery},
        id::{GroupId, ResourceId, UserId},
        role::{Role, RoleSource},
    },
    store::{Candidate, Change, Decision, Job, Lookup, SessionHash, Shown, Store, UserRow, decide},
};

/// Adds users named by single letters.
async fn people(store: &dyn Store, letters: &str) -> Vec<UserRow> {
    add_users(store, letters.chars().map(|letter| user(&letter.to_string())).collect()).await
}

/// Adds groups and gives their ids.
async fn crews<const N: usize>(store: &dyn Store, names: [&str; N]) -> [GroupId; N] {
    let rows = add_groups(store, names.map(group).to_vec()).await;
    std::array::from_fn(|n| rows[n].group.id)
}

async fn read(store: &dyn Store, id: GroupId) -> Group {
    store.group(id).await.unwrap().unwrap().group
}

async fn member_names(store: &dyn Store, id: GroupId) -> BTreeSet<String> {
    store.members(id, None, 100).await.unwrap().into_iter().map(|member| member.name).collect()
}

/// The groups of a user: names, those of indirect ones in brackets.
async fn groups_of(store: &dyn Store, id: UserId) -> String {
    let row = store.user(id).await.unwrap().unwrap();
    let name = |group: &crate::store::Membership| match group.direct {
        true => group.name.clone(),
        false => format!("({})", group.name),
    };
    row.groups.iter().map(name).collect::<Vec<_>>().join(" ")
}

pub(in crate::store) async fn members_come_back_in_order_of_id(store: Arc<dyn Store>) {
    let people = people(&*store, "abcdefgh").await;
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    let ids: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    // In any order, twice, and some that nobody has.
    let given = [ids.iter().rev().copied().collect(), vec![ids[3], ResourceId::new(START), deck.into()]].concat();
    apply(&*store, vec![Change::AddMembers(crew, given.clone())]).await.unwrap();
    apply(&*store, vec![Change::AddMembers(crew, given)]).await.unwrap();

    let members = store.members(crew, None, 100).await.unwrap();
    let mut expected = ids.clone();
    expected.push(deck.into());
    expected.sort_unstable();
    assert_eq!(members.iter().map(|member| member.id).collect::<Vec<_>>(), expected);
    for member in &members {
        let (kind, name) = match people.iter().find(|row| member.id == row.user.id.into()) {
            Some(row) => (MemberKind::User, row.user.user_name.as_str()),
            None => (MemberKind::Group, "Deck"),
        };
        assert_eq!((member.kind, member.name.as_str()), (kind, name));
    }
    assert_eq!(store.members(crew, None, 3).await.unwrap(), members[..3]);
    assert!(store.members(crew, None, 0).await.unwrap().is_empty());

    let some = [expected[4], ResourceId::new(START), expected[1], expected[4], crew.into(), expected[7]];
    let found = store.members(crew, Some(&some), 100).await.unwrap();
    assert_eq!(found, [members[1].clone(), members[4].clone(), members[7].clone()]);
    assert_eq!(store.members(crew, Some(&some), 2).await.unwrap(), found[..2]);
    assert!(store.members(crew, Some(&[]), 100).await.unwrap().is_empty());
    assert!(store.members(deck, Some(&some), 100).await.unwrap().is_empty());
}

pub(in crate::store) async fn every_member_is_in_one_window_by_key(store: Arc<dyn Store>) {
    let people = people(&*store, "abcdefgh").await;
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    let mut ids: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    ids.push(deck.into());
    apply(&*store, vec![Change::AddMembers(crew, ids.clone())]).await.unwrap();
    let ask = async |query: MemberQuery| store.member_window(crew, &MemberQuery { limit: 4, ..query }).await.unwrap();

    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = ask(MemberQuery { after, ..MemberQuery::default() }).await.unwrap();
        assert_eq!((page.total, page.offset), (9, seen.len() as u64));
        let Some(last) = page.members.last() else { break };
        after = Some(last.key);
        seen.extend(page.members);
        if seen.len() == 4 {
            // Who leaves a part that was read shifts nothing.
            apply(&*store, vec![Change::RemoveMembers(crew, vec![ids[0]])]).await.unwrap();
            apply(&*store, vec![Change::AddMembers(crew, vec![ids[0]])]).await.unwrap();
        }
    }
    assert_eq!(seen.iter().map(|listed| listed.member.id).collect::<Vec<_>>(), ids);
    assert_eq!((seen[8].member.kind, seen[8].member.name.as_str()), (MemberKind::Group, "Deck"));

    let end = ask(MemberQuery { from_end: true, ..MemberQuery::default() }).await.unwrap();
    assert_eq!((end.offset, end.members.as_slice()), (5, &seen[5..]));
    let before = ask(MemberQuery { before: Some(end.members[0].key), ..MemberQuery::default() }).await.unwrap();
    assert_eq!((before.offset, before.members.as_slice()), (1, &seen[1..5]));
    let between = MemberQuery { after: Some(seen[1].key), before: Some(seen[4].key), ..MemberQuery::default() };
    assert_eq!(ask(between).await.unwrap().members, seen[2..4]);
    let nobody = store.member_window(deck, &MemberQuery { limit: 4, ..MemberQuery::default() }).await.unwrap();
    assert_eq!(nobody, Some(MemberPage::default()));
    let unknown = GroupId(people[0].user.id.0);
    assert_eq!(store.member_window(unknown, &MemberQuery::default()).await.unwrap(), None);
}

pub(in crate::store) async fn members_are_counted_and_leave_the_version_alone(store: Arc<dyn Store>) {
    let people = people(&*store, "abcd").await;
    let ids: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    let before = read(&*store, crew).await;
    let count = async || {
        let group = read(&*store, crew).await;
        assert_eq!((group.version, group.last_modified), (before.version, before.last_modified));
        assert_eq!(group.members, store.members(crew, None, 100).await.unwrap().len() as u64);
        group.members
    };
    let add = |ids: &[ResourceId]| vec![Change::AddMembers(crew, ids.to_vec())];
    let remove = |ids: &[ResourceId]| vec![Change::RemoveMembers(crew, ids.to_vec())];
    apply(&*store, add(&ids[..3])).await.unwrap();
    assert_eq!(count().await, 3);
    apply(&*store, add(&[ids[2], ids[3], ids[3], deck.into(), ResourceId::new(START)])).await.unwrap();
    assert_eq!(count().await, 5);
    apply(&*store, remove(&[ids[0], ids[0], ResourceId::new(START), crew.into()])).await.unwrap();
    assert_eq!(count().await, 4);
    apply(&*store, remove(&[deck.into()])).await.unwrap();
    assert_eq!(count().await, 3);
    // A job that fails takes its memberships back.
    let fails = [add(&ids), vec![Change::UpdateGroup(Box::new(group("Nobody's")))]].concat();
    assert!(apply(&*store, fails).await.is_err());
    assert_eq!(count().await, 3);
    // Replaced whole, in one job.
    apply(&*store, [vec![Change::ClearMembers(crew)], add(&ids[..1])].concat()).await.unwrap();
    assert_eq!(count().await, 1);
    apply(&*store, vec![Change::ClearMembers(crew)]).await.unwrap();
    assert_eq!(count().await, 0);
    assert_eq!(read(&*store, deck).await.members, 0);
}

pub(in crate::store) async fn who_is_deleted_leaves_every_group(store: Arc<dyn Store>) {
    let people = people(&*store, "ab").await;
    let (a, b) = (people[0].user.id, people[1].user.id);
    let [crew, deck, galley] = crews(&*store, ["Crew", "Deck", "Galley"]).await;
    let changes = vec![
        Change::AddMembers(crew, vec![a.into(), b.into(), deck.into()]),
        Change::AddMembers(deck, vec![a.into()]),
        Change::AddMembers(galley, vec![b.into()]),
    ];
    apply(&*store, changes).await.unwrap();

    // The request that deletes the user is the moment at which the groups changed.
    let mut request = event("/scim/v2/Users/a");
    request.event.at = START.plus_millis(5_000);
    store.write(changing_with_event(vec![Change::DeleteUser(a)], request)).await.unwrap();
    assert_eq!(member_names(&*store, crew).await, BTreeSet::from(["b".to_owned(), "Deck".to_owned()]));
    for (id, members, version, modified) in [(crew, 2, 2, 5_000), (deck, 0, 2, 5_000), (galley, 1, 1, 0)] {
        let group = read(&*store, id).await;
        assert_eq!((group.members, group.version), (members, version));
        assert_eq!(group.last_modified, START.plus_millis(modified));
    }

    // Without a request, or after one from the past, it is later than before nevertheless.
    apply(&*store, vec![Change::DeleteGroup(deck)]).await.unwrap();
    let group = read(&*store, crew).await;
    assert_eq!((group.members, group.version, group.last_modified), (1, 3, START.plus_millis(5_001)));
    assert_eq!(groups_of(&*store, b).await, "Crew Galley");

    // A deleted group lets its members go, and an address that comes back is in no group.
    apply(&*store, vec![Change::DeleteGroup(crew)]).await.unwrap();
    assert_eq!(groups_of(&*store, b).await, "Galley");
    assert_eq!(read(&*store, galley).await.version, 1);
    let again = add_users(&*store, vec![user("a")]).await.remove(0);
    assert!(again.groups.is_empty());
}

pub(in crate::store) async fn who_leaves_every_group_stays_a_user(store: Arc<dyn Store>) {
    let people = people(&*store, "ab").await;
    let (a, b) = (people[0].user.id, people[1].user.id);
    let [crew, deck, galley] = crews(&*store, ["Crew", "Deck", "Galley"]).await;
    let changes = vec![
        Change::AddMembers(crew, vec![a.into(), b.into()]),
        Change::AddMembers(deck, vec![crew.into(), a.into()]),
        Change::AddMembers(galley, vec![b.into()]),
    ];
    apply(&*store, changes).await.unwrap();
    let nobody = UserId::new(START);
    apply(&*store, vec![Change::LeaveGroups(a), Change::LeaveGroups(nobody)]).await.unwrap();
    assert_eq!(
        (groups_of(&*store, a).await, groups_of(&*store, b).await),
        (String::new(), "Crew Galley (Deck)".into())
    );
    for (id, members, version) in [(crew, 1, 2), (deck, 1, 2), (galley, 1, 1)] {
        let group = read(&*store, id).await;
        assert_eq!((group.members, group.version), (members, version));
    }
}

pub(in crate::store) async fn a_group_in_itself_can_be_deleted(store: Arc<dyn Store>) {
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    let changes =
        vec![Change::AddMembers(crew, vec![crew.into(), deck.into()]), Change::AddMembers(deck, vec![crew.into()])];
    apply(&*store, changes).await.unwrap();
    assert_eq!(read(&*store, crew).await.members, 2);
    apply(&*store, vec![Change::DeleteGroup(crew)]).await.unwrap();
    let deck = read(&*store, deck).await;
    assert_eq!((deck.members, deck.version), (0, 2));
}

pub(in crate::store) async fn a_user_comes_with_groups(store: Arc<dyn Store>) {
    let people = people(&*store, "ab").await;
    let (a, b) = (people[0].user.id, people[1].user.id);
    let mut fleet = group("Flëet \"1\"");
    fleet.group.role = Some(Role::Owner);
    let fleet = add_groups(&*store, vec![fleet]).await.remove(0).group.id;
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    apply(&*store, vec![Change::AddMembers(deck, vec![a.into()]), Change::AddMembers(fleet, vec![a.into()])])
        .await
        .unwrap();
    let row = store.user(a).await.unwrap().unwrap();
    let [first, second] = row.groups.as_slice() else { panic!("two groups") };
    assert_eq!((first.id, first.name.as_str(), first.role), (fleet, "Flëet \"1\"", Some(Role::Owner)));
    assert_eq!((second.id, second.name.as_str(), second.role), (deck, "Deck", None));
    assert!(first.direct && second.direct);
    assert!(store.user(b).await.unwrap().unwrap().groups.is_empty());

    // However the row is read, and whatever was in it when it was written.
    let mut written = row.clone();
    written.groups.clear();
    let changes = vec![Change::UpdateUser(Box::new(written)), Change::InsertSession(session(&row, "laptop"))];
    apply(&*store, changes).await.unwrap();
    assert_eq!(store.scan(None, 10, Shown::Everything).await.unwrap()[0], row);
    assert_eq!(store.page(0, 10, Shown::Everything).await.unwrap()[0], row);
    assert_eq!(store.lookup(&Lookup::UserName("a".into()), 1).await.unwrap()[0], row);
    assert_eq!(store.session_by_hash(&SessionHash::of("laptop")).await.unwrap().unwrap().1, row);

    // Through a group in a group, and both ways at once, which counts as direct.
    apply(&*store, vec![Change::AddMembers(crew, vec![deck.into()]), Change::AddMembers(fleet, vec![crew.into()])])
        .await
        .unwrap();
    assert_eq!(groups_of(&*store, a).await, "Flëet \"1\" Deck (Crew)");
    apply(&*store, vec![Change::RemoveMembers(fleet, vec![a.into()])]).await.unwrap();
    assert_eq!(groups_of(&*store, a).await, "Deck (Flëet \"1\") (Crew)");
    apply(&*store, vec![Change::AddMembers(crew, vec![b.into()])]).await.unwrap();
    assert_eq!(groups_of(&*store, b).await, "Crew (Flëet \"1\")");
    // Taken apart again.
    apply(&*store, vec![Change::RemoveMembers(crew, vec![deck.into()])]).await.unwrap();
    assert_eq!(groups_of(&*store, a).await, "Deck");
}

pub(in crate::store) async fn a_cycle_of_groups_ends(store: Arc<dyn Store>) {
    let people = people(&*store, "abc").await;
    let ids: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    let [crew, deck, galley] = crews(&*store, ["Crew", "Deck", "Galley"]).await;
    let changes = vec![
        Change::AddMembers(crew, vec![ids[2], deck.into()]),
        Change::AddMembers(deck, vec![ids[1], galley.into(), deck.into()]),
        Change::AddMembers(galley, vec![ids[0], crew.into()]),
    ];
    apply(&*store, changes).await.unwrap();
    assert_eq!(groups_of(&*store, people[0].user.id).await, "Galley (Crew) (Deck)");
    assert_eq!(groups_of(&*store, people[1].user.id).await, "Deck (Crew) (Galley)");
    for id in [crew, deck, galley] {
        assert_eq!(names(&store.lookup(&Lookup::Group(id), 10).await.unwrap()), ["a", "b", "c"]);
    }
}

pub(in crate::store) async fn users_are_found_by_their_group(store: Arc<dyn Store>) {
    let people = people(&*store, "abcdef").await;
    let ids: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    let [fleet, crew, deck] = crews(&*store, ["Fleet", "Crew", "Deck"]).await;
    let changes = vec![
        Change::AddMembers(crew, vec![ids[4], ids[0]]),
        Change::AddMembers(deck, vec![ids[3], ids[1], ids[0]]),
        Change::AddMembers(fleet, vec![ids[2]]),
    ];
    apply(&*store, changes).await.unwrap();
    let find = async |id, limit| {
        let found = store.lookup(&Lookup::Group(id), limit).await.unwrap();
        names(&found).join("")
    };
    assert_eq!(find(deck, 10).await, "abd");
    assert_eq!(find(deck, 2).await, "ab");
    assert_eq!(find(deck, 0).await, "");
    assert_eq!(find(GroupId::new(START), 10).await, "");
    apply(&*store, vec![Change::AddMembers(fleet, vec![crew.into(), deck.into()])]).await.unwrap();
    assert_eq!(find(fleet, 10).await, "abcde");
    assert_eq!(find(fleet, 3).await, "abc");
    assert_eq!(find(deck, 10).await, "abd");
}

pub(in crate::store) async fn rules_see_groups_and_their_members(store: Arc<dyn Store>) {
    let people = people(&*store, "abc").await;
    let ids: Vec<UserId> = people.iter().map(|row| row.user.id).collect();
    let [crew, deck] = crews(&*store, ["Crew", "Deck"]).await;
    // What the job before it in the batch wrote.
    let join = changing(vec![
        Change::AddMembers(crew, vec![ids[0].into(), deck.into()]),
        Change::AddMembers(deck, vec![ids[1].into()]),
    ]);
    let (a, b, c) = (ids[0], ids[1], ids[2]);
    let look = Job::new(Vec::new(), move |view| {
        assert_eq!(view.group(crew)?.unwrap().group.members, 2);
        assert_eq!(view.group_named("deck")?.unwrap().group.id, deck);
        assert!(view.group(GroupId(a.0))?.is_none() && view.group_named("Deck")?.is_none());
        assert!(view.user(UserId(deck.0))?.is_none());
        let nobody = ResourceId(uuid::Uuid::nil());
        let asked = [c.into(), deck.into(), nobody, a.into(), crew.into(), c.into()];
        let is = |id: ResourceId, kind, is_member| Candidate { id, kind, is_member, test: false };
        let (user, group) = (Some(MemberKind::User), Some(MemberKind::Group));
        assert_eq!(
            view.candidates(crew, &asked)?,
            [
                is(c.into(), user, false),
                is(deck.into(), group, true),
                is(nobody, None, false),
                is(a.into(), user, true),
                is(crew.into(), group, false),
                is(c.into(), user, false),
            ]
        );
        assert_eq!(view.candidates(GroupId(nobody.0), &[a.into()])?, [is(a.into(), user, false)]);
        assert_eq!(view.members_of(crew)?.len(), 2);
        assert!(view.members_of(GroupId(nobody.0))?.is_empty());
        let users = view.users(&[c, UserId(nobody.0), b, c])?;
        assert_eq!(names(users), ["c", "b", "c"]);
        assert_eq!(users[1].groups.iter().map(|group| group.direct).collect::<Vec<_>>(), [true, false]);
        Ok(Decision::default())
    });
    let outcomes = write_in_one_batch(&store, vec![join, look]).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

pub(in crate::store) async fn memberships_stay_with_an_id_that_goes_on(store: Arc<dyn Store>) {
    let known = people(&*store, "a").await.remove(0);
    let [crew] = crews(&*store, ["Crew"]).await;
    apply(&*store, vec![Change::AddMembers(crew, vec![known.user.id.into()])]).await.unwrap();
    let mut new = user("b");
    new.user.id = known.user.id;
    let mut old = known.clone();
    old.user.id = UserId::new(START);
    let old_id = old.user.id;
    apply(&*store, vec![Change::UpdateUser(Box::new(new)), Change::InsertUser(Box::new(old))]).await.unwrap();
    assert_eq!(groups_of(&*store, known.user.id).await, "Crew");
    assert_eq!(groups_of(&*store, old_id).await, "");
    assert_eq!(member_names(&*store, crew).await, BTreeSet::from(["b".to_owned()]));
}

/// The largest group that is promised. Also a guard against anything that is not linear: that would take minutes.
pub(in crate::store) async fn fifty_thousand_members_come_and_go(store: Arc<dyn Store>) {
    const MEMBERS: u32 = 50_000;
    let rows: Vec<_> = (0..MEMBERS).map(|n| user(&format!("p{n}"))).collect();
    let ids: Vec<ResourceId> = rows.iter().map(|row| row.user.id.into()).collect();
    apply(&*store, rows.into_iter().map(|row| Change::InsertUser(Box::new(row))).collect()).await.unwrap();
    let [crew] = crews(&*store, ["Crew"]).await;
    let work = async {
        let asked = ids.clone();
        decide(&*store, Vec::new(), move |view| {
            let candidates = view.candidates(crew, &asked)?;
            assert!(candidates.iter().all(|one| one.kind == Some(MemberKind::User) && !one.is_member));
            Ok((Decision { changes: vec![Change::AddMembers(crew, asked.clone())], event: None }, ()))
        })
        .await
        .unwrap();
        assert_eq!(read(&*store, crew).await.members, u64::from(MEMBERS));
        let members = store.members(crew, None, u32::MAX).await.unwrap();
        assert_eq!(members.len(), ids.len());
        assert!(members.is_sorted_by_key(|member| member.id));
        assert_eq!(store.lookup(&Lookup::Group(crew), 3).await.unwrap().len(), 3);
        apply(&*store, vec![Change::RemoveMembers(crew, ids[1..].to_vec())]).await.unwrap();
        assert_eq!(read(&*store, crew).await.members, 1);
    };
    tokio::time::timeout(Duration::from_secs(60), work).await.unwrap();
}

pub(in crate::store) async fn how_members_stand_is_read_beside_the_writer(store: Arc<dyn Store>) {
    let with = |name: &str, source: RoleSource, okta: Option<Role>| {
        let mut row = user(name);
        (row.user.role_source, row.user.okta_role) = (source, okta);
        row
    };
    let people = add_users(
        &*store,
        vec![
            with("ada@harbor.example", RoleSource::Group, None),
            with("ben@harbor.example", RoleSource::Okta, Some(Role::Viewer)),
            with("cem@harbor.example", RoleSource::Default, None),
        ],
    )
    .await;
    let mapped = |name: &str, role| {
        let mut row = group(name);
        row.group.role = role;
        row
    };
    let groups = add_groups(
        &*store,
        vec![
            mapped("Crew", Some(Role::Owner)),
            mapped("Editors", Some(Role::Editor)),
            mapped("Viewers", Some(Role::Viewer)),
        ],
    )
    .await;
    let (crew, editors, viewers) = (groups[0].group.id, groups[1].group.id, groups[2].group.id);
    let everybody: Vec<ResourceId> = people.iter().map(|row| row.user.id.into()).collect();
    let mut members = everybody.clone();
    members.push(viewers.into());
    apply(
        &*store,
        vec![
            Change::AddMembers(crew, members),
            Change::AddMembers(editors, everybody[..2].to_vec()),
            Change::AddMembers(viewers, everybody[..1].to_vec()),
        ],
    )
    .await
    .unwrap();
    let held = Held::hold(&store).await;
    let (standings, nested) = store.standings(crew).await.unwrap();
    held.release().await.unwrap();
    assert_eq!(nested, 1);
    let seen: Vec<_> = standings.iter().map(|one| (one.user_name.as_str(), one.source, one.elsewhere)).collect();
    assert_eq!(
        seen,
        [
            ("ada@harbor.example", RoleSource::Group, Some(Role::Editor)),
            ("ben@harbor.example", RoleSource::Okta, None),
            ("cem@harbor.example", RoleSource::Default, None),
        ]
    );
    assert_eq!(standings[1].okta_role, Some(Role::Viewer));
    let unknown = GroupId::new(START);
    assert_eq!(store.standings(unknown).await.unwrap(), (Vec::new(), 0));

    // A rule sees the same; of some, and beside a group that is to come.
    let (ada, cem) = (people[0].user.id, people[2].user.id);
    let ids = [cem, UserId(uuid::Uuid::nil()), ada];
    let seen = decide(&*store, Vec::new(), move |view| {
        assert!(view.standings(unknown, None)?.is_empty());
        let all = view.standings(crew, None)?.to_vec();
        let some = view.standings(crew, Some(&ids))?.to_vec();
        let elsewhere: Vec<_> = view.standings(unknown, Some(&ids))?.iter().map(|one| one.elsewhere).collect();
        Ok((Decision::default(), (all, some, elsewhere)))
    })
    .await
    .unwrap();
    let (first, last) = (standings[0].clone(), standings[2].clone());
    assert_eq!(seen, (standings, vec![last, first], vec![Some(Role::Owner), Some(Role::Owner)]));
}
