//! The service standards that answers are held to. Words alone cannot judge, so these only warn.

use crate::packs::finding::Finding;
use crate::packs::written::{AnswerFile, Files};

/// A wording that the standards rule out.
struct Ban {
    rule: &'static str,
    words: &'static [&'static str],
    /// What may follow so that it is harmless: 第一时间.
    except: &'static [&'static str],
    message: (&'static str, &'static str),
    hint: (&'static str, &'static str),
}

const BANS: [Ban; 9] = [
    Ban {
        rule: "I080",
        words: &[
            "最好的",
            "最好用",
            "最好看",
            "最好吃",
            "最佳",
            "最优",
            "最强",
            "最先进",
            "最高级",
            "最便宜",
            "最低价",
            "最安全",
            "最正宗",
            "最专业",
            "最受欢迎",
            "全网最",
            "全国最",
            "世界最",
            "史上最",
            "顶级",
            "国家级",
            "世界级",
            "独一无二",
            "史无前例",
            "绝对",
            "百分百",
            "百分之百",
            "万无一失",
            "零风险",
            "保证有效",
            "永不",
        ],
        except: &["绝对值"],
        message: (
            "广告法不允许的绝对化用语",
            "an absolute claim, which advertising law forbids",
        ),
        hint: ("换成具体的事实", "state a fact instead"),
    },
    Ban {
        rule: "I080",
        words: &["第一"],
        except: &[
            "第一时间",
            "第一次",
            "第一步",
            "第一天",
            "第一位",
            "第一个",
            "第一件",
            "第一单",
            "第一款",
            "第一双",
            "第一条",
            "第一项",
            "第一页",
            "第一层",
            "第一行",
            "第一种",
            "第一点",
            "第一批",
            "第一年",
            "第一张",
            "第一栏",
            "第一周",
        ],
        message: (
            "广告法不允许的绝对化用语",
            "an absolute claim, which advertising law forbids",
        ),
        hint: ("换成具体的事实", "state a fact instead"),
    },
    Ban {
        rule: "I080",
        words: &["100%", "100 %"],
        except: &[
            "100%棉",
            "100% 棉",
            "100%纯棉",
            "100%聚酯",
            "100% 聚酯",
            "100%羊",
            "100%桑",
            "100% cotton",
            "100% polyester",
            "100% wool",
            "100% silk",
        ],
        message: (
            "广告法不允许的绝对化用语",
            "an absolute claim, which advertising law forbids",
        ),
        hint: ("成分以外不要写 100%", "write 100% for materials only"),
    },
    Ban {
        rule: "I080",
        words: &[
            "the best ",
            "number one",
            "no. 1",
            "absolutely",
            "guaranteed to",
            "cheapest",
        ],
        except: &[],
        message: ("英文里的绝对化用语", "an absolute claim"),
        hint: ("换成具体的事实", "state a fact instead"),
    },
    Ban {
        rule: "I081",
        words: &[
            "加微信",
            "加个微信",
            "加v信",
            "加薇",
            "加vx",
            "vx",
            "微信号",
            "加qq",
            "qq号",
            "qq群",
            "扣扣",
            "私下转账",
            "直接转账",
            "支付宝转账",
            "微信转账",
            "whatsapp",
            "wechat me",
            "add our wechat",
            "telegram",
        ],
        except: &[],
        message: ("把顾客引到平台外面", "it leads the shopper off the platform"),
        hint: ("在平台里聊、在平台里付款", "talk and pay on the platform"),
    },
    Ban {
        rule: "I082",
        words: &[
            "您一定很生气",
            "您很生气",
            "您很愤怒",
            "您的愤怒",
            "您生气",
            "您很失望",
            "您的失望",
            "您很着急",
            "你很生气",
            "理解您的心情",
            "理解你的心情",
            "理解您的愤怒",
            "您别生气",
            "您不要生气",
            "您消消气",
            "请息怒",
            "您冷静",
            "you are angry",
            "you're angry",
            "you must be angry",
            "you are upset",
            "calm down",
            "understand your anger",
            "understand your frustration",
            "understand how you feel",
        ],
        except: &[],
        message: ("替顾客说出了情绪", "it labels the shopper's feelings"),
        hint: ("说事情和接下来怎么办", "speak of the matter and of what comes next"),
    },
    Ban {
        rule: "I083",
        words: &[
            "您可以投诉",
            "可以去投诉",
            "欢迎投诉",
            "要投诉",
            "投诉我们",
            "申请平台介入",
            "打12315",
            "拨打12315",
            "file a complaint",
            "you can complain",
            "make a complaint",
        ],
        except: &["不用投诉"],
        message: ("把顾客引向投诉", "it steers the shopper to a complaint"),
        hint: ("给出我们自己的解决办法", "offer our own solution"),
    },
    Ban {
        rule: "I084",
        words: &[
            "都是快递",
            "是快递的问题",
            "快递的责任",
            "快递公司的问题",
            "物流公司的问题",
            "courier's fault",
            "blame the courier",
        ],
        except: &[],
        message: ("先怪快递", "it blames the courier first"),
        hint: ("先说我们会怎么处理", "say first what we will do"),
    },
    Ban {
        rule: "I085",
        words: &[
            "非常抱歉给您带来不便",
            "给您带来不便",
            "给您添麻烦了非常抱歉",
            "sorry for any inconvenience",
            "sorry for the inconvenience",
        ],
        except: &[],
        message: ("空泛的道歉", "a blind apology"),
        hint: ("说清楚为哪件事、怎么补救", "say for what, and how it is put right"),
    },
];

/// Chinese characters that an answer should not exceed.
const LONGEST_ZH: usize = 90;
/// English words that it should not exceed.
const LONGEST_EN: usize = 60;

/// Checks every text that shoppers are shown.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    for (file, intent) in files.written() {
        for answer in &intent.answers {
            check_answer(file, answer, findings);
        }
    }
    for (file, overlay) in &files.overlays {
        for answer in &overlay.more_answers {
            check_answer(file, answer, findings);
        }
    }
    for (file, _, answers) in &files.phrases {
        for answer in answers {
            check_answer(file, answer, findings);
        }
    }
    if let Some(shop) = &files.shop {
        for (_, fact) in &shop.facts {
            for text in std::iter::once(&fact.zh).chain(&fact.en) {
                banned(&files.shop_file, text, findings);
            }
        }
    }
}

fn banned(file: &str, text: &crate::packs::yaml::At<String>, findings: &mut Vec<Finding>) {
    let lower = text.value.to_lowercase();
    for ban in &BANS {
        let Some((word, at)) = ban.words.iter().find_map(|word| found(&lower, word, ban.except)) else {
            continue;
        };
        let offset = lower[..at].chars().count();
        findings.push(
            Finding::warning(
                ban.rule,
                file,
                format!("“{word}”：{}", ban.message.0),
                format!("`{word}`: {}", ban.message.1),
            )
            .at(text.line, text.column + text.inset + offset)
            .hint(ban.hint.0, ban.hint.1),
        );
    }
}

fn found(text: &str, word: &'static str, except: &[&str]) -> Option<(&'static str, usize)> {
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !except.iter().any(|harmless| text[*at..].starts_with(harmless)))
        .map(|at| (word, at))
}

fn check_answer(file: &str, answer: &AnswerFile, findings: &mut Vec<Finding>) {
    banned(file, &answer.text, findings);
    let text = &answer.text.value;
    let han = text
        .chars()
        .filter(|character| crate::model::Language::of(character.encode_utf8(&mut [0; 4])).is_some())
        .filter(|character| !character.is_ascii())
        .count();
    let words = text.split_whitespace().filter(|word| word.is_ascii()).count();
    if han > LONGEST_ZH || (han == 0 && words > LONGEST_EN) {
        findings.push(
            Finding::warning("I086", file, "这条太长，手机上要翻屏", "this is too long for a phone")
                .at(answer.text.line, answer.text.column)
                .hint(
                    format!("中文 {LONGEST_ZH} 字以内"),
                    format!("at most {LONGEST_EN} English words"),
                ),
        );
    }
}
