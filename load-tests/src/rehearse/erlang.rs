//! Erlang A: how long chats wait when so many people serve and those who wait lose patience. Pure.
//!
//! Chats arrive as a Poisson process, handling times and patience are exponential, the longest waiting is served first
//! (M/M/n+M). C. Palm's model of 1957; the formulas are those of O. Garnett, A. Mandelbaum, M. Reiman, "Designing a Call
//! Center with Impatient Customers", Manufacturing & Service Operations Management 4(3), 2002, and of A. Mandelbaum,
//! S. Zeltyn, "The Palm/Erlang-A Queue, with Applications to Call Centers", Technion, 2005:
//!
//! - The number of chats in the system is a birth-and-death process: up with rate λ, down from j with j·μ while somebody
//!   is free and with n·μ + (j−n)·θ beyond.
//! - Who finds all n busy and k waiting is served once k+1 of those before have gone, whose rates are n·μ, n·μ+θ, …,
//!   n·μ+k·θ. With X = e^(−θ·wait) that sum is a beta variable with parameters n·μ/θ and k+1. Served within t is who has the
//!   patience: E[X; X ≥ e^(−θ·t)] = n·μ/(n·μ+(k+1)·θ) · P(Beta(n·μ/θ+1, k+1) ≥ e^(−θ·t)).
//!
//! All sums have positive terms only and are taken over logarithms, so that hundreds of people are as exact as two. With
//! θ = 0 every expression is that of Erlang C (M/M/n).

/// Below this share of the largest a term changes nothing.
const NEGLIGIBLE_LN: f64 = -45.0;

/// More chats in the queue than this are not looked at; only a queue that never ends comes near.
const LONGEST_QUEUE: usize = 2_000_000;

/// More people than this are not looked for.
const MOST_SERVERS: u32 = 1_000_000;

/// The load of a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Chats a second that want a person (λ).
    pub arrivals_a_second: f64,
    /// Mean handling time, seconds (1/μ).
    pub handling_s: f64,
    /// Mean patience, seconds (1/θ); infinite: nobody leaves.
    pub patience_s: f64,
}

/// What becomes of chats in the steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Share that has to wait.
    pub waits: f64,
    /// Share that gives up.
    pub gives_up: f64,
    /// Share that is served within the promise.
    pub within: f64,
    /// Mean wait of all, of those who give up as well, seconds; infinite where the queue never ends.
    pub mean_wait_s: f64,
}

impl Demand {
    /// Mean number of chats that would be handled at once if nobody had to wait (offered load, erlangs).
    pub fn erlangs(&self) -> f64 {
        self.arrivals_a_second * self.handling_s
    }

    /// What so many servers make of it; `promise_s`: the wait that is promised.
    pub fn with_servers(&self, servers: u32, promise_s: f64) -> Prediction {
        let (arrivals, leaving) = (self.arrivals_a_second, 1.0 / self.patience_s);
        if arrivals <= 0.0 {
            return Prediction {
                waits: 0.0,
                gives_up: 0.0,
                within: 1.0,
                mean_wait_s: 0.0,
            };
        }
        let service = f64::from(servers) / self.handling_s;
        let endless = leaving <= 0.0 && service <= arrivals;
        if endless || (servers == 0 && leaving <= 0.0) {
            return Prediction {
                waits: 1.0,
                gives_up: 0.0,
                within: 0.0,
                mean_wait_s: f64::INFINITY,
            };
        }
        // Logarithms of the weights of the states, relative to the one in which all are busy and nobody waits.
        let queue = queue_weights(arrivals, service, leaving);
        let highest = queue.iter().copied().fold(0.0, f64::max);
        let below = weight_below(self.erlangs(), servers, highest);
        let all: f64 = below + queue.iter().map(|ln| (ln - highest).exp()).sum::<f64>();

        let mut within = below;
        let mut waiting = 0.0;
        let mut length = 0.0;
        let mut served = ServedWithin::new(service, leaving, promise_s);
        for (ahead, ln) in queue.iter().enumerate() {
            let weight = (ln - highest).exp();
            waiting += weight;
            length += weight * ahead as f64;
            within += weight * served.next();
        }
        let length = length / all;
        Prediction {
            waits: (waiting / all).min(1.0),
            gives_up: (leaving * length / arrivals).min(1.0),
            within: (within / all).min(1.0),
            mean_wait_s: length / arrivals,
        }
    }

    /// The fewest servers with which this share is served within the promise. `None`: not even a million are enough, since
    /// more give up at once than may.
    pub fn servers_for(&self, promise_s: f64, share: f64) -> Option<u32> {
        let enough = |servers: u32| self.with_servers(servers, promise_s).within >= share;
        fewest(MOST_SERVERS, enough)
    }
}

/// The smallest number up to `most` that is enough, where all above one that is enough are enough.
pub(super) fn fewest(most: u32, mut enough: impl FnMut(u32) -> bool) -> Option<u32> {
    if enough(0) {
        return Some(0);
    }
    let (mut too_few, mut many) = (0, 1);
    while !enough(many) {
        if many >= most {
            return None;
        }
        (too_few, many) = (many, many.saturating_mul(2).min(most));
    }
    while many - too_few > 1 {
        let middle = too_few + (many - too_few) / 2;
        match enough(middle) {
            true => many = middle,
            false => too_few = middle,
        }
    }
    Some(many)
}

/// Logarithms of the weights of the states with 0, 1, 2 … waiting.
fn queue_weights(arrivals: f64, service: f64, leaving: f64) -> Vec<f64> {
    let mut weights = vec![0.0];
    let (mut ln, mut highest) = (0.0_f64, 0.0_f64);
    for waiting in 1..LONGEST_QUEUE {
        let departures = service + waiting as f64 * leaving;
        ln += (arrivals / departures).ln();
        highest = highest.max(ln);
        weights.push(ln);
        if departures > arrivals && ln - highest < NEGLIGIBLE_LN {
            break;
        }
    }
    weights
}

/// The weight of all states in which somebody is free, divided by e^`highest`.
fn weight_below(erlangs: f64, servers: u32, highest: f64) -> f64 {
    let (mut ln, mut sum) = (0.0, 0.0);
    for busy in (1..=servers).rev() {
        ln += (f64::from(busy) / erlangs).ln();
        sum += f64::exp(ln - highest);
    }
    sum
}

/// Shares of those who find 0, 1, 2 … before them in the queue that are served within the promise.
struct ServedWithin {
    service: f64,
    leaving: f64,
    /// 1 − e^(−θ·t), and the same times (n·μ/θ + 1), which has a limit for θ → 0.
    gone: f64,
    first_factor: f64,
    /// ln of the next term of the distribution of those who go within the promise.
    term_ln: f64,
    /// Share for whom fewer go than are before them.
    too_late: f64,
    ahead: f64,
}

impl ServedWithin {
    fn new(service: f64, leaving: f64, promise_s: f64) -> ServedWithin {
        let gone = -(-leaving * promise_s).exp_m1();
        let scale = if leaving > 0.0 { gone / leaving } else { promise_s };
        ServedWithin {
            service,
            leaving,
            gone,
            first_factor: (service + leaving) * scale,
            term_ln: -(service + leaving) * promise_s,
            too_late: 0.0,
            ahead: 0.0,
        }
    }

    fn next(&mut self) -> f64 {
        self.too_late += self.term_ln.exp();
        self.ahead += 1.0;
        // From the term b to the next: (a + b)·(1 − x) ÷ (b + 1).
        self.term_ln += ((self.first_factor + (self.ahead - 1.0) * self.gone) / self.ahead).ln();
        let patient = match self.service > 0.0 {
            true => self.service / (self.service + self.ahead * self.leaving),
            false => 0.0,
        };
        patient * (1.0 - self.too_late).max(0.0)
    }
}

#[cfg(test)]
#[path = "erlang_tests.rs"]
mod tests;
