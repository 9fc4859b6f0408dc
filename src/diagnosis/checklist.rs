//! The checklist: the guide's steps, ticked off by what the traffic proved.

use std::cmp::Reverse;

use crate::{
    diagnosis::{
        catalogue::Catalogue,
        guide::{self, BASE_URL, Guide, StepText},
        proofs::{Proof, Proofs},
        role_attribute,
    },
    model::{
        checklist::{Checklist, CopyValue, Evidence, Prover, Step, StepState, Verified},
        finding::{Code, Finding, Severity},
        public_url,
        time::Timestamp,
    },
};

/// A certificate that a client does not trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedCertificate {
    /// When a client last said so.
    pub at: Timestamp,
    /// Since when the certificate is in use.
    pub since: Timestamp,
}

/// What the checklist must know beside the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// How many tokens a request could be accepted with now: neither revoked nor expired.
    pub usable_tokens: u64,
    /// The name of the newest of them and when it was made.
    pub newest_token: Option<(String, Timestamp)>,
    /// What goes into Okta's field for the base URL, such as `https://room.harbor.example/scim/v2`.
    pub scim_base_url: String,
    /// Whether that was set, rather than being the address of the listening socket.
    pub has_public_url: bool,
    /// How many active owners there are.
    pub owners: u64,
    /// That a client ended a TLS handshake because it does not trust the certificate.
    pub refused_certificate: Option<RefusedCertificate>,
    /// The present.
    pub now: Timestamp,
}

/// What the traffic says about a step.
enum Standing {
    /// Proved, and by whom where requests show it; or not seen yet.
    Proved(Option<(Evidence, Option<Verified>)>),
    /// Something stands in its way.
    Blocked(Evidence, Option<Code>),
}

/// Puts the steps together. `findings` are the open ones, the most pressing first.
pub(super) fn build(proofs: &Proofs, findings: &[Finding], context: &Context) -> Checklist {
    let guide = Guide::builtin();
    let proved = |proof: &Option<Proof>, text: fn(&Proof) -> Evidence| {
        Standing::Proved(proof.as_ref().map(|proof| (text(proof), Some(proof.verified()))))
    };
    let step = |id: &str, text: &StepText, standing: Standing| {
        assemble(id, text, blocking(findings, id).unwrap_or(standing), context)
    };
    let mut steps = vec![
        step("token", &guide.token, Standing::Proved(token(context))),
        step("base-url", &guide.base_url, base_url(proofs)),
        step("credentials", &guide.credentials, proved(&proofs.tested, Proof::of_test)),
        step("create-users", &guide.create_users, proved(&proofs.created, Proof::of_write)),
        step("update-attributes", &guide.update_attributes, proved(&proofs.updated, Proof::of_write)),
        step("deactivate-users", &guide.deactivate_users, proved(&proofs.deactivated, Proof::of_write)),
        step("user-name-format", &guide.user_name_format, proved(&proofs.named, Proof::of_name)),
        step("role-attribute", &guide.role_attribute, proved(&proofs.roled, Proof::of_role)),
    ];
    for step in &mut steps {
        match step.id.as_str() {
            "base-url" if !is_reached(step, context) => step.advice = of_base_url(context),
            "role-attribute" => step.values = role_attribute::recommended_values(),
            _ => {}
        }
    }
    let complete = steps.iter().all(|step| step.state == StepState::Done);
    Checklist { complete, verified: if complete { verified(&steps) } else { None }, steps }
}

/// By whom the whole was shown to work: it is proved no better than its least proved step.
fn verified(steps: &[Step]) -> Option<Verified> {
    let steps = steps.iter().filter_map(|step| step.verified.as_ref());
    steps.min_by_key(|verified| (verified.by, Reverse(verified.event))).cloned()
}

/// Whether Okta itself came by way of the address that is shown: then there is nothing to warn of.
fn is_reached(step: &Step, context: &Context) -> bool {
    context.has_public_url && step.verified.as_ref().is_some_and(|verified| verified.by == Prover::Okta)
}

/// What Okta would refuse or not reach, told before Okta is tried.
fn of_base_url(context: &Context) -> Vec<String> {
    if !context.has_public_url && !context.scim_base_url.starts_with("https://") {
        return vec![format!(
            "Okta will not take {}, the address of the service itself: it takes https only. Give the service a certificate \
             (`scimroom serve --tls-certificate`) or put a proxy that speaks TLS in front, and say how it is reached: \
             Settings > Workspace > Public URL, or `scimroom workspace set public_url=https://room.example.com`.",
            context.scim_base_url
        )];
    }
    public_url::advice(&context.scim_base_url)
}

fn token(context: &Context) -> Option<(Evidence, Option<Verified>)> {
    let (text, at) = match (context.usable_tokens, &context.newest_token) {
        (0, _) => return None,
        (1, Some((name, created))) => (format!("The token \"{name}\" is ready for use."), *created),
        (n, Some((name, created))) => (format!("{n} tokens are ready for use, the newest is \"{name}\"."), *created),
        (n, None) => (format!("Tokens ready for use: {n}."), context.now),
    };
    Some((Evidence { text, at, event: None }, None))
}

/// Right as soon as a request reached the base path, wrong when a later one missed it.
fn base_url(proofs: &Proofs) -> Standing {
    let reached = proofs.reached.as_ref();
    match &proofs.astray {
        Some(astray) if reached.is_none_or(|reached| astray.overrules(reached)) => {
            Standing::Blocked(astray.of_wrong_base_url(), None)
        }
        _ => Standing::Proved(reached.map(|proof| (proof.of_base_url(), Some(proof.verified())))),
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
    let (state, evidence, verified, finding) = match standing {
        Standing::Proved(None) => (StepState::Pending, None, None, None),
        Standing::Proved(Some((evidence, verified))) => (StepState::Done, Some(evidence), verified, None),
        Standing::Blocked(evidence, finding) => (StepState::Problem, Some(evidence), None, finding),
    };
    let value = |text: &str| text.replace(BASE_URL, &context.scim_base_url);
    Step {
        id: id.to_owned(),
        title: text.title.clone(),
        state,
        evidence,
        verified,
        advice: Vec::new(),
        finding,
        instructions: text.instructions.clone(),
        values: text
            .values
            .iter()
            .map(|text| CopyValue { label: text.label.clone(), value: value(&text.value) })
            .collect(),
        guide: guide::text(id).to_owned(),
    }
}
