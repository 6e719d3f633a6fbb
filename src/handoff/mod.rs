//! Who is served next, by whom, and until when. Pure: tickets, agents and the time come in as arguments.

mod board;
pub mod estimate;
pub mod floor;
pub mod lease;
mod presence;
pub mod queue;

pub use board::{Board, Card, QueuePlace, SHOWN};
