//! Format 5: one narrow table that is only added to, and beside it what must be looked up.

use rusqlite::Transaction;

/// Lays out conversations and events anew. An event's place in the table is its place in the feed, so that a write touches the
/// end of one table; a conversation has a number, so that its name of forty bytes stands in one place only.
pub(super) fn narrow(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        ALTER TABLE conversations RENAME TO old_conversations;
        DROP INDEX conversations_one_open;
        DROP INDEX conversations_assigned;
        DROP INDEX conversations_unanswered;
        DROP INDEX conversations_closed;
        DROP INDEX conversations_of_shopper;
        DROP INDEX conversations_waiting;

        -- `pending` counts the shopper's messages without a reply.
        CREATE TABLE conversations (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            owner TEXT NOT NULL,
            agent TEXT,
            at INTEGER NOT NULL,
            pending INTEGER NOT NULL
        );
        INSERT INTO conversations (id, shop, shopper, seq, epoch, owner, agent, at, pending)
            SELECT id, shop, shopper, seq, epoch, owner, agent, at, pending FROM old_conversations ORDER BY id;
        DROP TABLE old_conversations;
        CREATE UNIQUE INDEX conversations_one_open ON conversations (shop, shopper) WHERE owner <> 'closed';
        CREATE INDEX conversations_of_shopper ON conversations (shop, shopper);
        CREATE INDEX conversations_assigned ON conversations (agent) WHERE owner = 'agent';
        CREATE INDEX conversations_waiting ON conversations (at) WHERE owner = 'queue';
        CREATE INDEX conversations_unanswered ON conversations (at) WHERE owner = 'bot' AND pending > 0;
        CREATE INDEX conversations_closed ON conversations (at) WHERE owner = 'closed';

        -- The truth, in the order in which it was stored. `position` is the place in the feed: given once, never again.
        ALTER TABLE events RENAME TO old_events;
        CREATE TABLE events (
            position INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL
        );
        INSERT INTO events (position, conversation, seq, epoch, at, body)
            SELECT old.feed, head.number, old.seq, old.epoch, old.at, old.body
            FROM feed CROSS JOIN old_events AS old ON old.conversation = feed.conversation AND old.seq = feed.seq
            JOIN conversations AS head ON head.id = old.conversation ORDER BY feed.position;
        CREATE UNIQUE INDEX events_of ON events (conversation, seq);
        INSERT INTO meta (key, value) SELECT 'position', max(position) FROM feed HAVING count(*) > 0;
        DROP TABLE old_events;
        DROP TABLE feed;
        ",
    )
}
