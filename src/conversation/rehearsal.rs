//! A talk without a gateway: the same fold and the same turns, timers aside. The command line, scenarios and
//! replays use it, so that what they show is what shoppers get.

use std::sync::Arc;

use crate::generation::Generation;
use crate::model::{AgentId, ClientMessageId, Event, EventKind, Language, Millis, Owner, ShopperId};

use super::State;
use super::turn::{Outcome, Surroundings, read, take_turn};

/// A talk that is only rehearsed.
pub struct Rehearsal {
    generation: Arc<Generation>,
    surroundings: Surroundings,
    state: State,
    now: Millis,
}

/// Time between two rehearsed turns, milliseconds.
const BETWEEN_TURNS_MS: u64 = 20_000;

impl Rehearsal {
    /// Begins a talk at `now`, with people at the desk.
    pub fn new(generation: Arc<Generation>, lang: Language, now: Millis) -> Rehearsal {
        let shop = generation.pack.shop.id.clone();
        let surroundings = Surroundings {
            staffed: true,
            ..Surroundings::default()
        };
        let mut rehearsal = Rehearsal {
            generation,
            surroundings,
            state: State::default(),
            now,
        };
        rehearsal.append(EventKind::Started {
            shop,
            shopper: ShopperId::new("rehearsal"),
            lang,
        });
        rehearsal
    }

    /// The shopper says this, or these in one burst. `None` when a person has the chat and the bot is silent.
    pub fn say(&mut self, texts: &[&str]) -> Option<Outcome> {
        self.now = self.now.plus(BETWEEN_TURNS_MS);
        for text in texts {
            let id = ClientMessageId::new(format!("r{}", self.state.seq + 1));
            self.append(EventKind::Received {
                id,
                text: (*text).to_owned(),
            });
        }
        if self.state.owner != Owner::Bot {
            return None;
        }
        let outcome = take_turn(
            &self.state,
            &self.generation,
            read(&self.state, &self.generation),
            &self.surroundings,
            self.now,
        )?;
        for event in outcome.events.clone() {
            self.append(event);
        }
        Some(outcome)
    }

    /// A person who took the chat gives it back to the bot; nothing when the bot has it.
    pub fn give_back(&mut self) {
        if self.state.owner != Owner::Bot {
            self.append(EventKind::Returned {
                agent: AgentId::new("rehearsal"),
            });
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
        self.state.apply(&event);
    }
}
