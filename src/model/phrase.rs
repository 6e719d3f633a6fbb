//! Phrases: ready texts that agents write with.

use serde::{Deserialize, Serialize};

use super::{AgentId, Millis, PhraseId, SentFile, ShopId};

/// Whose a phrase is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhraseOwner {
    /// All who work for the shop have it.
    Shop(ShopId),
    /// One agent has it, in all shops.
    Agent(AgentId),
}

impl PhraseOwner {
    /// Its name in stores.
    pub fn key(&self) -> String {
        match self {
            PhraseOwner::Shop(shop) => format!("shop:{shop}"),
            PhraseOwner::Agent(agent) => format!("agent:{agent}"),
        }
    }
}

/// A phrase as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Which.
    pub id: PhraseId,
    /// Whose.
    pub owner: PhraseOwner,
    /// Among which it is listed; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// What it is called; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// As written, with blanks and variables.
    pub text: String,
    /// A picture or document that is sent with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<SentFile>,
    /// When it was changed last.
    pub at: Millis,
}

/// How often a phrase was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhraseUses {
    /// So many messages.
    pub count: u64,
    /// The last of them; 0 for none.
    pub last: Millis,
}

impl PhraseUses {
    /// Both together.
    pub fn and(self, more: PhraseUses) -> PhraseUses {
        PhraseUses {
            count: self.count + more.count,
            last: self.last.max(more.last),
        }
    }
}

/// How often a phrase of a shop was sent where this question alone was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseAnswer {
    /// Of which shop.
    pub shop: ShopId,
    /// The question's id.
    pub question: String,
    /// Which phrase.
    pub phrase: PhraseId,
    /// So many messages.
    pub count: u64,
}
