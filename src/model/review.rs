//! What the shop's people say of a talk that people handled: points off, answers of the agent, notes of colleagues.

use serde::{Deserialize, Serialize};

use super::{AgentId, ColleagueNote, Millis};

/// Everything that is kept of one talk's review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What supervisors said, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessments: Vec<Assessment>,
    /// Who put it on the shop's shared list, while it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
    /// What colleagues noted while it was there, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ColleagueNote>,
}

/// What a supervisor says of one agent's part of a talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Which; a UUIDv7 written as text.
    pub id: String,
    /// When.
    pub at: Millis,
    /// Who says it.
    pub by: AgentId,
    /// The name, as it was then.
    pub by_name: String,
    /// Of whom.
    pub of: AgentId,
    /// The name, as it was then.
    pub of_name: String,
    /// What points are taken off for; empty where nothing is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deductions: Vec<Deduction>,
    /// What is said beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What the agent answers, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<ColleagueNote>,
}

impl Assessment {
    /// Points that are taken off in all.
    pub fn points(&self) -> u32 {
        self.deductions.iter().map(|deduction| deduction.points).sum()
    }
}

/// Points off for one item of the shop's sheet, as it read then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deduction {
    /// The item.
    pub item: String,
    /// Its title in Chinese.
    pub title: String,
    /// Its title in English.
    pub title_en: String,
    /// Points, at most those of the item.
    pub points: u32,
}

/// A talk on the shared list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// When it was put there.
    pub at: Millis,
    /// By whom.
    pub agent: AgentId,
    /// The name, as it was then.
    pub name: String,
}
