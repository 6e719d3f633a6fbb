//! How far past calm a message must be: set by how many needless handoffs an operator puts up with.
//!
//! While the files load, sentences that are known to be calm are read by models that have not seen them. The bar is
//! put where so few of them pass that plain messages stay within the budget. A bar is one number of log odds for all
//! signals, because cues and the model's margin are on one scale; the critical ones have one of their own.

use super::super::preserve::preserved;

/// What the shop's plain sentences and look-alikes reached when held out, and what examples of critical signals did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    plain: Vec<f32>,
    calm: Vec<f32>,
    critical: Vec<f32>,
    low: Vec<f32>,
}

preserved!(Curve {
    plain,
    calm,
    critical,
    low
});

/// The log odds that signals must reach, cues included, to take effect.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SignalThresholds {
    /// Normal signals.
    pub normal: f32,
    /// A person in danger, the law, a regulator.
    pub critical: f32,
    /// Signals that bring in nobody by themselves.
    pub low: f32,
}

/// What kind of bar a signal has to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Most signals.
    Normal,
    /// A missed one costs more than a needless handoff: signals whose file puts them into the lanes `safety` and `top`.
    Critical,
    /// Signals without a lane.
    Low,
}

impl Severity {
    /// By how much the bar is lower than the normal one, as log odds.
    pub fn lower(self) -> f32 {
        match self {
            Severity::Critical => CRITICAL_LOWER,
            Severity::Normal | Severity::Low => 0.0,
        }
    }
}

/// Look-alikes (不是要投诉) are written to be hard and are rare among real messages: this many times the plain
/// sentences' share of them may pass.
const LOOK_ALIKES: f32 = 8.0;
/// The share of held-out examples of critical signals that has to pass whatever the budget.
const CRITICAL_RECALL: f32 = 0.75;
/// The bar of critical signals is lower by this, as log odds.
const CRITICAL_LOWER: f32 = 0.6;
/// The share of plain sentences that may be taken for worried; this brings in nobody.
const WORRIED: f32 = 0.01;

impl Curve {
    /// From what held-out sentences reached at their strongest, critical signals raised by how much lower their bar is:
    /// plain ones, look-alikes, examples of critical signals (each for any critical signal), and all calm ones for signals
    /// that bring in nobody.
    pub fn new(mut plain: Vec<f32>, mut calm: Vec<f32>, mut critical: Vec<f32>, mut low: Vec<f32>) -> Curve {
        for values in [&mut plain, &mut calm, &mut critical, &mut low] {
            values.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        Curve {
            plain,
            calm,
            critical,
            low,
        }
    }

    /// The thresholds at which `share` of plain messages (0 to 1) is expected to be handed off needlessly.
    ///
    /// A small budget raises the bar of normal signals without end. The critical ones keep a floor of recall: their
    /// bar never rises above what three in four of their own held-out examples reach.
    pub fn thresholds(&self, share: f32) -> SignalThresholds {
        let normal = exceeded_by(&self.plain, share).max(exceeded_by(&self.calm, (share * LOOK_ALIKES).min(0.5)));
        let floor = if self.critical.is_empty() {
            f32::INFINITY
        } else {
            exceeded_by(&self.critical, CRITICAL_RECALL)
        };
        SignalThresholds {
            normal,
            critical: normal.min(floor) - Severity::Critical.lower(),
            low: exceeded_by(&self.low, WORRIED),
        }
    }
}

impl SignalThresholds {
    /// The bar of a signal of this severity.
    pub fn of(&self, severity: Severity) -> f32 {
        match severity {
            Severity::Normal => self.normal,
            Severity::Critical => self.critical,
            Severity::Low => self.low,
        }
    }
}

/// The value that this share of the values, which descend, exceeds.
fn exceeded_by(values: &[f32], share: f32) -> f32 {
    match values.len() {
        0 => 0.0,
        length => values[((length as f32 * share) as usize).min(length - 1)],
    }
}
