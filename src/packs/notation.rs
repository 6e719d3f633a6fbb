//! Notations of other programs within a text. What shoppers write is none: 尺码[M]还有吗, (￣▽￣), <3, a{b}, 50%.

/// Signs of another program in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notation<'t> {
    /// Whose they are.
    pub kind: Kind,
    /// The signs as written.
    pub written: &'t str,
    /// Where they begin, in characters from 0.
    pub at: usize,
}

/// Whose notation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[圆通](carrier)`, `[圆通]{"entity": "carrier"}`.
    Annotation,
    /// `(a|b)`, `[a|b]` outside of `patterns:`.
    Alternatives,
    /// `<rule>`.
    Rule,
    /// `{list}`.
    Slot,
    /// `{{Order Number}}`.
    Placeholder,
    /// `@sys.number`.
    SystemEntity,
    /// `$name`, `${name}`.
    Variable,
    /// `%s`, `%(name)s`.
    Format,
    /// `<br>`, `&nbsp;`.
    Html,
    /// `**好**`, `[链接](https://…)`.
    Markdown,
    /// `.*`, `\d`, `(?:`.
    Expression,
}

impl Kind {
    /// Whose notation, Chinese and English.
    pub fn of(self) -> (&'static str, &'static str) {
        match self {
            Kind::Annotation => ("Rasa 标注", "an annotation of Rasa"),
            Kind::Alternatives => ("句式（或 hassil）", "a pattern (or hassil)"),
            Kind::Rule => ("hassil 的规则", "a rule of hassil"),
            Kind::Slot => ("hassil、Alexa 或 LUIS 的槽位", "a slot of hassil, Alexa or LUIS"),
            Kind::Placeholder => (
                "Bitext、Chatwoot 或 Dialogflow 的占位符",
                "a placeholder of Bitext, Chatwoot or Dialogflow",
            ),
            Kind::SystemEntity => ("Dialogflow 的实体", "an entity of Dialogflow"),
            Kind::Variable => ("变量（Dialogflow、脚本）", "a variable (Dialogflow, shell)"),
            Kind::Format => ("程序的格式符", "a format sign of programs"),
            Kind::Html => ("HTML", "HTML"),
            Kind::Markdown => ("Markdown", "Markdown"),
            Kind::Expression => ("正则表达式", "a regular expression"),
        }
    }

    /// What to write instead, Chinese and English.
    pub fn instead(self) -> (&'static str, &'static str) {
        match self {
            Kind::Annotation => (
                "只留方括号里的词，去掉标注；要取的值写在 slots:",
                "keep the words in the square brackets only; values are named in `slots:`",
            ),
            Kind::Alternatives => (
                "移到 patterns:，或者几种说法各写一句",
                "move it to `patterns:`, or write each wording as a sentence",
            ),
            Kind::Rule | Kind::Slot | Kind::Placeholder | Kind::SystemEntity | Kind::Variable | Kind::Format => (
                "换成真正的词（例如一个真实的单号或城市）；答案里的值写 {{ 名字 }}",
                "put real words in its place, such as an order number or a city; values in answers are {{ name }}",
            ),
            Kind::Html => (
                "删掉标签和 &…;，直接写要显示的字；换行就按回车",
                "delete tags and &…; and write what is to be seen; a line break is a line break",
            ),
            Kind::Markdown => (
                "去掉标记，网址直接写",
                "delete the marks, and write a link as its address",
            ),
            Kind::Expression => (
                "任意几个字写 ...，几选一写 (a|b)，可有可无写 [a]",
                "write ... for a gap, (a|b) for one of, [a] for what may be left out",
            ),
        }
    }
}

/// The first notation in what a shopper is to say.
pub fn in_sentence(text: &str) -> Option<Notation<'_>> {
    first(text, |rest, before| {
        doubled(rest)
            .or_else(|| annotation(rest))
            .or_else(|| alternatives(rest))
            .or_else(|| html(rest))
            .or_else(|| single(rest, before))
    })
}

/// The first notation in a pattern, which has brackets of its own.
pub fn in_pattern(text: &str) -> Option<Notation<'_>> {
    first(text, |rest, before| {
        expression(rest)
            .or_else(|| doubled(rest))
            .or_else(|| annotation(rest))
            .or_else(|| html(rest))
            .or_else(|| single(rest, before))
    })
}

/// The first notation in an answer, in which `{{ }}` and `{% %}` are the template's.
pub fn in_answer(text: &str) -> Option<Notation<'_>> {
    let mut inside = 0;
    first(text, |rest, before| {
        if let Some(end) = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
            .iter()
            .find_map(|(open, close)| rest.strip_prefix(open)?.find(close))
        {
            inside = rest.len() - end - 4;
        }
        if inside > 0 && rest.len() > inside {
            return None;
        }
        html(rest).or_else(|| markdown(rest)).or_else(|| single(rest, before))
    })
}

fn first<'t>(
    text: &'t str,
    mut look: impl FnMut(&'t str, Option<char>) -> Option<(Kind, usize)>,
) -> Option<Notation<'t>> {
    if !text.contains(['[', '{', '<', '(', '（', '@', '$', '%', '&', '*', '.', '\\']) {
        return None;
    }
    let mut before = None;
    for (at, (start, sign)) in text.char_indices().enumerate() {
        if let Some((kind, length)) = look(&text[start..], before) {
            let written = &text[start..start + length];
            return Some(Notation { kind, written, at });
        }
        before = Some(sign);
    }
    None
}

/// The bytes of a name in lower case at the beginning, at least `least`.
fn name(text: &str, least: usize) -> Option<usize> {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b':'))
        .count();
    (first && length >= least).then_some(length)
}

/// What stands between two signs with nothing of their kind in between, and the length of all.
fn between(text: &str, open: char, close: char) -> Option<(&str, usize)> {
    let inner = text.strip_prefix(open)?;
    let end = inner.find([open, close])?;
    inner[end..]
        .starts_with(close)
        .then(|| (&inner[..end], open.len_utf8() + end + close.len_utf8()))
}

fn annotation(rest: &str) -> Option<(Kind, usize)> {
    let (words, length) = between(rest, '[', ']')?;
    if words.trim().is_empty() || words.contains('|') {
        return None;
    }
    let behind = &rest[length..];
    if behind.starts_with("{\"") {
        let end = behind.find('}').map_or(behind.len(), |end| end + 1);
        return Some((Kind::Annotation, length + end));
    }
    if behind.starts_with("(http") {
        return markdown(rest);
    }
    let (label, more) = between(behind, '(', ')')?;
    (name(label, 3) == Some(label.len())).then_some((Kind::Annotation, length + more))
}

fn alternatives(rest: &str) -> Option<(Kind, usize)> {
    let pairs = [('(', ')'), ('[', ']'), ('（', '）')];
    let (inner, length) = pairs.iter().find_map(|(open, close)| between(rest, *open, *close))?;
    // Faces have bars too: (-_-|||).
    let worded = |part: &str| part.chars().any(char::is_alphanumeric);
    let parts = inner.split(['|', '｜']);
    (inner.contains(['|', '｜']) && parts.clone().all(worded)).then_some((Kind::Alternatives, length))
}

fn doubled(rest: &str) -> Option<(Kind, usize)> {
    let end = rest.strip_prefix("{{")?.find("}}")?;
    (end > 0).then_some((Kind::Placeholder, end + 4))
}

/// Notations of one sign and a name.
fn single(rest: &str, before: Option<char>) -> Option<(Kind, usize)> {
    let glued = before.is_some_and(|sign| sign.is_ascii_alphanumeric());
    let named = |text: &str, least: usize, close: char| {
        let length = name(text, least)?;
        text[length..].starts_with(close).then_some(length + 2)
    };
    if glued {
        return None;
    }
    if let Some(inner) = rest.strip_prefix('{') {
        return Some((Kind::Slot, named(inner, 3, '}')?));
    }
    if let Some(inner) = rest.strip_prefix('<') {
        return Some((Kind::Rule, named(inner, 3, '>')?));
    }
    if let Some(inner) = rest.strip_prefix('@') {
        let length = name(inner, 3)?;
        let is_entity = inner.starts_with("sys.") || inner[..length].trim_end_matches(':').contains(':');
        return is_entity.then_some((Kind::SystemEntity, length + 1));
    }
    if let Some(inner) = rest.strip_prefix("${") {
        return Some((Kind::Variable, named(inner, 2, '}')? + 1));
    }
    if let Some(inner) = rest.strip_prefix('$') {
        return Some((Kind::Variable, name(inner, 3)? + 1));
    }
    if let Some(inner) = rest.strip_prefix("%(") {
        let length = name(inner, 1)?;
        return inner[length..].starts_with(")s").then_some((Kind::Format, length + 4));
    }
    let inner = rest.strip_prefix('%')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let behind = inner[digits..].strip_prefix('$').unwrap_or(inner);
    let is_format =
        behind.starts_with(['s', 'd']) && !behind[1..].starts_with(|sign: char| sign.is_ascii_alphanumeric());
    is_format.then_some((Kind::Format, rest.len() - behind.len() + 1))
}

/// Tags and entities that pages are made of.
fn html(rest: &str) -> Option<(Kind, usize)> {
    const TAGS: [&str; 24] = [
        "a", "b", "br", "p", "div", "span", "i", "u", "em", "strong", "font", "img", "ul", "ol", "li", "table", "tr",
        "td", "hr", "h1", "h2", "h3", "script", "style",
    ];
    if let Some(inner) = rest.strip_prefix('<') {
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let known = TAGS.contains(&inner[..length].to_lowercase().as_str());
        let ends = inner[length..].starts_with(['>', '/', ' ']);
        let end = rest.find('>')?;
        return (known && ends).then_some((Kind::Html, end + 1));
    }
    let inner = rest.strip_prefix('&')?;
    let end = inner.find(';').filter(|end| (2..=8).contains(end))?;
    let entity = &inner[..end];
    let is_number = entity.strip_prefix('#').is_some_and(|number| {
        let number = number.strip_prefix(['x', 'X']).unwrap_or(number);
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    let is_name = entity.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_number || is_name).then_some((Kind::Html, end + 2))
}

fn markdown(rest: &str) -> Option<(Kind, usize)> {
    if let Some(inner) = rest.strip_prefix("**") {
        let end = inner.find("**")?;
        let words = &inner[..end];
        let tight = !words.is_empty() && !words.starts_with([' ', '*']) && !words.ends_with(' ');
        return (tight && words.chars().any(char::is_alphanumeric)).then_some((Kind::Markdown, end + 4));
    }
    let (_, length) = between(rest, '[', ']')?;
    let (address, more) = between(&rest[length..], '(', ')')?;
    address.starts_with("http").then_some((Kind::Markdown, length + more))
}

fn expression(rest: &str) -> Option<(Kind, usize)> {
    let signs = [".*", ".+", "\\d", "\\w", "\\s", "\\b", "(?"];
    let found = signs.iter().find(|signs| rest.starts_with(**signs))?;
    Some((Kind::Expression, found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_of_other_programs_are_known_by_their_signs() {
        for (text, kind, written) in [
            ("寄[圆通](carrier)吗", Kind::Annotation, "[圆通](carrier)"),
            (
                "[圆通]{\"entity\": \"carrier\"}",
                Kind::Annotation,
                "[圆通]{\"entity\": \"carrier\"}",
            ),
            ("(几时|什么时候)发货", Kind::Alternatives, "(几时|什么时候)"),
            ("[请|麻烦]发货", Kind::Alternatives, "[请|麻烦]"),
            ("发到<city>要几天", Kind::Rule, "<city>"),
            ("发到 {city_name} 要几天", Kind::Slot, "{city_name}"),
            ("where is {{Order Number}}", Kind::Placeholder, "{{Order Number}}"),
            ("hi {{contact.name}}", Kind::Placeholder, "{{contact.name}}"),
            ("买 @sys.number 件", Kind::SystemEntity, "@sys.number"),
            ("@sys.date:date 到吗", Kind::SystemEntity, "@sys.date:date"),
            ("我叫 $name", Kind::Variable, "$name"),
            ("我叫 ${name}", Kind::Variable, "${name}"),
            ("订单 %s 在哪", Kind::Format, "%s"),
            ("订单 %1$s 在哪", Kind::Format, "%1$s"),
            ("订单 %(order)s 在哪", Kind::Format, "%(order)s"),
            ("你好<br>在吗", Kind::Html, "<br>"),
            ("你好&nbsp;在吗", Kind::Html, "&nbsp;"),
            ("你好&#39;在吗", Kind::Html, "&#39;"),
        ] {
            let found = in_sentence(text).map(|found| (found.kind, found.written));
            assert_eq!(found, Some((kind, written)), "{text}");
        }
        for (text, kind) in [
            ("亲，<b>当天</b>发", Kind::Html),
            ("亲&nbsp;当天发", Kind::Html),
            ("亲，**当天**发", Kind::Markdown),
            ("看[这里](https://x.cn/a)", Kind::Markdown),
            ("{name}，您好", Kind::Slot),
            ("您好 %s", Kind::Format),
        ] {
            assert_eq!(in_answer(text).map(|found| found.kind), Some(kind), "{text}");
        }
        for (text, kind) in [
            ("什么时候.*发货", Kind::Expression),
            ("<when>发货", Kind::Rule),
            ("发到{city}", Kind::Slot),
        ] {
            assert_eq!(in_pattern(text).map(|found| found.kind), Some(kind), "{text}");
        }
        assert_eq!(in_sentence("亲，寄[圆通](carrier)吗").map(|found| found.at), Some(3));
    }

    #[test]
    fn what_shoppers_write_is_no_notation() {
        for text in [
            "尺码[M]还有吗",
            "(￣▽￣)",
            "(-_-|||)",
            "<3",
            "a{b}",
            "a{bcd}",
            "<b 这个吗",
            "5<6>3",
            "[图片]",
            "[M](黑)还有吗",
            "@客服 在吗",
            "@all 到货了吗",
            "a@b.com",
            "$20 吗",
            "US$dollar",
            "打 80% 折",
            "50%discount",
            "100%s",
            "H&M; 有吗",
            "A&B;",
            "《书名》<<你好>>",
            "**",
            "{}",
            "...",
        ] {
            assert_eq!(in_sentence(text), None, "{text}");
        }
        for text in [
            "亲，{{ shop.cutoff }} 前付款",
            "{% if days %}{{ days }} 天{% endif %}",
            "**",
            "5 * 3 * 2",
            "A & B",
        ] {
            assert_eq!(in_answer(text), None, "{text}");
        }
        for text in ["(几时|什么时候)发货", "[能|可以](发货|寄出)", "什么时候...发"] {
            assert_eq!(in_pattern(text), None, "{text}");
        }
    }
}
