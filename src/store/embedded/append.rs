//! The one write: check where the conversation stands, add events, carry the projections along. Runs inside the
//! writer's transaction; an error takes back all of it.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{failed, queries};
use crate::model::{
    AgentId, ClientMessageId, ConversationId, Draft, Epoch, Event, EventKind, Millis, Owner, Seq, ShopId, ShopperId,
};
use crate::store::{Expect, Receipt, StoreError};

/// `speaker` of the shopper's messages.
pub(super) const SHOPPER: u8 = 1;
/// `speaker` of agents' messages.
pub(super) const AGENT: u8 = 2;

/// A draft with its stored form.
pub(super) struct Prepared {
    draft: Draft,
    body: String,
}

/// Writes the bodies.
pub(super) fn prepare(drafts: Vec<Draft>) -> Result<Vec<Prepared>, StoreError> {
    drafts
        .into_iter()
        .map(|draft| {
            let body = serde_json::to_string(&draft.kind).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok(Prepared { draft, body })
        })
        .collect()
}

/// Where the conversation stands, as far as appending needs it.
struct Standing {
    shop: ShopId,
    shopper: ShopperId,
    seq: Seq,
    epoch: Epoch,
    owner: Owner,
    pending: u64,
    at: Millis,
}

/// Appends all events or none.
pub(super) fn append(
    connection: &Connection,
    conversation: &ConversationId,
    expect: Expect,
    prepared: Vec<Prepared>,
) -> Result<Receipt, StoreError> {
    let known = standing(connection, conversation)?;
    let mut standing = match (expect, known) {
        (Expect::New, Some(_)) => {
            return Err(StoreError::Exists {
                conversation: conversation.clone(),
            });
        }
        (Expect::New, None) => begin(connection, &prepared)?,
        (_, None) => return Err(StoreError::NotFound),
        (Expect::Epoch(expected), Some(standing)) => {
            if let Some(receipt) = already(connection, conversation, &standing, &prepared)? {
                return Ok(receipt);
            }
            if standing.epoch != expected {
                return Err(StoreError::Stale { actual: standing.epoch });
            }
            standing
        }
        (Expect::Any, Some(standing)) => {
            if let Some(receipt) = already(connection, conversation, &standing, &prepared)? {
                return Ok(receipt);
            }
            standing
        }
    };
    let mut events = Vec::with_capacity(prepared.len());
    for Prepared { draft, body } in prepared {
        let Draft { at, kind } = draft;
        standing.seq += 1;
        standing.at = at;
        if let Some(owner) = kind.new_owner() {
            standing.owner = owner;
            standing.epoch += 1;
        }
        let event = Event {
            seq: standing.seq,
            epoch: standing.epoch,
            at,
            kind,
        };
        insert(connection, conversation, &event, &body)?;
        standing.pending = pending_after(standing.pending, &event.kind);
        ticket(connection, conversation, &standing.shop, &event)?;
        events.push(Arc::new(event));
    }
    if !events.is_empty() {
        put_head(connection, conversation, &standing)?;
    }
    Ok(Receipt {
        events,
        duplicate_of: None,
        epoch: standing.epoch,
    })
}

/// The standing before the first event, from the `started` that must come first.
fn begin(connection: &Connection, prepared: &[Prepared]) -> Result<Standing, StoreError> {
    let Some(EventKind::Started { shop, shopper, .. }) = prepared.first().map(|prepared| &prepared.draft.kind) else {
        return Err(StoreError::NotFound);
    };
    if let Some(conversation) = open_conversation(connection, shop, shopper)? {
        return Err(StoreError::Exists { conversation });
    }
    Ok(Standing {
        shop: shop.clone(),
        shopper: shopper.clone(),
        seq: 0,
        epoch: 0,
        owner: Owner::Bot,
        pending: 0,
        at: Millis(0),
    })
}

fn standing(connection: &Connection, conversation: &ConversationId) -> Result<Option<Standing>, StoreError> {
    let Some(head) = queries::head(connection, conversation)? else {
        return Ok(None);
    };
    let pending = connection
        .prepare_cached("SELECT pending FROM conversations WHERE id = ?")
        .and_then(|mut select| select.query_row([conversation.as_str()], |row| row.get(0)))
        .map_err(failed)?;
    Ok(Some(Standing {
        shop: head.shop,
        shopper: head.shopper,
        seq: head.seq,
        epoch: head.epoch,
        owner: head.owner,
        pending,
        at: head.at,
    }))
}

/// The receipt of a message that is stored already.
fn already(
    connection: &Connection,
    conversation: &ConversationId,
    standing: &Standing,
    prepared: &[Prepared],
) -> Result<Option<Receipt>, StoreError> {
    let Some(kind) = prepared.first().map(|prepared| &prepared.draft.kind) else {
        return Ok(None);
    };
    let (Some(id), Some(speaker)) = (kind.client_id(), speaker(kind)) else {
        return Ok(None);
    };
    Ok(find(connection, conversation, speaker, id)?.map(|seq| Receipt {
        events: Vec::new(),
        duplicate_of: Some(seq),
        epoch: standing.epoch,
    }))
}

/// The place of a message under this client id.
pub(super) fn find(
    connection: &Connection,
    conversation: &ConversationId,
    speaker: u8,
    id: &ClientMessageId,
) -> Result<Option<Seq>, StoreError> {
    connection
        .prepare_cached("SELECT seq FROM events WHERE conversation = ? AND speaker = ? AND client_id = ?")
        .and_then(|mut select| {
            select
                .query_row(params![conversation.as_str(), speaker, id.as_str()], |row| row.get(0))
                .optional()
        })
        .map_err(failed)
}

/// The shopper's open conversation with the shop.
pub(super) fn open_conversation(
    connection: &Connection,
    shop: &ShopId,
    shopper: &ShopperId,
) -> Result<Option<ConversationId>, StoreError> {
    connection
        .prepare_cached("SELECT id FROM conversations WHERE shop = ? AND shopper = ? AND owner <> 'closed'")
        .and_then(|mut select| {
            select
                .query_row([shop.as_str(), shopper.as_str()], |row| {
                    Ok(ConversationId::new(row.get_ref(0)?.as_str()?))
                })
                .optional()
        })
        .map_err(failed)
}

fn speaker(kind: &EventKind) -> Option<u8> {
    match kind {
        EventKind::Received { .. } => Some(SHOPPER),
        EventKind::AgentSaid { .. } => Some(AGENT),
        _ => None,
    }
}

fn insert(connection: &Connection, conversation: &ConversationId, event: &Event, body: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO events (conversation, seq, epoch, at, type, speaker, client_id, body) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                conversation.as_str(),
                event.seq,
                event.epoch,
                event.at.0,
                type_name(&event.kind),
                speaker(&event.kind),
                event.kind.client_id().map(ClientMessageId::as_str),
                body
            ])
        })
        .map_err(failed)?;
    Ok(())
}

fn put_head(connection: &Connection, conversation: &ConversationId, standing: &Standing) -> Result<(), StoreError> {
    let (owner, agent) = match &standing.owner {
        Owner::Bot => ("bot", None),
        Owner::Queue => ("queue", None),
        Owner::Agent { agent } => ("agent", Some(agent)),
        Owner::Closed => ("closed", None),
    };
    connection
        .prepare_cached(
            "INSERT INTO conversations (id, shop, shopper, seq, epoch, owner, agent, at, pending) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch, owner = excluded.owner, \
             agent = excluded.agent, at = excluded.at, pending = excluded.pending",
        )
        .and_then(|mut put| {
            put.execute(params![
                conversation.as_str(),
                standing.shop.as_str(),
                standing.shopper.as_str(),
                standing.seq,
                standing.epoch,
                owner,
                agent.map(AgentId::as_str),
                standing.at.0,
                standing.pending
            ])
        })
        .map_err(failed)?;
    Ok(())
}

/// How many of the shopper's messages lack a reply after this event.
fn pending_after(pending: u64, kind: &EventKind) -> u64 {
    match kind {
        EventKind::Received { .. } => pending + 1,
        EventKind::Answered { reply_to, .. } => pending.saturating_sub(reply_to.len() as u64),
        EventKind::AgentSaid { .. } | EventKind::Returned { .. } | EventKind::Closed { .. } => 0,
        EventKind::Started { .. }
        | EventKind::HandedOff { .. }
        | EventKind::Assigned { .. }
        | EventKind::Released { .. }
        | EventKind::Rated { .. } => pending,
    }
}

/// Carries the ticket of the conversation along.
fn ticket(
    connection: &Connection,
    conversation: &ConversationId,
    shop: &ShopId,
    event: &Event,
) -> Result<(), StoreError> {
    let done = match &event.kind {
        EventKind::HandedOff { lane, deadline, .. } => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO tickets (conversation, shop, lane, deadline, since, returned, epoch, waiting) \
                 VALUES (?, ?, ?, ?, ?, 0, ?, 1)",
            )
            .and_then(|mut put| {
                put.execute(params![
                    conversation.as_str(),
                    shop.as_str(),
                    lane.name(),
                    deadline.0,
                    event.at.0,
                    event.epoch
                ])
            }),
        EventKind::Assigned { .. } => connection
            .prepare_cached("UPDATE tickets SET waiting = 0, epoch = ? WHERE conversation = ?")
            .and_then(|mut update| update.execute(params![event.epoch, conversation.as_str()])),
        EventKind::Released { .. } => connection
            .prepare_cached("UPDATE tickets SET waiting = 1, returned = 1, epoch = ? WHERE conversation = ?")
            .and_then(|mut update| update.execute(params![event.epoch, conversation.as_str()])),
        EventKind::Returned { .. } | EventKind::Closed { .. } => connection
            .prepare_cached("DELETE FROM tickets WHERE conversation = ?")
            .and_then(|mut delete| delete.execute([conversation.as_str()])),
        EventKind::Started { .. }
        | EventKind::Received { .. }
        | EventKind::Answered { .. }
        | EventKind::AgentSaid { .. }
        | EventKind::Rated { .. } => Ok(0),
    };
    done.map(|_| ()).map_err(failed)
}

/// The tag of the event in its JSON, for people who read the database with SQL.
fn type_name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Started { .. } => "started",
        EventKind::Received { .. } => "received",
        EventKind::Answered { .. } => "answered",
        EventKind::HandedOff { .. } => "handed_off",
        EventKind::Assigned { .. } => "assigned",
        EventKind::AgentSaid { .. } => "agent_said",
        EventKind::Released { .. } => "released",
        EventKind::Returned { .. } => "returned",
        EventKind::Closed { .. } => "closed",
        EventKind::Rated { .. } => "rated",
    }
}
