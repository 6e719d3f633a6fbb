//! The order of the queue and who gets which ticket.
//!
//! Order: effective lane, then what is [`OVERDUE_MS`] late, then tickets that came back from an agent, then the earliest
//! deadline. A ticket whose deadline has passed rises by one lane for every [`PROMOTION_MS`] it is late, up to [`Lane::Urgent`].
//!
//! Nobody starves: once a ticket is [`OVERDUE_MS`] late it is in [`Lane::Urgent`] or above, and before it stand only safety, law,
//! and tickets that are as late and whose deadline is earlier. Nothing that comes later has an earlier deadline, so their number
//! only falls: with `n` of them it is given within `n + 1` assignments to agents who may take it, not counting those to safety
//! and law. Whoever waits for somebody who answers in a language waits [`LANGUAGE_FIRST_MS`] at most, which is shorter. The test
//! `nobody_starves` steps through that.

use std::cmp::Reverse;
use std::sync::Arc;

use super::estimate::breadth;
use crate::model::{Agent, AgentId, AssignCause, ConversationId, Lane, Language, Millis, ShopId, WaitsFor};

/// A late ticket rises one lane each time this passes, in milliseconds.
pub const PROMOTION_MS: u64 = 2 * 60_000;

/// So late no other ticket but safety and law passes a ticket any more, milliseconds: later than the last promotion.
pub const OVERDUE_MS: u64 = 10 * 60_000;

/// How long an agent is not given back a chat just lost or given back, in milliseconds.
pub const COOL_DOWN_MS: u64 = 60_000;

/// How long a chat that was handed on to a group or to supervisors waits for these alone, milliseconds.
pub const MEANT_FOR_MS: u64 = 10 * 60_000;

/// How long a chat waits for somebody who answers in its language before anybody gets it, milliseconds.
pub const LANGUAGE_FIRST_MS: u64 = 60_000;

/// A chat that waits, as far as its order and its agent depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The chat.
    pub conversation: ConversationId,
    /// The shop; only its agents get the chat.
    pub shop: ShopId,
    /// How pressing it is.
    pub lane: Lane,
    /// When the shop's clock wants an answer.
    pub deadline: Millis,
    /// When it entered the queue the first time.
    pub since: Millis,
    /// Whether it came back from an agent.
    pub returned: bool,
    /// The agent the shopper had before.
    pub last_agent: Option<AgentId>,
    /// The agent who lost it or gave it back last, and when.
    pub lost: Option<(AgentId, Millis)>,
    /// Whom it was handed on to, and when. Holds for [`MEANT_FOR_MS`]: nobody waits for ever for somebody in particular.
    pub waits_for: Option<(WaitsFor, Millis)>,
    /// The language that the shopper writes, and since when it is in the queue. It goes to somebody who answers in it first, for
    /// [`LANGUAGE_FIRST_MS`]; to anybody at once where nobody like that is online, and where it is pressing.
    pub language: (Language, Millis),
}

/// An agent at a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who, for which shops, and good at what.
    pub agent: Arc<Agent>,
    /// Wants new chats.
    pub available: bool,
    /// Chats now, and those that are being given.
    pub busy: u32,
    /// When a chat was assigned last; among equals the one who waits longest gets the next.
    pub last_assigned: Millis,
}

/// The lane that counts now.
pub fn effective_lane(ticket: &Ticket, now: Millis) -> Lane {
    let steps = usize::try_from(now.since(ticket.deadline) / PROMOTION_MS).unwrap_or(usize::MAX);
    let place = Lane::ALL
        .iter()
        .position(|lane| *lane == ticket.lane)
        .expect("every lane is in the list of all lanes");
    let highest = Lane::ALL
        .iter()
        .position(|lane| *lane == Lane::Urgent)
        .expect("every lane is in the list of all lanes");
    Lane::ALL[place.saturating_sub(steps).max(highest.min(place))]
}

/// Whether a ticket is so late that no other but safety and law may pass it any more.
fn is_overdue(ticket: &Ticket, now: Millis) -> bool {
    now.since(ticket.deadline) >= OVERDUE_MS
}

/// The queue in the order of service.
pub fn order(tickets: &[Ticket], now: Millis) -> Vec<&Ticket> {
    let mut ordered: Vec<&Ticket> = tickets.iter().collect();
    ordered.sort_by_cached_key(|ticket| place(ticket, now));
    ordered
}

/// Where a ticket stands in the order of service at this moment: the least is served first.
pub type Place = (Lane, Reverse<bool>, Reverse<bool>, Millis, Millis, ConversationId);

/// The place of a ticket at this moment.
pub fn place(ticket: &Ticket, now: Millis) -> Place {
    let overdue = is_overdue(ticket, now);
    (
        effective_lane(ticket, now),
        Reverse(overdue),
        Reverse(ticket.returned && !overdue),
        ticket.deadline,
        ticket.since,
        ticket.conversation.clone(),
    )
}

impl Ticket {
    /// Whom it waits for at this moment, where not for any agent of its shop.
    pub fn meant_for(&self, now: Millis) -> Option<&WaitsFor> {
        let (waits_for, since) = self.waits_for.as_ref()?;
        (now.since(*since) < MEANT_FOR_MS).then_some(waits_for)
    }

    /// Until when it is for those alone who answer in its language: where one of these who may have it is online.
    pub fn for_speakers_until<'a>(
        &self,
        mut desks: impl Iterator<Item = &'a Candidate>,
        now: Millis,
    ) -> Option<Millis> {
        let (language, since) = self.language;
        let until = since.plus(LANGUAGE_FIRST_MS);
        let speaks = |desk: &Candidate| desk.available && desk.serves(self, now) && desk.agent.speaks(language);
        let waits = self.lane > Lane::Top && now < until && desks.any(speaks);
        waits.then_some(until)
    }
}

impl Candidate {
    /// Whether one more chat is within the agent's capacity.
    pub fn has_room(&self) -> bool {
        self.busy < self.agent.capacity
    }

    /// Whether the agent may be given this ticket, room aside.
    pub fn serves(&self, ticket: &Ticket, now: Millis) -> bool {
        self.agent.works_for(&ticket.shop)
            && ticket
                .meant_for(now)
                .is_none_or(|waits_for| self.agent.is_meant(waits_for))
    }

    /// Whether the agent answers in the language of this ticket, or has had the shopper before.
    pub fn understands(&self, ticket: &Ticket) -> bool {
        self.agent.speaks(ticket.language.0) || ticket.last_agent.as_ref() == Some(&self.agent.id)
    }

    /// When the agent lost this ticket or gave it back, if it is this agent who did so last.
    fn lost(&self, ticket: &Ticket) -> Option<Millis> {
        let (_, at) = ticket.lost.as_ref().filter(|(agent, _)| *agent == self.agent.id)?;
        Some(*at)
    }

    /// Whether the agent has not just lost this ticket.
    pub fn cooled(&self, ticket: &Ticket, now: Millis) -> bool {
        self.lost(ticket).is_none_or(|at| now.since(at) >= COOL_DOWN_MS)
    }
}

/// A ticket, who gets it, and why that agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The chat.
    pub conversation: ConversationId,
    /// Who.
    pub agent: AgentId,
    /// Why.
    pub cause: AssignCause,
}

/// Gives tickets to agents of their shop who may take one more: in the order of service, to the agent the shopper had
/// when that one has room, else to those who answer in the shopper's language, of these to the one with the fewest chats, of equals to the one who serves the fewest shops.
/// Who just lost a chat gets it back only when nobody else has room, and only after [`COOL_DOWN_MS`].
pub fn assign(tickets: &[Ticket], candidates: &[Candidate], now: Millis) -> Vec<Given> {
    assign_in_order(order(tickets, now), candidates, now)
}

/// The same for tickets that are in the order of service already.
pub fn assign_in_order<'a>(
    ordered: impl IntoIterator<Item = &'a Ticket>,
    candidates: &[Candidate],
    now: Millis,
) -> Vec<Given> {
    let mut desks: Vec<Candidate> = candidates
        .iter()
        .filter(|candidate| candidate.available)
        .cloned()
        .collect();
    let room = |desk: &Candidate| u64::from(desk.agent.capacity.saturating_sub(desk.busy));
    let mut free: u64 = desks.iter().map(room).sum();
    let mut given = Vec::new();
    if free == 0 {
        return given;
    }
    for ticket in ordered {
        let for_speakers = ticket.for_speakers_until(desks.iter(), now).is_some();
        let has_room = |desk: &Candidate| desk.has_room() && desk.serves(ticket, now) && desk.cooled(ticket, now);
        let speaks = |desk: &Candidate| desk.agent.speaks(ticket.language.0);
        // Somebody who does not answer in the language has room, and is passed over.
        let passed_over = desks.iter().any(|desk| has_room(desk) && !speaks(desk));
        let may = |desk: &&mut Candidate| has_room(desk) && (!for_speakers || desk.understands(ticket));
        let stranger = |desk: &Candidate| ticket.last_agent.as_ref() != Some(&desk.agent.id);
        let mut others = 0;
        let chosen = desks
            .iter_mut()
            .filter(may)
            .inspect(|_| others += 1)
            .min_by_key(|desk| {
                (
                    desk.lost(ticket).is_some(),
                    stranger(desk),
                    !speaks(desk),
                    desk.busy,
                    breadth(&desk.agent.shops),
                    desk.last_assigned,
                    desk.agent.id.clone(),
                )
            });
        if let Some(desk) = chosen {
            let cause = match others {
                _ if !stranger(desk) && desk.lost(ticket).is_none() => AssignCause::Known,
                _ if passed_over && speaks(desk) => AssignCause::Language,
                1 => AssignCause::OnlyRoom,
                _ => AssignCause::FewestChats,
            };
            desk.busy += 1;
            desk.last_assigned = now;
            given.push(Given {
                conversation: ticket.conversation.clone(),
                agent: desk.agent.id.clone(),
                cause,
            });
            free -= 1;
            if free == 0 {
                break;
            }
        }
    }
    given
}

/// When the next ticket becomes eligible for the agent who lost it, or for more than those it was handed on to, if that is
/// still to come.
pub fn next_cool_down<'a>(tickets: impl Iterator<Item = &'a Ticket> + Clone, now: Millis) -> Option<Millis> {
    let cooled = tickets.clone().filter_map(|ticket| ticket.lost.as_ref());
    let cooled = cooled.map(|(_, at)| at.plus(COOL_DOWN_MS));
    let for_all = tickets.filter_map(|ticket| ticket.waits_for.as_ref());
    let for_all = for_all.map(|(_, at)| at.plus(MEANT_FOR_MS));
    cooled.chain(for_all).filter(|due| *due > now).min()
}

/// When the next ticket may go to agents who do not answer in its language, if that is still to come.
pub fn next_in_any_language<'a>(tickets: impl Iterator<Item = &'a Ticket>, now: Millis) -> Option<Millis> {
    let due = tickets.map(|ticket| ticket.language.1.plus(LANGUAGE_FIRST_MS));
    due.filter(|due| *due > now).min()
}

#[cfg(test)]
mod tests;
