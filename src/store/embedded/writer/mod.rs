//! The one way to write. While few write, an append is committed at once, on the thread that asks for it; what comes
//! densely, or while something is being written, waits for a thread and is committed together. Nobody hears of success before
//! the commit.

mod group;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::database::{Database, Writing};
use super::failed;
use super::guard::Guard;
use crate::store::{StoreError, StoreFuture};
use group::{Reply, TAKEN_BACK, Work, run_group};

/// How long the failure of a real write speaks for what comes, unless one has succeeded since.
const FAILED_LATELY: Duration = Duration::from_secs(30);
/// How long the first of those that come densely waits for others.
const GATHERING: Duration = Duration::from_micros(700);
/// After a commit that took so long the disk is slow …
const SLOW: Duration = Duration::from_millis(5);
/// … for so long: then only the thread waits for it.
const SLOW_FOR: Duration = Duration::from_secs(2);

/// Done when no transaction is open.
type Between = Box<dyn FnOnce(&Connection) + Send>;

enum Job {
    Work(Work),
    Between(Between),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// What the thread and those who write at once share.
struct Shared {
    /// `None` when the store is closed.
    database: Mutex<Option<Database>>,
    /// Jobs that wait for the thread or are being done by it.
    waiting: AtomicUsize,
    /// When the last group of writes failed; `None` when it was kept.
    failed: Mutex<Option<Instant>>,
    /// Until when the disk is slow.
    slow_until: Mutex<Option<Instant>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Option<Database>> {
        // A job that panicked has left a transaction open at the most, which the next one takes back.
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A transaction has ended like this.
    fn ended(&self, failure: Option<&String>) {
        *self.failed.lock().expect("no holder of this lock panics") = failure.map(|_| Instant::now());
    }

    fn is_slow(&self) -> bool {
        let until = *self.slow_until.lock().expect("no holder of this lock panics");
        until.is_some_and(|until| Instant::now() < until)
    }
}

/// A handle to the writing thread. Dropping it finishes what is queued and waits for the thread.
pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Whether a commit waits for the disk: then none is made on the thread that asks for it.
    waits_for_disk: bool,
}

impl Writer {
    /// Starts the thread. It keeps the guard of the folder until it has closed the connection.
    pub(super) fn start(connection: Connection, guard: Guard, waits_for_disk: bool) -> Result<Writer, StoreError> {
        let (jobs, queue) = channel();
        let shared = Arc::new(Shared {
            database: Mutex::new(Some(Database::new(connection)?)),
            waiting: AtomicUsize::new(0),
            failed: Mutex::default(),
            slow_until: Mutex::default(),
        });
        let threads = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&threads, guard, &queue))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Writer {
            jobs: Mutex::new(Some(jobs)),
            shared,
            thread: Mutex::new(Some(thread)),
            waits_for_disk,
        })
    }

    /// Does work that refuses before it writes anything, and resolves after its commit: at once where that holds nobody up.
    /// In the order of calls.
    pub(super) fn append<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let Some(mut free) = self.free() else {
            return self.queue(false, work);
        };
        let outcome = match free.as_mut() {
            Some(database) => match database.begin(false) {
                Ok(()) => self.alone(database, work),
                Err(reason) => {
                    // Another program writes to the file, or the disk is ill: the thread waits and tells.
                    tracing::debug!(reason, "an append is left to the writing thread");
                    drop(free);
                    return self.queue(false, work);
                }
            },
            None => Err(closed()),
        };
        Box::pin(std::future::ready(outcome))
    }

    /// Queues work and resolves after its commit. The work is queued when this returns, in the order of calls. What it
    /// fails at takes back its own writes only.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        self.queue(true, |writing| work(writing.connection))
    }

    /// The same for work that changes talks.
    pub(super) fn submit_for_talks<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        self.queue(true, work)
    }

    /// The database, if an append may be done at once: nobody writes or waits, and the disk is quick.
    fn free(&self) -> Option<MutexGuard<'_, Option<Database>>> {
        if self.waits_for_disk || self.shared.is_slow() {
            return None;
        }
        let mut database = match self.shared.database.try_lock() {
            Ok(database) => database,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        // Looked at under the lock: what was queued before this call is not overtaken.
        let densely = database.as_mut().is_some_and(Database::comes_densely);
        (!densely && self.shared.waiting.load(Ordering::SeqCst) == 0).then_some(database)
    }

    /// Does work in the transaction that has just begun, and commits.
    fn alone<T>(
        &self,
        database: &mut Database,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let began = Instant::now();
        let mut writing = database.writing();
        let outcome = work(&mut writing);
        let halfway = outcome.is_err() && writing.wrote();
        let failure = (halfway || database.lost_transaction()).then(|| TAKEN_BACK.to_owned());
        let failure = database.end(failure);
        self.shared.ended(failure.as_ref());
        if began.elapsed() > SLOW {
            *self.shared.slow_until.lock().expect("no holder of this lock panics") = Some(Instant::now() + SLOW_FOR);
        }
        match failure {
            None => outcome,
            Some(reason) => Err(StoreError::Unavailable(reason)),
        }
    }

    fn queue<T: Send + 'static>(
        &self,
        careful: bool,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let (tell, told) = oneshot::channel();
        let run = move |writing: Option<&mut Writing<'_>>| {
            let result = match writing {
                Some(writing) => work(writing),
                None => Err(StoreError::Unavailable("no transaction could be opened".to_owned())),
            };
            let keep = result.is_ok();
            let reply: Reply = Box::new(move |commit| {
                // A caller that stopped waiting does not need to hear it.
                let _ = tell.send(match commit {
                    Ok(()) => result,
                    Err(reason) => Err(StoreError::Unavailable(reason)),
                });
            });
            (keep, reply)
        };
        let run = Box::new(run);
        self.shared.waiting.fetch_add(1, Ordering::SeqCst);
        let queued = self.send(Job::Work(Work { careful, run }));
        if queued.is_err() {
            self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        Box::pin(async move {
            queued?;
            told.await.map_err(|_| closed())?
        })
    }

    /// Does something between two groups, when no transaction is open, and waits for it. `None` when the store is
    /// closed. Not to be called where blocking is forbidden.
    pub(super) fn between<T: Send + 'static>(&self, work: impl FnOnce(&Connection) -> T + Send + 'static) -> Option<T> {
        let (tell, told) = oneshot::channel();
        let job: Between = Box::new(move |connection| {
            // Who asked has stopped, together with the store.
            let _ = tell.send(work(connection));
        });
        self.send(Job::Between(job)).ok()?;
        told.blocking_recv().ok()
    }

    /// Commits something of no meaning. Refused too while the last real write failed a moment ago: what is a page or two
    /// may find room where a message does not.
    pub(super) fn probe(&self) -> StoreFuture<'_, ()> {
        let (tell, told) = oneshot::channel();
        let queued = self.send(Job::Between(Box::new(move |connection| {
            let _ = tell.send(rewrite_version(connection));
        })));
        Box::pin(async move {
            queued?;
            told.await.map_err(|_| closed())??;
            let failed = *self.shared.failed.lock().expect("no holder of this lock panics");
            match failed.filter(|failed| failed.elapsed() < FAILED_LATELY) {
                Some(_) => Err(StoreError::Unavailable("the last write failed".to_owned())),
                None => Ok(()),
            }
        })
    }

    /// Finishes what is queued, folds the write-ahead log into the database and lets go of the folder.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let (tell, told) = oneshot::channel();
        if self.send(Job::Close(tell)).is_err() {
            return Ok(());
        }
        let outcome = told.await.unwrap_or(Ok(()));
        self.jobs.lock().expect("no holder of this lock panics").take();
        outcome
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let jobs = self.jobs.lock().expect("no holder of this lock panics");
        jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or_else(closed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs.lock().expect("no holder of this lock panics").take();
        let thread = self.thread.lock().expect("no holder of this lock panics").take();
        if let Some(thread) = thread {
            // A panic of the thread has been reported already, and there is nobody to hand it to.
            let _ = thread.join();
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

/// Writes the number of the format over itself, which is a commit like any other.
fn rewrite_version(connection: &Connection) -> Result<(), StoreError> {
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    connection.pragma_update(None, "user_version", version).map_err(failed)
}

fn run(shared: &Shared, guard: Guard, queue: &Receiver<Job>) {
    let mut closing = None;
    let mut carried = None;
    while closing.is_none() {
        let first = match carried.take() {
            Some(job) => job,
            None => match queue.recv() {
                Ok(job) => job,
                Err(_) => break,
            },
        };
        match first {
            Job::Close(tell) => closing = Some(tell),
            Job::Between(work) => {
                if let Some(database) = &*shared.lock() {
                    work(database.connection());
                }
            }
            Job::Work(work) => carried = run_group(shared, work, queue),
        }
    }
    let database = shared.lock().take();
    let shut = database.map(|database| {
        let folded = database
            .connection()
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(failed);
        folded.and(database.close())
    });
    drop(guard);
    if let Some(tell) = closing {
        let _ = tell.send(shut.unwrap_or(Ok(())));
    }
}
