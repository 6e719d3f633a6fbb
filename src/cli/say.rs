//! `yingda say`: every answer of a shop as shoppers see it, as a workbook or a page, for the owner and the lawyer to sign.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::dialogue::Generation;
use crate::hub::Clock;
use crate::insight::html::escaped;
use crate::model::Language;
use crate::packs::Answer;
use crate::reply::Proof;
use crate::sheets::{WrittenSheet, workbook};
use crate::shop::{Period, Profile};

use super::say_args::SayArgs;
use super::{Exit, output, pack};

/// The columns, Chinese with English.
const HEADING: [&str; 9] = [
    "编号 id",
    "问题 question",
    "语言 language",
    "什么时候这样说 case",
    "顾客看到的话 text",
    "从 from",
    "到 to",
    "出处 file",
    "签字 signed",
];
/// The column of when a text is said, and what it says of what agents are offered.
const CASE: usize = 3;
const AGENTS: &str = "客服话术 for agents";
/// The column of the file that a text stands in, and what it says of a text that comes with the program.
const FILE: usize = 7;
const SHIPPED: &str = "自带 shipped";
const WIDTHS: [u32; 9] = [24, 22, 10, 26, 70, 12, 12, 34, 14];

/// Writes the file.
pub fn run(args: &SayArgs) -> Result<Exit> {
    let ending = args
        .out
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if !matches!(ending.as_str(), "xlsx" | "html" | "htm") {
        bail!("--out 要以 .xlsx 或 .html 结尾。\n--out ends in .xlsx or .html.");
    }
    if args.out.exists() && !args.force {
        bail!(
            "{0} 已经有了，加 --force 覆盖。\n{0} is there already; --force writes over it.",
            args.out.display()
        );
    }
    let generation = pack::load(&args.pack)?;
    let rows = rows(&generation);
    let name = format!("{} {}", generation.pack.shop.id, generation.pack.shop.name.zh);
    let bytes = match ending.as_str() {
        "xlsx" => workbook(&[WrittenSheet {
            name: &name,
            widths: &WIDTHS,
            rows: &rows,
        }]),
        _ => page(&name, &rows).into_bytes(),
    };
    write(&args.out, &bytes)?;
    output::say(&format!(
        "{}：{} 条 · {} texts",
        args.out.display(),
        rows.len() - 1,
        rows.len() - 1
    ));
    Ok(Exit::Clean)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("写不进 {0} · {0} cannot be written", path.display()))
}

/// The heading and a row for each text.
fn rows(generation: &Generation) -> Vec<Vec<String>> {
    let pack = &generation.pack;
    let today = pack.shop.time_at(Clock::system().now());
    let mut rows = vec![HEADING.map(str::to_owned).to_vec()];
    for intent in &pack.intents {
        for proof in generation.templates.proofs(intent, today) {
            rows.push(row(&pack.shop, &intent.id, &intent.title.zh, &proof));
        }
        for proof in generation.templates.proofs_for_agents(intent, today) {
            let mut row = row(&pack.shop, &intent.id, &intent.title.zh, &proof);
            row[CASE] = [AGENTS, &proof.case].join(" ").trim_end().to_owned();
            rows.push(row);
        }
        for slot in &intent.slots {
            let Some(ask) = &slot.ask else { continue };
            for language in [Language::Chinese, Language::English] {
                let case = format!("问 asks {}", slot.name.name());
                let asked = generation.templates.ask(&intent.id, slot.name, language, today);
                let texts = [
                    intent.id.as_str(),
                    &intent.title.zh,
                    language.tag(),
                    &case,
                    asked.as_deref().unwrap_or_else(|| ask.get(language)),
                    "",
                    "",
                    &intent.file,
                    "",
                ];
                rows.push(texts.map(str::to_owned).to_vec());
            }
        }
    }
    for (key, proof) in generation.templates.proofs_of_phrases(pack, today) {
        let mut row = row(&pack.shop, &format!("phrases.{key}"), "", &proof);
        if !pack.phrases.contains_key(key) {
            SHIPPED.clone_into(&mut row[FILE]);
        }
        rows.push(row);
    }
    rows
}

fn row(shop: &Profile, id: &str, title: &str, proof: &Proof) -> Vec<String> {
    let Answer {
        from, to, file, line, ..
    } = proof.answer;
    let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    // An answer of a period holds from its first minute to its last.
    let named = proof.answer.period.as_deref();
    let period = named.and_then(|name| shop.periods().iter().find(|period| period.name == name));
    let (begins, ends) = period.map(Period::written).unwrap_or_default();
    let or = |day: String, of_period: String| if day.is_empty() { of_period } else { day };
    let case: Vec<&str> = named
        .into_iter()
        .chain([proof.case.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let text = proof
        .text
        .clone()
        .unwrap_or_else(|| format!("（看对话而定 depends on the talk）{}", proof.answer.text));
    vec![
        id.to_owned(),
        title.to_owned(),
        proof.answer.language.tag().to_owned(),
        case.join("，"),
        text,
        or(day(from), begins),
        or(day(to), ends),
        format!("{file}:{line}"),
        String::new(),
    ]
}

/// Ids and file names are divided anywhere, so that the table is never wider than its window.
const STYLE: &str = "body{font:13px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:1rem}table{border-collapse:collapse;table-layout:fixed;width:100%}th,td{border:1px solid #ccd1d7;padding:.3rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}td:nth-child(5){white-space:pre-wrap}thead{display:table-header-group}tr{break-inside:avoid}";
/// The widths of the columns on the page; what shoppers see takes what is left.
const PAGE_WIDTHS: [&str; 9] = [
    "8.5rem", "6.5rem", "5rem", "7rem", "auto", "5.5rem", "5.5rem", "9rem", "4.5rem",
];

fn page(name: &str, rows: &[Vec<String>]) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\"><title>{0}</title><style>{STYLE}</style></head><body><h1>{0}</h1><table>",
        escaped(name)
    );
    for width in PAGE_WIDTHS {
        let _ = write!(page, "<col style=\"width:{width}\">");
    }
    for (at, row) in rows.iter().enumerate() {
        let cell = if at == 0 { "th" } else { "td" };
        page.push_str(if at == 0 { "<thead><tr>" } else { "<tr>" });
        for text in row {
            let _ = write!(page, "<{cell}>{}</{cell}>", escaped(text));
        }
        page.push_str(if at == 0 { "</tr></thead><tbody>" } else { "</tr>" });
    }
    page.push_str("</tbody></table></body></html>\n");
    page
}
