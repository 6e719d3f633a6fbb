//! The people who work here: who they are, what they may do, how they sign in, and the record of what they did.
//!
//! Everything that changes an account goes through [`Accounts`], whether it comes from the desk, from the command line
//! beside a running server or from one that opens the store itself: one set of rules ([`rights`]), one audit record.
//! HTTP is the gateway's business; the time comes in as an argument.

mod audit;
mod command;
mod customers;
mod error;
mod failures;
mod kept;
pub mod name;
pub mod password;
mod people;
mod readings;
mod refused;
pub mod rights;
mod sessions;
pub(crate) mod token;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use crate::config::Settings;
use crate::model::Millis;
use crate::store::Staff;

pub use audit::AuditPage;
pub use command::{Answer, Command, Person};
pub use customers::{CustomerCommand, HEARD, Receipt};
pub use error::AccountError;
pub use kept::{Kept, KeptAmount, KeptSource, shopper_named};
pub use people::{Change, Invitation, Linked, MOST_CAPACITY};
pub use rights::Actor;
pub use sessions::{Session, SignedIn};

use failures::Failures;
use password::Passwords;
use readings::Readings;
use refused::Refused;

/// Milliseconds in an hour.
const HOUR_MS: u64 = 3_600_000;
/// For how long wrong passwords count, milliseconds.
const FAILURES_MS: u64 = 15 * 60_000;
/// Wrong passwords for one name within that time.
const FAILURES_BY_NAME: u32 = 10;
/// Wrong passwords from one address within that time: a whole office may sit behind it.
const FAILURES_BY_ADDRESS: u32 = 40;

/// How long links and sessions are valid, and how many chats a new member takes when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSettings {
    /// How long a link is valid.
    pub link_ms: u64,
    /// How long a session is valid that is not used.
    pub session_ms: u64,
    /// How long a session is valid however much it is used.
    pub session_max_ms: u64,
    /// Chats at once of a new member.
    pub capacity: u32,
}

impl From<&Settings> for AccountSettings {
    fn from(settings: &Settings) -> AccountSettings {
        AccountSettings {
            link_ms: settings.security.signin_hours * HOUR_MS,
            session_ms: settings.security.session_hours * HOUR_MS,
            session_max_ms: settings.security.session_max_hours * HOUR_MS,
            capacity: settings.handoff.slots,
        }
    }
}

/// The accounts of one store. Clones share everything.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    staff: Arc<dyn Staff>,
    settings: AccountSettings,
    passwords: Passwords,
    by_name: Failures,
    by_address: Failures,
    /// Who was not let in lately, and how often that was written down.
    refused: Refused,
    /// Which readings of talks were written down lately.
    readings: Readings,
    /// Changes to members go one after the other, so that two cannot each take the last supervisor's role from the
    /// other. Servers that share a store check again after writing.
    changing: Mutex<()>,
    /// Counts what may end a session or change a member.
    changed: watch::Sender<u64>,
}

impl Accounts {
    /// The accounts that this store keeps.
    pub fn new(staff: Arc<dyn Staff>, settings: AccountSettings) -> Accounts {
        Accounts(Arc::new(Inner {
            staff,
            settings,
            passwords: Passwords::new(),
            by_name: Failures::new(FAILURES_BY_NAME, FAILURES_MS),
            by_address: Failures::new(FAILURES_BY_ADDRESS, FAILURES_MS),
            refused: Refused::default(),
            readings: Readings::default(),
            changing: Mutex::default(),
            changed: watch::Sender::new(0),
        }))
    }

    /// Wakes whenever this process has ended a session or changed a member.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    fn staff(&self) -> &dyn Staff {
        self.0.staff.as_ref()
    }

    fn tell(&self) {
        self.0.changed.send_modify(|count| *count += 1);
    }

    fn link_expires(&self, now: Millis) -> Millis {
        now.plus(self.0.settings.link_ms)
    }
}
