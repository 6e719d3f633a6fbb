//! Format 9: which phrases were sent for which questions.

use rusqlite::Transaction;

/// Adds the table; nothing is known of what was sent before.
pub(super) fn phrase_answers(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE phrase_answers (
             owner TEXT NOT NULL, question TEXT NOT NULL, phrase TEXT NOT NULL, used INTEGER NOT NULL,
             PRIMARY KEY (owner, question, phrase)
         ) WITHOUT ROWID;",
    )
}
