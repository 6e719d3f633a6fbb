//! Jobs that wait together are committed together. A job that may fail after it has written has a savepoint of its own, so
//! that its refusal leaves the others alone.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::super::database::{Database, Writing};
use super::{GATHERING, Job, Shared};

/// Jobs in one commit at most.
const GROUP: usize = 128;
/// How long a group may be filled before it is committed.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// What is said of a transaction that did not come to its end.
pub(super) const TAKEN_BACK: &str = "the disk does not take it, the group of writes was taken back";

/// Tells the caller how the commit went.
pub(super) type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;
/// Does the work inside the open transaction (or, when there is none, does nothing); says whether to keep it, and
/// whom to tell.
type Run = Box<dyn FnOnce(Option<&mut Writing<'_>>) -> (bool, Reply) + Send>;

/// A job.
pub(super) struct Work {
    /// Whether it may fail after it has written.
    pub(super) careful: bool,
    pub(super) run: Run,
}

/// Runs the work and what else is queued in one transaction and tells everybody. Returns a job that was taken from
/// the queue and does not belong to the group.
pub(super) fn run_group(shared: &Shared, first: Work, queue: &Receiver<Job>) -> Option<Job> {
    let mut locked = shared.lock();
    if locked.as_ref().is_some_and(Database::are_dense) {
        drop(locked);
        std::thread::sleep(GATHERING);
        locked = shared.lock();
    }
    let database = locked.as_mut()?;
    let mut replies: Vec<Reply> = Vec::new();
    let mut carried = None;
    let opened = Instant::now();
    let mut failure = database.begin(true).err();
    let mut next = Some(first);
    while let Some(work) = next.take() {
        let (keep, reply) = run_one(database, work, &mut failure);
        replies.push(reply);
        if !keep && failure.is_none() && database.lost_transaction() {
            failure = Some(TAKEN_BACK.to_owned());
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
    let failure = database.end(failure);
    drop(locked);
    shared.ended(failure.as_ref());
    shared.waiting.fetch_sub(replies.len(), Ordering::SeqCst);
    for reply in replies {
        reply(failure.clone().map_or(Ok(()), Err));
    }
    carried
}

fn run_one(database: &mut Database, work: Work, failure: &mut Option<String>) -> (bool, Reply) {
    let Work { careful, run } = work;
    if failure.is_none() && careful {
        *failure = database.execute("SAVEPOINT job").err();
    }
    if failure.is_some() {
        return run(None);
    }
    let mut writing = database.writing();
    let (keep, reply) = run(Some(&mut writing));
    let halfway = !keep && writing.wrote();
    if database.lost_transaction() {
        return (keep, reply);
    }
    if careful {
        let end = match keep {
            true => database.execute("RELEASE job"),
            false => database
                .execute("ROLLBACK TO job")
                .and_then(|()| database.execute("RELEASE job")),
        };
        *failure = end.err();
    } else if halfway {
        *failure = Some(TAKEN_BACK.to_owned());
    }
    (keep, reply)
}
