//! Events and times as `yingda log` prints them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::visible::escaped_in_line;
use crate::model::{Event, EventKind, Millis, Recognition, ReleaseCause};
use crate::understanding::personal::hide_personal;

/// An event for people, in one line; `hides` leaves phones, addresses and names out.
pub(super) fn line(event: &Event, hides: bool) -> String {
    let what = match &event.kind {
        EventKind::Started { .. } => "开始 · started".to_owned(),
        EventKind::Received { text, .. } => format!("顾客 · shopper: {text}"),
        EventKind::Answered { text, .. } => format!("机器人 · bot: {text}"),
        EventKind::HandedOff { reason, lane, .. } => {
            format!("转人工 · handed off: {} ({})", reason.name(), lane.name())
        }
        EventKind::Assigned { name, .. } => format!("接待 · assigned to {}", escaped_in_line(name)),
        EventKind::AgentSaid { name, text, .. } => format!("{}: {text}", escaped_in_line(name)),
        EventKind::Released { cause, note, .. } => format!("{} {note}", released(*cause)),
        EventKind::Noted { name, text, .. } => format!("内部备注 · note of {}: {text}", escaped_in_line(name)),
        EventKind::Snoozed { until: Some(until), .. } => format!("稍后 · put off until {}", when(*until)),
        EventKind::Snoozed { until: None, .. } => "不再稍后 · put off no longer".to_owned(),
        EventKind::Withdrawn { name, of, .. } => {
            format!("{} 撤回了第 {of} 条 · took back number {of}", escaped_in_line(name))
        }
        EventKind::Recognised(known) => format!("顾客卡 · customer card: {}", recognised(known)),
        EventKind::Returned { .. } => "交还机器人 · back to the bot".to_owned(),
        EventKind::Closed { .. } => "结束 · closed".to_owned(),
        EventKind::Rated { stars } => format!("评分 · rated {stars}"),
        EventKind::Unknown { kind, .. } => format!("（新版本的事件 · of a newer version: {kind}）"),
    };
    let what = match hides {
        true => hide_personal(&what).into_owned(),
        false => what,
    };
    // A message of several lines stays one entry.
    format!(
        "{:>4}  {}  {}",
        event.seq,
        when(event.at),
        what.replace('\n', "\n      ")
    )
}

/// VIP, tags and the lane that follows.
fn recognised(known: &Recognition) -> String {
    let vip = known.vip.then_some("VIP");
    let tags = known.tags.iter().map(|tag| escaped_in_line(tag));
    let lane = known
        .steered
        .as_ref()
        .map(|steered| format!("→ {}", steered.lane.name()));
    let all = vip
        .map(str::to_owned)
        .into_iter()
        .chain(tags.map(|tag| tag.to_string()));
    all.chain(lane).collect::<Vec<_>>().join(" ")
}

/// Who put a chat back into the queue, and why.
fn released(cause: ReleaseCause) -> &'static str {
    match cause {
        ReleaseCause::Silent => {
            "系统收回排队：客服没有回复 · taken back to the queue by the server: the agent was silent"
        }
        ReleaseCause::Gone => "系统收回排队：客服离开了 · taken back to the queue by the server: the agent was gone",
        ReleaseCause::HandedOn => "转交，回到排队 · handed on, back to the queue",
        ReleaseCause::AnotherAsked => "顾客要求换人，回到排队 · the shopper asked for another agent, back to the queue",
        ReleaseCause::GivenBack => "放回排队 · back to the queue",
    }
}

/// A time in the zone of this machine.
pub(super) fn when(at: Millis) -> String {
    let time = i64::try_from(at.0)
        .ok()
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    time.map_or_else(
        || at.0.to_string(),
        |time| {
            time.to_zoned(TimeZone::system())
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string()
        },
    )
}
