//! `scimroom setup`: the checklist.

use std::process::ExitCode;

use crate::{
    cli::{
        Failure,
        attach::Connection,
        output::{Output, visible, when},
    },
    model::checklist::{Checklist, Step, StepState},
};

/// Prints the checklist; succeeds when it is complete.
pub async fn run(connection: &mut Connection, out: &Output) -> Result<ExitCode, Failure> {
    let checklist = connection.call(async |client| client.checklist().await).await?;
    out.show(&checklist, describe)?;
    Ok(if checklist.complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(checklist: &Checklist) -> String {
    let done = checklist.steps.iter().filter(|step| step.state == StepState::Done).count();
    let mut lines = vec![format!("{done} of {} steps done", checklist.steps.len()), String::new()];
    // What to do is told for the first step that is not done; the rest follows from it.
    let next = checklist.steps.iter().position(|step| step.state != StepState::Done);
    for (n, step) in checklist.steps.iter().enumerate() {
        lines.extend(describe_step(step, Some(n) == next));
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
    if let Some(code) = step.finding {
        lines.push(format!("      Problem {code}: `scimroom diagnose` names the fix."));
    }
    if whole {
        lines.extend(step.instructions.iter().map(|instruction| format!("      - {}", visible(instruction))));
        lines
            .extend(step.values.iter().map(|copy| format!("      {}: {}", visible(&copy.label), visible(&copy.value))));
    }
    lines
}
