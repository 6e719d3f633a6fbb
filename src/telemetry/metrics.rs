//! Counters of one server. Every server has a registry of its own, so that tests run side by side.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::model::{DecisionKind, HandoffReason, Lane, Speaker};

/// Whose socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SocketKind {
    /// A shopper's.
    Chat,
    /// An agent's.
    Desk,
}

impl SocketKind {
    fn name(self) -> &'static str {
        match self {
            SocketKind::Chat => "chat",
            SocketKind::Desk => "desk",
        }
    }
}

/// Who answered a shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answering {
    /// The bot.
    Bot,
    /// A person.
    Agent,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BySocket {
    socket: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAnswering {
    by: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByHandoff {
    reason: &'static str,
    lane: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BySpeaker {
    from: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDecision {
    decision: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCode {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

/// All metrics of a server.
pub struct Metrics {
    registry: Registry,
    connections: Family<BySocket, Gauge>,
    connected: Family<BySocket, Counter>,
    messages: Family<BySpeaker, Counter>,
    decisions: Family<ByDecision, Counter>,
    handoffs: Family<ByHandoff, Counter>,
    refused: Family<ByCode, Counter>,
    reply: Family<ByAnswering, Histogram>,
    appends: Histogram,
    appended: Histogram,
    reloads: Family<ByOutcome, Counter>,
    generation: Gauge,
    waiting: Gauge,
    assigned: Gauge,
    live: Gauge,
    agents: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("yingda");
        let metrics = Metrics {
            connections: Family::default(),
            connected: Family::default(),
            messages: Family::default(),
            decisions: Family::default(),
            handoffs: Family::default(),
            refused: Family::default(),
            reply: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.5, 15))),
            appends: Histogram::new(exponential_buckets(0.000_05, 2.5, 12)),
            appended: Histogram::new([1.0, 2.0, 3.0, 5.0, 10.0]),
            reloads: Family::default(),
            generation: Gauge::default(),
            waiting: Gauge::default(),
            assigned: Gauge::default(),
            live: Gauge::default(),
            agents: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("connections", "Open sockets", metrics.connections.clone());
        registry.register("connected", "Sockets opened", metrics.connected.clone());
        registry.register(
            "messages",
            "Messages stored, by who wrote them",
            metrics.messages.clone(),
        );
        registry.register("decisions", "The bot's decisions", metrics.decisions.clone());
        registry.register("handoffs", "Chats handed to people", metrics.handoffs.clone());
        registry.register(
            "refused",
            "Frames and requests refused, by code",
            metrics.refused.clone(),
        );
        registry.register(
            "reply_seconds",
            "From a shopper's first unanswered message to the answer",
            metrics.reply.clone(),
        );
        registry.register("store_append_seconds", "Time to keep events", metrics.appends.clone());
        registry.register(
            "store_append_events",
            "Events kept at once for one chat",
            metrics.appended.clone(),
        );
        registry.register(
            "intents_reloads",
            "Changed intent files taken or refused",
            metrics.reloads.clone(),
        );
        registry.register(
            "intents_generation",
            "How often intent files were taken into use since the start",
            metrics.generation.clone(),
        );
        registry.register("queue_length", "Chats that wait for a person", metrics.waiting.clone());
        registry.register("assigned_chats", "Chats with a person", metrics.assigned.clone());
        registry.register("live_conversations", "Conversations in memory", metrics.live.clone());
        registry.register("agents_online", "Agents at a desk", metrics.agents.clone());
        Metrics { registry, ..metrics }
    }

    /// A socket opened. Call [`Metrics::disconnected`] when it closes.
    pub fn connected(&self, socket: SocketKind) {
        let socket = socket.name();
        self.connections.get_or_create(&BySocket { socket }).inc();
        self.connected.get_or_create(&BySocket { socket }).inc();
    }

    /// A socket closed.
    pub fn disconnected(&self, socket: SocketKind) {
        self.connections
            .get_or_create(&BySocket { socket: socket.name() })
            .dec();
    }

    /// A message was stored.
    pub fn message(&self, speaker: Speaker) {
        let from = speaker.name();
        self.messages.get_or_create(&BySpeaker { from }).inc();
    }

    /// The bot decided.
    pub fn decision(&self, kind: DecisionKind) {
        let decision = match kind {
            DecisionKind::Answer => "answer",
            DecisionKind::Clarify => "clarify",
            DecisionKind::AskSlot => "ask_slot",
            DecisionKind::Unknown => "unknown",
            DecisionKind::Handoff => "handoff",
        };
        self.decisions.get_or_create(&ByDecision { decision }).inc();
    }

    /// A chat was handed to people.
    pub fn handoff(&self, reason: HandoffReason, lane: Lane) {
        let reason = match reason {
            HandoffReason::Asked => "asked",
            HandoffReason::Signal => "signal",
            HandoffReason::Ledger => "ledger",
            HandoffReason::Misses => "misses",
            HandoffReason::Intent => "intent",
        };
        let lane = lane.name();
        self.handoffs.get_or_create(&ByHandoff { reason, lane }).inc();
    }

    /// A frame or request was refused with this code.
    pub fn refused(&self, code: &'static str) {
        self.refused.get_or_create(&ByCode { code }).inc();
    }

    /// A shopper was answered after so long.
    pub fn replied(&self, by: Answering, after: Duration) {
        let by = match by {
            Answering::Bot => "bot",
            Answering::Agent => "agent",
        };
        self.reply
            .get_or_create(&ByAnswering { by })
            .observe(after.as_secs_f64());
    }

    /// The store kept so many events.
    pub fn appended(&self, events: usize, took: Duration) {
        self.appends.observe(took.as_secs_f64());
        self.appended.observe(events as f64);
    }

    /// Changed intent files were taken or refused.
    pub fn reloaded(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&ByOutcome { outcome }).inc();
    }

    /// Which generation answers.
    pub fn generation(&self, number: u64) {
        self.generation.set(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// How many chats wait, are with agents, are in memory, and how many agents are there.
    pub fn floor(&self, waiting: usize, assigned: usize, live: usize, agents: usize) {
        for (gauge, value) in [
            (&self.waiting, waiting),
            (&self.assigned, assigned),
            (&self.live, live),
            (&self.agents, agents),
        ] {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// All metrics in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("writing to a string does not fail");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_do_not_share_counters() {
        let (one, other) = (Metrics::new(), Metrics::new());
        one.message(Speaker::Shopper);
        one.decision(DecisionKind::AskSlot);
        one.handoff(HandoffReason::Asked, Lane::Normal);
        one.replied(Answering::Bot, Duration::from_millis(3));
        assert!(
            one.text().contains("yingda_messages_total{from=\"shopper\"} 1"),
            "{}",
            one.text()
        );
        assert!(one.text().contains("yingda_decisions_total{decision=\"ask_slot\"} 1"));
        assert!(
            one.text()
                .contains("yingda_handoffs_total{reason=\"asked\",lane=\"normal\"} 1")
        );
        assert!(!other.text().contains("from=\"shopper\""));
    }

    #[test]
    fn open_sockets_go_up_and_down() {
        let metrics = Metrics::new();
        metrics.connected(SocketKind::Chat);
        metrics.connected(SocketKind::Chat);
        metrics.disconnected(SocketKind::Chat);
        assert!(
            metrics.text().contains("yingda_connections{socket=\"chat\"} 1"),
            "{}",
            metrics.text()
        );
    }
}
