//! What must hold in and between files. Each rule has a stable id:
//!
//! | ids | about | file |
//! |---|---|---|
//! | I001–I015 | YAML, keys, types, encodings | `yaml/`, `written/`, `folder.rs` |
//! | I016–I017 | lines and files that are not imported | `import.rs`, `other_forms.rs` |
//! | I018–I019 | quotes that are none, items that run into each other | `yaml/` |
//! | I020–I023 | ids and paths | `identity.rs` |
//! | I030–I037 | sentences | `sentences.rs` |
//! | I038 | notations of other programs | `notations.rs` |
//! | I040–I042 | patterns | `patterns.rs` |
//! | I050–I059 | names that must be known | `references.rs` |
//! | I060–I063 | tables | `tables.rs` |
//! | I070–I072 | templates | the reply room |
//! | I073–I078 | answers: languages and dates | `answers.rs` |
//! | I080–I089 | service standards | `standards.rs`, `../standard` |
//! | I090–I099 | `shop.yaml` | `shop.rs`, `times.rs`, `shops.rs` |
//! | I100–I106 | shops and what they write over the pack | `shops.rs`, `written/`, `overlay.rs` |
//! | I107–I108 | `shop.yaml` too: holidays, hours said and kept | `times.rs` |
//! | I109 | `tell_person` | `references.rs` |
//! | I110–I111 | what answers ask for and promise | `promises.rs` |
//! | I112–I118 | goods, beside I097 | `goods.rs`, `written/` |
//! | I119–I123 | service standards too | `standards.rs`, `../standard` |
//! | I125 | what a comment swallows | `yaml/` |
//! | I126–I127 | braces that are none, slots that nobody reads | `templates.rs` |
//! | I128–I129 | rows of sheets, too long, too short | `examples.rs` |
//! | I130 | examples that belong elsewhere | `../misplaced.rs` |
//! | I131 | calm sentences under a signal | `examples.rs` |
//! | I132–I134 | columns of tables | `columns.rs` |
//! | I135–I136 | synonyms | `synonyms.rs` |
//! | I137 | patterns that match nearly all | `patterns.rs` |
//! | I138–I139 | answers that are the same, or in another language | `sameness.rs`, `languages.rs` |
//! | I140 | personal data in examples | `examples.rs` |
//! | I141–I142 | too many variants, facts written out | `sameness.rs` |
//! | I143 | all answers have ended | `answers.rs` |
//! | I144 | waivers | `../waivers.rs` |
//! | I145 | the sheet of points of reviews | `standards.rs` |
//! | I146 | what agents may send | `agents.rs` |
//! | I147–I149 | named periods | `periods.rs` |
//! | G001–G007 | the files' own tests, what would be lost, what may not be missing | the publishing room |
//!
//! `docs/findings` has a page for each, which is its test (`tests/findings.rs`).

mod agents;
mod answers;
mod columns;
mod examples;
mod goods;
mod identity;
mod languages;
mod notations;
mod patterns;
mod periods;
mod promises;
mod references;
mod sameness;
mod sentences;
mod shop;
pub mod shops;
mod standards;
mod synonyms;
mod tables;
mod templates;
#[cfg(test)]
mod tests;
mod times;
mod words;

pub use answers::expired;
#[cfg(test)]
pub use references::PHRASE_KEYS;
pub use references::SIGNAL_IDS;
pub use standards::is_too_long;

use super::finding::Finding;
use super::written::Files;

/// Holds the files against all rules.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    identity::check(files, findings);
    sentences::check(files, findings);
    examples::check(files, findings);
    templates::check(files, findings);
    notations::check(files, findings);
    patterns::check(files, findings);
    references::check(files, findings);
    columns::check(files, findings);
    tables::check(files, findings);
    synonyms::check(files, findings);
    answers::check(files, findings);
    agents::check(files, findings);
    standards::check(files, findings);
    languages::check(files, findings);
    sameness::check(files, findings);
    promises::check(files, findings);
    shop::check(files, findings);
    periods::check(files, findings);
}
