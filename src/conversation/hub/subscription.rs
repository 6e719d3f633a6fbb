//! A listener's place in a conversation: history first, then what happens, each event once and in order.

use std::sync::Arc;

use crate::model::{Event, Seq, Speaker};

use super::HubError;

/// Something to tell a listener.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// An event of the log; sequence numbers are contiguous from `after + 1`.
    Event(Arc<Event>),
    /// Something that is not stored.
    Notice(Notice),
}

/// Something worth telling now and not worth storing. Only the latest of a kind is kept for a slow listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Where the shopper stands in the queue; sent when it changes.
    Queue(QueuePlace),
    /// Somebody is typing: [`Speaker::Shopper`] or [`Speaker::Agent`]. Listeners skip their own.
    Typing(Speaker),
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// 1 is next.
    pub position: u32,
    /// Honest estimate, seconds; `None` when nobody is at the desk.
    pub wait_s: Option<u32>,
    /// Whether an available agent is at a desk.
    pub staffed: bool,
}

/// Reads a conversation from a place on. Holds a page of events at most: who reads slowly makes the hub read the
/// store again, never buffer.
pub struct Subscription {}

impl Subscription {
    /// The next event or notice; waits for it. Safe to drop and call again (`select!`): nothing is lost.
    /// `Ok(None)` when the hub has drained. An error means that the store could not be read; calling again
    /// tries again from the same place.
    pub async fn next(&mut self) -> Result<Option<Delivery>, HubError> {
        todo!()
    }

    /// The last event delivered.
    pub fn after(&self) -> Seq {
        todo!()
    }
}
