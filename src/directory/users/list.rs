//! `GET /Users`: Okta's credential test, its lookups, its import pages.

use crate::{
    directory::{
        USER_NAME_NOT_EMAIL,
        request::{Notes, Outcome, Reply, Request},
        users::{document_of, is_email, note_user, view},
    },
    model::{event::Action, workspace::UserNamePolicy},
    scim::{
        error::ScimError,
        filter::{Filter, Narrowing, narrow},
        list::{ListQuery, list_text},
        projection::Written,
    },
    store::{Lookup, Store, StoreError, UserRow},
};

/// How many rows a filter without an indexed key reads at a time.
const CHUNK: u32 = 500;
/// How many candidates an indexed key may give; more than one only for an externalId or e-mail address in common.
const CANDIDATES: u32 = 1_000;

/// Answers a list request.
///
/// # Errors
/// The store failed.
pub async fn list(store: &dyn Store, request: &Request, query: &ListQuery) -> Result<Outcome, StoreError> {
    let Some(filter) = &query.filter else {
        return page(store, request, query).await;
    };
    let mut notes = Notes::new(Action::Lookup);
    let narrowing = narrow(filter);
    if let Some(Narrowing::UserName(name) | Narrowing::Email(name)) = &narrowing {
        // Named in the log also when nobody is found.
        notes.user_name = Some(name.clone());
    }
    if let Some(Narrowing::UserName(name)) = &narrowing
        && !is_email(name)
        && store.workspace().await?.user_name == UserNamePolicy::Email
    {
        // The create that follows will be refused; the set-up shows its mistake here already.
        notes.findings.push(USER_NAME_NOT_EMAIL);
    }
    let candidates = match narrowing.and_then(lookup) {
        Some(Some(lookup)) => store.lookup(&lookup, CANDIDATES).await?,
        // Such as an id that cannot be one of ours.
        Some(None) => Vec::new(),
        None => return scan(store, request, query, filter, notes).await,
    };
    if candidates.len() == CANDIDATES as usize {
        // There may be more of them: an address that a whole company shares.
        return scan(store, request, query, filter, notes).await;
    }
    let mut found = Found::new(query);
    for row in &candidates {
        if let Err(error) = found.consider(row, request, query, filter, &mut notes) {
            return Ok(Outcome::refused(&error, notes));
        }
    }
    Ok(found.outcome(query, notes))
}

/// A filter that no index serves is decided row by row, in chunks so that no other request waits for it.
async fn scan(
    store: &dyn Store,
    request: &Request,
    query: &ListQuery,
    filter: &Filter,
    mut notes: Notes,
) -> Result<Outcome, StoreError> {
    let mut found = Found::new(query);
    let mut after = None;
    loop {
        let rows = store.scan(after, CHUNK).await?;
        for row in &rows {
            if let Err(error) = found.consider(row, request, query, filter, &mut notes) {
                return Ok(Outcome::refused(&error, notes));
            }
        }
        match rows.last() {
            Some(last) if rows.len() == CHUNK as usize => after = Some(last.position),
            _ => return Ok(found.outcome(query, notes)),
        }
    }
}

/// The matches of a filter so far: all counted, those of the page kept.
struct Found {
    total: u64,
    skip: u64,
    page: Vec<String>,
}

impl Found {
    const fn new(query: &ListQuery) -> Self {
        Self { total: 0, skip: query.paging.start_index().saturating_sub(1), page: Vec::new() }
    }

    fn consider(
        &mut self,
        row: &UserRow,
        request: &Request,
        query: &ListQuery,
        filter: &Filter,
        notes: &mut Notes,
    ) -> Result<(), ScimError> {
        let document = document_of(row, request)?;
        let view = view(request.types, row, &document, &request.base_url);
        if !filter.matches(&view) {
            return Ok(());
        }
        self.total += 1;
        if self.total == 1 {
            note_user(notes, row);
        }
        if self.total > self.skip && (self.page.len() as u64) < query.count {
            self.page.push(view.to_text(&query.projection, &Written::Nothing));
        }
        Ok(())
    }

    fn outcome(self, query: &ListQuery, mut notes: Notes) -> Outcome {
        notes.results = Some(self.total);
        if self.total > 1 {
            notes.user = None;
            notes.external_id = None;
        }
        let body = list_text(self.total, query.paging.start_index(), &self.page);
        Outcome { reply: Reply::text(200, body), notes }
    }
}

/// All users, page by page, in order of creation.
async fn page(store: &dyn Store, request: &Request, query: &ListQuery) -> Result<Outcome, StoreError> {
    // Okta's Test API Credentials asks for exactly this; an import asks for pages of a hundred.
    let probe = query.paging.start_index() == 1 && query.count == 2;
    let mut notes = Notes::new(if probe { Action::CredentialTest } else { Action::ImportPage });
    let total = store.counts().await?.total;
    notes.results = Some(total);
    let rows = match u32::try_from(query.count) {
        Ok(0) => Vec::new(),
        Ok(count) => store.page(query.paging.start_index().saturating_sub(1), count).await?,
        Err(_) => Vec::new(),
    };
    let mut resources = Vec::with_capacity(rows.len());
    for row in &rows {
        match document_of(row, request) {
            Ok(document) => {
                resources.push(
                    view(request.types, row, &document, &request.base_url)
                        .to_text(&query.projection, &Written::Nothing),
                );
            }
            Err(error) => return Ok(Outcome::refused(&error, notes)),
        }
    }
    Ok(Outcome { reply: Reply::text(200, list_text(total, query.paging.start_index(), &resources)), notes })
}

/// The store's key for a narrowing; the inner none where nobody can match.
fn lookup(narrowing: Narrowing) -> Option<Option<Lookup>> {
    Some(Some(match narrowing {
        Narrowing::Nobody => return Some(None),
        Narrowing::Id(id) => match id.parse() {
            Ok(id) => Lookup::Id(id),
            Err(_) => return Some(None),
        },
        Narrowing::UserName(folded) => Lookup::UserName(folded),
        Narrowing::ExternalId(id) => Lookup::ExternalId(id),
        Narrowing::Email(folded) => Lookup::Email(folded),
        Narrowing::Active(_) | Narrowing::DisplayName(_) | Narrowing::Member(_) | Narrowing::Group(_) => return None,
    }))
}
