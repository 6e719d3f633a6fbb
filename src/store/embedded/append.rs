//! The one write: check where the conversation stands, add events, carry head and feed along. Runs inside the
//! writer's transaction; an error takes back all of it.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{failed, feed, queries};
use crate::model::{AgentId, ClientMessageId, ConversationId, Event, NewEvent, Seq, ShopId, ShopperId, Speaker};
use crate::store::rules::{self, Admission, Standing};
use crate::store::{Expect, Receipt, StoreError};

/// New events with their stored form.
pub(super) struct Prepared {
    new_events: Vec<NewEvent>,
    bodies: Vec<String>,
}

/// Writes the bodies.
pub(super) fn prepare(new_events: Vec<NewEvent>) -> Result<Prepared, StoreError> {
    let bodies = new_events
        .iter()
        .map(|new_event| serde_json::to_string(&new_event.kind).map_err(|error| StoreError::Corrupt(error.to_string())))
        .collect::<Result<_, _>>()?;
    Ok(Prepared { new_events, bodies })
}

/// Appends all events or none.
pub(super) fn append(
    connection: &Connection,
    conversation: &ConversationId,
    expect: Expect,
    prepared: Prepared,
) -> Result<Receipt, StoreError> {
    let Prepared { new_events, bodies } = prepared;
    let known = queries::standing(connection, conversation)?;
    let now = known.as_ref().map_or(0, |standing| standing.epoch);
    let admission = rules::admit(
        conversation,
        expect,
        known,
        &new_events,
        |shop, shopper| open_conversation(connection, shop, shopper),
        |speaker, id| find(connection, conversation, code(speaker), id),
    )?;
    let mut standing = match admission {
        Admission::Append(standing) => standing,
        Admission::Duplicate(seq) => {
            return Ok(Receipt {
                events: Vec::new(),
                duplicate_of: Some(seq),
                epoch: now,
            });
        }
    };
    let mut events = Vec::with_capacity(new_events.len());
    for (new_event, body) in new_events.into_iter().zip(bodies) {
        let event = standing.advance(new_event);
        insert(connection, conversation, &event, &body)?;
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

/// The place of a message under this client id.
pub(super) fn find(
    connection: &Connection,
    conversation: &ConversationId,
    speaker: Option<u8>,
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

/// How a speaker is written in the database.
pub(super) fn code(speaker: Speaker) -> Option<u8> {
    match speaker {
        Speaker::Shopper => Some(1),
        Speaker::Agent => Some(2),
        // The bot's words carry no client id.
        Speaker::Bot => None,
    }
}

fn insert(connection: &Connection, conversation: &ConversationId, event: &Event, body: &str) -> Result<(), StoreError> {
    let position = feed::add(connection, conversation, event.seq)?;
    connection
        .prepare_cached(
            "INSERT INTO events (conversation, seq, epoch, at, type, speaker, client_id, body, feed) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                conversation.as_str(),
                event.seq,
                event.epoch,
                event.at.0,
                event.kind.name(),
                rules::said(&event.kind).and_then(|(speaker, _)| code(speaker)),
                event.kind.client_id().map(ClientMessageId::as_str),
                body,
                position
            ])
        })
        .map_err(failed)?;
    Ok(())
}

fn put_head(connection: &Connection, conversation: &ConversationId, standing: &Standing) -> Result<(), StoreError> {
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
                standing.owner.name(),
                standing.owner.agent().map(AgentId::as_str),
                standing.at.0,
                standing.pending
            ])
        })
        .map_err(failed)?;
    Ok(())
}
