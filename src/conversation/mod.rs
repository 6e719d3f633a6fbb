//! One shopper's talk: an ordered log of events, one owner at a time.

pub mod hub;
mod state;
mod talk;
pub mod turn;

pub use state::{Pending, State};
pub use talk::Talk;
