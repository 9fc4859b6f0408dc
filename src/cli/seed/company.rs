//! The invented company: who works there, who left, whose role was changed, and which groups they are in.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    directory::{
        groups,
        users::fill::{self, Newcomer},
    },
    model::{role::Role, time::Timestamp},
    scim::{error::ScimError, schema::ResourceTypes},
    simulator::{People, PeopleError},
    store::{GroupRow, UserRow},
};

/// For how long the company has existed: its people were assigned one after the other since.
const HISTORY_MILLIS: i64 = 2 * 365 * 86_400_000;
/// The last of them were assigned so long ago, so that something can have happened to them since.
const SETTLED_MILLIS: i64 = 7 * 86_400_000;
/// One in so many left.
const LEAVERS: u32 = 12;
/// One in so many has a role that was set here.
const EDITED: u32 = 40;
/// One group in so many stands for a role.
const MAPPED: u64 = 5;
/// The most members of one group: as many as Okta pushes in practice.
const LARGEST_GROUP: u64 = 50_000;
/// Groups that stand for a role have at most so many: giving one a role changes each of its members.
const LARGEST_MAPPED: u64 = 500;

/// The company of one seed.
#[derive(Debug)]
pub(super) struct Company {
    people: People,
    seed: u64,
    types: &'static ResourceTypes,
    default_role: Role,
    now: Timestamp,
    /// How many people it has.
    size: u64,
}

/// A group, and who is in it.
#[derive(Debug)]
pub(super) struct Team {
    pub(super) row: GroupRow,
    /// Numbers of people, each once, below the number of those who were put in.
    pub(super) members: Vec<u64>,
    /// The role it stands for.
    pub(super) role: Option<Role>,
}

impl Company {
    pub(super) fn new(
        seed: u64,
        size: u64,
        types: &'static ResourceTypes,
        default_role: Role,
        now: Timestamp,
    ) -> Result<Self, PeopleError> {
        Ok(Self { people: People::new(seed)?, seed, types, default_role, now, size })
    }

    /// What happens to the n-th of a kind: the same for a seed.
    fn chance(&self, kind: u64, n: u64) -> StdRng {
        StdRng::seed_from_u64(self.seed.rotate_left(24) ^ kind.rotate_left(56) ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// When the n-th was assigned: the first when the company began, the others evenly after that.
    fn assigned(&self, n: u64) -> Timestamp {
        let share = n.min(self.size) as f64 / self.size.max(1) as f64;
        let after = (HISTORY_MILLIS - SETTLED_MILLIS) as f64 * share;
        self.now.plus_millis(after as i64 - HISTORY_MILLIS)
    }

    /// Person number `n`.
    ///
    /// # Errors
    /// The person cannot be created by SCIM's rules.
    pub(super) fn person(&self, n: u64) -> Result<UserRow, ScimError> {
        let mut chance = self.chance(1, n);
        let person = self.people.person(n);
        let created = self.assigned(n);
        let later = |chance: &mut StdRng| {
            let since = self.now.millis_since(created).max(2);
            created.plus_millis(chance.random_range(1..since))
        };
        let left = chance.random_ratio(1, LEAVERS).then(|| later(&mut chance));
        let sent: Option<Role> = person.role.as_deref().and_then(|role| role.parse().ok());
        let edited = (left.is_none() && chance.random_ratio(1, EDITED)).then(|| {
            let other = Role::ALL.into_iter().find(|role| Some(*role) != sent.or(Some(self.default_role)));
            (other.unwrap_or(Role::Viewer), later(&mut chance))
        });
        let newcomer = Newcomer { body: person.create_body(), created, left, edited };
        fill::row(newcomer, &self.types.user, self.default_role)
    }

    /// Group number `n`, of a company in which so many people were put in.
    ///
    /// # Errors
    /// The group cannot be created by SCIM's rules.
    pub(super) fn team(&self, n: u64, people: u64) -> Result<Team, ScimError> {
        let mut chance = self.chance(2, n);
        let mapped = n % MAPPED == MAPPED - 1;
        // From a handful to a quarter of the company: the logarithm of the size is even.
        let most = (people / 4).clamp(1, if mapped { LARGEST_MAPPED } else { LARGEST_GROUP });
        let size = (most as f64).powf(chance.random_range(0.3..1.0)).round().clamp(1.0, most as f64) as u64;
        // A stride through the company meets everybody at most once.
        let first = chance.random_range(0..people.max(1));
        let stride = (people / size.max(1)).max(1);
        let members = (0..size.min(people)).map(|member| (first + member * stride) % people.max(1)).collect();
        let department = self.people.person(n).department;
        let name = format!("Harbor {department} {}", n + 1);
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": name, "externalId": format!("00g{:017}", self.seed % 1_000_000 * 10_000 + n),
        });
        let role = mapped.then(|| if chance.random_ratio(1, 4) { Role::Owner } else { Role::Editor });
        Ok(Team { row: groups::fill::row(body, &self.types.group, self.now)?, members, role })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::model::role::RoleSource;

    fn company(seed: u64) -> Company {
        let now = Timestamp::from_millis(1_790_000_000_000);
        Company::new(seed, 1_000, ResourceTypes::standard(), Role::Viewer, now).unwrap()
    }

    fn told(row: &UserRow) -> (String, String, Role, RoleSource, bool, Timestamp) {
        let user = &row.user;
        (row.document.clone(), user.user_name.clone(), user.role, user.role_source, user.active, user.last_modified)
    }

    #[test]
    fn the_same_seed_makes_the_same_people_and_groups() {
        let (a, b, other) = (company(1), company(1), company(2));
        for n in 0..200 {
            assert_eq!(told(&a.person(n).unwrap()), told(&b.person(n).unwrap()));
        }
        assert_ne!(told(&a.person(0).unwrap()), told(&other.person(0).unwrap()));
        for n in 0..20 {
            let (one, two) = (a.team(n, 1_000).unwrap(), b.team(n, 1_000).unwrap());
            assert_eq!((one.row.group.display_name, one.members), (two.row.group.display_name, two.members));
        }
    }

    #[test]
    fn some_left_some_were_edited_and_time_goes_forward() {
        let company = company(1);
        let rows: Vec<_> = (0..1_000).map(|n| company.person(n).unwrap()).collect();
        let inactive = rows.iter().filter(|row| !row.user.active).count();
        let edited = rows.iter().filter(|row| row.user.role_source == RoleSource::Local).count();
        assert!((50..120).contains(&inactive) && (10..50).contains(&edited), "{inactive} left, {edited} edited");
        assert!(rows.is_sorted_by_key(|row| row.user.created));
        assert!(rows.iter().all(|row| row.user.created <= row.user.last_modified));
        assert!(rows.iter().all(|row| row.user.last_modified <= company.now));
        assert!(rows.iter().all(|row| row.document.contains("department") && !row.document.contains("password")));
    }

    #[test]
    fn nobody_is_twice_in_a_group_and_the_smallest_company_has_groups_too() {
        for people in [1, 2, 7, 1_000] {
            for n in 0..60 {
                let team = company(1).team(n, people).unwrap();
                let different: HashSet<_> = team.members.iter().collect();
                assert_eq!(different.len(), team.members.len());
                assert!(!team.members.is_empty() && team.members.iter().all(|member| *member < people));
            }
        }
    }
}
