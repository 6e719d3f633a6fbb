//! From a folder of intent files to live generations, one for each shop: read once, check, compile, run the files' own
//! tests, hold against what answers now, swap.

mod complete;
pub mod edit;
mod guard;
mod looking;
mod notice;
mod pack_tests;
mod reading;
pub mod reload;
mod shelf;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::HEXLOWER;

use crate::dialogue::Generation;
use crate::model::{PackId, ShopId};
use crate::packs::{Finding, Loader, Pack, USUAL, load_shops, refused};
use crate::shops::Generations;
use crate::understanding::Tolerance;
use crate::understanding::preserve::{Key, KeyBuilder, Shelf};
use shelf::FolderShelf;

pub use complete::{Checked, check};
pub use guard::fit_for_shoppers;
pub use pack_tests::{Tested, run as run_pack_tests};
pub use reading::Reading;

/// The generations of all shops with the findings that do not forbid them, or all findings when one forbids it.
pub type Built = Result<(Vec<Arc<Generation>>, Vec<Finding>), Vec<Finding>>;

/// Builds the generations of all shops, after those that answer now.
pub type Build = dyn FnMut(&Reading, &Generations) -> Built + Send;

/// Why a folder gives no generation.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The files: all findings, one of which forbids it.
    Files(Vec<Finding>),
    /// There is no such shop, or several of which none is the usual one; these there are.
    Shop(Vec<ShopId>),
}

/// Makes generations of one reading of the folder after the other. What did not change since the last one is not read,
/// learned, compiled or tested again.
pub struct Publisher {
    tolerance: Tolerance,
    own_clock_ms: u64,
    loader: Loader,
    shelf: Option<FolderShelf>,
    /// What is said of the tests of packs that may answer all the same.
    warned: HashMap<PackId, Vec<Finding>>,
}

/// Under what the shelf says that the tests of packs were passed, and that files keep all rules. Nothing lies there but the key.
const TESTS: &str = "tests";
const RULES: &str = "rules";

impl Publisher {
    /// For a bot that must be so sure. `own_clock_ms` is the reply clock of shops that promise nothing themselves,
    /// milliseconds.
    pub fn new(tolerance: Tolerance, own_clock_ms: u64) -> Publisher {
        Publisher {
            tolerance,
            own_clock_ms,
            loader: Loader::default(),
            shelf: None,
            warned: HashMap::new(),
        }
    }

    /// Keeps what is learned in a folder, and takes it from there when the files are the same at the next start.
    #[must_use]
    pub fn keeping_in(mut self, folder: PathBuf) -> Publisher {
        self.shelf = Some(FolderShelf::new(folder));
        self
    }

    /// Makes the generations of all shops that are to answer shoppers: the files must be sound, pass their own tests,
    /// and not lose what answers now. Warnings come along. A shop that did not change is `previous`'s; what was
    /// learned, compiled or tested for one shop is not done again for another that says the same.
    ///
    /// # Errors
    /// All findings, when one of them forbids it.
    pub fn load(&mut self, reading: &Reading, previous: &Generations) -> Built {
        let mut findings = reading.findings.clone();
        let rules = rules_key(reading);
        let keeps_rules = self.has(RULES, &rules);
        let (packs, more) = match keeps_rules {
            true => self.loader.load_known(&reading.files),
            false => self.loader.load(&reading.files),
        };
        let silent = more.is_empty();
        findings.extend(more);
        if packs.is_empty() || refused(&findings) {
            return Err(findings);
        }
        findings.extend(guard::losses(&packs, previous));
        let mut known: Vec<Arc<Generation>> = previous.values().cloned().collect();
        let answers = |id: &PackId| previous.values().any(|shop| shop.pack.id == *id);
        self.warned.retain(|id, _| answers(id));
        let sound = |shop: &&Arc<Generation>| !self.warned.contains_key(&shop.pack.id);
        let mut tested = Tested::passed(known.iter().filter(sound).cloned().collect());
        let tests = self.tests_key(&packs);
        let passed = self.has(TESTS, &tests);
        let shelf = self.shelf.as_ref().map(|shelf| shelf as &dyn Shelf);
        let mut shops = Vec::with_capacity(packs.len());
        for pack in packs {
            findings.extend(fit_for_shoppers(&pack));
            let before = previous.get(&pack.shop.id);
            if let Some(same) = before.filter(|before| before.pack.id == pack.id && before.tolerance == self.tolerance)
            {
                findings.extend(self.warned.get(&pack.id).into_iter().flatten().cloned());
                shops.push(Arc::clone(same));
                continue;
            }
            match Generation::compile_with(pack, self.tolerance, self.own_clock_ms, &known, shelf) {
                Ok(generation) => {
                    let generation = Arc::new(generation);
                    known.push(Arc::clone(&generation));
                    if !passed {
                        let failed = tested.run(&generation);
                        if !failed.is_empty() {
                            self.warned.insert(generation.pack.id.clone(), failed.clone());
                        }
                        findings.extend(failed);
                    }
                    shops.push(generation);
                }
                Err(errors) => findings.extend(errors),
            }
        }
        if refused(&findings) {
            return Err(findings);
        }
        if let Some(shelf) = &self.shelf {
            // Warnings are to be told at the next start too.
            let warned = shops.iter().any(|shop| self.warned.contains_key(&shop.pack.id));
            if !passed && !warned {
                shelf.put(TESTS, &tests, &|_| Ok(()));
            }
            let mut in_use: Vec<_> = shops.iter().flat_map(|shop| shop.index.learned_from()).collect();
            in_use.push((TESTS, tests));
            if silent {
                if !keeps_rules {
                    shelf.put(RULES, &rules, &|_| Ok(()));
                }
                in_use.push((RULES, rules));
            }
            shelf.tidy(&in_use);
        }
        Ok((shops, findings))
    }

    /// Whether the shelf has this.
    fn has(&self, name: &'static str, key: &Key) -> bool {
        let shelf = self.shelf.as_ref();
        shelf.is_some_and(|shelf| shelf.take(name, key, &mut |_, _| Ok(())))
    }

    /// Everything that decides whether the tests of these packs are passed.
    fn tests_key(&self, packs: &[Arc<Pack>]) -> Key {
        let mut key = KeyBuilder::default();
        key.text(&format!("{:?} {}", self.tolerance, self.own_clock_ms));
        packs.iter().for_each(|pack| key.text(pack.id.as_str()));
        key.finish()
    }
}

/// Everything that decides what findings the files give.
fn rules_key(reading: &Reading) -> Key {
    let mut key = KeyBuilder::default();
    key.text(&HEXLOWER.encode(&reading.id));
    key.finish()
}

/// Compiles one shop of a folder without running its tests: for measuring and for trying things out. Without a name it
/// is the only shop, or `demo`.
///
/// # Errors
/// What keeps it from being compiled.
pub fn compile(
    folder: &Path,
    tolerance: Tolerance,
    own_clock_ms: u64,
    shop: Option<&str>,
) -> Result<(Arc<Generation>, Vec<Finding>), Refusal> {
    compile_after(&Reading::of(folder), tolerance, own_clock_ms, shop, &[])
}

/// The same from what was read; what one of `known` has learned from the same words is shared.
///
/// # Errors
/// What keeps it from being compiled.
pub fn compile_after(
    reading: &Reading,
    tolerance: Tolerance,
    own_clock_ms: u64,
    shop: Option<&str>,
    known: &[Arc<Generation>],
) -> Result<(Arc<Generation>, Vec<Finding>), Refusal> {
    let mut findings = reading.findings.clone();
    let (packs, more) = load_shops(&reading.files);
    findings.extend(more);
    if packs.is_empty() || refused(&findings) {
        return Err(Refusal::Files(findings));
    }
    let pack = choose(packs, shop).map_err(Refusal::Shop)?;
    match Generation::compile(pack, tolerance, own_clock_ms, known) {
        Ok(generation) => Ok((Arc::new(generation), findings)),
        Err(errors) => {
            findings.extend(errors);
            Err(Refusal::Files(findings))
        }
    }
}

/// The pack of the shop with this name; without one the only pack, or that of `demo`. The shops there are when that
/// says nothing.
fn choose(mut packs: Vec<Pack>, shop: Option<&str>) -> Result<Pack, Vec<ShopId>> {
    let ids: Vec<ShopId> = packs.iter().map(|pack| pack.shop.id.clone()).collect();
    let at = match shop {
        None if packs.len() == 1 => Some(0),
        wanted => ids.iter().position(|id| id.as_str() == wanted.unwrap_or(USUAL)),
    };
    at.map(|at| packs.swap_remove(at)).ok_or(ids)
}

#[cfg(test)]
mod bare_tests;
#[cfg(test)]
mod shelf_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod warm_tests;
