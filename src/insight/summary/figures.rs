//! The tables of figures: all together, by hour, day and shop, and why chats were handed off.

use crate::insight::numbers::Figures;

use super::table::{Cell, Plot, Table};
use super::telling::{Telling, mean};
use super::words::{reason, said};

impl Telling<'_> {
    pub(super) fn overview(&self) -> Table {
        let total = &self.summary.report.total;
        let mut table = self.table(
            ["总览", "Overview"],
            [
                "一次会话：顾客来一趟，静了两小时再说话算下一次。机器人解决：答了问题，顾客 24 小时内没有再来。",
                "A talk is one visit; after two hours of silence the next begins. Solved by the bot: a question was answered, and the shopper did not come back within 24 hours.",
            ],
            &[("项目", "figure", 34), ("数", "value", 16), ("占比", "share", 12)],
        );
        let decided = u64::from(total.chats.saturating_sub(total.undecided));
        let all = u64::from(total.chats);
        let mut row = |zh: &'static str, en: &'static str, cell: Cell, of: Option<u64>| {
            let share = match (&cell, of) {
                (Cell::Count(part), Some(all)) => Cell::Share { part: *part, all },
                _ => Cell::text(""),
            };
            table
                .rows
                .push(vec![Cell::text(said(self.chinese, zh, en)), cell, share]);
        };
        row("顾客消息", "messages of shoppers", Cell::count(total.messages), None);
        row("会话", "talks", Cell::count(total.chats), None);
        row(
            "机器人解决",
            "solved by the bot",
            Cell::count(total.solved),
            Some(decided),
        );
        row(
            "没转人工",
            "not handed off",
            Cell::count(total.not_handed_off),
            Some(all),
        );
        row(
            "　其中：又来问",
            "  of these: came back",
            Cell::count(total.returned),
            Some(all),
        );
        row(
            "　其中：没答上",
            "  of these: not helped",
            Cell::count(total.unhelped),
            Some(all),
        );
        row(
            "　其中：还看不出",
            "  of these: not known yet",
            Cell::count(total.undecided),
            Some(all),
        );
        row("转人工", "came to people", Cell::count(total.with_people), Some(all));
        row(
            "非工作时间留言",
            "messages left out of hours",
            Cell::count(total.left),
            None,
        );
        row(
            "人工首次回复，一半不超过",
            "first reply of people, half within",
            Cell::Time(total.first_reply_p50_ms),
            None,
        );
        row(
            "　当时承诺",
            "  what was promised",
            Cell::Time(total.promised_p50_ms),
            None,
        );
        row(
            "人工首次回复，九成不超过",
            "first reply of people, nine of ten within",
            Cell::Time(total.first_reply_p90_ms),
            None,
        );
        row(
            "　当时承诺",
            "  what was promised",
            Cell::Time(total.promised_p90_ms),
            None,
        );
        row(
            "按承诺回复",
            "replied as promised",
            Cell::count(total.kept),
            Some(due(total)),
        );
        row(
            "过时没回",
            "overdue without a reply",
            Cell::count(total.overdue),
            Some(due(total)),
        );
        row("评分，平均几星", "stars, average", mean(&total.rating), None);
        row("评分次数", "ratings", Cell::count(total.rating.rated), None);
        row(
            "一星、两星",
            "one or two stars",
            Cell::count(total.rating.low),
            Some(u64::from(total.rating.rated)),
        );
        table
    }

    pub(super) fn hours(&self) -> Table {
        let mut table = self.figures(["按小时", "By hour"], ("小时", "hour"));
        let hours = &self.summary.report.hours;
        table.rows = hours
            .iter()
            .map(|row| figures(Cell::text(format!("{:02}:00", row.hour)), &row.figures))
            .collect();
        table.plot = Some(Plot {
            labels: hours.iter().map(|row| row.hour.to_string()).collect(),
            series: self.series(hours.iter().map(|row| &row.figures)),
        });
        table
    }

    pub(super) fn days(&self) -> Table {
        let mut table = self.figures(["按天", "By day"], ("日期", "day"));
        let days = &self.summary.report.days;
        table.rows = days
            .iter()
            .map(|row| figures(Cell::text(&row.day), &row.figures))
            .collect();
        table.plot = Some(Plot {
            labels: days.iter().map(|row| row.day.chars().skip(5).collect()).collect(),
            series: self.series(days.iter().map(|row| &row.figures)),
        });
        table
    }

    pub(super) fn shops(&self) -> Table {
        let mut table = self.figures(["按店铺", "By shop"], ("店铺", "shop"));
        let shops = self.summary.report.shops.iter();
        table.rows = shops.map(|row| figures(self.shop(&row.shop), &row.figures)).collect();
        table
    }

    pub(super) fn reasons(&self) -> Table {
        let mut table = self.table(
            ["为什么转人工", "Why chats were handed off"],
            ["", ""],
            &[("原因", "reason", 20), ("次数", "times", 10), ("占比", "share", 10)],
        );
        let reasons = &self.summary.report.total.reasons;
        let all: u64 = reasons.values().map(|times| u64::from(*times)).sum();
        let mut rows: Vec<(&str, u32)> = reasons.iter().map(|(name, times)| (*name, *times)).collect();
        rows.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        table.plot = Some(Plot {
            labels: rows
                .iter()
                .map(|(name, _)| reason(name, self.chinese).to_owned())
                .collect(),
            series: vec![(
                self.say("次数", "times").to_owned(),
                rows.iter().map(|(_, times)| *times).collect(),
            )],
        });
        table.rows = rows
            .into_iter()
            .map(|(name, times)| {
                let share = Cell::Share {
                    part: times.into(),
                    all,
                };
                vec![Cell::text(reason(name, self.chinese)), Cell::count(times), share]
            })
            .collect();
        table
    }

    fn series<'f>(&self, rows: impl Iterator<Item = &'f Figures> + Clone) -> Vec<(String, Vec<u32>)> {
        vec![
            (
                self.say("消息", "messages").to_owned(),
                rows.clone().map(|row| row.messages).collect(),
            ),
            (
                self.say("会话", "talks").to_owned(),
                rows.clone().map(|row| row.chats).collect(),
            ),
            (
                self.say("转人工", "to people").to_owned(),
                rows.map(|row| row.with_people).collect(),
            ),
        ]
    }

    fn figures(&self, title: [&'static str; 2], first: (&'static str, &'static str)) -> Table {
        self.table(
            title,
            ["", ""],
            &[
                (first.0, first.1, 14),
                ("消息", "messages", 10),
                ("会话", "talks", 10),
                ("机器人解决", "solved by the bot", 12),
                ("没转人工", "not handed off", 12),
                ("转人工", "to people", 10),
                ("首次回复 p50", "first reply p50", 14),
                ("承诺 p50", "promised p50", 14),
                ("首次回复 p90", "first reply p90", 14),
                ("承诺 p90", "promised p90", 14),
                ("按承诺回复", "replied as promised", 12),
            ],
        )
    }
}

/// Deadlines of which it is known whether they were kept.
fn due(figures: &Figures) -> u64 {
    u64::from(figures.kept + figures.broken + figures.overdue)
}

fn figures(first: Cell, row: &Figures) -> Vec<Cell> {
    vec![
        first,
        Cell::count(row.messages),
        Cell::count(row.chats),
        Cell::count(row.solved),
        Cell::count(row.not_handed_off),
        Cell::count(row.with_people),
        Cell::Time(row.first_reply_p50_ms),
        Cell::Time(row.promised_p50_ms),
        Cell::Time(row.first_reply_p90_ms),
        Cell::Time(row.promised_p90_ms),
        Cell::Share {
            part: row.kept.into(),
            all: due(row),
        },
    ]
}
