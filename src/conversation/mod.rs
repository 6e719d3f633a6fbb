//! One shopper's talk: an ordered log of events, one owner at a time.

pub mod hub;
pub mod ledger;
mod rehearsal;
mod state;
mod talk;
pub mod turn;
mod wording;

pub use rehearsal::Rehearsal;
pub use state::{Pending, State};
pub use talk::Talk;
