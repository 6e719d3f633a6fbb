//! The staff: members, their credentials, and the record of what they did.

use super::StoreFuture;
use super::audit::{AuditEntry, AuditMark, AuditRecord};
use crate::model::{AgentId, Millis, SetPresence, StaffMember};

/// What a credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// Once, to sign in.
    SignIn,
    /// Many times, until it expires.
    Session,
}

impl CredentialKind {
    /// Its name in stores.
    pub(super) fn name(self) -> &'static str {
        match self {
            CredentialKind::SignIn => "sign_in",
            CredentialKind::Session => "session",
        }
    }
}

/// A credential that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Whose.
    pub agent: AgentId,
    /// From when on it is refused.
    pub expires: Millis,
}

/// Keeps the staff.
pub trait Staff: Send + Sync + 'static {
    /// Adds or replaces a member. Refused with [`super::StoreError::NameTaken`] when another member has the name
    /// (by [`StaffMember::name_key`]); of two who come with one name at once, one is refused.
    fn put_member(&self, member: StaffMember) -> StoreFuture<'_, ()>;

    /// A member.
    fn member(&self, id: AgentId) -> StoreFuture<'_, Option<StaffMember>>;

    /// All members, disabled ones too, by id.
    fn members(&self) -> StoreFuture<'_, Vec<StaffMember>>;

    /// Keeps what was said last of an agent's presence. Of two that are kept at once the later stays.
    fn put_presence(&self, agent: AgentId, said: SetPresence) -> StoreFuture<'_, ()>;

    /// What was said last of an agent's presence; `None` when nothing ever was.
    fn presence(&self, agent: AgentId) -> StoreFuture<'_, Option<SetPresence>>;

    /// Keeps a sign-in link or a session (as SHA-256) of an agent until it expires.
    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()>;

    /// Whose credential this is and until when, unless it has expired. A sign-in link is spent by this call, a
    /// session is not.
    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<Credential>>;

    /// Lets a session expire later; says whether it was there. Never makes it expire sooner.
    fn extend_credential(&self, hash: [u8; 32], expires: Millis) -> StoreFuture<'_, bool>;

    /// Forgets a session or link.
    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()>;

    /// Forgets the sessions or the links of an agent; with `None` both: signs out everywhere.
    fn drop_credentials_of(&self, agent: AgentId, kind: Option<CredentialKind>) -> StoreFuture<'_, ()>;

    /// Adds to the record, linked to what stands before it. Nothing in it is ever changed or removed.
    fn audit(&self, entry: AuditEntry) -> StoreFuture<'_, AuditMark>;

    /// The highest number that the record has ever given; 0 when it is new.
    fn audit_given(&self) -> StoreFuture<'_, u64>;

    /// The record after this number (0: from the beginning), in order, at most `limit`.
    fn audit_entries(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>>;

    /// The record before this number (`u64::MAX`: from its end), newest first, at most `limit`.
    fn audit_before(&self, before: u64, limit: usize) -> StoreFuture<'_, Vec<AuditRecord>>;
}
