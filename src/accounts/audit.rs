//! The record of what people did. What they do in chats stands in the chats' own logs and is not written twice; that
//! somebody read a talk who does not own it stands here.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::{Value, json};

use crate::model::{AgentId, ConversationId, Millis, PackId, ShopId, StaffMember};
use crate::store::{AuditEntry, AuditRecord};

use super::rights::Actor;
use super::{AccountError, Accounts};

/// Whose doing is what the program did of its own.
const SERVER: &str = "server";
/// Whose doing are publications from files: who edited them is not known.
const FILES: &str = "files";
/// What is done when somebody teaches a pack.
const TEACH: &str = "pack.teach";
/// What is done when somebody keeps a change for later, or does something with one that is kept.
const DRAFT: &str = "pack.draft";
/// Entries looked through for what the settings were at the last start.
const LOOKED_THROUGH: usize = 20_000;
/// Entries read at once.
const AT_ONCE: usize = 500;

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
    List,
    Start,
    Publish,
    PublishRefused,
    Unpublish,
    ReadTalk,
    Restore,
    Phrases,
    Teach,
    Draft,
    ReadMorning,
    Search,
    Card,
    Review,
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
            Action::List => "staff.list",
            Action::Start => "server.start",
            Action::Publish => "pack.publish",
            Action::PublishRefused => "pack.refuse",
            Action::Unpublish => "pack.remove",
            Action::ReadTalk => "talk.read",
            Action::Restore => "data.restore",
            Action::Phrases => "phrases.change",
            Action::Teach => TEACH,
            Action::Draft => DRAFT,
            Action::ReadMorning => "morning.read",
            Action::Search => "talks.search",
            Action::Card => "customer.card",
            Action::Review => "talk.review",
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
        self.record_numbered(actor, action, subject, detail, now).await?;
        Ok(())
    }

    /// The same, and the number of the entry.
    async fn record_numbered(
        &self,
        actor: &str,
        action: Action,
        subject: &str,
        detail: Value,
        now: Millis,
    ) -> Result<u64, AccountError> {
        let entry = AuditEntry {
            at: now,
            actor: actor.to_owned(),
            action: action.name().to_owned(),
            subject: subject.to_owned(),
            detail,
        };
        let mark = self.staff().audit(entry).await?;
        // With number and hash, so that logs kept elsewhere bear witness when the record itself is cut.
        let (number, hash) = (mark.number, mark.hash);
        tracing::info!(actor, action = action.name(), subject, number, %hash, "audit");
        Ok(number)
    }

    /// Writes down that the server has started: which version, under which settings (without secrets), and which of them
    /// are others than at the last start. `set` are the settings that are not as they come.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_start(
        &self,
        version: &str,
        digest: &str,
        set: BTreeMap<String, Value>,
        packs: &BTreeMap<ShopId, PackId>,
        now: Millis,
    ) -> Result<(), AccountError> {
        let before = self.last_start().await?;
        let mut detail = json!({"version": version, "settings": digest, "set": set, "packs": packs});
        if let Some(before) = before {
            let was = before["set"].as_object().cloned().unwrap_or_default();
            let keys: std::collections::BTreeSet<&String> = was.keys().chain(set.keys()).collect();
            let changed: serde_json::Map<String, Value> = keys
                .into_iter()
                .filter(|key| was.get(*key) != set.get(*key))
                .map(|key| (key.clone(), json!({"from": was.get(key), "to": set.get(key)})))
                .collect();
            detail["changed"] = Value::Object(changed);
        }
        self.record(SERVER, Action::Start, "", detail, now).await
    }

    /// The detail of the last start that the record knows.
    async fn last_start(&self) -> Result<Option<Value>, AccountError> {
        let mut before = u64::MAX;
        for _ in 0..LOOKED_THROUGH / AT_ONCE {
            let records = self.staff().audit_before(before, AT_ONCE).await?;
            let Some(last) = records.last() else { break };
            before = last.number;
            let found = records
                .into_iter()
                .find(|record| record.entry.action == Action::Start.name());
            if let Some(found) = found {
                return Ok(Some(found.entry.detail));
            }
        }
        Ok(None)
    }

    /// Writes down which pack answers for a shop from now on, after its files have changed; `files` are those that were
    /// changed by hand, a list.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_publication(
        &self,
        shop: &ShopId,
        pack: &PackId,
        files: Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        let mut detail = json!({ "pack": pack });
        if files.as_array().is_some_and(|files| !files.is_empty()) {
            detail["files"] = files;
        }
        self.record(FILES, Action::Publish, shop.as_str(), detail, now).await
    }

    /// Writes down that a shop is served no more, after its files are gone.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_removal(&self, shop: &ShopId, now: Millis) -> Result<(), AccountError> {
        self.record(FILES, Action::Unpublish, shop.as_str(), json!(null), now)
            .await
    }

    /// Writes down that changed files were refused for so many errors; what answered goes on.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_refusal(&self, errors: usize, now: Millis) -> Result<(), AccountError> {
        self.record(FILES, Action::PublishRefused, "", json!({ "errors": errors }), now)
            .await
    }

    /// Writes down that the data is that of a backup, and where what was there before lies.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_restore(&self, from: &Path, aside: Option<&Path>, now: Millis) -> Result<(), AccountError> {
        let shown = |path: &Path| path.display().to_string();
        let detail = json!({"from": shown(from), "aside": aside.map(shown)});
        self.record(Actor::Console.name(), Action::Restore, "", detail, now)
            .await
    }

    /// Writes down that somebody reads a talk who does not have it: the same reader and talk once an hour.
    ///
    /// # Errors
    /// [`AccountError::Store`]: then it is not to be read.
    pub async fn record_reading(
        &self,
        reader: &AgentId,
        conversation: &ConversationId,
        shop: &ShopId,
        now: Millis,
    ) -> Result<(), AccountError> {
        let entry = (Action::ReadTalk, conversation.as_str(), json!({ "shop": shop }));
        self.record_once_an_hour(reader, conversation, entry, now).await
    }

    /// Writes down that somebody has changed what is said of a talk, without its words.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_review(
        &self,
        by: &AgentId,
        (conversation, shop): (&ConversationId, &ShopId),
        mut detail: Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        detail["shop"] = json!(shop);
        self.record(by.as_str(), Action::Review, conversation.as_str(), detail, now)
            .await
    }

    /// Writes down a reading of `read`, unless the same reader began one within the hour.
    async fn record_once_an_hour(
        &self,
        reader: &AgentId,
        read: &ConversationId,
        (action, subject, detail): (Action, &str, Value),
        now: Millis,
    ) -> Result<(), AccountError> {
        if !self.0.readings.begin(reader, read, now) {
            return Ok(());
        }
        let recorded = self.record(reader.as_str(), action, subject, detail, now).await;
        if recorded.is_err() {
            self.0.readings.forget(reader, read);
        }
        recorded
    }

    /// Writes down what somebody did to the phrases of a shop.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_phrases(
        &self,
        by: &AgentId,
        shop: &ShopId,
        detail: Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        self.record(by.as_str(), Action::Phrases, shop.as_str(), detail, now)
            .await
    }

    /// Writes down what somebody taught a shop's pack, or took back.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_teaching(
        &self,
        by: &AgentId,
        shop: &ShopId,
        detail: Value,
        now: Millis,
    ) -> Result<(), AccountError> {
        self.record(by.as_str(), Action::Teach, shop.as_str(), detail, now)
            .await
    }

    /// Writes down what somebody did with a draft of a shop, and says under which number: of two who do something with the
    /// same draft, the lower number was first.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn record_draft(
        &self,
        by: &AgentId,
        shop: &ShopId,
        detail: Value,
        now: Millis,
    ) -> Result<u64, AccountError> {
        self.record_numbered(by.as_str(), Action::Draft, shop.as_str(), detail, now)
            .await
    }

    /// What was taught, kept for later and published since an entry of the record, and with which packs servers have
    /// started, in order; and the newest entry of the record.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn publications_after(&self, after: u64) -> Result<(Vec<AuditRecord>, u64), AccountError> {
        let mut found = Vec::new();
        let mut newest = after;
        loop {
            let records = self.staff().audit_entries(newest, AT_ONCE).await?;
            let more = records.len() == AT_ONCE;
            newest = records.last().map_or(newest, |record| record.number);
            let told = [TEACH, DRAFT, Action::Publish.name(), Action::Start.name()];
            found.extend(
                records
                    .into_iter()
                    .filter(|record| told.contains(&record.entry.action.as_str())),
            );
            if !more {
                return Ok((found, newest));
            }
        }
    }

    /// Writes down that somebody reads what the shoppers of a shop said on a day: the same reader, shop and day once an
    /// hour.
    ///
    /// # Errors
    /// [`AccountError::Store`]: then it is not to be read.
    pub async fn record_morning(
        &self,
        reader: &AgentId,
        shop: &ShopId,
        day: &str,
        now: Millis,
    ) -> Result<(), AccountError> {
        // No conversation has such an id.
        let read = ConversationId::new(format!("morning {shop} {day}"));
        let entry = (Action::ReadMorning, shop.as_str(), json!({ "day": day }));
        self.record_once_an_hour(reader, &read, entry, now).await
    }

    /// Writes down that somebody searches all talks of the own shops: the same reader once an hour. What is looked for may be
    /// personal and is not written down.
    ///
    /// # Errors
    /// [`AccountError::Store`]: then nothing is to be found.
    pub async fn record_search(&self, reader: &AgentId, now: Millis) -> Result<(), AccountError> {
        // No conversation has such an id.
        let read = ConversationId::new("search");
        self.record_once_an_hour(reader, &read, (Action::Search, "", json!(null)), now)
            .await
    }

    /// The names of all members.
    ///
    /// # Errors
    /// [`AccountError::Store`].
    pub async fn names(&self) -> Result<HashMap<AgentId, String>, AccountError> {
        let members = self.staff().members().await?;
        Ok(members.into_iter().map(|member| (member.id, member.name)).collect())
    }

    /// Writes down that somebody was not let in. A side that knocks all the time is written down a few times a minute;
    /// how often it was left out stands on the next entry.
    pub(super) async fn record_refused_sign_in(
        &self,
        subject: &str,
        by: &str,
        why: &str,
        address: &str,
        now: Millis,
    ) -> Result<(), AccountError> {
        let Some(left_out) = self.0.refused.begin(address, now) else {
            return Ok(());
        };
        let mut detail = json!({"by": by, "why": why, "address": address});
        if left_out > 0 {
            detail["left_out"] = json!(left_out);
        }
        self.record("", Action::SignInFailed, subject, detail, now).await
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
            .filter(|record| {
                let entry = &record.entry;
                sees(&entry.actor) || sees(&entry.subject) || actor.may_see_publication(&entry.action, &entry.subject)
            })
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
