//! What may be relied on of the queue.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::Role;

const SHOPS: [&str; 3] = ["a", "b", "c"];
const GROUPS: [&str; 2] = ["returns", "sizes"];

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
        waits_for: None,
        language: (Language::Chinese, Millis(0)),
    }
}

fn desk(name: &str, capacity: u32, busy: u32) -> Candidate {
    desk_of(name, capacity, busy, &[], &[])
}

fn desk_of(name: &str, capacity: u32, busy: u32, shops: &[&str], groups: &[&str]) -> Candidate {
    Candidate {
        agent: Arc::new(Agent {
            id: AgentId::new(name),
            name: name.to_owned(),
            roles: [Role::Agent].into(),
            shops: shops.iter().map(ShopId::new).collect(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            languages: Vec::new(),
            capacity,
        }),
        available: true,
        busy,
        last_assigned: Millis(0),
    }
}

fn given(conversation: &str, agent: &str, cause: AssignCause) -> Given {
    Given {
        conversation: ConversationId::new(conversation),
        agent: AgentId::new(agent),
        cause,
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
    let both = assign(
        &[known.clone(), ticket("new", Lane::Normal, 2)],
        &[desk("busy", 5, 3), desk("calm", 5, 1)],
        Millis(0),
    );
    assert_eq!(both[0], given("known", "busy", AssignCause::Known));
    assert_eq!(both[1], given("new", "calm", AssignCause::FewestChats));
    // Full is not present.
    let one = assign(&[known], &[desk("busy", 3, 3), desk("calm", 5, 1)], Millis(0));
    assert_eq!(one[0], given("known", "calm", AssignCause::OnlyRoom));
}

#[test]
fn a_chat_goes_to_who_answers_in_its_language_first_and_to_anybody_in_time() {
    let english = Ticket {
        language: (Language::English, Millis(1_000)),
        ..ticket("english", Lane::Normal, 1)
    };
    let speaks = |busy| speaking(desk("speaks", 2, busy), &[Language::English]);
    let other = speaking(desk("other", 9, 0), &[Language::Chinese]);
    let all = [speaks(1), other.clone()];
    let now = Millis(2_000);
    // Though another has fewer chats.
    assert_eq!(
        assign(std::slice::from_ref(&english), &all, now),
        [given("english", "speaks", AssignCause::Language)]
    );
    // Whoever could answer is full: a minute, and then anybody.
    let full = [speaks(2), other.clone()];
    assert_eq!(assign(std::slice::from_ref(&english), &full, now), []);
    let due = Millis(1_000 + LANGUAGE_FIRST_MS);
    assert_eq!(next_in_any_language([english.clone()].iter(), now), Some(due));
    assert_eq!(
        assign(std::slice::from_ref(&english), &full, due),
        [given("english", "other", AssignCause::OnlyRoom)]
    );
    // Nobody is there who could, or somebody may be hurt: at once.
    assert_eq!(
        assign(std::slice::from_ref(&english), std::slice::from_ref(&other), now).len(),
        1
    );
    let hurt = Ticket {
        lane: Lane::Safety,
        ..english.clone()
    };
    assert_eq!(assign(&[hurt], &full, now).len(), 1);
    // The agent from before goes on, whatever the language.
    let known = Ticket {
        last_agent: Some(AgentId::new("other")),
        ..english
    };
    assert_eq!(
        assign(&[known], &all, now),
        [given("english", "other", AssignCause::Known)]
    );
    // Both scripts of Chinese are one language, and who names none answers in all.
    let hant = Ticket {
        language: (Language::Traditional, now),
        ..ticket("hant", Lane::Normal, 1)
    };
    assert_eq!(
        assign(&[hant], &[speaks(0), other], now)[0].agent,
        AgentId::new("other")
    );
}

#[test]
fn a_chat_handed_on_waits_for_those_it_is_meant_for_and_not_for_ever() {
    let meant = |waits_for: WaitsFor| Ticket {
        waits_for: Some((waits_for, Millis(1_000))),
        ..ticket("meant", Lane::Normal, 1)
    };
    let group = meant(WaitsFor::Group {
        group: "returns".to_owned(),
    });
    let desks = [desk("idle", 5, 0), desk_of("skilled", 5, 4, &[], &["returns", "sizes"])];
    let given_now = assign(std::slice::from_ref(&group), &desks, Millis(2_000));
    assert_eq!(given_now, [given("meant", "skilled", AssignCause::OnlyRoom)]);
    let supervisor = meant(WaitsFor::Supervisor);
    assert!(assign(std::slice::from_ref(&supervisor), &desks, Millis(2_000)).is_empty());
    // Of a group in which nobody has room.
    let full = [desk("idle", 5, 0), desk_of("skilled", 5, 5, &[], &["returns"])];
    assert!(assign(std::slice::from_ref(&group), &full, Millis(2_000)).is_empty());
    let for_all = next_cool_down([&group].into_iter(), Millis(2_000)).unwrap();
    assert_eq!(for_all, Millis(1_000 + MEANT_FOR_MS));
    assert_eq!(assign(&[group], &full, for_all)[0].agent, AgentId::new("idle"));
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
    assert_eq!(given[0].agent, AgentId::new("b"));
    let alone = [desk("a", 5, 0)];
    assert!(assign(std::slice::from_ref(&lost), &alone, Millis(1_000)).is_empty());
    let due = next_cool_down([&lost].into_iter(), Millis(1_000)).unwrap();
    assert_eq!(assign(&[lost], &alone, due).len(), 1);
}

#[test]
fn only_agents_of_the_shop_get_its_chats_and_those_of_several_come_last() {
    let of = |name: &str, shops: &[&str]| desk_of(name, 1, 0, shops, &[]);
    let in_b = Ticket {
        shop: ShopId::new("b"),
        ..ticket("b1", Lane::Normal, 2)
    };
    let tickets = [ticket("a1", Lane::Normal, 1), in_b, ticket("a2", Lane::Normal, 3)];
    // Both could have the first; the one of both shops is left for the second.
    let given = assign(&tickets, &[of("both", &["a", "b"]), of("a only", &["a"])], Millis(0));
    let names: Vec<_> = given
        .iter()
        .map(|given| (given.conversation.as_str(), given.agent.as_str()))
        .collect();
    assert_eq!(names, [("a1", "a only"), ("b1", "both")]);
    let given = assign(&tickets, &[of("c only", &["c"])], Millis(0));
    assert!(given.is_empty(), "{given:?}");
    // Not even the agent from before, when she works there no more.
    let mut known = ticket("known", Lane::Normal, 1);
    known.last_agent = Some(AgentId::new("moved"));
    let given = assign(&[known], &[of("moved", &["b"]), of("other", &["a"])], Millis(0));
    assert_eq!(given[0].agent, AgentId::new("other"));
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
        proptest::option::of((0..3usize, 0..1_000_000u64)),
        (any::<bool>(), 0..4_000_000u64),
    );
    proptest::collection::vec(one, 0..30).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(
                |(n, (shop, lane, deadline, since, returned, last, lost, meant, (english, queued)))| Ticket {
                    conversation: ConversationId::new(format!("c{n}")),
                    shop: ShopId::new(SHOPS[shop]),
                    lane: Lane::ALL[lane],
                    deadline: Millis(deadline),
                    since: Millis(since),
                    returned,
                    last_agent: last.map(|n| AgentId::new(format!("a{n}"))),
                    lost: lost.map(|(n, at)| (AgentId::new(format!("a{n}")), Millis(at))),
                    waits_for: meant.map(|(group, at)| (waits_for(group), Millis(at))),
                    language: (language(english), Millis(queued)),
                },
            )
            .collect()
    })
}

fn language(english: bool) -> Language {
    match english {
        true => Language::English,
        false => Language::Chinese,
    }
}

/// The same desk, of somebody who answers in these languages.
fn speaking(desk: Candidate, languages: &[Language]) -> Candidate {
    let agent = Agent {
        languages: languages.to_vec(),
        ..Agent::clone(&desk.agent)
    };
    Candidate {
        agent: Arc::new(agent),
        ..desk
    }
}

fn waits_for(group: usize) -> WaitsFor {
    match GROUPS.get(group) {
        Some(group) => WaitsFor::Group {
            group: (*group).to_owned(),
        },
        None => WaitsFor::Supervisor,
    }
}

fn desks() -> impl Strategy<Value = Vec<Candidate>> {
    let shops = proptest::sample::subsequence(SHOPS.to_vec(), 0..=SHOPS.len());
    let groups = proptest::sample::subsequence(GROUPS.to_vec(), 0..=GROUPS.len());
    let languages = proptest::sample::subsequence(vec![Language::Chinese, Language::English], 0..=2);
    proptest::collection::vec((shops, groups, languages, any::<bool>(), 0..6u32, 0..6u32), 0..4).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(n, (shops, groups, languages, available, capacity, busy))| Candidate {
                available,
                ..speaking(desk_of(&format!("a{n}"), capacity, busy, &shops, &groups), &languages)
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

    /// One slot becomes free at each step while others come, come back and are handed on: whoever is overdue is served within
    /// as many steps as there are tickets that are as late and earlier due.
    #[test]
    fn nobody_starves(
        waiting in tickets(),
        steps in proptest::collection::vec(proptest::collection::vec((2..5usize, any::<bool>(), 0..60_000u64), 0..3), 40),
        lane in 2..5usize,
        now in 2_000_000..4_000_000u64,
    ) {
        let mut now = Millis(now);
        let deadline = Millis(now.0 - OVERDUE_MS);
        // It came before it was due.
        let starving = Ticket {
            language: (Language::English, deadline),
            ..ticket("starving", Lane::ALL[lane], deadline.0)
        };
        let mut queue: Vec<Ticket> = waiting
            .into_iter()
            .filter(|ticket| ticket.lane > Lane::Top)
            .map(|ticket| Ticket { shop: ShopId::new("a"), ..ticket })
            .collect();
        let bound = 1 + queue.iter().filter(|other| other.deadline <= deadline).count();
        queue.push(starving);
        let mut served = None;
        for (step, newcomers) in steps.into_iter().enumerate() {
            for (n, (lane, returned, ahead)) in newcomers.into_iter().enumerate() {
                let name = format!("new {step} {n}");
                let mut new = ticket(&name, Lane::ALL[lane], now.0 + ahead);
                new.returned = returned;
                new.language = (language(returned), now);
                queue.push(new);
            }
            // Whoever has just lost a ticket is another than who is free now. Those who answer in the languages are here, and full.
            let slot = [
                speaking(desk(&format!("slot {step}"), 1, 0), &[language(step % 2 == 0)]),
                desk("speaks all", 1, 1),
            ];
            // What is meant for a group that is not here is nobody's before its time.
            for given in assign(&queue, &slot, now) {
                queue.retain(|ticket| ticket.conversation != given.conversation);
                if given.conversation.as_str() == "starving" {
                    served = Some(step + 1);
                }
            }
            now = now.plus(30_000);
            if served.is_some() {
                break;
            }
        }
        prop_assert!(served.is_some_and(|step| step <= bound), "{served:?} of {bound}");
    }

    #[test]
    fn no_ticket_to_two_and_no_agent_beyond_shops_groups_and_capacity(
        tickets in tickets(), desks in desks(), now in 0..4_000_000u64
    ) {
        let now = Millis(now);
        let given = assign(&tickets, &desks, now);
        let chats: BTreeSet<_> = given.iter().map(|given| given.conversation.clone()).collect();
        prop_assert_eq!(chats.len(), given.len());
        let mut more: BTreeMap<AgentId, u32> = BTreeMap::new();
        for given in &given {
            *more.entry(given.agent.clone()).or_default() += 1;
            let desk = desks.iter().find(|desk| desk.agent.id == given.agent).unwrap();
            prop_assert!(desk.available && desk.busy + more[&given.agent] <= desk.agent.capacity);
            let ticket = tickets.iter().find(|ticket| ticket.conversation == given.conversation).unwrap();
            prop_assert!(desk.serves(ticket, now));
            prop_assert!(ticket.for_speakers_until(desks.iter(), now).is_none() || desk.understands(ticket));
        }
        // Nobody waits without reason: a ticket that nobody lost waits only when no agent whom it may go to has room.
        let busy = |desk: &Candidate| desk.busy + more.get(&desk.agent.id).copied().unwrap_or(0);
        for left in tickets.iter().filter(|ticket| ticket.lost.is_none() && !chats.contains(&ticket.conversation)) {
            let for_speakers = left.for_speakers_until(desks.iter(), now).is_some();
            let may = |desk: &&Candidate| desk.serves(left, now) && (!for_speakers || desk.understands(left));
            let idle = desks
                .iter()
                .filter(may)
                .find(|desk| desk.available && busy(desk) < desk.agent.capacity);
            prop_assert!(idle.is_none(), "{left:?} waits beside {idle:?}");
        }
    }

    /// Of two tickets that the same agents may take, the one that stands before is never left while the other is given.
    #[test]
    fn within_a_lane_the_oldest_who_may_be_given_is_given_first(
        tickets in tickets(), desks in desks(), now in 0..4_000_000u64
    ) {
        let now = Millis(now);
        let given: BTreeSet<_> = assign(&tickets, &desks, now).into_iter().map(|given| given.conversation).collect();
        let takers = |ticket: &Ticket| -> BTreeSet<AgentId> {
            let for_speakers = ticket.for_speakers_until(desks.iter(), now).is_some();
            let may = |desk: &&Candidate| {
                let understands = !for_speakers || desk.understands(ticket);
                desk.available && desk.serves(ticket, now) && desk.cooled(ticket, now) && understands
            };
            desks.iter().filter(may).map(|desk| desk.agent.id.clone()).collect()
        };
        let ordered = order(&tickets, now);
        for (place, before) in ordered.iter().enumerate() {
            if given.contains(&before.conversation) {
                continue;
            }
            for after in &ordered[place + 1..] {
                let passed = given.contains(&after.conversation) && takers(after).is_subset(&takers(before));
                prop_assert!(!passed, "{after:?} passes {before:?}");
            }
            let same = |other: &&&Ticket| {
                effective_lane(other, now) == effective_lane(before, now) && other.returned == before.returned
            };
            for after in ordered[place + 1..].iter().filter(same) {
                prop_assert!(before.deadline <= after.deadline);
            }
        }
    }
}
