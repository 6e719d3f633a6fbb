//! What files that are sound may still not do unless the operator says so: leave shoppers without a way to people, or
//! lose what answers now. `allow:` in `shop.yaml` says so.

use std::sync::Arc;

use crate::packs::{Finding, Pack};
use crate::shops::Generations;

/// What a pack lacks for bringing in people.
pub fn way_to_people(pack: &Pack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut lacks = |allowed: &str, missing: bool, zh: &str, en: &str, mend: (&str, &str)| {
        if missing && !pack.allow.contains(allowed) {
            findings.push(Finding::error("G003", file_of(pack), zh, en).hint(
                format!("{}；确实不要就在 shop.yaml 里写 allow: [{allowed}]", mend.0),
                format!("{}; if it is meant, write allow: [{allowed}] in shop.yaml", mend.1),
            ));
        }
    };
    lacks(
        "no_signals",
        pack.signals.is_empty(),
        "没有 signals/：顾客生气、投诉、受伤都不会转人工",
        "there is no signals/: anger, complaints and harm bring in nobody",
        ("把 signals/ 放回来", "put signals/ back"),
    );
    lacks(
        "no_person",
        pack.person().is_none(),
        "没有 service.human：顾客说“转人工”没人接",
        "there is no service.human: nobody hears a shopper who asks for a person",
        ("把 service/human.yaml 放回来", "put service/human.yaml back"),
    );
    findings
}

/// What would be lost of that which answers now: a shop, or more than a fifth of a shop's questions or examples.
pub fn losses(packs: &[Arc<Pack>], previous: &Generations) -> Vec<Finding> {
    let mut findings = Vec::new();
    let may_lose = packs.iter().any(|pack| pack.allow.contains("lost_shop"));
    for (id, generation) in previous {
        let Some(pack) = packs.iter().find(|pack| pack.shop.id == *id) else {
            if !may_lose {
                findings.push(
                    Finding::error(
                        "G002",
                        file_of(&generation.pack),
                        format!("店铺 {id} 不见了，它的顾客会没人答"),
                        format!("the shop {id} is gone, and nobody would answer its shoppers"),
                    )
                    .hint(
                        "放回来；确实关店就在留下的一家 shop.yaml 里写 allow: [lost_shop]",
                        "put it back; if it closes, write allow: [lost_shop] in the shop.yaml of one that stays",
                    ),
                );
            }
            continue;
        };
        if pack.allow.contains("shrink") {
            continue;
        }
        let examples = |pack: &Pack| pack.intents.iter().map(|intent| intent.examples.len()).sum();
        let counts: [((&str, &str), usize, usize); 2] = [
            (("问题", "questions"), generation.pack.intents.len(), pack.intents.len()),
            (("例句", "examples"), examples(&generation.pack), examples(pack)),
        ];
        for ((zh, en), before, after) in counts {
            if after * 5 < before * 4 {
                findings.push(
                    Finding::error(
                        "G004",
                        file_of(pack),
                        format!("店铺 {id} 的{zh}从 {before} 变成 {after}，少了五分之一以上"),
                        format!("the shop {id} would go from {before} {en} to {after}, more than a fifth less"),
                    )
                    .hint(
                        "文件还没放全就等放全；确实要删就写 allow: [shrink]，上线后再去掉",
                        "wait until all files are there; if it is meant, write allow: [shrink], and delete it afterwards",
                    ),
                );
            }
        }
    }
    findings
}

fn file_of(pack: &Pack) -> &str {
    if pack.shop_file.is_empty() {
        "shop.yaml"
    } else {
        &pack.shop_file
    }
}
