//! A few threads with a reading connection each. In write-ahead mode they see every commit and wait for none.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{connect, failed};
use crate::store::{StoreError, StoreFuture};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The reading threads.
pub(super) struct Readers {
    jobs: Mutex<Option<Sender<Job>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Readers {
    /// Starts so many threads.
    pub(super) fn start(path: &Path, count: usize) -> Result<Readers, StoreError> {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::new();
        for number in 0..count {
            let connection = connect(path)?;
            connection.pragma_update(None, "query_only", true).map_err(failed)?;
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || run(&connection, &queue))
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            threads.push(thread);
        }
        Ok(Readers {
            jobs: Mutex::new(Some(jobs)),
            threads: Mutex::new(threads),
        })
    }

    /// Queues a read.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // A caller that stopped waiting does not need the rows.
            let _ = tell.send(read(connection));
        });
        let queued = {
            let jobs = self.jobs.lock().expect("no holder of this lock panics");
            jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
        };
        Box::pin(async move {
            if !queued {
                return Err(StoreError::Unavailable("the store is closed".to_owned()));
            }
            told.await
                .map_err(|_| StoreError::Unavailable("the store is closed".to_owned()))?
        })
    }

    /// Ends the threads after what is queued, so that the writer is the last to close the database.
    pub(super) async fn close(&self) {
        self.jobs.lock().expect("no holder of this lock panics").take();
        let threads = std::mem::take(&mut *self.threads.lock().expect("no holder of this lock panics"));
        // Joined on a thread of its own kind: a queued read may take a moment.
        let _ = tokio::task::spawn_blocking(move || join(threads)).await;
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs.lock().expect("no holder of this lock panics").take();
        join(std::mem::take(
            &mut *self.threads.lock().expect("no holder of this lock panics"),
        ));
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // A panic of the thread has been reported already, and there is nobody to hand it to.
        let _ = thread.join();
    }
}

fn run(connection: &Connection, queue: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting, so that the threads take turns at the queue.
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        match job {
            Ok(job) => job(connection),
            Err(_) => return,
        }
    }
}
