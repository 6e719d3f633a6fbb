//! Wishes that are denied, and those that only look so.

use super::*;
use crate::understanding::normalise::split_clauses;
use crate::understanding::normalise::{MAX_CHARS, fold};

const PERSON: usize = 1;
const INVOICE: usize = 2;
const CANCEL: usize = 3;
const EXCHANGE: usize = 4;

fn wishes() -> DeniedWishes {
    let words = [
        (PERSON, "转人工"),
        (PERSON, "人工"),
        (PERSON, "a person"),
        (INVOICE, "发票"),
        (INVOICE, "开发票"),
        (INVOICE, "票"),
        (INVOICE, "invoice"),
        (CANCEL, "取消"),
        (CANCEL, "cancel"),
        (EXCHANGE, "换货"),
        (EXCHANGE, "换"),
        (EXCHANGE, "swap"),
        (EXCHANGE, "swapping"),
    ];
    DeniedWishes::new(words.into_iter(), &SynonymTable::new(&[]))
}

fn denied_after(text: &str, last: &[usize]) -> Vec<usize> {
    let text = fold(text, MAX_CHARS).0;
    let denials = wishes().of_message(text.chars(), &split_clauses(&text), last);
    let mut classes: Vec<usize> = denials.into_iter().flat_map(|denial| denial.classes).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

#[test]
fn a_wish_is_denied_before_it_and_behind_it() {
    for (text, class) in [
        ("不用转人工了", PERSON),
        ("先别给我转人工", PERSON),
        ("暂时不要转人工谢谢", PERSON),
        ("人工不必了 我看懂了", PERSON),
        ("我没说要转人工啊", PERSON),
        ("唔使转人工", PERSON),
        ("no need for a person", PERSON),
        ("i don't want to talk to a person", PERSON),
        ("发票就算了", INVOICE),
        ("發票先免了", INVOICE),
        ("票省了", INVOICE),
        ("发票我就不开了", INVOICE),
        ("the invoice can wait", INVOICE),
        ("forget the invoice", INVOICE),
        ("订单不取消了", CANCEL),
        ("先别取消 我再看看", CANCEL),
        ("please don't cancel", CANCEL),
        ("不换了 挺好看", EXCHANGE),
        ("想换大一码 算了", EXCHANGE),
        ("取消的话我收回", CANCEL),
        ("点取消是手滑", CANCEL),
        ("人工就莫转了", PERSON),
        ("发票甭开了", INVOICE),
        ("不用专门开发票", INVOICE),
        ("换货的事免了", EXCHANGE),
        ("they fit now, leave the swap", EXCHANGE),
        ("不麻烦你们换了 我自己缝上了", EXCHANGE),
        ("you needn't send an invoice", INVOICE),
        ("发票不用寄了", INVOICE),
        ("发票唔使开住", INVOICE),
        ("换货那个作废吧", EXCHANGE),
        ("换货先搁着 我再想想", EXCHANGE),
        ("ignore my cancel request", CANCEL),
        ("kindly ignore my cancel request", CANCEL),
        ("换货那个算了 来回折腾", EXCHANGE),
        ("昨天要发票的不算", INVOICE),
        ("no need to connect me to a person", PERSON),
        ("i'm not swapping", EXCHANGE),
        ("no swap needed, it grew on me", EXCHANGE),
        ("no invoice required", INVOICE),
        ("it fits now, so no swap", EXCHANGE),
        ("别动发票", INVOICE),
    ] {
        assert_eq!(denied_after(text, &[]), [class], "{text}");
    }
}

#[test]
fn what_only_looks_denied_is_a_wish() {
    for text in [
        "怎么不给我转人工",
        "不要机器人，转人工",
        "能不能不转人工",
        "i want a person not a bot",
        "发票没给我开",
        "怎么还不开发票",
        "就不给我开发票",
        "别忘了开发票",
        "要不要发票",
        "发票不用钱吧",
        "我没说不要发票",
        "don't forget the invoice",
        "never got my invoice",
        "no invoice yet",
        "still no invoice",
        "no swap?",
        "不要了取消吧",
        "取消不了",
        "取消算了",
        "特别取消",
        "can't you cancel",
        "why don't you cancel",
        "换货申请不了",
        "换货不给办",
        "不用换电池吧",
        "不想退 想换货",
        "发票作废了怎么办",
        "换货要照旧的尺码吗",
        "你们不找人给我开发票吗",
    ] {
        assert_eq!(denied_after(text, &[]), [] as [usize; 0], "{text}");
    }
}

#[test]
fn what_the_talk_was_about_is_taken_back_without_its_name() {
    for (text, class) in [
        ("不转了不转了 找到说明书了", PERSON),
        ("先不开了", INVOICE),
        ("哎等等 照常发吧", CANCEL),
        ("actually keep it", CANCEL),
        ("算了 刚好能穿", EXCHANGE),
        ("never mind, it fits", EXCHANGE),
    ] {
        assert_eq!(denied_after(text, &[class]), [class], "{text}");
        assert_eq!(denied_after(text, &[]), [] as [usize; 0], "{text} at the beginning");
    }
    for text in ["算了给我换吧", "怎么不转了", "那换货呢", "机器不转了", "can i keep it"] {
        assert_eq!(denied_after(text, &[PERSON, EXCHANGE]), [] as [usize; 0], "{text}");
    }
}
