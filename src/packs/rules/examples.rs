//! Examples that teach something else than they should: rows of a sheet, whole letters, single signs, personal data,
//! calm questions under a signal.

use std::collections::HashMap;

use crate::packs::build::kind;
use crate::packs::finding::Finding;
use crate::packs::fold::{fold, is_han};
use crate::packs::written::Files;
use crate::packs::yaml::At;
use crate::privacy::mask_cards;

/// Longer than any shopper's question, characters.
const LONGEST: usize = 200;
/// Words that make a part of a sheet's cell a question of its own.
const ASKING: [&str; 16] = [
    "吗",
    "么",
    "嘛",
    "呢",
    "什么",
    "多少",
    "怎么",
    "几",
    "哪",
    "谁",
    "能不能",
    "可以",
    "有没有",
    "是不是",
    "多久",
    "为什么",
];
/// Phone numbers that nobody has: what people write for an example.
const MADE_UP: [&str; 6] = [
    "13800138000",
    "13800000000",
    "13812345678",
    "13912345678",
    "18888888888",
    "13888888888",
];

/// Checks examples of questions and of signals.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let mut asked: HashMap<String, &str> = HashMap::new();
    for (file, intent) in files.written() {
        let id = intent.intent.as_ref().map_or("?", |id| &id.value);
        let small_talk = kind(intent).is_small_talk();
        for example in &intent.examples {
            several(file, example, findings);
            length(file, example, small_talk, findings);
            personal(file, example, findings);
            asked.insert(fold(&example.value), id);
        }
    }
    for (file, signal) in &files.signals {
        for example in &signal.examples {
            length(file, example, true, findings);
            personal(file, example, findings);
            let letters = example.value.chars().any(char::is_alphanumeric);
            let Some(id) = asked.get(&fold(&example.value)).filter(|_| letters) else {
                continue;
            };
            findings.push(
                Finding::warning(
                    "I131",
                    file,
                    format!("“{}”是 {id} 的例句，平常的话，不该当成这个信号", example.value),
                    format!(
                        "`{}` is an example of {id}: plain words, and no such signal",
                        example.value
                    ),
                )
                .at(example.line, example.column)
                .hint("移到 calm:，或删掉", "move it to `calm:`, or delete it"),
            );
        }
    }
}

/// A row of a sheet, or several questions, as one example.
fn several(file: &str, example: &At<String>, findings: &mut Vec<Finding>) {
    let text = &example.value;
    let parts = parts(text);
    if parts < 2 && !is_numbered(text) {
        return;
    }
    let (zh, en) = match parts {
        0 | 1 => (
            "例句前面带着编号，像是从表格里整行贴来的".to_owned(),
            "the example begins with a number, as a row of a sheet does".to_owned(),
        ),
        _ => (
            format!("一条例句里有 {parts} 个问法，会当成一句话学"),
            format!("one example holds {parts} questions and is learned as a single sentence"),
        ),
    };
    findings.push(
        Finding::warning("I128", file, zh, en)
            .at(example.line, example.column)
            .hint(
                "拆开，每个问法一行，去掉编号",
                "divide it: one question a line, without numbers",
            ),
    );
}

/// Parts that ask something each, as cells of sheets hold them: 有赠品吗/送什么；还送吗.
fn parts(text: &str) -> usize {
    if !text.contains(['/', '；', ';', '|', '\n', '／']) {
        return 0;
    }
    let asks = |part: &str| {
        let han = part.chars().filter(|sign| is_han(*sign)).count();
        han >= 3 && ASKING.iter().any(|word| part.contains(word))
    };
    text.split(['/', '；', ';', '|', '\n', '／'])
        .filter(|part| asks(part))
        .count()
}

/// `1、有赠品吗`, `②有赠品吗`; `2.5 米的有吗` is none.
fn is_numbered(text: &str) -> bool {
    let text = text.trim_start();
    if text.starts_with(|sign: char| ('①'..='⑳').contains(&sign)) {
        return true;
    }
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let mut rest = text[digits..].chars();
    let mark = rest
        .next()
        .is_some_and(|sign| matches!(sign, '、' | '.' | '．' | ')' | '）'));
    let asks = rest.as_str().trim_start().starts_with(is_han);
    (1..=2).contains(&digits) && mark && asks
}

fn length(file: &str, example: &At<String>, may_be_short: bool, findings: &mut Vec<Finding>) {
    let signs = example.value.trim().chars().count();
    let short = signs == 1 && !may_be_short;
    if signs <= LONGEST && !short {
        return;
    }
    let (zh, en, hint) = if short {
        (
            format!("例句只有一个字“{}”，什么话里都可能有它", example.value),
            format!(
                "the example is the single sign `{}`, which may stand in any message",
                example.value
            ),
            ("写成顾客会发的一整句", "write a whole sentence that shoppers send"),
        )
    } else {
        (
            format!("例句有 {signs} 个字，没有顾客这样问"),
            format!("the example has {signs} characters; nobody asks so"),
            ("只留问的那一句", "keep the one sentence that asks"),
        )
    };
    let finding = Finding::warning("I129", file, zh, en).at(example.line, example.column);
    findings.push(finding.hint(hint.0, hint.1));
}

/// Numbers and names of real people, which would stand in files, copies and backups for ever.
fn personal(file: &str, example: &At<String>, findings: &mut Vec<Finding>) {
    let text = &example.value;
    let (what, found) = if let Some(phone) = phone(text) {
        (("手机号", "a phone number"), phone)
    } else if mask_cards(text, false) != *text {
        (("证件号或卡号", "the number of a card"), String::new())
    } else if let Some(name) = name(text) {
        (("姓名", "a person's name"), name)
    } else if let Some(address) = address(text) {
        (("门牌地址", "a street address"), address)
    } else {
        return;
    };
    let shown = if found.is_empty() {
        String::new()
    } else {
        format!("“{found}”")
    };
    findings.push(
        Finding::warning(
            "I140",
            file,
            format!("例句里像有真人的{}{shown}", what.0),
            format!("the example seems to hold {} {found}", what.1)
                .trim_end()
                .to_owned(),
        )
        .at(example.line, example.column)
        .hint(
            "换成编的，例如 13800138000、张三、某某路 1 号",
            "put a made-up one in its place, such as 13800138000",
        ),
    );
}

fn phone(text: &str) -> Option<String> {
    let digits = text.split(|sign: char| !sign.is_ascii_digit());
    let phone = |run: &&str| {
        let begins = run.starts_with('1')
            && run
                .as_bytes()
                .get(1)
                .is_some_and(|second| (b'3'..=b'9').contains(second));
        run.len() == 11 && begins && !MADE_UP.contains(run)
    };
    digits.into_iter().find(phone).map(str::to_owned)
}

/// 我叫王小明, 收件人：李四光. 张三, 李四 and 王五 are nobody.
fn name(text: &str) -> Option<String> {
    for before in [
        "我叫",
        "收件人是",
        "收件人：",
        "收件人:",
        "收货人：",
        "收货人:",
        "姓名：",
        "姓名:",
    ] {
        let Some((_, rest)) = text.split_once(before) else {
            continue;
        };
        let name: String = rest.trim_start().chars().take_while(|sign| is_han(*sign)).collect();
        let surname = name.chars().next().is_some_and(|sign| SURNAMES.contains(sign));
        let length = name.chars().count();
        if surname && (2..=3).contains(&length) && !["张三", "李四", "王五", "赵六", "张三丰"].contains(&name.as_str())
        {
            return Some(name);
        }
    }
    None
}

/// The surnames of most people.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常";

/// 西湖区文三路 1 号, 幸福小区 3 幢 501.
fn address(text: &str) -> Option<String> {
    let signs: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    for (at, sign) in signs.iter().enumerate() {
        if !matches!(sign, '路' | '街' | '巷' | '弄') || at < 3 {
            continue;
        }
        let digits = signs[at + 1..].iter().take_while(|sign| sign.is_ascii_digit()).count();
        let number = digits > 0 && signs.get(at + 1 + digits) == Some(&'号');
        let place = signs[..at]
            .iter()
            .any(|sign| matches!(sign, '省' | '市' | '区' | '县' | '镇'));
        if number && place {
            return Some(signs[at.saturating_sub(3)..=at + 1 + digits].iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_sheets_are_told_from_sentences_with_such_signs() {
        for text in [
            "1、有赠品吗/送什么；还送吗",
            "怎么退货/可以退吗",
            "能开发票吗；发票怎么开",
        ] {
            assert!(parts(text) >= 2, "{text}");
        }
        for text in ["1、有赠品吗", "12. 怎么退", "③送什么"] {
            assert!(is_numbered(text), "{text}");
        }
        for text in [
            "蓝色/黑色还有吗",
            "L/XL 穿哪个",
            "2.5米的有吗",
            "1号能到吗",
            "发顺丰/中通都行，什么时候发",
            "24/7在线吗",
            "https://item.example/1?a=b 这个有吗",
        ] {
            assert!(parts(text) < 2 && !is_numbered(text), "{text}");
        }
    }

    #[test]
    fn real_people_are_told_from_made_up_ones_and_from_numbers() {
        assert_eq!(phone("打13912340987").as_deref(), Some("13912340987"));
        assert_eq!(name("我叫王小明，帮查一下").as_deref(), Some("王小明"));
        assert_eq!(address("寄到杭州市西湖区文三路1号").as_deref(), Some("区文三路1号"));
        for text in [
            "电话13800138000",
            "订单号 1391234098712345678 到哪了",
            "我叫什么名字都行吗",
            "我叫张三",
            "走中山路近吗",
            "路1号",
        ] {
            assert!(
                phone(text).is_none() && name(text).is_none() && address(text).is_none(),
                "{text}"
            );
        }
    }
}
