//! What the lists of people say: what may follow from it that somebody stands there, and what to do.

use crate::{
    dashboard::text,
    model::{push::FailedPush, user::User},
};

/// The click with which Okta pushes again.
const FORCE_SYNC: &str = "In Okta, Applications > Applications > your scimroom app > Provisioning > To App > Force Sync pushes everybody again.";

/// What a difference means, and who has to do what, in paragraphs: a heading and its words.
pub fn drift_advice(user: &User) -> Vec<(&'static str, String)> {
    let drift = user.drift();
    let mut parts = Vec::new();
    if drift.active && user.active {
        parts.push((
            "What it means",
            "Okta deactivated this person, and somebody else reactivated them: they can log in although Okta believes \
             that they cannot."
                .to_owned(),
        ));
    } else if drift.active {
        parts.push((
            "What it means",
            "Okta has this person as active, and they were deactivated here. Okta's next push of the person as active \
             lets them in again."
                .to_owned(),
        ));
    }
    let mut right = Vec::new();
    if drift.active && user.active {
        // Okta pushes nobody whom it deactivated.
        right.push("{setup-people.take-okta} deactivates the person here; Force Sync does not.");
    } else if drift.active {
        right.extend(["{setup-people.take-okta} reactivates the person here.", FORCE_SYNC]);
    }
    if drift.role && !drift.active {
        // The rule of a local edit: the role that Okta pushed before changes nothing.
        right.push(
            "{setup-people.take-okta} gives them Okta's role here; Force Sync does not, since a role set here holds until \
             Okta pushes another one.",
        );
    }
    if drift.name {
        right.push(FORCE_SYNC);
    }
    parts.push(("Okta is right", right.join(" ")));
    parts.push((
        "What is here is right",
        "Change it in Okta too, at the person or the assignment; Okta is not told of what is changed here.".to_owned(),
    ));
    parts
}

/// What to do about somebody whom Okta does not know.
pub fn orphan_advice() -> Vec<(&'static str, String)> {
    vec![
        (
            "What it means",
            "This person can log in, and no request of Okta's client was ever about them: when they leave, nothing from \
             Okta will end their access."
                .to_owned(),
        ),
        (
            "They belong here",
            "In Okta, Applications > Applications > your scimroom app > Import > Import Now; then choose the person in \
             Okta they are, and press Confirm Assignments."
                .to_owned(),
        ),
        ("They do not", "{setup-people.deactivate} deactivates them here.".to_owned()),
    ]
}

/// How often it failed, with what, since when.
pub fn failure_words(push: &FailedPush, since: &str) -> String {
    let times = if push.times == 1 { "once".to_owned() } else { format!("{} times", text::count(push.times)) };
    format!("{} answered {}, {times} since {since}", push.method, push.status)
}

/// What to do about a push that failed; `fix` is the cure of the finding that it shows.
pub fn failure_advice(push: &FailedPush, fix: Option<&str>) -> Vec<(&'static str, String)> {
    let means = if push.user_id.is_some() {
        "Okta's last push of this person did not get here. While that is so, Okta may not push a later unassignment: they \
         could stay able to log in."
    } else {
        "Okta could not create this person here. While that is so, nothing else about them is pushed either."
    };
    let mut parts = vec![("What it means", means.to_owned())];
    if let Some(detail) = &push.detail {
        parts.push(("What was answered", detail.clone()));
    }
    if let Some(fix) = fix {
        parts.push(("Mend the cause", fix.to_owned()));
    }
    parts.push((
        "Then push again",
        "In Okta, Dashboard > Tasks: select the task, and press Retry Selected. A push that succeeds closes this."
            .to_owned(),
    ));
    if push.user_id.is_some() {
        parts.push((
            "They have left",
            "{setup-people.open-person} opens the person: deactivate them there, which closes this as well.".to_owned(),
        ));
    }
    parts
}
