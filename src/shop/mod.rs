//! A shop's profile: its name, zone, service hours, reply clock, facts and goods. Pure; the time comes in as an argument.
//!
//! `span` reads times of a day · `holiday` and `hours` say when people are there · `wording` says it to shoppers ·
//! `clock` is how soon they answer · `catalogue` is what it sells.

mod catalogue;
pub mod clock;
mod holiday;
pub mod hours;
mod profile;
mod span;
mod text;
mod wording;

pub use catalogue::{Attribute, Catalogue, Goods, SAID, is_key_part, link_key, read_price};
pub use holiday::{Holiday, HolidayError};
pub use profile::Profile;
pub use span::{Span, SpanError};
pub use text::LocalText;
