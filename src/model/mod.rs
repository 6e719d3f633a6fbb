//! The words everybody shares: ids, time, language, lanes, slots, signals and the events of a conversation.
//!
//! Everything here is plain data. Nothing in this room names tokio, axum, a clock, a disk or another room.

mod colleague_note;
mod customer_card;
mod decision;
mod event;
mod event_json;
mod file;
mod handing_on;
mod hash;
mod ids;
mod lane;
mod language;
mod ledger;
mod partition;
mod phrase;
mod presence;
mod review;
mod shopper_name;
mod slots;
pub mod staff;
mod time;
mod turn;
pub mod visible;

pub use colleague_note::ColleagueNote;
pub use customer_card::{CustomerCard, Recognition, Steered, SteeredBy};
pub use decision::{Choice, Decision, DecisionKind, IntentKind, Question, SignalHit};
pub use event::{Event, EventKind, HandoffReason, Heard, NewEvent, Owner, ReleaseCause, Speaker};
pub use file::{FileKind, SentFile, text_with_files, words_beside};
pub use handing_on::{AssignCause, WaitsFor};
pub use hash::StableHash;
pub use ids::{AgentId, ClientMessageId, ConversationId, Epoch, FileId, PackId, PhraseId, Seq, ShopId, ShopperId};
pub use lane::Lane;
pub use language::Language;
pub use ledger::{Cause, LedgerEntry, LedgerState};
pub use partition::Partition;
pub use phrase::{Phrase, PhraseAnswer, PhraseOwner, PhraseUses};
pub use presence::{Desks, ElsewhereDesks, PresenceState, ServerInfo, SetPresence};
pub use review::{Assessment, Deduction, Review, Shared};
pub use shopper_name::shopper_name;
pub use slots::{SlotName, Slots};
pub use staff::{Agent, Role, StaffMember};
pub use time::{DAYS_OF_WEEK, Millis};
pub use turn::Turn;
