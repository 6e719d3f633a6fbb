//! What desks are told while changed intent files do not answer.

use std::io;

use crate::packs::{Finding, Severity};
use crate::shops::{Notice, NoticeKind};

/// The files are refused: how much is wrong, and the first of it with its place.
pub(super) fn refused(findings: &[Finding]) -> Notice {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let first = errors.next();
    let more = errors.count();
    let (place, zh, en) = first.map_or_else(Default::default, |first| {
        let place = format!("{}:{}", first.file, first.line);
        (place, first.message.zh.as_str(), first.message.en.as_str())
    });
    let (more_zh, more_en) = match more {
        0 => (String::new(), String::new()),
        more => (format!("（另有 {more} 处）"), format!(" ({more} more)")),
    };
    notice(
        format!(
            "改过的话术没有生效，仍用原来的。{place}{more_zh}：{zh}。改好保存后自动生效；全部问题见 yingda check。"
        ),
        format!(
            "Changed intent files are refused; the old ones go on. {place}{more_en}: {en}. Mended and saved, they are \
             taken; yingda check lists everything."
        ),
    )
}

/// The folder cannot be read.
pub(super) fn unreadable(error: &io::Error) -> Notice {
    notice(
        format!("话术目录读不了（{error}），仍用原来的话术。请检查目录是否存在、服务是否有权限。"),
        format!(
            "The folder of intent files cannot be read ({error}); the old ones go on. See that it exists and the \
             server may read it."
        ),
    )
}

fn notice(zh: String, en: String) -> Notice {
    Notice {
        kind: NoticeKind::ReloadRefused,
        shop: None,
        zh,
        en,
    }
}
