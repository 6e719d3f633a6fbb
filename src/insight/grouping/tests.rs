//! What means the same comes together, whatever the order.
#![allow(clippy::unwrap_used)]

use super::*;

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn grouped<'a>(texts: &[(&'a str, usize)], settled: &[&str]) -> Vec<Vec<&'a str>> {
    let owned: Vec<Vec<char>> = texts.iter().map(|(text, _)| chars(text)).collect();
    let weighed: Vec<Weighed<'_>> = owned
        .iter()
        .zip(texts)
        .map(|(chars, (_, weight))| Weighed { chars, weight: *weight })
        .collect();
    let settled: Vec<Vec<char>> = settled.iter().map(|text| chars(text)).collect();
    let groups = group(&weighed, &settled).groups;
    groups
        .iter()
        .map(|group| group.iter().map(|at| texts[*at].0).collect())
        .collect()
}

const TEXTS: [(&str, usize); 12] = [
    ("杯身刻我女儿的小名做得到吗", 3),
    ("杯身刻小名做得到不", 1),
    ("杯身上刻个小名做得到吗", 1),
    ("你们店能开专票吗", 2),
    ("你们店能开专票不", 1),
    ("能不能刻字", 2),
    ("能不能退货", 1),
    ("实体店在哪里", 1),
    ("do you engrave names", 1),
    ("can you engrave a name on it", 1),
    ("招不招代理", 1),
    ("门店地址发一下", 1),
];

#[test]
fn what_means_the_same_comes_together_and_the_most_asked_first() {
    let groups = grouped(&TEXTS, &[]);
    let with = |text: &str| groups.iter().find(|group| group.contains(&text)).unwrap();
    assert_eq!(groups[0].len(), 3, "{groups:?}");
    assert_eq!(groups[0][0], "杯身刻我女儿的小名做得到吗");
    assert!(with("你们店能开专票吗").contains(&"你们店能开专票不"), "{groups:?}");
    assert!(
        with("do you engrave names").contains(&"can you engrave a name on it"),
        "{groups:?}"
    );
    // What only asks in the same way is something else.
    assert!(!with("能不能刻字").contains(&"能不能退货"), "{groups:?}");
    assert_eq!(with("招不招代理").len(), 1, "{groups:?}");
}

#[test]
fn the_order_of_the_texts_does_not_matter() {
    let groups = grouped(&TEXTS, &[]);
    let mut turned = TEXTS;
    turned.reverse();
    assert_eq!(grouped(&turned, &[]), groups);
    turned.rotate_left(5);
    assert_eq!(grouped(&turned, &[]), groups);
}

#[test]
fn what_was_settled_is_left_out_with_its_like() {
    let groups = grouped(&TEXTS, &["能不能刻字的"]);
    assert!(!groups.iter().flatten().any(|text| *text == "能不能刻字"), "{groups:?}");
    assert!(groups.iter().flatten().any(|text| *text == "能不能退货"), "{groups:?}");
}

#[test]
fn ten_thousand_texts_take_seconds() {
    let words = [
        "发货", "快递", "尺码", "优惠", "刻字", "发票", "退货", "颜色", "地址", "赠品", "会员", "保修",
    ];
    let ends = ["吗", "怎么弄", "多久", "在哪", "可以不", "要钱吗", "几天", "有没有"];
    let texts: Vec<Vec<char>> = (0..10_000)
        .map(|n: usize| {
            let (a, b) = (words[n % 12], words[n / 12 % 12]);
            chars(&format!("{a}{}{b}{}", n / 144, ends[n % 8]))
        })
        .collect();
    let weighed: Vec<Weighed<'_>> = texts.iter().map(|chars| Weighed { chars, weight: 1 }).collect();
    let begun = std::time::Instant::now();
    let groups = group(&weighed, &[]);
    assert_eq!(groups.groups.iter().map(Vec::len).sum::<usize>(), 10_000);
    // A bound that a slow and busy machine keeps too; on its own it takes a tenth.
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}
