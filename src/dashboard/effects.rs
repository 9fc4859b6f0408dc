//! Carries out effects that only need the service, the clock or the disk; each is a task that sends its outcome back.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use futures::StreamExt;
use tokio::sync::mpsc;

use crate::{
    client::{
        Client,
        live::{self, Live},
    },
    dashboard::{
        dialog::Chunk,
        export,
        message::{Answer, Call, Failure, Message},
        panes::{self, log::Log},
        people, text,
    },
    model::{event::EventQuery, id::EventId, secret::Secret},
};

/// Waits between attempts to read the newest events at start.
const RETRY: [Duration; 4] =
    [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// Asks the service.
pub async fn call(client: &Client, call: Call) -> Answer {
    match call {
        Call::WhoAmI => Answer::WhoAmI(client.who_am_i().await.map_err(Failure::from)),
        Call::Setup => {
            let both = async { Ok((client.checklist().await?, client.findings().await?)) };
            Answer::Setup(both.await.map_err(|error: crate::client::ClientError| error.into()))
        }
        Call::RoleAttribute => {
            Answer::RoleAttribute(client.role_attribute().await.map(Box::new).map_err(Failure::from))
        }
        Call::Dismiss { code, dismissed } => {
            let result = client.dismiss_finding(code, dismissed).await.map_err(Failure::from);
            Answer::Dismissed { code, dismissed, result }
        }
        Call::Users { list, generation, page, query } => {
            let result = client.users(&query).await.map_err(Failure::from);
            Answer::Users { list, generation, page, result }
        }
        Call::FailedPushes(query) => {
            Answer::FailedPushes(query, client.failed_pushes(&query).await.map_err(Failure::from))
        }
        Call::User(id) => Answer::User(id, client.user(id).await.map(Box::new).map_err(Failure::from)),
        Call::Event(id) => Answer::Event(id, client.event(id).await.map(Box::new).map_err(Failure::from)),
        Call::Log(ask) => Answer::Log(panes::log::ask(client, ask).await),
        Call::Tokens => Answer::Tokens(client.tokens().await.map_err(Failure::from)),
        Call::CreateToken(new) => Answer::TokenCreated(client.create_token(&new).await.map_err(Failure::from)),
        Call::Token(id) => Answer::Token(id, client.token(id).await.map(Box::new).map_err(Failure::from)),
        Call::RotateToken(id, rotation) => {
            Answer::TokenRotated(client.rotate_token(id, rotation).await.map_err(Failure::from))
        }
        Call::DryRun(id) => Answer::DryRun(client.dry_run(id).await.map(Box::new).map_err(Failure::from)),
        Call::GoLive(id) => Answer::WentLive(client.go_live(id).await.map(Box::new).map_err(Failure::from)),
        Call::Groups(call) => Answer::Groups(call.ask(client).await),
        Call::Workspace => Answer::Workspace(client.workspace().await.map(Box::new).map_err(Failure::from)),
        Call::UpdateWorkspace(patch, done) => {
            let updated = client.update_workspace(&patch).await;
            Answer::WorkspaceUpdated(done, updated.map(Box::new).map_err(Failure::from))
        }
        Call::RevokeToken { id, name } => {
            Answer::TokenRevoked(name, client.revoke_token(id).await.map_err(Failure::from))
        }
        Call::People(call) => Answer::People(about_people(client, call).await),
        Call::Test(call) => Answer::Test(call.ask(client).await),
        Call::SignInCode(id) => Answer::SignInCode(id, client.sign_in_code(id).await.map_err(Failure::from)),
    }
}

async fn about_people(client: &Client, call: people::Call) -> people::Answer {
    match call {
        people::Call::Measure { number, planned } => {
            let radius = client.preview_change(&planned).await;
            people::Answer::Measured(number, radius.map(Box::new).map_err(Failure::from))
        }
        people::Call::Work { number, chunk } => {
            let done = match chunk {
                Chunk::Change(wanted) => client.change_users(&wanted).await,
                Chunk::Restore(wanted) => client.restore_users(&wanted).await,
            };
            people::Answer::Worked(number, done.map_err(Failure::from))
        }
        people::Call::Write(part) => people::Answer::Written(part.number, export::write(client, part).await),
        people::Call::Remove(path) => people::Answer::Removed(export::remove(path).await),
        people::Call::One { wanted, done } => {
            people::Answer::One(done, client.change_users(&wanted).await.map_err(Failure::from))
        }
    }
}

/// Reads the newest events, then follows the stream from there for as long as somebody listens.
pub async fn follow(client: Client, messages: mpsc::Sender<Message>) {
    let mut attempt = 0;
    let recent = loop {
        match client.events(&EventQuery { limit: Log::PAGE, ..EventQuery::default() }).await {
            Ok(recent) => break recent,
            Err(error) => {
                let retry_in = RETRY.get(attempt).or(RETRY.last()).copied().unwrap_or_default();
                attempt += 1;
                let refused = matches!(error.status(), Some(401 | 403));
                let lost = Live::Disconnected { reason: error.to_string(), refused, retry_in };
                if messages.send(Message::Live(lost)).await.is_err() {
                    return;
                }
                tokio::time::sleep(retry_in).await;
            }
        }
    };
    // Event ids begin at 1, so "after 0" is everything: nothing falls between reading and following.
    let newest = recent.iter().map(|event| event.id).max().unwrap_or(EventId(0));
    if messages.send(Message::Recent(recent)).await.is_err() {
        return;
    }
    let mut heard = std::pin::pin!(live::follow(client, Some(newest)));
    while let Some(live) = heard.next().await {
        if messages.send(Message::Live(live)).await.is_err() {
            return;
        }
    }
}

/// Writes a credential to a new file in the home directory that only its owner may read.
///
/// # Errors
/// The sentence to show: where it could not be written, and why.
pub fn save(name: &str, secret: &Secret) -> Result<PathBuf, String> {
    let home = std::env::home_dir().unwrap_or_else(|| PathBuf::from("."));
    save_in(&home, name, secret).map_err(|error| {
        text::sentence(&format!("The token could not be written to a file in {}: {error}", home.display()))
    })
}

fn save_in(folder: &Path, name: &str, secret: &Secret) -> io::Result<PathBuf> {
    let plain = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let plain: String = plain.take(40).collect();
    // Letters of other scripts are blanks here; a name of nothing else gives a file without one.
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let stem = [&["scimroom", "token"], words.as_slice()].concat().join("-");
    let mut taken = 1;
    loop {
        let number = if taken > 1 { format!("-{taken}") } else { String::new() };
        let path = folder.join(format!("{stem}{number}.txt"));
        // Never over an existing file: it may hold the token that is in use.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(secret.expose().as_bytes())?;
                file.write_all(b"\n")?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && taken < 1000 => taken += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn a_saved_token_is_readable_by_its_owner_only_and_never_overwrites_another() {
        let folder = tempfile::tempdir().unwrap();
        let first = save_in(folder.path(), "Okta: production", &Secret::new("one")).unwrap();
        let second = save_in(folder.path(), "Okta: production", &Secret::new("two")).unwrap();
        assert_eq!(first.file_name().unwrap(), "scimroom-token-okta-production.txt");
        let nameless = save_in(folder.path(), "生産", &Secret::new("three")).unwrap();
        assert_eq!(nameless.file_name().unwrap(), "scimroom-token.txt");
        assert_eq!(fs::read_to_string(&first).unwrap(), "one\n");
        assert_eq!(fs::read_to_string(&second).unwrap(), "two\n");
        assert_eq!(fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
