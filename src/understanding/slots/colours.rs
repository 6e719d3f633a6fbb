//! Colours: a base word with its shades, and names that stand alone.

use crate::understanding::lexicon::entries;

/// Base colours that take 色 or 的 and a shade before them.
const BASES: &str = "黑白红黄蓝绿紫灰粉橙棕褐青银金咖驼杏橘";
const SHADES: &str = "深浅淡暗亮";

/// Characters before 黑的, 白的 … that make other words of them: 明白的, 网红的.
const BEFORE: [(char, &str); 7] = [
    ('黑', "发变抹摸掉拉乌抹漆"),
    ('白', "明空发变洗坦表清泛苍美增告"),
    ('红', "网分口发变通脸走当泛"),
    ('黄', "发变泛金扫"),
    ('灰', "有落积起带掉吃沾"),
    ('粉', "奶面米白掉花藕淀洗衣铁脱假散"),
    ('绿', "发变"),
];

/// Words with a colour inside that are none.
pub(super) fn swallowing() -> impl Iterator<Item = &'static str> {
    entries(include_str!("../lexicon/no_colours.txt"))
}

/// All words with their canonical colours.
pub(super) fn words() -> Vec<(String, String)> {
    let mut words = Vec::with_capacity(600);
    for base in BASES.chars() {
        let canonical = format!("{base}色");
        words.push((format!("{base}色"), canonical.clone()));
        if !"青银金橘咖棕驼褐杏橙".contains(base) {
            words.push((format!("{base}的"), canonical.clone()));
        }
        if "黑白蓝绿紫灰".contains(base) {
            words.push((format!("{base}款"), canonical.clone()));
        }
        if "黑白红黄蓝绿紫灰粉".contains(base) {
            words.push((format!("纯{base}色"), canonical.clone()));
        }
        for shade in SHADES.chars() {
            let shaded = format!("{shade}{base}色");
            words.push((shaded.clone(), shaded.clone()));
            if !"金青银".contains(base) {
                words.push((format!("{shade}{base}"), shaded));
            }
        }
    }
    for entry in entries(include_str!("../lexicon/colour_names.txt")) {
        let (name, canonical) = entry.split_once('=').unwrap_or((entry, entry));
        let canonical = if canonical == "卡其" { "卡其色" } else { canonical };
        words.push((name.to_owned(), canonical.to_owned()));
        words.push((format!("{name}色"), canonical.to_owned()));
    }
    for thing in entries(include_str!("../lexicon/colour_things.txt")) {
        words.push((format!("{thing}色"), format!("{thing}色")));
    }
    for entry in entries(include_str!("../lexicon/colours_latin.txt")) {
        if let Some((word, canonical)) = entry.split_once('=') {
            words.push((word.to_owned(), canonical.to_owned()));
        }
    }
    words
}

/// Whether the colour word at `start..end` is meant as one.
pub(super) fn meant(chars: &[char], start: usize, end: usize) -> bool {
    let previous = start.checked_sub(1).map_or(' ', |at| chars[at]);
    let next = chars.get(end).copied().unwrap_or(' ');
    // 花色, 米色 stand alone; 百花色, 玉米色 do not, and 黑色的差 … 色差, 色号 are other words.
    if end - start == 2 && matches!(chars[end - 1], '的' | '款') {
        let other = BEFORE
            .iter()
            .any(|(base, before)| *base == chars[start] && before.contains(previous));
        let item = chars[end - 1] == '款' && next == '项';
        return !other && !item;
    }
    let number = chars[end - 1] == '色' && next == '号';
    let many = chars[start] == '花' && !matches!(previous, ' ' | ',');
    !number && !many
}

/// A colour by one character, for when it was asked for: 黑, 要红.
pub(super) fn bare(chars: &[char]) -> Option<(usize, String)> {
    let mut colours = chars
        .iter()
        .enumerate()
        .filter(|(_, character)| BASES.contains(**character));
    let (at, base) = colours.next()?;
    (chars.len() <= 4 && colours.next().is_none()).then(|| (at, format!("{base}色")))
}
