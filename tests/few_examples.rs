//! A new question of an operator, with five plain lines, beside all that the pack knows.

use std::path::Path;
use std::sync::Arc;

use yingda::packs::{Intent, Pack, load};
use yingda::understanding::{Context, Index, Tolerance};

/// Questions that the shipped pack lacks: five lines as an operator in a hurry writes them, and what shoppers write.
const NEW: [(&str, [&str; 5], [&str; 5]); 4] = [
    (
        "pottery.class",
        [
            "能体验做陶吗",
            "陶艺体验怎么预约",
            "有拉坯课吗",
            "可以带孩子来做陶吗",
            "陶艺课多少钱一节",
        ],
        [
            "周末想带女儿去你们那儿做个陶，要提前约吗",
            "拉坯体验还有名额没",
            "陶艺课一个人也能上么",
            "你们家的做陶课怎么报名啊",
            "情侣去体验拉坯要多久",
        ],
    ),
    (
        "piano.tuning",
        [
            "钢琴多久调一次音",
            "能上门调音吗",
            "调音多少钱",
            "新琴要调律吗",
            "你们有调音师吗",
        ],
        [
            "琴买了一年了从来没调过音，要不要调",
            "调律师傅能到家里来不",
            "送的那次调音怎么约",
            "请人调一次音得花多少",
            "孩子说音不准了，你们有没有调音师",
        ],
    ),
    (
        "tea.brewing",
        ["这个茶怎么泡", "水温多少合适", "要洗茶吗", "能泡几泡", "放多少克茶叶"],
        [
            "岩茶第一遍水倒掉不，就是洗茶那步",
            "用盖碗泡的话放几克",
            "泡这个绿茶水温要多高",
            "一包能泡几泡啊",
            "白茶到底怎么泡才不涩",
        ],
    ),
    (
        "glasses.prescription",
        [
            "能配近视镜片吗",
            "度数怎么给你们",
            "散光能配吗",
            "要验光单吗",
            "多少度能做",
        ],
        [
            "我左眼三百五右眼四百，能配不",
            "没有验光单怎么办，旧眼镜行吗",
            "散光一百二可以配镜片吗",
            "高度近视一千度能做吗",
            "度数写在哪里给你们看",
        ],
    ),
];

#[test]
fn five_lines_teach_more_than_five_sentences() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    let shipped = load(&folder).0.unwrap();
    let index = Index::build(&with_new(&shipped), Tolerance::default());
    let first = |text: &str| {
        let understood = index.understand(text, &Context::default());
        understood.alternatives.first().map(|question| question.id.clone())
    };
    let asked = NEW
        .iter()
        .flat_map(|(id, _, said)| said.iter().map(move |text| (*id, *text)));
    let missed: Vec<_> = asked.filter(|(id, text)| first(text).as_deref() != Some(id)).collect();
    assert!(missed.len() <= 5, "{} of 20: {missed:?}", missed.len());
    // And the pack's own questions are still themselves.
    let tests = shipped.intents.iter().flat_map(|intent| intent.tests.iter().take(1));
    let asked: Vec<&str> = tests.map(|test| test.ask.as_str()).collect();
    let taken = asked
        .iter()
        .filter(|text| NEW.iter().any(|(id, ..)| first(text).as_deref() == Some(id)));
    assert_eq!(taken.count(), 0);
}

fn with_new(shipped: &Pack) -> Pack {
    let mut pack = shipped.clone();
    for (id, lines, _) in NEW {
        let intent = Intent {
            id: id.to_owned(),
            examples: lines.map(str::to_owned).to_vec(),
            patterns: Vec::new(),
            ..(*shipped.intents[0]).clone()
        };
        pack.intents.push(Arc::new(intent));
    }
    pack
}
