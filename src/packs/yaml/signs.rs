//! Signs that look like those of YAML, and signs that cannot be seen: what Chinese keyboards, word processors and web
//! pages put in their place.

/// The name of a sign that cannot be seen, or of a white space that is not the ordinary one; Chinese and English.
pub fn unseen(sign: char) -> Option<(&'static str, &'static str)> {
    Some(match sign {
        '\t' => ("Tab", "a tab"),
        '\u{3000}' => ("全角空格", "a full-width space"),
        '\u{a0}' | '\u{202f}' => ("网页里的不换行空格", "a no-break space"),
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{205f}' => ("排版用的空格", "a typographic space"),
        '\u{feff}' => ("文件开头的标记（BOM）", "a byte order mark"),
        '\u{200b}' | '\u{2060}' | '\u{180e}' => ("零宽空格", "a zero-width space"),
        '\u{200c}' | '\u{200d}' | '\u{34f}' => ("零宽连接符", "a zero-width joiner"),
        '\u{ad}' => ("软连字符", "a soft hyphen"),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            ("文字方向标记", "a direction mark")
        }
        '\u{2061}'..='\u{2064}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}' => {
            ("看不见的字符", "an invisible character")
        }
        _ => return breaks_line(sign).or((sign.is_control()).then_some(("控制字符", "a control character"))),
    })
}

/// The name of a sign that ends a line for word processors and not for YAML.
pub fn breaks_line(sign: char) -> Option<(&'static str, &'static str)> {
    Some(match sign {
        '\u{b}' => ("Word 的换行符（VT）", "a line break of word processors (VT)"),
        '\u{c}' => ("分页符（FF）", "a page break (FF)"),
        '\u{85}' => ("换行符 NEL", "a line break NEL"),
        '\u{2028}' => ("网页里的换行符（LS）", "a line separator"),
        '\u{2029}' => ("网页里的分段符（PS）", "a paragraph separator"),
        _ => return None,
    })
}

/// Whether nothing is lost when the sign is left out: it has no width.
pub fn has_no_width(sign: char) -> bool {
    !sign.is_whitespace() && sign != '\t' && unseen(sign).is_some()
}

/// Whether a sign is typed or pasted where `:` belongs.
pub fn is_colon(sign: char) -> bool {
    matches!(
        sign,
        '：' | '﹕' | '∶' | '꞉' | '︰' | '︓' | 'ː' | '˸' | '׃' | '⁚' | '։'
    )
}

/// Whether a sign is typed or pasted where the `-` of a list belongs.
pub fn is_mark(sign: char) -> bool {
    matches!(
        sign,
        '－' | '—'
            | '–'
            | '―'
            | '−'
            | '‐'
            | '‑'
            | '‒'
            | '﹣'
            | '﹘'
            | '•'
            | '·'
            | '・'
            | '∙'
            | '⋅'
            | '●'
            | '○'
            | '◦'
            | '▪'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '‣'
            | '⁃'
            | '➢'
            | '➤'
            | '►'
            | '*'
            | '＊'
            | '+'
    )
}

/// A letter, digit or `_` of a key in its ordinary form; other signs are none of a key.
pub fn plain(sign: char) -> Option<char> {
    match sign {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => Some(sign),
        'ａ'..='ｚ' | 'Ａ'..='Ｚ' | '０'..='９' | '＿' => char::from_u32(u32::from(sign) - 0xFEE0),
        _ => None,
    }
}

/// As operators may look it up: `U+200B`.
pub fn code(sign: char) -> String {
    format!("U+{:04X}", u32::from(sign))
}
