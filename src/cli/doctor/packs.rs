//! The intents: whether each shop's pack could go live.

use std::sync::Arc;

use crate::config::Settings;
use crate::dialogue::Generation;
use crate::hub::Clock;
use crate::packs::{self, Severity, expired, load_shops};
use crate::publishing::{self, Reading, Tested};
use crate::understanding::Tolerance;

use super::finding::Finding;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.understanding.intents;
    let shown = folder.display();
    if !folder.is_dir() {
        let finding = Finding::wrong(
            "packs",
            format!("没有话术目录 {shown}"),
            format!("there is no folder of intents at {shown}"),
        );
        return vec![finding.advised(
            "用 --intents 或 understanding.intents 指定",
            "name it with --intents or understanding.intents",
        )];
    }
    let reading = Reading::of(folder);
    let mut common = reading.findings.clone();
    let (packs, more) = load_shops(&reading.files);
    common.extend(more);
    let mut found = Vec::new();
    if packs.is_empty() || !common.is_empty() {
        found.push(judged("packs", &shown.to_string(), &common, packs.is_empty()));
    }
    let tolerance = Tolerance::from(&settings.understanding);
    let now = Clock::system().now();
    let (mut known, mut tested) = (Vec::new(), Tested::default());
    for pack in packs {
        let shop = pack.shop.id.clone();
        let mut findings = publishing::fit_for_shoppers(&pack);
        findings.extend(expired(&pack, pack.shop.date_at(now)));
        match Generation::compile(pack, tolerance, settings.handoff.own_clock_ms(), &known) {
            Ok(generation) => {
                let generation = Arc::new(generation);
                findings.extend(tested.run(&generation));
                known.push(generation);
            }
            Err(errors) => findings.extend(errors),
        }
        found.push(judged("pack", shop.as_str(), &findings, false));
    }
    found
}

fn judged(check: &'static str, name: &str, findings: &[packs::Finding], nothing: bool) -> Finding {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let warnings = findings.len() - errors;
    let zh = format!("{name}：{errors} 个错误、{warnings} 个提醒");
    let en = format!("{name}: {errors} errors, {warnings} warnings");
    let finding = match (errors, warnings) {
        _ if nothing => Finding::wrong(
            check,
            format!("{zh}，没有能上线的店"),
            format!("{en}, no shop can go live"),
        ),
        (0, 0) => return Finding::ok(check, format!("{name}：可以上线"), format!("{name}: may go live")),
        (0, _) => Finding::warn(check, zh, en),
        _ => Finding::wrong(check, zh, en),
    };
    finding.advised("yingda check 逐条说明", "yingda check tells each of them")
}
