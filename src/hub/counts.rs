//! Counts what is appended: every event once, where it was appended, whoever listens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::model::{ConversationId, Draft, Event, EventKind, Millis, Speaker};
use crate::store::{Expect, Receipt, StoreError};
use crate::telemetry::{Answering, Metrics};

use super::Inner;

/// From so many talks in which somebody waits on, the oldest are evicted.
const WAITS_KEPT: usize = 10_000;
/// How long such a talk is kept then, milliseconds.
const WAIT_KEPT_MS: u64 = 3_600_000;

/// The counters of one hub.
pub(super) struct Counts {
    metrics: Arc<Metrics>,
    /// Since when a shopper waits for an answer, for the talks in which one does.
    unanswered: Mutex<HashMap<ConversationId, Millis>>,
}

impl Inner {
    /// Appends to a conversation and counts what was stored. All of this hub's appends pass here.
    pub(super) async fn append(
        &self,
        conversation: ConversationId,
        expect: Expect,
        drafts: Vec<Draft>,
    ) -> Result<Receipt, StoreError> {
        let began = Instant::now();
        let receipt = self.store.append(conversation.clone(), expect, drafts).await?;
        self.counts.metrics.appended(receipt.events.len(), began.elapsed());
        for event in &receipt.events {
            self.counts.count(&conversation, event);
        }
        Ok(receipt)
    }
}

impl Counts {
    pub(super) fn new(metrics: Arc<Metrics>) -> Counts {
        Counts {
            metrics,
            unanswered: Mutex::default(),
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
            EventKind::Answered { turn, .. } => {
                self.metrics.message(Speaker::Bot);
                self.metrics.decision(turn.decision.kind);
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
            | EventKind::Rated { .. }
            | EventKind::Unknown { .. } => {}
        }
    }

    fn answered(&self, conversation: &ConversationId, at: Millis, by: Answering) {
        let since = self.waits().remove(conversation);
        if let Some(since) = since {
            self.metrics.replied(by, Duration::from_millis(at.since(since)));
        }
    }

    fn waits(&self) -> MutexGuard<'_, HashMap<ConversationId, Millis>> {
        // A map of numbers is whole after any panic.
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
