//! `scimroom workspace`: the workspace's settings.

use std::{collections::BTreeSet, fmt::Display, process::ExitCode, str::FromStr};

use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet},
    },
    model::{
        compatibility::Compatibility,
        public_url,
        workspace::{Workspace, WorkspacePatch},
    },
};

/// The keys of `workspace set`.
const KEYS: &str = "name, plan, default_role, email_change, user_name, unknown_members, public_url, strict, \
                    retention_days, retention_mib";

const SET_HELP: &str = "\
Example: scimroom workspace set default_role=editor public_url=https://room.harbor.example

Keys:
  name             what people call the workspace
  plan             free, team or enterprise; SCIM needs enterprise
  default_role     the role of a user for whom Okta sends none: viewer, editor or owner
  email_change     what a changed e-mail address means: new-account, rename or refuse
  user_name        which user names are accepted: email or any
  unknown_members  what an id among a group's members means that nobody here has: refuse, ignore
  public_url       the https address at which Okta reaches the service, without the /scim/v2 that is
                   appended to it; empty removes it
  strict           compatibility steps to switch off, by name with commas between them, or all;
                   empty switches every step on. The README names them
  retention_days   for how many days events are kept
  retention_mib    how many MiB they may take; the oldest go first";

/// `workspace ...`.
#[derive(Debug, Subcommand)]
pub enum WorkspaceCommand {
    /// Show the settings.
    #[command(after_help = "Example: scimroom workspace show")]
    Show,
    /// Change settings.
    #[command(after_help = SET_HELP)]
    Set {
        /// What to change.
        #[arg(value_name = "KEY=VALUE", required = true)]
        settings: Vec<Setting>,
    },
}

/// Carries out `workspace ...`.
pub async fn run(command: WorkspaceCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    let workspace = match command {
        WorkspaceCommand::Show => connection.call(async |client| client.workspace().await).await?,
        WorkspaceCommand::Set { settings } => {
            let patch = together(settings);
            connection.call(async |client| client.update_workspace(&patch).await).await?
        }
    };
    out.show(&workspace, describe)?;
    Ok(ExitCode::SUCCESS)
}

/// One `KEY=VALUE`, as the change it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting(WorkspacePatch);

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE, such as default_role=editor")?;
        let mut patch = WorkspacePatch::default();
        match key {
            "name" => patch.name = Some(value.to_owned()),
            "plan" => patch.plan = Some(read(value)?),
            "default_role" => patch.default_role = Some(read(value)?),
            "email_change" => patch.email_change = Some(read(value)?),
            "user_name" => patch.user_name = Some(read(value)?),
            "unknown_members" => patch.unknown_members = Some(read(value)?),
            "public_url" => patch.public_url = Some(value.to_owned()),
            "strict" => patch.strict = Some(steps(value)?),
            "retention_days" => patch.retention_days = Some(number(key, value)?),
            "retention_mib" => patch.retention_mib = Some(number(key, value)?),
            _ => return Err(format!("{key:?} is not a setting of the workspace: use one of {KEYS}")),
        }
        Ok(Self(patch))
    }
}

/// Compatibility steps: names with commas between them, all of them, or none.
fn steps(value: &str) -> Result<BTreeSet<Compatibility>, String> {
    match value.trim() {
        "all" => Ok(Compatibility::ALL.iter().copied().collect()),
        list => list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(read).collect(),
    }
}

fn number(key: &str, value: &str) -> Result<u32, String> {
    value.trim().parse().map_err(|_| format!("{key} is a whole number, such as {key}=90"))
}

fn read<T: FromStr<Err: Display>>(value: &str) -> Result<T, String> {
    value.parse().map_err(|error: T::Err| error.to_string())
}

/// All of them as one change; of two for the same key the last holds.
fn together(settings: Vec<Setting>) -> WorkspacePatch {
    settings.into_iter().fold(WorkspacePatch::default(), |patch, Setting(next)| WorkspacePatch {
        name: next.name.or(patch.name),
        plan: next.plan.or(patch.plan),
        default_role: next.default_role.or(patch.default_role),
        email_change: next.email_change.or(patch.email_change),
        user_name: next.user_name.or(patch.user_name),
        unknown_members: next.unknown_members.or(patch.unknown_members),
        public_url: next.public_url.or(patch.public_url),
        strict: next.strict.or(patch.strict),
        retention_days: next.retention_days.or(patch.retention_days),
        retention_mib: next.retention_mib.or(patch.retention_mib),
    })
}

fn describe(workspace: &Workspace) -> String {
    let strict: Vec<&str> = workspace.strict.iter().map(|step| step.as_str()).collect();
    let url = workspace.public_url.as_deref();
    let (base_url, advice) = match url {
        Some(url) => (format!("{url}/scim/v2"), public_url::advice(url).join("\n")),
        None => (String::new(), String::new()),
    };
    let some = |text: String| (!text.is_empty()).then_some(text);
    Sheet::default()
        .line("name", &workspace.name)
        .line("plan", workspace.plan)
        .line("default_role", workspace.default_role)
        .line("email_change", workspace.email_change)
        .line("user_name", workspace.user_name)
        .line("unknown_members", workspace.unknown_members)
        .line("public_url", url.unwrap_or("(not set)"))
        .maybe("for Okta", some(base_url))
        .maybe("advice", some(advice))
        .line("strict", if workspace.strict.is_empty() { "(nothing)".to_owned() } else { strict.join(",") })
        .line("retention_days", workspace.retention_days)
        .line("retention_mib", workspace.retention_mib)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{role::Role, workspace::Plan};

    #[test]
    fn settings_are_read_and_mistakes_named() {
        let read = |text: &str| text.parse::<Setting>();
        let given = ["plan=team", "default_role=Editor", "public_url=", "plan=free"].map(|text| read(text).unwrap());
        let patch = together(given.into());
        assert_eq!((patch.plan, patch.default_role), (Some(Plan::Free), Some(Role::Editor)));
        assert_eq!(patch.public_url.as_deref(), Some(""));
        assert!(read("plan").unwrap_err().contains("KEY=VALUE"));
        assert!(read("paln=team").unwrap_err().contains("use one of name, plan"));
        assert_eq!(read("retention_days=30").unwrap().0.retention_days, Some(30));
        assert!(read("retention_mib=much").unwrap_err().contains("a whole number"));
        assert!(read("plan=gold").unwrap_err().contains("free, team, enterprise"));
    }
}
