//! What listeners of one conversation compare with what they have told already.

use crate::dialogue::State;
use crate::model::{Owner, Seq, Speaker};

use super::QueuePlace;

/// How far a conversation's log reaches, and what is going on in it beside the log. Only the latest is kept,
/// however slow its readers are.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Watermark {
    /// The last stored event, once known.
    seq: Seq,
    /// Whether the chat is in the queue, and where.
    queued: bool,
    place: Option<QueuePlace>,
    /// Counts of typing notices.
    shopper_typing: u32,
    agent_typing: u32,
    /// How far the shopper has seen the talk, as far as it is known here.
    seen: Seq,
    /// The talk has ended, and its shop is served no more.
    shop_gone: bool,
}

/// Something worth telling now and not worth storing. Only the latest of a kind is kept for a slow listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Where the shopper stands in the queue; sent when it changes.
    Queue(QueuePlace),
    /// Somebody is typing: [`Speaker::Shopper`] or [`Speaker::Agent`]. Listeners skip their own.
    Typing(Speaker),
    /// The shopper has seen the talk up to this event.
    Seen(Seq),
    /// The talk has ended, and the shop is served here no more: no other will begin.
    ShopGone,
}

impl Watermark {
    /// The last stored event that is known of.
    pub(super) fn seq(&self) -> Seq {
        self.seq
    }

    /// The log has been folded up to here. Returns whether that is another place than before.
    pub(super) fn publish(&mut self, state: &State, shop_served: bool) -> bool {
        let before = *self;
        self.seq = self.seq.max(state.seq);
        self.queued = state.owner == Owner::Queue;
        if !self.queued {
            self.place = None;
        }
        self.shop_gone = state.owner == Owner::Closed && !shop_served;
        *self != before
    }

    /// The log reaches at least this far. Returns whether that is new.
    pub(super) fn advance_to(&mut self, seq: Seq) -> bool {
        let new = self.seq < seq;
        self.seq = self.seq.max(seq);
        new
    }

    /// The log ends here, though it was said to go on. Returns whether it was.
    pub(super) fn truncate_to(&mut self, seq: Seq) -> bool {
        let new = self.seq > seq;
        self.seq = self.seq.min(seq);
        new
    }

    /// The chat stands here in the queue, if it is still there. Returns whether the shopper is to be told.
    pub(super) fn set_place(&mut self, place: QueuePlace) -> bool {
        let new = self.queued && self.place != Some(place);
        if new {
            self.place = Some(place);
        }
        new
    }

    /// Somebody is typing. Returns whether listeners are to be told.
    pub(super) fn typing(&mut self, speaker: Speaker) -> bool {
        let count = match speaker {
            Speaker::Shopper => &mut self.shopper_typing,
            Speaker::Agent => &mut self.agent_typing,
            Speaker::Bot => return false,
        };
        *count = count.wrapping_add(1);
        true
    }

    /// The shopper has seen the talk so far. Returns whether that is further than before.
    pub(super) fn seen(&mut self, seq: Seq) -> bool {
        let new = self.seen < seq && seq <= self.seq;
        if new {
            self.seen = seq;
        }
        new
    }

    /// What a listener who comes now has been told: typing before now is no news, the place in the queue is, and how far the
    /// shopper has seen it.
    pub(super) fn told_to_newcomers(&self) -> Watermark {
        Watermark {
            place: None,
            seen: 0,
            shop_gone: false,
            ..*self
        }
    }

    /// One thing that has changed since `told`, which then holds it.
    pub(super) fn next_notice(&self, told: &mut Watermark) -> Option<Notice> {
        if self.place != told.place {
            told.place = self.place;
            if let Some(place) = self.place {
                return Some(Notice::Queue(place));
            }
        }
        if self.shopper_typing != told.shopper_typing {
            told.shopper_typing = self.shopper_typing;
            return Some(Notice::Typing(Speaker::Shopper));
        }
        if self.agent_typing != told.agent_typing {
            told.agent_typing = self.agent_typing;
            return Some(Notice::Typing(Speaker::Agent));
        }
        if self.seen != told.seen {
            told.seen = self.seen;
            return Some(Notice::Seen(self.seen));
        }
        if self.shop_gone != told.shop_gone {
            told.shop_gone = self.shop_gone;
            return self.shop_gone.then_some(Notice::ShopGone);
        }
        None
    }
}
