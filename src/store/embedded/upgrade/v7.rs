//! Format 7: the search index, which begins empty and is filled from the logs while the server serves; cards of customers.

use rusqlite::Transaction;

/// Adds the tables.
pub(super) fn search_index_and_customer_cards(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        -- `place` orders talks by their beginning: its milliseconds times 65,536, and a number among those of the same one.
        -- `terms` has three bytes a term: what the other table holds can be taken out of it only by who knows what it is.
        CREATE TABLE indexed_talks (
            place INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL UNIQUE,
            seq INTEGER NOT NULL,
            terms BLOB NOT NULL
        );
        -- The places of each term, which stands there as six hexadecimal digits.
        CREATE VIRTUAL TABLE talk_terms USING fts5 (
            terms, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
        );
        -- Left to itself FTS5 merges much at once, and everybody who writes waits: a little with each write instead.
        INSERT INTO talk_terms (talk_terms, rank) VALUES ('automerge', 0);
        INSERT INTO talk_terms (talk_terms, rank) VALUES ('crisismerge', 64);
        CREATE TABLE customer_cards (
            shop TEXT NOT NULL,
            shopper TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (shop, shopper)
        ) WITHOUT ROWID;
        ",
    )
}
