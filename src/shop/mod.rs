//! A shop's profile: its name, zone, service hours, reply clock, facts and goods. Pure; the time comes in as an argument.
//!
//! `span` reads times of a day, `days` days of the week · `period` reads stretches of time with a name · `holiday` and `hours` say when people are there · `wording` says it to shoppers ·
//! `clock` is how soon they answer · `catalogue` is what it sells, `sizes` and
//! `item_keys` are how sizes are listed and what means an article.

mod catalogue;
pub mod clock;
mod days;
mod holiday;
pub mod hours;
mod item_keys;
mod period;
mod profile;
mod sizes;
mod span;
mod text;
mod wording;

pub use catalogue::{Attribute, Catalogue, Goods, GoodsInPeriod, SAID, read_price};
pub(crate) use days::{EVERY_DAY, days_named};
pub use holiday::{Holiday, HolidayError};
pub use item_keys::{is_key_part, link_key, number_key};
pub use period::{MOST_PERIODS, Period, PeriodError, ShopTime};
pub use profile::Profile;
pub use sizes::not_listed;
pub use span::{Span, SpanError};
pub use text::LocalText;
