//! What the traffic says about the set-up: findings that name the mistake and the click that mends it, and the
//! checklist that ticks itself off. Pure: events go in, sentences come out; no I/O, no clock.
//!
//! A mistake shows in one of three ways. In one request: the service asks [`of_head`] and [`of_body`] (or its rules
//! stumble over it) and tags the [event] with the code. In a sequence of requests: the watch's memory of what each person
//! went through lately recognises it. Or as silence: only the clock tells. [`Watch`] folds events in their order, opens a
//! [finding], and closes it when later traffic disproves it. The sentences are data: the [`Catalogue`] of diagnoses and
//! the guide's steps lie in `assets/`.
//!
//! What can be said before Okta is tried is said of the address that Okta is given ([`public_url`]) and of the ways to send
//! the role ([`ways`]); what came of the role is summed up from the latest requests ([`sum_up`]).
//!
//! Not every mistake can be seen from here. Nothing reaches a server that cannot be reached (D12, D16, D17, D21, D22, D44);
//! some leave no trace that tells them from a set-up as it should be (D28, D41, D43, D56; D47 looks like D46, D26 like D20);
//! some are no mistakes but this service's own rules at work (D31, D32, D37, D57, D62, D63, D65 to D69, D72 cannot happen
//! here, which tests see to); D14 and D15 show where this service or its proxy speaks TLS; D42 is a list of its own.
//!
//! [`public_url`]: crate::model::public_url
//! [event]: crate::model::event::Event
//! [finding]: crate::model::finding::Finding

mod catalogue;
mod causes;
mod checklist;
mod guide;
mod people;
mod proofs;
mod role_attribute;
mod rules;
mod signs;
mod silence;
mod traffic;
mod watch;

#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, CatalogueError, Entry};
pub use causes::CauseFold;
pub use checklist::{Context, RefusedCertificate};
pub use role_attribute::{sum_up, ways};
pub use signs::{Seen, of_body, of_head};
pub use watch::{Watch, diagnose};
