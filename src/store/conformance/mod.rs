//! What every backend promises. Each test gets a way to open the same store again, as after a restart.

#![allow(clippy::unwrap_used)]

mod appends;
mod drafts;
mod people;
mod projections;
mod retention;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Store;

pub(super) use appends::*;
pub(super) use people::*;
pub(super) use projections::*;
pub(super) use retention::*;

type Opened = Pin<Box<dyn Future<Output = Arc<dyn Store>>>>;

/// Closes what it opened before and opens the same data again.
pub(super) type Reopen<'a> = &'a dyn Fn() -> Opened;

/// One `#[tokio::test]` for each promise, for a backend that `$backend` opens; or, after `in_turn`, every promise
/// in one test, where backends are dear. `$backend` is evaluated anew for each.
macro_rules! conformance {
    (in_turn $backend:expr) => {
        $crate::store::conformance::conformance!(@promises turns $backend)
    };
    (@promises $how:ident $backend:expr) => {
        $crate::store::conformance::conformance!(
            @$how $backend,
            an_append_is_kept_as_its_receipt_says,
            a_message_sent_twice_is_stored_once,
            a_stale_epoch_is_refused,
            a_reply_to_an_older_end_is_refused,
            one_conversation_is_open_at_a_time,
            concurrent_appends_leave_no_gap,
            an_append_is_all_or_nothing,
            projections_follow_every_event,
            reading_gives_ranges,
            tokens_stand_for_shoppers,
            credentials_are_spent_and_expire,
            staff_is_kept,
            closing_finishes_what_was_queued,
            what_ended_long_ago_is_forgotten_whole,
            idle_talks_of_the_bot_are_found,
        );
    };
    (@turns $backend:expr, $($promise:ident,)+) => {
        $(
            eprintln!("{}", stringify!($promise));
            let backend = $backend;
            $crate::store::conformance::$promise(&backend).await;
        )+
    };
    (@tests $backend:expr, $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                let backend = $backend;
                $crate::store::conformance::$promise(&backend).await;
            }
        )+
    };
    ($backend:expr) => {
        $crate::store::conformance::conformance!(@promises tests $backend);
    };
}
pub(super) use conformance;
