//! The record of what people did: a chain, so that what was changed or cut out afterwards is seen.
//!
//! Each entry carries the SHA-256 of the hash before it, its own number and its text as stored. Whoever changes an entry
//! has to make all later hashes anew, and then the last one, the head, is another than the one that was written down
//! elsewhere (`yingda audit verify --head`; the server's log names the head with every entry).

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Millis;

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Millis,
    /// Who: an agent's id, or the program that acted, for example `console`.
    pub actor: String,
    /// What, for example `staff.disable`.
    pub action: String,
    /// To whom or what.
    pub subject: String,
    /// More, by the action; `null` when there is nothing more to say.
    #[serde(default)]
    pub detail: serde_json::Value,
}

/// The hash of an entry, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuditHash([u8; 32]);

impl AuditHash {
    /// What stands before the first entry.
    pub const BEGINNING: AuditHash = AuditHash([0; 32]);

    /// The hash of the entry that follows this one.
    #[must_use]
    pub fn followed_by(self, number: u64, body: &str) -> AuditHash {
        let mut hash = Sha256::new();
        hash.update(b"yingda audit 1\n");
        hash.update(self.0);
        hash.update(number.to_be_bytes());
        hash.update(body.as_bytes());
        AuditHash(hash.finalize().into())
    }

    /// From 64 hexadecimal digits; `None` for anything else.
    pub fn from_text(text: &str) -> Option<AuditHash> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(AuditHash)
    }

    /// As a store gives its bytes back; `None` when they are no hash.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<AuditHash> {
        bytes.try_into().ok().map(AuditHash)
    }

    /// For a store that keeps bytes.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for AuditHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&HEXLOWER_PERMISSIVE.encode(&self.0))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Where the record stands after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditMark {
    /// The number of the entry.
    pub number: u64,
    /// Its hash.
    pub hash: AuditHash,
}

/// An entry as stored: with its number, from 1, rising by one, never given twice.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// The number.
    pub number: u64,
    /// What was done.
    pub entry: AuditEntry,
    /// The entry's text, which the hash is made of.
    pub body: String,
    /// The hash that is stored with it; `None` when there is none.
    pub hash: Option<AuditHash>,
}

impl AuditRecord {
    /// From what a store has. A text that is no entry is shown as it is, under the action `unreadable`: a record that
    /// somebody has damaged can still be read and checked.
    pub(super) fn stored(number: u64, body: String, hash: Option<AuditHash>) -> AuditRecord {
        let entry = serde_json::from_str(&body).unwrap_or_else(|_| AuditEntry {
            at: Millis(0),
            actor: String::new(),
            action: "unreadable".to_owned(),
            subject: String::new(),
            detail: serde_json::Value::from(body.as_str()),
        });
        AuditRecord {
            number,
            entry,
            body,
            hash,
        }
    }
}

/// What is wrong with the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFaultKind {
    /// The entry is gone.
    Missing,
    /// The entry, or its hash, is another than it was.
    Changed,
    /// This entry and all that followed are gone: higher numbers have been given.
    CutOff,
    /// The head that was written down is no longer in the record: its end was cut off, or all of it was written anew.
    HeadGone,
}

/// The first number at which the record is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditFault {
    /// The number. Of [`AuditFaultKind::HeadGone`] without a number the one after the last entry.
    pub number: u64,
    /// What is wrong there.
    pub kind: AuditFaultKind,
}

/// A head that was written down: the hash, and the number when it was given with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Of which entry.
    pub number: Option<u64>,
    /// Its hash.
    pub hash: AuditHash,
}

impl AuditHead {
    /// From `NUMBER:HASH` or `HASH`, as `yingda audit verify` prints it; `None` for anything else.
    pub fn from_text(text: &str) -> Option<AuditHead> {
        let text = text.trim();
        let (number, hash) = match text.split_once(':') {
            Some((number, hash)) => (Some(number.parse().ok()?), hash),
            None => (None, text),
        };
        let hash = AuditHash::from_text(hash)?;
        Some(AuditHead { number, hash })
    }
}

/// Reads the record from its beginning and says where it is broken.
#[derive(Clone, Debug)]
pub struct AuditCheck {
    at: AuditMark,
    head: Option<AuditHead>,
    met: bool,
}

impl AuditCheck {
    /// Begins; `head` is one that was written down before and has to be in the record.
    pub fn new(head: Option<AuditHead>) -> AuditCheck {
        AuditCheck {
            at: AuditMark {
                number: 0,
                hash: AuditHash::BEGINNING,
            },
            head,
            met: false,
        }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// The entry is not the one that was written.
    pub fn take(&mut self, record: &AuditRecord) -> Result<(), AuditFault> {
        let number = self.at.number + 1;
        let fault = |kind| Err(AuditFault { number, kind });
        if record.number != number {
            return fault(AuditFaultKind::Missing);
        }
        let hash = self.at.hash.followed_by(number, &record.body);
        if record.hash != Some(hash) {
            return fault(AuditFaultKind::Changed);
        }
        if let Some(head) = self.head {
            let here = head.hash == hash;
            if head.number == Some(number) && !here {
                return fault(AuditFaultKind::HeadGone);
            }
            self.met |= here;
        }
        self.at = AuditMark { number, hash };
        Ok(())
    }

    /// The record is at its end. `given` is the highest number that was ever given.
    ///
    /// # Errors
    /// The end, or the head that was to be found, is gone.
    pub fn end(self, given: u64) -> Result<AuditMark, AuditFault> {
        let number = self.at.number + 1;
        if given >= number {
            let kind = AuditFaultKind::CutOff;
            return Err(AuditFault { number, kind });
        }
        match self.head {
            Some(head) if !self.met && head.hash != AuditHash::BEGINNING => Err(AuditFault {
                number,
                kind: AuditFaultKind::HeadGone,
            }),
            _ => Ok(self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn record(count: u64) -> Vec<AuditRecord> {
        let mut hash = AuditHash::BEGINNING;
        let records = (1..=count).map(|number| {
            let entry = AuditEntry {
                at: Millis(number),
                actor: "console".to_owned(),
                action: "staff.invite".to_owned(),
                subject: format!("m{number}"),
                detail: serde_json::Value::Null,
            };
            let body = serde_json::to_string(&entry).unwrap();
            hash = hash.followed_by(number, &body);
            AuditRecord {
                number,
                entry,
                body,
                hash: Some(hash),
            }
        });
        records.collect()
    }

    fn checked(records: &[AuditRecord], head: Option<AuditHead>, given: u64) -> Result<AuditMark, AuditFault> {
        let mut check = AuditCheck::new(head);
        for record in records {
            check.take(record)?;
        }
        check.end(given)
    }

    fn broken(number: u64, kind: AuditFaultKind) -> Result<AuditMark, AuditFault> {
        Err(AuditFault { number, kind })
    }

    // A15
    #[test]
    fn whatever_is_done_to_the_record_afterwards_is_found_at_its_first_number() {
        use AuditFaultKind::{Changed, CutOff, HeadGone, Missing};
        let whole = record(9);
        let mark = checked(&whole, None, 9).unwrap();
        assert_eq!((mark.number, Some(mark.hash)), (9, whole[8].hash));
        let mut changed = whole.clone();
        changed[3].body = changed[3].body.replace("m4", "m5");
        assert_eq!(checked(&changed, None, 9), broken(4, Changed));
        // With its own hash made anew, the next one gives it away.
        changed[3].hash = changed[2].hash.map(|hash| hash.followed_by(4, &changed[3].body));
        assert_eq!(checked(&changed, None, 9), broken(5, Changed));
        let mut unchained = whole.clone();
        unchained[0].hash = None;
        assert_eq!(checked(&unchained, None, 9), broken(1, Changed));
        for gone in 0..8 {
            let mut cut = whole.clone();
            cut.remove(gone);
            assert_eq!(checked(&cut, None, 9), broken(gone as u64 + 1, Missing));
        }
        let mut swapped = whole.clone();
        swapped.swap(4, 5);
        assert_eq!(checked(&swapped, None, 9), broken(5, Missing));
        assert_eq!(checked(&whole[..6], None, 9), broken(7, CutOff));
        assert_eq!(checked(&[], None, 9), broken(1, CutOff));
        // Who also takes the count back is found by the head alone.
        let written_down = AuditHead::from_text(&format!("9:{}", whole[8].hash.unwrap()));
        assert!(checked(&whole, written_down, 9).is_ok());
        assert_eq!(checked(&whole[..6], None, 6).unwrap().number, 6);
        assert_eq!(checked(&whole[..6], written_down, 6), broken(7, HeadGone));
        let anew = record(12);
        assert!(checked(&anew, written_down, 12).is_ok(), "the same entries, and more");
        let without_number = AuditHead::from_text(&mark.hash.to_string());
        assert!(checked(&anew, without_number, 12).is_ok());
    }

    #[test]
    fn a_record_that_was_written_anew_as_a_whole_is_found_by_the_head() {
        let mut hash = AuditHash::BEGINNING;
        let mut forged = record(9);
        let head = AuditHead {
            number: Some(9),
            hash: forged[8].hash.unwrap(),
        };
        forged[1].body = forged[1].body.replace("m2", "m3");
        for record in &mut forged {
            hash = hash.followed_by(record.number, &record.body);
            record.hash = Some(hash);
        }
        assert!(checked(&forged, None, 9).is_ok());
        assert_eq!(checked(&forged, Some(head), 9), broken(9, AuditFaultKind::HeadGone));
    }

    #[test]
    fn the_chain_is_made_as_it_is_documented() {
        // sha256("yingda audit 1\n" + 32 zero bytes + 0000000000000001 + "{}")
        let first = AuditHash::BEGINNING.followed_by(1, "{}");
        assert_eq!(
            first.to_string(),
            "2b146101aaa9285359a0334204d48fe78e8eba7d59037824c2d7dc94fe3853e5"
        );
        assert_eq!(AuditHash::from_text(&first.to_string().to_uppercase()), Some(first));
        for wrong in ["", "abc", "x:00", ":"] {
            assert_eq!(AuditHead::from_text(wrong), None, "{wrong}");
        }
    }
}
