//! Follows other servers that share the store: what they append, which desks they have, what they left undone.
//! An announcement is a hint to look at the log; what was missed is found by comparing everything every few seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};

use crate::model::{ConversationId, Epoch, Seq, ServerInfo, ShopId, Speaker};
use crate::shops::{NoticeKind, Shops};
use crate::store::peer_changes::{PeerChange, PeerChanges};
use crate::store::{Log, Presence};
use crate::telemetry::Metrics;

use super::HubError;
use super::clock::Clock;
use super::conversations::Conversations;
use super::floor::SharedFloor;
use super::identities::differences;
use super::lifecycle::Lifecycle;
use super::turns::Turns;

/// How often other servers are told of the desks here while nothing changes. What is told holds a few times longer.
const TELL_DESKS: Duration = Duration::from_secs(1);
/// How often servers tell one another which packs answer. Holds a few times longer.
const TELL_PACKS: Duration = Duration::from_secs(1);
/// So many times in a row packs must differ before it is said: a folder does not reach all servers at one moment.
const DIFFER_ROUNDS: u32 = 3;
/// How often the floor is compared with the store, and debts are sought.
const RECONCILE: Duration = Duration::from_secs(5);
/// A debt of the bot this old was not taken by the server that the shopper wrote to, milliseconds.
const DEBT_MS: u64 = 4_000;
/// A debt older than this is not sought again and again: nothing can be said to it.
const OLD_DEBT_MS: u64 = 600_000;
/// Conversations looked at at once.
const AT_ONCE: usize = 8;
/// Announcements taken together.
const TOGETHER: usize = 256;

/// Owns what is exchanged with other servers. In a process that has its store alone there are none.
pub(super) struct Peers {
    log: Arc<dyn Log>,
    presence: Arc<dyn Presence>,
    shops: Arc<Shops>,
    conversations: Arc<Conversations>,
    floor: Arc<SharedFloor>,
    turns: Arc<Turns>,
    clock: Clock,
    lifecycle: Arc<Lifecycle>,
    metrics: Arc<Metrics>,
    /// How long the bot may wait for the rest of a thought, milliseconds.
    burst_wait_ms: u64,
}

impl Peers {
    /// The servers that share this store.
    #[expect(clippy::too_many_arguments, reason = "each is an owner of its own")]
    pub(super) fn new(
        log: Arc<dyn Log>,
        presence: Arc<dyn Presence>,
        shops: Arc<Shops>,
        conversations: Arc<Conversations>,
        floor: Arc<SharedFloor>,
        turns: Arc<Turns>,
        clock: Clock,
        lifecycle: Arc<Lifecycle>,
        metrics: Arc<Metrics>,
        burst_wait_ms: u64,
    ) -> Peers {
        Peers {
            log,
            presence,
            shops,
            conversations,
            floor,
            turns,
            clock,
            lifecycle,
            metrics,
            burst_wait_ms,
        }
    }

    /// Tells other servers that somebody is typing.
    pub(super) fn tell_typing(&self, conversation: &ConversationId, speaker: Speaker) {
        self.presence.tell_typing(conversation, speaker);
    }

    /// Tells other servers how far the shopper has seen the talk.
    pub(super) fn tell_seen(&self, conversation: &ConversationId, seq: Seq) {
        self.presence.tell_seen(conversation, seq);
    }

    /// Follows what other servers announce until the hub drains.
    pub(super) async fn follow(self: Arc<Self>, mut changes: PeerChanges) {
        loop {
            let first = tokio::select! {
                change = changes.next() => change,
                () = self.lifecycle.stopping() => return,
            };
            let Some(first) = first else { return };
            // Together, so that a chat in which much happens is looked at once.
            let mut stale: HashMap<ConversationId, Seq> = HashMap::new();
            let mut missed = self.take(first, &mut stale);
            for _ in 0..TOGETHER {
                match changes.next().now_or_never() {
                    Some(Some(change)) => missed |= self.take(change, &mut stale),
                    Some(None) | None => break,
                }
            }
            self.refresh(stale).await;
            if missed && let Err(error) = self.look_at_everything().await {
                tracing::warn!(%error, "what other servers did could not be read");
            }
        }
    }

    /// Takes in one change; says whether everything must be looked at.
    fn take(&self, change: PeerChange, stale: &mut HashMap<ConversationId, Seq>) -> bool {
        match change {
            PeerChange::Appended {
                conversation,
                seq,
                with_people,
            } => {
                if let Some(chat) = self.conversations.live(&conversation) {
                    chat.advance_to(seq);
                }
                if with_people || self.floor.epoch(&conversation).is_some() {
                    stale.insert(conversation, seq);
                }
                false
            }
            PeerChange::Typing { conversation, speaker } => {
                if speaker == Speaker::Agent {
                    self.floor.agent_typed(&conversation);
                }
                if let Some(chat) = self.conversations.live(&conversation) {
                    chat.typing(speaker);
                }
                false
            }
            PeerChange::Seen { conversation, seq } => {
                if let Some(chat) = self.conversations.live(&conversation) {
                    chat.seen(seq);
                }
                false
            }
            PeerChange::Desks => {
                self.floor.ask_for_desks();
                false
            }
            PeerChange::Missed => true,
        }
    }

    /// Reads what was added to these conversations and puts them on the floor where they stand.
    async fn refresh(&self, stale: HashMap<ConversationId, Seq>) {
        stream::iter(stale)
            .for_each_concurrent(AT_ONCE, async |(conversation, seq)| {
                let chat = self.conversations.get(&conversation);
                chat.advance_to(seq);
                match chat.lock().await {
                    Ok(locked) => locked.show_on_floor(),
                    Err(error) => tracing::debug!(%conversation, %error, "a conversation could not be read"),
                }
            })
            .await;
    }

    /// Looks at every conversation that is live here and at the whole floor.
    async fn look_at_everything(&self) -> Result<(), HubError> {
        stream::iter(self.conversations.all())
            .for_each_concurrent(AT_ONCE, async |chat| match self.log.head(chat.id().clone()).await {
                Ok(Some(head)) => chat.advance_to(head.seq),
                Ok(None) => {}
                Err(error) => tracing::debug!(conversation = %chat.id(), %error, "a conversation could not be read"),
            })
            .await;
        self.compare_floor().await
    }

    /// Refreshes what stands elsewhere in the store than on the floor.
    async fn compare_floor(&self) -> Result<(), HubError> {
        let waiting = self.log.waiting().await?;
        let assigned = self.log.assigned().await?;
        let stored: HashMap<ConversationId, Epoch> = waiting
            .into_iter()
            .chain(assigned)
            .map(|head| (head.conversation, head.epoch))
            .collect();
        let unknown = stored
            .iter()
            .filter(|(conversation, epoch)| self.floor.epoch(conversation) != Some(**epoch))
            .map(|(conversation, _)| conversation.clone());
        let gone = self
            .floor
            .conversations()
            .into_iter()
            .filter(|conversation| !stored.contains_key(conversation));
        let mut stale = HashMap::new();
        for conversation in unknown.chain(gone) {
            if let Some(head) = self.log.head(conversation.clone()).await? {
                stale.insert(conversation, head.seq);
            }
        }
        self.refresh(stale).await;
        Ok(())
    }

    /// Compares the floor with the store and seeks debts every few seconds until the hub drains: a lost announcement
    /// is only late, and what a server that died left undone is done.
    pub(super) async fn reconcile(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(RECONCILE) => {}
                () = self.lifecycle.stopping() => return,
            }
            let reconciled = async {
                self.compare_floor().await?;
                self.retry_unanswered().await
            };
            if let Err(error) = reconciled.await {
                tracing::warn!(%error, "the store cannot be read");
            }
        }
    }

    /// Lets the bot answer what no server has answered. Two servers that try are told apart by the end of the log.
    /// Where a shop is not served here, its debts wait for a server that serves it.
    async fn retry_unanswered(&self) -> Result<(), HubError> {
        let now = self.clock.now();
        let patience = DEBT_MS + self.burst_wait_ms;
        for head in self.log.unanswered().await? {
            let age = now.since(head.at);
            if !(patience..OLD_DEBT_MS).contains(&age) || !self.shops.serves(&head.shop) {
                continue;
            }
            let chat = self.conversations.get(&head.conversation);
            chat.advance_to(head.seq);
            match chat.lock().await {
                Ok(mut locked) => self.turns.schedule(&chat, &mut locked),
                // One that cannot be read must not keep the others waiting.
                Err(error) => tracing::warn!(conversation = %chat.id(), %error, "a debt of the bot could not be taken"),
            }
        }
        Ok(())
    }

    /// Tells other servers of the desks here, and hears of theirs, until the hub drains.
    pub(super) async fn exchange_presence(self: Arc<Self>) {
        let mut changes = self.floor.desk_changes();
        // The count of changes of the desks here that others were told of last.
        let mut told = 0;
        loop {
            let count = *changes.borrow_and_update();
            match self.exchange_desks(count != told).await {
                Ok(()) => told = count,
                Err(error) => tracing::warn!(%error, "other servers' desks are not known"),
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(TELL_DESKS) => {}
                () = self.lifecycle.stopping() => return,
            }
        }
    }

    /// Tells and hears once; `changed` when those here are to be told at once.
    pub(super) async fn exchange_desks(&self, changed: bool) -> Result<(), HubError> {
        let here = self.floor.desks();
        let servers = self.presence.tell_desks(here, changed).await?;
        self.floor.merge_presence(self.presence.node(), &servers);
        Ok(())
    }

    /// Tells other servers which packs answer here and compares theirs, until the hub drains. What differs is said
    /// once for each change, and taken back when it is mended.
    pub(super) async fn compare_packs(self: Arc<Self>) {
        let mut changes = self.shops.changes();
        let (mut said, mut seen, mut rounds) = (Vec::new(), Vec::new(), 0);
        let mut joined: Vec<ShopId> = self.shops.identities().into_keys().collect();
        loop {
            changes.mark_unchanged();
            let here = ServerInfo {
                node: self.presence.node().to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                packs: self.shops.identities(),
            };
            let shops: Vec<ShopId> = here.packs.keys().cloned().collect();
            if shops != joined {
                // Shops were added or left while serving: what is stored is of these now too.
                match self.presence.join(shops.clone()).await {
                    Ok(()) => joined = shops,
                    Err(error) => tracing::warn!(%error, "the shops of this server are not known to the store"),
                }
            }
            match self.presence.tell_server(here.clone()).await {
                Ok(servers) => {
                    let found = differences(&here.packs, &servers);
                    rounds = if found == seen { rounds + 1 } else { 1 };
                    seen = found;
                    if seen != said && (rounds >= DIFFER_ROUNDS || seen.is_empty()) {
                        seen.iter()
                            .filter(|difference| !said.contains(*difference))
                            .for_each(|new| new.warn());
                        if seen.is_empty() {
                            tracing::info!("all servers answer with the same packs again");
                        }
                        self.metrics.packs_differ(seen.len());
                        let notices = seen.iter().map(|difference| difference.notice());
                        self.shops.notices().replace(NoticeKind::PacksDiffer, notices);
                        said.clone_from(&seen);
                    }
                }
                Err(error) => tracing::warn!(%error, "other servers' packs are not known"),
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(TELL_PACKS) => {}
                () = self.lifecycle.stopping() => return,
            }
        }
    }
}
