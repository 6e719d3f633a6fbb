//! What the log says of a file.

use std::fs;
use std::path::Path;

use crate::model::visible::{is_unseen, turns};
use crate::model::{FileId, FileKind, SentFile};

use super::FileError;
use super::content::{Bounds, Content, Format, inspect};

/// Longest name of a document, characters.
const LONGEST_NAME: usize = 120;

/// What the log says of a file that is kept.
pub(super) fn described(place: &Path, id: FileId, name: &str) -> Result<SentFile, FileError> {
    let bytes = fs::read(place).map_err(FileError::of)?;
    // It was within the bounds when it came; they may have been lowered since.
    let any = Bounds {
        bytes: u64::MAX,
        pixels: u64::MAX,
    };
    Ok(sent(id, &inspect(&bytes, any)?, name))
}

/// The same of a file whose content is at hand.
pub(super) fn sent(id: FileId, content: &Content, name: &str) -> SentFile {
    let kind = content.format.kind();
    SentFile {
        id,
        kind,
        name: match kind {
            FileKind::Picture => String::new(),
            FileKind::Document => plain_name(name, content.format),
        },
        bytes: content.bytes.len() as u64,
        width: content.width,
        height: content.height,
    }
}

/// A name as it is shown: its last part, without what cannot be seen or turns the writing around, with the ending of what it is.
fn plain_name(name: &str, format: Format) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_unseen(*c) && !turns(*c))
        .collect();
    let stem = shown.trim();
    let ending = format!(".{}", format.ending());
    let stem = match stem.get(stem.len().saturating_sub(ending.len())..) {
        Some(end) if end.eq_ignore_ascii_case(&ending) => &stem[..stem.len() - ending.len()],
        _ => stem,
    };
    let stem: String = stem.chars().take(LONGEST_NAME).collect();
    match stem.is_empty() {
        true => String::new(),
        false => format!("{stem}{ending}"),
    }
}
