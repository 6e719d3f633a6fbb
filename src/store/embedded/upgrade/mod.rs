//! Brings the database to the current format, one step for each version that was ever on a disk.

mod v1;
mod v2;
mod v3;
mod v4;
mod v5;
mod v6;
mod v7;
mod v8;
mod v9;

#[cfg(test)]
mod tests;

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failed;
use super::failure::{Point, reach};
use crate::store::StoreError;

type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// Step `n` leads from format `n` to format `n + 1`; format 0 is an empty file.
const STEPS: [Step; 9] = [
    v1::create,
    v2::forgettable,
    v3::feed_and_staff,
    v4::chained_audit,
    v5::narrow,
    v6::presence_and_phrases,
    v7::search_index_and_customer_cards,
    v8::reviews,
    v9::phrase_answers,
];

/// Runs the steps that are missing, all or none.
pub(super) fn to_current(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction().map_err(failed)?;
    let format = format(&transaction)?;
    let missing = STEPS.get(format..).ok_or_else(|| {
        StoreError::Corrupt(format!(
            "the data folder has format {format}, written by a newer yingda; this one reads up to {}",
            STEPS.len()
        ))
    })?;
    if format > 0 && !missing.is_empty() {
        tracing::info!(
            from = format,
            to = STEPS.len(),
            "bringing the database to the current format"
        );
    }
    for step in missing {
        step(&transaction).map_err(failed)?;
    }
    if !missing.is_empty() {
        transaction
            .execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('format', ?)",
                [STEPS.len().to_string()],
            )
            .map_err(failed)?;
        reach(Point::Upgrading).map_err(StoreError::Unavailable)?;
    }
    transaction.commit().map_err(failed)
}

/// Lets the file give back what is free at its end. A file has to be laid out for that: a new one is from the start,
/// an old one is written anew, once. Not being able to is no reason not to serve, for free pages are used again.
pub(super) fn lay_out_for_shrinking(connection: &Connection) -> Result<(), StoreError> {
    const INCREMENTAL: u32 = 2;
    let laid_out: u32 = connection
        .query_row("PRAGMA auto_vacuum", [], |row| row.get(0))
        .map_err(failed)?;
    if laid_out == INCREMENTAL {
        return Ok(());
    }
    connection
        .pragma_update(None, "auto_vacuum", INCREMENTAL)
        .map_err(failed)?;
    let empty: bool = connection
        .query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
        .map_err(failed)?;
    if !empty {
        tracing::info!("the database is written anew, so that it can shrink from now on");
        if let Err(error) = connection.execute_batch("VACUUM").map_err(failed) {
            tracing::warn!(%error, "the database was not written anew: it cannot shrink yet");
        }
    }
    Ok(())
}

/// For who only reads: an older or newer format cannot be read as this one.
pub(super) fn must_be_current(connection: &Connection) -> Result<(), StoreError> {
    match format(connection)? {
        current if current == STEPS.len() => Ok(()),
        other => Err(StoreError::Corrupt(format!(
            "the data folder has format {other}, this yingda reads {}: start its server once, or take a newer yingda",
            STEPS.len()
        ))),
    }
}

/// The format that this program writes.
pub(super) fn newest() -> usize {
    STEPS.len()
}

/// The format of the data; 0 when there is none.
pub(super) fn format(connection: &Connection) -> Result<usize, StoreError> {
    let fresh: bool = connection
        .query_row(
            "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta')",
            [],
            |row| row.get(0),
        )
        .map_err(failed)?;
    if fresh {
        return Ok(0);
    }
    let text: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'format'", [], |row| row.get(0))
        .optional()
        .map_err(failed)?;
    text.as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::Corrupt("the data folder does not say its format".to_owned()))
}
