//! `scimroom diagnose`: the open findings.

use std::process::ExitCode;

use clap::Args;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Sheet, when},
    },
    model::finding::{Code, Finding},
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
    out.show(&findings, |findings| {
        if findings.is_empty() {
            "Nothing found: no request of Okta shows a mistake that is not mended yet.".to_owned()
        } else {
            findings.iter().map(describe).collect::<Vec<_>>().join("\n\n")
        }
    })?;
    Ok(ExitCode::SUCCESS)
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
