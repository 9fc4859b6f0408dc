//! The tour: an endless, unhurried life of a small company, for the demo.

use std::{convert::Infallible, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{sync::mpsc, time::sleep};

use super::{
    App, SimulatorError,
    exchange::{self, Exchange, Purpose},
    jobs::{Account, Okta},
    people::People,
    setup::Setup,
    steps,
    wire::{Pace, Wire},
};
use crate::model::{role::Role, secret::Secret};

/// How many people start on the first day.
const FIRST_DAY: u64 = 25;
/// From so many people on nobody is hired any more; those who left come back instead.
const LARGEST_COMPANY: u64 = 200;
/// How long an admin takes to press Test API Credentials again after it failed.
const SECOND_TRY: Duration = Duration::from_secs(10);
/// How many other things happen before a mistake is put right.
const MISTAKE_LASTS: u32 = 5;

/// Plays two to four requests a second: the credential test, the first 25 people, then a random mixture of everything
/// that happens to people, now and then a mistake of the admin that is put right a little later. Refused answers are
/// told to `progress` and do not end it.
///
/// Never ends by itself: drop the future to stop it.
///
/// # Errors
/// When it cannot begin: a bad URL or token, or nobody listening at the URL.
pub async fn tour(
    url: &str,
    token: &Secret,
    app: App,
    seed: u64,
    progress: impl FnMut(&Exchange),
) -> Result<Infallible, SimulatorError> {
    let (log, exchanges) = mpsc::unbounded_channel();
    let people = People::new(seed)?;
    let wire = Wire::new(url, token, None, &Setup::RIGHT, Pace::Lifelike, log)?;
    let okta = Okta::new(wire, app, Setup::RIGHT);
    let play = async move {
        while !okta.connect().await? {
            sleep(SECOND_TRY).await;
        }
        let mut company = Company::new(okta, people, seed);
        for _ in 0..FIRST_DAY {
            company.hire().await;
        }
        loop {
            company.something_happens().await;
            let pause = company.rng.random_range(100..600);
            sleep(Duration::from_millis(pause)).await;
        }
    };
    let (played, ()) = tokio::join!(play, exchange::narrate(exchanges, progress));
    played
}

/// Everybody who ever worked here, and what is presently wrong.
struct Company {
    okta: Okta,
    people: People,
    staff: Vec<Account>,
    mistakes: Vec<Mistake>,
    rng: StdRng,
}

/// What happens to somebody who is on the staff already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Happening {
    ProfileUpdate,
    RoleChange,
    Leave,
    Return,
    EmailChange,
    /// A failed assignment is pressed again under Tasks.
    Retry,
    WrongRole,
}

/// Something an admin got wrong about one person.
struct Mistake {
    /// The person's place in the staff.
    at: usize,
    kind: Kind,
    /// How many other things happen first.
    left: u32,
}

/// What was got wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// "Common Room Role" is `Admin`, which is no role here.
    Role,
    /// Application username format is not Email, so that the name has no `@`.
    UserName,
}

impl Company {
    fn new(okta: Okta, people: People, seed: u64) -> Self {
        Self { okta, people, staff: Vec::new(), mistakes: Vec::new(), rng: StdRng::seed_from_u64(seed) }
    }

    /// What fails has been reported and is not told again: an admin would find it under Tasks.
    async fn something_happens(&mut self) {
        for mistake in &mut self.mistakes {
            mistake.left = mistake.left.saturating_sub(1);
        }
        if let Some(due) = self.mistakes.iter().position(|mistake| mistake.left == 0) {
            let mistake = self.mistakes.swap_remove(due);
            return self.put_right(&mistake).await;
        }
        let happening = match self.rng.random_range(0..100) {
            0..30 => Happening::ProfileUpdate,
            30..46 => Happening::RoleChange,
            46..56 => Happening::Leave,
            56..68 => Happening::Return,
            68..76 => Happening::EmailChange,
            76..80 => Happening::Retry,
            80..86 => Happening::WrongRole,
            86..90 => return self.hire_without_address().await,
            _ => return self.hire().await,
        };
        let whom = self.pick(|account| match happening {
            Happening::Return => !account.active && account.id.is_some(),
            Happening::Retry => account.id.is_none(),
            _ => account.active && account.id.is_some(),
        });
        let Some((at, account)) = whom.and_then(|at| Some((at, self.staff.get_mut(at)?))) else { return };
        let (okta, people) = (&self.okta, &self.people);
        // Every result is on record as an exchange.
        let _ = match happening {
            Happening::ProfileUpdate => steps::update_profile(okta, people, account).await,
            Happening::RoleChange => steps::change_role(okta, account).await,
            Happening::Leave => okta.deactivate(account).await,
            Happening::Return => steps::come_back(okta, account).await,
            Happening::EmailChange => steps::change_email(okta, people, account).await,
            Happening::Retry => okta.assign(account).await,
            Happening::WrongRole => {
                account.person.role = Some("Admin".into());
                self.mistakes.push(Mistake { at, kind: Kind::Role, left: MISTAKE_LASTS });
                okta.push(account, Purpose::PushProfile).await
            }
        };
    }

    /// A random member of the staff of whom `wanted` holds and about whom nothing is wrong. The first is the owner, whom
    /// the workspace cannot do without.
    fn pick(&mut self, wanted: impl Fn(&Account) -> bool) -> Option<usize> {
        let candidates: Vec<usize> = self
            .staff
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(at, account)| wanted(account) && self.mistakes.iter().all(|mistake| mistake.at != *at))
            .map(|(at, _)| at)
            .collect();
        let chosen = self.rng.random_range(0..candidates.len().max(1));
        candidates.get(chosen).copied()
    }

    fn newcomer(&self) -> Option<Account> {
        let index = self.staff.len() as u64;
        (index < LARGEST_COMPANY).then(|| Account::new(index, Setup::RIGHT.assigned(index, self.people.person(index))))
    }

    async fn hire(&mut self) {
        let Some(mut account) = self.newcomer() else { return };
        let _ = self.okta.assign(&mut account).await;
        self.staff.push(account);
    }

    async fn hire_without_address(&mut self) {
        let Some(mut account) = self.newcomer() else { return };
        let local = account.person.user_name.split('@').next().unwrap_or_default().to_owned();
        account.person.user_name = local;
        let _ = self.okta.assign(&mut account).await;
        self.mistakes.push(Mistake { at: self.staff.len(), kind: Kind::UserName, left: MISTAKE_LASTS });
        self.staff.push(account);
    }

    async fn put_right(&mut self, mistake: &Mistake) {
        let Some(account) = self.staff.get_mut(mistake.at) else { return };
        match mistake.kind {
            Kind::Role => account.person.role = Some(Role::Editor.as_str().to_owned()),
            Kind::UserName => account.person.user_name = self.people.person(account.index).user_name,
        }
        // A refused create left no link, so that pressing Retry begins with the lookup again.
        let _ = match account.id {
            Some(_) => self.okta.push(account, Purpose::PushProfile).await,
            None => self.okta.assign(account).await,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::tests::server::{Flaw, Server};

    #[tokio::test]
    async fn a_tour_begins_with_the_credential_test_and_people_arrive() {
        let server = Server::start(Flaw::None).await;
        let (tell, mut told) = mpsc::unbounded_channel();
        let token = server.token();
        let tour = tour(&server.url, &token, App::Wizard, 3, |exchange| tell.send(exchange.purpose).unwrap());
        let watch = async {
            for wanted in [Purpose::CredentialTest, Purpose::Lookup, Purpose::Create, Purpose::Lookup] {
                assert_eq!(told.recv().await, Some(wanted));
            }
        };
        tokio::select! {
            ended = tour => panic!("a tour never ends by itself: {ended:?}"),
            () = watch => {}
        }
        assert!(!server.users().is_empty());
    }

    #[tokio::test]
    async fn a_company_lives_and_its_mistakes_are_put_right() {
        for app in App::ALL {
            let server = Server::start(Flaw::None).await;
            let (log, mut exchanges) = mpsc::unbounded_channel();
            let wire = Wire::new(&server.url, &server.token(), None, &Setup::RIGHT, Pace::None, log).unwrap();
            let mut company = Company::new(Okta::new(wire, app, Setup::RIGHT), People::new(3).unwrap(), 3);
            for _ in 0..200 {
                company.something_happens().await;
            }
            let seen = server.seen();
            let pushed = |text: &str| {
                seen.iter().filter_map(|seen| seen.body.as_ref()).any(|body| body.to_string().contains(text))
            };
            assert!(pushed("\"value\":\"Admin\""), "the wrong role was pushed");
            let methods: std::collections::HashSet<_> = seen.iter().map(|seen| seen.method.as_str()).collect();
            assert_eq!(methods.contains("PATCH"), app == App::Catalogue);
            while let Some(mistake) = company.mistakes.pop() {
                company.put_right(&mistake).await;
            }
            for user in server.users() {
                let (name, roles) = (user["userName"].as_str().unwrap(), user.get("roles"));
                let wrong = !name.contains('@') || roles.is_some_and(|roles| roles[0]["value"] == "Admin");
                assert!(!wrong || user["active"] == false, "{user:?} was not put right");
            }
            drop(company);
            while let Some(exchange) = exchanges.recv().await {
                assert!(!exchange.is_fault(), "{exchange}");
            }
        }
    }
}
