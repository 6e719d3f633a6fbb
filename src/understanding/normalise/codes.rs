//! Codes that chat apps put where a picture or a face was: [图片], [发怒], [image]. They are no words.

/// What a bracketed code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Something that only a person can look at: a picture, a video, a voice message.
    Attachment,
    /// A face.
    Face,
}

/// Codes of what only a person can look at, folded.
const ATTACHMENTS: [&str; 14] = [
    "图片", "照片", "视频", "语音", "截图", "文件", "动图", "image", "photo", "picture", "video", "voice", "file",
    "audio",
];

/// A face has a name of so many characters at most.
const LONGEST: usize = 6;

/// The code at the beginning of a text, with its length in bytes.
pub fn code_at(text: &str) -> Option<(Code, usize)> {
    let close = match text.chars().next()? {
        '[' => ']',
        '【' => '】',
        _ => return None,
    };
    let opened = text.chars().next().map_or(0, char::len_utf8);
    let (at, _) = text[opened..]
        .char_indices()
        .take(LONGEST + 8)
        .find(|(_, character)| *character == close)?;
    let name = text[opened..opened + at].to_lowercase();
    let length = opened + at + close.len_utf8();
    if ATTACHMENTS.contains(&name.as_str()) {
        return Some((Code::Attachment, length));
    }
    let letters = name.chars().count();
    // 【官方】 and [2件] are words; a face is named in letters only, between plain brackets.
    let face = opened == 1 && (1..=LONGEST).contains(&letters) && name.chars().all(char::is_alphabetic);
    face.then_some((Code::Face, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_faces_are_told_from_words_in_brackets() {
        assert_eq!(code_at("[图片] 你看"), Some((Code::Attachment, 8)));
        assert_eq!(code_at("【视频】"), Some((Code::Attachment, 12)));
        assert_eq!(code_at("[Image]"), Some((Code::Attachment, 7)));
        assert_eq!(code_at("[发怒]"), Some((Code::Face, 8)));
        assert_eq!(code_at("[ok]"), Some((Code::Face, 4)));
        for text in [
            "[2件]",
            "【官方】正品",
            "[]",
            "[没有关上",
            "图片",
            "[这一整句话都在括号里]",
        ] {
            assert_eq!(code_at(text), None, "{text}");
        }
    }
}
