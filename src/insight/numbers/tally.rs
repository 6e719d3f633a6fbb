//! What is counted: for an hour of a shop, for an agent's day, for a question's day.

use std::collections::BTreeMap;

use super::durations::Durations;

/// An hour of a shop, or several hours together.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Messages of shoppers.
    pub(super) messages: u32,
    /// Visits that began.
    pub(super) chats: u32,
    /// Visits of this hour that came to people.
    pub(super) with_people: u32,
    /// Visits that the bot had alone and answered, after which the shopper did not come back within a day.
    pub(super) solved: u32,
    /// The same, but the shopper came back.
    pub(super) returned: u32,
    /// Visits that the bot had alone and in which it answered no question.
    pub(super) unhelped: u32,
    /// Handoffs by reason.
    pub(super) reasons: BTreeMap<&'static str, u32>,
    /// Handoffs outside service hours: messages left.
    pub(super) left: u32,
    /// From the handoff to the first words of an agent, of handoffs within service hours.
    pub(super) first_reply: Durations,
    /// What was promised for the same handoffs.
    pub(super) promised: Durations,
    /// First replies by the deadline.
    pub(super) kept: u32,
    /// First replies after it, and ends after it without one.
    pub(super) broken: u32,
    /// Handoffs that ended before the deadline without a reply.
    pub(super) ended_before: u32,
    /// How talks were rated.
    pub(super) rated: Rated,
    /// Chats that the server took back from agents who were silent or gone.
    pub(super) taken_back: u32,
}

/// Stars.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rated {
    /// How many talks were rated.
    pub(super) times: u32,
    /// All stars together.
    pub(super) stars: u32,
    /// Ratings of one or two stars.
    pub(super) low: u32,
}

impl Rated {
    pub(super) fn add(&mut self, stars: u8) {
        self.times += 1;
        self.stars += u32::from(stars);
        self.low += u32::from(stars <= 2);
    }

    fn merge(&mut self, other: Rated) {
        self.times += other.times;
        self.stars += other.stars;
        self.low += other.low;
    }
}

impl Tally {
    pub(super) fn merge(&mut self, other: &Tally) {
        self.messages += other.messages;
        self.chats += other.chats;
        self.with_people += other.with_people;
        self.solved += other.solved;
        self.returned += other.returned;
        self.unhelped += other.unhelped;
        for (reason, count) in &other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.left += other.left;
        self.first_reply.merge(&other.first_reply);
        self.promised.merge(&other.promised);
        self.kept += other.kept;
        self.broken += other.broken;
        self.ended_before += other.ended_before;
        self.rated.merge(other.rated);
        self.taken_back += other.taken_back;
    }
}

/// A day of an agent in a shop, or several days together.
#[derive(Clone, Debug, Default)]
pub(super) struct OfAgent {
    /// Chats that the agent got.
    pub(super) chats: u32,
    /// Messages to shoppers.
    pub(super) messages: u32,
    /// From the handoff to the first words, where they were this agent's.
    pub(super) first_reply: Durations,
    /// First replies by the deadline.
    pub(super) kept: u32,
    /// First replies after it.
    pub(super) broken: u32,
    /// Ratings of talks that the agent had last.
    pub(super) rated: Rated,
    /// Chats that the server took back.
    pub(super) taken_back: u32,
    /// Chats that the agent handed on.
    pub(super) handed_on: u32,
}

impl OfAgent {
    pub(super) fn merge(&mut self, other: &OfAgent) {
        self.chats += other.chats;
        self.messages += other.messages;
        self.first_reply.merge(&other.first_reply);
        self.kept += other.kept;
        self.broken += other.broken;
        self.rated.merge(other.rated);
        self.taken_back += other.taken_back;
        self.handed_on += other.handed_on;
    }
}

/// A day of a question in a shop, or several days together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OfQuestion {
    /// Visits in which it was asked.
    pub(super) asked: u32,
    /// Handoffs with it unanswered.
    pub(super) handed_off: u32,
    /// Visits in which it was answered and which count as solved.
    pub(super) solved: u32,
    /// Visits in which it was answered, and the shopper came back within a day.
    pub(super) returned: u32,
    /// Messages that were answered as it.
    pub(super) messages: u32,
    /// How talks of visits in which it was asked were rated.
    pub(super) rated: Rated,
}

impl OfQuestion {
    pub(super) fn merge(&mut self, other: OfQuestion) {
        self.asked += other.asked;
        self.handed_off += other.handed_off;
        self.solved += other.solved;
        self.returned += other.returned;
        self.messages += other.messages;
        self.rated.merge(other.rated);
    }
}
