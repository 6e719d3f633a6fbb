//! The record of what people did. What they do in chats stands in the chats' own logs and is not written twice.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Millis, StaffMember};
use crate::store::{AuditEntry, AuditRecord};

use super::rights::Actor;
use super::{AccountError, Accounts};

/// What can be done, as the record names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    SignIn,
    SignInFailed,
    SignOut,
    SignOutEverywhere,
    Password,
    Invite,
    Link,
    Change,
    Disable,
    Enable,
    EraseCustomer,
    ExportCustomer,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Action::SignIn => "session.begin",
            Action::SignInFailed => "session.refused",
            Action::SignOut => "session.end",
            Action::SignOutEverywhere => "session.end_all",
            Action::Password => "staff.password",
            Action::Invite => "staff.invite",
            Action::Link => "staff.link",
            Action::Change => "staff.change",
            Action::Disable => "staff.disable",
            Action::Enable => "staff.enable",
            Action::EraseCustomer => "customer.erase",
            Action::ExportCustomer => "customer.export",
        }
    }
}

/// A part of the record, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// What this reader may see of it, with the names that actors and subjects have now.
    pub entries: Vec<(AuditRecord, Named)>,
    /// Before which number to go on; `None` when this is its beginning.
    pub before: Option<u64>,
}

/// The names of an entry's people; `None` for whoever is no member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Who did it.
    pub actor: Option<String>,
    /// To whom.
    pub subject: Option<String>,
}

impl Accounts {
    /// Writes down what was done.
    pub(super) async fn record(
        &self,
        actor: &str,
        action: Action,
        subject: &str,
        detail: Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        tracing::info!(actor, action = action.name(), subject, "staff");
        let entry = AuditEntry {
            at: now,
            actor: actor.to_owned(),
            action: action.name().to_owned(),
            subject: subject.to_owned(),
            detail,
        };
        Ok(self.staff().audit(entry).await?)
    }

    /// Reads the record back from `before` (`None`: from its end), at most `limit` entries are looked at. A supervisor
    /// sees what was done by or to the people of the own shops.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::Store`].
    pub async fn audit(&self, actor: &Actor, before: Option<u64>, limit: usize) -> Result<AuditPage, AccountError> {
        if !actor.may_see_people() {
            return Err(AccountError::Forbidden);
        }
        let records = self.staff().audit_before(before.unwrap_or(u64::MAX), limit).await?;
        let before = records
            .last()
            .filter(|_| records.len() == limit)
            .map(|record| record.number);
        let members = self.staff().members().await?;
        let members: HashMap<&str, &StaffMember> = members.iter().map(|member| (member.id.as_str(), member)).collect();
        let sees = |id: &str| match members.get(id) {
            Some(member) => actor.may_see(&member.id, &member.shops),
            // The console, and names that nobody has.
            None => actor.is_owner(),
        };
        let name = |id: &str| members.get(id).map(|member| member.name.clone());
        let entries = records
            .into_iter()
            .filter(|record| sees(&record.entry.actor) || sees(&record.entry.subject))
            .map(|record| {
                let named = Named {
                    actor: name(&record.entry.actor),
                    subject: name(&record.entry.subject),
                };
                (record, named)
            })
            .collect();
        Ok(AuditPage { entries, before })
    }
}
