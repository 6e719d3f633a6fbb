//! Keeps a bug in reading or answering one message from taking the chat, or the process, with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::ConversationId;

/// Runs the bot's part in a conversation; `None`, and a line in the log that names the part, when it panics.
pub(super) fn guarded<T>(conversation: &ConversationId, part: &'static str, run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run))
        .inspect_err(|_| tracing::error!(%conversation, part, "the bot panicked"))
        .ok()
}
