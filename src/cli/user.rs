//! `scimroom user`: the provisioned users.

use std::process::ExitCode;

use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet, Table, note, or_dash, visible, visible_lines, when},
    },
    model::{
        role::Role,
        user::{User, UserDetail, UserGroup, UserPatch, UserQuery},
    },
};

/// The most users the service gives at once.
const WINDOW: u32 = 1_000;

/// `user ...`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List all users in the order in which they were created.
    #[command(after_help = "Example: scimroom user list --search moreno")]
    List {
        /// Only those whose user name, display name or external id contains this text, or for whom terms hold such as
        /// role:owner, drift:yes, okta:never, push:failed. [default: all]
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
    /// Show one user with everything Okta sent.
    #[command(after_help = "Example: scimroom user show ada.moreno@harbor.example")]
    Show {
        /// The user's e-mail address or id.
        #[arg(value_name = "EMAIL-OR-ID")]
        who: String,
    },
    /// Give a user another role. It holds until Okta pushes a different one than it pushed before; Okta is not told.
    #[command(after_help = "Example: scimroom user set-role ada.moreno@harbor.example owner")]
    SetRole {
        /// The user's e-mail address or id.
        #[arg(value_name = "EMAIL-OR-ID")]
        who: String,
        /// owner, editor or viewer.
        role: Role,
    },
    /// End a user's access: every session ends at once. Okta is not told.
    #[command(after_help = "Example: scimroom user deactivate ada.moreno@harbor.example")]
    Deactivate {
        /// The user's e-mail address or id.
        #[arg(value_name = "EMAIL-OR-ID")]
        who: String,
    },
    /// Let a deactivated user log in again. Okta is not told.
    #[command(after_help = "Example: scimroom user reactivate ada.moreno@harbor.example")]
    Reactivate {
        /// The user's e-mail address or id.
        #[arg(value_name = "EMAIL-OR-ID")]
        who: String,
    },
    /// Print a code with which a user signs in once, within ten minutes.
    #[command(after_help = "Example: scimroom user sign-in-code ada.moreno@harbor.example")]
    SignInCode {
        /// The user's e-mail address or id.
        #[arg(value_name = "EMAIL")]
        who: String,
    },
}

/// Carries out `user ...`.
pub async fn run(command: UserCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        UserCommand::List { search } => list(search.unwrap_or_default(), connection, out).await?,
        UserCommand::Show { who } => {
            let user = find(connection, &who).await?;
            out.show(&user, describe)?;
        }
        UserCommand::SetRole { who, role } => {
            let patch = UserPatch { role: Some(role), active: None };
            let user = change(connection, &who, &patch).await?;
            out.show(&user, |user| {
                format!(
                    "{} is {} now, until Okta pushes a different role than it pushed before.",
                    visible(&user.user_name),
                    with_article(user.role)
                )
            })?;
        }
        UserCommand::Deactivate { who } => {
            let user = change(connection, &who, &UserPatch { role: None, active: Some(false) }).await?;
            out.show(&user, |user| {
                format!("{} is deactivated and cannot log in; every session has ended.", visible(&user.user_name))
            })?;
        }
        UserCommand::Reactivate { who } => {
            let user = change(connection, &who, &UserPatch { role: None, active: Some(true) }).await?;
            out.show(&user, |user| format!("{} is active and can log in again.", visible(&user.user_name)))?;
        }
        UserCommand::SignInCode { who } => {
            let id = find(connection, &who).await?.user.id;
            let code = connection.call(async |client| client.sign_in_code(id).await).await?;
            if !out.is_json() {
                note(&format!(
                    "{} can sign in once with this code until {}: scimroom login URL --code CODE",
                    visible(&code.user_name),
                    when(code.expires),
                ));
            }
            out.show(&code, |code| code.code.expose().to_owned())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Printed window by window: a workspace can have more users than one wants to hold.
async fn list(search: String, connection: &mut Connection, out: &Output) -> Result<(), Failure> {
    let mut query = UserQuery { search, limit: WINDOW, after: Some(String::new()), ..UserQuery::default() };
    let mut array = out.array();
    let mut table = Table::new(["USER NAME", "NAME", "ACTIVE", "ROLE", "SOURCE", "EXTERNAL ID", "LAST CHANGE", "ID"]);
    loop {
        let page = connection.call(async |client| client.users(&query).await).await?;
        let begins = query.after.as_deref() == Some("");
        if page.users.is_empty() && begins && !out.is_json() {
            let none = if query.search.is_empty() { "No users yet." } else { "No user matches." };
            out.line(none)?;
            return Ok(());
        }
        if out.is_json() {
            array.push(&page.users)?;
        } else {
            for user in &page.users {
                table.row(row(user));
            }
            out.line(&table.take())?;
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    if out.is_json() {
        array.finish()?;
    }
    Ok(())
}

async fn find(connection: &mut Connection, who: &str) -> Result<UserDetail, Failure> {
    connection.call(async |client| client.find_user(who).await).await
}

async fn change(connection: &mut Connection, who: &str, patch: &UserPatch) -> Result<User, Failure> {
    let id = find(connection, who).await?.user.id;
    connection.call(async |client| client.update_user(id, patch).await).await
}

fn row(user: &User) -> [String; 8] {
    let active = match (user.active, user.replaced_by) {
        _ if user.test => "test",
        (true, _) => "yes",
        (false, None) => "no",
        (false, Some(_)) => "replaced",
    };
    [
        user.user_name.clone(),
        or_dash(user.display_name.clone()),
        active.to_owned(),
        user.role.to_string(),
        user.role_source.to_string(),
        or_dash(user.external_id.clone()),
        when(user.last_modified),
        user.id.to_string(),
    ]
}

fn describe(detail: &UserDetail) -> String {
    let user = &detail.user;
    let drift: Vec<String> = user.differences().into_iter().map(|(words, _)| words).collect();
    let failed = detail.failed_push.as_ref().map(|push| {
        format!("{} answered {} (event {}), since {}", push.method, push.status, push.event, when(push.since))
    });
    let resource = serde_json::to_string_pretty(&detail.resource).unwrap_or_default();
    let related: Vec<String> =
        detail.related.iter().map(|other| format!("{} ({})", other.user_name, other.id)).collect();
    let sessions: Vec<String> =
        detail.sessions.iter().map(|s| format!("since {}, last used {}", when(s.created), when(s.last_used))).collect();
    let some = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join("\n"));
    let sheet = Sheet::default()
        .line("user name", &user.user_name)
        .maybe("name", user.display_name.as_ref())
        .line("id", user.id)
        .maybe("external id", user.external_id.as_ref())
        .line("can log in", if user.active && !user.test { "yes" } else { "no" })
        .maybe("test", user.test.then_some("made by test traffic"))
        .line("role", format!("{} (source: {})", user.role, user.role_source))
        .maybe("given by", some(detail.role_givers().map(|group| group.name.clone()).collect()))
        .maybe("groups", some(detail.groups.iter().map(group_words).collect()))
        .maybe("drift", some(drift))
        .maybe("last push failed", failed)
        .maybe("replaced by", user.replaced_by)
        .line("created", when(user.created))
        .line("last change", when(user.last_modified))
        .maybe("same person", some(related))
        .maybe("sessions", some(sessions));
    format!("{sheet}\n\n{}", visible_lines(&resource))
}

fn group_words(group: &UserGroup) -> String {
    match group.role {
        Some(role) => format!("{} ({role})", group.name),
        None => group.name.clone(),
    }
}

const fn with_article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Editor => "an editor",
        Role::Viewer => "a viewer",
    }
}
