//! An agent takes back what was sent by mistake. The log keeps the words and that they were taken back; the shopper is told so, and whoever
//! comes later is not told the words.

use std::collections::BTreeSet;

use crate::model::{ConversationId, EventKind, FileId, Seq};
use crate::store::{Expect, events_before};

use super::desk::DeskHandle;
use super::subscription::WITHDRAW_WITHIN_MS;
use super::{Hub, HubError};

impl DeskHandle {
    /// Takes back an own message. Once more changes nothing. It may be done while a colleague has the chat, and after its end.
    ///
    /// # Errors
    /// [`HubError::NotYourMessage`] for what this agent did not say to the shopper, [`HubError::WithdrawLate`],
    /// [`HubError::UnknownConversation`], [`HubError::Draining`], [`HubError::Store`].
    pub async fn withdraw(&self, conversation: &ConversationId, of: Seq) -> Result<(), HubError> {
        let chat = self.conversation(conversation);
        let (agent, name) = (self.agent().id.clone(), self.agent().name.clone());
        let (desks, now) = (self.desks(), self.floor().time());
        let work = async move {
            let mut locked = chat.lock_at_end().await?;
            let before = of.checked_sub(1).ok_or(HubError::NotYourMessage)?;
            let found = desks.log().read(chat.id().clone(), before, 1).await?;
            let said_at = match found.first().map(|event| (event.seq, event.at, &event.kind)) {
                Some((seq, at, EventKind::AgentSaid { agent: by, .. })) if seq == of && *by == agent => at,
                _ => return Err(HubError::NotYourMessage),
            };
            if locked.state().withdrawn.contains(&of) {
                return Ok(());
            }
            if now.since(said_at) > WITHDRAW_WITHIN_MS {
                return Err(HubError::WithdrawLate);
            }
            let withdrawn = EventKind::Withdrawn { agent, name, of };
            locked.append(Expect::Any, vec![withdrawn]).await?;
            Ok(())
        };
        self.finish(work).await
    }
}

impl Hub {
    /// Whether the shopper of a talk is shown a file: some message names it that was not taken back. The log says so, whichever server
    /// took the message and whenever.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn shows_file(&self, conversation: &ConversationId, file: &FileId) -> Result<bool, HubError> {
        // By the places of the messages that name it.
        let mut named: BTreeSet<Seq> = BTreeSet::new();
        for event in events_before(self.desks.log(), conversation, Seq::MAX).await? {
            if let EventKind::Withdrawn { of, .. } = &event.kind {
                named.remove(of);
            } else if event.kind.files().iter().any(|sent| sent.id == *file) {
                named.insert(event.seq);
            }
        }
        Ok(!named.is_empty())
    }
}
