//! What every backend promises. Each test gets a way to open the same store again, as after a restart.

#![allow(clippy::unwrap_used)]

mod appends;
mod customer_cards;
mod feed;
mod future;
pub(super) mod new_events;
mod phrases;
mod projections;
mod recorded;
mod reopened;
mod retention;
mod reviews;
mod staff;
mod talk_index;
mod visitors;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Store;

pub(super) use appends::*;
pub(super) use customer_cards::*;
pub(super) use feed::*;
pub(super) use future::*;
pub(super) use phrases::*;
pub(super) use projections::*;
pub(super) use recorded::*;
pub(super) use reopened::*;
pub(super) use retention::*;
pub(super) use reviews::*;
pub(super) use staff::*;
pub(super) use talk_index::*;
pub(super) use visitors::*;

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
            a_session_is_extended,
            an_agent_is_signed_out_everywhere,
            staff_is_kept,
            presence_is_kept,
            phrases_are_kept_by_owner_and_counted,
            the_phrase_sent_most_for_a_question_is_known,
            an_ended_talk_goes_on_unless_another_is_open,
            a_note_is_stored_once_beside_words,
            what_is_said_of_an_ended_talk_does_not_move_its_end,
            a_name_belongs_to_one_member,
            the_audit_record_is_kept_in_order,
            the_audit_record_is_a_chain,
            an_event_from_the_future_is_served_continued_handed_off_and_closed,
            the_feed_holds_every_event_once_in_order,
            the_feed_is_read_by_shop,
            the_feed_is_read_from_a_time_on,
            what_is_forgotten_leaves_the_feed,
            a_shopper_s_conversations_are_known_until_they_are_forgotten,
            tokens_go_with_the_last_talk_unless_they_are_young,
            closing_finishes_what_was_queued,
            what_ended_long_ago_is_forgotten_whole,
            idle_talks_of_the_bot_are_found,
            talks_of_one_class_are_forgotten_without_the_other,
            the_newest_event_is_known,
            who_is_erased_leaves_nothing,
            talks_are_found_by_their_terms,
            talks_are_found_in_pages_each_once,
            what_is_forgotten_or_erased_leaves_the_index,
            how_far_the_index_is_is_kept,
            cards_of_customers_are_kept_as_long_as_their_talks,
            reviews_are_kept_as_long_as_their_talks,
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
