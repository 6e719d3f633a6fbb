//! Lanes of the queue, most pressing first.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// How pressing a ticket is. A lower lane is served before a higher one; within a lane the earliest deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
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

impl<'de> Deserialize<'de> for Lane {
    /// A lane that a newer version of the program recorded is read as [`Lane::High`]: rather too soon than too late.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lane, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        Ok(Lane::from_name(&name).unwrap_or(Lane::High))
    }
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
