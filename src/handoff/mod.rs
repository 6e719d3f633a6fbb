//! Who is served next, by whom, and until when. Pure: tickets, agents and the time come in as arguments.

pub mod alert;
mod board;
pub mod estimate;
pub mod floor;
pub mod lease;
mod presence;
pub mod queue;
pub mod steering;
pub mod team;
pub mod why;

pub use board::{Board, Card, Counts, OfferedFrom, OfferedReply, QueuePlace, Row, SHOWN};
