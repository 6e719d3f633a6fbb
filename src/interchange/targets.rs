//! Which question of a shop a row is about: the one that its id names, the one that has its sentence, the one of the common
//! pack that it asks by its meaning, or a new one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialogue::{Generation, Simulator};
use crate::model::{DecisionKind, IntentKind, Language, Millis};
use crate::packs::{Intent, SourceFile, fold, question_file};

use super::ids::readable;
use super::rows::Asked;

/// How sure the reading of a sentence must be for the row to answer that question from now on: one wrong answer to a shopper is
/// one, here all of a question's answers would be wrong. Of the rows of which the bot is less sure each is a question of its own.
const SURE: f32 = 0.9;
/// One of so many characters of such a sentence may be in no example of the question.
const UNKNOWN: usize = 4;
/// The topic of a question without a category.
const TOPIC: &str = "faq";
/// Folders of a pack that hold no questions.
const NO_TOPICS: [&str; 4] = ["shared", "signals", "imported", "shops"];

/// How a question was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By its id.
    Id,
    /// By a sentence, word for word.
    Sentence,
    /// By its meaning.
    Meaning,
    /// It is new.
    New,
}

/// Finds the questions of rows, one after the other.
pub struct Targets<'a> {
    shop: &'a str,
    files: BTreeSet<&'a str>,
    generation: Arc<Generation>,
    /// Sentences of the shop's own, then those of the common pack, with their questions.
    owners: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    /// What rows answer to questions that they have found.
    answered: BTreeMap<String, Vec<String>>,
}

impl<'a> Targets<'a> {
    /// For a shop as it answers now. `files` are those of the folder.
    pub fn new(shop: &'a str, files: &'a [SourceFile], generation: &Arc<Generation>) -> Targets<'a> {
        let (mut owners, mut own) = (BTreeMap::new(), BTreeMap::new());
        for intent in &generation.pack.intents {
            let of_shop = intent.is_of_shop();
            for sentence in &intent.examples {
                owners.entry(fold(sentence)).or_insert_with(|| intent.id.clone());
                if of_shop || intent.own.contains(sentence) {
                    own.entry(fold(sentence)).or_insert_with(|| intent.id.clone());
                }
            }
        }
        Targets {
            shop,
            files: files.iter().map(|file| file.name.as_str()).collect(),
            taken: generation.pack.intents.iter().map(|intent| intent.id.clone()).collect(),
            generation: Arc::clone(generation),
            owners,
            own,
            answered: BTreeMap::new(),
        }
    }

    /// The id of the question that a row is about, and how it was found.
    pub fn find(&mut self, asked: &Asked) -> (String, How) {
        let (id, how) = self.look(asked);
        self.taken.insert(id.clone());
        for sentence in &asked.examples {
            self.own.entry(fold(sentence)).or_insert_with(|| id.clone());
        }
        let answers = asked.answers.iter().map(|answer| answer.text.clone());
        self.answered.entry(id.clone()).or_default().extend(answers);
        (id, how)
    }

    /// The question that a sentence belongs to in this shop, by the shop's own words.
    pub fn owner(&self, sentence: &str) -> Option<&str> {
        self.own.get(&fold(sentence)).map(String::as_str)
    }

    fn look(&self, asked: &Asked) -> (String, How) {
        if let Some(id) = &asked.id {
            let how = if self.is_there(id) { How::Id } else { How::New };
            return (id.clone(), how);
        }
        if self.taken.contains(&asked.label) {
            return (asked.label.clone(), How::Id);
        }
        let key = readable(&asked.label.replace(['-', '_'], " "));
        if !key.is_empty() {
            let known = self
                .taken
                .iter()
                .find(|id| id.split_once('.').is_some_and(|(_, question)| question == key));
            return match known {
                Some(id) => (id.clone(), How::Id),
                None => (format!("{}.{key}", topic(&asked.category)), How::New),
            };
        }
        let sentences = || {
            asked
                .examples
                .iter()
                .chain(&asked.keywords)
                .map(|sentence| fold(sentence))
        };
        if let Some(id) = sentences().find_map(|sentence| self.own.get(&sentence)) {
            return (id.clone(), How::Sentence);
        }
        let exact = asked
            .examples
            .iter()
            .find_map(|sentence| self.owners.get(&fold(sentence)));
        if let Some(id) = exact.filter(|id| self.is_free(id, asked)) {
            return (id.clone(), How::Sentence);
        }
        if let Some(id) = self.meant(asked).filter(|id| self.is_free(id, asked)) {
            return (id, How::Meaning);
        }
        (self.fresh(asked), How::New)
    }

    fn is_there(&self, id: &str) -> bool {
        // A question that is switched off has files and is in no pack.
        let own = question_file(self.shop, id);
        let common = format!("{}.yaml", id.replacen('.', "/", 1));
        self.taken.contains(id) || self.files.contains(own.as_str()) || self.files.contains(common.as_str())
    }

    /// Whether the shop says nothing else to a question of the common pack yet: a row must not take the place of another.
    fn is_free(&self, id: &str, asked: &Asked) -> bool {
        let rows = self.answered.get(id).into_iter().flatten().map(String::as_str);
        let own = self.generation.pack.intent(id).into_iter().flat_map(|intent| {
            let of_shop = intent
                .answers
                .iter()
                .filter(|answer| answer.whose() == crate::packs::Whose::Shop);
            of_shop.map(|answer| answer.text.as_str())
        });
        let said: Vec<&str> = rows.chain(own).map(str::trim).collect();
        let same = |text: &str| said.contains(&text.trim());
        said.is_empty() || asked.answers.iter().all(|answer| same(&answer.text))
    }

    /// Whether a sentence is in the words of a question: 刻字要多少钱 reads like one about postage to a pack that knows nothing of
    /// engraving, and its characters say that it is none.
    fn is_in_words_of(&self, id: &str, sentence: &str) -> bool {
        let Some(intent) = self.generation.pack.intent(id) else {
            return false;
        };
        let known: BTreeSet<char> = intent
            .examples
            .iter()
            .flat_map(|text| fold(text).chars().collect::<Vec<_>>())
            .collect();
        let folded = fold(sentence);
        let signs = || folded.chars().filter(|sign| sign.is_alphanumeric());
        let unknown = signs().filter(|sign| !known.contains(sign)).count();
        unknown * UNKNOWN <= signs().count()
    }

    /// The question of the common pack that at least half of the sentences ask.
    fn meant(&self, asked: &Asked) -> Option<String> {
        let mut votes: BTreeMap<String, usize> = BTreeMap::new();
        for sentence in &asked.examples {
            let known = known_question(&self.generation, sentence);
            if let Some(id) = known.filter(|id| self.is_in_words_of(id, sentence)) {
                *votes.entry(id).or_default() += 1;
            }
        }
        let (id, count) = votes.into_iter().max_by_key(|(_, count)| *count)?;
        let of_pack = self
            .generation
            .pack
            .intent(&id)
            .is_some_and(|intent: &Intent| !intent.is_of_shop());
        (of_pack && count * 2 >= asked.examples.len()).then_some(id)
    }

    /// An id that nobody has.
    fn fresh(&self, asked: &Asked) -> String {
        let topic = topic(&asked.category);
        let name = match readable(if asked.title.is_empty() {
            asked.about()
        } else {
            &asked.title
        }) {
            name if name.is_empty() => "wen_ti".to_owned(),
            name => name,
        };
        let plain = format!("{topic}.{name}");
        let mut ids = std::iter::once(plain.clone()).chain((2..).map(|count| format!("{plain}_{count}")));
        ids.find(|id| !self.is_there(id)).unwrap_or(plain)
    }
}

fn topic(category: &str) -> String {
    let topic = readable(category);
    match topic.as_str() {
        "" => TOPIC.to_owned(),
        taken if NO_TOPICS.contains(&taken) => format!("{topic}_{TOPIC}"),
        _ => topic,
    }
}

/// The question that this sentence alone asks, as a shopper's first message.
fn known_question(generation: &Arc<Generation>, question: &str) -> Option<String> {
    let language = Language::of(question).unwrap_or_default();
    let outcome = Simulator::new(Arc::clone(generation), language, Millis(0)).say(&[question])?;
    let [asked] = outcome.decision.intents.as_slice() else {
        return None;
    };
    let answered = matches!(outcome.decision.kind, DecisionKind::Answer | DecisionKind::AskSlot);
    let sure = asked.confidence >= SURE;
    (answered && sure && asked.kind() == IntentKind::Question).then(|| asked.id.clone())
}
