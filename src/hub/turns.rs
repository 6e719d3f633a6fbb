//! Takes the bot's turns: asks [`turn::take_turn`] and appends under the epoch it was computed under, with the message itself
//! where nothing is to be waited for. At most one task for each conversation waits for the rest of a thought.

use std::sync::Arc;

use crate::dialogue::{Generation, KeptReading, Staffing, State, turn};
use crate::model::{ConversationId, Event, EventKind, Language, Millis, Owner, ShopId};
use crate::shops::Shops;
use crate::store::{Expect, Receipt, StoreError};

use super::HubError;
use super::clock::Clock;
use super::floor::SharedFloor;
use super::guarded::{aside, guarded};
use super::lifecycle::Lifecycle;
use super::live::{LiveConversation, Locked};
use super::pressure::Pressure;

/// Whoever keeps typing is answered after this many waits at the latest.
const LONGEST_WAITS: u64 = 3;
/// After a failure of the store the turn is tried again, later each time, milliseconds.
const RETRY_MS: std::ops::RangeInclusive<u64> = 250..=10_000;

/// Owns the bot's part in the live conversations.
pub(super) struct Turns {
    shops: Arc<Shops>,
    floor: Arc<SharedFloor>,
    pressure: Arc<Pressure>,
    clock: Clock,
    lifecycle: Arc<Lifecycle>,
    /// The longest quiet time that the bot waits for the rest of a thought.
    burst_wait_ms: u64,
    /// The reply clock of shops whose profile is `own`.
    own_clock_ms: u64,
}

/// What the bot does now.
enum Decided {
    /// It waits for the rest of a thought, until then, and keeps what it has read.
    Wait(Millis, KeptReading),
    /// It says this; nothing when there is nothing to reply to.
    Say(Vec<EventKind>),
}

/// What a step of a turn came to.
enum Step {
    Over,
    Again,
    WaitUntil(Millis),
}

impl Turns {
    /// Turns of the bots of these shops.
    pub(super) fn new(
        shops: Arc<Shops>,
        floor: Arc<SharedFloor>,
        pressure: Arc<Pressure>,
        clock: Clock,
        lifecycle: Arc<Lifecycle>,
        burst_wait_ms: u64,
        own_clock_ms: u64,
    ) -> Turns {
        Turns {
            shops,
            floor,
            pressure,
            clock,
            lifecycle,
            burst_wait_ms,
            own_clock_ms,
        }
    }

    /// Lets the bot take its turn, unless a task is at it already. Where nobody knows what the shop would say, the
    /// turn waits until the shop is served.
    pub(super) fn schedule(self: &Arc<Self>, chat: &Arc<LiveConversation>, locked: &mut Locked<'_>) {
        chat.message_arrived();
        let state = locked.state();
        let owed = state.owner == Owner::Bot && !state.pending.is_empty() && self.shops.serves(&state.shop);
        if owed && !locked.begin_turns() {
            let (turns, chat) = (Arc::clone(self), Arc::clone(chat));
            self.lifecycle.spawn(async move { turns.run(&chat).await });
        }
    }

    /// What follows when the shopper asks for a person.
    ///
    /// # Errors
    /// [`HubError::UnknownShop`].
    pub(super) fn hand_off_on_request(
        &self,
        conversation: &ConversationId,
        state: &State,
    ) -> Result<Vec<EventKind>, HubError> {
        let now = self.clock.now();
        let shop = &state.shop;
        let generation = self.shops.of_talk(shop, conversation, state.began);
        let generation = generation.ok_or_else(|| HubError::UnknownShop(shop.clone()))?;
        let staffing = self.staffing(shop, &generation, state.language(), now);
        Ok(turn::asked_for_person(state, &generation, &staffing, now))
    }

    async fn run(&self, chat: &LiveConversation) {
        let mut retry_ms = *RETRY_MS.start();
        loop {
            match self.step(chat).await {
                Ok(Step::Over) => return,
                Ok(Step::Again) => retry_ms = *RETRY_MS.start(),
                Ok(Step::WaitUntil(at)) => {
                    tokio::select! {
                        () = self.clock.sleep_until(at) => {}
                        () = chat.next_message() => {}
                        () = self.lifecycle.stopping() => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(conversation = %chat.id(), %error, "the bot's turn was not stored");
                    let passing = matches!(error, HubError::Store(StoreError::Unavailable(_)));
                    if !passing || self.lifecycle.is_stopping() {
                        return chat.turn_over().await;
                    }
                    let at = self.clock.now().plus(retry_ms);
                    retry_ms = (retry_ms * 2).min(*RETRY_MS.end());
                    tokio::select! {
                        () = self.clock.sleep_until(at) => {}
                        () = self.lifecycle.stopping() => {}
                    }
                }
            }
        }
    }

    /// Stores what the shopper says. Where the bot has the talk and nothing is to be waited for, its turn is stored with it, in
    /// the same append; otherwise the turn follows.
    pub(super) async fn receive(
        self: &Arc<Self>,
        chat: &Arc<LiveConversation>,
        locked: &mut Locked<'_>,
        received: Vec<EventKind>,
    ) -> Result<Receipt, StoreError> {
        if !self.pressure.is_overloaded()
            && let Some(turn) = self.turn_with(chat, locked, &received)
        {
            let (epoch, seq) = (locked.state().epoch, locked.state().seq);
            let both = received.iter().cloned().chain(turn).collect();
            match locked.append(Expect::Head { epoch, seq }, both).await {
                // Somebody else speaks now: the words are stored, and the turn looks again.
                Err(StoreError::Stale { .. }) => {}
                Ok(receipt) if receipt.duplicate_of.is_none() => return Ok(receipt),
                Err(error) => return Err(error),
                // It was stored long ago and is sent again; what is owed for it is looked at below.
                Ok(_) => {}
            }
        }
        let receipt = locked.append(Expect::Any, received).await?;
        self.schedule(chat, locked);
        Ok(receipt)
    }

    /// The events of the bot's turn over what is pending and what is being said, if it takes one now.
    fn turn_with(
        &self,
        chat: &LiveConversation,
        locked: &mut Locked<'_>,
        received: &[EventKind],
    ) -> Option<Vec<EventKind>> {
        let state = locked.state();
        if state.owner != Owner::Bot || received.iter().any(|kind| locked.said_lately(kind)) {
            return None;
        }
        let now = self.clock.now();
        let mut state = state.clone();
        for kind in received {
            state.apply(&Event {
                seq: state.seq + 1,
                epoch: state.epoch,
                at: now,
                kind: kind.clone(),
            });
        }
        // Of a talk that begins with this message it is known only now when it began.
        let generation = self.shops.of_talk(&state.shop, chat.id(), state.began)?;
        match self.decide(chat, &state, &generation, locked.take_reading(), now) {
            Decided::Wait(_, reading) => {
                locked.keep_reading(reading);
                None
            }
            Decided::Say(events) => Some(events).filter(|events| !events.is_empty()),
        }
    }

    /// What the bot does with what is pending, of which it may have kept a reading.
    fn decide(
        &self,
        chat: &LiveConversation,
        state: &State,
        generation: &Arc<Generation>,
        mut reading: KeptReading,
        now: Millis,
    ) -> Decided {
        let conversation = chat.id();
        let longest = self.burst_wait_ms;
        let wait = aside(pending_bytes(state), || {
            guarded(conversation, "reading", || {
                turn::wait_ms(reading.of(state, generation), longest).min(longest)
            })
        });
        if longest > 0 && !self.lifecycle.is_stopping() {
            let wait = wait.unwrap_or(0);
            let first = state.pending.first().map_or(now, |pending| pending.at);
            let last = state.pending.last().map_or(now, |pending| pending.at);
            let due = last.plus(wait).min(first.plus(longest * LONGEST_WAITS));
            // Messages from the future were stored before the clock was set back: they have waited.
            let set_back = first.0.max(last.0) > now.plus(longest * LONGEST_WAITS).0;
            if due > now && !set_back {
                return Decided::Wait(due, reading);
            }
        }
        let staffing = self.staffing(&state.shop, generation, state.language(), now);
        let understanding = wait.and(reading.into_understanding());
        let outcome = understanding.and_then(|read| {
            guarded(conversation, "turn", || {
                turn::take_turn(state, generation, read, &staffing, now)
            })
        });
        Decided::Say(match outcome {
            Some(Some(outcome)) => outcome.events,
            Some(None) => Vec::new(),
            // Whoever wrote what the bot stumbles over is better off with a person than with silence.
            None => guarded(conversation, "handoff", || {
                turn::asked_for_person(state, generation, &staffing, now)
            })
            .unwrap_or_default(),
        })
    }

    /// In about how many seconds the bot replies to so many bytes that are said now, when that is not at once.
    pub(super) fn wait_s(&self, bytes: usize) -> Option<u32> {
        self.pressure.wait_s(bytes)
    }

    async fn step(&self, chat: &LiveConversation) -> Result<Step, HubError> {
        let _place = match self.pressure.is_overloaded() {
            true => {
                let bytes = pending_bytes(chat.lock().await?.state());
                Some(self.pressure.turn(bytes).await)
            }
            false => None,
        };
        let mut locked = chat.lock().await?;
        let reading = locked.take_reading();
        let state = locked.state();
        // The shop was served when the turn was scheduled, and may not be any more.
        let generation = self.shops.of_talk(&state.shop, chat.id(), state.began);
        let (Owner::Bot, false, Some(generation)) = (&state.owner, state.pending.is_empty(), generation) else {
            locked.end_turns();
            return Ok(Step::Over);
        };
        let events = match self.decide(chat, state, &generation, reading, self.clock.now()) {
            Decided::Wait(due, reading) => {
                locked.keep_reading(reading);
                return Ok(Step::WaitUntil(due));
            }
            Decided::Say(events) => events,
        };
        let (epoch, seq, owed) = (state.epoch, state.seq, state.pending.len());
        if events.is_empty() {
            locked.end_turns();
            return Ok(Step::Over);
        }
        match locked.append(Expect::Head { epoch, seq }, events).await {
            Ok(_) => {}
            // Somebody else speaks now, or the shopper has said more at another server: what the bot would have said
            // is dropped, and the turn looks again.
            Err(StoreError::Stale { .. }) => return Ok(Step::Again),
            Err(error) => return Err(error.into()),
        }
        let state = locked.state();
        if state.owner == Owner::Bot && state.epoch == epoch && state.pending.len() >= owed {
            // It left as much as it found: taking it again would never end.
            locked.end_turns();
            return Ok(Step::Over);
        }
        Ok(Step::Again)
    }

    /// The people around a turn.
    pub(super) fn staffing(&self, shop: &ShopId, generation: &Generation, language: Language, now: Millis) -> Staffing {
        let staffed = self.floor.staffed(shop);
        Staffing::of(&generation.pack.shop, staffed, language, now, self.own_clock_ms)
    }
}

/// How long what is pending is.
fn pending_bytes(state: &State) -> usize {
    state.pending.iter().map(|pending| pending.text.len()).sum()
}
