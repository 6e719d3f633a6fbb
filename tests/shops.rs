//! Several shops in one folder: each answers with its own words, and files that come, change and go change one of them.

use std::path::Path;
use std::sync::Arc;

use yingda::dialogue::turn::{read, take_turn};
use yingda::dialogue::{Generation, Simulator, Staffing, State};
use yingda::model::{ClientMessageId, Event, EventKind, Language, Millis, ShopId, ShopperId, Slots};
use yingda::packs::{Finding, SourceFile, Whose, load_shops, read_folder};
use yingda::publishing::{self, Publisher, Reading};
use yingda::shop::clock::OWN_MS;
use yingda::shops::{Generations, Shops};
use yingda::understanding::Tolerance;

const TIME: &str = "intent: shipping.time\ntitle: 什么时候发货\ntitle_en: When will it ship\nexamples:\n  - 什么时候发货\n  - 几时寄出\n  - 今天能发吗\n  - when do you ship\nanswers:\n  - \"{{ shop.cutoff }} 前当天发，{{ shop.reply_time }}内有人。\"\n  - Paid before {{ shop.cutoff }}, it leaves today.\ntests:\n  - ask: 请问什么时候发货\n    expect: shipping.time\n";
const FEE: &str = "intent: shipping.fee\ntitle: 邮费多少\ntitle_en: Postage\nexamples:\n  - 邮费多少\n  - 要运费吗\n  - 包邮吗\n  - how much is postage\nanswers:\n  - 邮费 8 元。\n  - Postage is 8 yuan.\ntests:\n  - ask: 请问邮费多少\n    expect: shipping.fee\n";
const PERSON: &str = "intent: service.human\ntitle: 转人工\ntitle_en: A person\nexamples:\n  - 转人工\n  - 找真人\nanswers:\n  - 好的。\n  - Sure.\nhandoff: always\ntests:\n  - ask: 转人工吧\n    expect: service.human\n";

/// Twelve o'clock in Shanghai on Sunday, 15 November 2026.
const NOON: Millis = Millis(1_794_715_200_000);

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn shop(id: &str, more: &str) -> String {
    format!("shop: {id}\nname: {{zh: 店, en: Shop}}\nallow: [no_signals, lost_shop]\n{more}")
}

/// A folder with two shops that differ in one fact.
fn two_shops() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("shipping/time.yaml", TIME),
        ("shipping/fee.yaml", FEE),
        ("service/human.yaml", PERSON),
    ] {
        write(folder.path(), name, text);
    }
    for (id, cutoff) in [("one", "15:00"), ("two", "18:00")] {
        let text = shop(id, &format!("facts:\n  cutoff: \"{cutoff}\"\n"));
        write(folder.path(), &format!("shops/{id}/shop.yaml"), &text);
    }
    folder
}

/// Reads the folder and serves it, as a reload does.
fn reload(folder: &Path, shops: &Shops) -> Result<(), Vec<Finding>> {
    let previous = shops.all();
    let (generations, _) = Publisher::new(Tolerance::default(), OWN_MS).load(&Reading::of(folder), &previous)?;
    shops.publish(generations);
    Ok(())
}

fn served(folder: &Path) -> Shops {
    let built = Publisher::new(Tolerance::default(), OWN_MS).load(&Reading::of(folder), &Generations::new());
    Shops::new(built.unwrap_or_else(|findings| panic!("{findings:#?}")).0)
}

fn says(generation: &Arc<Generation>, text: &str) -> String {
    let mut talk = Simulator::new(Arc::clone(generation), Language::Chinese, NOON);
    talk.say(&[text]).unwrap().says().join("\n")
}

fn of(shops: &Shops, id: &str) -> Arc<Generation> {
    shops.get(&ShopId::new(id)).unwrap()
}

#[test]
fn two_shops_answer_differently_and_a_reload_adds_changes_and_removes_one() {
    let folder = two_shops();
    let shops = served(folder.path());
    assert!(says(&of(&shops, "one"), "什么时候发货").contains("15:00"));
    assert!(says(&of(&shops, "two"), "什么时候发货").contains("18:00"));
    // Change: the other shop stays as it is.
    let before = of(&shops, "one");
    let text = shop("two", "clock: jd\nfacts:\n  cutoff: \"19:00\"\n");
    write(folder.path(), "shops/two/shop.yaml", &text);
    write(
        folder.path(),
        "shops/two/shipping/fee.yaml",
        "intent: shipping.fee\nanswers:\n  - 两号店全场包邮。\n",
    );
    reload(folder.path(), &shops).unwrap();
    assert!(Arc::ptr_eq(&before, &of(&shops, "one")));
    let two = of(&shops, "two");
    assert_eq!(says(&two, "什么时候发货"), "19:00 前当天发，30 秒内有人。");
    assert_eq!(says(&two, "邮费多少"), "两号店全场包邮。");
    assert_eq!(says(&before, "邮费多少"), "邮费 8 元。");
    // Add.
    write(
        folder.path(),
        "shops/three/shop.yaml",
        &shop("three", "clock: shopee\nfacts:\n  cutoff: \"20:00\"\n"),
    );
    reload(folder.path(), &shops).unwrap();
    assert_eq!(
        says(&of(&shops, "three"), "什么时候发货"),
        "20:00 前当天发，12 小时内有人。"
    );
    // What is broken is refused, and all answer on.
    write(folder.path(), "shops/three/shop.yaml", "shop: three\n");
    assert!(reload(folder.path(), &shops).is_err());
    assert!(says(&of(&shops, "three"), "什么时候发货").contains("20:00"));
    // Remove.
    std::fs::remove_dir_all(folder.path().join("shops/three")).unwrap();
    reload(folder.path(), &shops).unwrap();
    assert!(shops.get(&ShopId::new("three")).is_none());
    assert_eq!(shops.all().len(), 2);
}

#[test]
fn what_a_shop_promises_is_what_its_deadlines_count() {
    let cases = [
        (
            "clock: own\nfacts: {cutoff: \"9\", reply_minutes: \"10\"}\n",
            90_000,
            600_000,
            "10 分钟",
        ),
        ("clock: own\nfacts: {cutoff: \"9\"}\n", 90_000, 90_000, "90 秒"),
        ("facts: {cutoff: \"9\"}\n", 180_000, 180_000, "3 分钟"),
        (
            "clock: shopee\nfacts: {cutoff: \"9\"}\n",
            180_000,
            43_200_000,
            "12 小时",
        ),
    ];
    for (profile, own_ms, counted, said) in cases {
        let folder = two_shops();
        write(folder.path(), "shops/two/shop.yaml", &shop("two", profile));
        let built = publishing::compile(folder.path(), Tolerance::default(), own_ms, Some("two"));
        let (generation, _) = built.unwrap_or_else(|refusal| panic!("{refusal:?}"));
        assert_eq!(generation.pack.shop.reply_ms(own_ms), counted, "{profile}");
        let reply = says(&generation, "什么时候发货");
        assert!(reply.contains(&format!("{said}内")), "{profile} {reply}");
    }
}

fn started(shop: &str) -> EventKind {
    EventKind::Started {
        shop: ShopId::new(shop),
        shopper: ShopperId::new("anon:1"),
        lang: Language::Chinese,
    }
}

/// Rules and lines of what is found in the second shop.
fn found(profile: &str) -> Vec<(&'static str, usize)> {
    let folder = two_shops();
    write(folder.path(), "shops/two/shop.yaml", &shop("two", profile));
    let (_, findings) = load_shops(&read_folder(folder.path()).0);
    let here = findings.iter().filter(|finding| finding.file == "shops/two/shop.yaml");
    here.map(|finding| (finding.rule, finding.line)).collect()
}

#[test]
fn promises_that_are_not_kept_are_found() {
    let jd = "clock: jd\nfacts: {cutoff: \"9\", reply_minutes: ";
    assert_eq!(found(&format!("{jd}\"10\"}}\n")), [("I099", 5)]);
    assert_eq!(found(&format!("{jd}\"1\"}}\n")), []);
    assert_eq!(
        found("clock: own\nfacts: {cutoff: \"9\", reply_minutes: 5-10}\n"),
        [("I099", 5)]
    );
    assert_eq!(found("facts: {cutoff: \"9\", reply_time: \"1\"}\n"), [("I099", 4)]);
    let hours = |week: &str, said: &str| {
        found(&format!(
            "service_hours: {week}\nfacts: {{cutoff: \"9\", hours: {said}}}\n"
        ))
    };
    assert_eq!(
        hours("{every_day: \"9:00-18:00\"}", "{zh: 每天 9 点到 18 点, en: 9am-6pm}"),
        []
    );
    assert_eq!(
        hours("{every_day: \"9:00-18:00\"}", "{zh: 9:00-18:00, en: 9am-9pm}"),
        [("I108", 5)]
    );
    let sundays_off = "{every_day: \"9:00-18:00\", sunday: 休息}";
    assert_eq!(hours(sundays_off, "{zh: 每天 9:00-18:00, en: 9am-6pm}"), [("I108", 5)]);
    assert_eq!(hours(sundays_off, "{zh: 周一至周六 9:00-18:00, en: 9am-6pm}"), []);
    assert_eq!(
        found("facts: {cutoff: \"9\", hours: {zh: 9:00-18:00, en: 9-18}}\n"),
        [("I108", 4)]
    );
}

#[test]
fn hours_are_read_alike_by_the_check_and_the_shop() {
    for span in ["９：００－１８：００", "9:00~18:00", "9：00至18：00"] {
        assert_eq!(
            found(&format!(
                "service_hours: {{every_day: \"{span}\"}}\nfacts: {{cutoff: \"9\"}}\n"
            )),
            []
        );
        let files = [SourceFile {
            name: "shops/two/shop.yaml".to_owned(),
            bytes: shop("two", &format!("service_hours: {{every_day: \"{span}\"}}\n")).into_bytes(),
        }];
        let (packs, findings) = load_shops(&files);
        let hours = &packs.first().unwrap_or_else(|| panic!("{findings:#?}")).shop.hours;
        assert_eq!(hours.weekly(Language::Chinese), "每天 9:00-18:00", "{span}");
        assert!(hours.open_at(NOON));
    }
    assert_eq!(found("holidays: [春节]\nfacts: {cutoff: \"9\"}\n"), [("I107", 4)]);
    assert_eq!(
        found("holidays: {2027-02-16: 9-12}\nfacts: {cutoff: \"9\"}\n"),
        [("I094", 4)]
    );
    assert_eq!(
        found("holidays: [2027-02-16..2027-02-20, 2027-02-15: \"9:00-12:00\"]\nfacts: {cutoff: \"9\"}\n"),
        []
    );
}

#[test]
fn on_a_holiday_the_bot_says_so_and_when_it_opens_again() {
    let folder = two_shops();
    let profile = "service_hours: {every_day: \"9:00-18:00\"}\nholidays: {2026-11-14..2026-11-16: 休息}\nfacts: {cutoff: \"9\"}\n";
    write(folder.path(), "shops/two/shop.yaml", &shop("two", profile));
    write(
        folder.path(),
        "service/hours.yaml",
        "intent: service.hours\ntitle: 时间\ntitle_en: Hours\nexamples: [几点上班, 什么时候有人]\nanswers:\n  - \"客服时间：{{ shop.hours }}\"\n  - \"Hours: {{ shop.hours }}\"\ntests:\n  - ask: 客服几点上班\n    expect: service.hours\n",
    );
    let (generation, _) = publishing::compile(folder.path(), Tolerance::default(), OWN_MS, Some("two"))
        .unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(
        says(&generation, "几点上班"),
        "客服时间：每天 9:00-18:00，11 月 14 日至 16 日休息"
    );
    let staffing = Staffing::of(&generation.pack.shop, false, Language::Chinese, NOON, OWN_MS);
    assert!(!staffing.open_now);
    let mut state = State::default();
    let received = EventKind::Received {
        id: ClientMessageId::new("1"),
        text: "转人工".to_owned(),
        heard: None,
        files: Vec::new(),
    };
    for (seq, kind) in [(1, started("two")), (2, received)] {
        let (epoch, at) = (0, NOON);
        state.apply(&Event { seq, epoch, at, kind });
    }
    let outcome = take_turn(&state, &generation, read(&state, &generation), &staffing, NOON).unwrap();
    let told = outcome.says().join("\n");
    assert!(
        told.contains("11 月 14 日至 16 日休息") && told.contains("周二 9:00"),
        "{told}"
    );
}

#[test]
fn whose_word_an_answer_is_can_be_told() {
    let folder = two_shops();
    write(
        folder.path(),
        "shops/two/shipping/fee.yaml",
        "intent: shipping.fee\nexamples: [邮钱咋算]\npatterns: [(邮钱|邮资)]\nanswers:\n  - 两号店全场包邮。\n",
    );
    let (generation, _) = publishing::compile(folder.path(), Tolerance::default(), OWN_MS, Some("two"))
        .unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let fee = generation.pack.intent("shipping.fee").unwrap();
    assert_eq!(fee.whose("邮钱咋算"), Whose::Shop);
    assert_eq!(fee.whose("(邮钱|邮资)"), Whose::Shop);
    assert_eq!(fee.whose("包邮吗"), Whose::Pack);
    let said = says(&generation, "邮费多少");
    let today = generation.pack.shop.date_at(NOON);
    let source = |said: &str| {
        let answer = generation
            .templates
            .source(&generation.pack, fee, &Slots::default(), today, said)?;
        Some((answer.whose(), answer.file.as_str(), answer.line))
    };
    assert_eq!(source(&said), Some((Whose::Shop, "shops/two/shipping/fee.yaml", 5)));
    assert_eq!(
        source("Postage is 8 yuan."),
        Some((Whose::Pack, "shipping/fee.yaml", 11))
    );
    assert_eq!(source("别的话"), None);
}

/// The program on a folder that has `intents`.
fn yingda(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_yingda"));
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_shop_begins_from_a_table_and_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::server::copy(&"tests/packs/shop".into(), &folder.path().join("intents"));
    let rows = "问题,答案\n包邮吗,本店满 20 元包邮。\nqwzx 7731 kkp,您好，这是它的答案。\nqwzx 7731 kkp？,再问一次\n,没有问题\n能试穿吗,\n";
    std::fs::write(folder.path().join("faq.csv"), rows).unwrap();
    let new = ["shop", "new", "bags", "--from", "faq.csv", "--yes"];
    let (code, said) = yingda(folder.path(), &new);
    // Rows were left out: whoever scripts it hears of that.
    assert_eq!(code, Some(1), "{said}");
    for left_out in ["第 4 行", "第 5 行", "第 6 行"] {
        assert!(said.contains(left_out), "{left_out} is not in\n{said}");
    }
    let shop = folder.path().join("intents/shops/bags");
    let answer = std::fs::read_to_string(shop.join("shipping/fee.yaml")).unwrap();
    assert!(
        answer.contains("满 20 元包邮"),
        "a known question is answered in the shop's own way: {answer}"
    );
    assert!(
        said.contains("第 2 行 换成本店答案") && said.contains("→ shipping.fee"),
        "{said}"
    );
    let own = walk(&shop).into_iter().filter(|text| text.contains("qwzx 7731 kkp"));
    assert_eq!(own.count(), 1, "one question of its own");

    let before = walk(&shop);
    let (code, said) = yingda(folder.path(), &new);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("不覆盖"), "{said}");
    assert_eq!(walk(&shop), before);
}

#[test]
fn a_link_says_nothing_of_the_language_that_the_command_asks_in() {
    let ask = |message: &str| {
        let asked = ["ask", "--json", "--intents", "intents", "--shop", "demo", message];
        let (code, said) = yingda(Path::new(env!("CARGO_MANIFEST_DIR")), &asked);
        assert_eq!(code, Some(0), "{said}");
        said
    };
    let link = ask("https://item.example.com/100234.html");
    assert!(
        link.contains("转人工客服") && !link.contains("Talk to a person"),
        "{link}"
    );
    assert!(ask("when will you ship my order").contains("ship"), "words do");
}

/// The texts of all files of a folder.
fn walk(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(walk(&path));
        } else {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
    texts.sort();
    texts
}
