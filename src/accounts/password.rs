//! Passwords: argon2id with a salt each, computed away from the runtime's threads and one at a time.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
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
/// Bytes of salt.
const SALT: usize = 16;
/// What the password of somebody who has none is compared with, so that it takes as long: the hash of 32 random bytes
/// that nobody has kept.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$1V7mZ0C0Tu2o0Ck5n0oXkg$6q0m0L4mD2n0qk1gq3cF6b0m9Hk8o3Gv0b4yqgqk1cE";

/// The memory in which hashes are computed. One buffer for all of them: freed and asked for again at this size and alignment,
/// it would leave holes in the allocator's heap, ten times its size after a few tries to sign in.
type Memory = Vec<Block>;
/// A computation and whatever tells its outcome.
type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// Computes hashes, on a thread of its own that ends with the last clone: more at once would take processor time from the
/// chats, and some forty a second are enough for any shop's staff.
#[derive(Clone)]
pub(super) struct Passwords {
    room: Arc<Semaphore>,
    thread: mpsc::Sender<Work>,
}

impl Passwords {
    pub fn new() -> Passwords {
        let (thread, work) = mpsc::channel::<Work>();
        let started = thread::Builder::new().name("passwords".to_owned()).spawn(move || {
            let mut memory = Memory::new();
            for next in work {
                // Whoever waits for it is told by the end of its channel.
                let _ = catch_unwind(AssertUnwindSafe(|| next(&mut memory)));
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "no thread for passwords");
        }
        Passwords {
            room: Arc::new(Semaphore::new(1)),
            thread,
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
        self.compute(move |memory| {
            let mut salt = [0_u8; SALT];
            getrandom::fill(&mut salt)?;
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(hashing)?;
            let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
            let hash = hash(algorithm, version, params, password.as_bytes(), &salt, memory)?;
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
        self.compute(move |memory| {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
            let same = is_of(&stored, password.as_bytes(), memory)?;
            Ok(known && same)
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let place = Arc::clone(&self.room).acquire_owned().await.map_err(hashing)?;
        let (told, outcome) = oneshot::channel();
        // The place goes with the work: callers that give up do not let work pile up behind it.
        let work = move |memory: &mut Memory| {
            let _held = place;
            // Nobody may wait any more.
            let _ = told.send(work(memory));
        };
        self.thread.send(Box::new(work)).map_err(hashing)?;
        outcome.await.map_err(hashing)?
    }
}

fn hashing(error: impl Display) -> AccountError {
    AccountError::Hashing(error.to_string())
}

/// The hash of a password as a PHC string has it.
fn hash(
    algorithm: Algorithm,
    version: Version,
    params: Params,
    password: &[u8],
    salt: &[u8],
    memory: &mut Memory,
) -> Result<PasswordHash, AccountError> {
    let mut output = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    let written = ParamsString::try_from(&params).map_err(hashing)?;
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password, salt, &mut output, &mut memory[..blocks])
        .map_err(hashing)?;
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: written,
        salt: Some(Salt::new(salt).map_err(hashing)?),
        hash: Some(Output::new(&output).map_err(hashing)?),
    })
}

/// Whether what is stored was made from this password, with whatever parameters it was made then.
fn is_of(stored: &str, password: &[u8], memory: &mut Memory) -> Result<bool, AccountError> {
    let stored = PasswordHash::new(stored).map_err(hashing)?;
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(hashing)?;
    let version = stored.version.map(Version::try_from).transpose().map_err(hashing)?;
    let params = Params::try_from(&stored).map_err(hashing)?;
    let Some(salt) = &stored.salt else { return Ok(false) };
    let computed = hash(algorithm, version.unwrap_or_default(), params, password, salt, memory)?;
    // The library compares outputs in a time that tells nothing of them.
    Ok(stored.hash.is_some() && stored.hash == computed.hash)
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
    async fn many_tries_share_one_buffer() {
        let passwords = Passwords::new();
        let stored = passwords.hash("correct horse".to_owned(), "n").await.unwrap();
        let buffer = || passwords.compute(|memory| Ok((memory.as_ptr() as usize, memory.len())));
        let first = buffer().await.unwrap();
        assert_eq!(first.1, MEMORY_KIB as usize * 1024 / Block::SIZE);
        let wrong = || passwords.verify("wrong horse!".to_owned(), Some(stored.clone()));
        for tried in futures_util::future::join_all((0..8).map(|_| wrong())).await {
            assert!(!tried.unwrap());
        }
        assert_eq!(buffer().await.unwrap(), first);
    }

    #[tokio::test]
    async fn what_was_stored_with_other_parameters_is_known() {
        // By the reference program: printf 'password' | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32 -v 13
        let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let passwords = Passwords::new();
        let verify = |text: &str| passwords.verify(text.to_owned(), Some(stored.to_owned()));
        assert!(verify("password").await.unwrap());
        assert!(!verify("Password").await.unwrap());
        assert!(!Passwords::is_current(stored));
    }

    #[tokio::test]
    async fn one_that_breaks_takes_no_other_with_it() {
        let passwords = Passwords::new();
        for _ in 0..2 {
            let broken = passwords
                .compute(|_| -> Result<(), AccountError> { panic!("as a test") })
                .await;
            assert!(matches!(broken, Err(AccountError::Hashing(_))), "{broken:?}");
        }
        assert_eq!(passwords.compute(|_| Ok(7)).await.unwrap(), 7);
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
