//! What a command reads that takes no part: the data folder, also beside a running server, or the Redis of several.

use std::sync::Arc;

use anyhow::Result;

use crate::config::Settings;
use crate::model::{ConversationId, Event, Millis, Seq, ShopId, StaffMember};
use crate::store::embedded::Archive;
use crate::store::{AuditRecord, FeedCursor, FeedPage, Staff, Store, events_before};

use super::store;

/// Entries of the audit record, and events of a talk, read at once.
const PAGE: usize = 500;

/// Where it is read.
pub(super) enum Source {
    Folder(Archive),
    Shared(tokio::runtime::Runtime, Arc<dyn Store>),
}

impl Source {
    pub(super) fn open(settings: &Settings) -> Result<Source> {
        if settings.store.url == "embedded" {
            return Ok(Source::Folder(store::archive(&settings.store)?));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(store::open(&settings.store))?;
        Ok(Source::Shared(runtime, store))
    }

    fn entries_after(&self, number: u64) -> Result<Vec<AuditRecord>> {
        Ok(match self {
            Source::Folder(archive) => archive.audit_entries(number, PAGE)?,
            Source::Shared(runtime, store) => runtime.block_on(Staff::audit_entries(store.as_ref(), number, PAGE))?,
        })
    }

    pub(super) fn given(&self) -> Result<u64> {
        Ok(match self {
            Source::Folder(archive) => archive.audit_given()?,
            Source::Shared(runtime, store) => runtime.block_on(store.audit_given())?,
        })
    }

    pub(super) fn members(&self) -> Result<Vec<StaffMember>> {
        Ok(match self {
            Source::Folder(archive) => archive.members()?,
            Source::Shared(runtime, store) => runtime.block_on(store.members())?,
        })
    }

    /// Where the feed is to be read from for what happened from a time on.
    pub(super) fn feed_at(&self, at: Millis) -> Result<FeedCursor> {
        Ok(match self {
            Source::Folder(archive) => archive.feed_at(at)?,
            Source::Shared(runtime, store) => runtime.block_on(store.feed_at(at))?,
        })
    }

    pub(super) fn feed(&self, after: FeedCursor, shop: Option<&ShopId>, limit: usize) -> Result<FeedPage> {
        Ok(match self {
            Source::Folder(archive) => archive.feed(&after, shop, limit)?,
            Source::Shared(runtime, store) => runtime.block_on(store.feed(after, shop.cloned(), limit))?,
        })
    }

    /// What went before an event of a talk, from the first one on.
    pub(super) fn before(&self, conversation: &ConversationId, seq: Seq) -> Result<Vec<Arc<Event>>> {
        let archive = match self {
            Source::Folder(archive) => archive,
            Source::Shared(runtime, store) => {
                return Ok(runtime.block_on(events_before(&**store, conversation, seq))?);
            }
        };
        let mut events: Vec<Arc<Event>> = Vec::new();
        loop {
            let last = events.last().map_or(0, |event| event.seq);
            let page = archive.read(conversation, last, PAGE)?;
            let full = page.len() == PAGE;
            events.extend(page.into_iter().filter(|event| event.seq < seq));
            if !full || events.last().is_none_or(|event| event.seq + 1 >= seq) {
                return Ok(events);
            }
        }
    }

    /// Every entry of the audit record, in order, until `each` has seen enough.
    pub(super) fn each_entry(&self, mut each: impl FnMut(AuditRecord) -> bool) -> Result<()> {
        let mut after = 0;
        loop {
            let records = self.entries_after(after)?;
            let last = records.len() < PAGE;
            for record in records {
                after = record.number;
                if !each(record) {
                    return Ok(());
                }
            }
            if last {
                return Ok(());
            }
        }
    }
}
