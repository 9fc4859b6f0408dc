//! `scimroom token`: the credentials with which Okta calls SCIM.

use std::{process::ExitCode, str::FromStr};

use clap::Subcommand;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet, Table, note, or_dash, visible, when},
    },
    model::{
        dry_run::GoLive,
        id::TokenId,
        time::Timestamp,
        token::{NewToken, Token, TokenDetail, TokenMode, TokenRotation, TokenScope},
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
        /// Check, answer and record what comes with it, and change nothing, until `token go-live`. [default: false]
        #[arg(long)]
        dry_run: bool,
    },
    /// List all tokens, newest first. The tokens themselves are not kept and cannot be shown again.
    #[command(after_help = "Example: scimroom token list")]
    List,
    /// Show one token: where it stands in its life, who used it last, and how often on which day.
    #[command(after_help = "Example: scimroom token show 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11")]
    Show {
        /// The token's id, as `token list` shows it.
        id: TokenId,
    },
    /// Make a token in place of another and print it: the only time that it is shown. Both are accepted until the
    /// overlap is over, so that Okta can go on while the new one is pasted.
    #[command(after_help = "Example: scimroom token rotate 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11 --overlap 2h")]
    Rotate {
        /// The old token's id, as `token list` shows it.
        id: TokenId,
        /// For how long the old token is accepted as well: hours or days, such as 2h or 7d, at most 30d; 0 revokes it
        /// at once.
        #[arg(long, default_value = "24h", value_name = "TIME")]
        overlap: Overlap,
    },
    /// End a token's dry run: show what it would have done, and with --yes make the people and groups that Okta was told
    /// are here, then carry out what comes with the token from then on.
    #[command(after_help = "Example: scimroom token go-live 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11 --yes")]
    GoLive {
        /// The token's id, as `token list` shows it.
        id: TokenId,
        /// Do it; without this nothing is changed.
        #[arg(long)]
        yes: bool,
    },
    /// Revoke a token: it is refused from the next request on.
    #[command(after_help = "Example: scimroom token revoke 01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11")]
    Revoke {
        /// The token's id, as `token list` shows it.
        id: TokenId,
    },
}

/// A number of whole hours, written as hours or days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap(u32);

impl FromStr for Overlap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no overlap: use hours or days, such as 24h or 7d, or 0");
        let text = text.trim();
        let (number, hours) = match text.strip_suffix('d') {
            Some(days) => (days, 24),
            None => (text.strip_suffix('h').unwrap_or(text), 1),
        };
        let number: u32 = number.parse().map_err(|_| wrong())?;
        match number.checked_mul(hours) {
            Some(hours) if hours <= TokenRotation::LONGEST_HOURS && (hours == 0 || text != number.to_string()) => {
                Ok(Self(hours))
            }
            Some(hours) if hours > TokenRotation::LONGEST_HOURS => Err("the overlap is 30 days at most".to_owned()),
            _ => Err(wrong()),
        }
    }
}

/// Carries out `token ...`.
pub async fn run(command: TokenCommand, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match command {
        TokenCommand::Create { name, days, read_only, dry_run } => {
            let scope = if read_only { TokenScope::Read } else { TokenScope::Write };
            let mode = if dry_run { TokenMode::DryRun } else { TokenMode::Live };
            let new = NewToken { name, scope, mode, days };
            let created = connection.call(async |client| client.create_token(&new).await).await?;
            if !out.is_json() {
                // Apart from the token, so that `$(scimroom token create ...)` is the token.
                let then = match dry_run {
                    true => format!(
                        " It is a dry run: nothing is changed until `scimroom token go-live {}`.",
                        created.info.id
                    ),
                    false => String::new(),
                };
                note(&format!(
                    "The token {} is shown this once only; it expires on {}. In Okta it goes into Provisioning > \
                     Integration > Authorization.{then}",
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
        TokenCommand::Show { id } => {
            let detail = connection.call(async |client| client.token(id).await).await?;
            let now = Timestamp::now();
            out.show(&detail, |detail| describe(detail, now))?;
        }
        TokenCommand::Rotate { id, overlap: Overlap(hours) } => {
            let rotation = TokenRotation { overlap_hours: Some(hours) };
            let created = connection.call(async |client| client.rotate_token(id, rotation).await).await?;
            if !out.is_json() {
                let old = match hours {
                    0 => "The old one is revoked: Okta is refused until the new one is in place.".to_owned(),
                    hours => format!(
                        "The old one is accepted for {hours} more hours; `scimroom token show {id}` tells whether Okta \
                         still uses it."
                    ),
                };
                note(&format!(
                    "The new token {} is shown this once only; it expires on {}. In Okta it goes into Provisioning > \
                     Integration > Authorization. {old}",
                    visible(&created.info.name),
                    when(created.info.expires),
                ));
            }
            out.show(&created, |created| created.token.expose().to_owned())?;
        }
        TokenCommand::GoLive { id, yes } => {
            let told = match yes {
                true => connection.call(async |client| client.go_live(id).await).await?,
                false => connection.call(async |client| client.dry_run(id).await).await?,
            };
            out.show(&told, end_of_dry_run)?;
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

/// What going live does, or did.
fn end_of_dry_run(told: &GoLive) -> String {
    let mut lines: Vec<String> = told.lines(GoLive::LISTED).iter().map(|line| visible(line)).collect();
    if !told.live {
        lines.push(format!("Nothing was changed. `scimroom token go-live {} --yes` does it.", told.token));
    }
    lines.join("\n")
}

fn describe(detail: &TokenDetail, now: Timestamp) -> String {
    let token = &detail.token;
    let total: u64 = detail.days.iter().map(|day| day.uses).sum();
    let by_day = detail.days.iter().rev().map(|day| {
        let date: String = day.day.to_string().chars().take("2026-09-01".len()).collect();
        format!("{date}  {}", day.uses)
    });
    Sheet::default()
        .line("name", &token.name)
        .line("id", token.id)
        .line("state", token.state(now))
        .line("scope", token.scope.as_str())
        .line("mode", token.mode)
        .line("ends in", format!("…{}", token.tail))
        .line("created", format!("{} by {}", when(token.created), token.created_by))
        .line("expires", when(token.expires))
        .maybe("revoked", token.revoked.map(when))
        .maybe("rotated from", token.rotated_from)
        .maybe("replaced by", token.replaced_by)
        .line("last used", or_dash(token.last_used.map(when)))
        .maybe("from", token.last_address.as_ref())
        .maybe("by", token.last_user_agent.as_ref())
        .line("requests", token.uses)
        .line("of these lately", format!("{total} in {} days", Token::DAYS_KEPT))
        .maybe("by day", (!detail.days.is_empty()).then(|| by_day.collect::<Vec<_>>().join("\n")))
        .to_string()
}

fn table(tokens: &[Token], now: Timestamp) -> String {
    if tokens.is_empty() {
        return "No tokens yet. `scimroom token create NAME` makes one.".to_owned();
    }
    let mut table =
        Table::new(["ID", "NAME", "STATE", "MODE", "SCOPE", "ENDS IN", "CREATED BY", "EXPIRES", "LAST USED", "USES"]);
    for token in tokens {
        table.row([
            token.id.to_string(),
            token.name.clone(),
            token.state(now).to_string(),
            token.mode.to_string(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_hours_or_days() {
        let hours = |text: &str| text.parse::<Overlap>().map(|Overlap(hours)| hours);
        assert_eq!([hours("24h"), hours("7d"), hours("0"), hours("0h")], [Ok(24), Ok(168), Ok(0), Ok(0)]);
        assert!(hours("31d").unwrap_err().contains("30 days at most"));
        for wrong in ["24", "h", "", "2w", "-1h", "1.5h"] {
            assert!(hours(wrong).unwrap_err().contains("such as 24h or 7d"), "{wrong}");
        }
    }
}
