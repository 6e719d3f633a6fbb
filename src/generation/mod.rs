//! From a folder of intent files to a live generation: load, check, run the files' own tests, compile, swap.

mod own_tests;
pub mod reload;

use std::path::Path;
use std::sync::Arc;

use crate::intents::{Finding, Pack, Severity};
use crate::reply::Templates;
use crate::understanding::{Index, Tolerance};

/// A compiled pack with its number. Messages in flight finish on the generation they began with.
pub struct Generation {
    /// Counted from 1 within a process.
    pub number: u64,
    /// The pack.
    pub pack: Arc<Pack>,
    /// The index.
    pub index: Index,
    /// The compiled answers.
    pub templates: Templates,
}

impl Generation {
    /// Loads a folder that is to answer shoppers: it must be sound and pass its own tests. Warnings come along. What
    /// was learned for `previous` from the same sentences is not learned again.
    ///
    /// # Errors
    /// All findings, when one of them forbids it.
    pub fn load(
        folder: &Path,
        number: u64,
        tolerance: Tolerance,
        previous: Option<&Generation>,
    ) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
        let (generation, mut findings) = Generation::compile_after(folder, number, tolerance, previous)?;
        findings.extend(generation.own_tests());
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            Err(findings)
        } else {
            Ok((generation, findings))
        }
    }

    /// Loads a folder without running its tests: for measuring and for trying things out.
    ///
    /// # Errors
    /// All findings, when one of them forbids it.
    pub fn compile(
        folder: &Path,
        number: u64,
        tolerance: Tolerance,
    ) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
        Generation::compile_after(folder, number, tolerance, None)
    }

    fn compile_after(
        folder: &Path,
        number: u64,
        tolerance: Tolerance,
        previous: Option<&Generation>,
    ) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
        let (pack, mut findings) = crate::intents::load(folder);
        let Some(pack) = pack else { return Err(findings) };
        match Templates::compile(&pack) {
            Ok(templates) => {
                let index = Index::build_after(&pack, tolerance, previous.map(|previous| &previous.index));
                Ok((
                    Generation {
                        number,
                        index,
                        templates,
                        pack: Arc::new(pack),
                    },
                    findings,
                ))
            }
            Err(errors) => {
                findings.extend(errors.into_iter().map(Finding::from));
                Err(findings)
            }
        }
    }

    /// Runs the tests that the files carry.
    pub fn own_tests(&self) -> Vec<Finding> {
        own_tests::run(&self.pack, &self.index)
    }
}
