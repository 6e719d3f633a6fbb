//! Intent files: what operators write, checked and turned into a [`Pack`].

mod expansion;
mod finding;
mod pack;
pub mod pattern;
pub mod yaml;

pub use finding::{Finding, Severity};
pub use pack::{
    Answer, Cell, Goods, HandoffRule, Intent, LocalText, Pack, PackTest, Row, ScopeWords, Shop, SignalSource,
    SlotRequest, Synonym, Table,
};

pub use pattern::{Part, Pattern, PatternError, PatternErrorKind};

use std::path::Path;

/// Reads a folder: the pack when it is structurally sound, and all findings at once.
pub fn load(_folder: &Path) -> (Option<Pack>, Vec<Finding>) {
    (Some(Pack::default()), Vec::new())
}
