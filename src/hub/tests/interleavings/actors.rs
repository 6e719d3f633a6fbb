//! Who acts: shoppers, the bot, the dispatcher and agents, each on what its server believes.

use super::pieces::{agent, conversation, handed_off, number, said, shop, staff};
use super::{AGENTS, Run, TIMEOUTS};
use crate::handoff::queue::Given;
use crate::model::{AssignCause, Decision, DecisionKind, EventKind, Lane, Millis, Owner, ReleaseCause, Turn};
use crate::store::Expect;

impl Run {
    pub(super) fn shopper_writes(&mut self, node: usize, talk: usize) {
        if self.belief(node, talk).0 == Owner::Closed {
            return;
        }
        let known = self.logs[talk].said.keys().find(|(by_agent, _)| !by_agent).cloned();
        let id = match known {
            // Sent again: the acknowledgement was lost.
            Some((_, id)) if self.dice.one_in(4) => id,
            _ => self.fresh_id(),
        };
        let text = String::new();
        self.write(
            node,
            talk,
            Expect::Any,
            EventKind::Received {
                id,
                text,
                heard: None,
                files: Vec::new(),
            },
        );
    }

    pub(super) fn bot_turns(&mut self, node: usize, talk: usize) {
        let (owner, epoch, seq) = self.belief(node, talk);
        let pending = self.nodes[node].projections[&talk].state().pending.clone();
        if owner != Owner::Bot || pending.is_empty() {
            return;
        }
        let kind = if self.dice.one_in(4) {
            handed_off(self.now, Lane::ALL[self.dice.below(Lane::ALL.len())])
        } else {
            EventKind::Answered {
                turn: Turn {
                    reply_to: pending.into_iter().map(|pending| pending.id).collect(),
                    decision: Decision::bare(DecisionKind::Answer),
                    ledger: None,
                    pack: None,
                },
                text: String::new(),
                choices: Vec::new(),
            }
        };
        self.write(node, talk, Expect::Head { epoch, seq }, kind);
    }

    pub(super) fn shopper_wants_a_person(&mut self, node: usize, talk: usize) {
        let (owner, epoch, _) = self.belief(node, talk);
        if owner == Owner::Bot {
            let kind = handed_off(self.now, Lane::Normal);
            self.write(node, talk, Expect::Epoch(epoch), kind);
        }
    }

    pub(super) fn dispatch(&mut self, node: usize) {
        let now = self.now;
        for given in self.nodes[node].floor.assign(now) {
            let Given {
                conversation,
                agent,
                cause,
            } = given;
            let talk = number(conversation.as_str());
            let (owner, epoch, _) = self.belief(node, talk);
            if owner == Owner::Queue && self.nodes[node].floor.ready_name(&agent, &shop(talk)).is_some() {
                let name = String::new();
                self.write(
                    node,
                    talk,
                    Expect::Epoch(epoch),
                    EventKind::assigned(agent, name, cause),
                );
            }
        }
        let mut expired = self.nodes[node].floor.expired(TIMEOUTS, now);
        // The order in a map is not the same in two runs.
        expired.sort();
        for conversation in expired {
            let talk = number(conversation.as_str());
            let due = self.nodes[node].floor.lease(&conversation, TIMEOUTS);
            let (owner, epoch, _) = self.belief(node, talk);
            if let Some((agent, at, cause)) = due
                && at <= now
                && owner == (Owner::Agent { agent: agent.clone() })
            {
                let note = String::new();
                self.write(
                    node,
                    talk,
                    Expect::Epoch(epoch),
                    EventKind::released(agent, cause, note),
                );
            }
        }
    }

    pub(super) fn agent_acts(&mut self, node: usize, talk: usize) {
        let who = agent(self.dice.below(AGENTS));
        let (owner, epoch, _) = self.belief(node, talk);
        // A stale page believes that it has the chat still.
        let has = owner == (Owner::Agent { agent: who.clone() });
        match self.dice.below(7) {
            // Handed on to a colleague who has room, as far as this server knows.
            6 if has => {
                let to = agent(self.dice.below(AGENTS));
                let id = conversation(talk);
                let floor = &mut self.nodes[node].floor;
                if to != who && floor.ready_name(&to, &shop(talk)).is_some() && floor.reserve(&id, &to) {
                    let kind = EventKind::Assigned {
                        agent: to,
                        name: String::new(),
                        cause: Some(AssignCause::HandedOn),
                        by: Some(who),
                        note: String::new(),
                    };
                    self.write(node, talk, Expect::Epoch(epoch), kind);
                }
            }
            0 if owner == Owner::Queue && staff(number(who.as_str())).works_for(&shop(talk)) => {
                let (agent, name) = (who, String::new());
                self.write(
                    node,
                    talk,
                    Expect::Epoch(epoch),
                    EventKind::assigned(agent, name, AssignCause::Taken),
                );
            }
            1..=3 if has => {
                let id = self.fresh_id();
                let (agent, name, text) = (who, String::new(), String::new());
                self.write(
                    node,
                    talk,
                    Expect::Epoch(epoch),
                    EventKind::AgentSaid {
                        id,
                        agent,
                        name,
                        text,
                        files: Vec::new(),
                    },
                );
            }
            4 if has => {
                let kind = if self.dice.one_in(2) {
                    EventKind::Returned { agent: who }
                } else {
                    let (cause, note) = (ReleaseCause::GivenBack, String::new());
                    EventKind::released(who, cause, note)
                };
                self.write(node, talk, Expect::Epoch(epoch), kind);
            }
            5 if has && self.dice.one_in(4) => {
                self.write(node, talk, Expect::Epoch(epoch), EventKind::Closed { agent: Some(who) });
            }
            _ => {}
        }
    }

    pub(super) fn desk_opens_or_closes(&mut self, node: usize) {
        let who = self.dice.below(AGENTS);
        let server = &mut self.nodes[node];
        let open = server.desks.entry(who).or_default();
        if *open > 0 && self.dice.one_in(2) {
            *open -= 1;
            server.floor.desk_closed(&agent(who), self.now);
        } else if *open < 2 {
            *open += 1;
            server.floor.desk_opened(staff(who), said(true, Millis(0)));
            if self.dice.one_in(6) {
                let available = self.dice.one_in(2);
                server.floor.set_presence(&agent(who), said(available, self.now));
            }
        }
    }
}
