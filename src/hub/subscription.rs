//! A listener's place in a conversation: history first, then what happens, each event once and in order.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::model::{ConversationId, Event, EventKind, Seq};

use super::HubError;
use super::floor::SharedFloor;
use super::live::LiveConversation;
use super::watermark::{Notice, Watermark};

/// For so long after a message was stored its author may take it back, milliseconds: what chat apps have taught people.
pub const WITHDRAW_WITHIN_MS: u64 = 2 * 60_000;

/// Something to tell a listener.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// An event of the log; sequence numbers are contiguous from `after + 1`.
    Event(Arc<Event>),
    /// Something that is not stored.
    Notice(Notice),
}

/// Reads a conversation from a place on. Holds a page of events at most: who reads slowly makes the hub read the
/// store again, never buffer. The watermark of the chat knows how far the log reaches before a subscription is made.
pub struct Subscription {
    chat: Arc<LiveConversation>,
    after: Seq,
    page: VecDeque<Arc<Event>>,
    /// Something was delivered since the conversation heard last how far this listener is.
    advanced: bool,
    told: Watermark,
    ended: CancellationToken,
    /// A page of the shopper.
    _page: Option<ShopperPage>,
}

/// A page in which a shopper has a chat open: desks see that somebody is there.
pub(super) struct ShopperPage {
    floor: Arc<SharedFloor>,
    conversation: ConversationId,
}

impl ShopperPage {
    /// It opens.
    pub(super) fn opened(floor: &Arc<SharedFloor>, conversation: &ConversationId) -> ShopperPage {
        floor.shopper_pages(conversation, true);
        ShopperPage {
            floor: Arc::clone(floor),
            conversation: conversation.clone(),
        }
    }
}

impl Drop for ShopperPage {
    fn drop(&mut self) {
        self.floor.shopper_pages(&self.conversation, false);
    }
}

impl Subscription {
    pub(super) fn new(chat: Arc<LiveConversation>, after: Seq, ended: CancellationToken) -> Subscription {
        chat.begin_listening();
        let told = chat.watermark().told_to_newcomers();
        Subscription {
            chat,
            after,
            page: VecDeque::new(),
            advanced: false,
            told,
            ended,
            _page: None,
        }
    }

    /// The same for a page of the shopper.
    pub(super) fn on(mut self, page: ShopperPage) -> Subscription {
        self._page = Some(page);
        self
    }

    /// What an agent has taken back is told to the shopper without its words, also where the page ends before it was taken back.
    async fn without_withdrawn(&self, page: VecDeque<Arc<Event>>, end: Seq) -> Result<VecDeque<Arc<Event>>, HubError> {
        let said = |event: &Arc<Event>| matches!(event.kind, EventKind::AgentSaid { .. });
        let Some(last_said) = page.iter().rev().find(|event| said(event)).map(|event| event.at) else {
            return Ok(page);
        };
        let of = |event: &Arc<Event>| match event.kind {
            EventKind::Withdrawn { of, .. } => Some(of),
            _ => None,
        };
        let mut withdrawn: BTreeSet<Seq> = page.iter().filter_map(of).collect();
        let mut last = page.back().map(|event| (event.seq, event.at));
        while let Some((seq, at)) = last
            && seq < end
            && at.since(last_said) <= WITHDRAW_WITHIN_MS
        {
            let more = self.chat.events_after(seq).await?;
            withdrawn.extend(more.iter().filter_map(of));
            last = more.back().map(|event| (event.seq, event.at));
        }
        if withdrawn.is_empty() {
            return Ok(page);
        }
        let told = |event: Arc<Event>| match withdrawn.contains(&event.seq) {
            true => Arc::new(without_words(&event)),
            false => event,
        };
        Ok(page.into_iter().map(told).collect())
    }

    /// The next event or notice; waits for it. Safe to drop and call again (`select!`): nothing is lost.
    /// `Ok(None)` when the hub has drained. An error means that the store could not be read; calling again
    /// tries again from the same place.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub async fn next(&mut self) -> Result<Option<Delivery>, HubError> {
        loop {
            if let Some(event) = self.page.pop_front() {
                debug_assert_eq!(
                    event.seq,
                    self.after + 1,
                    "a listener misses nothing and hears nothing twice"
                );
                self.after = event.seq;
                self.advanced = true;
                return Ok(Some(Delivery::Event(event)));
            }
            let moves = self.chat.moves();
            let watermark = self.chat.watermark();
            if watermark.seq() > self.after {
                let page = self.chat.events_after(self.after).await?;
                self.page = match self._page {
                    Some(_) => self.without_withdrawn(page, watermark.seq()).await?,
                    None => page,
                };
                continue;
            }
            if std::mem::take(&mut self.advanced) {
                self.page = VecDeque::new();
                self.chat.told_up_to(self.after);
            }
            if let Some(notice) = watermark.next_notice(&mut self.told) {
                return Ok(Some(Delivery::Notice(notice)));
            }
            tokio::select! {
                () = moves => {}
                () = self.ended.cancelled() => {
                    // What was stored last is told before the end.
                    if self.chat.watermark().seq() <= self.after {
                        return Ok(None);
                    }
                }
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.chat.end_listening();
    }
}

/// The event with nothing of what was said in it.
fn without_words(event: &Event) -> Event {
    let mut bare = event.clone();
    if let EventKind::AgentSaid { text, files, .. } = &mut bare.kind {
        text.clear();
        files.clear();
    }
    bare
}
