//! The encoding of a file of text, found by looking: spreadsheets save Chinese as UTF-8 with or without a mark, as UTF-16
//! ("Unicode text"), as GBK (ANSI of the mainland) and as Big5 (ANSI of Taiwan and Hong Kong).

use chardetng::EncodingDetector;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::SheetError;

/// The text, and the name of its encoding as people know it.
///
/// # Errors
/// The bytes are no text of an encoding that is known here.
pub fn decode(bytes: &[u8]) -> Result<(String, &'static str), SheetError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let name = if encoding == UTF_8 { "UTF-8" } else { "UTF-16" };
        return whole(encoding, &bytes[mark..])
            .map(|text| (text, name))
            .ok_or(SheetError::Encoding);
    }
    if let Some(encoding) = utf_16(bytes) {
        return whole(encoding, bytes)
            .map(|text| (text, "UTF-16"))
            .ok_or(SheetError::Encoding);
    }
    // A file that is no text at all.
    if bytes.contains(&0) {
        return Err(SheetError::Encoding);
    }
    if let Some(text) = whole(UTF_8, bytes) {
        return Ok((text, "UTF-8"));
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let big5 = (BIG5, "Big5");
    let gbk = (GB18030, "GBK");
    let guessed = detector.guess(None, false);
    let likely = match guessed {
        guess if guess == BIG5 => [big5, gbk],
        guess if guess == GBK || guess == GB18030 => [gbk, big5],
        // Nothing else is a sheet of Chinese; between the two the one with more usual characters is right.
        _ => match usual(BIG5, bytes) > usual(GB18030, bytes) {
            true => [big5, gbk],
            false => [gbk, big5],
        },
    };
    let decoded = likely
        .into_iter()
        .find_map(|(encoding, name)| Some((whole(encoding, bytes)?, name)));
    decoded.ok_or(SheetError::Encoding)
}

/// The text, if every byte of it is one of the encoding.
fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    (!bad).then(|| text.into_owned())
}

/// UTF-16 without its mark: commas, digits and line breaks have a byte of nothing on the same side.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    match bytes.len().is_multiple_of(2) && high + low > 0 {
        false => None,
        true if low > high * 10 => Some(UTF_16LE),
        true if high > low * 10 => Some(UTF_16BE),
        true => None,
    }
}

/// Characters that nearly every Chinese text has, both scripts.
const USUAL: &str =
    "的是了不吗嗎有我你您在可以这這个個们們会會发發货貨退换換问問题題答款买買几幾多少什么麼时時候亲親好后後请請费費";

/// How many usual characters the bytes hold when they are read so.
fn usual(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.chars().filter(|sign| USUAL.contains(*sign)).count()
}
