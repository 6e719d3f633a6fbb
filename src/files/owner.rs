//! Whose an upload is.

use sha2::{Digest, Sha256};

use crate::model::{AgentId, ClientMessageId, FileId, PhraseOwner, ShopId, ShopperId};

use super::content::Format;

/// Who sends a file. What one has sent nobody else can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOwner(String);

impl FileOwner {
    /// A shopper of a shop.
    pub fn shopper(shop: &ShopId, shopper: &ShopperId) -> FileOwner {
        FileOwner(digest(&["shopper", shop.as_str(), shopper.as_str()]))
    }

    /// A member of staff.
    pub fn agent(agent: &AgentId) -> FileOwner {
        FileOwner(digest(&["agent", agent.as_str()]))
    }

    /// Those who share phrases.
    pub(super) fn phrases(of: &PhraseOwner) -> FileOwner {
        FileOwner(digest(&["phrases", &of.key()]))
    }

    /// The folder of what this one has sent and no message names.
    pub(super) fn folder(&self) -> &str {
        &self.0
    }

    /// The ids that an upload may have: the same for the same client id, so that what is sent again is the same file.
    pub(super) fn file_id(&self, upload: &ClientMessageId, format: Format) -> FileId {
        FileId::new(format!("{}.{}", digest(&[&self.0, upload.as_str()]), format.ending()))
    }
}

/// 32 hex digits that tell the parts and their bounds.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

/// The format of a file by its id; `None` when it is no id of a file.
pub(super) fn format_of(id: &FileId) -> Option<Format> {
    let (name, ending) = id.as_str().split_once('.')?;
    let hex = name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let format = Format::ALL.into_iter().find(|format| format.ending() == ending)?;
    hex.then_some(format)
}
