//! When chats are taken back from agents who are silent or gone, and who is told before.

use super::{Assigned, Floor, THEIRS_MS};
use crate::handoff::alert::{Alert, AlertKind, AlertTo};
use crate::handoff::lease::{self, AssignedChat, LeaseTimeouts};
use crate::handoff::queue;
use crate::model::{AgentId, ConversationId, Lane, Millis, ReleaseCause};

impl Floor {
    /// The agent types in a chat of theirs: shortly before it is taken back that gives more time, once.
    pub(crate) fn typed(
        &mut self,
        agent: &AgentId,
        conversation: &ConversationId,
        timeouts: LeaseTimeouts,
        now: Millis,
    ) {
        let counts_from = self.counts_from;
        if let Some(chat) = self.assigned.get_mut(conversation)
            && chat.agent == *agent
            && let Some(since) = chat.unanswered_since
            && lease::typing_counts(since.max(counts_from), timeouts, now)
        {
            chat.extended = Some(since);
        }
    }

    /// Nobody could answer before now: this server was down, or its clock has jumped ahead.
    pub(crate) fn count_from(&mut self, now: Millis) {
        self.counts_from = now;
    }

    /// When the agent of a chat loses it, and why.
    pub(crate) fn lease(
        &self,
        conversation: &ConversationId,
        timeouts: LeaseTimeouts,
    ) -> Option<(AgentId, Millis, ReleaseCause)> {
        let chat = self.assigned.get(conversation)?;
        let counted = |since: Millis| since.max(self.counts_from);
        let (at, cause) = lease::expires_at(
            AssignedChat {
                unanswered_since: chat.unanswered_since.map(counted),
                gone_since: self.roster.gone_since(&chat.agent).map(counted),
                extended: chat.extended.is_some() && chat.extended == chat.unanswered_since,
            },
            timeouts,
        )?;
        Some((chat.agent.clone(), at, cause))
    }

    /// The chats whose lease has run out. One whose agent is silent stays while nobody else has room for it: supervisors and the
    /// agent are told, once for each time that the shopper waits.
    pub(crate) fn expired(&mut self, timeouts: LeaseTimeouts, now: Millis) -> Vec<ConversationId> {
        let mut over: Vec<(Lane, Millis, ConversationId, ReleaseCause)> = self
            .assigned
            .iter()
            .filter(|(conversation, _)| !self.blocked.contains_key(*conversation))
            .filter_map(|(conversation, chat)| {
                let (_, at, cause) = self.lease(conversation, timeouts)?;
                (at <= now).then(|| (chat.card.lane, at, conversation.clone(), cause))
            })
            .collect();
        if over.is_empty() {
            return Vec::new();
        }
        // The most pressing first: there may be room for some of them only.
        over.sort_by(|one, other| (one.0, one.1, &one.2).cmp(&(other.0, other.1, &other.2)));
        let mut others = self.candidates();
        let mut expired = Vec::new();
        for (_, _, conversation, cause) in over {
            let Some(chat) = self.assigned.get_mut(&conversation) else {
                continue;
            };
            let free = others.iter_mut().find(|other| {
                other.available
                    && other.agent.id != chat.agent
                    && other.has_room()
                    && other.agent.works_for(&chat.card.shop)
            });
            match free {
                Some(other) => other.busy += 1,
                None if cause == ReleaseCause::Silent => {
                    if chat.told != chat.unanswered_since {
                        chat.told = chat.unanswered_since;
                        let to = AlertTo::Supervisors {
                            agent: Some(chat.agent.clone()),
                        };
                        self.alerts.push(Alert {
                            lane: Some(chat.card.lane),
                            agent: Some(chat.agent.clone()),
                            ..Alert::of(AlertKind::NobodyElse, to, &chat.card)
                        });
                    }
                    continue;
                }
                None => {}
            }
            expired.push(conversation);
        }
        expired
    }

    /// The agents of whom a chat that was put off is due again, once for each.
    pub(crate) fn woken(&mut self, now: Millis) -> Vec<AgentId> {
        let over = |chat: &Assigned| {
            let until = chat.card.snoozed_until.filter(|until| *until <= now);
            until.is_some() && chat.woken != until
        };
        let mut agents = Vec::new();
        for chat in self.assigned.values_mut().filter(|chat| over(chat)) {
            chat.woken = chat.card.snoozed_until;
            agents.push(chat.agent.clone());
        }
        agents
    }

    /// Warns the agents from whom chats are taken back soon, once for each time that the shopper waits. Returns when the next is
    /// to be warned.
    pub(crate) fn warn(&mut self, timeouts: LeaseTimeouts, now: Millis) -> Option<Millis> {
        let mut next: Option<Millis> = None;
        let mut due = Vec::new();
        for (conversation, chat) in &self.assigned {
            if chat.unanswered_since.is_none() || chat.warned == chat.unanswered_since {
                continue;
            }
            let Some((_, at, ReleaseCause::Silent)) = self.lease(conversation, timeouts) else {
                continue;
            };
            let from = Millis(at.0.saturating_sub(timeouts.warn_before_ms));
            if from > now {
                next = Some(next.map_or(from, |next| next.min(from)));
            } else if at > now {
                due.push((conversation.clone(), at));
            }
        }
        for (conversation, at) in due {
            if let Some(chat) = self.assigned.get_mut(&conversation) {
                chat.warned = chat.unanswered_since;
                let to = AlertTo::Agent(chat.agent.clone());
                self.alerts.push(Alert {
                    until: Some(at),
                    ..Alert::of(AlertKind::TakeBackSoon, to, &chat.card)
                });
            }
        }
        next
    }

    /// When something happens next by the clock alone.
    pub(crate) fn next_due(&self, timeouts: LeaseTimeouts, now: Millis) -> Option<Millis> {
        let leases = self
            .assigned
            .keys()
            .filter_map(|conversation| Some(self.lease(conversation, timeouts)?.1));
        let blocked = self.blocked.values().copied();
        let passed_over = self.passed_over.values().copied();
        let left = self.left.values().map(|(_, since)| since.plus(THEIRS_MS));
        let snoozed = self.assigned.values().filter_map(|chat| chat.card.snoozed_until);
        // Where everybody answers in all languages nobody waits for one.
        let some_choose = self.roster.iter().any(|known| !known.agent.languages.is_empty());
        let languages = some_choose.then(|| queue::next_in_any_language(self.waiting.values(), now));
        leases
            .chain(snoozed)
            .chain(blocked)
            .chain(passed_over)
            .chain(left)
            .filter(|at| *at > now)
            .chain(queue::next_cool_down(self.waiting.values(), now))
            .chain(languages.flatten())
            .min()
    }
}
