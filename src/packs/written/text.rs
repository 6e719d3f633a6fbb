//! A text that is written once for both languages, or once for each.

use crate::packs::yaml::{At, Node, Reader};

/// One text for both languages, or one each.
#[derive(Clone, Debug, Default)]
pub struct TextFile {
    /// Chinese.
    pub zh: At<String>,
    /// English, when written apart.
    pub en: Option<At<String>>,
}

impl TextFile {
    pub(super) fn read(reader: &mut Reader, node: At<Node>, what: &str) -> Option<TextFile> {
        let by_language = match &node.value {
            Node::Map(entries) => entries.iter().any(|(key, _)| key.value == "zh" || key.value == "en"),
            _ => false,
        };
        if !by_language {
            return Some(TextFile {
                zh: reader.one_text(node, what)?,
                en: None,
            });
        }
        let mut fields = reader.fields(node, (what, what), &["zh", "en"])?;
        let zh = reader.need_text(&mut fields, "zh", "zh: …");
        let en = reader.need_text(&mut fields, "en", "en: …");
        Some(TextFile { zh: zh?, en })
    }
}
