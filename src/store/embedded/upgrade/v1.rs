//! Format 1: the log, and the projections that follow from it.

use rusqlite::Transaction;

/// Creates the tables.
pub(super) fn create(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        -- The truth. `speaker` and `client_id` are set for messages that a client sends and may send twice.
        CREATE TABLE events (
            conversation TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            at INTEGER NOT NULL,
            type TEXT NOT NULL,
            speaker INTEGER,
            client_id TEXT,
            body TEXT NOT NULL,
            PRIMARY KEY (conversation, seq)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX events_once ON events (conversation, speaker, client_id) WHERE client_id IS NOT NULL;

        -- `pending` counts the shopper's messages without a reply.
        CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            seq INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            owner TEXT NOT NULL,
            agent TEXT,
            at INTEGER NOT NULL,
            pending INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX conversations_one_open ON conversations (shop, shopper) WHERE owner <> 'closed';
        CREATE INDEX conversations_assigned ON conversations (agent) WHERE owner = 'agent';
        CREATE INDEX conversations_unanswered ON conversations (at) WHERE owner = 'bot' AND pending > 0;

        -- From the handoff to the return or the close; `waiting` is 0 while an agent has the chat.
        CREATE TABLE tickets (
            conversation TEXT PRIMARY KEY,
            shop TEXT NOT NULL,
            lane TEXT NOT NULL,
            deadline INTEGER NOT NULL,
            since INTEGER NOT NULL,
            returned INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            waiting INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX tickets_waiting ON tickets (since) WHERE waiting = 1;

        CREATE TABLE shopper_tokens (
            hash BLOB PRIMARY KEY,
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE agents (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            supervisor INTEGER NOT NULL,
            slots INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE credentials (
            hash BLOB PRIMARY KEY,
            kind TEXT NOT NULL,
            agent TEXT NOT NULL,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX credentials_expires ON credentials (expires);
        ",
    )
}
