//! A supervisor's desk ends many waiting chats: one such request of a desk is at work at a time, beside everything else.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};

use crate::hub::{ClosedWaiting, DeskHandle, HubError};
use crate::model::{ConversationId, Millis};

use super::error::Refusal;
use super::protocol::DeskFrame;
use super::refusing::refusal;

/// So many chats can be named in one frame: more than a desk shows.
const MOST_NAMED: usize = 200;

/// The request that is at work.
#[derive(Default)]
pub(super) struct ClosingWaiting(Option<BoxFuture<'static, Result<ClosedWaiting, HubError>>>);

impl ClosingWaiting {
    /// Begins.
    ///
    /// # Errors
    /// Why not: another is at work, or the frame names too many.
    pub fn begin(
        &mut self,
        handle: &Arc<DeskHandle>,
        named: Vec<ConversationId>,
        before: Option<Millis>,
    ) -> Result<(), Refusal> {
        if named.len() > MOST_NAMED {
            return Err(Refusal::BadFrame);
        }
        if self.0.is_some() {
            return Err(Refusal::Flood);
        }
        let handle = Arc::clone(handle);
        self.0 = Some(async move { handle.close_waiting(named, before).await }.boxed());
        Ok(())
    }

    /// What has become of it; waits for ever while nothing is at work. Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Result<DeskFrame, Refusal> {
        let Some(work) = &mut self.0 else {
            return pending().await;
        };
        let outcome = work.await;
        self.0 = None;
        match outcome {
            Ok(ClosedWaiting { closed, left }) => Ok(DeskFrame::ClosedWaiting { closed, left }),
            Err(error) => Err(refusal(&error)),
        }
    }

    /// Does the rest, although nobody is there to be told.
    pub async fn finish(&mut self) {
        if self.0.is_some() {
            let _ = self.next().await;
        }
    }
}
