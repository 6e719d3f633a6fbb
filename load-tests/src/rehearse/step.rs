//! One step: the agents sit down, the shoppers come, and what they saw is added up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::arrivals::Arrival;
use super::desk::{Desks, Shift};
use super::stage::Stage;
use super::visitor::{Queued, Seen, WaitEnd, visit};
use crate::check::Sent;
use crate::proc::Usage;
use crate::report::histogram;
use crate::run::tell;
use crate::socket::{Door, address_of};
use crate::spawn::Server;

/// After the last arrival talks may go on for so long, seconds of the shop, and so much longer by this machine's clock.
const TAIL_S: f64 = 1_800.0;
const TAIL: Duration = Duration::from_secs(20);
/// How often the server's processor time is looked at, and over how long the busiest time is.
const LOOK: Duration = Duration::from_secs(1);
/// As above.
const BUSIEST: Duration = Duration::from_secs(5);

/// Where a step is played.
pub struct Venue {
    /// Where shoppers connect.
    pub url: String,
    /// The token of the link with which the first member of staff signs in.
    pub signin: String,
    /// The server, where it is ours: then what it uses is known.
    pub server: Option<Server>,
}

/// How a step is played.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The shop.
    pub shop: String,
    /// How many times as many talks come as were recorded.
    pub times: f64,
    /// How many seconds of the shop pass in one.
    pub speed: f64,
    /// How long arrivals come, seconds of the shop.
    pub span_s: f64,
    /// Agents at the desk.
    pub agents: u32,
    /// Chats that each has at once.
    pub slots: u32,
    /// Messages of an agent in a chat.
    pub agent_lines: f64,
}

/// What became of a step. Latencies are microseconds of this machine's clock, everything of the queue is in seconds of the
/// shop.
#[derive(Clone, Debug)]
pub struct Played {
    /// Shoppers.
    pub talks: usize,
    /// Messages sent and acknowledged.
    pub sent: usize,
    /// As above.
    pub acked: usize,
    /// Messages that were acknowledged and that neither the bot answered nor people had at the end.
    pub unanswered: usize,
    /// Messages that were not said, since the talk had ended.
    pub unsaid: usize,
    /// Messages acknowledged a second, while shoppers came.
    pub messages_a_second: f64,
    /// From the planned moment of a message until it is sent, acknowledged, answered by the bot.
    pub send_lag: Histogram<u64>,
    /// As above.
    pub ack: Histogram<u64>,
    /// As above.
    pub answer: Histogram<u64>,
    /// Refusals by code, of shoppers and of agents.
    pub refusals: BTreeMap<String, u64>,
    /// When shoppers were to want a person, in order.
    pub wants_s: Vec<f64>,
    /// Waits of those whom an agent served, in order.
    pub waits_s: Vec<f64>,
    /// Those who gave up, and those who still waited at the end.
    pub gave_up: usize,
    /// As above.
    pub still_waiting: usize,
    /// Mean handling time of those who wanted a person.
    pub handling_s: f64,
    /// Share of the machine's processors that the server used in its busiest five seconds.
    pub processors: Option<f64>,
    /// What the server has written.
    pub stored_bytes: Option<u64>,
    /// What the server lost, doubled or changed.
    pub faults: Vec<String>,
    /// Shoppers and agents who could not come or had to go.
    pub failures: Vec<String>,
}

/// Plays a step.
///
/// # Errors
/// The desk cannot be staffed.
pub async fn play(venue: &Venue, setting: &Setting, arrivals: Vec<Arrival>) -> Result<Played> {
    let desks = Desks::open(address_of(&venue.url)?.parse()?, &venue.signin).await?;
    let mut staff = Vec::new();
    for number in 1..=setting.agents {
        let agent = desks.invite(number, setting.slots).await;
        staff.push(agent.with_context(|| format!("agent {number} of {}", setting.agents))?);
    }
    let lasts = Duration::from_secs_f64((setting.span_s + TAIL_S) / setting.speed) + TAIL;
    let door = Door::new(&venue.url, &setting.shop)?;
    let usage = || venue.server.as_ref().and_then(|server| Usage::of(server.pid()));
    let stage = Arc::new(Stage::open(door, setting.speed, lasts));
    let mut shifts = JoinSet::new();
    for agent in staff {
        let (stage, lines) = (Arc::clone(&stage), setting.agent_lines);
        shifts.spawn(async move { agent.work(&stage, lines).await });
    }
    let mut visits = JoinSet::new();
    let talks = arrivals.len();
    for arrival in arrivals {
        let stage = Arc::clone(&stage);
        visits.spawn(async move { visit(&stage, arrival).await });
    }
    let mut seen: Vec<Seen> = Vec::with_capacity(talks);
    let mut looks: Vec<(Instant, u64)> = Vec::new();
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            visited = visits.join_next() => match visited {
                Some(visited) => seen.push(visited?),
                None => break,
            },
            now = clock.tick() => {
                looks.extend(usage().map(|usage| (now, usage.cpu_us)));
                if looks.len().is_multiple_of(10) {
                    tell(&format!("× {}: {} of {talks} shoppers are home", setting.times, seen.len()));
                }
            }
        }
    }
    looks.extend(usage().map(|usage| (Instant::now(), usage.cpu_us)));
    stage.empty.send_replace(true);
    let shifts = shifts.join_all().await;
    let mut played = add_up(&seen, &shifts, setting);
    let processors = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    played.processors = busiest(&looks).map(|used| used / processors);
    played.stored_bytes = venue.server.as_ref().map(Server::stored_bytes);
    Ok(played)
}

/// The most processors that were in use over [`BUSIEST`], from looks at how much was used until then, microseconds; of a
/// shorter step over all of it.
fn busiest(looks: &[(Instant, u64)]) -> Option<f64> {
    let (first, last) = (looks.first()?, looks.last()?);
    let between = |from: &(Instant, u64), to: &(Instant, u64)| {
        let passed_s = to.0.duration_since(from.0).as_secs_f64();
        (passed_s > 0.0).then(|| to.1.saturating_sub(from.1) as f64 / 1e6 / passed_s)
    };
    let windows = looks.iter().filter_map(|from| {
        let to = looks
            .iter()
            .find(|to| to.0.saturating_duration_since(from.0) >= BUSIEST)?;
        between(from, to)
    });
    windows.max_by(f64::total_cmp).or_else(|| between(first, last))
}

fn add_up(seen: &[Seen], shifts: &[Shift], setting: &Setting) -> Played {
    let sent: Vec<&Sent> = seen.iter().flat_map(|seen| seen.journal.sent()).collect();
    let acked = sent.iter().filter(|sent| sent.acked.is_some());
    let last_us = acked
        .clone()
        .filter_map(|sent| sent.acked)
        .map(|(_, at_us)| at_us)
        .max();
    let queued: Vec<&Queued> = seen.iter().filter_map(|seen| seen.queued.as_ref()).collect();
    let shop_s = |real: Duration| real.as_secs_f64() * setting.speed;
    let ended = |end: WaitEnd| queued.iter().filter(move |queued| queued.end == end);
    let mut wants_s: Vec<f64> = queued.iter().map(|queued| queued.wanted_us as f64 / 1e6).collect();
    wants_s.sort_by(f64::total_cmp);
    let mut waits_s: Vec<f64> = ended(WaitEnd::Served).map(|queued| shop_s(queued.waited)).collect();
    waits_s.sort_by(f64::total_cmp);
    let mut refusals: BTreeMap<String, u64> = BTreeMap::new();
    let of_shoppers = seen.iter().flat_map(|seen| &seen.refusals);
    for (code, times) in of_shoppers.chain(shifts.iter().flat_map(|shift| &shift.refusals)) {
        *refusals.entry(code.clone()).or_default() += times;
    }
    let handling_us: u64 = queued.iter().map(|queued| queued.handling_us).sum();
    let failed = seen.iter().map(|seen| &seen.failed);
    let faults = seen.iter().flat_map(|seen| seen.journal.violations());
    Played {
        talks: seen.len(),
        sent: sent.len(),
        acked: acked.clone().count(),
        unanswered: acked.clone().filter(|sent| !sent.settled()).count(),
        unsaid: seen.iter().map(|seen| seen.unsaid).sum(),
        messages_a_second: acked.clone().count() as f64
            / (setting.span_s / setting.speed).max(last_us.unwrap_or(0) as f64 / 1e6),
        send_lag: histogram(sent.iter().map(|sent| sent.sent_us.saturating_sub(sent.due_us))),
        ack: histogram(
            acked
                .clone()
                .filter_map(|sent| Some(sent.acked?.1.saturating_sub(sent.due_us))),
        ),
        answer: histogram(
            sent.iter()
                .filter_map(|sent| Some(sent.answered_us?.saturating_sub(sent.due_us))),
        ),
        refusals,
        wants_s,
        waits_s,
        gave_up: ended(WaitEnd::GaveUp).count(),
        still_waiting: ended(WaitEnd::Open).count(),
        handling_s: handling_us as f64 / 1e6 / queued.len().max(1) as f64,
        processors: None,
        stored_bytes: None,
        faults: faults
            .map(|fault| format!("{}: {}", fault.fault.name(), fault.detail))
            .collect(),
        failures: failed
            .chain(shifts.iter().map(|shift| &shift.failed))
            .flatten()
            .cloned()
            .collect(),
    }
}

impl Played {
    /// Share of those who wanted a person that was served within so long; nobody wanted one: all.
    pub fn within(&self, promise_s: f64) -> f64 {
        if self.wants_s.is_empty() {
            return 1.0;
        }
        let in_time = self.waits_s.partition_point(|waited| *waited <= promise_s);
        in_time as f64 / self.wants_s.len() as f64
    }

    /// How long this share of those who were served has waited at most, seconds. `None`: nobody was served.
    pub fn wait_s(&self, share: f64) -> Option<f64> {
        let place = (self.waits_s.len() as f64 * share).ceil() as usize;
        self.waits_s.get(place.saturating_sub(1)).copied()
    }

    /// Share of the talks that wanted a person.
    pub fn share_with_people(&self) -> f64 {
        self.wants_s.len() as f64 / self.talks.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_late_to_the_queue_counts_when_it_was_due_and_waits_in_the_time_of_the_shop() {
        let queued = |wanted_us, end| Seen {
            queued: Some(Queued {
                wanted_us,
                waited: Duration::from_secs(2),
                end,
                handling_us: 90_000_000,
            }),
            ..Seen::default()
        };
        let seen = [queued(60_000_000, WaitEnd::Served), queued(30_000_000, WaitEnd::GaveUp)];
        let setting = Setting {
            shop: "demo".to_owned(),
            times: 1.0,
            speed: 10.0,
            span_s: 100.0,
            agents: 1,
            slots: 1,
            agent_lines: 1.0,
        };
        let played = add_up(&seen, &[], &setting);
        assert_eq!(
            (played.wants_s.as_slice(), played.waits_s.as_slice()),
            (&[30.0, 60.0][..], &[20.0][..])
        );
        assert_eq!(
            (played.gave_up, played.handling_s, played.wait_s(0.9)),
            (1, 90.0, Some(20.0))
        );
        assert!(
            (played.within(20.0) - 0.5).abs() < 1e-9,
            "whoever gave up counts against the promise"
        );
    }

    #[test]
    fn the_busiest_five_seconds_count() {
        let begin = Instant::now();
        let used_s = [0.0, 0.1, 0.2, 1.2, 2.2, 3.2, 4.2, 5.2, 5.3, 5.3];
        let looks = used_s.iter().enumerate();
        let looks: Vec<(Instant, u64)> = looks
            .map(|(second, used)| (begin + LOOK * second as u32, (used * 1e6) as u64))
            .collect();
        assert!(busiest(&looks).is_some_and(|used| (used - 1.0).abs() < 1e-6));
        assert!(
            busiest(&looks[..3]).is_some_and(|used| (used - 0.1).abs() < 1e-6),
            "a short step is all of it"
        );
        assert_eq!(busiest(&looks[..1]), None);
    }
}
