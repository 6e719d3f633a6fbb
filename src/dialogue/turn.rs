//! One turn of the bot: pending messages in, events out. Pure.

use crate::model::{
    Choice, ClientMessageId, Decision, DecisionKind, EventKind, HandoffReason, IntentKind, Lane, Language, Millis,
    Question, SignalHit, Slots, Turn,
};
use crate::packs::HandoffRule;
use crate::understanding::Understanding;
use crate::understanding::signals::TAKES_EFFECT;

use super::ledger::{HAND_OFF_AT, Ledger};
use super::reply_writer::ReplyWriter;
use super::{Generation, Staffing, State};

/// What the bot does with the pending messages.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// Why a person is brought in, if one is.
    pub handoff: Option<(HandoffReason, Lane)>,
    /// The events to append, all under the epoch of the state: `answered`, `handed_off`, or both.
    pub events: Vec<EventKind>,
    /// What was understood, for explanations.
    pub understanding: Understanding,
    /// The ledger after this turn, also when it ends in a handoff.
    pub ledger: Ledger,
}

impl Outcome {
    /// What the shopper is shown, message by message.
    pub fn says(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                EventKind::Answered { text, .. } | EventKind::HandedOff { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The buttons under it.
    pub fn choices(&self) -> &[Choice] {
        self.events
            .iter()
            .find_map(|event| match event {
                EventKind::Answered { choices, .. } => Some(choices.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// Questions answered in one message at the most.
const MOST_ANSWERS: usize = 3;
/// The turn after so many misses in a row goes to a person.
const MISSES: u32 = 2;

/// Reads all pending messages of the state as one.
pub fn read(state: &State, generation: &Generation) -> Understanding {
    let texts: Vec<&str> = state.pending.iter().map(|pending| pending.text.as_str()).collect();
    generation.index.understand(&texts.join("\n"), &state.memory.context())
}

/// Takes the bot's turn over all pending messages of the state, which were read as `understanding`; `None` when there
/// is nothing to reply to.
pub fn take_turn(
    state: &State,
    generation: &Generation,
    understanding: Understanding,
    staffing: &Staffing,
    now: Millis,
) -> Option<Outcome> {
    if state.pending.is_empty() {
        return None;
    }
    let texts: Vec<&str> = state.pending.iter().map(|pending| pending.text.as_str()).collect();
    let writer = ReplyWriter::new(state, generation, understanding.language, now);
    let mut slots = state.memory.slots.clone();
    slots.update(&understanding.slots);
    let reply_to: Vec<ClientMessageId> = state.pending.iter().map(|pending| pending.id.clone()).collect();
    let reply = answer(state, generation, &writer, &understanding, &slots);
    let mut decision = Decision {
        kind: reply.kind,
        intents: understanding.questions.clone(),
        alternatives: understanding.alternatives.clone(),
        signals: understanding.signals.clone(),
        slots,
        asked: reply.asked,
    };
    let ledger = state.memory.ledger_after(&texts, &decision, now);
    let handoff = reason_for_a_person(state, generation, &decision, &ledger);
    let mut events = Vec::new();
    let answers_first = matches!(handoff, Some((HandoffReason::Intent, _)));
    if handoff.is_none() || answers_first {
        events.push(EventKind::Answered {
            turn: Turn {
                reply_to,
                decision: decision.clone(),
                ledger: None,
                pack: None,
            },
            text: reply.text,
            choices: reply.choices,
        });
    }
    if let Some((reason, lane)) = handoff {
        decision.kind = DecisionKind::Handoff;
        events.push(hand_off(
            reason,
            lane,
            &decision.signals,
            &decision.intents,
            &writer,
            staffing,
            now,
        ));
    }
    Some(Outcome {
        decision,
        handoff,
        events,
        understanding,
        ledger,
    })
}

/// How long to wait for the rest before taking the turn, in milliseconds: 0 when what is pending is understood
/// with confidence, up to `longest` for a bare greeting or a fragment.
pub fn wait_ms(understanding: &Understanding, longest: u64) -> u64 {
    let urgent = understanding.signals.iter().any(|signal| signal.score >= TAKES_EFFECT);
    if urgent {
        0
    } else if understanding.fragment {
        longest
    } else if understanding.questions.is_empty() {
        longest / 2
    } else {
        0
    }
}

/// The events that hand a chat to people because the shopper pressed the button.
pub fn asked_for_person(state: &State, generation: &Generation, staffing: &Staffing, now: Millis) -> Vec<EventKind> {
    let writer = ReplyWriter::new(state, generation, None, now);
    vec![hand_off(
        HandoffReason::Asked,
        Lane::Normal,
        &[],
        &[],
        &writer,
        staffing,
        now,
    )]
}

/// Whether this turn must go to a person, why, and how pressing it is. Signals come before everything else.
fn reason_for_a_person(
    state: &State,
    generation: &Generation,
    decision: &Decision,
    ledger: &Ledger,
) -> Option<(HandoffReason, Lane)> {
    let lane_of = |signal: &SignalHit| {
        generation
            .pack
            .signals
            .iter()
            .find(|source| source.id == signal.id)
            .and_then(|source| source.lane)
    };
    let signal_lane = decision
        .signals
        .iter()
        .filter(|signal| signal.score >= TAKES_EFFECT)
        .filter_map(lane_of)
        .min();
    if let Some(lane) = signal_lane {
        return Some((HandoffReason::Signal, lane));
    }
    if decision
        .intents
        .iter()
        .any(|question| question.kind() == IntentKind::AskForPerson)
    {
        return Some((HandoffReason::Asked, Lane::Normal));
    }
    if decision.kind == DecisionKind::Unknown && state.memory.misses_in_a_row >= MISSES {
        return Some((HandoffReason::Misses, Lane::Normal));
    }
    if ledger.level >= HAND_OFF_AT {
        return Some((HandoffReason::Ledger, Lane::High));
    }
    let always = |question: &Question| {
        generation
            .pack
            .intent(&question.id)
            .is_some_and(|it| it.handoff == HandoffRule::Always)
    };
    decision
        .intents
        .iter()
        .any(always)
        .then_some((HandoffReason::Intent, Lane::Normal))
}

fn hand_off(
    reason: HandoffReason,
    lane: Lane,
    signals: &[SignalHit],
    questions: &[Question],
    writer: &ReplyWriter<'_>,
    staffing: &Staffing,
    now: Millis,
) -> EventKind {
    EventKind::HandedOff {
        reason,
        lane,
        deadline: now.plus(staffing.reply_ms),
        signals: signals.iter().filter(|signal| signal.score >= 0.3).cloned().collect(),
        open_questions: questions
            .iter()
            .filter(|question| question.kind() == IntentKind::Question)
            .map(|question| question.id.clone())
            .collect(),
        text: writer.handoff(reason, lane, staffing),
        turn: None,
    }
}

struct Reply {
    kind: DecisionKind,
    text: String,
    choices: Vec<Choice>,
    asked: Option<crate::model::SlotName>,
}

/// What the bot would say.
fn answer(
    state: &State,
    generation: &Generation,
    writer: &ReplyWriter<'_>,
    understanding: &Understanding,
    slots: &Slots,
) -> Reply {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut choices: Vec<Choice> = Vec::new();
    let mut asked = None;
    for question in understanding.questions.iter().take(MOST_ANSWERS) {
        let Some(intent) = generation.pack.intent(&question.id) else {
            continue;
        };
        let missing = intent.slots.iter().find(|slot| {
            slot.ask.is_some()
                && slots.get(slot.name).is_none()
                && !state
                    .memory
                    .asked_for
                    .iter()
                    .any(|(id, name)| *id == intent.id && *name == slot.name)
        });
        let rotation = state.memory.times.get(&intent.id).copied().unwrap_or(0);
        if let (Some(slot), None) = (missing, asked)
            && let Some(text) = writer.ask(intent, slot.name)
        {
            asked = Some(slot.name);
            paragraphs.push(text);
            continue;
        }
        // A question that nobody has written an answer for yet is at least named: imported files begin so.
        let unwritten = || intent.answers.is_empty().then(|| writer.title(intent).to_owned());
        let Some(text) = writer.answer(intent, slots, rotation).or_else(unwritten) else {
            continue;
        };
        paragraphs.push(text);
        for id in &intent.choices {
            add_choice(&mut choices, generation, writer.language(), id, understanding);
        }
        if intent.handoff == HandoffRule::Offer {
            choices.truncate(2);
            add_person(&mut choices, generation, writer.language(), understanding);
        }
    }
    if !paragraphs.is_empty() {
        choices.truncate(3);
        let only_asks = asked.is_some() && paragraphs.len() == 1;
        let kind = if only_asks {
            DecisionKind::AskSlot
        } else {
            DecisionKind::Answer
        };
        return Reply {
            kind,
            text: join(paragraphs, state, writer),
            choices,
            asked,
        };
    }
    for candidate in &understanding.candidates {
        add_choice(
            &mut choices,
            generation,
            writer.language(),
            &candidate.id,
            understanding,
        );
    }
    let clarify = !choices.is_empty();
    add_person(&mut choices, generation, writer.language(), understanding);
    let kind = if clarify {
        DecisionKind::Clarify
    } else {
        DecisionKind::Unknown
    };
    let key = match kind {
        DecisionKind::Clarify => "clarify",
        _ if state.memory.misses_in_a_row > 0 => "unknown_again",
        _ => "unknown",
    };
    Reply {
        kind,
        text: writer.phrase(key, state.memory.misses),
        choices,
        asked: None,
    }
}

/// One message of several answers: each after the first begins with the shop's phrase for it.
fn join(answers: Vec<String>, state: &State, writer: &ReplyWriter<'_>) -> String {
    let mut answers = answers.into_iter();
    let mut text = answers.next().unwrap_or_default();
    for (answer, said) in answers.zip(state.memory.turns..) {
        let more = writer.phrase("more", said);
        // English words need a space, Chinese punctuation has it already.
        let space = if more.ends_with(|last: char| last.is_ascii()) {
            " "
        } else {
            ""
        };
        // Nobody is addressed twice in one breath.
        let answer = answer.strip_prefix("亲，").unwrap_or(&answer);
        text = format!("{text}\n\n{more}{space}{answer}");
    }
    text
}

/// Adds the button that asks for a person, if the pack has a way to people.
fn add_person(choices: &mut Vec<Choice>, generation: &Generation, language: Language, understanding: &Understanding) {
    if let Some(person) = generation.pack.person() {
        add_choice(choices, generation, language, &person.id, understanding);
    }
}

/// Adds a button, unless it stands there already or was just answered.
fn add_choice(
    choices: &mut Vec<Choice>,
    generation: &Generation,
    language: Language,
    id: &str,
    understanding: &Understanding,
) {
    let known = choices.iter().any(|choice| choice.intent == id);
    let answered = understanding.questions.iter().any(|question| question.id == id);
    if let (false, false, Some(intent)) = (known, answered, generation.pack.intent(id)) {
        choices.push(Choice {
            label: intent.title.get(language).to_owned(),
            intent: id.to_owned(),
        });
    }
}
