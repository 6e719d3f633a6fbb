//! One shop's compiled pack: everything that reading and answering its shoppers needs.

use std::sync::Arc;

use crate::model::{Choice, Language};
use crate::packs::{Finding, Pack};
use crate::reply::Templates;
use crate::understanding::{Index, Tolerance};

/// A compiled pack. Messages in flight finish on the generation they began with.
pub struct Generation {
    /// The pack.
    pub pack: Arc<Pack>,
    /// The index.
    pub index: Arc<Index>,
    /// The compiled answers.
    pub templates: Templates,
    /// How sure the bot must be.
    pub tolerance: Tolerance,
}

impl Generation {
    /// Compiles a pack. What was learned or compiled for one of `known` from the same words is shared, not done again.
    ///
    /// # Errors
    /// The answers that do not compile.
    pub fn compile(pack: Pack, tolerance: Tolerance, known: &[Arc<Generation>]) -> Result<Generation, Vec<Finding>> {
        let shared = known
            .iter()
            .find_map(|known| known.templates.for_pack(&known.pack, &pack));
        let templates = match shared {
            Some(templates) => templates,
            None => {
                Templates::compile(&pack).map_err(|errors| errors.into_iter().map(Finding::from).collect::<Vec<_>>())?
            }
        };
        let identity = Index::identity_of(&pack, tolerance);
        let index = match known.iter().find(|known| known.index.identity() == identity) {
            Some(known) => Arc::clone(&known.index),
            None => {
                let own = known.iter().find(|known| known.pack.shop.id == pack.shop.id);
                let previous = own.or(known.first()).map(|known| known.index.as_ref());
                Arc::new(Index::build_after(&pack, tolerance, previous))
            }
        };
        Ok(Generation {
            index,
            templates,
            tolerance,
            pack: Arc::new(pack),
        })
    }

    /// An intent with its Chinese title, or its id where there is none.
    pub(crate) fn choice(&self, intent: String) -> Choice {
        let title = self.pack.intent(&intent);
        let title = title
            .map(|known| known.title.get(Language::Chinese))
            .filter(|title| !title.is_empty());
        Choice {
            label: title.unwrap_or(&intent).to_owned(),
            intent,
        }
    }
}
