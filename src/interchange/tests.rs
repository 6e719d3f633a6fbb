//! From a messy sheet to a shop, changed by the next one, and out and in again.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::dialogue::Generation;
use crate::packs::{OwnWords, SourceFile, WrittenAnswer, load_shops, question_of_sheet, read_folder};
use crate::publishing::edit::FileChange;
use crate::sheets;
use crate::shop::clock::OWN_MS;
use crate::understanding::Tolerance;

const SHOP: &str = "shop: tea\nname: 茶\nclock: own\nallow: [no_signals, no_person]\nfacts:\n  # 截单\n  cutoff: \"16:00\" # 老板定的\n";

/// The files of a small pack with a shop `tea`.
fn folder(more: &[(&str, &str)]) -> Vec<SourceFile> {
    let (mut files, findings) = read_folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/shop")));
    assert!(findings.is_empty(), "{findings:?}");
    for (name, text) in [("shops/tea/shop.yaml", SHOP)].iter().chain(more) {
        let change = FileChange {
            name: (*name).to_owned(),
            before: None,
            after: Some(text.as_bytes().to_vec()),
        };
        change.lay_over(&mut files);
    }
    files
}

fn generation(files: &[SourceFile]) -> Arc<Generation> {
    let (packs, findings) = load_shops(files);
    let pack = packs
        .into_iter()
        .find(|pack| pack.shop.id.as_str() == "tea")
        .unwrap_or_else(|| panic!("{findings:#?}"));
    Arc::new(Generation::compile(pack, Tolerance::default(), OWN_MS, &[]).unwrap())
}

fn planned(files: &[SourceFile], sheet: &[u8]) -> Plan {
    planned_with(files, sheet, "")
}

fn planned_with(files: &[SourceFile], sheet: &[u8], columns: &str) -> Plan {
    let taken = take(&sheets::read(sheet).unwrap(), &told(columns).unwrap(), &[]).unwrap();
    let shop = Shop {
        id: "tea",
        files,
        generation: generation(files),
        own_clock_ms: OWN_MS,
    };
    plan(&shop, taken).unwrap()
}

fn after(files: &[SourceFile], plan: &Plan) -> Vec<SourceFile> {
    let mut files = files.to_vec();
    for change in &plan.changes {
        change.lay_over(&mut files);
    }
    files
}

fn text<'f>(files: &'f [SourceFile], name: &str) -> &'f str {
    let file = files.iter().find(|file| file.name == name);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    std::str::from_utf8(&file.unwrap_or_else(|| panic!("{name} of {names:?}")).bytes).unwrap()
}

/// What became of the rows, by number.
fn became(plan: &Plan) -> Vec<(usize, Became)> {
    plan.lines.iter().map(|line| (line.place.row, line.became)).collect()
}

const MESSY: &str = "清禾茶铺客服话术,,,,\n\
    更新：小李,,,,\n\
    分类,买家常问的问题,关键词,回复话术,备注\n\
    物流,包邮吗,邮费,亲，本店满 59 元包邮～,小李确认\n\
    物流,包邮吗？,,亲，不包邮,\n\
    茶叶,\"1、茶叶能放多久/茶叶保质期多久；开封后多久喝完\",保质期,\"亲，密封放 18 个月，\n开封后 3 个月内喝完\",\n\
    茶叶,茶具送不送,,,等老板定\n\
    茶叶,你们的茶好不好,,亲，我们的茶全网最低价，天下第一,\n\
    ,,,只有答案,\n";

#[test]
fn a_messy_sheet_becomes_questions_and_what_cannot_be_is_told() {
    let files = folder(&[]);
    let plan = planned(&files, MESSY.as_bytes());
    assert_eq!(
        became(&plan),
        [
            (4, Became::Over),
            (5, Became::LeftOut),
            (6, Became::New),
            (7, Became::LeftOut),
            (8, Became::HeldBack),
            (9, Became::LeftOut)
        ],
        "{:#?}",
        plan.lines
    );
    let why = |row: usize| &plan.lines.iter().find(|line| line.place.row == row).unwrap().why.zh;
    assert!(
        why(5).contains("第 4 行") && why(7).contains("没有答案") && why(8).contains("I080"),
        "{:#?}",
        plan.lines
    );
    let made = after(&files, &plan);
    let own = text(&made, "shops/tea/cha_ye/cha_ye_neng_fang_duo_jiu.yaml");
    for part in [
        "intent: cha_ye.cha_ye_neng_fang_duo_jiu\n",
        "  - \"茶叶能放多久\"\n  - \"茶叶保质期多久\"\n  - \"开封后多久喝完\"\n  - \"保质期\"\n",
        "  - \"亲，密封放 18 个月，\\n开封后 3 个月内喝完\"\n",
    ] {
        assert!(own.contains(part), "{own}");
    }
    assert!(text(&made, "shops/tea/shipping/fee.yaml").contains("满 59 元包邮"));
    assert!(
        !made
            .iter()
            .any(|file| file.name.starts_with("shops/tea/") && file.bytes.windows(6).any(|w| w == "最低".as_bytes()))
    );
    // The same again.
    let again = planned(&made, MESSY.as_bytes());
    assert!(again.changes.is_empty(), "{:#?}", again.lines);
    assert_eq!(again.count(Became::Same), 2);
}

#[test]
fn the_next_sheet_changes_what_changed_and_leaves_hands_and_comments() {
    let files = folder(&[]);
    let mut made = after(&files, &planned(&files, MESSY.as_bytes()));
    let name = "shops/tea/cha_ye/cha_ye_neng_fang_duo_jiu.yaml";
    let edited = text(&made, name).replace(
        "  - \"茶叶保质期多久\"\n",
        "  - \"茶叶保质期多久\" # 常问\n  - 茶叶会过期吗\n",
    );
    let by_hand = FileChange {
        name: name.to_owned(),
        before: None,
        after: Some(edited.clone().into_bytes()),
    };
    by_hand.lay_over(&mut made);
    let sheet = "问题,答案\n茶叶能放多久,亲，密封放 24 个月\n能刻字吗,亲，可以刻字\n";
    let plan = planned(&made, sheet.as_bytes());
    assert_eq!(
        became(&plan),
        [(2, Became::Changed), (3, Became::New)],
        "{:#?}",
        plan.lines
    );
    assert_eq!(plan.changes.len(), 2, "what is not in the sheet stays");
    let changed = after(&made, &plan);
    let wanted = edited.replace(
        "\"亲，密封放 18 个月，\\n开封后 3 个月内喝完\"",
        "\"亲，密封放 24 个月\"",
    );
    assert_eq!(text(&changed, name), wanted);
    assert!(text(&changed, "shops/tea/faq/neng_ke_zi.yaml").contains("可以刻字"));
}

#[test]
fn ids_of_a_sheet_say_which_question_is_meant() {
    let files = folder(&[]);
    let first = "编号,分类,问题,答案\nQ-7,刻字,能刻字吗,亲，可以刻字\nshipping.fee,,,亲，满 49 包邮\n";
    let made = after(&files, &planned(&files, first.as_bytes()));
    assert!(text(&made, "shops/tea/ke_zi/q_7.yaml").contains("能刻字吗"));
    assert!(text(&made, "shops/tea/shipping/fee.yaml").contains("满 49 包邮"));
    let second = "编号,分类,问题,答案\nQ-7,别的分类,杯子上可以刻名字么,亲，不刻字\n";
    let plan = planned(&made, second.as_bytes());
    assert_eq!(became(&plan), [(2, Became::Changed)], "{:#?}", plan.lines);
    let changed = text(&after(&made, &plan), "shops/tea/ke_zi/q_7.yaml").to_owned();
    assert!(
        changed.contains("能刻字吗") && changed.contains("杯子上可以刻名字么"),
        "{changed}"
    );
    assert!(
        changed.contains("亲，不刻字") && !changed.contains("亲，可以刻字"),
        "{changed}"
    );
}

#[test]
fn columns_are_guessed_from_what_they_hold_and_what_somebody_says_wins() {
    let files = folder(&[]);
    let bare = "1,能刻字吗,亲，可以刻字，三天做好\n2,刻字要多少钱,亲，刻字免费\n3,可以刻几个字呢,亲，最多八个字\n";
    let plan = planned(&files, bare.as_bytes());
    assert_eq!(plan.count(Became::New), 3, "{:#?}", plan.lines);
    assert!(
        text(&after(&files, &plan), "shops/tea/faq/ke_zi_yao_duo_shao_qian.yaml").contains("刻字免费"),
        "it is no postage"
    );
    let odd = "甲,乙,丙\n亲，可以刻字,能刻字吗,不给顾客看\n";
    let plan = planned_with(&files, odd.as_bytes(), "问题=乙,答案=A,备注=c");
    assert_eq!(became(&plan), [(2, Became::New)], "{:#?}", plan.lines);
    let half = "问题,店里的说法\n能刻字吗,亲，可以刻字\n刻字要多少钱,亲，刻字免费\n";
    let plan = planned(&files, half.as_bytes());
    assert_eq!(became(&plan), [(2, Became::New), (3, Became::New)], "{:#?}", plan.lines);
    let wrong = |columns: &str| {
        told(columns).map(|told| {
            take(&sheets::read(odd.as_bytes()).unwrap(), &told, &[])
                .unwrap_err()
                .to_string()
        })
    };
    assert!(wrong("问题=Z").unwrap().contains("没有“Z”这一列"));
    assert!(wrong("问题").unwrap_err().to_string().contains("问题=B,答案=D"));
    assert!(wrong("好东西=B").unwrap_err().to_string().contains("好东西"));
    let nothing = take(&sheets::read("甲,1\n乙,2\n".as_bytes()).unwrap(), &[], &[]);
    assert!(matches!(nothing, Err(ReadError::Nothing)), "{nothing:?}");
}

#[test]
fn goods_go_to_the_catalogue_facts_to_the_shop_and_synonyms_to_their_list() {
    let files = folder(&[]);
    let goods = "商品编号,商品名称,售价,颜色\n1001,云雾绿茶,￥99,绿、白\n1002,,59,\n1003,红茶,便宜,\n";
    let plan = planned(&files, goods.as_bytes());
    assert_eq!(
        became(&plan),
        [(2, Became::New), (3, Became::LeftOut), (4, Became::LeftOut)],
        "{:#?}",
        plan.lines
    );
    let made = after(&files, &plan);
    assert_eq!(
        text(&made, "shops/tea/goods.csv"),
        "\u{feff}商品编号,商品名称,售价,颜色\n1001,云雾绿茶,￥99,绿、白\n"
    );
    assert!(planned(&made, goods.as_bytes()).changes.is_empty());
    let facts = "资料,中文,英文\ncutoff,17:00,\ngift,书签,a bookmark\n邮费,8,\n";
    let plan = planned(&made, facts.as_bytes());
    assert_eq!(
        became(&plan),
        [(2, Became::Changed), (3, Became::New), (4, Became::LeftOut)],
        "{:#?}",
        plan.lines
    );
    let shop = text(&after(&made, &plan), "shops/tea/shop.yaml").to_owned();
    assert!(
        shop.contains("  # 截单\n  cutoff: \"17:00\" # 老板定的\n") && shop.contains("    en: \"a bookmark\"\n"),
        "{shop}"
    );
    let words = "问题,同义词,答案\n能刻字吗,刻字=雕字、镌字,亲，可以\n";
    let plan = planned(&made, words.as_bytes());
    let list = text(&after(&made, &plan), "shops/tea/shared/synonyms.yaml").to_owned();
    assert!(
        list.contains("word: \"刻字\"\n    same: [\"雕字\", \"镌字\"]"),
        "{list}"
    );
    let again = planned(&after(&made, &plan), words.as_bytes());
    assert!(again.changes.is_empty(), "{:#?}", again.changes);
}

#[test]
fn merged_answers_are_one_question_and_broken_formulas_are_told() {
    let cell = |text: &str, kind| sheets::Cell {
        text: text.to_owned(),
        kind,
    };
    use sheets::CellKind::{Broken, Merged, Own};
    let row = |number, cells| sheets::Row {
        number,
        cells,
        open_quote: false,
    };
    let rows = vec![
        row(1, vec![cell("问题", Own), cell("答案", Own)]),
        row(2, vec![cell("能刻字吗", Own), cell("亲，可以刻字", Own)]),
        row(3, vec![cell("可以雕名字不", Own), cell("亲，可以刻字", Merged)]),
        row(4, vec![cell("刻字多少钱", Own), cell("#REF!", Broken)]),
    ];
    let book = sheets::Book {
        form: sheets::Form::Workbook { macros: false },
        sheets: vec![sheets::Sheet {
            name: "话术".to_owned(),
            rows,
        }],
        hidden: vec!["旧的".to_owned()],
    };
    let taken = take(&book, &[], &[]).unwrap();
    assert_eq!(taken.asked.len(), 1);
    assert_eq!(taken.asked[0].examples, ["能刻字吗", "可以雕名字不"]);
    assert_eq!(taken.asked[0].answers.len(), 1);
    assert!(
        taken.lines[1].became == Became::LeftOut && taken.lines[1].why.zh.contains("#REF!"),
        "{:#?}",
        taken.lines
    );
    assert!(taken.understood.iter().any(|(zh, _)| zh.contains("旧的")));
    assert!(matches!(
        take(&book, &[], &["没有".to_owned()]),
        Err(ReadError::NoSheet { .. })
    ));
}

#[test]
fn an_exported_shop_changes_nothing_and_one_cell_changes_one_answer() {
    let overlay = "# 我的\nintent: shipping.fee\nanswers:\n  - 亲，满 59 包邮 # 店长\n  - 亲，59 起包邮\n";
    let goods = "- {id: \"1001\", name: 茶, price: 99, sizes: [\"1-3\"], colors: [{zh: 绿, en: green}]}\n";
    let files = folder(&[
        ("shops/tea/shipping/fee.yaml", overlay),
        ("shops/tea/goods.yaml", goods),
    ]);
    let now = generation(&files);
    let bytes = export(&now.pack, &files).bytes;
    let plan = planned(&files, &bytes);
    assert!(plan.changes.is_empty(), "{:#?}", plan.lines);
    assert!(
        plan.lines.iter().all(|line| line.became == Became::Same),
        "{:#?}",
        plan.lines
    );
    let mut book = sheets::read(&bytes).unwrap();
    assert_eq!(book.sheets.len(), 3);
    for row in &mut book.sheets[0].rows {
        for cell in &mut row.cells {
            if cell.text == "亲，59 起包邮" || cell.text == "Shipping is free from 99 yuan, otherwise 8 yuan." {
                cell.text.push('!');
            }
        }
    }
    let shop = Shop {
        id: "tea",
        files: &files,
        generation: now,
        own_clock_ms: OWN_MS,
    };
    let plan = super::plan(&shop, take(&book, &[], &[]).unwrap()).unwrap();
    assert_eq!(plan.changes.len(), 1, "{:#?}", plan.lines);
    let changed = after(&files, &plan);
    assert_eq!(
        text(&changed, "shops/tea/shipping/fee.yaml"),
        overlay.replace("亲，59 起包邮", "\"亲，59 起包邮!\"")
            + "  - \"Shipping is free from 99 yuan, otherwise 8 yuan.!\"\n"
    );
}

#[test]
fn an_example_with_a_carriage_return_comes_back_as_it_was() {
    let words = OwnWords {
        title: "刻字".to_owned(),
        examples: vec!["刻\rA".to_owned(), "刻".to_owned() + &"长句子".repeat(12_000)],
        answers: vec![WrittenAnswer::plain("可以刻字的")],
        ..OwnWords::default()
    };
    let files = folder(&[("shops/tea/faq/odd.yaml", &question_of_sheet("faq.odd", &words))]);
    let (packs, _) = load_shops(&files);
    let pack = packs.into_iter().find(|pack| pack.shop.id.as_str() == "tea").unwrap();
    let plan = planned(&files, &export(&pack, &files).bytes);
    assert!(plan.changes.is_empty(), "{} changes", plan.changes.len());
}

#[test]
fn a_column_for_agents_gives_them_texts_and_without_answers_is_the_answer() {
    let files = folder(&[]);
    let sheet = "编号,标题,答案,客服话术\nshipping.fee,,,满 59 包邮，您这单我看看\n";
    let plan = planned(&files, sheet.as_bytes());
    let changed = after(&files, &plan);
    let made = text(&changed, "shops/tea/shipping/fee.yaml");
    assert!(made.ends_with("agent:\n  - \"满 59 包邮，您这单我看看\"\n"), "{made}");
    assert!(!made.contains("answers:"), "{made}");
    // What is there is not written again; another text takes its place.
    assert!(planned(&changed, sheet.as_bytes()).changes.is_empty());
    let other = planned(&changed, sheet.replace("59", "49").as_bytes());
    let changed = after(&changed, &other);
    assert!(text(&changed, "shops/tea/shipping/fee.yaml").contains("满 49 包邮"));
    let alone = "编号,标题,客服话术\nshipping.fee,,亲，满 59 包邮～\n";
    let changed = after(&files, &planned(&files, alone.as_bytes()));
    assert!(text(&changed, "shops/tea/shipping/fee.yaml").contains("answers:"));
}

/// Texts that spreadsheets and YAML trip over; braces begin a template.
fn odd() -> impl Strategy<Value = String> {
    let long = "长句子".repeat(12_000);
    prop_oneof![
        8 => "[\\PC\n\t\r=+@\"'#:&<>_x0-9😀é—]{1,24}".prop_map(|text| text.replace(['{', '}'], "*")),
        1 => Just("=HYPERLINK(\"http://a\",\"b\")".to_owned()),
        1 => Just("_x0041_ 第一行\n\n  第二行".to_owned()),
        1 => Just(long),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_shop_says_it_comes_back_unchanged(
        answers in prop::collection::vec(odd(), 1..4), examples in prop::collection::vec(odd(), 1..4), fact in odd(), title in odd(),
    ) {
        let words = OwnWords {
            title: title.trim().to_owned(),
            examples: examples.iter().map(|text| format!("刻{text}")).collect(),
            answers: answers.iter().map(|text| WrittenAnswer {
                from: Some("2026-11-01".to_owned()), period: Some("双11".to_owned()), ..WrittenAnswer::plain(text)
            }).collect(),
            agent: answers.iter().rev().map(|text| WrittenAnswer::plain(text)).collect(),
            ..OwnWords::default()
        };
        let question = question_of_sheet("faq.odd", &words);
        let mut files = folder(&[("shops/tea/faq/odd.yaml", &question)]);
        let shop = crate::packs::with_facts("shop.yaml", SHOP.as_bytes(), &[crate::packs::WrittenFact {
            name: "odd".to_owned(), zh: fact, en: None,
        }]).unwrap();
        FileChange { name: "shops/tea/shop.yaml".to_owned(), before: None, after: Some(format!("{shop}periods:\n  双11: 2026-10-31 20:00..2026-11-11\n").into_bytes()) }.lay_over(&mut files);
        let (packs, _) = load_shops(&files);
        let pack = packs.into_iter().find(|pack| pack.shop.id.as_str() == "tea");
        // Some texts are forbidden, whoever says them.
        prop_assume!(pack.as_ref().is_some_and(|pack| Generation::compile(pack.clone(), Tolerance::default(), OWN_MS, &[]).is_ok()));
        let plan = planned(&files, &export(&pack.unwrap(), &files).bytes);
        prop_assert!(plan.changes.is_empty(), "{:#?}", plan.lines);
    }
}
