//! Format 6: what agents said last of their presence, and phrases.

use rusqlite::Transaction;

/// Adds the tables. Until they say something agents are what the settings say.
pub(super) fn presence_and_phrases(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE presence (agent TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
         CREATE TABLE phrases (
             id TEXT PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL,
             used INTEGER NOT NULL DEFAULT 0, last_used INTEGER NOT NULL DEFAULT 0
         ) WITHOUT ROWID;
         CREATE INDEX phrases_of ON phrases (owner, id);",
    )
}
