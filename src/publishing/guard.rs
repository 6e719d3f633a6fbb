//! What files that are sound may still not do: answer nobody, leave shoppers without a way to people, or lose what
//! answers now. Of the last two `allow:` in `shop.yaml` says that they are meant; a folder that lost everything, as a
//! copy that is half done or a volume that is not mounted has, is never taken.

use std::sync::Arc;

use crate::model::IntentKind;
use crate::packs::{Finding, Pack, SignalSource};
use crate::shops::Generations;

/// What a pack lacks before it may answer shoppers: questions, a shop that it speaks for, a way to people.
pub fn fit_for_shoppers(pack: &Pack) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !pack.intents.iter().any(|intent| intent.kind == IntentKind::Question) {
        findings.push(
            Finding::error(
                "G005",
                file_of(pack),
                "一个问题也没有：顾客问什么都答不上来",
                "there is not one question: whatever shoppers ask stays without an answer",
            )
            .hint(
                "看看话术目录是不是对的、文件是不是放全了；新店先用 yingda shop new 建",
                "see that the folder is the right one and all files are there; `yingda shop new` begins a shop",
            ),
        );
    }
    if pack.shop_file.is_empty() {
        findings.push(
            Finding::error(
                "G006",
                file_of(pack),
                "没有 shop.yaml：不知道是哪家店，店名、服务时间和事实都没有",
                "there is no shop.yaml: nobody knows which shop this is, its name, its hours and its facts",
            )
            .hint(
                "把 shops/<店铺>/shop.yaml 放回来，或用 yingda shop new 建一家",
                "put shops/<shop>/shop.yaml back, or begin a shop with `yingda shop new`",
            ),
        );
    }
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
        pack.signals.iter().all(|signal| signal.lane.is_none()),
        "没有 signals/，或其中没有一个写了 lane：顾客生气、投诉、受伤都不会转人工",
        "there is no signals/, or none in it has a lane: anger, complaints and harm bring in nobody",
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
        // Of signals the words are counted too: a file that was cut short still has its name.
        let signs = |pack: &Pack| {
            let words = |signal: &SignalSource| {
                signal.strong.len() + signal.medium.len() + signal.weak.len() + signal.examples.len()
            };
            pack.signals.iter().map(words).sum()
        };
        let before = &generation.pack;
        let counts: [((&str, &str), usize, usize); 4] = [
            (("问题", "questions"), before.intents.len(), pack.intents.len()),
            (("例句", "examples"), examples(before), examples(pack)),
            (("信号", "signals"), before.signals.len(), pack.signals.len()),
            (("信号的词句", "words of signals"), signs(before), signs(pack)),
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
