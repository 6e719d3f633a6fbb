//! The one thing of EXIF that it takes to show a picture: which way is up.

/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;
/// Entries of a directory that are looked at.
const ENTRIES: usize = 200;

/// How the picture is turned, 2 to 8; `None` when it is not, or when that cannot be read.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    };
    let (first, second) = (short(4)?, short(6)?);
    let offset = match little {
        true => u32::from(first) | u32::from(second) << 16,
        false => u32::from(first) << 16 | u32::from(second),
    };
    let directory = usize::try_from(offset).ok()?;
    let entries = usize::from(short(directory)?).min(ENTRIES);
    let turned = (0..entries).find_map(|entry| {
        let at = directory.checked_add(2 + entry * 12)?;
        (short(at)? == ORIENTATION).then(|| short(at + 8)).flatten()
    })?;
    u8::try_from(turned).ok().filter(|turned| (2..=8).contains(turned))
}

/// EXIF that says nothing but this.
pub(super) fn only_orientation(turned: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    tiff.extend(ORIENTATION.to_be_bytes());
    // One short number, its value in the first half of the field; no further directory.
    tiff.extend([0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0]);
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for turned in 2..=8 {
            assert_eq!(orientation(&only_orientation(turned)), Some(turned));
        }
        assert_eq!(orientation(&only_orientation(1)), None);
        assert_eq!(orientation(b"MM\0\x2a\xff\xff\xff\xff"), None);
        let little = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(orientation(little), Some(6));
    }
}
