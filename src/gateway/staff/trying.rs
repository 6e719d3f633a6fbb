//! What a change would do, for the pages: tried, with the talks of the last days.

use jiff::ToSpan;
use serde_json::{Value, json};

use crate::model::{Language, ShopId};
use crate::packs::Finding;
use crate::teaching::{Lately, Trial};

use super::{App, Refusal, Refused, in_words};

/// Days that a try replays at most.
const MOST_DAYS: u8 = 7;

/// The talks that a try replays: of today and so many days before it, in the shop's zone.
pub(super) fn lately(app: &App, shop: &ShopId, days: u8) -> Result<Option<Lately>, Refused> {
    if days == 0 {
        return Ok(None);
    }
    let generation = app.shops.get(shop).ok_or(Refusal::UnknownShop)?;
    let hours = &generation.pack.shop.hours;
    let today = hours.date_at(app.clock.now());
    let first = today.saturating_sub(i64::from(days.min(MOST_DAYS)).days());
    Ok(Some(Lately {
        since: hours.day(first).start,
        named: format!("{first}..{today}"),
    }))
}

/// What a change would do, for the page.
pub(super) fn tried(trial: Trial, language: Language) -> Value {
    let warnings: Vec<Value> = trial.warnings.iter().map(|finding| warned(finding, language)).collect();
    let files = trial
        .diffs
        .iter()
        .map(|(name, diff)| json!({ "name": name, "diff": diff }));
    json!({
        "files": files.collect::<Vec<_>>(),
        "answered": trial.answered,
        "preview": trial.preview,
        "warnings": warnings,
        "effect": trial.effect,
    })
}

/// A finding for the page.
pub(super) fn warned(finding: &Finding, language: Language) -> Value {
    let message = in_words([&finding.message.zh, &finding.message.en], language);
    json!({"rule": finding.rule, "file": finding.file, "line": finding.line, "message": message})
}
