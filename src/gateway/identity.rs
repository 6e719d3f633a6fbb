//! Who a customer is: the shop's signature under its customers' ids, by keys that may change while the server runs.
//!
//! Two forms are taken. The first is the hex HMAC-SHA-256 of the customer's id and holds for ever, in every shop that has the
//! key. The second, `v1.EXPIRES.HEX`, signs shop, customer and the second until which it holds. No text of the one form is a
//! text of the other: ids hold no line breaks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::{Secret, ShopSettings};
use crate::model::{Millis, ShopId};

use super::error::Refusal;

/// Longest customer id that is taken, bytes.
const LONGEST_CUSTOMER: usize = 128;
/// How often a file of keys is looked at, at most.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// With what a signature that says until when it holds begins.
const EXPIRING: &str = "v1.";
/// Keys of one file: the newest and the one before it.
const KEYS_OF_A_FILE: usize = 2;

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The file is not there or not to be read.
    #[error(
        "读不了店铺 {shop} 的 identity_key_file {}：检查路径和权限。\n\
         identity_key_file of shop {shop} cannot be read; check path and permissions: {cause}",
        .path.display()
    )]
    Unreadable {
        /// The shop.
        shop: String,
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file holds no key, or a line that is too short to be one, or too many lines.
    #[error(
        "店铺 {shop} 的 identity_key_file {} 要有一行密钥（换钥匙时第二行写旧的），每行至少 32 个字符。\n\
         identity_key_file of shop {shop} has one key in a line, and while keys are changed the old one in a second line, \
         at least 32 characters each",
        .path.display()
    )]
    NoKey {
        /// The shop.
        shop: String,
        /// The file.
        path: PathBuf,
    },
    /// Nobody could come in.
    #[error(
        "店铺 {shop} 设了 signed_only 或 signature_must_expire 却没有密钥：请设 identity_key 或 identity_key_file。\n\
         Shop {shop} sets signed_only or signature_must_expire without a key: set identity_key or identity_key_file"
    )]
    Needed {
        /// The shop.
        shop: String,
    },
}

/// Why a customer is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    /// The signature is none of the shop's, or of a form that the shop does not take.
    Wrong,
    /// It was right, until then.
    Expired,
    /// The shop talks with signed customers only, and this is nobody's signature.
    Unsigned,
}

impl From<NotAdmitted> for Refusal {
    fn from(refused: NotAdmitted) -> Refusal {
        match refused {
            NotAdmitted::Wrong => Refusal::BadSignature,
            NotAdmitted::Expired => Refusal::SignatureExpired,
            NotAdmitted::Unsigned => Refusal::SignedOnly,
        }
    }
}

/// The identity keys of all shops.
pub struct IdentityKeys(BTreeMap<String, ShopKeys>);

/// What counts in one shop.
struct ShopKeys {
    /// From the settings.
    fixed: Vec<Secret>,
    file: Option<KeyFile>,
    must_expire: bool,
    signed_only: bool,
}

/// A file of keys with what was read last.
struct KeyFile {
    path: PathBuf,
    read: Mutex<LastRead>,
}

struct LastRead {
    at: Instant,
    keys: Vec<Secret>,
    /// Whether the last look failed, so that it is said once.
    failing: bool,
}

impl IdentityKeys {
    /// The keys that the settings name.
    ///
    /// # Errors
    /// A file cannot be read or holds no key, or a shop that needs a key has none.
    pub fn open(shops: &BTreeMap<String, ShopSettings>) -> Result<IdentityKeys, IdentityError> {
        let shops = shops.iter().map(|(shop, settings)| {
            let file = match settings.identity_key_file.as_os_str().is_empty() {
                true => None,
                false => Some(KeyFile::open(shop, &settings.identity_key_file)?),
            };
            let fixed: Vec<Secret> = [&settings.identity_key, &settings.identity_key_before]
                .into_iter()
                .filter(|key| !key.is_empty())
                .cloned()
                .collect();
            let (must_expire, signed_only) = (settings.signature_must_expire, settings.signed_only);
            if (must_expire || signed_only) && fixed.is_empty() && file.is_none() {
                return Err(IdentityError::Needed { shop: shop.clone() });
            }
            let keys = ShopKeys {
                fixed,
                file,
                must_expire,
                signed_only,
            };
            Ok((shop.clone(), keys))
        });
        Ok(IdentityKeys(shops.collect::<Result<_, _>>()?))
    }

    /// Who comes in: the customer whom the shop has signed, or `None` for a visitor.
    ///
    /// # Errors
    /// The signature does not hold, or the shop takes no visitors.
    pub fn admit(
        &self,
        shop: &ShopId,
        customer: Option<(String, String)>,
        now: Millis,
    ) -> Result<Option<String>, NotAdmitted> {
        let keys = self.0.get(shop.as_str());
        match customer {
            Some((customer, signature)) => {
                let keys = keys.ok_or(NotAdmitted::Wrong)?;
                keys.verify(shop, &customer, &signature, now)?;
                Ok(Some(customer))
            }
            None if keys.is_some_and(|keys| keys.signed_only) => Err(NotAdmitted::Unsigned),
            None => Ok(None),
        }
    }
}

impl ShopKeys {
    fn verify(&self, shop: &ShopId, customer: &str, signature: &str, now: Millis) -> Result<(), NotAdmitted> {
        let readable = !customer.is_empty() && customer.len() <= LONGEST_CUSTOMER;
        if !readable || customer.chars().any(char::is_control) {
            return Err(NotAdmitted::Wrong);
        }
        let expiring = signature.strip_prefix(EXPIRING).and_then(|rest| rest.split_once('.'));
        let (signed, hex, expires) = match expiring {
            Some((expires, hex)) => {
                let until: u64 = expires.parse().map_err(|_| NotAdmitted::Wrong)?;
                (format!("{shop}\n{customer}\n{expires}"), hex, Some(until))
            }
            None if self.must_expire => return Err(NotAdmitted::Wrong),
            None => (customer.to_owned(), signature, None),
        };
        let hex = HEXLOWER_PERMISSIVE
            .decode(hex.as_bytes())
            .map_err(|_| NotAdmitted::Wrong)?;
        let mut keys = self.fixed.clone();
        keys.extend(self.file.iter().flat_map(KeyFile::keys));
        if !keys.iter().any(|key| signs(key, &signed, &hex)) {
            return Err(NotAdmitted::Wrong);
        }
        match expires {
            Some(until) if until.saturating_mul(1000) <= now.0 => Err(NotAdmitted::Expired),
            _ => Ok(()),
        }
    }
}

/// Whether this key has made this signature. Compares in constant time.
fn signs(key: &Secret, text: &str, signature: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    mac.verify_slice(signature).is_ok()
}

impl KeyFile {
    fn open(shop: &str, path: &Path) -> Result<KeyFile, IdentityError> {
        let (shop, path) = (shop.to_owned(), path.to_owned());
        let keys = match fs::read_to_string(&path) {
            Ok(text) => keys_of(&text),
            Err(cause) => return Err(IdentityError::Unreadable { shop, path, cause }),
        };
        let Some(keys) = keys else {
            return Err(IdentityError::NoKey { shop, path });
        };
        let read = Mutex::new(LastRead {
            at: Instant::now(),
            keys,
            failing: false,
        });
        Ok(KeyFile { path, read })
    }

    /// The keys of the file as it is now, or a second ago. A file that cannot be used any more leaves the keys that were
    /// read last.
    fn keys(&self) -> Vec<Secret> {
        let mut read = self.read.lock().expect("no holder of this lock panics");
        if read.at.elapsed() >= LOOK_EVERY {
            self.look(&mut read);
        }
        read.keys.clone()
    }

    fn look(&self, read: &mut LastRead) {
        read.at = Instant::now();
        let found = fs::read_to_string(&self.path).ok().as_deref().and_then(keys_of);
        match found {
            Some(keys) => {
                if keys != read.keys {
                    tracing::info!(file = %self.path.display(), "other identity keys count from now on");
                    read.keys = keys;
                }
                read.failing = false;
            }
            None if !read.failing => {
                read.failing = true;
                tracing::warn!(file = %self.path.display(), "the identity keys cannot be read, the last ones go on");
            }
            None => {}
        }
    }
}

/// The keys of a file, one a line, the newest first; `None` when that is not what it holds.
fn keys_of(text: &str) -> Option<Vec<Secret>> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let keys: Option<Vec<Secret>> = lines.filter(|line| !line.is_empty()).map(Secret::of).collect();
    keys.filter(|keys| (1..=KEYS_OF_A_FILE).contains(&keys.len()))
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
