//! What a desk shows: the queue in the order of service and the agent's own chats.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Inner;
use crate::model::{AgentId, Choice, ConversationId, Epoch, HandoffReason, Lane, Millis, ShopId, ShopperId, SignalHit};

/// A ticket with everything the desk needs to start warm.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop.
    pub shop: ShopId,
    /// The shopper's full id; the desk's frame shows it shortened.
    pub shopper: ShopperId,
    /// How pressing.
    pub lane: Lane,
    /// Why it was handed off.
    pub reason: HandoffReason,
    /// The signals behind it, with evidence.
    pub signals: Vec<SignalHit>,
    /// The intents still unanswered, with their Chinese titles.
    pub open_questions: Vec<Choice>,
    /// The shopper's last words.
    pub last_text: String,
    /// In the queue: since when it waits. With an agent: since the first message that the agent has not answered,
    /// `None` when all are.
    pub waiting_since: Option<Millis>,
    /// When the shop's clock wants an answer.
    pub deadline: Millis,
    /// The owner epoch, to be handed back with what the agent says.
    pub epoch: Epoch,
    /// A colleague's note, empty without one.
    pub note: String,
    /// Rendered answers to the open questions, at most three, in the shopper's language.
    pub suggestions: Vec<String>,
    /// Who has it; `None` in the queue.
    pub agent: Option<AgentId>,
}

/// One agent's view of the floor at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The queue, in the order it will be served.
    pub waiting: Arc<[Arc<Card>]>,
    /// The agent's own chats, longest unanswered first, answered ones last.
    pub mine: Vec<Arc<Card>>,
    /// Agents at a desk now, available or not.
    pub agents_online: u32,
    /// Whether new chats are assigned to this agent (another desk of the same agent may have changed it).
    pub available: bool,
    /// The hub's time.
    pub now: Millis,
}

/// The boards of one desk: the first at once, then one after every change, a few times a second at most.
pub struct BoardFeed {
    inner: Arc<Inner>,
    agent: AgentId,
    changes: watch::Receiver<u64>,
    /// The count of changes that the last board showed, and when it was sent.
    shown: Option<(u64, Instant)>,
}

impl BoardFeed {
    pub(super) fn new(inner: Arc<Inner>, agent: AgentId) -> BoardFeed {
        BoardFeed {
            changes: inner.changes.subscribe(),
            inner,
            agent,
            shown: None,
        }
    }

    /// The next board; waits until something has changed since the last. `None` when the hub has drained.
    /// Safe to drop and call again (`select!`).
    pub async fn next(&mut self) -> Option<Board> {
        let interval = Duration::from_millis(self.inner.settings.board_interval_ms);
        loop {
            if self.inner.ended.is_cancelled() {
                return None;
            }
            let count = *self.changes.borrow_and_update();
            let wait = match self.shown {
                None => Some(Duration::ZERO),
                Some((shown, at)) if shown != count => Some(interval.saturating_sub(at.elapsed())),
                Some(_) => None,
            };
            match wait {
                Some(Duration::ZERO) => {
                    self.shown = Some((count, Instant::now()));
                    let now = self.inner.clock.now();
                    return Some(self.inner.floor().board(&self.agent, now));
                }
                Some(wait) => tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = self.inner.ended.cancelled() => {}
                },
                None => tokio::select! {
                    changed = self.changes.changed() => changed.ok()?,
                    () = self.inner.ended.cancelled() => {}
                },
            }
        }
    }
}
