//! A first look at the characters with which words begin or end.

/// Characters, a bit each by their lowest ones: what has none of the bits is none of them.
pub struct Characters([u64; 4]);

impl Characters {
    /// Takes the characters.
    pub fn of(characters: impl Iterator<Item = char>) -> Characters {
        let mut bits = [0; 4];
        characters.for_each(|one| bits[one as usize / 64 % 4] |= 1 << (one as usize % 64));
        Characters(bits)
    }

    /// Whether a character may be one of them; surely not where this says no.
    pub fn may_hold(&self, one: char) -> bool {
        self.0[one as usize / 64 % 4] >> (one as usize % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_never_missed() {
        let held = "不用别先 了";
        let characters = Characters::of(held.chars());
        assert!(held.chars().all(|one| characters.may_hold(one)));
        let others = ('a'..='z').filter(|one| characters.may_hold(*one)).count();
        assert!(others <= 6, "{others}");
    }
}
