//! One shop's compiled pack: everything that reading and answering its shoppers needs.

use std::sync::Arc;

use crate::model::{Choice, Language, Millis};
use crate::packs::{Finding, Pack};
use crate::reply::Templates;
use crate::understanding::preserve::Shelf;
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
    /// How soon the shop's clock wants a person's answer, milliseconds of service hours.
    pub reply_ms: u64,
}

impl Generation {
    /// Compiles a pack. What was learned or compiled for one of `known` from the same words is shared, not done again.
    /// `own_clock_ms` is the reply clock of shops that promise nothing themselves, milliseconds.
    ///
    /// # Errors
    /// The answers that do not compile.
    pub fn compile(
        pack: impl Into<Arc<Pack>>,
        tolerance: Tolerance,
        own_clock_ms: u64,
        known: &[Arc<Generation>],
    ) -> Result<Generation, Vec<Finding>> {
        Generation::compile_with(pack, tolerance, own_clock_ms, known, None)
    }

    /// The same; what lies on the shelf is taken from there rather than learned.
    ///
    /// # Errors
    /// The answers that do not compile.
    pub fn compile_with(
        pack: impl Into<Arc<Pack>>,
        tolerance: Tolerance,
        own_clock_ms: u64,
        known: &[Arc<Generation>],
        shelf: Option<&dyn Shelf>,
    ) -> Result<Generation, Vec<Finding>> {
        let pack = pack.into();
        let reply_ms = pack.shop.reply_ms(own_clock_ms);
        // What the shop itself said before is most likely the same.
        let own = known.iter().find(|known| known.pack.shop.id == pack.shop.id);
        let known = || own.into_iter().chain(known);
        let templates = Templates::compile_after(&pack, reply_ms, || known().map(|known| &known.templates))
            .map_err(|errors| errors.into_iter().map(Finding::from).collect::<Vec<_>>())?;
        let serves = |known: &&Arc<Generation>| known.tolerance == tolerance && Index::serves_both(&known.pack, &pack);
        let index = match known().find(serves) {
            Some(known) => Arc::clone(&known.index),
            None => {
                let previous = known().next().map(|known| known.index.as_ref());
                Arc::new(Index::build_after(&pack, tolerance, previous, shelf))
            }
        };
        Ok(Generation {
            pack,
            index,
            templates,
            tolerance,
            reply_ms,
        })
    }

    /// When the shop's clock wants the answer to what was said at this moment.
    pub(crate) fn answer_due(&self, said: Millis) -> Millis {
        self.pack.shop.hours.after(said, self.reply_ms)
    }

    /// An intent with its Chinese title, or its id where there is none.
    pub(crate) fn choice(&self, intent: String) -> Choice {
        Choice {
            label: self.title_of(&intent),
            intent,
        }
    }

    /// The Chinese title of an intent, or its id where there is none.
    pub(crate) fn title_of(&self, intent: &str) -> String {
        let title = self.pack.intent(intent);
        let title = title
            .map(|known| known.title.get(Language::Chinese))
            .filter(|title| !title.is_empty());
        title.unwrap_or(intent).to_owned()
    }
}
