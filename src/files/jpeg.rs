//! JPEG: a walk over its segments. What it takes to show the picture is kept, all else is left out: EXIF with place and
//! camera, XMP, comments, previews, and what follows behind the end.

use std::borrow::Cow;

use super::FileError;
use super::exif;
use super::reader::{Picture, Reader};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
/// What JFIF says before the size of its preview, bytes.
const JFIF: usize = 12;
/// What Adobe's segment says, bytes.
const ADOBE: usize = 12;
/// What EXIF begins with in its segment.
const EXIF: &[u8] = b"Exif\0\0";

/// The picture without what it says beside it.
pub(super) fn cleaned(bytes: &[u8]) -> Result<Picture, FileError> {
    let mut reader = Reader::new(bytes);
    reader.take(2)?;
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend([0xff, SOI]);
    let (mut size, mut turned, mut drawn) = (None, None, false);
    // The file's own parts come after what is written of it here, JFIF first as it has to be.
    let mut parts: Vec<u8> = Vec::new();
    loop {
        match marker(&mut reader)? {
            EOI if drawn => break,
            EOI | SOI => return Err(FileError::Damaged("a marker in a wrong place")),
            // Without a length: of the scan, or of no meaning here.
            0x01 | 0xd0..=0xd7 => {}
            kind => {
                let body = segment(&mut reader)?;
                match kind {
                    0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => size = Some(size_of(body, size)?),
                    APP1 if turned.is_none() => {
                        turned = body.strip_prefix(EXIF).and_then(exif::orientation);
                    }
                    _ => {}
                }
                if let Some(body) = shown(kind, body) {
                    write(&mut parts, kind, &body);
                }
                if kind == SOS {
                    if size.is_none() {
                        return Err(FileError::Damaged("a scan without a frame"));
                    }
                    drawn = true;
                    parts.extend_from_slice(scan(&mut reader)?);
                }
            }
        }
    }
    let (width, height) = size.ok_or(FileError::Damaged("a picture without size"))?;
    let head = jfif_length(&parts);
    kept.extend_from_slice(&parts[..head]);
    let sideways = match turned {
        Some(orientation) => {
            let body = [EXIF, &exif::only_orientation(orientation)].concat();
            write(&mut kept, APP1, &body);
            orientation >= 5
        }
        None => false,
    };
    kept.extend_from_slice(&parts[head..]);
    kept.extend([0xff, EOI]);
    let (width, height) = match sideways {
        true => (height, width),
        false => (width, height),
    };
    Ok(Picture {
        width,
        height,
        bytes: kept,
    })
}

/// What of a segment belongs to the picture: tables, frames, scans, the colour profile, and how colours are coded. `None` of all
/// others, those without a meaning yet among them.
fn shown(kind: u8, body: &[u8]) -> Option<Cow<'_, [u8]>> {
    match kind {
        // A preview may follow, which shows what was cut away since: it is said to have no width and no height.
        APP0 if body.starts_with(b"JFIF\0") => Some([&body.get(..JFIF + 2)?[..JFIF], &[0, 0]].concat().into()),
        APP2 if body.starts_with(b"ICC_PROFILE\0") => Some(body.into()),
        APP14 if body.starts_with(b"Adobe") => body.get(..ADOBE).map(Cow::from),
        0xc0..=0xc7 | 0xc9..=0xcf | SOS..=0xdf => Some(body.into()),
        _ => None,
    }
}

/// The next marker; fill bytes may stand before it.
fn marker(reader: &mut Reader<'_>) -> Result<u8, FileError> {
    if reader.array::<1>()? != [0xff] {
        return Err(FileError::Damaged("no marker where one has to be"));
    }
    loop {
        match reader.array::<1>()? {
            [0xff] => {}
            [0] => return Err(FileError::Damaged("no marker where one has to be")),
            [kind] => return Ok(kind),
        }
    }
}

fn segment<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], FileError> {
    let length = usize::from(u16::from_be_bytes(reader.array()?));
    reader.take(
        length
            .checked_sub(2)
            .ok_or(FileError::Damaged("a segment without room"))?,
    )
}

fn write(parts: &mut Vec<u8>, kind: u8, body: &[u8]) {
    let length = u16::try_from(body.len() + 2).expect("it was read from a segment, or is a few bytes");
    parts.extend([0xff, kind]);
    parts.extend(length.to_be_bytes());
    parts.extend_from_slice(body);
}

/// Width and height of a frame; where there are several, all have to be the same.
fn size_of(frame: &[u8], before: Option<(u32, u32)>) -> Result<(u32, u32), FileError> {
    let mut reader = Reader::new(frame);
    reader.take(1)?;
    let height = u32::from(u16::from_be_bytes(reader.array()?));
    let width = u32::from(u16::from_be_bytes(reader.array()?));
    match before {
        Some(before) if before != (width, height) => Err(FileError::Damaged("two sizes")),
        _ => Ok((width, height)),
    }
}

/// What was drawn, up to the next marker that is none of its own.
fn scan<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], FileError> {
    let rest = reader.rest();
    let mut at = 0;
    loop {
        let found = rest[at..].iter().position(|byte| *byte == 0xff);
        at += found.ok_or(FileError::Damaged("it ends too early"))?;
        match rest.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            // A fill byte.
            Some(0xff) => at += 1,
            Some(_) => return reader.take(at),
            None => return Err(FileError::Damaged("it ends too early")),
        }
    }
}

/// The length of the JFIF segment that the parts begin with; 0 when they begin with another one.
fn jfif_length(parts: &[u8]) -> usize {
    match parts {
        [0xff, APP0, high, low, ..] => 2 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    }
}
