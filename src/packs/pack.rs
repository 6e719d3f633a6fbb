//! A pack as it is meant: everything that the intent files say, validated, without positions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{IntentKind, Lane, Language, PackId, SlotName};
use crate::shop::{Catalogue, LocalText, Profile};

use super::layout::of_shop;
use super::standard::{Breach, SCORING, ScoringItem, Standard, breaches};

/// Everything that one shop says: the common files of a folder with what the shop writes over them, parsed and
/// structurally sound. Shops share what they have in common.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// The shop's facts.
    pub shop: Profile,
    /// The file that they come from.
    pub shop_file: String,
    /// What the operator lets this shop go without: see [`ALLOWED`].
    pub allow: BTreeSet<String>,
    /// The intents, sorted by id.
    pub intents: Vec<Arc<Intent>>,
    /// Words that mean the same.
    pub synonyms: Arc<Vec<Synonym>>,
    /// Messages that no shop should answer.
    pub out_of_scope: Arc<Vec<String>>,
    /// The signals, sorted by id.
    pub signals: Arc<Vec<SignalSource>>,
    /// Words that turn a cue around.
    pub scope: Arc<ScopeWords>,
    /// What the bot says beside answers, by key (`unknown`, `clarify`, `handoff_asked` …).
    pub phrases: BTreeMap<String, Arc<Vec<Answer>>>,
    /// Service standards beside the shipped ones.
    pub standards: Vec<Arc<Standard>>,
    /// Rules of the standards by id: what breaks them is not sent by agents, and not only warned of.
    pub blocked: BTreeSet<&'static str>,
    /// The sheet by which talks are reviewed, where it is not the shipped one.
    pub scoring: Vec<ScoringItem>,
    /// So long of service hours an agent has who says that they will come back, milliseconds, where it is not as shipped.
    pub back_within_ms: Option<u64>,
    /// Its identity: what a turn was decided with.
    pub id: PackId,
    /// The common pack that it is laid over; `None` where no shop is.
    pub common: Option<Arc<Pack>>,
}

impl Pack {
    /// The sheet by which talks are reviewed.
    pub fn scoring_sheet(&self) -> &[ScoringItem] {
        match self.scoring.is_empty() {
            true => &SCORING,
            false => &self.scoring,
        }
    }

    /// The intent with this id.
    pub fn intent(&self, id: &str) -> Option<&Intent> {
        let at = self.intents.binary_search_by(|intent| intent.id.as_str().cmp(id));
        at.ok().map(|at| &*self.intents[at])
    }

    /// What of an agent's words keeps them from being sent: the first wording that breaks a rule which blocks here.
    pub fn blocks(&self, text: &str) -> Option<Breach> {
        if self.blocked.is_empty() {
            return None;
        }
        let mut found = breaches(text, &self.standards).into_iter();
        found.find(|breach| self.blocked.contains(breach.standard.rule))
    }

    /// What kind of thing is said with this id.
    pub fn kind(&self, id: &str) -> IntentKind {
        self.intent(id)
            .map_or_else(|| IntentKind::by_id(id), |intent| intent.kind)
    }

    /// The languages that it answers in.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        [Language::Chinese, Language::English].into_iter().filter(|language| {
            let mut answers = self.intents.iter().flat_map(|intent| &intent.answers);
            answers.any(|answer| answer.language == *language)
        })
    }

    /// The language of the shop: the first that it answers in.
    pub fn language(&self) -> Language {
        self.languages().next().unwrap_or_default()
    }

    /// The same shop without anything of its own that is read: it understands what the common pack does. Facts, phrases
    /// and answers stay the shop's. `None` where no shop is.
    pub fn without_own_words(&self) -> Option<Pack> {
        let common = self.common.as_ref()?;
        let mut bare = self.clone();
        bare.shop.goods = Catalogue::default();
        bare.intents.clone_from(&common.intents);
        for intent in &mut bare.intents {
            let kept = self.intent(&intent.id);
            let answers = kept.map_or(&[][..], |kept| &kept.answers);
            if intent.answers != answers {
                Arc::make_mut(intent).answers = answers.to_vec();
            }
            let agent = kept.map_or(&[][..], |kept| &kept.agent);
            if intent.agent != agent {
                Arc::make_mut(intent).agent = agent.to_vec();
            }
            // What a question asks for may name facts that a shop without the question need not have.
            if kept.is_none() && intent.slots.iter().any(|slot| slot.ask.is_some()) {
                Arc::make_mut(intent).slots.iter_mut().for_each(|slot| slot.ask = None);
            }
        }
        bare.synonyms = Arc::clone(&common.synonyms);
        bare.out_of_scope = Arc::clone(&common.out_of_scope);
        bare.signals = Arc::clone(&common.signals);
        bare.scope = Arc::clone(&common.scope);
        Some(bare)
    }

    /// Takes the copy of `other` for everything that both say the same, so that it is held once and known to be equal
    /// at a glance.
    pub(super) fn share(&mut self, other: &Pack) {
        fn take<T: PartialEq>(own: &mut Arc<T>, other: &Arc<T>) {
            if own == other {
                *own = Arc::clone(other);
            }
        }
        for intent in &mut self.intents {
            if let Ok(at) = other.intents.binary_search_by(|known| known.id.cmp(&intent.id)) {
                take(intent, &other.intents[at]);
            }
        }
        take(&mut self.synonyms, &other.synonyms);
        take(&mut self.out_of_scope, &other.out_of_scope);
        take(&mut self.signals, &other.signals);
        take(&mut self.scope, &other.scope);
        for (key, answers) in &mut self.phrases {
            if let Some(known) = other.phrases.get(key) {
                take(answers, known);
            }
        }
    }

    /// Leaves out what only files with errors have: questions without an id or with one that is there twice, and rows of
    /// tables that are too short.
    pub(super) fn leave_out_broken(&mut self) {
        self.intents.retain(|intent| !intent.id.is_empty());
        self.intents.dedup_by(|later, first| later.id == first.id);
        for intent in &mut self.intents {
            let Some(table) = &intent.table else { continue };
            let (inputs, outputs) = (table.inputs.len(), table.outputs.len());
            let whole = |row: &Row| row.cells.len() == inputs && row.values.len() == outputs;
            if !table.rows.iter().all(whole) {
                let table = Arc::make_mut(intent).table.as_mut();
                table.into_iter().for_each(|table| table.rows.retain(whole));
            }
        }
        Arc::make_mut(&mut self.signals).retain(|signal| !signal.id.is_empty());
    }

    /// The intent that asks for a person, if the pack has a way to people.
    pub fn person(&self) -> Option<&Intent> {
        let mut intents = self.intents.iter().map(AsRef::as_ref);
        intents.find(|intent: &&Intent| intent.kind == IntentKind::AskForPerson)
    }
}

/// One question that shoppers ask, from `<topic>/<question>.yaml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intent {
    /// `topic.question`.
    pub id: String,
    /// Short title for buttons.
    pub title: LocalText,
    /// Example sentences, both languages.
    pub examples: Vec<String>,
    /// Patterns as written; they compile.
    pub patterns: Vec<String>,
    /// A clause with one of these words is never this intent.
    pub forbidden: Vec<String>,
    /// Words which, after a denial, say that this is not wished.
    pub denied: Vec<String>,
    /// A clause must hold one of these words, unless empty.
    pub required: Vec<String>,
    /// Slots the answer uses.
    pub slots: Vec<SlotRequest>,
    /// When these are given, a person is told.
    pub tell_person: Vec<SlotName>,
    /// Looked up from slots.
    pub table: Option<Table>,
    /// Answers.
    pub answers: Vec<Answer>,
    /// What an agent may send; offered at the desk alone.
    pub agent: Vec<Answer>,
    /// Ids of natural next questions.
    pub choices: Vec<String>,
    /// What kind of thing a shopper says with it.
    pub kind: IntentKind,
    /// What it does to the chat.
    pub handoff: HandoffRule,
    /// The file's own tests.
    pub tests: Vec<PackTest>,
    /// File it came from, relative to the folder.
    pub file: String,
    /// Sentences and patterns that the shop has written over the common question.
    pub own: Vec<String>,
}

/// Whose word something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The shop has written it itself.
    Shop,
    /// It is in the common pack.
    Pack,
}

impl Whose {
    /// Of something in this file.
    fn of_file(file: &str) -> Whose {
        match of_shop(file) {
            Some(_) => Whose::Shop,
            None => Whose::Pack,
        }
    }

    /// As JSON names it.
    pub fn name(self) -> &'static str {
        match self {
            Whose::Shop => "shop",
            Whose::Pack => "pack",
        }
    }

    /// For operators.
    pub fn zh(self) -> &'static str {
        match self {
            Whose::Shop => "店铺",
            Whose::Pack => "通用",
        }
    }
}

/// What `allow:` in `shop.yaml` may name: no signals, nobody to ask for, a fifth less than what answers now, a shop
/// that is gone.
pub const ALLOWED: [&str; 4] = ["no_signals", "no_person", "shrink", "lost_shop"];

impl Intent {
    /// Whether the shop has written this question itself, rather than taken it from the common pack.
    pub fn is_of_shop(&self) -> bool {
        of_shop(&self.file).is_some()
    }

    /// Whose word one of its examples or patterns is.
    pub fn whose(&self, sentence: &str) -> Whose {
        if self.own.iter().any(|own| own == sentence) {
            Whose::Shop
        } else {
            Whose::of_file(&self.file)
        }
    }
}

impl Answer {
    /// Whose word it is.
    pub fn whose(&self) -> Whose {
        Whose::of_file(&self.file)
    }
}

impl PackTest {
    /// Whether the shop has written this test itself.
    pub fn is_of_shop(&self) -> bool {
        of_shop(&self.file).is_some()
    }
}

/// Whether an intent brings in a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandoffRule {
    /// Only the answer.
    #[default]
    Never,
    /// The answer with a button that asks for a person.
    Offer,
    /// The answer, and the chat goes to the queue.
    Always,
}

/// A slot that an answer uses.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotRequest {
    /// Which.
    pub name: SlotName,
    /// The question for it; present: the slot is required.
    pub ask: Option<LocalText>,
}

/// A table that answers from slots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Input columns.
    pub inputs: Vec<SlotName>,
    /// Output columns.
    pub outputs: Vec<String>,
    /// Rows, first match wins.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// One cell for each input column.
    pub cells: Vec<Cell>,
    /// One text for each output column.
    pub values: Vec<String>,
}

/// What an input cell accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Anything, even an unknown slot.
    Any,
    /// low ≤ value < high.
    Range(f64, f64),
    /// One of these words.
    Words(Vec<String>),
}

/// An answer or phrase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// minijinja source.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// First day it is valid, `YYYY-MM-DD`.
    pub from: Option<jiff::civil::Date>,
    /// Last day it is valid.
    pub to: Option<jiff::civil::Date>,
    /// The period of the shop in which it is said.
    pub period: Option<String>,
    /// The file that it stands in.
    pub file: String,
    /// Line in the file, for messages about the template.
    pub line: usize,
}

/// A test of an intent or signal file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackTest {
    /// What the shopper writes.
    pub ask: String,
    /// Earlier messages of the same talk.
    pub after: Vec<String>,
    /// The id that must be answered (or signalled); `none` for unknown.
    pub expect: Option<String>,
    /// The id that must not be.
    pub expect_not: Option<String>,
    /// The file that it stands in.
    pub file: String,
    /// Line in the file.
    pub line: usize,
}

/// Words that mean the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Synonym {
    /// The canonical word.
    pub word: String,
    /// What is read as it.
    pub same: Vec<String>,
}

/// A signal, from `signals/<kind>/<name>.yaml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignalSource {
    /// `emotion.anger` …
    pub id: String,
    /// Short title for the desk.
    pub title: LocalText,
    /// The lane a ticket gets; `None`: does not hand off alone.
    pub lane: Option<Lane>,
    /// Patterns of which one is enough.
    pub strong: Vec<String>,
    /// Patterns that count for half.
    pub medium: Vec<String>,
    /// Patterns that only add up.
    pub weak: Vec<String>,
    /// Sentences that carry it.
    pub examples: Vec<String>,
    /// Sentences that look like it and do not.
    pub calm: Vec<String>,
    /// The file's own tests.
    pub tests: Vec<PackTest>,
    /// File it came from.
    pub file: String,
}

/// Words that decide whether a cue is meant, from `signals/scope.yaml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScopeWords {
    /// 不是, 没有, not …
    pub negations: Vec<String>,
    /// 吗, 怎么, 是否 …
    pub questions: Vec<String>,
    /// 如果, 万一 …
    pub hypotheticals: Vec<String>,
    /// 说, 评论里 … before quoted words.
    pub quotations: Vec<String>,
    /// 我朋友, 别家 …
    pub third_parties: Vec<String>,
    /// 好, 喜欢 … near strong words.
    pub praise: Vec<String>,
    /// 太, 非常, so …
    pub intensifiers: Vec<String>,
    /// Words that contain a cue and are none: 放假, 火锅.
    pub harmless: Vec<String>,
    /// Sentences of praise and of plain talk: the good and neutral classes of the model.
    pub content: Vec<String>,
}

impl ScopeWords {
    /// All lists, in the order of their fields.
    pub fn lists(&self) -> [&Vec<String>; 9] {
        [
            &self.negations,
            &self.questions,
            &self.hypotheticals,
            &self.quotations,
            &self.third_parties,
            &self.praise,
            &self.intensifiers,
            &self.harmless,
            &self.content,
        ]
    }

    /// Adds the words of other lists.
    pub(super) fn extend(&mut self, more: ScopeWords) {
        self.negations.extend(more.negations);
        self.questions.extend(more.questions);
        self.hypotheticals.extend(more.hypotheticals);
        self.quotations.extend(more.quotations);
        self.third_parties.extend(more.third_parties);
        self.praise.extend(more.praise);
        self.intensifiers.extend(more.intensifiers);
        self.harmless.extend(more.harmless);
        self.content.extend(more.content);
    }
}
