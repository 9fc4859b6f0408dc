//! On whose word something is changed here rather than by Okta.
//!
//! A caller is judged when a request arrives, and the change is made later, in the writer, after whatever waits there:
//! perhaps the end of that caller's own access. So the writer judges again, or a leaver could still make a token.

use crate::{
    model::{id::UserId, role::Role},
    store::{Decision, Key, Store, StoreError, Unread, View, decide},
};

/// Who wants a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever can read the data directory.
    Operator,
    /// A person, who needs this role for it.
    Person(UserId, Role),
}

impl By {
    /// As [`decide`], as long as whoever wants it may.
    ///
    /// # Errors
    /// [`StoreError::Withdrawn`] where they may not any more, and the store's own; nothing was written.
    pub(super) async fn decide<T: Send + 'static>(
        self,
        store: &dyn Store,
        mut keys: Vec<Key>,
        mut rule: impl FnMut(&View) -> Result<(Decision, T), Unread> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Self::Person(user, _) = self {
            keys.push(Key::User(user));
        }
        let decided = decide(store, keys, move |view| {
            if !self.may(view)? {
                return Ok((Decision::default(), None));
            }
            rule(view).map(|(decision, output)| (decision, Some(output)))
        });
        decided.await?.ok_or(StoreError::Withdrawn)
    }

    fn may(self, view: &View) -> Result<bool, Unread> {
        let Self::Person(user, needs) = self else { return Ok(true) };
        let row = view.user(user)?;
        Ok(row.is_some_and(|row| row.user.active && row.user.replaced_by.is_none() && row.user.role >= needs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        directory::{
            room::{Room, id_of, person},
            tokens,
        },
        model::token::{NewToken, TokenMode, TokenScope},
    };

    #[tokio::test]
    async fn what_waits_behind_the_end_of_somebodys_access_is_not_done() {
        let room = Room::new();
        let id = id_of(&room.post(&person("ada@harbor.example", "00u1", Some("owner"))).await);
        let ada = id.parse().unwrap();
        let make = async |by: By| {
            let new = NewToken { name: "Mine".to_owned(), scope: TokenScope::Write, mode: TokenMode::Live, days: None };
            tokens::create(&room.store, by, new, "ada@harbor.example", room.now()).await.map(drop)
        };
        make(By::Person(ada, Role::Owner)).await.unwrap();
        let other = room.newcomer("li").await;
        room.edit(&other, Some(Role::Owner), None).await.unwrap();
        room.edit(&id, Some(Role::Editor), None).await.unwrap();
        assert!(matches!(make(By::Person(ada, Role::Owner)).await, Err(StoreError::Withdrawn)), "no owner any more");
        make(By::Person(ada, Role::Editor)).await.unwrap();
        room.switch(&id, false).await;
        assert!(matches!(make(By::Person(ada, Role::Viewer)).await, Err(StoreError::Withdrawn)), "a leaver");
        room.delete(&id).await;
        assert!(matches!(make(By::Person(ada, Role::Viewer)).await, Err(StoreError::Withdrawn)), "nobody");
        make(By::Operator).await.unwrap();
        assert_eq!(room.store.tokens().await.unwrap().len(), 3);
    }
}
