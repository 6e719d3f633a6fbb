//! Why a customer's card is not shown or changed.

use crate::accounts::AccountError;
use crate::hub::HubError;
use crate::privacy::NoteFault;
use crate::store::StoreError;

/// Why a customer's card is not shown or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// A tag shows nothing, is too long, or is the number of a card.
    #[error("no tag")]
    Tag,
    /// There are as many tags as there may be.
    #[error("as many tags as there may be")]
    TagsFull,
    /// A note shows nothing.
    #[error("the note is empty")]
    NoteEmpty,
    /// A note is too long.
    #[error("the note is too long")]
    NoteLong,
    /// There are as many notes as there may be.
    #[error("as many notes as there may be")]
    NotesFull,
    /// There is no such note.
    #[error("no such note")]
    UnknownNote,
    /// Somebody else changes the card all the time.
    #[error("the card is changed by others")]
    Busy,
    /// The record cannot be written.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The chat may not be read, or there is none.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoteFault> for CardError {
    fn from(fault: NoteFault) -> CardError {
        match fault {
            NoteFault::Empty => CardError::NoteEmpty,
            NoteFault::Long => CardError::NoteLong,
        }
    }
}
