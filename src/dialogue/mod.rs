//! What the bot knows of a talk and does in it: the fold over the log, the bot's turn, the ledger, the words it
//! chooses, the case it hands to people. Pure: the time and the people around come in as arguments.

mod answer;
mod collecting;
mod generation;
mod goods_in_hand;
mod handoff_context;
mod kept_reading;
pub mod ledger;
pub(crate) mod matters;
pub(crate) mod meanwhile;
mod memory;
mod reasons;
mod reply_writer;
mod shop_words;
mod simulator;
mod staffing;
mod state;
mod suggestions;
mod talk_language;
#[cfg(test)]
mod tiny;
pub mod turn;

pub use generation::Generation;
pub(crate) use handoff_context::HandoffContext;
pub use kept_reading::KeptReading;
pub use memory::Memory;
pub use shop_words::ShopWords;
pub use simulator::Simulator;
pub use staffing::Staffing;
pub use state::{Pending, State};
pub(crate) use suggestions::{Suggested, Unanswered};
