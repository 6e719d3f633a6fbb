//! The report as one page: no scripts, nothing from elsewhere, light and dark, and as wide as a phone is.

use super::moment::elapsed;
use super::plot::{Series, bars, escaped, legend, lines};
use super::report::{Rehearsal, Step};

const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#fff;--ink:#1d2329;--faint:#5c6670;--rule:#d9dee3;--a:#0b6bcb;--b:#c2410c;--c:#15803d;\
--bound:#b91c1c;--bad:#fdecea}\
@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e6e9ec;--faint:#9aa5af;--rule:#333c45;--a:#6cb2f7;--b:#fb923c;\
--c:#4ade80;--bound:#f87171;--bad:#3a1d1b}}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--paper);color:var(--ink);\
font:16px/1.5 system-ui,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif}\
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem}\
h1 .en,h2 .en{display:block;font-size:.9rem;font-weight:400}\
.en{color:var(--faint)}p{margin:.3rem 0}\
.first{border-left:4px solid var(--bound);background:var(--bad);padding:.6rem .8rem;margin:1rem 0}\
.held{border-left:4px solid var(--c);padding:.6rem .8rem;margin:1rem 0}\
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:0 2rem}\
svg{width:100%;height:auto;display:block}\
svg text{fill:var(--faint);font-size:14px}@media(max-width:40rem){svg text{font-size:24px}}.end{text-anchor:end}.mid{text-anchor:middle}\
.grid{stroke:var(--rule)}.bar{fill:var(--a)}\
polyline{fill:none;stroke-width:2.5}polyline.a{stroke:var(--a);stroke-width:7;opacity:.45}polyline.b{stroke:var(--b)}\
polyline.c{stroke:var(--c);stroke-width:3;stroke-dasharray:1 6;stroke-linecap:round}\
circle.a{fill:var(--a)}circle.b{fill:var(--b)}circle.c{fill:var(--c)}\
line.bound{stroke:var(--bound);stroke-width:1.5;stroke-dasharray:6 4}\
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.2rem 0;padding:0;font-size:.85rem}\
.legend li::before{content:\"\";display:inline-block;width:1rem;height:0;border-top:3px solid;margin-right:.4rem;vertical-align:middle}\
.legend .a::before{color:var(--a)}.legend .b::before{color:var(--b)}.legend .c::before{color:var(--c)}\
.legend .bound::before{color:var(--bound);border-top-style:dashed}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}\
th,td{border-bottom:1px solid var(--rule);padding:.35rem .6rem;text-align:right;white-space:nowrap}\
th:first-child{text-align:left;white-space:normal;font-weight:400;min-width:11rem}thead th{font-weight:600}\
th .en{display:block;font-size:.8rem}ul{padding-left:1.2rem}";

/// The page.
pub fn of(rehearsal: &Rehearsal) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>大促彩排 · rehearsal of a promotion</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>大促彩排 <span class=\"en\" lang=\"en\">rehearsal of a promotion</span></h1>\n"
    );
    page.push_str(&verdict(rehearsal));
    for (zh, en) in rehearsal.assumptions() {
        page.push_str(&both(&zh, &en));
    }
    page.push_str(&plots(rehearsal));
    page.push_str(&table(rehearsal));
    page.push_str(&broken(rehearsal));
    page.push_str("</body>\n</html>\n");
    page
}

/// A paragraph in both languages.
fn both(zh: &str, en: &str) -> String {
    format!(
        "<p>{}<br><span class=\"en\" lang=\"en\">{}</span></p>\n",
        escaped(zh),
        escaped(en)
    )
}

fn heading(zh: &str, en: &str) -> String {
    format!(
        "<h2>{} <span class=\"en\" lang=\"en\">{}</span></h2>\n",
        escaped(zh),
        escaped(en)
    )
}

fn verdict(rehearsal: &Rehearsal) -> String {
    let (class, said) = match rehearsal.first_break() {
        Some((times, first)) => (
            "first",
            both(
                &format!("最先坏的：× {times}，{}", first.zh),
                &format!("breaks first: × {times}, {}", first.en),
            ),
        ),
        None => ("held", both("都守住了", "everything held")),
    };
    let needed = rehearsal.needed().map(|(zh, en)| both(&zh, &en));
    format!("<div class=\"{class}\">{said}{}</div>\n", needed.unwrap_or_default())
}

fn plots(rehearsal: &Rehearsal) -> String {
    let basis = &rehearsal.basis;
    let promise = &basis.promise;
    let steps: Vec<String> = rehearsal.steps.iter().map(|step| format!("× {}", step.times)).collect();
    let series = |name: String, class, value: &dyn Fn(&Step) -> Option<f64>| Series {
        name,
        class,
        values: rehearsal.steps.iter().map(value).collect(),
    };
    let p99 = |values: &hdrhistogram::Histogram<u64>| {
        (!values.is_empty()).then(|| values.value_at_percentile(99.0) as f64 / 1e3)
    };
    let waits = [
        series("p50".into(), "a", &|step| step.played.wait_s(0.5)),
        series("p90".into(), "b", &|step| step.played.wait_s(0.9)),
        series("承诺 · promise".into(), "bound", &|_| Some(promise.within_s)),
    ];
    let kept = [
        series("彩排 · rehearsed".into(), "a", &|step| {
            Some(100.0 * step.played.within(promise.within_s))
        }),
        series("模拟同样的到来 · simulated as they came".into(), "c", &|step| {
            Some(100.0 * step.staffing.as_ref()?.replayed_all.share_within())
        }),
        series("承诺 · promise".into(), "bound", &|_| Some(100.0 * promise.share)),
    ];
    let answers = [
        series("确认 · ack p99".into(), "a", &|step| p99(&step.played.ack)),
        series("回答 · answer p99".into(), "b", &|step| p99(&step.played.answer)),
    ];
    let needed = |of: fn(&super::staffing::Staffing) -> Option<u32>| {
        move |step: &Step| Some(f64::from(of(step.staffing.as_ref()?)?))
    };
    let agents = [
        series("Erlang A".into(), "a", &needed(|it| it.by_formula)),
        series(
            "模拟同样的假设 · same, simulated".into(),
            "c",
            &needed(|it| it.by_simulation),
        ),
        series("模拟实际到来 · as they came".into(), "b", &needed(|it| it.by_arrivals)),
        series("现有 · there are".into(), "bound", &|_| {
            Some(f64::from(promise.agents))
        }),
    ];
    let mut html = "<div class=\"plots\">\n".to_owned();
    let mut plot = |zh: &str, en: &str, drawn: String, legend: String| {
        html.push_str(&format!("<section>{}{drawn}{legend}</section>\n", heading(zh, en)));
    };
    let arrivals = bars("arrivals", &basis.arrivals, "0:00", &elapsed(basis.span_s));
    plot(
        "记录里的到来，会话数",
        "arrivals that were recorded, talks",
        arrivals,
        String::new(),
    );
    for (zh, en, series) in [
        ("排队等待，秒", "wait in the queue, s", &waits[..]),
        ("守住承诺的，%", "promise kept, %", &kept),
        ("确认和回答，毫秒", "acknowledgements and answers, ms", &answers),
        ("需要多少客服", "agents needed", &agents),
    ] {
        plot(zh, en, lines(en, &steps, series), legend(series));
    }
    html.push_str("</div>\n");
    html
}

fn table(rehearsal: &Rehearsal) -> String {
    let mut html = heading("全部数字", "all figures");
    html.push_str("<div class=\"wide\"><table><thead><tr><th></th>");
    for step in &rehearsal.steps {
        html.push_str(&format!("<th scope=\"col\">× {}</th>", step.times));
    }
    html.push_str("</tr></thead><tbody>\n");
    for row in rehearsal.rows() {
        html.push_str(&format!(
            "<tr><th scope=\"row\">{}<span class=\"en\" lang=\"en\">{}</span></th>",
            escaped(&row.zh),
            escaped(&row.en)
        ));
        for cell in &row.cells {
            html.push_str(&format!("<td>{}</td>", escaped(cell)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    let (zh, en) = rehearsal.tolerance();
    html.push_str(&both(&zh, &en));
    html
}

fn broken(rehearsal: &Rehearsal) -> String {
    let mut html = String::new();
    let broken: Vec<_> = rehearsal.broken().filter(|(_, broken)| !broken.is_empty()).collect();
    if !broken.is_empty() {
        html.push_str(&heading("没守住的", "what broke"));
    }
    for (times, broken) in broken {
        html.push_str(&format!("<p>× {times}</p><ul>"));
        for it in broken {
            html.push_str(&format!("<li>{}</li>", both(&it.zh, &it.en)));
        }
        html.push_str("</ul>\n");
    }
    let doubts = rehearsal.doubts();
    if !doubts.is_empty() {
        html.push_str(&heading("要留意", "to be minded"));
    }
    for (zh, en) in doubts {
        html.push_str(&both(&zh, &en));
    }
    html
}
