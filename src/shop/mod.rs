//! A shop's profile: its name, zone, service hours, reply clock, facts and goods. Pure; the time comes in as an argument.

pub mod clock;
pub mod hours;
mod profile;

pub use profile::{Goods, LocalText, Profile};
