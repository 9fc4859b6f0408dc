//! The workspace's settings, and which of them make sense.

use std::ops::RangeInclusive;

use crate::{
    directory::by::By,
    model::{
        public_url::{PublicUrl, PublicUrlError},
        workspace::{Workspace, WorkspacePatch},
    },
    store::{Change, Decision, Key, Store, StoreError},
};

/// Why a setting is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingRefused {
    /// The name is empty or too long.
    #[error("the workspace needs a name of 1 to 100 characters")]
    Name,
    /// The public URL is not one that Okta could call.
    #[error("public_url: {0}")]
    PublicUrl(#[from] PublicUrlError),
    /// Events would be kept for too short or too long.
    #[error(
        "retention_days must be {} to {}: for so many days events are kept",
        Workspace::RETENTION_DAYS.start(),
        Workspace::RETENTION_DAYS.end()
    )]
    RetentionDays,
    /// Events would have too little room, or more than there is.
    #[error(
        "retention_mib must be {} to {}: so many MiB the events may take",
        Workspace::RETENTION_MIB.start(),
        Workspace::RETENTION_MIB.end()
    )]
    RetentionMib,
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
        next.public_url = match url.trim() {
            "" => None,
            url => Some(url.parse::<PublicUrl>()?.to_string()),
        };
    }
    next.retention_days = within(patch.retention_days, next.retention_days, &Workspace::RETENTION_DAYS)
        .ok_or(SettingRefused::RetentionDays)?;
    next.retention_mib = within(patch.retention_mib, next.retention_mib, &Workspace::RETENTION_MIB)
        .ok_or(SettingRefused::RetentionMib)?;
    Ok(next)
}

/// The number asked for, or else the present one; none where that does not make sense.
fn within(asked: Option<u32>, present: u32, allowed: &RangeInclusive<u32>) -> Option<u32> {
    asked.map_or(Some(present), |asked| allowed.contains(&asked).then_some(asked))
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
            assert!(matches!(set(wrong), Err(SettingRefused::PublicUrl(_))), "{wrong}");
        }
    }

    #[test]
    fn events_are_kept_for_a_time_that_makes_sense() {
        let days = |days| {
            let patch = WorkspacePatch { retention_days: Some(days), ..WorkspacePatch::default() };
            patched(&Workspace::default(), &patch).map(|workspace| workspace.retention_days)
        };
        assert_eq!((days(1), days(3_650)), (Ok(1), Ok(3_650)));
        assert_eq!((days(0), days(3_651)), (Err(SettingRefused::RetentionDays), Err(SettingRefused::RetentionDays)));
        let room = |mib| {
            patched(&Workspace::default(), &WorkspacePatch { retention_mib: Some(mib), ..WorkspacePatch::default() })
        };
        assert_eq!(room(15), Err(SettingRefused::RetentionMib));
        assert_eq!(room(16).unwrap().retention_mib, 16);
        assert!(SettingRefused::RetentionMib.to_string().contains("16 to 1048576"));
    }

    #[test]
    fn what_is_absent_stays() {
        let patch = WorkspacePatch { plan: Some(Plan::Free), ..WorkspacePatch::default() };
        let next = patched(&Workspace::default(), &patch).unwrap();
        assert_eq!(next, Workspace { plan: Plan::Free, ..Workspace::default() });
    }
}
