//! The one write: check where the conversation stands, add events, carry the head along. Runs inside the writer's transaction.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::database::Writing;
use super::talks::Talk;
use super::{failed, unreadable};
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
        .map(|new_event| serde_json::to_string(&new_event.kind).map_err(unreadable))
        .collect::<Result<_, _>>()?;
    Ok(Prepared { new_events, bodies })
}

/// Appends all events or none. What is refused is refused before anything is written.
pub(super) fn append(
    writing: &mut Writing<'_>,
    conversation: ConversationId,
    expect: Expect,
    prepared: Prepared,
) -> Result<Receipt, StoreError> {
    let connection = writing.connection;
    let Prepared { new_events, bodies } = prepared;
    // It is put back when it stands anew; after a refusal or a failure it is read again.
    let known = match writing.talks.take(&conversation) {
        None => Talk::read(connection, &conversation)?.map(Box::new),
        known => known,
    };
    let stored = |speaker: Speaker, id: &ClientMessageId| match known.as_ref() {
        Some(talk) if talk.may_have(speaker, id) => find(connection, &conversation, speaker, id),
        _ => Ok(None),
    };
    let standing = known.as_ref().map(|talk| talk.standing.clone());
    let now = standing.as_ref().map_or(0, |standing| standing.epoch);
    let admission = rules::admit(
        &conversation,
        expect,
        standing,
        &new_events,
        |shop, shopper| open_conversation(connection, shop, shopper),
        stored,
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
    for (speaker, id) in new_events
        .iter()
        .skip(1)
        .filter_map(|new_event| rules::said(&new_event.kind))
    {
        if stored(speaker, id)?.is_some() {
            return Err(StoreError::Unavailable(
                "a message in the middle of an append is stored already".to_owned(),
            ));
        }
    }
    let events: Vec<Arc<Event>> = new_events
        .into_iter()
        .map(|new_event| Arc::new(standing.advance(new_event)))
        .collect();
    let epoch = standing.epoch;
    if !events.is_empty() {
        writing.begin_writing();
        let mut talk = match known {
            Some(mut talk) => {
                move_head(connection, &talk, &standing)?;
                talk.standing = standing;
                talk
            }
            None => Box::new(Talk::begun(put_head(connection, &conversation, &standing)?, standing)),
        };
        for (event, body) in events.iter().zip(bodies) {
            insert(writing, talk.number, event, &body)?;
            if let Some((speaker, id)) = rules::said(&event.kind) {
                talk.says(speaker, id);
            }
        }
        writing.talks.put(conversation, talk);
    }
    Ok(Receipt {
        events,
        duplicate_of: None,
        epoch,
    })
}

/// The place of a message under this client id.
pub(super) fn find(
    connection: &Connection,
    conversation: &ConversationId,
    speaker: Speaker,
    id: &ClientMessageId,
) -> Result<Option<Seq>, StoreError> {
    connection
        .prepare_cached(
            "SELECT seq FROM events WHERE conversation = (SELECT number FROM conversations WHERE id = ?) \
             AND json_extract(body, '$.id') = ? AND json_extract(body, '$.type') IN (SELECT value FROM json_each(?)) \
             ORDER BY seq LIMIT 1",
        )
        .and_then(|mut select| {
            select
                .query_row(
                    params![conversation.as_str(), id.as_str(), rules::said_by(speaker)],
                    |row| row.get(0),
                )
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

fn insert(writing: &mut Writing<'_>, conversation: i64, event: &Event, body: &str) -> Result<(), StoreError> {
    let position = writing.next_position();
    writing
        .connection
        .prepare_cached("INSERT INTO events (position, conversation, seq, epoch, at, body) VALUES (?, ?, ?, ?, ?, ?)")
        .and_then(|mut insert| {
            insert.execute(params![
                position,
                conversation,
                event.seq,
                event.epoch,
                event.at.0,
                body
            ])
        })
        .map_err(failed)?;
    Ok(())
}

/// Writes the head of a new talk; its number.
fn put_head(connection: &Connection, conversation: &ConversationId, standing: &Standing) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO conversations (id, shop, shopper, seq, epoch, owner, agent, at, pending) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut put| {
            put.insert(params![
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
        .map_err(failed)
}

/// Writes the head of a talk that goes on. SQLite looks at every index whose columns a statement names, whatever is in them:
/// where the owner stays, the owner is not named.
fn move_head(connection: &Connection, talk: &Talk, standing: &Standing) -> Result<(), StoreError> {
    let moved = if talk.standing.owner == standing.owner {
        connection
            .prepare_cached("UPDATE conversations SET seq = ?, epoch = ?, at = ?, pending = ? WHERE number = ?")
            .and_then(|mut update| {
                update.execute(params![
                    standing.seq,
                    standing.epoch,
                    standing.at.0,
                    standing.pending,
                    talk.number
                ])
            })
    } else {
        connection
            .prepare_cached(
                "UPDATE conversations SET seq = ?, epoch = ?, at = ?, pending = ?, owner = ?, agent = ? WHERE number = ?",
            )
            .and_then(|mut update| {
                update.execute(params![
                    standing.seq,
                    standing.epoch,
                    standing.at.0,
                    standing.pending,
                    standing.owner.name(),
                    standing.owner.agent().map(AgentId::as_str),
                    talk.number
                ])
            })
    };
    match moved.map_err(failed)? {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("conversation {} has no head", talk.number))),
    }
}
