//! One stable hash, for what must come out the same on every server and in every version: which partition a shopper
//! lies in, which row of the table a word has, which fold of the examples a sentence belongs to.
//!
//! FNV-1a with 64 bits (Fowler, Noll, Vo). It is quick and spreads well enough; it protects against nobody, so
//! secrets and identities of content are SHA-256 instead.

/// A hash in the making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StableHash(u64);

impl StableHash {
    /// Of nothing.
    pub const EMPTY: StableHash = StableHash(0xcbf2_9ce4_8422_2325);

    /// Of these units, one after the other: bytes, or the numbers of characters.
    pub fn of<U: Into<u64>>(units: impl IntoIterator<Item = U>) -> StableHash {
        units.into_iter().fold(StableHash::EMPTY, |hash, unit| hash.with(unit))
    }

    /// With one unit more.
    #[must_use]
    pub fn with(self, unit: impl Into<u64>) -> StableHash {
        StableHash((self.0 ^ unit.into()).wrapping_mul(0x0100_0000_01b3))
    }

    /// The 64 bits. The lowest ones depend on the lowest bits of the units alone: whoever takes a remainder takes it of
    /// [`StableHash::upper`] or [`StableHash::stirred`].
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The upper half.
    pub const fn upper(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The lower half with the upper half stirred in.
    pub const fn stirred(self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_function() {
        // Test vectors of the authors.
        assert_eq!(StableHash::of(*b"").bits(), 0xcbf2_9ce4_8422_2325);
        assert_eq!(StableHash::of(*b"a").bits(), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(StableHash::of(*b"foobar").bits(), 0x8594_4171_f739_67e8);
        assert_eq!(StableHash::of(*b"foobar").upper(), 0x8594_4171);
    }
}
