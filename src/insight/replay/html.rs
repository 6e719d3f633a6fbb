//! A replay as one page that opens from disk: no script, no address, everything inside.

use std::fmt::Write as _;

use super::super::html::escaped;
use super::{Change, Group, People, ReplayReport, Sample, Side};

const STYLE: &str = "body{font:15px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c1e21;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}small,.en{color:#5b6168}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #e3e6ea}\
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
details{border:1px solid #e3e6ea;border-radius:8px;margin:.5rem 0;padding:.5rem .8rem}summary{cursor:pointer}\
.q{font-weight:600;white-space:pre-wrap}.two{display:grid;grid-template-columns:1fr 1fr;gap:1rem}.two>div{background:#f6f7f9;border-radius:8px;padding:.6rem .8rem}\
.s{white-space:pre-wrap;margin:.2rem 0}.why{color:#5b6168;font-size:.85rem}\
@media(max-width:700px){.two{grid-template-columns:1fr}}@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e8ea}.two>div{background:#22262b}th,td,details{border-color:#383d44}small,.en,.why{color:#a0a7af}}";

/// The page.
pub fn page(report: &ReplayReport) -> String {
    let mut page = String::new();
    let _ = write!(
        page,
        "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>重放 · Replay</title><style>{STYLE}</style></head><body><h1>重放：换成新的话术会有什么不同 <span class=\"en\">Replay: what would be different</span></h1>\
         <p>{} 段会话，{} 句，<b>{} 句会变</b>。<span class=\"en\">{} talks, {} messages, {} would change.</span><br><small>{} → {}</small></p>",
        report.talks,
        report.messages,
        report.changed,
        report.talks,
        report.messages,
        report.changed,
        escaped(&report.packs[0]),
        escaped(&report.packs[1])
    );
    page.push_str("<table><tbody>");
    for change in Change::ALL {
        let (zh, en) = change.words();
        row(&mut page, zh, en, report.by_change.get(&change).copied().unwrap_or(0));
    }
    row(&mut page, "多转了人工", "go to people only now", report.more_people);
    row(&mut page, "少转了人工", "no longer go to people", report.fewer_people);
    page.push_str("</tbody></table>");
    let mut shown: Option<Change> = None;
    for group in &report.groups {
        if shown != Some(group.change) {
            let (zh, en) = group.change.words();
            let _ = write!(page, "<h2>{zh} <span class=\"en\">{en}</span></h2>");
            shown = Some(group.change);
        }
        write_group(&mut page, report, group);
    }
    page.push_str("</body></html>\n");
    page
}

fn row(page: &mut String, zh: &str, en: &str, count: usize) {
    let _ = write!(
        page,
        "<tr><td>{zh} <span class=\"en\">{en}</span></td><td class=\"n\">{count}</td></tr>"
    );
}

fn write_group(page: &mut String, report: &ReplayReport, group: &Group) {
    let people = match group.people {
        People::More => "，转人工 <span class=\"en\">to people</span>",
        People::Fewer => "，不再转人工 <span class=\"en\">no longer to people</span>",
        People::Same => "",
    };
    let _ = write!(
        page,
        "<details><summary><b>{}</b> → <b>{}</b>{people} · {} 句 <span class=\"en\">messages</span> · {} 段会话 <span class=\"en\">talks</span></summary>",
        escaped(&report.titled(&group.before)),
        escaped(&report.titled(&group.after)),
        group.count,
        group.talks
    );
    for sample in &group.samples {
        write_sample(page, sample);
    }
    page.push_str("</details>");
}

fn write_sample(page: &mut String, sample: &Sample) {
    let _ = write!(
        page,
        "<p class=\"q\">{} <small>{} · {}</small></p><div class=\"two\">",
        escaped(&sample.text),
        escaped(&sample.talk),
        sample.turn
    );
    for (side, name) in [
        (&sample.before, "之前 <span class=\"en\">before</span>"),
        (&sample.after, "之后 <span class=\"en\">after</span>"),
    ] {
        write_side(page, side, name);
    }
    page.push_str("</div>");
}

fn write_side(page: &mut String, side: &Side, name: &str) {
    let _ = write!(page, "<div><small>{name} · {}", side.decision.name());
    if let Some(reason) = side.handoff {
        let _ = write!(page, " · 转人工 {}", escaped(reason));
    }
    page.push_str("</small>");
    for said in &side.says {
        let _ = write!(page, "<p class=\"s\">{}</p>", escaped(said));
    }
    let named = |questions: &[crate::model::Question]| {
        let named = questions
            .iter()
            .map(|question| format!("{} {:.2}", escaped(&question.id), question.confidence));
        named.collect::<Vec<_>>().join("，")
    };
    if !side.questions.is_empty() {
        let _ = write!(
            page,
            "<div class=\"why\">问题 question：{}</div>",
            named(&side.questions)
        );
    }
    if !side.considered.is_empty() {
        let _ = write!(page, "<div class=\"why\">其次 also：{}</div>", named(&side.considered));
    }
    for why in &side.because {
        let _ = write!(page, "<div class=\"why\">依据 because：{}</div>", escaped(why));
    }
    page.push_str("</div>");
}
