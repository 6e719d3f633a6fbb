//! Figures of the signals on labelled messages: what is heard, what is a false alarm, and what recall a budget of
//! needless handoffs buys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::understanding::signals::{Heard, Severity, SignalThresholds};

/// The label of a message without any signal.
pub const NONE: &str = "none";
/// Settings that the table shows, in needless handoffs per 1,000 plain messages.
const BUDGETS: [f32; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// One message: its label, and how strongly it gives each signal.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// A signal, or `none`.
    pub label: String,
    /// What is heard in it.
    pub heard: Vec<Heard>,
}

/// The figures. Shares are 0 to 1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Messages with a signal.
    pub with_signal: usize,
    /// Messages labelled `none`.
    pub without: usize,
    /// The setting in force.
    pub needless_handoffs_per_1000: f32,
    /// Messages labelled `none` that are handed off, per 1,000 of them.
    pub false_alarms_per_1000: f64,
    /// By signal, at the setting in force.
    pub signals: BTreeMap<String, SignalFigures>,
    /// What other settings would give on these messages.
    pub budgets: Vec<Budget>,
    /// The largest of these settings that keeps the false alarms measured here within the setting in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advised: Option<f32>,
}

/// Figures of one signal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct SignalFigures {
    /// Messages with this label.
    pub support: usize,
    /// Share in which this very signal is heard.
    pub recall: f64,
    /// Share that goes to a person, by this signal or another.
    pub handed_off: f64,
    /// Messages labelled `none` in which it is heard, per 1,000 of them.
    pub false_alarms_per_1000: f64,
}

/// What a setting gives.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Budget {
    /// The setting.
    pub needless_handoffs_per_1000: f32,
    /// False alarms measured here, per 1,000 messages labelled `none`.
    pub false_alarms_per_1000: f64,
    /// Share of messages with a signal that brings in a person which are handed off.
    pub recall: f64,
    /// The same for injuries, the law and regulators.
    pub grave_recall: f64,
}

fn goes_to_a_person(message: &Labelled, thresholds: &SignalThresholds) -> bool {
    message
        .heard
        .iter()
        .any(|heard| heard.severity != Severity::Low && heard.passes(thresholds))
}

fn share<'a>(messages: impl Iterator<Item = &'a Labelled>, is: impl Fn(&Labelled) -> bool) -> f64 {
    let (mut all, mut hit) = (0usize, 0usize);
    for message in messages {
        all += 1;
        hit += usize::from(is(message));
    }
    if all == 0 { 0.0 } else { hit as f64 / all as f64 }
}

/// Sums up. `thresholds` gives the thresholds that a setting sets.
pub fn report(messages: &[Labelled], setting: f32, thresholds: impl Fn(f32) -> SignalThresholds) -> Report {
    let calm = || messages.iter().filter(|message| message.label == NONE);
    let severity = |message: &&Labelled| {
        let own = message.heard.iter().find(|heard| heard.id == message.label);
        own.map(|heard| heard.severity)
    };
    let serious = || {
        messages
            .iter()
            .filter(move |message| severity(message).is_some_and(|severity| severity != Severity::Low))
    };
    let budget = |setting: f32| {
        let thresholds = thresholds(setting);
        let handed = |message: &Labelled| goes_to_a_person(message, &thresholds);
        Budget {
            needless_handoffs_per_1000: setting,
            false_alarms_per_1000: share(calm(), handed) * 1000.0,
            recall: share(serious(), handed),
            grave_recall: share(
                serious().filter(|message| severity(message) == Some(Severity::Critical)),
                handed,
            ),
        }
    };
    let in_force = thresholds(setting);
    let hears = |message: &Labelled, id: &str| {
        message
            .heard
            .iter()
            .any(|heard| heard.id == id && heard.passes(&in_force))
    };
    let mut signals: BTreeMap<String, SignalFigures> = BTreeMap::new();
    for id in messages
        .iter()
        .flat_map(|message| &message.heard)
        .map(|heard| &heard.id)
    {
        if signals.contains_key(id) {
            continue;
        }
        let of_it = || messages.iter().filter(|message| message.label == *id);
        signals.insert(
            id.clone(),
            SignalFigures {
                support: of_it().count(),
                recall: share(of_it(), |message| hears(message, id)),
                handed_off: share(of_it(), |message| goes_to_a_person(message, &in_force)),
                false_alarms_per_1000: share(calm(), |message| hears(message, id)) * 1000.0,
            },
        );
    }
    let budgets: Vec<Budget> = BUDGETS.into_iter().map(budget).collect();
    Report {
        with_signal: messages.len() - calm().count(),
        without: calm().count(),
        needless_handoffs_per_1000: setting,
        false_alarms_per_1000: budget(setting).false_alarms_per_1000,
        signals,
        advised: budgets
            .iter()
            .filter(|budget| calm().next().is_some() && budget.false_alarms_per_1000 <= f64::from(setting))
            .map(|budget| budget.needless_handoffs_per_1000)
            .next_back(),
        budgets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(label: &str, strength: f32) -> Labelled {
        let heard = |id: &str, severity, strength| Heard {
            id: id.into(),
            severity,
            strength,
        };
        Labelled {
            label: label.into(),
            heard: vec![
                heard("emotion.anger", Severity::Normal, strength),
                heard("safety.harm", Severity::Critical, strength - 1.0),
            ],
        }
    }

    #[test]
    fn a_larger_budget_buys_recall_with_false_alarms() {
        let messages = [
            labelled("emotion.anger", 3.0),
            labelled("emotion.anger", 1.5),
            labelled("safety.harm", 2.5),
            labelled(NONE, 1.2),
            labelled(NONE, -4.0),
        ];
        // The bar falls by one from each setting of the table to the next but the last.
        let thresholds = |setting: f32| SignalThresholds {
            normal: 2.0 - setting.log10(),
            critical: 2.0 - setting.log10(),
            low: 0.0,
        };
        let report = report(&messages, 1.0, thresholds);
        assert_eq!((report.with_signal, report.without), (3, 2));
        let anger = &report.signals["emotion.anger"];
        assert_eq!(anger.support, 2);
        assert!((anger.recall - 0.5).abs() < 1e-9 && report.false_alarms_per_1000 < 1e-9);
        let falling = report.budgets.windows(2).all(|pair| {
            pair[0].recall <= pair[1].recall && pair[0].false_alarms_per_1000 <= pair[1].false_alarms_per_1000
        });
        assert!(falling, "{report:#?}");
        assert_eq!(report.advised, Some(5.0));
        assert!((report.budgets[7].recall - 1.0).abs() < 1e-9);
    }
}
