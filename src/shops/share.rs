//! A pack that answers a share of the new talks of a shop beside what answers all others.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::dialogue::Generation;
use crate::model::{ConversationId, Millis};

/// Which talks have another pack: the same at all servers and over restarts, since it follows from the talk alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Of a hundred new talks so many.
    pub percent: u8,
    /// Talks that began earlier are not among them.
    pub since: Millis,
}

impl Shared {
    /// Whether this talk, begun then, is among them. To the end of the talk the answer is the same.
    pub fn takes(&self, talk: &ConversationId, began: Millis) -> bool {
        began >= self.since && bucket(talk) < self.percent
    }

    /// Whether it is one of the talks that they are compared with.
    pub fn compares(&self, talk: &ConversationId, began: Millis) -> bool {
        began >= self.since && !self.takes(talk, began)
    }
}

/// The pack of a share.
pub struct Share {
    /// Stands for what it was made of: a draft, its version, and what it was laid over.
    pub made_of: String,
    /// Which talks have it.
    pub shared: Shared,
    /// What answers them.
    pub generation: Arc<Generation>,
}

/// 0 to 99, evenly.
fn bucket(talk: &ConversationId) -> u8 {
    let hash = Sha256::digest(talk.as_str().as_bytes());
    let first = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    u8::try_from(first % 100).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_new_talks_about_so_many_are_taken_and_old_ones_are_not() {
        let shared = Shared {
            percent: 20,
            since: Millis(1_000),
        };
        let talks: Vec<_> = (0..2_000)
            .map(|number| ConversationId::new(format!("talk-{number}")))
            .collect();
        let taken = talks.iter().filter(|talk| shared.takes(talk, Millis(1_000))).count();
        assert!((300..500).contains(&taken), "{taken}");
        let both = |talk: &&ConversationId| shared.takes(talk, Millis(2_000)) == shared.compares(talk, Millis(2_000));
        assert_eq!(talks.iter().filter(both).count(), 0);
        assert!(
            !talks
                .iter()
                .any(|talk| shared.takes(talk, Millis(999)) || shared.compares(talk, Millis(999)))
        );
        // Whoever is taken at 20 is taken at 50.
        let more = Shared { percent: 50, ..shared };
        let lost = talks
            .iter()
            .filter(|talk| shared.takes(talk, Millis(1_000)) && !more.takes(talk, Millis(1_000)));
        assert_eq!(lost.count(), 0);
    }
}
