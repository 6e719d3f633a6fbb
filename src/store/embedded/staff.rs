//! Staff, credentials and the audit record in the embedded store.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::queries::all;
use super::{Embedded, audit, failed, unreadable};
use crate::model::{AgentId, Millis, SetPresence, StaffMember};
use crate::store::{AuditEntry, AuditMark, AuditRecord, Credential, CredentialKind, Staff, StoreError, StoreFuture};

impl Staff for Embedded {
    fn put_member(&self, member: StaffMember) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| put(connection, &member))
    }

    fn member(&self, id: AgentId) -> StoreFuture<'_, Option<StaffMember>> {
        self.readers.submit(move |connection| {
            let found = all(connection, "SELECT body FROM staff WHERE id = ?", [id.as_str()], member)?;
            Ok(found.into_iter().next())
        })
    }

    fn members(&self) -> StoreFuture<'_, Vec<StaffMember>> {
        self.readers
            .submit(|connection| all(connection, "SELECT body FROM staff ORDER BY id", [], member))
    }

    fn put_presence(&self, agent: AgentId, said: SetPresence) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            let body = serde_json::to_string(&said).map_err(unreadable)?;
            let put = "INSERT INTO presence (agent, at, body) VALUES (?, ?, ?) ON CONFLICT (agent) DO UPDATE \
                       SET at = excluded.at, body = excluded.body WHERE excluded.at >= presence.at";
            connection
                .prepare_cached(put)
                .and_then(|mut put| put.execute(params![agent.as_str(), signed(said.at), body]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn presence(&self, agent: AgentId) -> StoreFuture<'_, Option<SetPresence>> {
        self.readers.submit(move |connection| {
            let select = "SELECT body FROM presence WHERE agent = ?";
            let found = all(connection, select, [agent.as_str()], |row| {
                Ok(serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable))
            })?;
            Ok(found.into_iter().next())
        })
    }

    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("INSERT OR REPLACE INTO credentials (hash, kind, agent, expires) VALUES (?, ?, ?, ?)")
                .and_then(|mut put| put.execute(params![hash, kind.name(), agent.as_str(), signed(expires)]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<Credential>> {
        match kind {
            CredentialKind::Session => self.readers.submit(move |connection| {
                let select =
                    "SELECT agent, expires FROM credentials WHERE hash = ? AND kind = 'session' AND expires > ?";
                accepted(connection, select, hash, now)
            }),
            // Spending is a write, so that of two who come with one link one gets in.
            CredentialKind::SignIn => self.writer.submit(move |connection| {
                let spend = "DELETE FROM credentials WHERE hash = ? AND kind = 'sign_in' AND expires > ? \
                             RETURNING agent, expires";
                let spent = accepted(connection, spend, hash, now)?;
                connection
                    .prepare_cached("DELETE FROM credentials WHERE expires <= ?")
                    .and_then(|mut sweep| sweep.execute([signed(now)]))
                    .map_err(failed)?;
                Ok(spent)
            }),
        }
    }

    fn extend_credential(&self, hash: [u8; 32], expires: Millis) -> StoreFuture<'_, bool> {
        self.writer.submit(move |connection| {
            let extend = "UPDATE credentials SET expires = max(expires, ?) WHERE hash = ? AND kind = 'session'";
            let found = connection
                .prepare_cached(extend)
                .and_then(|mut extend| extend.execute(params![signed(expires), hash]))
                .map_err(failed)?;
            Ok(found > 0)
        })
    }

    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("DELETE FROM credentials WHERE hash = ?")
                .and_then(|mut delete| delete.execute([hash]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn drop_credentials_of(&self, agent: AgentId, kind: Option<CredentialKind>) -> StoreFuture<'_, ()> {
        self.writer.submit(move |connection| {
            connection
                .prepare_cached("DELETE FROM credentials WHERE agent = ? AND kind = ifnull(?, kind)")
                .and_then(|mut delete| delete.execute(params![agent.as_str(), kind.map(CredentialKind::name)]))
                .map_err(failed)?;
            Ok(())
        })
    }

    fn audit(&self, entry: AuditEntry) -> StoreFuture<'_, AuditMark> {
        self.writer.submit(move |connection| audit::append(connection, &entry))
    }

    fn audit_given(&self) -> StoreFuture<'_, u64> {
        self.readers.submit(audit::given)
    }

    fn audit_entries(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>> {
        self.readers
            .submit(move |connection| audit::after(connection, after, limit))
    }

    fn audit_before(&self, before: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>> {
        self.readers
            .submit(move |connection| audit::before(connection, before, limit))
    }
}

/// Adds or replaces a member; the unique index on the name is what refuses.
pub(super) fn put(connection: &Connection, member: &StaffMember) -> Result<(), StoreError> {
    let body = serde_json::to_string(member).map_err(unreadable)?;
    let put = "INSERT INTO staff (id, name_key, body) VALUES (?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, body = excluded.body";
    let put = connection
        .prepare_cached(put)
        .and_then(|mut put| put.execute(params![member.id.as_str(), StaffMember::name_key(&member.name), body]));
    match put {
        Ok(_) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
            Err(StoreError::NameTaken(member.name.clone()))
        }
        Err(error) => Err(failed(error)),
    }
}

pub(super) fn member(row: &Row<'_>) -> rusqlite::Result<Result<StaffMember, StoreError>> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(unreadable))
}

fn accepted(connection: &Connection, sql: &str, hash: [u8; 32], now: Millis) -> Result<Option<Credential>, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement
                .query_row(params![hash, signed(now)], |row| {
                    Ok(Credential {
                        agent: AgentId::new(row.get_ref(0)?.as_str()?),
                        expires: Millis(row.get(1)?),
                    })
                })
                .optional()
        })
        .map_err(failed)
}

/// SQLite's integers have a sign.
fn signed(time: Millis) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}
