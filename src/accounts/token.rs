//! Random tokens that links, sessions and visitors are known by, and what is stored instead of them.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::model::Millis;

/// Random bytes of a token.
const RANDOM: usize = 32;

/// A fresh token: 256 random bits as base64url.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; RANDOM];
    getrandom::fill(&mut bytes)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// A fresh token of a visitor: as [`new_token`], but its first six bytes say when it was made, milliseconds; 208 bits are
/// random.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_visitor(now: Millis) -> Result<String, getrandom::Error> {
    let mut bytes = [0; RANDOM];
    getrandom::fill(&mut bytes)?;
    bytes[..6].copy_from_slice(&now.0.to_be_bytes()[2..]);
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// The bytes of a UUID (version 7) for what a visitor of a shop begins first, and when the token was made: the same at every
/// server. It tells nothing of the token but the time. `None` for what is no token.
pub fn first_of_visitor(token: &str, shop: &str) -> Option<([u8; 16], Millis)> {
    let bytes = is_token(token).then(|| BASE64URL_NOPAD.decode(token.as_bytes()).ok())??;
    let hash = Sha256::new_with_prefix(b"first\0")
        .chain_update(shop.as_bytes())
        .chain_update([0])
        .chain_update(token.as_bytes())
        .finalize();
    let mut id = [0; 16];
    id[..6].copy_from_slice(&bytes[..6]);
    id[6..].copy_from_slice(&hash[..10]);
    id[6] = id[6] & 0x0f | 0x70;
    id[8] = id[8] & 0x3f | 0x80;
    let mut time = [0; 8];
    time[2..].copy_from_slice(&bytes[..6]);
    Some((id, Millis(u64::from_be_bytes(time))))
}

/// Whether a text has the form of [`new_token`].
pub fn is_token(text: &str) -> bool {
    // 43 characters and no more: nothing longer is decoded.
    text.len() == 43
        && BASE64URL_NOPAD
            .decode(text.as_bytes())
            .is_ok_and(|bytes| bytes.len() == RANDOM)
}

/// The visitor whom a token stands for while the store does not say otherwise. It tells nothing of the token, nor of
/// [`hash`].
pub fn visitor(token: &str) -> String {
    let hash = Sha256::new_with_prefix(b"visitor\0")
        .chain_update(token.as_bytes())
        .finalize();
    BASE64URL_NOPAD.encode(&hash[..16])
}

/// What is stored instead of a token.
pub fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// How a session began. It stands in the session's token itself: a token is looked up by its hash, so that nobody can
/// change what it says and still be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Birth {
    /// When, to the second.
    pub at: Millis,
    /// By a link, and so without a password.
    pub by_link: bool,
}

/// A fresh token of a session that begins so.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn new_session(birth: Birth) -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; RANDOM + 9];
    getrandom::fill(&mut bytes[..RANDOM])?;
    bytes[RANDOM..RANDOM + 8].copy_from_slice(&(birth.at.0 / 1000).to_be_bytes());
    bytes[RANDOM + 8] = u8::from(birth.by_link);
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// How the session of this token began; `None` for tokens of version 0.1, which do not say.
pub(super) fn birth(token: &str) -> Option<Birth> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let (_, birth) = bytes.split_at_checked(RANDOM)?;
    let (seconds, by_link) = birth.split_first_chunk::<8>()?;
    Some(Birth {
        at: Millis(u64::from_be_bytes(*seconds).saturating_mul(1000)),
        by_link: *by_link == [1],
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (new_token().unwrap(), new_token().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert_ne!(hash(&one), hash(&other));
        assert_eq!(birth(&one), None, "as version 0.1 made them");
        assert!(is_token(&one));
        assert_ne!(visitor(&one), visitor(&other));
        let made = Millis(1_790_000_000_123);
        let token = new_visitor(made).unwrap();
        let (first, at) = first_of_visitor(&token, "demo").unwrap();
        assert_eq!((at, Some((first, at))), (made, first_of_visitor(&token, "demo")));
        assert_ne!(first_of_visitor(&token, "other").unwrap().0, first);
        assert_eq!(uuid::Uuid::from_bytes(first).get_version_num(), 7);
        assert!(!BASE64URL_NOPAD.encode(&hash(&one)).starts_with(&visitor(&one)));
        for other in [
            "",
            "x",
            &"x".repeat(15_000),
            &one[1..],
            &format!("{}=", &one[1..]),
            &"好".repeat(14),
        ] {
            assert!(!is_token(other), "{other:?}");
        }
    }

    #[test]
    fn a_session_says_how_it_began() {
        let began = Birth {
            at: Millis(1_790_000_000_000),
            by_link: true,
        };
        let (one, other) = (new_session(began).unwrap(), new_session(began).unwrap());
        assert_ne!(one, other);
        assert_eq!(birth(&one), Some(began));
        assert_eq!(birth("not a token"), None);
    }
}
