//! From a folder of intent files to a live generation: load, check, run the files' own tests, compile, swap.

pub mod reload;

use std::path::Path;
use std::sync::Arc;

use crate::intents::{Finding, Pack};
use crate::reply::Templates;
use crate::understanding::Index;

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
    /// Loads a folder. Errors of severity `error` refuse it; warnings come along.
    pub fn load(folder: &Path, number: u64) -> Result<(Generation, Vec<Finding>), Vec<Finding>> {
        let (pack, mut findings) = crate::intents::load(folder);
        let Some(pack) = pack else { return Err(findings) };
        let templates = match Templates::compile(&pack) {
            Ok(templates) => templates,
            Err(errors) => {
                findings.extend(errors.into_iter().map(Finding::from));
                return Err(findings);
            }
        };
        Ok((
            Generation {
                number,
                index: Index::build(&pack, crate::understanding::Thresholds::default()),
                templates,
                pack: Arc::new(pack),
            },
            findings,
        ))
    }
}
