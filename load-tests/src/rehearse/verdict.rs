//! What has broken in a step: each thing that is promised, held against its bound. Pure.

use super::report::{Basis, Step, percent};

/// When messages leave this late, the machine of the shoppers was too slow and latencies say little of the server, ms.
const LATE_MS: f64 = 50.0;
/// Above this share of its processors a machine has nothing left for the next moment.
const BUSY: f64 = 0.9;
/// Above this share of messages that were not said the load is not the one that was recorded.
const UNSAID: f64 = 0.05;

/// Something that is not as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// Its name for programs.
    pub key: &'static str,
    /// What, in Chinese and in English, with figure and bound.
    pub zh: String,
    /// As above.
    pub en: String,
    /// How many times beyond its bound, for what broke first of a step; what may not be at all is far beyond.
    pub beyond: f64,
}

/// What has broken, the worst first.
pub fn breaks(step: &Step, basis: &Basis) -> Vec<Break> {
    let played = &step.played;
    let mut found = Vec::new();
    let mut add = |key, beyond: f64, zh: String, en: String| found.push(Break { key, zh, en, beyond });
    let p99_ms = |values: &hdrhistogram::Histogram<u64>| values.value_at_percentile(99.0) as f64 / 1e3;
    let (ack, answer) = (p99_ms(&played.ack), p99_ms(&played.answer));
    let (most_ack, most_answer) = (basis.ack_ms, basis.answer_ms);
    if ack > most_ack {
        let figure = format!("{ack:.0} ms > {most_ack:.0} ms");
        add(
            "ack_p99",
            ack / most_ack,
            format!("确认 p99 {figure}"),
            format!("ack p99 {figure}"),
        );
    }
    if answer > most_answer {
        let figure = format!("{answer:.0} ms > {most_answer:.0} ms");
        add(
            "answer_p99",
            answer / most_answer,
            format!("机器人回答 p99 {figure}"),
            format!("bot's answer p99 {figure}"),
        );
    }
    if !played.refusals.is_empty() {
        let each: Vec<String> = played
            .refusals
            .iter()
            .map(|(code, times)| format!("{code} {times}"))
            .collect();
        let times: u64 = played.refusals.values().sum();
        let share = times as f64 / played.sent.max(1) as f64;
        let each = each.join(", ");
        add(
            "refusals",
            1.0 + share * 100.0,
            format!("被拒绝：{each}"),
            format!("refused: {each}"),
        );
    }
    let within = played.within(basis.promise.within_s);
    if within < basis.promise.share {
        // Rounded down, so that what is just below does not look like what was promised.
        let share = format!("{:.1} %", (within * 1e3).floor() / 10.0);
        let (wanted, seconds) = (percent(basis.promise.share), basis.promise.within_s);
        add(
            "wait",
            basis.promise.share / within.max(1e-3),
            format!("排队：{share} 在 {seconds:.0} 秒内接待，承诺 {wanted}"),
            format!("wait in the queue: {share} within {seconds:.0} s, promised {wanted}"),
        );
    }
    if let Some(used) = played.processors.filter(|used| *used > BUSY) {
        let figure = format!("{} > {}", percent(used), percent(BUSY));
        add(
            "processors",
            used / BUSY,
            format!("处理器 {figure}"),
            format!("processors {figure}"),
        );
    }
    if played.unanswered > 0 {
        let many = played.unanswered;
        add(
            "unanswered",
            1.0 + many as f64 / played.sent.max(1) as f64 * 100.0,
            format!("{many} 条消息到最后没人回答"),
            format!("{many} messages without an answer at the end"),
        );
    }
    if let Some(why) = played.failures.first() {
        let many = played.failures.len();
        add(
            "connections",
            1.0 + many as f64 / played.talks.max(1) as f64 * 100.0,
            format!("{many} 个连接失败（如 {why}）"),
            format!("{many} connections failed (as: {why})"),
        );
    }
    if let Some(fault) = played.faults.first() {
        let many = played.faults.len();
        add(
            "faults",
            1e9,
            format!("丢失、重复或改动 {many} 处（如 {fault}）"),
            format!("lost, doubled or changed: {many} (as: {fault})"),
        );
    }
    found.sort_by(|one, other| other.beyond.total_cmp(&one.beyond));
    found
}

/// What makes the figures of a step doubtful, in Chinese and English.
pub fn doubts(step: &Step, basis: &Basis) -> Vec<(String, String)> {
    let mut doubts = Vec::new();
    let (played, times, within_s) = (&step.played, step.times, basis.promise.within_s);
    let mut add = |zh: String, en: String| doubts.push((format!("× {times}：{zh}"), format!("× {times}: {en}")));
    let lag_ms = played.send_lag.value_at_percentile(99.0) as f64 / 1e3;
    if lag_ms > LATE_MS {
        add(
            format!("消息发出时已晚了 {lag_ms:.0} ms，这台机器演不动这么大的量，延迟不说明服务器；调小 --speed"),
            format!(
                "messages left {lag_ms:.0} ms late, the machine is too slow for what it plays, and latencies say \
                 little of the server; take a smaller --speed"
            ),
        );
    }
    let unsaid = played.unsaid as f64 / (played.sent + played.unsaid).max(1) as f64;
    if unsaid > UNSAID {
        let share = percent(unsaid);
        add(
            format!("{share} 的消息没有说，因为会话已先结束，负载偏小"),
            format!(
                "{share} of the messages were not said, since their talks had ended before: the load is less than recorded"
            ),
        );
    }
    // A wait that the clock cannot tell apart from the server's own delay is no figure.
    let delay_s = 0.05 * basis.speed;
    if delay_s > within_s / 10.0 {
        let speed = basis.speed;
        add(
            format!("加速 {speed} 倍时 50 ms 就是店里的 {delay_s:.0} 秒，等待时间不准；调小 --speed"),
            format!(
                "at speed {speed} 50 ms are {delay_s:.0} s of the shop, so waits are not exact; take a smaller --speed"
            ),
        );
    }
    let Some(staffing) = &step.staffing else {
        return doubts;
    };
    if !staffing.agrees() {
        let (formula, simulation) = (
            percent(staffing.predicted.within),
            percent(staffing.simulated.share_within()),
        );
        add(
            format!("公式和它自己的模拟不一致（守约 {formula} 和 {simulation}），两个数都别信"),
            format!("formula and simulation disagree ({formula} and {simulation} within the promise): believe neither"),
        );
    }
    if !staffing.fits_arrivals() {
        let word = |agents: Option<u32>| agents.map_or("–".to_owned(), |agents| agents.to_string());
        let (formula, came) = (word(staffing.by_formula), word(staffing.by_arrivals));
        add(
            format!(
                "公式说要 {formula} 人，按实际到来的样子要 {came} 人：来得不均匀或时长不是公式假设的那样，以后者为准"
            ),
            format!(
                "{formula} agents by the formula, {came} as shoppers really came: they are not as even, or handling \
                 times not as the formula assumes; believe the latter"
            ),
        );
    }
    if step.queue_as_simulated(within_s) == Some(false) {
        let (seen, simulated) = (
            percent(played.within(within_s)),
            percent(staffing.replayed_all.share_within()),
        );
        add(
            format!("服务器上守约 {seen}，模拟同样的到来是 {simulated}：人少时一晚的偶然，或加速太快、服务器分派变慢"),
            format!(
                "{seen} within the promise at the server, {simulated} in the simulation of the same arrivals: chance, \
                 where few came; or the speed is too high, or the server slow to assign"
            ),
        );
    }
    doubts
}
