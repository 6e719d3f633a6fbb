//! Who at a desk may read which talk, and why.

use crate::accounts::rights::reads_all_talks;
use crate::model::{Agent, AgentId, EventKind, Owner};
use crate::store::{Head, Log};

use super::HubError;

/// Events read at once.
const PAGE: usize = 500;

/// Why somebody may read a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The chat is with the reader.
    Own,
    /// The reader has had the chat.
    Former,
    /// It waits for whoever takes it.
    Waiting,
    /// The reader's role reads all talks of the shop.
    Role,
    /// It is an earlier talk of a shopper whom the reader has now.
    Past,
}

impl Reading {
    /// How it may be read after this event; `None` when it may not any more.
    pub fn after(self, reader: &AgentId, event: &EventKind) -> Option<Reading> {
        match event.new_owner() {
            Some(Owner::Agent { agent }) if agent == *reader => Some(Reading::Own),
            None | Some(Owner::Queue) => Some(self),
            Some(_) => match self {
                Reading::Own | Reading::Former => Some(Reading::Former),
                Reading::Waiting | Reading::Past => None,
                Reading::Role => Some(Reading::Role),
            },
        }
    }
}

/// Why this agent may read a talk that stands so; `sees` says whether the agent works for its shop.
///
/// # Errors
/// [`HubError::OtherShop`], [`HubError::NotReadable`], [`HubError::Store`].
pub(super) async fn allowed(log: &dyn Log, agent: &Agent, head: &Head, sees: bool) -> Result<Reading, HubError> {
    let owner = Owner::Agent {
        agent: agent.id.clone(),
    };
    if head.owner == owner {
        return Ok(Reading::Own);
    }
    if !sees {
        return Err(HubError::OtherShop);
    }
    if reads_all_talks(agent) {
        return Ok(Reading::Role);
    }
    if head.owner == Owner::Queue {
        return Ok(Reading::Waiting);
    }
    match had(log, &agent.id, head).await? {
        true => Ok(Reading::Former),
        false => Err(HubError::NotReadable),
    }
}

/// Whether the agent had the chat at some time, as its log tells.
async fn had(log: &dyn Log, agent: &AgentId, head: &Head) -> Result<bool, HubError> {
    let mut after = 0;
    loop {
        let events = log.read(head.conversation.clone(), after, PAGE).await?;
        let own = |kind: &EventKind| matches!(kind.new_owner(), Some(Owner::Agent { agent: with }) if with == *agent);
        if events.iter().any(|event| own(&event.kind)) {
            return Ok(true);
        }
        match events.last() {
            Some(last) if last.seq < head.seq => after = last.seq,
            _ => return Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AssignCause;

    #[test]
    fn a_waiting_chat_that_somebody_else_takes_is_read_no_further() {
        let (me, other) = (AgentId::new("me"), AgentId::new("other"));
        let assigned = |agent: &AgentId| EventKind::assigned(agent.clone(), String::new(), AssignCause::Taken);
        let returned = EventKind::Returned { agent: other.clone() };
        assert_eq!(Reading::Waiting.after(&me, &assigned(&other)), None);
        assert_eq!(Reading::Waiting.after(&me, &returned), None);
        assert_eq!(
            Reading::Waiting.after(&me, &EventKind::Rated { stars: 5 }),
            Some(Reading::Waiting)
        );
        assert_eq!(Reading::Waiting.after(&me, &assigned(&me)), Some(Reading::Own));
        assert_eq!(Reading::Own.after(&me, &assigned(&other)), Some(Reading::Former));
        assert_eq!(Reading::Former.after(&me, &assigned(&other)), Some(Reading::Former));
        assert_eq!(Reading::Role.after(&me, &assigned(&other)), Some(Reading::Role));
        // Taken up again by a colleague it is an open chat like any other.
        assert_eq!(Reading::Past.after(&me, &assigned(&other)), None);
        assert_eq!(Reading::Past.after(&me, &assigned(&me)), Some(Reading::Own));
    }
}
