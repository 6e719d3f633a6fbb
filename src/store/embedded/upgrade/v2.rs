//! Format 2: what has ended can be found by its age and forgotten.

use rusqlite::Transaction;

/// Adds the indexes.
pub(super) fn forgettable(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        CREATE INDEX conversations_closed ON conversations (at) WHERE owner = 'closed';
        CREATE INDEX conversations_of_shopper ON conversations (shop, shopper);
        CREATE INDEX shopper_tokens_of_shopper ON shopper_tokens (shop, shopper);
        ",
    )
}
