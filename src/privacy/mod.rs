//! What in a text must not be kept: numbers of identity cards and bank cards. Pure; reads any text, knows no talk, and never
//! changes what it is not sure of: order and waybill numbers look much alike.
//!
//! Phones and addresses are slots (`understanding`), because shops work with them; here is how they are shown to those who
//! need not see them.

mod bank_cards;
mod identity_cards;
mod note;
mod runs;
mod shown;

use std::borrow::Cow;
use std::ops::Range;

use runs::{Run, runs};

pub use identity_cards::may_be_identity_card;
pub use note::{NoteFault, kept_note};
pub use shown::{hidden, phone_hidden};

/// How many signs of a number stay readable, so that people can tell one card from another.
const TAIL: usize = 4;
/// What stands for a sign that is not kept.
pub const HIDDEN: char = '*';
/// How near a word must be before a number to speak of it, in characters.
const NEAR_BEFORE: usize = 16;
/// And behind it.
const NEAR_AFTER: usize = 8;

/// Words that announce an identity card.
const IDENTITY_WORDS: [&str; 11] = [
    "身份证",
    "身份證",
    "证件号",
    "證件號",
    "证号",
    "證號",
    "实名",
    "id card",
    "id no",
    "id number",
    "identity",
];
/// Words that announce a bank card.
const BANK_WORDS: [&str; 32] = [
    "银行",
    "銀行",
    "卡号",
    "卡號",
    "储蓄卡",
    "借记卡",
    "信用卡",
    "我的卡",
    "账号",
    "帐号",
    "帳號",
    "账户",
    "帐户",
    "帳戶",
    "打款",
    "转账",
    "轉帳",
    "汇款",
    "匯款",
    "收款",
    "退到",
    "打到",
    "转到",
    "开户",
    "農行",
    "农行",
    "工行",
    "建行",
    "中行",
    "招行",
    "card",
    "account",
];
/// Words that announce a number of an order or a parcel.
const ORDER_WORDS: [&str; 19] = [
    "订单",
    "訂單",
    "定单",
    "单号",
    "單號",
    "运单",
    "快递",
    "物流",
    "包裹",
    "面单",
    "条码",
    "条形码",
    "序列号",
    "批号",
    "商品id",
    "order",
    "tracking",
    "waybill",
    "parcel",
];

/// The text with every number of an identity card or a bank card hidden but for its last four signs; as it is where there is
/// none. `asked` says that the talk is about cards, so that a bare number is one.
///
/// Each sign is hidden by one, so that what is read from the masked text stands where it stood. Masking again changes nothing.
pub fn mask_cards(text: &str, asked: bool) -> Cow<'_, str> {
    // Most messages hold no long number at all.
    if text.chars().filter(|sign| runs::digit(*sign).is_some()).count() < 13 {
        return Cow::Borrowed(text);
    }
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for run in runs(text) {
        let near = Near::of(text, &run, asked);
        let mut group = 0;
        while group < run.groups.len() {
            // The longest first: a card in groups is not the shorter number that one of its groups may be.
            let last = (group..run.groups.len())
                .rev()
                .find(|last| is_card(&run, group, *last, &near));
            if let Some(last) = last {
                let part = run.part(group, last);
                hidden.extend_from_slice(&part[..part.len() - TAIL]);
            }
            group = last.unwrap_or(group) + 1;
        }
    }
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for sign in hidden {
        masked.push_str(&text[at..sign.start]);
        masked.push(HIDDEN);
        at = sign.end;
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// Whether a text speaks of cards, so that the number that follows is one.
pub fn speaks_of_cards(text: &str) -> bool {
    let text = match text.contains(char::is_uppercase) {
        true => Cow::Owned(text.to_lowercase()),
        false => Cow::Borrowed(text),
    };
    let cards = [
        "身份证",
        "身份證",
        "证件号",
        "银行卡",
        "銀行卡",
        "卡号",
        "卡號",
        "储蓄卡",
        "借记卡",
        "信用卡",
        "开户行",
    ];
    let english = ["bank card", "card number", "id card", "bank account"];
    cards.iter().chain(&english).any(|word| text.contains(word))
}

/// Whether these groups of a run are the number of a card.
fn is_card(run: &Run, first: usize, last: usize, near: &Near) -> bool {
    let digits = run.digits(first, last);
    let groups = &run.groups[first..=last];
    if near.order && !near.card() {
        return false;
    }
    let identity = near.identity || near.asked;
    identity_cards::is_one(&digits, groups, identity) || bank_cards::is_one(&digits, groups, near.bank || near.asked)
}

/// Which words stand near a number.
struct Near {
    identity: bool,
    bank: bool,
    order: bool,
    asked: bool,
}

impl Near {
    fn of(text: &str, run: &Run, asked: bool) -> Near {
        let before: String = text[..run.start].chars().rev().take(NEAR_BEFORE).collect();
        let before: String = before.chars().rev().collect::<String>().to_lowercase();
        let after: String = text[run.end..]
            .chars()
            .take(NEAR_AFTER)
            .collect::<String>()
            .to_lowercase();
        // Of two kinds of words the nearer one speaks of the number.
        let place = |words: &[&str]| {
            let ends = words.iter().filter_map(|word| Some(before.rfind(word)? + word.len()));
            ends.max()
        };
        let (identity, bank, order) = (place(&IDENTITY_WORDS), place(&BANK_WORDS), place(&ORDER_WORDS));
        let follows = |words: &[&str]| words.iter().any(|word| after.contains(word));
        let none = identity.is_none() && bank.is_none() && order.is_none();
        Near {
            identity: identity.is_some_and(|at| order.is_none_or(|order| order < at))
                || none && follows(&IDENTITY_WORDS),
            bank: bank.is_some_and(|at| order.is_none_or(|order| order < at)) || none && follows(&BANK_WORDS),
            order: order.is_some() || none && follows(&ORDER_WORDS),
            asked,
        }
    }

    fn card(&self) -> bool {
        self.identity || self.bank
    }
}

#[cfg(test)]
mod tests;
