//! An evaluation as one page that opens from disk: no script, no address, everything inside.

use std::fmt::Write as _;

use super::super::html::escaped;
use super::curve::Point;
use super::left_out::LeftOut;
use super::significance::Comparison;
use super::worst::Worst;
use super::{Report, figures};

const STYLE: &str = "body{font:15px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c1e21;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}.en,small{color:#5b6168}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #e3e6ea;overflow-wrap:anywhere}\
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.figures{max-width:34rem}\
article{border:1px solid #e3e6ea;border-radius:8px;margin:.6rem 0;padding:.5rem .9rem;break-inside:avoid}article h3{font-size:1rem;margin:.2rem 0}article ul{margin:.3rem 0;padding-left:1.2rem}\
svg{max-width:34rem;width:100%;height:auto}svg text{font-size:11px;fill:currentColor}.axis{stroke:#9aa1a9}.line{fill:none;stroke:#1769aa;stroke-width:2}.dot{fill:#1769aa}\
mark{background:#ffe9a8;color:inherit;padding:0 .15em}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e8ea}th,td,article{border-color:#383d44}.en,small{color:#a0a7af}.line{stroke:#6db3f2}.dot{fill:#6db3f2}mark{background:#5b4a14}}\
@media print{body{margin:0;max-width:none;background:#fff;color:#000}}";

/// Everything that the page tells.
pub struct Told<'a> {
    /// What was evaluated: the pack, and the file of sentences.
    pub pack: String,
    /// The sentences.
    pub data: String,
    /// The figures.
    pub report: &'a Report,
    /// The commonest mix-ups.
    pub worst: &'a [Worst],
    /// Coverage against error.
    pub curve: &'a [Point],
    /// Each example left out in turn.
    pub left_out: &'a LeftOut,
    /// The figures of another pack, and whether the difference is more than chance.
    pub against: Option<(String, &'a Report, &'a Comparison)>,
}

/// The page.
pub fn page(told: &Told) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>评测 · Evaluation</title><style>{STYLE}</style></head><body><h1>评测：{0} <span class=\"en\">Evaluation</span></h1><p><small>{1}</small></p>",
        escaped(&told.pack),
        escaped(&told.data)
    );
    write_figures(&mut page, told);
    if let Some((_, _, comparison)) = &told.against {
        write_comparison(&mut page, comparison);
    }
    write_worst(&mut page, told.worst);
    write_curve(&mut page, told.curve);
    write_left_out(&mut page, told.left_out);
    page.push_str("</body></html>\n");
    page
}

fn heading(page: &mut String, zh: &str, en: &str) {
    let _ = write!(page, "<h2>{zh} <span class=\"en\">{en}</span></h2>");
}

fn write_figures(page: &mut String, told: &Told) {
    page.push_str("<table class=\"figures\"><thead><tr><th>指标 <span class=\"en\">figure</span></th>");
    let other = told.against.as_ref().map(|(name, report, _)| (name, figures(report)));
    match &other {
        Some((name, _)) => {
            let _ = write!(
                page,
                "<th class=\"n\">{}</th><th class=\"n\">{}</th>",
                escaped(&told.pack),
                escaped(name)
            );
        }
        None => page.push_str("<th class=\"n\">值 <span class=\"en\">value</span></th>"),
    }
    page.push_str("</tr></thead><tbody>");
    for (name, value) in figures(told.report) {
        let _ = write!(page, "<tr><td>{name}</td><td class=\"n\">{value}</td>");
        if let Some((_, figures)) = &other {
            let there = figures.iter().find(|(known, _)| *known == name);
            let _ = write!(page, "<td class=\"n\">{}</td>", there.map_or("–", |(_, value)| value));
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table>");
}

fn write_comparison(page: &mut String, comparison: &Comparison) {
    heading(page, "是真的更好，还是碰巧", "Better, or luck");
    let (zh, en) = comparison.words();
    let _ = write!(page, "<p>{zh}<br><span class=\"en\">{en}</span></p>");
    page.push_str("<table><thead><tr><th>句子 <span class=\"en\">sentence</span></th><th>应为 <span class=\"en\">label</span></th><th>这一份 <span class=\"en\">this</span></th><th>另一份 <span class=\"en\">other</span></th></tr></thead><tbody>");
    for one in &comparison.differing {
        let mark = |text: &str, right: bool| match right {
            true => format!("✓ {}", escaped(text)),
            false => format!("✗ {}", escaped(text)),
        };
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&one.text),
            escaped(&one.label),
            mark(&one.here, one.right_here),
            mark(&one.there, !one.right_here)
        );
    }
    page.push_str("</tbody></table>");
}

fn write_worst(page: &mut String, worst: &[Worst]) {
    heading(
        page,
        "最常混的十对，各该怎么办",
        "The ten worst mix-ups, and what to do about each",
    );
    if worst.is_empty() {
        page.push_str("<p>没有混的。<span class=\"en\">None.</span></p>");
    }
    for one in worst {
        let _ = write!(
            page,
            "<article><h3>{} → {} <small>{} 次 times</small></h3><p>{}<br><span class=\"en\">{}</span></p><ul>",
            escaped(&one.label),
            escaped(&one.guess),
            one.count,
            escaped(&one.advice[0]),
            escaped(&one.advice[1])
        );
        for sample in &one.samples {
            let _ = write!(page, "<li>{}</li>", escaped(sample));
        }
        page.push_str("</ul></article>");
    }
}

/// Width and height of the plot, and the room for its labels, in its own units.
const PLOT: (f64, f64, f64) = (440.0, 220.0, 40.0);

fn write_curve(page: &mut String, curve: &[Point]) {
    heading(page, "答得多和答得错", "Coverage against error");
    page.push_str("<p>机器人只在至少这么有把握时才说话，会答多少、其中错多少。<span class=\"en\">If the bot spoke only when it is so sure: how much it would answer, and how much of that wrongly.</span></p>");
    let (width, height, room) = PLOT;
    let most = curve.iter().map(|point| point.error).fold(0.05, f64::max);
    let x = |point: &Point| room + point.coverage * (width - room - 10.0);
    let y = |point: &Point| height - room - point.error / most * (height - room - 10.0);
    let spoken: Vec<&Point> = curve.iter().filter(|point| point.coverage > 0.0).collect();
    let line: Vec<String> = spoken
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point), y(point)))
        .collect();
    let _ = write!(
        page,
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"答得多和答得错 coverage against error\">\
         <line class=\"axis\" x1=\"{room}\" y1=\"{0}\" x2=\"{width}\" y2=\"{0}\"/><line class=\"axis\" x1=\"{room}\" y1=\"10\" x2=\"{room}\" y2=\"{0}\"/>\
         <text x=\"{room}\" y=\"{1}\">0</text><text x=\"{2}\" y=\"{1}\" text-anchor=\"end\">答了 answered 100 %</text>\
         <text x=\"4\" y=\"20\">{3:.0} %</text><text x=\"4\" y=\"{4}\">错 wrong</text><polyline class=\"line\" points=\"{5}\"/>",
        height - room,
        height - room + 16.0,
        width - 4.0,
        most * 100.0,
        36.0,
        line.join(" ")
    );
    for point in &spoken {
        let _ = write!(
            page,
            "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"><title>≥ {:.2}: {:.1} % / {:.1} %</title></circle>",
            x(point),
            y(point),
            point.threshold,
            point.coverage * 100.0,
            point.error * 100.0
        );
    }
    page.push_str("</svg><table class=\"figures\"><thead><tr><th class=\"n\">至少这么有把握 <span class=\"en\">sure at least</span></th><th class=\"n\">答了 <span class=\"en\">answered</span></th><th class=\"n\">其中答错 <span class=\"en\">wrong of these</span></th></tr></thead><tbody>");
    for point in curve.iter().step_by(2) {
        let _ = write!(
            page,
            "<tr><td class=\"n\">{:.1}</td><td class=\"n\">{:.1} %</td><td class=\"n\">{:.1} %</td></tr>",
            point.threshold,
            point.coverage * 100.0,
            point.error * 100.0
        );
    }
    page.push_str("</tbody></table>");
}

fn write_left_out(page: &mut String, left_out: &LeftOut) {
    heading(page, "每句例句轮流拿掉", "Each example left out in turn");
    let _ = write!(
        page,
        "<p>{0} 句例句里，{1} 句最像自己问题的别的例句，{2} 句被别的问题拉过去。先看最上面的：放错了就移走，没放错就在自己的问题里再写几句像它的。这里只比句子像不像，没有为每句重新训练模型：机器人真正怎么答，看上面几张表。\
         <span class=\"en\">Of {0} examples {1} are nearest to others of their own question, {2} are pulled to another. Look at the first ones: move those in the wrong place, and write more like the others where they are. Only likeness is compared here; the model is not trained again for each sentence: what the bot really answers is in the tables above.</span></p>\
         <table><thead><tr><th>例句 <span class=\"en\">example</span></th><th>自己的问题 <span class=\"en\">its question</span></th><th>被拉向 <span class=\"en\">pulled to</span></th><th>因为这些字 <span class=\"en\">by</span></th></tr></thead><tbody>",
        left_out.examples,
        left_out.at_home,
        left_out.examples - left_out.at_home
    );
    for one in &left_out.pulled {
        let by: Vec<String> = one
            .by
            .iter()
            .map(|word| format!("<mark>{}</mark>", escaped(word)))
            .collect();
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{} <small>{:.2}</small></td><td>{} <small>{:.2}</small><br><small>{}</small></td><td>{}</td></tr>",
            escaped(&one.text),
            escaped(&one.home),
            one.at_home,
            escaped(&one.to),
            one.likeness,
            escaped(&one.like),
            by.join(" ")
        );
    }
    page.push_str("</tbody></table>");
    if left_out.more > 0 {
        let _ = write!(
            page,
            "<p>还有 {0} 句。<span class=\"en\">{0} more.</span></p>",
            left_out.more
        );
    }
}
