//! PNG: a walk over its chunks. Text, times, EXIF and everything unknown is left out, and what follows behind the end.

use super::FileError;
use super::reader::{Picture, Reader};

/// What every PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunks that it takes to show the picture, moving ones too.
const SHOWN: [&[u8; 4]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// The picture without what it says beside it.
pub(super) fn cleaned(bytes: &[u8]) -> Result<Picture, FileError> {
    let mut reader = Reader::new(bytes);
    let mut kept = reader.take(SIGNATURE.len())?.to_vec();
    let (mut size, mut drawn) = (None, false);
    loop {
        let length = reader.array::<4>()?;
        let kind = reader.array::<4>()?;
        let count = usize::try_from(u32::from_be_bytes(length)).map_err(|_| FileError::Damaged("a chunk too long"))?;
        let body = reader.take(count)?;
        let checksum = reader.take(4)?;
        match (&kind, size) {
            (b"IHDR", None) => {
                let mut head = Reader::new(body);
                size = Some((u32::from_be_bytes(head.array()?), u32::from_be_bytes(head.array()?)));
            }
            (b"IHDR", Some(_)) => return Err(FileError::Damaged("two sizes")),
            (_, None) => return Err(FileError::Damaged("a picture without size")),
            _ => {}
        }
        drawn |= kind == *b"IDAT";
        if SHOWN.contains(&&kind) {
            kept.extend_from_slice(&length);
            kept.extend_from_slice(&kind);
            kept.extend_from_slice(body);
            kept.extend_from_slice(checksum);
        }
        if kind == *b"IEND" {
            break;
        }
    }
    let (width, height) = size.filter(|_| drawn).ok_or(FileError::Damaged("nothing is drawn"))?;
    Ok(Picture {
        width,
        height,
        bytes: kept,
    })
}
