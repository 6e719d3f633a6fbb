//! One language's part of the table: words by hash, one row of small numbers each, read where the bytes lie.

use fearless_simd::{Level, dispatch};

use crate::model::StableHash;

/// Words whose hashes share their first bits stand together; so many bits.
const BUCKET_BITS: u32 = 12;
const BUCKETS: usize = 1 << BUCKET_BITS;

/// Words of one language. A word is known by 32 bits of its hash: its letters are not kept, and one unknown word in
/// a hundred thousand is taken for a known one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    dimensions: usize,
    /// First word of each bucket, and the end of the last one: `u16` each.
    buckets: &'static [u8],
    /// Hashes, ascending: `u32` each.
    hashes: &'static [u8],
    /// What the numbers of a row are multiplied by: `f32` each. It holds the word's weight as well.
    scales: &'static [u8],
    /// The numbers, `dimensions` a word: `i8` each.
    rows: &'static [u8],
}

impl Section {
    /// Reads the section that begins `bytes`; returns what is behind it. `None` when the bytes are not a section.
    pub(super) fn read(bytes: &'static [u8]) -> Option<(Section, &'static [u8])> {
        let (dimensions, bytes) = number(bytes)?;
        let (words, bytes) = number(bytes)?;
        let (buckets, bytes) = bytes.split_at_checked((BUCKETS + 1) * 2)?;
        let (hashes, bytes) = bytes.split_at_checked(words * 4)?;
        let (scales, bytes) = bytes.split_at_checked(words * 4)?;
        let (rows, bytes) = bytes.split_at_checked(words * dimensions)?;
        let section = Section {
            dimensions,
            buckets,
            hashes,
            scales,
            rows,
        };
        let ordered = (0..BUCKETS).all(|at| section.bucket(at) <= section.bucket(at + 1));
        (ordered && section.bucket(BUCKETS) == words).then_some((section, bytes))
    }

    /// Numbers a word.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many words it knows.
    #[cfg(test)]
    pub(super) fn words(&self) -> usize {
        self.hashes.len() / 4
    }

    fn bucket(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes([self.buckets[at * 2], self.buckets[at * 2 + 1]]))
    }

    /// The row of the word with this hash.
    pub(super) fn find(&self, hash: u32) -> Option<usize> {
        let bucket = (hash >> (32 - BUCKET_BITS)) as usize;
        let (from, to) = (self.bucket(bucket), self.bucket(bucket + 1));
        let wanted = hash.to_le_bytes();
        self.hashes[from * 4..to * 4]
            .chunks_exact(4)
            .position(|known| known == wanted)
            .map(|at| from + at)
    }

    /// Adds a word's vector, times its weight, to `sum`.
    pub(super) fn add(&self, row: usize, sum: &mut [f32]) {
        let scale: [u8; 4] = std::array::from_fn(|at| self.scales[row * 4 + at]);
        let scale = f32::from_le_bytes(scale);
        let numbers = &self.rows[row * self.dimensions..(row + 1) * self.dimensions];
        dispatch!(Level::new(), _ => add_scaled(numbers, scale, sum));
    }
}

#[inline(always)]
fn add_scaled(numbers: &[u8], scale: f32, sum: &mut [f32]) {
    for (to, number) in sum.iter_mut().zip(numbers) {
        *to += scale * f32::from(*number as i8);
    }
}

fn number(bytes: &'static [u8]) -> Option<(usize, &'static [u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*head) as usize, rest))
}

/// Hashes a word letter by letter, the bits mixed at the end.
#[derive(Clone, Copy)]
pub(super) struct WordHash(StableHash);

impl WordHash {
    /// Of the empty word.
    pub(super) const EMPTY: WordHash = WordHash(StableHash::EMPTY);

    /// With one letter more.
    #[must_use]
    pub(super) fn with(self, letter: char) -> WordHash {
        WordHash(self.0.with(letter))
    }

    /// The bits that the table is sorted by.
    pub(super) fn bits(self) -> u32 {
        (self.0.stirred().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
    }
}
