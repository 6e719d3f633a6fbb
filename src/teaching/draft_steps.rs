//! What is done with drafts, as it stands in the audit record.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{AgentId, Millis};

/// An entry of the audit record. As it stands there for ever: fields may be added, never renamed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DraftEntry {
    /// Which draft.
    pub draft: String,
    /// What was done with it.
    #[serde(flatten)]
    pub step: DraftStep,
}

/// What was done with a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub(super) enum DraftStep {
    /// A change was put into it; with the first one it begins.
    Keep {
        /// Which.
        piece: String,
        /// What is wished (`piece.rs`); of a newer version perhaps.
        wish: Value,
        /// Changes of the same thing that it stands instead of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instead: Vec<String>,
        /// Why, in the words of whoever did it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// The pack that answered then.
        base: String,
    },
    /// A change was taken out of it.
    Remove {
        /// Which.
        piece: String,
    },
    /// A colleague is to look at it.
    Ask {
        /// Who.
        to: AgentId,
        /// What was said to them.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// The colleague does not want it so.
    SendBack {
        /// Why.
        words: String,
    },
    /// It is to be published at a moment.
    Schedule {
        /// When.
        at: Millis,
    },
    /// It is not to be published by itself any more.
    Unschedule,
    /// It answers silently beside what is live: what is said from now on is held against it.
    Shadow,
    /// It does not any more.
    Unshadow,
    /// It answers a share of the talks that begin from now on.
    Share {
        /// Of a hundred so many.
        percent: u8,
    },
    /// It does not any more.
    Unshare {
        /// Why it cannot, in Chinese and in English; `None` where somebody wants it so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<[String; 2]>,
    },
    /// It was thrown away.
    Discard,
    /// A server begins to publish it.
    Claim {
        /// Stands for this attempt.
        token: String,
        /// The version of the draft that is published.
        seen: u64,
        /// Its time had come.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        due: bool,
    },
    /// The server went away before it was published; another attempt may be made.
    Release {
        /// Of the attempt.
        token: String,
    },
    /// It was not published, and why, in Chinese and in English.
    Fail {
        /// Of the attempt.
        token: String,
        /// Why.
        why: [String; 2],
    },
    /// It was published.
    Publish {
        /// Of the attempt.
        token: String,
        /// The pack that answers with it.
        pack: String,
    },
    /// What a newer version of the program does.
    #[serde(other)]
    Other,
}
