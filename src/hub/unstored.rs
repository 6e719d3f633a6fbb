//! What a shopper's page tells people at this moment, and nobody keeps: that somebody types, how far the talk has been seen.

use crate::model::{Seq, Speaker};

use super::ShopperHandle;
use super::shopper::Line;

impl ShopperHandle {
    /// Tells the agent that the shopper is typing. Not stored.
    pub fn typing(&self) {
        let Line { shoppers, chat, .. } = &*self.line;
        chat.typing(Speaker::Shopper);
        if shoppers.floor.with_agent(chat.id()) {
            shoppers.peers.tell_typing(chat.id(), Speaker::Shopper);
        }
    }

    /// Tells the agent how far the shopper has seen the talk. Not stored; a place that is not there is not told.
    pub fn seen(&self, seq: Seq) {
        let Line { shoppers, chat, .. } = &*self.line;
        if chat.seen(seq) && shoppers.floor.with_agent(chat.id()) {
            shoppers.peers.tell_seen(chat.id(), seq);
        }
    }
}
