//! One file that rows change, and whether it may.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dialogue::Generation;
use crate::packs::{Finding, Pack, Severity, SourceFile, load_shops};
use crate::publishing::run_pack_tests;
use crate::understanding::Tolerance;

use super::report::{Became, Line};

/// A file as it was and as rows want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its name, relative to the folder.
    pub file: String,
    /// What it was; `None` where it is not there.
    pub before: Option<Vec<u8>>,
    /// What it becomes; `None` where it goes.
    pub after: Option<Vec<u8>>,
    /// What became of the rows.
    pub lines: Vec<Line>,
}

/// What stands in the way of all.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} findings, none of which is about a row", .0.len())]
pub struct Unsound(pub Vec<Finding>);

impl Piece {
    /// Whether it makes a difference.
    pub fn is_change(&self) -> bool {
        self.before != self.after
    }
}

/// Files with pieces laid over them, sorted by name.
pub fn laid(files: &[SourceFile], pieces: &[Piece]) -> Vec<SourceFile> {
    let changed = || pieces.iter().filter(|piece| piece.is_change());
    let names: BTreeSet<&str> = changed().map(|piece| piece.file.as_str()).collect();
    let mut all: Vec<SourceFile> = files
        .iter()
        .filter(|file| !names.contains(file.name.as_str()))
        .cloned()
        .collect();
    for piece in changed() {
        if let Some(bytes) = &piece.after {
            all.push(SourceFile {
                name: piece.file.clone(),
                bytes: bytes.clone(),
            });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// Keeps the pieces with which the shop can go live: those that a rule, a template or a test of their own stands against are
/// held back, with the reason. The warnings about files that change come out.
///
/// # Errors
/// Something that is no row's forbids it.
pub fn settle(
    shop: &str,
    files: &[SourceFile],
    pieces: &mut Vec<Piece>,
    lines: &mut Vec<Line>,
    now: &Arc<Generation>,
    own_clock_ms: u64,
) -> Result<Vec<Finding>, Unsound> {
    loop {
        if !pieces.iter().any(Piece::is_change) {
            return Ok(Vec::new());
        }
        let (packs, findings) = load_shops(&laid(files, pieces));
        let pack = packs.into_iter().find(|pack| pack.shop.id.as_str() == shop);
        let errors = match pack {
            None => errors_of(&findings),
            Some(pack) => against(pack, now.tolerance, now, own_clock_ms),
        };
        if errors.is_empty() {
            let changed = |file: &str| pieces.iter().any(|piece| piece.file == file && piece.is_change());
            return Ok(findings.into_iter().filter(|finding| changed(&finding.file)).collect());
        }
        if !hold_back(pieces, lines, &errors) {
            return Err(Unsound(errors));
        }
    }
}

fn errors_of(findings: &[Finding]) -> Vec<Finding> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect()
}

/// What stands against a pack that the rules allow: templates that do not compile, tests that fail.
fn against(pack: Pack, tolerance: Tolerance, now: &Arc<Generation>, own_clock_ms: u64) -> Vec<Finding> {
    match Generation::compile(pack, tolerance, own_clock_ms, std::slice::from_ref(now)) {
        Err(findings) => errors_of(&findings),
        Ok(generation) => errors_of(&run_pack_tests(&Arc::new(generation))),
    }
}

/// Takes out the pieces that errors are about; says whether there were any.
fn hold_back(pieces: &mut Vec<Piece>, lines: &mut Vec<Line>, errors: &[Finding]) -> bool {
    let before = pieces.len();
    pieces.retain(|piece| {
        let about = errors
            .iter()
            .find(|error| error.file == piece.file && piece.is_change());
        let Some(error) = about else { return true };
        let (zh, en) = (
            format!("{} {}", error.rule, error.message.zh),
            format!("{} {}", error.rule, error.message.en),
        );
        let (zh, en) = match error.hint.zh.is_empty() {
            true => (zh, en),
            false => (format!("{zh}；{}", error.hint.zh), format!("{en}; {}", error.hint.en)),
        };
        let changed = piece.lines.iter().map(|line| match line.became {
            Became::Same | Became::LeftOut | Became::Merged => line.clone(),
            _ => Line {
                became: Became::HeldBack,
                ..line.clone()
            }
            .because(zh.clone(), en.clone()),
        });
        lines.extend(changed);
        false
    });
    pieces.len() < before
}
