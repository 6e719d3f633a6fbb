//! What a shop writes over a question of the common pack, in `shops/<id>/<topic>/<question>.yaml`. Nothing but the id
//! must be there: what a shop leaves out stays as the pack has it.

use crate::packs::yaml::{At, Node, Reader};

use super::intent::{AnswerFile, INTENT_KEYS, IntentFile, SlotFile, TableFile, TestFile};

/// The changes to one question.
#[derive(Clone, Debug, Default)]
pub struct OverlayFile {
    /// What is added or put in place of the pack's.
    pub intent: IntentFile,
    /// Answers beside the pack's.
    pub more_answers: Vec<AnswerFile>,
    /// Beginnings of answers of the pack that are not said here.
    pub mute: Vec<At<String>>,
    /// `true`: the shop does not know this question.
    pub off: Option<At<String>>,
}

/// The keys that only make sense over a question that is there.
pub(in crate::packs) const ONLY_OVER: [&str; 3] = ["more_answers", "mute", "off"];

/// Whether a file can only be meant as a change to a question that is there: it says so, or has no examples.
pub fn is_overlay(tree: &At<Node>) -> bool {
    let Node::Map(entries) = &tree.value else { return false };
    let has = |name: &str| entries.iter().any(|(key, _)| key.value == name);
    ONLY_OVER.into_iter().any(has) || (has("intent") && !has("examples"))
}

impl OverlayFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> Option<OverlayFile> {
        let keys: Vec<&str> = INTENT_KEYS.into_iter().chain(ONLY_OVER).collect();
        let mut fields = reader.fields(tree, ("文件", "the file"), &keys)?;
        let replaced = AnswerFile::read_all(reader, &mut fields, "answers");
        let more_answers = AnswerFile::read_all(reader, &mut fields, "more_answers");
        let slots = reader.list(&mut fields, "slots").items();
        let intent = IntentFile {
            intent: reader.need_text(&mut fields, "intent", "intent: shipping.time"),
            title: reader.text(&mut fields, "title"),
            title_en: reader.text(&mut fields, "title_en"),
            examples: reader.texts(&mut fields, "examples"),
            patterns: reader.texts(&mut fields, "patterns"),
            not: reader.texts(&mut fields, "not"),
            denied: reader.texts(&mut fields, "denied"),
            require: reader.texts(&mut fields, "require"),
            slots: slots
                .into_iter()
                .filter_map(|node| SlotFile::read(reader, node))
                .collect(),
            tell_person: reader.texts(&mut fields, "tell_person"),
            table: fields.take("table").and_then(|node| TableFile::read(reader, node)),
            answers: replaced,
            agent: AnswerFile::read_all(reader, &mut fields, "agent"),
            choices: reader.texts(&mut fields, "choices"),
            kind: reader.text(&mut fields, "kind"),
            handoff: reader.text(&mut fields, "handoff"),
            waive: reader.texts(&mut fields, "waive"),
            tests: TestFile::read_all(reader, &mut fields, false),
        };
        let off = reader.text(&mut fields, "off");
        if let Some(word) = &off
            && !["true", "false"].contains(&word.value.as_str())
        {
            reader.error("I010", word, "off 要写 true 或 false", "`off` must be true or false");
            reader.hint(
                "写 off: true，这家店就不认这个问题",
                "write `off: true` and the shop does not know the question",
            );
        }
        Some(OverlayFile {
            intent,
            more_answers,
            mute: reader.texts(&mut fields, "mute"),
            off,
        })
    }

    /// Whether the shop does not know the question.
    pub fn is_off(&self) -> bool {
        self.off.as_ref().is_some_and(|word| word.value == "true")
    }
}
