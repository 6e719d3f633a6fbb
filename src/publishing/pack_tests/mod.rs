//! The tests that intent and signal files carry, run as the very turn that shoppers get.

use std::sync::Arc;

use crate::dialogue::{Generation, Simulator};
use crate::model::{Language, Millis};
use crate::packs::{Finding, PackTest, refused};
use crate::understanding::Understanding;

mod flipped;

use flipped::Bare;

/// Generations whose tests were run.
#[derive(Default)]
pub struct Tested {
    passed: Vec<Arc<Generation>>,
    failed: Vec<Arc<Generation>>,
    bare: Bare,
}

impl Tested {
    /// Begins with generations that answer, whose tests were all passed.
    pub fn passed(generations: Vec<Arc<Generation>>) -> Tested {
        Tested {
            passed: generations,
            ..Tested::default()
        }
    }

    /// Runs the tests that nothing has proved yet; one finding for each that fails: an error, or a warning where a test of
    /// the common pack fails only because of what the shop writes. What failed elsewhere in the same files is not said again.
    pub fn run(&mut self, generation: &Arc<Generation>) -> Vec<Finding> {
        if self.failed.iter().any(|tested| same(tested, generation, PackTest::eq)) {
            return Vec::new();
        }
        let single = self.passed.iter().any(|tested| same(tested, generation, same_test));
        let pack = &generation.pack;
        let intents = pack.intents.iter().flat_map(|intent| &intent.tests);
        let signals = pack.signals.iter().flat_map(|signal| &signal.tests);
        // How a talk goes on depends also on what was answered in it: such tests are run for every shop.
        let failed: Vec<(&PackTest, Understanding, Finding)> = intents
            .chain(signals)
            .filter(|test| !single || !test.after.is_empty())
            .filter_map(|test| {
                let read = read(test, generation);
                let error = failure(test, generation, &read)?;
                Some((test, read, error))
            })
            .collect();
        if failed.is_empty() {
            if !single {
                self.passed.push(Arc::clone(generation));
            }
            return Vec::new();
        }
        let common = failed.iter().any(|(test, ..)| !test.is_of_shop());
        let bare = common.then(|| self.bare.of(generation, &self.passed)).flatten();
        let findings = failed.into_iter().map(|(test, now, error)| {
            let bare = bare.as_ref().filter(|_| !test.is_of_shop());
            let warning = bare.and_then(|bare| flipped::warning(test, generation, &now, bare));
            warning.unwrap_or(error)
        });
        let findings: Vec<Finding> = findings.collect();
        if refused(&findings) {
            self.failed.push(Arc::clone(generation));
        }
        findings
    }
}

/// Runs all of them; one finding for each that fails.
pub fn run(generation: &Arc<Generation>) -> Vec<Finding> {
    Tested::default().run(generation)
}

/// Whether the tests of one generation, those that begin with another message aside, prove those of another: the same
/// words are read by the same index.
fn same(tested: &Generation, generation: &Generation, equal: fn(&PackTest, &PackTest) -> bool) -> bool {
    let tests = |a: &[PackTest], b: &[PackTest]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b));
    let (one, other) = (&tested.pack, &generation.pack);
    Arc::ptr_eq(&tested.index, &generation.index)
        && one.intents.len() == other.intents.len()
        && one
            .intents
            .iter()
            .zip(&other.intents)
            .all(|(a, b)| Arc::ptr_eq(a, b) || (a.is_of_shop() == b.is_of_shop() && tests(&a.tests, &b.tests)))
        && one.signals.len() == other.signals.len()
        && (Arc::ptr_eq(&one.signals, &other.signals)
            || one
                .signals
                .iter()
                .zip(other.signals.iter())
                .all(|(a, b)| tests(&a.tests, &b.tests)))
}

/// Whether two tests ask the same, wherever they are written.
fn same_test(a: &PackTest, b: &PackTest) -> bool {
    (&a.ask, &a.after, &a.expect, &a.expect_not, a.is_of_shop())
        == (&b.ask, &b.after, &b.expect, &b.expect_not, b.is_of_shop())
}

/// The error about a test whose message is read so; `None` where it holds.
fn failure(test: &PackTest, generation: &Generation, read: &Understanding) -> Option<Finding> {
    let got = taking_effect(read);
    let wanted = test.expect.as_deref().filter(|id| {
        if *id == "none" {
            !got.is_empty()
        } else {
            !got.contains(id)
        }
    });
    let unwanted = test.expect_not.as_deref().filter(|id| got.contains(id));
    if wanted.is_none() && unwanted.is_none() {
        return None;
    }
    // What a shop writes beats the common pack: a question of its own may take what a common test says.
    let taken = |id: &&str| generation.pack.intent(id).is_some_and(|intent| intent.is_of_shop());
    if unwanted.is_none() && !test.is_of_shop() && got.iter().any(taken) {
        return None;
    }
    let shown = shown(read);
    let (zh, en) = match (wanted, unwanted) {
        (Some(id), _) => (
            format!("测试没通过：“{}”应当是 {id}，读成了 {shown}", test.ask),
            format!("test failed: `{}` should be {id}, was read as {shown}", test.ask),
        ),
        (None, id) => {
            let id = id.unwrap_or_default();
            (
                format!("测试没通过：“{}”不应当是 {id}，却读成了 {shown}", test.ask),
                format!("test failed: `{}` should not be {id}, was read as {shown}", test.ask),
            )
        }
    };
    Some(Finding::error("G001", &test.file, zh, en).at(test.line, 0).hint(
        "给应当命中的意图添几条类似的 examples，或在抢走它的意图里写 not",
        "add similar examples to the intent that should have it, or `not:` words to the one that took it",
    ))
}

/// What is read and takes effect: questions, then signals.
fn taking_effect(understanding: &Understanding) -> Vec<&str> {
    let questions = understanding.questions.iter().map(|question| question.id.as_str());
    let signals = understanding.signals.iter().filter(|signal| signal.takes_effect());
    questions.chain(signals.map(|signal| signal.id.as_str())).collect()
}

/// What takes effect, in words; where nothing does, what came nearest.
fn shown(read: &Understanding) -> String {
    let got = taking_effect(read);
    if !got.is_empty() {
        return got.join(", ");
    }
    let best = read.alternatives.first();
    let best = best.map(|question| format!(" ({} {:.2})", question.id, question.confidence));
    format!("none{}", best.unwrap_or_default())
}

/// Reads the message of a test after the messages that it says came before. A person who was brought in by one of
/// those gives the talk back: a test says what its message is read as.
fn read(test: &PackTest, generation: &Arc<Generation>) -> Understanding {
    let language = Language::of(&test.ask).unwrap_or_default();
    let mut talk = Simulator::new(Arc::clone(generation), language, Millis(0));
    for earlier in &test.after {
        talk.say(&[earlier]);
        talk.give_back();
    }
    talk.say(&[&test.ask])
        .map(|outcome| outcome.understanding)
        .unwrap_or_default()
}
