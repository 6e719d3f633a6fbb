//! What nobody uses any more: idle talks of the bot are closed, and what ended long ago is forgotten.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{ConversationId, EventKind, Millis, Owner};
use crate::store::{Expect, StoreError};

use super::{HubError, Inner};

/// Talks closed or forgotten in one go; between two goes others may have the store.
const AT_ONCE: usize = 64;
/// The pause between two goes.
const BREATH: Duration = Duration::from_millis(100);
/// How often it looks at most and at least.
const PAUSE_MS: std::ops::RangeInclusive<u64> = 1_000..=600_000;

/// Runs until the hub drains.
pub(super) async fn run(inner: Arc<Inner>) {
    let (close_after, keep) = (inner.settings.close_after_ms, inner.settings.keep_ms);
    let Some(shortest) = [close_after, keep].into_iter().filter(|age| *age > 0).min() else {
        return;
    };
    let pause = (shortest / 20).clamp(*PAUSE_MS.start(), *PAUSE_MS.end());
    loop {
        let at = inner.clock.now().plus(pause);
        tokio::select! {
            () = inner.clock.sleep_until(at) => {}
            () = inner.stop.cancelled() => return,
        }
        if let Err(error) = tidy(&inner, close_after, keep).await {
            tracing::warn!(%error, "old talks were not tidied away, it is tried again later");
        }
    }
}

async fn tidy(inner: &Arc<Inner>, close_after: u64, keep: u64) -> Result<(), HubError> {
    if close_after > 0 {
        let before = Millis(inner.clock.now().0.saturating_sub(close_after));
        let mut closed = 0;
        loop {
            let idle = inner.store.idle(before, AT_ONCE).await?;
            let found = idle.len();
            let mut now_closed = 0;
            for head in idle {
                now_closed += usize::from(close(inner, head.conversation, before).await?);
            }
            closed += now_closed;
            // Those that somebody has open are found again and again: then it is enough for this time.
            if found < AT_ONCE || now_closed == 0 || rest(inner).await {
                break;
            }
        }
        if closed > 0 {
            tracing::info!(closed, "idle talks were closed");
        }
    }
    if keep > 0 {
        let before = Millis(inner.clock.now().0.saturating_sub(keep));
        let mut forgotten = 0;
        loop {
            let some = inner.store.forget(before, AT_ONCE).await?;
            forgotten += some;
            if some < AT_ONCE || rest(inner).await {
                break;
            }
        }
        if forgotten > 0 {
            tracing::info!(forgotten, "talks that ended long ago were forgotten");
        }
    }
    Ok(())
}

/// Closes a talk of the bot unless somebody has it open or has used it since; whether it did.
async fn close(inner: &Arc<Inner>, conversation: ConversationId, before: Millis) -> Result<bool, HubError> {
    let chat = inner.chat(&conversation);
    if chat.pulse.receiver_count() > 0 {
        return Ok(false);
    }
    let mut locked = chat.lock(inner).await?;
    let state = locked.state();
    let (free, epoch) = (state.owner == Owner::Bot && state.pending.is_empty(), state.epoch);
    let head = inner.store.head(conversation).await?;
    let Some(head) = head.filter(|head| free && head.at < before) else {
        return Ok(false);
    };
    let closed = vec![EventKind::Closed { agent: None }];
    match locked
        .append(inner, Expect::Head { epoch, seq: head.seq }, closed)
        .await
    {
        Ok(_) => Ok(true),
        // Another server was faster, or the shopper is back there.
        Err(StoreError::Stale { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Leaves the store to others for a moment; whether the hub drains meanwhile.
async fn rest(inner: &Inner) -> bool {
    tokio::select! {
        () = tokio::time::sleep(BREATH) => false,
        () = inner.stop.cancelled() => true,
    }
}
