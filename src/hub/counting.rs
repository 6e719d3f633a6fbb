//! Counts what is stored: every event once, whoever listens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::{ConversationId, Event, EventKind, Millis, ShopId, Speaker};
use crate::shops::Shops;
use crate::telemetry::{Answering, Metrics};

/// From so many talks in which somebody waits on, the oldest are evicted.
const WAITS_KEPT: usize = 10_000;
/// How long such a talk is kept then, milliseconds.
const WAIT_KEPT_MS: u64 = 3_600_000;
/// The label of shops that are not served here: labels stay as few as shops.
const OTHER_SHOP: &str = "other";

/// The counters of appends.
pub(super) struct AppendCounter {
    metrics: Arc<Metrics>,
    shops: Arc<Shops>,
    /// Since when a shopper waits for an answer, for the talks in which one does.
    unanswered: Mutex<HashMap<ConversationId, Millis>>,
}

impl AppendCounter {
    /// Counts into these metrics.
    pub(super) fn new(metrics: Arc<Metrics>, shops: Arc<Shops>) -> AppendCounter {
        AppendCounter {
            metrics,
            shops,
            unanswered: Mutex::default(),
        }
    }

    /// These events of a conversation were stored together.
    pub(super) fn appended(&self, conversation: &ConversationId, shop: &ShopId, events: &[Arc<Event>], took: Duration) {
        self.metrics.appended(events.len(), took);
        let shop = if self.shops.serves(shop) {
            shop.as_str()
        } else {
            OTHER_SHOP
        };
        for event in events {
            self.count(conversation, shop, event);
        }
    }

    fn count(&self, conversation: &ConversationId, shop: &str, event: &Event) {
        match &event.kind {
            EventKind::Received { .. } => {
                self.metrics.message(Speaker::Shopper, shop);
                let mut waits = self.waits();
                if waits.len() >= WAITS_KEPT {
                    // Answered at another server, or not at all.
                    waits.retain(|_, since| event.at.since(*since) < WAIT_KEPT_MS);
                }
                waits.entry(conversation.clone()).or_insert(event.at);
            }
            EventKind::Answered { turn, .. } => {
                self.metrics.message(Speaker::Bot, shop);
                self.metrics.decision(turn.decision.kind, shop);
                self.answered(conversation, event.at, Answering::Bot);
            }
            EventKind::AgentSaid { .. } => {
                self.metrics.message(Speaker::Agent, shop);
                self.answered(conversation, event.at, Answering::Agent);
            }
            EventKind::HandedOff { reason, lane, .. } => self.metrics.handoff(*reason, *lane, shop),
            EventKind::Closed { .. } => {
                self.waits().remove(conversation);
            }
            EventKind::Started { .. }
            | EventKind::Assigned { .. }
            | EventKind::Released { .. }
            | EventKind::Returned { .. }
            | EventKind::Rated { .. }
            | EventKind::Noted { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Recognised(..)
            | EventKind::Withdrawn { .. }
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
