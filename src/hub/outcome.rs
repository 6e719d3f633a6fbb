//! What the hub answers to callers: acknowledgements and refusals.

use crate::model::{Epoch, Millis, Seq, ShopId};
use crate::store::{Receipt, StoreError};

/// Proof that a message is kept: made from a store's receipt only, so that nothing unstored is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    seq: Seq,
    /// `None` for a message that was kept before.
    at: Option<Millis>,
    duplicate: bool,
    masked: Option<String>,
    wait_s: Option<u32>,
}

impl Acknowledgement {
    /// From the receipt of an append whose first event is the message. A receipt that names no place would be a bug
    /// of the store.
    pub(super) fn of(receipt: &Receipt) -> Result<Acknowledgement, HubError> {
        match (receipt.duplicate_of, receipt.events.first()) {
            (Some(seq), _) => Ok(Acknowledgement::found(seq)),
            (None, Some(event)) => Ok(Acknowledgement {
                seq: event.seq,
                at: Some(event.at),
                duplicate: false,
                masked: None,
                wait_s: None,
            }),
            (None, None) => Err(HubError::Store(StoreError::Corrupt(
                "a receipt without a place".to_owned(),
            ))),
        }
    }

    /// From the place at which the store itself found the message.
    pub(super) fn found(seq: Seq) -> Acknowledgement {
        Acknowledgement {
            seq,
            at: None,
            duplicate: true,
            masked: None,
            wait_s: None,
        }
    }

    /// With the text as it is kept, where that is another than was sent.
    pub(super) fn kept_as(self, masked: Option<String>) -> Acknowledgement {
        Acknowledgement { masked, ..self }
    }

    /// With how long the bot's reply takes, when it does not come at once.
    pub(super) fn answered_in(self, wait_s: Option<u32>) -> Acknowledgement {
        Acknowledgement { wait_s, ..self }
    }

    /// In about how many seconds the bot replies; `None`: at once, or the talk is with people.
    pub fn wait_s(&self) -> Option<u32> {
        self.wait_s
    }

    /// The text as it is kept, where numbers of cards in it were hidden.
    pub fn masked(&self) -> Option<&str> {
        self.masked.as_deref()
    }

    /// The place of the message in the log.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// When it was stored; not known of one that was sent again.
    pub fn at(&self) -> Option<Millis> {
        self.at
    }

    /// Whether it had been stored before and was sent again.
    pub fn duplicate(&self) -> bool {
        self.duplicate
    }
}

/// Why the hub refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The chat moved on since the caller looked: its words were not sent.
    #[error("the chat has moved on to epoch {actual}")]
    Stale {
        /// The epoch it is at.
        actual: Epoch,
    },
    /// The chat belongs to somebody else now.
    #[error("the chat is not with this agent")]
    NotYours,
    /// The message was not said by this agent to the shopper.
    #[error("this agent has said no such message")]
    NotYourMessage,
    /// The message was said too long ago to be taken back.
    #[error("the message was said too long ago to be taken back")]
    WithdrawLate,
    /// The chat does not wait for an agent (any more).
    #[error("the chat is not waiting")]
    NotWaiting,
    /// The conversation has ended; the next `open` begins a new one.
    #[error("the conversation has ended")]
    Closed,
    /// The shopper has begun another conversation at another server meanwhile; the next `open` finds it.
    #[error("the shopper has begun another conversation at another server")]
    BegunElsewhere,
    /// The talk takes no more words: it is too long, or too much of it is unanswered.
    #[error("the talk is full")]
    Full,
    /// The chat is another shop's, for which this agent does not work.
    #[error("the chat is another shop's")]
    OtherShop,
    /// The chat neither waits nor is or was this agent's, and the agent's roles do not let others' be read.
    #[error("the chat is not this agent's to read")]
    NotReadable,
    /// Only a supervisor does that.
    #[error("only supervisors may")]
    NotSupervisor,
    /// Whoever goes offline has no chats; so many are open.
    #[error("{0} chats are open")]
    ChatsOpen(usize),
    /// The colleague is not online.
    #[error("the colleague is not online")]
    ColleagueAway,
    /// The colleague has no room for another chat.
    #[error("the colleague has no room")]
    ColleagueFull,
    /// The colleague does not work for the shop of the chat.
    #[error("the colleague does not work for the shop")]
    ColleagueOtherShop,
    /// No agent of the shop is in the group.
    #[error("no agent of the shop is in that group")]
    UnknownGroup,
    /// The shop has no other supervisor.
    #[error("the shop has no other supervisor")]
    NoSupervisor,
    /// The chat has not ended, or was never with people.
    #[error("the chat has not ended, or was never with people")]
    NotEnded,
    /// The chat ended too long ago to be taken up again.
    #[error("the chat ended too long ago")]
    EndedLongAgo,
    /// The shopper has begun another conversation since.
    #[error("the shopper has begun another conversation since")]
    NewerTalk,
    /// A time lies behind, or too far ahead.
    #[error("the time lies behind or too far ahead")]
    BadTime,
    /// There is no such conversation.
    #[error("no such conversation")]
    UnknownConversation,
    /// There is no such member of staff.
    #[error("no such agent")]
    UnknownAgent,
    /// This installation does not serve that shop.
    #[error("no such shop: {0}")]
    UnknownShop(ShopId),
    /// A rating is 1 to 5 stars.
    #[error("a rating is 1 to 5 stars")]
    BadRating,
    /// The server is going away and takes nothing new.
    #[error("the server is going away")]
    Draining,
    /// The store cannot take it or cannot be read; nothing was written.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale { actual } => HubError::Stale { actual },
            StoreError::NotFound => HubError::UnknownConversation,
            other => HubError::Store(other),
        }
    }
}
