//! A compiled pack, and the one function that reads a message with it.

use super::context::Follow;
use super::normalise::{Normalised, SynonymTable, normalise};
use super::reading::{MessageReading, QuestionIndex};
use super::signals::{Bars, Heard, SignalIndex};
use super::slots::{FoundSlot, SlotReader};
use super::{Context, Explained, Understanding};
use crate::intents::Pack;
use crate::model::{Language, Question, SlotName, Slots};

/// From which confidence on what is done. Both follow from settings that operators understand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Answer from here.
    pub answer: f32,
    /// Ask back from here.
    pub clarify: f32,
    /// The share of plain messages that signals may hand off needlessly, 0 to 1.
    pub needless_handoffs: f32,
}

/// The share of plain messages that may be handed off needlessly when nobody says otherwise.
const NEEDLESS_HANDOFFS: f32 = 0.007;

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds::new(0.05, 0.5)
    }
}

impl Thresholds {
    /// From the share of wrong answers tolerated (0 to 0.5) and how eager the bot is to ask back (0 never, 1 at
    /// every doubt).
    ///
    /// A confidence is a probability, and most answers are far surer than the threshold: measured on held-out
    /// messages, answering from `p` on leaves about (1 − p) / 8 wrong among the answered.
    pub fn new(wrong_answers_tolerated: f32, ask_back: f32) -> Thresholds {
        let answer = (1.0 - 8.0 * wrong_answers_tolerated).clamp(0.35, 0.95);
        Thresholds {
            answer,
            clarify: answer * (1.0 - 0.9 * ask_back.clamp(0.0, 1.0)),
            needless_handoffs: NEEDLESS_HANDOFFS,
        }
    }

    /// The same with another budget of needless handoffs, counted in 1,000 plain messages.
    #[must_use]
    pub fn with_needless_handoffs_per_1000(self, count: f32) -> Thresholds {
        Thresholds {
            needless_handoffs: (count / 1000.0).clamp(0.0, 0.5),
            ..self
        }
    }
}

/// Everything that understanding a message needs.
pub struct Index {
    synonyms: SynonymTable,
    questions: QuestionIndex,
    slots: SlotReader,
    signals: SignalIndex,
    /// The slots of each class, by class.
    slots_of: Vec<Vec<SlotName>>,
    thresholds: Thresholds,
}

impl Index {
    /// Compiles a pack; trains the models.
    pub fn build(pack: &Pack, thresholds: Thresholds) -> Index {
        let synonyms = SynonymTable::new(&pack.synonyms);
        let slots = SlotReader::new(&pack.shop.goods);
        // The two models know nothing of each other: each trains on a core of its own.
        let (questions, signals) = std::thread::scope(|scope| {
            let signals = scope.spawn(|| SignalIndex::build(pack, &synonyms, thresholds.needless_handoffs));
            let questions = QuestionIndex::build(pack, &synonyms);
            (questions, signals.join().unwrap_or_default())
        });
        let slots_of = pack
            .intents
            .iter()
            .map(|intent| intent.slots.iter().map(|slot| slot.name).collect())
            .collect();
        Index {
            synonyms,
            questions,
            slots,
            signals,
            slots_of,
            thresholds,
        }
    }

    /// Reads a message.
    pub fn understand(&self, text: &str, context: &Context) -> Understanding {
        let normalised = normalise(text, &self.synonyms);
        let last: Vec<usize> = context
            .last_intents
            .iter()
            .filter_map(|id| self.questions.class(id))
            .collect();
        let expecting = self.expected_slots(&last, context);
        let found = self.slots.read_knowing(&normalised.folded, &expecting, &context.slots);
        let mut reading = self.questions.read(&normalised);
        Follow {
            questions: &self.questions,
            slots_of: &self.slots_of,
            synonyms: &self.synonyms,
        }
        .apply(&mut reading, &normalised, &found, &last, context);
        self.conclude(text, &normalised, reading, &found)
    }

    /// How strongly a message by itself gives each signal, for measuring.
    pub fn hear(&self, text: &str) -> Vec<Heard> {
        self.signals.strengths(&normalise(text, &self.synonyms))
    }

    /// The bars of signals under another budget: `per_1000` plain messages may be handed off needlessly.
    pub fn signal_bars(&self, per_1000: f32) -> Bars {
        self.signals.bars_for(per_1000 / 1000.0)
    }

    fn expected_slots(&self, last: &[usize], context: &Context) -> Vec<SlotName> {
        let mut expecting: Vec<SlotName> = context.asked.into_iter().collect();
        for class in last {
            expecting.extend(&self.slots_of[*class]);
        }
        expecting.dedup();
        expecting
    }

    fn conclude(
        &self,
        text: &str,
        normalised: &Normalised,
        reading: MessageReading,
        found: &[FoundSlot],
    ) -> Understanding {
        let named = |(class, confidence): &(usize, f32)| Question {
            id: self.questions.id(*class).to_owned(),
            confidence: *confidence,
        };
        let mut slots = Slots::default();
        for slot in found {
            slots.set(slot.name, slot.value.clone());
        }
        let sure = |confidence: f32| confidence >= self.thresholds.answer;
        let questions: Vec<Question> = reading
            .questions
            .iter()
            .filter(|found| sure(found.1))
            .map(named)
            .collect();
        let alternatives: Vec<Question> = reading.alternatives.iter().map(named).collect();
        let candidates = if questions.is_empty() {
            self.candidates(&reading)
        } else {
            Vec::new()
        };
        let chat_only = !questions.is_empty() && questions.iter().all(|question| question.id == "chat.greeting");
        let length = normalised.canonical.len();
        Understanding {
            language: Language::of(text),
            fragment: chat_only || (questions.is_empty() && length <= 4),
            explanation: reading
                .stretches
                .iter()
                .map(|stretch| Explained {
                    text: normalised.canonical.slice(stretch.range.clone()),
                    ranked: stretch.ranked.iter().map(named).collect(),
                    reason: stretch.reason.clone(),
                })
                .collect(),
            questions,
            alternatives,
            candidates: candidates.iter().map(named).collect(),
            signals: self.signals.detect(text, normalised),
            slots,
        }
    }

    /// The two or three readings worth asking about: together they must be likelier than not.
    fn candidates(&self, reading: &MessageReading) -> Vec<(usize, f32)> {
        let clarify = self.thresholds.clarify;
        if reading.stretches.first().is_some_and(|whole| whole.outside) {
            return Vec::new();
        }
        let best: Vec<(usize, f32)> = reading
            .alternatives
            .iter()
            .copied()
            .filter(|(class, confidence)| *confidence >= 0.08 && !self.questions.id(*class).starts_with("chat."))
            .take(3)
            .collect();
        let total: f32 = best.iter().map(|(_, confidence)| confidence).sum();
        if best.first().is_some_and(|(_, confidence)| *confidence >= clarify) && total >= clarify {
            best
        } else {
            Vec::new()
        }
    }
}
