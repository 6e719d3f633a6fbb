//! The words of the report.

use crate::insight::missed::Why;

/// One of two languages.
pub(super) fn said(chinese: bool, zh: &'static str, en: &'static str) -> &'static str {
    if chinese { zh } else { en }
}

/// Why chats were handed off, by the name of the reason.
pub(super) fn reason(name: &str, chinese: bool) -> &'static str {
    let (zh, en) = match name {
        "asked" => ("顾客要求", "asked for"),
        "signal" => ("情绪或投诉", "anger or complaint"),
        "ledger" => ("越来越急", "growing trouble"),
        "misses" => ("连续没听懂", "not understood"),
        "intent" => ("话术要求", "as the files say"),
        _ => ("其他", "other"),
    };
    said(chinese, zh, en)
}

/// Why a message was not answered well.
pub(super) fn why(why: Why, chinese: bool) -> &'static str {
    let (zh, en) = match why {
        Why::ReplyLost => (
            "机器人问了，顾客答了没读懂",
            "the bot asked, and did not read the reply",
        ),
        Why::NotUnderstood => ("没听懂", "not understood"),
        Why::Abandoned => ("反问后没选就走了", "asked back, nothing chosen"),
        Why::Angered => ("答了之后生气或投诉", "angry after the answer"),
        Why::LowStars => ("答了之后打了低分", "low stars after the answer"),
        Why::AskedPerson => ("答了之后找人工", "asked for a person after the answer"),
        Why::AskedAgain => ("答了之后又问一遍", "asked again after the answer"),
    };
    said(chinese, zh, en)
}
