//! Brings the database to the current format, one step for each version that was ever on a disk.

mod v1;

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::failed;
use crate::store::StoreError;

type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// Step `n` leads from format `n` to format `n + 1`; format 0 is an empty file.
const STEPS: [Step; 1] = [v1::create];

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
    }
    transaction.commit().map_err(failed)
}

fn format(connection: &Connection) -> Result<usize, StoreError> {
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
