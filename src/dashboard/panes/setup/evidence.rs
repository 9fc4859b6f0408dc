//! Which findings an event is evidence of: those that it shows by itself, and those of a sequence that name it.

use crate::{
    dashboard::panes::setup::Setup,
    model::{event::Event, finding::Finding},
};

impl Setup {
    /// The findings that are open, dismissed ones too, and that this event shows or is named by.
    pub fn findings_of<'s>(&'s self, event: &'s Event) -> impl Iterator<Item = &'s Finding> {
        let is_evidence =
            |finding: &&Finding| event.findings.contains(&finding.code) || finding.events.contains(&event.id);
        self.findings.iter().filter(is_evidence)
    }

    /// Whether the event is evidence of something that an admin still has to look at.
    pub fn is_evidence(&self, event: &Event) -> bool {
        self.findings_of(event).any(|finding| finding.dismissed.is_none())
    }
}
