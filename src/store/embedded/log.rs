//! The log's part of the embedded store.

use std::sync::Arc;

use super::database::Writing;
use super::forget::Old;
use super::{Embedded, append, forget, queries};
use crate::model::{ClientMessageId, ConversationId, Event, Millis, NewEvent, Seq, ShopId, ShopperId, Speaker};
use crate::store::{Erased, Expect, Head, Log, Receipt, StoreError, StoreFuture, TalkClass};

impl Log for Embedded {
    fn append(
        &self,
        conversation: ConversationId,
        expect: Expect,
        new_events: Vec<NewEvent>,
    ) -> StoreFuture<'_, Receipt> {
        // Serialised before the database is asked for, because everybody waits for it.
        let prepared = match append::prepare(new_events) {
            Ok(prepared) => prepared,
            Err(error) => return Box::pin(async move { Err(error) }),
        };
        self.writer
            .append(move |writing| append::append(writing, conversation, expect, prepared))
    }

    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>> {
        self.readers
            .submit(move |connection| queries::events(connection, &conversation, after, limit))
    }

    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>> {
        self.readers
            .submit(move |connection| queries::head(connection, &conversation))
    }

    fn find(
        &self,
        conversation: ConversationId,
        id: ClientMessageId,
        speaker: Speaker,
    ) -> StoreFuture<'_, Option<Seq>> {
        self.readers
            .submit(move |connection| append::find(connection, &conversation, speaker, &id))
    }

    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>> {
        self.readers
            .submit(move |connection| append::open_conversation(connection, &shop, &shopper))
    }

    fn conversations_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Vec<ConversationId>> {
        self.readers
            .submit(move |connection| queries::conversations_of(connection, &shop, &shopper))
    }

    fn waiting(&self) -> StoreFuture<'_, Vec<Head>> {
        self.readers.submit(queries::waiting)
    }

    fn assigned(&self) -> StoreFuture<'_, Vec<Head>> {
        self.readers.submit(queries::assigned)
    }

    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>> {
        self.readers.submit(queries::unanswered)
    }

    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>> {
        self.readers
            .submit(move |connection| queries::idle(connection, before, limit))
    }

    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(self.forget_old(Old::before(closed_before), limit))
    }

    fn forget_of(&self, class: TalkClass, from: Millis, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        let old = Old {
            from,
            epochs: class.epochs().into_inner(),
            ..Old::before(closed_before)
        };
        Box::pin(self.forget_old(old, limit))
    }

    fn erase(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Erased> {
        Box::pin(async move {
            let work = move |writing: &mut Writing<'_>| forget::erase(writing, &shop, &shopper);
            let erased = self.writer.submit_for_talks(work).await?;
            let writer = Arc::clone(&self.writer);
            let emptied = tokio::task::spawn_blocking(move || writer.between(forget::empty_log)).await;
            if !matches!(emptied, Ok(Some(true))) {
                tracing::warn!("what was erased stands in the write-ahead log until it is folded next");
            }
            Ok(erased)
        })
    }

    fn newest(&self) -> StoreFuture<'_, Option<Millis>> {
        self.readers.submit(queries::newest)
    }

    fn takes_writes(&self) -> StoreFuture<'_, ()> {
        self.writer.probe()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.readers.close().await;
            self.writer.close().await
        })
    }
}

impl Embedded {
    async fn forget_old(&self, old: Old, limit: usize) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        while forgotten < limit {
            let next = forget::AT_ONCE.min(limit - forgotten);
            let work = move |writing: &mut Writing<'_>| forget::forget(writing, old, next);
            let some = self.writer.submit_for_talks(work).await?;
            forgotten += some;
            if some < next {
                break;
            }
        }
        Ok(forgotten)
    }
}
