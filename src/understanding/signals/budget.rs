//! How far past calm a message must be: set by how many needless handoffs an operator puts up with.
//!
//! While the files load, sentences that are known to be calm are read by models that have not seen them. The bar is
//! put where so few of them pass that plain messages stay within the budget. A bar is one number of log odds for all
//! signals, because cues and the model's margin are on one scale; the grave ones have one of their own.

/// What the shop's plain sentences and look-alikes reached, unseen, and what examples of grave signals did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    plain: Vec<f32>,
    calm: Vec<f32>,
    grave: Vec<f32>,
    worry: Vec<f32>,
}

/// The log odds that signals must reach, cues included, to take effect.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bars {
    /// Ordinary signals.
    pub ordinary: f32,
    /// A person in danger, the law, a regulator.
    pub grave: f32,
    /// Signals that bring in nobody by themselves.
    pub worry: f32,
}

/// What kind of bar a signal has to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Most signals.
    Ordinary,
    /// A missed one costs more than a needless handoff: signals whose file puts them into the lanes `safety` and `top`.
    Grave,
    /// Signals without a lane.
    Worry,
}

impl Weight {
    /// By how much the bar is lower than the ordinary one, as log odds.
    pub fn lower(self) -> f32 {
        match self {
            Weight::Grave => GRAVE_LOWER,
            Weight::Ordinary | Weight::Worry => 0.0,
        }
    }
}

/// Look-alikes (不是要投诉) are written to be hard and are rare among real messages: this many times the plain
/// sentences' share of them may pass.
const LOOK_ALIKES: f32 = 8.0;
/// The share of unseen examples of grave signals that has to pass whatever the budget.
const GRAVE_RECALL: f32 = 0.75;
/// The bar of grave signals is lower by this, as log odds.
const GRAVE_LOWER: f32 = 0.6;
/// The share of plain sentences that may be taken for worried; this brings in nobody.
const WORRIED: f32 = 0.01;

impl Curve {
    /// From what held-out sentences reached at their strongest, grave signals raised by how much lower their bar is:
    /// plain ones, look-alikes, examples of grave signals (each for any grave signal), and all calm ones for signals
    /// that bring in nobody.
    pub fn new(mut plain: Vec<f32>, mut calm: Vec<f32>, mut grave: Vec<f32>, mut worry: Vec<f32>) -> Curve {
        for values in [&mut plain, &mut calm, &mut grave, &mut worry] {
            values.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        Curve {
            plain,
            calm,
            grave,
            worry,
        }
    }

    /// The bars at which `share` of plain messages (0 to 1) is expected to be handed off needlessly.
    ///
    /// A small budget raises the bar of ordinary signals without end. The grave ones keep a floor of recall: their
    /// bar never rises above what three in four of their own unseen examples reach.
    pub fn bars(&self, share: f32) -> Bars {
        let ordinary = exceeded_by(&self.plain, share).max(exceeded_by(&self.calm, (share * LOOK_ALIKES).min(0.5)));
        let floor = if self.grave.is_empty() {
            f32::INFINITY
        } else {
            exceeded_by(&self.grave, GRAVE_RECALL)
        };
        Bars {
            ordinary,
            grave: ordinary.min(floor) - Weight::Grave.lower(),
            worry: exceeded_by(&self.worry, WORRIED),
        }
    }
}

impl Bars {
    /// The bar of a signal of this weight.
    pub fn of(&self, weight: Weight) -> f32 {
        match weight {
            Weight::Ordinary => self.ordinary,
            Weight::Grave => self.grave,
            Weight::Worry => self.worry,
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
