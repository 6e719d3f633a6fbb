//! The report for the terminal: Chinese first, then English, a column for each step.

use std::ops::RangeInclusive;

use super::moment::lasting;
use super::report::{Rehearsal, percent};
use super::staffing::{AGENTS_TOLERANCE, SHARE_TOLERANCE};

/// Columns between figures at least.
const GAP: usize = 3;

impl Rehearsal {
    /// For people.
    pub fn to_text(&self) -> String {
        let mut lines = vec!["大促彩排 · rehearsal of a promotion".to_owned()];
        lines.extend(
            self.assumptions()
                .into_iter()
                .flat_map(|(zh, en)| [format!("  {zh}"), format!("  {en}")]),
        );
        lines.push(String::new());
        lines.extend(self.figures());
        lines.push(String::new());
        lines.extend(self.findings());
        if let Some((zh, en)) = self.needed() {
            lines.extend([String::new(), zh, en]);
        }
        let doubts = self.doubts();
        if !doubts.is_empty() {
            lines.push(String::new());
            lines.push("要留意 · to be minded".to_owned());
            lines.extend(
                doubts
                    .into_iter()
                    .flat_map(|(zh, en)| [format!("  {zh}"), format!("  {en}")]),
            );
        }
        lines.join("\n")
    }

    /// From what everything follows, in Chinese and English.
    pub(super) fn assumptions(&self) -> Vec<(String, String)> {
        let basis = &self.basis;
        let (talks, messages) = basis.recorded;
        let (handling, patience) = (basis.handling_s, basis.patience_s);
        let promise = &basis.promise;
        let (long_zh, long_en) = lasting(basis.span_s);
        let words = match basis.words {
            true => ("说的是记录里的原话", "shoppers say what was recorded"),
            false => (
                "原话已换成长度相近的句子",
                "words are replaced by others of about the same length",
            ),
        };
        vec![
            (
                format!(
                    "记录：{long_zh}内 {talks} 个会话、{messages} 条消息，转人工 {}；{}",
                    percent(basis.share_with_people),
                    words.0
                ),
                format!(
                    "recorded: {talks} talks, {messages} messages in {long_en}, {} handed to people; {}",
                    percent(basis.share_with_people),
                    words.1
                ),
            ),
            (
                format!(
                    "客服 {} 人，每人同时 {} 个会话；接待时长 {:.0} 秒（{}），耐心 {:.0} 秒（{}）",
                    promise.agents,
                    promise.slots,
                    handling.0,
                    handling.1.words().0,
                    patience.0,
                    patience.1.words().0
                ),
                format!(
                    "{} agents with {} chats each; a chat takes {:.0} s ({}), patience lasts {:.0} s ({})",
                    promise.agents,
                    promise.slots,
                    handling.0,
                    handling.1.words().1,
                    patience.0,
                    patience.1.words().1
                ),
            ),
            (
                format!(
                    "承诺：{} 的人 {:.0} 秒内有人接待；加速 {} 倍：服务器每秒收到的消息也是店里的 {} 倍",
                    percent(promise.share),
                    promise.within_s,
                    basis.speed,
                    basis.speed
                ),
                format!(
                    "promise: a person within {:.0} s for {}; speed {}: the server has {} times as many messages a second as the shop",
                    promise.within_s,
                    percent(promise.share),
                    basis.speed,
                    basis.speed
                ),
            ),
        ]
    }

    fn figures(&self) -> Vec<String> {
        let heads: Vec<String> = self.steps.iter().map(|step| format!("× {}", step.times)).collect();
        let rows = self.rows();
        let names: Vec<String> = rows.iter().map(|row| format!("{} · {}", row.zh, row.en)).collect();
        let first = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let cells = rows.iter().flat_map(|row| &row.cells).chain(&heads);
        let column = cells.map(|cell| width(cell)).max().unwrap_or(0) + GAP;
        let line = |name: &str, cells: &[String]| {
            let mut line = format!("{name}{}", " ".repeat(first - width(name).min(first)));
            for cell in cells {
                line += &" ".repeat(column - width(cell));
                line += cell;
            }
            line.trim_end().to_owned()
        };
        let mut lines = vec![line("", &heads)];
        lines.extend(rows.iter().zip(&names).map(|(row, name)| line(name, &row.cells)));
        lines
    }

    /// What broke, as lines.
    fn findings(&self) -> Vec<String> {
        let Some((times, first)) = self.first_break() else {
            return vec!["都守住了 · everything held".to_owned()];
        };
        let mut lines = vec![
            format!("最先坏的：× {times}，{}", first.zh),
            format!("breaks first: × {times}, {}", first.en),
        ];
        for (times, broken) in self.broken().filter(|(_, broken)| !broken.is_empty()) {
            let zh: Vec<&str> = broken.iter().map(|it| it.zh.as_str()).collect();
            let en: Vec<&str> = broken.iter().map(|it| it.en.as_str()).collect();
            lines.push(format!("  × {times}  {}", zh.join("；")));
            lines.push(format!(
                "  {}  {}",
                " ".repeat(format!("× {times}").chars().count()),
                en.join("; ")
            ));
        }
        lines
    }

    /// What is said of how exact the numbers of agents are, in Chinese and English.
    pub(super) fn tolerance(&self) -> (String, String) {
        let (points, agents) = (SHARE_TOLERANCE * 100.0, percent(AGENTS_TOLERANCE));
        (
            format!("公式和同样假设的模拟：守约相差不超过 {points} 个百分点、人数不超过 1 人或 {agents}，算一致。"),
            format!(
                "Formula and simulation of the same agree: within {points} points of the share, and one agent or \
                 {agents} of them."
            ),
        )
    }
}

/// Signs that take two columns: Chinese, Japanese, Korean, their punctuation, pictures.
const WIDE: [RangeInclusive<char>; 8] = [
    '\u{1100}'..='\u{115f}',
    '\u{2e80}'..='\u{a4cf}',
    '\u{ac00}'..='\u{d7a3}',
    '\u{f900}'..='\u{faff}',
    '\u{fe30}'..='\u{fe4f}',
    '\u{ff00}'..='\u{ff60}',
    '\u{ffe0}'..='\u{ffe6}',
    '\u{1f300}'..='\u{1faff}',
];

/// How many columns of a terminal a text takes: Chinese signs take two.
pub(super) fn width(text: &str) -> usize {
    let wide = |sign: char| WIDE.iter().any(|range| range.contains(&sign));
    text.chars().map(|sign| 1 + usize::from(wide(sign))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(width("确认 p99，ms"), 4 + 4 + 2 + 2);
        assert_eq!(width("× 20 · –"), 8);
    }
}
