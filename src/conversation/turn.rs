//! One turn of the bot: pending messages in, events out. Pure.

use crate::generation::Generation;
use crate::model::{Decision, EventKind, Millis};

use super::State;

/// What the bot does with the pending messages.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// The events to append, all under the epoch of the state: `answered`, `handed_off`, or both.
    pub events: Vec<EventKind>,
}

/// What the turn must know of the people around it: decides what the shopper is told with a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether at least one available agent is at a desk now.
    pub staffed: bool,
    /// Whether the shop's service hours include this moment.
    pub open_now: bool,
    /// When the service hours begin next, as text for the shopper; `None` when open or when no hours are set.
    pub next_opening: Option<String>,
    /// How soon the shop's clock wants a person's answer, milliseconds; a ticket's deadline is this after the handoff.
    pub reply_ms: u64,
}

impl Default for Surroundings {
    /// Nobody at the desk, service hours now, the shop's own clock unset.
    fn default() -> Self {
        Self {
            staffed: false,
            open_now: true,
            next_opening: None,
            reply_ms: crate::handoff::clock::OWN_MS,
        }
    }
}

/// Takes the bot's turn over all pending messages of the state.
pub fn take_turn(
    _state: &State,
    _generation: &Generation,
    _surroundings: &Surroundings,
    _now: Millis,
) -> Option<Outcome> {
    None
}

/// How long to wait for the rest before taking the turn, in milliseconds: 0 when what is pending is understood
/// with confidence, up to `longest` for a bare greeting or a fragment.
pub fn wait_ms(_state: &State, _generation: &Generation, _longest: u64) -> u64 {
    0
}

/// The events that hand a chat to people because the shopper pressed the button.
pub fn asked_for_person(
    _state: &State,
    _generation: &Generation,
    _surroundings: &Surroundings,
    _now: Millis,
) -> Vec<EventKind> {
    Vec::new()
}
