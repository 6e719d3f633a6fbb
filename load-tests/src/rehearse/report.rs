//! All figures of a rehearsal with their names in both languages, and what broke first.

use super::arrivals::People;
use super::options::RehearseOptions;
use super::recording::Recording;
use super::staffing::{Promise, Staffing};
use super::step::Played;
use super::verdict::{Break, breaks, doubts};

/// The shares within the promise at the server and in the simulation of the same arrivals are the same up to this: handling
/// times and patience of a single evening are drawn once there and twenty times here.
pub(super) const QUEUE_TOLERANCE: f64 = 0.1;

/// In how many parts the time of the recording is drawn.
const PARTS: usize = 48;

/// What all steps have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// Talks and messages that were recorded.
    pub recorded: (usize, usize),
    /// How long arrivals came, seconds.
    pub span_s: f64,
    /// Talks that began in each part of it.
    pub arrivals: Vec<usize>,
    /// Share of talks that wanted a person.
    pub share_with_people: f64,
    /// Mean handling time and patience, seconds, and whether they were recorded, asked for, or assumed.
    pub handling_s: (f64, Origin),
    /// As above.
    pub patience_s: (f64, Origin),
    /// The promise, and who is to keep it.
    pub promise: Promise,
    /// Bounds, milliseconds.
    pub ack_ms: f64,
    /// As above.
    pub answer_ms: f64,
    /// How many seconds of the shop pass in one.
    pub speed: f64,
    /// Whether shoppers said what they said then.
    pub words: bool,
    /// Seed.
    pub seed: u64,
}

/// Where a figure is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The recording.
    Recorded,
    /// The command line.
    Asked,
    /// Nowhere.
    Assumed,
}

impl Origin {
    /// In Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Origin::Recorded => ("记录", "recorded"),
            Origin::Asked => ("指定", "given"),
            Origin::Assumed => ("假设", "assumed"),
        }
    }
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// How many times as many talks as were recorded.
    pub times: f64,
    /// What became of it.
    pub played: Played,
    /// How many agents it needs; `None`: nobody wanted one.
    pub staffing: Option<Staffing>,
}

impl Step {
    /// Whether the server's queue did what a queue does that gives the longest waiting to whoever is free; `None`: nobody
    /// wanted a person.
    pub(super) fn queue_as_simulated(&self, promise_s: f64) -> Option<bool> {
        let simulated = self.staffing.as_ref()?.replayed_all.share_within();
        Some((self.played.within(promise_s) - simulated).abs() <= QUEUE_TOLERANCE)
    }
}

/// A whole rehearsal.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// What all steps have in common.
    pub(super) basis: Basis,
    /// The steps as they were asked for.
    pub(super) steps: Vec<Step>,
}

/// A line of the table.
pub struct Row {
    /// Its name in Chinese and English.
    pub zh: String,
    /// As above.
    pub en: String,
    /// A figure for each step.
    pub cells: Vec<String>,
}

impl Basis {
    /// From what was asked for and recorded.
    pub(super) fn new(options: &RehearseOptions, recording: &Recording, people: &People, promise: Promise) -> Basis {
        let mut arrivals = vec![0; PARTS];
        for talk in &recording.talks {
            let at_s = (talk.start_ms - recording.start_ms()) as f64 / 1e3;
            let part = (at_s / recording.span_s() * PARTS as f64) as usize;
            arrivals[part.min(PARTS - 1)] += 1;
        }
        let origin = |asked: Option<f64>, recorded: bool| match (asked, recorded) {
            (Some(_), _) => Origin::Asked,
            (None, true) => Origin::Recorded,
            (None, false) => Origin::Assumed,
        };
        let handled = !recording.handling_s().is_empty();
        Basis {
            recorded: (recording.talks.len(), recording.messages()),
            span_s: recording.span_s(),
            arrivals,
            share_with_people: recording.share_with_people(),
            handling_s: (people.mean_handling_s, origin(options.handling_s, handled)),
            patience_s: (
                people.patience_s,
                origin(options.patience_s, recording.patience_s().is_some()),
            ),
            promise,
            ack_ms: options.ack_ms,
            answer_ms: options.answer_ms,
            speed: options.speed,
            words: options.recorded_words,
            seed: options.seed,
        }
    }
}

impl Rehearsal {
    /// Of these steps.
    pub(super) fn new(basis: Basis, steps: Vec<Step>) -> Rehearsal {
        Rehearsal { basis, steps }
    }

    /// Whether the server lost, doubled and changed nothing. That the queue or the machine was too small is what was to be
    /// found out.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.played.faults.is_empty())
    }

    /// What breaks first: in the smallest step in which anything does, what is farthest beyond its bound.
    pub(super) fn first_break(&self) -> Option<(f64, Break)> {
        let broken = self.steps.iter().filter_map(|step| {
            let worst = breaks(step, &self.basis).into_iter().next()?;
            Some((step.times, worst))
        });
        broken.min_by(|(one, _), (other, _)| one.total_cmp(other))
    }

    /// How many agents each step needs, in Chinese and English: as many as both the formula and what came ask for.
    pub(super) fn needed(&self) -> Option<(String, String)> {
        let of_step = |step: &Step| {
            let staffing = step.staffing.as_ref()?;
            let agents = staffing.by_formula.max(staffing.by_arrivals)?;
            let times = step.times;
            Some((format!("× {times} 要 {agents} 人"), format!("{agents} at × {times}")))
        };
        let (zh, en): (Vec<String>, Vec<String>) = self.steps.iter().filter_map(of_step).unzip();
        let (zh, en, agents) = (zh.join("，"), en.join(", "), self.basis.promise.agents);
        (!zh.is_empty()).then(|| {
            (
                format!("守住承诺的客服：{zh}；现有 {agents} 人"),
                format!("agents that the promise needs: {en}; there are {agents}"),
            )
        })
    }

    /// What makes figures doubtful.
    pub(super) fn doubts(&self) -> Vec<(String, String)> {
        self.steps.iter().flat_map(|step| doubts(step, &self.basis)).collect()
    }

    /// Everything that broke, by step.
    pub(super) fn broken(&self) -> impl Iterator<Item = (f64, Vec<Break>)> {
        self.steps.iter().map(|step| (step.times, breaks(step, &self.basis)))
    }

    /// All figures.
    pub(super) fn rows(&self) -> Vec<Row> {
        let promise = &self.basis.promise;
        let (span_s, within_s) = (self.basis.span_s, promise.within_s);
        let row = |zh: &str, en: &str, cell: &dyn Fn(&Step) -> Option<String>| Row {
            zh: zh.to_owned(),
            en: en.to_owned(),
            cells: self
                .steps
                .iter()
                .map(|step| cell(step).unwrap_or("–".to_owned()))
                .collect(),
        };
        let staffed =
            |of: fn(&Staffing) -> Option<u32>| move |step: &Step| Some(of(step.staffing.as_ref()?)?.to_string());
        let p99 = |values: &hdrhistogram::Histogram<u64>| {
            (!values.is_empty()).then(|| digits(values.value_at_percentile(99.0) as f64 / 1e3))
        };
        let share = |of: fn(&Staffing) -> f64| move |step: &Step| Some(percent(of(step.staffing.as_ref()?)));
        vec![
            row("会话", "talks", &|step| Some(step.played.talks.to_string())),
            row("店里每秒消息", "messages/s in the shop", &|step| {
                Some(digits(step.played.acked as f64 / span_s))
            }),
            row(
                "服务器每秒消息，加速后",
                "messages/s at the server, sped up",
                &|step| Some(digits(step.played.messages_a_second)),
            ),
            row("确认 p99，毫秒", "ack p99, ms", &|step| p99(&step.played.ack)),
            row("机器人回答 p99，毫秒", "bot's answer p99, ms", &|step| {
                p99(&step.played.answer)
            }),
            row("被拒绝", "refused", &|step| {
                Some(step.played.refusals.values().sum::<u64>().to_string())
            }),
            row("处理器用量", "processors in use", &|step| {
                step.played.processors.map(percent)
            }),
            row("数据文件夹，MiB", "data folder, MiB", &|step| {
                step.played.stored_bytes.map(|bytes| digits(bytes as f64 / 1_048_576.0))
            }),
            row("转人工", "handed to people", &|step| {
                Some(percent(step.played.share_with_people()))
            }),
            row("排队 p50，秒", "wait in the queue p50, s", &|step| {
                step.played.wait_s(0.5).map(digits)
            }),
            row("排队 p90，秒", "wait in the queue p90, s", &|step| {
                step.played.wait_s(0.9).map(digits)
            }),
            row(
                &format!("{within_s:.0} 秒内接待"),
                &format!("served within {within_s:.0} s"),
                &|step| Some(percent(step.played.within(within_s))),
            ),
            row(
                &format!("{within_s:.0} 秒内接待：模拟实际到来"),
                &format!("within {within_s:.0} s: simulated as they came"),
                &share(|it| it.replayed_all.share_within()),
            ),
            row("等不及走了", "gave up waiting", &|step| {
                Some(step.played.gave_up.to_string())
            }),
            row(
                "需要客服：Erlang A",
                "agents needed: Erlang A",
                &staffed(|it| it.by_formula),
            ),
            row(
                "需要客服：模拟同样的假设",
                "agents needed: same, simulated",
                &staffed(|it| it.by_simulation),
            ),
            row(
                "需要客服：模拟实际到来",
                "agents needed: as they came",
                &staffed(|it| it.by_arrivals),
            ),
            row(
                "最忙时守约：Erlang A",
                "kept when busiest: Erlang A",
                &share(|it| it.predicted.within),
            ),
            row(
                "最忙时守约：模拟实际到来",
                "kept when busiest: as they came",
                &share(|it| it.replayed.share_within()),
            ),
        ]
    }
}

/// `87 %`; of what is nearly all or nearly nothing, a digit more.
pub(super) fn percent(share: f64) -> String {
    let hundred = share * 100.0;
    match hundred {
        none if none < 0.05 => "0 %".to_owned(),
        some if !(10.0..99.0).contains(&some) && some < 99.95 => {
            let digits = format!("{some:.1}");
            format!("{} %", digits.trim_end_matches(".0"))
        }
        most => format!("{most:.0} %"),
    }
}

/// Three digits that matter, and whole numbers from 100 on.
pub(super) fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
