//! Format 4: the entries of the audit record are chained by their hashes.

use rusqlite::Transaction;

use super::super::audit;

/// Adds the hashes, also of the entries that there are.
pub(super) fn chained_audit(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        DROP TRIGGER audit_is_not_changed;
        ALTER TABLE audit ADD COLUMN hash BLOB;
        ",
    )?;
    audit::chain(transaction)?;
    transaction.execute_batch(
        "
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
        CREATE TRIGGER audit_is_chained BEFORE INSERT ON audit WHEN length(NEW.hash) IS NOT 32
            BEGIN SELECT raise(ABORT, 'audit'); END;
        ",
    )
}
