//! What agents do now: said by them, by supervisors or by the server, kept in the store, and the same at every desk.

use std::sync::Arc;

use crate::model::{AgentId, PresenceState, SetPresence};
use crate::store::Staff;

use super::HubError;
use super::floor::SharedFloor;

/// As the server gives it when chats were taken back from an agent again and again.
pub(super) const TAKEN_BACK: &str = "taken_back";

/// Owns how presence is set. Clones share it.
#[derive(Clone)]
pub(super) struct Presences {
    staff: Arc<dyn Staff>,
    floor: Arc<SharedFloor>,
}

impl Presences {
    /// Of these agents.
    pub(super) fn new(staff: Arc<dyn Staff>, floor: Arc<SharedFloor>) -> Presences {
        Presences { staff, floor }
    }

    /// What was said last of an agent, as it is stored.
    pub(super) async fn stored(&self, agent: &AgentId) -> Result<Option<SetPresence>, HubError> {
        Ok(self.staff.presence(agent.clone()).await?)
    }

    /// Says it. With `without_chats` it is refused with [`HubError::ChatsOpen`] while the agent has chats. It holds at once; what
    /// cannot be stored holds until this server ends.
    pub(super) async fn set(
        &self,
        agent: &AgentId,
        state: PresenceState,
        reason: &str,
        without_chats: bool,
    ) -> Result<(), HubError> {
        let said = SetPresence {
            state,
            reason: reason.to_owned(),
            at: self.floor.time(),
        };
        self.floor
            .set_presence(agent, said.clone(), without_chats)
            .map_err(HubError::ChatsOpen)?;
        self.staff.put_presence(agent.clone(), said).await?;
        Ok(())
    }
}
