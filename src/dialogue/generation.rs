//! One shop's compiled pack: everything that reading and answering its shoppers needs.

use std::sync::Arc;

use crate::packs::{Finding, Pack};
use crate::reply::Templates;
use crate::understanding::{Index, Tolerance};

/// A compiled pack. Messages in flight finish on the generation they began with.
pub struct Generation {
    /// The pack.
    pub pack: Arc<Pack>,
    /// The index.
    pub index: Index,
    /// The compiled answers.
    pub templates: Templates,
}

impl Generation {
    /// Compiles a pack. What was learned for `previous` from the same sentences is not learned again.
    ///
    /// # Errors
    /// The answers that do not compile.
    pub fn compile(
        pack: Pack,
        tolerance: Tolerance,
        previous: Option<&Generation>,
    ) -> Result<Generation, Vec<Finding>> {
        let templates =
            Templates::compile(&pack).map_err(|errors| errors.into_iter().map(Finding::from).collect::<Vec<_>>())?;
        let index = Index::build_after(&pack, tolerance, previous.map(|previous| &previous.index));
        Ok(Generation {
            index,
            templates,
            pack: Arc::new(pack),
        })
    }
}
