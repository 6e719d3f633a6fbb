//! Numbers, the lowest byte first; lists of them by the thousand, because a model has millions.

use std::io::{Result, Write};

use super::{Preserve, Source, invalid};

/// Bytes that are turned into numbers, or numbers into bytes, at once. They are zeroed for each list, and most lists are the few
/// bytes of a text: with sixteen times as many a start spent a sixteenth of its time on that.
const AT_ONCE: usize = 1 << 10;

/// Writes things that are one number each.
pub fn write_numbers<T: Copy, const N: usize>(
    list: &[T],
    number: impl Fn(T) -> [u8; N],
    to: &mut dyn Write,
) -> Result<()> {
    let mut bytes = [0; AT_ONCE];
    for things in list.chunks(AT_ONCE / N) {
        let (places, _) = bytes.as_chunks_mut::<N>();
        for (place, thing) in places.iter_mut().zip(things) {
            *place = number(*thing);
        }
        to.write_all(&bytes[..things.len() * N])?;
    }
    Ok(())
}

/// Reads so many of them.
pub fn read_numbers<T, const N: usize>(
    length: usize,
    number: impl Fn([u8; N]) -> T,
    from: &mut Source<'_>,
) -> Result<Vec<T>> {
    if length.checked_mul(N).is_none_or(|bytes| bytes > from.left) {
        return Err(invalid());
    }
    let mut list = Vec::with_capacity(length);
    let mut bytes = [0; AT_ONCE];
    while list.len() < length {
        let bytes = &mut bytes[..(length - list.len()).min(AT_ONCE / N) * N];
        from.take(bytes)?;
        list.extend(bytes.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)));
    }
    Ok(list)
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Preserve for $number {
            fn write(&self, to: &mut dyn Write) -> Result<()> {
                to.write_all(&self.to_le_bytes())
            }
            fn read(from: &mut Source<'_>) -> Result<Self> {
                let mut bytes = [0; size_of::<$number>()];
                from.take(&mut bytes)?;
                Ok(<$number>::from_le_bytes(bytes))
            }
            fn write_list(list: &[Self], to: &mut dyn Write) -> Result<()> {
                write_numbers(list, <$number>::to_le_bytes, to)
            }
            fn read_list(length: usize, from: &mut Source<'_>) -> Result<Vec<Self>> {
                read_numbers(length, <$number>::from_le_bytes, from)
            }
        })*
    };
}

numbers!(u8 i8 u16 u32 u64 f32 f64);

impl Preserve for usize {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        (*self as u64).write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        usize::try_from(u64::read(from)?).map_err(|_| invalid())
    }
}

impl Preserve for bool {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        u8::from(*self).write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        Ok(u8::read(from)? != 0)
    }
}

impl Preserve for char {
    fn write(&self, to: &mut dyn Write) -> Result<()> {
        u32::from(*self).write(to)
    }
    fn read(from: &mut Source<'_>) -> Result<Self> {
        char::from_u32(u32::read(from)?).ok_or_else(invalid)
    }
}
