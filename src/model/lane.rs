//! Lanes of the queue, most pressing first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How pressing a ticket is. A lower lane is served before a higher one; within a lane the earliest deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// A person may be hurt: before anything else.
    Safety,
    /// Regulators and law.
    Top,
    /// Anger and public exposure.
    Urgent,
    /// Complaints and disappointment.
    High,
    /// Asked for a person, repeated misses.
    Normal,
}

impl Lane {
    /// All lanes, most pressing first.
    pub const ALL: [Lane; 5] = [Lane::Safety, Lane::Top, Lane::Urgent, Lane::High, Lane::Normal];

    /// The lane as it is written in files, frames and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Safety => "safety",
            Lane::Top => "top",
            Lane::Urgent => "urgent",
            Lane::High => "high",
            Lane::Normal => "normal",
        }
    }

    /// The lane with this name.
    pub fn from_name(name: &str) -> Option<Lane> {
        Lane::ALL.into_iter().find(|lane| lane.name() == name)
    }
}
