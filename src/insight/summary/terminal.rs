//! The report in a few lines, for a terminal.

use std::fmt::Write as _;

use super::Summary;
use super::table::{Cell, Table};
use super::words::{reason, said};

/// Rows of a list.
const SHOWN: usize = 5;
/// Characters of a text that are shown in a line.
const LONGEST: usize = 40;

/// What stands in it most.
pub fn text(summary: &Summary, chinese: bool) -> String {
    let total = &summary.report.total;
    let share = |part: u32, all: u32| {
        let (part, all) = (part.into(), all.into());
        Cell::Share { part, all }.shown(chinese)
    };
    let time = |ms| Cell::Time(ms).shown(chinese);
    let mut text = format!("{} · {}\n", summary.names(chinese), summary.days());
    let decided = total.chats.saturating_sub(total.undecided);
    let (solved, kept) = (
        share(total.solved, decided),
        share(total.kept, total.kept + total.broken + total.overdue),
    );
    let times = [
        total.first_reply_p50_ms,
        total.promised_p50_ms,
        total.first_reply_p90_ms,
        total.promised_p90_ms,
    ]
    .map(time);
    let [half, half_promised, most, most_promised] = &times;
    let stars = Cell::Mean {
        sum: total.rating.stars.into(),
        count: total.rating.rated.into(),
    };
    let stars = stars.shown(chinese);
    let (messages, chats, with_people, not_handed_off) =
        (total.messages, total.chats, total.with_people, total.not_handed_off);
    let (returned, unhelped, undecided, rated) = (total.returned, total.unhelped, total.undecided, total.rating.rated);
    let _ = match chinese {
        true => writeln!(
            text,
            "消息 {messages} 条，会话 {chats} 次\n\
             机器人解决 {}（{solved}）；没转人工 {not_handed_off}，其中又来问 {returned}、没答上 {unhelped}、还看不出 {undecided}\n\
             转人工 {with_people} 次；首次回复一半不超过 {half}（承诺 {half_promised}），九成不超过 {most}（承诺 {most_promised}）；按承诺回复 {kept}\n\
             评分 {rated} 次，平均 {stars}",
            total.solved
        ),
        false => writeln!(
            text,
            "{messages} messages, {chats} talks\n\
             solved by the bot: {} ({solved}); not handed off: {not_handed_off}, of these {returned} came back, {unhelped} were not helped, {undecided} are not known yet\n\
             came to people: {with_people}; first reply: half within {half} (promised {half_promised}), nine of ten within {most} (promised {most_promised}); replied as promised: {kept}\n\
             {rated} ratings, {stars} stars on average",
            total.solved
        ),
    };
    if !total.reasons.is_empty() {
        let mut reasons: Vec<_> = total.reasons.iter().collect();
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        let reasons: Vec<String> = reasons
            .into_iter()
            .map(|(name, times)| format!("{} {times}", reason(name, chinese)))
            .collect();
        let _ = writeln!(
            text,
            "{}{}",
            said(chinese, "为什么转人工：", "why: "),
            reasons.join(said(chinese, "，", ", "))
        );
    }
    let tables = summary.tables(chinese);
    let titled = |zh, en| tables.iter().find(|table| table.title == said(chinese, zh, en));
    let lists = [
        (titled("没答好的", "Not answered well"), [2, 1, 4]),
        (
            titled("答了还在问的", "Answers after which it was asked again"),
            [4, 1, 2],
        ),
        (titled("话术上线", "Publications"), [0, 2, 3]),
    ];
    for (table, columns) in lists {
        if let Some(table) = table {
            write_list(&mut text, table, columns, chinese);
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn write_list(text: &mut String, table: &Table, columns: [usize; 3], chinese: bool) {
    let heading: Vec<&str> = columns.iter().map(|at| table.columns[*at].title.as_str()).collect();
    let _ = writeln!(text, "\n{}（{}）", table.title, heading.join(said(chinese, "、", ", ")));
    for row in table.rows.iter().take(SHOWN) {
        let cells: Vec<String> = columns.iter().map(|at| short(&row[*at].shown(chinese))).collect();
        let _ = writeln!(text, "  {}", cells.join("  "));
    }
    let more = table.rows.len().saturating_sub(SHOWN) + table.left_out;
    if more > 0 {
        let _ = match chinese {
            true => writeln!(text, "  还有 {more} 条，用 --out 文件.html 看全"),
            false => writeln!(text, "  {more} more: --out FILE.html shows them"),
        };
    }
}

fn short(text: &str) -> String {
    let line = text.lines().collect::<Vec<_>>().join(" / ");
    match line.chars().nth(LONGEST) {
        None => line,
        Some(_) => format!("{}…", line.chars().take(LONGEST).collect::<String>()),
    }
}
