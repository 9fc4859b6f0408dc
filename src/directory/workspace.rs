//! The workspace's settings, and which of them make sense.

use crate::{
    directory::by::By,
    model::workspace::{Workspace, WorkspacePatch},
    store::{Change, Decision, Key, Store, StoreError},
};

/// Why a setting is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingRefused {
    /// The name is empty or too long.
    #[error("the workspace needs a name of 1 to 100 characters")]
    Name,
    /// The public URL is not one that Okta could call.
    #[error("public_url must be https and without path or query, such as https://room.harbor.example")]
    PublicUrl,
}

/// Changes settings; all of the patch or nothing.
///
/// # Errors
/// The store failed; nothing was written. A refusal is in the inner result.
pub async fn update(
    store: &dyn Store,
    by: By,
    patch: WorkspacePatch,
) -> Result<Result<Workspace, SettingRefused>, StoreError> {
    by.decide(store, vec![Key::Workspace], move |view| {
        Ok(match patched(view.workspace()?, &patch) {
            Ok(workspace) => {
                let set = Change::SetWorkspace(Box::new(workspace.clone()));
                (Decision { changes: vec![set], event: None }, Ok(workspace))
            }
            Err(refused) => (Decision::default(), Err(refused)),
        })
    })
    .await
}

fn patched(workspace: &Workspace, patch: &WorkspacePatch) -> Result<Workspace, SettingRefused> {
    let mut next = workspace.clone();
    if let Some(name) = &patch.name {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(SettingRefused::Name);
        }
        name.clone_into(&mut next.name);
    }
    next.plan = patch.plan.unwrap_or(next.plan);
    next.default_role = patch.default_role.unwrap_or(next.default_role);
    next.email_change = patch.email_change.unwrap_or(next.email_change);
    next.user_name = patch.user_name.unwrap_or(next.user_name);
    next.unknown_members = patch.unknown_members.unwrap_or(next.unknown_members);
    if let Some(strict) = &patch.strict {
        next.strict.clone_from(strict);
    }
    if let Some(url) = &patch.public_url {
        next.public_url = match url.trim().trim_end_matches('/') {
            "" => None,
            url => Some(public_url(url).ok_or(SettingRefused::PublicUrl)?),
        };
    }
    Ok(next)
}

/// Okta takes https only.
fn public_url(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    let plain = uri.path_and_query().is_none_or(|rest| rest.as_str() == "/");
    (uri.scheme_str() == Some("https") && uri.host().is_some() && plain).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workspace::Plan;

    fn set(public_url: &str) -> Result<Workspace, SettingRefused> {
        let patch = WorkspacePatch { public_url: Some(public_url.to_owned()), ..WorkspacePatch::default() };
        patched(&Workspace::default(), &patch)
    }

    #[test]
    fn okta_can_call_the_public_url() {
        assert_eq!(
            set("https://room.harbor.example/").unwrap().public_url.as_deref(),
            Some("https://room.harbor.example")
        );
        assert_eq!(set("").unwrap().public_url, None);
        for wrong in ["http://room.harbor.example", "room.harbor.example", "https://room.harbor.example/scim/v2"] {
            assert_eq!(set(wrong), Err(SettingRefused::PublicUrl), "{wrong}");
        }
    }

    #[test]
    fn what_is_absent_stays() {
        let patch = WorkspacePatch { plan: Some(Plan::Free), ..WorkspacePatch::default() };
        let next = patched(&Workspace::default(), &patch).unwrap();
        assert_eq!(next, Workspace { plan: Plan::Free, ..Workspace::default() });
    }
}
