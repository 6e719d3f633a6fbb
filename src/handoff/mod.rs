//! Who is served next, by whom, and until when. Pure: tickets, agents and the time come in as arguments.

pub mod clock;
pub mod estimate;
pub mod hours;
pub mod lease;
pub mod queue;
