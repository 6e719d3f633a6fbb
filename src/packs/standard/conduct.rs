//! What agents say that a review of talks looks for: the words are data, in `conduct.yaml`.

use std::sync::LazyLock;

use crate::model::SlotName;
use crate::packs::written::{StandardFile, read_standards};

use super::wordings::{Wordings, folded};

/// With what the rules begin whose words ask for data.
const ASKS: &str = "ask.";

/// The words.
#[derive(Debug)]
pub struct Conduct {
    /// The agent will look and come back; any of these.
    pub promises: Vec<Wordings>,
    /// Something was done, found or given.
    pub deeds: Wordings,
    /// The agent apologises.
    pub apologies: Wordings,
    /// A message of nothing else wants no reply.
    pub closings: Wordings,
    /// The agent asks for data.
    pub asks: Vec<(SlotName, Wordings)>,
}

/// The words that are shipped.
pub static CONDUCT: LazyLock<Conduct> = LazyLock::new(|| {
    let (written, findings) = read_standards("conduct.yaml", include_str!("conduct.yaml").as_bytes());
    debug_assert!(findings.is_empty(), "{findings:?}");
    let wordings = |one: &StandardFile| Wordings::of(&folded(&one.words), &folded(&one.except), &folded(&one.before));
    let named = |name: &str| {
        let found = written.standards.iter().find(|one| one.rule.value == name);
        debug_assert!(found.is_some(), "conduct.yaml has no {name}");
        found.map_or_else(|| Wordings::of(&[], &[], &[]), wordings)
    };
    let asks = written.standards.iter().filter_map(|one| {
        let name = one.rule.value.strip_prefix(ASKS)?;
        let slot = SlotName::ALL.into_iter().find(|slot| slot.name() == name);
        debug_assert!(slot.is_some(), "conduct.yaml asks for {name}, which is no slot");
        Some((slot?, wordings(one)))
    });
    Conduct {
        promises: written
            .standards
            .iter()
            .filter(|one| one.rule.value == "promise")
            .map(wordings)
            .collect(),
        deeds: named("deed"),
        apologies: named("apology"),
        closings: named("closing"),
        asks: asks.collect(),
    }
});
