//! `scimroom token`: the credentials with which Okta calls SCIM.

use std::process::ExitCode;

use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Table, note, or_dash, visible, when},
    },
    model::{
        id::TokenId,
        time::Timestamp,
        token::{NewToken, Token, TokenScope},
    },
};

/// `token ...`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it: the only time that it is shown.
    #[command(after_help = "Example: scimroom token create \"Okta production\" --days 90")]
    Create {
        /// What to call it, such as the Okta organisation it is for: 1 to 100 characters.
        name: String,
        /// After how many days it expires. [default: 365]
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
        /// Let it look up and list only; Okta needs to write. [default: false]
        #[arg(long)]
        read_only: bool,
    },
    /// List all tokens, newest first. The tokens themselves are not kept and cannot be shown again.
    #[command(after_help = "Example: scimroom token list")]
    List,
    /// Revoke a token: it is refused from the next request on.
    #[command(after_help = "Example: scimroom token revoke 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11")]
    Revoke {
        /// The token's id, as `token list` shows it.
        id: TokenId,
    },
}

/// Carries out `token ...`.
pub async fn run(command: TokenCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        TokenCommand::Create { name, days, read_only } => {
            let scope = if read_only { TokenScope::Read } else { TokenScope::Write };
            let new = NewToken { name, scope, days };
            let created = connection.call(async |client| client.create_token(&new).await).await?;
            if !out.is_json() {
                // Apart from the token, so that `$(scimroom token create ...)` is the token.
                note(&format!(
                    "The token {} is shown this once only; it expires on {}. In Okta it goes into Provisioning > \
                     Integration > Authorization.",
                    visible(&created.info.name),
                    when(created.info.expires),
                ));
            }
            out.show(&created, |created| created.token.expose().to_owned())?;
        }
        TokenCommand::List => {
            let tokens = connection.call(async |client| client.tokens().await).await?;
            let now = Timestamp::now();
            out.show(&tokens, |tokens| table(tokens, now))?;
        }
        TokenCommand::Revoke { id } => {
            let token = connection.call(async |client| client.revoke_token(id).await).await?;
            out.show(&token, |token| {
                format!("The token {} is revoked: whoever carries it is refused from now on.", visible(&token.name))
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn table(tokens: &[Token], now: Timestamp) -> String {
    if tokens.is_empty() {
        return "No tokens yet. `scimroom token create NAME` makes one.".to_owned();
    }
    let mut table =
        Table::new(["ID", "NAME", "STATE", "SCOPE", "ENDS IN", "CREATED BY", "EXPIRES", "LAST USED", "USES"]);
    for token in tokens {
        table.row([
            token.id.to_string(),
            token.name.clone(),
            token.state(now).to_string(),
            token.scope.as_str().to_owned(),
            format!("…{}", token.tail),
            token.created_by.clone(),
            when(token.expires),
            or_dash(token.last_used.map(when)),
            token.uses.to_string(),
        ]);
    }
    table.take()
}
