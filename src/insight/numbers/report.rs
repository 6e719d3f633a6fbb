//! What the numbers say of some days and shops.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{AgentId, Millis, ShopId};

use super::Numbers;
use super::tally::{OfAgent, OfQuestion, Rated, Tally};

/// Questions told at most, those asked most.
const MOST_QUESTIONS: usize = 100;
/// Agents told at most, those with most chats.
const MOST_AGENTS: usize = 300;

/// Which numbers.
#[derive(Clone, Debug)]
pub struct Span {
    /// Of these shops.
    pub shops: BTreeSet<ShopId>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// The numbers of a span.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// All together.
    pub total: Figures,
    /// Each day, also one on which nothing happened.
    pub days: Vec<DayRow>,
    /// Each hour of the day, all days together.
    pub hours: Vec<HourRow>,
    /// By shop.
    pub shops: Vec<ShopRow>,
    /// By agent, most chats first.
    pub agents: Vec<AgentRow>,
    /// By question, most asked first.
    pub questions: Vec<QuestionRow>,
    /// So many agents are not told.
    pub agents_left_out: usize,
    /// So many questions are not told.
    pub questions_left_out: usize,
}

/// Figures of some hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Messages of shoppers, by when they came.
    pub messages: u32,
    /// Visits that began.
    pub chats: u32,
    /// Of them those that came to people.
    pub with_people: u32,
    /// Those that did not.
    pub not_handed_off: u32,
    /// Of these: answered by the bot, and the shopper did not come back within 24 hours.
    pub solved: u32,
    /// Of these: answered by the bot, and the shopper came back.
    pub returned: u32,
    /// Of these: the bot answered no question.
    pub unhelped: u32,
    /// Of these: the 24 hours are not over.
    pub undecided: u32,
    /// Handoffs by reason.
    pub reasons: BTreeMap<&'static str, u32>,
    /// Handoffs outside service hours: messages left.
    pub left: u32,
    /// First replies to handoffs within service hours.
    pub replied: u64,
    /// Half of them came within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply_p50_ms: Option<u64>,
    /// Nine of ten came within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply_p90_ms: Option<u64>,
    /// Half of the same were promised within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_p50_ms: Option<u64>,
    /// Nine of ten were promised within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_p90_ms: Option<u64>,
    /// Deadlines that were kept, messages left included.
    pub kept: u32,
    /// Deadlines that were missed.
    pub broken: u32,
    /// Deadlines that are over, and nobody has replied yet.
    pub overdue: u32,
    /// Handoffs that wait for a reply and have time.
    pub waiting: u32,
    /// Handoffs that ended before the deadline without a reply.
    pub ended_before: u32,
    /// Ratings.
    #[serde(flatten)]
    pub rating: Rating,
    /// Chats that the server took back.
    pub taken_back: u32,
}

/// Ratings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rating {
    /// How many.
    pub rated: u32,
    /// All stars together.
    pub stars: u32,
    /// How many gave one or two stars.
    pub low: u32,
}

impl From<Rated> for Rating {
    fn from(rated: Rated) -> Rating {
        Rating {
            rated: rated.times,
            stars: rated.stars,
            low: rated.low,
        }
    }
}

impl From<&Tally> for Figures {
    fn from(tally: &Tally) -> Figures {
        let not_handed_off = tally.chats.saturating_sub(tally.with_people);
        let decided = tally.solved + tally.returned + tally.unhelped;
        Figures {
            messages: tally.messages,
            chats: tally.chats,
            with_people: tally.with_people,
            not_handed_off,
            solved: tally.solved,
            returned: tally.returned,
            unhelped: tally.unhelped,
            undecided: not_handed_off.saturating_sub(decided),
            reasons: tally.reasons.clone(),
            left: tally.left,
            replied: tally.first_reply.count(),
            first_reply_p50_ms: tally.first_reply.percentile(50),
            first_reply_p90_ms: tally.first_reply.percentile(90),
            promised_p50_ms: tally.promised.percentile(50),
            promised_p90_ms: tally.promised.percentile(90),
            kept: tally.kept,
            broken: tally.broken,
            overdue: 0,
            waiting: 0,
            ended_before: tally.ended_before,
            rating: tally.rated.into(),
            taken_back: tally.taken_back,
        }
    }
}

/// A day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayRow {
    /// Which, as `2026-11-30`.
    pub day: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// An hour of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HourRow {
    /// 0 to 23, in the zone of each shop.
    pub hour: u8,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A shop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShopRow {
    /// Which.
    pub shop: ShopId,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentRow {
    /// Who.
    pub agent: AgentId,
    /// As shoppers saw the name last.
    pub name: String,
    /// Chats.
    pub chats: u32,
    /// Messages to shoppers.
    pub messages: u32,
    /// First replies within service hours.
    pub replied: u64,
    /// Half of them came within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply_p50_ms: Option<u64>,
    /// Nine of ten came within this time, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reply_p90_ms: Option<u64>,
    /// Deadlines that were kept.
    pub kept: u32,
    /// Deadlines that were missed.
    pub broken: u32,
    /// Ratings of talks that the agent had last.
    #[serde(flatten)]
    pub rating: Rating,
    /// Chats that the server took back.
    pub taken_back: u32,
    /// Chats that the agent handed on.
    pub handed_on: u32,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionRow {
    /// The shop.
    pub shop: ShopId,
    /// Its id.
    pub question: String,
    /// Visits in which it was asked.
    pub asked: u32,
    /// Handoffs with it unanswered.
    pub handed_off: u32,
    /// Visits with the bot alone in which it was answered, and the shopper did not come back.
    pub solved: u32,
    /// The same, but the shopper came back.
    pub returned: u32,
    /// Messages that the bot answered as it.
    pub messages: u32,
    /// Ratings of talks in whose visit it was asked; one of several questions counts for each.
    #[serde(flatten)]
    pub rating: Rating,
}

impl Numbers {
    /// The numbers of a span, at this moment.
    pub fn report(&self, span: &Span, now: Millis) -> Report {
        let mut total = Tally::default();
        let mut by_hour: Vec<Tally> = vec![Tally::default(); 24];
        let mut by_day: BTreeMap<Date, Tally> = span.days().map(|day| (day, Tally::default())).collect();
        let mut by_shop: BTreeMap<&ShopId, Tally> = span.shops.iter().map(|shop| (shop, Tally::default())).collect();
        for ((shop, day, hour), tally) in &self.hours {
            let (Some(of_shop), Some(of_day)) = (by_shop.get_mut(shop), by_day.get_mut(day)) else {
                continue;
            };
            of_shop.merge(tally);
            of_day.merge(tally);
            by_hour[usize::from(*hour).min(23)].merge(tally);
            total.merge(tally);
        }
        let mut report = Report {
            total: Figures::from(&total),
            days: Vec::new(),
            hours: (0..24)
                .zip(&by_hour)
                .map(|(hour, tally)| HourRow {
                    hour,
                    figures: tally.into(),
                })
                .collect(),
            shops: by_shop
                .into_iter()
                .map(|(shop, tally)| ShopRow {
                    shop: shop.clone(),
                    figures: (&tally).into(),
                })
                .collect(),
            agents: self.agents_of(span),
            questions: self.questions_of(span),
            agents_left_out: 0,
            questions_left_out: 0,
        };
        report.days = by_day
            .into_iter()
            .map(|(day, tally)| DayRow {
                day: day.to_string(),
                figures: (&tally).into(),
            })
            .collect();
        report.agents_left_out = cut(&mut report.agents, MOST_AGENTS);
        report.questions_left_out = cut(&mut report.questions, MOST_QUESTIONS);
        self.add_waiting(&mut report, span, now);
        report
    }

    /// Whether what comes later can still change what is told of a span: somebody may come back, or waits for a reply.
    pub fn is_open(&self, span: &Span) -> bool {
        let visits = self
            .visits
            .iter()
            .filter(|(_, visit)| visit.counts && !visit.with_people);
        let mut visits = visits.map(|((shop, _), visit)| (shop, visit.hour.0));
        let mut handoffs = self.talks.values().filter_map(|talk| {
            let handoff = talk.handoff.as_ref().filter(|handoff| handoff.counts)?;
            Some((talk.shop.as_ref()?, handoff.hour.0))
        });
        visits.any(|(shop, day)| span.has(shop, day)) || handoffs.any(|(shop, day)| span.has(shop, day))
    }

    /// Handoffs without a reply, which have time or are late.
    fn add_waiting(&self, report: &mut Report, span: &Span, now: Millis) {
        for talk in self.talks.values() {
            let (Some(handoff), Some(shop)) = (&talk.handoff, &talk.shop) else {
                continue;
            };
            let (day, hour) = handoff.hour;
            if !handoff.counts || !span.shops.contains(shop) || !(span.from..=span.until).contains(&day) {
                continue;
            }
            let late = now > handoff.deadline;
            let add = |figures: &mut Figures| match late {
                true => figures.overdue += 1,
                false => figures.waiting += 1,
            };
            add(&mut report.total);
            add(&mut report.hours[usize::from(hour).min(23)].figures);
            let named = day.to_string();
            if let Some(row) = report.days.iter_mut().find(|row| row.day == named) {
                add(&mut row.figures);
            }
            if let Some(row) = report.shops.iter_mut().find(|row| row.shop == *shop) {
                add(&mut row.figures);
            }
        }
    }

    fn agents_of(&self, span: &Span) -> Vec<AgentRow> {
        let mut rows: BTreeMap<&AgentId, OfAgent> = BTreeMap::new();
        for ((shop, day, agent), own) in &self.agents {
            if span.has(shop, *day) {
                rows.entry(agent).or_default().merge(own);
            }
        }
        let mut rows: Vec<AgentRow> = rows
            .into_iter()
            .map(|(agent, own)| AgentRow {
                agent: agent.clone(),
                name: self
                    .names
                    .get(agent)
                    .cloned()
                    .unwrap_or_else(|| agent.as_str().to_owned()),
                chats: own.chats,
                messages: own.messages,
                replied: own.first_reply.count(),
                first_reply_p50_ms: own.first_reply.percentile(50),
                first_reply_p90_ms: own.first_reply.percentile(90),
                kept: own.kept,
                broken: own.broken,
                rating: own.rated.into(),
                taken_back: own.taken_back,
                handed_on: own.handed_on,
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.chats, row.messages)));
        rows
    }

    fn questions_of(&self, span: &Span) -> Vec<QuestionRow> {
        let mut rows: BTreeMap<(&ShopId, &str), OfQuestion> = BTreeMap::new();
        for ((shop, day, question), own) in &self.questions {
            if span.has(shop, *day) {
                rows.entry((shop, question)).or_default().merge(*own);
            }
        }
        let mut rows: Vec<QuestionRow> = rows
            .into_iter()
            .map(|((shop, question), own)| QuestionRow {
                shop: shop.clone(),
                question: question.to_owned(),
                asked: own.asked,
                handed_off: own.handed_off,
                solved: own.solved,
                returned: own.returned,
                messages: own.messages,
                rating: own.rated.into(),
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.asked, row.handed_off)));
        rows
    }
}

impl Span {
    fn has(&self, shop: &ShopId, day: Date) -> bool {
        self.shops.contains(shop) && (self.from..=self.until).contains(&day)
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        let until = self.until;
        std::iter::successors(Some(self.from), |day| day.tomorrow().ok()).take_while(move |day| *day <= until)
    }
}

/// Leaves so many; returns how many went.
fn cut<T>(rows: &mut Vec<T>, most: usize) -> usize {
    let out = rows.len().saturating_sub(most);
    rows.truncate(most);
    out
}
