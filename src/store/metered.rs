//! A store that counts what is kept: every event once, whoever listens. It passes everything on unchanged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::{
    AgentId, ClientMessageId, ConversationId, Draft, Event, EventKind, Millis, Seq, ShopId, ShopperId, Speaker,
};
use crate::telemetry::{Answering, Metrics};

use super::news::NewsFeed;
use super::{Agent, CredentialKind, Expect, Head, Receipt, Store, StoreFuture, WaitingTicket};
use crate::model::{Desks, ElsewhereDesks};

/// From so many talks in which somebody waits on, the oldest are let go of.
const WAITS_KEPT: usize = 10_000;
/// How long such a talk is kept then, milliseconds.
const WAIT_KEPT_MS: u64 = 3_600_000;

/// Wraps a store with counters.
pub struct Metered {
    inner: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    /// Since when a shopper waits for an answer, for the talks in which one does.
    unanswered: Mutex<HashMap<ConversationId, Millis>>,
}

impl Metered {
    /// Counts what goes into `inner`.
    pub fn new(inner: Arc<dyn Store>, metrics: Arc<Metrics>) -> Metered {
        Metered {
            inner,
            metrics,
            unanswered: Mutex::new(HashMap::new()),
        }
    }

    fn count(&self, conversation: &ConversationId, event: &Event) {
        match &event.kind {
            EventKind::Received { .. } => {
                self.metrics.message(Speaker::Shopper);
                let mut waits = self.waits();
                if waits.len() >= WAITS_KEPT {
                    // Answered at another server, or not at all.
                    waits.retain(|_, since| event.at.since(*since) < WAIT_KEPT_MS);
                }
                waits.entry(conversation.clone()).or_insert(event.at);
            }
            EventKind::Answered { decision, .. } => {
                self.metrics.message(Speaker::Bot);
                self.metrics.decision(decision.kind);
                self.answered(conversation, event.at, Answering::Bot);
            }
            EventKind::AgentSaid { .. } => {
                self.metrics.message(Speaker::Agent);
                self.answered(conversation, event.at, Answering::Agent);
            }
            EventKind::HandedOff { reason, lane, .. } => self.metrics.handoff(*reason, *lane),
            EventKind::Closed { .. } => {
                self.waits().remove(conversation);
            }
            EventKind::Started { .. }
            | EventKind::Assigned { .. }
            | EventKind::Released { .. }
            | EventKind::Returned { .. }
            | EventKind::Rated { .. } => {}
        }
    }

    fn answered(&self, conversation: &ConversationId, at: Millis, by: Answering) {
        let since = self.waits().remove(conversation);
        if let Some(since) = since {
            self.metrics.replied(by, Duration::from_millis(at.since(since)));
        }
    }

    fn waits(&self) -> std::sync::MutexGuard<'_, HashMap<ConversationId, Millis>> {
        // A map of numbers is whole after any panic.
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Metered {
    fn append(&self, conversation: ConversationId, expect: Expect, drafts: Vec<Draft>) -> StoreFuture<'_, Receipt> {
        Box::pin(async move {
            let began = Instant::now();
            let receipt = self.inner.append(conversation.clone(), expect, drafts).await?;
            self.metrics.appended(receipt.events.len(), began.elapsed());
            for event in &receipt.events {
                self.count(&conversation, event);
            }
            Ok(receipt)
        })
    }

    fn read(&self, conversation: ConversationId, after: Seq, limit: usize) -> StoreFuture<'_, Vec<Arc<Event>>> {
        self.inner.read(conversation, after, limit)
    }

    fn head(&self, conversation: ConversationId) -> StoreFuture<'_, Option<Head>> {
        self.inner.head(conversation)
    }

    fn find(
        &self,
        conversation: ConversationId,
        id: ClientMessageId,
        speaker: Speaker,
    ) -> StoreFuture<'_, Option<Seq>> {
        self.inner.find(conversation, id, speaker)
    }

    fn open_conversation(&self, shop: ShopId, shopper: ShopperId) -> StoreFuture<'_, Option<ConversationId>> {
        self.inner.open_conversation(shop, shopper)
    }

    fn put_shopper_token(
        &self,
        token_hash: [u8; 32],
        shop: ShopId,
        shopper: ShopperId,
        at: Millis,
    ) -> StoreFuture<'_, ()> {
        self.inner.put_shopper_token(token_hash, shop, shopper, at)
    }

    fn shopper_of_token(&self, token_hash: [u8; 32]) -> StoreFuture<'_, Option<(ShopId, ShopperId)>> {
        self.inner.shopper_of_token(token_hash)
    }

    fn waiting(&self) -> StoreFuture<'_, Vec<WaitingTicket>> {
        self.inner.waiting()
    }

    fn assigned(&self) -> StoreFuture<'_, Vec<Head>> {
        self.inner.assigned()
    }

    fn unanswered(&self) -> StoreFuture<'_, Vec<Head>> {
        self.inner.unanswered()
    }

    fn put_agent(&self, agent: Agent) -> StoreFuture<'_, ()> {
        self.inner.put_agent(agent)
    }

    fn agent(&self, id: AgentId) -> StoreFuture<'_, Option<Agent>> {
        self.inner.agent(id)
    }

    fn agents(&self) -> StoreFuture<'_, Vec<Agent>> {
        self.inner.agents()
    }

    fn put_credential(
        &self,
        hash: [u8; 32],
        kind: CredentialKind,
        agent: AgentId,
        expires: Millis,
    ) -> StoreFuture<'_, ()> {
        self.inner.put_credential(hash, kind, agent, expires)
    }

    fn use_credential(&self, hash: [u8; 32], kind: CredentialKind, now: Millis) -> StoreFuture<'_, Option<AgentId>> {
        self.inner.use_credential(hash, kind, now)
    }

    fn drop_credential(&self, hash: [u8; 32]) -> StoreFuture<'_, ()> {
        self.inner.drop_credential(hash)
    }

    fn news(&self) -> Option<NewsFeed> {
        self.inner.news()
    }

    fn tell_typing(&self, conversation: &ConversationId, speaker: Speaker) {
        self.inner.tell_typing(conversation, speaker);
    }

    fn tell_desks(&self, here: Vec<Desks>, changed: bool) -> StoreFuture<'_, Vec<ElsewhereDesks>> {
        self.inner.tell_desks(here, changed)
    }

    fn node(&self) -> &str {
        self.inner.node()
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        self.inner.close()
    }

    fn idle(&self, before: Millis, limit: usize) -> StoreFuture<'_, Vec<Head>> {
        self.inner.idle(before, limit)
    }

    fn forget(&self, closed_before: Millis, limit: usize) -> StoreFuture<'_, usize> {
        self.inner.forget(closed_before, limit)
    }
}
