//! Rows to values.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use serde_json::{Value, json};

use super::failed;
use crate::model::{
    AgentId, ClientMessageId, ConversationId, Epoch, Event, EventKind, Millis, Owner, Seq, ShopId, ShopperId, Speaker,
};
use crate::store::rules::{self, Standing};
use crate::store::{Head, StoreError};

const HEAD: &str = "SELECT id, shop, shopper, seq, epoch, owner, agent, at FROM conversations";

/// Runs a query and turns each row into a value.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    value: impl Fn(&Row<'_>) -> rusqlite::Result<Result<T, StoreError>>,
) -> Result<Vec<T>, StoreError> {
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = select.query(params).map_err(failed)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        values.push(value(row).map_err(failed)??);
    }
    Ok(values)
}

pub(super) fn events(
    connection: &Connection,
    conversation: &ConversationId,
    after: Seq,
    limit: usize,
) -> Result<Vec<Arc<Event>>, StoreError> {
    read_events(connection, conversation, after, limit, |seq, epoch, at, body| {
        let kind = EventKind::from_json(body)?;
        Ok(Arc::new(Event { seq, epoch, at, kind }))
    })
}

/// Events as JSON with all their fields, also those that this program does not know.
pub(super) fn stored_events(
    connection: &Connection,
    conversation: &ConversationId,
    after: Seq,
    limit: usize,
) -> Result<Vec<(Seq, Value)>, StoreError> {
    read_events(connection, conversation, after, limit, |seq, epoch, at, body| {
        let kind: Value = serde_json::from_str(body)?;
        Ok((seq, json!({"seq": seq, "epoch": epoch, "at": at, "kind": kind})))
    })
}

/// The events after `after`, each made of its number, epoch, time and body.
fn read_events<T>(
    connection: &Connection,
    conversation: &ConversationId,
    after: Seq,
    limit: usize,
    read: impl Fn(Seq, Epoch, Millis, &str) -> serde_json::Result<T>,
) -> Result<Vec<T>, StoreError> {
    all(
        connection,
        "SELECT seq, epoch, at, body FROM events \
         WHERE conversation = (SELECT number FROM conversations WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?",
        params![
            conversation.as_str(),
            after.min(i64::MAX as u64),
            limit.min(i64::MAX as usize)
        ],
        |row| {
            let seq = row.get(0)?;
            let read = read(seq, row.get(1)?, Millis(row.get(2)?), row.get_ref(3)?.as_str()?);
            Ok(read
                .map_err(|error| StoreError::Corrupt(format!("event {seq} of conversation {conversation}: {error}"))))
        },
    )
}

pub(super) fn head(connection: &Connection, conversation: &ConversationId) -> Result<Option<Head>, StoreError> {
    connection
        .prepare_cached("SELECT id, shop, shopper, seq, epoch, owner, agent, at FROM conversations WHERE id = ?")
        .and_then(|mut select| select.query_row([conversation.as_str()], head_of).optional())
        .map_err(failed)?
        .transpose()
}

/// Where a conversation stands, for appending: its number, its head and what is pending in one reading.
pub(super) fn standing(
    connection: &Connection,
    conversation: &ConversationId,
) -> Result<Option<(i64, Standing)>, StoreError> {
    let select =
        "SELECT id, shop, shopper, seq, epoch, owner, agent, at, pending, number FROM conversations WHERE id = ?";
    let found = all(connection, select, [conversation.as_str()], |row| {
        let (pending, number) = (row.get(8)?, row.get(9)?);
        let standing = head_of(row)?.map(|head| Standing {
            shop: head.shop,
            shopper: head.shopper,
            seq: head.seq,
            epoch: head.epoch,
            owner: head.owner,
            pending,
            at: head.at,
        });
        Ok(standing.map(|standing| (number, standing)))
    })?;
    Ok(found.into_iter().next())
}

/// Under which client ids something was said in the conversation of this number.
pub(super) fn said(connection: &Connection, number: i64) -> Result<Vec<(Speaker, ClientMessageId)>, StoreError> {
    let mut said = Vec::new();
    for speaker in [Speaker::Shopper, Speaker::Agent] {
        said.extend(all(
            connection,
            "SELECT json_extract(body, '$.id') FROM events WHERE conversation = ? AND json_extract(body, '$.type') IN (SELECT value FROM json_each(?))",
            params![number, rules::said_by(speaker)],
            |row| Ok(Ok((speaker, ClientMessageId::new(row.get_ref(0)?.as_str()?)))),
        )?);
    }
    Ok(said)
}

/// The latest first.
pub(super) fn recent(connection: &Connection, limit: usize) -> Result<Vec<Head>, StoreError> {
    all(
        connection,
        &format!("{HEAD} ORDER BY at DESC LIMIT ?"),
        [limit.min(i64::MAX as usize)],
        head_of,
    )
}

pub(super) fn conversations_of(
    connection: &Connection,
    shop: &ShopId,
    shopper: &ShopperId,
) -> Result<Vec<ConversationId>, StoreError> {
    all(
        connection,
        "SELECT id FROM conversations WHERE shop = ? AND shopper = ? ORDER BY id",
        [shop.as_str(), shopper.as_str()],
        |row| Ok(Ok(ConversationId::new(row.get_ref(0)?.as_str()?))),
    )
}

/// How many tokens a shopper has.
pub(super) fn tokens_of(connection: &Connection, shop: &ShopId, shopper: &ShopperId) -> Result<u64, StoreError> {
    connection
        .prepare_cached("SELECT count(*) FROM shopper_tokens WHERE shop = ? AND shopper = ?")
        .and_then(|mut select| select.query_row([shop.as_str(), shopper.as_str()], |row| row.get(0)))
        .map_err(failed)
}

/// When the last event of all was stored.
pub(super) fn newest(connection: &Connection) -> Result<Option<Millis>, StoreError> {
    connection
        .query_row("SELECT max(at) FROM conversations", [], |row| {
            row.get::<_, Option<u64>>(0)
        })
        .map(|at| at.map(Millis))
        .map_err(failed)
}

pub(super) fn waiting(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    all(
        connection,
        &format!("{HEAD} WHERE owner = 'queue' ORDER BY at"),
        [],
        head_of,
    )
}

pub(super) fn assigned(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    all(connection, &format!("{HEAD} WHERE owner = 'agent'"), [], head_of)
}

pub(super) fn unanswered(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    all(
        connection,
        &format!("{HEAD} WHERE owner = 'bot' AND pending > 0 ORDER BY at"),
        [],
        head_of,
    )
}

/// Found among the open ones, which are few beside those that have ended.
pub(super) fn idle(connection: &Connection, before: Millis, limit: usize) -> Result<Vec<Head>, StoreError> {
    all(
        connection,
        &format!(
            "{HEAD} INDEXED BY conversations_one_open WHERE owner <> 'closed' AND owner = 'bot' AND pending = 0 \
             AND at < ? ORDER BY at LIMIT ?"
        ),
        params![i64::try_from(before.0).unwrap_or(i64::MAX), limit],
        head_of,
    )
}

fn head_of(row: &Row<'_>) -> rusqlite::Result<Result<Head, StoreError>> {
    let conversation = ConversationId::new(row.get_ref(0)?.as_str()?);
    let agent: Option<String> = row.get(6)?;
    let name = row.get_ref(5)?.as_str()?;
    let Some(owner) = Owner::from_name(name, agent.map(AgentId::new)) else {
        return Ok(Err(StoreError::Corrupt(format!(
            "conversation {conversation} has the owner {name:?}"
        ))));
    };
    Ok(Ok(Head {
        shop: ShopId::new(row.get_ref(1)?.as_str()?),
        shopper: ShopperId::new(row.get_ref(2)?.as_str()?),
        seq: row.get(3)?,
        epoch: row.get(4)?,
        at: Millis(row.get(7)?),
        conversation,
        owner,
    }))
}
