//! What the traffic says about the set-up: findings that name the mistake and the click that mends it, and the
//! checklist that ticks itself off. Pure: events go in, sentences come out; no I/O, no clock.
//!
//! The service recognises a mistake on the one request that shows it and tags the [event] with its code. This layer
//! remembers: [`Watch`] folds events in their order, opens a [finding] at a tag, and closes it when later traffic
//! disproves it. The sentences are data: the [`Catalogue`] of diagnoses and the guide's steps lie in `assets/`.
//!
//! [event]: crate::model::event::Event
//! [finding]: crate::model::finding::Finding

mod catalogue;
mod causes;
mod checklist;
mod guide;
mod people;
mod proofs;
mod rules;
mod watch;

#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, CatalogueError, Entry};
pub use causes::CauseFold;
pub use checklist::Context;
pub use watch::{Watch, diagnose};
