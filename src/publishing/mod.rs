//! From a folder of intent files to a live generation: load, check, run the files' own tests, compile, swap.

mod pack_tests;
pub mod reload;

use std::path::Path;
use std::sync::Arc;

use crate::dialogue::Generation;
use crate::packs::{Finding, Severity};
use crate::understanding::Tolerance;

pub use pack_tests::run as run_pack_tests;

/// Loads a folder that is to answer shoppers: it must be sound and pass its own tests. Warnings come along. What
/// was learned for `previous` from the same sentences is not learned again.
///
/// # Errors
/// All findings, when one of them forbids it.
pub fn load(
    folder: &Path,
    tolerance: Tolerance,
    previous: Option<&Generation>,
) -> Result<(Arc<Generation>, Vec<Finding>), Vec<Finding>> {
    let (generation, mut findings) = compile_after(folder, tolerance, previous)?;
    let generation = Arc::new(generation);
    findings.extend(run_pack_tests(&generation));
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
pub fn compile(folder: &Path, tolerance: Tolerance) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
    compile_after(folder, tolerance, None)
}

fn compile_after(
    folder: &Path,
    tolerance: Tolerance,
    previous: Option<&Generation>,
) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
    let (pack, mut findings) = crate::packs::load(folder);
    let Some(pack) = pack else { return Err(findings) };
    match Generation::compile(pack, tolerance, previous) {
        Ok(generation) => Ok((generation, findings)),
        Err(errors) => {
            findings.extend(errors);
            Err(findings)
        }
    }
}
