//! Why a search is refused.

use crate::accounts::AccountError;
use crate::hub::HubError;
use crate::store::StoreError;

/// Why a search is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// More was written than is searched for.
    #[error("what is searched for is too long")]
    Long,
    /// What was written shows nothing.
    #[error("what is searched for shows nothing")]
    Nothing,
    /// The first day is behind the last.
    #[error("the first day is behind the last")]
    Dates,
    /// A rating is 1 to 5 stars.
    #[error("no rating")]
    Stars,
    /// The place to go on from is none of this store.
    #[error("no place in the index")]
    Place,
    /// Whoever asks may not.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// What was found cannot be looked at.
    #[error(transparent)]
    Hub(HubError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for SearchError {
    fn from(error: StoreError) -> SearchError {
        match error {
            StoreError::BadCursor(_) => SearchError::Place,
            other => SearchError::Store(other),
        }
    }
}
