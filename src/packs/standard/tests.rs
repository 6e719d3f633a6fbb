//! What the standards rule out, and what looks like it and is fine.

#![allow(clippy::unwrap_used)]

use super::*;

fn rules(text: &str) -> Vec<&'static str> {
    breaches(text, &[]).iter().map(|breach| breach.standard.rule).collect()
}

#[test]
fn what_the_standards_rule_out_is_found() {
    for (rule, texts) in [
        (
            "I080",
            &[
                "亲，这是全网卖得最好的，全网最低",
                "本店是国家级品质",
                "絕對不掉色",
                "销量第一，放心拍",
                "我们家百分百不褪色",
                "this is the best jacket you can buy",
            ][..],
        ),
        (
            "I081",
            &[
                "亲，加V：xl888 发您折扣",
                "加我QQ 聊更快",
                "加个微信吧亲",
                "打 13912340987 找店长",
                "QQ：23456789",
                "去 weidian.com 下单便宜 10 元",
                "关注我们的公众号领券",
                "搜一下我家公众号就能买",
                "差价我私下转账给您",
                "您扫这个收款码付就行",
                "add me on WhatsApp",
            ],
        ),
        (
            "I082",
            &[
                "您一定很着急吧",
                "亲，您肯定特别着急，我懂",
                "非常理解您的心情",
                "请您冷静一下",
                "You must be furious",
            ],
        ),
        (
            "I083",
            &["您去平台投诉吧", "不满意您可以投诉", "那您找消协吧", "让平台介入处理吧"],
        ),
        (
            "I084",
            &[
                "暴力快递我们控制不了",
                "快递那边我们也控制不了",
                "是快递弄坏的",
                "that is the courier's fault",
            ],
        ),
        ("I085", &["给您带来的不便请谅解", "Sorry for any inconvenience caused"]),
        (
            "I087",
            &[
                "这款能治愈脚气",
                "医用级材料",
                "无任何副作用",
                "7 天见效，无效退款",
                "孕妇可以放心用",
                "孕期也能放心擦",
                "永久脱毛不反弹",
                "喝了降血糖",
                "it cures acne",
            ],
        ),
        (
            "I088",
            &[
                "好评返现 5 元",
                "五星好评截图返红包",
                "亲，写好评送您小礼物",
                "晒图发买家秀返 3 元",
                "收到后评价一下返现2元",
                "帮我们补单有佣金",
            ],
        ),
        (
            "I089",
            &[
                "不退不换",
                "特价商品不退不换哦",
                "活动最终解释权归本店所有",
                "一经售出概不退换",
                "拆封后不退",
                "签收后概不负责",
                "All sales are final.",
            ],
        ),
        (
            "I119",
            &[
                "保证明天一定到",
                "明天一定能到的亲",
                "假一赔万",
                "放心，保证周五送到",
                "we guarantee delivery",
            ],
        ),
        (
            "I120",
            &[
                "这是您自己的问题",
                "我们也没办法",
                "这个不归我们管",
                "谁让您不看详情",
                "There is nothing we can do.",
            ],
        ),
        (
            "I121",
            &[
                "不要给差评哦",
                "原因选“不想要了”",
                "退款理由选七天无理由就行",
                "亲给个好评呗",
                "麻烦打五星",
                "please leave a good review",
            ],
        ),
    ] {
        for text in texts {
            assert!(rules(text).contains(&rule), "{rule} {text} {:?}", rules(text));
        }
    }
}

#[test]
fn calm_sentences_that_look_like_it_are_not_found() {
    for text in [
        "亲，支持七天无理由退货，吊牌完好就行",
        "第一时间为您安排，第一笔订单也一样",
        "面料是 100%棉，不是绝对不会缩水",
        "最晚明天发出，最好提前一天拍",
        "客服不会让您加微信，也不会请您私下转账，谨防诈骗",
        "请勿相信让您加QQ或扫收款码的人",
        "加V领的那款还有 L 码，加购就能看到",
        "订单号 20261130139123409871 收到了",
        "微信支付、支付宝、银行卡都可以",
        "收到了，我马上帮您催仓库",
        "不用投诉，我们现在就给您退",
        "送到前快递会给您打电话",
        "这款不能代替药物治疗，身体不适请先问医生",
        "正在接受治疗的话先问医生再用",
        "治愈系的颜色，看着就暖",
        "产生的治疗费用由我们承担",
        "孕妇能不能用，请先问医生",
        "评价怎么写都行，不用好评也一样服务",
        "好评不返现，我们只做好东西",
        "好评很多，谢谢大家",
        "定制商品不支持七天无理由退货，质量问题照样退",
        "贴身衣物拆封后不支持无理由退货",
        "不能保证明天一定到，一般 2 到 4 天",
        "假一赔三，按法律来",
        "您自己选的颜色是白色，要换吗",
        "退款原因请如实填写",
        "原因填错了也没关系，可以改",
        "感谢您的五星好评",
        "It usually arrives in 2-4 days; we cannot promise tomorrow.",
        "We never ask you to pay by bank transfer.",
    ] {
        assert_eq!(rules(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn a_breach_says_where_and_with_which_word_of_the_text() {
    let found = breaches("亲，五星好评截图，返红包", &[]);
    assert_eq!(
        (found[0].standard.rule, found[0].at, found[0].word.as_str()),
        ("I088", 4, "好评截图，返")
    );
    assert!(found[0].standard.refuses());
    let found = breaches("絕對好看", &[]);
    assert_eq!((found[0].at, found[0].word.as_str()), (0, "絕對"));
}

#[test]
fn a_shop_adds_its_own_standards_to_those_that_are_shipped() {
    let file = "standards:\n  - rule: I122\n    title: 不提别家店\n    words: [对面那家, 某宝…便宜]\n    \
                except: [对面那家医院]\n  - rule: I080\n    words: [天花板级]\n  - rule: I099\n    words: [好]\n";
    let (written, findings) = read_standards("standards.yaml", file.as_bytes());
    assert!(findings.is_empty(), "{findings:?}");
    let own: Vec<_> = written
        .standards
        .iter()
        .filter_map(Standard::of)
        .map(Arc::new)
        .collect();
    assert_eq!(own.len(), 2, "what belongs to no rule is none");
    let told = |text: &str| -> Vec<(&str, bool)> {
        let found = breaches(text, &own);
        found
            .iter()
            .map(|breach| (breach.standard.rule, breach.standard.refuses()))
            .collect()
    };
    assert_eq!(told("对面那家更贵"), [("I122", false)]);
    assert_eq!(told("某宝也不便宜"), []);
    assert_eq!(told("对面那家医院"), []);
    assert_eq!(told("天花板级的鞋"), [("I080", true)]);
    assert_eq!(own[0].message, ("不提别家店".to_owned(), "不提别家店".to_owned()));
    assert_eq!(own[1].message.0, "广告法不允许的绝对化用语");
}

#[test]
fn every_rule_has_shipped_words_in_the_form_in_which_they_are_looked_for() {
    for (rule, severity) in RULES {
        let mut of_rule = STANDARDS.iter().filter(|standard| standard.rule == rule).peekable();
        assert_eq!(of_rule.peek().is_none(), rule == "I122", "{rule}");
        assert!(of_rule.all(|standard| standard.severity == severity));
    }
    for standard in STANDARDS.iter() {
        for list in [&standard.words, &standard.except, &standard.before] {
            for word in list {
                assert_eq!(*word, wordings::as_looked_for(word), "{word}");
            }
        }
    }
}

#[test]
fn the_shipped_sheet_takes_points_off_and_a_shop_s_own_stands_in_its_place() {
    let mut ids: Vec<&str> = SCORING.iter().map(|item| item.id.as_str()).collect();
    assert!(ids.len() >= 5 && SCORING.iter().all(|item| item.title != item.title_en));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), SCORING.len());
    let file = "scoring:\n  - item: tone\n    title: 语气\n    points: 7\n";
    let (written, findings) = read_standards("standards.yaml", file.as_bytes());
    assert!(findings.is_empty() && written.standards.is_empty(), "{findings:?}");
    let own = crate::packs::Pack {
        scoring: written.scoring.iter().filter_map(ScoringItem::of).collect(),
        ..crate::packs::Pack::default()
    };
    assert_eq!(
        (own.scoring_sheet()[0].points, own.scoring_sheet()[0].title_en.as_str()),
        (7, "语气")
    );
    assert_eq!(crate::packs::Pack::default().scoring_sheet(), &SCORING[..]);
    for no_points in ["0", "101", "5分", "-1", "1.5", ""] {
        assert_eq!(points_in(no_points), None, "{no_points}");
    }
}

#[test]
fn the_words_for_reviews_are_all_there() {
    let slots: Vec<_> = CONDUCT.asks.iter().map(|(slot, _)| *slot).collect();
    assert!(slots.contains(&crate::model::SlotName::OrderNumber) && slots.len() >= 5);
    assert!(CONDUCT.closings.are_all_of("好的好的，谢谢您！🙏") && CONDUCT.closings.are_all_of("OK"));
    for asks in ["好的尺码呢", "您好", "在吗", "谢谢，还有一个问题"] {
        assert!(!CONDUCT.closings.are_all_of(asks), "{asks}");
    }
    assert_eq!(CONDUCT.deeds.place_in("亲，已为您补发"), Some(2));
}
