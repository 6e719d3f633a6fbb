//! WebP: a walk over its chunks. EXIF, XMP and everything unknown is left out, and what follows behind the end.

use super::FileError;
use super::reader::{Picture, Reader};

/// The chunks that it takes to show the picture, moving ones too.
const SHOWN: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// The flags of EXIF and XMP in `VP8X`.
const METADATA: u8 = 0x0c;

/// The picture without what it says beside it.
pub(super) fn cleaned(bytes: &[u8]) -> Result<Picture, FileError> {
    let mut reader = Reader::new(bytes);
    reader.take(4)?;
    let length = u32::from_le_bytes(reader.array()?);
    let length = usize::try_from(length).map_err(|_| FileError::Damaged("too long"))?;
    let mut chunks = Reader::new(reader.take(length)?);
    chunks.take(4)?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    let (mut size, mut drawn) = (None, false);
    while !chunks.rest().is_empty() {
        let kind = chunks.array::<4>()?;
        let length = chunks.array::<4>()?;
        let count = usize::try_from(u32::from_le_bytes(length)).map_err(|_| FileError::Damaged("a chunk too long"))?;
        let body = chunks.take(count)?;
        // A chunk of odd length is followed by one byte more, but for the last of some programs.
        if count % 2 == 1 && !chunks.rest().is_empty() {
            chunks.take(1)?;
        }
        let found = match &kind {
            b"VP8X" => Some(canvas(body)?),
            b"VP8 " => Some(lossy(body)?),
            b"VP8L" => Some(lossless(body)?),
            _ => None,
        };
        // Whichever says that the picture is larger counts.
        size = size.max(found.map(|(width, height)| (u64::from(width) * u64::from(height), width, height)));
        drawn |= matches!(&kind, b"VP8 " | b"VP8L" | b"ANMF");
        if SHOWN.contains(&&kind) {
            kept.extend_from_slice(&kind);
            kept.extend_from_slice(&length);
            let at = kept.len();
            kept.extend_from_slice(body);
            if kind == *b"VP8X"
                && let Some(flags) = kept.get_mut(at)
            {
                *flags &= !METADATA;
            }
            if count % 2 == 1 {
                kept.push(0);
            }
        }
    }
    let (_, width, height) = size.filter(|_| drawn).ok_or(FileError::Damaged("nothing is drawn"))?;
    let length = u32::try_from(kept.len() - 8).map_err(|_| FileError::Damaged("too long"))?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(Picture {
        width,
        height,
        bytes: kept,
    })
}

fn canvas(body: &[u8]) -> Result<(u32, u32), FileError> {
    let mut reader = Reader::new(body);
    reader.take(4)?;
    let mut side = || -> Result<u32, FileError> {
        let [a, b, c] = reader.array()?;
        Ok(1 + u32::from_le_bytes([a, b, c, 0]))
    };
    Ok((side()?, side()?))
}

fn lossy(body: &[u8]) -> Result<(u32, u32), FileError> {
    let mut reader = Reader::new(body);
    reader.take(3)?;
    if reader.array()? != [0x9d, 0x01, 0x2a] {
        return Err(FileError::Damaged("no key frame"));
    }
    let mut side = || -> Result<u32, FileError> { Ok(u32::from(u16::from_le_bytes(reader.array()?) & 0x3fff)) };
    Ok((side()?, side()?))
}

fn lossless(body: &[u8]) -> Result<(u32, u32), FileError> {
    let mut reader = Reader::new(body);
    if reader.array()? != [0x2f] {
        return Err(FileError::Damaged("no lossless picture"));
    }
    let bits = u32::from_le_bytes(reader.array()?);
    Ok((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)))
}
