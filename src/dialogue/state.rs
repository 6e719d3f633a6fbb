//! State of a conversation: a fold over its log.

use std::sync::Arc;

use crate::model::{
    AgentId, Choice, ClientMessageId, Epoch, Event, EventKind, Lane, Language, Millis, Owner, ReleaseCause, Seq,
    ShopId, ShopperId, Turn, words_beside,
};

use super::memory::Memory;
use super::talk_language::written_in;

/// Where a conversation stands after its last event.
#[derive(Clone, Debug)]
pub struct State {
    /// The shop.
    pub shop: ShopId,
    /// The shopper.
    pub shopper: ShopperId,
    /// When it began.
    pub began: Millis,
    /// The language of the page.
    pub lang: Language,
    /// The language the shopper last wrote words in.
    pub spoken: Option<Language>,
    /// The last event.
    pub seq: Seq,
    /// The owner epoch.
    pub epoch: Epoch,
    /// Who may speak.
    pub owner: Owner,
    /// The shopper's messages that nobody has replied to yet, oldest first.
    pub pending: Vec<Pending>,
    /// What the bot remembers of the talk. Shared with the copy on which the next turn is tried: a message alone changes nothing
    /// of it.
    pub memory: Arc<Memory>,
    /// Lane and deadline of the ticket, from the handoff to the return or close.
    pub ticket: Option<(Lane, Millis)>,
    /// The ticket of the talk that has ended, for whoever takes it up again.
    ended_ticket: Option<(Lane, Millis)>,
    /// The shopper has asked for another agent in this talk and got one.
    pub moved: bool,
    /// The agent who had the chat last.
    pub last_agent: Option<AgentId>,
    /// The shopper was told in this talk what to do when somebody is in danger.
    pub safety_told: bool,
    /// The places of messages that their agents took back.
    pub withdrawn: Vec<Seq>,
}

/// A shopper's message that waits for a reply.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The client's id.
    pub id: ClientMessageId,
    /// As written.
    pub text: String,
    /// When it was stored.
    pub at: Millis,
    /// Whether the bot has read it in a turn that brought in a person: what it asks is on the ticket already.
    pub read: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            shop: ShopId::new(""),
            shopper: ShopperId::new(""),
            began: Millis(0),
            lang: Language::Chinese,
            spoken: None,
            seq: 0,
            epoch: 0,
            owner: Owner::Bot,
            pending: Vec::new(),
            memory: Arc::default(),
            ticket: None,
            ended_ticket: None,
            moved: false,
            last_agent: None,
            safety_told: false,
            withdrawn: Vec::new(),
        }
    }
}

impl State {
    /// The language of the talk: what the shopper is answered in.
    pub fn language(&self) -> Language {
        self.spoken.unwrap_or(self.lang)
    }

    /// Takes one more event into account.
    pub fn apply(&mut self, event: &Event) {
        debug_assert_eq!(event.seq, self.seq + 1, "a log has no gaps");
        self.seq = event.seq;
        self.epoch = event.epoch;
        if let Some(owner) = event.kind.new_owner() {
            self.owner = owner;
        }
        match &event.kind {
            EventKind::Started { shop, shopper, lang } => {
                self.shop = shop.clone();
                self.shopper = shopper.clone();
                self.lang = *lang;
                self.began = event.at;
            }
            EventKind::Received { id, text, heard, files } => {
                // A code that stands for a file is no word of the shopper.
                let words = words_beside(files, text);
                self.spoken = written_in(words, self.spoken, self.lang).or(self.spoken);
                self.pending.push(Pending {
                    id: id.clone(),
                    text: text.clone(),
                    at: event.at,
                    read: false,
                });
                if let Some(heard) = heard {
                    self.hear(heard.lane);
                }
            }
            EventKind::Answered { turn, choices, .. } => {
                self.remember(turn, choices);
                self.pending.retain(|pending| !turn.reply_to.contains(&pending.id));
                if self.pending.is_empty() {
                    // Most talks wait like this: their room is given back.
                    self.pending = Vec::new();
                }
            }
            EventKind::HandedOff {
                lane, deadline, turn, ..
            } => {
                self.ticket = Some((*lane, *deadline));
                self.safety_told |= *lane == Lane::Safety;
                if let Some(turn) = turn {
                    self.remember(turn, &[]);
                    // A person still owes these an answer.
                    for pending in &mut self.pending {
                        pending.read |= turn.reply_to.contains(&pending.id);
                    }
                }
            }
            EventKind::Assigned { agent, .. } => {
                self.last_agent = Some(agent.clone());
                // Taken over from the bot, or taken up again after its end.
                let ticket = self.ended_ticket.take().unwrap_or((Lane::Normal, event.at));
                self.ticket.get_or_insert(ticket);
            }
            EventKind::AgentSaid { .. } => self.pending.clear(),
            EventKind::Released { cause, .. } => self.moved |= *cause == ReleaseCause::AnotherAsked,
            EventKind::Withdrawn { of, .. } => self.withdrawn.push(*of),
            EventKind::Rated { .. }
            | EventKind::Noted { .. }
            | EventKind::Snoozed { .. }
            | EventKind::Recognised(..)
            | EventKind::Unknown { .. } => {}
            EventKind::Returned { .. } => {
                self.pending.clear();
                self.ticket = None;
                self.memory_mut().returned();
            }
            EventKind::Closed { .. } => {
                self.pending.clear();
                self.ended_ticket = self.ticket.take();
            }
        }
    }

    /// Takes into account how pressing a message is that people get: the ticket only rises.
    fn hear(&mut self, heard: Lane) {
        if let Some((lane, _)) = &mut self.ticket {
            *lane = heard.min(*lane);
        }
        self.safety_told |= heard == Lane::Safety;
    }

    /// Takes a turn of the bot into memory, as it was recorded.
    fn remember(&mut self, turn: &Turn, choices: &[Choice]) {
        let texts: Vec<&str> = self
            .pending
            .iter()
            .filter(|pending| turn.reply_to.contains(&pending.id))
            .map(|pending| pending.text.as_str())
            .collect();
        Arc::make_mut(&mut self.memory).turn_taken(&texts, turn, choices);
    }

    /// The memory, to be changed.
    pub(super) fn memory_mut(&mut self) -> &mut Memory {
        Arc::make_mut(&mut self.memory)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dialogue::tiny::{answered, append, decision, received, turn};
    use crate::model::{DecisionKind, FileId, FileKind, HandoffReason, SentFile, SlotName, text_with_files};

    fn handed_off(state: &mut State, turn: Option<Turn>) {
        append(
            state,
            EventKind::HandedOff {
                reason: HandoffReason::Ledger,
                lane: Lane::High,
                deadline: Millis(9),
                signals: Vec::new(),
                open_questions: Vec::new(),
                left: false,
                text: String::new(),
                turn,
            },
        );
    }

    #[test]
    fn the_ledger_is_what_was_recorded_whatever_the_words_say() {
        let mut state = State::default();
        received(&mut state, "人呢？？说了没用，还要等多久");
        answered(&mut state, decision(DecisionKind::Unknown, &[]), Some(0.0), &[]);
        assert_eq!(state.memory.ledger.level, 0.0);
        received(&mut state, "谢谢");
        let thanks = decision(DecisionKind::Answer, &["chat.thanks"]);
        answered(&mut state, thanks, Some(0.9), &[]);
        assert_eq!(state.memory.ledger.level, 0.9);
    }

    #[test]
    fn a_turn_of_a_version_without_a_recorded_ledger_leaves_it_as_it_stood() {
        let mut state = State::default();
        for (level, stands) in [(None, 0.0), (Some(0.4), 0.4), (None, 0.4)] {
            received(&mut state, "人呢，说了没用");
            answered(&mut state, decision(DecisionKind::Unknown, &[]), level, &[]);
            assert_eq!(state.memory.ledger.level, stands);
        }
        assert_eq!(state.memory.misses_in_a_row, 3);
    }

    #[test]
    fn a_turn_that_handed_off_is_remembered_and_what_it_read_still_waits() {
        let mut state = State::default();
        received(&mut state, "到新疆几天");
        let mut decided = decision(DecisionKind::Handoff, &["shipping.eta"]);
        decided.slots.set(SlotName::Province, "新疆");
        handed_off(&mut state, Some(turn(&["m1"], decided, Some(1.2))));
        received(&mut state, "快点");
        assert_eq!(state.owner, Owner::Queue);
        assert_eq!(state.ticket, Some((Lane::High, Millis(9))));
        let read: Vec<bool> = state.pending.iter().map(|pending| pending.read).collect();
        assert_eq!(read, [true, false]);
        assert_eq!((state.memory.turns, state.memory.ledger.level), (1, 1.2));
        assert_eq!(state.memory.times_answered("shipping.eta"), 1);

        let agent = AgentId::new("a1");
        append(&mut state, EventKind::Returned { agent });
        // Trouble is settled; what was talked about is not forgotten.
        assert_eq!(
            (state.memory.ledger.level, state.memory.times_answered("shipping.eta")),
            (0.0, 0)
        );
        assert_eq!(state.memory.last_intents, ["shipping.eta"]);
        assert_eq!(state.memory.last_text, "到新疆几天");
        assert_eq!(state.memory.slots.get(SlotName::Province), Some("新疆"));
        assert!(state.pending.is_empty() && state.ticket.is_none() && state.owner == Owner::Bot);
    }

    #[test]
    fn a_handoff_of_an_older_version_leaves_its_messages_unread() {
        let mut state = State::default();
        received(&mut state, "找人工");
        handed_off(&mut state, None);
        assert!(!state.pending[0].read);
        assert_eq!(state.memory.turns, 0);
    }

    #[test]
    fn an_event_of_a_newer_version_changes_nothing_but_the_owner_that_it_names() {
        let unknown = |owner: Option<Owner>| EventKind::Unknown {
            kind: "attached".to_owned(),
            owner,
            body: json!({"type": "attached"}),
        };
        let mut state = State::default();
        received(&mut state, "在吗");
        append(&mut state, unknown(None));
        assert_eq!((state.seq, state.pending.len(), &state.owner), (2, 1, &Owner::Bot));
        append(&mut state, unknown(Some(Owner::Queue)));
        assert_eq!((state.seq, state.pending.len(), &state.owner), (3, 1, &Owner::Queue));
    }

    #[test]
    fn a_picture_says_nothing_of_the_language_of_the_talk() {
        let sent = |words: &str| {
            let files = vec![SentFile {
                id: FileId::new("a.jpg"),
                kind: FileKind::Picture,
                name: String::new(),
                bytes: 9,
                width: 3,
                height: 2,
            }];
            EventKind::Received {
                id: ClientMessageId::new("p"),
                text: text_with_files(&files, words),
                heard: None,
                files,
            }
        };
        let mut state = State::default();
        received(&mut state, "where is my parcel");
        append(&mut state, sent(""));
        assert_eq!(state.language(), Language::English);
        append(&mut state, sent("鞋底开胶了"));
        assert_eq!(state.language(), Language::Chinese);
    }

    #[test]
    fn a_reply_takes_only_the_messages_that_it_names() {
        let mut state = State::default();
        received(&mut state, "什么时候发货");
        received(&mut state, "包邮吗");
        append(
            &mut state,
            EventKind::Answered {
                turn: turn(&["m1"], decision(DecisionKind::Answer, &["shipping.time"]), Some(0.0)),
                text: "今天".to_owned(),
                choices: Vec::new(),
            },
        );
        let left: Vec<&str> = state.pending.iter().map(|pending| pending.text.as_str()).collect();
        assert_eq!(left, ["包邮吗"]);
        assert_eq!(state.memory.last_text, "什么时候发货");
    }
}
