//! Where what was learned is kept, by everything that it was learned from.

use std::io::{Read, Result, Write};

use sha2::{Digest, Sha256};

use super::{Preserve, Source};

/// SHA-256 of everything that something was learned from, this build of the program included.
pub type Key = [u8; 32];

/// Keeps what was learned from one start of the program to the next. Whoever makes one says where.
pub trait Shelf: Sync {
    /// Hands what lies under a name and a key to `read`; says whether it was whole and `read` could use it, for only then
    /// does it count. What is broken is taken off.
    fn take(&self, name: &'static str, key: &Key, read: &mut dyn FnMut(&mut dyn Read, usize) -> Result<()>) -> bool;

    /// Keeps what `write` writes. What cannot be kept is learned again at the next start.
    fn put(&self, name: &'static str, key: &Key, write: &dyn Fn(&mut dyn Write) -> Result<()>);
}

/// What lies on the shelf under a name and a key, or what is made now, and kept.
pub fn kept<T: Preserve>(shelf: Option<&dyn Shelf>, name: &'static str, key: &Key, make: impl FnOnce() -> T) -> T {
    let Some(shelf) = shelf else { return make() };
    let mut found = None;
    let whole = shelf.take(name, key, &mut |from, length| {
        let mut from = Source::new(from, length);
        let thing = T::read(&mut from)?;
        if !from.is_empty() {
            return Err(super::invalid());
        }
        found = Some(thing);
        Ok(())
    });
    match found.filter(|_| whole) {
        Some(found) => found,
        None => {
            let made = make();
            shelf.put(name, key, &|to| made.write(to));
            made
        }
    }
}

/// What identifies this build: another learns otherwise, perhaps. `build.rs` makes it of the sources and the compiler.
const BUILD: &str = env!("YINGDA_BUILD");

/// Adds up everything that something is learned from.
#[derive(Clone)]
pub struct KeyBuilder(Sha256);

impl Default for KeyBuilder {
    /// For something learned by this build.
    fn default() -> KeyBuilder {
        let mut key = KeyBuilder(Sha256::new());
        key.text(BUILD);
        key
    }
}

impl KeyBuilder {
    /// A text. Its length keeps it from running into the next one.
    pub fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text.as_bytes());
    }

    /// A number, or a length.
    pub fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    /// Texts, and how many they are.
    pub fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a String, IntoIter: ExactSizeIterator>) {
        let texts = texts.into_iter();
        self.number(texts.len());
        texts.for_each(|text| self.text(text));
    }

    /// The key.
    pub fn finish(self) -> Key {
        self.0.finalize().into()
    }
}
