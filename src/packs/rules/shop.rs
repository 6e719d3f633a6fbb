//! `shop.yaml`: facts, what it may go without. Its hours and its clock: `times.rs`, its goods: `goods.rs`.

use crate::packs::finding::Finding;
use crate::packs::pack::ALLOWED;
use crate::packs::written::Files;

use super::words::one_of;
use super::{goods, times};

/// Checks the shop's facts.
pub fn check(files: &Files, findings: &mut Vec<Finding>) {
    let Some(shop) = &files.shop else { return };
    let file = files.shop_file.as_str();
    for word in &shop.allow {
        one_of(
            "I098",
            file,
            word,
            ("可以放行的事", "thing to allow"),
            &ALLOWED,
            findings,
        );
    }
    times::check(file, shop, findings);
    for (name, _) in &shop.facts {
        let legal = name
            .value
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !legal || name.value.is_empty() {
            findings.push(
                Finding::error(
                    "I095",
                    file,
                    format!("事实的名字“{}”只能用小写字母、数字和下划线", name.value),
                    format!(
                        "the fact `{}` may only use lower case letters, digits and underscores",
                        name.value
                    ),
                )
                .at(name.line, name.column)
                .hint("例如 return_days", "for example return_days"),
            );
        }
    }
    let in_periods = shop.facts_in_periods.iter().map(|(name, _, fact)| (name, fact));
    for (name, fact) in shop.facts.iter().map(|(name, fact)| (name, fact)).chain(in_periods) {
        let needs_english = crate::model::Language::of(&fact.zh.value) == Some(crate::model::Language::Chinese);
        if fact.en.is_none() && needs_english {
            findings.push(
                Finding::warning(
                    "I096",
                    file,
                    format!("{} 只有中文，英文答案里也会是中文", name.value),
                    format!("{} is Chinese only and would be so in English answers", name.value),
                )
                .at(fact.zh.line, fact.zh.column)
                .hint("分开写 zh: 和 en:", "write `zh:` and `en:` apart"),
            );
        }
    }
    goods::check(file, shop, findings);
}
