//! Format 8: reviews of talks.

use rusqlite::Transaction;

/// Adds the table.
pub(super) fn reviews(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE reviews (
            conversation TEXT PRIMARY KEY,
            shop TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX reviews_by_shop ON reviews (shop, conversation);
        ",
    )
}
