//! Format 3: a feed of all events in one order, staff with roles, an audit record; no table of tickets, which follow
//! from the heads.

use rusqlite::{Transaction, params};

use crate::model::{Role, StaffMember};

/// Adds the feed and fills it from the logs, takes the staff over.
pub(super) fn feed_and_staff(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "
        DROP TABLE tickets;
        CREATE INDEX conversations_waiting ON conversations (at) WHERE owner = 'queue';

        -- The order in which events were stored. What is forgotten is deleted here too; the highest position is
        -- emptied instead, so that it is not given twice.
        CREATE TABLE feed (position INTEGER PRIMARY KEY, conversation TEXT, seq INTEGER NOT NULL);
        CREATE INDEX feed_emptied ON feed (position) WHERE conversation IS NULL;

        -- Events of older formats go by time, and within a conversation by their number whatever the clock did.
        INSERT INTO feed (position, conversation, seq)
            SELECT row_number() OVER (ORDER BY reached, conversation, seq), conversation, seq FROM (
                SELECT conversation, seq,
                       max(at) OVER (PARTITION BY conversation ORDER BY seq) AS reached FROM events);
        ALTER TABLE events ADD COLUMN feed INTEGER;
        CREATE UNIQUE INDEX feed_filling ON feed (conversation, seq);
        UPDATE events SET feed = (
            SELECT position FROM feed WHERE feed.conversation = events.conversation AND feed.seq = events.seq);
        DROP INDEX feed_filling;

        -- `body` is the member as JSON. Two members never have the same `name_key`.
        CREATE TABLE staff (id TEXT PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX credentials_of_agent ON credentials (agent);

        -- Only ever added to. AUTOINCREMENT: no number is given twice.
        CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'audit'); END;
        ",
    )?;
    for member in old_staff(transaction)? {
        let key = StaffMember::name_key(&member.name);
        let body =
            serde_json::to_string(&member).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        transaction.execute(
            "INSERT INTO staff (id, name_key, body) VALUES (?, ?, ?)",
            params![member.id.as_str(), key, body],
        )?;
    }
    transaction.execute_batch("DROP TABLE agents;")
}

fn old_staff(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<StaffMember>> {
    let mut select = transaction.prepare("SELECT id, name, supervisor, slots FROM agents ORDER BY id")?;
    let members = select.query_map([], |row| {
        Ok(StaffMember {
            id: crate::model::AgentId::new(row.get_ref(0)?.as_str()?),
            name: row.get(1)?,
            roles: Role::of_version_0_1(row.get(2)?),
            shops: Vec::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            capacity: row.get(3)?,
            disabled: false,
            password: None,
        })
    })?;
    Ok(crate::store::rules::staff_of_version_0_1(
        members.collect::<Result<_, _>>()?,
    ))
}
