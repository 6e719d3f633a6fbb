//! Pictures and files that are said in a conversation. The log holds what is needed to show them; their bytes lie beside it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FileId;

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// In its place in the talk.
    Picture,
    /// As a link with its name; also what a newer version may send.
    #[serde(other)]
    Document,
}

/// A file as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SentFile {
    /// Under what it is fetched.
    pub id: FileId,
    /// How it is shown.
    pub kind: FileKind,
    /// Its name where it was sent from; pictures have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Width of a picture, pixels; 0 for documents.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub width: u32,
    /// Height of a picture, pixels; 0 for documents.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub height: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl FileKind {
    /// What stands in the text of a message for such a file: a code of chat apps, which the bot reads as what only a person can
    /// look at, and which a version without files shows.
    pub fn code(self) -> &'static str {
        match self {
            FileKind::Picture => "[图片]",
            FileKind::Document => "[文件]",
        }
    }
}

/// The text of a message with files: a code for each, then its words.
pub fn text_with_files(files: &[SentFile], words: &str) -> String {
    let mut text: String = files.iter().map(|file| file.kind.code()).collect();
    if !words.is_empty() {
        text.push(' ');
        text.push_str(words);
    }
    text
}

/// The words of such a text: what is left behind the codes.
pub fn words_beside<'text>(files: &[SentFile], text: &'text str) -> &'text str {
    let mut rest = text;
    for file in files {
        match rest.strip_prefix(file.kind.code()) {
            Some(behind) => rest = behind,
            // Written by a version that says it otherwise.
            None => return text,
        }
    }
    rest.strip_prefix(' ').unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn files_are_codes_in_front_of_the_words() {
        let file = |kind| SentFile {
            id: FileId::new("a.jpg"),
            kind,
            name: String::new(),
            bytes: 1,
            width: 0,
            height: 0,
        };
        let files = [file(FileKind::Picture), file(FileKind::Document)];
        assert_eq!(text_with_files(&files, "看看"), "[图片][文件] 看看");
        assert_eq!(text_with_files(&files[..1], ""), "[图片]");
        assert_eq!(words_beside(&files, "[图片][文件] 看看"), "看看");
        assert_eq!(words_beside(&files[..1], "[图片]"), "");
        assert_eq!(words_beside(&[], "[图片] 看看"), "[图片] 看看");
    }

    #[test]
    fn a_kind_of_a_newer_version_is_a_link() {
        let text = r#"{"id":"a.mp4","kind":"video","name":"开箱.mp4","bytes":9}"#;
        let file: SentFile = serde_json::from_str(text).unwrap();
        assert_eq!((file.kind, file.width), (FileKind::Document, 0));
    }
}
