//! The phrases that come with the program, for packs that write none of their own.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::pack::Answer;
use super::{SourceFile, load_files};

static PHRASES: LazyLock<BTreeMap<String, Arc<Vec<Answer>>>> = LazyLock::new(|| {
    let file = SourceFile {
        name: "shared/phrases.yaml".to_owned(),
        bytes: include_bytes!("../../intents/shared/phrases.yaml").to_vec(),
    };
    load_files(&[file]).0.map(|pack| pack.phrases).unwrap_or_default()
});

/// What the bot says beside answers, by key, where a pack does not say it.
pub fn shipped_phrases() -> &'static BTreeMap<String, Arc<Vec<Answer>>> {
    &PHRASES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::packs::rules::PHRASE_KEYS;

    #[test]
    fn every_phrase_is_shipped_in_both_languages() {
        for key in PHRASE_KEYS {
            let variants = &shipped_phrases()[key];
            for language in [Language::Chinese, Language::English] {
                assert!(
                    variants.iter().any(|variant| variant.language == language),
                    "{key} {language:?}"
                );
            }
            let chinese = variants.iter().filter(|variant| variant.language == Language::Chinese);
            assert!(chinese.count() >= 2, "{key}");
        }
    }

    #[test]
    fn the_shipped_phrases_keep_our_own_standards() {
        let file = SourceFile {
            name: "shared/phrases.yaml".to_owned(),
            bytes: include_bytes!("../../intents/shared/phrases.yaml").to_vec(),
        };
        let findings = load_files(&[file]).1;
        let own: Vec<_> = findings.iter().filter(|finding| finding.rule != "I090").collect();
        assert!(own.is_empty(), "{own:?}");
    }

    #[test]
    fn the_shipped_files_have_no_findings() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
        let (files, mut findings) = crate::packs::read_folder(&folder);
        let (packs, more) = crate::packs::load_shops(&files);
        findings.extend(more);
        for (at, pack) in packs.iter().enumerate() {
            findings.extend(crate::packs::misplaced(pack, &files, at > 0));
        }
        let told = |finding: &crate::packs::Finding| {
            format!(
                "{}:{} {} {}",
                finding.file, finding.line, finding.rule, finding.message.zh
            )
        };
        assert!(
            !packs.is_empty() && findings.is_empty(),
            "{:#?}",
            findings.iter().map(told).collect::<Vec<_>>()
        );
    }
}
