//! Moves chats between the queue and the agents: assigns the instant a ticket and an agent with room meet, takes chats
//! back when a lease runs out, and tells shoppers where they stand.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::handoff::alert::{Alert, AlertKind, AlertTo};
use crate::handoff::queue::Given;
use crate::model::{AgentId, ConversationId, EventKind, Owner, PresenceState, ReleaseCause};
use crate::store::{Expect, StoreError};

use super::HubError;
use super::clock::Clock;
use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::lifecycle::Lifecycle;
use super::presences::{Presences, TAKEN_BACK};

/// How long a chat is left alone after the store refused to move it, milliseconds.
const BLOCKED_MS: u64 = 2_000;
/// How often places are told anew while nothing changes, milliseconds: overdue tickets are promoted and estimates
/// shrink.
const REFRESH_MS: u64 = 10_000;

/// Carries out what the floor plans.
pub(super) struct Dispatcher {
    conversations: Arc<Conversations>,
    floor: Arc<SharedFloor>,
    presences: Presences,
    clock: Clock,
    lifecycle: Arc<Lifecycle>,
}

impl Dispatcher {
    /// A dispatcher of this floor.
    pub(super) fn new(
        conversations: Arc<Conversations>,
        floor: Arc<SharedFloor>,
        presences: Presences,
        clock: Clock,
        lifecycle: Arc<Lifecycle>,
    ) -> Dispatcher {
        Dispatcher {
            conversations,
            floor,
            presences,
            clock,
            lifecycle,
        }
    }

    /// Moves chats until the hub drains.
    pub(super) async fn run(self: Arc<Self>) {
        let mut changes = self.floor.changes();
        loop {
            // What changes from here on is looked at in the next round.
            changes.mark_unchanged();
            let plan = self.floor.plan();
            if plan.expired.is_empty() && plan.given.is_empty() && plan.to_break.is_empty() {
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { return },
                    () = async {
                        match plan.next {
                            Some(at) => self.clock.sleep_until(at).await,
                            None => std::future::pending().await,
                        }
                    } => {}
                    () = self.lifecycle.stopping() => return,
                }
                continue;
            }
            let taken_back = join_all(plan.expired.iter().map(|conversation| self.take_back(conversation)));
            let given = plan.given.into_iter();
            let assigned = join_all(given.map(|given| self.assign(given)));
            let broken = join_all(plan.to_break.iter().map(|agent| self.set_to_break(agent)));
            tokio::join!(broken, taken_back, assigned);
            if self.lifecycle.is_stopping() {
                return;
            }
        }
    }

    /// Chats were taken back from this agent again and again: until the agent says otherwise no more come.
    async fn set_to_break(&self, agent: &AgentId) {
        let set = self.presences.set(agent, PresenceState::Break, TAKEN_BACK, false).await;
        if let Err(error) = set {
            tracing::warn!(%agent, %error, "an agent's break could not be stored");
        }
        if let Some((known, _)) = self.floor.agent(agent) {
            self.floor.tell(Alert {
                agent: Some(agent.clone()),
                name: Some(known.name.clone()),
                ..Alert::about(AlertKind::SetToBreak, AlertTo::SupervisorsOf(Arc::new(known)))
            });
        }
    }

    async fn assign(&self, given: Given) {
        let Given {
            conversation,
            agent,
            cause,
        } = given;
        let outcome = async {
            let chat = self.conversations.get(&conversation);
            let mut locked = chat.lock().await?;
            // It may have been taken by hand, or the agent may have left, while this waited for the lock.
            let name = self.floor.ready_name(&agent, &locked.state().shop);
            let (Owner::Queue, Some(name)) = (&locked.state().owner, name) else {
                locked.show_on_floor();
                return Ok(());
            };
            let epoch = locked.state().epoch;
            let kind = EventKind::assigned(agent, name, cause);
            locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(())
        };
        self.settle(&conversation, outcome.await);
    }

    async fn take_back(&self, conversation: &ConversationId) {
        let outcome = async {
            let chat = self.conversations.get(conversation);
            let mut locked = chat.lock().await?;
            // The agent may have written or come back while this waited for the lock.
            let Some((agent, cause)) = self.floor.expired_lease(conversation) else {
                return Ok(());
            };
            if locked.state().owner != (Owner::Agent { agent: agent.clone() }) {
                locked.show_on_floor();
                return Ok(());
            }
            let epoch = locked.state().epoch;
            if cause == ReleaseCause::Silent {
                tracing::info!(%conversation, %agent, "the agent was silent, the chat goes back to the queue");
            }
            let kind = EventKind::released(agent, cause, String::new());
            locked.append(Expect::Epoch(epoch), vec![kind]).await?;
            Ok(())
        };
        self.settle(conversation, outcome.await);
    }

    /// A chat that could not be moved is left alone for a moment, so that the dispatcher does not spin on it.
    fn settle(&self, conversation: &ConversationId, outcome: Result<(), HubError>) {
        match outcome {
            // Somebody else moved it, which is as good.
            Ok(()) | Err(HubError::Stale { .. } | HubError::Store(StoreError::Stale { .. })) => {}
            Err(error) => {
                tracing::warn!(%conversation, %error, "a chat could not be moved");
                self.floor.block(conversation.clone(), BLOCKED_MS);
            }
        }
    }

    /// Tells shoppers in the queue where they stand, whenever the floor changes, until the hub drains; at most once in
    /// `pause`.
    pub(super) async fn announce_places(self: Arc<Self>, pause: Duration) {
        let mut changes = self.floor.changes();
        loop {
            let places = self.floor.places();
            for (conversation, place) in &places {
                if let Some(chat) = self.conversations.live(conversation) {
                    chat.set_place(*place);
                }
            }
            let refresh = Duration::from_millis(if places.is_empty() {
                u64::from(u32::MAX)
            } else {
                REFRESH_MS
            });
            tokio::select! {
                changed = async {
                    tokio::time::sleep(pause).await;
                    changes.changed().await
                } => if changed.is_err() { return },
                () = tokio::time::sleep(refresh) => {}
                () = self.lifecycle.stopping() => return,
            }
        }
    }
}
