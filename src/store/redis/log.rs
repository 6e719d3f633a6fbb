//! The log's part of the Redis store.

use std::sync::Arc;

use super::keys::Shard;
use super::{Redis, append, notify, presence, reads};
use crate::model::{
    ClientMessageId, ConversationId, Event, Millis, NewEvent, Partition, Seq, ShopId, ShopperId, Speaker,
};
use crate::store::{Erased, Expect, Head, Log, Receipt, StoreFuture, TalkClass};

impl Log for Redis {
    fn append(
        &self,
        conversation: ConversationId,
        expect: Expect,
        new_events: Vec<NewEvent>,
    ) -> StoreFuture<'_, Receipt> {
        // Sent before the first await where possible, so that calls are carried out in the order in which they are made.
        let ready = match (expect, reads::shard(&conversation)) {
            (Expect::New, _) | (_, None) => None,
            (_, Some(shard)) => Some(shard),
        };
        if let Some(shard) = ready {
            let sent = append::job(conversation, expect, new_events, self.link().patience())
                .and_then(|(job, told)| self.send(shard, job).map(|()| told));
            return Box::pin(async move { sent?.receipt().await });
        }
        Box::pin(async move {
            let shard = self.shard_for(&conversation, expect, &new_events).await?;
            let (job, told) = append::job(conversation, expect, new_events, self.link().patience())?;
            self.send(shard, job)?;
            told.receipt().await
        })
    }

    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>> {
        Box::pin(async move { self.events(&conversation, after, limit).await })
    }

    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>> {
        Box::pin(async move { self.head_of(&conversation).await })
    }

    fn find(
        &self,
        conversation: ConversationId,
        id: ClientMessageId,
        speaker: Speaker,
    ) -> StoreFuture<'_, Option<Seq>> {
        Box::pin(async move { self.place_of(&conversation, &id, speaker).await })
    }

    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>> {
        Box::pin(async move {
            let shard = Shard::of(Partition::of(&shop, &shopper));
            self.open_of(shard, &shop, &shopper).await
        })
    }

    fn conversations_of(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Vec<ConversationId>> {
        Box::pin(async move { self.all_of(&shop, &shopper).await })
    }

    fn waiting(&self) -> StoreFuture<'_, Vec<Head>> {
        Box::pin(self.all_waiting())
    }

    fn assigned(&self) -> StoreFuture<'_, Vec<Head>> {
        Box::pin(self.all_assigned())
    }

    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>> {
        Box::pin(self.all_unanswered())
    }

    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>> {
        Box::pin(self.all_idle(before, limit))
    }

    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(self.forget_closed(closed_before, limit))
    }

    fn forget_of(&self, class: TalkClass, from: Millis, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(self.forget_class(class, from, closed_before, limit))
    }

    fn erase(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Erased> {
        Box::pin(async move { self.erase_shopper(&shop, &shopper).await })
    }

    fn newest(&self) -> StoreFuture<'_, Option<Millis>> {
        Box::pin(self.newest_event())
    }

    fn takes_writes(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.write_everywhere())
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let write_queues = self.write_queues().take();
            let first = write_queues.is_some();
            drop(write_queues);
            if first {
                // The desks of this server are gone for the others at once; if that cannot be said, they see it soon.
                if presence::leave(&self.writer).await.is_ok() {
                    notify::send_ephemeral(&self.writer, "desks".to_owned());
                }
            }
            self.stop.cancel();
            self.tasks.close();
            self.tasks.wait().await;
            Ok(())
        })
    }
}
