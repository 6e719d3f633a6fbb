//! Why a talk is not reviewed.

use crate::accounts::AccountError;
use crate::hub::HubError;
use crate::privacy::NoteFault;
use crate::store::StoreError;

/// Why a talk is not drawn, shown, or reviewed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The day lies ahead or too far back, or the number of talks is none that is drawn.
    #[error("no such draw")]
    Draw,
    /// Points for what is not on the shop's sheet, or more or fewer than the item takes off.
    #[error("points that the sheet does not have")]
    Score,
    /// The one who is assessed has not had the talk.
    #[error("this agent has not had the talk")]
    NotInTalk,
    /// What is written shows nothing.
    #[error("nothing is written")]
    Empty,
    /// What is written is too long.
    #[error("what is written is too long")]
    Long,
    /// There is as much as there may be.
    #[error("as much as there may be")]
    Full,
    /// There is no such assessment or note.
    #[error("no such assessment or note")]
    Unknown,
    /// Somebody else changes it all the time.
    #[error("the review is changed by others")]
    Busy,
    /// Not allowed, or the record cannot be written.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The talk may not be read, or there is none.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReviewError {
    /// What is wrong with the store, if anything is.
    pub fn store(&self) -> Option<&StoreError> {
        match self {
            ReviewError::Store(error) | ReviewError::Hub(HubError::Store(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<NoteFault> for ReviewError {
    fn from(fault: NoteFault) -> ReviewError {
        match fault {
            NoteFault::Empty => ReviewError::Empty,
            NoteFault::Long => ReviewError::Long,
        }
    }
}
