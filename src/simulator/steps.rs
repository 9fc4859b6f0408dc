//! What happens to one person in the course of a scenario.

use super::{
    App, answer,
    exchange::Purpose,
    fault::Fault,
    jobs::{Account, Okta, Resource},
    people::People,
};
use crate::model::role::Role;

/// How many addresses of one person are tried when a free one, or the present one, is looked for.
const ADDRESSES_TRIED: usize = 100;

/// One thing that happens to a person.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Assigned, whether or not the service knows the person already.
    Onboard,
    /// Looked up; onboarded when missing, assigned again when inactive. What an earlier run pushed is taken up.
    Find,
    /// A new title, and for every third person a new family name.
    ProfileUpdate,
    /// A new password, with password sync on.
    PasswordSync,
    /// Another role than the service holds.
    RoleChange,
    /// A new address.
    EmailChange,
    /// Unassigned.
    Offboard,
    /// Unassigned where still assigned, then assigned again.
    Return,
}

impl Step {
    /// Lets it happen and reads the account back. A failure ends the step; it has been reported by then.
    pub(super) async fn play(self, okta: &Okta, people: &People, account: &mut Account) -> Result<(), Fault> {
        match self {
            Self::Onboard => okta.assign(account).await?,
            // The steps that follow check the account.
            Self::Find => return find(okta, people, account).await,
            Self::ProfileUpdate => update_profile(okta, people, account).await?,
            Self::PasswordSync => okta.push_password(account).await?,
            Self::RoleChange => change_role(okta, account).await?,
            Self::EmailChange => change_email(okta, people, account).await?,
            Self::Offboard => okta.deactivate(account).await?,
            Self::Return => come_back(okta, account).await?,
        }
        okta.verify(account).await
    }
}

impl Step {
    /// How many requests it takes with a service that knew nobody before: about, since what went before matters too.
    pub(super) const fn requests(self, app: App, index: u64) -> u64 {
        // Read and PUT, or one PATCH.
        let switch = if matches!(app, App::Wizard) { 2 } else { 1 };
        let even = index.is_multiple_of(2);
        match self {
            Self::Find => 2,
            Self::Onboard | Self::ProfileUpdate | Self::RoleChange => 3,
            Self::PasswordSync | Self::Offboard => switch + 1,
            Self::EmailChange if even => 4,
            Self::EmailChange => switch + 4,
            Self::Return if even => switch + 4,
            Self::Return => 2,
        }
    }
}

async fn find(okta: &Okta, people: &People, account: &mut Account) -> Result<(), Fault> {
    let Some(found) = okta.lookup(&account.person).await? else {
        return okta.create(account).await;
    };
    if answer::is_active(&found) {
        return adopt(account, &found);
    }
    // Inactive under the first address: either gone, or moved on to another one by an earlier run.
    for change in 1..=ADDRESSES_TRIED {
        let mut moved_on = account.person.clone();
        moved_on.move_to(people.moved_address(&account.person.user_name, change));
        match okta.lookup(&moved_on).await? {
            Some(moved) if answer::is_active(&moved) => {
                account.person = moved_on;
                return adopt(account, &moved);
            }
            Some(_) => {}
            None => break,
        }
    }
    okta.link(account, &found).await
}

/// Takes up what Okta pushed in an earlier run, which it would remember and this process does not.
fn adopt(account: &mut Account, found: &Resource) -> Result<(), Fault> {
    account.id = Some(answer::id_of(found)?.to_owned());
    account.active = true;
    let text = |value: Option<&serde_json::Value>| {
        value.and_then(|value| value.as_str()).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    };
    if let Some(title) = text(found.get("title")) {
        account.person.title = Some(title);
    }
    if let Some(family_name) = text(found.get("name").and_then(|name| name.get("familyName"))) {
        account.person.family_name = family_name;
    }
    if let (Some(role), Some(held)) = (&mut account.person.role, answer::role_of(found)) {
        held.clone_into(role);
    }
    Ok(())
}

pub(super) async fn update_profile(okta: &Okta, people: &People, account: &mut Account) -> Result<(), Fault> {
    account.person.title = Some(people.next_title(account.person.title.as_deref()));
    if account.index.is_multiple_of(3) {
        account.person.family_name = people.next_family_name(account.index, &account.person.family_name);
    }
    okta.push(account, Purpose::PushProfile).await
}

pub(super) async fn change_role(okta: &Okta, account: &mut Account) -> Result<(), Fault> {
    okta.push_changed(account, |held, person| {
        let before = answer::role_of(held).or(person.role.as_deref()).and_then(|role| role.parse().ok());
        let after = match before {
            Some(Role::Editor) => Role::Viewer,
            Some(Role::Viewer) => Role::Owner,
            Some(Role::Owner) | None => Role::Editor,
        };
        person.role = Some(after.as_str().to_owned());
    })
    .await
}

/// Both ways in which a changed address reaches a service. For people with an even number the Okta profile is edited,
/// and a PUT with the new `userName` goes to the stored id. For the others the username of the assignment is edited: the
/// old user is deactivated, and the new name created with the same `externalId`.
pub(super) async fn change_email(okta: &Okta, people: &People, account: &mut Account) -> Result<(), Fault> {
    let Some(old_id) = account.id.clone() else { return Ok(()) };
    let old_name = account.person.user_name.clone();
    if account.index.is_multiple_of(2) {
        let moved = move_to_free_address(okta, people, account, &old_name).await;
        let pushed = match moved {
            Ok(()) => okta.push(account, Purpose::PushProfile).await,
            Err(fault) => Err(fault),
        };
        if pushed.is_err() {
            account.person.move_to(old_name);
        }
        return pushed;
    }
    okta.deactivate(account).await?;
    move_to_free_address(okta, people, account, &old_name).await?;
    okta.create(account).await?;
    if account.id.as_deref() == Some(&old_id) {
        // The service revived the old account under its new name, which its own check will see.
        return Ok(());
    }
    okta.verify_left(&old_id, &old_name).await
}

/// Gives the person the next address that nobody has. Okta's own lookup of the new name is the last of these.
async fn move_to_free_address(
    okta: &Okta,
    people: &People,
    account: &mut Account,
    old_name: &str,
) -> Result<(), Fault> {
    for change in 1..=ADDRESSES_TRIED {
        let address = people.moved_address(old_name, change);
        if address != old_name {
            account.person.move_to(address);
            if okta.lookup(&account.person).await?.is_none() {
                break;
            }
        }
    }
    // With every one taken the last is tried all the same, and the service's refusal is on record.
    Ok(())
}

/// A leaver returns. People with an even number are found inactive by the lookup and linked again; for the others Okta
/// creates anew with the same `externalId`, as it does when its lookup and its create are separate jobs.
pub(super) async fn come_back(okta: &Okta, account: &mut Account) -> Result<(), Fault> {
    let Some(id) = account.id.clone() else { return Ok(()) };
    if account.active {
        okta.deactivate(account).await?;
    }
    if !account.index.is_multiple_of(2) {
        return okta.create(account).await;
    }
    let found = okta.lookup_leaver(&account.person, &id).await?;
    okta.link(account, &found).await
}
