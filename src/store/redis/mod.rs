//! The store for several servers: Redis or Valkey from 7.0 on, alone, behind Sentinel, or as a cluster.
//!
//! Conversations lie in shards, each one hash tag; an append is one script in one shard. A shard's appends by one
//! server go through one write queue, in order, several in one call. The log is the truth; notifications only tell when to
//! look.

mod address;
mod append;
mod audit;
mod belonging;
mod customer_cards;
mod examine;
mod feed;
mod keys;
mod link;
mod log;
mod notify;
mod phrases;
mod position;
mod presence;
mod reads;
mod retention;
mod reviews;
mod script;
#[cfg(test)]
#[allow(clippy::unwrap_used, dead_code)]
#[path = "../../../tests/support/redis.rs"]
mod server;
mod staff;
mod talk_index;
#[cfg(test)]
mod tests;
mod tls;
#[cfg(test)]
mod trouble_tests;
mod upgrade;
mod visitors;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::{ConversationId, EventKind, NewEvent, Partition};

use super::peer_changes::{self, PeerChanges};
use super::{Expect, StoreError};
use address::Address;
use append::{Job, ShardWriter};
use keys::{Keys, Shard};
use link::Link;

pub use examine::{About, examine};
pub use tls::TlsFiles;

/// Changes that may wait for the listener.
const CHANGES_WAITING: usize = 8_192;

/// How the Redis store runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisOptions {
    /// With what every key begins: several installations may share a server.
    pub prefix: String,
    /// How many replicas must have an append before it is acknowledged.
    pub replicas: u32,
    /// How long an operation is tried again, through lost connections and failovers, before it fails.
    pub patience: Duration,
    /// The certificates of `rediss://` addresses.
    pub tls: TlsFiles,
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            prefix: "yingda".to_owned(),
            replicas: 0,
            patience: Duration::from_secs(5),
            tls: TlsFiles::default(),
        }
    }
}

/// The Redis store, open.
pub struct Redis {
    writer: ShardWriter,
    /// The way into each shard's write queue; `None` when closed.
    write_queues: Mutex<Option<Vec<mpsc::UnboundedSender<Job>>>>,
    peer_changes: Mutex<Option<PeerChanges>>,
    /// One of this server adds to the audit record at a time.
    auditing: tokio::sync::Mutex<()>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Redis {
    /// Connects. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the address cannot be read, nobody answers, or the server is too old;
    /// [`StoreError::Corrupt`] when a newer yingda has brought the data to a format of its own.
    pub async fn open(url: &str, options: RedisOptions) -> Result<Redis, StoreError> {
        let address = Address::parse(url)?;
        let (link, pushes) = Link::open(&address, &options.tls, options.patience).await?;
        let writer = ShardWriter {
            link,
            keys: Keys::new(&options.prefix),
            node: uuid::Uuid::new_v4().simple().to_string(),
            replicas: options.replicas,
        };
        let about = examine::about(&writer.link, &writer.keys).await?;
        if !about.is_new_enough() {
            return Err(StoreError::Unavailable(format!(
                "Redis or Valkey from 7.0 on is needed, this is {:?}",
                about.version
            )));
        }
        about.warn(options.replicas);
        upgrade::to_current(&writer).await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let write_queues = Shard::all()
            .map(|shard| {
                let (sender, jobs) = mpsc::unbounded_channel();
                tasks.spawn(append::write_queue(writer.clone(), shard, jobs));
                sender
            })
            .collect();
        let (sender, peer_changes) = peer_changes::channel(CHANGES_WAITING);
        tasks.spawn(notify::listen(writer.clone(), pushes, sender, stop.clone()));
        let store = Redis {
            writer,
            write_queues: Mutex::new(Some(write_queues)),
            peer_changes: Mutex::new(Some(peer_changes)),
            auditing: tokio::sync::Mutex::default(),
            stop,
            tasks,
        };
        store.chain_audit().await?;
        Ok(store)
    }

    fn keys(&self) -> &Keys {
        &self.writer.keys
    }

    fn link(&self) -> &Link {
        &self.writer.link
    }

    fn write_queues(&self) -> std::sync::MutexGuard<'_, Option<Vec<mpsc::UnboundedSender<Job>>>> {
        // A vector of senders is whole after any panic.
        self.write_queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, shard: Shard, job: Job) -> Result<(), StoreError> {
        let write_queues = self.write_queues();
        let sent = write_queues
            .as_ref()
            .and_then(|write_queues| write_queues.get(shard.0)?.send(job).ok());
        sent.ok_or_else(|| StoreError::Unavailable("the store is closed".to_owned()))
    }

    /// The shard of an append, when its conversation lies or may lie in one.
    async fn shard_for(
        &self,
        conversation: &ConversationId,
        expect: Expect,
        new_events: &[NewEvent],
    ) -> Result<Shard, StoreError> {
        let shard = reads::shard(conversation).ok_or(StoreError::NotFound)?;
        let (Expect::New, Some(EventKind::Started { shop, shopper, .. })) =
            (expect, new_events.first().map(|new_event| &new_event.kind))
        else {
            return Ok(shard);
        };
        if Shard::of(Partition::of(shop, shopper)) == shard {
            return Ok(shard);
        }
        match self.head_of(conversation).await? {
            Some(head) => Err(StoreError::Exists {
                conversation: head.conversation,
            }),
            None => Err(StoreError::Corrupt(format!(
                "the id of conversation {conversation} does not tell its shopper's partition"
            ))),
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
