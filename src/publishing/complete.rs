//! Everything that can be said of a folder at once: what is found in the files, what would be lost without them, answers
//! that do not compile, examples that belong elsewhere, and the files' own tests, each as far as the rest allows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dialogue::Generation;
use crate::model::{Millis, ShopId};
use crate::packs::{Finding, Pack, Severity, expired, load_despite_errors, misplaced, refused, sort_findings, waive};
use crate::understanding::Tolerance;

use super::{Reading, Tested, fit_for_shoppers};

/// What there is to say of a folder.
pub struct Checked {
    /// Errors first, then by file and place; each once, however many shops it is about.
    pub findings: Vec<Finding>,
    /// The packs that were looked at. With errors among the findings they hold only what could be read.
    pub packs: Vec<Arc<Pack>>,
    /// The shops of the folder.
    pub shops: Vec<ShopId>,
}

/// Looks at everything in a folder, of one shop or of all. `own_clock_ms` is the reply clock of shops that promise nothing
/// themselves, milliseconds; `now` tells which answers have ended.
pub fn check(reading: &Reading, tolerance: Tolerance, own_clock_ms: u64, shop: Option<&str>, now: Millis) -> Checked {
    let mut findings = reading.findings.clone();
    let (mut packs, more) = load_despite_errors(&reading.files);
    findings.extend(more);
    let shops = packs.iter().map(|pack| pack.shop.id.clone()).collect();
    if let Some(shop) = shop {
        packs.retain(|pack| pack.shop.id.as_str() == shop);
    }
    let broken = Broken::of(&findings);
    let mut later = Vec::new();
    let (mut looked_at, mut known, mut tested) = (Vec::new(), Vec::new(), Tested::default());
    for (at, mut pack) in packs.into_iter().enumerate() {
        later.extend(fit_for_shoppers(&pack));
        later.extend(expired(&pack, pack.shop.date_at(now)));
        later.extend(misplaced(&pack, &reading.files, at > 0));
        let has_facts = !pack.shop_file.is_empty();
        let mut compiled = Generation::compile(pack.clone(), tolerance, own_clock_ms, &known);
        if let Err(errors) = &compiled {
            // A shop without its file has no facts: that is one finding, and not one for each answer.
            later.extend(errors.iter().filter(|error| has_facts || error.rule != "I072").cloned());
            leave_out(&mut pack, errors);
            compiled = Generation::compile(pack.clone(), tolerance, own_clock_ms, &known);
        }
        if let Ok(generation) = compiled {
            let generation = Arc::new(generation);
            let failed = tested.run(&generation);
            later.extend(
                failed
                    .into_iter()
                    .filter(|finding| !broken.explains(finding, &generation.pack)),
            );
            known.push(generation);
        }
        looked_at.push(Arc::new(pack));
    }
    waive(&reading.files, &mut later);
    findings.append(&mut later);
    // What the common files say is said once, not for each shop.
    let mut seen: BTreeSet<(&str, String, usize, usize, String)> = BTreeSet::new();
    findings.retain(|finding| {
        let (file, message) = (finding.file.clone(), finding.message.zh.clone());
        seen.insert((finding.rule, file, finding.line, finding.column, message))
    });
    sort_findings(&mut findings);
    Checked {
        findings,
        packs: looked_at,
        shops,
    }
}

/// Answers that do not compile, so that the rest can be tried.
fn leave_out(pack: &mut Pack, errors: &[Finding]) {
    let wrong = |file: &str, line: usize| errors.iter().any(|error| error.file == file && error.line == line);
    // A statement or a variable of a folded text may stand lines below its beginning.
    let near = |file: &str, line: usize| (0..8).any(|more| wrong(file, line + more));
    for intent in &mut pack.intents {
        let mut said = intent.answers.iter().chain(&intent.agent);
        if said.any(|answer| near(&answer.file, answer.line)) {
            let intent = Arc::make_mut(intent);
            for answers in [&mut intent.answers, &mut intent.agent] {
                answers.retain(|answer| !near(&answer.file, answer.line));
            }
        }
        if intent.slots.iter().any(|slot| slot.ask.is_some()) && wrong(&intent.file, 0) {
            Arc::make_mut(intent).slots.iter_mut().for_each(|slot| slot.ask = None);
        }
    }
    for answers in pack.phrases.values_mut() {
        if answers.iter().any(|answer| near(&answer.file, answer.line)) {
            Arc::make_mut(answers).retain(|answer| !near(&answer.file, answer.line));
        }
    }
}

/// Files that could not be read wholly: what follows from that is not said again.
struct Broken(BTreeSet<String>);

impl Broken {
    fn of(findings: &[Finding]) -> Broken {
        let unread = |finding: &&Finding| {
            finding.severity == Severity::Error && finding.rule < "I020" && !matches!(finding.rule, "I008" | "I009")
        };
        Broken(
            findings
                .iter()
                .filter(unread)
                .map(|finding| finding.file.clone())
                .collect(),
        )
    }

    /// Whether a test fails because what it asks of is not there, or not wholly.
    fn explains(&self, failed: &Finding, pack: &Pack) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let tests = pack.intents.iter().flat_map(|intent| &intent.tests);
        let tests = tests.chain(pack.signals.iter().flat_map(|signal| &signal.tests));
        let test = tests
            .into_iter()
            .find(|test| test.file == failed.file && test.line == failed.line);
        let wanted = test.and_then(|test| test.expect.as_deref());
        let file = wanted.and_then(|id| pack.intent(id)).map(|intent| intent.file.as_str());
        let path = wanted.map(|id| format!("{}.yaml", id.replacen('.', "/", 1)));
        self.0.contains(&failed.file)
            || file.is_some_and(|file| self.0.contains(file))
            || path.is_some_and(|path| self.0.contains(&path))
    }
}

impl Checked {
    /// Whether the folder may go live.
    pub fn may_go_live(&self) -> bool {
        !refused(&self.findings)
    }
}
