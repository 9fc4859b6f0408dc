//! The checklist: the guide's steps, ticked off by what the traffic proved.

use crate::{
    diagnosis::{
        catalogue::Catalogue,
        guide::{BASE_URL, Guide, StepText},
        proofs::{Proof, Proofs},
    },
    model::{
        checklist::{Checklist, CopyValue, Evidence, Step, StepState},
        finding::{Code, Finding, Severity},
        time::Timestamp,
    },
};

/// What the checklist must know beside the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// How many tokens a request could be accepted with now: neither revoked nor expired.
    pub usable_tokens: u64,
    /// The name of the newest of them and when it was made.
    pub newest_token: Option<(String, Timestamp)>,
    /// What goes into Okta's field for the base URL, such as `https://room.harbor.example/scim/v2`.
    pub scim_base_url: String,
    /// How many active owners there are.
    pub owners: u64,
    /// When a client last ended a TLS handshake because it does not trust the certificate.
    pub refused_certificate: Option<Timestamp>,
    /// The present.
    pub now: Timestamp,
}

/// What the traffic says about a step.
enum Standing {
    /// Proved, or not seen yet.
    Proved(Option<Evidence>),
    /// Something stands in its way.
    Blocked(Evidence, Option<Code>),
}

/// Puts the steps together. `findings` are the open ones, the most pressing first.
pub(super) fn build(proofs: &Proofs, findings: &[Finding], context: &Context) -> Checklist {
    let guide = Guide::builtin();
    let proved = |proof: &Option<Proof>, text: fn(&Proof) -> Evidence| Standing::Proved(proof.as_ref().map(text));
    let step = |id: &str, text: &StepText, standing: Standing| {
        assemble(id, text, blocking(findings, id).unwrap_or(standing), context)
    };
    let steps = vec![
        step("token", &guide.token, Standing::Proved(token(context))),
        step("base-url", &guide.base_url, base_url(proofs)),
        step("credentials", &guide.credentials, proved(&proofs.tested, Proof::of_test)),
        step("create-users", &guide.create_users, proved(&proofs.created, Proof::of_write)),
        step("update-attributes", &guide.update_attributes, proved(&proofs.updated, Proof::of_write)),
        step("deactivate-users", &guide.deactivate_users, proved(&proofs.deactivated, Proof::of_write)),
        step("user-name-format", &guide.user_name_format, proved(&proofs.named, Proof::of_name)),
        step("role-attribute", &guide.role_attribute, proved(&proofs.roled, Proof::of_role)),
    ];
    Checklist { complete: steps.iter().all(|step| step.state == StepState::Done), steps }
}

fn token(context: &Context) -> Option<Evidence> {
    let (text, at) = match (context.usable_tokens, &context.newest_token) {
        (0, _) => return None,
        (1, Some((name, created))) => (format!("The token \"{name}\" is ready for use."), *created),
        (n, Some((name, created))) => (format!("{n} tokens are ready for use, the newest is \"{name}\"."), *created),
        (n, None) => (format!("Tokens ready for use: {n}."), context.now),
    };
    Some(Evidence { text, at, event: None })
}

/// Right as soon as a request reached the base path, wrong when a later one missed it.
fn base_url(proofs: &Proofs) -> Standing {
    let reached = proofs.reached.as_ref();
    match &proofs.astray {
        Some(astray) if reached.is_none_or(|reached| reached.event < astray.event) => {
            Standing::Blocked(astray.of_wrong_base_url(), None)
        }
        _ => Standing::Proved(reached.map(Proof::of_base_url)),
    }
}

/// The most pressing open finding in the way of a step. Hints stand in nobody's way, nor does what was dismissed.
fn blocking(findings: &[Finding], step: &str) -> Option<Standing> {
    let in_the_way = |finding: &&Finding| {
        let entry = Catalogue::builtin().entry(finding.code);
        finding.severity > Severity::Hint
            && finding.dismissed.is_none()
            && entry.is_some_and(|entry| entry.step.as_deref() == Some(step))
    };
    let finding = findings.iter().find(in_the_way)?;
    let evidence =
        Evidence { text: finding.symptom.clone(), at: finding.last_seen, event: finding.events.last().copied() };
    Some(Standing::Blocked(evidence, Some(finding.code)))
}

fn assemble(id: &str, text: &StepText, standing: Standing, context: &Context) -> Step {
    let (state, evidence, finding) = match standing {
        Standing::Proved(None) => (StepState::Pending, None, None),
        Standing::Proved(evidence) => (StepState::Done, evidence, None),
        Standing::Blocked(evidence, finding) => (StepState::Problem, Some(evidence), finding),
    };
    let value = |text: &str| text.replace(BASE_URL, &context.scim_base_url);
    Step {
        id: id.to_owned(),
        title: text.title.clone(),
        state,
        evidence,
        finding,
        instructions: text.instructions.clone(),
        values: text
            .values
            .iter()
            .map(|text| CopyValue { label: text.label.clone(), value: value(&text.value) })
            .collect(),
    }
}
