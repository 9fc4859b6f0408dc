//! `scimroom setup`: the checklist, and the role attribute.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, Table, visible, when},
    },
    model::{
        checklist::{Checklist, CopyValue, Prover, Step, StepState},
        role_attribute::{CarriedRole, CarriedRoles, RoleAttribute, RoleOutcome, RoleWay},
    },
};

/// How many of the latest requests are printed; `--json` prints all that the service tells.
const REQUESTS: usize = 12;

/// `setup ...`.
#[derive(Debug, Args)]
pub struct SetupArgs {
    #[command(subcommand)]
    about: Option<About>,
}

/// A part of the set-up.
#[derive(Debug, Subcommand)]
enum About {
    /// The attribute "Common Room Role": what to type into Okta's Profile Editor, and what Okta's latest requests carried.
    #[command(after_help = "Example: scimroom setup role")]
    Role,
}

/// Prints the checklist, and succeeds when it is complete; or a part of the set-up.
pub async fn run(args: SetupArgs, connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    match args.about {
        None => {
            let checklist = connection.call(async |client| client.checklist().await).await?;
            out.show(&checklist, describe)?;
            Ok(if checklist.complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Some(About::Role) => {
            let attribute = connection.call(async |client| client.role_attribute().await).await?;
            out.show(&attribute, describe_role)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn describe(checklist: &Checklist) -> String {
    let done = checklist.steps.iter().filter(|step| step.state == StepState::Done).count();
    let mut lines = vec![format!("{done} of {} steps done", checklist.steps.len())];
    if let Some(verified) = &checklist.verified {
        let said = match verified.by {
            Prover::Okta => "Okta is connected: it proved every step, the last one",
            Prover::Local | Prover::Other => "Complete, but not verified by Okta; a step was proved",
        };
        lines.push(format!("{said} {} by {}", when(verified.at), visible(&verified.sentence())));
    }
    lines.push(String::new());
    // What to do is told for the first step that is not done; the rest follows from it.
    let next = checklist.steps.iter().position(|step| step.state != StepState::Done);
    for (n, step) in checklist.steps.iter().enumerate() {
        lines.extend(describe_step(step, Some(n) == next));
    }
    // The whole says it by itself.
    let by = checklist.steps.iter().filter_map(|step| step.verified.as_ref()).map(|verified| verified.by).min();
    if let Some(caveat) = by.and_then(Prover::caveat).filter(|_| checklist.verified.is_none()) {
        lines.extend([String::new(), format!("Not every step that is done was verified by Okta: {caveat}.")]);
    }
    lines.join("\n")
}

fn describe_step(step: &Step, whole: bool) -> Vec<String> {
    let mark = match step.state {
        StepState::Done => "[x]",
        StepState::Pending => "[ ]",
        StepState::Problem => "[!]",
    };
    let mut lines = vec![format!("{mark} {}", visible(&step.title))];
    if let Some(evidence) = &step.evidence {
        let event = evidence.event.map(|id| format!(", event {id}")).unwrap_or_default();
        lines.push(format!("      {} ({}{event})", visible(&evidence.text), when(evidence.at)));
    }
    if let Some(verified) = &step.verified {
        let word = if verified.by == Prover::Okta { "Verified by" } else { "Not verified by Okta, but by" };
        lines.push(format!("      {word} {}.", visible(&verified.client())));
    }
    lines.extend(step.advice.iter().map(|advice| format!("      Note: {}", visible(advice))));
    if let Some(code) = step.finding {
        lines.push(format!("      Problem {code}: `scimroom diagnose` names the fix."));
    }
    if whole {
        lines.extend(step.instructions.iter().map(|instruction| format!("      - {}", visible(instruction))));
        lines.extend(step.values.iter().map(|copy| describe_value(copy, "      ")));
    }
    lines
}

fn describe_value(copy: &CopyValue, indent: &str) -> String {
    format!("{indent}{}: {}", visible(&copy.label), visible(&copy.value))
}

fn describe_role(attribute: &RoleAttribute) -> String {
    let mut parts = Vec::new();
    if let Some(carried) = &attribute.carried {
        parts.push(describe_carried(carried));
    }
    parts.extend(attribute.ways.iter().map(describe_way));
    parts.join("\n\n")
}

fn describe_way(way: &RoleWay) -> String {
    let recommended = if way.recommended { " (recommended)" } else { "" };
    let mut lines = vec![format!("{}{recommended}", visible(&way.title)), format!("  {}", visible(&way.about))];
    lines.extend(way.values.iter().map(|copy| describe_value(copy, "  ")));
    lines.push(format!("  Arrives as: {}", visible(&way.wire)));
    lines.join("\n")
}

fn describe_carried(carried: &CarriedRoles) -> String {
    let mut table = Table::new(["EVENT", "TIME", "PERSON", "FORM", "SENT", "BECAME"]);
    for request in carried.requests.iter().take(REQUESTS) {
        let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
        let joined = |parts: Vec<&str>| or_dash(parts.join(", "));
        table.row([
            request.event.to_string(),
            when(request.at),
            request.user_name.clone().unwrap_or_else(|| "-".to_owned()),
            joined(request.sent.iter().map(|role| role.form.title()).collect()),
            joined(request.sent.iter().map(|role| role.value.as_str()).collect()),
            became(request),
        ]);
    }
    let table = if carried.requests.is_empty() { String::new() } else { format!("\n\n{}", table.take()) };
    format!("{}{table}", visible(&carried.summary))
}

fn became(request: &CarriedRole) -> String {
    match request.became {
        RoleOutcome::Role { role } => role.to_string(),
        RoleOutcome::Default => "default role".to_owned(),
        RoleOutcome::Absent => "unchanged".to_owned(),
        RoleOutcome::Refused => format!("refused ({})", request.status),
    }
}
