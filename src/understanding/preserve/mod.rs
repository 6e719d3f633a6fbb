//! What was learned as bytes: written once it is known, and read at the next start instead of learned again.
//!
//! A structure is written field by field, with nothing that says what it is: whoever reads knows that by the key it lies
//! under (`shelf.rs`), and that the bytes are whole by the shelf's checksum.

mod collections;
mod numbers;
mod shelf;

use std::io::{Error, ErrorKind, Read, Result, Write};

pub(super) use numbers::{read_numbers, write_numbers};
pub use shelf::{Key, KeyBuilder, Shelf, kept};

/// Can be written as bytes and read again.
pub trait Preserve: Sized {
    /// Writes it.
    ///
    /// # Errors
    /// What writing met.
    fn write(&self, to: &mut dyn Write) -> Result<()>;

    /// Reads what was written.
    ///
    /// # Errors
    /// When the bytes end before, or are none of its kind.
    fn read(from: &mut Source<'_>) -> Result<Self>;

    /// Writes many, without their number.
    ///
    /// # Errors
    /// What writing met.
    fn write_list(list: &[Self], to: &mut dyn Write) -> Result<()> {
        list.iter().try_for_each(|thing| thing.write(to))
    }

    /// Reads so many.
    ///
    /// # Errors
    /// When the bytes end before, or are none of its kind.
    fn read_list(length: usize, from: &mut Source<'_>) -> Result<Vec<Self>> {
        // A number that is no number of things must not ask for room that there is not.
        let mut list = Vec::with_capacity(length.min(from.left));
        for _ in 0..length {
            list.push(Self::read(from)?);
        }
        Ok(list)
    }
}

/// Bytes to read from, and how many are left.
pub struct Source<'r> {
    from: &'r mut dyn Read,
    left: usize,
}

impl<'r> Source<'r> {
    /// So many bytes of a stream.
    pub fn new(from: &'r mut dyn Read, length: usize) -> Source<'r> {
        Source { from, left: length }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(ErrorKind::UnexpectedEof)?;
        self.from.read_exact(bytes)
    }
}

/// What was read is none of its kind.
fn invalid() -> Error {
    ErrorKind::InvalidData.into()
}

/// Preserves a structure field by field. A field that is not named here does not compile.
macro_rules! preserved {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::understanding::preserve::Preserve for $name {
            fn write(&self, to: &mut dyn std::io::Write) -> std::io::Result<()> {
                let $name { $($field),* } = self;
                $($crate::understanding::preserve::Preserve::write($field, to)?;)*
                Ok(())
            }
            fn read(from: &mut $crate::understanding::preserve::Source<'_>) -> std::io::Result<Self> {
                $(let $field = $crate::understanding::preserve::Preserve::read(from)?;)*
                Ok($name { $($field),* })
            }
        }
    };
}

/// Preserves a structure around one number as this number.
macro_rules! preserved_number {
    ($name:ident($number:ty)) => {
        impl $crate::understanding::preserve::Preserve for $name {
            fn write(&self, to: &mut dyn std::io::Write) -> std::io::Result<()> {
                $crate::understanding::preserve::Preserve::write(&self.0, to)
            }
            fn read(from: &mut $crate::understanding::preserve::Source<'_>) -> std::io::Result<Self> {
                $crate::understanding::preserve::Preserve::read(from).map($name)
            }
            fn write_list(list: &[Self], to: &mut dyn std::io::Write) -> std::io::Result<()> {
                $crate::understanding::preserve::write_numbers(list, |thing| thing.0.to_le_bytes(), to)
            }
            fn read_list(
                length: usize,
                from: &mut $crate::understanding::preserve::Source<'_>,
            ) -> std::io::Result<Vec<Self>> {
                let number = |bytes| $name(<$number>::from_le_bytes(bytes));
                $crate::understanding::preserve::read_numbers(length, number, from)
            }
        }
    };
}

pub(super) use {preserved, preserved_number};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Thing {
        name: String,
        pairs: Vec<(u32, f32)>,
        signs: Vec<char>,
        bytes: Vec<i8>,
        places: Vec<std::ops::Range<usize>>,
        words: HashMap<String, [char; 2]>,
        keys: HashSet<u64>,
        sure: bool,
        tags: Vec<Tag>,
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Tag(u32);

    preserved_number!(Tag(u32));
    preserved!(Thing {
        name,
        pairs,
        signs,
        bytes,
        places,
        words,
        keys,
        sure,
        tags
    });

    fn bytes(thing: &Thing) -> Vec<u8> {
        let mut bytes = Vec::new();
        thing.write(&mut bytes).unwrap();
        bytes
    }

    fn read(mut bytes: &[u8]) -> Result<Thing> {
        let length = bytes.len();
        Thing::read(&mut Source::new(&mut bytes, length))
    }

    fn thing() -> Thing {
        Thing {
            name: "包邮".into(),
            pairs: vec![(1, 0.5), (u32::MAX, f32::MIN_POSITIVE)],
            signs: vec!['包', 'a', '𝄞'],
            bytes: (0..20_000).map(|at| at as i8).collect(),
            places: vec![3..7, 0..0],
            words: HashMap::from([("bao you".into(), ['包', '邮'])]),
            keys: HashSet::from([7, u64::MAX]),
            sure: true,
            tags: (0..9_000).map(Tag).collect(),
        }
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        assert_eq!(read(&bytes(&thing())).unwrap(), thing());
    }

    #[test]
    fn what_is_cut_short_is_an_error() {
        let bytes = bytes(&thing());
        for length in (0..300).chain([bytes.len() / 2, bytes.len() - 1]) {
            assert!(read(&bytes[..length]).is_err(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_ask_for_more_room_than_there_is(
            start in prop::collection::vec(any::<u8>(), 0..200),
            changed in 0usize..400,
            to in any::<u8>(),
        ) {
            let _ = read(&start);
            let mut bytes = bytes(&thing());
            bytes[changed] = to;
            let _ = read(&bytes);
        }
    }
}
