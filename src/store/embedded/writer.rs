//! The one thread that writes. Jobs that wait together are committed together; each has its own savepoint, so that
//! one refusal leaves the others alone; nobody hears of success before the commit.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failed;
use super::failure::{Point, reach};
use super::guard::Guard;
use crate::store::{StoreError, StoreFuture};

/// Jobs in one commit at most.
const GROUP: usize = 128;
/// How long the failure of a real write speaks for what comes, unless one has succeeded since.
const FAILED_LATELY: Duration = Duration::from_secs(30);
/// How long a group may be filled before it is committed.
const GROUP_TIME: Duration = Duration::from_millis(5);

/// Tells the caller how the commit went.
type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;
/// Does the work inside the open transaction (or, when there is none, does nothing); says whether to keep it, and
/// whom to tell.
type Work = Box<dyn FnOnce(Option<&Connection>) -> (bool, Reply) + Send>;

/// Done when no transaction is open.
type Between = Box<dyn FnOnce(&Connection) + Send>;

enum Job {
    Work(Work),
    Between(Between),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// When the last group of writes failed; `None` when it was kept.
type Failed = Mutex<Option<Instant>>;

/// A handle to the writing thread. Dropping it finishes what is queued and waits for the thread.
pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    failed: Arc<Failed>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. It keeps the guard of the folder until it has closed the connection.
    pub(super) fn start(connection: Connection, guard: Guard) -> Result<Writer, StoreError> {
        let (jobs, queue) = channel();
        let failed = Arc::new(Failed::default());
        let told = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, guard, &queue, &told))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Writer {
            jobs: Mutex::new(Some(jobs)),
            failed,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Queues work and resolves after its commit. The work is queued when this returns, in the order of calls.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let (tell, told) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            let result = match connection {
                Some(connection) => work(connection),
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
        });
        let queued = self.send(Job::Work(job));
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
            let failed = *self.failed.lock().expect("no holder of this lock panics");
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

fn run(connection: Connection, guard: Guard, queue: &Receiver<Job>, told: &Failed) {
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
            Job::Between(work) => work(&connection),
            Job::Work(work) => carried = group(&connection, work, queue, told),
        }
    }
    let folded = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(failed);
    let shut = connection.close().map_err(|(_, error)| failed(error));
    drop(guard);
    if let Some(tell) = closing {
        let _ = tell.send(folded.and(shut));
    }
}

/// Runs the work and what else is queued in one transaction and tells everybody. Returns a job that was taken from
/// the queue and does not belong to the group.
fn group(connection: &Connection, first: Work, queue: &Receiver<Job>, told: &Failed) -> Option<Job> {
    let mut replies: Vec<Reply> = Vec::new();
    let mut carried = None;
    let opened = Instant::now();
    let mut failure = execute(connection, "BEGIN IMMEDIATE").err();
    let mut next = Some(first);
    while let Some(work) = next.take() {
        let (keep, reply) = run_one(connection, work, &mut failure);
        replies.push(reply);
        if !keep && connection.is_autocommit() && failure.is_none() {
            // Some failures, a full disk among them, make SQLite take back the whole transaction.
            failure = Some("the disk does not take it, the group of writes was taken back".to_owned());
        }
        if failure.is_some() || replies.len() >= GROUP || opened.elapsed() >= GROUP_TIME {
            break;
        }
        match queue.try_recv() {
            Ok(Job::Work(work)) => next = Some(work),
            Ok(other) => carried = Some(other),
            Err(_) => {}
        }
    }
    if failure.is_none() {
        failure = reach(Point::BeforeCommit)
            .and_then(|()| execute(connection, "COMMIT"))
            .err();
    }
    if failure.is_none() {
        failure = reach(Point::AfterCommit).err();
    }
    if let Some(reason) = &failure {
        tracing::error!(%reason, "a group of writes failed");
        if !connection.is_autocommit() {
            let _ = execute(connection, "ROLLBACK");
        }
    }
    *told.lock().expect("no holder of this lock panics") = failure.as_ref().map(|_| Instant::now());
    for reply in replies {
        reply(failure.clone().map_or(Ok(()), Err));
    }
    carried
}

fn run_one(connection: &Connection, work: Work, failure: &mut Option<String>) -> (bool, Reply) {
    if failure.is_none() {
        *failure = execute(connection, "SAVEPOINT job").err();
    }
    let (keep, reply) = work(failure.is_none().then_some(connection));
    if failure.is_none() && !connection.is_autocommit() {
        let end = if keep {
            execute(connection, "RELEASE job")
        } else {
            execute(connection, "ROLLBACK TO job").and_then(|()| execute(connection, "RELEASE job"))
        };
        *failure = end.err();
    }
    (keep, reply)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), String> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(|error| error.to_string())
}
