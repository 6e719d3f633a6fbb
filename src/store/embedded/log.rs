//! The log's part of the embedded store.

use std::sync::Arc;

use rusqlite::Connection;

use super::{Embedded, append, forget, queries};
use crate::model::{ClientMessageId, ConversationId, Event, Millis, NewEvent, Seq, ShopId, ShopperId, Speaker};
use crate::store::{Expect, Head, Log, Receipt, StoreFuture};

impl Log for Embedded {
    fn append(
        &self,
        conversation: ConversationId,
        expect: Expect,
        new_events: Vec<NewEvent>,
    ) -> StoreFuture<'_, Receipt> {
        // Serialised here, on the caller's thread, because the one writing thread is what everybody waits for.
        let prepared = match append::prepare(new_events) {
            Ok(prepared) => prepared,
            Err(error) => return Box::pin(async move { Err(error) }),
        };
        self.writer
            .submit(move |connection| append::append(connection, &conversation, expect, prepared))
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
            .submit(move |connection| append::find(connection, &conversation, append::code(speaker), &id))
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
        Box::pin(async move {
            let mut forgotten = 0;
            while forgotten < limit {
                let next = forget::AT_ONCE.min(limit - forgotten);
                let work = move |connection: &Connection| forget::forget(connection, closed_before, next);
                let some = self.writer.submit(work).await?;
                forgotten += some;
                if some < next {
                    break;
                }
            }
            Ok(forgotten)
        })
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
