//! The frames of subprotocol `yingda.v1`, JSON text, one object a frame.
//!
//! The schema in `docs/protocol.schema.json` and the types in `src/web/shared/protocol.d.ts` are generated from
//! these files; a test fails when they are stale. Fields may be added, never renamed or removed.

mod cards;
mod chat;
mod desk;
mod desk_requests;

pub use cards::{
    BoardCounts, FloorChat, ListChanges, MovedRow, SetRow, Suggestion, SuggestionFrom, TeamMember, TicketCard,
};
pub use chat::{ChatFrame, ChatRequest, ErrorBody, FilesTaken, NamedFile, OwnerWho, ShopName, ShopWords};
pub use desk::{DeskEvent, DeskFrame, DeskNotice, Title, Titles};
pub use desk_requests::{BoardForm, DeskRequest, TransferTo};
