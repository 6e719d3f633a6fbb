//! The tables of what was said: by question, what was not answered well, which answers did not do, stars, publications.

use crate::insight::numbers::Rating;

use super::PublicationRow;
use super::table::{Cell, Table};
use super::telling::{Telling, mean};
use super::words::why;

/// Groups of what was not answered that are told.
const MOST_GROUPS: usize = 30;
/// Sentences of a group that are told.
const SENTENCES: usize = 3;
/// Questions that are told.
const MOST_QUESTIONS: usize = 50;

impl Telling<'_> {
    pub(super) fn questions(&self) -> Table {
        let mut table = self.table(
            ["按问题", "By question"],
            [
                "一次会话里问几遍算一次；消息按条算。",
                "A question counts once a talk, messages each.",
            ],
            &[
                ("店铺", "shop", 14),
                ("问题", "question", 26),
                ("编号", "id", 24),
                ("消息", "messages", 10),
                ("会话", "talks", 10),
                ("机器人解决", "solved by the bot", 12),
                ("又来问", "came back", 10),
                ("没答就转人工", "handed off unanswered", 14),
            ],
        );
        let report = &self.summary.report;
        let rows = report.questions.iter().take(MOST_QUESTIONS);
        table.rows = rows
            .map(|row| {
                vec![
                    self.shop(&row.shop),
                    self.question(&row.shop, &row.question),
                    Cell::text(&row.question),
                    Cell::count(row.messages),
                    Cell::count(row.asked),
                    Cell::count(row.solved),
                    Cell::count(row.returned),
                    Cell::count(row.handed_off),
                ]
            })
            .collect();
        table.left_out = report.questions.len() - table.rows.len() + report.questions_left_out;
        table
    }

    pub(super) fn unanswered(&self) -> Table {
        let mut table = self.table(
            ["没答好的", "Not answered well"],
            [
                "意思相同的归在一起，最多人的在前；已经处理过的、现在的话术已经听得懂的不算。",
                "Grouped by meaning, most people first; without what is decided already and what the files of now understand.",
            ],
            &[
                ("店铺", "shop", 14),
                ("顾客的话", "what was said", 44),
                ("人数", "people", 8),
                ("消息", "messages", 8),
                ("为什么", "why", 28),
                ("机器人说了", "what the bot said", 50),
                ("最接近的问题", "nearest question", 26),
            ],
        );
        let mut groups: Vec<_> = self
            .summary
            .mornings
            .iter()
            .flat_map(|(shop, morning)| morning.groups.iter().map(move |group| (shop, group)))
            .collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse((group.people, group.messages)));
        let more: usize = self.summary.mornings.iter().map(|(_, morning)| morning.left_out).sum();
        table.left_out = groups.len().saturating_sub(MOST_GROUPS) + more;
        groups.truncate(MOST_GROUPS);
        table.rows = groups
            .into_iter()
            .map(|(shop, group)| {
                let sentences: Vec<&str> = group
                    .sentences
                    .iter()
                    .take(SENTENCES)
                    .map(|one| one.text.as_str())
                    .collect();
                let reasons: Vec<&str> = group.why.iter().map(|one| why(one.why, self.chinese)).collect();
                let nearest = group.nearest.first();
                vec![
                    self.shop(shop),
                    Cell::text(sentences.join("\n")),
                    Cell::Count(group.people as u64),
                    Cell::Count(group.messages as u64),
                    Cell::text(reasons.join(self.say("；", "; "))),
                    Cell::text(group.said.first().map_or("", |said| said.text.as_str())),
                    Cell::text(
                        nearest.map_or_else(String::new, |near| self.summary.title_of(shop, &near.id, self.chinese)),
                    ),
                ]
            })
            .collect();
        table
    }

    pub(super) fn again(&self) -> Table {
        let mut table = self.table(
            ["答了还在问的", "Answers after which it was asked again"],
            ["", ""],
            &[
                ("店铺", "shop", 14),
                ("问题", "question", 26),
                ("机器人说了", "what the bot said", 60),
                ("说过几次", "times said", 10),
                ("又问一遍", "asked again", 10),
                ("占比", "share", 10),
                ("之后找人工", "then asked for a person", 12),
                ("之后不满", "then angry or low stars", 12),
            ],
        );
        let answers = self.summary.answers.iter();
        table.rows = answers
            .map(|row| {
                vec![
                    self.shop(&row.shop),
                    self.question(&row.shop, &row.question),
                    Cell::text(&row.said),
                    Cell::count(row.times),
                    Cell::count(row.again),
                    Cell::Share {
                        part: row.again.into(),
                        all: row.times.into(),
                    },
                    Cell::count(row.person),
                    Cell::count(row.cross),
                ]
            })
            .collect();
        table
    }

    pub(super) fn stars(&self) -> Table {
        let mut table = self.table(
            ["各问题的评分", "Stars by question"],
            [
                "一次会话里问过的每个问题都算上那次的评分，最低的在前。",
                "The stars of a talk count for each question that was asked in it, the lowest first.",
            ],
            &[
                ("店铺", "shop", 14),
                ("问题", "question", 26),
                ("平均几星", "average", 10),
                ("评分次数", "ratings", 10),
                ("一星、两星", "one or two stars", 12),
            ],
        );
        let mut rows: Vec<_> = self
            .summary
            .report
            .questions
            .iter()
            .filter(|row| row.rating.rated > 0)
            .collect();
        let average = |rating: &Rating| f64::from(rating.stars) / f64::from(rating.rated);
        rows.sort_by(|a, b| {
            average(&a.rating)
                .total_cmp(&average(&b.rating))
                .then(b.rating.rated.cmp(&a.rating.rated))
        });
        table.rows = rows
            .into_iter()
            .map(|row| {
                vec![
                    self.shop(&row.shop),
                    self.question(&row.shop, &row.question),
                    mean(&row.rating),
                    Cell::count(row.rating.rated),
                    Cell::count(row.rating.low),
                ]
            })
            .collect();
        table
    }

    pub(super) fn publications(&self) -> Table {
        let mut table = self.table(
            ["话术上线", "Publications"],
            ["", ""],
            &[
                ("时间", "time", 18),
                ("店铺", "shop", 14),
                ("谁", "by", 14),
                ("改了什么", "what was changed", 50),
                ("文件（加、减几行）", "files (lines added, removed)", 44),
                ("原因", "reason", 30),
            ],
        );
        table.rows = self
            .summary
            .publications
            .iter()
            .map(|row| self.publication(row))
            .collect();
        table
    }

    fn publication(&self, row: &PublicationRow) -> Vec<Cell> {
        let what: Vec<&str> = row
            .what
            .iter()
            .map(|[zh, en]| if self.chinese { zh } else { en }.as_str())
            .collect();
        let files = row.files.iter();
        let files: Vec<String> = files
            .map(|(name, added, removed)| format!("{name} +{added} −{removed}"))
            .collect();
        let by_hand = self.say("直接改了文件", "files changed by hand");
        vec![
            Cell::text(self.summary.moment(&row.shop, row.at)),
            self.shop(&row.shop),
            Cell::text(row.by.as_deref().unwrap_or(by_hand)),
            Cell::text(what.join("\n")),
            Cell::text(files.join("\n")),
            Cell::text(row.reasons.join("\n")),
        ]
    }
}
