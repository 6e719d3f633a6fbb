//! The rules of the one write, as pure functions: when an append is admitted, which numbers its events get, what
//! follows from each event for the head. Every backend keeps to them; how it stores is its own matter.

use std::collections::HashSet;

use super::{Expect, StoreError};
use crate::model::{
    ClientMessageId, ConversationId, Epoch, Event, EventKind, Millis, NewEvent, Owner, Role, Seq, ShopId, ShopperId,
    Speaker, StaffMember,
};

/// Where a conversation stands, as far as appending needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The shop.
    pub shop: ShopId,
    /// The shopper.
    pub shopper: ShopperId,
    /// The last event.
    pub seq: Seq,
    /// The owner epoch.
    pub epoch: Epoch,
    /// Who may speak.
    pub owner: Owner,
    /// The shopper's messages that lack a reply.
    pub pending: u64,
    /// When the last event was stored; of an ended conversation when it ended.
    pub at: Millis,
}

/// What becomes of an append that is not refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Admission {
    /// Its events are stored, on top of this.
    Append(Standing),
    /// Its message is stored already, at this place; nothing is written.
    Duplicate(Seq),
}

/// Whether an append is admitted. `standing` is where the conversation stands, `None` when there is none;
/// `open` finds the shopper's open conversation with the shop, `stored` the place of a message that this speaker
/// has stored under this id. Both are asked only when the answer matters.
///
/// # Errors
/// [`StoreError::Exists`], [`StoreError::NotFound`], [`StoreError::Stale`], and what `open` and `stored` fail with.
pub fn admit(
    conversation: &ConversationId,
    expect: Expect,
    standing: Option<Standing>,
    new_events: &[NewEvent],
    open: impl FnOnce(&ShopId, &ShopperId) -> Result<Option<ConversationId>, StoreError>,
    stored: impl FnOnce(Speaker, &ClientMessageId) -> Result<Option<Seq>, StoreError>,
) -> Result<Admission, StoreError> {
    let first = new_events.first().map(|new_event| &new_event.kind);
    let standing = match (expect, standing) {
        (Expect::New, Some(_)) => {
            let conversation = conversation.clone();
            return Err(StoreError::Exists { conversation });
        }
        (Expect::New, None) => {
            let Some(EventKind::Started { shop, shopper, .. }) = first else {
                return Err(StoreError::NotFound);
            };
            if let Some(conversation) = open(shop, shopper)? {
                return Err(StoreError::Exists { conversation });
            }
            return Ok(Admission::Append(Standing::before(shop, shopper)));
        }
        (_, None) => return Err(StoreError::NotFound),
        (_, Some(standing)) => standing,
    };
    if let Some((speaker, id)) = first.and_then(said)
        && let Some(seq) = stored(speaker, id)?
    {
        return Ok(Admission::Duplicate(seq));
    }
    let as_expected = match expect {
        Expect::Epoch(epoch) => standing.epoch == epoch,
        Expect::Head { epoch, seq } => standing.epoch == epoch && standing.seq == seq,
        Expect::New | Expect::Any => true,
    };
    if !as_expected {
        return Err(StoreError::Stale { actual: standing.epoch });
    }
    // A talk that goes on after its end must not become the second that is open.
    if standing.owner == Owner::Closed
        && reopens(new_events)
        && let Some(conversation) = open(&standing.shop, &standing.shopper)?
    {
        return Err(StoreError::Exists { conversation });
    }
    Ok(Admission::Append(standing))
}

/// Whether an ended conversation is open again after these events.
fn reopens(new_events: &[NewEvent]) -> bool {
    let owner = new_events.iter().rev().find_map(|new_event| new_event.kind.new_owner());
    owner.is_some_and(|owner| owner != Owner::Closed)
}

impl Standing {
    /// Before the first event.
    pub fn before(shop: &ShopId, shopper: &ShopperId) -> Standing {
        Standing {
            shop: shop.clone(),
            shopper: shopper.clone(),
            seq: 0,
            epoch: 0,
            owner: Owner::Bot,
            pending: 0,
            at: Millis(0),
        }
    }

    /// Makes the next event from a new one and stands after it.
    pub fn advance(&mut self, new_event: NewEvent) -> Event {
        let NewEvent { at, kind } = new_event;
        self.seq += 1;
        // What is said of an ended talk leaves its end where it is.
        if self.owner != Owner::Closed || kind.new_owner().is_some() {
            self.at = at;
        }
        if let Some(owner) = kind.new_owner() {
            self.owner = owner;
            self.epoch += 1;
        }
        self.pending = pending_after(self.pending, &kind);
        Event {
            seq: self.seq,
            epoch: self.epoch,
            at,
            kind,
        }
    }
}

/// Who says something under which client id.
pub fn said(kind: &EventKind) -> Option<(Speaker, &ClientMessageId)> {
    match kind {
        EventKind::Received { id, .. } => Some((Speaker::Shopper, id)),
        // Notes and words of agents share their ids: one id is stored once, whichever it is.
        EventKind::AgentSaid { id, .. } | EventKind::Noted { id, .. } => Some((Speaker::Agent, id)),
        _ => None,
    }
}

/// The kinds of events in which a speaker says something under a client id, as a list in JSON; the bot's words carry none.
pub fn said_by(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Shopper => r#"["received"]"#,
        Speaker::Agent => r#"["agent_said","noted"]"#,
        Speaker::Bot => "[]",
    }
}

/// How many of the shopper's messages lack a reply after this event.
pub fn pending_after(pending: u64, kind: &EventKind) -> u64 {
    match kind {
        EventKind::Received { .. } => pending + 1,
        EventKind::Answered { turn, .. } => pending.saturating_sub(turn.reply_to.len() as u64),
        EventKind::AgentSaid { .. } | EventKind::Returned { .. } | EventKind::Closed { .. } => 0,
        EventKind::Started { .. }
        | EventKind::HandedOff { .. }
        | EventKind::Assigned { .. }
        | EventKind::Released { .. }
        | EventKind::Rated { .. }
        | EventKind::Noted { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Recognised(..)
        | EventKind::Withdrawn { .. }
        | EventKind::Unknown { .. } => pending,
    }
}

/// Gives members whom version 0.1 stored what this version asks of them: the supervisor who was first becomes owner and
/// operator too, and of members with one name the later ones are numbered. `members` are in the order of their ids,
/// which is the order in which they were invited.
pub(super) fn staff_of_version_0_1(mut members: Vec<StaffMember>) -> Vec<StaffMember> {
    let first = members
        .iter_mut()
        .find(|member| member.roles.contains(&Role::Supervisor));
    if let Some(first) = first {
        first.roles.extend([Role::Operator, Role::Owner]);
    }
    let mut taken = HashSet::new();
    for member in &mut members {
        let plain = member.name.clone();
        let mut number = 1;
        while !taken.insert(StaffMember::name_key(&member.name)) {
            number += 1;
            member.name = format!("{plain} {number}");
        }
    }
    members
}
