//! A message that picks one of the buttons under a question back by its place.

use super::normalise::{Text, is_mark};

/// Which of so many buttons a message picks by its place: 第二个, 2, 前面那个, the first one, 后者.
pub(super) fn picked(text: &Text, buttons: usize) -> Option<usize> {
    const PLACES: [&[&str]; 4] = [
        &[
            "1",
            "一",
            "第一",
            "第1",
            "第一个",
            "第1个",
            "前面",
            "前面那个",
            "前面的",
            "前一个",
            "前者",
            "上面",
            "上面那个",
            "上面的",
            "选一",
            "选1",
            "first",
            "the first",
            "first one",
            "the first one",
            "1st",
            "number 1",
            "no 1",
            "a",
            "former",
        ],
        &[
            "2",
            "二",
            "第二",
            "第2",
            "第二个",
            "第2个",
            "选二",
            "选2",
            "second",
            "the second",
            "second one",
            "the second one",
            "2nd",
            "number 2",
            "no 2",
            "b",
        ],
        &[
            "3",
            "三",
            "第三",
            "第3",
            "第三个",
            "第3个",
            "选三",
            "选3",
            "third",
            "the third",
            "third one",
            "the third one",
            "3rd",
            "number 3",
            "no 3",
            "c",
        ],
        &[
            "后面",
            "后面那个",
            "后面的",
            "后一个",
            "后者",
            "下面",
            "下面那个",
            "下面的",
            "最后",
            "最后一个",
            "last",
            "the last",
            "last one",
            "the last one",
            "latter",
            "the latter",
        ],
    ];
    if buttons == 0 || text.len() > 16 {
        return None;
    }
    let said: String = text
        .chars()
        .iter()
        .filter(|character| !is_mark(**character) || **character == ' ')
        .collect();
    let said = said.trim();
    let said = said.strip_prefix("我要").or(said.strip_prefix("是")).unwrap_or(said);
    let said = said.trim_end_matches(['吧', '呢', '啊', '哦', '呀']);
    let place = PLACES.iter().position(|words| words.contains(&said))?;
    // What offers a person stands last and is none of the readings.
    let readings = if buttons > 1 { buttons - 1 } else { buttons };
    let at = if place == 3 { readings - 1 } else { place };
    (at < buttons).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::normalise::{MAX_CHARS, fold};

    #[test]
    fn buttons_are_picked_by_their_place() {
        let pick = |text: &str| picked(&fold(text, MAX_CHARS).0, 3);
        for (text, at) in [
            ("第一个", Some(0)),
            ("2", Some(1)),
            ("前面那個吧", Some(0)),
            ("后者", Some(1)),
            ("the second one", Some(1)),
            ("3", Some(2)),
            ("第一次买", None),
            ("2件", None),
            ("", None),
        ] {
            assert_eq!(pick(text), at, "{text}");
        }
        assert_eq!(picked(&fold("1", MAX_CHARS).0, 0), None);
    }
}
