//! What files are by their content, and what of them is kept.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::super::samples::{SECRET, jpeg, pdf, png, webp};
use super::*;

const BOUNDS: Bounds = Bounds {
    bytes: 1024 * 1024,
    pixels: 25_000_000,
};

fn holds_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

#[test]
fn what_a_picture_says_beside_itself_is_gone_and_the_picture_stays() {
    for (bytes, format, stays) in [
        (
            jpeg(640, 480, 1),
            Format::Jpeg,
            &[
                &b"ICC_PROFILE\0"[..],
                b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff",
                b"Adobe\0\x64\0\0\0\0\x01\xff",
                &[0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56],
            ][..],
        ),
        (png(640, 480), Format::Png, &[&b"gAMA"[..], b"drawn"][..]),
        (webp(640, 480), Format::WebP, &[&b"ICCP"[..], b"drawn"][..]),
    ] {
        assert!(holds_secret(&bytes), "{format:?}");
        let content = inspect(&bytes, BOUNDS).unwrap();
        assert_eq!((content.format, content.width, content.height), (format, 640, 480));
        assert!(!holds_secret(&content.bytes), "{format:?}");
        for part in stays {
            assert!(
                content.bytes.windows(part.len()).any(|window| window == *part),
                "{format:?} {part:?}"
            );
        }
        // There is nothing left to take out.
        assert_eq!(inspect(&content.bytes, BOUNDS).unwrap(), content);
    }
}

#[test]
fn which_way_is_up_is_kept_and_told() {
    let content = inspect(&jpeg(640, 480, 6), BOUNDS).unwrap();
    assert_eq!((content.width, content.height), (480, 640));
    assert!(content.bytes.windows(6).any(|window| window == b"Exif\0\0"));
    assert!(content.bytes.starts_with(&[0xff, 0xd8, 0xff, 0xe0]), "JFIF stays first");
    assert_eq!(inspect(&content.bytes, BOUNDS).unwrap(), content);
    let upright = inspect(&jpeg(640, 480, 1), BOUNDS).unwrap();
    assert!(!upright.bytes.windows(6).any(|window| window == b"Exif\0\0"));
}

#[test]
fn a_file_is_what_its_content_says() {
    assert_eq!(inspect(&pdf(), BOUNDS).unwrap().format, Format::Pdf);
    for other in [
        &b"PK\x03\x04 a zip that is called photo.jpg"[..],
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a\x01\0\x01\0",
        b"MZ\x90\0",
        b"\xef\xbb\xbf%PDF-1.7",
        b"",
    ] {
        assert!(matches!(inspect(other, BOUNDS), Err(FileError::Format)), "{other:?}");
    }
}

#[test]
fn too_many_pixels_are_told_by_the_header() {
    for bytes in [jpeg(8_000, 5_000, 1), png(1 << 30, 1 << 30), webp(16_384, 16_384)] {
        assert!(matches!(inspect(&bytes, BOUNDS), Err(FileError::Pixels { .. })));
    }
    let small = Bounds { bytes: 100, ..BOUNDS };
    assert!(matches!(
        inspect(&jpeg(4, 4, 1), small),
        Err(FileError::Large { most: 100 })
    ));
    // Without lines its height would stand behind the picture.
    assert!(matches!(inspect(&jpeg(640, 0, 1), BOUNDS), Err(FileError::Damaged(_))));
}

#[test]
fn what_was_cut_off_is_damaged() {
    let tail = SECRET.len();
    for whole in [jpeg(640, 480, 6), png(640, 480), webp(640, 480)] {
        for length in 12..whole.len() - tail {
            let cut = inspect(&whole[..length], BOUNDS);
            assert!(matches!(cut, Err(FileError::Damaged(_))), "{length} of {}", whole.len());
        }
    }
    assert!(matches!(
        inspect(b"%PDF-1.7\n1 0 obj", BOUNDS),
        Err(FileError::Damaged(_))
    ));
}

proptest! {
    #[test]
    fn whatever_comes_is_taken_or_refused_and_never_grows(
        which in 0_usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        more in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = [jpeg(64, 48, 6), png(64, 48), webp(64, 48), pdf()][which].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.extend(more);
        if let Ok(content) = inspect(&bytes, BOUNDS) {
            // What is written of the orientation is all that may be added, and a byte that fills a chunk.
            prop_assert!(content.bytes.len() <= bytes.len() + 40);
            let again = inspect(&content.bytes, BOUNDS);
            prop_assert!(again.is_ok());
            prop_assert_eq!(again.unwrap().bytes, content.bytes);
        }
    }

    #[test]
    fn text_in_chunks_and_segments_never_comes_through(secret in prop::collection::vec(1_u8..=127, 12..60)) {
        let text = |kind: &[u8; 4]| {
            let length = u32::try_from(secret.len()).unwrap().to_be_bytes();
            [&length[..], kind, &secret, &[0; 4]].concat()
        };
        let plain = png(64, 48);
        let head = 8 + 25;
        let bytes = [&plain[..head], &text(b"tEXt"), &text(b"abCd"), &plain[head..]].concat();
        let kept = inspect(&bytes, BOUNDS).unwrap().bytes;
        prop_assert!(!kept.windows(secret.len()).any(|window| window == secret));
    }
}
