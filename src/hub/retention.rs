//! What nobody uses any more: idle talks of the bot are closed, and what ended long ago is forgotten.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::{ConversationId, EventKind, Millis, Owner, Seq};
use crate::store::{Expect, Log, StoreError, StoreFuture, TalkClass, Visitors};

use super::belief::Belief;
use super::clock::Clock;
use super::conversations::Conversations;
use super::lifecycle::Lifecycle;
use super::settings::HubSettings;
use super::{HubError, Keep};

/// Talks closed or forgotten in one go; between two goes others may have the store.
const AT_ONCE: usize = 64;
/// The pause between two goes.
const BREATH: Duration = Duration::from_millis(100);
/// After how long a talk that waits is closed when its shopper has left without a word, milliseconds. With several servers
/// the page may be open at another one, and only the long time counts.
const WORDLESS_MS: u64 = 3_600_000;
/// The last event of a talk in which nothing but the button was used.
const NOTHING_SAID: Seq = 2;
/// How often it looks at most and at least.
const PAUSE_MS: std::ops::RangeInclusive<u64> = 1_000..=600_000;

/// How often tokens are sought that stand for nobody, milliseconds.
const TOKENS_EVERY_MS: u64 = DAY_MS;
/// Milliseconds in a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// Up to when everything has been looked at.
#[derive(Default)]
struct Looked {
    bot: Millis,
    people: Millis,
    tokens_at: Millis,
}

/// Closes and forgets.
pub(super) struct Retention {
    log: Arc<dyn Log>,
    visitors: Arc<dyn Visitors>,
    conversations: Arc<Conversations>,
    clock: Clock,
    lifecycle: Arc<Lifecycle>,
    /// After how long without an event a talk of the bot is closed, milliseconds; 0 never.
    close_after_ms: u64,
    /// After how long without an event a talk that waits for a person is closed, milliseconds; 0 never.
    close_waiting_after_ms: u64,
    keep: Keep,
}

impl Retention {
    /// What is kept for how long.
    pub(super) fn new(
        log: Arc<dyn Log>,
        visitors: Arc<dyn Visitors>,
        conversations: Arc<Conversations>,
        clock: Clock,
        lifecycle: Arc<Lifecycle>,
        settings: &HubSettings,
    ) -> Retention {
        Retention {
            log,
            visitors,
            conversations,
            clock,
            lifecycle,
            close_after_ms: settings.close_after_ms,
            close_waiting_after_ms: settings.close_waiting_after_ms,
            keep: settings.keep,
        }
    }

    /// Runs until the hub drains.
    pub(super) async fn run(self) {
        let ages = [
            self.close_after_ms,
            self.close_waiting_after_ms.min(WORDLESS_MS),
            self.keep.bot_ms,
            self.keep.people_ms,
        ];
        let Some(shortest) = ages.into_iter().filter(|age| *age > 0).min() else {
            return;
        };
        tracing::info!(
            bot_days = self.keep.bot_ms / DAY_MS,
            people_days = self.keep.people_ms / DAY_MS,
            "talks are forgotten so many days after their end, 0: never"
        );
        let mut belief = Belief::default();
        let mut looked = Looked::default();
        let pause = (shortest / 20).clamp(*PAUSE_MS.start(), *PAUSE_MS.end());
        loop {
            let at = self.clock.now().plus(pause);
            tokio::select! {
                () = self.clock.sleep_until(at) => {}
                () = self.lifecycle.stopping() => return,
            }
            let tidied = async {
                let newest = match belief.is_new() {
                    true => self.log.newest().await?,
                    false => None,
                };
                if !belief.believes(self.clock.now(), Instant::now(), newest) {
                    return Ok(());
                }
                self.close_idle().await?;
                self.close_left().await?;
                self.forget_old(&mut looked).await
            };
            if let Err(error) = tidied.await {
                tracing::warn!(%error, "old talks were not tidied away, it is tried again later");
            }
        }
    }

    async fn close_idle(&self) -> Result<(), HubError> {
        if self.close_after_ms == 0 {
            return Ok(());
        }
        let before = Millis(self.clock.now().0.saturating_sub(self.close_after_ms));
        let mut closed = 0;
        loop {
            let idle = self.log.idle(before, AT_ONCE).await?;
            let found = idle.len();
            let mut now_closed = 0;
            for head in idle {
                now_closed += usize::from(self.close(head.conversation, before).await?);
            }
            closed += now_closed;
            // Those that somebody has open are found again and again: then it is enough for this time.
            if found < AT_ONCE || now_closed == 0 || self.rest().await {
                break;
            }
        }
        if closed > 0 {
            tracing::info!(closed, "idle talks were closed");
        }
        Ok(())
    }

    /// Closes the talks that wait for a person and that their shoppers have left: nobody has them open, and nothing has
    /// been said for a long time, or ever.
    async fn close_left(&self) -> Result<(), HubError> {
        if self.close_waiting_after_ms == 0 {
            return Ok(());
        }
        let now = self.clock.now().0;
        let before = |age: u64| Millis(now.saturating_sub(age));
        let (long_ago, wordless) = (before(self.close_waiting_after_ms), before(WORDLESS_MS));
        let mut closed = 0;
        for head in self.log.waiting().await? {
            let chat = self.conversations.get(&head.conversation);
            if head.at >= wordless || chat.has_listeners() {
                continue;
            }
            let mut locked = chat.lock_at_end().await?;
            let state = locked.state();
            let nothing_said = state.seq <= NOTHING_SAID && state.pending.is_empty() && !chat.is_shared();
            let (waits, epoch, seq) = (state.owner == Owner::Queue, state.epoch, state.seq);
            if !waits || seq != head.seq || !(head.at < long_ago || nothing_said) {
                continue;
            }
            let events = vec![EventKind::Closed { agent: None }];
            match locked.append(Expect::Head { epoch, seq }, events).await {
                Ok(_) => closed += 1,
                // Somebody is back.
                Err(StoreError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if closed > 0 {
            tracing::info!(closed, "waiting talks that their shoppers had left were closed");
        }
        Ok(())
    }

    /// Closes a talk of the bot unless somebody has it open or has used it since; whether it did.
    async fn close(&self, conversation: ConversationId, before: Millis) -> Result<bool, HubError> {
        let chat = self.conversations.get(&conversation);
        if chat.has_listeners() {
            return Ok(false);
        }
        let mut locked = chat.lock().await?;
        let state = locked.state();
        let (free, epoch) = (state.owner == Owner::Bot && state.pending.is_empty(), state.epoch);
        let head = self.log.head(conversation).await?;
        let Some(head) = head.filter(|head| free && head.at < before) else {
            return Ok(false);
        };
        let closed = vec![EventKind::Closed { agent: None }];
        match locked.append(Expect::Head { epoch, seq: head.seq }, closed).await {
            Ok(_) => Ok(true),
            // Another server was faster, or the shopper is back there.
            Err(StoreError::Stale { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn forget_old(&self, looked: &mut Looked) -> Result<(), HubError> {
        let now = self.clock.now();
        let before = |keep_ms: u64| Millis(now.0.saturating_sub(keep_ms));
        let Keep { bot_ms, people_ms } = self.keep;
        let mut forgotten = 0;
        if bot_ms == people_ms {
            if bot_ms > 0 {
                forgotten += self.all_of(|| self.log.forget(before(bot_ms), AT_ONCE)).await?;
            }
        } else {
            let classes = [
                (TalkClass::BotOnly, bot_ms, &mut looked.bot),
                (TalkClass::WithPeople, people_ms, &mut looked.people),
            ];
            for (class, keep_ms, from) in classes.into_iter().filter(|(_, keep_ms, _)| *keep_ms > 0) {
                let until = before(keep_ms);
                if until < *from {
                    // The clock has been set back: what was looked at by the other one is looked at again.
                    *from = Millis(0);
                }
                forgotten += self.all_of(|| self.log.forget_of(class, *from, until, AT_ONCE)).await?;
                // Nothing that ended before comes in anew: closed talks are only ever used again now.
                *from = until;
            }
        }
        if forgotten > 0 {
            tracing::info!(forgotten, "talks that ended long ago were forgotten");
        }
        let shortest = [bot_ms, people_ms].into_iter().filter(|keep_ms| *keep_ms > 0).min();
        if let Some(shortest) = shortest
            && now.since(looked.tokens_at) >= TOKENS_EVERY_MS
        {
            self.all_of(|| self.visitors.forget_tokens(before(shortest), AT_ONCE))
                .await?;
            looked.tokens_at = now;
        }
        Ok(())
    }

    /// Repeats until there is no more of it, or the hub drains; how much there was.
    async fn all_of<'a>(&self, some: impl Fn() -> StoreFuture<'a, usize>) -> Result<usize, HubError> {
        let mut all = 0;
        loop {
            let found = some().await?;
            all += found;
            if found < AT_ONCE || self.rest().await {
                return Ok(all);
            }
        }
    }

    /// Leaves the store to others for a moment; whether the hub drains meanwhile.
    async fn rest(&self) -> bool {
        tokio::select! {
            () = tokio::time::sleep(BREATH) => false,
            () = self.lifecycle.stopping() => true,
        }
    }
}
