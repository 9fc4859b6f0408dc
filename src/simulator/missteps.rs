//! Mistakes that lie in what is sent when: the order of requests of each [`Mistake`](super::Mistake).

use std::time::Duration;

use tokio::time::sleep;
use uuid::Uuid;

use super::{
    exchange::Purpose,
    fault::Fault,
    groups::{GROUP, Group, Member},
    jobs::{Account, Okta},
    people::People,
    steps,
};

/// How long an account is here before Okta, which does not find it, creates it anew. Within less it would look like one
/// job that Okta runs twice.
const A_WHILE: Duration = Duration::from_millis(2_500);
/// How often an admin presses Test API Credentials and Save.
const TESTS: u32 = 3;

/// What is sent in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// Everybody is assigned.
    Assign,
    /// Everybody is assigned, and given a changed profile.
    PushOnce,
    /// Everybody is looked up.
    LookUp,
    /// Nothing, not even a test.
    Nothing,
    /// The credentials are tested, and nothing more.
    TestsOnly,
    /// Okta asks what SCIM 1.1 asks first, then everybody is assigned.
    VersionOne,
    /// The second person gets the user name of the first.
    TakenName,
    /// The second person leaves and is created under the name of the first.
    WrongLookup,
    /// An account is deleted, and Okta goes on pushing.
    AccountGone,
    /// Who is here is created.
    CreateExisting,
    /// Everybody is created twice at once.
    CreateTwice,
    /// A return, and then a push of the profile as it was before.
    UndoneReturn,
    /// Everybody leaves and comes back.
    Return,
    /// An import, then another after many were deleted.
    SmallImport,
    /// A group is pushed with somebody who is not here yet.
    GroupRace,
    /// A group is pushed with people who are not here.
    GroupStrangers,
    /// A group is deleted, and Okta goes on pushing.
    GroupGone,
    /// A group is created under a name that is taken.
    GroupNameTaken,
    /// The first person leaves.
    LastOwner,
}

impl Story {
    /// Whether it opens with Test API Credentials and Save, as all but one do.
    pub(super) fn is_connected(self) -> bool {
        self != Self::Nothing
    }

    /// Sends it, one person after the other. What is refused has been reported by then; Okta goes on with the next job.
    pub(super) async fn play(self, okta: &Okta, people: &People, staff: &mut [Account]) -> Result<(), Fault> {
        match self {
            Self::Nothing => Ok(()),
            Self::TestsOnly => {
                for _ in 1..TESTS {
                    okta.test().await?;
                }
                Ok(())
            }
            Self::VersionOne => {
                // Whatever it answers, the app goes on with what it believes to be there.
                let _ = okta.read_capabilities().await;
                Self::Assign.for_each(okta, people, staff).await;
                Ok(())
            }
            Self::TakenName | Self::WrongLookup => self.of_two(okta, staff).await,
            Self::SmallImport => small_import(okta, staff).await,
            Self::GroupRace | Self::GroupStrangers | Self::GroupGone | Self::GroupNameTaken => {
                self.of_group(okta, staff).await
            }
            Self::LastOwner => {
                Self::Assign.for_each(okta, people, staff).await;
                match staff.first_mut() {
                    Some(owner) => okta.deactivate(owner).await,
                    None => Ok(()),
                }
            }
            _ => {
                self.for_each(okta, people, staff).await;
                Ok(())
            }
        }
    }

    async fn for_each(self, okta: &Okta, people: &People, staff: &mut [Account]) {
        for (index, account) in staff.iter_mut().enumerate() {
            // Without an owner another diagnosis would come first.
            let story = if index == 0 && self.takes_away() { Self::Assign } else { self };
            let _ = story.of_one(okta, people, account).await;
        }
    }

    /// Whether accounts are inactive or gone in the course of it.
    fn takes_away(self) -> bool {
        matches!(self, Self::AccountGone | Self::UndoneReturn | Self::Return)
    }

    async fn of_one(self, okta: &Okta, people: &People, account: &mut Account) -> Result<(), Fault> {
        if self == Self::LookUp {
            return okta.lookup(&account.person).await.map(drop);
        }
        if self == Self::CreateTwice {
            return create_twice(okta, account).await;
        }
        okta.assign(account).await?;
        match self {
            Self::PushOnce => steps::update_profile(okta, people, account).await,
            Self::AccountGone => {
                okta.delete(account).await?;
                // The push of today, and the one of tomorrow.
                let _ = okta.push(account, Purpose::PushProfile).await;
                okta.push(account, Purpose::PushProfile).await
            }
            Self::CreateExisting => {
                sleep(A_WHILE).await;
                okta.create(account).await
            }
            Self::UndoneReturn => {
                okta.deactivate(account).await?;
                okta.lookup(&account.person).await?;
                okta.reactivate(account).await?;
                // The push that follows was made up before.
                account.active = false;
                okta.push(account, Purpose::PushProfile).await
            }
            Self::Return => {
                okta.deactivate(account).await?;
                let found = okta.lookup(&account.person).await?.ok_or(Fault::Hidden)?;
                okta.link(account, &found).await
            }
            _ => Ok(()),
        }
    }

    async fn of_two(self, okta: &Okta, staff: &mut [Account]) -> Result<(), Fault> {
        let [first, second, ..] = staff else { return Ok(()) };
        okta.assign(first).await?;
        okta.assign(second).await?;
        if self == Self::TakenName {
            second.person.user_name.clone_from(&first.person.user_name);
            second.person.email.clone_from(&first.person.email);
            return okta.push(second, Purpose::PushProfile).await;
        }
        okta.deactivate(second).await?;
        let own = second.person.user_name.clone();
        second.person.user_name = format!("x.{own}");
        okta.lookup(&second.person).await?;
        second.person.user_name.clone_from(&first.person.user_name);
        second.person.email.clone_from(&first.person.email);
        okta.create(second).await
    }

    async fn of_group(self, okta: &Okta, staff: &mut [Account]) -> Result<(), Fault> {
        let name = okta.group_name(GROUP);
        let strangers = || vec![Member::stranger(Uuid::now_v7()), Member::stranger(Uuid::now_v7())];
        match self {
            Self::GroupRace => {
                let mut members = strangers();
                for account in staff {
                    okta.assign(account).await?;
                    members.extend(Member::of(account));
                }
                okta.push_group(&name, &members).await.map(drop)
            }
            Self::GroupStrangers => okta.push_group(&name, &strangers()).await.map(drop),
            Self::GroupGone => {
                let group = okta.push_group(&name, &[]).await?;
                okta.delete_group(&group).await?;
                okta.push_now(&group, &[]).await
            }
            _ => {
                let group = okta.push_group(&name, &[]).await?;
                okta.create_group(&Group { id: String::new(), ..group }, &[]).await.map(drop)
            }
        }
    }
}

/// Two jobs for one person that started in the same moment: both found nobody.
async fn create_twice(okta: &Okta, account: &mut Account) -> Result<(), Fault> {
    okta.lookup(&account.person).await?;
    let mut twin = Account::new(account.index, account.person.clone());
    let (one, other) = tokio::join!(okta.create(account), okta.create(&mut twin));
    one.and(other)
}

/// Everybody is imported; a third of them is deleted, and the next import is short.
async fn small_import(okta: &Okta, staff: &mut [Account]) -> Result<(), Fault> {
    for account in &mut *staff {
        let _ = okta.assign(account).await;
    }
    okta.import().await?;
    let some = staff.len().div_ceil(3);
    for account in staff.iter_mut().skip(1).take(some) {
        let _ = okta.delete(account).await;
    }
    okta.import().await.map(drop)
}
