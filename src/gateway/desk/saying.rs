//! What an agent says of presence: stored one after the other, while the socket is read on.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::gateway::error::Refusal;
use crate::hub::{DeskHandle, HubError};
use crate::model::{AgentId, PresenceState};

/// So many wait at most while one is stored.
const BEHIND: usize = 8;

/// What is said, of whom; `None` is oneself.
pub(super) struct Said {
    pub(super) state: PresenceState,
    pub(super) reason: String,
    pub(super) agent: Option<AgentId>,
}

/// What is being stored, and what waits behind it.
#[derive(Default)]
pub(super) struct Saying {
    doing: Option<BoxFuture<'static, Result<(), HubError>>>,
    behind: VecDeque<Said>,
}

impl Saying {
    /// Begins to store it, or puts it behind what is being stored. Refused as a flood where too much waits.
    pub(super) fn begin(&mut self, handle: &Arc<DeskHandle>, said: Said) -> Result<(), Refusal> {
        if self.doing.is_some() {
            if self.behind.len() >= BEHIND {
                return Err(Refusal::Flood);
            }
            self.behind.push_back(said);
            return Ok(());
        }
        let handle = Arc::clone(handle);
        let work = async move {
            let Said { state, reason, agent } = said;
            match agent {
                Some(agent) => handle.set_presence_of(&agent, state, &reason).await,
                None => handle.set_presence(state, &reason).await,
            }
        };
        self.doing = Some(work.boxed());
        Ok(())
    }

    /// What came of the next; waits for ever where nothing is being stored. Safe to drop and call again.
    pub(super) async fn next(&mut self, handle: &Arc<DeskHandle>) -> Result<(), HubError> {
        let Some(doing) = &mut self.doing else {
            return std::future::pending().await;
        };
        let outcome = doing.await;
        self.doing = None;
        if let Some(said) = self.behind.pop_front() {
            // Nothing is being stored now, so nothing is refused.
            let _ = self.begin(handle, said);
        }
        outcome
    }

    /// Stores what was said last before the socket went.
    pub(super) async fn finish(&mut self, handle: &Arc<DeskHandle>) {
        while self.doing.is_some() {
            let _ = self.next(handle).await;
        }
    }
}
