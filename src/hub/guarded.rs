//! Keeps a bug in reading or answering one message from taking the chat, or the process, with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::runtime::{Handle, RuntimeFlavor};

use crate::model::ConversationId;

/// Runs the bot's part in a conversation; `None`, and a line in the log that names the part, when it panics.
pub(super) fn guarded<T>(conversation: &ConversationId, part: &'static str, run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run))
        .inspect_err(|_| tracing::error!(%conversation, part, "the bot panicked"))
        .ok()
}

/// From how many bytes on a text is read where it keeps no socket waiting: about a millisecond's work.
const LONG: usize = 600;

/// Runs what takes long for a text of so many bytes, while other threads take over what this one would serve.
pub(super) fn aside<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
    let several = Handle::try_current().is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
    match bytes > LONG && several {
        true => tokio::task::block_in_place(run),
        false => run(),
    }
}
