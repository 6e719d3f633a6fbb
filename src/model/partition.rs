//! What belongs to one shopper of one shop lies in one partition, so that a store that is spread over servers can keep
//! it on one of them and change it in one step.

use super::{ConversationId, ShopId, ShopperId, StableHash};

/// How many hexadecimal digits of a conversation's id tell its partition.
const DIGITS: usize = 3;

/// One of 4,096 partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u16);

impl Partition {
    /// How many there are.
    pub const COUNT: u16 = 1 << (4 * DIGITS);

    /// The partition of a shopper of a shop: the low bits of a [`StableHash`] over both, a zero
    /// byte between them.
    pub fn of(shop: &ShopId, shopper: &ShopperId) -> Partition {
        let bytes = shop
            .as_str()
            .bytes()
            .chain(std::iter::once(0))
            .chain(shopper.as_str().bytes());
        Partition((StableHash::of(bytes).stirred() % u64::from(Partition::COUNT)) as u16)
    }

    /// From 0 to one less than [`Partition::COUNT`].
    pub fn number(self) -> u16 {
        self.0
    }
}

impl ConversationId {
    /// A new id: `unique` with its last digits replaced by the partition of its shopper.
    pub fn begin(unique: &str, partition: Partition) -> ConversationId {
        let kept: String = unique
            .chars()
            .take(unique.chars().count().saturating_sub(DIGITS))
            .collect();
        ConversationId::new(format!("{kept}{:0DIGITS$x}", partition.0))
    }

    /// The partition that the id tells; `None` when no server made it.
    pub fn partition(&self) -> Option<Partition> {
        let text = self.as_str();
        let digits = text.get(text.len().checked_sub(DIGITS)?..)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
            .map(Partition)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_id_tells_the_place_it_was_made_for() {
        for n in 0..500 {
            let partition = Partition::of(&ShopId::new("demo"), &ShopperId::new(format!("anon:{n}")));
            let id = ConversationId::begin("01936d3e-7c3c-7b6e-a4b5-9f1d2c3b4a59", partition);
            assert_eq!(id.as_str().len(), 36);
            assert_eq!(id.partition(), Some(partition));
        }
    }

    #[test]
    fn shoppers_spread_over_all_places() {
        let mut halves = [0u32; 16];
        for n in 0..16_000 {
            let partition = Partition::of(&ShopId::new("demo"), &ShopperId::new(format!("customer:{n}")));
            halves[usize::from(partition.number() / 256)] += 1;
        }
        assert!(halves.iter().all(|count| (800..1_200).contains(count)), "{halves:?}");
    }

    #[test]
    fn what_no_server_made_has_no_place() {
        for odd in ["", "ab", "一二三四", "019xyz", "+12"] {
            assert_eq!(ConversationId::new(odd).partition(), None, "{odd}");
        }
    }
}
