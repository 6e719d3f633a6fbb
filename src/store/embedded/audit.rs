//! The audit record in the embedded store: a table that is only added to, each row with its hash.

use rusqlite::{Connection, OptionalExtension, Params, params};

use super::queries::all;
use super::{failed, unreadable};
use crate::store::{AuditEntry, AuditHash, AuditMark, AuditRecord, StoreError};

/// Adds an entry behind the last one.
pub(super) fn append(connection: &Connection, entry: &AuditEntry) -> Result<AuditMark, StoreError> {
    let body = serde_json::to_string(entry).map_err(unreadable)?;
    let last = connection
        .prepare_cached("SELECT hash FROM audit ORDER BY number DESC LIMIT 1")
        .and_then(|mut select| select.query_row([], |row| row.get::<_, Vec<u8>>(0)).optional())
        .map_err(failed)?;
    let before = match last {
        Some(bytes) => AuditHash::from_bytes(&bytes)
            .ok_or_else(|| StoreError::Corrupt("the last entry of the audit record has no hash".to_owned()))?,
        None => AuditHash::BEGINNING,
    };
    let number = given(connection)? + 1;
    let hash = before.followed_by(number, &body);
    connection
        .prepare_cached("INSERT INTO audit (number, body, hash) VALUES (?, ?, ?)")
        .and_then(|mut insert| insert.execute(params![number, body, hash.bytes()]))
        .map_err(failed)?;
    Ok(AuditMark { number, hash })
}

/// The highest number that was ever given, also of an entry that somebody has removed.
pub(super) fn given(connection: &Connection) -> Result<u64, StoreError> {
    let select = "SELECT max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0), \
                  ifnull((SELECT max(number) FROM audit), 0))";
    connection
        .prepare_cached(select)
        .and_then(|mut select| select.query_row([], |row| row.get(0)))
        .map_err(failed)
}

/// Entries after this number, in order.
pub(super) fn after(connection: &Connection, after: u64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
    let select = "SELECT number, body, hash FROM audit WHERE number > ? ORDER BY number LIMIT ?";
    records(connection, select, bounds(after, limit))
}

/// Entries before this number, newest first.
pub(super) fn before(connection: &Connection, before: u64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
    let select = "SELECT number, body, hash FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?";
    records(connection, select, bounds(before, limit))
}

fn bounds(number: u64, limit: usize) -> (u64, usize) {
    (number.min(i64::MAX as u64), limit.min(i64::MAX as usize))
}

fn records(connection: &Connection, select: &str, bounds: impl Params) -> Result<Vec<AuditRecord>, StoreError> {
    all(connection, select, bounds, |row| {
        let hash: Option<Vec<u8>> = row.get(2)?;
        let hash = hash.as_deref().and_then(AuditHash::from_bytes);
        Ok(Ok(AuditRecord::stored(row.get(0)?, row.get(1)?, hash)))
    })
}

/// Gives every entry its hash, in order: for a record of a format without.
pub(super) fn chain(connection: &Connection) -> rusqlite::Result<()> {
    let mut select = connection.prepare("SELECT number, body FROM audit ORDER BY number")?;
    let mut update = connection.prepare("UPDATE audit SET hash = ? WHERE number = ?")?;
    let mut rows = select.query([])?;
    let mut hashes = Vec::new();
    let mut hash = AuditHash::BEGINNING;
    while let Some(row) = rows.next()? {
        let number = row.get(0)?;
        hash = hash.followed_by(number, row.get_ref(1)?.as_str()?);
        hashes.push((number, hash));
    }
    for (number, hash) in hashes {
        update.execute(params![hash.bytes(), number])?;
    }
    Ok(())
}
