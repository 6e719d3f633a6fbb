//! The order of the queue and who gets which ticket.
//!
//! Order: effective lane, then tickets that came back from an agent, then the earliest deadline. A ticket whose
//! deadline has passed rises by one lane for every [`PROMOTION_MS`] it is late, up to [`Lane::Urgent`]: there its old
//! deadline puts it before everything that came later, so nobody starves, and safety and law stay in front.

use std::cmp::Reverse;

use super::estimate::breadth;
use crate::model::{AgentId, ConversationId, Lane, Millis, ShopId, staff};

/// A late ticket rises one lane each time this passes, in milliseconds.
pub const PROMOTION_MS: u64 = 2 * 60_000;

/// How long an agent is not given back a chat just lost or given back, in milliseconds.
pub const COOL_DOWN_MS: u64 = 60_000;

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
}

/// An agent at a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// The shops this agent works for; empty means all.
    pub shops: Vec<ShopId>,
    /// Wants new chats.
    pub available: bool,
    /// Chats at once.
    pub capacity: u32,
    /// Chats now.
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

/// The queue in the order of service.
pub fn order(tickets: &[Ticket], now: Millis) -> Vec<&Ticket> {
    let mut ordered: Vec<&Ticket> = tickets.iter().collect();
    ordered.sort_by_cached_key(|ticket| {
        (
            effective_lane(ticket, now),
            Reverse(ticket.returned),
            ticket.deadline,
            ticket.since,
            ticket.conversation.clone(),
        )
    });
    ordered
}

impl Candidate {
    fn works_for(&self, shop: &ShopId) -> bool {
        staff::includes(&self.shops, shop)
    }
}

/// Gives tickets to agents of their shop who may take one more: in the order of service, to the agent the shopper had
/// when that one has room, else to the one with the fewest chats, of equals to the one who serves the fewest shops.
/// Who just lost a chat gets it back only when nobody else has room, and only after [`COOL_DOWN_MS`].
pub fn assign(tickets: &[Ticket], candidates: &[Candidate], now: Millis) -> Vec<(ConversationId, AgentId)> {
    let mut desks: Vec<Candidate> = candidates
        .iter()
        .filter(|candidate| candidate.available)
        .cloned()
        .collect();
    let mut free: u64 = desks
        .iter()
        .map(|desk| u64::from(desk.capacity.saturating_sub(desk.busy)))
        .sum();
    let mut given = Vec::new();
    if free == 0 {
        return given;
    }
    for ticket in order(tickets, now) {
        let lost = |desk: &Candidate| ticket.lost.as_ref().filter(|(agent, _)| *agent == desk.agent);
        let cooled = |desk: &Candidate| lost(desk).is_none_or(|(_, at)| now.since(*at) >= COOL_DOWN_MS);
        let has_room = |desk: &Candidate| desk.busy < desk.capacity && desk.works_for(&ticket.shop);
        let eligible = desks.iter_mut().filter(|desk| has_room(desk) && cooled(desk));
        let chosen = eligible.min_by_key(|desk| {
            let stranger = ticket.last_agent.as_ref() != Some(&desk.agent);
            (
                lost(desk).is_some(),
                stranger,
                desk.busy,
                breadth(&desk.shops),
                desk.last_assigned,
                desk.agent.clone(),
            )
        });
        if let Some(desk) = chosen {
            desk.busy += 1;
            desk.last_assigned = now;
            given.push((ticket.conversation.clone(), desk.agent.clone()));
            free -= 1;
            if free == 0 {
                break;
            }
        }
    }
    given
}

/// When the next ticket becomes eligible for the agent who lost it, if that is still to come.
pub fn next_cool_down(tickets: &[Ticket], now: Millis) -> Option<Millis> {
    tickets
        .iter()
        .filter_map(|ticket| ticket.lost.as_ref())
        .map(|(_, at)| at.plus(COOL_DOWN_MS))
        .filter(|due| *due > now)
        .min()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    const SHOPS: [&str; 3] = ["a", "b", "c"];

    fn ticket(name: &str, lane: Lane, deadline: u64) -> Ticket {
        Ticket {
            conversation: ConversationId::new(name),
            shop: ShopId::new("a"),
            lane,
            deadline: Millis(deadline),
            since: Millis(0),
            returned: false,
            last_agent: None,
            lost: None,
        }
    }

    fn desk(name: &str, capacity: u32, busy: u32) -> Candidate {
        Candidate {
            agent: AgentId::new(name),
            shops: Vec::new(),
            available: true,
            capacity,
            busy,
            last_assigned: Millis(0),
        }
    }

    fn names(tickets: &[Ticket], now: u64) -> Vec<String> {
        let ordered = order(tickets, Millis(now));
        ordered.iter().map(|ticket| ticket.conversation.to_string()).collect()
    }

    #[test]
    fn lane_then_returned_then_deadline() {
        let mut back = ticket("back", Lane::Normal, 900);
        back.returned = true;
        let tickets = [
            ticket("late", Lane::Normal, 800),
            ticket("early", Lane::Normal, 700),
            back,
            ticket("law", Lane::Top, 5_000),
            ticket("harm", Lane::Safety, 9_000),
        ];
        assert_eq!(names(&tickets, 0), ["harm", "law", "back", "early", "late"]);
    }

    #[test]
    fn the_late_rise_but_not_above_urgent() {
        let old = ticket("old", Lane::Normal, 1_000);
        assert_eq!(effective_lane(&old, Millis(1_000 + PROMOTION_MS - 1)), Lane::Normal);
        assert_eq!(effective_lane(&old, Millis(1_000 + PROMOTION_MS)), Lane::High);
        assert_eq!(effective_lane(&old, Millis(1_000 + 100 * PROMOTION_MS)), Lane::Urgent);
        let law = ticket("law", Lane::Top, 1_000);
        assert_eq!(effective_lane(&law, Millis(1_000 + 100 * PROMOTION_MS)), Lane::Top);
    }

    #[test]
    fn the_shopper_gets_the_agent_from_before_and_else_the_least_busy() {
        let mut known = ticket("known", Lane::Normal, 1);
        known.last_agent = Some(AgentId::new("busy"));
        let given = assign(
            &[known.clone(), ticket("new", Lane::Normal, 2)],
            &[desk("busy", 5, 3), desk("calm", 5, 1)],
            Millis(0),
        );
        assert_eq!(given[0], (ConversationId::new("known"), AgentId::new("busy")));
        assert_eq!(given[1], (ConversationId::new("new"), AgentId::new("calm")));
        // Full is not present.
        let given = assign(&[known], &[desk("busy", 3, 3), desk("calm", 5, 1)], Millis(0));
        assert_eq!(given[0].1, AgentId::new("calm"));
    }

    #[test]
    fn who_lost_a_chat_gets_it_back_later_and_only_when_nobody_else_can() {
        let mut lost = ticket("lost", Lane::Normal, 1);
        lost.lost = Some((AgentId::new("a"), Millis(1_000)));
        // The other one is there and full: the shopper waits for the cool-down and no longer.
        let full = [desk("a", 5, 0), desk("b", 5, 5)];
        assert!(assign(std::slice::from_ref(&lost), &full, Millis(1_001)).is_empty());
        assert_eq!(assign(std::slice::from_ref(&lost), &full, Millis(9_000_000)).len(), 1);
        let free = [desk("a", 5, 0), desk("b", 5, 4)];
        let given = assign(std::slice::from_ref(&lost), &free, Millis(9_000_000));
        assert_eq!(given[0].1, AgentId::new("b"));
        let alone = [desk("a", 5, 0)];
        assert!(assign(std::slice::from_ref(&lost), &alone, Millis(1_000)).is_empty());
        let due = next_cool_down(std::slice::from_ref(&lost), Millis(1_000)).unwrap();
        assert_eq!(assign(&[lost], &alone, due).len(), 1);
    }

    #[test]
    fn only_agents_of_the_shop_get_its_chats_and_those_of_several_come_last() {
        let of = |name: &str, shops: &[&str]| Candidate {
            shops: shops.iter().map(ShopId::new).collect(),
            ..desk(name, 1, 0)
        };
        let in_b = Ticket {
            shop: ShopId::new("b"),
            ..ticket("b1", Lane::Normal, 2)
        };
        let tickets = [ticket("a1", Lane::Normal, 1), in_b, ticket("a2", Lane::Normal, 3)];
        // Both could have the first; the one of both shops is left for the second.
        let given = assign(&tickets, &[of("both", &["a", "b"]), of("a only", &["a"])], Millis(0));
        let names: Vec<_> = given
            .iter()
            .map(|(chat, agent)| (chat.as_str(), agent.as_str()))
            .collect();
        assert_eq!(names, [("a1", "a only"), ("b1", "both")]);
        let given = assign(&tickets, &[of("c only", &["c"])], Millis(0));
        assert!(given.is_empty(), "{given:?}");
        // Not even the agent from before, when she works there no more.
        let mut known = ticket("known", Lane::Normal, 1);
        known.last_agent = Some(AgentId::new("moved"));
        let given = assign(&[known], &[of("moved", &["b"]), of("other", &["a"])], Millis(0));
        assert_eq!(given[0].1, AgentId::new("other"));
    }

    fn tickets() -> impl Strategy<Value = Vec<Ticket>> {
        let one = (
            0..3usize,
            0..5usize,
            0..2_000_000u64,
            0..1_000_000u64,
            any::<bool>(),
            proptest::option::of(0..4u8),
            proptest::option::of((0..4u8, 0..1_000_000u64)),
        );
        proptest::collection::vec(one, 0..30).prop_map(|rows| {
            rows.into_iter()
                .enumerate()
                .map(|(n, (shop, lane, deadline, since, returned, last, lost))| Ticket {
                    conversation: ConversationId::new(format!("c{n}")),
                    shop: ShopId::new(SHOPS[shop]),
                    lane: Lane::ALL[lane],
                    deadline: Millis(deadline),
                    since: Millis(since),
                    returned,
                    last_agent: last.map(|n| AgentId::new(format!("a{n}"))),
                    lost: lost.map(|(n, at)| (AgentId::new(format!("a{n}")), Millis(at))),
                })
                .collect()
        })
    }

    fn desks() -> impl Strategy<Value = Vec<Candidate>> {
        let shops = proptest::sample::subsequence(SHOPS.to_vec(), 0..=SHOPS.len());
        proptest::collection::vec((shops, any::<bool>(), 0..6u32, 0..6u32), 0..4).prop_map(|rows| {
            rows.into_iter()
                .enumerate()
                .map(|(n, (shops, available, capacity, busy))| Candidate {
                    shops: shops.into_iter().map(ShopId::new).collect(),
                    available,
                    ..desk(&format!("a{n}"), capacity, busy)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_does_not_depend_on_how_the_tickets_lie(tickets in tickets(), now in 0..4_000_000u64) {
            let mut reversed = tickets.clone();
            reversed.reverse();
            prop_assert_eq!(names(&tickets, now), names(&reversed, now));
            prop_assert_eq!(names(&tickets, now).into_iter().collect::<BTreeSet<_>>().len(), tickets.len());
        }

        #[test]
        fn nobody_starves(tickets in tickets(), lane in 2..5usize, now in 0..2_000_000u64) {
            // However many come later: whoever is late enough stands before every newcomer below the law.
            let starving = Ticket { since: Millis(0), ..ticket("starving", Lane::ALL[lane], now) };
            let now = now + 2 * PROMOTION_MS;
            let mut all = vec![starving];
            all.extend(tickets.into_iter().filter(|ticket| ticket.lane > Lane::Top && !ticket.returned).map(|mut ticket| {
                ticket.deadline = Millis(now + ticket.deadline.0);
                ticket
            }));
            prop_assert_eq!(&names(&all, now)[0], "starving");
        }

        #[test]
        fn no_ticket_to_two_and_no_agent_beyond_shops_and_capacity(
            tickets in tickets(), desks in desks(), now in 0..4_000_000u64
        ) {
            let given = assign(&tickets, &desks, Millis(now));
            let chats: BTreeSet<_> = given.iter().map(|(conversation, _)| conversation.clone()).collect();
            prop_assert_eq!(chats.len(), given.len());
            let mut more: BTreeMap<AgentId, u32> = BTreeMap::new();
            for (conversation, agent) in &given {
                *more.entry(agent.clone()).or_default() += 1;
                let desk = desks.iter().find(|desk| desk.agent == *agent).unwrap();
                prop_assert!(desk.available && desk.busy + more[agent] <= desk.capacity);
                let ticket = tickets.iter().find(|ticket| ticket.conversation == *conversation).unwrap();
                prop_assert!(desk.works_for(&ticket.shop));
            }
            // Nobody waits without reason: a ticket that nobody lost waits only when no agent of its shop has room.
            for left in tickets.iter().filter(|ticket| ticket.lost.is_none() && !chats.contains(&ticket.conversation)) {
                let idle = desks.iter().find(|desk| {
                    let busy = desk.busy + more.get(&desk.agent).copied().unwrap_or(0);
                    desk.available && busy < desk.capacity && desk.works_for(&left.shop)
                });
                prop_assert!(idle.is_none(), "{left:?} waits beside {idle:?}");
            }
        }
    }
}
