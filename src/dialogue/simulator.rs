//! A talk without a gateway: the same fold and the same turns, timers aside. The command line, scenarios and
//! replays use it, so that what they show is what shoppers get.

use std::sync::Arc;

use crate::model::{AgentId, ClientMessageId, Event, EventKind, Language, Millis, Owner, ShopperId};

use super::meanwhile::{hear, received};
use super::turn::{Outcome, read, take_turn};
use super::{Generation, HandoffContext, Staffing, State};
use crate::handoff::OfferedReply;
use crate::understanding::Understanding;

/// A talk that is only rehearsed.
pub struct Simulator {
    generation: Arc<Generation>,
    staffing: Staffing,
    state: State,
    desk: HandoffContext,
    now: Millis,
}

/// Time between two simulated turns, milliseconds.
const BETWEEN_TURNS_MS: u64 = 20_000;

impl Simulator {
    /// Begins a talk at `now`, with people at the desk.
    pub fn new(generation: Arc<Generation>, lang: Language, now: Millis) -> Simulator {
        let shop = generation.pack.shop.id.clone();
        let staffing = Staffing {
            staffed: true,
            ..Staffing::default()
        };
        let mut simulator = Simulator {
            generation,
            staffing,
            state: State::default(),
            desk: HandoffContext::default(),
            now,
        };
        simulator.append(EventKind::Started {
            shop,
            shopper: ShopperId::new("simulator"),
            lang,
        });
        simulator
    }

    /// The shopper says this, or these in one burst. `None` when a person has the chat and the bot is silent.
    pub fn say(&mut self, texts: &[&str]) -> Option<Outcome> {
        self.hear(texts);
        if self.state.owner != Owner::Bot {
            return None;
        }
        let understanding = self.read();
        self.answer(understanding)
    }

    /// The shopper says this, or these in one burst; the bot does not answer yet.
    pub fn hear(&mut self, texts: &[&str]) {
        self.now = self.now.plus(BETWEEN_TURNS_MS);
        for text in texts {
            let id = ClientMessageId::new(format!("r{}", self.state.seq + 1));
            let heard = match self.state.owner {
                Owner::Bot => None,
                _ => hear(&self.generation, text),
            };
            let shop = Some((&*self.generation, &self.staffing));
            let events = received(&self.state, shop, id, (*text).to_owned(), heard, Vec::new(), self.now);
            for event in events {
                self.append(event);
            }
        }
    }

    /// What was said and not answered yet, as it is read where the talk stands.
    pub fn read(&self) -> Understanding {
        read(&self.state, &self.generation)
    }

    /// The bot's turn over what was read; `None` when a person has the chat or nothing waits.
    pub fn answer(&mut self, understanding: Understanding) -> Option<Outcome> {
        if self.state.owner != Owner::Bot {
            return None;
        }
        let outcome = take_turn(&self.state, &self.generation, understanding, &self.staffing, self.now)?;
        for event in outcome.events.clone() {
            self.append(event);
        }
        Some(outcome)
    }

    /// A person who took the chat gives it back to the bot; nothing when the bot has it.
    pub fn give_back(&mut self) {
        if self.state.owner != Owner::Bot {
            self.append(EventKind::Returned {
                agent: AgentId::new("simulator"),
            });
        }
    }

    /// What an agent who had the chat would be offered; the first is the one that the desk shows. Nothing while the bot has it, and
    /// nothing where somebody may be hurt, speaks of law or is furious.
    pub fn offered(&self) -> Vec<OfferedReply> {
        match self.desk.unanswered(&self.state) {
            Some(unanswered) => unanswered.suggest(&self.generation, self.now).replies,
            None => Vec::new(),
        }
    }

    /// Where the talk stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn append(&mut self, kind: EventKind) {
        let changes = kind
            .new_owner()
            .is_some_and(|owner| self.state.seq > 0 && owner != self.state.owner);
        let epoch = self.state.epoch + u64::from(changes);
        let event = Event {
            seq: self.state.seq + 1,
            epoch,
            at: self.now,
            kind,
        };
        let before = self.state.owner == Owner::Bot;
        self.state.apply(&event);
        // Most talks never need a person.
        if !before || self.state.owner != Owner::Bot {
            self.desk.apply(&event);
        }
    }
}
