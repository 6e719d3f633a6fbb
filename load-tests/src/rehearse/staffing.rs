//! How many agents the promise needs: by Erlang A, by playing the same chat by chat, and by playing what really came. Pure.
//!
//! Erlang A takes the busiest quarter of an hour for a steady state, as call centres staff their periods (L. Green,
//! P. Kolesar, J. Soares, "Improving the SIPP Approach for Staffing Service Systems That Have Cyclic Demands", Operations
//! Research 49(4), 2001). The first simulation has the same assumptions and must agree. The second has the arrivals of the
//! step and the recorded handling times: where it differs, the shop is not as the formula assumes, and it is to be
//! believed.

use super::arrivals::People;
use super::erlang::{Demand, Prediction, fewest};
use super::simulation::{Outcome, Want, as_assumed, micros, play};
use crate::plan::Dice;

/// The busiest time that counts, seconds, where there is so much.
const WINDOW_S: f64 = 900.0;
/// Chats in the simulation of the formula's assumptions: so many, for each that is handled at once so many more, since what
/// is long remembered must be played for longer, and so many at most. Then shares are within half a point.
const CHATS: f64 = 150_000.0;
/// As above.
const CHATS_AN_ERLANG: f64 = 4_000.0;
/// As above.
const MOST_CHATS: f64 = 2_000_000.0;
/// How often what really came is played, each time with other handling times and patience.
const PLAYS: u64 = 20;
/// More agents than this are not looked for.
const MOST_AGENTS: u32 = 100_000;
/// Formula and simulation agree where their shares within the promise differ by no more than this …
pub const SHARE_TOLERANCE: f64 = 0.02;
/// … and their numbers of agents by no more than this share, or one.
pub const AGENTS_TOLERANCE: f64 = 0.02;

/// What is promised, and by how many it is to be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// Within how many seconds a person comes.
    pub within_s: f64,
    /// For what share.
    pub share: f64,
    /// Agents there are.
    pub agents: u32,
    /// Chats that each has at once.
    pub slots: u32,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Staffing {
    /// The busiest time: from when on, and how long, seconds.
    pub window_s: (f64, f64),
    /// The load in it.
    pub demand: Demand,
    /// Agents that the promise needs: by Erlang A.
    pub by_formula: Option<u32>,
    /// By the simulation with the formula's assumptions.
    pub by_simulation: Option<u32>,
    /// By the simulation of what came.
    pub by_arrivals: Option<u32>,
    /// What the agents who are there would make of the busiest time: by Erlang A.
    pub predicted: Prediction,
    /// By the simulation with the formula's assumptions.
    pub simulated: Outcome,
    /// By the simulation of what came.
    pub replayed: Outcome,
    /// The same over the whole step.
    pub replayed_all: Outcome,
}

impl Staffing {
    /// For those who wanted a person at these times (seconds, in order), within so long a step. `None`: nobody did.
    pub fn of(wants_s: &[f64], span_s: f64, people: &People, promise: &Promise, seed: u64) -> Option<Staffing> {
        if wants_s.is_empty() {
            return None;
        }
        let window_s = busiest(wants_s, span_s);
        let within = |at: &&f64| (window_s.0..=window_s.0 + window_s.1).contains(*at);
        let demand = Demand {
            arrivals_a_second: wants_s.iter().filter(within).count() as f64 / window_s.1,
            handling_s: people.mean_handling_s,
            patience_s: people.patience_s,
        };
        let (promise_s, promise_us) = (promise.within_s, micros(promise.within_s));
        let servers = |agents: u32| agents.saturating_mul(promise.slots);
        let chats = (CHATS + CHATS_AN_ERLANG * demand.erlangs()).min(MOST_CHATS);
        let (assumed, from_us) = as_assumed(&demand, chats as usize, seed);
        let simulate = |agents: u32| play(&assumed, servers(agents), promise_us, from_us, u64::MAX);
        let plays: Vec<Vec<Want>> = (0..PLAYS).map(|nth| drawn(wants_s, people, seed + nth)).collect();
        let (begin_us, end_us) = (micros(window_s.0), micros(window_s.0 + window_s.1) + 1);
        let replay = |agents: u32, begin_us: u64, end_us: u64| {
            let each = plays
                .iter()
                .map(|wants| play(wants, servers(agents), promise_us, begin_us, end_us));
            each.fold(Outcome::default(), |all, one| all.and(&one))
        };
        let by_formula = demand
            .servers_for(promise_s, promise.share)
            .map(|needed| needed.div_ceil(promise.slots));
        Some(Staffing {
            window_s,
            demand,
            by_formula,
            by_simulation: fewest(MOST_AGENTS, |agents| simulate(agents).share_within() >= promise.share),
            by_arrivals: fewest(MOST_AGENTS, |agents| {
                replay(agents, begin_us, end_us).share_within() >= promise.share
            }),
            predicted: demand.with_servers(servers(promise.agents), promise_s),
            simulated: simulate(promise.agents),
            replayed: replay(promise.agents, begin_us, end_us),
            replayed_all: replay(promise.agents, 0, u64::MAX),
        })
    }

    /// Whether the simulation with the formula's assumptions says the same as the formula.
    pub fn agrees(&self) -> bool {
        let shares = self.predicted.within - self.simulated.share_within();
        shares.abs() <= SHARE_TOLERANCE && agents_agree(self.by_formula, self.by_simulation)
    }

    /// Whether what really came needs as many as the formula says.
    pub fn fits_arrivals(&self) -> bool {
        agents_agree(self.by_formula, self.by_arrivals)
    }
}

fn agents_agree(one: Option<u32>, other: Option<u32>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            let most = f64::from(one.max(other)) * AGENTS_TOLERANCE;
            f64::from(one.abs_diff(other)) <= most.max(1.0)
        }
        (one, other) => one == other,
    }
}

/// The window with the most of them: its begin and its length.
fn busiest(wants_s: &[f64], span_s: f64) -> (f64, f64) {
    let length = WINDOW_S.min(span_s);
    let mut best = (0, 0.0);
    let mut first = 0;
    for (last, end) in wants_s.iter().enumerate() {
        while end - wants_s[first] > length {
            first += 1;
        }
        if last + 1 - first > best.0 {
            best = (last + 1 - first, wants_s[first]);
        }
    }
    // A window that would reach beyond the end begins earlier.
    (best.1.min((span_s - length).max(0.0)), length)
}

/// Those who came, with handling times and patience drawn anew.
fn drawn(wants_s: &[f64], people: &People, seed: u64) -> Vec<Want> {
    let mut dice = Dice::new(seed);
    let want = |at_s: &f64| Want {
        at_us: micros(*at_s),
        handling_us: micros(people.handling(&mut dice)),
        patience_us: micros(people.patience(&mut dice)),
    };
    wants_s.iter().map(want).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::rehearse::simulation::exponential;

    fn people() -> People {
        People {
            handling_s: Vec::new(),
            mean_handling_s: 240.0,
            patience_s: 300.0,
        }
    }

    fn promise(agents: u32) -> Promise {
        Promise {
            within_s: 60.0,
            share: 0.9,
            agents,
            slots: 5,
        }
    }

    fn poisson(a_second: f64, span_s: f64) -> Vec<f64> {
        let mut dice = Dice::new(9);
        let mut at = 0.0;
        let times = std::iter::from_fn(|| {
            at += exponential(1.0 / a_second, &mut dice);
            Some(at)
        });
        times.take_while(|at| *at < span_s).collect()
    }

    #[test]
    fn formula_and_simulation_agree_and_enough_is_enough() {
        let wants = poisson(0.5, 3_600.0);
        let staffing = Staffing::of(&wants, 3_600.0, &people(), &promise(20), 1).unwrap();
        assert!(staffing.agrees(), "{staffing:?}");
        let needed = staffing.by_formula.unwrap();
        let with = Staffing::of(&wants, 3_600.0, &people(), &promise(needed), 1).unwrap();
        assert!(with.predicted.within >= 0.9 && with.simulated.share_within() >= 0.88);
        assert!((staffing.demand.arrivals_a_second - 0.5).abs() < 0.1, "{staffing:?}");
    }

    #[test]
    fn a_rush_at_once_needs_more_than_the_formula_says() {
        // All of a quarter of an hour within its first ten seconds, who have no time to wait.
        let wants: Vec<f64> = (0..100).map(|nth| f64::from(nth) * 0.1).collect();
        let hasty = Promise {
            within_s: 1.0,
            ..promise(5)
        };
        let staffing = Staffing::of(&wants, 900.0, &people(), &hasty, 1).unwrap();
        assert!(staffing.agrees() && !staffing.fits_arrivals(), "{staffing:?}");
        assert!(staffing.by_arrivals > staffing.by_formula);
    }

    #[test]
    fn the_busiest_window_is_found_and_lies_within_the_step() {
        let mut wants: Vec<f64> = (0..10).map(|nth| f64::from(nth) * 360.0).collect();
        wants.extend((0..50).map(|nth| 2_000.0 + f64::from(nth)));
        wants.sort_by(f64::total_cmp);
        let (begin, length) = busiest(&wants, 3_600.0);
        assert!((1_150.0..=2_000.0).contains(&begin) && length == 900.0, "{begin}");
        assert_eq!(busiest(&[99.0], 100.0), (0.0, 100.0));
        assert_eq!(Staffing::of(&[], 100.0, &people(), &promise(1), 1), None);
    }

    #[test]
    fn one_agent_or_two_in_a_hundred_is_the_same() {
        assert!(agents_agree(Some(4), Some(5)) && agents_agree(Some(200), Some(204)) && agents_agree(None, None));
        assert!(!agents_agree(Some(4), Some(6)) && !agents_agree(Some(200), Some(205)) && !agents_agree(None, Some(1)));
    }
}
