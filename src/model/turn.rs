//! What a turn of the bot leaves in the log besides its words: what it read, what it decided, with which ledger and pack.

use serde::{Deserialize, Serialize};

use super::{ClientMessageId, Decision, LedgerState, PackId};

/// One turn of the bot, recorded on the event that it produced. Folds take these values as they are and compute
/// nothing again, so that a newer version does not rewrite what an older one decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The shopper's messages that were read.
    pub reply_to: Vec<ClientMessageId>,
    /// What was decided and why.
    pub decision: Decision,
    /// The ledger after the turn, with its movements; `None` in logs of versions that did not record it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerState>,
    /// The pack that the turn was decided with; `None` in logs of versions that did not record it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackId>,
}
