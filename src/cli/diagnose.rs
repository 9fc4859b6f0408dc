//! `scimroom diagnose`: the open findings.

use std::process::ExitCode;

use clap::Args;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet, when},
    },
    model::{
        finding::{Code, Finding},
        user::{UserCounts, UserQuery},
    },
};

/// `diagnose ...`.
#[derive(Debug, Args)]
pub struct DiagnoseArgs {
    /// Put an open finding out of the way until traffic closes it and it comes anew (editor).
    #[arg(long, value_name = "CODE", conflicts_with = "restore")]
    dismiss: Option<Code>,
    /// Let a finding count again that was dismissed (editor).
    #[arg(long, value_name = "CODE")]
    restore: Option<Code>,
}

/// Prints the findings, the gravest first; those that are dismissed at the end.
pub async fn run(args: DiagnoseArgs, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    let changed = args.dismiss.map(|code| (code, true)).or(args.restore.map(|code| (code, false)));
    let findings = match changed {
        Some((code, dismissed)) => {
            connection.call(async |client| client.dismiss_finding(code, dismissed).await).await?
        }
        None => connection.call(async |client| client.findings().await).await?,
    };
    let one = UserQuery { limit: 1, ..UserQuery::default() };
    let counts = connection.call(async |client| client.users(&one).await).await?.counts;
    out.show(&findings, |findings| {
        let mut parts: Vec<String> = findings.iter().map(describe).collect();
        if parts.is_empty() {
            parts.push("Nothing found: no request of Okta shows a mistake that is not mended yet.".to_owned());
        }
        parts.extend(people(&counts));
        parts.join("\n\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// People to look at, where there are any: how many, and the command that lists them.
fn people(counts: &UserCounts) -> Option<String> {
    let orphans = if counts.okta_is_here() { counts.orphans } else { 0 };
    let lines = [
        (counts.drifting, "who differ from what Okta last pushed", "drift:yes"),
        (orphans, "who can log in, though no request of Okta's client was ever about them", "okta:never"),
        (counts.failed_pushes, "whose last push by Okta failed, here or not", "push:failed"),
    ];
    let some = lines.iter().filter(|(count, ..)| *count > 0);
    let lines: Vec<String> =
        some.map(|(count, who, search)| format!("{count:>6}  {who} (user list --search {search})")).collect();
    (!lines.is_empty()).then(|| format!("People to look at:\n{}", lines.join("\n")))
}

fn describe(finding: &Finding) -> String {
    let times = match finding.count {
        0 => "as silence".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let some = |text: String| (!text.is_empty()).then_some(text);
    let events = finding.events.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Sheet::default()
        .line("finding", format!("{} ({}): {}", finding.code, finding.severity, finding.title))
        .line("seen", format!("{times}, last at {}", when(finding.last_seen)))
        .line("what", &finding.symptom)
        .maybe("Okta shows", some(finding.okta_shows.clone()))
        .line("fix", &finding.fix)
        .maybe("whose", finding.ours.then(|| "scimroom's own fault, not one of the set-up".to_owned()))
        .maybe("dismissed", finding.dismissed.map(when))
        .maybe("people", some(finding.people.join(", ")))
        .maybe("events", some(events))
        .to_string()
}
