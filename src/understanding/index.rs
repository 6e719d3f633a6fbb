//! A compiled pack, and the one function that reads a message with it.

use std::sync::Arc;

use super::context::{FollowUp, names_only_an_attribute};
use super::denied::Denial;
use super::identity::read_the_same;
use super::kinds::{ClauseKind, ClauseReading, Clauses};
use super::long::{Stretches, join_signals, together};
use super::mid_talk;
use super::normalise::{Normalised, Spelling, SynonymTable, normalise_message};
use super::pack_words::spelling_of;
use super::preserve::{Key, Shelf};
use super::question_index::QuestionIndex;
use super::reading::MessageReading;
use super::signals::{Heard, SignalIndex, SignalReport, SignalThresholds};
use super::slots::{FoundSlot, SlotReader};
use super::taking_back::beside_denials;
use super::tolerance::Tolerance;
use super::vectors::Vectors;
use super::{Context, Explained, Understanding};
use crate::model::{IntentKind, Question, SignalHit, SlotName, Slots};
use crate::packs::Pack;

/// From which confidence on what is done.
#[derive(Clone, Copy, Debug, PartialEq)]
struct AnswerThresholds {
    answer: f32,
    clarify: f32,
}

/// The bot never answers below the first, whatever is tolerated, and always from the second on: what is as likely
/// wrong as right helps nobody, and what stands in the files word for word is answered by the poorest pack.
const ANSWER_BETWEEN: (f32, f32) = (0.5, 0.95);
/// Where a pack has too few examples to measure.
const ANSWER_UNMEASURED: f32 = 0.6;

impl AnswerThresholds {
    fn measured(questions: &QuestionIndex, tolerance: Tolerance) -> AnswerThresholds {
        let answer = questions
            .answer_from(tolerance.wrong_answers)
            .unwrap_or(ANSWER_UNMEASURED);
        let answer = answer.clamp(ANSWER_BETWEEN.0, ANSWER_BETWEEN.1);
        AnswerThresholds {
            answer,
            clarify: answer * (1.0 - 0.9 * tolerance.ask_back.clamp(0.0, 1.0)),
        }
    }
}

/// At most so many characters stand between two goods that are named side by side: 和, ` and `.
const LONGEST_AND: usize = 5;
/// How sure a picked button is.
const PICKED: f32 = 0.95;

/// Everything that understanding a message needs. Each stage can be asked by itself.
pub struct Index {
    /// Words that mean the same.
    pub synonyms: SynonymTable,
    /// Slips in English words.
    spelling: Spelling,
    /// What tells questions apart.
    pub questions: QuestionIndex,
    /// Reads values.
    pub slots: Arc<SlotReader>,
    /// Hears the shopper's state.
    pub signals: SignalIndex,
    /// The slots of each class, by class.
    slots_of: Vec<Vec<SlotName>>,
    thresholds: AnswerThresholds,
}

impl Index {
    /// Compiles a pack; trains the models.
    pub fn build(pack: &Pack, tolerance: Tolerance) -> Index {
        Index::build_after(pack, tolerance, None, None)
    }

    /// Compiles a pack; trains anew only what was trained on other sentences in `previous` and does not lie on the shelf.
    pub fn build_after(
        pack: &Pack,
        tolerance: Tolerance,
        previous: Option<&Index>,
        shelf: Option<&dyn Shelf>,
    ) -> Index {
        let synonyms = SynonymTable::new(&pack.synonyms);
        let slots = Arc::new(SlotReader::new(&pack.shop.goods));
        let vectors = Vectors::shipped().filter(|_| tolerance.vectors);
        // The two models know nothing of each other: each trains on a core of its own.
        let (mut questions, mut signals) = std::thread::scope(|scope| {
            let signals = scope.spawn(|| {
                let previous = previous.map(|previous| &previous.signals);
                SignalIndex::build_after(pack, &synonyms, vectors, tolerance.needless_handoffs, previous, shelf)
            });
            let previous = previous.map(|previous| &previous.questions);
            let questions = QuestionIndex::build(pack, &synonyms, Arc::clone(&slots), vectors, previous, shelf);
            (
                questions,
                signals.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        });
        questions.joined = signals.join(questions.examples.classifier.vocabulary());
        let slots_of = pack
            .intents
            .iter()
            .map(|intent| intent.slots.iter().map(|slot| slot.name).collect())
            .collect();
        Index {
            spelling: spelling_of(pack),
            synonyms,
            thresholds: AnswerThresholds::measured(&questions, tolerance),
            questions,
            slots,
            signals,
            slots_of,
        }
    }

    /// Under what its parts lie on a shelf.
    pub fn learned_from(&self) -> [(&'static str, Key); 2] {
        [self.questions.learned_from(), self.signals.learned_from()]
    }

    /// Whether one index reads the messages of both packs, under the same tolerance.
    pub fn serves_both(one: &Pack, other: &Pack) -> bool {
        read_the_same(one, other)
    }

    /// A message in the forms that the stages read.
    pub fn normalise(&self, text: &str) -> Normalised {
        normalise_message(text, &self.synonyms, Some(&self.spelling))
    }

    /// Reads a message, one that is longer than what is read at once in stretches.
    pub fn understand(&self, text: &str, context: &Context<'_>) -> Understanding {
        let stretches = Stretches::of(text);
        let read = stretches
            .last
            .iter()
            .map(|stretch| self.understand_stretch(stretch, context));
        let mut read = match &stretches.last[..] {
            [only] => self.understand_stretch(only, context),
            _ => together(read.collect()),
        };
        for stretch in &stretches.before {
            let signals = self.signals.detect(stretch, &self.normalise(stretch));
            join_signals(&mut read.signals, signals);
        }
        self.signals.order(&mut read.signals);
        read.unread = stretches.unread;
        read
    }

    /// Reads what can be read at once. Where no question is found beside the name of goods, the sentence is read once more with 这个 in
    /// the name's place: people write about goods that no example names.
    fn understand_stretch(&self, text: &str, context: &Context<'_>) -> Understanding {
        let normalised = self.normalise(text);
        let found = self.find_slots(&normalised, context);
        let read = self.understand_as_written(text, &normalised, &found, context);
        if !read.questions.is_empty() || !read.withdrawn.is_empty() || read.slots.get(SlotName::Goods).is_none() {
            return read;
        }
        let Some(general) = without_goods(&normalised, &found) else {
            return read;
        };
        let normalised = self.normalise(&general);
        let found = self.find_slots(&normalised, context);
        let again = self.understand_as_written(&general, &normalised, &found, context);
        if again.questions.is_empty() {
            return read;
        }
        let mut clauses = again.clauses;
        for (clause, as_written) in clauses.iter_mut().zip(&read.clauses) {
            clause.text.clone_from(&as_written.text);
        }
        Understanding {
            slots: read.slots,
            signals: read.signals,
            only_names_attribute: read.only_names_attribute,
            clauses,
            ..again
        }
    }

    /// The values in a message. What the question before asks for is looked for first.
    fn find_slots(&self, normalised: &Normalised, context: &Context<'_>) -> Vec<FoundSlot> {
        let expecting = self.expected_slots(&self.last_questions(context), context);
        self.slots.read_knowing(&normalised.folded, &expecting, &context.slots)
    }

    fn last_questions(&self, context: &Context<'_>) -> Vec<usize> {
        let last = context.last_intents.iter();
        last.filter_map(|id| self.questions.class(id)).collect()
    }

    fn understand_as_written(
        &self,
        text: &str,
        normalised: &Normalised,
        found: &[FoundSlot],
        context: &Context<'_>,
    ) -> Understanding {
        let last = self.last_questions(context);
        let mut reading = self.questions.read(normalised);
        let picked = context.offered.and_then(|buttons| buttons.picked(&normalised.folded));
        let chosen = picked.and_then(|id| self.questions.class(id));
        let denials = match chosen {
            Some(_) => Vec::new(),
            None => self.denials(&reading, normalised, &last),
        };
        if !denials.is_empty() {
            beside_denials(&mut reading, normalised, &denials, &self.questions, &|text| {
                self.normalise(text)
            });
            let read = self.conclude(text, normalised, reading, found, context, true);
            return self.withdrawing(read, normalised, &denials);
        }
        let given = FollowUp {
            questions: &self.questions,
            slots_of: &self.slots_of,
            normalise: &|text| self.normalise(text),
        }
        .apply(&mut reading, normalised, found, &last, context);
        let leans = reading.stretches.first().is_some_and(|whole| whole.reason.from_context);
        let mut from_the_talk = false;
        if let Some(class) = chosen {
            reading.questions = vec![(class, PICKED)];
        } else if context.under_way && !given {
            let matters = context.matters.iter();
            let matters: Vec<(usize, f32)> = matters
                .filter_map(|(id, strength)| Some((self.questions.class(id)?, *strength)))
                .collect();
            from_the_talk = mid_talk::temper(&mut reading, normalised, &self.questions, &matters);
        }
        Understanding {
            from_the_talk,
            only_names_attribute: names_only_an_attribute(normalised, found),
            ..self.conclude(text, normalised, reading, found, context, leans || chosen.is_some())
        }
    }

    /// The wishes that a message denies; none where the whole of it stands in the files word for word.
    fn denials(&self, reading: &MessageReading, normalised: &Normalised, last: &[usize]) -> Vec<Denial> {
        let written = reading.stretches.first().filter(|whole| whole.reason.exact);
        let class = written.and_then(|whole| whole.ranked.first()).map(|(class, _)| *class);
        if class.is_some_and(|class| !self.questions.is_small_talk(class)) {
            return Vec::new();
        }
        let chars = normalised.canonical.chars();
        self.questions.denied.of_message(chars, &normalised.clauses, last)
    }

    /// A reading with the wishes that the message takes back; the clauses that do so ask nothing.
    fn withdrawing(&self, mut read: Understanding, normalised: &Normalised, denials: &[Denial]) -> Understanding {
        let mut classes: Vec<usize> = denials
            .iter()
            .flat_map(|denial| denial.classes.iter().copied())
            .collect();
        classes.sort_unstable();
        classes.dedup();
        read.withdrawn = classes
            .iter()
            .map(|class| self.questions.id(*class).to_owned())
            .collect();
        for (clause, place) in read.clauses.iter_mut().zip(&normalised.clauses) {
            let denied = denials.iter().any(|denial| place.range.contains(&denial.range.start));
            if denied && read.questions.is_empty() && clause.kind != ClauseKind::Trouble {
                clause.kind = ClauseKind::Statement;
                clause.intents.clear();
            }
        }
        read
    }

    /// The signals of a message by itself, the most pressing first; nothing else is read.
    pub fn hear_signals(&self, text: &str) -> Vec<SignalHit> {
        let mut signals = Vec::new();
        for stretch in Stretches::of(text).all() {
            join_signals(&mut signals, self.signals.detect(stretch, &self.normalise(stretch)));
        }
        self.signals.order(&mut signals);
        signals
    }

    /// Why a message by itself gives signals or does not.
    pub fn explain_signals(&self, text: &str) -> Vec<SignalReport> {
        let stretches = Stretches::of(text);
        let each = stretches
            .all()
            .map(|stretch| self.signals.explain(stretch, &self.normalise(stretch)));
        each.flatten().collect()
    }

    /// How strongly a message by itself gives each signal, for measuring.
    pub fn hear(&self, text: &str) -> Vec<Heard> {
        self.signals.strengths(&self.normalise(text))
    }

    /// From which confidence on a question is answered, 0 to 1.
    pub fn answers_from(&self) -> f32 {
        self.thresholds.answer
    }

    /// The thresholds of signals under another budget: `per_1000` plain messages may be handed off needlessly.
    pub fn signal_thresholds(&self, per_1000: f32) -> SignalThresholds {
        self.signals.thresholds_for(per_1000 / 1000.0)
    }

    fn expected_slots(&self, last: &[usize], context: &Context<'_>) -> Vec<SlotName> {
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
        context: &Context<'_>,
        leans: bool,
    ) -> Understanding {
        let named = |(class, confidence): &(usize, f32)| self.questions.named(*class, *confidence);
        let mut slots = Slots::default();
        for slot in found {
            let written = normalised.folded.original(text, slot.range.clone());
            let value = if slot.name.is_verbatim() && !written.is_empty() {
                written
            } else {
                &slot.value
            };
            if slot.name == SlotName::Goods {
                let before = slots.get(slot.name).filter(|before| *before != value);
                if let Some(before) = before.map(str::to_owned) {
                    slots.set(SlotName::OtherGoods, before);
                }
            }
            slots.set(slot.name, value);
        }
        let sure = |confidence: f32| confidence >= self.thresholds.answer;
        let mut questions: Vec<Question> = reading
            .questions
            .iter()
            .filter(|found| sure(found.1))
            .map(named)
            .collect();
        let signals = self.signals.detect(text, normalised);
        let clauses = Clauses {
            original: text,
            normalised,
            reading: &reading,
            found,
            signals: &signals,
            asked: context.asked,
            answer_from: self.thresholds.answer,
            named: |class, confidence| named(&(class, confidence)),
        }
        .read();
        // Data that nothing before asked for is no question, whatever its words are like.
        let data = |kind| matches!(kind, ClauseKind::Information | ClauseKind::Reply);
        let gives_data = clauses.iter().any(|clause| data(clause.kind))
            && clauses
                .iter()
                .all(|clause| data(clause.kind) || clause.kind == ClauseKind::Social);
        // A greeting or thanks never swallows a question beside it that was not understood.
        let only_manners = questions.iter().all(|question| question.kind().is_small_talk());
        if !leans && (gives_data || only_manners && clauses.len() > 1 && clauses.iter().any(ClauseReading::is_unread)) {
            questions.clear();
        }
        let alternatives: Vec<Question> = reading.alternatives.iter().map(named).collect();
        let candidates = if questions.is_empty() && !gives_data {
            self.candidates(&reading)
        } else {
            Vec::new()
        };
        let greeting =
            !questions.is_empty() && questions.iter().all(|question| question.kind() == IntentKind::Greeting);
        let length = normalised.canonical.len();
        Understanding {
            fragment: greeting || (questions.is_empty() && length <= 4),
            explanation: reading
                .stretches
                .into_iter()
                .map(|stretch| Explained {
                    text: normalised.canonical.slice(stretch.range),
                    ranked: stretch.ranked.iter().map(named).collect(),
                    reason: stretch.reason,
                })
                .collect(),
            questions,
            alternatives,
            candidates: candidates.iter().map(named).collect(),
            signals,
            slots,
            from_the_talk: false,
            withdrawn: Vec::new(),
            only_names_attribute: false,
            attachment: normalised.noise.attachments > 0,
            face: normalised.noise.faces > 0,
            unread: false,
            clauses,
        }
    }

    /// The two or three readings worth asking about: together they must be likelier than not.
    fn candidates(&self, reading: &MessageReading) -> Vec<(usize, f32)> {
        let clarify = self.thresholds.clarify;
        if reading.stretches.first().is_some_and(|whole| whole.out_of_scope) {
            return Vec::new();
        }
        let mut best: Vec<(usize, f32)> = reading
            .alternatives
            .iter()
            .copied()
            .filter(|(class, confidence)| *confidence >= 0.08 && !self.questions.is_small_talk(*class))
            .collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best.truncate(3);
        let total: f32 = best.iter().map(|(_, confidence)| confidence).sum();
        if best.first().is_some_and(|(_, confidence)| *confidence >= clarify) && total >= clarify {
            best
        } else {
            Vec::new()
        }
    }
}

/// The text with 这个 for the article that it names, 这两个 for two side by side; `None` when that is not what it does.
fn without_goods(normalised: &Normalised, found: &[FoundSlot]) -> Option<String> {
    if found.iter().any(|slot| slot.name == SlotName::Link) {
        return None;
    }
    let mut goods = found.iter().filter(|slot| slot.name == SlotName::Goods);
    let chars = normalised.folded.chars();
    let latin = chars.iter().all(char::is_ascii);
    let (range, this) = match (goods.next(), goods.next(), goods.next()) {
        (Some(one), None, _) => (one.range.clone(), if latin { "this one" } else { "这个" }),
        (Some(one), Some(two), None) if two.range.start <= one.range.end + LONGEST_AND => (
            one.range.start..two.range.end,
            if latin { "these two" } else { "这两个" },
        ),
        _ => return None,
    };
    // Nothing but the name asks nothing.
    let more = chars.len() > range.len();
    let before: String = chars.get(..range.start)?.iter().collect();
    let after: String = chars.get(range.end..)?.iter().collect();
    more.then(|| format!("{before}{this}{after}"))
}
