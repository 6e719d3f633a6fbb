//! The report as one page that opens from disk and prints: no script, no address, everything inside.

use std::fmt::Write as _;

use super::super::html::escaped;
use super::Summary;
use super::table::{Plot, Table};
use super::words::said;

const STYLE: &str = "body{font:14px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1c1e21;background:#fff}\
h1{font-size:1.4rem;margin-bottom:0}h2{font-size:1.1rem;margin:2.2rem 0 .4rem;break-after:avoid}p{margin:.3rem 0;color:#5b6168}\
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .55rem;border-bottom:1px solid #e3e6ea;white-space:pre-wrap;overflow-wrap:anywhere}\
th{font-weight:600;overflow-wrap:normal}thead{display:table-header-group}tr{break-inside:avoid}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
.narrow{width:auto;min-width:22rem}svg{display:block;width:100%;max-width:60rem;height:auto;margin:.5rem 0}svg text{font-size:11px;fill:#5b6168}\
.s0{fill:#a9b8cc}.s1{fill:#2f6fb5}.s2{fill:#c4622d}\
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e8ea}th,td{border-color:#383d44}p,svg text{color:#a0a7af;fill:#a0a7af}.s0{fill:#5d6b7e}.s1{fill:#6aa6e6}.s2{fill:#e08a55}}\
@page{margin:14mm}@media print{body{margin:0;max-width:none;font-size:11px;color:#000;background:#fff}.wide{overflow:visible}th,td{border-color:#bbb;padding:.2rem .35rem}svg{max-height:5cm}.s0{fill:#bbb}.s1{fill:#555}.s2{fill:#000}p,svg text{color:#333;fill:#333}}";

/// Of a plot, in its own units.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 170.0;
/// Above the bars: the legend; below: the labels; left: the scale.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 20.0;
const LEFT: f64 = 46.0;
/// Columns up to which a table is only as wide as it needs.
const FEW_COLUMNS: usize = 3;

/// The page.
pub fn page(summary: &Summary, chinese: bool) -> String {
    let title = format!(
        "{} · {} · {}",
        summary.names(chinese),
        match summary.from == summary.until {
            true => said(chinese, "日报", "Report of the day"),
            false => said(chinese, "周报", "Report of the week"),
        },
        summary.days()
    );
    let mut page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{1}</title><style>{STYLE}</style></head><body><main><h1>{1}</h1>",
        said(chinese, "zh-CN", "en"),
        escaped(&title),
    );
    // Of a day that is not over this is what is known so far.
    if let Some(shop) = summary.shops.keys().next() {
        let at = summary.moment(shop, summary.now);
        let _ = write!(page, "<p>{}{at}</p>", said(chinese, "截至 ", "As of "));
    }
    for table in summary.tables(chinese) {
        write_table(&mut page, &table, chinese);
    }
    page.push_str("</main></body></html>\n");
    page
}

fn write_table(page: &mut String, table: &Table, chinese: bool) {
    let _ = write!(page, "<section><h2>{}</h2>", escaped(&table.title));
    if !table.note.is_empty() {
        let _ = write!(page, "<p>{}</p>", escaped(&table.note));
    }
    if let Some(plot) = &table.plot {
        write_plot(page, plot, &table.title);
    }
    let narrow = if table.columns.len() <= FEW_COLUMNS {
        " class=\"narrow\""
    } else {
        ""
    };
    let _ = write!(page, "<div class=\"wide\"><table{narrow}><thead><tr>");
    for (at, column) in table.columns.iter().enumerate() {
        let number = table.is_of_numbers(at);
        let class = if number { " class=\"n\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{class}>{}</th>", escaped(&column.title));
    }
    page.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        page.push_str("<tr>");
        for cell in row {
            let class = if cell.is_number() { " class=\"n\"" } else { "" };
            let _ = write!(page, "<td{class}>{}</td>", escaped(&cell.shown(chinese)));
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table></div>");
    if table.left_out > 0 {
        let _ = match chinese {
            true => write!(page, "<p>还有 {} 行没列出。</p>", table.left_out),
            false => write!(page, "<p>{} more rows are not shown.</p>", table.left_out),
        };
    }
    page.push_str("</section>");
}

/// Bars of each kind beside each other, with a scale to the highest. What they say stands in the table too.
fn write_plot(page: &mut String, plot: &Plot, title: &str) {
    let highest = plot
        .series
        .iter()
        .flat_map(|(_, counts)| counts)
        .copied()
        .max()
        .unwrap_or(0);
    if highest == 0 || plot.labels.is_empty() {
        return;
    }
    let scale = (HEIGHT - TOP - BOTTOM) / f64::from(highest);
    let base = HEIGHT - BOTTOM;
    let group = (WIDTH - LEFT) / plot.labels.len() as f64;
    let bar = (group * 0.8 / plot.series.len() as f64).min(34.0);
    let _ = write!(
        page,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{highest}</text>\
         <text x=\"{}\" y=\"{base}\" text-anchor=\"end\">0</text><path d=\"M{LEFT} {TOP}H{WIDTH}M{LEFT} {base}H{WIDTH}\" stroke=\"currentColor\" stroke-opacity=\".2\"/>",
        escaped(title),
        LEFT - 6.0,
        TOP + 4.0,
        LEFT - 6.0,
    );
    let mut legend = LEFT;
    for (kind, (name, counts)) in plot.series.iter().enumerate() {
        let _ = write!(
            page,
            "<rect class=\"s{kind}\" x=\"{legend}\" y=\"4\" width=\"10\" height=\"10\"/><text x=\"{}\" y=\"13\">{}</text>",
            legend + 14.0,
            escaped(name)
        );
        legend += 130.0;
        for (at, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let middle = LEFT + group * (at as f64 + 0.5);
            let left = middle + bar * (kind as f64 - plot.series.len() as f64 / 2.0);
            let height = f64::from(*count) * scale;
            let _ = write!(
                page,
                "<rect class=\"s{kind}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                base - height,
                bar * 0.92
            );
        }
    }
    for (at, label) in plot.labels.iter().enumerate() {
        let middle = LEFT + group * (at as f64 + 0.5);
        let _ = write!(
            page,
            "<text x=\"{middle:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - 6.0,
            escaped(label)
        );
    }
    page.push_str("</svg>");
}
