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
    shop: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BySpeaker {
    from: &'static str,
    shop: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByShop {
    shop: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDecision {
    decision: &'static str,
    shop: String,
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
    packs_differ: Gauge,
    waiting: Family<ByShop, Gauge>,
    assigned: Family<ByShop, Gauge>,
    shop_agents: Family<ByShop, Gauge>,
    live: Gauge,
    agents: Gauge,
}

/// What happens in one shop at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopGauges<'a> {
    /// The shop.
    pub shop: &'a str,
    /// Chats that wait for a person.
    pub waiting: usize,
    /// Chats with a person.
    pub assigned: usize,
    /// Its agents at a desk; whoever works for several shops is counted in each.
    pub agents_online: usize,
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
            packs_differ: Gauge::default(),
            waiting: Family::default(),
            assigned: Family::default(),
            shop_agents: Family::default(),
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
        registry.register(
            "packs_differ",
            "Shops for which servers on one store answer with different packs",
            metrics.packs_differ.clone(),
        );
        registry.register(
            "queue_length",
            "Chats that wait for a person, by shop",
            metrics.waiting.clone(),
        );
        registry.register(
            "assigned_chats",
            "Chats with a person, by shop",
            metrics.assigned.clone(),
        );
        registry.register(
            "shop_agents_online",
            "Agents of a shop at a desk; whoever works for several shops is counted in each",
            metrics.shop_agents.clone(),
        );
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

    /// A message was stored in a talk with this shop. The caller keeps the names of shops few, here and below.
    pub fn message(&self, speaker: Speaker, shop: &str) {
        let (from, shop) = (speaker.name(), shop.to_owned());
        self.messages.get_or_create(&BySpeaker { from, shop }).inc();
    }

    /// The bot of this shop decided.
    pub fn decision(&self, kind: DecisionKind, shop: &str) {
        let decision = kind.name();
        let shop = shop.to_owned();
        self.decisions.get_or_create(&ByDecision { decision, shop }).inc();
    }

    /// A chat was handed to people of this shop.
    pub fn handoff(&self, reason: HandoffReason, lane: Lane, shop: &str) {
        let (reason, lane, shop) = (reason.name(), lane.name(), shop.to_owned());
        self.handoffs.get_or_create(&ByHandoff { reason, lane, shop }).inc();
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

    /// For so many shops servers on one store answer with different packs.
    pub fn packs_differ(&self, shops: usize) {
        self.packs_differ.set(gauge(shops));
    }

    /// How many conversations are in memory, how many agents are there, and what happens in each shop. Shops that are
    /// not among these are shown no more.
    pub fn hub<'a>(&self, live: usize, agents: usize, shops: impl IntoIterator<Item = ShopGauges<'a>>) {
        self.live.set(gauge(live));
        self.agents.set(gauge(agents));
        let families = [&self.waiting, &self.assigned, &self.shop_agents];
        for family in families {
            family.clear();
        }
        for shop in shops {
            let label = ByShop {
                shop: shop.shop.to_owned(),
            };
            for (family, value) in families.iter().zip([shop.waiting, shop.assigned, shop.agents_online]) {
                family.get_or_create(&label).set(gauge(value));
            }
        }
    }

    /// All metrics in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("writing to a string does not fail");
        out
    }
}

fn gauge(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether this very line is among the metrics.
    fn shows(metrics: &Metrics, line: &str) -> bool {
        metrics.text().lines().any(|shown| shown == line)
    }

    #[test]
    fn two_servers_do_not_share_counters() {
        let (one, other) = (Metrics::new(), Metrics::new());
        one.message(Speaker::Shopper, "demo");
        one.decision(DecisionKind::AskSlot, "demo");
        one.handoff(HandoffReason::Asked, Lane::Normal, "demo");
        one.replied(Answering::Bot, Duration::from_millis(3));
        for line in [
            "yingda_messages_total{from=\"shopper\",shop=\"demo\"} 1",
            "yingda_decisions_total{decision=\"ask_slot\",shop=\"demo\"} 1",
            "yingda_handoffs_total{reason=\"asked\",lane=\"normal\",shop=\"demo\"} 1",
        ] {
            assert!(shows(&one, line), "{line} is not in\n{}", one.text());
        }
        assert!(!other.text().contains("from=\"shopper\""));
    }

    #[test]
    fn open_sockets_go_up_and_down() {
        let metrics = Metrics::new();
        metrics.connected(SocketKind::Chat);
        metrics.connected(SocketKind::Chat);
        metrics.disconnected(SocketKind::Chat);
        assert!(
            shows(&metrics, "yingda_connections{socket=\"chat\"} 1"),
            "{}",
            metrics.text()
        );
    }

    #[test]
    fn a_shop_that_is_gone_is_shown_no_more() {
        let metrics = Metrics::new();
        let busy = |shop, waiting| ShopGauges {
            shop,
            waiting,
            assigned: 1,
            agents_online: 2,
        };
        metrics.hub(5, 2, [busy("a", 3), busy("b", 0)]);
        for line in [
            "yingda_queue_length{shop=\"a\"} 3",
            "yingda_queue_length{shop=\"b\"} 0",
            "yingda_assigned_chats{shop=\"a\"} 1",
            "yingda_shop_agents_online{shop=\"b\"} 2",
            "yingda_live_conversations 5",
        ] {
            assert!(shows(&metrics, line), "{line} is not in\n{}", metrics.text());
        }
        metrics.hub(5, 2, [busy("a", 4)]);
        assert!(shows(&metrics, "yingda_queue_length{shop=\"a\"} 4"));
        assert!(!metrics.text().contains("shop=\"b\""), "{}", metrics.text());
    }
}
