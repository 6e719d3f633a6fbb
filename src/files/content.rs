//! What a file is by its content, and the same file without what it says beside the picture.

use crate::model::FileKind;

use super::reader::Picture;
use super::{FileError, jpeg, png, webp};

/// The formats that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A photo.
    Jpeg,
    /// A drawing or a picture of a screen.
    Png,
    /// Either.
    WebP,
    /// A document.
    Pdf,
}

impl Format {
    /// Every one.
    pub const ALL: [Format; 4] = [Format::Jpeg, Format::Png, Format::WebP, Format::Pdf];

    /// How its names end.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::WebP => "webp",
            Format::Pdf => "pdf",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Pdf => "application/pdf",
        }
    }

    /// How it is shown.
    pub fn kind(self) -> FileKind {
        match self {
            Format::Pdf => FileKind::Document,
            Format::Jpeg | Format::Png | Format::WebP => FileKind::Picture,
        }
    }

    /// By its first bytes; `None` for everything else, SVG, HTML and archives among it.
    pub fn of(bytes: &[u8]) -> Option<Format> {
        let riff = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Format::Jpeg)
        } else if bytes.starts_with(png::SIGNATURE) {
            Some(Format::Png)
        } else if riff {
            Some(Format::WebP)
        } else if bytes.starts_with(b"%PDF-") {
            Some(Format::Pdf)
        } else {
            None
        }
    }
}

/// How large files may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes.
    pub bytes: u64,
    /// Pixels of a picture.
    pub pixels: u64,
}

/// A file that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is.
    pub format: Format,
    /// Width of a picture, pixels; 0 for documents.
    pub width: u32,
    /// Height of a picture, pixels, as it is shown; 0 for documents.
    pub height: u32,
    /// As it is kept: of a picture nothing but what it takes to show it.
    pub bytes: Vec<u8>,
}

/// Reads what a file is. The picture itself is not decoded: its header says its size.
///
/// # Errors
/// [`FileError::Format`], [`FileError::Large`], [`FileError::Pixels`], [`FileError::Damaged`].
pub fn inspect(bytes: &[u8], bounds: Bounds) -> Result<Content, FileError> {
    if bytes.len() as u64 > bounds.bytes {
        return Err(FileError::Large { most: bounds.bytes });
    }
    let format = Format::of(bytes).ok_or(FileError::Format)?;
    let picture = match format {
        Format::Jpeg => jpeg::cleaned(bytes)?,
        Format::Png => png::cleaned(bytes)?,
        Format::WebP => webp::cleaned(bytes)?,
        Format::Pdf => Picture {
            width: 0,
            height: 0,
            bytes: pdf(bytes)?.to_vec(),
        },
    };
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    if pixels > bounds.pixels {
        return Err(FileError::Pixels { most: bounds.pixels });
    }
    if format.kind() == FileKind::Picture && pixels == 0 {
        return Err(FileError::Damaged("a picture without size"));
    }
    Ok(Content {
        format,
        width: picture.width,
        height: picture.height,
        bytes: picture.bytes,
    })
}

/// A document is kept as it is; one that was cut off has no end.
fn pdf(bytes: &[u8]) -> Result<&[u8], FileError> {
    // The mark stands near the end; some programs write a little behind it.
    let tail = &bytes[bytes.len().saturating_sub(2_048)..];
    match tail.windows(5).any(|window| window == b"%%EOF") {
        true => Ok(bytes),
        false => Err(FileError::Damaged("a document without its end")),
    }
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
