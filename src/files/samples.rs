//! Files for tests, made by hand: what a picture says beside itself stands in them as a word that can be looked for.

#![allow(clippy::unwrap_used)]

/// What nobody may find again.
pub(super) const SECRET: &[u8] = b"30.2741N 120.1551E";

fn segment(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, kind], &length[..], body].concat()
}

/// A JPEG of this size with place, camera, previews, comment and a tail, turned as `orientation` says.
pub(super) fn jpeg(width: u16, height: u16, orientation: u8) -> Vec<u8> {
    let exif = [b"Exif\0\0", &super::exif::only_orientation(orientation)[..], SECRET].concat();
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    let profile = [b"ICC_PROFILE\0\x01\x01", &b"colours"[..]].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x03", SECRET].concat()),
        segment(0xe1, &exif),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
        segment(0xe2, &profile),
        segment(0xe2, &[b"MPF\0", SECRET].concat()),
        segment(0xed, &[b"Photoshop 3.0\0", SECRET].concat()),
        segment(0xfe, SECRET),
        segment(0xf7, SECRET),
        segment(0x4f, SECRET),
        segment(0xee, &[b"Adobe\0\x64\0\0\0\0\x01", SECRET].concat()),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &frame),
        segment(0xc4, &[0; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        // Drawn: a stuffed byte, a restart, a fill byte before the end.
        vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xff, 0xd9],
        SECRET.to_vec(),
    ]
    .concat()
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    // No reader here looks at the checksum.
    [&length[..], kind, body, &[1, 2, 3, 4]].concat()
}

/// A PNG of this size with text, time, EXIF and a tail.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [
        super::png::SIGNATURE.to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"gAMA", &[0, 0, 1, 0]),
        chunk(b"tEXt", SECRET),
        chunk(b"iTXt", SECRET),
        chunk(b"zTXt", SECRET),
        chunk(b"eXIf", SECRET),
        chunk(b"tIME", SECRET),
        chunk(b"IDAT", b"drawn"),
        chunk(b"prVt", SECRET),
        chunk(b"IEND", b""),
        SECRET.to_vec(),
    ]
    .concat()
}

fn riff(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let mut chunk = [&kind[..], &length, body].concat();
    if body.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

/// A WebP of this size with EXIF, XMP, a chunk that nobody knows, and a tail.
pub(super) fn webp(width: u32, height: u32) -> Vec<u8> {
    let [w, h] = [width - 1, height - 1].map(|side| side.to_le_bytes());
    let canvas = [&[0x2c, 0, 0, 0][..], &w[..3], &h[..3]].concat();
    let picture = [&[0, 0, 0, 0x9d, 0x01, 0x2a][..], &[16, 0, 16, 0], b"drawn"].concat();
    let chunks = [
        b"WEBP".to_vec(),
        riff(b"VP8X", &canvas),
        riff(b"ICCP", b"colours"),
        riff(b"VP8 ", &picture),
        riff(b"EXIF", SECRET),
        riff(b"XMP ", SECRET),
        riff(b"note", SECRET),
    ]
    .concat();
    let length = u32::try_from(chunks.len()).unwrap().to_le_bytes();
    [b"RIFF", &length[..], &chunks, SECRET].concat()
}

/// A document.
pub(super) fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_vec()
}
