//! A shopper who wants another agent than the one who has the chat gets one, once in a talk.

use crate::handoff::alert::{Alert, AlertKind, AlertTo};
use crate::model::{EventKind, Owner, ReleaseCause};
use crate::store::{Expect, StoreError};

use super::HubError;
use super::floor::SharedFloor;
use super::live::Locked;

/// Moves the chat to the front of the queue for another agent. Where nobody else is here it stays, and supervisors are told.
/// Does nothing when the shopper has been given another before, or no agent has the chat.
///
/// # Errors
/// [`HubError::Store`].
pub(super) async fn another_agent(floor: &SharedFloor, locked: &mut Locked<'_>) -> Result<(), HubError> {
    let state = locked.state();
    let Owner::Agent { agent } = state.owner.clone() else {
        return Ok(());
    };
    if state.moved {
        return Ok(());
    }
    if !floor.somebody_else(&state.shop, &agent) {
        floor.tell(Alert {
            conversation: Some(locked.conversation().clone()),
            shop: Some(state.shop.clone()),
            agent: Some(agent),
            ..Alert::about(AlertKind::WantsAnother, AlertTo::Supervisors { agent: None })
        });
        return Ok(());
    }
    let epoch = state.epoch;
    let released = EventKind::released(agent, ReleaseCause::AnotherAsked, String::new());
    match locked.append(Expect::Epoch(epoch), vec![released]).await {
        // Somebody else moved it meanwhile, which is as good.
        Ok(_) | Err(StoreError::Stale { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
