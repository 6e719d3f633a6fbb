//! Passwords: argon2id with a salt each, computed away from the runtime's threads and few at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{Semaphore, oneshot};

use super::AccountError;

/// Shortest password, characters.
pub const SHORTEST: usize = 10;
/// Longest password, bytes: longer ones only cost time.
const LONGEST_BYTES: usize = 1_024;
/// Memory of one computation, KiB; with the two below what OWASP recommends for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Computations at once: more would take memory and processor time from the chats.
const AT_ONCE: usize = 2;
/// Bytes of salt.
const SALT: usize = 16;
/// What the password of somebody who has none is compared with, so that it takes as long: the hash of 32 random bytes
/// that nobody has kept.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$1V7mZ0C0Tu2o0Ck5n0oXkg$6q0m0L4mD2n0qk1gq3cF6b0m9Hk8o3Gv0b4yqgqk1cE";

/// A computation and whatever tells its outcome.
type Work = Box<dyn FnOnce() + Send>;

/// Computes hashes, on threads of its own that end with the last clone: an allocator keeps for each thread what that thread
/// has given back, and tries to sign in would leave the memory of a computation on every thread of the runtime.
#[derive(Clone)]
pub(super) struct Passwords {
    room: Arc<Semaphore>,
    threads: mpsc::Sender<Work>,
}

impl Passwords {
    pub fn new() -> Passwords {
        let (threads, work) = mpsc::channel::<Work>();
        let work = Arc::new(Mutex::new(work));
        for _ in 0..AT_ONCE {
            let work = Arc::clone(&work);
            let started = thread::Builder::new().name("passwords".to_owned()).spawn(move || {
                loop {
                    let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(next) = next else { return };
                    // Whoever waits for it is told by the end of its channel.
                    let _ = catch_unwind(AssertUnwindSafe(next));
                }
            });
            if let Err(error) = started {
                tracing::error!(%error, "no thread for passwords");
            }
        }
        Passwords {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            threads,
        }
    }

    /// What is stored instead of the password, as a PHC string.
    ///
    /// # Errors
    /// [`AccountError::WeakPassword`] when it is too short, too long or the person's own name.
    pub async fn hash(&self, password: String, name: &str) -> Result<String, AccountError> {
        let lower = password.to_lowercase();
        let one_character = lower.chars().all(|each| lower.starts_with(each));
        if password.chars().count() < SHORTEST
            || password.len() > LONGEST_BYTES
            || one_character
            || lower == name.to_lowercase()
        {
            return Err(AccountError::WeakPassword);
        }
        self.compute(move || {
            let mut salt = [0_u8; SALT];
            getrandom::fill(&mut salt)?;
            let hash: PasswordHash = argon2()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|error| AccountError::Hashing(error.to_string()))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether what is stored was computed with the parameters of now.
    pub fn is_current(stored: &str) -> bool {
        stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
    }

    /// Whether this is the password. Takes as long when there is none.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, AccountError> {
        // Too long to be anybody's; nothing is told by the time that this takes.
        if password.len() > LONGEST_BYTES {
            return Ok(false);
        }
        self.compute(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
            let hash = PasswordHash::new(&stored).map_err(|error| AccountError::Hashing(error.to_string()))?;
            let same = argon2().verify_password(password.as_bytes(), &hash).is_ok();
            Ok(known && same)
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let hashing = |error: &dyn std::fmt::Display| AccountError::Hashing(error.to_string());
        let place = Arc::clone(&self.room)
            .acquire_owned()
            .await
            .map_err(|error| hashing(&error))?;
        let (told, outcome) = oneshot::channel();
        // The place goes with the work: a caller that gives up does not let a third one begin.
        let work = move || {
            let _held = place;
            // Nobody may wait any more.
            let _ = told.send(work());
        };
        self.threads.send(Box::new(work)).map_err(|error| hashing(&error))?;
        outcome.await.map_err(|error| hashing(&error))?
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let passwords = Passwords::new();
        let stored = passwords.hash("长长的密码一二三四五".to_owned(), "小美").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(!stored.contains("密码"));
        let verify = |text: &str, stored: Option<&String>| passwords.verify(text.to_owned(), stored.cloned());
        assert!(verify("长长的密码一二三四五", Some(&stored)).await.unwrap());
        assert!(!verify("长长的密码一二三四", Some(&stored)).await.unwrap());
        assert!(!verify("长长的密码一二三四五", None).await.unwrap());
        let again = passwords.hash("长长的密码一二三四五".to_owned(), "小美").await.unwrap();
        assert_ne!(stored, again, "each has its own salt");
    }

    #[tokio::test]
    async fn many_tries_leave_memory_on_few_threads() {
        let passwords = Passwords::new();
        let tries = (0..50).map(|_| passwords.compute(|| Ok(thread::current().id())));
        let threads = futures_util::future::join_all(tries).await;
        let different: std::collections::HashSet<_> = threads.into_iter().map(Result::unwrap).collect();
        assert!((1..=AT_ONCE).contains(&different.len()), "{different:?}");
    }

    #[tokio::test]
    async fn one_that_breaks_takes_no_other_with_it() {
        let passwords = Passwords::new();
        for _ in 0..AT_ONCE + 1 {
            let broken = passwords
                .compute(|| -> Result<(), AccountError> { panic!("as a test") })
                .await;
            assert!(matches!(broken, Err(AccountError::Hashing(_))), "{broken:?}");
        }
        assert_eq!(passwords.compute(|| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn an_unknown_name_costs_as_much_as_a_known_one() {
        let passwords = Passwords::new();
        let stored = passwords.hash("correct horse".to_owned(), "n").await.unwrap();
        let mut took = [0.0, 0.0];
        for _ in 0..5 {
            for (took, stored) in took.iter_mut().zip([Some(stored.clone()), None]) {
                let begin = Instant::now();
                assert!(!passwords.verify("wrong horse!".to_owned(), stored).await.unwrap());
                *took += begin.elapsed().as_secs_f64();
            }
        }
        let ratio = took[1] / took[0];
        assert!((0.33..3.0).contains(&ratio), "{took:?}");
    }

    #[tokio::test]
    async fn weak_passwords_are_refused() {
        let passwords = Passwords::new();
        for weak in [
            "",
            "short",
            "123456789",
            "aaaaaaaaaaaaaaaa",
            "KeNnediAnne",
            &"x1".repeat(600),
        ] {
            let refused = passwords.hash(weak.to_owned(), "kennedianne").await;
            assert!(matches!(refused, Err(AccountError::WeakPassword)), "{weak}");
        }
    }
}
