//! Lists, lookups and searches: Okta's credential test, its lookups, its import pages, and what other clients ask for.
//!
//! A plain list goes from key to key through the order of creation. A filter is narrowed to an index where it can be and
//! decided over the candidates; one that no index serves, and every order other than that of creation, looks at each
//! resource, in chunks so that nobody else waits, and keeps no more than places in the order.

mod pick;
mod rows;

#[cfg(test)]
mod tests;

use crate::{
    directory::{
        USER_NAME_NOT_EMAIL,
        listing::{
            pick::{Pick, Place},
            rows::{CHUNK, Candidates, Row, Seen},
        },
        request::{Notes, Outcome, Reply, Request},
        users::is_email,
    },
    model::{event::Action, id::TokenId, workspace::UserNamePolicy},
    scim::{
        cursor::{Cursor, CursorKey, Mark},
        error::ScimError,
        filter::{Narrowing, narrow},
        list::{ListQuery, Paging, cursor_text, list_text},
        schema::TypeName,
    },
    store::{Position, Store, StoreError},
};

/// How many resources a filter that no index serves may look at before it is refused (`tooMany`).
pub const MOST_SCANNED: u64 = 2_000_000;

/// What lists are answered with.
#[derive(Clone, Copy)]
pub struct Lister<'l> {
    /// Where everything is kept.
    pub store: &'l dyn Store,
    /// The request.
    pub request: &'l Request,
    /// Seals cursors.
    pub cursors: &'l CursorKey,
    /// How many resources a filter that no index serves may look at.
    pub most_scanned: u64,
}

/// A refusal on the way to an answer, or a failure of the store.
enum Halt {
    Refused(ScimError),
    Failed(StoreError),
}

impl From<ScimError> for Halt {
    fn from(error: ScimError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// One page.
struct Page {
    total: u64,
    resources: Vec<String>,
    /// Where the page ends, when another follows.
    next: Option<Mark>,
}

impl Lister<'_> {
    /// Answers a list request for one resource type, or for several at once: the queries are what each type makes of it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, queries: &[ListQuery]) -> Result<Outcome, StoreError> {
        let Some(first) = queries.first() else {
            let notes = Notes::new(Action::Lookup);
            return Ok(Outcome::refused(&ScimError::not_found("There is nothing to list here."), notes));
        };
        let mut notes = Notes::new(action(queries));
        match self.page(first, queries, &mut notes).await {
            Ok(page) => {
                notes.results = Some(page.total);
                Ok(Outcome { reply: Reply::text(200, self.text(first, page)), notes })
            }
            Err(Halt::Refused(error)) => Ok(Outcome::refused(&error, notes)),
            Err(Halt::Failed(error)) => Err(error),
        }
    }

    fn text(&self, query: &ListQuery, page: Page) -> String {
        let Page { total, resources, next } = page;
        match query.paging {
            Paging::Index { start_index } => list_text(total, start_index, &resources),
            Paging::Cursor { .. } => {
                let next =
                    next.map(|mark| Cursor::new(mark, query, self.token(), self.request.at).encode(self.cursors));
                cursor_text(total, next.as_deref(), &resources)
            }
        }
    }

    /// Whom cursors are given to.
    fn token(&self) -> TokenId {
        self.request.token.as_ref().map_or(TokenId(uuid::Uuid::nil()), |token| token.id)
    }

    async fn page(&self, first: &ListQuery, queries: &[ListQuery], notes: &mut Notes) -> Result<Page, Halt> {
        let mark = first.resume(self.cursors, self.token(), self.request.at)?;
        if first.filter.is_none() && first.sort.is_none() {
            return self.plain(first, queries, mark.as_ref()).await;
        }
        self.picked(queries, mark, notes).await
    }

    /// All resources in order of creation, type by type, from where the page before ended.
    async fn plain(&self, first: &ListQuery, queries: &[ListQuery], mark: Option<&Mark>) -> Result<Page, Halt> {
        let mut counts = Vec::with_capacity(queries.len());
        for query in queries {
            counts.push(rows::count(self, query.kind).await?);
        }
        let total = counts.iter().sum();
        let count = usize::try_from(first.count).unwrap_or(usize::MAX);
        let mut skip = first.paging.start_index().saturating_sub(1);
        let mut found: Vec<(u8, &ListQuery, Row)> = Vec::new();
        for ((section, query), here) in (0_u8..).zip(queries).zip(counts) {
            if count == 0 || found.len() > count {
                break;
            }
            let left = u32::try_from(count - found.len()).unwrap_or(u32::MAX);
            let rows = match (&first.paging, mark) {
                (Paging::Cursor { .. }, Some(mark)) if section < mark.section => continue,
                (Paging::Cursor { .. }, mark) => {
                    let after = mark.filter(|mark| mark.section == section).map(|mark| Position(mark.position));
                    // One more than asked for tells whether another page follows.
                    rows::scan(self, query.kind, after, left.saturating_add(1)).await?
                }
                (Paging::Index { .. }, _) if left == 0 => break,
                // The last type is asked in any case: it may know where the page before ended, whoever has gone since.
                (Paging::Index { .. }, _) if skip >= here && usize::from(section) + 1 < queries.len() => {
                    skip -= here;
                    continue;
                }
                (Paging::Index { .. }, _) => rows::page(self, query.kind, std::mem::take(&mut skip), left).await?,
            };
            found.extend(rows.into_iter().map(|row| (section, query, row)));
        }
        let more = found.len() > count;
        found.truncate(count);
        let mark = |(section, _, row): &(u8, _, Row)| Mark { section: *section, position: row.position().0, key: None };
        let next = found.last().filter(|_| more).map(mark);
        let mut resources = Vec::with_capacity(found.len());
        for (_, query, row) in found {
            resources.push(Seen::to_show(self, row, &query.projection).await?.text(self.request, &query.projection));
        }
        Ok(Page { total, resources, next })
    }

    /// Resources that a filter selects or a client wants in another order, of one type or of several.
    async fn picked(&self, queries: &[ListQuery], mark: Option<Mark>, notes: &mut Notes) -> Result<Page, Halt> {
        let Some(first) = queries.first() else { return Ok(Page { total: 0, resources: Vec::new(), next: None }) };
        let mut pick = Pick::new(first, mark);
        let mut found = Notes::new(notes.action);
        let mut scanned = 0;
        for (section, query) in (0_u8..).zip(queries) {
            let narrowing = query.filter.as_ref().and_then(narrow);
            self.note_search(query, narrowing.as_ref(), notes).await?;
            match rows::candidates(self, query.kind, narrowing).await? {
                Candidates::These(rows) => {
                    for row in rows {
                        self.consider(section, query, row, &mut pick, &mut found).await?;
                    }
                }
                Candidates::Everybody => {
                    let mut after = None;
                    loop {
                        let chunk = rows::scan(self, query.kind, after, CHUNK).await?;
                        let full = chunk.len() == CHUNK as usize;
                        after = chunk.last().map(Row::position);
                        scanned += chunk.len() as u64;
                        if query.filter.is_some() && scanned > self.most_scanned {
                            return Err(too_many(self.most_scanned).into());
                        }
                        for row in chunk {
                            scanned += self.consider(section, query, row, &mut pick, &mut found).await?;
                        }
                        if !full {
                            break;
                        }
                    }
                }
            }
        }
        // A search is about somebody only where it found nobody else; otherwise it is about what it looked for.
        if pick.total() == 1 {
            (notes.user, notes.external_id, notes.group) = (found.user, found.external_id, found.group);
            notes.user_name = found.user_name.or(notes.user_name.take());
            notes.group_name = found.group_name.or(notes.group_name.take());
        }
        let (total, places, next) = pick.finish();
        let mut resources = Vec::with_capacity(places.len());
        for place in places {
            if let Some(query) = queries.get(usize::from(place.section))
                && let Some(seen) = self.at(query, place).await?
            {
                resources.push(seen.text(self.request, &query.projection));
            }
        }
        Ok(Page { total, resources, next })
    }

    /// The match at a place, with all that is shown of it; one that was deleted since it was picked is gone.
    async fn at(&self, query: &ListQuery, place: Place) -> Result<Option<Seen>, Halt> {
        if let Some(seen) = place.seen {
            return Ok(Some(seen.with_members(self, &query.projection).await?));
        }
        let before = Position(place.position.0 - 1);
        let found = rows::scan(self, query.kind, Some(before), 1).await?.pop();
        match found.filter(|row| row.position() == place.position) {
            Some(row) => Ok(Some(Seen::to_show(self, row, &query.projection).await?)),
            None => Ok(None),
        }
    }

    /// Judges one resource, and says how many members had to be read for it.
    async fn consider(
        &self,
        section: u8,
        query: &ListQuery,
        row: Row,
        pick: &mut Pick,
        found: &mut Notes,
    ) -> Result<u64, Halt> {
        let position = row.position();
        let seen = Seen::to_judge(self, row, query).await?;
        let looked_at = seen.members();
        let key = {
            let subject = seen.view(self.request);
            if query.filter.as_ref().is_some_and(|filter| !filter.matches(&subject)) {
                return Ok(looked_at);
            }
            query.sort.as_ref().map(|sort| sort.key(&subject))
        };
        if pick.total() == 0 {
            seen.note(found);
        }
        pick.add(section, position, key, seen);
        Ok(looked_at)
    }

    /// Notes what a filter looks for, also when nobody is found.
    async fn note_search(
        &self,
        query: &ListQuery,
        narrowing: Option<&Narrowing>,
        notes: &mut Notes,
    ) -> Result<(), StoreError> {
        match narrowing {
            Some(Narrowing::UserName(name) | Narrowing::Email(name)) => notes.user_name = Some(name.clone()),
            Some(Narrowing::DisplayName(name)) => notes.group_name = Some(name.clone()),
            _ => {}
        }
        if let Some(Narrowing::UserName(name)) = narrowing
            && query.kind.name == TypeName::User
            && !is_email(name)
            && self.store.workspace().await?.user_name == UserNamePolicy::Email
        {
            // The create that follows will be refused; the set-up shows its mistake here already.
            notes.findings.push(USER_NAME_NOT_EMAIL);
        }
        Ok(())
    }
}

/// What a list request means: Okta's Test API Credentials asks for the first two users, its import for pages of a
/// hundred, its lookup for a name.
fn action(queries: &[ListQuery]) -> Action {
    match queries {
        [query] if query.filter.is_some() => Action::Lookup,
        [query] if query.kind.name == TypeName::Role => Action::Discovery,
        [query]
            if query.kind.name == TypeName::User
                && query.sort.is_none()
                && query.count == 2
                && query.paging == (Paging::Index { start_index: 1 }) =>
        {
            Action::CredentialTest
        }
        [_] => Action::ImportPage,
        _ => Action::Lookup,
    }
}

fn too_many(most: u64) -> ScimError {
    ScimError::too_many(format!(
        "The filter names nothing that is indexed and would have to look at more than {most} resources. Add a term such \
         as userName eq, externalId eq, emails.value eq or displayName eq (groups) with and."
    ))
}
