//! The queue as it stands: in the order of service of a moment that is at most a second old. One ticket more or less moves
//! nothing else, however many wait.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::handoff::board::{Card, Counts};
use crate::handoff::queue::{self, Place, Ticket};
use crate::model::{Lane, Millis, ShopId};

/// After so long the order is made anew, since late tickets rise, milliseconds.
const FRESH_MS: u64 = 1_000;

/// Those who wait, in order.
#[derive(Default)]
pub(super) struct Line {
    /// The moment of which this is the order.
    at: Millis,
    waiting: Vec<Waiting>,
    /// How many of which kind wait in each shop, until something changes.
    counts: Option<BTreeMap<ShopId, Counts>>,
    /// How often all were put in order.
    #[cfg(test)]
    pub(super) sorted: usize,
}

/// One who waits.
pub(super) struct Waiting {
    place: Place,
    pub(super) ticket: Ticket,
    pub(super) card: Arc<Card>,
}

impl Waiting {
    /// The lane in whose midst it is served.
    pub(super) fn served_as(&self) -> Lane {
        self.place.0
    }
}

impl Line {
    /// Puts one in its place.
    pub(super) fn insert(&mut self, ticket: Ticket, card: Arc<Card>) {
        let place = queue::place(&ticket, self.at);
        let at = self.waiting.partition_point(|other| other.place < place);
        self.waiting.insert(at, Waiting { place, ticket, card });
        self.counts = None;
    }

    /// Takes one out, of which this was the ticket.
    pub(super) fn remove(&mut self, ticket: &Ticket) -> Option<Waiting> {
        let place = queue::place(ticket, self.at);
        let at = self.waiting.binary_search_by(|other| other.place.cmp(&place)).ok()?;
        self.counts = None;
        Some(self.waiting.remove(at))
    }

    /// The card of the one of which this is the ticket.
    pub(super) fn find(&self, ticket: &Ticket) -> Option<&Arc<Card>> {
        let place = queue::place(ticket, self.at);
        let at = self.waiting.binary_search_by(|other| other.place.cmp(&place)).ok()?;
        Some(&self.waiting[at].card)
    }

    /// All in the order of service now.
    pub(super) fn in_order(&mut self, now: Millis) -> &[Waiting] {
        if now.since(self.at) >= FRESH_MS || now < self.at {
            self.at = now;
            for waiting in &mut self.waiting {
                waiting.place = queue::place(&waiting.ticket, now);
            }
            self.waiting.sort_unstable_by(|one, other| one.place.cmp(&other.place));
            #[cfg(test)]
            {
                self.sorted += 1;
            }
        }
        &self.waiting
    }

    /// All, in the order of service of a moment ago.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Waiting> {
        self.waiting.iter()
    }

    /// How many of which kind wait in each shop.
    pub(super) fn counts(&mut self) -> &BTreeMap<ShopId, Counts> {
        let waiting = &self.waiting;
        self.counts.get_or_insert_with(|| {
            let mut counts: BTreeMap<ShopId, Counts> = BTreeMap::new();
            for Waiting { card, .. } in waiting {
                let counts = match counts.get_mut(&card.shop) {
                    Some(counts) => counts,
                    None => counts.entry(card.shop.clone()).or_default(),
                };
                if card.left {
                    counts.left += 1;
                } else {
                    *counts.lanes.entry(card.lane).or_default() += 1;
                    counts.oldest = counts.oldest.into_iter().chain(card.waiting_since).min();
                }
            }
            counts
        })
    }
}
