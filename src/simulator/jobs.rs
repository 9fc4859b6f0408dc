//! Okta's provisioning jobs: the sequences of requests that one click of an admin, or one assignment, sets off.

use serde_json::{Map, Value};

use super::{
    App, SimulatorError,
    answer::{self, Answer},
    body,
    call::{Call, Verb},
    exchange::Purpose,
    fault::Fault,
    people::Person,
    setup::Setup,
    wire::Wire,
};

/// What Okta remembers of one assignment.
#[derive(Debug)]
pub(super) struct Account {
    /// The person's number.
    pub(super) index: u64,
    /// The profile that Okta pushes.
    pub(super) person: Person,
    /// The id under which the service knows the person; none while there is no link.
    pub(super) id: Option<String>,
    /// Whether the person is assigned.
    pub(super) active: bool,
}

impl Account {
    /// A person of whom the app knows nothing yet.
    pub(super) fn new(index: u64, person: Person) -> Self {
        Self { index, person, id: None, active: false }
    }
}

/// A User resource as the service returned it.
pub(super) type Resource = Map<String, Value>;

/// Okta's provisioning client: one kind of app, set up in one way, on one wire.
#[derive(Debug)]
pub(super) struct Okta {
    wire: Wire,
    app: App,
    setup: Setup,
    test: bool,
}

impl Okta {
    pub(super) fn new(wire: Wire, app: App, setup: Setup) -> Self {
        Self { wire, app, setup, test: false }
    }

    /// The same for a run that the service is told is a test.
    pub(super) fn for_test(self, test: bool) -> Self {
        Self { test, ..self }
    }

    /// Whether the service is told that this is a test.
    pub(super) fn is_test(&self) -> bool {
        self.test
    }

    /// Which kind of app plays.
    pub(super) fn app(&self) -> App {
        self.app
    }

    /// Sends a request.
    pub(super) async fn ask<T>(&self, call: Call<'_>, judge: impl Fn(&Answer) -> Result<T, Fault>) -> Result<T, Fault> {
        self.wire.ask(call, judge).await
    }

    /// Test API Credentials and Save. Gives whether Okta would save the setting.
    pub(super) async fn connect(&self) -> Result<bool, SimulatorError> {
        match self.test().await {
            // The connection test is known to pass with counts sent as text; the trouble begins at the lookup.
            Ok(()) | Err(Fault::NotANumber(_)) => Ok(true),
            Err(Fault::Unreachable(reason)) => {
                Err(SimulatorError::Unreachable { url: self.wire.base().to_owned(), reason })
            }
            Err(_) => Ok(false),
        }
    }

    /// Test API Credentials.
    pub(super) async fn test(&self) -> Result<(), Fault> {
        self.ask(Call::credential_test(), answer::credential_test).await
    }

    /// What an app of SCIM 1.1 asks before anything else.
    pub(super) async fn read_capabilities(&self) -> Result<(), Fault> {
        self.ask(Call::capabilities(), answer::capabilities).await
    }

    fn call_lookup<'a>(&self, person: &'a Person) -> Call<'a> {
        let (attribute, value) = (self.setup.lookup)(person);
        Call::lookup(attribute, value, &person.user_name)
    }

    /// Looks for the person.
    pub(super) async fn lookup(&self, person: &Person) -> Result<Option<Resource>, Fault> {
        self.ask(self.call_lookup(person), |answer| answer::lookup(answer, &person.user_name)).await
    }

    /// Looks for somebody who left and must still be found, under the id of old.
    pub(super) async fn lookup_leaver(&self, person: &Person, id: &str) -> Result<Resource, Fault> {
        self.wire
            .ask(self.call_lookup(person), |answer| {
                let found = answer::lookup(answer, &person.user_name)?.ok_or(Fault::Hidden)?;
                match answer::id_of(&found)? {
                    given if given == id => Ok(found),
                    given => Err(Fault::OtherId { asked: id.to_owned(), given: given.to_owned() }),
                }
            })
            .await
    }

    /// Assigns the person: looked up, then created or linked.
    pub(super) async fn assign(&self, account: &mut Account) -> Result<(), Fault> {
        match self.lookup(&account.person).await? {
            None => self.create(account).await,
            Some(found) => self.link(account, &found).await,
        }
    }

    /// Creates the person without looking. A failure leaves no link.
    pub(super) async fn create(&self, account: &mut Account) -> Result<(), Fault> {
        account.id = None;
        let mut body = body::create(&account.person);
        (self.setup.body)(&mut body, &account.person);
        let call = Call::create(body.into(), &account.person.user_name);
        account.id = Some(self.wire.ask(call, answer::created).await?);
        account.active = true;
        Ok(())
    }

    /// Links the person to a user that the lookup found: reactivated when inactive, then given Okta's profile.
    /// A failure leaves no link, and a later unassignment sends nothing.
    pub(super) async fn link(&self, account: &mut Account, found: &Resource) -> Result<(), Fault> {
        account.id = Some(answer::id_of(found)?.to_owned());
        account.active = answer::is_active(found);
        let linked = async {
            if !account.active {
                self.switch(account, true).await?;
            }
            self.push(account, Purpose::PushProfile).await
        }
        .await;
        if linked.is_err() {
            account.id = None;
        }
        linked
    }

    /// Unassigns the person. Without a link Okta sends nothing.
    pub(super) async fn deactivate(&self, account: &mut Account) -> Result<(), Fault> {
        self.switch(account, false).await
    }

    /// Turns the account on again.
    pub(super) async fn reactivate(&self, account: &mut Account) -> Result<(), Fault> {
        self.switch(account, true).await
    }

    /// Takes the account out of the service. Okta does so since 2026 on granular deprovisioning (okta-traffic 4.7); here
    /// it stands for somebody who deletes accounts in the service behind Okta's back.
    pub(super) async fn delete(&self, account: &Account) -> Result<(), Fault> {
        let Some(id) = account.id.as_deref() else { return Ok(()) };
        self.ask(Call::one(Verb::Delete, id, None, Purpose::Delete, &account.person.user_name), answer::deleted).await
    }

    /// Turns `active` on or off the way the kind of app does.
    async fn switch(&self, account: &mut Account, active: bool) -> Result<(), Fault> {
        let Some(id) = account.id.clone() else { return Ok(()) };
        let purpose = if active { Purpose::Reactivate } else { Purpose::Deactivate };
        let before = std::mem::replace(&mut account.active, active);
        let switched = match self.app {
            App::Wizard => self.push(account, purpose).await,
            App::Catalogue => {
                let who = &account.person.user_name;
                let call = Call::one(Verb::Patch, &id, Some(body::switch(active)), purpose, who);
                self.wire.ask(call, |answer| answer::switched(answer, &id, active)).await
            }
        };
        if switched.is_err() {
            account.active = before;
        }
        switched
    }

    /// Pushes the profile: GET, lay the mapped values over it, PUT.
    pub(super) async fn push(&self, account: &Account, purpose: Purpose) -> Result<(), Fault> {
        let Some(id) = account.id.as_deref() else { return Ok(()) };
        let held = self.read(id, &account.person.user_name, Purpose::Read).await?;
        self.put(account, id, held, purpose).await
    }

    /// Pushes a new password, as password sync does: alone where the app can PATCH, with the whole profile otherwise
    /// (okta-traffic 3.4). What is sent is as random as any password, and kept nowhere.
    pub(super) async fn push_password(&self, account: &Account) -> Result<(), Fault> {
        let Some(id) = account.id.as_deref() else { return Ok(()) };
        let (who, purpose) = (&account.person.user_name, Purpose::PushPassword);
        if self.app == App::Catalogue {
            let call = Call::one(Verb::Patch, id, Some(body::new_password()), purpose, who);
            return self.wire.ask(call, |answer| answer::switched(answer, id, account.active)).await;
        }
        let held = self.read(id, who, Purpose::Read).await?;
        let mut merged = body::overlay(held, &account.person, account.active);
        merged.insert("password".to_owned(), body::password());
        let call = Call::one(Verb::Put, id, Some(merged.into()), purpose, who);
        self.wire.ask(call, |answer| answer::user(answer, id)).await.map(drop)
    }

    /// Pushes the profile after `change` has looked at what the service holds.
    pub(super) async fn push_changed(
        &self,
        account: &mut Account,
        change: impl FnOnce(&Resource, &mut Person),
    ) -> Result<(), Fault> {
        let Some(id) = account.id.clone() else { return Ok(()) };
        let held = self.read(&id, &account.person.user_name, Purpose::Read).await?;
        change(&held, &mut account.person);
        self.put(account, &id, held, Purpose::PushProfile).await
    }

    async fn put(&self, account: &Account, id: &str, held: Resource, purpose: Purpose) -> Result<(), Fault> {
        let mut merged = body::overlay(held, &account.person, account.active);
        (self.setup.body)(&mut merged, &account.person);
        let call = Call::one(Verb::Put, id, Some(merged.into()), purpose, &account.person.user_name);
        self.wire.ask(call, |answer| answer::user(answer, id)).await.map(drop)
    }

    async fn read(&self, id: &str, who: &str, purpose: Purpose) -> Result<Resource, Fault> {
        self.wire.ask(Call::one(Verb::Get, id, None, purpose, who), |answer| answer::user(answer, id)).await
    }

    /// Reads the account back and checks that the service holds what was pushed, as Okta's CRUD suite does.
    pub(super) async fn verify(&self, account: &Account) -> Result<(), Fault> {
        let Some(id) = account.id.as_deref() else { return Ok(()) };
        let call = Call::one(Verb::Get, id, None, Purpose::Verify, &account.person.user_name);
        self.wire.ask(call, |answer| answer::held(&answer::user(answer, id)?, &account.person, account.active)).await
    }

    /// Checks that an account which was left behind is still there, and off.
    pub(super) async fn verify_left(&self, id: &str, who: &str) -> Result<(), Fault> {
        let call = Call::one(Verb::Get, id, None, Purpose::Verify, who);
        self.wire.ask(call, |answer| answer::left(answer, id)).await
    }
}
